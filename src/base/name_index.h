/*
 * name_index.h - dense numbers for names
 *
 * A name gets the next number, 0, 1, 2, ..., when it first comes, and keeps it: whoever
 * knows something about a name keeps it in an array by that number. So the order of the
 * numbers is the order of first coming, and 0 to n - 1 goes over all names.
 *
 *     struct hc_name_index nodes = {0};
 *     HC_TRY(hc_name_index_add(&nodes, name, len, &at));   at == the old n: it is new
 *     at = hc_name_index_find(&nodes, name, len);          HC_NO_NAME: never came
 *     hc_name_index_clear(&nodes);
 *
 * A name is any bytes with their length: the empty one is a name, and so is one with NUL
 * bytes in it. With `any_case` set before the first name, names that differ in the case
 * of the letters A to Z alone are one, spelt as it first came.
 *
 * Open addressing over a power of two of slots, at most half of them taken; the hash is
 * FNV-1a. Adding and finding take time that goes with the length of the name, growing
 * included (the slots double, no name is hashed again). Names that are made to collide
 * make it slow, never wrong.
 *
 * Owns copies of the names; they do not move until the index is cleared. Can fail:
 * HC_NO_MEMORY (also after 2^32 - 2 names), and then nothing has changed.
 *
 * Threads: many may find at a time; adding wants the index for itself.
 */
#ifndef HC_NAME_INDEX_H
#define HC_NAME_INDEX_H

#include "base/base.h"

#define HC_NO_NAME SIZE_MAX

/* A zeroed one is empty and tells case apart. */
struct hc_name_index {
    bool any_case;
    size_t n, cap;
    struct hc_indexed_name {
        char *name; /* a NUL after it */
        size_t len;
        uint32_t hash;
    } * names;       /* by number */
    size_t n_slots;  /* 0 when empty */
    uint32_t *slots; /* number + 1; 0 = free */
};

/* The number of the name, a new one if it has not come before; `ret_at` may be NULL. */
enum hc_status hc_name_index_add(struct hc_name_index *index, const char *name,
    size_t len, size_t *ret_at) HC_MUST_USE;

/* HC_NO_NAME: it has not come. */
size_t hc_name_index_find(
    const struct hc_name_index *index, const char *name, size_t len);

/* The name of a number below n; the index's own. */
const char *hc_name_index_name(
    const struct hc_name_index *index, size_t at, size_t *ret_len);

/* Empty again; `any_case` stays. */
void hc_name_index_clear(struct hc_name_index *index);

#endif
