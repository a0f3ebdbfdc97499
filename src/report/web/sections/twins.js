// Nodes that move together or against each other: groups of them, and what it means for placement.
import { absent, axis, figure, label, tip } from '../chart.js';
import { h } from '../dom.js';
import { count, plural, r } from '../format.js';
import { said } from '../gauges.js';
import { plainTable, sortedTable } from '../table.js';
import { colours } from '../theme.js';

const NAMED = 60; // up to so many nodes the sides of the map hold names

// [{family, from, to}]: families stand side by side in the map.
function families(map) {
    const found = [];

    map.forEach(({ family }, i) => {
        const last = found[found.length - 1];

        if (!family) return;
        if (last && last.family === family && last.to === i - 1) last.to = i;
        else found.push({ family, from: i, to: i });
    });
    return found;
}

function option({ map, r: matrix }, width) {
    const c = colours();
    const names = map.map(({ node }) => label(node));
    const named = names.length <= NAMED && width >= 560;
    const margin = named ? Math.min(width * 0.3, 40 + Math.max(...names.map((name) => name.length)) * 6.5) : 36;
    const side = Math.min(width - margin - 20, 760, Math.max(names.length * (named ? 15 : 5), 260));
    const frame = (params, api) => {
        const [from, to] = [api.value(0), api.value(1)];
        const [x, y] = api.coord([from, from]);
        const cell = side / names.length;

        return { type: 'rect', shape: { x: x - cell / 2, y: y - cell / 2, width: cell * (to - from + 1), height: cell * (to - from + 1) },
            style: { fill: 'transparent', stroke: c.text, lineWidth: 1.5 } };
    };
    const ends = { type: 'category', data: names, splitLine: { show: false }, axisTick: { show: false } };
    const words = { show: named, interval: 0, fontSize: 10, width: margin - 12, overflow: 'truncate', hideOverlap: false };

    return {
        height: side + margin + 64,
        chart: {
            grid: { left: margin, top: 8, width: side, height: side },
            tooltip: { formatter: ({ value, seriesType }) => (seriesType === 'heatmap'
                ? tip(`${map[value[1]].node} and ${map[value[0]].node}`, [['r', typeof value[2] === 'number' ? r(value[2]) : 'none: too few hours in common'],
                    ['family', map[value[0]].family && map[value[0]].family === map[value[1]].family ? count(map[value[0]].family) : '–']]) : '') },
            xAxis: axis({ ...ends, axisLabel: { ...words, rotate: 90 } }),
            yAxis: axis({ ...ends, inverse: true, axisLabel: words }),
            visualMap: {
                type: 'continuous', min: -1, max: 1, calculable: false, orient: 'horizontal', left: margin, bottom: 0, seriesIndex: 0,
                itemHeight: 140, itemWidth: 12, text: ['+1 together', '-1 opposite'], textStyle: { color: c.faint },
                inRange: { color: c.signed }, outOfRange: { color: c.none },
            },
            series: [
                { type: 'heatmap', progressive: 0, itemStyle: { borderWidth: 0 },
                    data: matrix.flatMap((row, y) => row.map((value, x) => ({ value: [x, y, value === null ? '-' : value],
                        itemStyle: value === null ? { color: c.none } : undefined }))) },
                { type: 'custom', silent: true, renderItem: frame, encode: { x: 0, y: 0 }, z: 3,
                    data: families(map).map(({ from, to }) => [from, to]) },
            ],
        },
    };
}

const share = ({ map }) => count(new Set(map.map(({ node }) => node)).size);

function words(found) {
    return `${share(found)} nodes of families and pairs, alike ones side by side: ${plural(found.families, 'family')}, `.replace('familys', 'families')
        + `${plural(found.together, 'pair')} together and ${count(found.opposite)} opposite, of ${count(found.tested)}. `;
}

function map({ findings: { twins: found } }) {
    if (!found.map.length)
        return absent('twins', 'Who moves with whom', `no two of the nodes move together or against each other: ${count(found.tested)} pairs were compared`);
    return figure({
        name: 'twins', title: 'Who moves with whom',
        label: () => words(found),
        caption: () => [words(found), `Pearson's r of the hours of ${found.gauge} without the weekly profile, over the last ${count(found.hours)} hours. `,
            'Orange: together, blue: opposite; a framed square is a family. Keep twins apart, put opposites together. ',
            found.map.length > NAMED ? 'Names are under the pointer and in the tables. ' : '', 'Grey: no r.'],
        option: (width) => option(found, width),
        table: () => ({ head: ['', ...found.map.map(({ node }) => node)],
            rows: found.map.map(({ node }, i) => [node, ...found.r[i].map((value) => (value === null ? '–' : r(value)))]) }),
    });
}

function groups({ findings: { twins: found } }) {
    const rows = families(found.map).map(({ family, from, to }) => ({ family, nodes: found.map.slice(from, to + 1).map(({ node }) => node) }))
        .filter(({ nodes }) => nodes.length > 1) // of one alone the others are beyond the map's end
        .sort((a, b) => b.nodes.length - a.nodes.length);

    if (!rows.length) return null;
    return [h('h3', {}, 'Families: keep their members apart'), plainTable('Families', ['family', 'nodes', h('div', { class: 'members' }, 'members')],
        rows.map(({ family, nodes }) => [count(family), count(nodes.length), h('div', { class: 'members' }, nodes.join(', '))])),
    found.families > rows.length ? h('p', { class: 'faint' }, `and ${count(found.families - rows.length)} more families, not or not wholly in the map`) : null];
}

const kind = (pair) => (pair.r > 0 ? 'together' : 'opposite');
const sure = (pair) => (pair.kept ? kind(pair) : `${kind(pair)}, unsure`);

function pairs({ findings: { twins: found } }) {
    const loose = found.pairs.filter(({ kept }) => !kept).length;
    const listed = (sign) => found.pairs.filter(({ kept, r: value }) => kept && value * sign > 0).length;
    const left = [['together', found.together - listed(1)], ['opposite', found.opposite - listed(-1)]].filter(([, n]) => n > 0);

    if (!found.pairs.length) return null;
    return [h('h3', {}, 'Pairs'), sortedTable({
        id: 'twins-table', label: 'Twins and opposites', rows: found.pairs, search: (row) => `${row.a} ${row.b} ${sure(row)}`,
        columns: [
            { key: 'kind', title: 'Kind', text: true, value: sure, show: (v) => v },
            { key: 'a', title: 'Node', text: true, value: (row) => row.a, show: (v) => v },
            { key: 'b', title: 'and node', text: true, value: (row) => row.b, show: (v) => v },
            { key: 'r', title: 'r', value: (row) => row.r, show: r },
            { key: 'low', title: '95 % from', value: (row) => row.low, show: r },
            { key: 'high', title: 'to', value: (row) => row.high, show: r },
            { key: 'n', title: 'Hours', value: (row) => row.n, show: count },
            { key: 'independent', title: 'Independent', value: (row) => row.n_independent, show: count },
        ],
    }), h('p', { class: 'faint' }, left.length ? `Not listed, weaker: ${left.map(([name, n]) => `${count(n)} ${name}`).join(', ')}. ` : '',
        loose ? `Unsure: as strong, but of too few independent hours to tell from coincidence (${count(loose)} listed). ` : '',
        'Of the pairs that are kept 5 % may be false.')];
}

export function twins(data) {
    const { twins: found } = data.findings;

    if (found.status !== 'ok') return [absent('twins', 'Who moves with whom', found.reason)];
    return [
        h('p', { class: 'lead' }, said(data.findings, 'twins.together'), said(data.findings, 'twins.opposite')),
        h('p', {}, h('strong', {}, 'Keep twins apart, put opposites together: '), 'twins peak at once, so that one machine under both needs room '
            + 'for the sum of their peaks; opposites fill each other\'s lows.'),
        map(data), groups(data), pairs(data),
    ];
}
