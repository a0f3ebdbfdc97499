/*
 * index.h - dense positions for sparse numbers (hours, days)
 *
 * A key gets the next free position, 0, 1, 2, …, when it first comes; whoever keeps
 * something per hour keeps it in an array by position. Memory goes with the distinct
 * keys, not with their range: one row dated 9999 costs one place, not 70 million.
 * Keys that come in the order in which they first came (the hours of the next node)
 * are found without hashing.
 *
 * Private to the room.
 */
#ifndef HC_INDEX_H
#define HC_INDEX_H

#include "base/base.h"

struct hc_index {
    size_t n, cap;
    int64_t *keys;   /* by position */
    size_t n_slots;  /* a power of two, at least twice n; 0 when empty */
    uint32_t *slots; /* position + 1; 0 = free */
    size_t last;     /* position of the key that was asked for last */
};

/* Position of the key, a new one (the old n) if it has not come before. */
enum hc_status hc_index_at(
    struct hc_index *index, int64_t key, size_t *ret_at) HC_MUST_USE;
void hc_index_clear(struct hc_index *index);

#endif
