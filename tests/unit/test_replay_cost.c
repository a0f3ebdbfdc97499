/*
 * What a placement costs, in nodes scored, when there are more nodes: with scores kept it
 * grows slower than the number of nodes to the 0.7, and the choices are those of scoring
 * all of them each time.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "replay_case.h"

enum { KINDS = 50, PODS = 20000 };

/* Pods of `KINDS` shapes; or of one each, so large that not all find a place. */
static struct hc_shape shape_of(struct hc_random *random, bool own)
{
    int64_t kind = (int64_t)hc_random_below(random, KINDS);

    if (own)
        return (struct hc_shape){.cpu = 1 + (int64_t)hc_random_below(random, 4000),
            .memory = 1 + (int64_t)hc_random_below(random, 12 * (uint64_t)GIB)};
    return (struct hc_shape){
        .cpu = 100 * (1 + kind % 10), .memory = GIB / 4 * (1 + kind / 10)};
}

static void make(struct hc_trace *t, size_t nodes, bool own)
{
    struct hc_random random;

    hc_random_seed(&random, 11);
    for (size_t i = 0; i < nodes; i++) {
        int64_t size = INT64_C(16) << hc_random_below(&random, 3);

        add_node(t, 1000 * size, 4 * GIB * size, 0, "A");
    }
    add_no_rules(t);
    for (uint32_t i = 0; i < PODS; i++) {
        add_pod(t, shape_of(&random, own));
        add_event(t, i, HC_POD_ARRIVES, i);
        add_event(t, i + 1 + (int64_t)hc_random_below(&random, PODS), HC_POD_LEAVES, i);
    }
    hc_trace_close(t);
    assert_int_equal(hc_orders_make(t, 1, 1), HC_OK);
}

/* Nodes scored a placement; `ret`: the places, folded. */
static double cost(
    const struct hc_trace *t, const char *policy, size_t bytes, uint64_t *ret)
{
    struct hc_mix mix = mix_of(policy);
    const struct hc_run_request request = {
        .trace = t, .mix = &mix, .order = &t->orders[0], .cache_bytes = bytes};
    HC_CLEANUP(hc_run_closep) struct hc_run *run = NULL;
    struct hc_step step;

    *ret = 0;
    assert_int_equal(hc_run_open(&request, &run), HC_OK);
    while (hc_run_step(run, &step))
        *ret = (*ret ^ step.node) * UINT64_C(0x100000001b3);
    return (double)hc_run_scored(run) / PODS;
}

static void grows_slower_than_the_nodes(void **state)
{
    static const char *const policies[] = {
        "kube-1.35", "BestFit", "FGD", "MostAllocated"};

    (void)state;
    for (size_t i = 0; i < HC_COUNT(policies); i++) {
        double costs[3];
        uint64_t places;

        for (int k = 0; k < 3; k++) {
            HC_CLEANUP(hc_trace_clear) struct hc_trace t = {0};

            make(&t, (size_t)(1000 * pow(10, k)), false);
            costs[k] = cost(&t, policies[i], 256 << 20, &places);
        }
        print_message("%s: %.0f, %.0f, %.0f nodes scored a placement\n", policies[i],
            costs[0], costs[1], costs[2]);
        assert_true(log10(costs[2] / costs[0]) / 2 <= 0.7);
    }
}

static void the_same_choices(void **state)
{
    static const char *const policies[] = {"kube-1.35", "kube-1.36", "MostAllocated"};
    HC_CLEANUP(hc_trace_clear) struct hc_trace t = {0};

    (void)state;
    make(&t, 500, false);
    for (size_t i = 0; i < HC_COUNT(policies); i++) {
        uint64_t kept, none;
        double with = cost(&t, policies[i], 256 << 20, &kept);
        double without = cost(&t, policies[i], 0, &none);

        assert_int_equal(kept, none);
        assert_true(without == 500 && with < 250);
    }
}

/* Where no scores are worth keeping: each pod has a shape of its own, some find no place,
 * and the node with the highest score is not always one that fits. */
static void the_same_choices_of_own_shapes(void **state)
{
    static const char *const policies[] = {
        "kube-1.35", "LeastAllocated", "BestFit", "kube-1.35:1,MostAllocated:2"};
    HC_CLEANUP(hc_trace_clear) struct hc_trace t = {0};

    (void)state;
    make(&t, 500, true);
    for (size_t i = 0; i < HC_COUNT(policies); i++) {
        uint64_t kept, none;

        cost(&t, policies[i], 256 << 20, &kept);
        cost(&t, policies[i], 0, &none);
        assert_int_equal(kept, none);
    }
}

/* FGD keeps what it worked out by the state of a node: here there are more states than it
 * has room for, as no two nodes are of one size. */
static void the_same_choices_of_many_states(void **state)
{
    HC_CLEANUP(hc_trace_clear) struct hc_trace t = {0};
    uint64_t kept, none;

    (void)state;
    make(&t, 300, false);
    for (size_t i = 0; i < t.n_nodes; i++) {
        t.nodes[i].cpu += (int64_t)i;
        t.nodes[i].gpus = 4;
    }
    for (size_t i = 0; i < t.n_shapes; i += 2) {
        t.shapes[i].gpus = 1;
        t.shapes[i].gpu_milli = (uint32_t)(20 + 10 * (i % 7));
    }
    hc_trace_close(&t);
    cost(&t, "FGD", 256 << 20, &kept);
    cost(&t, "FGD", 0, &none);
    assert_int_equal(kept, none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows_slower_than_the_nodes),
        cmocka_unit_test(the_same_choices),
        cmocka_unit_test(the_same_choices_of_own_shapes),
        cmocka_unit_test(the_same_choices_of_many_states),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
