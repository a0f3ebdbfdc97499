// When the cluster is busy: means by hour of the day and by weekday.
import { absent, axis, figure, tip } from '../chart.js';
import { DAYS, count, hour, plural } from '../format.js';
import { MAIN, plotted, shown } from '../gauges.js';
import { colours } from '../theme.js';

const ROW = 225; // of a row of panels

// Gauges with any value, each with a plot of its own: their units differ.
const present = (rows) => MAIN.filter((main) => rows.some((row) => typeof row[main.name] === 'number'));

function panels(width, gauges) {
    const columns = width < 700 ? 1 : Math.min(gauges.length, 3);

    return gauges.map((main, i) => ({
        left: 56 + (i % columns) * ((width - 20) / columns),
        top: 40 + Math.floor(i / columns) * ROW, width: (width - 20) / columns - 76, height: 150,
        rows: Math.ceil(gauges.length / columns),
    }));
}

function range(rows, name) {
    const values = rows.map((row) => row[name]).filter((v) => typeof v === 'number');

    return [Math.min(...values), Math.max(...values)];
}

function smallMultiples(rows, labels, kind, zone) {
    const gauges = present(rows);

    return (width) => {
        const c = colours();
        const places = panels(width, gauges);

        return {
            height: 10 + places[0].rows * ROW,
            chart: {
                title: gauges.map((main, i) => ({
                    text: `${main.title}, ${main.axis}`, left: places[i].left - 40, top: places[i].top - 36,
                    textStyle: { fontSize: 13, fontWeight: 600, color: c.text },
                })),
                grid: places.map(({ left, top, width: w, height }) => ({ left, top, width: w, height })),
                tooltip: {
                    trigger: 'axis', axisPointer: { type: kind === 'bar' ? 'shadow' : 'line' },
                    formatter: (points) => {
                        const row = rows[points[0].dataIndex];
                        const main = gauges[points[0].axisIndex || 0];

                        return tip(labels[points[0].dataIndex], [
                            [main.title, shown(main, row[main.name])],
                            ['samples', count(row[`${main.name}_n`])],
                            [`dates (${zone})`, count(row.days)]]);
                    },
                },
                xAxis: gauges.map((main, i) => axis({
                    type: 'category', gridIndex: i, data: labels, splitLine: { show: false },
                    axisLabel: kind === 'bar' ? { interval: 0 } : { interval: 2, formatter: (t) => t.slice(0, 2) },
                })),
                yAxis: gauges.map((main, i) => axis({ type: 'value', gridIndex: i, min: 0, splitNumber: 4 })),
                series: gauges.map((main, i) => ({
                    type: kind, xAxisIndex: i, yAxisIndex: i, color: c.kinds[MAIN.indexOf(main)],
                    symbolSize: 7, symbol: 'circle', barMaxWidth: 28,
                    areaStyle: kind === 'line' ? { opacity: 0.12 } : undefined,
                    data: rows.map((row) => ({
                        value: plotted(main, row[main.name]),
                        symbol: row.days < 2 ? 'emptyCircle' : 'circle',
                        itemStyle: row.days < 2 ? { opacity: 0.55 } : undefined,
                    })),
                })),
            },
        };
    };
}

function asTable(rows, labels, what) {
    return () => ({
        head: [what, ...MAIN.map((main) => main.title), 'Samples', 'Dates'],
        rows: rows.map((row, i) => [labels[i], ...MAIN.map((main) => shown(main, row[main.name])),
            count(row.n), count(row.days)]),
    });
}

function sentence(rows, labels, what) {
    const [main] = present(rows);
    const [low, high] = range(rows, main.name);
    const at = (value) => labels[rows.findIndex((row) => row[main.name] === value)];

    return `Mean ${main.title} by ${what}: highest ${shown(main, high)} at ${at(high)}, `
        + `lowest ${shown(main, low)} at ${at(low)}.`;
}

function multiples(name, title, rows, labels, kind, what, zone) {
    const single = rows.filter((row) => row.days === 1).length;
    const samples = rows.reduce((sum, row) => sum + row.n, 0);
    const lacking = MAIN.filter((main) => !present(rows).includes(main)).map((main) => main.name);

    return figure({
        name, title,
        label: () => sentence(rows, labels, what),
        caption: () => [sentence(rows, labels, what), ` Means over samples (n = ${count(samples)}), zone ${zone}. `,
            single ? `${plural(single, what)} of one date only, drawn pale. ` : '',
            lacking.length ? `No values of ${lacking.join(', ')} in the data.` : ''],
        option: smallMultiples(rows, labels, kind, zone),
        table: asTable(rows, labels, what),
    });
}

export function temporal({ findings }) {
    const { hourly, daily, status, reason, timezone } = findings.temporal;
    const why = reason || 'no CPU, memory or load value in the data';

    if (status !== 'ok' || !present(hourly).length)
        return [absent('temporal', 'By hour of the day', why)];
    return [
        multiples('temporal', 'By hour of the day', hourly, hourly.map((row) => hour(row.hour)), 'line',
            'hour', timezone),
        multiples('daily', 'By day of the week', daily, daily.map((row) => DAYS[row.day_of_week]), 'bar',
            'weekday', timezone),
    ];
}
