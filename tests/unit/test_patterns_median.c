/* Order statistics against a sort, over shapes that selections stumble on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "patterns/draw.h"
#include "patterns/median.h"

enum { MOST = 70000 };

static double x[MOST], sorted[MOST];

static int ascending(const void *a, const void *b)
{
    double p = *(const double *)a, q = *(const double *)b;

    return (p > q) - (p < q);
}

static double shape(int kind, size_t i, size_t n, struct hc_draw *d)
{
    switch (kind) {
    case 0: return hc_draw_normal(d);
    case 1: return (double)i; /* in order already */
    case 2: return (double)(n - i);
    case 3: return (double)hc_draw_below(d, 3); /* hardly different */
    case 4: return 7;
    case 5:
        return (double)(i % 256 ? i : n); /* where a regular look sees something else */
    case 6: return i < n / 2 ? -1e300 : 1e300 * (double)(i % 2);
    default: return i < n / 2 ? (double)i : (double)(n - i); /* an organ pipe */
    }
}

enum { SHAPES = 8 };

static void make(int kind, size_t n)
{
    struct hc_draw d = {(uint64_t)kind * 1000 + n};

    for (size_t i = 0; i < n; i++)
        x[i] = shape(kind, i, n, &d);
    memcpy(sorted, x, n * sizeof(*x));
    qsort(sorted, n, sizeof(*sorted), ascending);
}

static void assert_still_there(size_t n)
{
    qsort(x, n, sizeof(*x), ascending);
    assert_memory_equal(x, sorted, n * sizeof(*x));
}

static void medians(void **state)
{
    static const size_t sizes[] = {
        1, 2, 3, 12, 13, 100, 2047, 2048, 2049, 4999, 5000, 16110, 65536, MOST};

    (void)state;
    assert_true(isnan(hc_pick_median(x, 0)));
    for (int kind = 0; kind < SHAPES; kind++)
        for (size_t s = 0; s < HC_COUNT(sizes); s++) {
            size_t n = sizes[s];
            double median;

            make(kind, n);
            median = sorted[(n - 1) / 2] + (sorted[n / 2] - sorted[(n - 1) / 2]) / 2;
            assert_true(hc_pick_median(x, n) == median);
            assert_still_there(n);
        }
}

static void ranks(void **state)
{
    (void)state;
    for (int kind = 0; kind < SHAPES; kind++)
        for (size_t n = 1; n <= 3000; n = n * 3 + 1)
            for (size_t k = 0; k < n; k += n / 7 + 1) {
                make(kind, n);
                assert_true(hc_pick(x, n, k) == sorted[k]);
                for (size_t i = 0; i < n; i++)
                    assert_true(i < k ? x[i] <= x[k] : x[i] >= x[k]);
                assert_still_there(n);
            }
}

/* Made to give the median of three the second smallest each time. */
static void a_killer_of_pivots(void **state)
{
    size_t n = 60000;

    (void)state;
    for (size_t i = 0; i < n / 2; i++) {
        x[i] = (double)(i % 2 ? i + n / 2 : i + 1);
        x[n / 2 + i] = (double)(2 * (i + 1));
    }
    memcpy(sorted, x, n * sizeof(*x));
    qsort(sorted, n, sizeof(*sorted), ascending);
    assert_true(hc_pick(x, n, n / 3) == sorted[n / 3]);
    assert_still_there(n);
}

static void quantiles(void **state)
{
    (void)state;
    assert_int_equal(hc_quantile_rank(0, 1), 0);
    assert_int_equal(hc_quantile_rank(0.5, 4), 1);
    assert_int_equal(hc_quantile_rank(0.95, 101), 95);
    assert_int_equal(hc_quantile_rank(1, 7), 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(medians),
        cmocka_unit_test(ranks),
        cmocka_unit_test(a_killer_of_pivots),
        cmocka_unit_test(quantiles),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
