// What repeats, grows, changes and goes together, on the page: the numbers are those of
// findings.json, the pictures follow what is chosen, and where nothing was found it is said.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
    check, hostileNames, none, openShared, report, scrollThrough, soon, test,
} from './harness.mjs';

const options = { width: 1280 };
const findingsOf = (name) =>
    JSON.parse(readFileSync(path.join(path.dirname(report(name)), 'findings.json'), 'utf8'));
const sections = ['rhythm', 'growth', 'changes', 'twins', 'roles'];
const MOST_ELEMENTS = 15000;

const option = (view, chart) => view.evaluate((name) => {
    const { series, xAxis, yAxis } = window.hindcast.charts[name].getOption();
    return { series: series.map(({ type, name: title, data }) => ({ type, name: title, data })),
        x: xAxis[0].data, y: yAxis[0].data };
}, chart);

// Rows of a sorted table as texts, all of them: "Show more" is pressed until it is gone.
async function rowsOf(view, table) {
    const more = view.locator(`.sorted:has(#${table}) > button`);
    while (await more.isVisible()) {
        await more.click();
    }
    return view.evaluate((id) => [...document.querySelectorAll(`#${id} tbody tr`)]
        .map((row) => [...row.children].map((cell) => cell.textContent)), table);
}

const sortedRows = (rows) => rows.map((row) => row.join(' | ')).sort();
const sign = (value, digits) => (value < 0 ? '' : '+') + value.toFixed(digits);

test('the sections of patterns have a picture and a table of the findings', async () => {
    const { view } = await openShared('bitbrains', options);
    const { rhythm, twins, roles } = findingsOf('bitbrains');
    const cpu = rhythm.nodes.filter(({ gauge }) => gauge === 'cpu_usage_rate');
    const strengths = await rowsOf(view, 'rhythm-nodes');
    check(String(sortedRows(strengths.map((row) => [row[0], row[4], row[10]]))) === String(sortedRows(
        cpu.map((row) => [row.node, row.season === null ? '–' : row.season.toFixed(2),
            row.n.toLocaleString('en')]))), 'other strengths');
    const pairs = await rowsOf(view, 'twins-table');
    check(String(pairs.map(([kind, a, b, r]) => [kind.split(',')[0], a, b, r])) === String(
        twins.pairs.map((pair) => [pair.r > 0 ? 'together' : 'opposite', pair.a, pair.b,
            sign(pair.r, 3)])), 'other pairs');
    const kinds = await rowsOf(view, 'roles-table');
    check(String(sortedRows(kinds.map(([node, role]) => [node, role]))) === String(sortedRows(
        roles.nodes.map(({ node, role }) => [node, role]))), 'other roles');
});

test('the map of twins has every r, and a frame a family', async () => {
    const { view } = await openShared('bitbrains', options);
    const { twins } = findingsOf('bitbrains');
    const { series: [cells, frames], x } = await option(view, 'twins');
    check(String(x) === String(twins.map.map(({ node }) => node)), 'other nodes');
    check(cells.data.length === twins.map.length ** 2, `${cells.data.length} cells`);
    none(cells.data.filter(({ value: [i, j, r] }) => (twins.r[j][i] === null ? r !== '-'
        : Math.abs(r - twins.r[j][i]) > 1e-9)).map(({ value }) => value), 'other cells');
    const families = new Set(twins.map.map(({ family }) => family).filter((family) => family));
    check(frames.data.length === families.size, `${frames.data.length} frames`);
});

test('changes over time add up to all changes, of all gauges and of one', async () => {
    const { view } = await openShared('bitbrains', options);
    const { changes } = findingsOf('bitbrains');
    const total = async () => {
        const { series } = await option(view, 'changes');
        return series.map(({ data }) => data.reduce((sum, [, n]) =>
            sum + (n === '-' ? 0 : Math.abs(n)), 0));
    };
    const ups = (rows) => rows.filter(({ before, after }) => after > before).length;
    const [up, down] = await total();
    check(up === ups(changes.nodes) && up + down === changes.nodes.length, `${up} and ${down}`);
    const choice = view.locator('#changes').getByLabel('Gauge', { exact: true });
    await choice.focus();
    await view.page().keyboard.press('ArrowDown');
    const first = changes.nodes[0].gauge;
    const rows = changes.nodes.filter(({ gauge }) => gauge === first);
    await soon(async () => (await total())[0] === ups(rows), `${first}: not ${ups(rows)} up`);
    await choice.selectOption({ index: 0 });
});

test('growth draws the days of the gauge that is chosen', async () => {
    const { view } = await openShared('demo', options);
    const { growth } = findingsOf('demo');
    const disk = growth.cluster.find(({ gauge }) => gauge === 'disk_usage');
    await view.locator('#growth').getByLabel('Gauge', { exact: true }).selectOption('disk_usage');
    const { series } = await option(view, 'growth');
    const days = series.find(({ name }) => name === 'mean of a day').data;
    const known = disk.daily.filter((value) => value !== null);
    check(days.length === known.length, `${days.length} days`);
    none(days.filter(([, value], i) => Math.abs(value - 100 * known[i]) > 1e-4), 'other means');
    const line = series.find(({ name }) => name === 'line').data;
    check(Math.abs(line[1][1] - 100 * disk.level) < 1e-6, `ends at ${line[1][1]}`);
    const said = await view.locator('#chart-growth figcaption').textContent();
    check(said.includes('disk_usage') && said.includes(`${disk.days} days`), said);
    const full = growth.nodes.filter((row) => row.full_days !== null)
        .sort((a, b) => a.full_days - b.full_days);
    const { y } = await option(view, 'full');
    check(String(y) === String(full.slice(0, 30).map(({ node }) => node)), `${y}`);
});

test('the week of the cluster, and its parts, are those of the findings', async () => {
    const { view } = await openShared('demo', options);
    const { rhythm } = findingsOf('demo');
    const { series: [week] } = await option(view, 'rhythm');
    none(week.data.filter(([, value], i) =>
        Math.abs(value - 100 * rhythm.cluster[0].profile[i]) > 1e-4), 'other hours');
    const { series } = await option(view, 'parts');
    const exact = [rhythm.parts[0].trend, ...rhythm.parts[0].seasons.map(({ values }) => values),
        rhythm.parts[0].remainder];
    check(series.length === exact.length, `${series.length} curves`);
    series.forEach(({ data }, k) => {
        const known = exact[k].filter((value) => value !== null);
        const step = (Math.max(...known) - Math.min(...known)) / 508 * 1.02;
        none(data.filter(([, value], i) => (exact[k][i] === null ? value !== null
            : Math.abs(value / 100 - exact[k][i]) > step + 1e-7)), `curve ${k} differs`);
    });
});

test('names are shown in the sections of patterns, and not obeyed', async () => {
    const { view } = await openShared('hostile', options);
    const shown = (await rowsOf(view, 'roles-table')).map(([node]) => node);
    check(shown.length === hostileNames.length, `${shown.length} nodes`);
    check(shown.includes(hostileNames[0]), 'the first name is not a text');
    check(await view.evaluate(() => window.hacked === undefined), 'a name was run');
});

test('where nothing was found it is said, with the reason', async () => {
    const { view } = await openShared('single', options);
    check((await view.locator('#twins').textContent()).includes('a single node'), 'no reason');
    const { growth } = findingsOf('single');
    check(growth.status !== 'ok', 'ten days are enough');
    check((await view.locator('#growth').textContent()).includes(growth.reason), 'no reason');
});

test('a thousand nodes make no page of a hundred thousand elements', async () => {
    const opened = await openShared('thousand', options);
    await scrollThrough(opened);
    const n = await opened.view.evaluate(() => document.querySelectorAll('*').length);
    check(n < MOST_ELEMENTS, `${n} elements`);
});

test('every statement leads to a picture, or to numbers, that is there', async () => {
    for (const name of ['demo', 'single']) {
        const { view } = await openShared(name, options);
        const { lost, to } = await view.evaluate(() => {
            const links = [...document.querySelectorAll('.statement a')].map((a) => a.hash.slice(1));
            return { lost: links.filter((id) => !document.getElementById(id)), to: links };
        });
        none(lost, `${name}: links to nothing`);
        if (name === 'demo') {
            none(sections.filter((id) => !to.includes(`chart-${id}`)), 'sections without a link');
        }
    }
});
