/*
 * l1.h - the fewest nodes that cover the demand of some resource
 *
 * L1 = the largest over the resources of the L1 of bounds/cover.h: the fewest of the
 * largest nodes whose capacity of the resource covers what all pods demand of it; and at
 * least 1 where there is a pod (a pod that asks for nothing needs a node all the same).
 * Pods may be cut into pieces and rules are forgotten, which only takes nodes away.
 *
 * For one resource and nodes of one size, L1 is at least half of the optimum (Martello
 * and Toth, "Knapsack Problems", 1990, section 8.3); with several resources there is no
 * such promise.
 *
 * With pods that may pend, what the largest of them demand is taken off, resource by
 * resource.
 *
 * Time O(resources × types log types). Can fail: HC_NO_MEMORY.
 */
#ifndef HC_BOUND_L1_H
#define HC_BOUND_L1_H

#include "bounds/bound.h"

struct hc_bound_one {
    int64_t nodes;   /* the bound */
    size_t resource; /* that asks for the most, the first of several; 0 if none does */
    bool impossible; /* all nodes are not enough: no placement of all pods exists */
    int64_t of[HC_BOUND_RESOURCES]; /* the bound by resource */
};

enum hc_status hc_bound_l1(
    const struct hc_bound_case *c, struct hc_bound_one *ret) HC_MUST_USE;

#endif
