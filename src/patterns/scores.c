#include <math.h>
#include <string.h>

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
    uint64_t key; /* a value's bits, in the order of values */
    uint64_t at;
};

static uint64_t key_of(double v)
{
    uint64_t bits;

    v += 0.0; /* -0 is 0 */
    memcpy(&bits, &v, sizeof(bits));
    return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

/* By one byte of the key, keeping the order of equals; false: all have the same. */
static bool sort_byte(
    const struct ranked *from, struct ranked *to, size_t n, unsigned shift)
{
    size_t at[256] = {0}, sum = 0;

    for (size_t i = 0; i < n; i++)
        at[from[i].key >> shift & 255]++;
    if (at[from[0].key >> shift & 255] == n)
        return false;
    for (size_t b = 0; b < 256; b++) {
        size_t here = at[b];

        at[b] = sum;
        sum += here;
    }
    for (size_t i = 0; i < n; i++)
        to[at[from[i].key >> shift & 255]++] = from[i];
    return true;
}

/* Radix sort, from the lowest byte up; gives where the sorted ones are: `a` or `b`. */
static struct ranked *sort(struct ranked *a, struct ranked *b, size_t n)
{
    for (unsigned shift = 0; n && shift < 64; shift += 8)
        if (sort_byte(a, b, n, shift)) {
            struct ranked *t = a;

            a = b;
            b = t;
        }
    return a;
}

size_t hc_normal_scores(const double *y, size_t n, double *scratch, double *out)
{
    struct ranked *order = (struct ranked *)scratch;
    size_t m = 0;

    for (size_t i = 0; i < n; i++) {
        if (isfinite(y[i]))
            order[m++] = (struct ranked){key_of(y[i]), i};
        out[i] = NAN;
    }
    order = sort(order, order + n, m);
    for (size_t i = 0, j; i < m; i = j) {
        double s;

        for (j = i + 1; j < m && order[j].key == order[i].key; j++)
            ;
        s = hc_normal_quantile((double)(i + j) / 2 / (double)m);
        for (size_t k = i; k < j; k++)
            out[order[k].at] = s;
    }
    return m;
}
