// What a person sees of a run in MLflow's own page, as JSON on standard output.
//
//     node mlflow_page.mjs URL EXPERIMENT_ID RUN_ID FOLDER_FOR_PICTURES
//
// Only the server itself is asked: MLflow's page would ask others, too.
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../deps/browser/', import.meta.url));
const { chromium } = require('playwright-core');
const [url, experiment, run, folder] = process.argv.slice(2);
const LIMIT_MS = 120e3;
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'];

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });
try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
    page.setDefaultTimeout(LIMIT_MS);
    await page.route('**', (route) =>
        route.request().url().startsWith(url) ? route.continue() : route.abort());

    // the curves: a chart of plotly's a metric with steps, its line through its points
    await page.goto(`${url}/#/experiments/${experiment}/runs/${run}/model-metrics`,
        { waitUntil: 'domcontentloaded' });
    await page.waitForFunction(() => document.querySelectorAll('.js-plotly-plot').length >= 4);
    await page.waitForFunction(() => document.querySelectorAll('path.js-line').length >= 3);
    const curves = await page.evaluate(() =>
        [...document.querySelectorAll('.js-plotly-plot')].flatMap((plot) =>
            (plot.data ?? []).filter((trace) => trace.type !== 'bar').map((trace) => ({
                points: trace.y.length,
                lines: plot.querySelectorAll('path.js-line').length,
                y: [...trace.y], x: [...trace.x],
            }))));
    await page.screenshot({ path: `${folder}/mlflow-curves.png` });

    // report.html in the viewer of artifacts: a sandboxed frame
    await page.goto(`${url}/#/experiments/${experiment}/runs/${run}/artifacts/report.html`,
        { waitUntil: 'domcontentloaded' });
    const frame = await (await page.waitForSelector('iframe')).contentFrame();
    await frame.waitForFunction(() => window.hindcast?.ready === true ||
        window.hindcast?.ready?.then !== undefined || document.querySelector('svg, canvas'));
    await frame.waitForSelector('h1');
    const report = await frame.evaluate(() => ({
        title: document.querySelector('h1').textContent,
        charts: document.querySelectorAll('figure svg, figure canvas').length,
        text: document.body.innerText.length,
    }));
    await page.screenshot({ path: `${folder}/mlflow-report.png` });
    process.stdout.write(JSON.stringify({ curves, report }));
} finally {
    await browser.close();
}
