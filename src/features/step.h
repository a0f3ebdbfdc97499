/*
 * step.h - how often a node's samples come, as far as is known at a row
 *
 * The step at a row is the most frequent difference of the node's successive times up to
 * that row, in whole seconds (rounded, at least 1), of equally frequent ones the
 * smallest. It is the step of docs/data.md, taken of the past alone: a window must not
 * hold fewer samples to be valid because of what the node does next week.
 *
 * It decides how many samples are expected of a window, and how far a target may be off.
 *
 * Distinct differences are counted up to HC_STEPS of them; of a node whose times keep no
 * step at all, later ones are not. Cost: O(1) a row; a difference equal to the step,
 * which nearly all are, is one comparison. Cannot fail. Threads: one at a time.
 */
#ifndef HC_FEATURES_STEP_H
#define HC_FEATURES_STEP_H

#include "base/base.h"

enum { HC_STEPS = 1024, HC_STEP_SLOTS = 2 * HC_STEPS };

/* A zeroed one has seen no time. */
struct hc_step {
    int64_t step_s; /* 0: fewer than two times so far */
    uint64_t count; /* of differences of step_s */
    size_t n;
    struct hc_step_slot {
        int64_t seconds; /* 0: free */
        uint64_t count;
    } slots[HC_STEP_SLOTS];
};

/* As before its first time. */
void hc_step_reset(struct hc_step *step);

/* The next difference of times, above 0. */
void hc_step_add(struct hc_step *step, int64_t difference_us);

#endif
