/*
 * times_lists.h - what the files of times.h share: the lists of a node under a ceiling,
 * and what is counted between two distinct times
 *
 * Steps, gaps and closed runs grow as long as `room` lasts. When it does not, or there
 * are too many different steps, the lists are given up for good: the node is `overflow`
 * and what they held has to be found another way. That is not a failure; only memory is.
 *
 * Private to times.c, times_read.c and times_lists.c.
 */
#ifndef HC_TIMES_LISTS_H
#define HC_TIMES_LISTS_H

#include "kernel/times.h"

enum { HC_SECOND_US = 1000000 };

void hc_run_clear(struct hc_run *run);

void hc_times_drop_lists(struct hc_times *times);

/* True if a list may grow by `units`; else the lists are dropped. NULL: no ceiling. */
bool hc_times_take_room(struct hc_times *times, int64_t *room, int64_t units);

enum hc_status hc_times_count_step(
    struct hc_times *times, int64_t *room, int64_t step_s, uint64_t count) HC_MUST_USE;
enum hc_status hc_times_add_gap(
    struct hc_times *times, int64_t *room, int64_t start_us, int64_t end_us) HC_MUST_USE;

/* Step and gap of the difference from a to b; slots are the caller's. */
enum hc_status hc_times_count_difference(struct hc_times *times,
    const struct hc_times_pass *pass, int64_t a, int64_t b) HC_MUST_USE;

/* Repeats at a time that nothing more can be added to. */
static inline void hc_times_count_same(
    struct hc_times *times, const struct hc_same_time *same)
{
    if (same->rows < 2)
        return;
    times->exact += same->rows - same->distinct;
    times->conflicting += same->distinct - 1;
}

/* 0 where the hint is not known. */
static inline int64_t hc_end_of_slot(int64_t us, int64_t hint_us)
{
    return hint_us ? (hc_floor_div(us, hint_us) + 1) * hint_us : 0;
}

/* To whole seconds, the nearest. */
static inline int64_t hc_step_of(int64_t difference_us)
{
    return (difference_us + HC_SECOND_US / 2) / HC_SECOND_US;
}

/* More different rows at a time than are kept: the node is inexact, no failure. */
static inline enum hc_status hc_times_or_overflow(
    struct hc_times *times, enum hc_status status)
{
    if (status != HC_NO_DATA)
        return status;
    times->overflow = true;
    return HC_OK;
}

#endif
