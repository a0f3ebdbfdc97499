/* Patterns out of cells: what is planted is found, what is not there is not said. */
#include "findings/patterns.h"

#include "findings_case.h"
#include "made_signal.h"
#include "patterns/draw.h"

enum { DAYS = 63, HOURS = 24 * DAYS };

static const int cpu_alone[] = {HC_CPU, -1};
static const int cpu_and_memory[] = {HC_CPU, HC_MEMORY, -1};

static enum hc_status look_again(
    struct findings_case *c, int64_t threads, const bool *chosen, struct hc_error *err)
{
    struct hc_zone_span span = {INT64_MIN, c->zone_s};
    const struct hc_zone zone = {&span, 1};
    const struct hc_patterns_options options = {
        .zone = &zone, .threads = threads, .chosen = chosen};
    struct hc_patterns_run *run = NULL;
    enum hc_status status = hc_patterns_begin(&run, &c->out, &options, err);

    for (size_t i = 0; !status && i < c->n; i++)
        status = hc_patterns_add(run, &c->cells[i], err);
    if (!status)
        status = hc_patterns_end(run, &c->out, err);
    hc_patterns_free(run);
    return status;
}

static void run_both(struct findings_case *c, const bool *chosen)
{
    struct hc_error err = {""};

    case_run(c);
    if (look_again(c, 1, chosen, &err))
        fail_msg("%s", err.message);
    case_check_statements(&c->out);
}

/* A node's hours, NaN left out. */
static void put_hours(
    struct findings_case *c, uint32_t node, int gauge, const double *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (isfinite(y[i]))
            case_put(
                case_cell(c, node, MONDAY_S + (int64_t)i * HOUR_S, 12), gauge, 12, y[i]);
}

static void make(double *y, uint64_t seed, double level)
{
    struct hc_draw d = {seed};

    memset(y, 0, HOURS * sizeof(*y));
    signal_noise(&d, y, HOURS, 0.3);
    for (size_t i = 0; i < HOURS; i++)
        y[i] = level + 0.01 * y[i];
}

static void add_wave(double *y, double height, double top)
{
    for (size_t i = 0; i < HOURS; i++)
        y[i] += height * cos(2 * 3.14159265358979 * ((double)i - top) / 24);
}

static const struct hc_rhythm_row *rhythm_of(
    const struct hc_rhythm_row *rows, size_t n, uint32_t node, int metric)
{
    for (size_t i = 0; i < n; i++)
        if (rows[i].of.node == node && rows[i].of.metric == metric)
            return &rows[i];
    fail_msg("no row of node %u", node);
    return NULL;
}

/* ---- rhythm, in the zone ---- */

static void day_is_found_in_local_hours(void **state)
{
    struct findings_case c;
    double y[HOURS];
    const struct hc_rhythm *r;
    const struct hc_rhythm_row *row;
    const struct hc_statement *said;

    (void)state;
    case_init(&c, 2, cpu_alone);
    c.zone_s = 2 * HOUR_S;
    for (uint32_t i = 0; i < 2; i++) {
        make(y, i, 0.4);
        add_wave(y, 0.1, 12); /* 12 UTC is 14 there */
        for (size_t k = 100; k < 130; k++)
            y[k] = NAN;
        put_hours(&c, i, HC_CPU, y, HOURS);
    }
    run_both(&c, NULL);
    r = &c.out.patterns.rhythm;
    assert_int_equal(r->verdict.status, HC_AVAILABLE);
    assert_int_equal(c.out.patterns.hours, HOURS);
    assert_int_equal(c.out.patterns.start_us, MONDAY_S * 1000000);
    assert_int_equal(r->n_cluster, 1);
    assert_int_equal(r->n_nodes, 2);
    row = rhythm_of(r->cluster, 1, HC_WHOLE_CLUSTER, HC_CPU);
    assert_int_equal(row->of.n, HOURS - 30);
    assert_int_equal(row->period_h, 24);
    assert_int_equal(row->top.hour, 14);
    assert_int_equal(row->low.hour, 2);
    assert_true(row->day > 0.9 && row->day <= 1);
    assert_true(fabs(row->top.value - 0.5) < 0.01);
    said = case_statement(&c, "rhythm.peak_hour");
    assert_true(said->value == 14 && said->low <= 14 && said->high >= 14);
    assert_int_equal(said->n, row->days);
    assert_true(case_statement(&c, "temporal.peak_hour")->weight < 60);
    case_clear(&c);
}

/* The top of the local hour that begins at half past. */
static void quarters_become_local_hours(void **state)
{
    struct findings_case c;
    double y[HOURS];
    const struct hc_rhythm_row *row;

    (void)state;
    case_init(&c, 1, cpu_alone);
    c.zone_s = 5 * HOUR_S + 1800;
    c.s.grain_s = 900;
    make(y, 3, 0.4);
    add_wave(y, 0.1, 9); /* of local hours: i is the hour from midnight there */
    for (size_t i = 0; i < 4 * HOURS; i++)
        case_put(case_cell(&c, 0, MONDAY_S - c.zone_s + (int64_t)i * 900, 3 + i % 4),
            HC_CPU, 3 + i % 4, y[i / 4]);
    run_both(&c, NULL);
    row = &c.out.patterns.rhythm.nodes[0];
    assert_int_equal(row->of.n, HOURS);
    assert_int_equal(row->top.hour, 9);
    assert_int_equal(row->low.hour, 21);
    case_clear(&c);
}

static void noise_has_none(void **state)
{
    struct findings_case c;
    double y[HOURS];
    const struct hc_patterns *p = &c.out.patterns;

    (void)state;
    case_init(&c, 4, cpu_alone);
    for (uint32_t i = 0; i < 4; i++) {
        make(y, 50 + i, 0.4);
        put_hours(&c, i, HC_CPU, y, HOURS);
    }
    run_both(&c, NULL);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(p->rhythm.nodes[i].period_h, 0);
        assert_int_equal(p->rhythm.nodes[i].top.hour, -1);
        assert_string_equal(p->growth.nodes[i].claim, "none");
    }
    assert_int_equal(p->changes.n_nodes, 0);
    assert_int_equal(p->twins.together + p->twins.opposite, 0);
    assert_non_null(strstr(case_statement(&c, "rhythm.peak_hour")->statement, "No hour"));
    assert_non_null(strstr(case_statement(&c, "rhythm.period")->statement, "no period"));
    assert_true(case_statement(&c, "rhythm.period")->value == 0);
    assert_string_equal(case_statement(&c, "rhythm.period")->unit, "nodes");
    assert_int_equal(case_statement(&c, "rhythm.period")->n, 4);
    case_clear(&c);
}

/* trend + seasons + remainder is the series; only of the cluster and of chosen nodes. */
static void chosen_nodes_are_taken_apart(void **state)
{
    struct findings_case c;
    double y[2][HOURS];
    const bool chosen[] = {false, true};
    const struct hc_parts *parts;

    (void)state;
    case_init(&c, 2, cpu_alone);
    for (uint32_t i = 0; i < 2; i++) {
        make(y[i], i + 7, 0.4);
        add_wave(y[i], 0.1, 12);
        put_hours(&c, i, HC_CPU, y[i], HOURS);
    }
    run_both(&c, chosen);
    assert_int_equal(c.out.patterns.rhythm.n_parts, 2);
    parts = &c.out.patterns.rhythm.parts[1];
    assert_int_equal(parts->of.node, 1);
    assert_int_equal(parts->hours, HOURS);
    assert_int_equal(parts->n_periods, 2);
    assert_true(parts->strength[0] > 0.9);
    for (size_t i = 0; i < HOURS; i++)
        assert_true(fabs(parts->trend[i] + parts->season[0][i] + parts->season[1][i] +
                         parts->remainder[i] - y[1][i]) < 1e-9);
    case_clear(&c);
}

/* ---- growth ---- */

static const struct hc_growth_row *growth_of(const struct findings_case *c, uint32_t node)
{
    const struct hc_growth *g = &c->out.patterns.growth;

    for (size_t i = 0; i < g->n_nodes; i++)
        if (g->nodes[i].of.node == node && g->nodes[i].of.metric == HC_MEMORY)
            return &g->nodes[i];
    fail_msg("no growth of node %u", node);
    return NULL;
}

/* The cluster's days are whole; two of three nodes rise by 0.005 a day from 0.4. */
static void check_daily(const struct hc_patterns *p)
{
    const struct hc_growth_row *row = &p->growth.cluster[0];

    assert_int_equal(row->of.metric, HC_MEMORY);
    assert_int_equal(row->n_daily, DAYS);
    assert_int_equal(row->days, DAYS);
    assert_int_equal(row->daily_us, p->start_us);
    for (int i = 0; i < DAYS - 10; i++)
        assert_true(fabs(row->daily[i] - (0.4 + 0.005 * (i + 0.5) * 2 / 3)) < 0.02);
}

static void days_until_full(void **state)
{
    struct findings_case c;
    double y[HOURS];
    const struct hc_growth_row *row;

    (void)state;
    case_init(&c, 3, cpu_and_memory);
    for (uint32_t i = 0; i < 3; i++) {
        make(y, i, 0.4);
        for (size_t k = 0; k < HOURS; k++)
            y[k] += i ? 0.005 * (double)k / 24 : 0; /* about 0.71 on the last day */
        put_hours(&c, i, HC_MEMORY, y, i == 2 ? HOURS - 24 * 10 : HOURS);
    }
    run_both(&c, NULL);
    assert_string_equal(growth_of(&c, 0)->claim, "none");
    assert_string_equal(growth_of(&c, 0)->full, "no");
    row = growth_of(&c, 1);
    assert_string_equal(row->claim, "rises");
    assert_true(row->low < 0.005 && row->high > 0.005);
    assert_string_equal(row->full, "soon");
    assert_true(fabs(row->full_days - 57.1) < 2);
    assert_true(row->full_low <= row->full_days && row->full_days <= row->full_high);
    row = growth_of(&c, 2); /* gone ten days before the end */
    assert_string_equal(row->claim, "rises");
    assert_string_equal(row->full, "no");
    assert_true(case_statement(&c, "growth.full")->value == growth_of(&c, 1)->full_days);
    assert_null(row->daily);
    check_daily(&c.out.patterns);
    case_clear(&c);
}

/* ---- changes ---- */

static void nodes_that_change_together(void **state)
{
    struct findings_case c;
    double y[HOURS];
    const struct hc_level_changes *found = &c.out.patterns.changes;

    (void)state;
    case_init(&c, 12, cpu_alone);
    for (uint32_t i = 0; i < 12; i++) {
        make(y, 20 + i, 0.4);
        for (size_t k = 500; i % 2 && k < HOURS; k++)
            y[k] += i == 1 ? -0.2 : 0.2;
        put_hours(&c, i, HC_CPU, y, HOURS);
    }
    run_both(&c, NULL);
    assert_int_equal(found->courses, 12);
    assert_int_equal(found->n_nodes, 6);
    for (size_t i = 0; i < 6; i++) {
        const struct hc_level_change *change = &found->nodes[i];
        double step = change->of.node == 1 ? -0.2 : 0.2;

        assert_int_equal(change->of.node % 2, 1);
        assert_int_equal(change->at_us, (MONDAY_S + 500 * HOUR_S) * 1000000);
        assert_true(fabs(change->after - change->before - step) < 0.01);
        assert_int_equal(change->together, 0);
    }
    assert_int_equal(found->n_together, 1);
    assert_int_equal(found->together[0].nodes, 6);
    assert_int_equal(found->together[0].up, 5);
    assert_true(case_statement(&c, "changes.together")->value == 6);
    case_clear(&c);
}

/* ---- twins ---- */

static void twins_and_opposites(void **state)
{
    struct findings_case c;
    double first[HOURS], y[HOURS];
    const struct hc_twins_found *t = &c.out.patterns.twins;

    (void)state;
    case_init(&c, 6, cpu_alone);
    make(first, 1, 0);
    for (uint32_t i = 0; i < 6; i++) {
        make(y, 100 + i, 0.4);
        for (size_t k = 0; k < HOURS; k++)
            y[k] += i == 1 || i == 4 ? 3 * first[k] : i == 2 ? -3 * first[k] : 0;
        add_wave(y, 0.1, 12);
        put_hours(&c, i, HC_CPU, y, HOURS);
    }
    run_both(&c, NULL);
    assert_int_equal(t->tested, 15);
    assert_int_equal(t->together, 1);
    assert_int_equal(t->opposite, 2);
    for (size_t i = 0; i < t->n_pairs; i++) {
        assert_true(t->pairs[i].kept);
        assert_int_equal(t->pairs[i].r > 0, t->pairs[i].a == 1 && t->pairs[i].b == 4);
        assert_true(t->pairs[i].low < t->pairs[i].r && t->pairs[i].r < t->pairs[i].high);
    }
    assert_int_equal(t->n_families, 1);
    assert_int_equal(t->n_map, 3);
    assert_true(case_statement(&c, "twins.together")->value > 0.8);
    assert_true(case_statement(&c, "twins.opposite")->value < -0.8);
    case_clear(&c);
}

/* ---- roles ---- */

static void idle_and_office_nodes(void **state)
{
    struct findings_case c;
    double y[HOURS];
    const struct hc_roles_found *roles = &c.out.patterns.roles;

    (void)state;
    case_init(&c, 3, cpu_alone);
    for (uint32_t i = 0; i < 3; i++) {
        make(y, i, 0.4);
        for (size_t k = 0; k < HOURS; k++) {
            bool office = k / 24 % 7 < 5 && k % 24 >= 8 && k % 24 < 18;

            y[k] = i == 0 ? 0 : i == 2 && office ? 0.9 : y[k];
        }
        put_hours(&c, i, HC_CPU, y, HOURS);
    }
    run_both(&c, NULL);
    assert_int_equal(roles->n_nodes, 3);
    assert_string_equal(roles->nodes[0].role, "idle");
    assert_string_equal(roles->nodes[1].role, "steady");
    assert_string_equal(roles->nodes[2].role, "office");
    assert_int_equal(roles->nodes[2].hot_hours, 50 * DAYS / 7);
    assert_int_equal(roles->hot[8], DAYS / 7);
    assert_int_equal(c.out.patterns.rhythm.constant, 1);
    assert_true(case_statement(&c, "roles.idle")->value == 1);
    case_clear(&c);
}

/* ---- little or nothing ---- */

static void too_little_is_said(void **state)
{
    static const size_t hours[] = {1, 30, 71, 100, 7 * 24};
    static const int loads[] = {HC_LOAD_1M, -1};
    struct findings_case c;
    double y[HOURS];

    (void)state;
    make(y, 5, 0.4);
    for (size_t i = 0; i < HC_COUNT(hours); i++) {
        case_init(&c, 2, i % 2 ? cpu_alone : loads);
        put_hours(&c, 0, i % 2 ? HC_CPU : HC_LOAD_1M, y, hours[i]);
        put_hours(&c, 1, i % 2 ? HC_CPU : HC_LOAD_1M, y, 1);
        run_both(&c, NULL);
        assert_int_equal(c.out.patterns.growth.verdict.status, HC_NOT_ENOUGH_DATA);
        assert_int_equal(c.out.patterns.rhythm.verdict.status,
            hours[i] < 72 ? HC_NOT_ENOUGH_DATA : HC_AVAILABLE);
        assert_int_equal(c.out.patterns.twins.verdict.status,
            i % 2 ? HC_NOT_ENOUGH_DATA : HC_NOT_AVAILABLE);
        case_clear(&c);
    }
}

/* A row dated 1970 does not stretch the window. */
static void stray_rows_are_left_outside(void **state)
{
    struct findings_case c;
    double y[HOURS];

    (void)state;
    case_init(&c, 1, cpu_alone);
    make(y, 5, 0.4);
    case_put(case_cell(&c, 0, 0, 1), HC_CPU, 1, 0.9);
    put_hours(&c, 0, HC_CPU, y, HOURS);
    run_both(&c, NULL);
    assert_int_equal(c.out.patterns.hours, HOURS);
    assert_int_equal(c.out.patterns.rhythm.nodes[0].of.n, HOURS);
    case_clear(&c);
}

/* ---- threads, memory ---- */

static void fill_fleet(struct findings_case *c, uint32_t nodes, size_t hours)
{
    double y[HOURS];

    case_init(c, nodes, cpu_and_memory);
    for (uint32_t i = 0; i < nodes; i++) {
        make(y, i % 9, 0.4);
        add_wave(y, 0.02 * (i % 4), i % 24);
        for (size_t k = 0; k < hours; k++) {
            struct hc_cell *cell = case_cell(c, i, MONDAY_S + (int64_t)k * HOUR_S, 12);

            case_put(cell, HC_CPU, 12, y[k]);
            case_put(cell, HC_MEMORY, 12, 0.5 + y[(k + 100) % hours] / 4);
        }
    }
    case_run(c);
}

/* Equal, or both NaN. */
static void assert_same(double a, double b)
{
    assert_true(a == b || (isnan(a) && isnan(b)));
}

static void assert_same_rhythm(
    const struct hc_rhythm_row *a, const struct hc_rhythm_row *b)
{
    assert_int_equal(a->of.node, b->of.node);
    assert_int_equal(a->period_h, b->period_h);
    assert_int_equal(a->top.hour, b->top.hour);
    assert_int_equal(a->low.to, b->low.to);
    assert_same(a->r, b->r);
    assert_same(a->p, b->p);
    assert_same(a->held_out, b->held_out);
}

static void assert_same_growth(
    const struct hc_growth_row *a, const struct hc_growth_row *b)
{
    assert_int_equal(a->of.metric, b->of.metric);
    assert_string_equal(a->claim, b->claim);
    assert_same(a->slope, b->slope);
    assert_same(a->low, b->low);
    assert_same(a->full_days, b->full_days);
}

static void threads_change_nothing(void **state)
{
    struct findings_case c;
    struct hc_patterns one;
    struct hc_error err;

    (void)state;
    fill_fleet(&c, HC_BATCH + 3, HOURS);
    assert_int_equal(look_again(&c, 1, NULL, &err), HC_OK);
    one = c.out.patterns;
    c.out.patterns = (struct hc_patterns){0};
    case_run(&c);
    assert_int_equal(look_again(&c, 4, NULL, &err), HC_OK);
    assert_int_equal(one.rhythm.n_nodes, 2 * (HC_BATCH + 3));
    for (size_t i = 0; i < one.rhythm.n_nodes; i++)
        assert_same_rhythm(&one.rhythm.nodes[i], &c.out.patterns.rhythm.nodes[i]);
    for (size_t i = 0; i < one.growth.n_nodes; i++)
        assert_same_growth(&one.growth.nodes[i], &c.out.patterns.growth.nodes[i]);
    assert_int_equal(one.twins.together, c.out.patterns.twins.together);
    hc_patterns_clear(&one);
    case_clear(&c);
}

static void every_allocation_may_fail(void **state)
{
    struct findings_case c;
    enum hc_status status = HC_NO_MEMORY;
    long n = 0;

    (void)state;
    fill_fleet(&c, 2, 24 * 8);
    for (; status; n++) {
        struct hc_error err = {""};

        hc_mem_fail_after(n);
        status = look_again(&c, 1, NULL, &err);
        hc_mem_fail_after(-1);
        assert_true(!status || (status == HC_NO_MEMORY && err.message[0]));
        if (status)
            case_run(&c);
    }
    assert_true(n > 50);
    case_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(day_is_found_in_local_hours),
        cmocka_unit_test(quarters_become_local_hours),
        cmocka_unit_test(noise_has_none),
        cmocka_unit_test(chosen_nodes_are_taken_apart),
        cmocka_unit_test(days_until_full),
        cmocka_unit_test(nodes_that_change_together),
        cmocka_unit_test(twins_and_opposites),
        cmocka_unit_test(idle_and_office_nodes),
        cmocka_unit_test(too_little_is_said),
        cmocka_unit_test(stray_rows_are_left_outside),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
