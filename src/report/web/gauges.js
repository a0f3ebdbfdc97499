// The three gauges that every section speaks of: how their values are written, drawn, chosen.
import { choice } from './dom.js';
import { number, percent } from './format.js';

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
