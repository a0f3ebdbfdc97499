/* PELT against plain dynamic programming; changes that were planted; nodes that change
 * together. PELT is held against ruptures in tests/reference/test_patterns.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "patterns/change.h"
#include "patterns/pelt.h"
#include "made_signal.h"

enum { N = 24 * 60, SMALL = 80 };

static double squares(const double *x, size_t from, size_t to)
{
    long double mean = 0, sum = 0;

    for (size_t i = from; i < to; i++)
        mean += x[i];
    mean /= (long double)(to - from);
    for (size_t i = from; i < to; i++)
        sum += (x[i] - mean) * (x[i] - mean);
    return (double)sum;
}

/* The least cost, by trying every start of every segment. */
static double least_cost(const double *x, size_t n, size_t least, double penalty)
{
    double cost[SMALL + 1] = {0};

    for (size_t end = 1; end <= n; end++) {
        cost[end] = INFINITY;
        for (size_t start = 0; start + least <= end; start++)
            cost[end] = fmin(cost[end], cost[start] + squares(x, start, end) + penalty);
    }
    return cost[n];
}

/* Without a least length the sum is the smallest there is; with one it is never below,
 * and is what its own segments cost. */
static void pelt_is_the_least(void **state)
{
    struct hc_draw d = {1};
    double x[SMALL];
    size_t ends[SMALL], n_ends, exact = 0, runs = 0;

    (void)state;
    for (size_t n = 2; n <= SMALL; n += 3)
        for (size_t least = 1; least <= n && least < 12; least += 2) {
            double penalty = 0.5 + 8 * hc_draw_unit(&d), cost, own = 0, best;

            for (size_t i = 0; i < n; i++)
                x[i] = 1e6 + (i / 9 % 3) * 2 + hc_draw_normal(&d);
            assert_int_equal(hc_pelt(x, n, least, penalty, ends, &n_ends, &cost), HC_OK);
            for (size_t k = 0; k < n_ends; k++) {
                size_t from = k ? ends[k - 1] : 0;

                assert_true(ends[k] >= from + least);
                own += squares(x, from, ends[k]) + penalty;
            }
            best = least_cost(x, n, least, penalty);
            assert_int_equal(ends[n_ends - 1], n);
            assert_true(fabs(own - cost) < 1e-6 * own);
            assert_true(cost > best - 1e-6 * best);
            assert_true(least > 1 || cost < best + 1e-6 * best);
            exact += cost < best + 1e-6 * best;
            runs++;
        }
    assert_true(10 * exact > 9 * runs);
    assert_int_equal(hc_pelt(x, 5, 0, 1, ends, &n_ends, NULL), HC_USAGE);
    assert_int_equal(hc_pelt(x, 5, 6, 1, ends, &n_ends, NULL), HC_USAGE);
}

static double y[N];

static void noise(uint64_t seed, double phi)
{
    struct hc_draw d = {seed};

    memset(y, 0, sizeof(y));
    signal_noise(&d, y, N, phi);
}

static void finds_levels(void **state)
{
    struct hc_changes c;

    (void)state;
    noise(1, 0.5);
    signal_step(y, N, 401, 3);
    signal_step(y, N, 903, -5);
    y[700] = 90; /* an hour is no level */
    assert_int_equal(hc_changes_find(y, N, &c), HC_OK);
    assert_int_equal(c.n, 2);
    assert_true(!c.wanders && !c.slope && c.phi > 0 && c.phi < 0.5);
    assert_true(c.change[0].hour >= 399 && c.change[0].hour <= 403);
    assert_true(c.change[1].hour >= 901 && c.change[1].hour <= 905);
    assert_true(fabs(c.change[0].before) < 0.3 && fabs(c.change[0].after - 3) < 0.3);
    assert_true(fabs(c.change[1].before - 3) < 0.3 && fabs(c.change[1].after + 2) < 0.3);
    hc_changes_clear(&c);
}

/* A slope is no stairs, and a step on it is one step; a walk has no levels. */
static void slopes_and_walks(void **state)
{
    struct hc_changes c;

    (void)state;
    noise(2, 0.3);
    signal_slope(y, N, 0.01);
    assert_int_equal(hc_changes_find(y, N, &c), HC_OK);
    assert_int_equal(c.n, 0);
    hc_changes_clear(&c);
    signal_step(y, N, 700, 6);
    assert_int_equal(hc_changes_find(y, N, &c), HC_OK);
    assert_true(c.n == 1 && c.slope);
    assert_true(c.change[0].hour >= 697 && c.change[0].hour <= 703);
    assert_true(fabs(c.change[0].after - c.change[0].before - 6) < 1.5);
    hc_changes_clear(&c);
    noise(3, 1);
    assert_int_equal(hc_changes_find(y, N, &c), HC_OK);
    assert_true(c.n == 0 && c.wanders);
    hc_changes_clear(&c);
}

static void gaps_and_odd_data(void **state)
{
    struct hc_draw d = {4};
    struct hc_changes c;

    (void)state;
    noise(4, 0.5);
    signal_step(y, N, 800, 4);
    signal_gaps(&d, y, N, 150, 0.2);
    assert_int_equal(hc_changes_find(y, N, &c), HC_OK);
    assert_int_equal(c.n, 1);
    hc_changes_clear(&c);
    for (size_t i = 0; i < N; i++)
        y[i] = i < 500 ? 1 : 2; /* no noise at all: nothing to measure by */
    assert_int_equal(hc_changes_find(y, N, &c), HC_OK);
    assert_int_equal(c.n, 0);
    hc_changes_clear(&c);
    assert_int_equal(hc_changes_find(y, 4 * (HC_CHANGE_LEAST - 1), &c), HC_NO_DATA);
    assert_int_equal(hc_changes_find(y, 0, &c), HC_NO_DATA);
    noise(5, 0);
    signal_step(y, N, 800, 4);
    for (long n = 0; n < 9; n++) {
        enum hc_status status;

        hc_mem_fail_after(n);
        status = hc_changes_find(y, N, &c);
        hc_mem_fail_after(-1);
        assert_true(status == HC_OK || status == HC_NO_MEMORY);
        assert_true(n > 3 || status == HC_NO_MEMORY);
        hc_changes_clear(&c);
    }
}

/* Twelve nodes within an hour are a joint change among a hundred that change when they
 * like. */
static void nodes_together(void **state)
{
    struct hc_draw d = {6};
    struct hc_change_at all[112];
    struct hc_joint_change joint[112];
    size_t n, chance = 0;

    (void)state;
    for (size_t i = 0; i < 112; i++)
        all[i] = (struct hc_change_at){
            i < 100 ? hc_draw_below(&d, 2184) : 1000 + hc_draw_below(&d, 2), (uint32_t)i};
    assert_int_equal(hc_changes_together(all, 112, 2184, joint, &n), HC_OK);
    assert_int_equal(n, 1);
    assert_true(joint[0].first >= 997 && joint[0].last <= 1003 && joint[0].n >= 12);
    for (size_t k = 0; k < joint[0].n; k++)
        assert_true(all[joint[0].from + k].hour >= joint[0].first &&
                    all[joint[0].from + k].hour <= joint[0].last);
    for (size_t run = 0; run < 200; run++) {
        for (size_t i = 0; i < 100; i++)
            all[i] = (struct hc_change_at){hc_draw_below(&d, 2184), (uint32_t)i};
        assert_int_equal(hc_changes_together(all, 100, 2184, joint, &n), HC_OK);
        chance += n > 0;
    }
    assert_true(chance <= 20); /* 5 % and a little */
    assert_int_equal(hc_changes_together(all, 0, 2184, joint, &n), HC_OK);
    assert_int_equal(n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pelt_is_the_least),
        cmocka_unit_test(finds_levels),
        cmocka_unit_test(slopes_and_walks),
        cmocka_unit_test(gaps_and_odd_data),
        cmocka_unit_test(nodes_together),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
