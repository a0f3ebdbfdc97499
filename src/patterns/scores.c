#include <math.h>
#include <stdlib.h>

#include "patterns/scores.h"

double hc_normal_quantile(double p)
{
    static const double a[] = {-3.969683028665376e+01, 2.209460984245205e+02,
        -2.759285104469687e+02, 1.383577518672690e+02, -3.066479806614716e+01,
        2.506628277459239e+00};
    static const double b[] = {-5.447609879822406e+01, 1.615858368580409e+02,
        -1.556989798598866e+02, 6.680131188771972e+01, -1.328068155288572e+01};
    static const double c[] = {-7.784894002430293e-03, -3.223964580411365e-01,
        -2.400758277161838e+00, -2.549732539343734e+00, 4.374664141464968e+00,
        2.938163982698783e+00};
    static const double d[] = {7.784695709041462e-03, 3.224671290700398e-01,
        2.445134137142996e+00, 3.754408661907416e+00};
    double q, r;

    if (p > 0.97575)
        return -hc_normal_quantile(1 - p);
    if (p < 0.02425) {
        q = sqrt(-2 * log(p));
        return (((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5]) /
               ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1);
    }
    q = p - 0.5;
    r = q * q;
    return (((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q /
           (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1);
}

struct ranked {
    double value;
    uint32_t at;
};

static int by_value(const void *a, const void *b)
{
    double x = ((const struct ranked *)a)->value, y = ((const struct ranked *)b)->value;

    return (x > y) - (x < y);
}

size_t hc_normal_scores(const double *y, size_t n, double *scratch, double *out)
{
    struct ranked *order = (struct ranked *)scratch;
    size_t m = 0;

    for (size_t i = 0; i < n; i++) {
        if (isfinite(y[i]))
            order[m++] = (struct ranked){y[i], (uint32_t)i};
        out[i] = NAN;
    }
    qsort(order, m, sizeof(*order), by_value);
    for (size_t i = 0, j; i < m; i = j) {
        double s;

        for (j = i + 1; j < m && order[j].value <= order[i].value; j++)
            ;
        s = hc_normal_quantile((double)(i + j) / 2 / (double)m);
        for (size_t k = i; k < j; k++)
            out[order[k].at] = s;
    }
    return m;
}
