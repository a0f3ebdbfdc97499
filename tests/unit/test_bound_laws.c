#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include <stdatomic.h>

#include "base/workers.h"
#include "bound_small.h"
#include "bounds/all.h"
#include "bounds/ffd.h"
#include "bounds/l2.h"
#include "bounds/lp.h"

enum { INSTANCES = 6000 };

/* What was seen on the way, so that a law does not hold for want of cases. */
struct seen {
    int solved, impossible, left_out, tight_l1, tight_lp, lp_above_both, l2_above_l1;
    int tight_all, by_pool;
};

static void below_optimum(
    const struct hc_bound_case *c, int64_t optimum, uint64_t *state, struct seen *seen)
{
    size_t pairs = 1 + (size_t)small_below(state, 9);
    size_t proof_pairs = 1 + (size_t)small_below(state, 17);
    struct hc_bounds all;
    struct hc_bound_lp coarse;
    struct hc_bound_ffd ffd;

    assert_int_equal(hc_bounds_read(c, &all), HC_OK);
    assert_int_equal(hc_bound_lp_within(c, pairs, proof_pairs, &coarse), HC_OK);
    assert_int_equal(hc_bound_ffd(c, NULL, &ffd, NULL), HC_OK);
    if (optimum < 0) {
        assert_true(ffd.pending > 0);
        seen->impossible++;
        return;
    }
    assert_true(all.l1.nodes <= optimum && all.l2.nodes <= optimum);
    assert_true(all.lp.nodes <= optimum && coarse.nodes <= optimum);
    assert_true(all.by_pool <= optimum && all.nodes <= optimum && !all.impossible);
    assert_true(ffd.pending > 0 || ffd.nodes >= optimum);
    assert_int_equal(all.lp.end, HC_LINEAR_BEST);
    seen->solved++;
    seen->left_out += c->left_out > 0;
    seen->tight_l1 += all.l1.nodes == optimum;
    seen->tight_lp += all.lp.nodes == optimum;
    seen->tight_all += all.nodes == optimum;
    seen->lp_above_both += all.lp.nodes > all.l1.nodes && all.lp.nodes > all.l2.nodes;
    seen->l2_above_l1 += all.l2.nodes > all.l1.nodes;
    seen->by_pool += all.kind == HC_BOUND_BY_POOL;
}

/* No bound is above the true optimum, and no oracle below it. */
static void bounds_hold_the_optimum(void **unused)
{
    uint64_t state = 20250607;
    struct seen seen = {0};

    (void)unused;
    for (int k = 0; k < INSTANCES; k++) {
        HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {0};
        struct small s;

        small_make(&s, &state);
        assert_int_equal(hc_bound_case_init(&c, &s.in, NULL), HC_OK);
        below_optimum(&c, small_optimum(&s, 0), &state, &seen);
    }
    assert_true(seen.solved > INSTANCES / 2 && seen.impossible > INSTANCES / 20);
    assert_true(seen.left_out > INSTANCES / 50);
    /* bounds that were 0 would be below as well */
    print_message("%d solved: tight L1 %d, LP %d, all %d; LP above L1 and L2 %d, "
                  "L2 above L1 %d, by pool above all %d\n",
        seen.solved, seen.tight_l1, seen.tight_lp, seen.tight_all, seen.lp_above_both,
        seen.l2_above_l1, seen.by_pool);
    assert_true(seen.tight_l1 > seen.solved / 2 && seen.tight_lp > seen.solved / 2);
    assert_true(seen.lp_above_both > seen.solved / 50);
    assert_true(seen.l2_above_l1 > seen.solved / 100);
    assert_true(seen.by_pool > seen.solved / 200);
    assert_true(seen.tight_all > seen.solved * 9 / 10);
}

/* The same where some pods may be left without a node, whichever they are. */
static void bounds_hold_with_pods_pending(void **unused)
{
    uint64_t state = 8;
    int lower[4] = {0};

    (void)unused;
    for (int k = 0; k < INSTANCES / 2; k++) {
        HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {0};
        struct hc_bounds all, none;
        struct hc_bound_lp coarse;
        struct small s;
        int64_t optimum;

        small_make(&s, &state);
        assert_int_equal(hc_bound_case_init(&c, &s.in, NULL), HC_OK);
        assert_int_equal(hc_bounds_read(&c, &none), HC_OK);
        c.pending = 1 + k % 3;
        optimum = small_optimum(&s, c.pending);
        assert_int_equal(hc_bounds_read(&c, &all), HC_OK);
        assert_int_equal(hc_bound_lp_within(&c, 4, 8, &coarse), HC_OK);
        if (optimum < 0)
            continue;
        assert_true(all.nodes <= optimum && coarse.nodes <= optimum && !all.impossible);
        lower[0] += all.l1.nodes < none.l1.nodes;
        lower[1] += all.l2.nodes < none.l2.nodes;
        lower[2] += all.lp.nodes < none.lp.nodes;
        lower[3] += all.nodes == optimum;
    }
    for (int k = 0; k < 4; k++)
        assert_true(lower[k] > INSTANCES / 8);
}

/* What is proven of the solver's prices loses next to nothing of its own value. */
static void dual_loses_little(void **unused)
{
    uint64_t state = 4711;

    (void)unused;
    for (int k = 0; k < INSTANCES / 2; k++) {
        HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {0};
        struct hc_bound_lp lp;
        struct small s;

        small_make(&s, &state);
        assert_int_equal(hc_bound_case_init(&c, &s.in, NULL), HC_OK);
        assert_int_equal(hc_bound_lp(&c, &lp), HC_OK);
        if (lp.end != HC_LINEAR_BEST || !c.pod_types)
            continue;
        assert_true(fabs(lp.value - lp.solver) < 1e-5);
        assert_true(lp.nodes >= (int64_t)ceil(lp.value - 1e-9));
    }
}

/* Any prices at all: a wrong solver cannot make a wrong bound. */
static void any_prices_are_safe(void **unused)
{
    static const double odd[] = {0, -1, NAN, INFINITY, 1e300, 1e-300, 0.5, 1, 3};
    uint64_t state = 99;
    int informative = 0;

    (void)unused;
    for (int k = 0; k < INSTANCES; k++) {
        HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {0};
        double price[SMALL_TYPES * SMALL_RESOURCES], value;
        int64_t scale[SMALL_RESOURCES], nodes, optimum;
        struct small s;

        small_make(&s, &state);
        assert_int_equal(hc_bound_case_init(&c, &s.in, NULL), HC_OK);
        for (size_t r = 0; r < c.resources; r++)
            scale[r] = hc_bound_largest(&c, r);
        for (size_t i = 0; i < HC_COUNT(price); i++)
            price[i] = k % 4 ? (double)(small_below(&state, 3000) - 1000 * (k % 2)) / 1500
                             : odd[small_below(&state, HC_COUNT(odd))];
        optimum = small_optimum(&s, 0);
        if (optimum < 0 || !hc_bound_dual(&c, price, scale, &nodes, &value))
            continue;
        assert_true(nodes <= optimum);
        informative += nodes > 0;
    }
    assert_true(informative > INSTANCES / 8);
}

/* Merging alike types, and splitting them, changes nothing that is said. */
static void split_types_are_the_same(void **unused)
{
    uint64_t state = 5;

    (void)unused;
    for (int k = 0; k < INSTANCES / 4; k++) {
        HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {0}, twice = {0};
        struct small s, halves;

        small_make(&s, &state);
        halves = s;
        if (s.in.pod_types > 2 || s.in.node_types > 2)
            continue;
        halves.in.demand = halves.demand;
        halves.in.pods = halves.pods;
        halves.in.capacity = halves.capacity;
        halves.in.nodes = halves.nodes;
        halves.in.may = s.in.may ? halves.may : NULL;
        for (size_t i = 0; i < 2 * s.in.pod_types; i++) {
            size_t of = i % s.in.pod_types;

            halves.pods[i] = i < s.in.pod_types ? s.pods[of] / 2 : (s.pods[of] + 1) / 2;
            halves.may[i] = (s.may[of] & ((1u << s.in.node_types) - 1)) *
                            (1 + (1u << s.in.node_types));
            for (size_t r = 0; r < s.in.resources; r++)
                halves.demand[i * s.in.resources + r] = s.demand[of * s.in.resources + r];
        }
        for (size_t t = 0; t < 2 * s.in.node_types; t++) {
            size_t of = t % s.in.node_types;

            halves.nodes[t] =
                t < s.in.node_types ? s.nodes[of] / 2 : (s.nodes[of] + 1) / 2;
            for (size_t r = 0; r < s.in.resources; r++)
                halves.capacity[t * s.in.resources + r] =
                    s.capacity[of * s.in.resources + r];
        }
        halves.in.pod_types *= 2;
        halves.in.node_types *= 2;
        assert_int_equal(hc_bound_case_init(&c, &s.in, NULL), HC_OK);
        assert_int_equal(hc_bound_case_init(&twice, &halves.in, NULL), HC_OK);
        assert_int_equal(twice.pod_types, c.pod_types);
        assert_int_equal(twice.node_types, c.node_types);
        assert_int_equal(twice.all_pods, c.all_pods);
        assert_int_equal(twice.left_out, c.left_out);
        assert_memory_equal(
            twice.demand, c.demand, c.pod_types * c.resources * sizeof(*c.demand));
        assert_memory_equal(twice.pods, c.pods, c.pod_types * sizeof(*c.pods));
        assert_memory_equal(twice.nodes, c.nodes, c.node_types * sizeof(*c.nodes));
    }
}

/* Rows of `may` that are numbered, shared and in another order say the same. */
static void numbered_rows_are_the_same(void **unused)
{
    uint64_t state = 17;
    int merged = 0;

    (void)unused;
    for (int k = 0; k < INSTANCES / 4; k++) {
        HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {0}, other = {0};
        struct small s;
        uint64_t rows[SMALL_TYPES];
        uint32_t rule[SMALL_TYPES];

        small_make(&s, &state);
        memcpy(rows, s.may, sizeof(rows));
        for (size_t i = 0; i < SMALL_TYPES; i++) {
            rule[i] = (uint32_t)small_below(&state, SMALL_TYPES);
            s.may[i] = rows[rule[i]];
        }
        s.in.may = s.may;
        assert_int_equal(hc_bound_case_init(&c, &s.in, NULL), HC_OK);
        s.in.may = rows;
        s.in.rule = rule;
        assert_int_equal(hc_bound_case_init(&other, &s.in, NULL), HC_OK);
        assert_int_equal(other.pod_types, c.pod_types);
        assert_int_equal(other.node_types, c.node_types);
        assert_int_equal(other.left_out, c.left_out);
        assert_memory_equal(
            other.demand, c.demand, c.pod_types * c.resources * sizeof(*c.demand));
        assert_memory_equal(other.pods, c.pods, c.pod_types * sizeof(*c.pods));
        assert_memory_equal(other.nodes, c.nodes, c.node_types * sizeof(*c.nodes));
        assert_memory_equal(other.may, c.may, c.pod_types * c.words * sizeof(*c.may));
        merged += c.pod_types < s.in.pod_types && c.pod_types > 1;
    }
    assert_true(merged > INSTANCES / 50);
}

/* ---- side by side -------------------------------------------------------------------
 */

enum { SIDE_BY_SIDE = 400 };

struct many {
    atomic_size_t next;
    struct hc_bound_lp lp[SIDE_BY_SIDE];
};

static void *bound_many(void *context)
{
    struct many *many = context;

    for (size_t k = atomic_fetch_add(&many->next, 1); k < SIDE_BY_SIDE;
         k = atomic_fetch_add(&many->next, 1)) {
        HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {0};
        uint64_t state = 1000 + k;
        struct small s;

        small_make(&s, &state);
        if (hc_bound_case_init(&c, &s.in, NULL) || hc_bound_lp(&c, &many->lp[k]))
            many->lp[k].nodes = -1;
    }
    return NULL;
}

/* Many at a time, each with a solver of its own, say what one says. */
static void side_by_side_is_the_same(void **state)
{
    static struct many alone, four;

    (void)state;
    hc_workers_run(1, bound_many, &alone);
    hc_workers_run(4, bound_many, &four);
    for (size_t k = 0; k < SIDE_BY_SIDE; k++) {
        assert_true(alone.lp[k].nodes >= 0);
        assert_int_equal(alone.lp[k].nodes, four.lp[k].nodes);
        assert_memory_equal(
            &alone.lp[k].value, &four.lp[k].value, sizeof(alone.lp[k].value));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_hold_the_optimum),
        cmocka_unit_test(bounds_hold_with_pods_pending),
        cmocka_unit_test(dual_loses_little),
        cmocka_unit_test(any_prices_are_safe),
        cmocka_unit_test(split_types_are_the_same),
        cmocka_unit_test(numbered_rows_are_the_same),
        cmocka_unit_test(side_by_side_is_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
