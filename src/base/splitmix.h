/*
 * splitmix.h - SplitMix64, for permutations, resamples and jitter
 *
 * G. L. Steele, D. Lea, C. H. Flood, "Fast Splittable Pseudorandom Number Generators",
 * OOPSLA 2014: one word of state, which is the seed to begin with; passes BigCrush; the
 * same on every machine. A state belongs to one thread. Nothing fails.
 */
#ifndef HC_SPLITMIX_H
#define HC_SPLITMIX_H

#include <stdint.h>

static inline uint64_t hc_splitmix_next(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

#endif
