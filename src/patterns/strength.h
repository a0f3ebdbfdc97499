/*
 * strength.h - how much of a series a component is
 *
 *     F = max(0, 1 - Var R / Var(C + R))
 *
 * with C the season (F_S) or the trend (F_T) and R the remainder: X. Wang, K. Smith, R.
 * J. Hyndman, "Characteristic-Based Clustering for Time Series Data", Data Mining and
 * Knowledge Discovery 13, 2006; Hyndman and Athanasopoulos, "Forecasting: Principles and
 * Practice", 4.3. 0: none; 1: nothing else. A fit takes up noise too: of white noise
 * F_S is above 0, the more so the fewer periods there are (docs/method/strength.md), so
 * it describes, and does not test; periodicity.h tests.
 *
 * Pairs in which one is not finite are left out; NaN under two pairs or where C + R is
 * constant. Pure.
 */
#ifndef HC_PATTERNS_STRENGTH_H
#define HC_PATTERNS_STRENGTH_H

#include "base/base.h"

double hc_strength(const double *component, const double *remainder, size_t n);

#endif
