/*
 * compare.h - whether one range of days differs from another by more than noise
 *
 * The difference of the means of two ranges of daily values, wild days pulled in to 3
 * robust deviations about the median of their range, with an interval by resampling
 * blocks of whitened innovations (noise.h): days depend on the days before. Residuals
 * about both means give one coefficient; each range is coloured by itself. The interval
 * is the difference +- the 98 % quantile of the sizes of resampled ones: with that it
 * leaves 0 out in at most 5 % of pairs of ranges that do not differ, skewed noise and
 * short ranges apart.
 *
 * No difference is claimed where the coefficient is so near 1 that a random walk would do
 * as well: two weeks of a walk always differ.
 *
 * Values are best without weekly profile, or ranges of whole weeks. NaN is missing;
 * HC_NO_DATA where a range has under HC_COMPARE_LEAST values. The seed decides the
 * resamples. Level and power: docs/method/compare.md. Pure but for the allocator.
 */
#ifndef HC_PATTERNS_COMPARE_H
#define HC_PATTERNS_COMPARE_H

#include "base/base.h"

enum { HC_COMPARE_LEAST = 7 };

enum hc_difference_claim {
    HC_DIFFERENCE_NONE,    /* the interval holds 0 */
    HC_DIFFERENCE_CLEAR,   /* it does not */
    HC_DIFFERENCE_WANDERS, /* as a random walk does: nothing is claimed */
};

struct hc_difference {
    enum hc_difference_claim claim;
    double mean[2];               /* of the ranges, tamed */
    double difference, low, high; /* second less first; the interval */
    double phi;
    size_t n[2]; /* values */
};

/* first[n_first], second[n_second]: daily values, NaN where missing. */
enum hc_status hc_compare(const double *first, size_t n_first, const double *second,
    size_t n_second, uint64_t seed, struct hc_difference *out) HC_MUST_USE;

#endif
