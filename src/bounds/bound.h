/*
 * bound.h - how few nodes anybody could do with: the input of all bounds
 *
 * The question: some pods have to be on nodes at the same moment; what is the fewest
 * nodes that a placement can use? It is vector bin packing with nodes of several sizes,
 * which nobody solves exactly at a cluster's size, so it is caught between two numbers:
 *
 *     below     l1.h           what the demand covers, resource by resource
 *               l2.h           Martello and Toth's L2: large pods do not share a node
 *               lp.h           the linear relaxation: sizes, counts, selectors, taints
 *     above     ffd.h          offline first-fit decreasing, an oracle: it sees all pods
 *     all       all.h          those below, and which says most
 *     in time   time.h         the largest L1, and the node-hours under L1, over events
 *
 * A lower bound is a promise: no placement of these pods on these nodes, by any policy,
 * uses fewer. Whatever could make one of these numbers too large (rounding, a solver's
 * tolerance, overflow) is excluded by integer arithmetic; each header says how.
 *
 * Input
 * - A resource is a column: milli-cores, bytes, milli-GPUs, whatever adds up on a node.
 *   The limit of pods per node is a resource too: a demand of 1, a capacity of
 *   allocatable.pods. The caller adds it.
 * - Pods of the same demand and rules are a pod type with a count, nodes of the same
 *   capacity and rules a node type with a count. Types that are alike may come more than
 *   once; merging them (hc_bound_case_init does) makes everything faster.
 * - `may` says which pod type may go on which node type by selectors, affinity and
 *   taints; size is looked at here and is not the caller's matter. Row i is that of pod
 *   type i, or, where `rule` numbers the rows, row rule[i]; bit t of it (word t / 64,
 *   bit t % 64) is that of node type t.
 * - Pods that are on every node anyway (DaemonSets) belong into the capacity, not among
 * the pods. Rules between pods (spread, anti-affinity) and the fragments of single GPUs
 * are left out. They only take placements away, so the bounds stay bounds.
 *
 * A case is the input made ready: alike types merged, empty ones dropped, pod types in
 * descending order of their demands. A pod for which there is no node type at all,
 * because it is larger than every node that it may go on, is counted in `left_out` and is
 * in no bound: bounds are for the pods that a solution can place.
 *
 * Pending. Where a solution may leave some pods without a node (cell compaction lets 0.2
 * % pend), `pending` of the case says how many: the bounds then hold for every choice of
 * which. L1 and LP go without the pods that weigh most, L2 without the largest: no other
 * choice makes the rest smaller.
 *
 * Limits: HC_BOUND_RESOURCES columns, demands and capacities 0..HC_BOUND_LARGEST (64 PiB
 * in bytes), counts 0..2^31 - 1. Sums are of 128 bits and cannot overflow within these.
 *
 * Can fail: HC_INPUT (a number out of range, named), HC_NO_MEMORY. A case that is built
 * is read only: any number of threads may look at it.
 */
#ifndef HC_BOUND_H
#define HC_BOUND_H

#include "base/base.h"

__extension__ typedef __int128 hc_int128;

enum { HC_BOUND_RESOURCES = 16 };
#define HC_BOUND_LARGEST ((int64_t)1 << 56)

struct hc_bound_input {
    size_t resources;
    size_t pod_types;
    const int64_t *demand; /* [pod_types][resources] */
    const int64_t *pods;   /* [pod_types]: how many there are */
    size_t node_types;
    const int64_t *capacity; /* [node_types][resources] */
    const int64_t *nodes;    /* [node_types] */
    const uint64_t *may;     /* [rows][words of node_types]; NULL: every pod anywhere */
    const uint32_t *rule;    /* [pod_types] its row; NULL: as many rows as pod types */
};

/* The input made ready; the arrays are its own and have the input's shapes. */
struct hc_bound_case {
    size_t resources, pod_types, node_types, words;
    int64_t *demand, *pods, *capacity, *nodes;
    uint64_t *may;        /* never NULL */
    size_t *pod_of_type;  /* [input's pod_types]: pod type here; SIZE_MAX: not here */
    size_t *node_of_type; /* [input's node_types]: the same; SIZE_MAX: no nodes */
    int64_t all_pods, all_nodes;
    int64_t left_out; /* pods that fit no node, not in all_pods */
    int64_t pending; /* set by the caller: so many of all_pods need no node; 0 at first */
};

enum hc_status hc_bound_case_init(struct hc_bound_case *ret,
    const struct hc_bound_input *input, struct hc_error *err) HC_MUST_USE;
void hc_bound_case_clear(struct hc_bound_case *c);

static inline size_t hc_bound_words(size_t node_types)
{
    return (node_types + 63) / 64;
}

/* Whether one pod of type i can be on an empty node of type t. */
static inline bool hc_bound_fits(const struct hc_bound_case *c, size_t i, size_t t)
{
    const int64_t *demand = c->demand + i * c->resources;
    const int64_t *capacity = c->capacity + t * c->resources;

    if (!(c->may[i * c->words + t / 64] >> (t % 64) & 1))
        return false;
    for (size_t r = 0; r < c->resources; r++)
        if (demand[r] > capacity[r])
            return false;
    return true;
}

/* The largest node's capacity of a resource. */
int64_t hc_bound_largest(const struct hc_bound_case *c, size_t resource);

#endif
