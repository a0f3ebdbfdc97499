/*
 * needed.h - how few of the nodes would do, under a policy
 *
 * Cell compaction (A. Verma et al., "Large-scale cluster management at Google with Borg",
 * EuroSys'15, section 5.1): nodes are taken away in a random order until the workload no
 * longer fits, packing it anew from nothing each time; 0.2 % of the pods may find no
 * place. Several orders are tried, and their 90th percentile is the answer: "nodes
 * needed", with the least and the most.
 *
 * The workload is the pods of one moment: that at which pods ask for most CPU, on the
 * nodes that are there then. Where nothing departs it is all arrivals. Pods come in the
 * order in which they had come; those that stay on their node are there while it is. Of a
 * resized pod, what it asked for first counts. Whether k nodes do is looked for by
 * halving: with an order of removal given, more nodes are taken to do where fewer do.
 *
 * The same orders for all policies; any number of threads gives the same. Failures:
 * HC_NO_MEMORY, HC_INTERRUPTED.
 */
#ifndef HC_REPLAY_NEEDED_H
#define HC_REPLAY_NEEDED_H

#include "replay/replay.h"

enum { HC_NEEDED_TRIALS = 11 };
#define HC_NEEDED_PENDING 0.002

struct hc_needed {
    int64_t moment_us; /* of the workload; where the trace is timed */
    size_t n_pods;     /* to be placed */
    size_t n_present;  /* nodes that there are */
    size_t n_mixes, trials;
    uint32_t *nodes; /* [n_mixes × trials] sorted in each; 0: all are too few */
};

void hc_needed_clear(struct hc_needed *needed);

/* `request` as for hc_replay_all; seeds of the orders are 0 to trials - 1. */
enum hc_status hc_needed_find(const struct hc_replay_request *request, size_t trials,
    struct hc_needed *ret, struct hc_error *err) HC_MUST_USE;

/* Of a policy; false: not even all nodes do, in some trial, or it places nothing itself.
 */
bool hc_needed_nodes(const struct hc_needed *needed, size_t mix, uint32_t *ret_p90,
    uint32_t *ret_least, uint32_t *ret_most);

#endif
