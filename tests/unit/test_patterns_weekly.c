/* The cheap decomposition: laws, planted truth, gaps, noise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "patterns/weekly.h"
#include "made_signal.h"

enum { N = HC_WEEK * 8 };

static uint8_t slot[N];
static double y[N], trend[N], rest[N];

/* Office hours Monday to Friday, 1 high. */
static double office(size_t s)
{
    return s / 24 < 5 && s % 24 >= 9 && s % 24 < 17 ? 1 : 0;
}

static void make(uint64_t seed, double noise, double slope, double height)
{
    struct hc_draw d = {seed};

    hc_week_slots(30, N, slot);
    for (size_t i = 0; i < N; i++)
        y[i] = noise * hc_draw_normal(&d) + slope * (double)i + height * office(slot[i]);
}

static void finds_what_was_put_in(void **state)
{
    struct hc_weekly w;

    (void)state;
    make(1, 0.1, 0.002, 1);
    for (size_t i = 100; i < N; i += 97) /* spikes and single gaps do not matter */
        y[i] = i % 2 ? 40 : NAN;
    assert_int_equal(hc_weekly(y, N, slot, &w, trend, rest), HC_OK);
    for (size_t s = 0; s < HC_WEEK; s++)
        assert_true(fabs(w.profile[s] - (office(s) - 40.0 / 168)) < 0.25);
    for (size_t i = 0; i < N; i++) {
        assert_true(fabs(trend[i] - 0.002 * (double)i - 40.0 / 168) < 0.25);
        assert_true(isnan(y[i])
                        ? isnan(rest[i])
                        : fabs(trend[i] + w.profile[slot[i]] + rest[i] - y[i]) < 1e-12);
    }
}

static void strengths_say_how_much(void **state)
{
    struct hc_weekly w;

    (void)state;
    make(2, 0.1, 0.01, 1);
    assert_int_equal(hc_weekly(y, N, slot, &w, trend, rest), HC_OK);
    assert_true(w.season > 0.9 && w.held_out > 0.9 && w.trend > 0.9);
    assert_true(w.day > 0.8 && w.week > 0.7); /* weekends differ */
    make(3, 1, 0, 0);
    assert_int_equal(hc_weekly(y, N, slot, &w, trend, rest), HC_OK);
    assert_true(w.season > 0.05); /* noise that was fitted */
    assert_true(w.held_out < 0.01);
    for (size_t i = 0; i < N; i++)
        y[i] = 3;
    assert_int_equal(hc_weekly(y, N, slot, &w, trend, rest), HC_OK);
    assert_true(isnan(w.season) && isnan(w.held_out) && rest[17] == 0);
}

/* Level and scale: y -> a y + b changes the parts so, and no strength. */
static void follows_scale(void **state)
{
    struct hc_weekly one, two;

    (void)state;
    make(4, 0.3, 0.001, 1);
    assert_int_equal(hc_weekly(y, N, slot, &one, trend, rest), HC_OK);
    for (size_t i = 0; i < N; i++)
        y[i] = 64 * y[i] + 1000;
    assert_int_equal(hc_weekly(y, N, slot, &two, trend, rest), HC_OK);
    for (size_t s = 0; s < HC_WEEK; s++)
        assert_true(fabs(two.profile[s] - 64 * one.profile[s]) < 1e-9);
    assert_true(fabs(one.season - two.season) < 1e-12);
    assert_true(fabs(one.held_out - two.held_out) < 1e-12);
}

/* Short, gappy, empty; an hour of the week that is never there. */
static void little_data(void **state)
{
    struct hc_weekly w;

    (void)state;
    make(5, 0.1, 0, 1);
    for (size_t n = 0; n < 400; n += 13) {
        assert_int_equal(hc_weekly(y, n, slot, &w, trend, rest),
            n < HC_WEEKLY_LEAST ? HC_NO_DATA : HC_OK);
        for (size_t i = 0; n >= HC_WEEKLY_LEAST && i < n; i++)
            assert_true(isfinite(rest[i]) && isfinite(trend[i]));
    }
    for (size_t i = 0; i < N; i++)
        if (slot[i] % 24 == 5 || slot[i] / 24 == 6 || i < 300)
            y[i] = NAN;
    assert_int_equal(hc_weekly(y, N, slot, &w, trend, rest), HC_OK);
    for (size_t s = 0; s < HC_WEEK; s++)
        assert_true(isfinite(w.profile[s]));
    for (size_t i = 0; i < N; i++)
        y[i] = NAN;
    assert_int_equal(hc_weekly(y, N, slot, &w, trend, rest), HC_NO_DATA);
}

static void says_no_memory(void **state)
{
    struct hc_weekly w;

    (void)state;
    make(6, 1, 0, 0);
    for (long n = 0; n < 2; n++) {
        hc_mem_fail_after(n);
        assert_int_equal(hc_weekly(y, N, slot, &w, trend, rest), HC_NO_MEMORY);
        hc_mem_fail_after(-1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_was_put_in),
        cmocka_unit_test(strengths_say_how_much),
        cmocka_unit_test(follows_scale),
        cmocka_unit_test(little_data),
        cmocka_unit_test(says_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
