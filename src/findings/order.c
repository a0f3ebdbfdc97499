#include <math.h>
#include <stdlib.h>

#include "findings/order.h"

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void swap(double *a, double *b)
{
    double t = *a;

    *a = *b;
    *b = t;
}

static double middle_of(double a, double b, double c)
{
    if (a > b)
        swap(&a, &b);
    if (b > c)
        b = c;
    return a > b ? a : b;
}

/* Hoare's partition: afterwards lo..ret <= pivot <= ret+1..hi, both sides not empty. */
static size_t partition(double *v, size_t lo, size_t hi)
{
    double pivot = middle_of(v[lo], v[lo + (hi - lo) / 2], v[hi]);
    size_t i = lo, j = hi;

    for (;;) {
        while (v[i] < pivot)
            i++;
        while (v[j] > pivot)
            j--;
        if (i >= j)
            return j == hi ? hi - 1 : j;
        swap(&v[i++], &v[j--]);
    }
}

double hc_order_rank(double *v, size_t n, size_t k)
{
    size_t lo = 0, hi = n - 1;
    int patience = 64;

    while (lo < hi && patience--) {
        size_t cut = partition(v, lo, hi);

        if (k <= cut)
            hi = cut;
        else
            lo = cut + 1;
    }
    if (lo < hi)
        qsort(v + lo, hi - lo + 1, sizeof(*v), ascending);
    return v[k];
}

double hc_order_median(double *v, size_t n)
{
    double upper, lower;

    if (!n)
        return NAN;
    upper = hc_order_rank(v, n, n / 2);
    if (n % 2)
        return upper;
    /* everything before n / 2 is at most `upper`: the largest of it is the other one */
    lower = v[0];
    for (size_t i = 1; i < n / 2; i++)
        if (v[i] > lower)
            lower = v[i];
    return (lower + upper) / 2;
}

size_t hc_order_quantile_rank(double q, size_t n)
{
    return (size_t)floor(q * (double)(n - 1));
}
