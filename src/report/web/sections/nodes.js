// How the nodes differ: a ranking, and a table with all of them.
import { absent, axis, figure, label, change, tip } from '../chart.js';
import { h } from '../dom.js';
import { count, percent } from '../format.js';
import { MAIN, gaugeChoice, plotted, shown } from '../gauges.js';
import { sortedTable } from '../table.js';
import { colours } from '../theme.js';
import { showNode } from './trends.js';

const NAMED = 30; // so many nodes get a line with their name; of more the ranks are drawn

const has = (node, main) => node[main.name] && node[main.name].n > 0;
const gaugesOf = (nodes) => MAIN.filter((main) => nodes.some((node) => has(node, main)));
const byMean = (nodes, main) => nodes.filter((node) => has(node, main))
    .sort((a, b) => b[main.name].mean - a[main.name].mean);

function facts(main, node) {
    const s = node[main.name];

    return tip(node.node, [['mean', shown(main, s.mean)], ['median', shown(main, s.p50)],
        ['95 % at most', shown(main, s.p95)], ['highest', shown(main, s.max)], ['samples', count(s.n)]]);
}

// A dot at the mean and a bar to the 95th percentile, a row a node.
function named(main, nodes, width) {
    const c = colours();
    const colour = c.kinds[MAIN.indexOf(main)];

    return {
        height: 70 + nodes.length * 22,
        chart: {
            grid: { left: width < 600 ? 110 : 170, right: 24, top: 8, bottom: 52 },
            tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' },
                formatter: (p) => facts(main, nodes[p[0].dataIndex]) },
            xAxis: axis({ type: 'value', min: 0, name: main.axis, nameLocation: 'middle', nameGap: 30 }),
            yAxis: axis({
                type: 'category', inverse: true, data: nodes.map((node) => label(node.node)), splitLine: { show: false },
                axisLabel: { interval: 0, width: width < 600 ? 100 : 155, overflow: 'truncate', fontSize: 12 },
            }),
            series: [
                // an invisible bar carries the one between mean and p95, whichever is less
                { type: 'bar', stack: 'range', barWidth: 6, silent: true, itemStyle: { opacity: 0 },
                    data: nodes.map((node) => plotted(main, Math.min(node[main.name].mean, node[main.name].p95))) },
                { type: 'bar', stack: 'range', barWidth: 6, itemStyle: { color: colour, opacity: 0.35 },
                    data: nodes.map((node) => plotted(main, Math.abs(node[main.name].p95 - node[main.name].mean))) },
                { type: 'scatter', symbolSize: 10, itemStyle: { color: colour },
                    data: nodes.map((node) => plotted(main, node[main.name].mean)) },
            ],
        },
    };
}

function ranked(main, nodes, width) {
    const c = colours();
    const colour = c.kinds[MAIN.indexOf(main)];
    const line = (key, more) => ({
        type: 'line', symbol: 'none', data: nodes.map((node, i) => [i + 1, plotted(main, node[main.name][key])]),
        ...more,
    });

    return {
        height: 340,
        chart: {
            grid: { left: 60, right: 24, top: 36, bottom: 52 },
            legend: { top: 0, icon: 'roundRect', itemHeight: 6, textStyle: { color: c.text }, data: ['mean', '95 % at most'] },
            tooltip: { trigger: 'axis', formatter: (p) => facts(main, nodes[Math.round(p[0].value[0]) - 1]) },
            xAxis: axis({ type: 'value', min: 1, max: nodes.length, name: 'rank by mean, busiest first',
                nameLocation: 'middle', nameGap: 30, minInterval: 1,
                axisLabel: { formatter: (v) => (Number.isInteger(v) ? count(v) : '') } }),
            yAxis: axis({ type: 'value', min: 0, name: width < 600 ? '' : main.axis, nameGap: 12,
                nameTextStyle: { align: 'left', color: c.faint } }),
            series: [
                line('p95', { type: 'scatter', name: '95 % at most', symbol: 'circle', symbolSize: 4,
                    color: c.kinds[1] }),
                line('mean', { name: 'mean', color: colour, lineStyle: { width: 2.5 },
                    areaStyle: { opacity: 0.12 } }),
            ],
        },
    };
}

function sentence(main, nodes) {
    const [first] = nodes;
    const last = nodes[nodes.length - 1];

    if (nodes.length < 2) return `${first.node}: mean ${main.title} ${shown(main, first[main.name].mean)}.`;
    return `By mean ${main.title} the busiest of ${count(nodes.length)} nodes is ${first.node} `
        + `(${shown(main, first[main.name].mean)}), the least busy ${last.node} `
        + `(${shown(main, last[main.name].mean)}).`;
}

function ranking({ findings }) {
    const gauges = gaugesOf(findings.nodes);
    let main = gauges[0];

    if (!main)
        return absent('nodes', 'Nodes by use', 'no node has a CPU, memory or load value');
    const many = findings.nodes.length > NAMED;
    let ordered = byMean(findings.nodes, main);

    return figure({
        name: 'nodes', title: 'Nodes by use',
        label: () => sentence(main, ordered),
        caption: () => [sentence(main, ordered), many
            ? ' Each node\'s mean and 95th percentile over its samples, in order of the mean; names are in the table.'
            : ' Dot: mean over the samples of the node; the bar ends at the 95th percentile.'],
        controls: gaugeChoice(gauges, (chosen) => {
            main = chosen;
            ordered = byMean(findings.nodes, main);
            change('nodes');
        }),
        option: (width) => (many ? ranked : named)(main, ordered, width),
        table: () => ({
            head: ['Node', ...gauges.flatMap((g) => [`${g.title} mean`, `${g.title} p95`])],
            rows: findings.nodes.map((node) => [node.node, ...gauges.flatMap((g) => [
                shown(g, node[g.name].mean), shown(g, node[g.name].p95)])]),
        }),
    });
}

const day = (iso) => (iso ? iso.slice(0, 10) : '–');

function stat(main, key, title) {
    return {
        key: `${main.name}.${key}`, title: `${main.title} ${title}`,
        value: (row) => (row[main.name] ? row[main.name][key] : null), show: (v) => shown(main, v),
    };
}

function table({ findings, series }) {
    const records = findings.quality.records_per_node;
    const gauges = gaugesOf(findings.nodes);
    const clusters = findings.nodes.some((node) => node.cluster);
    const drawn = new Set(series.node);
    const rows = findings.nodes.map((node, i) => ({ ...node, i, record: records[i] || {} }));
    const columns = [
        { key: 'node', title: 'Node', text: true, value: (row) => row.node,
            show: (v, row) => (drawn.has(row.i) && series.buckets ? h('button', {
                type: 'button', class: 'link', title: 'Show in Trends', onclick: () => showNode(row.i),
            }, v) : v) },
        clusters && { key: 'cluster', title: 'Cluster', text: true, value: (row) => row.cluster, show: (v) => v || '–' },
        ...gauges.flatMap((main) => [stat(main, 'mean', 'mean'), stat(main, 'p95', 'p95'), stat(main, 'max', 'max')]),
        { key: 'coverage', title: 'Coverage', value: (row) => row.record.coverage, show: percent },
        { key: 'gaps', title: 'Gaps', value: (row) => row.record.gaps, show: count },
        { key: 'n', title: 'Samples', value: (row) => row.n, show: count },
        { key: 'start', title: 'First', value: (row) => row.record.start, show: day },
        { key: 'end', title: 'Last', value: (row) => row.record.end, show: day },
    ].filter(Boolean);

    return [h('h3', {}, 'Every node'), sortedTable({
        id: 'nodes-table', label: 'Nodes', columns, rows, sort: 'cpu_usage_rate.mean', descending: true,
        search: (row) => `${row.node} ${row.cluster || ''}`,
    })];
}

export function nodes(data) {
    return [ranking(data), table(data)];
}
