// The checks themselves: each has to see the fault that it is for, put into a good page.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
    axe, blank, check, cutOff, open, overlapping, pageTextBoxes, printed, report, sideways,
    test, textBoxes,
} from './harness.mjs';

// A page of its own for every fault; `fault` runs in it.
function sees(what, fault, look, options) {
    test(`the checks see ${what}`, async () => {
        const opened = await open(report('demo'), options);
        try {
            check((await look(opened)).length === 0, 'seen in the good page already');
            await opened.view.evaluate(fault);
            await opened.page.waitForTimeout(100);
            check((await look(opened)).length > 0, 'not seen');
        } finally {
            await opened.close();
        }
    });
}

sees('a request', () => {
    document.body.append(Object.assign(new Image(), { src: 'http://127.0.0.1:9/x.png' }));
}, async (opened) => [...opened.requests, ...await opened.violations()]);

sees('a style that the policy forbids', () => {
    document.body.insertAdjacentHTML('beforeend', '<p style="color: red">x</p>');
}, (opened) => opened.violations());

sees('a script that the policy forbids, in a frame', () => {
    document.body.append(Object.assign(document.createElement('script'), { text: '1' }));
}, (opened) => opened.violations(), { frame: true });

sees('a warning', () => console.warn('beware'), ({ console }) => console);

sees('an error that nobody catches', () => {
    setTimeout(() => { throw new Error('thrown by the test'); }, 0);
}, ({ errors }) => errors);

sees('a canvas that is blank', () => {
    const [chart] = Object.values(window.hindcast.charts);
    chart.getZr().painter.getLayers()[0]?.clear();
    for (const canvas of chart.getDom().querySelectorAll('canvas')) {
        canvas.width = canvas.clientWidth;
    }
}, async (opened) => (await blank(opened)).filter(({ noData, canvases }) =>
    noData === '' && canvases.every(({ drawn }) => drawn < 50)));

sees('labels of a chart over each other', () => {
    const chart = Object.values(window.hindcast.charts).find((one) => one.getOption().xAxis);
    chart.setOption({ animation: false, xAxis: { axisLabel: { interval: 0, rotate: 0,
        hideOverlap: false, show: true, formatter: () => 'much too long for its place' } } });
}, async (opened) => overlapping(await textBoxes(opened)));

sees('labels that the edge cuts', () => {
    const chart = Object.values(window.hindcast.charts).find((one) => one.getOption().yAxis);
    chart.setOption({ animation: false, grid: { left: 0, containLabel: false, outerBoundsMode:
        'none' }, yAxis: { axisLabel: { show: true, formatter: () => 'longer than the margin' } } });
}, async (opened) => cutOff(await textBoxes(opened)));

sees('texts over each other', () => {
    const heading = document.querySelector('section h3, section h2');
    heading.insertAdjacentHTML('afterend', '<p id="over">over the heading</p>');
    Object.assign(document.getElementById('over').style, { position: 'relative', top: '-3rem' });
}, async (opened) => overlapping(await pageTextBoxes(opened), 4));

sees('what is wider than the page', () => {
    const wide = document.createElement('div');
    Object.assign(wide.style, { width: '3000px', height: '10px' });
    document.querySelector('section').append(wide);
}, (opened) => sideways(opened));

sees('what a screen reader cannot name', () => {
    document.querySelector('section').append(document.createElement('button'));
}, (opened) => axe(opened));

sees('a chart that paper cuts', () => {
    const canvas = document.querySelector('figure.chart canvas');
    canvas.style.setProperty('width', '1500px', 'important');
    canvas.style.setProperty('max-width', 'none', 'important');
    for (let at = canvas.parentElement; at.tagName !== 'FIGURE'; at = at.parentElement) {
        at.style.setProperty('width', '1500px', 'important');
        at.style.setProperty('max-width', 'none', 'important');
    }
}, async (opened) => (await printed(opened)).clipped);

test('the checks see a page that throws before it is ready', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hindcast-broken-'));
    const file = path.join(folder, 'report.html');
    try {
        const good = readFileSync(report('demo'), 'utf8');
        writeFileSync(file, good.replace('<div id="page">', '<div>'));
        const failed = await open(file).then(() => null, (error) => error);
        check(failed?.name === 'Finding', 'opened as if it were whole');
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
});
