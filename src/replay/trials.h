/*
 * trials.h - numbers of nodes out of trials of random removals
 *
 * Pure; no failures.
 */
#ifndef HC_REPLAY_TRIALS_H
#define HC_REPLAY_TRIALS_H

#include "base/base.h"

/* Ascending, as hc_trials_range wants them. */
void hc_trials_sort(uint32_t *nodes, size_t n);

/* The smallest that 90 % are at most, the least and the most; false without trials, or
 * where one of them ended with none (0). */
bool hc_trials_range(const uint32_t *nodes, size_t n, uint32_t *ret_p90,
    uint32_t *ret_least, uint32_t *ret_most);

#endif
