#include <math.h>
#include <stdlib.h>
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

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

double hc_pick(double *x, size_t n, size_t k)
{
    size_t low = 0, high = n;
    int patience = 64;

    assert(k < n);
    while (high - low > FEW && patience--) {
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
    if (high - low > FEW)
        qsort(x + low, high - low, sizeof(*x), ascending);
    else
        insert_sort(x + low, high - low);
    return x[k];
}

size_t hc_quantile_rank(double q, size_t n)
{
    return (size_t)floor(q * (double)(n - 1));
}

/* ---- the middle ---- */

enum { MANY = 2048, SAMPLE = 256, AROUND = 28 }; /* 3.5 deviations of a rank's place */

/* Two numbers that most probably hold that of rank k between them: of so many from all
 * over the array, those to both sides of its place. */
static void bracket(
    const double *x, size_t n, size_t k, double *ret_low, double *ret_high)
{
    double some[SAMPLE];
    size_t at = (size_t)((double)k / (double)n * SAMPLE);

    for (size_t i = 0; i < SAMPLE; i++)
        some[i] = x[i * n / SAMPLE];
    *ret_high = at + AROUND < SAMPLE ? hc_pick(some, SAMPLE, at + AROUND) : INFINITY;
    *ret_low = at > AROUND ? hc_pick(some, SAMPLE, at - AROUND) : -INFINITY;
}

/* Those from low to high change places with those at the front: without a branch. Gives
 * how many they are, and how many are below them. */
static size_t gather(double *x, size_t n, double low, double high, size_t *ret_below)
{
    size_t m = 0, below = 0;

    for (size_t i = 0; i < n; i++) {
        double v = x[i];

        x[i] = x[m];
        x[m] = v;
        below += v < low;
        m += (v >= low) & (v <= high);
    }
    *ret_below = below;
    return m;
}

/*
 * Of many numbers those far from rank *k are left behind in a pass each time; *k becomes
 * the rank among the rest, whose number it gives. With `pair` the number at k - 1 stays
 * too. After R. W. Floyd and R. L. Rivest, "Expected time bounds for selection", CACM 18,
 * 1975.
 */
static size_t narrow(double *x, size_t n, size_t *k, bool pair)
{
    while (n >= MANY) {
        double low, high;
        size_t below, m;

        bracket(x, n, *k, &low, &high);
        m = gather(x, n, low, high, &below);
        if (*k < below + pair || *k >= below + m || m == n)
            break; /* beside it, once in 2,000 times; or many are equal */
        *k -= below;
        n = m;
    }
    return n;
}

double hc_pick_median(double *x, size_t n)
{
    bool even = n % 2 == 0;
    size_t k = n / 2;
    double upper, lower;

    if (n == 0)
        return NAN;
    n = narrow(x, n, &k, even);
    upper = hc_pick(x, n, k);
    if (!even)
        return upper;
    lower = x[0];
    for (size_t i = 1; i < k; i++)
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
