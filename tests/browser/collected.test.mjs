// What the quality section says of a collection is what findings.json says.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { check, hostileNames, none, openShared, report, test } from './harness.mjs';

const options = { width: 1280 };

function qualityOf(name) {
    const file = path.join(path.dirname(report(name)), 'findings.json');
    return JSON.parse(readFileSync(file, 'utf8')).quality;
}

const at = (iso) => iso.slice(0, 16).replace('T', ' ');
const rows = (view, label) => view.evaluate((wanted) =>
    [...document.querySelectorAll(`#quality table[aria-label="${wanted}"] tbody tr`)]
        .map((row) => [...row.children].map((cell) => cell.textContent)), label);
const words = (view) => view.evaluate(() =>
    document.getElementById('quality').textContent.replaceAll(/\s+/g, ' '));

test('collected: every hole is there, and the gaps that are holes', async () => {
    const { view } = await openShared('collected', options);
    const { collections: [one], fleet_gaps: gaps } = qualityOf('collected');
    const holes = await rows(view, 'Holes of the collection');
    check(one.holes.length > 1 && holes.length === one.holes.length, `${holes.length} holes`);
    none(holes.filter(([start, end], i) =>
        start !== at(one.holes[i].start) || end !== at(one.holes[i].end)), 'wrong times');
    check(holes[0][2] === '1 h', `the first hole takes '${holes[0][2]}'`);
    const shown = await rows(view, 'Gaps of the whole fleet');
    check(gaps.length > 0 && gaps.some(({ hole }) => hole), 'no gap is a hole');
    none(shown.filter((cells, i) => cells[4] !== (gaps[i].hole ? 'yes' : 'no')), 'wrong marks');
});

test('collected: the server, its warnings and its metrics', async () => {
    const { view } = await openShared('collected', options);
    const { collections: [one] } = qualityOf('collected');
    const said = await words(view);
    check(said.includes(`Collected from ${one.server.url} (version 2.42.0) into `), 'no server');
    check(said.includes('On 2 instance-days no node had the address. 1 row left out'), 'no counts');
    check(said.includes('4 warnings of the server'), 'no warnings');
    check(said.includes('2025-06-02 and 2 more times: <img src=x onerror='), 'no words of a warning');
    check(said.includes(`${'w'.repeat(600)}…`) && !said.includes('w'.repeat(601)), 'not cut');
    const metrics = await rows(view, 'Metrics that were not exported');
    check(metrics.length === hostileNames.length, `${metrics.length} metrics`);
    const made = await view.evaluate(() => ({
        hacked: window.hacked, images: document.images.length,
        scripts: document.scripts.length,
    }));
    check(made.hacked === undefined && made.images === 0 && made.scripts === 2,
        JSON.stringify(made));
});

test('collected: nothing is said of what was not collected', async () => {
    const { view } = await openShared('single', options);
    check(!/Collected|The collection|Hole of/.test(await words(view)), 'a collection');
});
