/* Trend of daily means and days until full: planted truth, hostile input. Slopes are held
 * against scipy in tests/reference/test_patterns.py, levels in test_alarms.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "patterns/trend.h"
#include "made_signal.h"

enum { DAYS = 60 };

static void noise(double *x, size_t n, uint64_t seed, double deviation)
{
    struct hc_draw d = {seed};

    for (size_t i = 0; i < n; i++)
        x[i] = deviation * hc_draw_normal(&d);
}

/* The interval holds the truth about 19 times in 20, more often than not by far. */
static void interval_holds_the_truth(void **state)
{
    size_t held = 0, clear = 0;

    (void)state;
    for (uint64_t seed = 0; seed < 200; seed++) {
        double x[DAYS];
        struct hc_trend t;

        noise(x, DAYS, seed * 1000 + 1, 1);
        signal_slope(x, DAYS, 0.1);
        x[7] = 400; /* one wild day moves nothing */
        assert_int_equal(hc_trend(x, DAYS, seed, &t), HC_OK);
        held += t.low <= 0.1 && t.high >= 0.1;
        clear += t.claim == HC_TREND_CLEAR;
        assert_true(t.n == DAYS && t.span == DAYS && t.low < t.slope && t.slope < t.high);
    }
    assert_true(held >= 180 && held <= 199);
    assert_true(clear >= 190);
}

/* However little noise there is about it: a line is a line. */
static void a_rise_far_above_its_noise(void **state)
{
    static const double deviations[] = {0.3, 0.1, 0.01, 1e-6, 0};

    (void)state;
    for (size_t k = 0; k < HC_COUNT(deviations); k++)
        for (uint64_t seed = 0; seed < 100; seed++) {
            double x[DAYS];
            struct hc_trend t;

            noise(x, DAYS, seed * 1000 + k, deviations[k]);
            signal_slope(x, DAYS, seed % 2 ? 0.5 : -0.5);
            assert_int_equal(hc_trend(x, DAYS, seed, &t), HC_OK);
            assert_int_equal(t.claim, HC_TREND_CLEAR);
            assert_true(t.phi < 0.7);
            assert_true(fabs(t.level - (seed % 2 ? 1 : -1) * 0.5 * (DAYS - 1)) <
                        1.2 * deviations[k] + 1e-9);
        }
}

static void same_seed_same_interval(void **state)
{
    double x[DAYS];
    struct hc_trend a, b, c;

    (void)state;
    noise(x, DAYS, 5, 1);
    assert_int_equal(hc_trend(x, DAYS, 9, &a), HC_OK);
    assert_int_equal(hc_trend(x, DAYS, 9, &b), HC_OK);
    assert_int_equal(hc_trend(x, DAYS, 10, &c), HC_OK);
    assert_true(a.low == b.low && a.slope == c.slope && a.low != c.low);
}

/* What a line does not say: a walk, a step, a level. */
static void no_trend_is_claimed(void **state)
{
    struct hc_draw d = {77};
    double x[DAYS] = {0};
    struct hc_trend t;

    (void)state;
    signal_noise(&d, x, DAYS, 1);
    assert_int_equal(hc_trend(x, DAYS, 1, &t), HC_OK);
    assert_int_equal(t.claim, HC_TREND_WANDERS);
    noise(x, DAYS, 3, 1);
    signal_step(x, DAYS, 30, 3);
    assert_int_equal(hc_trend(x, DAYS, 1, &t), HC_OK);
    assert_int_equal(t.claim, HC_TREND_STEP);
    for (size_t i = 0; i < DAYS; i++)
        x[i] = 4;
    assert_int_equal(hc_trend(x, DAYS, 1, &t), HC_OK);
    assert_int_equal(t.claim, HC_TREND_NONE);
    assert_true(t.slope == 0 && t.level == 4);
}

/* A line without noise is clear, and full when it says. */
static void full_on_the_day(void **state)
{
    double x[DAYS];
    struct hc_trend t;
    struct hc_full f;

    (void)state;
    noise(x, DAYS, 8, 0.002);
    signal_slope(x, DAYS, 0.01);
    assert_int_equal(hc_trend(x, DAYS, 1, &t), HC_OK);
    f = hc_days_until_full(&t, 1);
    assert_int_equal(f.claim, HC_FULL_SOON);
    assert_true(fabs(f.days - 41) < 0.5 && f.low < f.days && f.days < f.high);
    assert_true(f.low < 41.2 && f.high > 40.8);
    assert_int_equal(hc_days_until_full(&t, 0.5).claim, HC_FULL_NOW);
    assert_int_equal(hc_days_until_full(&t, 9).claim, HC_FULL_NO); /* 841 days off */
    t.claim = HC_TREND_NONE;
    assert_int_equal(hc_days_until_full(&t, 1).claim, HC_FULL_NO);
    t.claim = HC_TREND_CLEAR;
    t.slope = -t.slope;
    assert_int_equal(hc_days_until_full(&t, 1).claim, HC_FULL_NO);
}

static void days_of_hours(void **state)
{
    double y[100], day[6];

    (void)state;
    for (size_t i = 0; i < 100; i++)
        y[i] = i < 20 ? 1 : i < 44 ? 2 : i < 57 ? NAN : 3;
    assert_int_equal(hc_daily_means(y, 100, 4, day), 5);
    assert_true(
        day[0] == 1 && day[1] == 2 && isnan(day[2]) && day[3] == 3 && isnan(day[4]));
    assert_int_equal(hc_daily_means(y, 0, 4, day), 0);
}

static void little_or_odd_data(void **state)
{
    double x[DAYS], wide[2100];
    struct hc_trend t;

    (void)state;
    noise(x, DAYS, 2, 1);
    assert_int_equal(hc_trend(x, HC_TREND_LEAST - 1, 1, &t), HC_NO_DATA);
    assert_int_equal(hc_trend(x, 0, 1, &t), HC_NO_DATA);
    for (size_t i = 0; i < DAYS; i += 2)
        x[i] = NAN; /* no two neighbours: nothing is known of dependence */
    assert_int_equal(hc_trend(x, DAYS, 1, &t), HC_NO_DATA);
    for (size_t i = 0; i < DAYS; i++)
        x[i] = i % 2 ? 1e300 : -1e300;
    assert_int_equal(hc_trend(x, DAYS, 1, &t), HC_OK);
    assert_int_not_equal(t.claim, HC_TREND_CLEAR);
    noise(wide, 2100, 3, 1);
    wide[0] = 1e9; /* before the last HC_TREND_MOST */
    assert_int_equal(hc_trend(wide, 2100, 1, &t), HC_OK);
    assert_int_equal(t.n, HC_TREND_MOST);
    for (long n = 0; n < 2; n++) {
        hc_mem_fail_after(n);
        assert_int_equal(hc_trend(wide, DAYS, 1, &t), HC_NO_MEMORY);
        hc_mem_fail_after(-1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(interval_holds_the_truth),
        cmocka_unit_test(a_rise_far_above_its_noise),
        cmocka_unit_test(same_seed_same_interval),
        cmocka_unit_test(no_trend_is_claimed),
        cmocka_unit_test(full_on_the_day),
        cmocka_unit_test(days_of_hours),
        cmocka_unit_test(little_or_odd_data),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
