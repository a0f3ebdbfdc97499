// What kind of load each node carries: how many of each kind, how high they peak, when it is hot.
import { absent, axis, figure, label, tip } from '../chart.js';
import { h } from '../dom.js';
import { DAYS, count, hour, number, percent, plural } from '../format.js';
import { said } from '../gauges.js';
import { plainTable, sortedTable } from '../table.js';
import { colours, inkOn } from '../theme.js';

const SYMBOLS = ['circle', 'rect', 'triangle', 'diamond', 'path://M-6,-2h12v4h-12z',
    'path://M-1,-5h2v4h4v2h-4v4h-2v-4h-4v-2h4z', 'roundRect'];
const KINDS = [0, 1, 2, 3, 4, 6, 5]; // the sixth is too near to the first

// A role is told by colour and by sign, in the order of the rules.
const look = (counts, role, c) => {
    const i = Math.max(0, counts.findIndex((one) => one.role === role));

    return { symbol: SYMBOLS[i % SYMBOLS.length], color: c.kinds[KINDS[i % KINDS.length]] };
};

// ---- how many ----

function countsOption({ counts }) {
    const c = colours();

    return {
        height: 56 + counts.length * 30,
        chart: {
            grid: { left: 76, right: 56, top: 8, bottom: 44 },
            tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' },
                formatter: (p) => tip(counts[p[0].dataIndex].role, [['nodes', count(counts[p[0].dataIndex].nodes)], ['rule', counts[p[0].dataIndex].rule]]) },
            xAxis: axis({ type: 'value', minInterval: 1, name: 'nodes', nameLocation: 'middle', nameGap: 26 }),
            yAxis: axis({ type: 'category', inverse: true, data: counts.map(({ role }) => label(role)), splitLine: { show: false },
                axisLabel: { interval: 0 } }),
            series: [{ type: 'bar', barWidth: 18, label: { show: true, position: 'right', color: c.text, formatter: ({ value }) => count(value) },
                data: counts.map(({ role, nodes }) => ({ value: nodes, itemStyle: { color: look(counts, role, c).color } })) }],
        },
    };
}

function countsWords({ counts, nodes }) {
    const [most] = counts.slice().sort((a, b) => b.nodes - a.nodes);

    return `Of ${plural(nodes.length, 'node')} most are ${most.role} (${count(most.nodes)}). `;
}

function numbers({ findings: { roles: found, input } }) {
    return [figure({
        name: 'roles', title: 'How many of each kind',
        label: () => countsWords(found),
        caption: () => [countsWords(found), `By hourly means of CPU, zone ${input.timezone}; the first rule that holds, from the top. `,
            found.too_short ? `${count(found.too_short)} nodes have under 72 hours and no role.` : ''],
        option: () => countsOption(found),
        table: () => ({ head: ['Role', 'Nodes', 'Rule'], rows: found.counts.map((one) => [one.role, count(one.nodes), one.rule]) }),
    }), plainTable('Rules', ['role', 'nodes', h('div', { class: 'members' }, 'rule')], found.counts.map((one) => [one.role, count(one.nodes),
        h('div', { class: 'members' }, one.rule)]))];
}

// ---- how high ----

// Logarithmic where values span more than a factor of ten.
function scale(values, more) {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const ticks = { formatter: (v) => String(Number(v.toPrecision(2))), showMinLabel: false, showMaxLabel: false };

    return high > 10 * low ? axis({ type: 'log', min: low * 0.8, max: high * 1.25, axisLabel: ticks, ...more })
        : axis({ type: 'value', scale: true, ...more });
}

function peaksOption({ counts, nodes }, width) {
    const c = colours();
    const rows = nodes.map((row, i) => [row.mean * 100, row.peak_to_mean, i]).filter(([mean, peak]) => mean > 0 && peak > 0);

    return {
        height: 380,
        chart: {
            grid: { left: 56, right: 24, top: width < 600 ? 72 : 56, bottom: 48 },
            legend: { top: 0, selectedMode: false, textStyle: { color: c.text } },
            tooltip: { trigger: 'item', formatter: ({ value }) => {
                const row = nodes[value[2]];

                return tip(row.node, [['role', row.role], ['mean', percent(row.mean)], ['p95', percent(row.p95)], ['p99', percent(row.p99)],
                    ['p99 ÷ mean', number(row.peak_to_mean)], ['hours', count(row.n)]]);
            } },
            xAxis: scale(rows.map(([mean]) => mean), { name: 'mean CPU, % of the cores', nameLocation: 'middle', nameGap: 28 }),
            yAxis: scale(rows.map(([, peak]) => peak), { name: width < 600 ? '' : 'p99 ÷ mean', nameTextStyle: { align: 'left', color: c.faint } }),
            series: counts.filter(({ nodes: n }) => n > 0).map(({ role }) => ({
                type: 'scatter', name: role, symbolSize: 9, symbolKeepAspect: true, ...look(counts, role, c), itemStyle: { opacity: 0.75 },
                data: rows.filter(([, , i]) => nodes[i].role === role),
            })),
        },
    };
}

function peaks({ findings: { roles: found } }) {
    const known = found.nodes.filter((row) => row.peak_to_mean > 0 && row.mean > 0);

    if (!known.length) return absent('peaks', 'How high they peak', 'no node has a mean over 0');
    const [most] = known.filter((row) => row.p99 >= found.idle_below).concat(known).sort((a, b) =>
        (b.p99 >= found.idle_below) - (a.p99 >= found.idle_below) || b.peak_to_mean - a.peak_to_mean);
    const sentence = () => `The highest peak to mean is ${most.node}: ${number(most.peak_to_mean)} (${most.role}, mean ${percent(most.mean)}, p99 ${percent(most.p99)}). `;

    return figure({
        name: 'peaks', title: 'How high they peak',
        label: sentence,
        caption: () => [sentence(), 'Each mark is a node, at its mean and p99 ÷ mean, by sign and colour of its role; an axis over a factor of ten is logarithmic. At the upper left: little load on average and '
            + 'high peaks, to be shared with others; at the lower right: steady load, which leaves no room.'],
        option: (width) => peaksOption(found, width),
        table: () => ({ head: ['Node', 'Role', 'Mean', 'p95', 'p99', 'Peak to mean'], rows: found.nodes.map((row) => [row.node, row.role,
            percent(row.mean), percent(row.p95), percent(row.p99), number(row.peak_to_mean)]) }),
    });
}

// ---- when it is hot ----

function hotOption({ hot }, width) {
    const c = colours();
    const most = Math.max(...hot, 1);

    return {
        height: 24 * 18 + 96,
        chart: {
            grid: { left: 56, right: 16, top: 28, bottom: 64 },
            tooltip: { formatter: ({ value: [day, at, n] }) => tip(`${DAYS[day]} ${hour(at)}`, [['hot node-hours', count(n)]]) },
            xAxis: axis({ type: 'category', data: DAYS, position: 'top', splitLine: { show: false }, axisLabel: { interval: 0 } }),
            yAxis: axis({ type: 'category', data: Array.from({ length: 24 }, (_, i) => hour(i)), inverse: true, splitLine: { show: false },
                axisLabel: { interval: 0, fontSize: 11 } }),
            visualMap: { min: 0, max: most, orient: 'horizontal', left: 'center', bottom: 4, itemHeight: 120, itemWidth: 12,
                text: [count(most), '0'], textStyle: { color: c.faint }, inRange: { color: c.amounts }, hoverLink: false },
            series: [{ type: 'heatmap', itemStyle: { borderWidth: 1, borderColor: c.ground },
                data: hot.map((n, i) => ({ value: [Math.floor(i / 24), i % 24, n],
                    label: { show: width >= 560 && n > 0, fontSize: 11, formatter: count(n), color: inkOn(n / most) } })) }],
        },
    };
}

function hot({ findings: { roles: found, input } }) {
    const all = found.hot.reduce((sum, n) => sum + n, 0);

    if (!all) return h('p', {}, `No node-hour had a mean CPU over ${percent(found.hot_over)}.`);
    const at = found.hot.indexOf(Math.max(...found.hot));
    const sentence = () => `${count(all)} node-hours over ${percent(found.hot_over)} CPU, most on ${DAYS[Math.floor(at / 24)]} ${hour(at % 24)} (${count(found.hot[at])}). `;

    return figure({
        name: 'hot', title: 'Hot node-hours',
        label: sentence,
        caption: () => [sentence(), `Counted by hour of the week, zone ${input.timezone}, over the whole time.`],
        option: (width) => hotOption(found, width),
        table: () => ({ head: ['Hour', ...DAYS], rows: Array.from({ length: 24 }, (_, i) => [hour(i),
            ...DAYS.map((_d, day) => count(found.hot[day * 24 + i]))]) }),
    });
}

function table({ findings: { roles: found } }) {
    const share = (key, title) => ({ key, title, value: (row) => row[key], show: percent });
    const plain = (key, title, show) => ({ key, title, value: (row) => row[key], show });

    return [h('h3', {}, 'Every node'), sortedTable({
        id: 'roles-table', label: 'Roles', rows: found.nodes, search: (row) => `${row.node} ${row.role}`, sort: 'peak_to_mean', descending: true,
        columns: [
            { key: 'node', title: 'Node', text: true, value: (row) => row.node, show: (v) => v },
            { key: 'role', title: 'Role', text: true, value: (row) => row.role, show: (v) => v },
            share('mean', 'Mean'), share('p50', 'Median'), share('p95', 'p95'), share('p99', 'p99'),
            plain('peak_to_mean', 'Peak ÷ mean', number), plain('office_ratio', 'Office ÷ rest', number), plain('night_ratio', 'Night ÷ rest', number),
            share('shiftable', 'Shiftable'), plain('hot_hours', 'Hot hours', count), plain('n', 'Hours', count),
        ],
    })];
}

export function roles(data) {
    const { roles: found } = data.findings;

    if (found.status !== 'ok') return [absent('roles', 'How many of each kind', found.reason)];
    return [
        h('p', { class: 'lead' }, said(data.findings, 'roles.idle'), said(data.findings, 'roles.shiftable')),
        h('p', {}, `Thresholds: idle below ${percent(found.idle_below)} at the 99th percentile, hot over ${percent(found.hot_over)}. Idle nodes can be `
            + 'emptied, bursty ones share a machine, steady ones fill it; what can wait goes from office hours to the night.'),
        numbers(data), peaks(data), hot(data), table(data),
    ];
}
