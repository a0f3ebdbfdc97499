// What the collector said of the data: times at which no node has a row, warnings of the
// server, metrics that it has not.
import { freshId, h } from '../dom.js';
import { count, duration, plural, roughly } from '../format.js';
import { plainTable, sortedTable } from '../table.js';

const MOST_COLLECTIONS = 20;
const MOST_WARNINGS = 20;
const MOST_QUERIES = 50;
const LONGEST_WARNING = 600;

const seconds = (iso) => Date.parse(iso) / 1000;
const lengthOf = ({ start, end }) => seconds(end) - seconds(start);

function rest(left, what) {
    return left > 0 ? h('p', { class: 'faint' }, `${count(left)} more ${what} in findings.json.`) : null;
}

function intro(one, series) {
    const server = one.server ? `Collected from ${one.server.url}`
        + (one.server.version ? ` (version ${one.server.version})` : '') : 'Collected';
    const counts = [
        one.instance_days_without_node ? `On ${plural(one.instance_days_without_node, 'instance-day')} `
            + 'no node had the address. ' : '',
        one.rows_folded ? `${plural(one.rows_folded, 'row')} left out where two instances were one node. ` : '',
    ];

    return h('p', {}, `${server} into ${one.path}, ${series.stamp(seconds(one.start))} to `,
        `${series.stamp(seconds(one.end))}, every ${duration(one.step_s)}. `, counts);
}

function holes(one, series) {
    if (one.holes === null) return h('p', {}, 'Its manifest does not say whether there are holes.');
    if (!one.holes.length) return h('p', {}, 'No hole: at every step some node has a row.');
    return [
        h('p', {}, `${plural(one.holes.length, 'hole')}, in which no node has a row: `,
            `${duration(one.hole_s)} of ${roughly(lengthOf(one))}. A gap of the whole fleet reaches from the last `,
            'sample before a hole to the first after it.'),
        sortedTable({
            id: freshId('holes-table'), label: 'Holes of the collection', rows: one.holes, sort: 'start',
            columns: [
                { key: 'start', title: 'From', text: true, value: (hole) => hole.start, show: (v) => series.stamp(seconds(v)) },
                { key: 'end', title: 'To', text: true, value: (hole) => hole.end, show: (v) => series.stamp(seconds(v)) },
                { key: 'length', title: 'Length', value: lengthOf, show: duration },
            ],
        }),
    ];
}

// Of warnings with the same words one line, with the first UTC day that they were of.
function warnings(one) {
    const byText = new Map();

    if (one.warnings === null) return h('p', {}, 'Its manifest does not say whether the server warned.');
    if (!one.warnings.length) return h('p', {}, 'No warning of the server.');
    for (const { day, warning } of one.warnings) {
        const said = byText.get(warning) || { day: day.slice(0, 10), more: -1 };

        said.more += 1;
        byText.set(warning, said);
    }
    const shown = [...byText].slice(0, MOST_WARNINGS);

    return [
        h('p', {}, `${plural(one.warnings.length, 'warning')} of the server: its answers of these UTC days may be partial.`),
        h('ul', {}, shown.map(([text, { day, more }]) => h('li', { class: 'words' },
            `${day}${more ? ` and ${plural(more, 'more time')}` : ''}: `,
            text.length > LONGEST_WARNING ? `${text.slice(0, LONGEST_WARNING)}…` : text))),
        rest(byText.size - shown.length, 'are'),
    ];
}

function notExported(one) {
    if (one.not_exported === null) return h('p', {}, 'Its manifest does not say which metrics were not there.');
    if (!one.not_exported.length) return h('p', {}, 'All metrics that were asked for were there.');
    return [
        h('p', {}, 'The server has not all of the metrics; what they are for has no column.'),
        plainTable('Metrics that were not exported', ['Asked for', 'Metric'],
            one.not_exported.slice(0, MOST_QUERIES).map(({ query, metric }) => [query, metric])),
        rest(one.not_exported.length - MOST_QUERIES, 'are'),
    ];
}

// Nothing where nothing was collected.
export function collected({ findings, series }) {
    const all = findings.quality.collections || [];

    return [
        all.slice(0, MOST_COLLECTIONS).map((one, i) => [
            h('h3', {}, all.length > 1 ? `Collection ${count(i + 1)} of ${count(all.length)}` : 'The collection'),
            intro(one, series), holes(one, series), warnings(one), notExported(one)]),
        rest(all.length - MOST_COLLECTIONS, 'collections are'),
    ];
}
