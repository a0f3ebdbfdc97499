/*
 * workload.c - what pods ask for and use
 */
#include <string.h>

#include "base/mem.h"
#include "stored/reading.h"

#define LINE(key, take, field)                                                           \
    {                                                                                    \
        key, take, offsetof(struct hc_budget_line, field), NULL                          \
    }

static const struct hc_field line_fields[] = {
    LINE("allocatable", hc_take_number, allocatable),
    LINE("requested", hc_take_number, requested),
    LINE("requested_share", hc_take_number, requested_share),
    LINE("limits", hc_take_number, limits),
    LINE("used", hc_take_number, used),
    LINE("used_share", hc_take_number, used_share),
    LINE("n", hc_take_count, n),
    LINE("expected", hc_take_count, expected),
    LINE("no_request", hc_take_count, no_request),
    LINE("no_limit", hc_take_count, no_limit),
};
static const struct hc_shape line_shape =
    HC_SHAPE(struct hc_budget_line, line_fields, NULL);

static const struct hc_field unplaced_fields[] = {
    {"pods", hc_take_count, offsetof(struct hc_unplaced, pods), NULL},
    {"pod_hours", hc_take_number, offsetof(struct hc_unplaced, pod_hours), NULL},
    {"cpu", hc_take_number, offsetof(struct hc_unplaced, requested[0]), NULL},
    {"memory", hc_take_number, offsetof(struct hc_unplaced, requested[1]), NULL},
};
static const struct hc_shape unplaced_shape =
    HC_SHAPE(struct hc_unplaced, unplaced_fields, NULL);

/* ---- budgets --------------------------------------------------------------------- */

#define BUDGET(key, take, field, inner)                                                  \
    {                                                                                    \
        key, take, offsetof(struct hc_budget, field), inner                              \
    }
#define BUDGET_FIELDS                                                                    \
    BUDGET("cluster", hc_take_text_or_none, cluster, NULL),                              \
        BUDGET("hours", hc_take_number, hours, NULL),                                    \
        BUDGET("pods", hc_take_count, pods, NULL),                                       \
        BUDGET("mean_pods", hc_take_number, mean_pods, NULL),                            \
        BUDGET("cpu", hc_take_object, lines[HC_BY_CPU], &line_shape),                    \
        BUDGET("memory", hc_take_object, lines[HC_BY_MEMORY], &line_shape),              \
        BUDGET("throttled_share", hc_take_number, throttled_share, NULL),                \
        BUDGET("throttled_n", hc_take_count, throttled_n, NULL),                         \
        BUDGET("oom_kills", hc_take_number, oom_kills, NULL),                            \
        BUDGET("restarts", hc_take_number, restarts, NULL),                              \
        BUDGET("elsewhere", hc_take_object, elsewhere, &unplaced_shape)

static const struct hc_field cluster_fields[] = {
    BUDGET_FIELDS,
    BUDGET("pending", hc_take_object, pending, &unplaced_shape),
};
static const struct hc_field node_fields[] = {
    BUDGET_FIELDS,
    BUDGET("node", hc_take_text, name, NULL),
};
static const struct hc_field namespace_fields[] = {
    BUDGET_FIELDS,
    BUDGET("pending", hc_take_object, pending, &unplaced_shape),
    BUDGET("namespace", hc_take_text, name, NULL),
};

static const struct hc_shape cluster_shape =
    HC_SHAPE(struct hc_budget, cluster_fields, NULL);
static const struct hc_shape node_shape = HC_SHAPE(struct hc_budget, node_fields, NULL);
static const struct hc_shape namespace_shape =
    HC_SHAPE(struct hc_budget, namespace_fields, NULL);

/* ---- workloads ------------------------------------------------------------------- */

#define WORKLOAD_LINE(key, take, field)                                                  \
    {                                                                                    \
        key, take, offsetof(struct hc_workload_line, field), NULL                        \
    }

static const struct hc_field workload_line_fields[] = {
    WORKLOAD_LINE("requested", hc_take_number, requested),
    WORKLOAD_LINE("used", hc_take_number, used),
    WORKLOAD_LINE("slack", hc_take_number, slack),
    WORKLOAD_LINE("n", hc_take_count, n),
    WORKLOAD_LINE("expected", hc_take_count, expected),
    WORKLOAD_LINE("no_request", hc_take_count, no_request),
};
static const struct hc_shape workload_line_shape =
    HC_SHAPE(struct hc_workload_line, workload_line_fields, NULL);

#define WORKLOAD(key, take, field, inner)                                                \
    {                                                                                    \
        key, take, offsetof(struct hc_workload, field), inner                            \
    }

static const struct hc_field workload_fields[] = {
    WORKLOAD("cluster", hc_take_text_or_none, cluster, NULL),
    WORKLOAD("namespace", hc_take_text, namespace, NULL),
    WORKLOAD("kind", hc_take_text, kind, NULL),
    WORKLOAD("name", hc_take_text, name, NULL),
    WORKLOAD("pods", hc_take_count, pods, NULL),
    WORKLOAD("cpu", hc_take_object, lines[HC_BY_CPU], &workload_line_shape),
    WORKLOAD("memory", hc_take_object, lines[HC_BY_MEMORY], &workload_line_shape),
};
static const struct hc_shape workload_shape =
    HC_SHAPE(struct hc_workload, workload_fields, NULL);

/* ---- nulls ----------------------------------------------------------------------- */

/* What is not among them is there. */
static enum hc_status read_nulls(
    struct hc_reading *r, const json_t *object, struct hc_workloads *to)
{
    static const struct hc_field field = {.key = "status"};
    const json_t *list;

    HC_TRY(hc_reading_list(r, object, "nulls", &list));
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        const char *key = json_string_value(json_object_get(item, "key"));
        size_t value = 0;

        while (value < HC_WORKLOAD_VALUES && key &&
               strcmp(key, hc_workload_value_keys[value]))
            value++;
        if (!key || value == HC_WORKLOAD_VALUES)
            return hc_reading_bad(r, "nulls", "has a key that is not known");
        HC_TRY(hc_take_verdict(r, item, &field, &to->why[value]));
    }
    return HC_OK;
}

/* ---- the section ----------------------------------------------------------------- */

#define SECTION(key, take, field, inner)                                                 \
    {                                                                                    \
        key, take, offsetof(struct hc_workloads, field), inner                           \
    }

static const struct hc_field there_fields[] = {
    SECTION("start", hc_take_time, start_us, NULL),
    SECTION("end", hc_take_time, end_us, NULL),
    SECTION("rows", hc_take_count, rows, NULL),
    SECTION("rows_left_out", hc_take_count, rows_left_out, NULL),
    SECTION("rows_shortened", hc_take_count, rows_shortened, NULL),
    SECTION("moments", hc_take_count, moments, NULL),
    SECTION("moments_unmatched", hc_take_count, moments_unmatched, NULL),
    SECTION("total", hc_take_object, total, &cluster_shape),
    SECTION("workloads", hc_take_count, n_workloads, NULL),
    SECTION("no_cpu_request", hc_take_count, n_without[HC_BY_CPU], NULL),
    SECTION("no_memory_request", hc_take_count, n_without[HC_BY_MEMORY], NULL),
};
static const struct hc_shape there_shape =
    HC_SHAPE(struct hc_workloads, there_fields, NULL);

static const struct hc_field section_fields[] = {
    SECTION(NULL, hc_take_verdict, verdict, NULL),
};

/* Where the section is not available there is nothing else. */
static enum hc_status finish_section(struct hc_reading *r, const json_t *object, void *to)
{
    struct hc_workloads *w = to;

    if (w->verdict.status != HC_AVAILABLE)
        return HC_OK;
    HC_TRY(hc_reading_object(r, "workloads", object, &there_shape, w));
    HC_TRY(read_nulls(r, object, w));
    HC_TRY(hc_reading_rows(
        r, object, "clusters", &cluster_shape, &w->clusters, &w->n_clusters));
    HC_TRY(hc_reading_rows(r, object, "nodes", &node_shape, &w->nodes, &w->n_nodes));
    HC_TRY(hc_reading_rows(
        r, object, "namespaces", &namespace_shape, &w->namespaces, &w->n_namespaces));
    return hc_reading_rows(r, object, "top", &workload_shape, &w->top, &w->n_top);
}

static const struct hc_shape section_shape =
    HC_SHAPE(struct hc_workloads, section_fields, finish_section);

/* A report of an older program has none. */
enum hc_status hc_stored_workloads(struct hc_reading *r, const json_t *root)
{
    struct hc_workloads *w = &r->stored->findings.workloads;
    const json_t *object = json_object_get(root, "workloads");

    if (object)
        return hc_reading_object(r, "workloads", object, &section_shape, w);
    hc_verdict_set(&w->verdict, HC_NOT_AVAILABLE, "the report was made without it");
    return HC_OK;
}
