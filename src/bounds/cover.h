/*
 * cover.h - the fewest nodes whose capacity of one resource covers a demand
 *
 * Any n nodes have at most the capacity of the n largest. So if a placement carries a
 * demand d on n nodes, the n largest nodes have a capacity of at least d, and
 *
 *     L1(d) = min { n : the n largest nodes have a capacity of d together }
 *
 * is not above n. With nodes of one size C this is ceil(d / C).
 *
 * A cover has the node types of one resource by descending capacity with the running sums
 * of nodes and capacity: L1 is a binary search, O(log types), in integers of 128 bits.
 *
 * Owned by the caller. Many threads may read one.
 *
 * Private to the bounds.
 */
#ifndef HC_BOUND_COVER_H
#define HC_BOUND_COVER_H

#include "bounds/bound.h"

struct hc_bound_cover {
    size_t types;
    size_t *order;       /* [types]: node types, largest first */
    int64_t *size;       /* [types]: their capacities in that order */
    int64_t *nodes;      /* [types + 1]: nodes before the type; the last: all */
    hc_int128 *capacity; /* [types + 1]: the same */
};

/* Of `resource` of the case, with the case's numbers of nodes. */
enum hc_status hc_bound_cover_init(struct hc_bound_cover *ret,
    const struct hc_bound_case *c, size_t resource) HC_MUST_USE;
void hc_bound_cover_clear(struct hc_bound_cover *cover);

/* Other numbers of nodes, [types] in the case's order: O(types). */
void hc_bound_cover_count(struct hc_bound_cover *cover, const int64_t *nodes);

/* L1(demand); false: all nodes together are not enough, *ret is all of them. */
bool hc_bound_cover_nodes(
    const struct hc_bound_cover *cover, hc_int128 demand, int64_t *ret);

#endif
