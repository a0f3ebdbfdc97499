/*
 * run.h - one replay: a trace, a policy, a seed's order
 *
 * Events happen one after the other; hc_run_step does the next one and says what came of
 * it. A pod that fits nowhere is dropped: nobody tries it again. Node ranks, for the tie
 * rule, are those of the seed's order; so is the sequence of arrivals, if the trace has
 * no events of its own.
 *
 *     HC_TRY(hc_run_open(&request, &run));
 *     while (hc_run_step(run, &step))
 *         ...
 *     hc_run_close(run);
 *
 * Stepping cannot fail, and allocates nothing but what a policy keeps to itself. Threads:
 * a run belongs to one; many may share a trace, mixes and orders, which are only read.
 */
#ifndef HC_REPLAY_RUN_H
#define HC_REPLAY_RUN_H

#include "replay/mix.h"
#include "replay/soft.h"

struct hc_run;

struct hc_run_request {
    const struct hc_trace *trace;
    const struct hc_mix *mix;
    const struct hc_order *order;
    size_t nodes_kept;  /* only the first ones of the order are ever there; 0: all. Pods
                           that are bound to another one take nothing of any */
    size_t cache_bytes; /* for scores; 0: none is kept, all are made each time */
    const uint32_t *forced; /* [pods] where each is put, HC_NOWHERE: nowhere; or NULL */
};

enum hc_outcome {
    HC_PLACED,  /* on `node` */
    HC_REFUSED, /* it fits nowhere */
    HC_KEPT,    /* it stays where it was, whatever the policy */
    HC_MOVED,   /* resized, on `node` still */
    HC_GONE,    /* a pod or node left, a node joined */
    HC_NOTHING, /* it concerns a pod that was never placed */
};

struct hc_step {
    const struct hc_event *event; /* of an order: made up, of this step */
    enum hc_outcome outcome;
    uint32_t pod; /* HC_NOWHERE: it is about a node */
    uint32_t node;
    size_t index; /* of the arrival, from 0 */
};

enum hc_status hc_run_open(
    const struct hc_run_request *request, struct hc_run **ret) HC_MUST_USE;
void hc_run_close(struct hc_run *run);
void hc_run_closep(struct hc_run **run);

/* False: there are no more. */
bool hc_run_step(struct hc_run *run, struct hc_step *ret);

const struct hc_fleet *hc_run_fleet(const struct hc_run *run);

/* Pairs of shape and node that were scored. */
uint64_t hc_run_scored(const struct hc_run *run);

/* Where the pod is now; HC_NOWHERE. */
uint32_t hc_run_node_of(const struct hc_run *run, uint32_t pod);

/* ---- looking at the next arrival before it happens ---- */

/* How the nodes look to a pod. Arrays are by node. */
struct hc_judgement {
    uint32_t pod;
    size_t index; /* among the pods that are placed */
    const struct hc_shape *shape;
    const struct hc_soft *soft;    /* who fits, and the soft scores, if the mix has any */
    const int32_t *totals;         /* of those that fit */
    const struct hc_scene *scenes; /* [parts of the mix] */
    bool affinity, spread;         /* whether these scores are made for this pod */
};

/* False: the next event is no pod that is to be placed. `ret` is good until then. */
bool hc_run_judge(struct hc_run *run, struct hc_judgement *ret);

#endif
