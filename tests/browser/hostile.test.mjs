// Names that look like markup, code or patterns are shown as they are, and do nothing.
import { check, hostileNames, none, openShared, test } from './harness.mjs';

const options = { width: 1280 };

// what cannot be seen may be shown as something that can
function visible(text) {
    return text.replaceAll(/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069\u2400-\u2426\ufffd]/g, '')
        .replaceAll(/\s+/g, ' ').trim();
}

test('hostile names: in the data as they were', async () => {
    const { view } = await openShared('hostile', options);
    const names = await view.evaluate(() =>
        window.hindcast.data.findings.nodes.map(({ node }) => node));
    none(hostileNames.filter((name) => !names.includes(name)), 'names lost');
    check(names.length === hostileNames.length, `${names.length} nodes`);
});

test('hostile names: shown as text', async () => {
    const { view } = await openShared('hostile', options);
    const cells = await view.evaluate(() =>
        [...document.querySelectorAll('#nodes-table tbody :is(td, th)')]
            .map((cell) => cell.textContent));
    const shown = cells.map(visible);
    none(hostileNames.filter((name) => !shown.includes(visible(name))),
        'names that no cell of the table of nodes is');
});

test('hostile names: what cannot be seen, or turns the text around, is made visible', async () => {
    const { view } = await openShared('hostile', options);
    const unseen = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
    const { page, labels } = await view.evaluate(() => ({
        page: document.getElementById('page').textContent,
        labels: window.hindcast.charts.nodes.getOption().yAxis[0].data,
    }));
    check(!unseen.test(page), 'in the page');
    none(labels.filter((text) => unseen.test(text) || text.includes('\n')), 'labels in a chart');
    check(page.includes('a\ufffdevil\ufffd b') && page.includes('bell\u2407esc'), 'not shown');
});

test('hostile names: nothing was made of them', async () => {
    const { view, dialogs } = await openShared('hostile', options);
    const found = await view.evaluate(() => {
        const handlers = [...document.querySelectorAll('*')].flatMap((element) =>
            element.getAttributeNames().filter((name) => name.startsWith('on')));
        return {
            hacked: window.hacked, scripts: document.scripts.length, handlers,
            images: document.images.length, svgs: document.querySelectorAll('svg[onload]').length,
            bold: [...document.querySelectorAll('b')].filter((b) => b.textContent === 'extra')
                .length,
        };
    });
    check(found.hacked === undefined, `a name ran as a script: ${found.hacked}`);
    check(found.scripts === 2, `${found.scripts} script elements`);
    none(found.handlers, 'attributes that would run');
    check(found.images + found.svgs + found.bold === 0, JSON.stringify(found));
    none(dialogs, 'dialogs');
});

test('hostile names: in charts as text', async () => {
    const { view } = await openShared('hostile', options);
    const data = await view.evaluate(() => JSON.stringify(
        Object.values(window.hindcast.charts).map((chart) => chart.getModel().getSeries().length)));
    check(JSON.parse(data).some((n) => n > 0), 'no chart has a series');
});
