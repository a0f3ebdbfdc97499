/*
 * hindcast/moments.h - count, mean, centred second moment and range of a set of numbers
 *
 * The sample variance is m2 / (n - 1). A set of equal values has m2 exactly 0: the
 * moments are taken of differences to a member of the set, never of squares of the
 * values themselves (mean 1e10, deviation 1 would leave nothing of the deviation).
 *
 * A mean of 1e10 is rounded by 1e-6, and what is merged are differences of means: that
 * alone would cost a deviation of 1 its eighth digit. So a mean carries the rest that did
 * not fit, `mean_low`; who only reads may forget it, and who has none sets 0.
 *
 * m2 is infinite where the squares are too large for a double; where even a difference
 * of two members is (beyond 8.9e307), the mean is NaN.
 */
#ifndef HINDCAST_MOMENTS_H
#define HINDCAST_MOMENTS_H

#include <math.h>
#include <stdint.h>

struct hc_moments {
    uint64_t n; /* finite values; with 0 the rest means nothing */
    double mean, m2, min, max;
    double mean_low; /* the mean is mean + mean_low, exact to about 1e-30 */
};

/* Adds `step` to the number high + low (Knuth's two-sum, then made canonical). Start from
 * a member of the set, not from 0: `step` is rounded to its own size. */
static inline void hc_mean_move(double *high, double *low, double step)
{
    double sum = *high + step, part = sum - *high;
    double rest = *low + ((*high - (sum - part)) + (step - part));

    *high = sum + rest;
    *low = rest - (*high - sum);
}

/*
 * `into` becomes the moments of the union of two disjoint sets: Chan, Golub, LeVeque,
 * "Updating formulae and a pairwise algorithm for computing sample variances" (1979).
 */
static inline void hc_moments_merge(
    struct hc_moments *into, const struct hc_moments *from)
{
    double n1 = (double)into->n, n2 = (double)from->n;
    double delta = (from->mean - into->mean) + (from->mean_low - into->mean_low);

    if (!from->n)
        return;
    if (!into->n) {
        *into = *from;
        return;
    }
    into->n += from->n;
    hc_mean_move(&into->mean, &into->mean_low, delta * (n2 / (n1 + n2)));
    into->m2 += from->m2 + delta * delta * (n1 * n2 / (n1 + n2));
    if (!(into->m2 >= 0))
        into->m2 = INFINITY;
    if (from->min < into->min)
        into->min = from->min;
    if (from->max > into->max)
        into->max = from->max;
}

#endif
