/* The notebook's eight keys with their ties; baseline; the comparison of nodes. */
#include "findings_case.h"

static const int gauges[] = {HC_CPU, HC_MEMORY, -1};

static void rename_node(struct findings_case *c, uint32_t node, const char *name)
{
    free(c->s.nodes[node].name);
    c->s.nodes[node].name = case_copy(name);
}

/* 0.1 + 0.2 and 0.3 differ in the last bit: a tie, and the smaller key wins. */
static void ties(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 3, gauges);
    rename_node(&c, 0, "b");
    rename_node(&c, 1, "B");
    rename_node(&c, 2, "a");
    case_put(case_cell(&c, 0, MONDAY_S + 7 * HOUR_S, 1), HC_CPU, 1, 0.3);
    case_put(case_cell(&c, 1, MONDAY_S + 9 * HOUR_S, 1), HC_CPU, 1, 0.1 + 0.2);
    case_put(case_cell(&c, 2, MONDAY_S + 8 * HOUR_S, 1), HC_CPU, 1, 0.3 - 1e-13);
    case_run(&c);
    assert_int_equal(c.out.insights.peak_hour, 7);
    assert_int_equal(c.out.insights.low_hour, 7);
    assert_string_equal(c.out.insights.busiest_node, "B");
    assert_string_equal(c.out.insights.least_busy_node, "B");
    case_clear(&c);
}

static void eight_keys(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 2, gauges);
    case_put(case_cell(&c, 0, MONDAY_S + 3 * HOUR_S, 1), HC_CPU, 1, 0.2);
    case_put(case_cell(&c, 0, MONDAY_S + 5 * HOUR_S, 1), HC_CPU, 1, 0.6);
    case_put(case_cell(&c, 1, MONDAY_S + 3 * HOUR_S, 1), HC_CPU, 1, 0.1);
    case_run(&c);
    const struct hc_insights *x = &c.out.insights;
    assert_int_equal(x->peak_hour, 5);
    assert_int_equal(x->low_hour, 3);
    assert_near(x->peak_cpu_usage, 0.6);
    assert_near(x->low_cpu_usage, 0.15);
    assert_string_equal(x->busiest_node, "n0");
    assert_string_equal(x->least_busy_node, "n1");
    assert_near(x->cpu_variation_coefficient, sqrt(0.07) / 0.3);
    assert_near(x->optimization_opportunity_pct, (0.3 - 0.65) / 0.3 * 100);
    assert_near(
        c.out.opportunity.optimization_potential_pct, x->optimization_opportunity_pct);
    case_clear(&c);
}

static void all_nan(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 2, gauges);
    case_cell(&c, 0, MONDAY_S, 5);
    case_cell(&c, 1, MONDAY_S, 5);
    case_run(&c);
    assert_int_equal(c.out.insights.verdict.status, HC_NOT_ENOUGH_DATA);
    assert_int_equal(c.out.insights.peak_hour, -1);
    assert_null(c.out.insights.busiest_node);
    assert_true(isnan(c.out.insights.peak_cpu_usage));
    assert_true(isnan(c.out.insights.cpu_variation_coefficient));
    assert_int_equal(c.out.baseline.verdict[0].status, HC_NOT_ENOUGH_DATA);
    assert_int_equal(c.out.baseline.verdict[2].status, HC_NOT_AVAILABLE);
    assert_int_equal(c.out.temporal.verdict.status, HC_AVAILABLE);
    assert_int_equal(c.out.temporal.hourly[0].rows, 10);
    assert_int_equal(c.out.opportunity.verdict.status, HC_NOT_ENOUGH_DATA);
    case_clear(&c);
}

static void zero_mean(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 1, gauges);
    case_put(case_cell(&c, 0, MONDAY_S, 5), HC_CPU, 5, 0);
    case_run(&c);
    assert_true(isnan(c.out.insights.optimization_opportunity_pct));
    assert_true(isnan(c.out.insights.cpu_variation_coefficient));
    assert_int_equal(case_statement(&c, "opportunity.notebook_pct")->verdict.status,
        HC_NOT_ENOUGH_DATA);
    case_clear(&c);
}

/* The busiest of all is two days old: an insight, but not in the comparison. */
static void short_nodes_are_not_compared(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 3, gauges);
    for (int d = 0; d < 8; d++)
        case_put(case_cell(&c, 0, MONDAY_S + d * DAY_S, 1), HC_CPU, 1, 0.2);
    for (int d = 0; d < 8; d++)
        case_put(case_cell(&c, 1, MONDAY_S + d * DAY_S, 1), HC_CPU, 1, 0.4);
    case_put(case_cell(&c, 2, MONDAY_S, 1), HC_CPU, 1, 0.9);
    case_run(&c);
    assert_string_equal(c.out.insights.busiest_node, "n2");
    assert_near(case_statement(&c, "nodes.busiest")->value, 0.4);
    assert_string_equal(case_statement(&c, "nodes.busiest")->statement,
        "Node 'n1' is the busiest of 2 with a mean CPU of 40 %, 1.33 times their mean "
        "(30 "
        "%); 1 under 7 days left out.");
    assert_null(case_statement(&c, "nodes.busiest")->sql);
    assert_near(case_statement(&c, "nodes.least_busy")->value, 0.2);
    assert_int_equal(c.out.opportunity.nodes_compared, 2);
    assert_int_equal(c.out.opportunity.nodes_left_out, 1);
    assert_near(c.out.opportunity.max_mean_ratio, 0.4 / 0.3);
    case_clear(&c);
}

static void sql_needs_complete_keys(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 1, gauges);
    case_put(case_cell(&c, 0, MONDAY_S, 5), HC_CPU, 5, 0.5);
    case_run(&c);
    assert_non_null(case_statement(&c, "baseline.cpu")->sql);
    c.s.rows_no_key = 1;
    case_run(&c);
    assert_null(case_statement(&c, "baseline.cpu")->sql);
    assert_near(case_statement(&c, "baseline.cpu")->value, 0.5);
    case_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ties),
        cmocka_unit_test(eight_keys),
        cmocka_unit_test(all_nan),
        cmocka_unit_test(zero_mean),
        cmocka_unit_test(short_nodes_are_not_compared),
        cmocka_unit_test(sql_needs_complete_keys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
