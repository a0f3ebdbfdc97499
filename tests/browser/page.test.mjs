// The page as any reader has it: three widths, light and dark, small and large clusters.
import { statSync } from 'node:fs';
import {
    axe, blank, check, cutOff, none, note, openShared, overlapping, pageTextBoxes, printed,
    report, screenshot, scrollThrough, sideways, test, textBoxes,
} from './harness.mjs';

const clusters = ['demo', 'bitbrains', 'thousand'];
const small = ['single', 'cpu-only', 'hostile', 'collected', 'pods', 'hostile-pods',
    'replay'];
const widths = [380, 1280, 2560];
const sections = ['statements', 'quality', 'temporal', 'nodes', 'groups', 'columns',
    'correlation', 'baseline', 'trends', 'weekly', 'rhythm', 'growth', 'changes', 'twins', 'roles',
    'anomalies', 'compare', 'workloads', 'opportunity', 'replay', 'insights', 'method'];
const MOST_BYTES = 6.5e6;
const LEAST_PDF_BYTES = 20e3;
// boxes of lines are as high as their font asks for, which is more than its letters need
const LINE_SLACK_PX = 4;

async function quiet(opened) {
    none(opened.errors, 'errors that nobody caught');
    none(opened.console, 'errors and warnings on the console');
    none(await opened.view.evaluate(() => window.hindcast.failed), 'parts that failed');
    none(opened.requests, 'requests');
    none(await opened.violations(), 'violations of the policy');
    none(opened.dialogs, 'dialogs');
}

async function drawn(opened) {
    await scrollThrough(opened);
    const found = await blank(opened);
    check(found.length > 0, 'no figure.chart in the page');
    none(found.filter(({ canvases, noData }) => canvases.length === 0 && noData === ''),
        'figures with neither chart nor reason');
    none(found.filter(({ canvases, known, marks }) =>
        canvases.length > 0 && (!known || marks === 0 || canvases.every((c) => c.drawn < 50))),
    'figures with nothing drawn');
    none(found.filter(({ canvases }) => canvases.some((c) => c.width < 100 || c.height < 60)),
        'charts too small to read');
}

async function apart(opened) {
    const boxes = await textBoxes(opened);
    check(boxes.length > 0, 'no text in any chart');
    none(overlapping(boxes), 'labels of a chart over each other');
    none(cutOff(boxes), 'labels cut off by the edge of their chart');
    none(overlapping(await pageTextBoxes(opened), LINE_SLACK_PX), 'texts over each other');
}

async function usable(opened) {
    none(await axe(opened), 'serious findings of axe');
}

async function noSideways(opened) {
    none(await sideways(opened), 'sideways scrolling');
}

async function onPaper(opened) {
    const { pages, bytes, clipped } = await printed(opened);
    check(pages > 0 && bytes > LEAST_PDF_BYTES, `a PDF of ${pages} pages, ${bytes} bytes`);
    none(clipped, 'charts wider than the paper');
}

function checkAt(name, options, looks) {
    const label = `${name} ${options.width}${options.dark ? ' dark' : ''}` +
        `${options.frame ? ' framed' : ''}`;
    for (const [what, look] of Object.entries(looks)) {
        test(`${label}: ${what}`, async () => look(await openShared(name, options)));
    }
    test(`${label}: still quiet`, async () => {
        const opened = await openShared(name, options);
        await screenshot(opened, label.replaceAll(' ', '-'));
        await quiet(opened);
        note(`${label}: ready after ${Math.round(opened.ready_ms)} ms`);
    });
}

for (const name of clusters) {
    for (const width of widths) {
        for (const dark of [false, true]) {
            checkAt(name, { width, dark }, {
                quiet, 'charts drawn': drawn, 'labels apart': apart,
                'no sideways scrolling': noSideways, 'axe': usable,
            });
        }
    }
    checkAt(name, { width: 1280, frame: true, height: 800 }, {
        quiet, 'charts drawn': drawn, 'labels apart': apart,
    });
    checkAt(name, { width: 1600 }, { printed: onPaper });
}

for (const name of small) {
    // what is said of a collection has no chart: its words need both grounds
    for (const [width, dark] of [[380], [1280], ...['collected', 'replay'].includes(name) ? [[380, true]] : []]) {
        checkAt(name, { width, dark }, {
            quiet, 'charts drawn': drawn, 'labels apart': apart,
            'no sideways scrolling': noSideways, 'axe': usable,
        });
    }
}

test('a report of 1,000 nodes is under 6.5 MB', () => {
    const { size } = statSync(report('thousand'));
    note(`a report of 1,000 nodes: ${(size / 1e6).toFixed(2)} MB`);
    check(size < MOST_BYTES, `${size} bytes`);
});

test('every section is there, each once', async () => {
    const { view } = await openShared('demo', { width: 1280 });
    const ids = await view.evaluate(() =>
        [...document.querySelectorAll('[id]')].map((element) => element.id));
    none(sections.filter((id) => !ids.includes(id) && id !== 'groups'),
        'sections that are missing');
    check(!ids.includes('groups'), 'a section of groups without --group-by');
    none(ids.filter((id, i) => ids.indexOf(id) !== i), 'ids used twice');
});

test('every chart has a caption and its numbers as a table', async () => {
    const { view } = await openShared('demo', { width: 1280 });
    none(await view.evaluate(() => [...document.querySelectorAll('figure.chart')]
        .filter((figure) => figure.querySelector('.no-data') === null)
        .filter((figure) => !figure.querySelector('figcaption')?.textContent.trim() ||
            figure.querySelector('details.as-table') === null)
        .map((figure) => figure.id)), 'charts without them');
});

test('the table of nodes has every node', async () => {
    for (const name of ['demo', 'thousand', 'single']) {
        const { view } = await openShared(name, { width: 1280 });
        const { rows, nodes, said } = await view.evaluate(() => ({
            rows: document.querySelectorAll('#nodes-table tbody tr').length,
            nodes: window.hindcast.data.findings.nodes.length,
            said: document.querySelector('#nodes')?.textContent ?? '',
        }));
        const all = rows === nodes || said.replaceAll(',', '').includes(String(nodes));
        check(rows > 0 && all, `${name}: ${rows} rows, ${nodes} nodes, and no word of the rest`);
    }
});

test('with less motion, nothing moves', async () => {
    const opened = await openShared('demo', { width: 1280, reducedMotion: true });
    none(await opened.view.evaluate(() => [...document.getAnimations()
        .map((one) => `${one.effect?.target?.tagName} ${one.animationName ?? ''}`),
    ...Object.entries(window.hindcast.charts)
        .filter(([, chart]) => chart.getModel().get('animation') === true)
        .map(([name]) => `chart ${name}`)]), 'animations');
    await quiet(opened);
});
