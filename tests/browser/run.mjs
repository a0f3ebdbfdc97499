// Runs the tests of the report page: node tests/browser/run.mjs [WORD...]
//
// With WORDs only tests whose name contains one of them. First "plan N", then a line a
// test: "ok NAME", "not ok NAME" with the reason below it, "skip NAME: reason"; "note TEXT"
// between them. tools/check counts these lines; a test of the plan without one failed.
// Exit code 1 if one failed. Tests run one after another, in one browser.
//
// HINDCAST is the program (default build/hindcast); with HINDCAST_SHOTS=FOLDER pictures of
// the pages are left there.
import { readdirSync } from 'node:fs';
import { closeBrowser, Skip, tests } from './harness.mjs';
import { removeReports } from './reports.mjs';

// a hang, not a slow machine
const TEST_LIMIT_MS = 240e3;
const RUN_LIMIT_MS = 1500e3;

function print(text) {
    process.stdout.write(`${text}\n`);
}

function limited(promise, ms) {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`not done after ${ms / 1000} s`)), ms);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function indented(text) {
    return text.split('\n').map((line) => `    ${line}`).join('\n');
}

async function runOne({ name, body }) {
    try {
        await limited(Promise.resolve().then(body), TEST_LIMIT_MS);
        print(`ok ${name}`);
        return true;
    } catch (error) {
        if (error instanceof Skip) {
            print(`skip ${name}: ${error.message}`);
            return true;
        }
        print(`not ok ${name}`);
        print(indented(error.name === 'Finding' ? error.message : String(error?.stack ?? error)));
        return false;
    }
}

async function runAll(words) {
    const here = new URL('.', import.meta.url);
    for (const file of readdirSync(here).filter((f) => f.endsWith('.test.mjs')).sort()) {
        await import(new URL(file, here));
    }
    const wanted = tests.filter((test) =>
        words.length === 0 || words.some((word) => test.name.includes(word)));
    const end = Date.now() + RUN_LIMIT_MS;
    let failed = 0;
    print(`plan ${wanted.length}`);
    for (const test of wanted) {
        if (Date.now() > end) {
            print('note not all tests were run: out of time');
            return 1;
        }
        failed += await runOne(test) ? 0 : 1;
    }
    return failed > 0 || wanted.length === 0 ? 1 : 0;
}

async function leave(code) {
    await limited(closeBrowser(), 10e3).catch(() => {});
    removeReports();
    process.exit(code);
}

for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => leave(1));
}
// nobody reads what is printed: nothing is left behind all the same
process.stdout.on('error', () => leave(1));
process.on('unhandledRejection', (error) => print(`note left over: ${error}`));
runAll(process.argv.slice(2)).then(leave, (error) => {
    print(`note ${error?.stack ?? error}`);
    return leave(1);
});
