/* Laws of rate(), and random series against a slow and plain reference. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "collect/rate.h"
#include "wire.h"

enum { MOST = 2000 };

struct points {
    size_t n;
    struct hc_sample list[MOST];
};

static enum hc_status keep_point(
    void *context, int64_t t_ms, double v, struct hc_error *err)
{
    struct points *points = context;

    (void)err;
    assert_true(points->n < MOST);
    assert_true(!points->n || points->list[points->n - 1].t_ms < t_ms);
    points->list[points->n++] = (struct hc_sample){t_ms, v};
    return HC_OK;
}

/* All points, the samples fed in batches. */
static void evaluate(struct hc_rate_options *o, const struct hc_sample *s, size_t n,
    size_t batch, struct points *points)
{
    struct hc_rate rate = {0};

    points->n = 0;
    o->point = keep_point;
    o->context = points;
    for (int again = 0; again < 2; again++) {
        points->n = 0;
        assert_int_equal(hc_rate_begin(&rate, o, NULL), HC_OK);
        for (size_t i = 0; i < n; i += batch)
            assert_int_equal(
                hc_rate_add(&rate, s + i, n - i < batch ? n - i : batch, NULL), HC_OK);
        assert_int_equal(hc_rate_end(&rate, NULL), HC_OK);
    }
    hc_rate_clear(&rate);
}

/* ---- the reference: each point anew, from all samples ---- */

static bool inside(const struct hc_rate_options *o, int64_t t, int64_t at)
{
    return t <= at && (o->left_open ? t > at - o->window_ms : t >= at - o->window_ms);
}

static bool last_of(const struct hc_rate_options *o, const struct hc_sample *s, size_t n,
    int64_t at, double *ret)
{
    while (n && (!inside(o, s[n - 1].t_ms, at) ||
                    (o->function == HC_RATE_SEEN && hc_is_stale(s[n - 1].v))))
        n--;
    *ret = n ? s[n - 1].v : 0;
    return n && !hc_is_stale(s[n - 1].v);
}

static bool slowly(const struct hc_rate_options *o, const struct hc_sample *s, size_t n,
    int64_t at, double *ret)
{
    struct hc_sample in[MOST];
    size_t m = 0;
    double d, span, a, start, end, zero = INFINITY;

    if (o->function == HC_RATE_LAST || o->function == HC_RATE_SEEN)
        return last_of(o, s, n, at, ret);
    for (size_t i = 0; i < n; i++)
        if (inside(o, s[i].t_ms, at) && !hc_is_stale(s[i].v))
            in[m++] = s[i];
    if (m < 2)
        return false;
    d = in[m - 1].v - in[0].v;
    for (size_t i = 1; i < m; i++)
        d += in[i].v < in[i - 1].v ? in[i - 1].v : 0;
    span = (double)(in[m - 1].t_ms - in[0].t_ms) / 1000;
    a = span / (double)(m - 1);
    start = (double)(in[0].t_ms - at + o->window_ms) / 1000;
    end = (double)(at - in[m - 1].t_ms) / 1000;
    if (d > 0 && in[0].v >= 0)
        zero = span * in[0].v / d;
    if (o->late_zero)
        start = fmin(start < 1.1 * a ? start : a / 2, zero);
    else
        start = fmin(start, zero) < 1.1 * a ? fmin(start, zero) : a / 2;
    end = end < 1.1 * a ? end : a / 2;
    *ret = d * (span + start + end) / span;
    if (o->function == HC_RATE_RATE)
        *ret /= (double)o->window_ms / 1000;
    return true;
}

static double stale(void)
{
    const uint64_t bits = HC_STALE_BITS;
    double v;

    memcpy(&v, &bits, sizeof(v));
    return v;
}

static size_t random_series(uint64_t *seed, struct hc_sample *s)
{
    size_t n = wire_below(seed, 400);
    int64_t t = -20000 + (int64_t)wire_below(seed, 40) * 1000;
    double v = (double)wire_below(seed, 3) * 1e6;
    bool even = wire_below(seed, 2);

    for (size_t i = 0; i < n; i++) {
        s[i] = (struct hc_sample){t, wire_below(seed, 30) ? v : stale()};
        v += (double)wire_below(seed, 1000) / 8;
        if (wire_below(seed, 25) == 0)
            v = (double)wire_below(seed, 5);
        t += even ? 1000 : (int64_t)(1 + wire_below(seed, 3000));
        if (wire_below(seed, 50) == 0)
            t += (int64_t)wire_below(seed, 100000);
    }
    return n;
}

static void random_series_are_as_the_reference_says(void **state)
{
    static struct hc_sample s[MOST];
    static struct points points;
    uint64_t seed = 11;
    size_t compared = 0;

    (void)state;
    for (int i = 0; i < 1500; i++) {
        size_t n = random_series(&seed, s), p = 0;
        struct hc_rate_options o = {
            .function = (enum hc_rate_function)wire_below(&seed, 4),
            .start_ms = (int64_t)wire_below(&seed, 50) * 1000 - 10000,
            .step_ms = (int64_t)(1 + wire_below(&seed, 20)) * 500,
            .window_ms = (int64_t)(1 + wire_below(&seed, 30)) * 1000,
            .left_open = wire_below(&seed, 2),
            .late_zero = wire_below(&seed, 2)};

        o.end_ms = o.start_ms + o.step_ms * (int64_t)wire_below(&seed, 300) + 7;
        evaluate(&o, s, n, 1 + wire_below(&seed, 50), &points);
        for (int64_t t = o.start_ms; t <= o.end_ms; t += o.step_ms) {
            double x;

            if (!slowly(&o, s, n, t, &x))
                continue;
            assert_true(p < points.n);
            assert_true(points.list[p].t_ms == t);
            assert_true(fabs(points.list[p].v - x) <= 1e-12 * fabs(x));
            p++;
        }
        assert_int_equal(p, points.n);
        compared += p;
    }
    assert_true(compared > 50000);
}

/* ---- laws and examples ---- */

static double one(struct hc_rate_options o, const struct hc_sample *s, size_t n)
{
    static struct points points;

    o.end_ms = o.start_ms;
    o.step_ms = 1;
    evaluate(&o, s, n, n, &points);
    return points.n ? points.list[0].v : NAN;
}

static void a_straight_line_has_its_slope(void **state)
{
    struct hc_sample s[100];
    struct hc_rate_options o = {
        .function = HC_RATE_RATE, .start_ms = 990000, .window_ms = 300000};

    (void)state;
    for (int i = 0; i < 100; i++)
        s[i] = (struct hc_sample){i * 10000, 1000 + 2.5 * i * 10};
    assert_true(fabs(one(o, s, 100) - 2.5) < 1e-12);
    o.start_ms = 993000; /* off the grid of scrapes: extrapolated to the edges */
    assert_true(fabs(one(o, s, 100) - 2.5) < 1e-12);
    o.function = HC_RATE_INCREASE;
    assert_true(fabs(one(o, s, 100) - 750) < 1e-9);
}

/* What pull request 15822's discussion computes by hand. */
static void a_counter_does_not_begin_below_zero(void **state)
{
    const struct hc_sample s[] = {{15000, 0}, {30000, 6}, {45000, 9}};
    struct hc_rate_options o = {
        .function = HC_RATE_INCREASE, .start_ms = 60000, .window_ms = 60000};

    (void)state;
    assert_true(fabs(one(o, s, 3) - 9 * 45.0 / 30) < 1e-12);
}

/* The two rules for the start differ if z lies between a / 2 and 1.1 a. */
static void the_rule_for_zero_changed(void **state)
{
    const struct hc_sample s[] = {{50000, 8}, {60000, 18}};
    struct hc_rate_options o = {
        .function = HC_RATE_INCREASE, .start_ms = 60000, .window_ms = 60000};

    (void)state;
    assert_true(fabs(one(o, s, 2) - 10 * (10 + 8.0) / 10) < 1e-12);
    o.late_zero = true;
    assert_true(fabs(one(o, s, 2) - 10 * (10 + 5.0) / 10) < 1e-12);
}

static void the_edge_of_the_window(void **state)
{
    const struct hc_sample s[] = {{0, 1}, {60000, 2}};
    struct hc_rate_options o = {
        .function = HC_RATE_RATE, .start_ms = 60000, .window_ms = 60000};

    (void)state;
    assert_true(fabs(one(o, s, 2) - 1.0 / 60) < 1e-15);
    o.left_open = true;
    assert_true(isnan(one(o, s, 2)));
    o.function = HC_RATE_LAST;
    o.window_ms = HC_RATE_LOOKBACK_MS;
    o.start_ms = 60000 + HC_RATE_LOOKBACK_MS;
    assert_true(isnan(one(o, s, 2)));
    o.left_open = false;
    assert_true(one(o, s, 2) == 2);
}

static void a_reset_is_no_fall(void **state)
{
    const struct hc_sample s[] = {{0, 100}, {10000, 110}, {20000, 5}, {30000, 15}};
    struct hc_rate_options o = {
        .function = HC_RATE_INCREASE, .start_ms = 30000, .window_ms = 30000};

    (void)state;
    assert_true(fabs(one(o, s, 4) - 25) < 1e-12);
}

static void a_stale_marker_ends_a_series(void **state)
{
    const struct hc_sample s[] = {{0, 1}, {10000, 2}, {20000, stale()}, {40000, 4}};
    struct hc_rate_options o = {
        .function = HC_RATE_LAST, .start_ms = 25000, .window_ms = 300000};

    (void)state;
    assert_true(isnan(one(o, s, 4)));
    o.start_ms = 19999;
    assert_true(one(o, s, 4) == 2);
    o.start_ms = 40000;
    assert_true(one(o, s, 4) == 4);
    o.function = HC_RATE_SEEN; /* for these it is as if it were not there */
    o.start_ms = 25000;
    assert_true(one(o, s, 4) == 2);
    o.window_ms = 10000;
    assert_true(isnan(one(o, s, 4)));
    o.function = HC_RATE_INCREASE;
    o.start_ms = 40000;
    o.window_ms = 40000;
    assert_true(fabs(one(o, s, 4) - 3) < 1e-12);
}

/* A grid of 10^15 points, nearly all without samples. */
static void a_gap_costs_nothing(void **state)
{
    static struct points points;
    const struct hc_sample s[] = {{0, 1}, {1000, 2}, {INT64_C(1) << 52, 3}};
    struct hc_rate_options o = {.function = HC_RATE_LAST,
        .start_ms = -(INT64_C(1) << 52),
        .end_ms = INT64_C(1) << 53,
        .step_ms = 1,
        .window_ms = 10};

    (void)state;
    evaluate(&o, s, 3, 1, &points);
    assert_int_equal(points.n, 33);
}

static void what_makes_no_sense(void **state)
{
    const struct hc_sample back[] = {{5, 1}, {5, 2}};
    struct hc_rate_options o = {.end_ms = 10, .step_ms = 1, .window_ms = 1};
    struct hc_rate rate = {0};
    struct points points = {0};

    (void)state;
    o.point = keep_point;
    o.context = &points;
    assert_int_equal(hc_rate_begin(&rate, &o, NULL), HC_OK);
    assert_int_equal(hc_rate_add(&rate, back, 2, NULL), HC_INPUT);
    hc_rate_clear(&rate);
    o.step_ms = 0;
    assert_int_equal(hc_rate_begin(&rate, &o, NULL), HC_USAGE);
    o.step_ms = 1;
    o.window_ms = 0;
    assert_int_equal(hc_rate_begin(&rate, &o, NULL), HC_USAGE);
    o.window_ms = 1;
    o.end_ms = -1;
    assert_int_equal(hc_rate_begin(&rate, &o, NULL), HC_USAGE);
    o.end_ms = INT64_MAX;
    assert_int_equal(hc_rate_begin(&rate, &o, NULL), HC_USAGE);
    hc_rate_clear(&rate);
}

static void no_memory(void **state)
{
    const struct hc_sample s[] = {{0, 1}};
    struct hc_rate_options o = {.end_ms = 10, .step_ms = 1, .window_ms = 1};
    struct hc_rate rate = {0};
    enum hc_status status;

    (void)state;
    assert_int_equal(hc_rate_begin(&rate, &o, NULL), HC_OK);
    hc_mem_fail_after(0);
    status = hc_rate_add(&rate, s, 1, NULL);
    hc_mem_fail_after(-1);
    assert_int_equal(status, HC_NO_MEMORY);
    hc_rate_clear(&rate);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_series_are_as_the_reference_says),
        cmocka_unit_test(a_straight_line_has_its_slope),
        cmocka_unit_test(a_counter_does_not_begin_below_zero),
        cmocka_unit_test(the_rule_for_zero_changed),
        cmocka_unit_test(the_edge_of_the_window),
        cmocka_unit_test(a_reset_is_no_fall),
        cmocka_unit_test(a_stale_marker_ends_a_series),
        cmocka_unit_test(a_gap_costs_nothing),
        cmocka_unit_test(what_makes_no_sense),
        cmocka_unit_test(no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
