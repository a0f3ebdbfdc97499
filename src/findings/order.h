/*
 * order.h - the k-th smallest, and the median
 *
 * Both move the values about. Expected linear time (Hoare's quickselect, median of
 * three; a run of bad pivots ends in a sort). No NaN among the values.
 *
 * Private to the room.
 */
#ifndef HC_ORDER_H
#define HC_ORDER_H

#include "base/base.h"

/* The value at rank k, 0 <= k < n. */
double hc_order_rank(double *values, size_t n, size_t k);

/* Of an even number the mean of the two in the middle; NaN of none. */
double hc_order_median(double *values, size_t n);

/* Rank floor(q (n - 1)) of a quantile, n > 0. */
size_t hc_order_quantile_rank(double q, size_t n);

#endif
