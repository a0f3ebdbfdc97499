/*
 * nodes.c - the nodes, and their trends: lists in the same order
 */
#include <string.h>

#include "base/mem.h"
#include "stored/reading.h"

#define STATS(key, i)                                                                    \
    {                                                                                    \
        key, hc_take_object, offsetof(struct hc_node, main[i]), &hc_shape_stats          \
    }

static const struct hc_field node_fields[] = {
    {"node", hc_take_text, offsetof(struct hc_node, name), NULL},
    {"cluster", hc_take_text_or_none, offsetof(struct hc_node, cluster), NULL},
    {"group", hc_take_text_or_none, offsetof(struct hc_node, group), NULL},
    {"n", hc_take_count, offsetof(struct hc_node, rows), NULL},
    STATS("cpu_usage_rate", 0),
    STATS("memory_usage", 1),
    STATS("load_1m", 2),
};
static const struct hc_shape node_shape = HC_SHAPE(struct hc_node, node_fields, NULL);

enum hc_status hc_stored_nodes(struct hc_reading *r, const json_t *root)
{
    struct hc_summary *s = &r->stored->summary;

    HC_TRY(hc_reading_rows(r, root, "nodes", &node_shape, &s->nodes, &s->n_nodes));
    return s->n_nodes > UINT32_MAX ? hc_reading_bad(r, "nodes", "is too long") : HC_OK;
}

/* ---- trends ---------------------------------------------------------------------- */

static const struct hc_field slope_fields[] = {
    {"slope_per_day", hc_take_number, offsetof(struct hc_slope, per_day), NULL},
    {"days", hc_take_small, offsetof(struct hc_slope, days), NULL},
};
static const struct hc_shape slope_shape = HC_SHAPE(struct hc_slope, slope_fields, NULL);

static const struct hc_field trends_fields[] = {
    {NULL, hc_take_verdict, offsetof(struct hc_trends, verdict), NULL},
    {"rows", hc_take_count, offsetof(struct hc_trends, rows), NULL},
    {"hours", hc_take_count, offsetof(struct hc_trends, hours), NULL},
};

/* A slope a node: without one there is none for any. */
static enum hc_status finish_trends(struct hc_reading *r, const json_t *object, void *to)
{
    struct hc_trends *trends = to;
    size_t n_nodes = r->stored->summary.n_nodes;

    HC_TRY(hc_reading_rows(
        r, object, "nodes", &slope_shape, &trends->nodes, &trends->n_nodes));
    if (trends->n_nodes && trends->n_nodes != n_nodes)
        return hc_reading_bad(r, "nodes", "is not of the right length");
    for (size_t i = 0; i < trends->n_nodes; i++)
        trends->nodes[i].node = (uint32_t)i;
    return HC_OK;
}

static const struct hc_shape trends_shape =
    HC_SHAPE(struct hc_trends, trends_fields, finish_trends);

enum hc_status hc_stored_trends(struct hc_reading *r, const json_t *root)
{
    return hc_reading_object(r, "trends", json_object_get(root, "trends"), &trends_shape,
        &r->stored->findings.trends);
}
