#include <string.h>

#include "base/mem.h"
#include "replay/collected_inside.h"

#define UNSAID_CPU 100
#define UNSAID_MEMORY (INT64_C(200) << 20)

enum column {
    CLUSTER,
    NAMESPACE,
    POD,
    FROM,
    UNTIL,
    UID,
    NODE,
    OWNER_KIND,
    PHASE,
    CREATED,
    CPU,
    MEMORY,
    CPU_LIMIT,
    MEMORY_LIMIT,
    OTHER,
    COLUMNS
};

static const struct hc_sheet_column columns[COLUMNS] = {
    [CLUSTER] = {{"cluster"}, false},
    [NAMESPACE] = {{"namespace"}, true},
    [POD] = {{"pod"}, true},
    [FROM] = {{"valid_from"}, true},
    [UNTIL] = {{"valid_until"}, true},
    [UID] = {{"uid"}, false},
    [NODE] = {{"node"}, true},
    [OWNER_KIND] = {{"owner_kind"}, false},
    [PHASE] = {{"phase"}, false},
    [CREATED] = {{"created"}, false},
    [CPU] = {{"cpu_request_cores"}, false},
    [MEMORY] = {{"memory_request_bytes"}, false},
    [CPU_LIMIT] = {{"cpu_limit_cores"}, false},
    [MEMORY_LIMIT] = {{"memory_limit_bytes"}, false},
    [OTHER] = {{"other_requests"}, false},
};

/* The pod whose stretches are being read. */
struct current {
    bool any;
    struct hc_buf key; /* cluster, namespace, pod, uid */
    uint32_t pod, shape;
    int64_t until;
};

static bool is_text(const struct hc_sheet *sheet, size_t column, const char *text)
{
    size_t len = 0;
    const char *value = hc_sheet_text(sheet, column, &len);

    return value && len == strlen(text) && !memcmp(value, text, len);
}

/* ---- what it asks for ---- */

static enum hc_status read_shape(struct hc_collecting *c, const struct hc_sheet *sheet,
    struct hc_shape *shape, struct hc_error *err)
{
    size_t gpu = hc_collecting_gpu(c->trace), len = 0, at;
    const char *cluster = hc_sheet_text(sheet, CLUSTER, &len);
    int64_t cpu, memory;

    HC_TRY(hc_sheet_int(sheet, CPU, 1000, -1, &cpu, err));
    HC_TRY(hc_sheet_int(sheet, MEMORY, 1, -1, &memory, err));
    HC_TRY(hc_sheet_int(sheet, CPU_LIMIT, 1000, 0, &shape->limit_cpu, err));
    HC_TRY(hc_sheet_int(sheet, MEMORY_LIMIT, 1, 0, &shape->limit_memory, err));
    HC_TRY(hc_collecting_others(c, sheet, OTHER, shape->extended, err));
    shape->cpu = cpu < 0 ? 0 : cpu;
    shape->memory = memory < 0 ? 0 : memory;
    shape->scored_cpu = cpu < 0 ? UNSAID_CPU : cpu;
    shape->scored_memory = memory < 0 ? UNSAID_MEMORY : memory;
    for (size_t e = 0; e < c->trace->extended.n; e++)
        shape->any_extended |= shape->extended[e] > 0;
    if (gpu != HC_NO_NAME && shape->extended[gpu]) {
        shape->gpus = shape->extended[gpu] > HC_GPUS_MAX ? HC_GPUS_MAX + 1
                                                         : (uint32_t)shape->extended[gpu];
        shape->gpu_milli = HC_GPU_WHOLE;
    }
    at = hc_name_index_find(&c->clusters, cluster ? cluster : "", cluster ? len : 0);
    if (c->clusters.n > 1 && at != HC_NO_NAME)
        shape->rules = (uint32_t)at + 1;
    return HC_OK;
}

/* ---- a pod ---- */

static void find_node(
    struct hc_collecting *c, const struct hc_sheet *sheet, struct hc_replay_pod *pod)
{
    static const size_t key_of[] = {CLUSTER, NODE};
    HC_CLEANUP(hc_buf_clear) struct hc_buf key = HC_BUF_INIT;
    size_t len = 0, at;
    const char *node = hc_sheet_text(sheet, NODE, &len);

    if (!node || !len || pod->node != HC_NOWHERE ||
        hc_collecting_key(sheet, key_of, 2, &key))
        return;
    at = hc_name_index_find(&c->trace->node_names, key.text, key.len);
    c->odd->no_such_node += at == HC_NO_NAME;
    if (at == HC_NO_NAME)
        return;
    pod->node = (uint32_t)at;
    pod->pinned =
        is_text(sheet, OWNER_KIND, "DaemonSet") || is_text(sheet, OWNER_KIND, "Node");
    c->notes->kept += pod->pinned;
}

/* Its pods follow one another, in time. */
static enum hc_status add_name(
    struct hc_collecting *c, const struct hc_sheet *sheet, size_t pod)
{
    static const size_t key_of[] = {CLUSTER, NAMESPACE, POD};
    HC_CLEANUP(hc_buf_clear) struct hc_buf key = HC_BUF_INIT;
    size_t at, before = c->names.n;

    HC_TRY(hc_collecting_key(sheet, key_of, 3, &key));
    HC_TRY(hc_name_index_add(&c->names, key.text, key.len, &at));
    HC_TRY(hc_grow(&c->first_pod, &c->cap_first, before + 1, sizeof(*c->first_pod)));
    if (at == before)
        c->first_pod[at] = pod;
    return HC_OK;
}

static enum hc_status add_event(struct hc_trace *trace, int64_t time_us,
    enum hc_event_kind kind, uint32_t pod, uint32_t shape)
{
    const struct hc_event event = {
        .time_us = time_us, .kind = kind, .subject = pod, .shape = shape};

    return hc_trace_add_event(trace, &event);
}

static enum hc_status begin_pod(struct hc_collecting *c, const struct hc_sheet *sheet,
    struct current *now, int64_t from, struct hc_error *err)
{
    struct hc_shape shape = {0};
    struct hc_replay_pod *pod;
    int64_t created;

    HC_TRY(read_shape(c, sheet, &shape, err));
    HC_TRY(hc_sheet_time(sheet, CREATED, from, &created, err));
    HC_TRY(hc_trace_add_pod(c->trace, &pod));
    HC_TRY(hc_trace_add_shape(c->trace, &shape, &pod->shape));
    pod->arrives_us = created < from ? created : from;
    find_node(c, sheet, pod);
    *now = (struct current){.any = true,
        .key = now->key,
        .pod = (uint32_t)c->trace->n_pods - 1,
        .shape = pod->shape};
    HC_TRY(hc_name_index_add(&c->trace->pod_names, now->key.text, now->key.len, NULL));
    HC_TRY(add_name(c, sheet, now->pod));
    return add_event(c->trace, pod->arrives_us, HC_POD_ARRIVES, now->pod, 0);
}

/* Another stretch of the same pod; other requests resize it. */
static enum hc_status go_on(struct hc_collecting *c, const struct hc_sheet *sheet,
    struct current *now, int64_t from, struct hc_error *err)
{
    struct hc_shape shape = {0};
    uint32_t number;

    find_node(c, sheet, &c->trace->pods[now->pod]);
    HC_TRY(read_shape(c, sheet, &shape, err));
    HC_TRY(hc_trace_add_shape(c->trace, &shape, &number));
    if (number == now->shape)
        return HC_OK;
    now->shape = number;
    return add_event(c->trace, from, HC_POD_RESIZES, now->pod, number);
}

static enum hc_status end_pod(struct hc_collecting *c, const struct current *now)
{
    if (!now->any)
        return HC_OK;
    if (now->until >= c->trace->end_us)
        return HC_OK;
    c->trace->pods[now->pod].leaves_us = now->until;
    return add_event(c->trace, now->until, HC_POD_LEAVES, now->pod, 0);
}

/* ---- stretches ---- */

/* Its name, and behind a NUL its uid: who prints the name does not see that. */
static enum hc_status identity_of(const struct hc_sheet *sheet, struct hc_buf *out)
{
    static const size_t key_of[] = {CLUSTER, NAMESPACE, POD};
    size_t len = 0;
    const char *uid = hc_sheet_text(sheet, UID, &len);

    HC_TRY(hc_collecting_key(sheet, key_of, HC_COUNT(key_of), out));
    hc_buf_putc(out, '\0');
    if (uid)
        hc_buf_add(out, uid, len);
    return hc_buf_check(out);
}

static enum hc_status read_row(struct hc_collecting *c, const struct hc_sheet *sheet,
    struct current *now, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf key = HC_BUF_INIT;
    int64_t from, until;
    bool same;

    HC_TRY(identity_of(sheet, &key));
    HC_TRY(hc_sheet_time(sheet, FROM, 0, &from, err));
    HC_TRY(hc_sheet_time(sheet, UNTIL, 0, &until, err));
    same =
        now->any && key.len == now->key.len && !memcmp(key.text, now->key.text, key.len);
    if (is_text(sheet, PHASE, "Succeeded") || is_text(sheet, PHASE, "Failed")) {
        c->notes->ended += !same;
        return HC_OK;
    }
    if (until <= from) {
        c->odd->left_too_soon++;
        return HC_OK;
    }
    if (same) {
        HC_TRY(go_on(c, sheet, now, from, err));
    } else {
        HC_TRY(end_pod(c, now));
        hc_buf_clear(&now->key);
        now->key = key;
        key = (struct hc_buf)HC_BUF_INIT;
        HC_TRY(begin_pod(c, sheet, now, from, err));
    }
    now->until = until;
    return HC_OK;
}

static void clear_current(struct current *now)
{
    hc_buf_clear(&now->key);
}

enum hc_status hc_collecting_pods(struct hc_collecting *c, struct hc_error *err)
{
    HC_CLEANUP(hc_sheet_clear) struct hc_sheet sheet = {0};
    HC_CLEANUP(clear_current) struct current now = {0};
    bool more;

    HC_TRY(hc_collecting_open(c, HC_BESIDE_PODS, "1 NULLS FIRST, 2 NULLS FIRST, 3, 4",
        columns, COLUMNS, &sheet, err));
    for (;;) {
        HC_TRY(hc_sheet_next(&sheet, &more, err));
        if (!more)
            break;
        HC_TRY(read_row(c, &sheet, &now, err));
    }
    HC_TRY(end_pod(c, &now));
    return c->trace->n_pods ? HC_OK
                            : hc_fail(err, HC_NO_DATA, "not enough data: %s has no pod",
                                  hc_beside_names[HC_BESIDE_PODS]);
}
