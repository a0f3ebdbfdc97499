/*
 * sketch.h - quantiles within 1 %, mergeable
 *
 * The idea is DDSketch (Masson, Rim, Lee, VLDB 2019): count values in buckets whose
 * width is proportional to the value; any value of a bucket then stands for all in it
 * with a bounded relative error, and two sketches merge by adding counts.
 *
 * The bucket of a finite double is its sign, exponent and the upper 6 bits of its
 * fraction, which is `bits >> 46`: 64 buckets an octave, each [l, l (1 + w)] with
 * w <= 1/64. The answer 2 l h / (l + h) is wrong by at most w / (2 + w) = 0.78 %.
 *
 *     0.30 = 1.2 · 2^-2: exponent field 1021, fraction 0.2 -> bucket 12 of 64:
 *     [0.296875, 0.30078125], answer 0.29882 (0.4 % below)
 *
 * Rejected: the logarithm of the paper (14 ns a value), a polynomial for it (1.6 ns, and
 * fewer buckets, which nobody misses), and a fixed array over all exponents (2 MB).
 *
 * Layout: a page of 64 counts for each (sign, exponent) that occurs, and one byte for
 * each exponent between the smallest and largest that says which page. At most 255 pages
 * (130 kB): values that would need one more join the page nearest in key. Zeros and
 * denormals share the first page of their sign and read as 0.
 *
 * libc only. Not for NaN or infinity.
 */
#ifndef HC_SKETCH_H
#define HC_SKETCH_H

#include "base/base.h"

enum { HC_SKETCH_SUB = 64, HC_SKETCH_MAX_PAGES = 255 };

struct hc_sketch {
    uint32_t base;    /* key of page_of[0]; a key is the upper 12 bits of a double */
    uint32_t span;    /* keys in page_of */
    uint8_t *page_of; /* [span] 0 = none, else page + 1 */
    uint64_t *counts; /* [pages × HC_SKETCH_SUB] */
    uint32_t pages, cap;
};

void hc_sketch_clear(struct hc_sketch *sketch);
enum hc_status hc_sketch_add(
    struct hc_sketch *sketch, const double *values, size_t n) HC_MUST_USE;
enum hc_status hc_sketch_add_times(
    struct hc_sketch *sketch, double value, uint64_t times) HC_MUST_USE;
enum hc_status hc_sketch_merge(
    struct hc_sketch *into, const struct hc_sketch *from) HC_MUST_USE;

/* The value at `rank` (from 0, in ascending order); NaN when there are not so many. */
double hc_sketch_at(const struct hc_sketch *sketch, uint64_t rank);

uint64_t hc_sketch_count(const struct hc_sketch *sketch);

/* Page of a key, made if there is none. For reading stored sketches. */
enum hc_status hc_sketch_page(
    struct hc_sketch *sketch, uint32_t key, uint64_t **ret_counts) HC_MUST_USE;

#endif
