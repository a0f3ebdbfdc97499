/* --group-by: a group is the fleet of its nodes, no more and no less. */
#include "findings_case.h"

static const int gauges[] = {HC_CPU, HC_MEMORY, HC_CORES, -1};

static void fill(struct findings_case *c, uint32_t nodes, uint32_t stride)
{
    case_init(c, nodes, gauges);
    for (uint32_t node = 0; node < nodes; node++) {
        c->seed = 1000 + node * stride;
        for (int h = 0; h < 24 * 9; h++) {
            struct hc_cell *cell = case_cell(c, node, MONDAY_S + h * HOUR_S, 4);

            case_put(cell, HC_CPU, 4, case_random(c));
            case_put(cell, HC_MEMORY, 4, case_random(c));
            case_put(cell, HC_CORES, 4, 2 + node * stride);
        }
    }
}

static void a_group_is_its_nodes(void **state)
{
    struct findings_case all, even;

    (void)state;
    fill(&all, 6, 1);
    fill(&even, 3, 2); /* the nodes 0, 2, 4 of the other */
    for (uint32_t i = 0; i < 6; i++)
        if (i != 5)
            all.s.nodes[i].group = case_copy(i % 2 ? "odd" : "even");
    all.settings.group_by = "pool";
    case_run(&all);
    case_run(&even);
    assert_int_equal(all.out.n_groups, 3);
    const struct hc_group *g = &all.out.groups[0];
    assert_string_equal(g->value, "even");
    assert_string_equal(all.out.groups[1].value, "odd");
    assert_null(all.out.groups[2].value);
    assert_int_equal(g->nodes, 3);
    assert_int_equal(g->rows, even.s.rows);
    assert_int_equal(all.out.groups[2].nodes, 1);
    assert_near(g->main[0].mean, even.out.baseline.stats[0].mean);
    assert_near(g->main[0].std, even.out.baseline.stats[0].std);
    assert_near(g->main[1].max, even.out.baseline.stats[1].max);
    assert_true(isnan(g->main[0].p50) && isnan(g->main[2].mean));
    for (int i = 0; i < 7 * 24; i++)
        if (even.out.temporal.weekly[i].rows)
            assert_near(
                g->temporal.weekly[i].mean[0], even.out.temporal.weekly[i].mean[0]);
    assert_int_equal(
        g->opportunity.node_hours_needed, even.out.opportunity.node_hours_needed);
    assert_near(g->opportunity.mean_cores, even.out.opportunity.mean_cores);
    assert_near(g->opportunity.max_mean_ratio, even.out.opportunity.max_mean_ratio);
    assert_near(g->opportunity.optimization_potential_pct,
        even.out.opportunity.optimization_potential_pct);
    assert_int_equal(g->opportunity.nodes_compared, 3);
    case_clear(&all);
    case_clear(&even);
}

static void too_many_groups(void **state)
{
    struct findings_case c;
    struct hc_error err = {""};
    struct hc_findings out;

    (void)state;
    case_init(&c, HC_MAX_GROUPS + 1, gauges);
    for (uint32_t i = 0; i <= HC_MAX_GROUPS; i++)
        c.s.nodes[i].group = case_copy(c.s.nodes[i].name);
    c.settings.group_by = "node_id";
    assert_int_equal(case_feed(&c, &out, &err), HC_USAGE);
    assert_non_null(strstr(err.message, "'node_id'"));
    case_clear(&c);
}

static void no_node_has_a_group(void **state)
{
    struct findings_case c;

    (void)state;
    fill(&c, 2, 1);
    c.settings.group_by = "pool";
    case_run(&c);
    assert_int_equal(c.out.n_groups, 1);
    assert_null(c.out.groups[0].value);
    assert_int_equal(c.out.groups[0].nodes, 2);
    case_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_group_is_its_nodes),
        cmocka_unit_test(too_many_groups),
        cmocka_unit_test(no_node_has_a_group),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
