/*
 * random.h - numbers for the seeds of a replay; the same on every machine
 *
 * xoshiro256** (D. Blackman, S. Vigna, "Scrambled linear pseudorandom number generators",
 * 2018), its state filled by splitmix64 from the seed. A number below n is had without
 * bias by rejection. Threads: a generator belongs to one.
 */
#ifndef HC_REPLAY_RANDOM_H
#define HC_REPLAY_RANDOM_H

#include "base/base.h"

struct hc_random {
    uint64_t state[4];
};

void hc_random_seed(struct hc_random *random, uint64_t seed);
uint64_t hc_random_next(struct hc_random *random);

/* 0..n-1, each with the same chance; n is at least 1. */
uint64_t hc_random_below(struct hc_random *random, uint64_t n);

/* Puts the numbers in an order of which each is as likely (Fisher and Yates). */
void hc_random_shuffle(struct hc_random *random, uint32_t *numbers, size_t n);

#endif
