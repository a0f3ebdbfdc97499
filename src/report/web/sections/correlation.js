// What goes together: Pearson's r, pooled or within nodes, in the data's order or by similarity.
import { absent, axis, change, figure, label, tip } from '../chart.js';
import { choice, h, labelled } from '../dom.js';
import { count, r } from '../format.js';
import { sortedTable } from '../table.js';
import { colours, inkOn } from '../theme.js';

const NUMBERS = 20; // up to so many columns a cell has room for its number

// Next comes the column nearest to the last, nearness being |r|; it starts with the strongest.
export function bySimilarity(matrix) {
    const n = matrix.length;
    const near = (i, j) => (matrix[i][j] === null ? 0 : Math.abs(matrix[i][j]));
    const strength = matrix.map((_, i) => matrix.reduce((sum, __, j) => sum + (i === j ? 0 : near(i, j)), 0));
    const order = [strength.indexOf(Math.max(...strength))];
    const left = new Set(matrix.map((_, i) => i).filter((i) => i !== order[0]));

    while (order.length < n) {
        const last = order[order.length - 1];
        let best = null;

        for (const i of left)
            if (best === null || near(last, i) > near(last, best)) best = i;
        order.push(best);
        left.delete(best);
    }
    return order;
}

function views({ correlation }) {
    const within = correlation.within_node;

    return {
        pooled: { columns: correlation.columns, matrix: correlation.pooled, n: correlation.n },
        within: { columns: within.columns, matrix: within.matrix, n: within.n },
    };
}

const state = { view: 'within', order: 'data', words: '' };

function chosen(all) {
    const view = all[state.view];
    const kept = view.columns.map((_, i) => i).filter((i) => view.columns[i].toLowerCase().includes(state.words));

    if (state.order === 'data') return { view, at: kept };
    const matrix = kept.map((i) => kept.map((j) => view.matrix[i][j]));
    return { view, at: kept.length ? bySimilarity(matrix).map((i) => kept[i]) : [] };
}

function option(all, width) {
    const c = colours();
    const { view, at } = chosen(all);
    const names = at.map((i) => label(view.columns[i]));
    const margin = Math.min(width * 0.36, 60 + Math.max(0, ...names.map((name) => name.length)) * 6);
    const side = Math.max(12, Math.min(44, (width - margin - 24) / Math.max(1, at.length)));
    const small = side < 13;
    const cells = [];

    at.forEach((i, y) => at.forEach((j, x) => {
        const value = view.matrix[i][j];

        cells.push({ value: [x, y, value === null ? '-' : value],
            label: { color: inkOn(Math.abs(value) * 0.8) },
            itemStyle: value === null ? { color: c.none } : undefined });
    }));
    return {
        height: at.length * (small ? 12 : side) + margin + 64,
        chart: {
            grid: { left: margin, top: 8, width: at.length * side > width - margin - 24 ? width - margin - 24 : at.length * side,
                height: at.length * (small ? 12 : side) },
            tooltip: {
                formatter: ({ dataIndex }) => {
                    const y = at[Math.floor(dataIndex / at.length)];
                    const x = at[dataIndex % at.length];

                    return tip(`${view.columns[y]} and ${view.columns[x]}`, [
                        ['r', view.matrix[y][x] === null ? 'none: constant, or too few rows' : r(view.matrix[y][x])],
                        ['rows', count(view.n[y][x])]]);
                },
            },
            xAxis: axis({ type: 'category', data: names, splitLine: { show: false },
                axisLabel: { rotate: 90, interval: 0, fontSize: small ? 9 : 11, width: margin - 16,
                    overflow: 'truncate', hideOverlap: false } }),
            yAxis: axis({ type: 'category', data: names, inverse: true, splitLine: { show: false },
                axisLabel: { interval: 0, fontSize: small ? 9 : 11, width: margin - 16, overflow: 'truncate',
                    hideOverlap: false } }),
            visualMap: {
                type: 'continuous', min: -1, max: 1, calculable: false, orient: 'horizontal', left: 'center',
                bottom: 0, itemHeight: 140, itemWidth: 12, text: ['+1', '-1'], textStyle: { color: c.faint },
                inRange: { color: c.signed }, outOfRange: { color: c.none },
            },
            series: [{
                type: 'heatmap', data: cells, progressive: 0,
                label: { show: at.length <= NUMBERS && side >= 30, fontSize: 10,
                    formatter: ({ value }) => (value[2] === '-' ? '' : value[2].toFixed(2).replace('0.', '.')) },
                itemStyle: { borderWidth: side > 16 ? 1 : 0, borderColor: c.ground },
            }],
        },
    };
}

function controls(all) {
    const again = (key) => (value) => { state[key] = value; change('correlation'); };
    const filter = h('input', { type: 'search', spellcheck: 'false', placeholder: 'part of a name',
        oninput: (event) => {
            state.words = event.target.value.trim().toLowerCase();
            change('correlation');
        } });

    return h('div', { class: 'bar' },
        all.within.columns.length > 1 ? choice('Show', [['within', 'within nodes'], ['pooled', 'pooled']], again('view')) : null,
        choice('Order', [['data', 'as in the data'], ['similar', 'by similarity']], again('order')),
        all.pooled.columns.length > NUMBERS ? labelled('Columns', filter) : null);
}

function pairs({ correlation }) {
    if (!correlation.pairs.length)
        return h('p', {}, 'No pair of columns has |r| over 0.7.');
    const derived = correlation.pairs.some((pair) => pair.kinds.some((kind) => kind !== 'gauge'));

    return [h('h3', {}, 'Pairs with |r| over 0.7'), sortedTable({
        id: 'pairs-table', label: 'Pairs with |r| over 0.7', rows: correlation.pairs, sort: 'r', descending: true,
        search: (row) => `${row.a} ${row.b}`,
        columns: [
            { key: 'a', title: 'Column', text: true, value: (row) => row.a, show: (v) => v },
            { key: 'b', title: 'and column', text: true, value: (row) => row.b, show: (v) => v },
            { key: 'r', title: 'r pooled', value: (row) => row.r, show: r },
            { key: 'r_within', title: 'r within nodes', value: (row) => row.r_within, show: r },
            derived && { key: 'kinds', title: 'Kinds', text: true, value: (row) => row.kinds.join(' and '), show: (v) => v },
            { key: 'n', title: 'Rows', value: (row) => row.n, show: count },
        ].filter(Boolean),
    })];
}

function strongest({ correlation }) {
    const gauges = correlation.pairs.filter((pair) => pair.kinds.every((kind) => kind === 'gauge'));
    const [best] = (gauges.length ? gauges : correlation.pairs).slice()
        .sort((a, b) => Math.abs(b.r) - Math.abs(a.r));

    return best ? `${count(correlation.pairs.length)} pairs have a pooled |r| over 0.7; the strongest is ${best.a} and ${best.b} (pooled ${r(best.r)}).`
        : 'No pair has a pooled |r| over 0.7.';
}

export function correlation({ findings }) {
    const { status, reason, omitted, columns } = findings.correlation;

    if (status !== 'ok' || columns.length < 2)
        return [absent('correlation', 'What goes together', reason || 'fewer than two numeric columns')];
    const all = views(findings);

    if (all.within.columns.length < 2) state.view = 'pooled';

    return [figure({
        name: 'correlation', title: 'What goes together',
        label: () => strongest(findings),
        caption: () => [strongest(findings), ' Pearson\'s r over the rows that have both values. Within nodes, each node\'s mean is ',
            'taken out: what moves together on a node. Pooled also mixes in that nodes differ. Left blank: no r. ',
            omitted.length ? `${count(omitted.length)} columns are left out (findings.json names them).` : ''],
        controls: controls(all), option: (width) => option(all, width),
        table: () => {
            const { view, at } = chosen(all);

            return { head: ['', ...at.map((j) => view.columns[j])],
                rows: at.map((i) => [view.columns[i], ...at.map((j) => r(view.matrix[i][j]))]) };
        },
    }), pairs(findings)];
}
