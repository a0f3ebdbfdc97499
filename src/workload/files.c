#include <stdio.h>
#include <string.h>

#include "workload/inside.h"

/* The end of the year 9999: what lies farther away, or before 1970, is cut to it. */
static const int64_t FARTHEST_US = 253402300800000000;

enum kind { TEXT, NUMBER, MOMENT };

/* A column of a file: under its own name, times as moments under `as`. */
struct column {
    const char *name;
    enum kind kind;
    bool needed;    /* without it the files say nothing */
    bool is_key;    /* NULL is "": joins compare it */
    const char *as; /* NULL: its name */
};

static const struct column node_columns[] = {
    {"cluster", TEXT, false, true, NULL},
    {"node", TEXT, true, false, NULL},
    {"valid_from", MOMENT, true, false, "k0"},
    {"valid_until", MOMENT, true, false, "k1"},
    {"allocatable_cpu_cores", NUMBER, false, false, NULL},
    {"allocatable_memory_bytes", NUMBER, false, false, NULL},
};

static const struct column pod_columns[] = {
    {"cluster", TEXT, false, true, NULL},
    {"namespace", TEXT, true, true, NULL},
    {"pod", TEXT, true, false, NULL},
    {"uid", TEXT, false, true, NULL},
    {"owner_kind", TEXT, false, false, NULL},
    {"owner_name", TEXT, false, false, NULL},
    {"node", TEXT, true, false, NULL},
    {"phase", TEXT, false, false, NULL},
    {"valid_from", MOMENT, true, false, "k0"},
    {"valid_until", MOMENT, true, false, "k1"},
    {"cpu_request_cores", NUMBER, false, false, NULL},
    {"memory_request_bytes", NUMBER, false, false, NULL},
    {"cpu_limit_cores", NUMBER, false, false, NULL},
    {"memory_limit_bytes", NUMBER, false, false, NULL},
};

static const struct column usage_columns[] = {
    {"cluster", TEXT, false, true, NULL},
    {"namespace", TEXT, true, true, NULL},
    {"pod", TEXT, true, false, NULL},
    {"timestamp", MOMENT, true, false, "k"},
    {"cpu_usage_cores", NUMBER, false, false, NULL},
    {"memory_working_set_bytes", NUMBER, false, false, NULL},
    {"cpu_throttled_share", NUMBER, false, false, NULL},
    {"oom_kills", NUMBER, false, false, NULL},
    {"restarts", NUMBER, false, false, NULL},
};

static const struct {
    const char *view;
    const struct column *columns;
    size_t n;
    bool of_nodes; /* rows have a node by which they are wanted, or not */
} tables[HC_BESIDES] = {
    {"hc_node_file", node_columns, HC_COUNT(node_columns), true},
    {"hc_pod_file", pod_columns, HC_COUNT(pod_columns), true},
    {"hc_usage_file", usage_columns, HC_COUNT(usage_columns), false},
};

/* ---- what is in the files -------------------------------------------------------- */

static void add_files(
    struct hc_buf *sql, enum hc_beside kind, const struct hc_workload_request *request)
{
    hc_buf_puts(sql, "read_parquet([");
    for (size_t i = 0; i < request->n_files[kind]; i++) {
        hc_buf_puts(sql, i ? ", " : "");
        hc_sql_text(sql, request->files[kind][i]);
    }
    hc_buf_puts(sql, "], union_by_name=true, hive_partitioning=false)");
}

static const char *type_of(const struct hc_rows *described, const char *column)
{
    for (size_t i = 0; i < hc_rows_count(described); i++)
        if (!strcmp(hc_rows_text(described, 0, i), column))
            return hc_rows_text(described, 1, i);
    return NULL;
}

static bool fits(enum kind kind, const char *type)
{
    static const char *const numbers[] = {"DOUBLE", "FLOAT", "DECIMAL", "TINYINT",
        "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER",
        "UBIGINT", "UHUGEINT"};

    if (kind == MOMENT)
        return !strncmp(type, "TIMESTAMP", 9);
    for (size_t i = 0; kind == NUMBER && i < HC_COUNT(numbers); i++)
        if (!strncmp(type, numbers[i], strlen(numbers[i])) && !strchr(type, '['))
            return true;
    return kind == TEXT && !strpbrk(type, "([");
}

static enum hc_status look_at(const struct hc_rows *described, enum hc_beside kind,
    struct hc_beside_view *ret, struct hc_error *err)
{
    static const char *const expected[] = {"text", "numbers", "times"};

    for (size_t i = 0; i < tables[kind].n; i++) {
        const struct column *column = &tables[kind].columns[i];
        const char *type = type_of(described, column->name);

        if (type && !fits(column->kind, type))
            return hc_fail(err, HC_INPUT,
                "cannot read %s of the data set: column '%s' is %.40s, and %s are "
                "expected",
                hc_beside_names[kind], column->name, type, expected[column->kind]);
        ret->missing |= type ? 0 : UINT32_C(1) << i;
        if (!type && column->needed && !ret->verdict.status)
            hc_verdict_set(&ret->verdict, HC_NOT_AVAILABLE, "%s has no column '%s'",
                hc_beside_names[kind], column->name);
    }
    return HC_OK;
}

static enum hc_status describe(struct hc_duck *duck, enum hc_beside kind,
    const struct hc_workload_request *request, struct hc_beside_view *ret,
    struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;

    if (!request->n_files[kind]) {
        hc_verdict_set(&ret->verdict, HC_NOT_AVAILABLE, "the data set has no %s",
            hc_beside_names[kind]);
        ret->missing = UINT32_MAX;
        return HC_OK;
    }
    hc_buf_puts(&sql, "DESCRIBE SELECT * FROM ");
    add_files(&sql, kind, request);
    HC_TRY(hc_buf_check(&sql));
    HC_TRY(hc_duck_rows(duck, sql.text, &rows, err));
    return look_at(rows, kind, ret, err);
}

bool hc_beside_has(
    const struct hc_beside_view *view, enum hc_beside kind, const char *name)
{
    for (size_t i = 0; i < tables[kind].n; i++)
        if (!strcmp(tables[kind].columns[i].name, name))
            return !(view->missing >> i & 1);
    assert(!"a column of the kind");
    return false;
}

/* ---- the view -------------------------------------------------------------------- */

/* As hc_moment_of. */
static void add_moment(struct hc_buf *sql, const char *name)
{
    hc_buf_printf(sql,
        "CASE WHEN isfinite(CAST(\"%s\" AS TIMESTAMP)) THEN (greatest(0, "
        "least(epoch_us(CAST(\"%s\" AS TIMESTAMP)), %lld)) + %d999999) // %d000000 END",
        name, name, (long long)FARTHEST_US, HC_POD_STEP_S - 1, HC_POD_STEP_S);
}

/* NULL where it is missing: in a key it is "". NaN and infinity are no amounts. */
static void add_column(struct hc_buf *sql, const struct column *column, bool missing)
{
    static const char *const nulls[] = {"NULL::VARCHAR", "NULL::DOUBLE", "NULL::BIGINT"};

    hc_buf_puts(sql, column->is_key ? "coalesce(" : "");
    if (missing)
        hc_buf_puts(sql, nulls[column->kind]);
    else if (column->kind == MOMENT)
        add_moment(sql, column->name);
    else if (column->kind == TEXT)
        hc_buf_printf(sql, "CAST(\"%s\" AS VARCHAR)", column->name);
    else
        hc_buf_printf(sql,
            "CASE WHEN isfinite(CAST(\"%s\" AS DOUBLE)) THEN CAST(\"%s\" AS DOUBLE) END",
            column->name, column->name);
    hc_buf_printf(sql, "%s AS \"%s\"", column->is_key ? ", '')" : "",
        column->as ? column->as : column->name);
}

static enum hc_status make_view(struct hc_duck *duck, enum hc_beside kind,
    const struct hc_workload_request *request, const struct hc_beside_view *view,
    struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;
    bool there = view->verdict.status == HC_AVAILABLE;

    hc_buf_printf(&sql, "CREATE TEMP VIEW %s AS SELECT *%s FROM (SELECT ",
        tables[kind].view,
        !tables[kind].of_nodes ? ""
        : request->nodes
            ? ", coalesce((cluster, node) IN (FROM hc_wanted), false) AS wanted"
            : ", true AS wanted");
    for (size_t i = 0; i < tables[kind].n; i++) {
        hc_buf_puts(&sql, i ? ", " : "");
        add_column(&sql, &tables[kind].columns[i], !there || view->missing >> i & 1);
    }
    hc_buf_puts(&sql, " FROM ");
    if (there)
        add_files(&sql, kind, request);
    else
        hc_buf_puts(&sql, "(SELECT 1) WHERE false");
    hc_buf_puts(&sql, ")");
    HC_TRY(hc_buf_check(&sql));
    return hc_duck_run(duck, sql.text, err);
}

enum hc_status hc_beside_view(struct hc_duck *duck, enum hc_beside kind,
    const struct hc_workload_request *request, struct hc_beside_view *ret,
    struct hc_error *err)
{
    struct hc_beside_view view = {0};

    HC_TRY(describe(duck, kind, request, &view, err));
    HC_TRY(make_view(duck, kind, request, &view, err));
    *ret = view;
    return HC_OK;
}

int64_t hc_moment_of(int64_t us)
{
    const int64_t step_us = HC_POD_STEP_S * INT64_C(1000000);
    int64_t near = us < 0 ? 0 : us > FARTHEST_US ? FARTHEST_US : us;

    return (near + step_us - 1) / step_us;
}
