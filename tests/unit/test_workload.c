/* Pods, nodes and their use through DuckDB: small ones of which all is known, what the
 * section says when something is missing, and allocations that fail. Larger ones are
 * compared with pandas in tests/e2e/test_workload.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <math.h>

#include "base/mem.h"
#include "in_folder.h"
#include "workload/inside.h"

#define T(hour) "TIMESTAMP '2025-06-02 " hour "'"
#define DAY_US INT64_C(86400000000)
#define START_US INT64_C(1748822400000000) /* 2025-06-02 */

static const char nodes[] = "SELECT 'a' AS node, " T("00:00") " AS valid_from, " T(
    "12:00") " AS valid_until, 4.0 AS allocatable_cpu_cores, 8e9 AS "
             "allocatable_memory_bytes";
static const char pods[] = "SELECT 'ns' AS namespace, 'p' AS pod, 'a' AS node, 'Running' "
                           "AS phase, " T("00:00") " AS valid_from, " T(
                               "06:00") " AS valid_until, 1.0 AS cpu_request_cores, NULL "
                                        "AS memory_request_bytes";
static const char usage[] = "SELECT 'ns' AS namespace, 'p' AS pod, " T(
    "00:00") " + to_minutes(5 * i) AS timestamp, 0.25 AS cpu_usage_cores, 1e9 AS "
             "memory_working_set_bytes FROM range(36) r(i)";

struct asked {
    struct hc_duck *duck;
    const char *files[HC_BESIDES];
    struct hc_workload_request request;
    struct hc_workloads w;
    struct hc_error err;
};

/* A file of each query that is there. */
static void ask(struct asked *a, const char *const queries[HC_BESIDES])
{
    static const char *const names[] = {"n.parquet", "p.parquet", "u.parquet"};
    struct hc_duck_options options = {.threads = 2};

    memset(a, 0, sizeof(*a));
    a->request.since_us = START_US;
    a->request.until_us = START_US + DAY_US;
    assert_int_equal(hc_duck_open(&options, &a->duck, &a->err), HC_OK);
    for (int i = 0; i < HC_BESIDES; i++) {
        HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;

        if (!queries[i])
            continue;
        hc_buf_printf(
            &sql, "COPY (%s) TO '%s' (FORMAT parquet)", queries[i], at(names[i]));
        if (hc_duck_run(a->duck, sql.text, &a->err))
            fail_msg("%s", a->err.message);
        a->files[i] = at(names[i]);
        a->request.files[i] = &a->files[i];
        a->request.n_files[i] = 1;
    }
}

static void find(struct asked *a)
{
    if (hc_workload_find(a->duck, &a->request, &a->w, &a->err))
        fail_msg("%s", a->err.message);
}

static void answered(struct asked *a)
{
    hc_workloads_clear(&a->w);
    hc_duck_close(a->duck);
}

static void assert_near(double a, double b)
{
    if (!(fabs(a - b) <= 1e-9 * fabs(b)))
        fail_msg("%.17g and %.17g", a, b);
}

static void a_pod_on_a_node(void **state)
{
    const char *const all[] = {nodes, pods, usage};
    const struct hc_budget_line *cpu, *memory;
    struct asked a;

    (void)state;
    ask(&a, all);
    find(&a);
    cpu = &a.w.total.lines[HC_BY_CPU];
    memory = &a.w.total.lines[HC_BY_MEMORY];
    assert_int_equal(a.w.verdict.status, HC_AVAILABLE);
    assert_near(a.w.total.hours, 6);
    assert_near(cpu->allocatable, 4);
    assert_near(cpu->requested_share, 0.25);
    assert_near(cpu->used, 0.25);
    assert_int_equal(cpu->n, 36);
    assert_int_equal(cpu->expected, 72);
    assert_true(isnan(memory->requested) && isnan(memory->limits));
    assert_near(memory->used, 1e9);
    assert_int_equal(a.w.n_nodes, 1);
    assert_string_equal(a.w.nodes[0].name, "a");
    assert_null(a.w.nodes[0].cluster);
    assert_int_equal(a.w.n_clusters, 0);
    assert_int_equal(a.w.n_top, 1);
    assert_string_equal(a.w.top[0].kind, "Pod");
    assert_near(a.w.top[0].lines[HC_BY_CPU].slack, 0.75);
    assert_string_equal(
        a.w.why[HC_CPU_LIMITS].reason, "pods.parquet has no column 'cpu_limit_cores'");
    assert_int_equal(a.w.why[HC_CPU_USED].status, HC_AVAILABLE);
    answered(&a);
}

/* What was left of the first would stop the second. */
static void twice_in_a_session(void **state)
{
    const char *const all[] = {nodes, pods, usage};
    struct asked a;

    (void)state;
    ask(&a, all);
    find(&a);
    hc_workloads_clear(&a.w);
    find(&a);
    assert_int_equal(a.w.n_nodes, 1);
    answered(&a);
}

static void what_is_missing(void **state)
{
    static const char *const sets[][HC_BESIDES] = {
        {nodes, NULL, usage},
        {nodes, "SELECT 1 AS pod", usage},
        {NULL,
            "SELECT * FROM (SELECT 'a' AS namespace, 'p' AS pod, 'n' AS node, "
            "TIMESTAMP '2020-01-01' AS valid_from, TIMESTAMP '2020-01-02' AS "
            "valid_until)",
            NULL},
    };
    static const char *const reasons[] = {"the data set has no pods.parquet",
        "pods.parquet has no column 'namespace'",
        "no pod is in the time that is analysed"};

    (void)state;
    for (size_t i = 0; i < HC_COUNT(sets); i++) {
        struct asked a;

        ask(&a, sets[i]);
        find(&a);
        assert_string_equal(a.w.verdict.reason, reasons[i]);
        assert_int_equal(a.w.n_nodes, 0);
        answered(&a);
    }
}

static void only_some_nodes(void **state)
{
    const char *const all[] = {nodes, pods, usage};
    const char *const names[] = {"it's", "a"}, *const clusters[] = {NULL, NULL};
    struct asked a;

    (void)state;
    ask(&a, all);
    a.request.nodes = names;
    a.request.clusters = clusters;
    for (a.request.n_nodes = 0; a.request.n_nodes <= 2; a.request.n_nodes++) {
        find(&a);
        assert_int_equal(a.w.verdict.status,
            a.request.n_nodes == 2 ? HC_AVAILABLE : HC_NOT_ENOUGH_DATA);
        hc_workloads_clear(&a.w);
    }
    answered(&a);
}

static void another_kind_of_column(void **state)
{
    const char *const all[] = {
        NULL, "SELECT 'ns' AS namespace, 'p' AS pod, 'a' AS node, 5 AS valid_from", NULL};
    struct asked a;

    (void)state;
    ask(&a, all);
    assert_int_equal(hc_workload_find(a.duck, &a.request, &a.w, &a.err), HC_INPUT);
    assert_string_equal(a.err.message,
        "cannot read pods.parquet of the data set: column 'valid_from' is INTEGER, and "
        "times are expected");
    answered(&a);
}

static void moments(void **state)
{
    static const int64_t cases[][2] = {{0, 0}, {1, 1}, {300000000, 1}, {300000001, 2},
        {-1, 0}, {INT64_MIN, 0}, {START_US, START_US / 300000000},
        {INT64_MAX, 253402300800 / 300}};

    (void)state;
    for (size_t i = 0; i < HC_COUNT(cases); i++)
        assert_int_equal(hc_moment_of(cases[i][0]), cases[i][1]);
}

static void without_memory(void **state)
{
    const char *const all[] = {nodes, pods, NULL};
    enum hc_status status = HC_NO_MEMORY;
    struct asked a;
    long n;

    (void)state;
    ask(&a, all);
    for (n = 0; status; n += n < 12 ? 1 : 19) {
        hc_mem_fail_after(n);
        status = hc_workload_find(a.duck, &a.request, &a.w, &a.err);
        hc_mem_fail_after(-1);
        assert_true(!status || status == HC_NO_MEMORY);
        assert_true(status ? !a.w.nodes : a.w.n_nodes == 1);
    }
    assert_true(n > 100);
    answered(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pod_on_a_node),
        cmocka_unit_test(twice_in_a_session),
        cmocka_unit_test(what_is_missing),
        cmocka_unit_test(only_some_nodes),
        cmocka_unit_test(another_kind_of_column),
        cmocka_unit_test(moments),
        cmocka_unit_test(without_memory),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
