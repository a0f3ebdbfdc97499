/*
 * l2.h - Martello and Toth's bound L2: what is larger than half a node is alone
 *
 * For one resource, nodes of one size C, demands d, and any threshold 0 <= K <= C/2, let
 *
 *     J1 = { d > C - K }    J2 = { C - K >= d > C/2 }    J3 = { C/2 >= d >= K }
 *     L(K) = |J1| + |J2| + max(0, ceil((ΣJ3 - (|J2| C - ΣJ2)) / C))
 *     L2 = the largest L(K)
 *
 * Why no placement uses fewer: no two pods of J1 and J2 are on one node, so these take
 * |J1| + |J2| nodes. A node with a pod of J1 has less than K left, and no pod of J3 is
 * that small; so J3 has what is left beside J2, |J2| C - ΣJ2 in all, and whole further
 * nodes. L(0) is at least ceil(Σd / C). L2 is at least 2/3 of the optimum in the worst
 * case. S. Martello, P. Toth, "Lower bounds and reduction procedures for the bin packing
 * problem", Discrete Applied Mathematics 28, 1990; "Knapsack Problems", 1990,
 * section 8.3.
 *
 * Nodes of several sizes: C is the largest capacity. If every node of a placement is
 * replaced by one of size C, nothing has to move, and the number of nodes is the same: so
 * the placement is one for nodes of size C, and has at least L2 nodes. (Where large nodes
 * are few, L1 counts them and may be the better one: take the larger.) Rules and other
 * resources only take placements away. What is larger than C is not in a case.
 *
 * With k pods that may pend, it is L2 without the k largest. Whatever k pods are left
 * out, the others are at least as large, one by one in order, as when the k largest are.
 *
 * Only the demands themselves need to be tried as K: in between, J1 loses pods to J2 or
 * nothing changes. Sorted once, the three sums come from running sums: O(n log n) for n
 * distinct demands. All in integers of 128 bits.
 *
 * Can fail: HC_NO_MEMORY.
 */
#ifndef HC_BOUND_L2_H
#define HC_BOUND_L2_H

#include "bounds/l1.h"

/* `impossible` says that there are fewer nodes than the bound. */
enum hc_status hc_bound_l2(
    const struct hc_bound_case *c, struct hc_bound_one *ret) HC_MUST_USE;

/*
 * Of one resource by itself: `items` distinct demands, descending, each 0..size, with
 * their numbers of pods.
 */
enum hc_status hc_bound_l2_of(const int64_t *demand, const int64_t *pods, size_t items,
    int64_t size, int64_t *ret) HC_MUST_USE;

#endif
