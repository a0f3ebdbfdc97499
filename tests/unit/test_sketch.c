/* Quantile sketches: every answer within 1 %, merging as adding, pages without end. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/sketch.h"
#include "reference.h"

static void add(struct hc_sketch *s, double x)
{
    assert_int_equal(hc_sketch_add(s, &x, 1), HC_OK);
}

static int by_value(const void *pa, const void *pb)
{
    double a = *(const double *)pa, b = *(const double *)pb;

    return a < b ? -1 : a > b;
}

static void assert_ranks(const struct hc_sketch *s, double *x, size_t n)
{
    qsort(x, n, sizeof(*x), by_value);
    assert_int_equal(hc_sketch_count(s), n);
    for (size_t i = 0; i < n; i++)
        assert_true(fabs(hc_sketch_at(s, i) - x[i]) <= 0.008 * fabs(x[i]) + DBL_MIN);
    assert_true(isnan(hc_sketch_at(s, n)));
}

/* The worked example of the header. */
static void the_example(void **state)
{
    struct hc_sketch s = {0};

    (void)state;
    assert_true(isnan(hc_sketch_at(&s, 0)));
    add(&s, 0.30);
    assert_true(fabs(hc_sketch_at(&s, 0) - 0.29882) < 1e-5);
    assert_true(isnan(hc_sketch_at(&s, 1)));
    hc_sketch_clear(&s);
    hc_sketch_clear(NULL);
}

static void each_rank_is_within_1_percent(void **state)
{
    enum { N = 3000 };
    struct hc_sketch s = {0};
    struct dice dice = {1};
    double x[N];

    (void)state;
    for (size_t i = 0; i < N; i++)
        x[i] = exp(20 * dice_unit(&dice) - 10) * (i % 3 ? 1 : -1) * (i % 50 ? 1 : 0);
    assert_int_equal(hc_sketch_add(&s, x, N), HC_OK);
    assert_ranks(&s, x, N);
    hc_sketch_clear(&s);
}

static void the_ends_of_the_doubles(void **state)
{
    double x[] = {DBL_MAX, -DBL_MAX, 1.7e308, 9e307, DBL_MIN, -DBL_MIN, 4e-320, -4e-320,
        0, -0.0, 1e300, nextafter(1, 0), 1, nextafter(1, 2)};
    struct hc_sketch s = {0};

    (void)state;
    assert_int_equal(hc_sketch_add(&s, x, HC_COUNT(x)), HC_OK);
    assert_ranks(&s, x, HC_COUNT(x));
    hc_sketch_clear(&s);
}

static void merging_is_adding(void **state)
{
    enum { N = 1000 };
    struct hc_sketch a = {0}, b = {0}, c = {0};
    struct dice dice = {2};
    double x[N];

    (void)state;
    for (size_t i = 0; i < N; i++) {
        x[i] = exp(10 * dice_unit(&dice)) - 100;
        add(i % 3 ? &a : &b, x[i]);
    }
    assert_int_equal(hc_sketch_merge(&c, &a), HC_OK);
    assert_int_equal(hc_sketch_merge(&c, &b), HC_OK);
    assert_int_equal(hc_sketch_merge(&b, &a), HC_OK);
    assert_ranks(&c, x, N);
    assert_ranks(&b, x, N);
    hc_sketch_clear(&a);
    hc_sketch_clear(&b);
    hc_sketch_clear(&c);
}

static void many_of_one(void **state)
{
    struct hc_sketch s = {0};

    (void)state;
    assert_int_equal(hc_sketch_add_times(&s, 5, 1ull << 40), HC_OK);
    add(&s, 7);
    assert_true(fabs(hc_sketch_at(&s, (1ull << 40) - 1) - 5) < 0.04);
    assert_true(fabs(hc_sketch_at(&s, 1ull << 40) - 7) < 0.06);
    hc_sketch_clear(&s);
}

/* More exponents than pages: nothing is lost, and no memory without end. */
static void pages_have_a_ceiling(void **state)
{
    struct hc_sketch s = {0}, t = {0};

    (void)state;
    for (int e = -1000; e < 1000; e++) {
        add(&s, ldexp(1.5, e));
        add(&t, -ldexp(1.5, e));
    }
    assert_int_equal(s.pages, HC_SKETCH_MAX_PAGES);
    assert_int_equal(hc_sketch_merge(&s, &t), HC_OK);
    assert_int_equal(s.pages, HC_SKETCH_MAX_PAGES);
    assert_int_equal(hc_sketch_count(&s), 4000);
    for (uint64_t i = 0; i < 4000; i++)
        assert_true(isfinite(hc_sketch_at(&s, i)));
    hc_sketch_clear(&s);
    hc_sketch_clear(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example),
        cmocka_unit_test(each_rank_is_within_1_percent),
        cmocka_unit_test(the_ends_of_the_doubles),
        cmocka_unit_test(merging_is_adding),
        cmocka_unit_test(many_of_one),
        cmocka_unit_test(pages_have_a_ceiling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
