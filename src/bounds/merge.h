/*
 * merge.h - fewer types: alike ones together, exactly or generously
 *
 * Pod types are alike if their demands and their row of `may` are the same, node types if
 * their capacities and their column are. With `bits` less than HC_BOUND_EXACT, only that
 * many leading binary digits of a number are kept first: demands are rounded down and
 * capacities up. Then more types are alike (on a real cluster every node has a few KiB
 * of memory more or less than the next), and the case asks for less than the input does:
 *
 *   whatever placement the input allows, the merged case allows too, with as many nodes,
 *   since every pod has got smaller or stayed, every node larger or stayed, and the rules
 *   are as they were. So a lower bound of the merged case is one of the input.
 *
 * A number loses less than 2^(1 - bits) of itself: at 8 bits below 0.8 %.
 *
 * Order of the result: descending by demand (capacity), compared resource by resource.
 * Nothing is left out for its size here. Time: O(n log n) comparisons of types.
 *
 * Private to the bounds.
 */
#ifndef HC_BOUND_MERGE_H
#define HC_BOUND_MERGE_H

#include "bounds/bound.h"

enum { HC_BOUND_EXACT = 63 };

/* Fills the arrays of a zeroed case and not what is counted over them; on failure
 * (HC_NO_MEMORY) it is to be cleared. */
enum hc_status hc_bound_merge(
    struct hc_bound_case *ret, const struct hc_bound_input *input, int bits) HC_MUST_USE;

/* x with `bits` leading digits, rounded down or up. */
int64_t hc_bound_round(int64_t x, int bits, bool up);

#endif
