/*
 * measures.h - what a run is judged by: the table of measures
 *
 * A measure is a number of a run with a name, a unit and a direction; NaN where it cannot
 * be had. Hours and shares over time are means over the time from the first event to the
 * last; where the trace has no times, shares are those at the end, and hours are NaN.
 *
 * Pure data; no failures.
 */
#ifndef HC_REPLAY_MEASURES_H
#define HC_REPLAY_MEASURES_H

#include "base/base.h"

enum hc_measure_id {
    HC_REPLAY_ARRIVED,
    HC_REPLAY_PLACED,
    HC_REPLAY_REFUSED,
    HC_REPLAY_NODES_MOST,
    HC_REPLAY_NODE_HOURS,
    HC_REPLAY_EMPTY_NODE_HOURS,
    HC_REPLAY_CPU_SHARE,
    HC_REPLAY_MEMORY_SHARE,
    HC_REPLAY_GPU_SHARE,
    HC_REPLAY_STRANDED_CPU,
    HC_REPLAY_STRANDED_MEMORY,
    HC_REPLAY_STRANDED_GPU,
    HC_REPLAY_OVERCOMMITTED,
    HC_REPLAY_HOT_NODE_HOURS,
    HC_REPLAY_OVERLOAD,
    HC_REPLAY_CPU_USED_P95,
    HC_REPLAY_NODES_BOUND,
    HC_REPLAY_NODE_HOURS_BOUND,
    HC_MEASURES
};

struct hc_measure {
    const char *name;  /* in JSON and CSV */
    const char *title; /* on the terminal, short */
    const char *unit;
    int better; /* +1: more is better, -1: less is; 0: neither */
    const char *meaning;
};

extern const struct hc_measure hc_measures[HC_MEASURES];

/* Of one measure over the seeds of a policy; all NaN without a value. */
struct hc_range {
    size_t n;
    double mean, sd, least, most; /* sd: n - 1; 0 of a single one */
};

/* `values[i * stride]`, i below n; NaN is left out. */
struct hc_range hc_range_over(const double *values, size_t n, size_t stride);

#endif
