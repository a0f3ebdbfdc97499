// What matters most: value, sentence, n, and where the picture is.
import { h } from '../dom.js';
import { count, inUnit } from '../format.js';

const OPEN = 12; // statements that are open, of each section the two heaviest
const EACH = 2;
// the picture of a statement, by the first part of its id

const pictures = {
    quality: 'received', temporal: 'temporal', weekly: 'weekly', nodes: 'nodes',
    correlation: 'correlation', trends: 'trends', opportunity: 'opportunity',
    workload: 'workloads', rhythm: 'rhythm', growth: 'growth', changes: 'changes',
    twins: 'twins', roles: 'roles', anomalies: 'anomalies', compare: 'compare',
    replay: 'replay-nodes',
};

export const sectionOf = (id) => id.split('.')[0];

function link(id) {
    const section = sectionOf(id);
    const chart = pictures[section];

    return h('a', { href: `#${chart ? `chart-${chart}` : section}` },
        chart ? 'see the picture' : 'see the numbers');
}

function interval(statement) {
    if (!statement.interval) return null;
    return ` · interval ${statement.interval.map((v) => inUnit(v, statement.unit)).join(' to ')}`;
}

function card(statement) {
    if (statement.status !== 'ok')
        return h('li', { class: 'statement off', id: `statement-${statement.id}` },
            h('span', { class: 'value' }, statement.status === 'not_enough_data'
                ? 'not enough data' : 'not available'),
            h('div', {}, h('h3', {}, statement.title), h('p', {}, statement.statement),
                h('p', { class: 'faint' }, statement.reason)));
    return h('li', { class: 'statement', id: `statement-${statement.id}` },
        h('span', { class: 'value' }, inUnit(statement.value, statement.unit)),
        h('div', {}, h('h3', {}, statement.title), h('p', {}, statement.statement),
            h('p', { class: 'faint' }, `n = ${count(statement.n)}`, interval(statement), ' · ',
                link(statement.id), ' · ', h('a', { href: `#method-${statement.id}` }, 'how'))));
}

// Heaviest first, and no section crowds out the others.
function first(said) {
    const of = {};

    return said.filter((s) => {
        of[sectionOf(s.id)] = (of[sectionOf(s.id)] || 0) + 1;
        return of[sectionOf(s.id)] <= EACH;
    }).slice(0, OPEN);
}

export function statements({ findings }) {
    const said = findings.findings.filter((s) => s.status === 'ok');
    const open = new Set(first(said));
    const rest = [...said.filter((s) => !open.has(s)), ...findings.findings.filter((s) => s.status !== 'ok')];

    return [
        said.length ? null : h('p', {}, 'Nothing can be said from this data; the sections tell why.'),
        h('ul', { class: 'statements' }, [...open].map(card)),
        rest.length ? h('details', { class: 'more' },
            h('summary', {}, `${count(rest.length)} more statements`),
            h('ul', { class: 'statements' }, rest.map(card))) : null,
    ];
}
