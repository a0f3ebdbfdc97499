/*
 * peak.h - the pods of one moment: that at which pods ask for most CPU
 *
 * What nodes needed (needed.h) and bounds are about. Where nothing departs it is all
 * arrivals of the first order. HC_NO_MEMORY.
 */
#ifndef HC_REPLAY_PEAK_H
#define HC_REPLAY_PEAK_H

#include "replay/trace.h"

struct hc_workload_at {
    int64_t moment_us; /* where the trace is timed */
    uint32_t *pods;    /* in the order in which they came */
    size_t n;
    size_t n_placed; /* of them, that do not stay on their node whatever happens */
    bool *present;   /* [nodes] which nodes are there then */
    size_t n_present;
};

/* The trace has an order. */
enum hc_status hc_workload_at_peak(
    const struct hc_trace *trace, struct hc_workload_at *ret) HC_MUST_USE;
void hc_workload_at_clear(struct hc_workload_at *workload);

#endif
