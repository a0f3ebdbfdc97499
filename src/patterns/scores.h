/*
 * scores.h - values as normal scores of their ranks
 *
 * The i-th smallest of m values becomes the (i - 1/2) / m quantile of the normal
 * distribution (van der Waerden's idea with Hazen's positions); equal values share the
 * mean of their ranks. No value is then wilder than the largest rank, and what is
 * computed of scores does not change when the values go through an increasing function.
 */
#ifndef HC_PATTERNS_SCORES_H
#define HC_PATTERNS_SCORES_H

#include "base/base.h"

/* Of 0 < p < 1: P. J. Acklam's rational approximation, relative 1.2e-9. */
double hc_normal_quantile(double p);

/* `scratch` holds 4 n doubles. NaN stays NaN, infinities become NaN; out may be y. Gives
 * how many values there are. */
size_t hc_normal_scores(const double *y, size_t n, double *scratch, double *out);

#endif
