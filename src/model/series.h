/*
 * series.h - the course of the gauges in time, made for pictures
 *
 * Means of equal buckets of time, a row of floats a node: coarse enough that pictures
 * stay small, whatever the history's length and the number of nodes. Exact values are
 * in rollup.parquet. Written by findings/series.c in a second look at the cells, read
 * by report/. Buckets begin at multiples of `width_s` of UTC.
 *
 * The window is where the data is: a few rows dated 1970 or 9999 do not stretch it, they
 * are counted in `cells_outside`.
 */
#ifndef HC_SERIES_H
#define HC_SERIES_H

#include "model/metric.h"
#include "model/zone.h"

/* nodes × buckets stay within this; the width of a bucket gives way, then nodes do. */
#define HC_SERIES_POINTS 750000

/* Over the nodes that have a value in the bucket; NaN where nodes is 0. Ranks are
 * floor(q (nodes - 1)) of the nodes' means. */
struct hc_band {
    uint32_t nodes;
    float mean; /* over samples, not over nodes */
    float low, p10, p50, p90, high;
};

struct hc_series {
    int64_t start_s, width_s; /* UTC; width is whole hours: 1, 2, 3, 4, 6, 8, 12, 24 … */
    size_t n_buckets;         /* 0: nothing to draw */
    size_t n_nodes;
    uint32_t *node;         /* [n_nodes] index into hc_summary.nodes, ascending */
    bool all_nodes;         /* false: more nodes than points, an even choice of them */
    uint64_t cells_outside; /* cells of `node` before or after the window */
    struct hc_band *band[HC_MAIN]; /* [n_buckets], over `node`; NULL: no such gauge */
    float *mean[HC_MAIN]; /* [n_nodes × n_buckets] over samples; NaN: no value */
    float *received; /* [n_nodes × n_buckets] samples ÷ expected at the node's step, at
                        most 1; NaN outside the node's first and last sample, or where it
                        has no step */
    struct hc_zone zone; /* borrowed: offsets of the analysis' time zone */
};

void hc_series_clear(struct hc_series *series);

#endif
