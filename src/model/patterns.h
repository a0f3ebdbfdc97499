/*
 * patterns.h - what repeats, grows, changes and goes together, as plain structs
 *
 * Written by findings/ out of hourly means (docs/method has each method), read by report/
 * and stored/. Owned by hc_findings (hc_patterns_clear). NaN: cannot be had. Words are
 * static or the stored report's: "rises", "steady". Nothing here is computed by a reader.
 *
 * Hours are local ones of the analysis' zone where they are hours of the day or week, and
 * moments of UTC where they are times.
 */
#ifndef HC_MODEL_PATTERNS_H
#define HC_MODEL_PATTERNS_H

#include "model/comparison.h"
#include "model/metric.h"
#include "model/verdict.h"

enum { HC_HOURS_OF_WEEK = 168 };

/* ---- rhythm ---- */

/* An hour of the day that stands out, with the run of hours that holds it in 95 % of
 * resamples of days; hour -1: none. from may be above to: over midnight. */
struct hc_extreme {
    int hour, from, to;
    double value; /* mean at that hour */
};

struct hc_rhythm_row {
    struct hc_course of;
    int period_h;                    /* 0: none; -1: not enough data */
    uint32_t cycles;                 /* of it in the history */
    double r;                        /* autocorrelation of ranks at the period */
    double trend, season, day, week; /* strengths, 0..1 */
    double
        held_out;  /* share of the variance that the weekly profile of other weeks says */
    uint32_t days; /* behind top and low; 0: not enough data */
    double p;      /* that no hour of the day stands out */
    struct hc_extreme top, low;
};

/* A series taken apart by MSTL: y = trend + seasons + remainder. */
struct hc_parts {
    struct hc_course of;
    size_t n_periods;
    int period_h[2];
    double strength[2], trend_strength;
    int64_t start_us;
    size_t hours;                          /* 0: it could not be */
    double *season[2], *trend, *remainder; /* [hours]; remainder NaN: a gap */
};

struct hc_rhythm {
    struct hc_verdict verdict;
    size_t n_cluster;
    struct hc_rhythm_row *cluster; /* a gauge each */
    double *profile; /* [n_cluster × 168] by hour of the week, about its level */
    size_t n_nodes;
    struct hc_rhythm_row *nodes; /* by node, then gauge; none that is constant or short */
    uint32_t constant, too_short; /* courses of nodes that are not among them */
    size_t n_parts;
    struct hc_parts *parts; /* main gauges of the cluster; of the nodes of --node */
};

/* ---- growth ---- */

struct hc_growth_row {
    struct hc_course of;
    uint32_t days;           /* daily means behind it */
    double slope, low, high; /* a day, in the gauge's unit; interval at 95 % */
    const char *claim;       /* rises, falls, none, wanders, step */
    double level;            /* of the line on the last day */
    const char *full;        /* soon, now, no; "": the gauge has no limit */
    double full_days, full_low, full_high; /* from the last day on; NaN */
    /* Of the cluster: the means behind it, from the first day to the last; NaN: a day
     * without. NULL: of a node, or an older report's. */
    double *daily;
    size_t n_daily;
    int64_t daily_us; /* when the first of these days begins */
};

struct hc_growth {
    struct hc_verdict verdict;
    size_t n_cluster, n_nodes;
    struct hc_growth_row *cluster, *nodes; /* nodes: by node, then gauge */
};

/* ---- changes of level ---- */

struct hc_level_change {
    struct hc_course of;
    int64_t at_us;        /* the first hour of the new level */
    double before, after; /* medians of the levels to both sides */
    bool slope;           /* they are about a line, without it */
    int together;         /* index into `together`, or -1 */
};

/* Nodes whose level of a gauge changed within four hours: more than by chance. */
struct hc_change_together {
    int metric;
    int64_t first_us, last_us;
    uint32_t nodes, up; /* of which to a higher level */
};

struct hc_level_changes {
    struct hc_verdict verdict;
    uint32_t courses,
        wander; /* of nodes: looked at; walks, of which nothing is claimed */
    size_t n_cluster, n_nodes, n_together;
    struct hc_level_change *cluster, *nodes; /* nodes: by gauge, then time */
    struct hc_change_together *together;     /* by gauge, then time */
};

/* ---- twins and opposites ---- */

struct hc_likeness {
    uint32_t a, b;           /* nodes */
    double r, low, high;     /* of hours without the weekly profile; 95 % */
    double n, n_independent; /* hours both have; corrected for what hours share */
    bool kept;               /* false: as strong, but too few independent hours */
};

struct hc_twin {
    uint32_t node, family; /* family 1 .. n_families; 0: in a pair, but alone */
};

struct hc_twins_found {
    struct hc_verdict verdict;
    int metric;
    uint64_t tested, found;      /* pairs; kept by Benjamini and Hochberg, whatever r */
    uint64_t together, opposite; /* of those with |r| >= least */
    double least;
    size_t hours; /* the last so many were compared */
    size_t n_pairs;
    struct hc_likeness *pairs; /* kept ones first, each by |r|; the strongest of each
                                  kind: 400 together, 200 opposite, 100 not kept */
    size_t n_families;
    size_t n_map;
    struct hc_twin *map; /* of families and pairs, side by side as in the heatmap */
    double *r;           /* [n_map × n_map], NaN where there is none */
};

/* ---- roles ---- */

struct hc_role_row {
    uint32_t node;
    uint64_t n; /* hours */
    const char *role;
    double mean, p50, p95, p99, peak_to_mean, office_ratio, night_ratio, shiftable;
    uint32_t hot_hours;
};

struct hc_role_count {
    const char *role, *rule;
    uint32_t nodes;
};

struct hc_roles_found {
    struct hc_verdict verdict;
    double idle, hot_over; /* thresholds, of CPU: 0..1 */
    size_t n_counts;
    struct hc_role_count *counts;
    size_t n_nodes;
    struct hc_role_row *nodes;
    uint32_t too_short;
    double shiftable; /* of the cluster's mean; NaN */
    uint64_t shiftable_n;
    uint32_t
        hot[HC_HOURS_OF_WEEK]; /* node-hours over hot_over, by local hour of the week */
};

struct hc_patterns {
    int64_t start_us; /* of the first hour that was looked at; 0 hours: nothing was */
    size_t hours;
    struct hc_rhythm rhythm;
    struct hc_growth growth;
    struct hc_level_changes changes;
    struct hc_twins_found twins;
    struct hc_roles_found roles;
    struct hc_comparison compare;
};

void hc_patterns_clear(struct hc_patterns *patterns);

#endif
