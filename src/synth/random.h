/*
 * random.h - numbers that are a function of where they stand
 *
 * A counter-based generator has no state: it scrambles a counter, so the noise of
 * any node and slot can be had alone, in any order, on any thread.
 *
 * Philox4x32-10: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel Random
 * Numbers: As Easy as 1, 2, 3", SC'11. A counter of 128 bits (here: index, node,
 * stream, 0) and a key of 64 (the seed) give 128 random bits; it passes BigCrush. Its
 * published known answers are in tests/unit/test_synth.c. Rejected: a hash such as
 * SplitMix64's of the counter (as fast here, not made for counters), and any generator
 * with a state (threads and days would depend on each other).
 */
#ifndef HC_SYNTH_RANDOM_H
#define HC_SYNTH_RANDOM_H

#include "base/base.h"

/* What a number is for: no two uses share a stream. Values are part of the output. */
enum hc_random_stream {
    HC_RANDOM_CLUSTER = 1,
    HC_RANDOM_ROLE,
    HC_RANDOM_NODE, /* and the next */
    HC_RANDOM_BURST = 8,
    HC_RANDOM_GAP,
    HC_RANDOM_DIRT_ORDER,
    HC_RANDOM_DIRT_PLACE,
    HC_RANDOM_ROW = 16, /* and the next two */
    HC_RANDOM_SLOW_CPU = 24,
    HC_RANDOM_SLOW_MEMORY,
    HC_RANDOM_SLOW_DISK,
    HC_RANDOM_SEAT = 32,
    HC_RANDOM_POD_NAME,
    HC_RANDOM_POD_UID,
    HC_RANDOM_POD_USE,
};

struct hc_random {
    uint32_t word[4];
};

/* The block itself, and as we count. */
struct hc_random hc_philox(const uint32_t counter[4], const uint32_t key[2]);
struct hc_random hc_random_at(
    uint64_t seed, uint32_t stream, uint32_t node, uint32_t index);

/* 0 <= x < 1, and lo <= x < hi, from 32 bits. */
static inline double hc_random_unit(uint32_t word)
{
    return (double)word * (1.0 / 4294967296.0);
}

static inline double hc_random_between(uint32_t word, double lo, double hi)
{
    return lo + (hi - lo) * hc_random_unit(word);
}

/* A whole number 0 <= x < n, n > 0 (Lemire's multiplication; its bias is below n / 2^32).
 */
static inline uint32_t hc_random_below(uint32_t word, uint32_t n)
{
    return (uint32_t)(((uint64_t)word * n) >> 32);
}

/*
 * Mean 0, deviation 1, without libm: the sum of four numbers of 16 bits (Irwin-Hall:
 * a bell within 3.46), and of two (a triangle within 2.45). Bounded on purpose: noise
 * never leaves the range that a plan leaves for it.
 */
static inline double hc_random_bell(uint32_t a, uint32_t b)
{
    uint32_t sum = (a & 0xffff) + (a >> 16) + (b & 0xffff) + (b >> 16);

    return ((double)sum - 131070.0) * (1.0 / 37837.22723720648);
}

static inline double hc_random_triangle(uint32_t a)
{
    uint32_t sum = (a & 0xffff) + (a >> 16);

    return ((double)sum - 65535.0) * (1.0 / 26754.95996072504);
}

#endif
