// The data as they came in: what was received of every node, and what is wrong with it.
import { absent, axis, figure, label, tip } from '../chart.js';
import { h } from '../dom.js';
import { count, duration, localTime, percent, pct, plural } from '../format.js';
import { plainTable, sortedTable } from '../table.js';
import { colours } from '../theme.js';
import { collected } from './collected.js';

const MOST_ROWS = 40;
const CELL = 14;

// Columns of the picture: several buckets each where the plot has no room for one a pixel.
function columnsOf(series, width) {
    const most = Math.max(20, Math.floor((width - 190) / 4));
    const each = Math.max(1, Math.ceil(series.buckets / most));

    return { each, n: Math.ceil(series.buckets / each) };
}

// The lowest share of the buckets of a column: a short gap must not fade in a wide column.
function rowOf(series, at, { each, n }) {
    const shares = series.received(at);
    const row = [];

    for (let i = 0; i < n; i += 1) {
        const here = shares.slice(i * each, (i + 1) * each).filter((v) => v !== null);
        row.push(here.length ? Math.min(...here) : null);
    }
    return row;
}

function worstFirst(findings, series) {
    const records = new Map(findings.quality.records_per_node.map((r) => [r.node + '\0' + (r.cluster || ''), r]));
    const rows = series.node.map((index, at) => {
        const node = findings.nodes[index];
        const record = records.get(node.node + '\0' + (node.cluster || '')) || {};

        return { at, name: node.node, record };
    }).filter((row) => typeof row.record.coverage === 'number');

    if (rows.length <= MOST_ROWS) return rows;
    return rows.sort((a, b) => a.record.coverage - b.record.coverage || a.at - b.at);
}

function receivedFigure({ findings, series }) {
    const rows = worstFirst(findings, series);
    const shown = rows.slice(0, MOST_ROWS);
    const zone = findings.input.timezone;

    if (!series.buckets || !rows.length)
        return absent('received', 'Samples received', findings.quality.reason
            || 'no node has a regular step, so nothing is known to be missing');
    const complete = rows.filter((row) => row.record.coverage >= 0.9995).length;
    const left = rows.length - shown.length;

    return figure({
        name: 'received',
        title: 'Samples received of those expected',
        label: () => `Samples received over time, ${plural(shown.length, 'node')} shown; all nodes together `
            + `received ${percent(findings.quality.coverage)}.`,
        caption: () => [`Share of the expected samples by node and time (${zone}), in steps of 5 %; a column shows its `,
            `poorest ${duration(series.width)}. Nothing is drawn before a node's first sample and after its last. `,
            left ? `The ${count(shown.length)} nodes with the lowest coverage of ${count(rows.length)}; `
                + `${count(complete)} nodes have 99.95 % or more. ` : '',
            `Over all nodes ${percent(findings.quality.coverage)} of the slots are filled.`],
        option: (width) => receivedOption(series, shown, columnsOf(series, width), width),
        table: () => ({
            head: ['Node', 'Coverage', 'Samples', 'Expected slots', 'Gaps', 'Longest gap'],
            rows: rows.map(({ name, record }) => [name, percent(record.coverage), count(record.n),
                count(record.expected), count(record.gaps), duration(record.longest_gap_s)]),
        }),
    });
}

function receivedOption(series, rows, columns, width) {
    const c = colours();
    const cells = [];

    rows.forEach((row, y) => rowOf(series, row.at, columns).forEach((share, x) => {
        if (share !== null) cells.push([x, y, Math.round(share * 1000) / 1000]);
    }));
    const dayBegun = (x) => time(x + 1).slice(5, 10);
    const time = (x) => localTime(series.time(Math.min(x * columns.each, series.buckets)) / 1000);

    return {
        height: 110 + rows.length * CELL,
        chart: {
            grid: { left: width < 600 ? 100 : 150, right: 16, top: 8, bottom: 84 },
            tooltip: {
                formatter: ({ value }) => tip(rows[value[1]].name, [
                    ['from', time(value[0])], ['received, at least', percent(value[2])]]),
            },
            xAxis: axis({
                type: 'category', data: Array.from({ length: columns.n }, (_, x) => time(x)),
                // a date stands where its day begins
                axisLabel: { formatter: (_, x) => dayBegun(x), interval: (x) => (x ? dayBegun(x) !== dayBegun(x - 1) : false) },
                axisTick: { show: false },
                splitLine: { show: false },
            }),
            yAxis: axis({
                type: 'category', inverse: true, data: rows.map((row) => label(row.name)),
                axisLabel: { width: width < 600 ? 90 : 140, overflow: 'truncate', fontSize: 11, interval: 0 },
                splitLine: { show: false },
            }),
            visualMap: {
                type: 'continuous', min: 0, max: 1, calculable: false, orient: 'horizontal',
                left: 'center', bottom: 4, itemHeight: 120, itemWidth: 12,
                text: ['all', 'none'], textStyle: { color: c.faint },
                inRange: { color: c.received },
            },
            series: [{ type: 'heatmap', data: cells, progressive: 0, itemStyle: { borderWidth: 0 } }],
        },
    };
}

function gaps({ findings, series }) {
    const { fleet_gaps: fleet, collections } = findings.quality;
    const known = Boolean(collections?.length); // by a collector that counted its holes
    const local = (iso) => series.stamp(Date.parse(iso) / 1000);

    if (!fleet.length) return h('p', {}, 'No gap is shared by 80 % or more of the nodes.');
    return [h('h3', {}, 'Gaps of the whole fleet'), plainTable('Gaps of the whole fleet',
        ['From', 'To', 'Length', 'Nodes', ...known ? ['Hole of the collection'] : []],
        fleet.map((gap) => [local(gap.start), local(gap.end),
            duration((Date.parse(gap.end) - Date.parse(gap.start)) / 1000), count(gap.nodes),
            ...known ? [gap.hole ? 'yes' : 'no'] : []]))];
}

function missing({ quality }) {
    const rows = quality.missing.filter((row) => row.missing || row.infinite);

    if (!rows.length) return h('p', {}, 'No value is missing or infinite.');
    return [h('h3', {}, 'Missing values'), sortedTable({
        id: 'missing-table', label: 'Missing values by column', rows, sort: 'missing', descending: true,
        columns: [
            { key: 'column', title: 'Column', text: true, value: (row) => row.column, show: (v) => v },
            { key: 'missing', title: 'Missing', value: (row) => row.missing, show: count },
            { key: 'pct', title: 'Of all rows', value: (row) => row.pct, show: pct },
            { key: 'infinite', title: 'Infinite', value: (row) => row.infinite, show: count },
        ],
    })];
}

function strange({ quality }) {
    const rows = quality.out_of_range.filter((row) => row.below || row.above);

    return [
        h('h3', {}, 'Repeats, order, impossible values'),
        h('p', {}, `${count(quality.duplicates.exact)} rows repeat an earlier one exactly, `,
            `${count(quality.duplicates.conflicting)} repeat its node and time with other values; `,
            `${count(quality.out_of_order)} stand before an earlier time of the same node and file. `,
            'All of these are in the numbers.'),
        rows.length ? plainTable('Values out of range', ['Column', 'Below what is possible', 'Above'],
            rows.map((row) => [row.column, count(row.below), count(row.above)]))
            : h('p', {}, 'No value is outside the range that is possible for its gauge.'),
    ];
}

export function quality(data) {
    return [receivedFigure(data), gaps(data), collected(data), missing(data.findings), strange(data.findings)];
}
