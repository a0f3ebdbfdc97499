// Two ranges of time side by side, where --compare asked for it.
import { absent, axis, change, figure, tip } from '../chart.js';
import { h, select } from '../dom.js';
import { count, plural } from '../format.js';
import { gaugeOf, said } from '../gauges.js';
import { plainTable, sortedTable } from '../table.js';
import { colours } from '../theme.js';

const claims = { more: 'more', less: 'less', none: 'no clear difference', wanders: 'wanders: no difference claimed', short: 'under 7 days in a range' };
const SIDES = ['first', 'second'];

const day = (text) => text.slice(0, 16).replace('T', ' ');
const rangeWords = (range) => `${day(range.start)} – ${day(range.end)} UTC`;

function ranges({ compare: { ranges: both } }) {
    return plainTable('Ranges', ['', 'From (UTC)', 'To', 'Days', 'Nodes only then'], both.map((range, i) => [
        SIDES[i], day(range.start), day(range.end), count(range.days), count(range.nodes_in_it_alone)]));
}

// ---- the cluster, day by day ----

function words(row, gauge) {
    const { claim, difference, low, high, first, second } = row;
    const of = gauge.changeUnit ? ` ${gauge.changeUnit}` : '';

    return `${gauge.title} of the cluster: mean ${gauge.show(first.mean)} in the first range, ${gauge.show(second.mean)} in the second; `
        + (difference === null ? `${claims[claim]}. `
            : `${claims[claim]}: ${gauge.change(difference)}${of} (${gauge.change(low)} to ${gauge.change(high)}), ${count(second.days)} against ${count(first.days)} days. `);
}

function daysOption(row, gauge, width) {
    const c = colours();
    const of = (side) => row.daily[side].map((value, i) => [i + 1, gauge.plotted(value)]);
    const last = Math.max(...SIDES.map((side) => row.daily[side].length));
    const mean = (side) => ({ silent: true, symbol: 'none', label: { show: false }, lineStyle: { type: 'dashed', width: 1.5 },
        data: row[side].mean === null ? [] : [{ yAxis: gauge.plotted(row[side].mean) }] });

    return {
        height: 320,
        chart: {
            grid: { left: 70, right: 20, top: 44, bottom: 46 },
            legend: { top: 0, selectedMode: false, textStyle: { color: c.text }, data: [...SIDES] },
            tooltip: { trigger: 'axis', formatter: (at) => tip(`day ${at[0].value[0]} of each range`,
                SIDES.map((side) => [side, gauge.show(row.daily[side][at[0].value[0] - 1])])) },
            xAxis: axis({ type: 'value', min: 1, max: Math.max(last, 2), minInterval: 1, name: 'day of the range', nameLocation: 'middle', nameGap: 28,
                splitLine: { show: false } }),
            yAxis: axis({ type: 'value', scale: true, name: width < 600 ? '' : gauge.axis, nameTextStyle: { align: 'left', color: c.faint },
                axisLabel: { formatter: gauge.tick } }),
            series: SIDES.map((side, i) => ({ type: 'line', name: side, color: c.kinds[i], symbol: i ? 'rect' : 'circle', symbolSize: 6,
                lineStyle: { width: 1.5 }, data: of(side), markLine: mean(side) })),
        },
    };
}

function course({ findings }) {
    const { compare: { cluster: rows } } = findings;
    let row = rows.find(({ gauge }) => gauge === 'cpu_usage_rate') || rows[0];
    const gauge = () => gaugeOf(findings, row.gauge);

    if (!row) return absent('compare', 'Day by day', 'no gauge of the cluster has hours in both ranges');
    const ordered = [row, ...rows.filter((one) => one !== row)];

    return figure({
        name: 'compare', title: 'Day by day',
        label: () => words(row, gauge()),
        caption: () => [words(row, gauge()), 'Daily means of the cluster as they are, day by day of each range; dashed: the mean of its hours. The difference is of days ',
            'without the weekly profile. The axis need not begin at 0.'],
        controls: ordered.length > 1 ? h('div', { class: 'bar' }, select('Gauge', ordered.map((one) => gaugeOf(findings, one.gauge).title),
            (i) => { row = ordered[i]; change('compare'); })) : null,
        option: (width) => daysOption(row, gauge(), width),
        table: () => ({ head: ['Day', ...SIDES], rows: Array.from({ length: Math.max(row.daily.first.length, row.daily.second.length) },
            (_, i) => [count(i + 1), ...SIDES.map((side) => gauge().show(row.daily[side][i]))]) }),
    });
}

// ---- node by node ----

const isClear = ({ claim }) => claim === 'more' || claim === 'less';

function nodesOption(rows, gauge, width) {
    const c = colours();
    const point = (row, i) => [gauge.plotted(row.first.mean), gauge.plotted(row.second.mean), i];
    const all = rows.flatMap((row) => point(row).slice(0, 2));
    const [low, high] = [Math.min(0, ...all), Math.max(...all)];
    const kinds = [['clearly more', ({ claim }) => claim === 'more', c.kinds[1], 'triangle'],
        ['clearly less', ({ claim }) => claim === 'less', c.kinds[0], 'rect'],
        ['no clear difference', (row) => !isClear(row), c.faint, 'circle']];

    return {
        height: 400,
        chart: {
            grid: { left: 56, right: 24, top: width < 600 ? 72 : 44, bottom: 48 },
            legend: { top: 0, itemWidth: 12, itemHeight: 10, selectedMode: false, textStyle: { color: c.text } },
            tooltip: { trigger: 'item', formatter: ({ value: [, , i] }) => tip(rows[i].node, [['first', gauge.show(rows[i].first.mean)],
                ['second', gauge.show(rows[i].second.mean)], ['difference', gauge.change(rows[i].difference)], ['', claims[rows[i].claim]]]) },
            xAxis: axis({ type: 'value', min: low, max: high, name: `first range, ${gauge.axis}`, nameLocation: 'middle', nameGap: 28,
                axisLabel: { formatter: gauge.tick, showMaxLabel: false } }),
            yAxis: axis({ type: 'value', min: low, max: high, name: width < 600 ? '' : 'second range', nameTextStyle: { align: 'left', color: c.faint },
                axisLabel: { formatter: gauge.tick, showMaxLabel: false } }),
            series: [...kinds.map(([name, holds, color, symbol]) => ({ type: 'scatter', name, color, symbol, symbolSize: 8, itemStyle: { opacity: 0.75 },
                data: rows.map((row, i) => [row, point(row, i)]).filter(([row]) => holds(row)).map(([, at]) => at) })),
            { type: 'line', symbol: 'none', silent: true, color: c.line, lineStyle: { width: 1 }, data: [[low, low], [high, high]], z: 1 }],
        },
    };
}

function nodes({ findings }) {
    const gauge = gaugeOf(findings, 'cpu_usage_rate');
    const rows = findings.compare.nodes.filter((row) => row.gauge === gauge.name);
    const known = rows.filter(({ claim }) => claim !== 'short');
    const n = (wanted) => rows.filter(({ claim }) => claim === wanted).length;

    if (!rows.length) return absent('compare-nodes', 'CPU, node by node', 'no node\'s CPU changes and has hours in both ranges');
    const sentence = () => `Of ${plural(known.length, 'node')} with 7 days in both ranges ${count(n('more'))} have clearly more CPU in the second, ${count(n('less'))} less. `;

    return figure({
        name: 'compare-nodes', title: 'CPU, node by node',
        label: sentence,
        caption: () => [sentence(), 'Each mark is a node: its mean in the first range across, in the second up; on the line both are the same. ',
            'Of nodes that do not differ up to 5 in 100 are named by chance.'],
        option: (width) => nodesOption(rows, gauge, width),
        table: () => ({ head: ['Node', ...SIDES, 'Difference', '95 % from', 'to', 'Claim'], rows: rows.map((row) => [row.node,
            gauge.show(row.first.mean), gauge.show(row.second.mean), gauge.change(row.difference), gauge.change(row.low), gauge.change(row.high), claims[row.claim]]) }),
    });
}

function table({ findings }) {
    const gauge = (row) => gaugeOf(findings, row.gauge);
    const rows = findings.compare.nodes.slice().sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
    const value = (key, title, get) => ({ key, title, value: get, show: (v, row) => gauge(row).show(v) });
    const shift = (key, title) => ({ key, title, value: (row) => row[key],
        show: (v, row) => (gauge(row).fraction && v !== null ? `${gauge(row).change(v)} points` : gauge(row).change(v)) });

    return [h('h3', {}, 'CPU of every node, and what else clearly differs'), sortedTable({
        id: 'compare-table', label: 'Nodes in both ranges', rows, search: (row) => `${row.node} ${row.gauge} ${claims[row.claim]}`,
        sort: 'gauge', descending: false,
        columns: [
            { key: 'node', title: 'Node', text: true, value: (row) => row.node, show: (v) => v },
            { key: 'gauge', title: 'Gauge', text: true, value: (row) => row.gauge, show: (v) => v },
            { key: 'claim', title: 'Claim', text: true, value: (row) => row.claim, show: (v) => claims[v] },
            value('first', 'First', (row) => row.first.mean), value('second', 'Second', (row) => row.second.mean),
            value('p95', 'p95 then', (row) => row.second.p95),
            shift('difference', 'Difference'), shift('low', '95 % from'), shift('high', 'to'),
            { key: 'days', title: 'Days', value: (row) => row.first.days + row.second.days, show: count },
        ],
    })];
}

export function compare(data) {
    const { compare: found } = data.findings;

    if (!found.ranges.length) return null;
    if (found.status !== 'ok')
        return [ranges(data.findings), absent('compare', 'Day by day', found.reason)];
    return [
        h('p', { class: 'lead' }, said(data.findings, 'compare.cpu')),
        h('p', {}, `The second range, ${rangeWords(found.ranges[1])}, against the first, ${rangeWords(found.ranges[0])}. A node that joins or leaves moves the cluster's mean.`),
        ranges(data.findings), course(data), nodes(data), found.nodes.length ? table(data) : null,
    ];
}
