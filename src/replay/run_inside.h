/*
 * run_inside.h - what run.c and run_choose.c share; private to the room
 */
#ifndef HC_REPLAY_RUN_INSIDE_H
#define HC_REPLAY_RUN_INSIDE_H

#include "replay/cache.h"
#include "replay/random.h"
#include "replay/run.h"

struct hc_run {
    struct hc_run_request request;
    const struct hc_trace *trace;
    const struct hc_policy *lead;
    struct hc_fleet fleet;
    struct hc_scene scenes[HC_MIX_MAX];
    struct hc_cache cache;
    bool *again; /* [shapes] it comes more than once: its scores are kept */
    struct hc_soft soft;
    struct hc_random random;
    uint32_t *rank_of;  /* [nodes] */
    uint32_t *node_of;  /* [pods] where it is */
    uint32_t *devices;  /* [pods] the GPUs that it has */
    uint32_t *shape_of; /* [pods] with its resizes */
    uint32_t *since;    /* [pods] hours that had ended when it came */
    uint32_t *sorted;   /* arrivals, or events by number, largest pods first; or NULL */
    uint32_t hours;     /* that have ended */
    uint32_t *placed;   /* pods on nodes, where use is known, in any order */
    uint32_t *place_of; /* [pods] in it */
    size_t n_placed;
    uint8_t *fits;     /* [nodes] of a whole row */
    uint32_t *fitting; /* [nodes] of those that are scored, those that fit */
    int16_t *by_node;  /* [nodes, and a block of -1] scores, of all or of those */
    int32_t *totals;   /* [nodes] scores that hang on more than one node */
    struct hc_event made_up;
    size_t next, arrivals;
    uint64_t scored;
};

/* ---- run_choose.c ---- */

/* The shape's scores by rank; without a cache each time afresh, node by node. */
const int16_t *hc_run_scores(struct hc_run *run, uint32_t shape);

/* Filters, and fills run->soft and the totals of all nodes; how many fit. */
size_t hc_run_totals(
    struct hc_run *run, const struct hc_shape *shape, const int16_t *scores);

/* The node for a pod of this shape; HC_NOWHERE. */
uint32_t hc_run_choose(struct hc_run *run, uint32_t shape);

#endif
