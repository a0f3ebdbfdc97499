/*
 * gaps.h - series with values missing
 *
 * A value that is not finite is missing. Nothing allocates, nothing fails.
 */
#ifndef HC_PATTERNS_GAPS_H
#define HC_PATTERNS_GAPS_H

#include "base/base.h"

/* Finite values of y[n]. */
size_t hc_gaps_present(const double *y, size_t n);

/*
 * out[n]: y, with straight lines over gaps and the nearest value before the first and
 * after the last; 0 where there is no value at all. `out` may be y. Gives how many values
 * were there.
 */
size_t hc_gaps_bridge(const double *y, size_t n, double *out);

#endif
