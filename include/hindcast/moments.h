/*
 * hindcast/moments.h - count, mean, centred second moment and range of a set of numbers
 *
 * The sample variance is m2 / (n - 1). A set of equal values has m2 exactly 0: the
 * moments are taken of differences to a member of the set, never of squares of the
 * values themselves (mean 1e10, deviation 1 would leave nothing of the deviation).
 */
#ifndef HINDCAST_MOMENTS_H
#define HINDCAST_MOMENTS_H

#include <stdint.h>

struct hc_moments {
    uint64_t n; /* finite values; with 0 the rest means nothing */
    double mean, m2, min, max;
};

/*
 * `into` becomes the moments of the union of two disjoint sets: Chan, Golub, LeVeque,
 * "Updating formulae and a pairwise algorithm for computing sample variances" (1979).
 */
static inline void hc_moments_merge(
    struct hc_moments *into, const struct hc_moments *from)
{
    double n1 = (double)into->n, n2 = (double)from->n, delta = from->mean - into->mean;

    if (!from->n)
        return;
    if (!into->n) {
        *into = *from;
        return;
    }
    into->n += from->n;
    into->mean += delta * (n2 / (n1 + n2));
    into->m2 += from->m2 + delta * delta * (n1 * n2 / (n1 + n2));
    if (from->min < into->min)
        into->min = from->min;
    if (from->max > into->max)
        into->max = from->max;
}

#endif
