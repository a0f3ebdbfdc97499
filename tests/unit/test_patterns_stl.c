/* Medians, gaps, loess and STL: laws, planted truth, hostile input. The numbers
 * themselves are held against statsmodels in tests/reference/test_patterns.py. */
#include <float.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "patterns/gaps.h"
#include "patterns/loess.h"
#include "patterns/median.h"
#include "patterns/stl.h"
#include "patterns/strength.h"
#include "made_signal.h"

enum { N = 24 * 28 };

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Against sorting, with ties and every size; what is before the rank is not larger. */
static void picks_what_sorting_gives(void **state)
{
    struct hc_draw d = {1};
    double x[200], sorted[200];

    (void)state;
    for (size_t n = 1; n < HC_COUNT(x); n++)
        for (size_t kinds = 1; kinds < 1000; kinds *= 9) {
            size_t k = hc_draw_below(&d, (uint32_t)n);

            for (size_t i = 0; i < n; i++)
                x[i] = sorted[i] = hc_draw_below(&d, (uint32_t)kinds);
            qsort(sorted, n, sizeof(*sorted), compare);
            assert_true(hc_pick(x, n, k) == sorted[k]);
            for (size_t i = 0; i < k; i++)
                assert_true(x[i] <= sorted[k]);
            assert_true(
                hc_pick_median(x, n) == (sorted[(n - 1) / 2] + sorted[n / 2]) / 2);
        }
    assert_true(isnan(hc_pick_median(x, 0)));
}

static void bridges_gaps(void **state)
{
    const double y[] = {NAN, 2, NAN, INFINITY, 8, NAN}, wanted[] = {2, 2, 4, 6, 8, 8};
    double x[6] = {NAN, NAN}, out[6];

    (void)state;
    assert_int_equal(hc_gaps_bridge(y, 6, out), 2);
    for (size_t i = 0; i < 6; i++)
        assert_true(fabs(out[i] - wanted[i]) < 1e-15);
    assert_int_equal(hc_gaps_bridge(x, 2, x), 0);
    assert_true(x[0] == 0 && x[1] == 0);
}

/* A line comes out as it went in, with any weights, wherever the window is. */
static void loess_keeps_a_line(void **state)
{
    struct hc_draw d = {2};
    double y[60] = {0}, weight[60], scratch[3 * 80], out[60];

    (void)state;
    signal_slope(y, 60, 0.5);
    for (size_t i = 0; i < 60; i++)
        weight[i] = 0.1 + hc_draw_unit(&d);
    for (size_t window = 3; window < 80; window += 2)
        for (size_t weighted = 0; weighted < 2; weighted++) {
            const struct hc_loess l = {y, weighted ? weight : NULL, 60, window, scratch};

            hc_loess_all(&l, out);
            for (size_t i = 0; i < 60; i++)
                assert_true(fabs(out[i] - y[i]) < 1e-10);
        }
}

/* The parts sum to the series, and are what was put in. */
static void stl_takes_apart(void **state)
{
    struct hc_draw d = {3};
    const struct hc_stl_options o = {.period = 24};
    double y[N] = {0}, season[N], trend[N], rest[N], worst = 0;

    (void)state;
    signal_wave(y, N, 24, 2, 14);
    signal_slope(y, N, 0.01);
    for (size_t i = 0; i < N; i++)
        y[i] += 0.05 * hc_draw_normal(&d);
    assert_int_equal(hc_stl(y, N, &o, season, trend, rest, NULL), HC_OK);
    for (size_t i = 0; i < N; i++) {
        assert_true(fabs(season[i] + trend[i] + rest[i] - y[i]) < 1e-12);
        worst = fmax(worst, fabs(season[i] - 2 * cos(2 * M_PI * ((double)i - 14) / 24)));
    }
    assert_true(worst < 0.15);
    assert_true(hc_strength(season, rest, N) > 0.99);
    assert_true(hc_strength(trend, rest, N) > 0.99);
}

/* Spikes that would pull a plain fit do not move a robust one. */
static void robust_is_robust(void **state)
{
    const struct hc_stl_options plain = {.period = 24},
                                robust = {.period = 24, .robust = true};
    struct hc_draw d = {4};
    double y[N] = {0}, season[2][N], trend[N], rest[N], off[2] = {0};

    (void)state;
    signal_wave(y, N, 24, 1, 3);
    for (size_t i = 0; i < N; i++)
        y[i] += 0.01 * hc_draw_normal(&d);
    for (size_t i = 11; i < N; i += 71)
        y[i] += 50;
    assert_int_equal(hc_stl(y, N, &plain, season[0], trend, rest, NULL), HC_OK);
    assert_int_equal(hc_stl(y, N, &robust, season[1], trend, rest, NULL), HC_OK);
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < N; i++)
            off[k] =
                fmax(off[k], fabs(season[k][i] - cos(2 * M_PI * ((double)i - 3) / 24)));
    assert_true(off[0] > 1);
    assert_true(off[1] < 0.05);
}

static void mstl_parts_two_rhythms(void **state)
{
    const size_t periods[] = {24, 168, 400};
    double y[N] = {0}, day[N], week[N], none[N], trend[N], rest[N], off = 0;
    double *const season[] = {day, week, none};
    size_t used;

    (void)state;
    signal_wave(y, N, 24, 2, 14);
    signal_wave(y, N, 168, 1, 100);
    assert_int_equal(
        hc_mstl(y, N, periods, 3, false, season, trend, rest, &used, NULL), HC_OK);
    assert_int_equal(used, 2); /* 400 is over half of the series */
    for (size_t i = 0; i < N; i++)
        off = fmax(off, fabs(day[i] - 2 * cos(2 * M_PI * ((double)i - 14) / 24)));
    assert_true(off < 0.05);
}

static void says_what_it_cannot(void **state)
{
    struct hc_stl_options o = {.period = 24};
    struct hc_error err;
    double y[N], season[N], trend[N], rest[N];

    (void)state;
    for (size_t i = 0; i < N; i++)
        y[i] = i % 3 ? NAN : 1;
    assert_int_equal(hc_stl(y, N, &o, season, trend, rest, &err), HC_NO_DATA);
    assert_int_equal(hc_stl(y, 47, &o, season, trend, rest, &err), HC_USAGE);
    o.trend = 6;
    assert_int_equal(hc_stl(y, N, &o, season, trend, rest, &err), HC_USAGE);
    assert_true(isnan(hc_strength(y, y, 1)));
    hc_mem_fail_after(0);
    o.trend = 0;
    assert_int_equal(hc_stl(y, N, &o, season, trend, rest, &err), HC_NO_MEMORY);
    hc_mem_fail_after(-1);
}

/* A constant has no remainder, hence no strength; huge values stay finite. */
static void odd_series(void **state)
{
    const struct hc_stl_options o = {.period = 24, .robust = true};
    double y[N], season[N], trend[N], rest[N];

    (void)state;
    for (size_t i = 0; i < N; i++)
        y[i] = 7;
    assert_int_equal(hc_stl(y, N, &o, season, trend, rest, NULL), HC_OK);
    for (size_t i = 0; i < N; i++)
        assert_true(fabs(trend[i] - 7) < 1e-9 && fabs(season[i]) < 1e-9);
    for (size_t i = 0; i < N; i++)
        y[i] = i % 24 == 3 ? 1e300 : 0;
    assert_int_equal(hc_stl(y, N, &o, season, trend, rest, NULL), HC_OK);
    for (size_t i = 0; i < N; i++)
        assert_true(isfinite(season[i]) && isfinite(trend[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(picks_what_sorting_gives),
        cmocka_unit_test(bridges_gaps),
        cmocka_unit_test(loess_keeps_a_line),
        cmocka_unit_test(stl_takes_apart),
        cmocka_unit_test(robust_is_robust),
        cmocka_unit_test(mstl_parts_two_rhythms),
        cmocka_unit_test(says_what_it_cannot),
        cmocka_unit_test(odd_series),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
