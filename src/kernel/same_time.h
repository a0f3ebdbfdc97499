/*
 * same_time.h - rows at one time: how many, and the hashes of the different ones
 *
 * A set of 64-bit hashes without order. One hash, which is nearly all there ever is,
 * stands in the struct; more are a list that is looked through, so there is a ceiling.
 * A zeroed one is empty. Owns its list. Can fail: HC_NO_MEMORY; HC_NO_DATA when the
 * ceiling is reached, and then nothing has changed but the number of rows.
 *
 * Private to the kernel, which counts `rows` itself when it adds. libc only.
 */
#ifndef HC_SAME_TIME_H
#define HC_SAME_TIME_H

#include "base/base.h"

enum { HC_TIMES_MAX_SAME = 4096 /* different rows at one time */ };

struct hc_same_time {
    uint64_t rows;
    uint32_t distinct, cap; /* 0 different: the one row is not hashed yet */
    uint64_t one;           /* the only hash, while distinct is 1 */
    uint64_t *many;         /* [distinct] when there are more */
};

void hc_same_time_clear(struct hc_same_time *same);

/* Takes a hash into the set. */
enum hc_status hc_same_time_add(struct hc_same_time *same, uint64_t hash) HC_MUST_USE;

/* Rows and hashes of both. */
enum hc_status hc_same_time_unite(
    struct hc_same_time *into, const struct hc_same_time *from) HC_MUST_USE;

/* `copy` need not be anything before. */
enum hc_status hc_same_time_copy(
    struct hc_same_time *copy, const struct hc_same_time *from) HC_MUST_USE;

#endif
