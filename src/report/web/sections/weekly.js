// Hour by weekday, a heatmap a gauge.
import { absent, axis, figure, change, tip } from '../chart.js';
import { DAYS, count, hour, number } from '../format.js';
import { MAIN, gaugeChoice, plotted, shown } from '../gauges.js';
import { colours, inkOn } from '../theme.js';

const inCell = (main, value) => (main.fraction ? plotted(main, value).toFixed(0) : number(value));

function option(rows, main, zone, width) {
    const c = colours();
    const cells = cellsOf(rows, main);
    const values = cells.map(({ row }) => row[main.name]);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const wide = width >= 560;

    return {
        height: 24 * 20 + 100,
        chart: {
            grid: { left: 56, right: 16, top: 28, bottom: 64 },
            tooltip: {
                formatter: ({ dataIndex }) => {
                    const { row } = cells[dataIndex];

                    return tip(`${DAYS[row.day_of_week]} ${hour(row.hour)}`, [
                        [main.title, shown(main, row[main.name])],
                        ['samples', count(row[`${main.name}_n`])], [`dates (${zone})`, count(row.days)]]);
                },
            },
            xAxis: axis({ type: 'category', data: DAYS, position: 'top', splitLine: { show: false },
                axisLabel: { interval: 0 } }),
            yAxis: axis({ type: 'category', data: Array.from({ length: 24 }, (_, i) => hour(i)),
                inverse: true, splitLine: { show: false }, axisLabel: { interval: 0, fontSize: 11 } }),
            visualMap: {
                min: plotted(main, low), max: plotted(main, high),
                orient: 'horizontal', left: 'center', bottom: 4, itemHeight: 120, itemWidth: 12,
                text: [shown(main, high), shown(main, low)], textStyle: { color: c.faint },
                inRange: { color: c.amounts }, hoverLink: false,
            },
            series: [{
                type: 'heatmap', data: cells.map(({ row, value }) => ({
                    value,
                    label: {
                        show: wide, fontSize: 11, color: inkOn((row[main.name] - low) / (high - low || 1)),
                        formatter: inCell(main, row[main.name]) + (row.days < 2 ? '*' : ''),
                    },
                })),
                itemStyle: { borderWidth: 1, borderColor: c.ground },
            }],
        },
    };
}

function cellsOf(rows, main) {
    return rows.filter((row) => typeof row[main.name] === 'number').map((row) => ({
        row, value: [row.day_of_week, row.hour, plotted(main, row[main.name])],
    }));
}

function extremes(rows, main) {
    const [first, ...rest] = cellsOf(rows, main).map(({ row }) => row);
    const high = rest.reduce((a, b) => (b[main.name] > a[main.name] ? b : a), first);
    const low = rest.reduce((a, b) => (b[main.name] < a[main.name] ? b : a), first);
    const at = (row) => `${DAYS[row.day_of_week]} ${hour(row.hour)} (${shown(main, row[main.name])})`;

    return `Mean ${main.title} is highest on ${at(high)} and lowest on ${at(low)}.`;
}

export function weekly({ findings }) {
    const { weekly: rows, status, reason, timezone } = findings.temporal;
    const gauges = MAIN.filter((main) => cellsOf(rows || [], main).length);
    let main = gauges[0];

    if (status !== 'ok' || !main)
        return [absent('weekly', 'By hour and weekday', reason || 'no value in the data')];
    const empty = 168 - cellsOf(rows, main).length;
    const single = rows.filter((row) => row.days === 1).length;

    return [figure({
        name: 'weekly', title: 'By hour and weekday',
        label: () => extremes(rows, main),
        caption: () => [extremes(rows, main), ` Mean in ${main.fraction ? '%' : main.axis} over the samples of the `,
            `hour, zone ${timezone}, n = ${count(rows.reduce((sum, row) => sum + row.n, 0))}. `,
            single ? `* ${count(single)} cells rest on one date only. ` : '',
            empty ? `${count(empty)} cells have no data.` : ''],
        controls: gaugeChoice(gauges, (chosen) => { main = chosen; change('weekly'); }),
        option: (width) => option(rows, main, timezone, width),
        table: () => ({
            head: ['Day', 'Hour', ...gauges.map((g) => g.title), 'Samples', 'Dates'],
            rows: rows.map((row) => [DAYS[row.day_of_week], hour(row.hour),
                ...gauges.map((g) => shown(g, row[g.name])), count(row.n), count(row.days)]),
        }),
    })];
}
