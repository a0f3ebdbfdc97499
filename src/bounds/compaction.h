/*
 * compaction.h - how many nodes a policy needs: Borg's cell compaction
 *
 * "Nodes needed" is the honest unit of a packing policy: take nodes away at random, pack
 * everything again from the start, and see when it does not fit any more. A. Verma and
 * others, "Large-scale cluster management at Google with Borg", EuroSys 2015,
 * section 5.1: machines are removed in random order, the workload is packed from scratch
 * each time, 0.2 % of the tasks may pend, 11 trials with other orders; the 90th
 * percentile is reported, with the least and the most.
 *
 * A policy is a callback: whether the workload fits, from scratch, on the nodes that are
 * not removed. At most hc_compaction_pending(pods) pods may be without a node; that is
 * the callback's to count.
 *
 * Beside its result, a lower bound has to let as many pods pend (bound.h, `pending`): one
 * for all pods may be above it.
 *
 * The largest number of nodes that can go is looked for by halving: at the end the first
 * k of the order removed fit and the first k + 1 do not, after about log2(nodes) packings
 * and not one a node. If fewer nodes never fit more this is what removing one by one
 * finds. A heuristic is not always like that, and then it is one of the places where one
 * more node makes it fail; the number of nodes reported has always been seen to fit.
 *
 * Same seed, same answer: order k is a function of (seed, k) alone, trials do not see
 * each other, and no answer depends on the number of workers.
 *
 * Threads: `workers` of them (base/workers.h); the callback is called by many at a time,
 * each with a context of its own. What goes wrong in a callback is its context's to keep,
 * with `false` as its answer.
 *
 * Can fail: HC_NO_MEMORY, HC_USAGE (no trials or too many, no worker).
 */
#ifndef HC_BOUND_COMPACTION_H
#define HC_BOUND_COMPACTION_H

#include "base/base.h"

enum { HC_COMPACTION_TRIALS = 11, HC_COMPACTION_TRIALS_MAX = 101 };

struct hc_compaction_ask {
    size_t nodes;
    size_t trials; /* 1 to HC_COMPACTION_TRIALS_MAX */
    uint64_t seed;
    size_t workers;                                        /* at most HC_WORKERS_ROOM */
    bool (*fits)(void *context, const bool *node_removed); /* [nodes] */
    void *const *contexts;                                 /* [workers] */
};

struct hc_compaction {
    bool fits; /* with all nodes; if not, the rest is 0 */
    int64_t p90, least, most;
    size_t trials;
    int64_t needed[HC_COMPACTION_TRIALS_MAX]; /* nodes, by trial */
};

enum hc_status hc_compaction_run(const struct hc_compaction_ask *ask,
    struct hc_compaction *ret, struct hc_error *err) HC_MUST_USE;

/* How many of so many pods may pend: 0.2 %, rounded down. */
static inline int64_t hc_compaction_pending(int64_t pods)
{
    return pods / 1000 * 2 + pods % 1000 * 2 / 1000;
}

/* The order of removal of a trial: a permutation of 0 to nodes - 1. */
void hc_compaction_order(uint64_t seed, size_t trial, size_t nodes, size_t *ret_order);

#endif
