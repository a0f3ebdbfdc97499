#include <float.h>
#include <math.h>

#include "features/rolling.h"

static double finite_or_nan(double x)
{
    return fabs(x) <= DBL_MAX ? x : NAN;
}

static void fill_mean(const struct hc_window_values *v, size_t rows, double *out)
{
    for (size_t i = 0; i < rows; i++)
        out[i] = finite_or_nan(v->n[i] ? v->mean[i] : NAN);
}

static void fill_std(const struct hc_window_values *v, size_t rows, double *out)
{
    for (size_t i = 0; i < rows; i++)
        out[i] =
            finite_or_nan(v->n[i] > 1 ? sqrt(v->m2[i] / ((double)v->n[i] - 1)) : NAN);
}

static void fill_max(const struct hc_window_values *v, size_t rows, double *out)
{
    for (size_t i = 0; i < rows; i++)
        out[i] = v->n[i] ? v->max[i] : NAN;
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
