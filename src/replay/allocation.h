/*
 * allocation.h - GPUs allocated over GPUs that arrived, as the FGD paper plots them
 *
 * After every arrival, placed or not: x = GPU thousandths that arrived / GPUs / 10, a
 * whole percent (half to even); y = thousandths placed / GPUs / 10, rounded to two
 * decimals. Column A, 0..130, is the mean of y over the arrivals with x = A, to two
 * decimals. The last digit hangs on how the mean is summed: numpy's pairwise sum, as
 * pandas has it.
 *
 * hc_allocation_add allocates nothing: room is for as many arrivals as hc_allocation_open
 * was told. Threads: one belongs to one run.
 */
#ifndef HC_REPLAY_ALLOCATION_H
#define HC_REPLAY_ALLOCATION_H

#include "base/base.h"

enum { HC_ALLOCATION_COLUMNS = 131 };

struct hc_allocation {
    int64_t gpus;
    int64_t arrived, placed; /* thousandths */
    uint16_t *x;             /* [n] */
    double *y;               /* [n] */
    size_t n, cap;
};

enum hc_status hc_allocation_open(
    int64_t gpus, size_t arrivals, struct hc_allocation *ret) HC_MUST_USE;
void hc_allocation_clear(struct hc_allocation *allocation);

/* An arrival of so many thousandths. */
void hc_allocation_add(struct hc_allocation *allocation, int64_t milli, bool placed);

/* Percent; NaN where no arrival was. */
void hc_allocation_columns(
    const struct hc_allocation *allocation, double out[HC_ALLOCATION_COLUMNS]);

#endif
