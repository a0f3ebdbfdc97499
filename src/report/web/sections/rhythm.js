// What repeats: the cluster's week hour by hour, series taken apart, and how strong each part is.
import { absent, axis, change, figure, label, timeAxis, tip } from '../chart.js';
import { h, select } from '../dom.js';
import { DAYS, count, hour, number, plural, r } from '../format.js';
import { gaugeOf, said } from '../gauges.js';
import { sortedTable } from '../table.js';
import { colours } from '../theme.js';

const WEEK = 168;
const PANEL = 108; // of a curve of a series taken apart

const strength = (value) => (typeof value === 'number' ? value.toFixed(2) : '–');
const period = (hours) => (hours === null ? 'too short' : hours === 0 ? 'none' : `${hours} h`);

// "16:00 (15 to 21)"; null: no hour stands out, or days are too few
function extreme(at, days) {
    if (!days) return 'too short';
    if (!at) return 'none';
    return at.from === at.to ? hour(at.hour) : `${hour(at.hour)} (${at.from} to ${at.to})`;
}

// ---- the week ----

// Stretches of the week's hours that hold the extreme, one a day; over midnight they are two.
function stretches(at, name, color) {
    if (!at) return [];
    const pieces = at.from <= at.to ? [[at.from, at.to + 1]] : [[0, at.to + 1], [at.from, 24]];

    return DAYS.flatMap((_, day) => pieces.map(([from, to]) => [
        { xAxis: day * 24 + from, name, itemStyle: { color, opacity: 0.16 }, label: { show: false } },
        { xAxis: day * 24 + to }]));
}

function weekOption(row, gauge, width) {
    const c = colours();
    const at = (i) => `${DAYS[Math.floor(i / 24)]} ${hour(i % 24)}`;

    return {
        height: 300,
        chart: {
            grid: { left: 64, right: 20, top: 40, bottom: 36 },
            legend: { top: 0, icon: 'roundRect', itemHeight: 8, selectedMode: false, textStyle: { color: c.text },
                data: ['busiest hours', 'least busy hours'] },
            tooltip: { trigger: 'axis',
                formatter: (p) => tip(at(p[0].dataIndex), [
                    [`${gauge.title}, against its level`, gauge.change(row.profile[p[0].dataIndex])]]) },
            xAxis: axis({ type: 'value', min: 0, max: WEEK, interval: 24,
                axisLabel: { align: 'left', showMaxLabel: false,
                    formatter: (v) => (width < 600 ? (DAYS[v / 24] || '').slice(0, 2) : `${DAYS[v / 24]} 00:00`) } }),
            yAxis: axis({ type: 'value', name: width < 600 ? '' : gauge.fraction ? 'points of %' : gauge.unit, scale: true,
                nameTextStyle: { align: 'left', color: c.faint }, axisLabel: { formatter: gauge.tick } }),
            series: [
                { type: 'line', symbol: 'none', color: c.kinds[0], lineStyle: { width: 2 },
                    data: row.profile.map((value, i) => [i + 0.5, gauge.plotted(value)]),
                    markArea: { silent: true, data: [...stretches(row.top, 'busiest hours', c.kinds[1]),
                        ...stretches(row.low, 'least busy hours', c.kinds[2])] } },
                // for the legend alone
                { type: 'bar', name: 'busiest hours', data: [], color: c.kinds[1] },
                { type: 'bar', name: 'least busy hours', data: [], color: c.kinds[2] },
            ],
        },
    };
}

function weekWords(row, gauge) {
    const [top, low] = [extreme(row.top, row.days), extreme(row.low, row.days)];

    return `${gauge.title} of the cluster: period ${period(row.period_h)}`
        + (row.period_h ? ` (r ${r(row.r)}, ${plural(row.cycles, 'cycle')})` : '')
        + `; busiest hour ${top}, least busy ${low}, over ${plural(row.days, 'day')}. `;
}

function week({ findings }) {
    const rows = findings.rhythm.cluster;
    let row = rows[0];
    const gauge = () => gaugeOf(findings, row.gauge);

    if (!row) return absent('rhythm', 'The week of the cluster', 'every gauge of the cluster is constant or too short');
    return figure({
        name: 'rhythm', title: 'The week of the cluster',
        label: () => weekWords(row, gauge()),
        caption: () => [weekWords(row, gauge()), 'The line is the mean week, as a difference from the level, zone ',
            `${findings.input.timezone}, n = ${plural(row.n, 'hour')}; behind it, the hours of the day that hold the `,
            'extreme in 95 % of resamples of days. ', row.top || row.low ? '' : 'None is marked: no hour of the day stands out. '],
        controls: rows.length > 1 ? h('div', { class: 'bar' }, select('Gauge',
            rows.map((one) => gaugeOf(findings, one.gauge).title), (i) => { row = rows[i]; change('rhythm'); })) : null,
        option: (width) => weekOption(row, gauge(), width),
        table: () => ({
            head: ['Hour', ...DAYS],
            rows: Array.from({ length: 24 }, (_, i) => [hour(i),
                ...DAYS.map((_d, day) => gauge().change(row.profile[day * 24 + i]))]),
        }),
    });
}

// ---- series taken apart ----

const curveNames = { trend: 'trend', day: 'day', week: 'week', remainder: 'remainder' };

function partsOption(parts, gauge, series) {
    const c = colours();
    const times = Array.from({ length: parts.hours }, (_, i) => series.local(parts.start + i * 3600) * 1000);
    const title = (curve) => curveNames[curve.name]
        + (typeof curve.strength === 'number' ? `, strength ${strength(curve.strength)}` : '');

    return {
        height: 30 + parts.curves.length * PANEL + 50,
        chart: {
            useUTC: true,
            title: parts.curves.map((curve, i) => ({
                text: title(curve), left: 64, top: 6 + i * PANEL,
                textStyle: { fontSize: 12, fontWeight: 600, color: c.text },
            })),
            grid: parts.curves.map((_, i) => ({ left: 64, right: 20, top: 30 + i * PANEL, height: PANEL - 42 })),
            tooltip: { trigger: 'axis', axisPointer: { type: 'line', link: [{ xAxisIndex: 'all' }] },
                formatter: (p) => tip(series.stamp(parts.start + p[0].dataIndex * 3600), p.map((one) => [
                    curveNames[parts.curves[one.seriesIndex].name], one.value[1] === null ? '–'
                        : gauge.tick(one.value[1]) + (gauge.fraction ? ' %' : '')])) },
            axisPointer: { link: [{ xAxisIndex: 'all' }] },
            xAxis: parts.curves.map((_, i) => timeAxis({ gridIndex: i, min: times[0], max: times[times.length - 1],
                axisLabel: { show: i === parts.curves.length - 1 } })),
            yAxis: parts.curves.map((_, i) => axis({ type: 'value', gridIndex: i, scale: true, splitNumber: 2,
                axisLabel: { formatter: gauge.tick, fontSize: 11 } })),
            dataZoom: [{ type: 'slider', xAxisIndex: parts.curves.map((_, i) => i), filterMode: 'none', height: 20,
                bottom: 6, showDetail: false, borderColor: c.line }],
            series: parts.curves.map((curve, i) => ({
                type: 'line', xAxisIndex: i, yAxisIndex: i, symbol: 'none', sampling: 'minmax',
                color: c.kinds[curve.name === 'remainder' ? 6 : 0], lineStyle: { width: 1.2 },
                data: parts.values(curve).map((value, k) => [times[k], gauge.plotted(value)]),
            })),
        },
    };
}

function partsWords(parts, gauge) {
    const named = parts.curves.filter((curve) => typeof curve.strength === 'number')
        .map((curve) => `${curve.name} ${strength(curve.strength)}`);

    return `${gauge.title} of ${parts.node || 'the cluster'} taken apart: `
        + `${named.length ? `strengths ${named.join(', ')}` : 'no strength can be had'}, of 0 to 1. `;
}

function apart({ findings, series, parts: all }) {
    let parts = all[0];
    const gauge = () => gaugeOf(findings, parts.gauge);

    if (!parts)
        return absent('parts', 'Taken apart', 'no main gauge of the cluster has two whole days, or two weeks, to take apart');
    return figure({
        name: 'parts', title: 'Taken apart: trend, day, week, remainder',
        label: () => partsWords(parts, gauge()),
        caption: () => [partsWords(parts, gauge()), `MSTL over n = ${plural(parts.n, 'hour')}, in ${gauge().axis || 'own unit'}; `,
            'the curves add up to the series. Each has a scale of its own: read the heights at its left. ',
            'Other nodes are taken apart with --node.'],
        controls: all.length > 1 ? h('div', { class: 'bar' }, select('Series',
            all.map((one) => `${label(one.node || 'cluster')}, ${gaugeOf(findings, one.gauge).title}`),
            (i) => { parts = all[i]; change('parts'); })) : null,
        option: () => partsOption(parts, gauge(), series),
        table: () => {
            const curves = parts.curves.map((curve) => parts.values(curve));

            return { head: ['Time', ...parts.curves.map((curve) => curveNames[curve.name])],
                rows: curves[0].map((_, i) => [series.stamp(parts.start + i * 3600),
                    ...curves.map((values) => (values[i] === null ? '–' : number(gauge().plotted(values[i])))) ]) };
        },
    });
}

// ---- strengths ----

function strengths(id, title, rows, first) {
    const number2 = (key, name) => ({ key, title: name, value: (row) => row[key], show: strength });

    return sortedTable({
        id, label: title, rows, search: first.value,
        columns: [first,
            { key: 'period_h', title: 'Period', value: (row) => row.period_h, show: period },
            { key: 'r', title: 'r at it', value: (row) => row.r, show: r },
            number2('trend', 'Trend'), number2('season', 'Season'), number2('day', 'Day'), number2('week', 'Week'),
            number2('held_out', 'Held out'),
            { key: 'top', title: 'Busiest', value: (row) => (row.top ? row.top.hour : null),
                show: (_, row) => extreme(row.top, row.days) },
            { key: 'low', title: 'Least busy', value: (row) => (row.low ? row.low.hour : null),
                show: (_, row) => extreme(row.low, row.days) },
            { key: 'n', title: 'Hours', value: (row) => row.n, show: count }],
        sort: first.sort, descending: true,
    });
}

export function rhythm(data) {
    const { findings } = data;
    const { rhythm: found } = findings;

    if (found.status !== 'ok') return [absent('rhythm', 'The week of the cluster', found.reason)];
    return [
        h('p', { class: 'lead' }, said(findings, 'rhythm.peak_hour'), said(findings, 'rhythm.period')),
        h('p', {}, 'What repeats can be planned for: work that can wait belongs into the least busy hours, and nodes whose '
            + 'busiest hours differ share a machine well.'),
        week(data), apart(data),
        h('h3', {}, 'How strong, of the cluster'),
        h('p', { class: 'faint' }, 'Trend, season (day and week together), day, week: 0 to 1, the share of what the part and the rest vary '
            + 'together that is the part\'s. Held out: the share of a week\'s variance that the other weeks foretell.'),
        strengths('rhythm-table', 'Rhythm of the cluster', found.cluster,
            { key: 'gauge', title: 'Gauge', text: true, value: (row) => row.gauge, show: (v) => v }),
        h('h3', {}, 'How strong, CPU of each node'),
        found.nodes.length ? strengths('rhythm-nodes', 'Rhythm of the nodes', found.nodes,
            { key: 'node', title: 'Node', text: true, value: (row) => row.node, show: (v) => v, sort: 'season' })
            : h('p', {}, 'No node\'s CPU changes over three days or more.'),
        found.constant || found.too_short ? h('p', { class: 'faint' },
            `${count(found.constant)} gauges of nodes never change, ${count(found.too_short)} have under 72 hours: neither is in a table.`) : null,
    ];
}
