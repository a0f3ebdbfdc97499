// When nodes were not as usual: node by day, hours of many nodes, the worst events.
import { absent, axis, figure, label, tip } from '../chart.js';
import { h } from '../dom.js';
import { bytes, count, duration, localTime, number, percent, plural } from '../format.js';
import { plainTable, sortedTable } from '../table.js';
import { colours } from '../theme.js';

const CELL = 14;
const MOST_FLEET = 12;
const DAY_MS = 86400e3;
// from the mildest event on; 0 is a day without one
const CLASSES = [[0, 'none'], [5, '5–7'], [7, '7–10'], [10, '10–15'], [15, '15+']];

const classOf = (score) => CLASSES.reduce((found, [from], i) => (score > 0 && score >= from ? i : found), 0)
    || (score > 0 ? 1 : 0);
const local = (iso, { offset_s: offset }) => localTime(Date.parse(iso) / 1000 + offset);
const seconds = (event) => (Date.parse(event.end) - Date.parse(event.start)) / 1000;
const lasts = (event) => (seconds(event) > 0 ? duration(seconds(event)) : '1 sample');

function inGauge(units, gauge, value) {
    const unit = units.get(gauge) || '';

    if (unit === 'fraction') return percent(value);
    return unit.startsWith('bytes') ? bytes(value) : number(value);
}

const unitsOf = ({ columns }) => new Map(columns.map((column) => [column.name, column.unit]));

function blamed(units, { columns: [first, ...rest] }) {
    if (!first) return 'no single gauge: many are a little off';
    return `${first.gauge} ${inGauge(units, first.gauge, first.value)} (usually ${inGauge(units, first.gauge, first.usual)})`
        + (rest.length ? ` and ${rest.length} more` : '');
}

// ---- the map ----

function dayOf(anomalies, column) {
    return new Date(Date.parse(anomalies.first_day) + column * anomalies.days_each * DAY_MS)
        .toISOString().slice(0, 10);
}

function mapOption(anomalies, width) {
    const c = colours();
    const names = anomalies.nodes.slice(0, anomalies.map.length).map(({ node }) => label(node));
    const cells = anomalies.map.flatMap((row, y) => row.map((score, x) => [x, y, score])
        .filter(([, , score]) => score !== null));
    const shades = [c.none, ...[1, 2, 3, 4].map((i) => c.events[i - 1])];

    return {
        height: 76 + names.length * CELL,
        chart: {
            grid: { left: width < 600 ? 100 : 150, right: 16, top: 34, bottom: 28 },
            tooltip: {
                formatter: ({ value: [x, y, score] }) => tip(anomalies.nodes[y].node, [
                    [anomalies.days_each > 1 ? 'from' : 'day', dayOf(anomalies, x)],
                    ['worst score', score > 0 ? number(score) : 'no event']]),
            },
            xAxis: axis({
                type: 'category', data: Array.from({ length: anomalies.days }, (_, x) => dayOf(anomalies, x)),
                axisLabel: { formatter: (day) => day.slice(5) }, axisTick: { show: false }, splitLine: { show: false },
            }),
            yAxis: axis({
                type: 'category', inverse: true, data: names, splitLine: { show: false },
                axisLabel: { width: width < 600 ? 90 : 140, overflow: 'truncate', fontSize: 11, interval: 0 },
            }),
            visualMap: {
                type: 'piecewise', orient: 'horizontal', left: 0, top: 0, dimension: 3, selectedMode: false,
                itemWidth: 12, itemHeight: 12, itemGap: 8, textGap: 4, textStyle: { color: c.faint, fontSize: 11 },
                pieces: CLASSES.map(([, words], i) => ({ value: i, label: words, color: shades[i] })),
            },
            series: [{ type: 'heatmap', progressive: 0, itemStyle: { borderWidth: 0 },
                data: cells.map(([x, y, score]) => [x, y, score, classOf(score)]) }],
        },
    };
}

function mapFigure({ findings }) {
    const { anomalies, input } = findings;
    const shown = anomalies.map.length;
    const nodes = anomalies.nodes.length;
    const every = anomalies.days_each > 1 ? `${anomalies.days_each} days` : 'day';

    if (!shown) return absent('anomalies', 'Events by node and day', 'no event: every node was as usual');
    return figure({
        name: 'anomalies', title: 'Events by node and day',
        label: () => `Worst score of ${plural(shown, 'node')} by ${every}: ${count(anomalies.total)} events in ${plural(nodes, 'node')}.`,
        caption: () => [`The worst score of an event by node and ${every}, zone ${input.timezone}. About 1 is usual; an event is a `,
            `stretch of ${anomalies.off} or more that reaches ${anomalies.on}. Empty: no sample. `,
            shown < nodes ? `The ${count(shown)} nodes with the highest score, of ${count(nodes)} with an event.` : ''],
        option: (width) => mapOption(anomalies, width),
        table: () => ({
            head: ['Node', 'Events', 'Worst score', 'Time in events'],
            rows: anomalies.nodes.map((row) => [row.node, count(row.events), number(row.score), duration(row.minutes * 60)]),
        }),
    });
}

// ---- tables ----

function fleet({ anomalies, input }) {
    const rows = anomalies.fleet.slice(0, MOST_FLEET);

    if (!rows.length) return h('p', {}, `No hour has events of more nodes than by chance, of ${plural(anomalies.nodes_known, 'node')}.`);
    return [h('h3', {}, 'Many nodes at once'),
        plainTable('Many nodes at once', [`From (${input.timezone})`, 'Lasts', 'Nodes', 'Events', 'Most to blame'],
            rows.map((row) => [local(row.start, row), lasts(row), count(row.nodes), count(row.events),
                row.columns.map(({ gauge, events }) => `${gauge} (${count(events)})`).join(', ') || '–'])),
        rows.length < anomalies.total_fleet
            ? h('p', { class: 'faint' }, `The ${rows.length} with most nodes, of ${count(anomalies.total_fleet)}.`) : null];
}

function events(findings) {
    const { anomalies, input } = findings;
    const units = unitsOf(findings);
    const left = anomalies.total - anomalies.events.length;

    if (!anomalies.events.length) return null;
    return [h('h3', {}, 'Events'), sortedTable({
        id: 'anomalies-table', label: 'Events, worst first', rows: anomalies.events,
        sort: 'score', descending: true, search: (row) => `${row.node} ${row.columns.map(({ gauge }) => gauge).join(' ')}`,
        columns: [
            { key: 'node', title: 'Node', text: true, value: (row) => row.node, show: (v) => v },
            { key: 'start', title: `From (${input.timezone})`, text: true, value: (row) => row.start, show: (v, row) => local(v, row) },
            { key: 'lasts', title: 'Lasts', value: seconds, show: (v, row) => lasts(row) },
            { key: 'score', title: 'Score', value: (row) => row.score, show: number },
            { key: 'fleet', title: 'Nodes at once', value: (row) => anomalies.fleet[row.fleet]?.nodes ?? 1, show: count },
            { key: 'columns', title: 'To blame', text: true, value: (row) => row.columns[0]?.gauge ?? null,
                show: (v, row) => blamed(units, row) },
        ],
    }), left > 0 ? h('p', { class: 'faint' },
        `The ${count(anomalies.events.length)} with the highest score; ${count(left)} more are left out.`) : null];
}

export function anomalies(data) {
    const { findings } = data;
    const found = findings.anomalies;

    if (found.status !== 'ok') return [absent('anomalies', 'Events by node and day', found.reason)];
    return [h('p', {}, `${plural(found.total, 'event')} in ${count(found.nodes.length)} of ${plural(found.nodes_known, 'node')}, `
        + `out of ${plural(found.n, 'sample')}: a node's gauges, each against its usual hour of the week, in one score.`,
    found.too_short ? ` Left out: ${plural(found.too_short, 'node')} without two weeks of hours.` : ''),
    mapFigure(data), fleet(findings), events(findings)];
}
