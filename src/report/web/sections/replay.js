// The recorded pods placed by other policies: how many nodes, what is allocated, the course.
import { absent, axis, change, figure, timeAxis, tip } from '../chart.js';
import { choice, h } from '../dom.js';
import { count, duration, number, percent, plural } from '../format.js';
import { plainTable } from '../table.js';
import { colours } from '../theme.js';

const LETTER = 7; // pixels of a letter of a legend, at most
const SHOWN = [
    { key: 'used', title: 'Nodes in use', axis: 'nodes', show: (v) => number(v) },
    { key: 'asked', title: 'CPU requested', axis: '% of nodes in use', share: true, show: percent },
    { key: 'cpu', title: 'CPU used', axis: '% of nodes in use', share: true, show: percent },
    { key: 'hot', title: 'Over 80 % CPU', axis: 'nodes', hours: true, show: (v) => number(v) },
];

const known = (value) => typeof value === 'number';
// Of the claim; where there is none, what holds for the pods of every policy.
function boundOf(r) {
    const bounds = r.policies.filter((p) => p.nodes_bound).map((p) => p.nodes_bound.min);

    return known(r.nodes_bound) || !bounds.length ? r.nodes_bound : Math.min(...bounds);
}

const mean = (policy, key) => (policy[key] ? policy[key].mean : null);
const few = (value) => (known(value) && !Number.isInteger(value) && value < 100 ? value.toFixed(1) : count(value));
const nameOf = (policy) => (policy.oracle ? `${policy.name} (oracle)` : policy.name);

// What was recorded is as dark as text; the others have a colour each.
function colourOf(policies, i) {
    const c = colours();
    const kind = policies.slice(0, i).filter((p) => !p.recorded).length;

    return policies[i].recorded ? c.text : c.kinds[kind % c.kinds.length];
}

// Lines that lie on each other are all seen: later ones are thinner.
const widthOf = (policies, i) => 1.4 + (2.6 * (policies.length - 1 - i)) / Math.max(policies.length - 1, 1);

function legend(names, width) {
    let rows = 1;
    let at = 0;

    for (const name of names) {
        const needs = name.length * LETTER + 45;

        if (at && at + needs > width) {
            rows += 1;
            at = 0;
        }
        at += needs;
    }
    return { height: rows * 24 + 8, legend: { top: 8, icon: 'roundRect', itemHeight: 6, textStyle: { color: colours().text } } };
}

// ---- how many nodes ----

const ranged = (value, low, high) => (high > low ? `${few(value)} (${few(low)} to ${few(high)})` : few(value));
const used = (p) => (p.nodes_used_most ? ranged(p.nodes_used_most.mean, p.nodes_used_most.min, p.nodes_used_most.max) : '–');
const needed = (p) => (p.needed ? ranged(p.needed, p.needed_min, p.needed_max) : '–');
// Where in some order not even all nodes do, there is no most.
const fleet = (p) => (!p.fleet ? '–' : p.fleet_max ? ranged(p.fleet, p.fleet_min, p.fleet_max)
    : `${few(p.fleet)} (${few(p.fleet_min)} to more than there are)`);

function fleetSaid(r) {
    const found = r.policies.filter((p) => p.fleet).map((p) => `${nameOf(p)} ${fleet(p)}`);

    if (!r.fleet_trials) return '';
    return ` Nodes, of ${plural(r.fleet_recorded, 'node')} there at once, that carry the whole time with no more refused pods and hot hours than before `
        + `(90th percentile of ${plural(r.fleet_trials, 'order')} of removal): ${found.length ? found.join(', ') : 'with no policy fewer than there are'}.`;
}

function nodesOption(r, width) {
    const c = colours();
    const policies = r.policies;
    const bars = [{ name: 'most in use at once', alpha: '', said: used, value: (p) => mean(p, 'nodes_used_most') }];

    if (r.trials)
        bars.push({ name: 'needed at the fullest moment', alpha: '66', said: needed, value: (p) => p.needed || null });
    return {
        height: 110 + policies.length * (r.trials ? 46 : 30),
        chart: {
            grid: { left: width < 600 ? 126 : 190, right: width < 600 ? 84 : 110, top: width < 420 ? 70 : 52, bottom: 44 },
            legend: { top: 0, icon: 'roundRect', itemHeight: 6, textStyle: { color: c.text },
                data: bars.map((bar) => bar.name) },
            tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, formatter: (p) => tip(nameOf(policies[p[0].dataIndex]),
                bars.map((bar) => [bar.name, bar.said(policies[p[0].dataIndex])])) },
            xAxis: axis({ type: 'value', min: 0, minInterval: 1, name: 'nodes', nameLocation: 'middle', nameGap: 28 }),
            yAxis: axis({ type: 'category', inverse: true, data: policies.map(nameOf), splitLine: { show: false },
                axisLabel: { interval: 0, width: width < 600 ? 116 : 176, overflow: 'truncate', fontSize: 12 } }),
            series: bars.map((bar, k) => ({
                type: 'bar', name: bar.name, barWidth: 14, itemStyle: { color: c.kinds[6] + bar.alpha },
                label: { show: true, position: 'right', color: c.faint, fontSize: 11, formatter: (p) => bar.said(policies[p.dataIndex]) },
                data: policies.map((p, i) => ({ value: bar.value(p),
                    itemStyle: { color: colourOf(policies, i) + bar.alpha } })),
                markLine: k === 0 && known(boundOf(r)) ? {
                    symbol: 'none', silent: true, data: [{ xAxis: boundOf(r) }],
                    lineStyle: { color: c.warn, width: 2, type: 'solid' },
                    label: { formatter: `bound ${count(boundOf(r))}`, color: c.warn, position: 'start' },
                } : undefined,
            })),
        },
    };
}

function nodesSaid(r) {
    const all = r.policies.map((p) => `${nameOf(p)} ${used(p)}`).join(', ');

    return `Most nodes in use at once: ${all}${known(boundOf(r)) ? `; no placement has fewer than ${count(boundOf(r))}` : ''}.`;
}

function nodes(r) {
    return figure({
        name: 'replay-nodes', title: 'How many nodes',
        label: () => nodesSaid(r),
        caption: () => [nodesSaid(r), ` Means of ${plural(r.orders, 'order')} of nodes, least to most in brackets.`,
            r.trials ? ` Needed: nodes are taken away at random until over 0.2 % of ${plural(r.moment_pods, 'pod')} find no `
                + `place; the 90th percentile of ${plural(r.trials, 'try').replace('trys', 'tries')}; nobody needs fewer than `
                + `${count(r.bound)}.` : '', fleetSaid(r)],
        option: (width) => nodesOption(r, width),
        table: () => ({
            head: ['Policy', 'Most in use at once', 'Bound', 'Needed at the fullest moment', 'Carry the whole time'],
            rows: r.policies.map((p) => [nameOf(p), used(p), count(mean(p, 'nodes_bound')), needed(p), fleet(p)]),
        }),
    });
}

// ---- allocated over load ----

function curves(r, drawn) {
    return r.policies.map((policy, i) => ({
        policy, i, points: drawn.allocated[i].map((y, x) => [x, y]).filter(([, y]) => y !== null),
    }));
}

function allocationOption(r, drawn, width) {
    const c = colours();
    const all = curves(r, drawn);
    const most = Math.max(1, ...all.flatMap(({ points }) => points.map(([x]) => x)));
    const top = legend([...r.policies.map(nameOf), 'all'], width);

    return {
        height: 330 + top.height,
        chart: {
            grid: { left: 56, right: 20, top: top.height + 28, bottom: 52 }, legend: top.legend,
            tooltip: { trigger: 'axis', formatter: (p) => tip(`${p[0].value[0]} % asked for`,
                p.filter((one) => one.seriesName !== 'all').map((one) => [one.seriesName, percent(one.value[1] / 100)])) },
            xAxis: axis({ type: 'value', min: 0, max: most, name: `asked for, % of the ${drawn.load_of}`,
                nameLocation: 'middle', nameGap: 28 }),
            yAxis: axis({ type: 'value', min: 0, name: 'allocated, %', nameTextStyle: { align: 'left', color: c.faint } }),
            series: [
                ...all.map(({ policy, i, points }) => ({ type: 'line', name: nameOf(policy), symbol: 'none', data: points,
                    color: colourOf(r.policies, i), lineStyle: { width: widthOf(r.policies, i) } })),
                { type: 'line', name: 'all', symbol: 'none', color: c.faint, lineStyle: { type: 'dashed', width: 1 },
                    data: [[0, 0], [Math.min(most, 100), Math.min(most, 100)]] },
            ],
        },
    };
}

function allocationSaid(r, drawn) {
    const refused = r.policies.some((p) => p.pods_refused && p.pods_refused.max > 0);

    return `The ${drawn.load_of} allocated over the ${drawn.load_of} that pods ask for, in percent of the nodes of then`
        + `${refused ? '' : '; no policy refuses a pod: the lines lie on each other'}.`;
}

function allocation(r, drawn) {
    if (!drawn.load_of) return null;
    return figure({
        name: 'replay-allocation', title: 'Allocated over load',
        label: () => allocationSaid(r, drawn),
        caption: () => [allocationSaid(r, drawn), ` A point is the mean over the arrivals at that load, of ${plural(r.orders, 'order')}.`],
        option: (width) => allocationOption(r, drawn, width),
        table: () => ({
            head: ['Asked for', ...r.policies.map(nameOf)],
            rows: drawn.allocated[0].map((_, x) => x).filter((x) => drawn.allocated.some((row) => row[x] !== null))
                .map((x) => [`${x} %`, ...drawn.allocated.map((row) => (row[x] === null ? '–' : percent(row[x] / 100)))]),
        }),
    });
}

// ---- over time ----

// Shares are drawn in percent, node-hours as nodes over the stretch.
function plotted(what, drawn, value) {
    if (value === null) return null;
    return what.share ? value * 100 : what.hours ? value / (drawn.width_s / 3600) : value;
}

function steps(series, drawn, values) {
    const at = (i) => series.local(drawn.start_s + i * drawn.width_s) * 1000;
    const last = values.length - 1;

    return [...values.map((value, i) => [at(i), value]), [at(last + 1), values[last]]];
}

function timeOption({ findings, series, replay: drawn }, what, width) {
    const c = colours();
    const { policies } = findings.replay;
    const names = what.key === 'used' ? [...policies.map(nameOf), 'nodes there'] : policies.map(nameOf);
    const top = legend(names, width);
    const line = (name, values, more) => ({ type: 'line', step: 'end', symbol: 'none', name,
        data: steps(series, drawn, values), ...more });

    return {
        height: 320 + top.height,
        chart: {
            useUTC: true,
            grid: { left: 56, right: 20, top: top.height + 28, bottom: 76 }, legend: top.legend,
            tooltip: { trigger: 'axis', formatter: (p) => tip(
                new Date(p[0].value[0]).toISOString().slice(0, 16).replace('T', ' '),
                p.map((one) => [one.seriesName, what.share ? percent(one.value[1] === null ? null : one.value[1] / 100)
                    : number(one.value[1])])) },
            xAxis: timeAxis({}),
            yAxis: axis({ type: 'value', min: 0, name: what.axis, nameTextStyle: { align: 'left', color: c.faint } }),
            dataZoom: [{ type: 'slider', height: 22, bottom: 10, filterMode: 'none', showDetail: false, borderColor: c.line }],
            series: [
                what.key === 'used' ? line('nodes there', drawn.there, { color: c.none, lineStyle: { width: 0.5 },
                    areaStyle: { opacity: 0.6 } }) : null,
                ...policies.map((policy, i) => line(nameOf(policy), drawn.course[i][what.key].map((v) => plotted(what, drawn, v)),
                    { color: colourOf(policies, i), lineStyle: { width: widthOf(policies, i) } })),
            ].filter(Boolean),
        },
    };
}

function timeSaid({ findings, replay: drawn }, what) {
    return `${what.title} over time, by policy: means over ${duration(drawn.width_s)}, of the first order `
        + `(seed ${findings.replay.first_seed}).`;
}

function time(data) {
    const { findings, series, replay: drawn } = data;
    const there = SHOWN.filter(({ key }) => drawn.course.some((one) => one[key].some((v) => v !== null)));
    let what = there[0];

    if (!drawn.there.length || !what) return null;
    return figure({
        name: 'replay-time', title: 'In time',
        label: () => timeSaid(data, what),
        caption: () => [timeSaid(data, what), ` Zone ${findings.input.timezone}. A pod's use goes with it to the node that it is `
            + 'placed on; a node is in use with a pod that the policy placed.'],
        controls: there.length > 1 ? choice('Show', there.map((one) => [one.key, one.title]), (key) => {
            what = there.find((one) => one.key === key);
            change('replay-time');
        }) : null,
        option: (width) => timeOption(data, what, width),
        table: () => ({
            head: ['From', 'Nodes there', ...findings.replay.policies.map((p) => `${nameOf(p)}: ${what.title}`)],
            rows: drawn.there.map((nodesThere, i) => [series.stamp(drawn.start_s + i * drawn.width_s), few(nodesThere),
                ...drawn.course.map((one) => what.show(what.hours ? plotted(what, drawn, one[what.key][i]) : one[what.key][i]))]),
        }),
    });
}

// ---- all of it ----

function table(r) {
    return plainTable('Policies', ['Policy', 'nodes', 'node-hours', 'hot node-hours', 'CPU requested', 'CPU p95', 'refused'],
        r.policies.map((p) => [nameOf(p), used(p), number(mean(p, 'node_hours_used')), few(mean(p, 'node_hours_hot')),
            percent(mean(p, 'cpu_requested_share')), percent(mean(p, 'cpu_used_p95')), few(mean(p, 'pods_refused'))]));
}

function agreement(r) {
    if (!r.judged) return null;
    return h('p', {}, h('strong', {}, 'How far to believe it: '), `${r.judge} agrees with ${count(r.in_best)} of `
        + `${count(r.judged)} recorded places (${percent(r.in_best / r.judged)}) and refuses ${count(r.barred)} of them. The less `
        + 'it agrees, the less a replay says of this cluster: other schedulers, taints or hands were at work.');
}

export function replay(data) {
    const r = data.findings.replay;
    const said = data.findings.findings.find((s) => s.id === 'replay.nodes');

    if (!said && !data.only) return null; // nobody expects one
    if (!r || r.status !== 'ok' || !data.replay)
        return [absent('replay-nodes', 'How many nodes', r ? r.reason : 'not in this report')];
    return [
        said ? h('p', { class: 'lead' }, said.statement) : null,
        h('p', {}, `${plural(r.pods, 'pod')} ${r.timed ? 'arrive and leave again' : 'arrive'} on `
            + `${plural(r.nodes_replayed, 'node')} as recorded, placed by ${plural(r.policies.length, 'policy').replace('policys', 'policies')}. `
            + 'Hot: node-hours over 80 % CPU. CPU p95: 95 % of the hours of nodes in use are at most at that share. '
            + 'An oracle looks ahead, and is there for comparison alone.'),
        nodes(r), table(r), agreement(r),
        allocation(r, data.replay), time(data),
    ];
}
