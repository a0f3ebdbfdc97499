/* What is said of a replay: which policy is named, and which never is. */
#include "findings_case.h"

static const int gauges[] = {HC_CPU, -1};

static char *text(const char *value)
{
    char *copy = hc_strdup(value);

    assert_non_null(copy);
    return copy;
}

/* The most nodes in use, node-hours, hot node-hours and refused pods of one policy. */
struct row {
    const char *name;
    double nodes, node_hours, hot, refused;
    bool oracle;
};

static struct hc_placement_range exactly(double value)
{
    bool known = !isnan(value);

    return (struct hc_placement_range){
        known ? 5 : 0, value, known ? 0 : NAN, value, value};
}

static uint32_t fleet[8]; /* of each row; 0: not known */

static void fill(struct hc_placement_policy *p, const struct row *row)
{
    p->name = text(row->name);
    p->recorded = !strcmp(row->name, "as-recorded");
    p->oracle = row->oracle;
    for (size_t i = 0; i < HC_PLACED_MEASURES; i++)
        p->measures[i] = exactly(NAN);
    p->measures[HC_PLACED_NODES] = exactly(row->nodes);
    p->measures[HC_PLACED_NODE_HOURS] = exactly(row->node_hours);
    p->measures[HC_PLACED_HOT] = exactly(row->hot);
    p->measures[HC_PLACED_REFUSED] = exactly(row->refused);
    p->measures[HC_PLACED_NODES_BOUND] = exactly(p->recorded ? NAN : 8);
}

static void run(struct findings_case *c, const struct row *rows, size_t n)
{
    struct hc_findings_run *findings = NULL;
    struct hc_placement p = {.pods = 1234,
        .orders = 5,
        .fleet_trials = 11,
        .fleet_recorded = 22,
        .end_us = 30 * 86400 * INT64_C(1000000)};

    p.n_policies = n;
    p.policies = hc_calloc(n, sizeof(*p.policies));
    for (size_t i = 0; i < n; i++)
        fill(&p.policies[i], &rows[i]);
    for (size_t i = 0; i < n; i++)
        p.policies[i].fleet = p.policies[i].fleet_min = p.policies[i].fleet_max =
            fleet[i];
    case_init(c, 1, gauges);
    for (int h = 0; h < 30; h++)
        case_put(case_cell(c, 0, MONDAY_S + h * HOUR_S, 1), HC_CPU, 1, 0.5);
    case_fill(c);
    assert_int_equal(hc_findings_begin(&findings, &c->s, &c->settings, NULL), HC_OK);
    for (size_t i = 0; i < c->n; i++)
        assert_int_equal(hc_findings_add(findings, &c->cells[i], NULL), HC_OK);
    hc_findings_placement(findings, &p);
    assert_int_equal(p.n_policies, 0); /* taken over */
    assert_int_equal(hc_findings_end(findings, &c->out, NULL), HC_OK);
    hc_findings_free(findings);
    case_check_statements(&c->out);
}

/* `best` NULL: none is named. */
static void check(const struct row *rows, size_t n, enum hc_placement_claim claim,
    const char *best, const char *sentence)
{
    struct findings_case c;
    const struct hc_placement *p = &c.out.placement;

    run(&c, rows, n);
    assert_int_equal(p->claim, claim);
    if (best)
        assert_string_equal(p->policies[p->best].name, best);
    else
        assert_int_equal(p->best, -1);
    assert_string_equal(case_statement(&c, "replay.nodes")->statement, sentence);
    assert_ptr_equal(&c.out.statements[0], case_statement(&c, "replay.nodes"));
    case_clear(&c);
}

#define CHECK(rows, claim, best, sentence)                                               \
    check(rows, HC_COUNT(rows), claim, best, sentence)

static void the_fewest_nodes_lead(void **state)
{
    static const struct row rows[] = {{"as-recorded", 20, 480, 7, 0, false},
        {"kube-1.35", 20, 480, 0, 0, false}, {"A", 14, 300, 7, 0, false},
        {"B", 14, 290, 6, 0, false}, {"C", 13, 280, 8, 0, false},
        {"Oracle", 9, 200, 0, 0, true}};

    (void)state;
    CHECK(rows, HC_CLAIM_FEWER, "B",
        "14 nodes instead of 20 (bound 8), at the same or fewer hot hours, under B; most "
        "at once, worst of 5 orders, 1,234 pods, 30 d.");
}

/* A smaller fleet is named rather than fewer nodes in use, unless these are fewer still.
 */
static void a_smaller_fleet_leads(void **state)
{
    static const struct row rows[] = {{"as-recorded", 20, 480, 7, 0, false},
        {"A", 18, 300, 7, 0, false}, {"B", 20, 300, 7, 0, false},
        {"Oracle", 9, 200, 0, 0, true}};

    (void)state;
    fleet[1] = 0; /* not even all nodes */
    fleet[2] = 17;
    fleet[3] = 9;
    CHECK(rows, HC_CLAIM_FEWER, "B",
        "17 nodes instead of 22 (bound 8), at the same or fewer hot hours, under B: so "
        "many "
        "carry 1,234 pods, 30 d (p90 of 11 removals).");
    fleet[2] = 18;
    CHECK(rows, HC_CLAIM_FEWER, "A",
        "18 nodes instead of 20 (bound 8), at the same or fewer hot hours, under A; most "
        "at once, worst of 5 orders, 1,234 pods, 30 d.");
    fleet[2] = 22;
    CHECK(rows, HC_CLAIM_FEWER, "A",
        "18 nodes instead of 20 (bound 8), at the same or fewer hot hours, under A; most "
        "at once, worst of 5 orders, 1,234 pods, 30 d.");
    memset(fleet, 0, sizeof(fleet));
}

static void more_hot_hours_are_said(void **state)
{
    static const struct row rows[] = {{"as-recorded", 20, 480, 7, 0, false},
        {"A", 14, 300, 8, 0, false}, {"Oracle", 9, 200, 0, 0, true}};

    (void)state;
    CHECK(rows, HC_CLAIM_HOTTER, "A",
        "No policy of 1 saves nodes without more hot hours: A takes 14, not 20 (bound "
        "8), "
        "at 8 hot hours, not 7; worst of 5 orders.");
}

static void who_refuses_more_is_not_named(void **state)
{
    static const struct row rows[] = {{"as-recorded", 20, 480, 7, 2, false},
        {"A", 14, 300, 0, 3, false}, {"B", 20, 300, 0, 2, false}};
    static const struct row same[] = {
        {"as-recorded", 20, 480, 7, 2, false}, {"A", 14, 300, 0, 2, false}};

    (void)state;
    CHECK(rows, HC_CLAIM_NONE, NULL,
        "No policy of 2 takes fewer than the 20 nodes of before (bound 8) without "
        "refusing pods; most at once, worst of 5 orders, 1,234 pods, 30 d.");
    CHECK(same, HC_CLAIM_FEWER, "A",
        "14 nodes instead of 20 (bound 8), at the same or fewer hot hours, under A; most "
        "at once, worst of 5 orders, 1,234 pods, 30 d.");
}

static void without_use(void **state)
{
    static const struct row rows[] = {
        {"as-recorded", 20, 480, NAN, 0, false}, {"A", 14, 300, NAN, 0, false}};

    (void)state;
    CHECK(rows, HC_CLAIM_HOT_UNKNOWN, "A",
        "14 nodes instead of 20 (bound 8) under A; hot hours are not known; most at "
        "once, worst of 5 orders, 1,234 pods, 30 d.");
}

/* A sentence of a cluster that is as large as is replayed is not cut. */
static void large_numbers_fit(void **state)
{
    static const struct row rows[] = {{"as-recorded", 10000, 7200000, 12345, 0, false},
        {"TargetLoadPacking", 9904, 7100000, 123026, 0, false}};
    static const struct row fewer[] = {{"as-recorded", 10000, 7200000, 12345, 0, false},
        {"TargetLoadPacking", 9904, 7100000, 12345, 0, false}};
    struct findings_case c;

    (void)state;
    run(&c, rows, 2);
    assert_null(strstr(case_statement(&c, "replay.nodes")->statement, "..."));
    case_clear(&c);
    run(&c, fewer, 2);
    assert_null(strstr(case_statement(&c, "replay.nodes")->statement, "..."));
    case_clear(&c);
}

static void nothing_is_said_of_no_replay(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 1, gauges);
    for (int h = 0; h < 30; h++)
        case_put(case_cell(&c, 0, MONDAY_S + h * HOUR_S, 1), HC_CPU, 1, 0.5);
    case_fill(&c);
    case_run(&c);
    assert_int_equal(c.out.placement.verdict.status, HC_NOT_AVAILABLE);
    for (size_t i = 0; i < c.out.n_statements; i++)
        assert_null(strstr(c.out.statements[i].id, "replay"));
    case_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fewest_nodes_lead),
        cmocka_unit_test(a_smaller_fleet_leads),
        cmocka_unit_test(more_hot_hours_are_said),
        cmocka_unit_test(who_refuses_more_is_not_named),
        cmocka_unit_test(without_use),
        cmocka_unit_test(large_numbers_fit),
        cmocka_unit_test(nothing_is_said_of_no_replay),
    };

    return cmocka_run_group_tests_name("findings_replay", tests, NULL, NULL);
}
