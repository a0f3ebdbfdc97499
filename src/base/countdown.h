/*
 * countdown.h - makes the n-th of something fail, so that a test sees what then happens
 *
 *     static struct hc_countdown allocations = HC_COUNTDOWN_OFF;
 *
 *     hc_countdown_start(&allocations, n);          the first n pass, all later ones fail
 *     if (hc_countdown_over(&allocations))          asked once before each
 *         return NULL;
 *
 * Off, as a program has it always, a question costs one load. Cannot fail.
 *
 * Threads: any may ask and start; n questions pass in all, whoever asks them.
 */
#ifndef HC_COUNTDOWN_H
#define HC_COUNTDOWN_H

#include <stdatomic.h>

#include "base/base.h"

struct hc_countdown {
    atomic_long left; /* that may pass; < 0: off */
};

#define HC_COUNTDOWN_OFF                                                                 \
    {                                                                                    \
        -1                                                                               \
    }

/* n < 0: off again. */
static inline void hc_countdown_start(struct hc_countdown *countdown, long n)
{
    atomic_store(&countdown->left, n);
}

static inline bool hc_countdown_over(struct hc_countdown *countdown)
{
    long left = atomic_load_explicit(&countdown->left, memory_order_relaxed);

    if (HC_LIKELY(left < 0))
        return false;
    while (left > 0)
        if (atomic_compare_exchange_weak(&countdown->left, &left, left - 1))
            return false;
    return left == 0;
}

#endif
