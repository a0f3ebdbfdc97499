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

/* ---- holes of a collection ---- */

#define MINUTE_US INT64_C(60000000)

/* A collection of a day in steps of a minute; holes in minutes, ended by -1. */
static void add_collected(struct findings_case *c, const int *minutes)
{
    struct hc_collected *list = realloc(
                            c->s.collected, (c->s.n_collected + 1) * sizeof(*list)),
                        *one;

    assert_non_null(list);
    c->s.collected = list;
    one = &list[c->s.n_collected++];
    *one =
        (struct hc_collected){.end_us = DAY_S * 1000000, .step_s = 60, .has_holes = true};
    one->holes = calloc(8, sizeof(*one->holes));
    assert_non_null(one->holes);
    for (; *minutes >= 0; minutes += 2)
        one->holes[one->n_holes++] =
            (struct hc_hole){minutes[0] * MINUTE_US, minutes[1] * MINUTE_US};
    assert_true(hc_collected_sum(one));
}

static void add_gap_of_all(struct findings_case *c, int64_t start, int64_t end)
{
    for (uint32_t node = 0; node < c->s.n_nodes; node++)
        add_gap(c, node, start * MINUTE_US, end * MINUTE_US);
}

static bool says(const struct findings_case *c, const char *id)
{
    for (size_t i = 0; i < c->out.n_statements; i++)
        if (!strcmp(c->out.statements[i].id, id))
            return true;
    return false;
}

/* The gap reaches from the last sample before the hole to the first after it. */
static void holes_that_the_gaps_tell(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 3, gauges);
    add_gap_of_all(&c, 184, 221);
    add_gap_of_all(&c, 300, 400); /* of which 49 are a hole */
    add_gap_of_all(&c, 500, 502);
    add_collected(&c, (int[]){185, 221, 340, 389, 501, 502, -1});
    case_run(&c);
    const struct hc_quality *q = &c.out.quality;
    const struct hc_statement *s = case_statement(&c, "quality.holes");
    assert_true(q->fleet_gaps[0].hole && !q->fleet_gaps[1].hole && q->fleet_gaps[2].hole);
    assert_int_equal(q->n_gap_holes, 2);
    assert_near(s->value, (36 + 49 + 1) * 60);
    assert_string_equal(s->unit, "s");
    assert_int_equal(s->n, 3);
    assert_string_equal(s->statement,
        "3 holes of the collection, 86 min of 24.0 h: the times of gaps of the whole "
        "fleet, no further ones.");
    assert_true(s->weight < case_statement(&c, "quality.fleet_gaps")->weight);
    assert_string_equal(case_statement(&c, "quality.fleet_gaps")->statement,
        "3 gaps shared by 80 % or more of 3 nodes, 2 of them holes of the collection; "
        "the longest is 100 min from 1970-01-01 05:00 UTC, 3 nodes.");
    case_clear(&c);
}

/* Before the first sample, after the last, or with one node: the samples show nothing. */
static void holes_that_only_the_collection_knows(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 3, gauges);
    add_gap_of_all(&c, 184, 221);
    add_collected(&c, (int[]){0, 100, 185, 221, 1400, 1440, -1});
    case_run(&c);
    const struct hc_statement *s = case_statement(&c, "quality.holes");
    assert_string_equal(s->statement,
        "3 holes without a row of any node in the collection, 2.9 h of 24.0 h; the "
        "longest is 100 min from 1970-01-01 00:00 UTC; 1 of them a gap of the fleet.");
    assert_true(s->weight > 80);
    assert_near(s->value, 176 * 60);
    case_clear(&c);
    case_init(&c, 1, gauges);
    add_gap(&c, 0, 184 * MINUTE_US, 221 * MINUTE_US);
    add_collected(&c, (int[]){185, 221, -1});
    case_run(&c);
    assert_string_equal(case_statement(&c, "quality.holes")->statement,
        "1 hole without a row of any node in the collection, 36 min of 24.0 h, from "
        "1970-01-01 03:05 UTC.");
    case_clear(&c);
}

/* Two folders: a gap is a hole if one of them says so; nothing is said of no hole. */
static void holes_of_two_collections(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 2, gauges);
    add_gap_of_all(&c, 184, 221);
    case_run(&c);
    assert_false(says(&c, "quality.holes"));
    add_collected(&c, (int[]){-1});
    case_run(&c);
    assert_false(says(&c, "quality.holes"));
    assert_int_equal(c.out.quality.n_gap_holes, 0);
    add_collected(&c, (int[]){185, 221, -1});
    add_collected(&c, (int[]){10, 20, -1});
    case_run(&c);
    assert_int_equal(c.out.quality.n_gap_holes, 1);
    assert_int_equal(case_statement(&c, "quality.holes")->n, 2);
    assert_near(case_statement(&c, "quality.holes")->value, 46 * 60);
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
        cmocka_unit_test(holes_that_the_gaps_tell),
        cmocka_unit_test(holes_that_only_the_collection_knows),
        cmocka_unit_test(holes_of_two_collections),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
