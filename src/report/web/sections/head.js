// What was read: the first thing that a stranger asks.
import { h, choice } from '../dom.js';
import { bytes, count, duration, percent, plural, roughly } from '../format.js';
import { chooseTheme } from '../theme.js';

const utc = (iso) => Date.parse(iso) / 1000;

function files(input) {
    const total = input.files.reduce((sum, file) => sum + file.bytes, 0);
    const bad = input.files.filter((file) => !file.verified).length;
    const said = bad ? `${bad === input.files.length ? '' : `${count(bad)} of them `}unverified`
        : 'verified by their manifest';

    return `${plural(input.files.length, 'file')}, ${bytes(total)}, ${said}`;
}

function span(findings, series) {
    const { start, end, span_s: length, step_s: step } = findings.quality;

    if (!start) return null;
    return [
        `${series.stamp(utc(start))} to ${series.stamp(utc(end))} `,
        `(${findings.input.timezone}) · ${duration(length)} · `,
        step ? `a sample every ${duration(step)}` : 'no regular step',
    ];
}

// A gap of the fleet is one of each node too: told apart, or it would seem to be many.
function gaps({ gaps: all, fleet_gaps: fleet }) {
    const shared = fleet.reduce((sum, gap) => sum + gap.nodes, 0);

    if (!all) return 'there is no gap';
    return fleet.length ? `${plural(fleet.length, 'gap')} of the whole fleet (${count(shared)} of the `
        + `${count(all)} gaps of single nodes)` : `${plural(all, 'gap')} of single nodes, none of the whole fleet`;
}

function top(findings) {
    return h('div', { class: 'top' },
        h('p', { class: 'brand' }, `hindcast ${findings.hindcast}`),
        choice('Colours', [['auto', 'as the system'], ['light', 'light'], ['dark', 'dark']],
            (key) => chooseTheme(key === 'auto' ? null : key)));
}

// Of a page with one section: a replay.
export function replayHead({ findings }) {
    const { replay } = findings;

    return h('header', {}, top(findings),
        h('h1', {}, `${plural(replay.pods, 'pod')} on ${plural(replay.nodes_replayed, 'node')}, replayed`),
        h('p', { class: 'faint' }, replay.timed ? `${replay.start.slice(0, 10)} to ${replay.end.slice(0, 10)}. ` : '',
            `Made ${findings.generated_at}. The same numbers and more are in replay.json and tables/ beside it.`));
}

export function head({ findings, series }) {
    const { quality, input } = findings;

    return h('header', {}, top(findings),
        h('h1', {}, `${plural(quality.nodes, 'node')}, ${roughly(quality.span_s)}`),
        h('p', { class: 'lead' }, span(findings, series)),
        h('p', {}, typeof quality.coverage === 'number'
            ? `${percent(quality.coverage)} of the expected samples are there, `
                + `between the first and the last of each node; ${gaps(quality)}.`
            : 'No node has a regular step: nothing can be said about completeness.'),
        h('p', { class: 'faint' }, `${count(quality.rows)} rows, ${count(quality.columns)} columns; `,
            `${files(input)}. Made ${findings.generated_at}. All times are of the zone `,
            `${input.timezone}.`),
        (quality.notes || []).map((note) => h('p', { class: 'faint' }, note)));
}
