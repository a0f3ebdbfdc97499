// What a reader does with the page, by real clicks, keys and the mouse; and that every
// number in a table is the one of findings.json.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { check, none, openShared, report, soon, test } from './harness.mjs';

const options = { width: 1280 };
const findingsOf = (name) =>
    JSON.parse(readFileSync(path.join(path.dirname(report(name)), 'findings.json'), 'utf8'));

// ---- numbers, read back from what is written ----------------------------------------------

const factors = { 'B': 1, 'KiB': 2 ** 10, 'MiB': 2 ** 20, 'GiB': 2 ** 30, 'TiB': 2 ** 40 };

// The value that a cell says and how exactly it says it; null for a dash.
function written(text, scale = 1) {
    if (text === '–') {
        return null;
    }
    const found = /^([<>]?)([-+]?[\d,]*\.?\d+(?:e[-+]?\d+)?)\s*(\S*)/.exec(text);
    check(found !== null, `'${text}' is no number`);
    const digits = found[2].replaceAll(',', '');
    const [mantissa, exponent = '0'] = digits.split('e');
    const decimals = (mantissa.split('.')[1] ?? '').length;
    const unit = (factors[found[3].replace('/s', '')] ?? 1) * scale;
    // one digit alone is rounded to itself: 0.0003 %
    return { value: Number(digits) * unit, room: 0.501 * 10 ** (Number(exponent) - decimals) * unit,
        bound: found[1] !== '' };
}

// Lines for cells that do not say the value of findings.json.
function differences(cells, expected, scale = 1) {
    return cells.flatMap((text, i) => {
        const said = written(text, scale);
        const value = expected[i];
        if (said === null || value === null || value === undefined) {
            return said === null && (value === null || value === undefined)
                ? [] : [`row ${i}: '${text}' for ${value}`];
        }
        return said.bound || Math.abs(said.value - value) <= said.room
            ? [] : [`row ${i}: '${text}' for ${value}`];
    });
}

function column(view, table, key) {
    return view.evaluate(([id, wanted]) => {
        const heads = [...document.querySelectorAll(`#${id} thead th`)];
        const at = heads.findIndex((head) => head.dataset.key === wanted);
        return [...document.querySelectorAll(`#${id} tbody tr`)]
            .map((row) => row.children[at].textContent);
    }, [table, key]);
}

const heads = (view, table) => view.evaluate((id) =>
    [...document.querySelectorAll(`#${id} thead th`)].map((head) => head.dataset.key), table);

// How a column of the nodes table is had from findings.json, and what its cells are of it.
const nodeColumns = {
    coverage: { of: (node, record) => record.coverage, scale: 0.01 },
    gaps: { of: (node, record) => record.gaps },
    n: { of: (node) => node.n },
    start: { day: (record) => record.start },
    end: { day: (record) => record.end },
};

for (const gauge of ['cpu_usage_rate', 'memory_usage', 'load_1m']) {
    for (const key of ['mean', 'p95', 'max']) {
        nodeColumns[`${gauge}.${key}`] = {
            of: (node) => node[gauge][key], scale: gauge === 'load_1m' ? 1 : 0.01,
        };
    }
}

for (const name of ['demo', 'bitbrains', 'thousand']) {
    test(`${name}: every number of the nodes table is that of findings.json`, async () => {
        const { view } = await openShared(name, options);
        const findings = findingsOf(name);
        const records = findings.quality.records_per_node;
        const index = new Map(findings.nodes.map((node, i) => [node.node, i]));
        while (await view.locator('#nodes .sorted > button').isVisible()) {
            await view.locator('#nodes .sorted > button').click();
        }
        const names = await column(view, 'nodes-table', 'node');
        check(names.length === findings.nodes.length, `${names.length} rows`);
        for (const key of (await heads(view, 'nodes-table')).filter((k) => k !== 'node')) {
            const { of, scale, day } = nodeColumns[key];
            if (day) {
                const cells = await column(view, 'nodes-table', key);
                none(names.filter((node, i) =>
                    day(records[index.get(node)]).slice(0, 10) !== cells[i]), key);
                continue;
            }
            none(differences(await column(view, 'nodes-table', key), names.map((node) =>
                of(findings.nodes[index.get(node)], records[index.get(node)])), scale), key);
        }
    });

    test(`${name}: columns and pairs are those of findings.json`, async () => {
        const { view } = await openShared(name, options);
        const findings = findingsOf(name);
        const names = await column(view, 'columns-table', 'name');
        check(names.length === findings.columns.length, `${names.length} columns`);
        for (const key of ['n', 'missing', 'mean', 'std', 'min', 'p50', 'p95', 'p99', 'max']) {
            none(differences(await column(view, 'columns-table', key),
                findings.columns.map((one) => one[key])), `columns: ${key}`);
        }
        if (findings.correlation.pairs.length > 0 && findings.correlation.pairs.length <= 50) {
            const a = await column(view, 'pairs-table', 'a');
            const b = await column(view, 'pairs-table', 'b');
            const pairs = a.map((first, i) => findings.correlation.pairs.find(
                (pair) => pair.a === first && pair.b === b[i]));
            check(pairs.length === findings.correlation.pairs.length, `${pairs.length} pairs`);
            for (const key of ['r', 'r_within', 'n']) {
                none(differences(await column(view, 'pairs-table', key),
                    pairs.map((pair) => pair[key])), `pairs: ${key}`);
            }
        }
    });

    test(`${name}: statements are those of findings.json, each once`, async () => {
        const { view } = await openShared(name, options);
        const said = await view.evaluate(() => [...document.querySelectorAll('.statement')].map(
            (one) => ({ id: one.id.slice('statement-'.length), text: one.textContent,
                links: [...one.querySelectorAll('a')].map((a) => a.getAttribute('href')) })));
        const { findings } = findingsOf(name);
        check(said.length === findings.length, `${said.length} of ${findings.length}`);
        none(findings.filter((finding) => {
            const shown = said.find((one) => one.id === finding.id);
            return !shown || !shown.text.includes(finding.statement ?? '') ||
                !shown.text.includes(finding.reason ?? '') ||
                (finding.status === 'ok' && !shown.text.includes('n = '));
        }).map(({ id }) => id), 'statements that are not shown whole');
        const targets = await view.evaluate((links) => links.filter((link) =>
            document.getElementById(link.slice(1)) === null), said.flatMap(({ links }) => links));
        none(targets, 'links to nothing');
    });
}

// ---- tables ---------------------------------------------------------------------------------

test('a click on a column sorts by it, another turns it round', async () => {
    const { view } = await openShared('demo', options);
    const values = async () => (await column(view, 'nodes-table', 'memory_usage.mean'))
        .map((text) => written(text).value);
    const head = view.locator('#nodes-table th[data-key="memory_usage.mean"]');
    await head.locator('button').click();
    const down = await values();
    check(await head.getAttribute('aria-sort') === 'descending', 'aria-sort after one click');
    check(down.every((v, i) => i === 0 || v <= down[i - 1]), `not descending: ${down}`);
    await head.locator('button').press('Enter');
    const up = await values();
    check(await head.getAttribute('aria-sort') === 'ascending', 'aria-sort after Enter');
    check(up.every((v, i) => i === 0 || v >= up[i - 1]), `not ascending: ${up}`);
    check(down[0] !== up[0], 'nothing moved');
});

test('searching the nodes leaves those with the words', async () => {
    const { view } = await openShared('thousand', options);
    const [first] = findingsOf('thousand').nodes;
    await view.locator('#nodes input[type=search]').fill(first.node);
    const names = await column(view, 'nodes-table', 'node');
    check(names.length > 0 && names.every((name) => name.includes(first.node)), String(names));
    check((await view.locator('#nodes .status').textContent()).includes('of 1,000'), 'no count');
    await view.locator('#nodes input[type=search]').fill('no such node');
    check((await column(view, 'nodes-table', 'node')).length === 0, 'rows for no match');
    await view.locator('#nodes input[type=search]').fill('');
});

// ---- trends ---------------------------------------------------------------------------------

const extent = (view) => view.evaluate(() =>
    window.hindcast.charts.trends.getModel().getComponent('xAxis').axis.scale.getExtent());

const lines = (view) => view.evaluate(() => window.hindcast.charts.trends.getOption().series
    .map(({ name, data }) => ({ name, data: data.map(([, value]) => value) })));

test('the wheel with Ctrl zooms in, a button back to the whole time', async () => {
    const { page, view } = await openShared('demo', options);
    const plot = view.locator('#chart-trends .plot');
    await plot.scrollIntoViewIfNeeded();
    const box = await plot.boundingBox();
    const [from, to] = await extent(view);
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.keyboard.down('Control');
    for (let i = 0; i < 4; i += 1) {
        await page.mouse.wheel(0, -200);
        await page.waitForTimeout(50);
    }
    await page.keyboard.up('Control');
    await soon(async () => {
        const [near, far] = await extent(view);
        return far - near < 0.8 * (to - from);
    }, `still ${from} to ${to}`);
    await view.getByRole('button', { name: 'Whole time' }).click();
    await soon(async () => String(await extent(view)) === String([from, to]),
        'not the whole time again');
});

test('dragging the slider\'s handle narrows the time', async () => {
    const { page, view } = await openShared('demo', options);
    const plot = view.locator('#chart-trends .plot');
    await plot.scrollIntoViewIfNeeded();
    const box = await plot.boundingBox();
    const [from, to] = await extent(view);
    const y = box.y + box.height - 12 - 13;
    await page.mouse.move(box.x + 61, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, y, { steps: 8 });
    await page.mouse.up();
    await soon(async () => (await extent(view))[0] > from + 0.3 * (to - from),
        `begins at ${from} as before`);
    await view.getByRole('button', { name: 'Whole time' }).click();
});

test('the keyboard zooms', async () => {
    const { view } = await openShared('demo', options);
    const [from, to] = await extent(view);
    await view.getByRole('button', { name: 'Zoom in' }).press('Enter');
    await soon(async () => {
        const [near, far] = await extent(view);
        return Math.abs((far - near) / (to - from) - 0.5) < 0.02;
    }, 'not half the time');
    const [, far] = await extent(view);
    await view.getByRole('button', { name: 'Later' }).press('Enter');
    await soon(async () => (await extent(view))[1] > far, 'later is not later');
    await view.getByRole('button', { name: 'Whole time' }).press('Enter');
});

test('a node that is asked for is drawn, to within half a step of its values', async () => {
    const { view } = await openShared('demo', options);
    const before = (await lines(view)).length;
    const filter = view.locator('#trends input[type=search]');
    await filter.fill('node-00003');
    const drawn = await lines(view);
    check(drawn.length === before + 1, `${drawn.length} lines after ${before}`);
    const line = drawn.find(({ name }) => name === 'node-00003');
    const node = findingsOf('demo').nodes.find((one) => one.node === 'node-00003');
    const values = line.data.filter((value) => value !== null);
    const mean = values.reduce((a, b) => a + b, 0) / values.length / 100;
    check(Math.abs(mean - node.cpu_usage_rate.mean) < 0.01, `mean ${mean}`);
    await filter.fill('node-0001*');
    check((await lines(view)).length === before + 10, 'a pattern');
    await filter.fill('nothing like it');
    check((await lines(view)).length === before, 'no match, no lines');
    check((await view.locator('#trends .status').textContent()).includes('no node'), 'no word');
    await filter.fill('');
});

test('a node of the table is shown in trends', async () => {
    const { view } = await openShared('demo', options);
    await view.locator('#nodes-table button.link', { hasText: 'node-00007' }).click();
    check((await lines(view)).some(({ name }) => name === 'node-00007'), 'no line');
    await view.locator('#trends input[type=search]').fill('');
});

test('another gauge, another unit', async () => {
    const { view } = await openShared('demo', options);
    const before = (await lines(view))[2].data;
    await view.locator('#trends').getByRole('button', { name: 'Load' }).click();
    const axis = await view.evaluate(() =>
        window.hindcast.charts.trends.getOption().yAxis[0].name);
    check(axis === 'processes', axis);
    check(String((await lines(view))[2].data) !== String(before), 'the same line');
    await view.locator('#trends').getByRole('button', { name: 'CPU' }).click();
});

// ---- heatmaps ---------------------------------------------------------------------------------

async function tooltipAt(opened, chart, series, value) {
    const { page, view } = opened;
    const plot = view.locator(`#chart-${chart} .plot`);
    await view.evaluate((name) => document.querySelector(`#chart-${name} .plot`)
        .scrollIntoView({ block: 'center', behavior: 'instant' }), chart);
    const [x, y] = await view.evaluate(([name, at, where]) =>
        window.hindcast.charts[name].convertToPixel({ seriesIndex: at }, where),
    [chart, series, value]);
    const box = await plot.boundingBox();
    await page.mouse.move(box.x + x - 3, box.y + y);
    await page.mouse.move(box.x + x, box.y + y, { steps: 3 });
    await page.waitForTimeout(150);
    return plot.locator('.tip').first().textContent();
}

test('the week says value, n and days under the pointer', async () => {
    const opened = await openShared('demo', options);
    const cell = findingsOf('demo').temporal.weekly.find(
        (one) => one.day_of_week === 2 && one.hour === 10);
    const text = await tooltipAt(opened, 'weekly', 0, [2, 10]);
    for (const part of ['Wed 10:00', `${(cell.cpu_usage_rate * 100).toFixed(1)} %`,
        cell.cpu_usage_rate_n.toLocaleString('en'), String(cell.days)]) {
        check(text.includes(part), `'${text}' without '${part}'`);
    }
});

test('correlation: r and rows under the pointer, pooled and within', async () => {
    const opened = await openShared('demo', options);
    const { correlation } = findingsOf('demo');
    await opened.view.locator('#correlation').getByRole('button', { name: 'pooled', exact: true }).click();
    const pooled = await tooltipAt(opened, 'correlation', 0, [1, 0]);
    check(pooled.includes(correlation.pooled[0][1].toFixed(3)), pooled);
    check(pooled.includes(correlation.n[0][1].toLocaleString('en')), pooled);
    await opened.view.locator('#correlation').getByRole('button', { name: 'within nodes', exact: true }).click();
    const within = await tooltipAt(opened, 'correlation', 0, [1, 0]);
    check(within.includes(correlation.within_node.matrix[0][1].toFixed(3)), within);
});

test('by similarity is the same matrix in another order, like beside like', async () => {
    const { view } = await openShared('demo', options);
    const state = () => view.evaluate(() => {
        const { xAxis, series } = window.hindcast.charts.correlation.getOption();
        return { names: xAxis[0].data, cells: series[0].data.map(({ value }) => value) };
    });
    const nearness = ({ names, cells }) => names.slice(1).reduce((sum, _, i) =>
        sum + Math.abs(Number(cells[i * names.length + i + 1][2]) || 0), 0);
    const before = await state();
    await view.locator('#correlation').getByRole('button', { name: 'by similarity' }).click();
    const after = await state();
    check(String([...before.names].sort()) === String([...after.names].sort()), 'other columns');
    check(nearness(after) > nearness(before), `${nearness(after)} and ${nearness(before)}`);
    const value = ({ names, cells }, a, b) =>
        cells[names.indexOf(a) * names.length + names.indexOf(b)][2];
    none(before.names.flatMap((a) => before.names.filter((b) =>
        value(before, a, b) !== value(after, a, b)).map((b) => `${a}, ${b}`)), 'values moved');
    await view.locator('#correlation').getByRole('button', { name: 'as in the data' }).click();
});

// ---- what is not there, and the rest ------------------------------------------------------------

test('a gauge that the data lack is said, not drawn', async () => {
    const { view } = await openShared('cpu-only', options);
    const text = await view.locator('#chart-temporal').textContent();
    check(text.includes('memory_usage') && text.includes('load_1m'), text);
    const correlation = await view.locator('#chart-correlation').textContent();
    check(correlation.includes('two numeric columns') ||
        await view.locator('#chart-correlation .no-data').count() === 1, correlation);
});

test('a link to a statement\'s method opens it', async () => {
    const { view } = await openShared('demo', options);
    await view.locator('#statement-baseline\\.cpu a', { hasText: 'how' }).click();
    await soon(() => view.evaluate(() =>
        document.getElementById('method-baseline.cpu').open), 'the method is closed');
    const sql = await view.locator('#method-baseline\\.cpu pre').textContent();
    const finding = findingsOf('demo').findings.find(({ id }) => id === 'baseline.cpu');
    check(sql === finding.sql, 'another query than in findings.json');
});

test('the numbers behind a picture open as a table', async () => {
    const { view } = await openShared('demo', options);
    await view.locator('#chart-temporal details.as-table summary').press('Enter');
    const rows = view.locator('#chart-temporal details.as-table tbody tr');
    await soon(async () => await rows.count() === 24, 'not a row an hour');
});

const tableOf = (view, chart) => view.evaluate((name) =>
    [...document.querySelectorAll(`#chart-${name} details.as-table tr`)]
        .map((row) => [...row.children].map((cell) => cell.textContent)), chart);

test('the table of the course has its buckets, and the nodes that are drawn', async () => {
    const { view } = await openShared('demo', options);
    await view.locator('#chart-trends details.as-table summary').click();
    const { band } = await view.evaluate(() => window.hindcast.data.series.gauge('cpu_usage_rate'));
    await soon(async () => (await tableOf(view, 'trends')).length === band.mean.length + 1,
        'not a row a bucket');
    const [, ...rows] = await tableOf(view, 'trends');
    none(differences(rows.map((row) => row[1]), band.mean, 0.01), 'means');
    await view.locator('#trends input[type=search]').fill('node-00003');
    const [head] = await tableOf(view, 'trends');
    check(head.at(-1) === 'node-00003', String(head));
    await view.locator('#trends input[type=search]').fill('');
    check((await tableOf(view, 'trends'))[0].length === head.length - 1, 'the node stays');
    await view.locator('#chart-trends details.as-table summary').click();
});

test('another gauge, another sentence; another matrix, another table', async () => {
    const { view } = await openShared('demo', options);
    const said = () => view.evaluate(() => ['nodes', 'weekly'].flatMap((name) =>
        [document.querySelector(`#chart-${name} .plot`).getAttribute('aria-label'),
            document.querySelector(`#chart-${name} figcaption`).textContent]));
    none((await said()).filter((text) => !text.includes('CPU')), 'sentences without CPU');
    for (const section of ['nodes', 'weekly'])
        await view.locator(`#chart-${section}`).getByRole('button', { name: 'Memory' }).click();
    none((await said()).filter((text) => !text.includes('Memory')), 'sentences without memory');
    for (const section of ['nodes', 'weekly'])
        await view.locator(`#chart-${section}`).getByRole('button', { name: 'CPU' }).click();

    const { correlation } = findingsOf('demo');
    const plot = view.locator('#chart-correlation');
    await plot.locator('details.as-table summary').click();
    for (const [button, matrix] of [['pooled', correlation.pooled],
        ['within nodes', correlation.within_node.matrix]]) {
        await plot.getByRole('button', { name: button, exact: true }).click();
        const [, ...rows] = await tableOf(view, 'correlation');
        check(rows.length === matrix.length, `${rows.length} rows`);
        none(rows.flatMap(([, ...cells], i) => differences(cells, matrix[i])), button);
    }
    await plot.locator('details.as-table summary').click();
});

test('replay: policies, nodes and the course are those of findings.json', async () => {
    const { view } = await openShared('demo', options);
    const { replay, findings } = findingsOf('demo');
    const lead = findings.find(({ id }) => id === 'replay.nodes').statement;
    const said = await view.evaluate(() => ['#replay .lead', '#opportunity .lead'].map((one) =>
        document.querySelector(one).textContent));
    none(said.filter((text) => !text.startsWith(lead)), 'sections that are not led by it');

    const rows = await view.evaluate(() => [...document.querySelectorAll('#replay .scroll table')]
        .map((one) => [...one.querySelectorAll('tbody tr')]
            .map((row) => [...row.children].map((cell) => cell.textContent)))[0]);
    check(rows.length === replay.policies.length, `${rows.length} policies`);
    for (const [i, key] of [[1, 'nodes_used_most'], [2, 'node_hours_used'], [3, 'node_hours_hot'],
        [6, 'pods_refused']])
        none(differences(rows.map((row) => row[i]), replay.policies.map((one) => one[key].mean)), key);
    for (const [i, key] of [[4, 'cpu_requested_share'], [5, 'cpu_used_p95']])
        none(differences(rows.map((row) => row[i]), replay.policies.map((one) => one[key].mean), 0.01), key);

    const plot = view.locator('#chart-replay-time');
    await plot.locator('details.as-table summary').click();
    for (const [button, key, scale] of [['Nodes in use', 'used', 1], ['CPU used', 'cpu', 0.01],
        ['Over 80 % CPU', 'hot', 1]]) {
        await plot.getByRole('button', { name: button, exact: true }).click();
        const drawn = await view.evaluate((one) => window.hindcast.data.replay.course[0][one], key);
        const [, ...course] = await tableOf(view, 'replay-time');
        check(course.length === drawn.length, `${course.length} stretches`);
        none(differences(course.map((row) => row[2]), drawn, scale), button);
        check((await plot.locator('.plot').getAttribute('aria-label')).startsWith(button), button);
    }
    await plot.locator('details.as-table summary').click();
    const sum = (values) => values.reduce((all, one) => all + one, 0);
    const used = await view.evaluate(() => window.hindcast.data.replay.course.map((one) => one.used));
    const hours = replay.policies.map((one) => one.node_hours_used);
    none(used.filter((one, i) => Math.abs(sum(one) - hours[i].mean) > 4 * hours[i].sd + 1), 'courses that do not add up');
});

test('replay: a page of its own has that section alone', async () => {
    const { view } = await openShared('replay', options);
    const ids = await view.evaluate(() => [...document.querySelectorAll('section')].map((one) => one.id));
    check(ids.join() === 'replay', `sections ${ids}`);
    check(await view.locator('a.skip').getAttribute('href') === '#replay', 'the link to the content');
    const stored = JSON.parse(readFileSync(path.join(path.dirname(report('replay')), 'replay.json'), 'utf8'));
    const rows = await view.evaluate(() => [...document.querySelectorAll('#replay .scroll table tbody tr')]
        .map((row) => [...row.children].map((cell) => cell.textContent)));
    check(rows.length === stored.policies.length, `${rows.length} policies`);
    none(differences(rows.map((row) => row[2]), stored.policies.map((one) => one.measures.node_hours_used.mean)),
        'node-hours');
});

test('replay: left out where there are no pods', async () => {
    const { view } = await openShared('cpu-only', options);
    check(await view.locator('#replay').count() === 0, 'a section of nothing');
});

test('slopes: the nodes that rise and fall most', async () => {
    const { view } = await openShared('demo', options);
    const known = findingsOf('demo').trends.nodes.filter((one) => one.slope_per_day !== null)
        .sort((a, b) => b.slope_per_day - a.slope_per_day);
    const tables = await view.evaluate(() => [...document.querySelectorAll('#trends .side table')]
        .map((one) => [...one.querySelectorAll('tbody tr')]
            .map((row) => [...row.children].map((cell) => cell.textContent))));
    check(tables[0][0][0] === known[0].node, `${tables[0][0]}`);
    check(tables.at(-1)[0][0] === known.at(-1).node, `${tables.at(-1)[0]}`);
    none(tables.flatMap((rows) => differences(rows.map((row) => row[1]), rows.map(([name]) =>
        known.find(({ node }) => node === name).slope_per_day), 0.01)), 'slopes');
});

test('groups: nodes and rows are those of findings.json', async () => {
    const { view } = await openShared('groups', options);
    const { groups } = findingsOf('groups');
    check(groups.length > 1, `${groups.length} groups`);
    for (const key of ['nodes', 'n'])
        none(differences(await column(view, 'groups-table', key),
            groups.map((group) => group[key])), key);
});

test('the hour that clocks make twice is told apart', async () => {
    const { view } = await openShared('clocks', options);
    await view.locator('#chart-trends details.as-table summary').click();
    await soon(async () => (await tableOf(view, 'trends')).length > 100, 'no table');
    const times = (await tableOf(view, 'trends')).map(([time]) => time);
    check(times.includes('2024-10-27 02:00 +02:00') && times.includes('2024-10-27 02:00 +01:00'),
        String(times.filter((time) => time.startsWith('2024-10-27 0'))));
    none(times.filter((time, i) => times.indexOf(time) !== i), 'times that stand twice');
});

test('dark and light by the button', async () => {
    const { view } = await openShared('demo', options);
    const ground = () => view.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await view.getByRole('button', { name: 'dark' }).click();
    const dark = await ground();
    await view.getByRole('button', { name: 'light' }).click();
    check(dark !== await ground(), 'the same ground');
    await view.getByRole('button', { name: 'as the system' }).click();
});
