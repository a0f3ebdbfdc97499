/*
 * made_signal.h - series with known content, for the tests of src/patterns
 *
 * Each function adds to x[n]. Seeds decide everything; nothing fails.
 */
#ifndef HC_TEST_SIGNAL_H
#define HC_TEST_SIGNAL_H

#include <math.h>
#include <string.h>

#include "patterns/draw.h"

/* x[i] += a first-order autoregression of deviation 1; phi 0: white noise, phi 1: a
 * random walk of steps of deviation 1. */
static inline void signal_noise(struct hc_draw *d, double *x, size_t n, double phi)
{
    double innovation = phi < 1 ? sqrt(1 - phi * phi) : 1, v = hc_draw_normal(d);

    for (size_t i = 0; i < n; i++) {
        x[i] += v;
        v = phi * v + innovation * hc_draw_normal(d);
    }
}

static inline void signal_wave(
    double *x, size_t n, double period, double height, double top)
{
    for (size_t i = 0; i < n; i++)
        x[i] += height * cos(2 * M_PI * ((double)i - top) / period);
}

static inline void signal_slope(double *x, size_t n, double per_step)
{
    for (size_t i = 0; i < n; i++)
        x[i] += per_step * (double)i;
}

static inline void signal_step(double *x, size_t n, size_t at, double height)
{
    for (size_t i = at; i < n; i++)
        x[i] += height;
}

/* A gap of `width` and, elsewhere, a share of single values lost. */
static inline void signal_gaps(
    struct hc_draw *d, double *x, size_t n, size_t width, double lost)
{
    size_t at = width < n ? hc_draw_below(d, (uint32_t)(n - width)) : 0;

    for (size_t i = 0; i < n; i++)
        if ((i >= at && i < at + width) || hc_draw_unit(d) < lost)
            x[i] = NAN;
}

#endif
