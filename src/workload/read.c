/*
 * read.c - rows of the queries into structs, by tables
 *
 * A table names the fields in the order of the query's columns.
 */
#include <string.h>

#include "base/mem.h"
#include "workload/inside.h"

enum kind { TEXT, NUMBER, COUNT };

struct field {
    enum kind kind;
    size_t offset;
};

static enum hc_status read_row(const struct hc_rows *rows, size_t row, size_t first,
    const struct field *fields, size_t n, void *to)
{
    for (size_t i = 0; i < n; i++) {
        void *at = (char *)to + fields[i].offset;
        const char *text = hc_rows_text(rows, first + i, row);

        if (fields[i].kind == NUMBER)
            *(double *)at = hc_rows_number(rows, first + i, row);
        else if (fields[i].kind == COUNT)
            *(uint64_t *)at = (uint64_t)hc_rows_int(rows, first + i, row);
        else if (text && !(*(char **)at = hc_strdup(text)))
            return HC_NO_MEMORY;
    }
    return HC_OK;
}

/* ---- budgets --------------------------------------------------------------------- */

#define BUDGET(kind, field)                                                              \
    {                                                                                    \
        kind, offsetof(struct hc_budget, field)                                          \
    }
#define BUDGET_LINE(i)                                                                   \
    BUDGET(NUMBER, lines[i].allocatable), BUDGET(NUMBER, lines[i].requested),            \
        BUDGET(NUMBER, lines[i].requested_share), BUDGET(NUMBER, lines[i].limits),       \
        BUDGET(NUMBER, lines[i].used), BUDGET(NUMBER, lines[i].used_share),              \
        BUDGET(COUNT, lines[i].n), BUDGET(COUNT, lines[i].expected),                     \
        BUDGET(COUNT, lines[i].no_request), BUDGET(COUNT, lines[i].no_limit)
#define UNPLACED(field)                                                                  \
    BUDGET(COUNT, field.pods), BUDGET(NUMBER, field.pod_hours),                          \
        BUDGET(NUMBER, field.requested[0]), BUDGET(NUMBER, field.requested[1])

/* After the scope. */
static const struct field budget_fields[] = {
    BUDGET(TEXT, cluster),
    BUDGET(TEXT, name),
    BUDGET(NUMBER, hours),
    BUDGET(COUNT, pods),
    BUDGET(NUMBER, mean_pods),
    BUDGET_LINE(HC_BY_CPU),
    BUDGET_LINE(HC_BY_MEMORY),
    BUDGET(NUMBER, throttled_share),
    BUDGET(COUNT, throttled_n),
    BUDGET(NUMBER, oom_kills),
    BUDGET(NUMBER, restarts),
    UNPLACED(pending),
    UNPLACED(elsewhere),
};

enum { ALL, CLUSTER, NODE, NAMESPACE, SCOPES };

static size_t count_scope(const struct hc_rows *rows, int64_t scope)
{
    size_t n = 0;

    for (size_t r = 0; r < hc_rows_count(rows); r++)
        n += hc_rows_int(rows, 0, r) == scope;
    return n;
}

/* The rows of one scope, which follow one another from `first` on. */
static enum hc_status read_scope(const struct hc_rows *rows, size_t first, size_t n,
    struct hc_budget **ret, size_t *ret_n)
{
    *ret = hc_calloc(n, sizeof(**ret));
    if (!*ret)
        return HC_NO_MEMORY;
    *ret_n = n;
    for (size_t i = 0; i < n; i++)
        HC_TRY(read_row(
            rows, first + i, 1, budget_fields, HC_COUNT(budget_fields), &(*ret)[i]));
    return HC_OK;
}

enum hc_status hc_budgets_read(const struct hc_rows *rows, struct hc_workloads *to)
{
    size_t n[SCOPES];

    assert(hc_rows_columns(rows) == 1 + HC_COUNT(budget_fields));
    for (int scope = 0; scope < SCOPES; scope++)
        n[scope] = count_scope(rows, scope);
    assert(n[ALL] == 1);
    HC_TRY(read_row(rows, 0, 1, budget_fields, HC_COUNT(budget_fields), &to->total));
    if (n[CLUSTER] > 1)
        HC_TRY(read_scope(rows, 1, n[CLUSTER], &to->clusters, &to->n_clusters));
    HC_TRY(read_scope(rows, 1 + n[CLUSTER], n[NODE], &to->nodes, &to->n_nodes));
    return read_scope(
        rows, 1 + n[CLUSTER] + n[NODE], n[NAMESPACE], &to->namespaces, &to->n_namespaces);
}

/* ---- workloads ------------------------------------------------------------------- */

#define WORKLOAD(kind, field)                                                            \
    {                                                                                    \
        kind, offsetof(struct hc_workload, field)                                        \
    }
#define WORKLOAD_LINE(i)                                                                 \
    WORKLOAD(NUMBER, lines[i].requested), WORKLOAD(NUMBER, lines[i].used),               \
        WORKLOAD(NUMBER, lines[i].slack), WORKLOAD(COUNT, lines[i].n),                   \
        WORKLOAD(COUNT, lines[i].expected), WORKLOAD(COUNT, lines[i].no_request)

static const struct field workload_fields[] = {
    WORKLOAD(TEXT, cluster),
    WORKLOAD(TEXT, namespace),
    WORKLOAD(TEXT, kind),
    WORKLOAD(TEXT, name),
    WORKLOAD(COUNT, pods),
    WORKLOAD_LINE(HC_BY_CPU),
    WORKLOAD_LINE(HC_BY_MEMORY),
};

enum hc_status hc_top_read(const struct hc_rows *rows, struct hc_workloads *to)
{
    const size_t fields = HC_COUNT(workload_fields);
    size_t n = hc_rows_count(rows);

    assert(hc_rows_columns(rows) == fields);
    to->top = hc_calloc(n, sizeof(*to->top));
    if (!to->top)
        return HC_NO_MEMORY;
    to->n_top = n;
    for (size_t i = 0; i < n; i++)
        HC_TRY(read_row(rows, i, 0, workload_fields, fields, &to->top[i]));
    return HC_OK;
}
