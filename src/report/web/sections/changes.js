// When levels changed, how many nodes at once, and from what to what.
import { absent, axis, change, figure, timeAxis, tip } from '../chart.js';
import { h, select } from '../dom.js';
import { count, plural } from '../format.js';
import { gaugeOf, said } from '../gauges.js';
import { plainTable, sortedTable } from '../table.js';
import { colours } from '../theme.js';

const HOUR = 3600;
const BINS = 180; // at most so many bars over the whole time
const WIDTHS = [4, 6, 12, 24, 48, 168]; // hours

// ---- how many, when ----

const all = (gauges) => ({ gauge: 'all gauges', hour: gauges.flatMap((g) => g.hour), up: gauges.flatMap((g) => g.up) });

function binned({ hour, up }, hours) {
    const width = WIDTHS.find((one) => hours / one <= BINS) || WIDTHS[WIDTHS.length - 1];
    const bins = Array.from({ length: Math.ceil(hours / width) || 1 }, () => ({ up: 0, down: 0 }));

    hour.forEach((at, i) => { bins[Math.min(bins.length - 1, Math.floor(at / width))][up[i] ? 'up' : 'down'] += 1; });
    return { width, bins };
}

function option(chosen, hours, start, series, room) {
    const c = colours();
    const { width, bins } = binned(chosen, hours);
    const time = (i) => series.local(start + i * width * HOUR) * 1000;
    const bar = (key, name, colour, sign) => ({
        type: 'bar', name, stack: 'n', color: colour, barCategoryGap: 0, barWidth: '90%', barMinWidth: 2, large: false,
        data: bins.map((bin, i) => [i, sign * bin[key] || '-']),
    });

    return {
        height: 300,
        chart: {
            useUTC: true,
            grid: { left: 56, right: 20, top: 40, bottom: 40 },
            legend: { top: 0, icon: 'roundRect', itemHeight: 8, selectedMode: false, textStyle: { color: c.text } },
            tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, formatter: (p) => {
                const i = p[0].dataIndex;

                return tip(`${series.stamp(start + i * width * HOUR)}, ${width} h`, [['to a higher level', count(bins[i].up)],
                    ['to a lower level', count(bins[i].down)]]);
            } },
            xAxis: axis({ type: 'category', data: bins.map((_, i) => time(i)), splitLine: { show: false },
                axisLabel: { formatter: (v) => new Date(Number(v)).toISOString().slice(5, 10) } }),
            yAxis: axis({ type: 'value', minInterval: 1, name: room < 600 ? '' : 'changes', nameTextStyle: { align: 'left', color: c.faint },
                axisLabel: { formatter: (v) => count(Math.abs(v)) } }),
            series: [bar('up', 'to a higher level', c.kinds[0], 1), bar('down', 'to a lower level', c.kinds[1], -1)],
        },
    };
}

const of = (chosen, findings) => (chosen.gauge === 'all gauges' ? 'all gauges' : gaugeOf(findings, chosen.gauge).title);

function words(chosen, findings, events) {
    const ups = chosen.up.filter(Boolean).length;
    const [most] = events.filter(({ gauge }) => chosen.gauge === 'all gauges' || gauge === chosen.gauge)
        .sort((a, b) => b.nodes - a.nodes);

    return `${plural(chosen.hour.length, 'change')} of level in ${of(chosen, findings)} of nodes: ${count(ups)} up, ${count(chosen.hour.length - ups)} down. `
        + (most ? `Most at once: ${count(most.nodes)} nodes (${gaugeOf(findings, most.gauge).title}) from ${most.first.slice(0, 16).replace('T', ' ')} UTC. `
            : 'No nodes changed together, more than by chance. ');
}

function timeline({ findings, series, changes }) {
    const { together, courses } = findings.changes;
    const choices = [...changes.gauges.length > 1 ? [all(changes.gauges)] : [], ...changes.gauges];
    let chosen = choices[0];
    const hours = findings.rhythm.hours;

    if (!chosen)
        return absent('changes', 'Changes over time', `no level of ${plural(courses, 'gauge')} of nodes changed for a day or more`);
    return figure({
        name: 'changes', title: 'Changes over time',
        label: () => words(chosen, findings, together),
        caption: () => [words(chosen, findings, together), `A bar is ${binned(chosen, hours).width} hours, zone ${findings.input.timezone}: upward, changes to a `,
            'higher level, downward, to a lower one. A high bar is one cause on many nodes: a roll-out, a failover, a move of load.'],
        controls: choices.length > 1 ? h('div', { class: 'bar' }, select('Gauge', choices.map((one) => of(one, findings)),
            (i) => { chosen = choices[i]; change('changes'); })) : null,
        option: (width) => option(chosen, hours, changes.start_s, series, width),
        table: () => {
            const { width, bins } = binned(chosen, hours);

            return { head: ['From', 'Higher', 'Lower'], rows: bins.map((bin, i) => [series.stamp(changes.start_s + i * width * HOUR),
                count(bin.up), count(bin.down)]).filter(([, up, down]) => up !== '0' || down !== '0') };
        },
    });
}

// ---- from what to what ----

function levelsOption(rows, gauge, width) {
    const c = colours();
    const most = Math.max(...rows.flatMap((row) => [row.before, row.after]), 0) || 1;
    const dots = (up, name, symbol, color) => ({ type: 'scatter', name, symbol, symbolSize: 8, color, itemStyle: { opacity: 0.75 },
        data: rows.map((row, i) => [gauge.plotted(row.before), gauge.plotted(row.after), i]).filter(([b, a]) => (a > b) === up) });

    return {
        height: 360,
        chart: {
            grid: { left: 60, right: 24, top: 40, bottom: 48 },
            legend: { top: 0, selectedMode: false, textStyle: { color: c.text }, data: ['to a higher level', 'to a lower level'] },
            tooltip: { trigger: 'item', formatter: ({ value }) => {
                const row = rows[value[2]];

                return row ? tip(row.node, [['from (UTC)', row.at.slice(0, 16).replace('T', ' ')], ['before', gauge.show(row.before)],
                    ['after', gauge.show(row.after)]]) : '';
            } },
            xAxis: axis({ type: 'value', min: 0, name: `before, ${gauge.axis}`, nameLocation: 'middle', nameGap: 28 }),
            yAxis: axis({ type: 'value', min: 0, name: width < 600 ? '' : `after, ${gauge.axis}`, nameTextStyle: { align: 'left', color: c.faint } }),
            series: [
                { type: 'line', symbol: 'none', silent: true, color: c.faint, lineStyle: { type: 'dashed', width: 1 },
                    data: [[0, 0], [gauge.plotted(most), gauge.plotted(most)]] },
                dots(true, 'to a higher level', 'triangle', c.kinds[0]), dots(false, 'to a lower level', 'diamond', c.kinds[1]),
            ],
        },
    };
}

function levels({ findings, changes }) {
    const rows = findings.changes.nodes;
    const gauge = gaugeOf(findings, 'cpu_usage_rate');
    const cpu = changes.gauges.find((one) => one.gauge === 'cpu_usage_rate');

    if (!rows.length) return null;
    const [most] = rows;
    const sentence = () => `${plural(cpu ? cpu.hour.length : rows.length, 'change')} of CPU; the largest is ${most.node}, from ${gauge.show(most.before)} to ${gauge.show(most.after)} on ${most.at.slice(0, 10)}. `;

    return [figure({
        name: 'levels', title: 'Levels of CPU before and after',
        label: sentence,
        caption: () => [sentence(), 'A mark is a change of one node, after over before; on the dashed line nothing would change. Levels are medians without the weekly profile. ',
            cpu && rows.length < cpu.hour.length ? `The ${count(rows.length)} largest are drawn; findings.json has all.` : ''],
        option: (width) => levelsOption(rows, gauge, width),
        table: () => ({ head: ['Node', 'From (UTC)', 'Before', 'After'], rows: rows.map((row) => [row.node,
            row.at.slice(0, 16).replace('T', ' '), gauge.show(row.before), gauge.show(row.after)]) }),
    }), h('h3', {}, 'Changes of CPU, node by node'), sortedTable({
        id: 'changes-table', label: 'Changes of level', rows, search: (row) => row.node, sort: 'size', descending: true,
        columns: [
            { key: 'node', title: 'Node', text: true, value: (row) => row.node, show: (v) => v },
            { key: 'at', title: 'From (UTC)', text: true, value: (row) => row.at, show: (v) => v.slice(0, 16).replace('T', ' ') },
            { key: 'before', title: 'Before', value: (row) => row.before, show: gauge.show },
            { key: 'after', title: 'After', value: (row) => row.after, show: gauge.show },
            { key: 'size', title: 'Change, points', value: (row) => Math.abs(row.after - row.before),
                show: (_v, row) => gauge.change(row.after - row.before) },
            { key: 'together', title: 'With others', text: true, value: (row) => (row.together === null ? null : row.together),
                show: (v) => (v === null ? '–' : `${count(findings.changes.together[v].nodes)} nodes`) },
        ],
    })];
}

const when = (iso) => iso.slice(0, 16).replace('T', ' ');

function events({ findings }) {
    const rows = findings.changes.together;

    if (!rows.length) return null;
    return [h('h3', {}, 'Together, within four hours'), sortedTable({
        id: 'together-table', label: 'Changes together', rows, search: (row) => row.gauge, sort: 'nodes', descending: true,
        columns: [
            { key: 'first', title: 'From (UTC)', text: true, value: (row) => row.first, show: when },
            { key: 'last', title: 'to', text: true, value: (row) => row.last, show: when },
            { key: 'gauge', title: 'Gauge', text: true, value: (row) => row.gauge, show: (v) => v },
            { key: 'nodes', title: 'Nodes', value: (row) => row.nodes, show: count },
            { key: 'up', title: 'Up', value: (row) => row.up, show: count },
            { key: 'down', title: 'Down', value: (row) => row.nodes - row.up, show: count },
        ],
    })];
}

function cluster({ findings }) {
    const rows = findings.changes.cluster;

    if (!rows.length) return h('p', {}, 'The cluster\'s own levels did not change.');
    return [h('h3', {}, 'Of the cluster'), plainTable('Changes of the cluster', ['Gauge', 'from (UTC)', 'before', 'after'],
        rows.map((row) => [row.gauge, when(row.at), gaugeOf(findings, row.gauge).show(row.before), gaugeOf(findings, row.gauge).show(row.after)]))];
}

export function changes(data) {
    const { changes: found } = data.findings;

    if (found.status !== 'ok') return [absent('changes', 'Changes over time', found.reason)];
    return [
        h('p', { class: 'lead' }, said(data.findings, 'changes.together'), said(data.findings, 'changes.cluster')),
        h('p', {}, `Levels that last a day or more, without the weekly profile, in ${count(found.courses)} gauges of nodes; of `
            + `${count(found.wander)} of these, which wander, nothing is claimed. A node that joins or leaves moves the cluster's mean.`),
        timeline(data), events(data), cluster(data), levels(data),
    ];
}
