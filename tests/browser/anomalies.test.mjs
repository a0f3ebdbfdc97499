// The section Anomalies: its map, its tables, and what it says where there is nothing.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { check, none, openShared, report, soon, test } from './harness.mjs';

const findingsOf = (name) =>
    JSON.parse(readFileSync(path.join(path.dirname(report(name)), 'findings.json'), 'utf8'));

for (const name of ['demo', 'bitbrains']) {
    test(`anomalies ${name}: the map is that of findings.json, node by day`, async () => {
        const { view } = await openShared(name, { width: 1280 });
        const { anomalies } = findingsOf(name);
        const drawn = await view.evaluate(() => {
            const { yAxis, xAxis, series } = window.hindcast.charts.anomalies.getOption();
            return { nodes: yAxis[0].data, days: xAxis[0].data,
                cells: series[0].data.map(([x, y, score]) => [x, y, score]) };
        });
        check(anomalies.map.length > 0, 'no row in the map');
        none(drawn.nodes.filter((node, i) => node !== anomalies.nodes[i].node), 'rows of other nodes');
        check(drawn.days.length === anomalies.days && drawn.days[0] === anomalies.first_day,
            `days ${drawn.days.length} from ${drawn.days[0]}`);
        none(drawn.cells.filter(([x, y, score]) => Math.abs(anomalies.map[y][x] - score) > 0.01),
            'cells of another score');
        check(drawn.cells.length === anomalies.map.flat().filter((v) => v !== null).length,
            `${drawn.cells.length} cells`);
    });

    test(`anomalies ${name}: the table of events is the list, and is searched`, async () => {
        const { view } = await openShared(name, { width: 1280 });
        const { anomalies } = findingsOf(name);
        const rows = () => view.evaluate(() => [...document.querySelectorAll(
            '#anomalies-table tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent)));
        const [first] = anomalies.events;
        const shown = await rows();
        check(shown.length === Math.min(50, anomalies.events.length), `${shown.length} rows`);
        check(shown[0][0] === first.node && Number(shown[0][3]) === Number(first.score.toFixed(2)),
            `first: ${shown[0]}`);
        none(shown.filter((cells, i) => i && Number(cells[3]) > Number(shown[i - 1][3])), 'rows out of order');
        check(shown[0][5].startsWith(first.columns[0]?.gauge ?? 'no single'), shown[0][5]);
        if (anomalies.events.length <= 8) return;
        await view.fill('#anomalies .sorted input', first.node);
        await soon(async () => (await rows()).every((cells) => cells[0].includes(first.node)),
            'rows of other nodes');
        await view.fill('#anomalies .sorted input', '');
    });
}

test('anomalies: where there are too few days the reason stands there', async () => {
    const { view } = await openShared('single', { width: 1280 });
    const said = await view.evaluate(() => document.querySelector('#anomalies .no-data').textContent);
    check(said.includes('less than two weeks'), said);
});

test('anomalies: a statement leads to the picture', async () => {
    const { view } = await openShared('demo', { width: 1280 });
    const to = await view.evaluate(() => document.querySelector(
        '#statement-anomalies\\.events a[href^="#chart"]').getAttribute('href'));
    check(to === '#chart-anomalies', to);
});
