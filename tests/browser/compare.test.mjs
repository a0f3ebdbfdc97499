// Two ranges of time, where --compare asked for them: what is drawn is what was found.
import { check, none, openShared, test } from './harness.mjs';

const near = (a, b) => (a === null ? b === null : Math.abs(a - b) <= 1e-4 * Math.max(1, Math.abs(a)));

test('compare: both ranges are drawn day by day, for the gauge that is chosen', async () => {
    const { view } = await openShared('demo', { width: 1280 });
    const seen = async () => view.evaluate(() => ({
        lines: window.hindcast.charts.compare.getOption().series.map(({ data }) => data.map(([, y]) => y)),
        words: document.querySelector('#chart-compare figcaption').textContent,
    }));
    const rows = await view.evaluate(() => window.hindcast.data.findings.compare.cluster);
    const cpu = rows.find(({ gauge }) => gauge === 'cpu_usage_rate');
    const same = (lines, row, factor) => ['first', 'second'].every((side, i) =>
        lines[i].length === row.daily[side].length
        && row.daily[side].every((value, k) => near(value === null ? null : value * factor, lines[i][k])));

    let { lines, words } = await seen();
    check(cpu.daily.first.length === 14 && cpu.daily.second.length === 16, 'the ranges have not 14 and 16 days');
    check(same(lines, cpu, 100), 'CPU is drawn otherwise than found');
    check(words.includes('CPU of the cluster'), words);
    await view.locator('#chart-compare select').selectOption({ index: 1 });
    ({ lines, words } = await seen());
    check(!same(lines, cpu, 100) && !words.includes('CPU of the cluster'), 'the choice changes nothing');
});

test('compare: a mark for every node, by its claim', async () => {
    const { view } = await openShared('demo', { width: 1280 });
    const { series, rows } = await view.evaluate(() => ({
        series: window.hindcast.charts['compare-nodes'].getOption().series.map(({ name, data }) => [name, data]),
        rows: window.hindcast.data.findings.compare.nodes.filter(({ gauge }) => gauge === 'cpu_usage_rate'),
    }));
    const marks = Object.fromEntries(series.filter(([name]) => name));

    check(rows.length > 15, `${rows.length} nodes`);
    check(marks['clearly more'].length === rows.filter(({ claim }) => claim === 'more').length, 'more');
    check(marks['clearly less'].length === rows.filter(({ claim }) => claim === 'less').length, 'less');
    none(Object.values(marks).flat().filter(([x, y, i]) =>
        !near(100 * rows[i].first.mean, x) || !near(100 * rows[i].second.mean, y)), 'marks in another place');
    check(Object.values(marks).flat().length === rows.length, 'not as many marks as nodes');
});

test('compare: its statement comes first and leads there', async () => {
    const { view } = await openShared('demo', { width: 1280 });
    const link = view.locator('#statements a[href="#chart-compare"]').first();

    check(await link.count() === 1, 'no link from the statement to the section');
    check((await view.locator('#compare .lead').textContent()).includes('against'), 'no sentence in the section');
});

test('compare: no section where nobody asked', async () => {
    const { view } = await openShared('single', { width: 1280 });

    check(await view.locator('#compare').count() === 0, 'a section');
    check(await view.locator('nav a[href="#compare"]').count() === 0, 'a link to it');
});
