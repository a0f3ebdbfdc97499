/* Roles: each rule, its edges, and noise that is no office; the shiftable share. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "patterns/role.h"
#include "made_signal.h"

enum { N = HC_WEEK * 6 };

static uint8_t slot[N];
static double y[N];
static const struct hc_role_options usual = {0};

static struct hc_load describe(void)
{
    struct hc_load load;

    assert_int_equal(hc_load_describe(y, N, slot, NAN, &usual, &load), HC_OK);
    return load;
}

/* `level` with noise of a tenth of it, `high` times that inside. */
static void make(uint64_t seed, double level, double high, bool (*inside)(size_t slot))
{
    struct hc_draw d = {seed};

    hc_week_slots(50, N, slot);
    for (size_t i = 0; i < N; i++)
        y[i] = level * (1 + 0.05 * hc_draw_normal(&d)) *
               (inside && inside(slot[i]) ? high : 1);
}

static bool in_office(size_t s)
{
    return s < 120 && s % 24 >= 8 && s % 24 < 18;
}

static bool in_night(size_t s)
{
    return s % 24 >= 22 || s % 24 < 6;
}

static bool on_sunday_noon(size_t s)
{
    return s == 156;
}

static bool at_odd_hours(size_t s)
{
    return s % 2;
}

static void every_role(void **state)
{
    static const struct {
        const char *name;
        double level, high;
        bool (*inside)(size_t slot);
    } cases[HC_ROLES] = {
        {"idle", 0.008, 1, NULL},
        {"office", 0.2, 2, in_office},
        {"night", 0.2, 1.7, in_night},
        {"bursty", 0.1, 9, on_sunday_noon},
        {"steady", 0.5, 1, NULL},
        {"mixed", 0.1, 3, at_odd_hours},
    };

    (void)state;
    for (size_t k = 0; k < HC_ROLES; k++) {
        struct hc_load l;

        make(k + 1, cases[k].level, cases[k].high, cases[k].inside);
        if (k == HC_ROLE_KIND_BURSTY)
            for (size_t i = 0; i < N; i += 70)
                y[i] = 0.9;
        l = describe();
        assert_int_equal(l.role, k);
        assert_string_equal(hc_role_rules[k].name, cases[k].name);
        assert_true(l.n == N && l.p5 <= l.p50 && l.p50 <= l.p95 && l.p95 <= l.p99);
        assert_true(fabs(l.peak_to_mean - l.p99 / l.mean) < 1e-12);
    }
}

/* Just under 1.5 is no office; nor is it by a few wild nights; a given p99 decides. */
static void edges(void **state)
{
    struct hc_role_options o = {.idle = 0.3};
    struct hc_load l;

    (void)state;
    make(9, 0.2, 1.4, in_office);
    assert_int_not_equal(describe().role, HC_ROLE_KIND_OFFICE);
    make(10, 0.02, 1, NULL);
    for (size_t i = 0; i < 12; i++)
        y[i * 24] = 0.9; /* hour 2 of its day */
    l = describe();
    assert_true(l.night_ratio > 1.5 && l.role == HC_ROLE_KIND_BURSTY);
    assert_int_equal(l.hot_hours, 12);
    assert_int_equal(l.hot[slot[0]] + l.hot[slot[24]], 4);
    make(11, 0.2, 1, NULL);
    assert_int_equal(hc_load_describe(y, N, slot, 0.005, &usual, &l), HC_OK);
    assert_int_equal(l.role, HC_ROLE_KIND_IDLE);
    assert_int_equal(hc_load_describe(y, N, slot, NAN, &o, &l), HC_OK);
    assert_int_equal(l.role, HC_ROLE_KIND_IDLE);
}

/* Autocorrelated noise, however wild, has no hours. */
static void noise_has_no_hours(void **state)
{
    size_t claimed = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 400; seed++) {
        struct hc_draw d = {seed * 100};
        struct hc_load l;

        memset(y, 0, sizeof(y));
        hc_week_slots(0, N, slot);
        signal_noise(&d, y, N, seed % 4 == 0 ? 1 : seed % 2 ? 0.9 : 0);
        for (size_t i = 0; i < N; i++)
            y[i] = 0.1 * exp(y[i]);
        l = describe();
        claimed += l.role == HC_ROLE_KIND_OFFICE || l.role == HC_ROLE_KIND_NIGHT;
    }
    assert_true(claimed <= 12);
}

static void shiftable_share(void **state)
{
    (void)state;
    hc_week_slots(0, N, slot);
    for (size_t i = 0; i < N; i++)
        y[i] = i % 24 < 12 ? 1 : 3; /* half of the day 1 above its mean of 2 */
    assert_true(fabs(hc_shiftable_share(y, N, slot) - 0.25) < 1e-12);
    for (size_t i = 0; i < N; i++)
        y[i] = (double)(1 + i / 24); /* from day to day nothing can be shifted */
    assert_true(hc_shiftable_share(y, N, slot) == 0);
    for (size_t i = 0; i < N; i++)
        y[i] = 0;
    assert_true(isnan(hc_shiftable_share(y, N, slot)));
}

static void little_data(void **state)
{
    struct hc_load l;

    (void)state;
    make(12, 0.3, 1, NULL);
    assert_int_equal(
        hc_load_describe(y, HC_ROLE_LEAST - 1, slot, NAN, &usual, &l), HC_NO_DATA);
    for (size_t i = 0; i < N; i++)
        y[i] = i % 5 ? NAN : i % 2 ? INFINITY : y[i];
    assert_int_equal(hc_load_describe(y, N, slot, NAN, &usual, &l), HC_OK);
    assert_true(isfinite(l.mean) && l.n == (N + 9) / 10);
    hc_mem_fail_after(0);
    assert_int_equal(hc_load_describe(y, N, slot, NAN, &usual, &l), HC_NO_MEMORY);
    hc_mem_fail_after(-1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_role),
        cmocka_unit_test(edges),
        cmocka_unit_test(noise_has_no_hours),
        cmocka_unit_test(shiftable_share),
        cmocka_unit_test(little_data),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
