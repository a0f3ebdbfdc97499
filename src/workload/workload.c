#include <hc_sql.h>

#include "workload/inside.h"

/* What a value is made of; without it, it cannot be had. */
static const struct {
    enum hc_beside file;
    const char *column;
} sources[HC_WORKLOAD_VALUES] = {
    [HC_CPU_ALLOCATABLE] = {HC_BESIDE_NODES, "allocatable_cpu_cores"},
    [HC_CPU_REQUESTED] = {HC_BESIDE_PODS, "cpu_request_cores"},
    [HC_CPU_LIMITS] = {HC_BESIDE_PODS, "cpu_limit_cores"},
    [HC_CPU_USED] = {HC_BESIDE_USAGE, "cpu_usage_cores"},
    [HC_MEMORY_ALLOCATABLE] = {HC_BESIDE_NODES, "allocatable_memory_bytes"},
    [HC_MEMORY_REQUESTED] = {HC_BESIDE_PODS, "memory_request_bytes"},
    [HC_MEMORY_LIMITS] = {HC_BESIDE_PODS, "memory_limit_bytes"},
    [HC_MEMORY_USED] = {HC_BESIDE_USAGE, "memory_working_set_bytes"},
    [HC_THROTTLED_SHARE] = {HC_BESIDE_USAGE, "cpu_throttled_share"},
    [HC_OOM_KILLS] = {HC_BESIDE_USAGE, "oom_kills"},
    [HC_RESTARTS] = {HC_BESIDE_USAGE, "restarts"},
};

/* In the order in which one reads what another makes. */
static const char *const steps[] = {hc_sql_workload_pods, hc_sql_workload_nodes,
    hc_sql_workload_usage, hc_sql_workload_stays};

static const char clean_up[] =
    "DROP VIEW IF EXISTS hc_node_file; DROP VIEW IF EXISTS hc_pod_file; "
    "DROP VIEW IF EXISTS hc_usage_file; DROP TABLE IF EXISTS hc_ask; "
    "DROP TABLE IF EXISTS hc_wanted; DROP TABLE IF EXISTS hc_pod; "
    "DROP TABLE IF EXISTS hc_known; DROP TABLE IF EXISTS hc_node; "
    "DROP TABLE IF EXISTS hc_use; DROP TABLE IF EXISTS hc_stay; "
    "DROP TABLE IF EXISTS hc_has";

/* ---- what is asked --------------------------------------------------------------- */

static void add_wanted(struct hc_buf *sql, const struct hc_workload_request *request)
{
    hc_buf_puts(sql, "CREATE TEMP TABLE hc_wanted (cluster VARCHAR, node VARCHAR)");
    for (size_t i = 0; i < request->n_nodes; i++) {
        const char *cluster = request->clusters[i];

        hc_buf_puts(sql, i ? ", (" : "; INSERT INTO hc_wanted VALUES (");
        hc_sql_text(sql, cluster ? cluster : "");
        hc_buf_puts(sql, ", ");
        hc_sql_text(sql, request->nodes[i]);
        hc_buf_putc(sql, ')');
    }
    hc_buf_puts(sql, "; ");
}

static enum hc_status ask(
    struct hc_duck *duck, const struct hc_workload_request *request, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;

    if (request->nodes)
        add_wanted(&sql, request);
    hc_buf_printf(&sql,
        "CREATE TEMP TABLE hc_ask AS SELECT %lld::BIGINT AS low, %lld::BIGINT AS high, "
        "%d AS step_s, %d AS most",
        (long long)hc_moment_of(request->since_us),
        (long long)hc_moment_of(request->until_us), HC_POD_STEP_S, HC_WORKLOADS_MOST);
    HC_TRY(hc_buf_check(&sql));
    return hc_duck_run(duck, sql.text, err);
}

/* ---- what comes out -------------------------------------------------------------- */

enum fact {
    ROWS,
    UNUSABLE,
    SHORTENED,
    STAYS,
    FIRST,
    LAST,
    MOMENTS,
    UNMATCHED,
    WORKLOADS,
    WITHOUT_CPU,
    WITHOUT_MEMORY,
    HAS_NODES,
    HAS_VALUES /* one a value */
};

static void take_facts(const struct hc_rows *facts, struct hc_workloads *w)
{
    const int64_t step_us = HC_POD_STEP_S * INT64_C(1000000);

    assert(hc_rows_columns(facts) == HAS_VALUES + HC_WORKLOAD_VALUES);
    w->rows = (uint64_t)hc_rows_int(facts, ROWS, 0);
    w->rows_left_out = (uint64_t)hc_rows_int(facts, UNUSABLE, 0);
    w->rows_shortened = (uint64_t)hc_rows_int(facts, SHORTENED, 0);
    w->start_us = hc_rows_int(facts, FIRST, 0) * step_us;
    w->end_us = hc_rows_int(facts, LAST, 0) * step_us;
    w->moments = (uint64_t)hc_rows_int(facts, MOMENTS, 0);
    w->moments_unmatched = (uint64_t)hc_rows_int(facts, UNMATCHED, 0);
    w->n_workloads = (uint64_t)hc_rows_int(facts, WORKLOADS, 0);
    w->n_without[HC_BY_CPU] = (uint64_t)hc_rows_int(facts, WITHOUT_CPU, 0);
    w->n_without[HC_BY_MEMORY] = (uint64_t)hc_rows_int(facts, WITHOUT_MEMORY, 0);
}

/* Why values are missing altogether. */
static void take_reasons(const struct hc_rows *facts,
    const struct hc_beside_view views[HC_BESIDES], struct hc_workloads *w)
{
    for (size_t i = 0; i < HC_WORKLOAD_VALUES; i++) {
        enum hc_beside file = sources[i].file;
        const char *name = hc_beside_names[file], *column = sources[i].column;

        if (hc_rows_int(facts, HAS_VALUES + i, 0))
            continue;
        if (views[file].verdict.status)
            w->why[i] = views[file].verdict;
        else if (!hc_beside_has(&views[file], file, column))
            hc_verdict_set(
                &w->why[i], HC_NOT_AVAILABLE, "%s has no column '%s'", name, column);
        else if (file == HC_BESIDE_NODES && !hc_rows_int(facts, HAS_NODES, 0))
            hc_verdict_set(&w->why[i], HC_NOT_ENOUGH_DATA,
                "%s has no node in the time of the pods", name);
        else
            hc_verdict_set(
                &w->why[i], HC_NOT_AVAILABLE, "no row of %s has '%s'", name, column);
    }
}

static enum hc_status take_rows(
    struct hc_duck *duck, struct hc_workloads *w, struct hc_error *err)
{
    HC_CLEANUP(hc_rows_freep) struct hc_rows *budgets = NULL, *top = NULL;

    HC_TRY(hc_duck_rows(duck, hc_sql_workload_budgets, &budgets, err));
    HC_TRY(hc_budgets_read(budgets, w));
    HC_TRY(hc_duck_rows(duck, hc_sql_workload_top, &top, err));
    return hc_top_read(top, w);
}

static void say_nothing(const struct hc_workload_request *request, struct hc_workloads *w)
{
    hc_verdict_set(&w->verdict, HC_NOT_ENOUGH_DATA, "%s",
        w->rows == w->rows_left_out ? "pods.parquet has no pod"
        : request->nodes            ? "no pod is on the nodes that are analysed, then"
                                    : "no pod is in the time that is analysed");
}

/* ---- all of it ------------------------------------------------------------------- */

static enum hc_status compute(struct hc_duck *duck,
    const struct hc_workload_request *request, struct hc_workloads *w,
    struct hc_error *err)
{
    HC_CLEANUP(hc_rows_freep) struct hc_rows *facts = NULL;
    struct hc_beside_view views[HC_BESIDES];

    HC_TRY(ask(duck, request, err));
    for (int kind = 0; kind < HC_BESIDES; kind++)
        HC_TRY(hc_beside_view(duck, (enum hc_beside)kind, request, &views[kind], err));
    w->verdict = views[HC_BESIDE_PODS].verdict;
    if (w->verdict.status)
        return HC_OK;
    for (size_t i = 0; i < HC_COUNT(steps); i++)
        HC_TRY(hc_duck_run(duck, steps[i], err));
    HC_TRY(hc_duck_rows(duck, hc_sql_workload_facts, &facts, err));
    take_facts(facts, w);
    take_reasons(facts, views, w);
    if (hc_rows_int(facts, STAYS, 0))
        return take_rows(duck, w, err);
    say_nothing(request, w);
    return HC_OK;
}

enum hc_status hc_workload_find(struct hc_duck *duck,
    const struct hc_workload_request *request, struct hc_workloads *ret,
    struct hc_error *err)
{
    HC_CLEANUP(hc_workloads_clear) struct hc_workloads w = {0};

    if (!request->n_files[HC_BESIDE_PODS]) {
        hc_verdict_set(&w.verdict, HC_NOT_AVAILABLE, "the data set has no %s",
            hc_beside_names[HC_BESIDE_PODS]);
    } else {
        enum hc_status status = compute(duck, request, &w, err);
        enum hc_status cleaned = hc_duck_run(duck, clean_up, status ? NULL : err);

        HC_TRY(status);
        HC_TRY(cleaned);
    }
    *ret = w;
    w = (struct hc_workloads){0};
    return HC_OK;
}
