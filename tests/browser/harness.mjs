// What a test of the report page is written with: the table of tests, a browser, opening a
// page, and checks that throw a Finding.
//
// open(file, options) opens a report from disk, in a context of its own that is offline, and
// waits for window.hindcast.ready. Its result:
//     page       Playwright's page; view: the frame with the report in it
//     ready_ms   from the start of loading to ready
//     console    errors and warnings; errors: what was thrown and not caught; dialogs
//     requests   addresses asked for, but for the report itself
//     violations() of the page's policy
// with `frame`, the report is in <iframe sandbox="allow-scripts">, as MLflow shows it; with
// frame: 'text' as the frame's srcdoc, where the page has no address of its own.
import { createRequire } from 'node:module';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { chartTexts, clippedOnPaper, figures, pageTexts, stickingOut } from './measure.mjs';
import { NoData, report as makeReport } from './reports.mjs';

const require = createRequire(new URL('../../deps/browser/', import.meta.url));
const { chromium } = require('playwright-core');
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const READY_LIMIT_MS = 60e3;
const SOON_LIMIT_MS = 10e3;
const A4_PX = 718; // 210 mm less two margins of 10 mm, at 96 px an inch

// ---- tests ----------------------------------------------------------------------------

export const tests = [];

export class Skip extends Error {}

// A check that did not hold: its message says all, the stack does not.
export class Finding extends Error {
    name = 'Finding';
}

export function test(name, body) {
    tests.push({ name, body });
}

export function note(text) {
    process.stdout.write(`note ${text}\n`);
}

// Throws if the list is not empty, and shows its first entries.
export function none(list, what) {
    if (list.length > 0) {
        const shown = list.slice(0, 12).map((entry) =>
            `  ${typeof entry === 'string' ? entry : JSON.stringify(entry)}`);
        throw new Finding(`${what}: ${list.length}\n${shown.join('\n')}`);
    }
}

export function check(holds, what) {
    if (!holds) {
        throw new Finding(what);
    }
}

// Asks again and again until it holds: what follows a click may come a little later.
export async function soon(ask, what) {
    const end = performance.now() + SOON_LIMIT_MS;
    while (!await ask()) {
        check(performance.now() < end, what);
        await sleep(20);
    }
}

export function report(name) {
    try {
        return makeReport(name);
    } catch (error) {
        throw error instanceof NoData ? new Skip(error.message) : error;
    }
}

// ---- the browser ------------------------------------------------------------------------

let browser = null;
const opened = new Set();

async function theBrowser() {
    browser ??= await chromium.launch({
        executablePath: '/usr/bin/chromium',
        headless: true,
        args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
            '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
    return browser;
}

export async function closeBrowser() {
    await browser?.close();
    browser = null;
}

const attribute = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

function wrapper(file, how) {
    const folder = mkdtempSync(path.join(tmpdir(), 'hindcast-frame-'));
    const page = path.join(folder, 'frame.html');
    const inside = how === 'text' ? `srcdoc="${attribute(readFileSync(file, 'utf8'))}"`
        : `src="${pathToFileURL(file)}"`;

    writeFileSync(page, '<!doctype html><meta charset="utf-8"><title>frame</title><style>html, body, iframe ' +
        '{ margin: 0; border: 0; width: 100%; height: 100% }</style>' +
        `<iframe sandbox="allow-scripts" ${inside}></iframe>`);
    return { folder, page };
}

function watch(page, own) {
    const seen = { console: [], errors: [], requests: [], dialogs: [] };

    page.on('console', (message) => {
        if (['error', 'warning', 'assert'].includes(message.type())) {
            seen.console.push(`${message.type()}: ${message.text()}`);
        }
    });
    page.on('pageerror', (error) => seen.errors.push(String(error)));
    page.on('request', (request) => {
        if (!own.includes(request.url())) {
            seen.requests.push(request.url().slice(0, 200));
        }
    });
    page.on('dialog', (dialog) => {
        seen.dialogs.push(dialog.message());
        dialog.dismiss();
    });
    return seen;
}

function recordViolations() {
    window.policyViolations = [];
    document.addEventListener('securitypolicyviolation', (event) => {
        window.policyViolations.push(
            `${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
    });
}

async function reportFrame(page, url) {
    await page.waitForSelector('iframe');
    const frame = await (await page.$('iframe')).contentFrame();
    if (url !== null) {
        await frame.waitForURL(url, { timeout: READY_LIMIT_MS });
    }
    return frame;
}

// Milliseconds until the page said that it is ready; one that threw is not waited for.
async function isReady(view, seen) {
    const end = performance.now() + READY_LIMIT_MS;
    for (;;) {
        const ready_ms = await view.evaluate(() =>
            (window.hindcast?.ready === true ? performance.now() : null));
        if (ready_ms !== null) {
            return ready_ms;
        }
        if (seen.errors.length > 0 || performance.now() > end) {
            throw new Finding(['the page does not say that it is ready', ...seen.errors,
                ...seen.console].join('\n'));
        }
        await sleep(20);
    }
}

export async function open(file, options = {}) {
    const { width = 1280, height = 900, dark = false, reducedMotion = false, frame = false } =
        options;
    const context = await (await theBrowser()).newContext({
        viewport: { width, height },
        colorScheme: dark ? 'dark' : 'light',
        reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
    });
    const url = pathToFileURL(file).href;
    const around = frame ? wrapper(file, frame) : null;
    const start = around === null ? url : pathToFileURL(around.page).href;
    const close = async () => {
        opened.delete(close);
        await context.close();
        if (around !== null) {
            rmSync(around.folder, { recursive: true, force: true });
        }
    };

    opened.add(close);
    await context.setOffline(true);
    const page = await context.newPage();
    await page.addInitScript(recordViolations);
    const seen = watch(page, [url, start]);
    await page.goto(start, { timeout: READY_LIMIT_MS });
    const view = frame ? await reportFrame(page, frame === 'text' ? null : url) : page.mainFrame();
    const ready_ms = await isReady(view, seen);
    return {
        page, view, ready_ms, close, ...seen,
        violations: () => view.evaluate(() => window.policyViolations),
    };
}

// The same page for the tests in a row that ask for the same one.
let shared = { key: null, result: null };

export async function openShared(name, options) {
    const key = JSON.stringify([name, options]);
    if (shared.key !== key) {
        await Promise.all([...opened].map((close) => close()));
        shared = { key, result: open(report(name), options) };
    }
    return shared.result;
}

// Every part of the page has been in view, so what is drawn only then is drawn.
export async function scrollThrough({ view }) {
    await view.evaluate(async () => {
        const frame = () => new Promise((resolve) => { requestAnimationFrame(resolve); });
        const step = Math.max(window.innerHeight / 2, 200);
        for (let y = 0; y < document.documentElement.scrollHeight; y += step) {
            window.scrollTo({ top: y, behavior: 'instant' });
            await frame();
        }
        window.scrollTo({ top: 0, behavior: 'instant' });
        await frame();
        await frame();
    });
}

// ---- what can be asked of an open page ----------------------------------------------------

export const textBoxes = ({ view }) => view.evaluate(chartTexts);
export const pageTextBoxes = ({ view }) => view.evaluate(pageTexts);
export const blank = ({ view }) => view.evaluate(figures);
export const sideways = ({ view }) => view.evaluate(stickingOut);

// Findings of axe-core that are serious or critical. The policy of the page allows no
// script of ours: this one comes in through the debugger.
export async function axe({ page, view }) {
    check(view === page.mainFrame(), 'axe is for a page outside a frame');
    const session = await page.context().newCDPSession(page);
    await session.send('Runtime.evaluate', { expression: `${axeSource}; undefined` });
    await session.detach();
    const found = await view.evaluate(() => window.axe.run(document, {
        resultTypes: ['violations'], elementRef: false,
    }).then((result) => result.violations.map(({ id, impact, help, nodes }) => ({
        id, impact, help, count: nodes.length, first: nodes[0].html.slice(0, 200),
        why: nodes[0].failureSummary,
    }))));
    return found.filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, help, count, first, why }) =>
            `${id}: ${help} (${count}): ${first} ${why.replaceAll(/\s+/g, ' ')}`);
}

// {pages, bytes} of the page as a PDF, and what is cut off in it.
export async function printed({ page, view }) {
    await page.emulateMedia({ media: 'print' });
    const clipped = await view.evaluate(clippedOnPaper, A4_PX);
    const pdf = await page.pdf({ format: 'A4' });
    await page.emulateMedia({ media: null });
    const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    return { pages, bytes: pdf.length, clipped };
}

// A picture of the whole page, where HINDCAST_SHOTS says.
export async function screenshot({ page }, name) {
    const folder = process.env.HINDCAST_SHOTS;
    if (folder) {
        mkdirSync(folder, { recursive: true });
        await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
    }
}

export { cutOff, overlapping } from './measure.mjs';
export { hostileNames } from './reports.mjs';
