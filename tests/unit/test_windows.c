/*
 * The windows against a naive loop in long double, and their laws: a result is a function
 * of the rows in its window alone, to the last bit.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "features/windows.h"

enum { ROWS = 4000 };
#define SECOND INT64_C(1000000)
#define START INT64_C(1748822400000000)

/* ---- made-up series ---- */

struct series {
    size_t n;
    int64_t time_us[ROWS];
    double value[ROWS];
};

static uint64_t seed;

static double uniform(void)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(seed >> 11) / 9007199254740992.0;
}

/* Steps of about half a minute, some far longer; some values missing; a level that jumps.
 */
static void make_irregular(struct series *s, uint64_t number, double offset)
{
    int64_t t = START - 12345;

    seed = number;
    s->n = ROWS;
    for (size_t i = 0; i < ROWS; i++) {
        bool gap = uniform() < 0.01;

        t += 1 + (int64_t)(uniform() * (gap ? 9e10 : 6e7));
        s->time_us[i] = t;
        s->value[i] = offset + uniform() + (uniform() < 0.02 ? 1000 : 0);
        if (uniform() < 0.1)
            s->value[i] = NAN;
    }
}

static void make_regular(struct series *s, int64_t step_us)
{
    seed = 7;
    s->n = ROWS;
    for (size_t i = 0; i < ROWS; i++) {
        s->time_us[i] = START + (int64_t)i * step_us;
        s->value[i] = uniform();
    }
}

/* ---- both ways ---- */

struct result {
    uint32_t n[ROWS];
    double mean[ROWS], m2[ROWS], max[ROWS];
};

static void roll(const struct series *s, int64_t width, size_t first, struct result *r)
{
    struct hc_windows scratch = {0};
    const struct hc_window_values out = {r->n, r->mean, r->m2, r->max};

    memset(r, 0xff, sizeof(*r));
    assert_int_equal(
        hc_windows_roll(&scratch, width, s->time_us, s->value, s->n, first, &out), HC_OK);
    hc_windows_clear(&scratch);
}

struct window {
    uint32_t n;
    long double mean, m2;
    double max, largest;
};

static struct window look(
    const int64_t *time_us, const double *value, size_t row, int64_t width)
{
    struct window w = {.max = -INFINITY};
    size_t from = row + 1;

    while (from > 0 && time_us[from - 1] > time_us[row] - width)
        from--;
    for (size_t i = from; i <= row; i++)
        if (!isnan(value[i])) {
            w.n++;
            w.mean += value[i];
            w.max = value[i] > w.max ? value[i] : w.max;
            w.largest = fabs(value[i]) > w.largest ? fabs(value[i]) : w.largest;
        }
    w.mean /= w.n;
    for (size_t i = from; i <= row; i++)
        if (!isnan(value[i]))
            w.m2 += (value[i] - w.mean) * (value[i] - w.mean);
    return w;
}

static void check(const struct window *w, uint32_t n, double mean, double m2, double max)
{
    assert_int_equal(n, w->n);
    if (!n) {
        assert_true(isnan(mean) && isnan(m2) && isinf(max) && max < 0);
        return;
    }
    assert_true(fabsl(mean - w->mean) <= 1e-15L * w->largest + 1e-300L);
    assert_true(fabsl(m2 - w->m2) <= 1e-10L * w->m2);
    assert_true(max == w->max);
}

static const int64_t widths[] = {1, SECOND, 30 * SECOND, 3600 * SECOND, 21600 * SECOND,
    86400 * SECOND, 366 * 86400 * SECOND};

static void irregular_is_the_naive_loop(void **state)
{
    static struct series s;
    static struct result r;

    (void)state;
    for (uint64_t number = 1; number <= 3; number++)
        for (size_t k = 0; k < HC_COUNT(widths); k++) {
            make_irregular(&s, number, number == 3 ? 1e10 : 0);
            roll(&s, widths[k], 0, &r);
            for (size_t i = 0; i < s.n; i++) {
                struct window w = look(s.time_us, s.value, i, widths[k]);

                check(&w, r.n[i], r.mean[i], r.m2[i], r.max[i]);
            }
        }
}

static void regular_counts_rows(void **state)
{
    static struct series s;
    static struct result r;

    (void)state;
    make_regular(&s, 30 * SECOND);
    roll(&s, 3600 * SECOND, 0, &r);
    for (size_t i = 0; i < s.n; i++)
        assert_int_equal(r.n[i], i + 1 < 120 ? i + 1 : 120);
}

/* The row itself is in, the row exactly one width before is not; also across 1970. */
static void edges(void **state)
{
    static struct result r;
    static struct series s;
    const int64_t times[] = {-7200, -3600, -3599, 0, 1, 3600, 3601};
    const uint32_t wanted[] = {1, 1, 2, 2, 2, 2, 2};

    (void)state;
    s.n = HC_COUNT(times);
    for (size_t i = 0; i < s.n; i++) {
        s.time_us[i] = times[i] * SECOND;
        s.value[i] = (double)i;
    }
    roll(&s, 3600 * SECOND, 0, &r);
    for (size_t i = 0; i < s.n; i++)
        assert_int_equal(r.n[i], wanted[i]);
}

/* ---- laws ---- */

static bool same_bits(
    const struct result *a, size_t at, const struct result *b, size_t bt)
{
    return a->n[at] == b->n[bt] && !memcmp(&a->mean[at], &b->mean[bt], 8) &&
           !memcmp(&a->m2[at], &b->m2[bt], 8) && !memcmp(&a->max[at], &b->max[bt], 8);
}

/* Rows up to a row, whatever comes after them: the same bits. */
static void later_rows_change_nothing(void **state)
{
    static struct series whole, other;
    static struct result a, b;

    (void)state;
    make_irregular(&whole, 5, 0.5);
    for (size_t k = 0; k < HC_COUNT(widths); k++) {
        roll(&whole, widths[k], 0, &a);
        for (size_t cut = 1; cut < ROWS; cut += 97) {
            other = whole;
            for (size_t i = cut; i < ROWS; i++)
                other.value[i] = i % 3 ? 1e6 * uniform() : NAN;
            other.n = cut + (cut % 2 ? ROWS - cut : 0); /* changed, or taken away */
            roll(&other, widths[k], 0, &b);
            for (size_t i = 0; i < cut; i++)
                assert_true(same_bits(&a, i, &b, i));
        }
    }
}

/* Rows before the window are not needed, and their values do not matter. */
static void earlier_rows_change_nothing(void **state)
{
    static struct series whole, part;
    static struct result a, b;

    (void)state;
    make_irregular(&whole, 6, 0);
    for (size_t k = 0; k < HC_COUNT(widths); k++) {
        roll(&whole, widths[k], 0, &a);
        for (size_t first = 0; first < ROWS; first += 131) {
            size_t from = first;

            while (from > 0 && whole.time_us[from - 1] > whole.time_us[first] - widths[k])
                from--;
            part.n = ROWS - from;
            memcpy(part.time_us, whole.time_us + from, part.n * sizeof(int64_t));
            memcpy(part.value, whole.value + from, part.n * sizeof(double));
            roll(&part, widths[k], first - from, &b);
            for (size_t i = first; i < ROWS; i++)
                assert_true(same_bits(&a, i, &b, i - first));
        }
    }
}

static void equal_values_have_no_spread(void **state)
{
    static struct series s;
    static struct result r;

    (void)state;
    make_irregular(&s, 8, 0);
    for (size_t i = 0; i < s.n; i++)
        if (!isnan(s.value[i]))
            s.value[i] = 0.1;
    for (size_t k = 0; k < HC_COUNT(widths); k++) {
        roll(&s, widths[k], 0, &r);
        for (size_t i = 0; i < s.n; i++)
            assert_true(!r.n[i] || (r.mean[i] == 0.1 && r.m2[i] == 0 && r.max[i] == 0.1));
    }
}

/* ---- weeks on end ---- */

/* Ten million rows, eleven years at 35 s: as exact at the end as at the start. */
static void nothing_drifts(void **state)
{
    enum { LONG = 10000000 };
    int64_t *time_us = hc_alloc(LONG, sizeof(*time_us));
    double *value = hc_alloc(LONG, sizeof(*value));
    struct hc_window_values out = {hc_alloc(LONG, sizeof(*out.n)),
        hc_alloc(LONG, sizeof(double)), hc_alloc(LONG, sizeof(double)),
        hc_alloc(LONG, sizeof(double))};
    struct hc_windows scratch = {0};

    (void)state;
    assert_true(time_us && value && out.n && out.mean && out.m2 && out.max);
    seed = 9;
    for (size_t i = 0; i < LONG; i++) {
        time_us[i] = START + (int64_t)i * 35 * SECOND;
        value[i] = 1e9 + 1e3 * uniform() + (i % 500000 < 3 ? 1e15 : 0);
    }
    for (size_t k = 3; k < 6; k++) {
        assert_int_equal(
            hc_windows_roll(&scratch, widths[k], time_us, value, LONG, 0, &out), HC_OK);
        for (size_t i = LONG - 1; i > 20000; i -= 19937) {
            struct window w = look(time_us, value, i, widths[k]);

            assert_int_equal(out.n[i], w.n);
            assert_true(fabsl(out.mean[i] - w.mean) <= 1e-9L * fabsl(w.mean));
            assert_true(fabsl(sqrtl(out.m2[i]) - sqrtl(w.m2)) <= 1e-9L * sqrtl(w.m2));
            assert_true(out.max[i] == w.max);
        }
    }
    hc_windows_clear(&scratch);
    hc_free(time_us), hc_free(value), hc_free(out.n);
    hc_free(out.mean), hc_free(out.m2), hc_free(out.max);
}

static void no_memory_is_a_status(void **state)
{
    static struct series s;
    static struct result r;
    struct hc_windows scratch = {0};
    const struct hc_window_values out = {r.n, r.mean, r.m2, r.max};
    enum hc_status status = HC_NO_MEMORY;
    long n = 0;

    (void)state;
    make_irregular(&s, 3, 0);
    for (; status; n++) {
        hc_windows_clear(&scratch);
        hc_mem_fail_after(n);
        status = hc_windows_roll(&scratch, widths[3], s.time_us, s.value, s.n, 0, &out);
        hc_mem_fail_after(-1);
        assert_true(status == HC_OK || status == HC_NO_MEMORY);
    }
    assert_true(n > 1);
    hc_windows_clear(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(irregular_is_the_naive_loop),
        cmocka_unit_test(regular_counts_rows),
        cmocka_unit_test(edges),
        cmocka_unit_test(later_rows_change_nothing),
        cmocka_unit_test(earlier_rows_change_nothing),
        cmocka_unit_test(equal_values_have_no_spread),
        cmocka_unit_test(nothing_drifts),
        cmocka_unit_test(no_memory_is_a_status),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
