/* Two ranges of days: planted differences, none, hostile input. The level is held in
 * tests/reference/test_alarms.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "patterns/compare.h"
#include "made_signal.h"

enum { A = 28, B = 35 };

static double a[A], b[B];

static void make(uint64_t seed, double phi, double more)
{
    struct hc_draw d = {seed};

    memset(a, 0, sizeof(a));
    memset(b, 0, sizeof(b));
    signal_noise(&d, a, A, phi);
    signal_noise(&d, b, B, phi);
    signal_step(b, B, 0, more);
}

static struct hc_difference compare(uint64_t seed)
{
    struct hc_difference d;

    assert_int_equal(hc_compare(a, A, b, B, seed, &d), HC_OK);
    return d;
}

static void interval_holds_the_truth(void **state)
{
    size_t held = 0, clear = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct hc_difference d;

        make(seed * 100, 0.3, 2);
        a[5] = 90; /* a wild day moves little */
        d = compare(seed);
        held += d.low <= 2 && d.high >= 2;
        clear += d.claim == HC_DIFFERENCE_CLEAR;
        assert_true(fabs(d.difference - (d.mean[1] - d.mean[0])) < 1e-12);
        assert_true(d.n[0] == A && d.n[1] == B && d.low < d.high);
    }
    assert_true(held >= 185);
    assert_true(clear >= 185);
}

/* Either way round it is the same difference, with the other sign. */
static void turns_round(void **state)
{
    struct hc_difference there, back;

    (void)state;
    make(7, 0.5, 1);
    there = compare(1);
    assert_int_equal(hc_compare(b, B, a, A, 1, &back), HC_OK);
    assert_true(fabs(there.difference + back.difference) < 1e-12);
    assert_true(fabs((there.high - there.low) / (back.high - back.low) - 1) < 0.3);
    assert_true(compare(1).low == there.low && compare(2).low != there.low);
}

/* However far apart the ranges, and however long one of them: none is pulled in to the
 * other as if it were wild. */
static void far_ranges_are_not_wild(void **state)
{
    struct hc_difference d;
    double y[60] = {0};
    struct hc_draw draw = {3};

    (void)state;
    signal_noise(&draw, y, 60, 0.2);
    signal_step(y, 60, 8, 100);
    assert_int_equal(hc_compare(y, 8, y + 8, 52, 1, &d), HC_OK);
    assert_true(fabs(d.difference - 100) < 1);
    assert_true(d.low > 95 && d.high < 105);
    assert_int_equal(d.claim, HC_DIFFERENCE_CLEAR);
}

static void walks_are_not_compared(void **state)
{
    struct hc_draw d = {3};

    (void)state;
    memset(a, 0, sizeof(a));
    memset(b, 0, sizeof(b));
    signal_noise(&d, a, A, 1);
    signal_noise(&d, b, B, 1);
    assert_int_equal(compare(1).claim, HC_DIFFERENCE_WANDERS);
}

static void little_or_odd_data(void **state)
{
    struct hc_difference d;

    (void)state;
    make(8, 0, 5);
    assert_int_equal(hc_compare(a, HC_COMPARE_LEAST - 1, b, B, 1, &d), HC_NO_DATA);
    assert_int_equal(hc_compare(a, 0, b, 0, 1, &d), HC_NO_DATA);
    assert_int_equal(hc_compare(a, 10, b, 10, 1, &d), HC_OK);
    assert_int_equal(d.claim, HC_DIFFERENCE_CLEAR);
    for (size_t i = 0; i < A; i += 3)
        a[i] = i % 2 ? NAN : INFINITY;
    d = compare(1);
    assert_true(d.n[0] == A - (A + 2) / 3 && isfinite(d.low));
    for (size_t i = 0; i < A; i++)
        a[i] = 2;
    for (size_t i = 0; i < B; i++)
        b[i] = 2;
    d = compare(1);
    assert_true(d.claim == HC_DIFFERENCE_NONE && d.difference == 0);
    hc_mem_fail_after(0);
    assert_int_equal(hc_compare(a, A, b, B, 1, &d), HC_NO_MEMORY);
    hc_mem_fail_after(-1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(interval_holds_the_truth),
        cmocka_unit_test(turns_round),
        cmocka_unit_test(far_ranges_are_not_wild),
        cmocka_unit_test(walks_are_not_compared),
        cmocka_unit_test(little_or_odd_data),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
