// The page where it is not a window of its own: on paper, in a frame without an address, and
// from a file that is not whole.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { check, none, open, report, soon, test } from './harness.mjs';

const options = { width: 1280 };

// ---- paper ----------------------------------------------------------------------------------

// Of each chart: its canvases, and the share of the lowest that is drawn on.
function layers(view) {
    return view.evaluate(() => Object.entries(window.hindcast.charts).map(([name, chart]) => {
        const all = [...chart.getDom().querySelectorAll('canvas')];
        const [first] = all;
        const { width, height } = first;
        const pixels = first.getContext('2d').getImageData(0, 0, width, height).data;
        let drawn = 0;

        for (let i = 3; i < pixels.length; i += 4) drawn += pixels[i] > 0;
        return { name, canvases: all.length, width: chart.getWidth(),
            drawn: drawn / (width * height) };
    }));
}

// the least share of a heat map's picture that is drawn; that of twins is a square
const heatMaps = { received: 0.3, correlation: 0.3, weekly: 0.3, hot: 0.3, twins: 0.15 };

test('on paper a chart is one picture, with the cells of heat maps in it', async () => {
    const { page, view, close } = await open(report('demo'), options);
    const before = await layers(view);
    await page.emulateMedia({ media: 'print' });
    const narrower = async () => (await layers(view)).every(
        ({ width }, i) => width < before[i].width);
    await page.setViewportSize({ width: 718, height: 1000 });
    await soon(narrower, 'as wide as on the screen');
    const paper = await layers(view);
    none(paper.filter(({ canvases }) => canvases !== 1), 'charts of several layers');
    none(paper.filter(({ name, drawn }) =>
        drawn < (heatMaps[name] ?? 0)), 'empty heat maps');
    await close();
});

test('on paper what is folded is open, and folded again after', async () => {
    const { view, close } = await open(report('demo'), options);
    const folded = () => view.evaluate(() =>
        document.querySelectorAll('main details:not(.as-table):not([open])').length);
    const before = await folded();
    await view.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    check(before > 1 && await folded() === 0, `${await folded()} of ${before} stay folded`);
    await view.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    check(await folded() === before, `${await folded()} folded after, ${before} before`);
    await close();
});

test('on paper there are no controls, and no table is cut', async () => {
    const { page, view, close } = await open(report('demo'), options);
    await page.setViewportSize({ width: 718, height: 1000 });
    await page.emulateMedia({ media: 'print' });
    none(await view.evaluate(() => [...document.querySelectorAll('nav, .bar, .choice')]
        .filter((one) => one.getBoundingClientRect().height > 0)
        .map((one) => one.textContent.slice(0, 40))), 'controls on paper');
    none(await view.evaluate(() => [...document.querySelectorAll('table')]
        .filter((one) => one.getBoundingClientRect().right > window.innerWidth)
        .map((one) => one.id || one.textContent.slice(0, 40))), 'tables wider than the paper');
    await close();
});

// ---- a frame without an address -----------------------------------------------------------

test('in a frame made from a text, links lead to their places', async () => {
    const { page, close } = await open(report('demo'), { ...options, frame: 'text' });
    const inside = page.frames()[1];
    await inside.locator('nav a[href="#weekly"]').click();
    const top = await inside.evaluate(() =>
        document.getElementById('weekly')?.getBoundingClientRect().top ?? null);
    check(top !== null && top >= 0 && top < 200, `the section is at ${top}`);
    await inside.locator('#statement-baseline\\.cpu a', { hasText: 'how' }).click();
    check(await inside.evaluate(() => document.getElementById('method-baseline.cpu').open),
        'the method is closed');
    await close();
});

// ---- data that is not whole ---------------------------------------------------------------

const begin = '<script type="application/json" id="hindcast-data">';

// Opens the report of the demo with other data, and takes what `look` sees.
async function withData(change, look) {
    const html = readFileSync(report('demo'), 'utf8');
    const from = html.indexOf(begin) + begin.length;
    const to = html.indexOf('</script>', from);
    const folder = mkdtempSync(path.join(tmpdir(), 'hindcast-data-'));
    const file = path.join(folder, 'report.html');

    writeFileSync(file, html.slice(0, from) + change(html.slice(from, to)) + html.slice(to));
    try {
        const opened = await open(file, options);
        await look(opened);
        await opened.close();
    } finally {
        rmSync(folder, { recursive: true });
    }
}

function without(...keys) {
    return (text) => {
        const data = JSON.parse(text);
        const last = keys.pop();

        delete keys.reduce((part, key) => part[key], data)[last];
        return JSON.stringify(data).replaceAll('<', '\\u003c');
    };
}

for (const keys of [['series'], ['needs'], ['findings', 'quality'], ['findings', 'input'],
    ['findings', 'nodes'], ['findings', 'temporal'], ['findings', 'correlation'],
    ['findings', 'opportunity'], ['findings', 'workloads'], ['findings', 'findings'],
    ['findings', 'rhythm'], ['findings', 'growth'], ['findings', 'changes'], ['findings', 'twins'],
    ['findings', 'roles'], ['parts'], ['changes']]) {
    test(`without ${keys.join('.')} the rest of the page stands`, () =>
        withData(without(...keys), async ({ view, errors }) => {
            const { sections, drawn, failed, said } = await view.evaluate(() => ({
                sections: document.querySelectorAll('main > section').length,
                drawn: Object.keys(window.hindcast.charts).length,
                failed: window.hindcast.failed.length,
                said: document.querySelectorAll('.no-data').length,
            }));
            none(errors, 'errors that nobody caught');
            check(sections === 21, `${sections} sections`);
            check(drawn >= 3, `${drawn} charts`);
            check(said >= failed && failed + said > 0, `${failed} failed, ${said} said so`);
        }));
}

test('data that cannot be read are said to be so', () =>
    withData((text) => text.slice(0, text.length / 2), async ({ view, errors }) => {
        none(errors, 'errors that nobody caught');
        check((await view.locator('#page').textContent()).includes('cannot be read'), 'no word');
        check(await view.evaluate(() => window.hindcast.failed.length) === 1, 'not in failed');
    }));
