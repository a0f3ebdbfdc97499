/*
 * items.h - what pods demand of one resource, the largest first
 *
 * The distinct demands of a case in descending order with their numbers of pods, without
 * the `pending` largest pods (bound.h). O(n log n).
 *
 * Can fail: HC_NO_MEMORY. To be cleared, also after a failure.
 *
 * Private to the bounds.
 */
#ifndef HC_BOUND_ITEMS_H
#define HC_BOUND_ITEMS_H

#include "bounds/bound.h"

struct hc_bound_items {
    size_t n;
    int64_t *demand, *pods; /* pods may be 0 */
};

enum hc_status hc_bound_items_init(struct hc_bound_items *ret,
    const struct hc_bound_case *c, size_t resource) HC_MUST_USE;
void hc_bound_items_clear(struct hc_bound_items *items);

/* Σ demand × pods */
hc_int128 hc_bound_items_sum(const struct hc_bound_items *items);

#endif
