#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "bound_small.h"
#include "bounds/all.h"
#include "bounds/compaction.h"
#include "bounds/ffd.h"

enum { NODES = 60 };

/* A workload that fits while the nodes that are left have `demand` together. */
struct sized {
    int64_t size[NODES], demand;
    atomic_int packings;
};

static bool fits_by_size(void *context, const bool *removed)
{
    struct sized *sized = context;
    int64_t left = 0;

    atomic_fetch_add(&sized->packings, 1);
    for (size_t i = 0; i < NODES; i++)
        left += removed[i] ? 0 : sized->size[i];
    return left >= sized->demand;
}

static struct hc_compaction_ask ask_of(
    struct sized *sized, void **contexts, size_t workers, uint64_t seed)
{
    for (size_t w = 0; w < workers; w++)
        contexts[w] = sized;
    return (struct hc_compaction_ask){
        NODES, HC_COMPACTION_TRIALS, seed, workers, fits_by_size, contexts};
}

static void make_sizes(struct sized *sized)
{
    *sized = (struct sized){.demand = 200};
    for (size_t i = 0; i < NODES; i++)
        sized->size[i] = 1 + (int64_t)(i * 7 % 11);
}

/* One node removed after the other, as Borg's text has it. */
static int64_t one_by_one(struct sized *sized, uint64_t seed, size_t trial)
{
    size_t order[NODES], gone = 0;
    bool removed[NODES] = {false};

    hc_compaction_order(seed, trial, NODES, order);
    for (; gone < NODES; gone++) {
        removed[order[gone]] = true;
        if (!fits_by_size(sized, removed))
            break;
    }
    return (int64_t)(NODES - gone);
}

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static void halving_is_one_by_one(void **state)
{
    void *contexts[1];
    struct sized sized;
    struct hc_compaction result;

    (void)state;
    make_sizes(&sized);
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct hc_compaction_ask ask = ask_of(&sized, contexts, 1, seed);
        int64_t sorted[HC_COMPACTION_TRIALS];

        sized.packings = 0;
        assert_int_equal(hc_compaction_run(&ask, &result, NULL), HC_OK);
        assert_true(result.fits);
        assert_true(sized.packings <= 1 + HC_COMPACTION_TRIALS * 6); /* 2^6 > 60 + 1 */
        for (size_t k = 0; k < HC_COMPACTION_TRIALS; k++) {
            assert_int_equal(result.needed[k], one_by_one(&sized, seed, k));
            sorted[k] = result.needed[k];
        }
        qsort(sorted, HC_COMPACTION_TRIALS, sizeof(*sorted), ascending);
        assert_int_equal(result.least, sorted[0]);
        assert_int_equal(result.p90, sorted[9]);
        assert_int_equal(result.most, sorted[10]);
        assert_true(result.least < result.most); /* the orders differ */
    }
}

static void any_number_of_workers_is_the_same(void **state)
{
    void *contexts[16];
    struct sized sized;
    struct hc_compaction one, many, other;

    (void)state;
    make_sizes(&sized);
    struct hc_compaction_ask ask = ask_of(&sized, contexts, 1, 42);

    assert_int_equal(hc_compaction_run(&ask, &one, NULL), HC_OK);
    for (size_t workers = 2; workers <= 16; workers++) {
        ask = ask_of(&sized, contexts, workers, 42);
        assert_int_equal(hc_compaction_run(&ask, &many, NULL), HC_OK);
        assert_memory_equal(&one, &many, sizeof(one));
    }
    ask = ask_of(&sized, contexts, 1, 43);
    assert_int_equal(hc_compaction_run(&ask, &other, NULL), HC_OK);
    assert_memory_not_equal(one.needed, other.needed, sizeof(one.needed));
}

static void ends_of_the_range(void **state)
{
    void *contexts[2];
    struct sized sized;
    struct hc_compaction result;
    struct hc_error err;

    (void)state;
    make_sizes(&sized);
    struct hc_compaction_ask ask = ask_of(&sized, contexts, 2, 1);

    sized.demand = 0; /* every node can go */
    assert_int_equal(hc_compaction_run(&ask, &result, NULL), HC_OK);
    assert_true(result.fits && result.p90 == 0 && result.most == 0);
    for (size_t i = 0; i < NODES; i++) /* none can */
        sized.demand += sized.size[i];
    assert_int_equal(hc_compaction_run(&ask, &result, NULL), HC_OK);
    assert_true(result.fits && result.least == NODES && result.most == NODES);
    sized.demand++; /* not even with all */
    assert_int_equal(hc_compaction_run(&ask, &result, NULL), HC_OK);
    assert_false(result.fits);
    assert_int_equal(result.p90 + result.least + result.most, 0);
    ask.trials = 1;
    sized.demand = 1;
    assert_int_equal(hc_compaction_run(&ask, &result, NULL), HC_OK);
    assert_int_equal(result.p90, 1);
    ask.trials = 0;
    assert_int_equal(hc_compaction_run(&ask, &result, &err), HC_USAGE);
    assert_string_equal(err.message, "0 trials of compaction, not 1 to 101");
    ask.trials = 1;
    ask.workers = 65;
    assert_int_equal(hc_compaction_run(&ask, &result, &err), HC_USAGE);
}

/* Each order is a permutation, and over many of them each node is first about as often:
 * 6,000 orders, 100 expected, deviation 10. */
static void orders_are_fair(void **state)
{
    int first[NODES] = {0};

    (void)state;
    for (size_t k = 0; k < 100 * NODES; k++) {
        size_t order[NODES];
        bool seen[NODES] = {false};

        hc_compaction_order(7, k, NODES, order);
        for (size_t i = 0; i < NODES; i++) {
            assert_true(order[i] < NODES && !seen[order[i]]);
            seen[order[i]] = true;
        }
        first[order[0]]++;
    }
    for (size_t i = 0; i < NODES; i++)
        assert_in_range(first[i], 50, 150);
}

/* ---- beside a bound ------------------------------------------------------------------
 */

enum { TYPES = 3 };

struct packed {
    struct hc_bound_case c;
    size_t nodes, type[NODES * TYPES];
};

/* First-fit decreasing on the nodes that are left. */
static bool fits_by_ffd(void *context, const bool *removed)
{
    struct packed *packed = context;
    int64_t left[TYPES] = {0};
    struct hc_bound_ffd ffd;

    for (size_t i = 0; i < packed->nodes; i++)
        left[packed->type[i]] += !removed[i];
    return !hc_bound_ffd(&packed->c, left, &ffd, NULL) &&
           ffd.pending <= hc_compaction_pending(packed->c.all_pods);
}

static void make_packed(struct packed *packed, uint64_t *state)
{
    int64_t demand[2 * 20], pods[20], capacity[2 * TYPES], nodes[TYPES];
    uint64_t may[20];
    struct hc_bound_input in = {2, 20, demand, pods, TYPES, capacity, nodes, may};

    *packed = (struct packed){0};
    for (size_t i = 0; i < 2 * 20; i++)
        demand[i] = 1 + small_below(state, 40);
    for (size_t i = 0; i < 20; i++) {
        pods[i] = 20 + small_below(state, 60);
        may[i] = i % 4 ? 7 : 3;
    }
    for (size_t t = 0; t < TYPES; t++) {
        nodes[t] = NODES;
        capacity[2 * t] = 500 + small_below(state, 400);
        capacity[2 * t + 1] = 500 + small_below(state, 400);
    }
    assert_int_equal(hc_bound_case_init(&packed->c, &in, NULL), HC_OK);
    for (size_t t = 0; t < packed->c.node_types; t++)
        for (int64_t n = 0; n < packed->c.nodes[t]; n++)
            packed->type[packed->nodes++] = t;
}

static void nodes_needed_are_above_the_bound(void **unused)
{
    uint64_t state = 17;

    (void)unused;
    for (int k = 0; k < 20; k++) {
        struct packed packed;
        void *contexts[2] = {&packed, &packed};
        struct hc_compaction result;
        struct hc_bounds bounds;

        make_packed(&packed, &state);
        struct hc_compaction_ask ask = {
            packed.nodes, 5, (uint64_t)k, 2, fits_by_ffd, contexts};

        assert_int_equal(hc_compaction_run(&ask, &result, NULL), HC_OK);
        assert_true(result.fits);
        packed.c.pending = hc_compaction_pending(packed.c.all_pods);
        assert_true(packed.c.pending > 0);
        assert_int_equal(hc_bounds_read(&packed.c, &bounds), HC_OK);
        assert_true(bounds.nodes <= result.least);
        assert_true(bounds.nodes * 2 > result.most); /* and not by miles */
        hc_bound_case_clear(&packed.c);
    }
}

static void two_in_a_thousand_may_pend(void **state)
{
    (void)state;
    assert_int_equal(hc_compaction_pending(0), 0);
    assert_int_equal(hc_compaction_pending(499), 0);
    assert_int_equal(hc_compaction_pending(500), 1);
    assert_int_equal(hc_compaction_pending(8152), 16);
    assert_int_equal(hc_compaction_pending(300000), 600);
    assert_true(hc_compaction_pending(INT64_MAX) == INT64_MAX / 500);
}

static void failed_allocations_come_back(void **state)
{
    void *contexts[1];
    struct sized sized;
    struct hc_compaction result;

    (void)state;
    make_sizes(&sized);
    struct hc_compaction_ask ask = ask_of(&sized, contexts, 1, 1);

    for (long n = 0; n < 2; n++) {
        hc_mem_fail_after(n);
        assert_int_equal(hc_compaction_run(&ask, &result, NULL), HC_NO_MEMORY);
        hc_mem_fail_after(-1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(halving_is_one_by_one),
        cmocka_unit_test(any_number_of_workers_is_the_same),
        cmocka_unit_test(ends_of_the_range),
        cmocka_unit_test(orders_are_fair),
        cmocka_unit_test(nodes_needed_are_above_the_bound),
        cmocka_unit_test(two_in_a_thousand_may_pend),
        cmocka_unit_test(failed_allocations_come_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
