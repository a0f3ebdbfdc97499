/*
 * loess.h - local regression of degree 1 over equal steps; private to the room
 *
 * The fit at x is the line through the `window` nearest points of y[n] (at 1, 2 .. n),
 * weighted by the tricube (1 - (d/h)^3)^3 of their distance, and by weight[i] where that
 * is given. Cleveland's rules at the edges: a window that does not fit is moved inwards;
 * a window longer than the series widens h by half of what is missing; weights within
 * 0.001 h of the middle are 1, beyond 0.999 h 0; where the points stand too close for a
 * slope, the mean is taken.
 */
#ifndef HC_PATTERNS_LOESS_H
#define HC_PATTERNS_LOESS_H

#include "base/base.h"

struct hc_loess {
    const double *y, *weight; /* weight: NULL: all 1 */
    size_t n, window;
    double *scratch; /* [3 window], or of n if that is less */
};

/* The fit at x (1 is the first point), over the points first .. last (1-based); false,
 * and nothing written, where all weights are 0. */
bool hc_loess_at(
    const struct hc_loess *l, double x, size_t first, size_t last, double *ret);

/* The fit at every point; y[i] itself where all its weights are 0. */
void hc_loess_all(const struct hc_loess *l, double *out);

#endif
