/*
 * replay.h - a trace under several policies and seeds, on several threads
 *
 * Each (policy, order) is a run of its own (run.h) that shares nothing but the trace, so
 * results do not depend on the number of threads. Results are by policy, then by order.
 *
 * Owned by the caller: the request; the results once they are made (hc_results_clear).
 * Failures: HC_NO_MEMORY, HC_INTERRUPTED when `stop` becomes true.
 */
#ifndef HC_REPLAY_REPLAY_H
#define HC_REPLAY_REPLAY_H

#include <stdatomic.h>

#include "replay/allocation.h"
#include "replay/tally.h"

struct hc_replay_request {
    const struct hc_trace *trace;
    const struct hc_mix *mixes;
    size_t n_mixes;
    int64_t threads;      /* 0: as many as there are cores */
    uint64_t cache_bytes; /* for the scores of all threads together */
    const atomic_bool *stop;
    bool keep_placed;     /* results say which pods were placed */
    atomic_size_t *steps; /* NULL, or: events that have happened, trials that are done */
};

/* Of one run. */
struct hc_result {
    double measures[HC_MEASURES];
    double allocation[HC_ALLOCATION_COLUMNS]; /* percent of the GPUs; NaN: no arrival */
    double offered[HC_ALLOCATION_COLUMNS];    /* percent of the CPU; see offered.h */
    struct hc_timeline
        timeline;     /* of the first order of a trace with times, else empty */
    uint64_t scored;  /* pairs of pod and node */
    uint64_t *placed; /* kept: a bit a pod, where the trace has events */
    int64_t *shapes;  /* kept: [shapes of the trace] how many arrivals were placed */
};

struct hc_results {
    struct hc_result *runs; /* [n_mixes × n_orders] */
    size_t n_mixes, n_orders;
};

void hc_results_clear(struct hc_results *results);

static inline const struct hc_result *hc_results_at(
    const struct hc_results *results, size_t mix, size_t order)
{
    return &results->runs[mix * results->n_orders + order];
}

/* Events of all runs together. */
size_t hc_replay_steps(const struct hc_replay_request *request);

/* A measure of a policy over its seeds. */
struct hc_range hc_results_range(
    const struct hc_results *results, size_t mix, enum hc_measure_id measure);

/* The policy whose worst seed is better than every other policy's best seed; SIZE_MAX:
 * there is none, or the measure has no better. */
size_t hc_results_best(const struct hc_results *results, enum hc_measure_id measure);

enum hc_status hc_replay_all(const struct hc_replay_request *request,
    struct hc_results *ret, struct hc_error *err) HC_MUST_USE;

#endif
