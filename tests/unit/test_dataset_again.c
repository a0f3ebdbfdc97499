/* The second look, groups and --dedup, against answers worked out by hand. */
#include "dataset_case.h"

/*
 * Node a, minutes: 0 1 2 2 2 5 4, the 5 before the 4; at minute 2 two equal rows (-0 and
 * NaN against 0 and NULL) and one that is not. Node b has one time. Node c, before 1970,
 * has a step below a second.
 */
static const char rows[] =
    "SELECT make_timestamp(us) AS timestamp, node, c AS cpu_usage_rate, m AS "
    "memory_usage, pool, number FROM (VALUES "
    "(0, 60000000, 'a', 1e0, 1e0, 'x', 3), "
    "(1, 120000000, 'a', 1e0, 1e0, 'y', 3), "
    "(2, 180000000, 'a', 0e0, CAST('nan' AS DOUBLE), 'y', 3), "
    "(3, 180000000, 'a', -0e0, NULL, 'y', 3), "
    "(4, 180000000, 'a', 5e0, NULL, 'y', 4), "
    "(5, 360000000, 'a', 1e0, 1e0, NULL, 3), "
    "(6, 300000000, 'a', 1e0, 1e0, NULL, 3), "
    "(7, 60000000, 'b', 1e0, 1e0, NULL, NULL), "
    "(8, -1500000, 'c', 1e0, 1e0, 'y', 1), "
    "(9, -1200000, 'c', 1e0, 1e0, 'x', 2), "
    "(10, -900000, 'c', 1e0, 1e0, NULL, NULL)) t(i, us, node, c, m, pool, number) ORDER "
    "BY "
    "i";

static struct dataset_case *case_of_rows(void)
{
    struct dataset_case *c = case_new();

    case_parquet(c, "x.parquet", rows);
    return c;
}

static void second_look(void **state)
{
    struct dataset_case *c = case_of_rows();
    const char *nodes[] = {"a", "b", "c"};
    struct hc_times_again *again = NULL;
    size_t n = 0;

    (void)state;
    case_open(c);
    if (hc_dataset_times_again(c->duck, &c->ds, NULL, nodes, 3, &again, &n, &c->err))
        fail_msg("%s", c->err.message);
    assert_int_equal(n, 3);
    assert_int_equal(again[0].step_s, 60);
    assert_int_equal(again[0].distinct, 5);
    assert_int_equal(again[0].occupied, 5);
    assert_int_equal(again[0].expected, 6);
    assert_int_equal(again[0].out_of_order, 1);
    assert_int_equal(again[0].exact, 1);
    assert_int_equal(again[0].conflicting, 1);
    assert_int_equal(again[0].n_gaps, 1);
    assert_int_equal(again[0].gaps[0][0], 180000000);
    assert_int_equal(again[0].gaps[0][1], 300000000);
    assert_int_equal(again[1].step_s, 0);
    assert_int_equal(again[1].distinct, 1);
    assert_int_equal(again[1].expected, 0);
    assert_int_equal(again[2].step_s, 1);
    assert_int_equal(again[2].occupied, 2);
    assert_int_equal(again[2].expected, 2);
    hc_times_again_free(again, n);
    case_free(c);
}

static const char *group_of(struct dataset_case *c, const char *column, const char *node)
{
    static char value[32];
    struct hc_node_group *groups = NULL;
    size_t n = 0;

    if (hc_dataset_groups(c->duck, column, false, false, &groups, &n, &c->err))
        fail_msg("%s", c->err.message);
    assert_int_equal(n, 3);
    strcpy(value, "NULL");
    for (size_t i = 0; i < n; i++)
        if (!strcmp(groups[i].node, node) && groups[i].value)
            snprintf(value, sizeof(value), "%s", groups[i].value);
    hc_node_groups_free(groups, n);
    return value;
}

static void groups(void **state)
{
    struct dataset_case *c = case_of_rows();

    (void)state;
    case_open(c);
    assert_string_equal(group_of(c, "pool", "a"), "y");
    assert_string_equal(group_of(c, "pool", "b"), "NULL");
    assert_string_equal(group_of(c, "pool", "c"), "x");
    assert_string_equal(group_of(c, "number", "a"), "3");
    assert_string_equal(group_of(c, "node", "a"), "a");
    case_free(c);
}

static void dedup(void **state)
{
    struct dataset_case *c = case_of_rows();

    (void)state;
    c->request.dedup = true;
    case_open(c);
    assert_int_equal(c->ds.rows, 10);
    assert_true(case_notes(c, "dropped 1 exact repeat"));
    case_says(c, "SELECT string_agg(hc_row, ' ' ORDER BY hc_row) FROM hc_samples",
        "0 1 2 4 5 6 7 8 9 10");
    case_free(c);
}

static void many_nodes(void **state)
{
    struct dataset_case *c = case_new();
    enum { NODES = 10000 };
    static char names[NODES][32];
    static const char *nodes[NODES];
    struct hc_times_again *again = NULL;
    size_t n = 0;

    (void)state;
    case_parquet(c, "x.parquet",
        "SELECT TIMESTAMP '2025-06-02' + to_minutes(range // 10000) AS timestamp, 'n''' "
        "|| "
        "(range % 10000) AS node, 1 AS load_1m FROM range(40000)");
    case_open(c);
    assert_int_equal(c->ds.step_hint_s, 60);
    for (int i = 0; i < NODES; i++) {
        snprintf(names[i], sizeof(names[i]), "n'%d", i);
        nodes[i] = names[i];
    }
    if (hc_dataset_times_again(c->duck, &c->ds, NULL, nodes, NODES, &again, &n, &c->err))
        fail_msg("%s", c->err.message);
    for (size_t i = 0; i < n; i++)
        assert_true(again[i].step_s == 60 && again[i].distinct == 4 &&
                    again[i].occupied == 4 && again[i].expected == 4);
    hc_times_again_free(again, n);
    case_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(second_look),
        cmocka_unit_test(groups),
        cmocka_unit_test(dedup),
        cmocka_unit_test(many_nodes),
    };

    return cmocka_run_group_tests_name("dataset_again", tests, NULL, NULL);
}
