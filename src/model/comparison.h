/*
 * comparison.h - two ranges of time side by side, as plain structs
 *
 * Written by findings/ (compare.c) where the user asked for it, read by report/ and
 * stored/. Owned by hc_patterns (hc_comparison_clear). NaN: cannot be had. Index 0 is the
 * first of the two ranges as they were given, 1 the second.
 */
#ifndef HC_MODEL_COMPARISON_H
#define HC_MODEL_COMPARISON_H

#include "model/metric.h"
#include "model/verdict.h"

/* In the place of a node: the mean over the samples of all nodes. */
#define HC_WHOLE_CLUSTER UINT32_MAX

/* Mean of a gauge by the hour, of a node or of the cluster. */
struct hc_course {
    uint32_t node; /* index into hc_summary.nodes, or HC_WHOLE_CLUSTER */
    int metric;    /* enum hc_metric_id */
    uint64_t n;    /* hours with a value */
};

/* Half-open, UTC. */
struct hc_time_range {
    int64_t from_us, to_us;
};

struct hc_compared_side {
    uint64_t hours;   /* with a value */
    uint32_t days;    /* daily means behind the difference */
    double mean, p95; /* of hourly means */
};

struct hc_compared {
    struct hc_course of;
    struct hc_compared_side side[2];
    double difference, low,
        high;          /* second less first, without the weekly profile; 95 % */
    const char *claim; /* more, less, none, wanders, short */
};

struct hc_comparison {
    bool asked;
    struct hc_verdict verdict;
    struct hc_time_range range[2];
    size_t n_days[2]; /* calendar days of the ranges, cut ones counted */
    size_t n_cluster;
    struct hc_compared *cluster; /* a gauge each */
    double *day; /* [n_cluster × (n_days[0] + n_days[1])] daily means; NaN */
    size_t n_nodes;
    struct hc_compared *nodes; /* by node, then gauge; of those in both ranges */
    uint32_t only[2];          /* nodes whose times touch this range alone */
    uint32_t constant;         /* gauges of nodes that never change */
};

void hc_comparison_clear(struct hc_comparison *comparison);

#endif
