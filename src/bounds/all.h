/*
 * all.h - the lower bounds of a case, and the one that says most
 *
 * L1, L2 and LP are all valid, so their largest is. Which one it is tells what keeps the
 * number of nodes up: a resource as a whole (L1), pods too large to share a node (L2), or
 * sizes and rules together (LP). If two say the same, the plainer one is named.
 *
 * Pools. Node types are in one pool if there is a pod that may be on either, directly or
 * through others; a taint that only its own pods tolerate makes a pool. Every pod belongs
 * to one pool, and no node to two, so a placement is one placement for each pool, and the
 * sum of the pools' bounds is a bound: often the best, since each pool rounds up for
 * itself, and L2 works with the pool's own largest node. Nodes that no pod may use are in
 * no pool, and so cannot flatter L1 and L2. It is looked for where there is more than one
 * pool, or such a node, and at most HC_BOUND_POOLS pools.
 *
 * With pods that may pend, each pool is taken to have all of these.
 *
 * Can fail: HC_NO_MEMORY.
 */
#ifndef HC_BOUND_ALL_H
#define HC_BOUND_ALL_H

#include "bounds/l1.h"
#include "bounds/lp.h"

enum { HC_BOUND_POOLS = 64 };

enum hc_bound_kind {
    HC_BOUND_L1,
    HC_BOUND_L2,
    HC_BOUND_LP,
    HC_BOUND_BY_POOL,
    HC_BOUND_KINDS
};

struct hc_bounds {
    int64_t nodes;           /* nobody can do with fewer */
    enum hc_bound_kind kind; /* that says so */
    bool impossible;         /* not even all nodes are enough for all pods */
    struct hc_bound_one l1, l2;
    struct hc_bound_lp lp;
    size_t pools;    /* with a pod; 0: too many types to tell */
    int64_t by_pool; /* the sum of the pools' bounds; 0 if it was not looked for */
};

enum hc_status hc_bounds_read(
    const struct hc_bound_case *c, struct hc_bounds *ret) HC_MUST_USE;

/* "L1", "L2", "LP", "by pool". */
const char *hc_bound_kind_name(enum hc_bound_kind kind);

#endif
