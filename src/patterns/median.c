#include <math.h>
#include <string.h>

#include "patterns/median.h"

static inline void swap(double *a, double *b)
{
    double t = *a;

    *a = *b;
    *b = t;
}

/* Few numbers are sorted; this many are faster so. */
enum { FEW = 12 };

static void insert_sort(double *x, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        double v = x[i];
        size_t j = i;

        for (; j > 0 && x[j - 1] > v; j--)
            x[j] = x[j - 1];
        x[j] = v;
    }
}

/* Middle one of three in x[1], with x[0] <= it <= x[n - 1]; n > 2. */
static double pivot_of(double *x, size_t n)
{
    swap(&x[1], &x[n / 2]);
    if (x[0] > x[n - 1])
        swap(&x[0], &x[n - 1]);
    if (x[1] > x[n - 1])
        swap(&x[1], &x[n - 1]);
    if (x[0] > x[1])
        swap(&x[0], &x[1]);
    return x[1];
}

double hc_pick(double *x, size_t n, size_t k)
{
    size_t low = 0, high = n;

    assert(k < n);
    while (high - low > FEW) {
        double pivot = pivot_of(x + low, high - low);
        size_t i = low + 1, j = high - 1;

        for (;;) {
            do
                i++;
            while (x[i] < pivot);
            do
                j--;
            while (x[j] > pivot);
            if (j < i)
                break;
            swap(&x[i], &x[j]);
        }
        swap(&x[low + 1], &x[j]);
        if (j >= k)
            high = j + (j == k);
        if (j <= k)
            low = j;
        if (j == k)
            return x[k];
    }
    insert_sort(x + low, high - low);
    return x[k];
}

double hc_pick_median(double *x, size_t n)
{
    double upper, lower;

    if (n == 0)
        return NAN;
    upper = hc_pick(x, n, n / 2);
    if (n % 2)
        return upper;
    lower = x[0];
    for (size_t i = 1; i < n / 2; i++)
        lower = x[i] > lower ? x[i] : lower;
    return lower + (upper - lower) / 2;
}

double hc_pick_mad(double *x, size_t n, double centre)
{
    for (size_t i = 0; i < n; i++)
        x[i] = fabs(x[i] - centre);
    return hc_pick_median(x, n);
}

void hc_winsorise(double *x, size_t n, double deviations, double *scratch)
{
    double middle, reach;

    memcpy(scratch, x, n * sizeof(*x));
    middle = hc_pick_median(scratch, n);
    reach = deviations * 1.4826 * hc_pick_mad(scratch, n, middle);
    for (size_t i = 0; i < n; i++)
        x[i] = fmin(fmax(x[i], middle - reach), middle + reach);
}

size_t hc_take_finite(const double *x, size_t n, double *out)
{
    size_t m = 0;

    for (size_t i = 0; i < n; i++)
        if (isfinite(x[i]))
            out[m++] = x[i];
    return m;
}
