/*
 * The made-up cluster's pods: seats fill the keepers, lives follow one another, and use
 * is the same whatever was asked before.
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
#include "base/sha256.h"
#include "synth/random.h"
#include "synth/seats.h"

static struct hc_synth_plan *planned(
    int64_t nodes, int64_t days, int64_t step_s, uint64_t seed)
{
    struct hc_synth_options options = HC_SYNTH_OPTIONS_INIT;
    struct hc_synth_plan *plan = NULL;

    options.nodes = nodes;
    options.days = days;
    options.step_s = step_s;
    options.seed = seed;
    assert_int_equal(hc_synth_plan_new(&options, &plan, NULL), HC_OK);
    return plan;
}

static bool is_packed(const struct hc_synth_seat *seat)
{
    const struct hc_synth_workload *workload = &hc_synth_workloads[seat->workload];

    return workload->milli && workload->kind != HC_KIND_DAEMON_SET;
}

/* ---- seats ---- */

static void sizes_divide_each_other(void **state)
{
    int daemons = 0;

    (void)state;
    assert_true(hc_synth_n_workloads <= HC_WORKLOADS_ROOM);
    for (uint16_t w = 0; w < hc_synth_n_workloads; w++) {
        const struct hc_synth_workload *workload = &hc_synth_workloads[w];
        int milli = workload->milli;

        if (workload->kind == HC_KIND_DAEMON_SET)
            daemons += milli;
        else
            assert_true(milli == 0 || milli == 500 || milli == 1000 || milli == 2000 ||
                        milli == 4000);
        assert_true(milli || workload->pool == HC_ANY_POOL);
    }
    assert_int_equal(daemons, 250);
}

/* Of a plan: what is asked for at home and where it is, in milli-cores and bytes. */
static void check_room(const struct hc_synth_plan *plan)
{
    double *home = calloc(plan->n_nodes, sizeof(*home));
    double *cpu = calloc(plan->n_nodes, sizeof(*cpu));
    double *memory = calloc(plan->n_nodes, sizeof(*memory));
    uint32_t coming = plan->role[HC_ROLE_JOINS_LATE];
    uint32_t going = plan->role[HC_ROLE_LEAVES_EARLY];
    uint32_t drained = plan->role[HC_ROLE_MAINTENANCE];

    assert_true(home && cpu && memory);
    for (uint32_t i = 0; i < plan->n_seats; i++) {
        const struct hc_synth_seat *seat = &plan->seats[i];

        assert_int_equal(plan->nodes[seat->home].pool, plan->nodes[seat->node].pool);
        assert_true(!is_packed(seat) || plan->nodes[seat->home].keeps);
        home[seat->home] += is_packed(seat) ? hc_seat_cpu(seat) : 0;
        cpu[seat->node] += hc_seat_cpu(seat);
        memory[seat->node] += hc_seat_memory(plan, seat);
    }
    for (uint32_t i = 0; i < plan->n_nodes; i++) {
        const struct hc_synth_node *node = &plan->nodes[i];
        bool is_loose = i == coming || i == going || i == drained;

        assert_true(cpu[i] <= node->cores - HC_NODE_RESERVED_CPU);
        assert_true(memory[i] <= node->memory_total - HC_NODE_RESERVED_MEMORY);
        if (!node->keeps)
            assert_true(home[i] == 0);
        else if (is_loose)
            assert_true(home[i] < node->cores - 1);
        else
            assert_true(home[i] == node->cores - 1);
    }
    free(home);
    free(cpu);
    free(memory);
}

static void keepers_are_full_and_no_node_is_over_full(void **state)
{
    (void)state;
    for (int64_t nodes = 1; nodes <= 40; nodes++)
        for (uint64_t seed = 0; seed < 20; seed++) {
            struct hc_synth_plan *plan = planned(nodes, 8, 86400, seed);

            check_room(plan);
            hc_synth_plan_free(plan);
        }
    struct hc_synth_plan *plan = planned(5000, 1, 86400, 3);

    check_room(plan);
    hc_synth_plan_free(plan);
}

static void without_pods_there_is_nothing(void **state)
{
    struct hc_synth_options options = HC_SYNTH_OPTIONS_INIT;
    struct hc_synth_plan *plan = NULL;
    struct hc_synth_walk walk = {0};
    struct hc_synth_pod_row row;
    HC_CLEANUP(hc_buf_clear) struct hc_buf truth = HC_BUF_INIT;

    (void)state;
    options.no_pods = true;
    assert_int_equal(hc_synth_plan_new(&options, &plan, NULL), HC_OK);
    assert_false(hc_synth_next_pod(plan, &walk, &row));
    hc_synth_truth(plan, &truth);
    assert_non_null(strstr(hc_buf_str(&truth), "\"pods\": null"));
    hc_synth_plan_free(plan);
}

/* ---- lives ---- */

/* Each moment of a life gives that life, and its neighbours another. */
static void check_lives(
    const struct hc_synth_plan *plan, const struct hc_synth_seat *seat)
{
    int64_t end = hc_synth_moments(plan), first, last;
    struct hc_life before = {0};

    hc_node_moments(plan, seat->node, &first, &last);
    for (int64_t at = 0; at < end;) {
        struct hc_life life = hc_seat_life(plan, seat, at);

        assert_true(life.from <= at && at < life.until && life.until <= end);
        if (life.present) {
            assert_true(life.from == at && at >= first && life.until <= last);
            assert_true(!before.present || before.id != life.id);
        }
        for (int64_t m = at; m < life.until; m++) {
            struct hc_life same = hc_seat_life(plan, seat, m);

            assert_int_equal(same.present, life.present);
            assert_true(same.until <= life.until);
            if (life.present) {
                assert_int_equal(same.from, life.from);
                assert_int_equal(same.until, life.until);
                assert_int_equal(same.id, life.id);
                assert_int_equal(same.completes, life.completes);
            }
        }
        before = life;
        at = life.until;
    }
}

static void lives_follow_one_another(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct hc_synth_plan *plan = planned(12, 16, 300, seed);

        for (uint32_t i = 0; i < plan->n_seats; i++)
            check_lives(plan, &plan->seats[i]);
        hc_synth_plan_free(plan);
    }
}

/* ---- rows ---- */

static void add_row(struct hc_sha256 *sha, const struct hc_synth_use_row *row)
{
    double numbers[3] = {row->cpu_cores, row->memory_bytes, row->throttled_share};

    for (size_t i = 0; i < 3; i++)
        if (isnan(numbers[i]))
            numbers[i] = -1;
    hc_sha256_add(sha, &row->time_us, sizeof(row->time_us));
    hc_sha256_add(sha, numbers, sizeof(numbers));
    hc_sha256_add(sha, row->namespace, strlen(row->namespace));
    hc_sha256_add(sha, row->pod, strlen(row->pod));
    hc_sha256_add(sha, row->uid, strlen(row->uid));
    hc_sha256_add(sha, row->node, strlen(row->node));
}

static void sum_of_day(const struct hc_synth_plan *plan, struct hc_synth_use *use,
    uint32_t day, char hex[HC_SHA256_HEX])
{
    struct hc_synth_use_row row;
    struct hc_sha256 sha;
    bool any;

    hc_sha256_init(&sha);
    hc_synth_use_begin(use, day);
    do {
        assert_int_equal(hc_synth_next_use(plan, use, &row, &any), HC_OK);
        if (any)
            add_row(&sha, &row);
    } while (any);
    hc_sha256_hex(&sha, hex);
}

/* Little-endian machines only; if it fails on another of these, synth.h's promise is
 * broken, and if it fails after a change of the model, put the new sum here. */
static void same_use_everywhere_and_in_any_order(void **state)
{
    struct hc_synth_plan *plan = planned(12, 8, 600, 42);
    struct hc_synth_use use = {0}, other = {0};
    char forward[8][HC_SHA256_HEX], again[HC_SHA256_HEX];

    (void)state;
    for (uint32_t day = 0; day < 8; day++)
        sum_of_day(plan, &use, day, forward[day]);
    for (uint32_t day = 8; day-- > 0;) {
        sum_of_day(plan, &other, day, again);
        assert_string_equal(again, forward[day]);
    }
    assert_string_equal(
        forward[4], "1912dd95edddfb22b7dc179acde1237ea92490cf8afa879b54fc90b8ab2bcace");
    hc_synth_use_clear(&use);
    hc_synth_use_clear(&other);
    hc_synth_plan_free(plan);
}

static void no_memory_is_a_status(void **state)
{
    struct hc_synth_plan *plan = planned(3, 2, 600, 1);
    struct hc_synth_use use = {0};
    struct hc_synth_use_row row;
    bool any = true;

    (void)state;
    hc_synth_use_begin(&use, 1);
    hc_mem_fail_after(0);
    assert_int_equal(hc_synth_next_use(plan, &use, &row, &any), HC_NO_MEMORY);
    hc_mem_fail_after(-1);
    assert_false(any);
    assert_int_equal(hc_synth_next_use(plan, &use, &row, &any), HC_OK);
    assert_true(any);
    hc_synth_use_clear(&use);
    hc_synth_plan_free(plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_divide_each_other),
        cmocka_unit_test(keepers_are_full_and_no_node_is_over_full),
        cmocka_unit_test(without_pods_there_is_nothing),
        cmocka_unit_test(lives_follow_one_another),
        cmocka_unit_test(same_use_everywhere_and_in_any_order),
        cmocka_unit_test(no_memory_is_a_status),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
