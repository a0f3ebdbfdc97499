/*
 * lean.h - how few of the nodes would have carried the whole time, under a policy
 *
 * Cell compaction (needed.h) asks about the fullest moment. This asks about all of it:
 * nodes are taken away in a random order, and the whole trace is replayed on those that
 * are left, with every departure, resize and hour of use. They do if no more pods find no
 * place than found none in the past and 0.2 % of the pods, and if no more node-hours are
 * hot, where use is known. Several orders of removal; their 90th percentile is the
 * answer.
 *
 * Nodes come and go: what is counted is how many of those that are left are there at
 * once, at most; to be held against how many of all were. Whether k nodes do is looked
 * for by halving: with an order of removal given, more nodes are taken to do where fewer
 * do, and the number that is given did.
 *
 * Pods that stay on their node (those of a DaemonSet) are there while it is.
 *
 * The same orders for all policies; any number of threads gives the same. Failures:
 * HC_NO_MEMORY, HC_INTERRUPTED.
 */
#ifndef HC_REPLAY_LEAN_H
#define HC_REPLAY_LEAN_H

#include "replay/replay.h"

#define HC_LEAN_PENDING 0.002
#define HC_LEAN_NONE UINT32_MAX

/* What the past was. */
struct hc_lean_past {
    double refused; /* pods that found no place */
    double hot;     /* node-hours; NaN: not known, and nothing is asked of them */
};

struct hc_lean {
    size_t n_mixes, trials; /* trials 0: not looked for */
    uint32_t present;       /* most of all nodes that were there at once */
    uint32_t *nodes; /* [n_mixes × trials] sorted in each; HC_LEAN_NONE: all are too few,
                        or the policy places nothing itself */
};

void hc_lean_clear(struct hc_lean *lean);

/* `request` as for hc_replay_all, of a trace with times; seeds of the orders are 0 to
 * trials - 1. */
enum hc_status hc_lean_find(const struct hc_replay_request *request,
    const struct hc_lean_past *past, size_t trials, struct hc_lean *ret,
    struct hc_error *err) HC_MUST_USE;

/* Of a policy: the smallest number of nodes that does in 90 % of the trials, the least
 * and the most, which is 0 where in some trial not even all nodes do. False: in over 10 %
 * of them, or there are no trials. */
bool hc_lean_nodes(const struct hc_lean *lean, size_t mix, uint32_t *ret_p90,
    uint32_t *ret_least, uint32_t *ret_most);

#endif
