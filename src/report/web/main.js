// The report page's script: reads the findings from the page and draws the charts.
// window.hindcast = {charts: {name: ECharts instance}, ready, data}.
import * as echarts from 'echarts/core';
import { BarChart, CustomChart, HeatmapChart, LineChart, ScatterChart } from 'echarts/charts';
import {
    AriaComponent, AxisPointerComponent, DataZoomComponent, GridComponent, LegendComponent,
    MarkLineComponent, TooltipComponent, VisualMapComponent,
} from 'echarts/components';
import { LabelLayout } from 'echarts/features';
import { CanvasRenderer } from 'echarts/renderers';

echarts.use([
    AriaComponent, AxisPointerComponent, BarChart, CanvasRenderer, CustomChart,
    DataZoomComponent, GridComponent, HeatmapChart, LabelLayout, LegendComponent, LineChart,
    MarkLineComponent, ScatterChart, TooltipComponent, VisualMapComponent,
]);

const charts = {};

function drawHourly(data) {
    const host = document.querySelector('#chart-hourly .plot');
    const hourly = data.temporal.hourly;

    charts.hourly = echarts.init(host);
    charts.hourly.setOption({
        animation: false,
        aria: { enabled: true },
        tooltip: { renderMode: 'richText' },
        xAxis: { type: 'category', data: hourly.map((row) => row.hour) },
        yAxis: { type: 'value' },
        series: [{ type: 'bar', data: hourly.map((row) => row.cpu_usage_rate) }],
    });
}

const data = JSON.parse(document.getElementById('hindcast-data').textContent);
drawHourly(data);
window.hindcast = { charts, ready: true, data };
