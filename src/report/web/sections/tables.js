// Sections that are tables alone: groups, columns, baseline, insights.
import { h } from '../dom.js';
import { bytes, count, hour, number, pct, percent } from '../format.js';
import { MAIN, shown } from '../gauges.js';
import { plainTable, sortedTable } from '../table.js';

export function groups({ findings }) {
    if (!findings.groups.length) return null;
    return [sortedTable({
        id: 'groups-table', label: `Groups by ${findings.input.group_by}`, rows: findings.groups,
        columns: [
            { key: 'value', title: findings.input.group_by || 'Group', text: true, value: (row) => row.value,
                show: (v) => (v === null ? 'none' : v) },
            { key: 'nodes', title: 'Nodes', show: count,
                value: (row) => row.nodes },
            { key: 'n', title: 'Rows', value: (row) => row.n, show: count },
            ...MAIN.map((main) => ({ key: main.name, title: `${main.title} mean`,
                value: (row) => (row[main.name] ? row[main.name].mean : null), show: (v) => shown(main, v) })),
            { key: 'needed', title: 'Nodes needed, 95 % of hours', show: count,
                value: (row) => (row.opportunity.nodes_needed ? row.opportunity.nodes_needed.p95 : null) },
        ],
    })];
}

// In the column's own unit: amounts of bytes shortened, fractions as they are.
const inOwn = (value, row) => (row.unit && row.unit.startsWith('bytes') ? bytes(value) : number(value));

export function columns({ findings }) {
    const stats = ['mean', 'std', 'min', 'p50', 'p95', 'p99', 'max'];

    return [sortedTable({
        id: 'columns-table', label: 'Columns', rows: findings.columns, search: (row) => row.name,
        columns: [
            { key: 'name', title: 'Column', text: true, value: (row) => row.name, show: (v) => v },
            { key: 'kind', title: 'Kind', text: true, value: (row) => row.kind, show: (v) => v },
            { key: 'unit', title: 'Unit', text: true, value: (row) => row.unit, show: (v) => v || '–' },
            { key: 'n', title: 'Values', value: (row) => row.n, show: count },
            { key: 'missing', title: 'Missing', value: (row) => row.missing, show: count },
            ...stats.map((key) => ({ key, title: key, value: (row) => row[key], show: inOwn })),
        ],
    })];
}

export function baseline({ findings }) {
    const b = findings.baseline;
    const rows = [
        ['CPU', b.avg_cpu_utilization, b.cpu_utilization_std, b.max_cpu_utilization],
        ['Memory', b.avg_memory_utilization, b.memory_utilization_std, b.max_memory_utilization],
        ['Load', b.avg_load_1m, (findings.columns.find((column) => column.name === 'load_1m') || {}).std,
            b.max_load_1m],
    ];

    return [
        plainTable('Baseline', ['Over all samples', 'mean', 'std', 'highest', 'n'], rows.map(([title, mean, std, max], i) => [
            title, shown(MAIN[i], mean), shown(MAIN[i], std), shown(MAIN[i], max),
            count(b.gauges[i].n)])),
        b.gauges.filter((gauge) => gauge.status !== 'ok').map((gauge) => h('p', {}, `${gauge.gauge}: ${gauge.reason}`)),
    ];
}

export function insights({ findings }) {
    const i = findings.insights;

    return [
        findings.insights_status.status === 'ok' ? null : h('p', {}, findings.insights_status.reason),
        plainTable('Key figures', ['insights.json', 'value'], [
            ['peak hour', `${hour(i.peak_hour)} (${percent(i.peak_cpu_usage)} CPU)`],
            ['low hour', `${hour(i.low_hour)} (${percent(i.low_cpu_usage)} CPU)`],
            ['busiest node', i.busiest_node || '–'],
            ['least busy node', i.least_busy_node || '–'],
            ['CPU variation, std ÷ mean', number(i.cpu_variation_coefficient)],
            ['(mean CPU - target) ÷ mean, an older formula; not a saving', pct(i.optimization_opportunity_pct)],
        ]),
    ];
}
