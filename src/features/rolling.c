#include <float.h>
#include <math.h>

#include "features/rolling.h"

/* NaN unless `there` and finite; without a branch, so that rows go side by side. */
static inline double where(bool there, double x)
{
    return (there & (fabs(x) <= DBL_MAX)) ? x : NAN;
}

static void fill_mean(const struct hc_window_values *v, size_t rows, double *restrict out)
{
    const uint32_t *n = v->n;
    const double *mean = v->mean;

    for (size_t i = 0; i < rows; i++)
        out[i] = where(n[i] > 0, mean[i]);
}

static void fill_std(const struct hc_window_values *v, size_t rows, double *restrict out)
{
    const uint32_t *n = v->n;
    const double *m2 = v->m2;

    for (size_t i = 0; i < rows; i++)
        out[i] = where(n[i] > 1, sqrt(m2[i] / ((double)(int32_t)n[i] - 1)));
}

static void fill_max(const struct hc_window_values *v, size_t rows, double *restrict out)
{
    const uint32_t *n = v->n;
    const double *max = v->max;

    for (size_t i = 0; i < rows; i++)
        out[i] = where(n[i] > 0, max[i]);
}

const struct hc_rolling_feature hc_rolling_features[HC_ROLLING_FEATURES] = {
    {"mean", "sum x / n", fill_mean},
    {"std", "sqrt(sum (x - mean)^2 / (n - 1))", fill_std},
    {"max", "largest x", fill_max},
};

void hc_rolling_require(const struct hc_window_values *values, size_t rows,
    int64_t width_us, const int64_t *step_us)
{
    for (size_t i = 0; i < rows; i++)
        if (!step_us[i] || 2.0 * values->n[i] * (double)step_us[i] < (double)width_us)
            values->n[i] = 0;
}
