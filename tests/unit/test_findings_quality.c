/* Totals of the nodes, the usual step, and gaps that the fleet shares. */
#include "findings_case.h"

static const int gauges[] = {HC_CPU, -1};

static void add_gap(struct findings_case *c, uint32_t node, int64_t start, int64_t end)
{
    c->s.gaps = realloc(c->s.gaps, (c->s.n_gaps + 1) * sizeof(*c->s.gaps));
    assert_non_null(c->s.gaps);
    c->s.gaps[c->s.n_gaps++] = (struct hc_gap){node, start, end};
}

/* Of ten nodes eight make a fleet gap: from when the eighth goes till one is back. */
static void eight_of_ten(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 10, gauges);
    for (uint32_t node = 0; node < 9; node++)
        add_gap(&c, node, 100 + node, 1000 + 10 * node);
    for (uint32_t node = 0; node < 7; node++)
        add_gap(&c, node, 5000, 6000);
    case_run(&c);
    assert_int_equal(c.out.quality.n_fleet_gaps, 1);
    assert_int_equal(c.out.quality.fleet_gaps[0].start_us, 107);
    assert_int_equal(c.out.quality.fleet_gaps[0].end_us, 1010);
    assert_int_equal(c.out.quality.fleet_gaps[0].nodes, 9);
    assert_near(case_statement(&c, "quality.fleet_gaps")->value, 1);
    case_clear(&c);
}

/* All have one sample at 500 between two gaps: two fleet gaps, not one. */
static void a_sample_parts_gaps(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 3, gauges);
    for (uint32_t node = 0; node < 3; node++) {
        add_gap(&c, node, 100, 500);
        add_gap(&c, node, 500, 900);
    }
    case_run(&c);
    assert_int_equal(c.out.quality.n_fleet_gaps, 2);
    assert_int_equal(c.out.quality.fleet_gaps[0].end_us, 500);
    assert_int_equal(c.out.quality.fleet_gaps[1].start_us, 500);
    assert_int_equal(c.out.quality.fleet_gaps[1].nodes, 3);
    case_clear(&c);
}

static void one_node_is_no_fleet(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 1, gauges);
    add_gap(&c, 0, 100, 500);
    case_run(&c);
    assert_int_equal(c.out.quality.n_fleet_gaps, 0);
    assert_int_equal(
        case_statement(&c, "quality.fleet_gaps")->verdict.status, HC_NOT_ENOUGH_DATA);
    case_clear(&c);
}

static void totals(void **state)
{
    static const int64_t steps[6] = {60, 30, 60, 30, 0, 300};
    struct findings_case c;

    (void)state;
    case_init(&c, 6, gauges);
    for (uint32_t i = 0; i < 6; i++) {
        struct hc_node *node = &c.s.nodes[i];

        case_put(case_cell(&c, i, MONDAY_S, 100), HC_CPU, 100, 0.1);
        if (i < 2)
            case_put(case_cell(&c, i, MONDAY_S + 7 * DAY_S, 1), HC_CPU, 1, 0.1);
        node->step_s = steps[i];
        node->occupied = 90;
        node->expected = 100;
        node->gaps = i;
        node->longest_gap_s = 10.0 * i;
        node->exact = 2;
        node->conflicting = i == 0;
        node->out_of_order = 3;
    }
    case_run(&c);
    const struct hc_quality *q = &c.out.quality;
    assert_int_equal(q->step_s, 30); /* 30 and 60 twice: the smaller */
    assert_near(q->coverage, 0.9);
    assert_int_equal(q->gaps, 15);
    assert_int_equal(q->exact, 12);
    assert_int_equal(q->conflicting, 1);
    assert_int_equal(q->out_of_order, 18);
    assert_int_equal(q->short_nodes, 4);
    assert_near(case_statement(&c, "quality.repeats")->value, 13);
    assert_near(case_statement(&c, "quality.longest_gap")->value, 50);
    assert_string_equal(case_statement(&c, "quality.short_nodes")->statement,
        "4 of 6 nodes: less than 7 days from first to last sample, so not compared.");
    case_clear(&c);
}

/* Exactly seven days from first to last are enough. */
static void seven_days(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 1, gauges);
    case_put(case_cell(&c, 0, MONDAY_S, 1), HC_CPU, 1, 0.1);
    case_put(case_cell(&c, 0, MONDAY_S + 7 * DAY_S - HOUR_S, 1), HC_CPU, 1, 0.1);
    case_run(&c); /* last is a microsecond before the seventh midnight */
    assert_int_equal(c.out.quality.short_nodes, 1);
    c.s.nodes[0].last_us++;
    struct hc_findings out = {0};
    assert_int_equal(case_feed(&c, &out, NULL), HC_OK);
    assert_int_equal(out.quality.short_nodes, 0);
    hc_findings_clear(&out);
    case_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(eight_of_ten),
        cmocka_unit_test(a_sample_parts_gaps),
        cmocka_unit_test(one_node_is_no_fleet),
        cmocka_unit_test(totals),
        cmocka_unit_test(seven_days),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
