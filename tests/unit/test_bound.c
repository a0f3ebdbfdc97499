#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "bound_small.h"
#include "bounds/all.h"
#include "bounds/ffd.h"
#include "bounds/l2.h"
#include "bounds/merge.h"
#include "bounds/time.h"

#define GIB ((int64_t)1 << 30)

/* ---- cases ----------------------------------------------------------------------- */

/* Two shapes told three times, a node size told twice, a pod that is too large. */
static void alike_types_are_one(void **state)
{
    static const int64_t demand[] = {500, GIB, 250, GIB, 500, GIB, 9000, GIB};
    static const int64_t pods[] = {3, 4, 5, 2};
    static const int64_t capacity[] = {4000, 8 * GIB, 8000, 8 * GIB, 4000, 8 * GIB};
    static const int64_t nodes[] = {1, 2, 3};
    struct hc_bound_input in = {2, 4, demand, pods, 3, capacity, nodes, NULL, NULL};
    HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {0};

    (void)state;
    assert_int_equal(hc_bound_case_init(&c, &in, NULL), HC_OK);
    assert_int_equal(c.pod_types, 2);
    assert_int_equal(c.node_types, 2);
    assert_int_equal(c.pods[0], 8); /* of 500, the larger first */
    assert_int_equal(c.pods[1], 4);
    assert_int_equal(c.nodes[0], 2);
    assert_int_equal(c.nodes[1], 4);
    assert_int_equal(c.all_pods, 12);
    assert_int_equal(c.all_nodes, 6);
    assert_int_equal(c.left_out, 2);
    assert_int_equal(c.pod_of_type[0], 0);
    assert_int_equal(c.pod_of_type[1], 1);
    assert_int_equal(c.pod_of_type[2], 0);
    assert_true(c.pod_of_type[3] == SIZE_MAX);
    assert_int_equal(c.node_of_type[0], 1);
    assert_int_equal(c.node_of_type[1], 0);
    assert_int_equal(c.node_of_type[2], 1);
}

/* Same size and other rules: two types, of pods and of nodes; 70 node types, so that a
 * row has two words. */
static void rules_keep_types_apart(void **state)
{
    enum { TYPES = 70 };
    int64_t capacity[TYPES], nodes[TYPES], demand[] = {2, 2, 2, 2}, pods[] = {1, 1, 1, 1};
    uint64_t may[4][2] = {{~0ull, ~0ull}, {~0ull, 0}, {0, 1u << 5}, {0, 0}};
    struct hc_bound_input in = {1, 4, demand, pods, TYPES, capacity, nodes, may[0], NULL};
    HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {0};

    (void)state;
    for (int t = 0; t < TYPES; t++) {
        capacity[t] = 10;
        nodes[t] = 1;
    }
    assert_int_equal(hc_bound_case_init(&c, &in, NULL), HC_OK);
    assert_int_equal(c.node_types, 3); /* below 64; 69; the other five */
    assert_int_equal(c.pod_types, 3);
    assert_int_equal(c.left_out, 1);
    for (int t = 0; t < TYPES; t++) {
        size_t to = c.node_of_type[t];

        for (size_t i = 0; i < 3; i++)
            assert_int_equal(
                hc_bound_fits(&c, c.pod_of_type[i], to), may[i][t / 64] >> (t % 64) & 1);
        assert_int_equal(c.nodes[to], t < 64 ? 64 : t == 69 ? 1 : 5);
    }
}

static void empty_input_needs_nothing(void **state)
{
    static const int64_t ten[] = {10}, none[] = {0};
    const struct hc_bound_input inputs[] = {
        {1, 0, NULL, NULL, 0, NULL, NULL, NULL, NULL},
        {1, 0, NULL, NULL, 1, ten, ten, NULL, NULL},
        {1, 1, ten, none, 1, ten, ten, NULL, NULL},
        {1, 1, ten, ten, 0, NULL, NULL, NULL, NULL},
        {1, 1, ten, ten, 1, ten, none, NULL, NULL},
    };

    (void)state;
    for (size_t k = 0; k < HC_COUNT(inputs); k++) {
        HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {0};
        struct hc_bounds bounds;
        struct hc_bound_ffd ffd;

        assert_int_equal(hc_bound_case_init(&c, &inputs[k], NULL), HC_OK);
        assert_int_equal(hc_bounds_read(&c, &bounds), HC_OK);
        assert_int_equal(hc_bound_ffd(&c, NULL, &ffd, NULL), HC_OK);
        assert_int_equal(bounds.nodes, 0);
        assert_false(bounds.impossible);
        assert_int_equal(ffd.nodes + ffd.pending, 0);
        assert_int_equal(c.left_out, k < 3 ? 0 : 10);
    }
}

static void bad_numbers_are_named(void **state)
{
    int64_t demand[] = {1, 1}, pods[] = {1}, capacity[] = {5, 5}, nodes[] = {1};
    struct hc_bound_input in = {2, 1, demand, pods, 1, capacity, nodes, NULL, NULL};
    struct {
        int64_t *at, value;
        const char *message;
    } bad[] = {
        {&demand[1], -1, "bounds: demand 1 is -1, not 0 to 72057594037927936"},
        {&capacity[0], HC_BOUND_LARGEST + 1,
            "bounds: capacity 0 is 72057594037927937, not 0 to 72057594037927936"},
        {&pods[0], INT64_MAX,
            "bounds: number of pods 0 is 9223372036854775807, not 0 to 2147483647"},
        {&nodes[0], -5, "bounds: number of nodes 0 is -5, not 0 to 2147483647"},
    };
    struct hc_bound_case c = {0};
    struct hc_error err;

    (void)state;
    for (size_t k = 0; k < HC_COUNT(bad); k++) {
        int64_t good = *bad[k].at;

        *bad[k].at = bad[k].value;
        assert_int_equal(hc_bound_case_init(&c, &in, &err), HC_INPUT);
        assert_string_equal(err.message, bad[k].message);
        *bad[k].at = good;
    }
    in.resources = 17;
    assert_int_equal(hc_bound_case_init(&c, &in, &err), HC_INPUT);
    assert_string_equal(err.message, "bounds: 17 resources, not 1 to 16");
}

static void rounding_keeps_leading_digits(void **state)
{
    (void)state;
    assert_int_equal(hc_bound_round(0, 3, false), 0);
    assert_int_equal(hc_bound_round(0, 3, true), 0);
    assert_int_equal(hc_bound_round(7, 3, true), 7);
    assert_int_equal(hc_bound_round(9, 3, false), 8); /* 1001 */
    assert_int_equal(hc_bound_round(9, 3, true), 10);
    assert_int_equal(hc_bound_round(15, 3, true), 16); /* a digit more */
    assert_int_equal(hc_bound_round(1000, 1, false), 512);
    assert_int_equal(hc_bound_round(1000, 1, true), 1024);
    assert_int_equal(hc_bound_round(HC_BOUND_LARGEST, 1, true), HC_BOUND_LARGEST);
    assert_int_equal(
        hc_bound_round(HC_BOUND_LARGEST - 1, HC_BOUND_EXACT, true), HC_BOUND_LARGEST - 1);
}

static void bounds_of(const struct hc_bound_input *in, struct hc_bounds *ret)
{
    HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {0};

    assert_int_equal(hc_bound_case_init(&c, in, NULL), HC_OK);
    assert_int_equal(hc_bounds_read(&c, ret), HC_OK);
}

/* ---- L1 -------------------------------------------------------------------------- */

/* 3 nodes of 64 cores and 10 of 16: 200 cores are 3 large ones and one small. */
static void largest_nodes_first(void **state)
{
    int64_t demand[] = {1000, GIB}, pods[] = {200};
    static const int64_t capacity[] = {16000, 64 * GIB, 64000, 64 * GIB};
    static const int64_t nodes[] = {10, 3};
    struct hc_bound_input in = {2, 1, demand, pods, 2, capacity, nodes, NULL, NULL};
    static const struct {
        int64_t pods, cores, memory;
        size_t resource;
        bool impossible;
    } cases[] = {
        {1, 1, 1, 0, false},
        {64, 1, 1, 0, false},
        {65, 2, 2, 0, false},
        {192, 3, 3, 0, false},
        {193, 4, 4, 0, false},
        {200, 4, 4, 0, false},
        {208, 4, 4, 0, false},
        {209, 5, 4, 0, false},
        {352, 13, 6, 0, false},
        {353, 13, 6, 0, true},
    };

    (void)state;
    for (size_t k = 0; k < HC_COUNT(cases); k++) {
        HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {0};
        struct hc_bound_one l1;

        pods[0] = cases[k].pods;
        assert_int_equal(hc_bound_case_init(&c, &in, NULL), HC_OK);
        assert_int_equal(hc_bound_l1(&c, &l1), HC_OK);
        assert_int_equal(l1.of[0], cases[k].cores);
        assert_int_equal(l1.of[1], cases[k].memory);
        assert_int_equal(l1.resource, cases[k].resource);
        assert_int_equal(l1.impossible, cases[k].impossible);
        assert_int_equal(l1.nodes,
            cases[k].cores > cases[k].memory ? cases[k].cores : cases[k].memory);
    }
}

/* A million pods of 2^50 bytes and one more byte: beyond 64 bits, and not lost in them.
 */
static void sums_are_wide(void **state)
{
    int64_t demand[] = {(int64_t)1 << 50, 1, 1, 1}, pods[] = {1 << 20, 1};
    static const int64_t capacity[] = {(int64_t)1 << 50, (int64_t)1 << 40};
    static const int64_t nodes[] = {1 << 21};
    struct hc_bound_input in = {2, 2, demand, pods, 1, capacity, nodes, NULL, NULL};
    HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {0};
    struct hc_bounds bounds;
    struct hc_bound_ffd ffd;

    (void)state;
    assert_int_equal(hc_bound_case_init(&c, &in, NULL), HC_OK);
    assert_int_equal(hc_bounds_read(&c, &bounds), HC_OK);
    assert_int_equal(bounds.l1.nodes, (1 << 20) + 1);
    assert_int_equal(bounds.l1.resource, 0);
    assert_int_equal(bounds.l2.nodes, (1 << 20) + 1);
    assert_in_range(bounds.lp.nodes, 1 << 20, (1 << 20) + 1);
    assert_int_equal(bounds.kind, HC_BOUND_L1);
    assert_int_equal(hc_bound_ffd(&c, NULL, &ffd, NULL), HC_OK);
    assert_int_equal(ffd.nodes, (1 << 20) + 1);
    assert_int_equal(ffd.pending, 0);
}

/* Pods that ask for nothing need one node between them; by the limit of pods, more. */
static void pods_that_ask_for_nothing(void **state)
{
    static const int64_t demand[] = {0, 1}, pods[] = {250}, capacity[] = {4000, 110};
    static const int64_t nodes[] = {5};
    struct hc_bound_input in = {2, 1, demand, pods, 1, capacity, nodes, NULL, NULL};
    struct hc_bounds bounds;

    (void)state;
    bounds_of(&in, &bounds);
    assert_int_equal(bounds.nodes, 3);
    assert_int_equal(bounds.l1.resource, 1);
    assert_int_equal(bounds.lp.nodes, 3);
    in.resources = 1;
    bounds_of(&in, &bounds);
    assert_int_equal(bounds.nodes, 1);
    assert_int_equal(bounds.l2.nodes, 1);
    assert_int_equal(bounds.lp.nodes, 1);
}

/* ---- L2 -------------------------------------------------------------------------- */

struct l2_case {
    int64_t size, nodes;
    int64_t demand[12], pods[12];
};

static const struct l2_case l2_cases[] = {
    /* three of 6 in 10 are alone: L1 is 2 */
    {10, 3, {6}, {3}},
    /* two of 5 in 10 share */
    {10, 2, {5}, {4}},
    /* one of 51 leaves 49, too little for 50: K = 50 puts it into J1 */
    {100, 2, {51, 50}, {1, 2}},
    /* 70, 60, 50, 33, 33, 33, 11, 7, 3 in 100 (Martello and Toth's kind of example): at
     * K = 33, J1 = {70}, J2 = {60}, J3 has 149, 40 of it beside J2: 2 + ceil(1.09) */
    {100, 4, {70, 60, 50, 33, 11, 7, 3}, {1, 1, 1, 3, 1, 1, 1}},
    /* K = 40: seven of 61 leave no room for six of 40: 7 + 3; their sum alone is 7 */
    {100, 10, {61, 40}, {7, 6}},
    /* everything fits in one */
    {100, 1, {50, 30, 20}, {1, 1, 1}},
    {7, 0, {0}, {0}},
    {0, 0, {0}, {9}},
    /* 2^50 bytes and half of it plus one */
    {(int64_t)1 << 50, 8, {((int64_t)1 << 49) + 1, (int64_t)1 << 49}, {5, 6}},
};

static void l2_by_hand(void **state)
{
    (void)state;
    for (size_t k = 0; k < HC_COUNT(l2_cases); k++) {
        const struct l2_case *x = &l2_cases[k];
        size_t items = 0;
        int64_t nodes;

        while (items < 12 && x->pods[items])
            items++;
        assert_int_equal(
            hc_bound_l2_of(x->demand, x->pods, items, x->size, &nodes), HC_OK);
        if (nodes != x->nodes)
            fail_msg("case %zu: %lld nodes, not %lld", k, (long long)nodes,
                (long long)x->nodes);
    }
}

/* L(K) as it is defined, for every whole K. */
static int64_t l2_plainly(
    const int64_t *demand, const int64_t *pods, size_t items, int64_t size)
{
    int64_t best = 0;

    for (int64_t k = 0; 2 * k <= size; k++) {
        int64_t large = 0, above = 0, sum_above = 0, sum_below = 0, rest;

        for (size_t i = 0; i < items; i++) {
            if (demand[i] > size - k)
                large += pods[i];
            else if (2 * demand[i] > size) {
                above += pods[i];
                sum_above += pods[i] * demand[i];
            } else if (demand[i] >= k)
                sum_below += pods[i] * demand[i];
        }
        rest = sum_below - (above * size - sum_above);
        rest = large + above + (rest > 0 ? (rest + size - 1) / size : 0);
        best = rest > best ? rest : best;
    }
    return best;
}

static void l2_is_what_it_is_defined_as(void **unused)
{
    uint64_t state = 77;

    (void)unused;
    for (int k = 0; k < 3000; k++) {
        int64_t size = 1 + small_below(&state, 60), nodes;
        int64_t demand[61], pods[61];
        size_t items = 0;

        for (int64_t d = size; d >= 0; d--)
            if (small_below(&state, 3) == 0) {
                demand[items] = d;
                pods[items++] = 1 + small_below(&state, 5);
            }
        assert_int_equal(hc_bound_l2_of(demand, pods, items, size, &nodes), HC_OK);
        assert_int_equal(nodes, l2_plainly(demand, pods, items, size));
    }
}

/* ---- LP -------------------------------------------------------------------------- */

/* Eight pods with a GPU and a quarter of the cores each, two GPUs a node: four nodes. Ten
 * others with half of the cores each may not go there: five. Cores alone say 7. */
static void rules_cost_nodes(void **state)
{
    static const int64_t demand[] = {250, 1, 500, 0}, pods[] = {8, 10};
    static const int64_t capacity[] = {1000, 2, 1000, 0}, nodes[] = {4, 20};
    static const uint64_t may[] = {1, 2};
    struct hc_bound_input in = {2, 2, demand, pods, 2, capacity, nodes, may, NULL};
    struct hc_bounds bounds;

    (void)state;
    bounds_of(&in, &bounds);
    assert_int_equal(bounds.l1.nodes, 7);
    assert_int_equal(bounds.lp.nodes, 9);
    assert_int_equal(bounds.kind, HC_BOUND_LP);
}

/* One kind of pod asks for cores and another for memory, each barred from the other's
 * nodes: no resource alone needs more than 4, together it is 8. */
static void two_pools_add_up(void **state)
{
    static const int64_t demand[] = {10, 0, 0, 10}, pods[] = {4, 4};
    static const int64_t capacity[] = {10, 10, 10, 10}, nodes[] = {9, 9};
    static const uint64_t may[] = {1, 2};
    struct hc_bound_input in = {2, 2, demand, pods, 2, capacity, nodes, may, NULL};
    struct hc_bounds bounds;

    (void)state;
    bounds_of(&in, &bounds);
    assert_int_equal(bounds.l1.nodes, 4);
    assert_int_equal(bounds.l2.nodes, 4);
    assert_int_equal(bounds.lp.nodes, 8);
    assert_int_equal(bounds.nodes, 8);
    assert_int_equal(bounds.kind, HC_BOUND_LP);
    assert_string_equal(hc_bound_kind_name(bounds.kind), "LP");
    assert_string_equal(hc_linear_version(), "1.15.1");
}

/* Two pools: three of 6 in nodes of 10 need three, four of 7 in nodes of 13 four. As one,
 * the large nodes that nobody may use make L1 and L2 small. */
static void pools_round_up_for_themselves(void **state)
{
    static const int64_t demand[] = {6, 7}, pods[] = {3, 4}, capacity[] = {10, 13, 99};
    static const int64_t nodes[] = {9, 9, 9};
    static const uint64_t may[] = {1, 2};
    struct hc_bound_input in = {1, 2, demand, pods, 3, capacity, nodes, may, NULL};
    struct hc_bounds bounds;

    (void)state;
    bounds_of(&in, &bounds);
    assert_int_equal(bounds.l1.nodes, 1); /* the node of 99, which none may use */
    assert_int_equal(bounds.lp.nodes, 4); /* 1.8 + 2.15 */
    assert_int_equal(bounds.pools, 2);
    assert_int_equal(bounds.by_pool, 7);
    assert_int_equal(bounds.nodes, 7);
    assert_int_equal(bounds.kind, HC_BOUND_BY_POOL);
    assert_string_equal(hc_bound_kind_name(bounds.kind), "by pool");
}

/* A large node that nobody may use takes no part. */
static void nodes_for_nobody_do_not_count(void **state)
{
    static const int64_t demand[] = {6}, pods[] = {3}, capacity[] = {10, 99};
    static const int64_t nodes[] = {9, 9};
    static const uint64_t may[] = {1};
    struct hc_bound_input in = {1, 1, demand, pods, 2, capacity, nodes, may, NULL};
    struct hc_bounds bounds;

    (void)state;
    bounds_of(&in, &bounds);
    assert_int_equal(bounds.l1.nodes, 1);
    assert_int_equal(bounds.pools, 1);
    assert_int_equal(bounds.nodes, 3);
}

/* Sixteen demands of ten digits, 1000 to 1015: as many digits are kept as leave few
 * enough pairs, and the bound over all of them stays. */
static void as_fine_as_can_be(void **state)
{
    static const struct {
        size_t pairs, left;
        int bits;
    } cases[] = {{16, 16, HC_BOUND_EXACT}, {15, 8, 9}, {8, 8, 9}, {7, 4, 8}, {4, 4, 8},
        {3, 2, 7}, {2, 2, 7}, {1, 1, 5}};
    static const int64_t capacity[] = {2048}, nodes[] = {99};
    int64_t demand[16], pods[16];
    struct hc_bound_input in = {1, 16, demand, pods, 1, capacity, nodes, NULL, NULL};
    HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {0};
    struct hc_bound_lp lp;

    (void)state;
    for (int i = 0; i < 16; i++) {
        demand[i] = 1000 + i;
        pods[i] = 3;
    }
    assert_int_equal(hc_bound_case_init(&c, &in, NULL), HC_OK);
    for (size_t k = 0; k < HC_COUNT(cases); k++) {
        assert_int_equal(hc_bound_lp_within(&c, cases[k].pairs, 16, &lp), HC_OK);
        assert_int_equal(lp.bits, cases[k].bits);
        assert_int_equal(lp.pod_types, cases[k].left);
        assert_int_equal(lp.nodes, 24); /* 48,360 / 2048 = 23.6 */
    }
    assert_int_equal(hc_bound_lp_within(&c, 0, 16, &lp), HC_OK);
    assert_int_equal(lp.end, HC_LINEAR_TOO_LARGE);
    assert_int_equal(lp.nodes, 1);
}

/* Hand-made prices: cores of both pools at a node each proves 8 of two_pools_add_up's
 * kind, and half that price proves half. */
static void prices_prove_what_they_prove(void **state)
{
    static const int64_t demand[] = {10}, pods[] = {7}, capacity[] = {20}, nodes[] = {9};
    static const int64_t scale[] = {20};
    struct hc_bound_input in = {1, 1, demand, pods, 1, capacity, nodes, NULL, NULL};
    HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {0};
    static const struct {
        double price;
        int64_t nodes;
        double value;
    } cases[] = {{1, 4, 3.5}, /* 7 x 10 / 20 */
        {0.5, 2, 1.75},       /* less for less */
        {2, 0, 7.0 - 9.0},    /* the excess of nine nodes costs more than it brings */
        {1.25, 3, 4.375 - 2.25}, {0, 0, 0}};

    (void)state;
    assert_int_equal(hc_bound_case_init(&c, &in, NULL), HC_OK);
    for (size_t k = 0; k < HC_COUNT(cases); k++) {
        int64_t proven;
        double value;

        assert_true(hc_bound_dual(&c, &cases[k].price, scale, &proven, &value));
        assert_int_equal(proven, cases[k].nodes);
        assert_float_equal(value, cases[k].value, 1e-12);
    }
}

/* ---- memory ------------------------------------------------------------------------ */

/* Everything once; how it ends. */
static enum hc_status run_all(void)
{
    HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {0};
    HC_CLEANUP(hc_bound_time_clear) struct hc_bound_time time = {0};
    struct hc_bounds bounds;
    struct hc_bound_ffd ffd;
    struct small s;
    uint64_t state = 3;

    small_make(&s, &state);
    HC_TRY(hc_bound_case_init(&c, &s.in, NULL));
    HC_TRY(hc_bounds_read(&c, &bounds));
    HC_TRY(hc_bound_ffd(&c, NULL, &ffd, NULL));
    return hc_bound_time_init(&time, &c, 0);
}

static void every_failed_allocation_comes_back(void **state)
{
    enum hc_status status = HC_NO_MEMORY;
    long n = 0;

    (void)state;
    for (; status == HC_NO_MEMORY && n < 1000; n++) {
        hc_mem_fail_after(n);
        status = run_all();
        hc_mem_fail_after(-1);
    }
    assert_int_equal(status, HC_OK);
    assert_true(n > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alike_types_are_one),
        cmocka_unit_test(rules_keep_types_apart),
        cmocka_unit_test(empty_input_needs_nothing),
        cmocka_unit_test(bad_numbers_are_named),
        cmocka_unit_test(rounding_keeps_leading_digits),
        cmocka_unit_test(largest_nodes_first),
        cmocka_unit_test(sums_are_wide),
        cmocka_unit_test(pods_that_ask_for_nothing),
        cmocka_unit_test(l2_by_hand),
        cmocka_unit_test(l2_is_what_it_is_defined_as),
        cmocka_unit_test(rules_cost_nodes),
        cmocka_unit_test(two_pools_add_up),
        cmocka_unit_test(pools_round_up_for_themselves),
        cmocka_unit_test(nodes_for_nobody_do_not_count),
        cmocka_unit_test(as_fine_as_can_be),
        cmocka_unit_test(prices_prove_what_they_prove),
        cmocka_unit_test(every_failed_allocation_comes_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
