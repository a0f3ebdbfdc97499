// What pods ask for and use of what the nodes have: by node, namespace and workload.
import { absent, axis, change, figure, label, tip } from '../chart.js';
import { choice, h } from '../dom.js';
import { bytes, count, duration, number, percent, plural, whole } from '../format.js';
import { plainTable, sortedTable } from '../table.js';
import { colours } from '../theme.js';

const NAMED = 30; // so many nodes get a line with their name; of more the ranks are drawn
const RESOURCES = [
    { key: 'cpu', title: 'CPU', of: 'CPU', unit: ' cores', show: number },
    { key: 'memory', title: 'Memory', of: 'memory', unit: '', show: bytes },
];

const known = (value) => typeof value === 'number';
const time = (iso) => iso.slice(0, 16).replace('T', ' ');

function words(w) {
    const said = RESOURCES.filter((r) => known(w.total[r.key].requested_share)).map((r) => {
        const line = w.total[r.key];

        return `requests fill ${percent(line.requested_share)} of the ${r.of}, `
            + (known(line.used_share) ? `use ${percent(line.used_share)}` : 'use is not known');
    });

    if (!said.length) return 'What share of the nodes is requested cannot be told.';
    return `${said.join('; ').replace(/^r/, 'R')}.`;
}

function total(w) {
    return plainTable('Requested, used and allocatable',
        ['All nodes together', 'allocatable', 'requested', 'of it', 'used', 'of it', 'limits'],
        RESOURCES.map((r) => {
            const line = w.total[r.key];

            return [r.title + (r.unit && ` (${r.unit.trim()})`), r.show(line.allocatable), r.show(line.requested),
                percent(line.requested_share), r.show(line.used), percent(line.used_share), r.show(line.limits)];
        }));
}

const unplaced = (one) => `${plural(one.pods, 'pod')}, ${number(one.pod_hours)} pod-hours`;

function rest(w) {
    const { cpu, memory } = w.total;

    return plainTable('Beside it', ['Beside it', 'value'], [
        ['pods with a node', `${count(w.total.pods)} (${number(w.total.mean_pods)} at a time)`],
        ['moments of running pods with CPU use', `${count(cpu.n)} of ${count(cpu.expected)}`],
        ['the same with memory', `${count(memory.n)} of ${count(memory.expected)}`],
        ['moments of pods that are not known then', count(w.moments_unmatched)],
        ['pods without a CPU request', `${count(cpu.no_request)}, in ${plural(w.no_cpu_request, 'workload')}`],
        ['pods without a memory request', `${count(memory.no_request)}, in ${plural(w.no_memory_request, 'workload')}`],
        ['waiting for a node', unplaced(w.total.pending)],
        ['on nodes that were not there', unplaced(w.total.elsewhere)],
        ['CPU periods that were throttled', percent(w.total.throttled_share)],
        ['killed for memory', whole(w.total.oom_kills)],
        ['restarts', whole(w.total.restarts)],
    ]);
}

// ---- the picture ----

const ofNode = (row) => (row.cluster ? `${row.cluster}/${row.node}` : row.node);

function facts(resource, row) {
    const line = row[resource.key];

    return tip(ofNode(row), [['requested', percent(line.requested_share)], ['used', percent(line.used_share)],
        ['allocatable', resource.show(line.allocatable) + resource.unit], ['pods', count(row.pods)],
        ['hours there', number(row.hours)]]);
}

const share = (row, resource, key) => (known(row[resource.key][key]) ? row[resource.key][key] * 100 : null);

function named(resource, rows, width) {
    const c = colours();
    const bar = (name, key, more) => ({
        type: 'bar', name, barWidth: 12, data: rows.map((row) => share(row, resource, key)), ...more,
    });

    return {
        height: 104 + rows.length * 22,
        chart: {
            grid: { left: width < 600 ? 110 : 170, right: 24, top: 36, bottom: 52 },
            legend: { top: 0, icon: 'roundRect', itemHeight: 6, textStyle: { color: c.text } },
            tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' },
                formatter: (p) => facts(resource, rows[p[0].dataIndex]) },
            xAxis: axis({ type: 'value', min: 0, name: '% of allocatable', nameLocation: 'middle', nameGap: 30 }),
            yAxis: axis({
                type: 'category', inverse: true, data: rows.map((row) => label(ofNode(row))), splitLine: { show: false },
                axisLabel: { interval: 0, width: width < 600 ? 100 : 155, overflow: 'truncate', fontSize: 12 },
            }),
            series: [
                bar('requested', 'requested_share', { itemStyle: { color: c.kinds[0], opacity: 0.35 } }),
                bar('used', 'used_share', { itemStyle: { color: c.kinds[1] }, barWidth: 6, barGap: '-75%', z: 3 }),
            ],
        },
    };
}

function ranked(resource, rows) {
    const c = colours();
    const data = (key) => rows.map((row, i) => [i + 1, share(row, resource, key)]);

    return {
        height: 340,
        chart: {
            grid: { left: 60, right: 24, top: 36, bottom: 52 },
            legend: { top: 0, icon: 'roundRect', itemHeight: 6, textStyle: { color: c.text } },
            tooltip: { trigger: 'axis', formatter: (p) => facts(resource, rows[Math.round(p[0].value[0]) - 1]) },
            xAxis: axis({ type: 'value', min: 1, max: rows.length, name: 'rank by requested, fullest first',
                nameLocation: 'middle', nameGap: 30, minInterval: 1,
                axisLabel: { formatter: (v) => (Number.isInteger(v) ? count(v) : '') } }),
            yAxis: axis({ type: 'value', min: 0, name: '% of allocatable', nameGap: 12,
                nameTextStyle: { align: 'left', color: c.faint } }),
            series: [
                { type: 'line', name: 'requested', symbol: 'none', color: c.kinds[0], lineStyle: { width: 2.5 },
                    areaStyle: { opacity: 0.12 }, data: data('requested_share') },
                { type: 'scatter', name: 'used', symbol: 'circle', symbolSize: 4, color: c.kinds[1],
                    data: data('used_share') },
            ],
        },
    };
}

const ordered = (rows, resource) => rows
    .filter((row) => known(row[resource.key].requested_share))
    .sort((a, b) => b[resource.key].requested_share - a[resource.key].requested_share);

function sentence(resource, rows) {
    const of = (row) => `${ofNode(row)} (${percent(row[resource.key].requested_share)} requested, `
        + `${percent(row[resource.key].used_share)} used)`;

    return `Of ${plural(rows.length, 'node')} the fullest by ${resource.of} requested is ${of(rows[0])}`
        + (rows.length > 1 ? `, the emptiest ${of(rows[rows.length - 1])}.` : '.');
}

function picture(w) {
    const title = 'Requested and used by node';
    const resources = RESOURCES.filter((r) => ordered(w.nodes, r).length);
    let [resource] = resources;

    if (!resource) {
        const why = w.nulls.find((row) => /\.(allocatable|requested)$/.test(row.key));

        return absent('workloads', title, why ? why.reason : 'no node has pods and something allocatable');
    }
    let rows = ordered(w.nodes, resource);
    const many = rows.length > NAMED;

    return figure({
        name: 'workloads', title,
        label: () => sentence(resource, rows),
        caption: () => [sentence(resource, rows), ' Means over the time that a node was there and pods are known, '
            + `n = ${plural(w.total.pods, 'pod')}.`, many ? ' Names are in the table.' : ''],
        controls: resources.length > 1 ? choice('Show', resources.map((r) => [r.key, r.title]), (key) => {
            resource = resources.find((r) => r.key === key);
            rows = ordered(w.nodes, resource);
            change('workloads');
        }) : null,
        option: (width) => (many ? ranked : named)(resource, rows, width),
        table: () => ({
            head: ['Node', ...resources.flatMap((r) => [`${r.title} requested`, `${r.title} used`])],
            rows: w.nodes.map((row) => [ofNode(row), ...resources.flatMap((r) => [
                percent(row[r.key].requested_share), percent(row[r.key].used_share)])]),
        }),
    });
}

// ---- tables ----

const text = (key, title) => ({ key, title, text: true, value: (row) => row[key], show: (v) => v || '–' });
const part = (resource, key, title, show) => ({
    key: `${resource.key}.${key}`, title: `${resource.title} ${title}`, show,
    value: (row) => row[resource.key][key],
});
const pods = { key: 'pods', title: 'Pods', value: (row) => row.pods, show: count };
const cluster = (rows) => rows.some((row) => row.cluster) && text('cluster', 'Cluster');
const found = (row) => Object.values(row).filter((v) => typeof v === 'string').join(' ');

function table(id, title, rows, columns, sort) {
    if (!rows.length) return null;
    return [h('h3', {}, title), sortedTable({
        id, label: title, rows, columns: columns.filter(Boolean), sort, descending: true, search: found,
    })];
}

function places(w) {
    const shares = RESOURCES.flatMap((r) => [part(r, 'allocatable', 'allocatable', r.show),
        part(r, 'requested_share', 'requested', percent), part(r, 'used_share', 'used', percent)]);
    const amounts = RESOURCES.flatMap((r) => [part(r, 'requested', 'requested', r.show),
        part(r, 'used', 'used', r.show), part(r, 'no_request', 'without request', count)]);
    const hours = { key: 'hours', title: 'Hours', value: (row) => row.hours, show: number };
    const events = [['oom_kills', 'OOM kills'], ['restarts', 'Restarts']].map(([key, title]) => ({
        key, title, value: (row) => row[key], show: whole }));

    return [
        table('workload-clusters', 'Every cluster', w.clusters, [text('cluster', 'Cluster'), ...shares, pods, hours],
            'cpu.requested_share'),
        table('workload-nodes', 'Every node\'s pods', w.nodes, [text('node', 'Node'), cluster(w.nodes), ...shares, pods,
            hours], 'cpu.requested_share'),
        table('workload-namespaces', 'Every namespace', w.namespaces, [text('namespace', 'Namespace'),
            cluster(w.namespaces), ...amounts, pods, { key: 'pending', title: 'Pending', show: count,
                value: (row) => row.pending.pods }, ...events], 'cpu.requested'),
    ];
}

function owners(w) {
    return table('workload-top', 'Workloads with slack or without requests', w.top, [
        text('name', 'Workload'), text('kind', 'Kind'), text('namespace', 'Namespace'), cluster(w.top), pods,
        ...RESOURCES.flatMap((r) => [part(r, 'requested', 'requested', r.show), part(r, 'used', 'used', r.show),
            part(r, 'slack', 'slack', r.show), part(r, 'no_request', 'without request', count)]),
    ], 'cpu.slack');
}

function missing(w) {
    if (!w.nulls.length) return null;
    return h('details', { class: 'more' }, h('summary', {}, `${plural(w.nulls.length, 'value')} not available`),
        h('ul', {}, w.nulls.map((row) => h('li', {}, `${row.key}: ${row.reason}`))));
}

export function workloads({ findings }) {
    const w = findings.workloads;

    if (!w || w.status !== 'ok')
        return [absent('workloads', 'Requested and used by node', w ? w.reason : 'not in this report')];
    return [
        h('p', { class: 'lead' }, words(w)),
        h('p', {}, `Means over the ${duration(w.total.hours * 3600)} in which pods are known, from ${time(w.start)} `
            + `to ${time(w.end)} UTC. Slack is what is requested and not used.`),
        picture(w),
        h('div', { class: 'side' }, total(w), rest(w)),
        missing(w), places(w), owners(w),
        w.workloads > w.top.length ? h('p', { class: 'faint' }, `${count(w.top.length)} of ${plural(w.workloads, 'workload')}: `,
            'the 50 with the most CPU and memory slack, and those without requests that use most.') : null,
    ];
}
