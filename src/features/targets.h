/*
 * targets.h - what a gauge will be, a horizon after each row
 *
 * The target at t is the value of the sample nearest to t + h within half a step of it
 * (step.h: the step as it is known at t), of two equally near ones the earlier. A sample
 * whose value is missing is none, and one at or before t never is. Without such a sample
 * the target is missing: none is guessed, carried on or taken from further away.
 *
 * Where a set is split for training and testing at a moment S, a row of the training part
 * (t + embargo < S) sees no sample at or after S: its targets are what was known then.
 */
#ifndef HC_FEATURES_TARGETS_H
#define HC_FEATURES_TARGETS_H

#include "base/base.h"

/* A series of one node: times strictly ascending; NaN is missing. */
struct hc_target_series {
    const int64_t *time_us, *step_us;
    const double *value;
    size_t rows;
};

struct hc_target {
    int64_t horizon_us; /* above 0 */
    int64_t split_us;   /* INT64_MAX: the set is not split */
    int64_t embargo_us;
};

/* out[i - first] becomes the target at row i of [first, end), NaN where it is missing. */
void hc_target_fill(const struct hc_target *target, const struct hc_target_series *series,
    size_t first, size_t end, double *out);

#endif
