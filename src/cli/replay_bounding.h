/*
 * replay_bounding.h - a trace as bounds/ wants it: a pod type a shape, a node type a node
 *
 * What is the same for every run (what pods ask for, what nodes have, who may be where)
 * is made once and then only read; how many there are of each is counted run by run.
 *
 * Resources are CPU, memory, pods, ephemeral storage, GPUs in thousandths, and as many
 * kinds of extended resources as there is room for: one less is still a bound.
 *
 * Owned by the caller: both structs. Failures: HC_NO_MEMORY, and HC_INPUT of a number
 * that bounds/bound.h does not take.
 */
#ifndef HC_CLI_REPLAY_BOUNDING_H
#define HC_CLI_REPLAY_BOUNDING_H

#include "bounds/bound.h"
#include "replay/trace.h"

struct hc_bounding {
    struct hc_bound_input bound; /* without numbers of pods and nodes */
    int64_t *demand, *capacity;
    uint64_t *may;  /* [rules of the trace] */
    uint32_t *rule; /* [shapes] */
};

enum hc_status hc_bounding_make(
    const struct hc_trace *t, struct hc_bounding *in) HC_MUST_USE;
void hc_bounding_clear(struct hc_bounding *in);

/* How many there are of each shape, and of each node 1 or 0. */
struct hc_bounding_counts {
    int64_t *pods, *nodes;
};

/* No pods, all nodes. */
enum hc_status hc_bounding_counts_make(
    const struct hc_trace *t, struct hc_bounding_counts *ret) HC_MUST_USE;
void hc_bounding_counts_clear(struct hc_bounding_counts *counts);

enum hc_status hc_bounding_case(const struct hc_bounding *in,
    const struct hc_bounding_counts *counts, struct hc_bound_case *ret,
    struct hc_error *err) HC_MUST_USE;

#endif
