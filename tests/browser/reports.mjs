// The reports that the page is tested with, each made by the program when first asked for.
//
// They are in a folder of the run, which removeReports takes away. report(name) is the path
// of a report.html; a name is a key of the table `recipes`.
import { execFileSync } from 'node:child_process';
import {
    existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const program = path.resolve(process.env.HINDCAST ?? path.join(root, 'build/hindcast'));
const bitbrains = path.join(root, '../shared/data/bitbrains-rnd');
const made = new Map();
let folder = null;

export class NoData extends Error {}

// Node names that a page has to show and not to obey. A CSV file cannot hold a zero byte.
export const hostileNames = [
    '<img src=x onerror="window.hacked=1">',
    '</script><script>window.hacked=2</script>',
    '<!--<script>',
    '"double" \'single\' `back` ${window.hacked=3}',
    '&lt;b&gt;&amp;amp;',
    '</title></style><svg onload=window.hacked=4>',
    '{b|rich}{a}%d%s\\n\\u003c',
    '__proto__',
    'constructor',
    'שרת-01',
    'a\u202eevil\u202c b',
    'bell\u0007esc\u001b[31m',
    'Zürich-µ-日本-🚀',
    'n'.repeat(200),
    '  spaces  inside  ',
    '=1+1',
];

function hindcast(...args) {
    execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 300e3 });
}

function synth(...options) {
    return (data) => {
        hindcast('synth', '-o', data, '--quiet', ...options);
        return data;
    };
}

function csvCell(value) {
    return /[",\n\r]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : value;
}

// Writes 10 days of hourly rows; row(i, j) gives the gauges of node i at hour j.
function csv(file, nodes, columns, row) {
    const lines = [['timestamp', 'node', ...columns].join(',')];
    for (let j = 0; j < 240; j += 1) {
        const time = new Date(Date.UTC(2025, 5, 2, j)).toISOString();
        nodes.forEach((node, i) => lines.push([time, csvCell(node), ...row(i, j)].join(',')));
    }
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${lines.join('\n')}\n`);
    return file;
}

function day(i, j) {
    return (0.4 + 0.2 * Math.sin((j + i) / 24 * 2 * Math.PI) + 0.01 * ((i * 7 + j * 3) % 11));
}

function hostile(data) {
    return csv(path.join(data, 'a<b>&"x\'.csv'), hostileNames,
        ['cpu_usage_rate', 'memory_usage', 'load_1m', '<b>extra</b>'],
        (i, j) => [day(i, j), day(i, j + 5), 4 * day(i, j + 1), day(j, i)]);
}

function cpuOnly(data) {
    return csv(path.join(data, 'cpu.csv'), ['n1', 'n2', 'n3', 'n4'], ['cpu_usage_rate'],
        (i, j) => [day(i, j)]);
}

// A made-up cluster whose manifest says what one of `collect` does: its planted gaps are the
// holes, one more is before all samples; every text is one to be shown and not obeyed.
function collected(data) {
    synth('--nodes', '6', '--days', '9', '--step', '600')(data);
    const read = (name) => JSON.parse(readFileSync(path.join(data, name), 'utf8'));
    const manifest = read('manifest.json');
    const holes = read('truth.json').fleet_gaps.map(({ start, end }) => ({ start, end }));
    const warning = hostileNames.join(' ');
    const start = new Date(Date.parse(manifest.start) - 36e5).toISOString();

    writeFileSync(path.join(data, 'manifest.json'), JSON.stringify({
        ...manifest,
        source: 'collect',
        start,
        server: { url: `http://prometheus.example:9090/${'deep/'.repeat(20)}`, version: '2.42.0' },
        holes: [{ start, end: manifest.start }, ...holes],
        warnings: [2, 3, 4].map((day) => ({ day: `2025-06-0${day}T00:00:00Z`, warning }))
            .concat({ day: manifest.start, warning: 'w'.repeat(5000) }),
        not_exported: hostileNames.map((query) => ({ query, metric: `node_${query}` })),
        instance_days_without_node: 2,
        rows_folded: 1,
    }));
    return data;
}

// Nodes and pods are Parquet files: the end-to-end tests know how to make them.
function pods(...options) {
    return (data) => {
        execFileSync(path.join(root, 'deps/venv/bin/python'),
            [path.join(root, 'tests/e2e/workload_case.py'), data, ...options], { stdio: 'pipe' });
        return data;
    };
}

function shared() {
    if (!existsSync(bitbrains)) {
        throw new NoData('skipped, no shared data');
    }
    return bitbrains;
}

// name -> a function from a folder to put data into to the path that is analysed
const recipes = {
    groups: synth('--nodes', '6', '--days', '8', '--step', '3600'),
    clocks: synth('--nodes', '3', '--days', '12', '--step', '600', '--start', '2024-10-20'),
    demo: synth('--nodes', '20', '--days', '30', '--step', '300'),
    bitbrains: shared,
    thousand: synth('--nodes', '1000', '--days', '30', '--step', '3600', '--no-pods'),
    single: synth('--nodes', '1', '--days', '10', '--step', '600'),
    hostile,
    'cpu-only': cpuOnly,
    collected,
    pods: pods(),
    'hostile-pods': pods('hostile'),
    replay: synth('--nodes', '6', '--days', '8', '--step', '3600'),
};

// pages that another command writes, and what it is asked for
const replayed = {
    replay: ['--nodes-needed', '--seeds', '3', '--policy',
        'as-recorded,kube-1.35,MostAllocated,Random,FirstFitDecreasing'],
};

// what the program is asked for beside the data
const asked = {
    groups: ['--group-by', 'pool'],
    clocks: ['--timezone', 'Europe/Berlin'],
    demo: ['--compare', '2025-06-02..2025-06-16,2025-06-16..2025-07-02'],
    hostile: ['--compare', '2025-06-02..2025-06-06,2025-06-06..2025-06-12'],
};

function make(name) {
    folder ??= mkdtempSync(path.join(tmpdir(), 'hindcast-browser-'));
    const input = recipes[name](path.join(folder, `${name}-data`));
    const out = path.join(folder, name);
    if (replayed[name])
        hindcast('replay', input, '-o', out, '--quiet', '--no-figures', ...replayed[name]);
    else
        hindcast('analyze', input, '-o', out, '--quiet', '--no-figures', ...asked[name] ?? []);
    return path.join(out, 'report.html');
}

export function report(name) {
    if (!made.has(name)) {
        made.set(name, make(name));
    }
    return made.get(name);
}

export function removeReports() {
    if (folder !== null) {
        rmSync(folder, { recursive: true, force: true });
        folder = null;
    }
}
