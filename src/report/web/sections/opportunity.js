// Nodes there against nodes needed: a bound on what better placement could gain.
import { absent, axis, figure, timeAxis, tip } from '../chart.js';
import { h } from '../dom.js';
import { count, localTime, number, percent, pct, plural } from '../format.js';
import { plainTable } from '../table.js';
import { colours } from '../theme.js';

const HOUR = 3600;

// Steps by hour; hours without data are holes.
function steps(series, needs, key) {
    const points = [];

    needs.start_s.forEach((start, i) => {
        if (i && start !== needs.start_s[i - 1] + HOUR)
            points.push([series.local(needs.start_s[i - 1] + HOUR) * 1000, null]);
        points.push([series.local(start) * 1000, needs[key][i]]);
    });
    return points;
}

// The hour at a place on the axis.
function hourSaid(series, needs, place) {
    const start = needs.start_s.find((one) => series.local(one) * 1000 === place);

    return start === undefined ? localTime(place / 1000) : series.stamp(start);
}

function option({ series, needs }) {
    const c = colours();
    const line = (key, name, more) => ({
        type: 'line', step: 'end', symbol: 'none', name, data: steps(series, needs, key), ...more,
    });

    return {
        height: 340,
        chart: {
            useUTC: true,
            grid: { left: 56, right: 20, top: 56, bottom: 76 },
            legend: { top: 0, icon: 'roundRect', itemHeight: 6, textStyle: { color: c.text } },
            tooltip: {
                trigger: 'axis',
                formatter: (p) => tip(hourSaid(series, needs, p[0].value[0]), p.map((one) => [
                    one.seriesName, one.value[1] === null ? '–' : count(one.value[1])])),
            },
            xAxis: timeAxis({}),
            yAxis: axis({ type: 'value', min: 0, minInterval: 1, name: 'nodes',
                nameTextStyle: { align: 'left', color: c.faint } }),
            dataZoom: [{ type: 'slider', height: 22, bottom: 10, filterMode: 'none', showDetail: false,
                borderColor: c.line }],
            series: [
                line('present', 'nodes there', { color: c.kinds[6], lineStyle: { width: 1.5 },
                    areaStyle: { opacity: 0.12 } }),
                line('needed', 'nodes needed', { color: c.kinds[0], lineStyle: { width: 1.5 },
                    areaStyle: { opacity: 0.45 } }),
            ],
        },
    };
}

function words(o) {
    const spare = o.node_hours ? o.node_hours_not_needed / o.node_hours : null;

    return `If nodes were filled to ${percent(o.target_cpu)} CPU and ${percent(o.target_memory)} memory, half of the hours `
        + `would fit on ${plural(o.nodes_needed.median, 'node')} of mean size, 95 % of them on `
        + `${count(o.nodes_needed.p95)}, the worst on ${count(o.nodes_needed.max)}; there were `
        + `${count(o.nodes_present.median)} in the median hour. At most ${count(o.node_hours_not_needed)} of `
        + `${count(o.node_hours)} node-hours (${percent(spare)}) could be spared.`;
}

function numbers(o) {
    return plainTable('Nodes by hour', ['Nodes by hour', 'median', '95 % of hours', '99 %', 'most'], [
        ['there', ...['median', 'p95', 'p99', 'max'].map((k) => count(o.nodes_present[k]))],
        ['needed', ...['median', 'p95', 'p99', 'max'].map((k) => count(o.nodes_needed[k]))],
    ]);
}

function rest(o) {
    return plainTable('Beside the bound', ['Beside the bound', 'value'], [
        ['hours with data', count(o.hours)],
        ['hours in which CPU sets the number', count(o.cpu_bound_hours)],
        ['hours in which memory sets it', count(o.memory_bound_hours)],
        ['node-hours with CPU over 80 %', `${count(o.hot_node_hours)} (${percent(o.hot_share)})`],
        ['the same if load were spread evenly', count(o.hot_if_even)],
        ['CPU of nodes in the same hour, standard deviation', percent(o.spread_cpu)],
        ['busiest node\'s mean CPU ÷ mean of the nodes', number(o.max_mean_ratio)],
        ['(mean CPU - target) ÷ mean, an older formula; not a saving', pct(o.optimization_potential_pct)],
    ]);
}

// What a replay of the pods says, where there was one.
function lead({ findings }) {
    const said = findings.findings.find((s) => s.id === 'replay.nodes' && s.status === 'ok');

    return said ? h('p', { class: 'lead' }, h('strong', {}, said.statement), ' ',
        h('a', { href: '#replay' }, 'How it is counted')) : null;
}

export function opportunity(data) {
    const o = data.findings.opportunity;

    if (o.status !== 'ok' || !data.needs.start_s.length)
        return [lead(data), absent('opportunity', 'Nodes there and nodes needed', o.reason || 'no hour with a CPU or memory value')];
    return [
        lead(data),
        h('p', { class: 'lead' }, words(o)),
        h('p', {}, h('strong', {}, 'A bound, not an answer: '), 'it cuts load hour by hour and places it at will, as no ',
            lead(data) ? 'scheduler can.' : 'scheduler can. What placement would really gain needs the pods; it is not more than this.'),
        figure({
            name: 'opportunity', title: 'Nodes there and nodes needed',
            label: () => words(o),
            caption: () => [`By hour, zone ${data.findings.input.timezone}, n = ${plural(o.hours, 'hour')}; a node's size is `,
                o.weighted_by_cores ? `its cores (mean ${number(o.mean_cores)})` : 'taken as equal (no cores in the data)',
                o.weighted_by_memory ? ' and its memory' : '', '. Between the lines: what could be spared at most.'],
            option: () => option(data),
            table: () => ({
                head: ['Hour', 'Nodes there', 'Nodes needed'],
                rows: data.needs.start_s.map((start, i) => [data.series.stamp(start),
                    count(data.needs.present[i]), count(data.needs.needed[i])]),
            }),
        }),
        h('div', { class: 'side' }, numbers(o), rest(o)),
    ];
}
