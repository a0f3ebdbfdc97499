#include <string.h>

#include "base/mem.h"
#include "replay/fit.h"
#include "replay/tables.h"

/* What scores count for a container that does not say. */
#define UNSAID_CPU 100
#define UNSAID_MEMORY (INT64_C(200) << 20)

/* ---- nodes ---- */

enum node_column {
    NODE_NAME,
    NODE_CPU_MILLI,
    NODE_CPU_CORES,
    NODE_MEMORY_MIB,
    NODE_MEMORY_BYTES,
    NODE_GPU,
    NODE_MODEL,
    NODE_PODS,
    NODE_COLUMNS
};

static const struct hc_sheet_column node_columns[NODE_COLUMNS] = {
    [NODE_NAME] = {{"name", "sn", "node"}, true},
    [NODE_CPU_MILLI] = {{"cpu_milli"}, false},
    [NODE_CPU_CORES] = {{"cpu_cores", "allocatable_cpu_cores"}, false},
    [NODE_MEMORY_MIB] = {{"memory_mib"}, false},
    [NODE_MEMORY_BYTES] = {{"memory_bytes", "allocatable_memory_bytes"}, false},
    [NODE_GPU] = {{"gpu", "num_gpu", "gpus"}, false},
    [NODE_MODEL] = {{"model", "gpu_model"}, false},
    [NODE_PODS] = {{"pods", "allocatable_pods"}, false},
};

/* Of two columns in different units, the one that is there. */
static enum hc_status read_either(const struct hc_sheet *t, size_t coarse,
    int64_t coarse_scale, size_t fine, int64_t fine_scale, int64_t fallback, int64_t *ret,
    struct hc_error *err)
{
    if (hc_sheet_has(t, coarse))
        return hc_sheet_int(t, coarse, coarse_scale, fallback, ret, err);
    return hc_sheet_int(t, fine, fine_scale, fallback, ret, err);
}

static enum hc_status read_gpus(const struct hc_sheet *t, struct hc_trace *trace,
    struct hc_replay_node *node, struct hc_error *err)
{
    const char *model;
    size_t len = 0, at;
    int64_t gpus;

    HC_TRY(hc_sheet_int(t, NODE_GPU, 1, 0, &gpus, err));
    if (gpus > HC_GPUS_MAX)
        return hc_sheet_fail(t, NODE_GPU, "are more GPUs than a node may have, 16", err);
    model = hc_sheet_text(t, NODE_MODEL, &len);
    HC_TRY(hc_name_index_add(&trace->models, model ? model : "", model ? len : 0, &at));
    node->gpus = (uint32_t)gpus;
    node->model = (uint32_t)at;
    return HC_OK;
}

static enum hc_status read_node(
    const struct hc_sheet *t, struct hc_trace *trace, struct hc_error *err)
{
    struct hc_replay_node *node;
    size_t len = 0, at;
    const char *name = hc_sheet_text(t, NODE_NAME, &len);

    if (!name || !len)
        return hc_sheet_fail(t, NODE_NAME, "but a name is needed", err);
    HC_TRY(hc_name_index_add(&trace->node_names, name, len, &at));
    if (at < trace->n_nodes)
        return hc_sheet_fail(t, NODE_NAME, "is there twice", err);
    HC_TRY(hc_trace_add_node(trace, &node));
    HC_TRY(read_either(t, NODE_CPU_CORES, 1000, NODE_CPU_MILLI, 1, 0, &node->cpu, err));
    HC_TRY(read_either(t, NODE_MEMORY_MIB, INT64_C(1) << 20, NODE_MEMORY_BYTES, 1, 0,
        &node->memory, err));
    HC_TRY(hc_sheet_int(t, NODE_PODS, 1, HC_PODS_UNSAID, &node->pods, err));
    return read_gpus(t, trace, node, err);
}

static enum hc_status read_nodes(struct hc_duck *duck, const struct hc_tables_request *r,
    struct hc_trace *trace, struct hc_error *err)
{
    HC_CLEANUP(hc_sheet_clear) struct hc_sheet t = {0};
    bool more;

    HC_TRY(hc_sheet_open(duck, r->nodes, node_columns, NODE_COLUMNS, r->maps, &t, err));
    if (!hc_sheet_has(&t, NODE_CPU_MILLI) && !hc_sheet_has(&t, NODE_CPU_CORES))
        return hc_fail(err, HC_INPUT,
            "'%s' has neither column 'cpu_milli' nor 'cpu_cores'", r->nodes);
    for (;;) {
        HC_TRY(hc_sheet_next(&t, &more, err));
        if (!more)
            break;
        HC_TRY(read_node(&t, trace, err));
    }
    return trace->n_nodes
               ? HC_OK
               : hc_fail(err, HC_NO_DATA, "not enough data: '%s' has no node", r->nodes);
}

/* ---- pods ---- */

enum pod_column {
    POD_NAME,
    POD_CPU_MILLI,
    POD_CPU_CORES,
    POD_MEMORY_MIB,
    POD_MEMORY_BYTES,
    POD_CPU_LIMIT,
    POD_MEMORY_LIMIT,
    POD_NUM_GPU,
    POD_GPU_MILLI,
    POD_GPU_SPEC,
    POD_NODE,
    POD_CREATED,
    POD_DELETED,
    POD_COLUMNS
};

static const struct hc_sheet_column pod_columns[POD_COLUMNS] = {
    [POD_NAME] = {{"name", "pod"}, true},
    [POD_CPU_MILLI] = {{"cpu_milli"}, false},
    [POD_CPU_CORES] = {{"cpu_cores", "cpu_request_cores"}, false},
    [POD_MEMORY_MIB] = {{"memory_mib"}, false},
    [POD_MEMORY_BYTES] = {{"memory_bytes", "memory_request_bytes"}, false},
    [POD_CPU_LIMIT] = {{"cpu_limit_cores"}, false},
    [POD_MEMORY_LIMIT] = {{"memory_limit_bytes"}, false},
    [POD_NUM_GPU] = {{"num_gpu"}, false},
    [POD_GPU_MILLI] = {{"gpu_milli"}, false},
    [POD_GPU_SPEC] = {{"gpu_spec"}, false},
    [POD_NODE] = {{"node"}, false},
    [POD_CREATED] = {{"creation_time", "created"}, false},
    [POD_DELETED] = {{"deletion_time", "deleted"}, false},
};

static bool accepts(const char *spec, const struct hc_indexed_name *model)
{
    while (spec) {
        const char *bar = strchr(spec, '|');
        size_t len = bar ? (size_t)(bar - spec) : strlen(spec);

        if (len == model->len && !memcmp(spec, model->name, len))
            return true;
        spec = bar ? bar + 1 : NULL;
    }
    return false;
}

/* The rules of a spec: number in `specs` and in `rules` are the same here. */
static enum hc_status add_spec(
    struct hc_trace *trace, const char *text, size_t len, uint32_t *ret)
{
    size_t at;
    uint32_t rules;
    uint8_t *bars;

    HC_TRY(hc_name_index_add(&trace->specs, text, len, &at));
    *ret = (uint32_t)at;
    if (at < trace->n_rules)
        return HC_OK;
    HC_TRY(hc_trace_add_rules(trace, &rules));
    assert(rules == at);
    if (!len)
        return HC_OK;
    bars = hc_calloc(trace->n_nodes, sizeof(*bars));
    if (!bars)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < trace->n_nodes; i++)
        if (!accepts(
                trace->specs.names[at].name, &trace->models.names[trace->nodes[i].model]))
            bars[i] = HC_BAR_MODEL;
    trace->rules[rules].bars = bars;
    return HC_OK;
}

static enum hc_status read_shape_gpus(const struct hc_sheet *t, struct hc_trace *trace,
    struct hc_shape *shape, struct hc_error *err)
{
    int64_t gpus, milli;
    size_t len = 0;
    const char *spec = hc_sheet_text(t, POD_GPU_SPEC, &len);

    HC_TRY(hc_sheet_int(t, POD_NUM_GPU, 1, 0, &gpus, err));
    HC_TRY(hc_sheet_int(t, POD_GPU_MILLI, 1, HC_GPU_WHOLE, &milli, err));
    if (milli > HC_GPU_WHOLE)
        return hc_sheet_fail(t, POD_GPU_MILLI, "is over 1000, a whole GPU", err);
    if (gpus > INT32_MAX)
        return hc_sheet_fail(t, POD_NUM_GPU, "is too large", err);
    if (!gpus || !milli)
        return HC_OK;
    shape->gpus = (uint32_t)gpus;
    shape->gpu_milli = (uint32_t)milli;
    HC_TRY(add_spec(trace, spec ? spec : "", spec ? len : 0, &shape->spec));
    shape->rules = shape->spec;
    return HC_OK;
}

static enum hc_status read_requests(
    const struct hc_sheet *t, struct hc_shape *shape, struct hc_error *err)
{
    HC_TRY(read_either(
        t, POD_CPU_CORES, 1000, POD_CPU_MILLI, 1, -1, &shape->scored_cpu, err));
    HC_TRY(read_either(t, POD_MEMORY_MIB, INT64_C(1) << 20, POD_MEMORY_BYTES, 1, -1,
        &shape->scored_memory, err));
    HC_TRY(hc_sheet_int(t, POD_CPU_LIMIT, 1000, 0, &shape->limit_cpu, err));
    HC_TRY(hc_sheet_int(t, POD_MEMORY_LIMIT, 1, 0, &shape->limit_memory, err));
    shape->cpu = shape->scored_cpu < 0 ? 0 : shape->scored_cpu;
    shape->memory = shape->scored_memory < 0 ? 0 : shape->scored_memory;
    shape->scored_cpu = shape->scored_cpu < 0 ? UNSAID_CPU : shape->scored_cpu;
    shape->scored_memory =
        shape->scored_memory < 0 ? UNSAID_MEMORY : shape->scored_memory;
    return HC_OK;
}

static void find_node(const struct hc_sheet *t, const struct hc_trace *trace,
    struct hc_replay_pod *pod, struct hc_oddities *odd)
{
    size_t len = 0, at;
    const char *node = hc_sheet_text(t, POD_NODE, &len);

    if (!node || !len)
        return;
    at = hc_name_index_find(&trace->node_names, node, len);
    odd->no_such_node += at == HC_NO_NAME;
    pod->node = at == HC_NO_NAME ? HC_NOWHERE : (uint32_t)at;
}

/* A name that came before is another pod; an order means the first of them. */
static enum hc_status add_name(const struct hc_sheet *t, struct hc_trace *trace,
    struct hc_oddities *odd, const char *name, size_t len)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf other = HC_BUF_INIT;
    size_t at;

    HC_TRY(hc_name_index_add(&trace->pod_names, name, len, &at));
    if (at == trace->n_pods)
        return HC_OK;
    odd->repeated++;
    hc_buf_add(&other, name, len);
    hc_buf_putc(&other, '\0');
    hc_buf_printf(&other, "%llu", (unsigned long long)t->row);
    HC_TRY(hc_buf_check(&other));
    return hc_name_index_add(&trace->pod_names, other.text, other.len, &at);
}

static enum hc_status read_pod(const struct hc_sheet *t, struct hc_trace *trace,
    struct hc_oddities *odd, struct hc_error *err)
{
    struct hc_shape shape = {0};
    struct hc_replay_pod *pod;
    int64_t created, deleted;
    size_t len = 0;
    const char *name = hc_sheet_text(t, POD_NAME, &len);

    if (!name || !len)
        return hc_sheet_fail(t, POD_NAME, "but a name is needed", err);
    HC_TRY(read_requests(t, &shape, err));
    HC_TRY(read_shape_gpus(t, trace, &shape, err));
    HC_TRY(hc_sheet_time(t, POD_CREATED, INT64_MIN, &created, err));
    HC_TRY(hc_sheet_time(t, POD_DELETED, HC_NEVER, &deleted, err));
    if (created != INT64_MIN && deleted < created) {
        odd->left_too_soon++;
        return HC_OK;
    }
    HC_TRY(add_name(t, trace, odd, name, len));
    HC_TRY(hc_trace_add_pod(trace, &pod));
    HC_TRY(hc_trace_add_shape(trace, &shape, &pod->shape));
    pod->arrives_us = created == INT64_MIN ? 0 : created;
    pod->leaves_us = deleted;
    find_node(t, trace, pod, odd);
    return HC_OK;
}

static enum hc_status read_pods(struct hc_duck *duck, const struct hc_tables_request *r,
    struct hc_trace *trace, struct hc_oddities *odd, bool *ret_timed,
    struct hc_error *err)
{
    HC_CLEANUP(hc_sheet_clear) struct hc_sheet t = {0};
    uint32_t any;
    bool more;

    HC_TRY(hc_sheet_open(duck, r->pods, pod_columns, POD_COLUMNS, r->maps, &t, err));
    HC_TRY(add_spec(trace, "", 0, &any));
    for (;;) {
        HC_TRY(hc_sheet_next(&t, &more, err));
        if (!more)
            break;
        HC_TRY(read_pod(&t, trace, odd, err));
    }
    *ret_timed = hc_sheet_has(&t, POD_CREATED);
    return trace->n_pods
               ? HC_OK
               : hc_fail(err, HC_NO_DATA, "not enough data: '%s' has no pod", r->pods);
}

/* ---- events ---- */

static enum hc_status add_events(struct hc_trace *trace)
{
    for (size_t i = 0; i < trace->n_pods; i++) {
        const struct hc_replay_pod *pod = &trace->pods[i];
        struct hc_event event = {
            .time_us = pod->arrives_us, .kind = HC_POD_ARRIVES, .subject = (uint32_t)i};

        HC_TRY(hc_trace_add_event(trace, &event));
        event.kind = HC_POD_LEAVES;
        event.time_us = pod->leaves_us;
        if (pod->leaves_us != HC_NEVER)
            HC_TRY(hc_trace_add_event(trace, &event));
    }
    return HC_OK;
}

enum hc_status hc_tables_read(struct hc_duck *duck, const struct hc_tables_request *files,
    struct hc_trace *trace, struct hc_oddities *odd, struct hc_error *err)
{
    bool timed;

    HC_TRY(read_nodes(duck, files, trace, err));
    HC_TRY(read_pods(duck, files, trace, odd, &timed, err));
    if (files->orders)
        return hc_orders_read(duck, files->orders, files->maps, trace, err);
    trace->timed = timed;
    return timed ? add_events(trace) : HC_OK;
}

void hc_oddities_count_large(const struct hc_trace *trace, struct hc_oddities *odd)
{
    for (size_t i = 0; i < trace->n_pods; i++) {
        const struct hc_shape *shape = &trace->shapes[trace->pods[i].shape];
        size_t node = 0;

        while (node < trace->n_nodes && hc_fit_never(trace, shape, node))
            node++;
        odd->too_large += node == trace->n_nodes;
    }
}
