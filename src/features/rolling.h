/*
 * rolling.h - columns out of a window of time: a table
 *
 * A row is a statistic of the values in (t - w, t]; adding one is a row here and a case
 * in tests/unit/test_rolling.c. Each is a function of what windows.h says of a window.
 *
 * A window is valid where it holds at least half of the samples that are expected of it,
 * w over the step (step.h) as it is known at t: a mean of an hour out of two samples
 * after a gap is no mean of an hour. What is not valid, and what is beyond a double, is
 * NaN.
 */
#ifndef HC_FEATURES_ROLLING_H
#define HC_FEATURES_ROLLING_H

#include "features/windows.h"

struct hc_rolling_feature {
    const char *name;    /* in the column's: "mean" */
    const char *formula; /* of the values x in the window */
    /* out[i] of `rows` rows; n is 0 where the window is not valid */
    void (*fill)(const struct hc_window_values *values, size_t rows, double *out);
};

enum { HC_ROLLING_FEATURES = 3 };
extern const struct hc_rolling_feature hc_rolling_features[HC_ROLLING_FEATURES];

/* Sets n to 0 where the window is not valid; step_us 0: not known, so it is not. */
void hc_rolling_require(const struct hc_window_values *values, size_t rows,
    int64_t width_us, const int64_t *step_us);

#endif
