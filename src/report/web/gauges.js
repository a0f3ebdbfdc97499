// The three gauges that every section speaks of: how their values are written, drawn, chosen.
import { choice } from './dom.js';
import { inUnit, number, percent, points } from './format.js';

export const MAIN = [
    { name: 'cpu_usage_rate', title: 'CPU', fraction: true, axis: '% of the cores' },
    { name: 'memory_usage', title: 'Memory', fraction: true, axis: '% of the memory' },
    { name: 'load_1m', title: 'Load', fraction: false, axis: 'processes' },
];

export const shown = (main, value) => (main.fraction ? percent(value) : number(value));

// On an axis: fractions in percent; null stays null.
export const plotted = (main, value) => (value !== null && main.fraction ? value * 100 : value);

// Buttons for one of several gauges; `chosen` gets it.
export function gaugeChoice(gauges, chosen) {
    return gauges.length < 2 ? null : choice('Show', gauges.map(({ name, title }) => [name, title]),
        (key) => chosen(gauges.find(({ name }) => name === key)));
}

// What whole bytes, or two places, would hide: two digits. Bytes below one are of scaled data.
const small = (value, unit) => (value !== 0 && Math.abs(value) < (unit.startsWith('byte') ? 1 : 10)
    ? String(Number(value.toPrecision(2))) + (unit.startsWith('byte') ? ` ${unit.replace('bytes', 'B')}` : '') : inUnit(value, unit));

// Any gauge by its name: how its values, and changes of them, are written and drawn.
export function gaugeOf(findings, name) {
    const main = MAIN.find((one) => one.name === name);
    const unit = (findings.columns.find((column) => column.name === name) || {}).unit || '';
    const fraction = unit === 'fraction';
    const show = (value) => (typeof value !== 'number' ? '–' : fraction ? percent(value)
        : unit === 'processes' ? number(value) : unit.startsWith('byte') ? small(value, unit) : inUnit(value, unit));

    return {
        name, unit, fraction, show, title: main ? main.title : name,
        axis: main ? main.axis : fraction ? '%' : unit,
        plotted: (value) => (value !== null && fraction ? value * 100 : value),
        tick: (value) => (fraction ? `${Number(value.toPrecision(4))}` : unit.startsWith('byte') ? small(value, 'bytes')
            : String(Number(value.toPrecision(4)))),
        change: (value) => (typeof value !== 'number' ? '–' : fraction ? points(value)
            : `${value < 0 ? '-' : '+'}${small(Math.abs(value), unit)}`),
        changeUnit: fraction ? 'points' : '',
    };
}

// What is said of a section at the top, as a sentence for a caption.
export function said(findings, id) {
    const found = findings.findings.find((one) => one.id === id);

    return found && found.status === 'ok' ? `${found.statement} ` : '';
}
