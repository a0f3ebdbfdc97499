/*
 * median.h - order statistics in place
 *
 * Selection after C. A. R. Hoare, "Algorithm 65: Find", CACM 4, 1961, with the median of
 * three as pivot: linear time; what is made up against it ends in a sort. What is given
 * is put into another order; numbers must not be NaN. Nothing allocates, nothing fails,
 * functions are pure.
 */
#ifndef HC_PATTERNS_MEDIAN_H
#define HC_PATTERNS_MEDIAN_H

#include "base/base.h"

/* The number at rank k (0 = smallest) of n > k; smaller ones are then before it. */
double hc_pick(double *x, size_t n, size_t k);

/* Rank floor(q (n - 1)) of a quantile; n > 0. */
size_t hc_quantile_rank(double q, size_t n);

/* The middle one, or the mean of the middle two; NaN of none. */
double hc_pick_median(double *x, size_t n);

/* Median of |x - centre|; x is overwritten. */
double hc_pick_mad(double *x, size_t n, double centre);

/* Pulls x[n] in to within so many robust deviations (1.4826 MAD) of their median. */
void hc_winsorise(double *x, size_t n, double deviations, double *scratch);

/* The finite ones of x[n], copied to out; gives their number. */
size_t hc_take_finite(const double *x, size_t n, double *out);

#endif
