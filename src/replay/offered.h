/*
 * offered.h - CPU allocated over CPU asked for: allocation.h's curve, for any trace
 *
 * The load is what the pods that are there ask for, whether they have a node or not, in
 * percent of the CPU of the nodes that are there; allocated is what those with a node ask
 * for, in percent of the same. Where nothing departs that is what has arrived, as in
 * allocation.h. After each arrival the load is rounded to a whole percent; column A is
 * the mean of what is allocated over the arrivals at A percent.
 *
 * Adding allocates nothing. Threads: one belongs to one run.
 */
#ifndef HC_REPLAY_OFFERED_H
#define HC_REPLAY_OFFERED_H

#include "replay/allocation.h"
#include "replay/run.h"

struct hc_offered {
    int64_t *asked;         /* [pods] milli-cores; -1: not there */
    int64_t offered, taken; /* of all; of those with a node */
    double sum[HC_ALLOCATION_COLUMNS];
    uint64_t n[HC_ALLOCATION_COLUMNS];
};

enum hc_status hc_offered_open(
    const struct hc_trace *trace, struct hc_offered *ret) HC_MUST_USE;
void hc_offered_clear(struct hc_offered *offered);

/* A step; `cpu` of the nodes that are there, in milli-cores. */
void hc_offered_add(struct hc_offered *offered, const struct hc_trace *trace,
    const struct hc_step *step, double cpu);

/* Percent; NaN where no arrival was. */
void hc_offered_columns(
    const struct hc_offered *offered, double out[HC_ALLOCATION_COLUMNS]);

#endif
