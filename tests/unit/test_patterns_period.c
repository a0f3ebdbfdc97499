/* The transform against a plain sum; planted periods; what must not pass for one. Rates
 * of false alarms are in tests/reference/test_alarms.py, real signals in
 * test_patterns.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "patterns/period.h"
#include "made_signal.h"

enum { N = 24 * 60 };

static double y[N];
static struct hc_period_plan plan;

static int begin(void **state)
{
    (void)state;
    return hc_period_plan_init(&plan, N) != HC_OK;
}

static int end(void **state)
{
    (void)state;
    hc_period_plan_clear(&plan);
    return 0;
}

static void transform_is_the_sum(void **state)
{
    struct hc_draw d = {1};
    double re[256], im[256], x[256], z[256];

    (void)state;
    for (size_t n = 2; n <= 256; n *= 2) {
        struct hc_fft fft;

        for (size_t i = 0; i < n; i++) {
            x[i] = re[i] = hc_draw_normal(&d);
            z[i] = im[i] = hc_draw_normal(&d);
        }
        assert_int_equal(hc_fft_init(&fft, n), HC_OK);
        hc_fft(&fft, re, im);
        for (size_t k = 0; k < n; k++) {
            double a = 0, b = 0;

            for (size_t j = 0; j < n; j++) {
                double w = 2 * M_PI * (double)(j * k % n) / (double)n;

                a += x[j] * cos(w) + z[j] * sin(w);
                b += z[j] * cos(w) - x[j] * sin(w);
            }
            assert_true(fabs(re[k] - a) < 1e-12 && fabs(im[k] - b) < 1e-12);
        }
        hc_fft_clear(&fft);
    }
}

static void noise(uint64_t seed, double phi)
{
    struct hc_draw d = {seed};

    memset(y, 0, sizeof(y));
    signal_noise(&d, y, N, phi);
}

static struct hc_period find(size_t day)
{
    struct hc_period p;

    assert_int_equal(hc_period_find(&plan, y, day, &p), HC_OK);
    return p;
}

/* Any period, not only a day; waves, pulses, and one in coloured noise. */
static void finds_planted_periods(void **state)
{
    static const size_t periods[] = {5, 7, 12, 24, 30, 36, 100};

    (void)state;
    for (size_t k = 0; k < HC_COUNT(periods); k++)
        for (int pulses = 0; pulses < 2; pulses++) {
            struct hc_period p;

            noise(10 + k, 0.3);
            for (size_t i = 0; i < N; i++)
                y[i] += !pulses ? 1.5 * sin(2 * M_PI * (double)i / (double)periods[k])
                        : i % periods[k] < periods[k] / 4 ? 3
                                                          : 0;
            p = find(24);
            assert_int_equal(p.period, periods[k]);
            assert_true(p.power > 1 && p.r > 0.2 && p.cycles == N / periods[k]);
        }
}

/* Two bursts a day of which the second is lower: a day, not half of one. Weekends off: a
 * week. Nights the same all week: no week. */
static void tells_day_from_half_and_week(void **state)
{
    (void)state;
    noise(2, 0);
    for (size_t i = 0; i < N; i++)
        y[i] = 0.3 * y[i] + (i % 24 / 4 == 2 ? 3 : i % 24 / 4 == 5 ? 2 : 0);
    assert_int_equal(find(24).period, 24);
    assert_int_equal(find(0).period, 24);
    for (size_t i = 0; i < N; i++)
        y[i] *= i / 24 % 7 < 5 ? 1 : 0.1;
    assert_int_equal(find(24).period, 168);
}

/* No rhythm: slope, steps, a spike a day at no fixed hour, a long wave, nothing at all.
 */
static void is_not_fooled(void **state)
{
    struct hc_draw d = {5};

    (void)state;
    noise(3, 0.5);
    signal_slope(y, N, 0.02);
    assert_int_equal(find(24).period, 0);
    noise(4, 0);
    signal_step(y, N, 500, 8);
    signal_step(y, N, 900, -5);
    assert_int_equal(find(24).period, 0);
    noise(6, 0);
    for (size_t i = 0; i + 24 <= N; i += 24)
        y[i + hc_draw_below(&d, 24)] += 20;
    assert_int_equal(find(24).period, 0);
    noise(7, 0.9);
    signal_wave(y, N, N / 1.5, 5, 0);
    assert_int_equal(find(24).period, 0);
    for (size_t i = 0; i < N; i++)
        y[i] = 0.25;
    assert_int_equal(find(24).period, 0);
    for (size_t i = 0; i < N; i++)
        y[i] = (double)i;
    assert_int_equal(find(24).period, 0);
}

/* Level and scale do not matter. */
static void scale_does_not_matter(void **state)
{
    static const double scale[] = {1e-3, 1e150, -4};
    struct hc_period a, b;

    (void)state;
    for (size_t k = 0; k < HC_COUNT(scale); k++) {
        noise(8, 0.5);
        signal_wave(y, N, 24, 1, 3);
        a = find(24);
        for (size_t i = 0; i < N; i++)
            y[i] = scale[k] * (y[i] + 5);
        b = find(24);
        assert_int_equal(a.period, 24);
        assert_int_equal(b.period, 24);
        assert_true(fabs(a.r - b.r) < 1e-9 && fabs(a.power - b.power) < 1e-6 * a.power);
    }
}

/* One hour a day, or a week, is a rhythm: its lines are many, its lag is one. */
static void finds_spikes_that_come_back(void **state)
{
    (void)state;
    for (size_t week = 0; week < 2; week++) {
        noise(20 + week, 0);
        for (size_t i = 0; i < N; i++)
            y[i] = 0.5 * y[i] + (i % (week ? 168 : 24) == 13 ? 30 : 0);
        assert_int_equal(find(24).period, week ? 168 : 24);
        assert_int_equal(find(0).period, week ? 168 : 24);
    }
}

static void gaps_do_not_hide_it(void **state)
{
    struct hc_draw d = {9};
    struct hc_period p;

    (void)state;
    noise(9, 0);
    signal_wave(y, N, 24, 1.5, 3);
    signal_gaps(&d, y, N, 200, 0.1);
    p = find(24);
    assert_int_equal(p.period, 24);
    assert_true(p.n < N - 250);
    for (size_t i = 0; i < N; i++)
        y[i] = i % 3 ? NAN : y[i];
    assert_int_equal(hc_period_find(&plan, y, 24, &p), HC_NO_DATA);
}

static void plans(void **state)
{
    struct hc_period_plan other;
    struct hc_period p;

    (void)state;
    assert_int_equal(hc_period_plan_init(&other, HC_PERIOD_LEAST - 1), HC_NO_DATA);
    for (size_t n = HC_PERIOD_LEAST; n < 3000; n = n * 5 / 4 + 1) {
        assert_int_equal(hc_period_plan_init(&other, n), HC_OK);
        assert_true(other.threshold > 5 && other.threshold < 40);
        assert_true(
            n > N || hc_period_find(&other, y, 24, &p) == HC_NO_DATA || p.period < n);
        hc_period_plan_clear(&other);
    }
    for (long n = 0; n < 3; n++) {
        hc_mem_fail_after(n);
        assert_int_equal(hc_period_plan_init(&other, 100), HC_NO_MEMORY);
        hc_mem_fail_after(-1);
    }
    noise(1, 0);
    hc_mem_fail_after(0);
    assert_int_equal(hc_period_find(&plan, y, 24, &p), HC_NO_MEMORY);
    hc_mem_fail_after(-1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transform_is_the_sum),
        cmocka_unit_test(finds_planted_periods),
        cmocka_unit_test(tells_day_from_half_and_week),
        cmocka_unit_test(is_not_fooled),
        cmocka_unit_test(scale_does_not_matter),
        cmocka_unit_test(finds_spikes_that_come_back),
        cmocka_unit_test(gaps_do_not_hide_it),
        cmocka_unit_test(plans),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
