/* The bound, hour by hour, against numbers worked out by hand and by a slow second way.
 */
#include "findings_case.h"

static const int all_gauges[] = {HC_CPU, HC_MEMORY, HC_MEMORY_TOTAL, HC_CORES, -1};
static const int two_gauges[] = {HC_CPU, HC_MEMORY, -1};
static const int cpu_only[] = {HC_CPU, -1};

#define GIB 1073741824.0

static struct hc_cell *put(struct findings_case *c, uint32_t node, int hour, double cpu,
    double memory, double cores, double total)
{
    struct hc_cell *cell = case_cell(c, node, MONDAY_S + hour * HOUR_S, 10);

    if (!isnan(cpu))
        case_put(cell, HC_CPU, 10, cpu);
    if (!isnan(memory))
        case_put(cell, HC_MEMORY, 10, memory);
    if (!isnan(cores))
        case_put(cell, HC_CORES, 10, cores);
    if (!isnan(total))
        case_put(cell, HC_MEMORY_TOTAL, 10, total);
    return cell;
}

/* Four equal nodes at 65 % CPU are exactly full at the target; a little more needs five.
 */
static void exactly_full(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 4, cpu_only);
    for (uint32_t node = 0; node < 4; node++) {
        put(&c, node, 0, 0.65, NAN, NAN, NAN);
        put(&c, node, 1, 0.6501, NAN, NAN, NAN);
        put(&c, node, 2, 0.01, NAN, NAN, NAN);
        put(&c, node, 3, 0, NAN, NAN, NAN);
    }
    case_run(&c);
    const struct hc_opportunity *o = &c.out.opportunity;
    assert_int_equal(o->hours, 4);
    assert_int_equal(o->node_hours, 16);
    assert_int_equal(o->node_hours_needed, 4 + 5 + 1 + 0);
    assert_int_equal(o->node_hours_not_needed, 0 + 0 + 3 + 4);
    assert_near(o->nodes_needed.max, 5);
    assert_near(o->nodes_needed.median, 1); /* rank floor(.5 × 3) of 0 1 4 5 */
    assert_near(o->nodes_needed.p95, 4);
    assert_near(o->nodes_present.median, 4);
    assert_int_equal(o->cpu_bound_hours, 3);
    assert_int_equal(o->memory_bound_hours, 0);
    assert_false(o->weighted_by_cores);
    assert_near(o->mean_cores, 1);
    assert_non_null(strstr(case_statement(&c, "opportunity.nodes_needed")->statement,
        "without cpu_cores every node counts as equal"));
    case_clear(&c);
}

/* A node of 30 cores and one of 10: mean 20. Load 30 × 0.9 + 10 × 0.1 = 28 cores. */
static void sizes_weigh(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 2, all_gauges);
    put(&c, 0, 0, 0.9, 0.1, 30, 10 * GIB);
    put(&c, 0, 1, 0.1, 0.9, 30, 10 * GIB);
    put(&c, 1, 0, 0.1, 0.1, 10, 30 * GIB);
    put(&c, 1, 1, 0.1, 0.9, 10, 30 * GIB);
    case_run(&c);
    const struct hc_opportunity *o = &c.out.opportunity;
    assert_near(o->mean_cores, 20);
    assert_near(o->mean_memory, 20 * GIB);
    /* hour 0: 28 / (0.65 × 20) = 2.15 -> 3 by CPU; hour 1: 36 / (0.8 × 20) = 2.25 -> 3 */
    assert_int_equal(o->node_hours_needed, 6);
    assert_int_equal(o->cpu_bound_hours, 1);
    assert_int_equal(o->memory_bound_hours, 1);
    assert_int_equal(o->node_hours_not_needed, 0);
    assert_int_equal(o->hot_node_hours, 1);
    assert_near(o->hot_share, 0.25);
    assert_int_equal(o->hot_if_even, 0); /* 28 / 40 = 70 % */
    assert_near(o->spread_cpu, sqrt(0.32) / 2);
    assert_near(o->spread_memory, 0);
    assert_true(o->weighted_by_cores && o->weighted_by_memory);
    case_clear(&c);
}

static void hot_even_when_spread(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 3, cpu_only);
    put(&c, 0, 0, 0.95, NAN, NAN, NAN);
    put(&c, 1, 0, 0.95, NAN, NAN, NAN);
    put(&c, 2, 0, 0.7, NAN, NAN, NAN);
    case_run(&c);
    assert_int_equal(c.out.opportunity.hot_node_hours, 2);
    assert_int_equal(c.out.opportunity.hot_if_even, 3);
    case_clear(&c);
}

/* A machine without cores or memory is off, whatever its CPU says. */
static void switched_off(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 3, all_gauges);
    put(&c, 0, 0, 0.5, 0.5, 8, 8 * GIB);
    put(&c, 0, 1, 0.9, NAN, 0, 0);
    put(&c, 1, 0, 0.95, NAN, 0, 0);
    put(&c, 1, 1, 0.95, NAN, 0, 0);
    put(&c, 2, 0, 0.95, NAN, NAN, 0);
    case_run(&c);
    const struct hc_opportunity *o = &c.out.opportunity;
    assert_int_equal(o->hours, 1);
    assert_int_equal(o->node_hours, 1);
    assert_near(o->mean_cores, 8);
    assert_int_equal(o->hot_node_hours, 0);
    assert_near(o->hot_share, 0);
    case_clear(&c);
}

/* Cores known in some hours serve the others; a node that never tells is a mean one. */
static void sizes_not_told(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 3, all_gauges);
    c.settings.target_cpu = 1;
    put(&c, 0, 0, 1, NAN, NAN, NAN);
    put(&c, 0, 1, 0, NAN, 12, NAN);
    put(&c, 1, 1, 0, NAN, 4, NAN);
    put(&c, 2, 0, 1, NAN, NAN, NAN);
    case_run(&c);
    /* mean size 8; hour 0 carries 12 + 8 = 20 cores: 2.5 nodes */
    assert_near(c.out.opportunity.mean_cores, 8);
    assert_int_equal(c.out.opportunity.node_hours_needed, 3);
    assert_true(c.out.opportunity.weighted_by_cores);
    assert_false(c.out.opportunity.weighted_by_memory);
    assert_non_null(strstr(case_statement(&c, "opportunity.nodes_needed")->statement,
        "without memory_total"));
    case_clear(&c);
}

/* A column of zeros says nothing about sizes: every node counts as equal. */
static void cores_all_zero(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 2, all_gauges);
    put(&c, 0, 0, 0.5, 0.5, 0, NAN);
    put(&c, 1, 0, 0.5, 0.5, 0, NAN);
    case_run(&c);
    assert_false(c.out.opportunity.weighted_by_cores);
    assert_int_equal(c.out.opportunity.node_hours, 2);
    assert_int_equal(c.out.opportunity.node_hours_needed, 2);
    case_clear(&c);
}

/* Impossible use is taken as all or nothing, and counted. */
static void impossible_use(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 4, two_gauges);
    put(&c, 0, 0, 0.1, 2048, NAN, NAN);
    put(&c, 1, 0, -3, 0.1, NAN, NAN);
    put(&c, 2, 0, 1.08, 0.1, NAN, NAN);
    put(&c, 3, 0, 0.1, 0.1, NAN, NAN);
    case_run(&c);
    assert_int_equal(c.out.opportunity.clipped_node_hours, 3);
    assert_int_equal(c.out.opportunity.node_hours_needed, 2); /* 1.2 / .65, 1.3 / .8 */
    assert_int_equal(c.out.opportunity.hot_node_hours, 1);
    case_clear(&c);
}

/* Hour by hour from the cells as they are, no code in common. */
static void against_the_slow_way(void **state)
{
    struct findings_case c;
    enum { NODES = 7, HOURS = 400 };
    double size[NODES], mean = 0;
    uint64_t needed = 0, hot = 0, present = 0, spare = 0;

    (void)state;
    case_init(&c, NODES, all_gauges);
    for (uint32_t node = 0; node < NODES; node++) {
        size[node] = 2 + (double)node;
        mean += size[node] / NODES;
        for (int h = 0; h < HOURS; h++)
            if (case_random(&c) < 0.8)
                put(&c, node, h, case_random(&c), case_random(&c), size[node], GIB);
    }
    case_run(&c);
    for (int h = 0; h < HOURS; h++) {
        double cpu = 0, memory = 0;
        uint64_t here = 0, need;

        for (size_t i = 0; i < c.n; i++) {
            if (c.cells[i].start_s != MONDAY_S + h * HOUR_S)
                continue;
            here++;
            cpu += c.cells[i].gauge[HC_CPU].mean * size[c.cells[i].node];
            memory += c.cells[i].gauge[HC_MEMORY].mean;
            hot += c.cells[i].gauge[HC_CPU].mean > 0.8;
        }
        need = (uint64_t)ceil(fmax(cpu / mean / 0.65, memory / 0.8));
        needed += need;
        present += here;
        spare += here > need ? here - need : 0;
    }
    assert_int_equal(c.out.opportunity.node_hours_needed, needed);
    assert_int_equal(c.out.opportunity.node_hours, present);
    assert_int_equal(c.out.opportunity.node_hours_not_needed, spare);
    assert_int_equal(c.out.opportunity.hot_node_hours, hot);
    case_clear(&c);
}

/* The same hours cut into quarters that differ, but have the same mean. */
static void quarters_equal_hours(void **state)
{
    static const double share[4] = {0.5, 1.5, 0.75, 1.25};
    struct findings_case hours, quarters;

    (void)state;
    case_init(&hours, 3, all_gauges);
    case_init(&quarters, 3, all_gauges);
    quarters.s.grain_s = 900;
    for (uint32_t node = 0; node < 3; node++) {
        for (int h = 0; h < 24 * 9; h++) {
            double cpu = case_random(&hours) / 1.5, cores = 4 + node;

            put(&hours, node, h, cpu, cpu / 2, cores, GIB);
            for (int q = 0; q < 4; q++) {
                struct hc_cell *cell =
                    put(&quarters, node, h, cpu * share[q], cpu / 2, cores, GIB);

                cell->start_s += q * 900;
            }
        }
    }
    case_run(&hours);
    case_run(&quarters);
    const struct hc_opportunity *a = &hours.out.opportunity,
                                *b = &quarters.out.opportunity;
    assert_int_equal(a->node_hours, b->node_hours);
    assert_int_equal(a->node_hours_needed, b->node_hours_needed);
    assert_int_equal(a->hot_node_hours, b->hot_node_hours);
    assert_near(a->spread_cpu, b->spread_cpu);
    assert_near(a->mean_cores, b->mean_cores);
    assert_null(case_statement(&quarters, "opportunity.hot")->sql);
    assert_non_null(case_statement(&hours, "opportunity.hot")->sql);
    case_clear(&hours);
    case_clear(&quarters);
}

static void memory_alone(void **state)
{
    static const int memory_only[] = {HC_MEMORY, -1};
    struct findings_case c;

    (void)state;
    case_init(&c, 2, memory_only);
    put(&c, 0, 0, NAN, 0.2, NAN, NAN);
    put(&c, 1, 0, NAN, 0.2, NAN, NAN);
    case_run(&c);
    assert_int_equal(c.out.opportunity.verdict.status, HC_AVAILABLE);
    assert_int_equal(c.out.opportunity.node_hours_needed, 1);
    assert_true(isnan(c.out.opportunity.hot_share));
    assert_true(isnan(c.out.opportunity.optimization_potential_pct));
    assert_true(isnan(c.out.opportunity.spread_cpu));
    case_clear(&c);
}

static void nothing_to_carry(void **state)
{
    static const int load_only[] = {HC_LOAD_1M, -1};
    struct findings_case c;

    (void)state;
    case_init(&c, 1, load_only);
    case_put(case_cell(&c, 0, MONDAY_S, 1), HC_LOAD_1M, 1, 3);
    case_run(&c);
    assert_int_equal(c.out.opportunity.verdict.status, HC_NOT_AVAILABLE);
    assert_true(isnan(c.out.opportunity.nodes_needed.median));
    case_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exactly_full),
        cmocka_unit_test(sizes_weigh),
        cmocka_unit_test(hot_even_when_spread),
        cmocka_unit_test(switched_off),
        cmocka_unit_test(sizes_not_told),
        cmocka_unit_test(cores_all_zero),
        cmocka_unit_test(impossible_use),
        cmocka_unit_test(against_the_slow_way),
        cmocka_unit_test(quarters_equal_hours),
        cmocka_unit_test(memory_alone),
        cmocka_unit_test(nothing_to_carry),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
