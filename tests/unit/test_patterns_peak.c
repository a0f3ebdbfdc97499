/* Peak and trough hours: planted truth, intervals that hold it, what is no rhythm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "patterns/peak.h"
#include "patterns/weekly.h"
#include "made_signal.h"

enum { N = 24 * 35 };

static double y[N];
static uint8_t slot[N];

static void make(uint64_t seed, double phi, double height, double top)
{
    struct hc_draw d = {seed};

    memset(y, 0, sizeof(y));
    hc_week_slots(0, N, slot);
    signal_noise(&d, y, N, phi);
    signal_wave(y, N, 24, height, top);
}

/* Hours from `from` on to `hour`, the way of the clock. */
static int after(int hour, int from)
{
    return (hour - from + 24) % 24;
}

static void interval_holds_the_hour(void **state)
{
    size_t held = 0, clear = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct hc_peak p;

        make(seed * 1000, 0.7, 1, 23); /* over midnight */
        assert_int_equal(hc_peak_find(y, N, slot, seed, &p), HC_OK);
        assert_true(p.rhythm && p.p <= 0.05 && p.days == 35);
        clear += p.top.clear && p.low.clear;
        held += after(23, p.top.from) <= after(p.top.to, p.top.from);
        assert_true(after(p.top.hour, p.top.from) <= after(p.top.to, p.top.from));
        assert_true(p.top.value > p.low.value);
    }
    assert_true(held >= 180);
    assert_true(clear >= 170);
}

/* A slope, however steep, is no rhythm within the day; nor is a wild day. */
static void slope_is_no_rhythm(void **state)
{
    size_t rhythms = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        struct hc_peak p;

        make(seed * 77, 0, 0, 0);
        signal_slope(y, N, 1);
        for (size_t h = 200; h < 212; h++)
            y[h] += 50;
        assert_int_equal(hc_peak_find(y, N, slot, seed, &p), HC_OK);
        rhythms += p.rhythm;
    }
    assert_true(rhythms <= 10);
}

/* Local days: with an offset the same series peaks at another hour; an hour that the
 * clock leaves out or has twice does no harm. */
static void days_are_local(void **state)
{
    struct hc_peak p;

    (void)state;
    make(5, 0, 3, 6);
    hc_week_slots(100, N, slot); /* hour 4 of its day */
    assert_int_equal(hc_peak_find(y, N, slot, 1, &p), HC_OK);
    assert_true(p.top.clear && abs(p.top.hour - 10) <= 1 && abs(p.low.hour - 22) <= 1);
    for (size_t i = 400; i < N; i++)
        slot[i] = (uint8_t)((slot[i] + 1) % HC_WEEK);
    assert_int_equal(hc_peak_find(y, N, slot, 1, &p), HC_OK);
    assert_true(p.top.clear && abs(p.top.hour - 10) <= 1);
}

static void gaps_and_little_data(void **state)
{
    struct hc_draw d = {9};
    struct hc_peak p;

    (void)state;
    make(6, 0.3, 4, 6);
    signal_gaps(&d, y, N, 100, 0.1);
    assert_int_equal(hc_peak_find(y, N, slot, 1, &p), HC_OK);
    assert_true(p.days < 34 && p.top.clear && abs(p.top.hour - 6) <= 1);
    for (size_t i = 0; i < N; i++)
        if (i % 24 == 6)
            y[i] = NAN; /* an hour that is never there is never the top */
    assert_int_equal(hc_peak_find(y, N, slot, 1, &p), HC_OK);
    assert_true(p.top.hour != 6 && isnan(p.profile[6]));
    for (size_t n = 0; n < 24 * HC_PEAK_LEAST; n += 11)
        assert_int_equal(hc_peak_find(y, n, slot, 1, &p), HC_NO_DATA);
    for (size_t i = 0; i < N; i++)
        y[i] = 3;
    assert_int_equal(hc_peak_find(y, N, slot, 1, &p), HC_OK);
    assert_false(p.rhythm);
    hc_mem_fail_after(0);
    assert_int_equal(hc_peak_find(y, N, slot, 1, &p), HC_NO_MEMORY);
    hc_mem_fail_after(-1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(interval_holds_the_hour),
        cmocka_unit_test(slope_is_no_rhythm),
        cmocka_unit_test(days_are_local),
        cmocka_unit_test(gaps_and_little_data),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
