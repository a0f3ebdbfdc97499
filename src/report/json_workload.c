#include "report/json_sections.h"

static const char *const name_keys[] = {NULL, "node", "namespace"};

enum of { OF_CLUSTER, OF_NODE, OF_NAMESPACE };

static void put_line(
    struct hc_json *js, const char *key, const struct hc_budget_line *line)
{
    hc_json_rows_open(js, key, '{');
    hc_json_knum(js, "allocatable", line->allocatable);
    hc_json_knum(js, "requested", line->requested);
    hc_json_knum(js, "requested_share", line->requested_share);
    hc_json_knum(js, "limits", line->limits);
    hc_json_knum(js, "used", line->used);
    hc_json_knum(js, "used_share", line->used_share);
    hc_json_count(js, "n", line->n);
    hc_json_count(js, "expected", line->expected);
    hc_json_count(js, "no_request", line->no_request);
    hc_json_count(js, "no_limit", line->no_limit);
    hc_json_rows_close(js, '}');
}

static void put_unplaced(
    struct hc_json *js, const char *key, const struct hc_unplaced *unplaced)
{
    hc_json_rows_open(js, key, '{');
    hc_json_count(js, "pods", unplaced->pods);
    hc_json_knum(js, "pod_hours", unplaced->pod_hours);
    for (size_t i = 0; i < HC_RESOURCES; i++)
        hc_json_knum(js, hc_resources[i].key, unplaced->requested[i]);
    hc_json_rows_close(js, '}');
}

/* The members of an object that is open. */
static void put_budget(struct hc_json *js, const struct hc_budget *budget, enum of of)
{
    if (budget->cluster)
        hc_json_kstr(js, "cluster", budget->cluster);
    if (of != OF_CLUSTER)
        hc_json_kstr(js, name_keys[of], budget->name);
    hc_json_knum(js, "hours", budget->hours);
    hc_json_count(js, "pods", budget->pods);
    hc_json_knum(js, "mean_pods", budget->mean_pods);
    for (size_t i = 0; i < HC_RESOURCES; i++)
        put_line(js, hc_resources[i].key, &budget->lines[i]);
    hc_json_knum(js, "throttled_share", budget->throttled_share);
    hc_json_count(js, "throttled_n", budget->throttled_n);
    hc_json_knum(js, "oom_kills", budget->oom_kills);
    hc_json_knum(js, "restarts", budget->restarts);
    if (of != OF_NODE)
        put_unplaced(js, "pending", &budget->pending);
    put_unplaced(js, "elsewhere", &budget->elsewhere);
}

static void put_budgets(struct hc_json *js, const char *key,
    const struct hc_budget *budgets, size_t n, enum of of)
{
    hc_json_rows_open(js, key, '[');
    for (size_t i = 0; i < n; i++) {
        hc_json_open(js, '{');
        put_budget(js, &budgets[i], of);
        hc_json_close(js, '}');
    }
    hc_json_rows_close(js, ']');
}

static void put_workload(struct hc_json *js, const struct hc_workload *workload)
{
    hc_json_open(js, '{');
    if (workload->cluster)
        hc_json_kstr(js, "cluster", workload->cluster);
    hc_json_kstr(js, "namespace", workload->namespace);
    hc_json_kstr(js, "kind", workload->kind);
    hc_json_kstr(js, "name", workload->name);
    hc_json_count(js, "pods", workload->pods);
    for (size_t i = 0; i < HC_RESOURCES; i++) {
        const struct hc_workload_line *line = &workload->lines[i];

        hc_json_rows_open(js, hc_resources[i].key, '{');
        hc_json_knum(js, "requested", line->requested);
        hc_json_knum(js, "used", line->used);
        hc_json_knum(js, "slack", line->slack);
        hc_json_count(js, "n", line->n);
        hc_json_count(js, "expected", line->expected);
        hc_json_count(js, "no_request", line->no_request);
        hc_json_rows_close(js, '}');
    }
    hc_json_close(js, '}');
}

/* Why a value is null in every row. */
static void put_nulls(struct hc_json *js, const struct hc_workloads *w)
{
    hc_json_rows_open(js, "nulls", '[');
    for (size_t i = 0; i < HC_WORKLOAD_VALUES; i++)
        if (w->why[i].status != HC_AVAILABLE)
            hc_json_null_reason(
                js, hc_workload_value_keys[i], w->why[i].status, w->why[i].reason);
    hc_json_rows_close(js, ']');
}

static void put_head(struct hc_json *js, const struct hc_workloads *w)
{
    hc_json_ktime(js, "start", w->start_us);
    hc_json_ktime(js, "end", w->end_us);
    hc_json_kint(js, "step_s", HC_POD_STEP_S);
    hc_json_count(js, "rows", w->rows);
    hc_json_count(js, "rows_left_out", w->rows_left_out);
    hc_json_count(js, "rows_shortened", w->rows_shortened);
    hc_json_count(js, "moments", w->moments);
    hc_json_count(js, "moments_unmatched", w->moments_unmatched);
    hc_json_rows_open(js, "units", '{');
    for (size_t i = 0; i < HC_RESOURCES; i++)
        hc_json_kstr(js, hc_resources[i].key, hc_resources[i].unit);
    hc_json_rows_close(js, '}');
    put_nulls(js, w);
}

/* Where the section is not available the rest is left out. */
void hc_json_workloads(struct hc_json *js, const struct hc_findings *f)
{
    const struct hc_workloads *w = &f->workloads;

    hc_json_open(js, '{');
    hc_json_verdict(js, &w->verdict);
    if (w->verdict.status == HC_AVAILABLE) {
        put_head(js, w);
        hc_json_key(js, "total");
        hc_json_open(js, '{');
        put_budget(js, &w->total, OF_CLUSTER);
        hc_json_close(js, '}');
        put_budgets(js, "clusters", w->clusters, w->n_clusters, OF_CLUSTER);
        put_budgets(js, "nodes", w->nodes, w->n_nodes, OF_NODE);
        put_budgets(js, "namespaces", w->namespaces, w->n_namespaces, OF_NAMESPACE);
        hc_json_count(js, "workloads", w->n_workloads);
        hc_json_count(js, "no_cpu_request", w->n_without[HC_BY_CPU]);
        hc_json_count(js, "no_memory_request", w->n_without[HC_BY_MEMORY]);
        hc_json_rows_open(js, "top", '[');
        for (size_t i = 0; i < w->n_top; i++)
            put_workload(js, &w->top[i]);
        hc_json_rows_close(js, ']');
    }
    hc_json_close(js, '}');
}
