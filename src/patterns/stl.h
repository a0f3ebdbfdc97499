/*
 * stl.h - a series as season + trend + remainder, by local regression
 *
 * STL: R. B. Cleveland, W. S. Cleveland, J. E. McRae, I. Terpenning, "STL: A
 * Seasonal-Trend Decomposition Procedure Based on Loess", J. Official Statistics 6, 1990.
 * An inner loop smooths each subseries of one phase of the period (window `seasonal`),
 * takes what is slow out of that (window `low_pass`) and smooths the rest to the trend
 * (window `trend`); an outer loop gives points far from the fit less weight (bisquare).
 * All three smoothers are loess of degree 1 with tricube weights, at every point.
 *
 * MSTL: K. Bandara, R. J. Hyndman, C. Bergmeir, arXiv:2107.13462, 2021. One STL a period,
 * shortest first, each on the series without the other seasons, twice over; the trend is
 * that of the last.
 *
 * Windows that are 0 get statsmodels' defaults: seasonal 7 (in MSTL 11, 15, 19 ...),
 * trend the smallest odd number over 1.5 period / (1 - 1.5 / seasonal), low pass the
 * smallest odd number over the period; 5 inner passes and no outer one, or, robust, 2
 * and 15. Equal to statsmodels.tsa.seasonal.STL and MSTL within 1e-6
 * (tests/reference/test_patterns.py).
 *
 * A value that is not finite is a gap: its weight is 0 in every loess of y, season and
 * trend run on over it, and the remainder is NaN. (Where a whole window is missing
 * a straight line over the gap stands in.)
 *
 * The caller owns all arrays, each of n; scratch is allocated. HC_USAGE: period under 2,
 * an even window or one under 3, n under two periods; HC_NO_DATA: over half is missing.
 * Threads: pure but for the allocator.
 */
#ifndef HC_PATTERNS_STL_H
#define HC_PATTERNS_STL_H

#include "base/base.h"

struct hc_stl_options {
    size_t period;
    size_t seasonal, trend, low_pass; /* windows, odd; 0: the default */
    size_t inner, outer;              /* passes; both 0: the default */
    bool robust;
};

enum hc_status hc_stl(const double *y, size_t n, const struct hc_stl_options *options,
    double *season, double *trend, double *remainder, struct hc_error *err) HC_MUST_USE;

enum { HC_MSTL_PERIODS = 4 };

/*
 * `periods` ascending, at most HC_MSTL_PERIODS; one of n / 2 or more is left out, and
 * *ret_used says how many were not (HC_USAGE if none). season[k] is of periods[k].
 */
enum hc_status hc_mstl(const double *y, size_t n, const size_t *periods, size_t n_periods,
    bool robust, double *const season[], double *trend, double *remainder,
    size_t *ret_used, struct hc_error *err) HC_MUST_USE;

#endif
