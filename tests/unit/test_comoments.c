/* Pairs by hand: groups with all columns and with some, and what has no r. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/comoments.h"

/* n rows of some columns, as a group or as pairs: the column j of them is
 * scale[j] * (row - middle) + mean[j]. */
static void add_line(struct hc_comoments *co, size_t q, const uint32_t *column, double n,
    const double *mean, const double *scale)
{
    double low[4] = {0}, c[16], m2 = n * (n * n - 1) / 12;
    struct hc_group group = {q, column, n, mean, low, c};
    double pairs[HC_PARTIAL_ARRAYS * 4];

    for (size_t i = 0; i < q; i++)
        for (size_t j = 0; j < q; j++)
            c[i * q + j] = i <= j ? m2 * scale[i] * scale[j] : NAN;
    if (q == co->p)
        hc_comoments_add(co, &group);
    for (size_t i = 0; i < q && q < co->p; i++) {
        const struct hc_pair_line line = hc_pair_line_at(pairs, 4);

        memset(pairs, 0, sizeof(pairs));
        for (size_t j = i; j < q; j++) {
            line.n[column[j]] = n;
            line.mean_a[column[j]] = mean[i];
            line.mean_b[column[j]] = mean[j];
            line.m2_a[column[j]] = c[i * q + i];
            line.m2_b[column[j]] = c[j * q + j];
            line.c[column[j]] = c[i * q + j];
        }
        assert_int_equal(hc_comoments_add_line(co, column[i], &line), HC_OK);
    }
}

static double r_of(const struct hc_comoments *co, size_t a, size_t b)
{
    struct hc_pair_moments pair = hc_comoments_pair(co, a, b);

    return hc_pair_r(&pair);
}

static const uint32_t all[] = {0, 1, 2}, outer[] = {0, 2};

static void full_and_partial_rows_join(void **state)
{
    const double zero[3] = {0, 0, 0}, one[3] = {1, -2, 1}, moved[2] = {10, 10};
    struct hc_pair_moments pair;
    struct hc_comoments co;

    (void)state;
    assert_int_equal(hc_comoments_init(&co, 3), HC_OK);
    assert_true(isnan(r_of(&co, 0, 1)));
    add_line(&co, 3, all, 5, zero, one);
    assert_null(co.n);
    assert_true(fabs(r_of(&co, 0, 1) + 1) < 1e-15 && fabs(r_of(&co, 0, 2) - 1) < 1e-15);
    add_line(&co, 2, outer, 3, moved, one);
    assert_non_null(co.n);
    pair = hc_comoments_pair(&co, 0, 2);
    assert_true(pair.n == 8 && fabs(pair.mean_a - 3.75) < 1e-15);
    /* 10 and scale -2: 10 + 2 within, 15/8 · 10² between */
    assert_true(fabs(pair.m2_a - (12 + 187.5)) < 1e-12);
    assert_true(fabs(pair.c - (10 - 4 + 187.5)) < 1e-12);
    assert_true(hc_comoments_pair(&co, 0, 1).n == 5);
    hc_comoments_clear(&co);
}

static void merging_is_adding(void **state)
{
    const double zero[3] = {1e10, 0, 5}, one[3] = {1, -2, 1}, moved[2] = {1e10 + 3, -7};
    struct hc_comoments a, b, c;

    (void)state;
    assert_int_equal(hc_comoments_init(&a, 3), HC_OK);
    assert_int_equal(hc_comoments_init(&b, 3), HC_OK);
    assert_int_equal(hc_comoments_init(&c, 3), HC_OK);
    add_line(&a, 3, all, 7, zero, one);
    add_line(&b, 2, outer, 4, moved, one);
    add_line(&c, 3, all, 7, zero, one);
    add_line(&c, 2, outer, 4, moved, one);
    assert_int_equal(hc_comoments_merge(&a, &b), HC_OK);
    for (size_t i = 0; i < 3; i++)
        for (size_t j = i; j < 3; j++) {
            struct hc_pair_moments x = hc_comoments_pair(&a, i, j);
            struct hc_pair_moments y = hc_comoments_pair(&c, i, j);

            assert_true(x.n == y.n && x.m2_a == y.m2_a && x.c == y.c);
        }
    hc_comoments_clear(&a);
    hc_comoments_clear(&b);
    hc_comoments_clear(&c);
}

static void what_has_no_r(void **state)
{
    struct hc_pair_moments pair = {.n = 2, .m2_a = 1, .m2_b = 4, .c = 2};

    (void)state;
    assert_true(hc_pair_r(&pair) == 1);
    pair.c = -2.0000000001;
    assert_true(hc_pair_r(&pair) == -1);
    pair.m2_b = 0;
    assert_true(isnan(hc_pair_r(&pair)));
    pair.m2_b = INFINITY;
    assert_true(isnan(hc_pair_r(&pair)));
    pair.m2_b = NAN;
    assert_true(isnan(hc_pair_r(&pair)));
    pair.m2_b = 4;
    pair.n = 1;
    assert_true(isnan(hc_pair_r(&pair)));
    /* no overflow on the way */
    pair = (struct hc_pair_moments){.n = 9, .m2_a = 1e300, .m2_b = 1e300, .c = 5e299};
    assert_true(fabs(hc_pair_r(&pair) - 0.5) < 1e-15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_and_partial_rows_join),
        cmocka_unit_test(merging_is_adding),
        cmocka_unit_test(what_has_no_r),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
