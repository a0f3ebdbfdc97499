/*
 * ffd.h - offline first-fit decreasing: an oracle's placement, the bound from above
 *
 * An oracle: it sees all pods before it places the first, as no scheduler can. Its number
 * of nodes is one that a placement is known for, so the fewest possible is between the
 * lower bounds and this.
 *
 * Pods in a fixed order, the hard ones first; each goes on the first node of a fixed
 * list, the largest nodes first, that has room in every resource and that it may be on.
 * Size is the share of the largest node, d_r / C_r. No order of pods is the best for
 * every case with several resources (R. Panigrahy and others, "Heuristics for vector bin
 * packing", Microsoft Research, 2011), so three are tried and the best result is kept:
 * fewest pods pending, then fewest nodes, then the first of
 *
 *     HC_FFD_LARGEST  the largest share of any resource first
 *     HC_FFD_SUM      the largest sum of shares first
 *     HC_FFD_CHOICE   the fewest nodes that would take the pod first, then as LARGEST
 *
 * If `pending` is above 0 the list of nodes did not do, and `nodes` is no upper bound for
 * all pods: another placement may place all, or there may be none.
 *
 * The first node with room is found in a tree of the largest free amounts, and pods of
 * one type go on a node together: about O((pod types + nodes) × resources × log nodes),
 * more where rules keep pods from nodes with room.
 *
 * Deterministic; ties keep the case's order. Can fail: HC_NO_MEMORY; HC_INPUT (more than
 * HC_FFD_NODES nodes).
 */
#ifndef HC_BOUND_FFD_H
#define HC_BOUND_FFD_H

#include "bounds/bound.h"

enum { HC_FFD_NODES = 1 << 24 };
enum hc_ffd_order { HC_FFD_LARGEST, HC_FFD_SUM, HC_FFD_CHOICE, HC_FFD_ORDERS };

struct hc_bound_ffd {
    int64_t nodes;   /* with a pod on them */
    int64_t pending; /* pods without a node */
    enum hc_ffd_order order;
};

/* On the case's nodes, or on `nodes` [node_types] of each type if that is not NULL. */
enum hc_status hc_bound_ffd(const struct hc_bound_case *c, const int64_t *nodes,
    struct hc_bound_ffd *ret, struct hc_error *err) HC_MUST_USE;

#endif
