/* How few nodes would have carried the whole time: by hand, and against trying them all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "replay/lean.h"
#include "replay/trials.h"
#include "replay_case.h"

enum { TRIALS = 7, HOUR = 3600 };

static const int64_t second_us = 1000000;

static void nodes_of(struct hc_trace *t, uint32_t n, int64_t cpu)
{
    for (uint32_t i = 0; i < n; i++)
        add_node(t, cpu, 64 * GIB, 0, "none");
    add_no_rules(t);
}

/* A pod of so many milli-cores from one second to another. */
static uint32_t pod(struct hc_trace *t, int64_t cpu, int64_t from, int64_t to)
{
    const struct hc_shape shape = {.cpu = cpu, .memory = GIB};
    uint32_t at = add_pod(t, shape);

    add_event(t, from * second_us, HC_POD_ARRIVES, at);
    add_event(t, to * second_us, HC_POD_LEAVES, at);
    return at;
}

/* Each pod used so many milli-cores in every hour. */
static void uses(struct hc_trace *t, double cpu, uint32_t hours)
{
    t->usage.n_hours = hours;
    t->usage.first = hc_calloc(t->n_pods + 1, sizeof(*t->usage.first));
    for (size_t p = 0; p < t->n_pods; p++) {
        for (uint32_t hour = 0; hour < hours; hour++)
            assert_int_equal(hc_usage_add(&t->usage, hour, cpu, 1e9), HC_OK);
        t->usage.first[p + 1] = t->usage.n_rows;
    }
    for (uint32_t hour = 0; hour < hours; hour++)
        add_event(t, (hour + 1) * HOUR * second_us, HC_HOUR_ENDS, hour);
}

static void close_trace(struct hc_trace *t)
{
    t->timed = true;
    t->start_us = 0;
    t->end_us = 10 * HOUR * second_us;
    hc_trace_close(t);
    assert_int_equal(hc_orders_make(t, 1, 1), HC_OK);
}

static struct hc_lean find(const struct hc_trace *t, const char *policy, double refused,
    double hot, int64_t threads)
{
    const struct hc_mix mix = mix_of(policy);
    const struct hc_replay_request request = {.trace = t,
        .mixes = &mix,
        .n_mixes = 1,
        .threads = threads,
        .cache_bytes = 1 << 20};
    const struct hc_lean_past past = {.refused = refused, .hot = hot};
    struct hc_lean lean = {0};
    struct hc_error err = {""};

    assert_int_equal(hc_lean_find(&request, &past, TRIALS, &lean, &err), HC_OK);
    return lean;
}

static void assert_nodes(const struct hc_trace *t, const char *policy, double refused,
    double hot, uint32_t wanted)
{
    HC_CLEANUP(hc_lean_clear)
    struct hc_lean lean = find(t, policy, refused, hot, 2);
    uint32_t p90 = 0, least = 0, most = 0;

    assert_int_equal(hc_lean_nodes(&lean, 0, &p90, &least, &most), wanted > 0);
    assert_int_equal(p90, wanted);
    assert_int_equal(least, wanted);
    assert_int_equal(most, wanted);
}

/* ---- by hand ---- */

static void pods_that_never_meet_share_a_node(void **state)
{
    HC_CLEANUP(hc_trace_clear) struct hc_trace t = {0};

    (void)state;
    nodes_of(&t, 4, 4000);
    for (int64_t i = 0; i < 6; i++)
        pod(&t, 3000, i * 100, i * 100 + 90);
    close_trace(&t);
    assert_nodes(&t, "LeastAllocated", 0, NAN, 1);
}

static void pods_that_meet_do_not(void **state)
{
    HC_CLEANUP(hc_trace_clear) struct hc_trace t = {0};

    (void)state;
    nodes_of(&t, 5, 4000);
    pod(&t, 3000, 0, 50);
    pod(&t, 3000, 10, 90);
    pod(&t, 3000, 20, 95); /* three at once from 20 on */
    pod(&t, 3000, 60, 99);
    close_trace(&t);
    assert_nodes(&t, "LeastAllocated", 0, NAN, 3);
    assert_nodes(&t, "MostAllocated", 0, NAN, 3);
    assert_nodes(&t, "LeastAllocated", 1, NAN, 2); /* as one found no place in the past */
    assert_nodes(&t, "as-recorded", 0, NAN, 0);
}

static void hot_hours_forbid_what_fits(void **state)
{
    HC_CLEANUP(hc_trace_clear) struct hc_trace t = {0};

    (void)state;
    nodes_of(&t, 4, 4000);
    for (int64_t i = 0; i < 4; i++)
        pod(&t, 1000, 1, 4 * HOUR - 1);
    uses(&t, 1700, 3); /* two on a node: 85 % of it */
    close_trace(&t);
    assert_nodes(&t, "MostAllocated", 0, NAN, 1);
    assert_nodes(&t, "LeastAllocated", 0, NAN, 1);
    assert_nodes(&t, "LeastAllocated", 0, 0, 4);
    assert_nodes(&t, "LeastAllocated", 0, 3, 3); /* one node is hot, three hours */
    assert_nodes(&t, "MostAllocated", 0, 0, 0);  /* all on one, however many there are */
}

/* Two nodes at a time, by turns: six names are two nodes. */
static void nodes_are_counted_that_are_there_at_once(void **state)
{
    HC_CLEANUP(hc_trace_clear) struct hc_trace t = {0};
    HC_CLEANUP(hc_lean_clear) struct hc_lean lean = {0};

    (void)state;
    nodes_of(&t, 6, 4000);
    for (uint32_t i = 0; i < 6; i++) {
        if (i >= 2)
            add_event(&t, i / 2 * 1000 * second_us, HC_NODE_JOINS, i);
        if (i < 4)
            add_event(&t, (i / 2 + 1) * 1000 * second_us, HC_NODE_LEAVES, i);
    }
    for (int64_t i = 0; i < 3; i++)
        pod(&t, 3000, i * 1000 + 100, i * 1000 + 900);
    close_trace(&t);
    lean = find(&t, "LeastAllocated", 0, NAN, 1);
    assert_int_equal(lean.present, 2);
    for (size_t i = 0; i < TRIALS; i++)
        assert_in_range(lean.nodes[i], 1, 2);
}

/* ---- at random ---- */

static void make_random(struct hc_trace *t, struct hc_random *random)
{
    nodes_of(t, 2 + (uint32_t)hc_random_below(random, 6), 4000);
    for (uint32_t i = 0; i < t->n_nodes; i++)
        if (hc_random_below(random, 3) == 0)
            add_event(t, (int64_t)hc_random_below(random, 3000) * second_us,
                hc_random_below(random, 2) ? HC_NODE_JOINS : HC_NODE_LEAVES, i);
    for (uint64_t i = 0; i < 30; i++) {
        int64_t from = (int64_t)hc_random_below(random, 7000);
        uint32_t at = pod(t, 500 + 500 * (int64_t)hc_random_below(random, 4), from,
            from + 1 + (int64_t)hc_random_below(random, 3000));

        if (hc_random_below(random, 12) == 0) {
            t->pods[at].node = (uint32_t)hc_random_below(random, t->n_nodes);
            t->pods[at].pinned = true;
        }
    }
    uses(t, 900, 2);
    close_trace(t);
}

/* Nodes that are not kept are never there; what is refused and hot on `kept` of them. */
static void replay_on(const struct hc_trace *t, const struct hc_mix *mix,
    const struct hc_order *order, size_t kept, double *ret_refused, double *ret_hot)
{
    const struct hc_run_request request = {
        .trace = t, .mix = mix, .order = order, .nodes_kept = kept};
    HC_CLEANUP(hc_run_closep) struct hc_run *run = NULL;
    HC_CLEANUP(hc_tally_clear) struct hc_tally tally = {0};
    struct hc_step step;

    assert_int_equal(hc_run_open(&request, &run), HC_OK);
    assert_int_equal(hc_tally_open(t, &tally), HC_OK);
    while (hc_run_step(run, &step)) {
        hc_tally_add(&tally, &step, hc_run_fleet(run));
        for (size_t i = kept; i < t->n_nodes; i++)
            assert_false(hc_run_fleet(run)->present[order->node_at[i]]);
        if (step.outcome == HC_PLACED)
            assert_true(hc_run_fleet(run)->present[step.node]);
    }
    *ret_refused = tally.measures[HC_REPLAY_REFUSED];
    *ret_hot = tally.measures[HC_REPLAY_HOT_NODE_HOURS];
}

static size_t present_of(
    const struct hc_trace *t, const struct hc_order *order, size_t kept)
{
    size_t most = 0;

    for (size_t at = 0; at <= t->n_events; at++) { /* after so many events */
        size_t now = 0;

        for (size_t i = 0; i < kept; i++) {
            uint32_t node = order->node_at[i];
            bool there = true, said = false;

            for (size_t e = 0; e < t->n_events; e++) {
                const struct hc_event *event = &t->events[e];

                if (event->subject != node ||
                    (event->kind != HC_NODE_JOINS && event->kind != HC_NODE_LEAVES))
                    continue;
                if (!said)
                    there = event->kind == HC_NODE_LEAVES;
                said = true;
                if (e < at)
                    there = event->kind == HC_NODE_JOINS;
            }
            now += there;
        }
        most = now > most ? now : most;
    }
    return most;
}

/* Halving ends where one node fewer does not do, and that number does. */
static void found_numbers_do(void **state)
{
    size_t checked = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        HC_CLEANUP(hc_trace_clear) struct hc_trace t = {0};
        HC_CLEANUP(hc_lean_clear) struct hc_lean lean = {0};
        const struct hc_mix mix = mix_of("LeastAllocated");
        struct hc_random random;
        struct hc_order order = {0};
        uint32_t nodes[TRIALS];
        double refused, hot;

        hc_random_seed(&random, seed);
        make_random(&t, &random);
        lean = find(&t, "LeastAllocated", 2, 3, 1);
        order.node_at = hc_alloc(t.n_nodes, sizeof(uint32_t));
        for (size_t trial = 0; trial < TRIALS; trial++) {
            size_t k = 1;

            order.seed = (int64_t)trial;
            for (size_t i = 0; i < t.n_nodes; i++)
                order.node_at[i] = (uint32_t)i;
            hc_random_seed(&random, trial);
            hc_random_shuffle(&random, order.node_at, t.n_nodes);
            for (; k <= t.n_nodes; k++) {
                replay_on(&t, &mix, &order, k, &refused, &hot);
                if (refused <= 2 + 0.002 * 30 && hot <= 3)
                    break;
            }
            nodes[trial] =
                k > t.n_nodes ? HC_LEAN_NONE : (uint32_t)present_of(&t, &order, k);
            checked += k <= t.n_nodes;
        }
        hc_trials_sort(nodes, TRIALS);
        for (size_t i = 0; i < TRIALS; i++) /* halving may take more, never fewer */
            assert_true(lean.nodes[i] >= nodes[i]);
        hc_free(order.node_at);
    }
    assert_true(checked > 100);
}

static void threads_change_nothing(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        HC_CLEANUP(hc_trace_clear) struct hc_trace t = {0};
        HC_CLEANUP(hc_lean_clear) struct hc_lean one = {0}, four = {0};
        struct hc_random random;

        hc_random_seed(&random, seed);
        make_random(&t, &random);
        one = find(&t, "kube-1.35", 2, 5, 1);
        four = find(&t, "kube-1.35", 2, 5, 4);
        assert_memory_equal(one.nodes, four.nodes, TRIALS * sizeof(*one.nodes));
    }
}

static void every_allocation_may_fail(void **state)
{
    HC_CLEANUP(hc_trace_clear) struct hc_trace t = {0};
    const struct hc_mix mix = mix_of("LeastAllocated");
    const struct hc_replay_request request = {
        .trace = &t, .mixes = &mix, .n_mixes = 1, .threads = 1};
    const struct hc_lean_past past = {.hot = 5};
    enum hc_status status = HC_NO_MEMORY;
    struct hc_random random;
    long n = 0;

    (void)state;
    hc_random_seed(&random, 3);
    make_random(&t, &random);
    for (; status; n++) {
        HC_CLEANUP(hc_lean_clear) struct hc_lean lean = {0};
        struct hc_error err = {""};

        hc_mem_fail_after(n);
        status = hc_lean_find(&request, &past, 2, &lean, &err);
        hc_mem_fail_after(-1);
        assert_true(!status || status == HC_NO_MEMORY);
    }
    assert_true(n > 20);
}

static void it_can_be_stopped(void **state)
{
    HC_CLEANUP(hc_trace_clear) struct hc_trace t = {0};
    HC_CLEANUP(hc_lean_clear) struct hc_lean lean = {0};
    const struct hc_mix mix = mix_of("LeastAllocated");
    atomic_bool stop = true;
    const struct hc_replay_request request = {
        .trace = &t, .mixes = &mix, .n_mixes = 1, .threads = 1, .stop = &stop};
    const struct hc_lean_past past = {.hot = NAN};
    struct hc_error err = {""};

    (void)state;
    nodes_of(&t, 3, 4000);
    for (int64_t i = 0; i < 2000; i++)
        pod(&t, 1000, i, i + 1);
    close_trace(&t);
    assert_int_equal(hc_lean_find(&request, &past, 3, &lean, &err), HC_INTERRUPTED);
    assert_string_equal(err.message, "interrupted");
}

static void one_trial_in_ten_may_fail(void **state)
{
    uint32_t nodes[22], p90 = 7, least = 7, most = 7;
    struct hc_lean lean = {.n_mixes = 2, .trials = 11, .nodes = nodes};

    (void)state;
    for (uint32_t i = 0; i < 11; i++) {
        nodes[i] = i < 10 ? 3 + i : HC_LEAN_NONE;
        nodes[11 + i] = i < 9 ? 3 + i : HC_LEAN_NONE;
    }
    assert_true(hc_lean_nodes(&lean, 0, &p90, &least, &most));
    assert_true(p90 == 12 && least == 3 && most == 0);
    assert_false(hc_lean_nodes(&lean, 1, &p90, &least, &most));
    lean.trials = 0;
    assert_false(hc_lean_nodes(&lean, 0, &p90, &least, &most));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pods_that_never_meet_share_a_node),
        cmocka_unit_test(pods_that_meet_do_not),
        cmocka_unit_test(hot_hours_forbid_what_fits),
        cmocka_unit_test(nodes_are_counted_that_are_there_at_once),
        cmocka_unit_test(found_numbers_do),
        cmocka_unit_test(one_trial_in_ten_may_fail),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(it_can_be_stopped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
