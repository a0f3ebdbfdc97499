// The data in the page: findings.json, and the course in time, decoded when it is asked for.
import { localTime, offsetName } from './format.js';

const NO_VALUE = 255;
const STEPS = 254;

function bytesOf(base64) {
    const text = atob(base64);
    const bytes = new Uint8Array(text.length);

    for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
    return bytes;
}

// Pairs of a code and how often it comes.
function unrun(runs, length) {
    const codes = new Uint8Array(length).fill(NO_VALUE);
    let at = 0;

    for (let i = 0; i + 1 < runs.length; i += 2) {
        codes.fill(runs[i], at, at + runs[i + 1]);
        at += runs[i + 1];
    }
    return codes;
}

class Gauge {
    constructor(raw, series) {
        Object.assign(this, { name: raw.name, unit: raw.unit, band: raw.band, raw, series });
    }

    // Values of a row of the series by bucket, null where there is none; to within half a
    // step, (high - low) / 508, of the mean that rollup.parquet has.
    row(at) {
        const { low, high } = this.raw;
        const { buckets } = this.series;
        const width = high[at] - low[at];

        this.codes ||= bytesOf(this.raw.codes);
        return Array.from(this.codes.subarray(at * buckets, (at + 1) * buckets),
            (code) => (code === NO_VALUE ? null : low[at] + (code / STEPS) * width));
    }
}

// What a series is without a part of it: nothing to draw, and no fault.
const nothing = {
    start_s: 0, width_s: 3600, buckets: 0, all_nodes: true, cells_outside: 0, offsets: [], node: [],
    gauges: [], received: { steps: 1, runs: '' },
};

class Series {
    constructor(written) {
        const raw = Object.fromEntries(Object.entries(nothing).map(([key, none]) =>
            [key, written?.[key] ?? none]));

        Object.assign(this, {
            start: raw.start_s, width: raw.width_s, buckets: raw.buckets, node: raw.node,
            allNodes: raw.all_nodes, cellsOutside: raw.cells_outside, offsets: raw.offsets, raw,
        });
        this.gauges = raw.gauges.map((gauge) => new Gauge(gauge, this));
    }

    gauge(name) {
        return this.gauges.find((gauge) => gauge.name === name);
    }

    // Seconds of the zone's clock.
    local(utc) {
        let offset = this.offsets.length ? this.offsets[0].offset_s : 0;

        for (const span of this.offsets)
            if (span.from_s !== null && span.from_s <= utc) offset = span.offset_s;
        return utc + offset;
    }

    // A moment as that clock says it; with its offset where clocks were changed, since the
    // hour that comes twice would be told apart by nothing else.
    stamp(utc) {
        const text = localTime(this.local(utc));

        return this.offsets.length > 1 ? `${text} ${offsetName(this.local(utc) - utc)}` : text;
    }

    // Local milliseconds at which a bucket begins.
    time(bucket) {
        return this.local(this.start + bucket * this.width) * 1000;
    }

    // Shares received of a row by bucket: null outside the node's time.
    received(at) {
        const { steps, runs } = this.raw.received;

        this.shares ||= unrun(bytesOf(runs), this.node.length * this.buckets);
        return Array.from(this.shares.subarray(at * this.buckets, (at + 1) * this.buckets),
            (code) => (code === NO_VALUE ? null : code / steps));
    }
}

// A series taken apart: curves by name, each rounded to 254 steps of its own range.
class Parts {
    constructor(raw) {
        Object.assign(this, { node: raw.node, gauge: raw.gauge, start: raw.start_s, hours: raw.hours, n: raw.n,
            curves: raw.curves });
    }

    values({ low, high, codes }) {
        return Array.from(bytesOf(codes), (code) => (code === NO_VALUE ? null
            : low + (code / STEPS) * (high - low)));
    }
}

export function read() {
    const raw = JSON.parse(document.getElementById('hindcast-data').textContent);

    return {
        findings: raw.findings || {}, series: new Series(raw.series),
        needs: raw.needs || { start_s: [], present: [], needed: [] },
        parts: (raw.parts || []).map((parts) => new Parts(parts)),
        changes: raw.changes || { start_s: 0, rows: 0, gauges: [] },
        replay: raw.replay || null,
        only: raw.only || null,
    };
}
