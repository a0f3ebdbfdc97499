/*
 * findings.h - everything that the findings have found, as plain structs
 *
 * Written by findings/ (a file a section), read by report/. Owned by itself
 * (hc_findings_clear). NaN in a double means "cannot be had"; a section that cannot
 * be had at all says so in its `status` and `reason`. Times are UTC microseconds unless
 * named local. Nothing here is computed by a reader.
 */
#ifndef HC_FINDINGS_H
#define HC_FINDINGS_H

#include "model/anomalies.h"
#include "model/patterns.h"
#include "model/placement.h"
#include "model/settings.h"
#include "model/summary.h"
#include "model/verdict.h"
#include "model/workload.h"

/* Means over the samples of a group of time (an hour of the day, a weekday, …). */
struct hc_pattern {
    uint64_t rows;        /* samples in the group */
    uint32_t days;        /* distinct local dates behind it */
    uint64_t n[HC_MAIN];  /* finite values */
    double mean[HC_MAIN]; /* NaN without a value */
};

struct hc_temporal {
    struct hc_verdict verdict;
    struct hc_pattern hourly[24];
    struct hc_pattern daily[7];       /* 0 = Monday */
    struct hc_pattern weekly[7 * 24]; /* [weekday * 24 + hour] */
};

/* A stretch in which at least 80 % of all nodes are in a gap at once. */
struct hc_fleet_gap {
    int64_t start_us, end_us;
    uint32_t nodes; /* most at once */
    bool hole;      /* half of it or more is a hole of a collection: see collected.h */
};

struct hc_quality {
    size_t n_fleet_gaps;
    struct hc_fleet_gap *fleet_gaps;
    int64_t step_s; /* most frequent step over the nodes; 0: none */
    uint64_t exact, conflicting, out_of_order;
    uint64_t gaps;        /* of single nodes, fleet gaps included */
    double coverage;      /* occupied / expected over all nodes; NaN */
    uint32_t short_nodes; /* less than 7 days from first to last: not compared */
    size_t n_gap_holes;   /* fleet gaps that are holes of a collection */
};

/* Two columns with |r| > 0.7; r_within is NaN where it cannot be had. */
struct hc_pair {
    uint32_t a, b; /* index into hc_summary.columns */
    double r, r_within;
    uint64_t n;
};

struct hc_pairs {
    struct hc_verdict verdict;
    size_t n_pairs;
    struct hc_pair *pairs; /* in matrix order: a before b */
};

struct hc_baseline {
    struct hc_verdict verdict[HC_MAIN];
    struct hc_stats stats[HC_MAIN]; /* pooled over all rows */
};

struct hc_slope {
    uint32_t node;
    uint32_t days;  /* daily means behind it */
    double per_day; /* Theil-Sen on daily means of CPU, fraction a day; NaN */
};

struct hc_trends {
    struct hc_verdict verdict;
    uint64_t rows;  /* nodes × hours from each node's first to last hour */
    uint64_t hours; /* node-hours with a sample */
    size_t n_nodes;
    struct hc_slope *nodes; /* one a node, in the summary's order */
};

/* A value over the hours: the median and the upper tail, exact (nearest rank). */
struct hc_spread {
    double median, p95, p99, max;
};

/*
 * A bound, not an answer: what the node-hour means would need if load could be cut and
 * placed at will. The real answer needs the pods.
 */
struct hc_opportunity {
    struct hc_verdict verdict;
    double optimization_potential_pct; /* the notebook's (mean - target) / mean × 100 */
    bool weighted_by_cores;  /* cpu_cores was there; else every node counts as equal */
    bool weighted_by_memory; /* memory_total was there */
    uint64_t hours;          /* hours with data */
    double mean_cores;       /* of a node; 1 without cpu_cores */
    double mean_memory;      /* bytes of a node; 1 without memory_total */
    struct hc_spread nodes_present;
    struct hc_spread nodes_needed;
    uint64_t node_hours;           /* nodes present, summed over hours */
    uint64_t node_hours_needed;    /* nodes needed, summed over hours */
    int64_t node_hours_not_needed; /* sum over hours of max(0, present - needed) */
    uint64_t cpu_bound_hours, memory_bound_hours; /* which one set the number */
    uint64_t cpu_node_hours;                      /* present ones with a CPU value */
    uint64_t hot_node_hours;                      /* CPU mean over 0.8 */
    double hot_share;                             /* of node-hours with a CPU value */
    uint64_t hot_if_even; /* node-hours over 0.8 if the hour's load were spread evenly */
    double spread_cpu;    /* mean over hours of the deviation of node means of CPU */
    double spread_memory; /* same of memory; NaN */
    uint32_t nodes_compared, nodes_left_out; /* left out: under 7 days */
    uint64_t clipped_node_hours; /* use outside 0..1, taken as 0 or 1; both resources */
    double max_mean_ratio; /* busiest / mean node by mean CPU, among compared; NaN */
};

/* An hour with data: nodes there, and the least that would carry the load at the targets.
 */
struct hc_need {
    int64_t start_s; /* UTC */
    uint32_t present, needed;
};

/* Exactly the notebook's eight. Names point into the summary. */
struct hc_insights {
    struct hc_verdict verdict;
    int peak_hour, low_hour; /* -1: none */
    double peak_cpu_usage, low_cpu_usage;
    const char *busiest_node, *least_busy_node; /* NULL: none */
    double cpu_variation_coefficient;
    double optimization_opportunity_pct;
};

/* What a person reads first. Strings are owned. */
struct hc_statement {
    const char *id; /* static: "quality.coverage" */
    char *title;
    char *statement;  /* one sentence with value, unit and n */
    double value;     /* NaN: none */
    const char *unit; /* static */
    uint64_t n;
    double low, high; /* interval; NaN where there is none */
    struct hc_verdict verdict;
    const char *source; /* "rollup", "state" or "method:NAME" */
    char *sql;  /* gives `value` over rollup.parquet (table name rollup), or NULL */
    int weight; /* larger is read first */
};

/* nodes, temporal and opportunity for one value of --group-by. */
struct hc_group {
    char *value; /* NULL: nodes without one */
    uint32_t nodes;
    uint64_t rows;
    struct hc_stats main[HC_MAIN]; /* quantiles NaN: they are kept by node only */
    struct hc_temporal temporal;
    struct hc_opportunity opportunity;
};

struct hc_findings {
    const struct hc_summary *summary;
    const struct hc_settings *settings;
    struct hc_quality quality;
    struct hc_temporal temporal;
    struct hc_pairs correlation;
    struct hc_baseline baseline;
    struct hc_trends trends;
    struct hc_opportunity opportunity;
    size_t n_needs;
    struct hc_need *needs; /* [opportunity.hours] ascending; what the figures draw */
    struct hc_insights insights;
    struct hc_workloads workloads;
    struct hc_patterns patterns;
    struct hc_anomalies anomalies;
    struct hc_placement placement; /* of a replay; verdict HC_AVAILABLE: there is one */
    size_t n_groups;
    struct hc_group *groups; /* ordered by value; empty without --group-by */
    size_t n_statements, statements_cap;
    struct hc_statement *statements; /* by weight, heaviest first */
};

void hc_findings_clear(struct hc_findings *findings);

#endif
