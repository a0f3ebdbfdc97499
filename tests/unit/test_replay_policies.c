/*
 * Each policy's formula against values computed by hand, and the parts around them.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "replay/allocation.h"
#include "replay/beta.h"
#include "replay/kube.h"
#include "replay/kube_rows.h"
#include "replay/measures.h"
#include "replay_case.h"

/* ---- a scene: two nodes, one in use ---- */

struct stage {
    struct hc_trace trace;
    struct hc_fleet fleet;
    struct hc_scene scene;
};

static void clear_stage(struct stage *s)
{
    hc_fleet_clear(&s->fleet);
    hc_trace_clear(&s->trace);
}

/* n0: 10 cores, 100 GiB, 4 GPUs, of which 4 cores, 20 GiB, 1 and 0.4 GPUs are taken;
 * n1: 20 cores, 50 GiB, 8 GPUs, empty. */
static void set_stage(struct stage *s)
{
    struct hc_shape whole = {
        .cpu = 3000, .memory = 15 * GIB, .gpus = 1, .gpu_milli = 1000};
    struct hc_shape part = {.cpu = 1000, .memory = 5 * GIB, .gpus = 1, .gpu_milli = 400};
    const struct hc_shape *shapes;

    add_node(&s->trace, 10000, 100 * GIB, 4, "A");
    add_node(&s->trace, 20000, 50 * GIB, 8, "A");
    add_no_rules(&s->trace);
    add_pod(&s->trace, whole);
    add_pod(&s->trace, part);
    hc_trace_close(&s->trace);
    assert_int_equal(hc_fleet_open(&s->trace, &s->fleet), HC_OK);
    shapes = s->trace.shapes;
    hc_fleet_take(&s->fleet, &shapes[0], 0, 1);
    hc_fleet_take(&s->fleet, &shapes[1], 0, 2);
    s->scene = (struct hc_scene){&s->trace, &s->fleet, NULL};
}

static int score_of(const char *name, const struct hc_shape *shape, size_t node)
{
    HC_CLEANUP(clear_stage) struct stage s = {0};
    const struct hc_policy *policy = hc_policy_find(name);
    int score;

    set_stage(&s);
    assert_non_null(policy);
    if (policy->open)
        assert_int_equal(policy->open(&s.scene, &s.scene.own), HC_OK);
    score = policy->score(&s.scene, shape, node);
    if (policy->open)
        policy->close(s.scene.own);
    return score;
}

static const struct hc_shape pod = {.cpu = 2000,
    .memory = 10 * GIB,
    .scored_cpu = 2000,
    .scored_memory = 10 * GIB,
    .gpus = 1,
    .gpu_milli = 500};
static const struct hc_shape plain = {
    .cpu = 2000, .memory = 10 * GIB, .scored_cpu = 2000, .scored_memory = 10 * GIB};
static const struct hc_shape nothing = {.scored_cpu = 100, .scored_memory = 200 << 20};

static void by_hand(void **state)
{
    static const struct {
        const char *policy;
        const struct hc_shape *shape;
        size_t node;
        int score;
    } cases[] = {
        /* (10 - 6) / 10 = 40, (100 - 30) / 100 = 70: 55 */
        {"LeastAllocated", &plain, 0, 55},
        /* 90, 80 */
        {"LeastAllocated", &plain, 1, 85},
        /* 60, 30 */
        {"MostAllocated", &plain, 0, 45},
        {"MostAllocated", &plain, 1, 15},
        {"RequestedToCapacityRatio", &plain, 0, 45},
        {"RequestedToCapacityRatio", &plain, 1, 15},
        /* |0.6 - 0.3| / 2 = 0.15 */
        {"BalancedAllocation", &plain, 0, 85},
        {"BalancedAllocation", &plain, 1, 95},
        {"BalancedAllocation", &nothing, 0, 0},
        {"kube-1.35", &plain, 0, 55 + 85},
        {"kube-1.35", &plain, 1, 85 + 95},
        /* (10 - 4.1) / 10 = 59, (100 - 20.19) / 100 = 79: 69; it asks for nothing */
        {"kube-1.35", &nothing, 0, 69},
        /* balance with 85, without |0.4 - 0.2| / 2: 90; 50 + 45 / 2 = 72 */
        {"kube-1.36", &plain, 0, 55 + 72},
        /* 95, 100: 50 + 45 / 2 */
        {"kube-1.36", &plain, 1, 85 + 72},
        /* CPU left 4 of 20, GPU left 4 - 1.4 - 0.5 = 2.1 of 8: 0.1 + 0.13125 */
        {"BestFit", &pod, 0, 76},
        /* 18 of 20, 7.5 of 8: 0.45 + 0.46875 */
        {"BestFit", &pod, 1, 8},
        /* 6/20 2/20 + 2.6/8 0.5/8 = 0.03 + 0.0203125: 1 - 0.02515625 */
        {"DotProd", &pod, 0, 97},
        /* 1 2/20 + 1 0.5/8 = 0.1625: 0.91875 */
        {"DotProd", &pod, 1, 91},
        /* 25 (8000 - 2600) / 8000 = 16, tags shared and 1: 50 */
        {"GpuClustering", &pod, 0, 66},
        /* no tag at all */
        {"GpuClustering", &pod, 1, 25},
        {"GpuClustering", &plain, 0, 0},
        /* the GPU with 600 left: 100 - 60 / 10 */
        {"GpuPacking", &pod, 0, 94},
        /* all eight idle */
        {"GpuPacking", &pod, 1, 25},
        {"GpuPacking", &plain, 1, 0},
        /* u = (4 + 1.5 * 2) / 10 = 70 %: 40 * 30 / 60 */
        {"TargetLoadPacking", &plain, 0, 20},
        /* u = 3 / 20 = 15 %: 60 * 15 / 40 + 40 */
        {"TargetLoadPacking", &plain, 1, 63},
        /* CPU (4 + 2) / 10, no deviation: 70; memory 30 / 100: 85 */
        {"LoadVariationRiskBalancing", &plain, 0, 70},
        /* 10 %: 95; 20 %: 90 */
        {"LoadVariationRiskBalancing", &plain, 1, 90},
        /* no limits over capacity, a load of what is asked is surely not over it */
        {"LowRiskOverCommitment", &plain, 0, 100},
        /* P = 4 + 1.7 of 10: 43; 20 + 7 of 100: 73 */
        {"LoadAware", &plain, 0, 58},
        /* 91.5, 86: 91 and 86 */
        {"LoadAware", &plain, 1, 88},
        /* 40 % used in all hours */
        {"Dynamic", &plain, 0, 60},
        {"Dynamic", &plain, 1, 100},
    };

    (void)state;
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        int score = score_of(cases[i].policy, cases[i].shape, cases[i].node);

        if (score != cases[i].score)
            fail_msg("%s of node %zu: %d, not %d", cases[i].policy, cases[i].node, score,
                cases[i].score);
    }
}

/*
 * Two kinds, half of the pods each: 3 cores and a whole GPU, 1 core and 0.4. n0 has 6
 * cores, GPUs 0, 600, 1000, 1000. F before: the whole ones fit, 600 + 0 are too small:
 * 600 / 2; the parts fit, 0 is too small. So 300. With half of a GPU of the 600: 100,
 * 1000, 1000 left and 4 cores: 100 / 2 + 100 / 2 = 100; of a 1000: 600, 500, 1000:
 * 1100 / 2 = 550.
 */
static void fragmentation_by_hand(void **state)
{
    (void)state;
    assert_int_equal(
        score_of("FGD", &pod, 0), (int)(100 / (1 + exp(-(300.0 - 100.0) / 1000))));
    /* n1: 0 before; 7 whole ones and 500 left after: 500 / 2 */
    assert_int_equal(
        score_of("FGD", &pod, 1), (int)(100 / (1 + exp(-(0.0 - 250.0) / 1000))));
    /* no GPU is taken, but with 1 core left the whole kind lacks CPU: 2600 / 2 */
    assert_int_equal(score_of("FGD", &(struct hc_shape){.cpu = 5000}, 0),
        (int)(100 / (1 + exp(-(300.0 - 1300.0) / 1000))));
}

static void limits_make_risk(void **state)
{
    /* limits 4 + 16 = 20 of 10, requests 4 + 2 = 6: (20 - 10) / (20 - 6) / 2 = 0.357 */
    const struct hc_shape shape = {.cpu = 2000, .memory = GIB, .limit_cpu = 16000};

    (void)state;
    assert_int_equal(score_of("LowRiskOverCommitment", &shape, 0), 64);
}

/* ---- rows are what single scores are ---- */

enum { ROW = 40 };

/* 0 to most, in steps of `unit`. */
static int64_t stepped(struct hc_random *random, int64_t most, int64_t unit)
{
    return (int64_t)hc_random_below(random, (uint64_t)(most / unit + 1)) * unit;
}

/* Nodes in use, some overfull; where `round`, all is in hundreds of milli-cores
 * and 64 MiB, so that many quotients are whole and many shares equal. */
static void set_row(
    struct stage *s, const struct hc_policy *policy, struct hc_random *random, bool round)
{
    int64_t cpu = round ? 100 : 1, memory = round ? 64 << 20 : 1;

    for (int i = 0; i < ROW; i++)
        add_node(&s->trace, round ? 16000 << i % 3 : 1 + stepped(random, 100000, 1),
            round ? 64 * GIB << i % 3 : 1 + stepped(random, INT64_C(1) << 44, 1), 0, "A");
    add_no_rules(&s->trace);
    hc_trace_close(&s->trace);
    assert_int_equal(hc_fleet_open(&s->trace, &s->fleet), HC_OK);
    s->scene = (struct hc_scene){&s->trace, &s->fleet, NULL};
    assert_int_equal(policy->open(&s->scene, &s->scene.own), HC_OK);
    for (size_t i = 0; i < ROW; i++) {
        struct hc_shape used = {.cpu = stepped(random, s->fleet.cpu[i] + 9, cpu),
            .memory = stepped(random, s->fleet.memory[i] + 9, memory)};

        used.scored_cpu = used.cpu / 100 * 100; /* quotients that are whole, too */
        used.scored_memory = used.memory;
        hc_fleet_take(&s->fleet, &used, i, 0);
        policy->changed(&s->scene, i);
    }
}

static void compare_row(
    const struct stage *s, const struct hc_policy *policy, const struct hc_shape *shape)
{
    int16_t row[ROW], some[ROW / 2];
    uint32_t nodes[ROW / 2];

    for (uint32_t i = 0; i < ROW / 2; i++)
        nodes[i] = ROW - 1 - 2 * i;
    assert_true(policy->score_many(&s->scene, shape, NULL, ROW, row));
    assert_true(policy->score_many(&s->scene, shape, nodes, ROW / 2, some));
    for (size_t i = 0; i < ROW / 2; i++)
        assert_int_equal(some[i], row[nodes[i]]);
    for (size_t i = 0; i < ROW; i++)
        assert_int_equal(row[i], policy->score(&s->scene, shape, i));
}

/* Of every policy that has them; with a pod that asks for nothing, too. */
static void rows_are_exact(void **state)
{
    struct hc_random random;
    int policies = 0;

    (void)state;
    hc_random_seed(&random, 3);
    for (size_t k = 0; hc_policies[k]; k++)
        for (int turn = 0; hc_policies[k]->score_many && turn < 300; turn++) {
            HC_CLEANUP(clear_stage) struct stage s = {0};
            bool round = turn % 2;
            struct hc_shape shape = {.cpu = stepped(&random, 5000, round ? 100 : 1),
                .memory = stepped(&random, 8 * GIB, round ? 64 << 20 : 1)};

            if (turn % 10 == 0)
                shape.cpu = shape.memory = 0;
            shape.scored_cpu = shape.cpu ? shape.cpu : 100;
            shape.scored_memory = shape.memory ? shape.memory : 200 << 20;
            set_row(&s, hc_policies[k], &random, round);
            compare_row(&s, hc_policies[k], &shape);
            hc_policies[k]->close(s.scene.own);
            policies += turn == 0;
        }
    assert_int_equal(policies, 3);
}

static void rows_know_when_they_are_not(void **state)
{
    HC_CLEANUP(clear_stage) struct stage s = {0};
    const struct hc_policy *kube = hc_policy_find("kube-1.35");
    int16_t row[1];

    (void)state;
    add_node(&s.trace, 1000, INT64_C(1) << 45, 0, "A");
    add_no_rules(&s.trace);
    hc_trace_close(&s.trace);
    assert_int_equal(hc_fleet_open(&s.trace, &s.fleet), HC_OK);
    s.scene = (struct hc_scene){&s.trace, &s.fleet, NULL};
    assert_int_equal(kube->open(&s.scene, &s.scene.own), HC_OK);
    assert_false(kube->score_many(&s.scene, &plain, NULL, 1, row));
    kube->close(s.scene.own);
}

/* ---- mixes ---- */

static enum hc_status parse(const char *text, size_t *ret_n, struct hc_error *err)
{
    HC_CLEANUP(hc_freep) struct hc_mix *mixes = NULL;
    size_t cap = 0;

    *ret_n = 0;
    return hc_mix_parse(text, &mixes, ret_n, &cap, err);
}

static void lists_and_mixes(void **state)
{
    struct hc_error err = {""};
    struct hc_mix mix;
    size_t n;

    (void)state;
    assert_int_equal(parse("BestFit,fgd,Random", &n, &err), HC_OK);
    assert_int_equal(n, 3);
    mix = mix_of("LeastAllocated:1,FGD:2");
    assert_string_equal(mix.name, "LeastAllocated:1+FGD:2");
    assert_int_equal(mix.n, 2);
    assert_int_equal(mix.parts[1].weight, 2);
    assert_string_equal(hc_mix_lead(&mix)->name, "FGD");
    assert_int_equal(mix_of("kube-1.35:3,FGD:1").soft, 3);
    assert_int_equal(parse("BestFti", &n, &err), HC_USAGE);
    assert_string_equal(err.message, "no policy 'BestFti': did you mean 'BestFit'?");
    for (size_t i = 0; i < 9; i++) {
        static const char *const wrong[] = {"", "BestFit,", "BestFit:0,FGD:1",
            "BestFit:101,FGD:1", "BestFit:x,FGD:1", "BestFit:1,FGD:", "Random:1,FGD:1",
            "BestFit,BestFit", "FGD:60,BestFit:60"};

        assert_int_equal(parse(wrong[i], &n, &err), HC_USAGE);
    }
}

static void a_mix_adds_scores(void **state)
{
    HC_CLEANUP(hc_trace_clear) struct hc_trace t = {0};
    struct hc_mix mix = mix_of("LeastAllocated:1,MostAllocated:3");
    HC_CLEANUP(hc_run_closep) struct hc_run *run = NULL;
    struct hc_run_request request = {.trace = &t, .mix = &mix, .cache_bytes = 1 << 16};
    struct hc_judgement judgement;

    (void)state;
    add_node(&t, 10000, 100 * GIB, 0, "A");
    add_no_rules(&t);
    add_pod(&t, plain);
    hc_trace_close(&t);
    assert_int_equal(hc_orders_make(&t, 1, 1), HC_OK);
    request.order = &t.orders[0];
    assert_int_equal(hc_run_open(&request, &run), HC_OK);
    assert_true(hc_run_judge(run, &judgement));
    /* least 80 and 90, most 20 and 10 */
    assert_int_equal(judgement.totals[0], 85 + 3 * 15);
}

/* ---- the rest ---- */

/* Against sums of a polynomial: for whole a and b it is a binomial tail. */
static void beta_like_a_binomial(void **state)
{
    (void)state;
    for (int a = 1; a <= 12; a++)
        for (int b = 1; b <= 12; b++)
            for (int k = 0; k <= 20; k++) {
                double x = k / 20.0, sum = 0;
                int n = a + b - 1;

                for (int j = a; j <= n; j++)
                    sum += exp(lgamma(n + 1) - lgamma(j + 1) - lgamma(n - j + 1)) *
                           pow(x, j) * pow(1 - x, n - j);
                assert_true(fabs(hc_beta_at_most(a, b, x) - sum) < 1e-9);
            }
    assert_true(fabs(hc_beta_at_most(0.5, 0.5, 0.25) - 1.0 / 3) < 1e-9); /* arcsine */
}

static void allocation_by_hand(void **state)
{
    HC_CLEANUP(hc_allocation_clear) struct hc_allocation a = {0};
    double columns[HC_ALLOCATION_COLUMNS];

    (void)state;
    assert_int_equal(hc_allocation_open(200, 10, &a), HC_OK);
    hc_allocation_add(&a, 1000, true);   /* 0.5 %: half to even, column 0; 0.5 */
    hc_allocation_add(&a, 2000, true);   /* 1.5 %: column 2; 1.5 */
    hc_allocation_add(&a, 0, true);      /* 2 again */
    hc_allocation_add(&a, 1000, false);  /* 2 %; still 1.5 */
    hc_allocation_add(&a, 100, true);    /* 2.05 %: 2; 1.55 */
    hc_allocation_add(&a, 300000, true); /* beyond 130 */
    hc_allocation_columns(&a, columns);
    assert_true(columns[0] > 0.499 && columns[0] < 0.501);
    assert_true(isnan(columns[1]));
    assert_true(fabs(columns[2] - 1.51) < 1e-12); /* 6.05 / 4 = 1.5125 */
    assert_true(isnan(columns[130]));
}

static void random_numbers_are_even(void **state)
{
    struct hc_random random;
    int counts[7] = {0};
    uint32_t order[6] = {0, 1, 2, 3, 4, 5}, seen = 0;

    (void)state;
    hc_random_seed(&random, 1);
    for (int i = 0; i < 70000; i++)
        counts[hc_random_below(&random, 7)]++;
    for (int i = 0; i < 7; i++)
        assert_true(counts[i] > 9500 && counts[i] < 10500);
    hc_random_shuffle(&random, order, 6);
    for (int i = 0; i < 6; i++)
        seen |= 1u << order[i];
    assert_int_equal(seen, 63);
}

static void spread_of_measures(void **state)
{
    const double values[] = {1, NAN, 3, 5};
    struct hc_range r = hc_range_over(values, 4, 1);

    (void)state;
    assert_int_equal(r.n, 3);
    assert_true(fabs(r.mean - 3) < 1e-12 && fabs(r.sd - 2) < 1e-12);
    assert_true(r.least == 1 && r.most == 5);
    assert_true(isnan(hc_range_over(values + 1, 1, 1).mean));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand),
        cmocka_unit_test(fragmentation_by_hand),
        cmocka_unit_test(limits_make_risk),
        cmocka_unit_test(rows_are_exact),
        cmocka_unit_test(rows_know_when_they_are_not),
        cmocka_unit_test(lists_and_mixes),
        cmocka_unit_test(a_mix_adds_scores),
        cmocka_unit_test(beta_like_a_binomial),
        cmocka_unit_test(allocation_by_hand),
        cmocka_unit_test(random_numbers_are_even),
        cmocka_unit_test(spread_of_measures),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
