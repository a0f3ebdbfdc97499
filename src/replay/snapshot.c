#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "replay/snapshot_json.h"

struct reading {
    const char *path;
    bool keep_running;
    struct hc_trace *trace;
    struct hc_oddities *odd;
    struct hc_snapshot_notes *notes;
    json_t *root, *nodes, *pods;
    struct hc_groups groups;
    struct hc_name_index rules; /* keys of the trace's rules but the first */
    struct hc_shape *shapes;    /* [pods] being made */
    size_t n_shapes;
    const char *gpu; /* the resource that is GPUs; NULL: none is */
};

static void clear(struct reading *r)
{
    for (size_t i = 0; i < r->n_shapes; i++)
        hc_shape_clear(&r->shapes[i]);
    hc_free(r->shapes);
    hc_groups_clear(&r->groups);
    hc_name_index_clear(&r->rules);
    json_decref(r->nodes);
    json_decref(r->pods);
    json_decref(r->root);
}

static struct hc_item item_of(const struct reading *r, const char *kind, size_t i)
{
    json_t *list = *kind == 'n' ? r->nodes : r->pods;

    return (struct hc_item){r->path, kind, i, json_array_get(list, i)};
}

/* ---- the document ---- */

static enum hc_status parse(
    struct reading *r, const char *text, size_t len, struct hc_error *err)
{
    json_error_t why;

    r->root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
    if (!r->root)
        return hc_fail(err, HC_INPUT, "cannot read '%s': line %d, column %d: %s", r->path,
            why.line, why.column, why.text);
    r->nodes = json_array();
    r->pods = json_array();
    if (!r->nodes || !r->pods)
        return HC_NO_MEMORY;
    return hc_snapshot_items(r->root, r->path, r->nodes, r->pods, err);
}

static bool has_ended(json_t *pod)
{
    const char *phase = hc_json_text(pod, "status.phase");

    return phase && (!strcmp(phase, "Succeeded") || !strcmp(phase, "Failed"));
}

static void drop_ended(struct reading *r)
{
    for (size_t i = json_array_size(r->pods); i-- > 0;)
        if (has_ended(json_array_get(r->pods, i))) {
            json_array_remove(r->pods, i);
            r->notes->ended++;
        }
}

/* ---- resources ---- */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static enum hc_status name_extended(struct reading *r, struct hc_error *err)
{
    HC_CLEANUP(hc_names_clear) struct hc_names names = {0};
    json_t *pod;
    size_t i;

    json_array_foreach(r->pods, i, pod) HC_TRY(hc_pod_extended(pod, &names));
    if (names.n > HC_EXTENDED_MAX)
        return hc_fail(err, HC_INPUT,
            "'%s': pods ask for %zu kinds of extended resources; at most %d are possible",
            r->path, names.n, HC_EXTENDED_MAX);
    if (names.n)
        qsort(names.items, names.n, sizeof(*names.items), by_text);
    for (i = 0; i < names.n; i++)
        HC_TRY(hc_name_index_add(
            &r->trace->extended, names.items[i], strlen(names.items[i]), NULL));
    return HC_OK;
}

/* ---- nodes ---- */

static enum hc_status read_model(
    struct reading *r, json_t *node, struct hc_replay_node *to)
{
    json_t *label =
        json_object_get(hc_json_at(node, "metadata.labels"), "nvidia.com/gpu.product");
    const char *model = json_is_string(label) ? json_string_value(label) : "";
    size_t at;

    HC_TRY(hc_name_index_add(&r->trace->models, model, strlen(model), &at));
    to->model = (uint32_t)at;
    return HC_OK;
}

static enum hc_status read_node(struct reading *r, size_t i, struct hc_error *err)
{
    struct hc_item item = item_of(r, "nodes", i);
    const char *name = hc_json_text(item.json, "metadata.name");
    struct hc_replay_node *node;
    size_t at;

    if (!name)
        return hc_item_fail(&item, "metadata.name", "is needed", err);
    HC_TRY(hc_name_index_add(&r->trace->node_names, name, strlen(name), &at));
    if (at < i)
        return hc_item_fail(&item, "metadata.name", "is there twice", err);
    HC_TRY(hc_trace_add_node(r->trace, &node));
    HC_TRY(hc_node_allocatable(&item, r->trace, node, err));
    return read_model(r, item.json, node);
}

/* The extended resource that is whole GPUs, if no node has too many of it. */
static void find_gpus(struct reading *r)
{
    static const char *const names[] = {"nvidia.com/gpu", "amd.com/gpu"};
    struct hc_trace *trace = r->trace;

    for (size_t k = 0; k < HC_COUNT(names) && !r->gpu; k++) {
        size_t e = hc_name_index_find(&trace->extended, names[k], strlen(names[k]));
        bool few = e != HC_NO_NAME;

        for (size_t i = 0; few && i < trace->n_nodes; i++)
            few = trace->nodes[i].extended[e] <= HC_GPUS_MAX;
        for (size_t i = 0; few && i < trace->n_nodes; i++)
            trace->nodes[i].gpus = (uint32_t)trace->nodes[i].extended[e];
        r->gpu = few ? names[k] : NULL;
    }
}

static enum hc_status read_nodes(struct reading *r, struct hc_error *err)
{
    size_t n = json_array_size(r->nodes);

    if (!n)
        return hc_fail(err, HC_NO_DATA, "not enough data: '%s' has no node", r->path);
    for (size_t i = 0; i < n; i++)
        HC_TRY(read_node(r, i, err));
    find_gpus(r);
    return HC_OK;
}

/* ---- pods ---- */

/* Rules are told apart by what they hang on; the first is that of pods that stay. */
static enum hc_status find_rules(
    struct reading *r, const struct hc_item *pod, uint32_t *ret, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf key = HC_BUF_INIT;
    size_t at, before = r->rules.n;

    HC_TRY(hc_pod_rules_key(pod->json, &key));
    HC_TRY(hc_name_index_add(&r->rules, key.text, key.len, &at));
    *ret = (uint32_t)at + 1;
    if (at < before)
        return HC_OK;
    HC_TRY(hc_trace_add_rules(r->trace, ret));
    return hc_pod_rules(pod, r->nodes, &r->trace->rules[*ret], err);
}

static void set_gpus(const struct reading *r, struct hc_shape *shape)
{
    size_t e = r->gpu ? hc_name_index_find(&r->trace->extended, r->gpu, strlen(r->gpu))
                      : HC_NO_NAME;

    if (e == HC_NO_NAME || !shape->extended[e])
        return;
    shape->gpus = shape->extended[e] < HC_GPUS_MAX + 1 ? (uint32_t)shape->extended[e]
                                                       : HC_GPUS_MAX + 1;
    shape->gpu_milli = HC_GPU_WHOLE;
}

/* It is made for its node: a DaemonSet's, or the kubelet's own. */
static bool belongs_to_node(json_t *pod)
{
    const char *kind;
    json_t *owner;
    size_t i;

    json_array_foreach(hc_json_at(pod, "metadata.ownerReferences"), i, owner)
    {
        kind = hc_json_text(owner, "kind");
        if (kind && (!strcmp(kind, "DaemonSet") || !strcmp(kind, "Node")))
            return true;
    }
    return json_object_get(hc_json_at(pod, "metadata.annotations"),
               "kubernetes.io/config.mirror") != NULL;
}

static void note(struct hc_snapshot_notes *notes, json_t *pod)
{
    json_t *container, *port;
    bool ports = false;
    size_t i, k;

    json_array_foreach(hc_json_at(pod, "spec.containers"), i, container)
    {
        json_array_foreach(json_object_get(container, "ports"), k, port) ports |=
            json_integer_value(json_object_get(port, "hostPort")) > 0;
    }
    notes->ports += ports;
    notes->pod_affinity += hc_json_at(pod, "spec.affinity.podAffinity") ||
                           hc_json_at(pod, "spec.affinity.podAntiAffinity");
    notes->priorities += json_integer_value(hc_json_at(pod, "spec.priority")) > 0;
}

/* A name is "namespace/name", or the name alone. */
static enum hc_status add_name(
    struct reading *r, const struct hc_item *item, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf key = HC_BUF_INIT;
    const char *namespace = hc_json_text(item->json, "metadata.namespace");
    const char *name = hc_json_text(item->json, "metadata.name");
    size_t at;

    if (!name)
        return hc_item_fail(item, "metadata.name", "is needed", err);
    hc_buf_printf(&key, "%s%s%s", namespace ? namespace : "", namespace ? "/" : "", name);
    HC_TRY(hc_buf_check(&key));
    HC_TRY(hc_name_index_add(&r->trace->pod_names, key.text, key.len, &at));
    if (at < item->index)
        return hc_item_fail(item, "metadata.name", "is there twice", err);
    return HC_OK;
}

static enum hc_status find_place(
    struct reading *r, const struct hc_item *item, struct hc_replay_pod *pod)
{
    const char *node = hc_json_text(item->json, "spec.nodeName");
    size_t at;

    if (!node || !*node)
        return HC_OK;
    at = hc_name_index_find(&r->trace->node_names, node, strlen(node));
    if (at == HC_NO_NAME) {
        r->odd->no_such_node++;
        return HC_OK;
    }
    pod->node = (uint32_t)at;
    pod->pinned = r->keep_running || belongs_to_node(item->json);
    r->notes->kept += pod->pinned;
    return HC_OK;
}

/* All but the groups that it counts in, which come when all are known. */
static enum hc_status read_pod(struct reading *r, size_t i, struct hc_error *err)
{
    struct hc_item item = item_of(r, "pods", i);
    struct hc_shape *shape = &r->shapes[i];
    struct hc_replay_pod *pod;

    HC_TRY(add_name(r, &item, err));
    HC_TRY(hc_trace_add_pod(r->trace, &pod));
    HC_TRY(find_place(r, &item, pod));
    HC_TRY(hc_pod_requests(&item, r->trace, shape, err));
    set_gpus(r, shape);
    if (pod->pinned)
        return HC_OK;
    note(r->notes, item.json);
    HC_TRY(find_rules(r, &item, &shape->rules, err));
    return hc_groups_spreads(&r->groups, &item, shape, err);
}

static enum hc_status read_pods(struct reading *r, struct hc_error *err)
{
    size_t n = json_array_size(r->pods);
    uint32_t none;
    json_t *pod;
    size_t i;

    if (!n)
        return hc_fail(err, HC_NO_DATA, "not enough data: '%s' has no pod", r->path);
    r->shapes = hc_calloc(n, sizeof(*r->shapes));
    if (!r->shapes)
        return HC_NO_MEMORY;
    r->n_shapes = n;
    HC_TRY(hc_name_index_add(&r->trace->specs, "", 0, NULL));
    HC_TRY(hc_trace_add_rules(r->trace, &none));
    json_array_foreach(r->pods, i, pod) HC_TRY(hc_groups_count(&r->groups, pod));
    for (i = 0; i < n; i++)
        HC_TRY(read_pod(r, i, err));
    json_array_foreach(r->pods, i, pod)
    {
        HC_TRY(hc_groups_member(&r->groups, pod, &r->shapes[i]));
        HC_TRY(hc_trace_add_shape(r->trace, &r->shapes[i], &r->trace->pods[i].shape));
    }
    return HC_OK;
}

/* ---- all of it ---- */

/* Those that stay are there before the others come, in the file's order. */
static enum hc_status add_events(struct hc_trace *trace)
{
    for (size_t i = 0; i < trace->n_pods; i++) {
        const struct hc_event event = {.time_us = !trace->pods[i].pinned,
            .kind = HC_POD_ARRIVES,
            .subject = (uint32_t)i};

        HC_TRY(hc_trace_add_event(trace, &event));
    }
    return HC_OK;
}

enum hc_status hc_snapshot_parse(const char *text, size_t len, const char *path,
    bool keep_running, struct hc_trace *trace, struct hc_oddities *odd,
    struct hc_snapshot_notes *notes, struct hc_error *err)
{
    HC_CLEANUP(clear)
    struct reading r = {.path = path,
        .keep_running = keep_running,
        .trace = trace,
        .odd = odd,
        .notes = notes};

    HC_TRY(parse(&r, text, len, err));
    drop_ended(&r);
    HC_TRY(name_extended(&r, err));
    HC_TRY(read_nodes(&r, err));
    HC_TRY(read_pods(&r, err));
    HC_TRY(hc_groups_topologies(&r.groups, r.nodes, trace));
    return add_events(trace);
}

enum hc_status hc_snapshot_read(const char *path, bool keep_running,
    struct hc_trace *trace, struct hc_oddities *odd, struct hc_snapshot_notes *notes,
    struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;

    HC_TRY(hc_snapshot_bytes(path, &text, err));
    return hc_snapshot_parse(
        hc_buf_str(&text), text.len, path, keep_running, trace, odd, notes, err);
}
