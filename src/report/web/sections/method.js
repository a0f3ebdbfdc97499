// How each number was made, and what this page leaves out.
import { h } from '../dom.js';
import { count, duration, plural } from '../format.js';

const sources = {
    rollup: 'From rollup.parquet, by this query over it (table rollup):',
    state: 'From the pass over all samples; the stored state is state.hcs.',
};

// The clipboard may be closed to a page in a frame: then the text is selected instead.
async function copy(pre, button) {
    try {
        await navigator.clipboard.writeText(pre.textContent);
        button.textContent = 'Copied';
    } catch {
        const range = document.createRange();

        range.selectNodeContents(pre);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
        button.textContent = 'Selected: copy with Ctrl+C';
    }
}

function query(sql) {
    const pre = h('pre', { tabindex: 0 }, sql);
    const button = h('button', { type: 'button', onclick: () => copy(pre, button) }, 'Copy');

    return h('div', { class: 'query' }, pre, button);
}

function how(statement) {
    const named = statement.source.startsWith('method:');

    return h('details', { id: `method-${statement.id}` },
        h('summary', {}, statement.title, ' ', h('code', {}, statement.id)),
        h('p', {}, named ? `Method ${statement.source.slice(7)}; docs/statistics.md of hindcast has its formula.`
            : sources[statement.source] || statement.source),
        statement.sql ? query(statement.sql) : null);
}

function leftOut({ findings, series }) {
    const drawn = series.node.length;

    return h('ul', {},
        series.buckets ? h('li', {}, `The course in time is drawn in means of ${duration(series.width)}, each node's rounded to `,
            '254 steps of its own range, received shares to twentieths; exact ones are in rollup.parquet.') : null,
        series.allNodes ? null : h('li', {}, `The course has ${count(drawn)} of ${count(findings.nodes.length)} nodes, an even choice.`),
        series.cellsOutside ? h('li', {}, `${plural(series.cellsOutside, 'node-hour')} far before or after all others `,
            'are not in the course.') : null,
        h('li', {}, 'Tables show three or four digits, this page has nine; findings.json has all of them.'));
}

export function method(data) {
    const { findings } = data;

    return [
        h('h3', {}, 'What this page leaves out'), leftOut(data),
        h('h3', {}, 'What words mean'),
        h('ul', {},
            h('li', {}, 'Means are over samples; std is the sample deviation (n - 1); ±Inf is in no statistic and counted apart.'),
            h('li', {}, 'A quantile is the value at rank floor(q (n - 1)), within 1 % of it; p95 is at or above 95 % of the values.'),
            h('li', {}, 'Coverage is occupied slots ÷ expected slots of a node\'s most frequent step, between its first and last sample.'),
            h('li', {}, `Hours and weekdays are of the zone ${findings.input.timezone}, through changes of the clock.`)),
        h('h3', {}, 'How each number was made'),
        findings.findings.map(how),
        h('h3', {}, 'How it was run'),
        query(['hindcast', ...findings.input.options].join(' ')),
    ];
}
