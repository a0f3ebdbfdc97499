// The course in time: the cluster's mean and the band over nodes, and single nodes on request.
import { absent, axis, change, charts, figure, label, timeAxis, tip } from '../chart.js';
import { h, labelled } from '../dom.js';
import { count, duration, plural, points } from '../format.js';
import { MAIN, gaugeChoice, plotted, shown } from '../gauges.js';
import { plainTable } from '../table.js';
import { colours } from '../theme.js';

const MOST_NODES = 12;
const ENDS = 5; // nodes that rise most, and fall most

let state = null; // {main, wanted: [row of the series], data}

const nameOf = (at) => state.data.findings.nodes[state.data.series.node[at]].node;

// Points of a line; where a bucket is missing the line is broken.
function line(series, main, values) {
    return values.map((value, b) => [series.time(b), plotted(main, value)]);
}

function bandSeries(series, main, band, c) {
    const low = band.p10;
    const width = band.p90.map((high, b) => (high === null ? null : high - low[b]));
    const bound = (data, more) => ({
        type: 'line', stack: 'band', stackStrategy: 'all', symbol: 'none', silent: true, lineStyle: { opacity: 0 },
        data: line(series, main, data), ...more,
    });

    return [bound(low, { name: 'p10' }),
        bound(width, { name: '10 to 90 % of the nodes', color: c.spread, areaStyle: { color: c.spread, opacity: 1 } })];
}

function fleetGaps({ findings, series }, c) {
    const at = (iso) => series.local(Date.parse(iso) / 1000) * 1000;

    return {
        silent: true, itemStyle: { color: c.faint, opacity: 0.15 },
        data: findings.quality.fleet_gaps.map((gap) => [{ xAxis: at(gap.start) }, { xAxis: at(gap.end) }]),
    };
}

function option(width) {
    const { main, wanted, data } = state;
    const { series } = data;
    const gauge = series.gauge(main.name);
    const c = colours();
    const many = series.node.length > 1;
    const nodes = wanted.map((at, i) => ({
        type: 'line', name: label(nameOf(at)), symbol: 'none', color: c.kinds[(i + 1) % c.kinds.length],
        lineStyle: { width: 1.3, type: i < c.kinds.length - 1 ? 'solid' : 'dashed' },
        data: line(series, main, gauge.row(at)),
    }));

    return {
        height: width < 600 ? 380 : 420,
        chart: {
            grid: { left: 60, right: 20, top: 64, bottom: 84 },
            legend: { top: 0, type: 'scroll', icon: 'roundRect', itemHeight: 6, textStyle: { color: c.text, width: 180, overflow: 'truncate' },
                pageTextStyle: { color: c.text }, pageIconColor: c.text,
                data: [many ? 'mean of the samples' : label(nameOf(0)), ...(many ? ['10 to 90 % of the nodes'] : []),
                    ...nodes.map((node) => node.name)] },
            tooltip: {
                trigger: 'axis', axisPointer: { type: 'line', snap: true },
                formatter: (p) => {
                    const b = p[0].dataIndex;
                    const { band } = gauge;

                    return tip(series.stamp(series.start + b * series.width), [
                        ['mean', shown(main, band.mean[b])],
                        ...(many ? [['10 % of nodes below', shown(main, band.p10[b])],
                            ['half of nodes below', shown(main, band.p50[b])],
                            ['90 % of nodes below', shown(main, band.p90[b])],
                            ['nodes', count(band.nodes[b])]] : []),
                        ...wanted.map((at) => [nameOf(at), shown(main, gauge.row(at)[b])])]);
                },
            },
            xAxis: timeAxis({ min: series.time(0), max: series.time(series.buckets) }),
            yAxis: axis({ type: 'value', name: main.axis, nameTextStyle: { align: 'left', color: c.faint },
                min: (extent) => Math.min(0, extent.min) }),
            dataZoom: [
                { type: 'inside', filterMode: 'none', zoomOnMouseWheel: 'ctrl', moveOnMouseWheel: false },
                { type: 'slider', filterMode: 'none', height: 26, bottom: 12, showDetail: false,
                    borderColor: c.line, textStyle: { color: c.faint } },
            ],
            useUTC: true,
            series: [
                ...(many ? bandSeries(series, main, gauge.band, c) : []),
                { type: 'line', name: many ? 'mean of the samples' : label(nameOf(0)), symbol: 'none',
                    color: c.kinds[0], lineStyle: { width: 2 }, z: 5,
                    data: line(series, main, gauge.band.mean), markArea: fleetGaps(data, c) },
                ...nodes,
            ],
        },
    };
}

// Rows whose node's name contains the words, or is like the pattern with * and ?.
function matching(words) {
    const pattern = words.trim();

    if (!pattern) return [];
    const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.');
    const test = new RegExp(/[*?]/.test(pattern) ? `^${escaped}$` : escaped, 'i');

    return state.data.series.node.map((_, at) => at).filter((at) => test.test(nameOf(at)));
}

const parts = {}; // the filter's elements

function want(rows, said) {
    state.wanted = rows.slice(0, MOST_NODES);
    parts.status.textContent = said !== undefined ? said : rows.length > MOST_NODES
        ? `${count(rows.length)} nodes match; the first ${MOST_NODES} are drawn`
        : rows.length ? `${plural(rows.length, 'node')} drawn` : '';
    change('trends');
}

export function showNode(index) {
    const at = state.data.series.node.indexOf(index);

    parts.filter.value = nameOf(at);
    want([at]);
    document.getElementById('chart-trends').scrollIntoView({ block: 'start' });
}

function controls(gauges, many) {
    const reset = h('button', { type: 'button', onclick: () => charts.trends.dispatchAction(
        { type: 'dataZoom', start: 0, end: 100 }) }, 'Whole time');
    const step = (factor, shift) => () => {
        const { start, end } = charts.trends.getOption().dataZoom[0];
        const half = ((end - start) / 2) * factor;
        const middle = (start + end) / 2 + shift * (end - start);

        charts.trends.dispatchAction({ type: 'dataZoom', start: Math.max(0, middle - half),
            end: Math.min(100, middle + half) });
    };

    parts.filter = h('input', { type: 'search', spellcheck: 'false', placeholder: 'name, or part of it, or web-*',
        oninput: (event) => {
            const rows = matching(event.target.value);

            want(rows, event.target.value.trim() && !rows.length ? 'no node of that name' : undefined);
        } });
    parts.status = h('span', { class: 'status', role: 'status' });
    return h('div', { class: 'bar' },
        gaugeChoice(gauges, (main) => { state.main = main; change('trends'); }),
        many ? labelled('Draw nodes', parts.filter) : null, many ? parts.status : null,
        h('span', { class: 'choice', role: 'group', 'aria-label': 'Time shown' },
            h('button', { type: 'button', onclick: step(0.5, 0) }, 'Zoom in'),
            h('button', { type: 'button', onclick: step(2, 0) }, 'Zoom out'),
            h('button', { type: 'button', onclick: step(1, -0.5), 'aria-label': 'Earlier' }, '‹'),
            h('button', { type: 'button', onclick: step(1, 0.5), 'aria-label': 'Later' }, '›'), reset));
}

function said(findings) {
    const found = findings.findings.find((s) => s.id === 'trends.cpu');

    return found && found.status === 'ok' ? `${found.statement} ` : '';
}

function caption({ findings, series }) {
    const cells = findings.trends.hours;

    return [said(findings), `Means of ${duration(series.width)} by node, zone ${findings.input.timezone}; `,
        `${count(cells)} node-hours have samples. `,
        findings.quality.fleet_gaps.length ? 'Grey: gaps of the whole fleet. ' : '',
        'Drag or use the buttons to zoom; the wheel zooms with Ctrl held.'];
}

export function trends(data) {
    const { findings, series } = data;
    const gauges = MAIN.filter((main) => series.gauge(main.name)
        && series.gauge(main.name).band.nodes.some((n) => n > 0));

    if (!series.buckets || !gauges.length)
        return [absent('trends', 'Course in time', findings.trends.reason || 'no value with a time and a node')];
    state = { main: gauges[0], wanted: [], data };
    return [figure({
        name: 'trends', title: 'Course in time',
        label: () => `${state.main.title} of ${plural(series.node.length, 'node')} over ${duration(series.buckets * series.width)}.`,
        caption: () => caption(data), controls: controls(gauges, series.node.length > 1), option,
        table: courseTable,
    }), slopes(findings)];
}

// A row a bucket: the cluster, and the nodes that are drawn.
function courseTable() {
    const { main, wanted, data: { series } } = state;
    const { band } = series.gauge(main.name);
    const nodes = wanted.map((at) => ({ name: nameOf(at), values: series.gauge(main.name).row(at) }));

    return {
        head: ['Time', 'Mean', '10 %', 'Half', '90 %', 'Nodes', ...nodes.map(({ name }) => name)],
        rows: band.mean.map((mean, b) => [series.stamp(series.start + b * series.width),
            ...[mean, band.p10[b], band.p50[b], band.p90[b]].map((value) => shown(main, value)),
            count(band.nodes[b]), ...nodes.map(({ values }) => shown(main, values[b]))]),
    };
}

// Who rises and who falls: both ends, as on the terminal.
function slopes({ trends: { nodes } }) {
    const known = (nodes || []).filter((node) => typeof node.slope_per_day === 'number')
        .sort((a, b) => b.slope_per_day - a.slope_per_day);
    const part = (title, rows) => (rows.length ? plainTable(title, [title, 'points a day', 'days'],
        rows.map((node) => [node.node, points(node.slope_per_day), count(node.days)])) : null);

    if (!known.length) return h('p', {}, 'No node has the seven days that a slope needs.');
    return [h('h3', {}, 'Slopes of mean CPU (Theil–Sen over daily means)'), h('div', { class: 'side' },
        part('Rising most', known.filter((node) => node.slope_per_day > 0).slice(0, ENDS)),
        part('Falling most', known.filter((node) => node.slope_per_day < 0).reverse().slice(0, ENDS)))];
}
