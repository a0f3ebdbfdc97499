// The report's page: reads the data in it, makes the sections, draws the charts.
// window.hindcast = {charts: {name: ECharts instance}, data, ready, failed: [section, …]}.
import { charts, redraw, redrawAll } from './chart.js';
import { read } from './data.js';
import { h } from './dom.js';
import { watchLinks } from './links.js';
import { anomalies } from './sections/anomalies.js';
import { changes } from './sections/changes.js';
import { compare } from './sections/compare.js';
import { correlation } from './sections/correlation.js';
import { growth } from './sections/growth.js';
import { head, replayHead } from './sections/head.js';
import { method } from './sections/method.js';
import { nodes } from './sections/nodes.js';
import { opportunity } from './sections/opportunity.js';
import { quality } from './sections/quality.js';
import { replay } from './sections/replay.js';
import { rhythm } from './sections/rhythm.js';
import { roles } from './sections/roles.js';
import { statements } from './sections/statements.js';
import { baseline, columns, groups, insights } from './sections/tables.js';
import { temporal } from './sections/temporal.js';
import { trends } from './sections/trends.js';
import { twins } from './sections/twins.js';
import { weekly } from './sections/weekly.js';
import { workloads } from './sections/workloads.js';

// The order of the terminal's report; a section that makes nothing (null) is left out.
const sections = [
    ['statements', 'What matters most', statements],
    ['quality', 'Data quality', quality],
    ['temporal', 'Temporal patterns', temporal],
    ['nodes', 'Nodes', nodes],
    ['groups', 'Groups', groups],
    ['columns', 'Columns', columns],
    ['correlation', 'Correlation', correlation],
    ['baseline', 'Baseline', baseline],
    ['trends', 'Trends', trends],
    ['weekly', 'Week', weekly],
    ['rhythm', 'Rhythm', rhythm],
    ['growth', 'Growth', growth],
    ['changes', 'Changes of level', changes],
    ['twins', 'Twins and opposites', twins],
    ['roles', 'Roles', roles],
    ['anomalies', 'Anomalies', anomalies],
    ['compare', 'Comparison', compare],
    ['workloads', 'Workloads', workloads],
    ['opportunity', 'Opportunity', opportunity],
    ['replay', 'Replay', replay],
    ['insights', 'Insights', insights],
    ['method', 'Method', method],
];
const failed = [];

// One part that fails must not take the others with it.
function content(id, make, data) {
    try {
        return make(data);
    } catch (error) {
        failed.push(`${id}: ${error.message}`);
        return [h('p', { class: 'no-data' }, 'This part could not be shown; its numbers are in findings.json.')];
    }
}

function build(data) {
    const wanted = sections.filter(([id]) => !data.only || data.only === id);
    const made = wanted.map(([id, title, make]) => [id, title, content(id, make, data)])
        .filter(([, , parts]) => parts !== null);

    return [
        ...[content('head', data.only ? replayHead : head, data)].flat(),
        h('nav', { 'aria-label': 'Sections' }, h('ul', {},
            made.map(([id, title]) => h('li', {}, h('a', { href: `#${id}` }, title))))),
        h('main', {}, made.map(([id, title, parts]) => h('section', { id, 'aria-labelledby': `${id}-title` },
            h('h2', { id: `${id}-title` }, title), parts))),
    ];
}

function drawn(name) {
    try {
        redraw(name);
    } catch (error) {
        failed.push(`${name}: ${error.message}`);
        document.querySelector(`#chart-${name} .plot`).replaceWith(
            h('p', { class: 'no-data' }, 'This picture could not be drawn; its numbers are in findings.json.'));
    }
}

function watch() {
    let waiting = 0;
    let width = window.innerWidth;

    window.addEventListener('resize', () => {
        if (window.innerWidth === width) return;
        width = window.innerWidth;
        clearTimeout(waiting);
        waiting = setTimeout(redrawAll, 100);
    });
    window.addEventListener('beforeprint', redrawAll);
    window.addEventListener('afterprint', redrawAll);
}

// The data, or null with a word about it where the page would be: a file may be cut off.
function readable(page) {
    try {
        return read();
    } catch (error) {
        failed.push(`data: ${error.message}`);
        page.replaceChildren(h('p', { class: 'no-data' },
            'The data in this page cannot be read: the file is damaged, or not whole.'));
        return null;
    }
}

function start() {
    const page = document.getElementById('page');
    const data = readable(page);

    window.hindcast = { charts, data, failed, ready: data === null };
    if (data === null) return;
    if (data.only) document.querySelector('a.skip').setAttribute('href', `#${data.only}`);
    page.replaceChildren(...build(data));
    const names = [...document.querySelectorAll('figure.chart > .plot')].map(
        (plot) => plot.parentElement.id.slice('chart-'.length));
    // a chart a turn: the page answers while the lower ones are drawn
    const next = () => {
        const name = names.shift();

        if (name === undefined) {
            window.hindcast.ready = true;
            return;
        }
        drawn(name);
        setTimeout(next);
    };

    watch();
    next();
    watchLinks();
}

start();
