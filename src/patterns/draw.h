/*
 * draw.h - random numbers for permutations and resamples
 *
 * Out of base/splitmix.h, the same on every machine: a finding's interval must not change
 * from one run to the next, so every method draws from a seed of its own that does not
 * depend on time, threads or order.
 *
 * A state belongs to one thread. Nothing fails.
 */
#ifndef HC_PATTERNS_DRAW_H
#define HC_PATTERNS_DRAW_H

#include "base/base.h"
#include "base/splitmix.h"

struct hc_draw {
    uint64_t state; /* the seed, to begin with */
};

static inline uint64_t hc_draw_next(struct hc_draw *d)
{
    return hc_splitmix_next(&d->state);
}

/* A whole number 0 <= x < n, 0 < n < 2^32 (Lemire's multiplication; bias under n / 2^32).
 */
static inline uint32_t hc_draw_below(struct hc_draw *d, uint32_t n)
{
    return (uint32_t)(((hc_draw_next(d) >> 32) * n) >> 32);
}

/* 0 < x < 1. */
static inline double hc_draw_unit(struct hc_draw *d)
{
    return ((double)(hc_draw_next(d) >> 12) + 0.5) * 0x1p-52;
}

/* Mean 0, deviation 1 (Box and Muller's transform). */
double hc_draw_normal(struct hc_draw *d);

/* Any order of x[n] is as likely as any other (Fisher and Yates). */
void hc_draw_shuffle(struct hc_draw *d, double *x, size_t n);

#endif
