// A picture with its caption and its table. Every chart of the page is made by `figure`.
import * as echarts from 'echarts/core';
import {
    BarChart, CustomChart, HeatmapChart, LineChart, ScatterChart,
} from 'echarts/charts';
import {
    AriaComponent, AxisPointerComponent, DataZoomComponent, GridComponent, LegendComponent,
    MarkAreaComponent, MarkLineComponent, TitleComponent, TooltipComponent, VisualMapComponent,
} from 'echarts/components';
import { LabelLayout } from 'echarts/features';
import { CanvasRenderer } from 'echarts/renderers';
import { h, visible } from './dom.js';
import { colours, onTheme } from './theme.js';

echarts.use([
    AriaComponent, AxisPointerComponent, BarChart, CanvasRenderer, CustomChart,
    DataZoomComponent, GridComponent, HeatmapChart, LabelLayout, LegendComponent, LineChart,
    MarkAreaComponent, MarkLineComponent, ScatterChart, TitleComponent, TooltipComponent,
    VisualMapComponent,
]);

// ECharts 6.1 puts the cells of every heat map into a canvas of their own, to be drawn a piece
// a frame. On paper, where no frame follows, that one stays empty or hides the axes below it.
echarts.registerUpdateLifecycle('afterupdate', (model, api) => {
    api.getZr().storage.traverse((element) => { element.incremental = 0; });
});

export const charts = {}; // by name: ECharts instances
const figures = []; // {name, plot, option, …}: option(width) is asked again on every change
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';

// A name from the data, as a text in a picture. ECharts keeps texts as keys of plain objects:
// a node named __proto__ would change every object of the page.
export function label(name) {
    const line = visible(name).replaceAll('\n', '\u240a');

    return line in Object.prototype ? `\u200b${line}` : line;
}

// Tooltips are elements: text of the data never becomes markup, and no style is inlined.
export function tip(title, rows) {
    return h('div', { class: 'tip' }, h('b', {}, title),
        h('table', {}, rows.map(([name, value]) => h('tr', {}, h('th', {}, name),
            h('td', {}, value)))));
}

export function axisStyle(more) {
    const c = colours();

    return {
        axisLine: { lineStyle: { color: c.line } },
        axisTick: { lineStyle: { color: c.line } },
        axisLabel: { color: c.faint, fontSize: 12, hideOverlap: true, ...(more && more.axisLabel) },
        splitLine: { lineStyle: { color: c.line, opacity: 0.6 } },
        nameTextStyle: { color: c.faint, fontSize: 12 },
    };
}

// Deep enough for axes: the label's own settings stay beside the style's.
export function axis(options) {
    const style = axisStyle(options);

    return { ...style, ...options, axisLabel: style.axisLabel };
}

const days = {
    year: '{yyyy}-{MM}', month: '{MM}-{dd}', day: '{MM}-{dd}', hour: '{HH}:{mm}', minute: '{HH}:{mm}',
    second: '{HH}:{mm}:{ss}', millisecond: '{HH}:{mm}:{ss}',
};

// Local milliseconds, read as UTC: `useUTC` belongs to it.
export function timeAxis(options) {
    return axis({ type: 'time', splitLine: { show: false }, axisLabel: { formatter: days }, ...options });
}

function base(option) {
    return {
        animation: false,
        textStyle: { fontFamily: FONT, color: colours().text },
        ...option,
        tooltip: {
            confine: true, className: 'tooltip', borderWidth: 0, padding: 0,
            backgroundColor: 'transparent', extraCssText: '', ...option.tooltip,
        },
    };
}

export function redraw(name) {
    const figure = figures.find((one) => one.name === name);
    const width = figure.plot.clientWidth;

    if (!width) return;
    const option = figure.option(width);
    if (option.height) figure.plot.style.height = `${option.height}px`;
    charts[name] ||= echarts.init(figure.plot, null, { renderer: 'canvas' });
    charts[name].resize();
    charts[name].setOption(base(option.chart), { notMerge: true });
}

// What is shown has changed, not only how: the words and the table go with it.
export function change(name) {
    const { plot, sentence, words, caption, details, table } =
        figures.find((one) => one.name === name);

    redraw(name);
    plot.setAttribute('aria-label', sentence());
    words.replaceChildren(...h('p', {}, caption()).childNodes);
    if (details && details.childElementCount > 1) fill(details, table);
}

export function redrawAll() {
    figures.forEach((figure) => redraw(figure.name));
}

/*
 * {name, title, label, caption, option, table, controls}: `label()` is one sentence
 * that says what is seen, `caption()` what stands below, `option(width)` gives {height,
 * chart}, `table()` the same data as rows of text for who does not see the picture.
 * `change(name)` asks for all of them again.
 */
export function figure(spec) {
    const plot = h('div', { class: 'plot', role: 'img', 'aria-label': spec.label() });
    const details = spec.table && h('details', { class: 'as-table' },
        h('summary', {}, 'The same as a table'));
    const words = h('figcaption', {}, spec.caption());

    figures.push({ name: spec.name, plot, details, option: spec.option,
        sentence: spec.label, caption: spec.caption, words, table: spec.table });
    if (details) details.addEventListener('toggle', () => fill(details, spec.table), { once: true });
    return h('figure', { class: 'chart', id: `chart-${spec.name}` },
        h('h3', {}, spec.title), spec.controls, plot,
        words, details);
}

function fill(details, table) {
    const { head, rows } = table();

    if (details.childElementCount > 1) details.lastElementChild.remove();
    details.append(h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Table' },
        h('table', {}, h('thead', {}, h('tr', {}, head.map((text) => h('th', { scope: 'col' }, text)))),
            h('tbody', {}, rows.map((row) => h('tr', {}, row.map((text) => h('td', {}, text))))))));
}

// In place of a picture that has nothing to show.
export function absent(name, title, why) {
    return h('figure', { class: 'chart', id: `chart-${name}` }, h('h3', {}, title),
        h('p', { class: 'no-data' }, why));
}

onTheme(redrawAll);
