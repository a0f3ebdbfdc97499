#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bound_small.h"
#include "bounds/l1.h"
#include "bounds/time.h"

static const int64_t hour_us = 3600000000;

/* Two resources, nodes of 10/100 (three) and 4/100 (two). */
static void make_case(struct hc_bound_case *c)
{
    static const int64_t capacity[] = {10, 100, 4, 100}, nodes[] = {3, 2};
    struct hc_bound_input in = {2, 0, NULL, NULL, 2, capacity, nodes, NULL, NULL};

    assert_int_equal(hc_bound_case_init(c, &in, NULL), HC_OK);
}

/*
 * 0 h  a pod of 8        1 node
 * 1 h  another of 8      2 nodes
 * 3 h  both leave        none
 * 4 h  a pod of nothing  1 node
 * 6 h  read
 */
static void a_day_by_hand(void **state)
{
    static const int64_t eight[] = {8, 1}, nothing[] = {0, 0};
    HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {0};
    HC_CLEANUP(hc_bound_time_clear) struct hc_bound_time time = {0};
    struct hc_bound_time_result result;

    (void)state;
    make_case(&c);
    assert_int_equal(hc_bound_time_init(&time, &c, 0), HC_OK);
    assert_int_equal(hc_bound_time_add(&time, 0, eight, 1, NULL), HC_OK);
    assert_int_equal(hc_bound_time_add(&time, hour_us, eight, 1, NULL), HC_OK);
    assert_int_equal(hc_bound_time_add(&time, 3 * hour_us, eight, -2, NULL), HC_OK);
    assert_int_equal(hc_bound_time_add(&time, 4 * hour_us, nothing, 1, NULL), HC_OK);
    assert_int_equal(hc_bound_time_read(&time, 6 * hour_us, &result, NULL), HC_OK);
    assert_int_equal(result.most_nodes, 2);
    assert_int_equal(result.most_at_us, hour_us);
    assert_int_equal(result.most_resource, 0);
    assert_int_equal(result.short_us, 0);
    assert_true(result.node_us == (1 + 2 * 2 + 0 + 2) * hour_us);
    assert_float_equal(result.node_hours, 7, 1e-12);
}

/* A pod takes over from another in one moment: one node, whichever is told first. */
static void no_time_is_no_state(void **state)
{
    static const int64_t ten[] = {10, 1};

    (void)state;
    for (int first = -1; first <= 1; first += 2) {
        HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {0};
        HC_CLEANUP(hc_bound_time_clear) struct hc_bound_time time = {0};
        struct hc_bound_time_result result;

        make_case(&c);
        assert_int_equal(hc_bound_time_init(&time, &c, -5), HC_OK);
        assert_int_equal(hc_bound_time_add(&time, 0, ten, 1, NULL), HC_OK);
        assert_int_equal(hc_bound_time_add(&time, 7, ten, first, NULL), HC_OK);
        assert_int_equal(hc_bound_time_add(&time, 7, ten, -first, NULL), HC_OK);
        assert_int_equal(hc_bound_time_add(&time, 9, ten, 1, NULL), HC_OK);
        assert_int_equal(hc_bound_time_read(&time, 9, &result, NULL), HC_OK);
        assert_int_equal(result.most_nodes, 1);
        assert_int_equal(result.most_at_us, 0);
        assert_true(result.node_us == 9);
    }
}

static void what_cannot_be_is_refused(void **state)
{
    static const int64_t five[] = {5, 1}, negative[] = {-5, 1};
    HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {0};
    HC_CLEANUP(hc_bound_time_clear) struct hc_bound_time time = {0};
    struct hc_bound_time_result result;
    struct hc_error err;

    (void)state;
    make_case(&c);
    assert_int_equal(hc_bound_time_init(&time, &c, 100), HC_OK);
    assert_int_equal(hc_bound_time_add(&time, 100, five, 1, NULL), HC_OK);
    assert_int_equal(hc_bound_time_add(&time, 99, five, 1, &err), HC_INPUT);
    assert_string_equal(err.message, "bounds: an event at 99 us after one at 100 us");
    assert_int_equal(hc_bound_time_add(&time, 100, five, -2, &err), HC_INPUT);
    assert_string_equal(err.message, "bounds: a pod leaves that is not there");
    assert_int_equal(hc_bound_time_add(&time, 100, negative, 1, &err), HC_INPUT);
    assert_string_equal(err.message, "bounds: the demand of resource 0 is out of range");
    assert_int_equal(hc_bound_time_nodes(&time, 100, 1, -3, &err), HC_INPUT);
    assert_int_equal(hc_bound_time_nodes(&time, 100, 2, 1, &err), HC_INPUT);
    assert_int_equal(hc_bound_time_read(&time, 200, &result, NULL), HC_OK);
    assert_true(result.most_nodes == 1 && result.node_us == 100);
}

/* ---- against L1 from scratch ---------------------------------------------------------
 */

enum { EVENTS = 60, POD_TYPES = 5, NODE_TYPES = 3 };

/* What is there, and the sums so far, by asking bound_l1 anew at each moment. */
struct plain {
    int64_t demand[POD_TYPES * 2], pods[POD_TYPES];
    int64_t capacity[NODE_TYPES * 2], nodes[NODE_TYPES];
    int64_t most, short_us, sum, now_us;
};

static void plain_go_on(struct plain *p, int64_t at_us)
{
    struct hc_bound_input in = {
        2, POD_TYPES, p->demand, p->pods, NODE_TYPES, p->capacity, p->nodes, NULL, NULL};
    HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {0};
    struct hc_bound_one l1;

    assert_int_equal(hc_bound_case_init(&c, &in, NULL), HC_OK);
    assert_int_equal(c.left_out, 0);
    assert_int_equal(hc_bound_l1(&c, &l1), HC_OK);
    if (at_us > p->now_us && l1.nodes > p->most)
        p->most = l1.nodes;
    p->short_us += l1.impossible ? at_us - p->now_us : 0;
    p->sum += l1.nodes * (at_us - p->now_us);
    p->now_us = at_us;
}

static void plain_init(struct plain *p, uint64_t *state)
{
    *p = (struct plain){0};
    for (int i = 0; i < POD_TYPES * 2; i++)
        p->demand[i] = small_below(state, 6);
    for (int t = 0; t < NODE_TYPES; t++) {
        p->capacity[2 * t] = 5 + small_below(state, 20);
        p->capacity[2 * t + 1] = 5 + small_below(state, 20);
        p->nodes[t] = 1 + small_below(state, 4);
    }
}

/* A random event to both. */
static void event(struct plain *p, struct hc_bound_time *time,
    const struct hc_bound_case *c, uint64_t *state)
{
    int64_t at_us = p->now_us + small_below(state, 4);
    size_t type = (size_t)small_below(state, POD_TYPES), node = type % NODE_TYPES;
    int64_t change = small_below(state, 2) ? 1 : -1;

    plain_go_on(p, at_us);
    if (small_below(state, 4)) {
        change = p->pods[type] ? change : 1;
        p->pods[type] += change;
        assert_int_equal(
            hc_bound_time_add(time, at_us, p->demand + 2 * type, change, NULL), HC_OK);
    } else {
        change = p->nodes[node] > 1 ? change : 1;
        p->nodes[node] += change;
        assert_int_equal(
            hc_bound_time_nodes(time, at_us, c->node_of_type[node], change, NULL), HC_OK);
    }
}

static void incremental_is_from_scratch(void **unused)
{
    uint64_t state = 1234;
    int shorts = 0;

    (void)unused;
    for (int k = 0; k < 400; k++) {
        HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {0};
        HC_CLEANUP(hc_bound_time_clear) struct hc_bound_time time = {0};
        struct hc_bound_time_result result;
        struct plain p;

        plain_init(&p, &state);
        struct hc_bound_input in = {
            2, 0, NULL, NULL, NODE_TYPES, p.capacity, p.nodes, NULL, NULL};

        assert_int_equal(hc_bound_case_init(&c, &in, NULL), HC_OK);
        assert_int_equal(hc_bound_time_init(&time, &c, 0), HC_OK);
        for (int i = 0; i < EVENTS; i++)
            event(&p, &time, &c, &state);
        plain_go_on(&p, p.now_us + 3);
        assert_int_equal(hc_bound_time_read(&time, p.now_us, &result, NULL), HC_OK);
        assert_int_equal(result.most_nodes, p.most);
        assert_int_equal(result.short_us, p.short_us);
        assert_true(result.node_us == p.sum);
        shorts += p.short_us > 0;
    }
    assert_true(shorts > 10 && shorts < 390);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_by_hand),
        cmocka_unit_test(no_time_is_no_state),
        cmocka_unit_test(what_cannot_be_is_refused),
        cmocka_unit_test(incremental_is_from_scratch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
