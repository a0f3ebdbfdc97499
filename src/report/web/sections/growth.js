// What rises or falls over the days, how surely, and when it is full.
import { absent, axis, change, figure, label, timeAxis, tip } from '../chart.js';
import { h, select } from '../dom.js';
import { count, localTime, number, plural } from '../format.js';
import { gaugeOf, said } from '../gauges.js';
import { sortedTable } from '../table.js';
import { colours } from '../theme.js';

const DAY_S = 86400;
const NAMED = 30; // so many nodes get a line with their name; of more the ranks are drawn

const claims = {
    rises: 'rises', falls: 'falls', none: 'no clear trend', wanders: 'wanders: no trend claimed',
    step: 'steps rather than trends',
};

// ---- the cluster ----

const startOf = (row, series) => series.local(Date.parse(row.start) / 1000);

// The line, and both ends of its interval turned about the middle of the days.
function lines(row) {
    const last = row.daily.length - 1;
    const middle = row.level - row.slope_per_day * (last / 2);
    const at = (slope, i) => middle + slope * (i - last / 2);

    return { last, line: (i) => at(row.slope_per_day, i),
        low: (i) => Math.min(at(row.low, i), at(row.high, i)), high: (i) => Math.max(at(row.low, i), at(row.high, i)) };
}

// A scale that does not exaggerate: at least a fifth of its top, from 0 if that is not far.
function fit(values) {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const top = Math.max(Math.abs(low), Math.abs(high)) || 1;
    const pad = Math.max((high - low) * 0.58, top * 0.1);
    const step = 10 ** Math.floor(Math.log10(pad / 2.5));

    if (low >= 0 && low < 0.4 * high) return { min: 0 };
    return { min: Math.floor(((low + high) / 2 - pad) / step) * step, max: Math.ceil(((low + high) / 2 + pad) / step) * step };
}

function courseOption(row, gauge, series, room) {
    const c = colours();
    const first = startOf(row, series);
    const time = (i) => (first + (i + 0.5) * DAY_S) * 1000;
    const { last, line, low, high } = lines(row);
    const ends = [0, last / 2, last];
    const sure = row.claim === 'rises' || row.claim === 'falls';
    const band = (data, more) => ({ type: 'line', stack: 'band', stackStrategy: 'all', symbol: 'none', silent: true,
        lineStyle: { opacity: 0 }, data, ...more });

    return {
        height: 320,
        chart: {
            useUTC: true,
            grid: { left: 70, right: 20, top: 44, bottom: 36 },
            legend: { top: 0, icon: 'roundRect', itemHeight: 8, selectedMode: false, textStyle: { color: c.text },
                data: ['mean of a day', 'line', '95 % of slopes'] },
            tooltip: { trigger: 'item', formatter: ({ value, seriesName }) => (seriesName === 'mean of a day'
                ? tip(localTime(value[0] / 1000).slice(0, 10), [[gauge.title, gauge.show(row.daily[value[2]])]]) : '') },
            xAxis: timeAxis({ min: first * 1000, max: (first + row.daily.length * DAY_S) * 1000 }),
            yAxis: axis({ type: 'value', ...fit([...row.daily.filter((value) => value !== null), ...ends.flatMap((i) => [low(i), high(i)])]
                .map(gauge.plotted)), name: room < 600 ? '' : gauge.axis, nameTextStyle: { align: 'left', color: c.faint },
            axisLabel: { formatter: gauge.tick } }),
            series: [
                band(ends.map((i) => [time(i), gauge.plotted(low(i))])),
                band(ends.map((i) => [time(i), gauge.plotted(high(i) - low(i))]),
                    { name: '95 % of slopes', color: c.spread, areaStyle: { color: c.spread, opacity: 1 } }),
                { type: 'scatter', name: 'mean of a day', symbolSize: 7, color: c.kinds[0], z: 4,
                    data: row.daily.map((value, i) => [time(i), gauge.plotted(value), i]).filter(([, value]) => value !== null) },
                { type: 'line', name: 'line', symbol: 'none', color: c.kinds[1], silent: true, z: 5,
                    lineStyle: { width: 2, type: sure ? 'solid' : 'dashed' },
                    data: [0, last].map((i) => [time(i), gauge.plotted(line(i))]) },
            ],
        },
    };
}

function words(row, gauge) {
    const of = gauge.changeUnit ? ` ${gauge.changeUnit}` : '';

    return `${gauge.title} of the cluster: ${claims[row.claim]}; ${gauge.change(row.slope_per_day)}${of} a day `
        + `(${gauge.change(row.low)} to ${gauge.change(row.high)}), over ${plural(row.days, 'day')}. `;
}

function course({ findings, series }) {
    const rows = findings.growth.cluster.filter((row) => row.daily);
    let row = rows.find(({ gauge }) => gauge === 'cpu_usage_rate') || rows[0];
    const gauge = () => gaugeOf(findings, row.gauge);

    if (!row) return absent('growth', 'Day by day', 'no gauge of the cluster that changes has 14 days');
    rows.unshift(...rows.splice(rows.indexOf(row), 1));
    return figure({
        name: 'growth', title: 'Day by day',
        label: () => words(row, gauge()),
        caption: () => [words(row, gauge()), 'Dots: daily means without the weekly profile. Line: Theil–Sen, dashed where no trend is ',
            'claimed. The band turns it about its middle, within the 95 % interval of the slope. The axis need not begin at 0.'],
        controls: rows.length > 1 ? h('div', { class: 'bar' }, select('Gauge',
            rows.map((one) => gaugeOf(findings, one.gauge).title), (i) => { row = rows[i]; change('growth'); })) : null,
        option: (width) => courseOption(row, gauge(), series, width),
        table: () => {
            const { line } = lines(row);

            return { head: ['Day', gauge().title, 'Line'],
                rows: row.daily.map((value, i) => [localTime(startOf(row, series) + i * DAY_S).slice(0, 10),
                    gauge().show(value), gauge().show(line(i))]) };
        },
    });
}

// ---- nodes ----

const span = (row, key) => [row[`${key}low`], row[`${key}high`]];

/*
 * A dot and its interval, a row a node: `value`, `ends` of a row, in units of the axis. Of more
 * than NAMED rows the rank takes the name's place.
 */
function ranks({ rows, value, ends, show, name, colour }, width) {
    const c = colours();
    const many = rows.length > NAMED;
    const places = rows.map((row, i) => [i, value(row), ...ends(row)]);
    const bar = (params, api) => {
        const [from, to] = [api.coord([api.value(2), api.value(0)]), api.coord([api.value(3), api.value(0)])];

        return { type: 'line', shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] },
            style: { stroke: api.visual('color'), lineWidth: many ? 1 : 5, opacity: many ? Math.max(0.08, Math.min(0.4, 80 / rows.length)) : 0.4 } };
    };
    const low = Math.min(...places.map((p) => Math.min(p[1], p[2])));
    const high = Math.max(...places.map((p) => Math.max(p[1], p[3])));

    return {
        height: many ? 420 : 64 + rows.length * 22,
        chart: {
            grid: { left: many ? 64 : width < 600 ? 116 : 176, right: 28, top: many ? 28 : 10, bottom: 46 },
            tooltip: { trigger: 'item', formatter: ({ value: [i] }) => tip(rows[i].node, [
                ['', show(rows[i])], ['days', count(rows[i].days)]]) },
            xAxis: axis({ type: 'value', name, nameLocation: 'middle', nameGap: 28, min: Math.min(0, low), max: Math.max(0, high),
                axisLabel: { showMinLabel: false, showMaxLabel: false, formatter: (v) => String(Number(v.toPrecision(3))) } }),
            yAxis: many ? axis({ type: 'value', inverse: true, min: -1, max: rows.length, minInterval: 1, name: 'rank', nameLocation: 'start', nameTextStyle: { color: c.faint }, splitLine: { show: false },
                axisLabel: { showMinLabel: false, showMaxLabel: false, formatter: (v) => (Number.isInteger(v) ? count(v + 1) : '') } })
                : axis({ type: 'category', inverse: true, data: rows.map((row) => label(row.node)), splitLine: { show: false },
                    axisLabel: { interval: 0, width: width < 600 ? 104 : 160, overflow: 'truncate' } }),
            series: [
                { type: 'custom', renderItem: bar, data: places, encode: { x: [1, 2, 3], y: 0 }, color: colour(c), silent: true, clip: true },
                { type: 'scatter', symbolSize: many ? 4 : 9, color: colour(c), data: places.map(([i, x]) => [x, i]),
                    tooltip: { formatter: ({ value: [, i] }) => tip(rows[i].node, [['', show(rows[i])], ['days', count(rows[i].days)]]) } },
            ],
        },
    };
}

const points = (value) => value * 100;

function slopes({ findings }) {
    const gauge = gaugeOf(findings, 'cpu_usage_rate');
    const rows = findings.growth.nodes.filter((row) => row.gauge === 'cpu_usage_rate')
        .sort((a, b) => b.slope_per_day - a.slope_per_day);
    const clear = rows.filter(({ claim }) => claim === 'rises' || claim === 'falls').length;
    const show = (row) => `${gauge.change(row.slope_per_day)} points a day (${gauge.change(row.low)} to ${gauge.change(row.high)}), ${claims[row.claim]}`;

    if (!rows.length) return absent('slopes', 'Slopes of CPU', 'no node\'s CPU changes and has 14 days');
    const sentence = () => `CPU of ${plural(rows.length, 'node')} by slope: ${count(clear)} clearly rise or fall; most ${rows[0].node}, ${show(rows[0])}. `;

    return figure({
        name: 'slopes', title: 'Slopes of CPU, node by node',
        label: sentence,
        caption: () => [sentence(), 'Dot: slope, bar: its 95 % interval; one that leaves out 0 is a trend unless the node wanders or steps. ',
            'Of nodes without a trend up to 5 in 100 are named by chance. ', rows.length > NAMED ? 'By rank; names are under the pointer and in the table.' : ''],
        option: (width) => ranks({ rows, show, value: (row) => points(row.slope_per_day), ends: (row) => span(row, '').map(points),
            name: 'points of % a day', colour: (c) => c.kinds[0] }, width),
        table: () => ({ head: ['Node', 'Points a day', '95 % from', 'to', 'Claim', 'Days'],
            rows: rows.map((row) => [row.node, gauge.change(row.slope_per_day), gauge.change(row.low), gauge.change(row.high),
                claims[row.claim], count(row.days)]) }),
    });
}

const what = (gauge) => (gauge === 'memory_usage' ? 'memory' : 'disk');
const days = (value) => (typeof value === 'number' && Math.abs(value) < 1000 ? value.toFixed(1) : number(value));
const reach = (row) => (row.full === 'now' ? 'full now' : `${days(row.full_days)} days (${days(row.full_low)} to ${days(row.full_high)})`);

function full({ findings }) {
    const all = findings.growth.nodes.filter(({ full: claim }) => claim === 'soon' || claim === 'now')
        .sort((a, b) => (a.full_days || 0) - (b.full_days || 0));
    const rows = all.slice(0, NAMED);

    if (!rows.length)
        return h('p', {}, 'Days until full: no memory and no disk of a node rises clearly towards full, or none has 14 days.');
    const sentence = () => `${count(all.length)} memories and disks fill up if it goes on so; first the ${what(rows[0].gauge)} of ${rows[0].node}: ${reach(rows[0])}. `;

    return figure({
        name: 'full', title: 'Days until full',
        label: sentence,
        caption: () => [sentence(), 'From the last day on, to 100 %; the bar is the 95 % interval of the slope alone. No forecast goes further ',
            'than four times the days it is made from. ', all.length > rows.length ? `The first ${count(rows.length)} are drawn.` : ''],
        option: (width) => ranks({ rows, show: (row) => `${what(row.gauge)}: ${reach(row)}`, value: (row) => row.full_days || 0,
            ends: (row) => [row.full_low || 0, Math.min(row.full_high || 0, 8 * (row.full_days || 1))], name: 'days', colour: (c) => c.kinds[1] }, width),
        table: () => ({ head: ['Node', 'Gauge', 'Level', 'Days', '95 % from', 'to'],
            rows: all.map((row) => [row.node, row.gauge, gaugeOf(findings, row.gauge).show(row.level), days(row.full_days),
                days(row.full_low), days(row.full_high)]) }),
    });
}

function table({ findings }) {
    const gauge = (row) => gaugeOf(findings, row.gauge);
    const slope = (key, title) => ({ key, title, value: (row) => row[key],
        show: (v, row) => (gauge(row).fraction ? `${gauge(row).change(v)} points` : gauge(row).change(v)) });

    return [h('h3', {}, 'CPU of every node, and what else rises or falls'), sortedTable({
        id: 'growth-table', label: 'Growth of the nodes', rows: findings.growth.nodes, search: (row) => `${row.node} ${row.gauge} ${row.claim}`,
        sort: findings.growth.nodes.some((row) => row.full_days !== null) ? 'full_days' : 'slope_per_day',
        descending: findings.growth.nodes.every((row) => row.full_days === null),
        columns: [
            { key: 'node', title: 'Node', text: true, value: (row) => row.node, show: (v) => v },
            { key: 'gauge', title: 'Gauge', text: true, value: (row) => row.gauge, show: (v) => v },
            { key: 'claim', title: 'Claim', text: true, value: (row) => row.claim, show: (v) => claims[v] },
            slope('slope_per_day', 'A day'), slope('low', '95 % from'), slope('high', 'to'),
            { key: 'level', title: 'Last day', value: (row) => row.level, show: (v, row) => gauge(row).show(v) },
            { key: 'full_days', title: 'Full in days', value: (row) => row.full_days, show: days },
            { key: 'days', title: 'Days', value: (row) => row.days, show: count },
        ],
    })];
}

export function growth(data) {
    const { growth: found } = data.findings;

    if (found.status !== 'ok') return [absent('growth', 'Day by day', found.reason)];
    return [
        h('p', { class: 'lead' }, said(data.findings, 'growth.full'), said(data.findings, 'growth.cpu')),
        h('p', {}, 'A slope is claimed where its interval leaves out 0 and the series neither wanders nor steps. What fills up needs '
            + 'room or a limit before its interval begins.'),
        course(data), full(data), slopes(data), found.nodes.length ? table(data) : null,
    ];
}
