#include <math.h>
#include <string.h>

#include "base/json.h"
#include "collect/state_tables.h"

#define LABEL "label_"

const char *const hc_node_keys[] = {"cluster", "node", NULL};

/* ---- resources ---- */

static bool is_resource(const struct hc_fact *fact, int ask, const char *name)
{
    return fact->ask == ask && !strcmp(hc_fact_label(fact, "resource"), name);
}

static double resource(const struct hc_state_at *at, const struct hc_state_column *column)
{
    double largest = NAN;

    for (size_t i = 0; i < at->entity->n; i++) {
        const struct hc_fact *fact = &at->entity->facts[i];

        if (is_resource(fact, column->ask, column->word))
            largest = fmax(largest, fact->values[at->point]);
    }
    return largest;
}

/* {"nvidia_com_gpu": 4} of what has no column of its own. */
static void other_resources(const struct hc_state_at *at,
    const struct hc_state_column *column, struct hc_buf *out)
{
    struct hc_json js;
    bool any = false;

    hc_json_init(&js, out, 1);
    for (size_t i = 0; i < at->entity->n; i++) {
        const struct hc_fact *fact = &at->entity->facts[i];

        if (fact->ask != column->ask || !hc_fact_at(fact, at->point) ||
            is_resource(fact, fact->ask, "cpu") ||
            is_resource(fact, fact->ask, "memory") ||
            is_resource(fact, fact->ask, "pods"))
            continue;
        if (!any)
            hc_json_open(&js, '{');
        any = true;
        hc_json_knum(&js, hc_fact_label(fact, "resource"), fact->values[at->point]);
    }
    if (any)
        hc_json_close(&js, '}');
}

/* ---- labels and taints ---- */

/* A label of now, else the one that it was called by before Kubernetes 1.17. */
static void zone(const struct hc_state_at *at, const struct hc_state_column *column,
    struct hc_buf *out)
{
    struct hc_state_column older = *column;
    size_t before = out->len;

    older.word = "label_failure_domain_beta_kubernetes_io_zone";
    hc_state_label(at, column, out);
    if (out->len == before)
        hc_state_label(at, &older, out);
}

static void instance_type(const struct hc_state_at *at,
    const struct hc_state_column *column, struct hc_buf *out)
{
    struct hc_state_column older = *column;
    size_t before = out->len;

    older.word = "label_beta_kubernetes_io_instance_type";
    hc_state_label(at, column, out);
    if (out->len == before)
        hc_state_label(at, &older, out);
}

static void labels(const struct hc_state_at *at, const struct hc_state_column *column,
    struct hc_buf *out)
{
    const struct hc_fact *fact =
        hc_entity_newest(at->entity, column->ask, at->point, at->n_points);
    const char *name = fact ? fact->labels : NULL;
    struct hc_json js;
    bool any = false;

    hc_json_init(&js, out, 1);
    for (size_t i = 0; fact && i < fact->n_labels; i++) {
        const char *value = name + strlen(name) + 1;

        if (!strncmp(name, LABEL, strlen(LABEL))) {
            if (!any)
                hc_json_open(&js, '{');
            any = true;
            hc_json_kstr(&js, name + strlen(LABEL), value);
        }
        name = value + strlen(value) + 1;
    }
    if (any)
        hc_json_close(&js, '}');
}

static void taints(const struct hc_state_at *at, const struct hc_state_column *column,
    struct hc_buf *out)
{
    static const char *const parts[] = {"key", "value", "effect"};
    struct hc_json js;
    bool any = false;

    hc_json_init(&js, out, 1);
    for (size_t i = 0; i < at->entity->n; i++) {
        const struct hc_fact *fact = &at->entity->facts[i];

        if (fact->ask != column->ask || !hc_fact_at(fact, at->point))
            continue;
        if (!any)
            hc_json_open(&js, '[');
        any = true;
        hc_json_open(&js, '{');
        for (size_t k = 0; k < HC_COUNT(parts); k++)
            hc_json_kstr(&js, parts[k], hc_fact_label(fact, parts[k]));
        hc_json_close(&js, '}');
    }
    if (any)
        hc_json_close(&js, ']');
}

/* ---- the table ---- */

static const struct hc_state_column columns[] = {
    HC_STATE_KEY("cluster", 0),
    HC_STATE_KEY("node", 1),
    HC_STATE_TIME_OF("created", HC_Q_NODE_CREATED),
    HC_STATE_NUMBER_OF("allocatable_cpu_cores", HC_Q_NODE_ALLOCATABLE, "cpu", resource),
    HC_STATE_NUMBER_OF(
        "allocatable_memory_bytes", HC_Q_NODE_ALLOCATABLE, "memory", resource),
    HC_STATE_NUMBER_OF("allocatable_pods", HC_Q_NODE_ALLOCATABLE, "pods", resource),
    HC_STATE_TEXT_OF("allocatable_other", HC_Q_NODE_ALLOCATABLE, NULL, other_resources),
    HC_STATE_NUMBER_OF("capacity_cpu_cores", HC_Q_NODE_CAPACITY, "cpu", resource),
    HC_STATE_NUMBER_OF("capacity_memory_bytes", HC_Q_NODE_CAPACITY, "memory", resource),
    HC_STATE_NUMBER_OF("capacity_pods", HC_Q_NODE_CAPACITY, "pods", resource),
    HC_STATE_FLAG_OF("unschedulable", HC_Q_NODE_UNSCHEDULABLE),
    HC_STATE_TEXT_OF("zone", HC_Q_NODE_LABELS, "label_topology_kubernetes_io_zone", zone),
    HC_STATE_TEXT_OF("instance_type", HC_Q_NODE_LABELS,
        "label_node_kubernetes_io_instance_type", instance_type),
    HC_STATE_LABEL_OF("internal_ip", HC_Q_NODE, "internal_ip"),
    HC_STATE_TEXT_OF("labels", HC_Q_NODE_LABELS, NULL, labels),
    HC_STATE_TEXT_OF("taints", HC_Q_NODE_TAINTS, NULL, taints),
};

const struct hc_state_table hc_node_states = {
    HC_Q_NODE, columns, HC_COUNT(columns), NULL};
