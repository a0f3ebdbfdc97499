#include <string.h>

#include "base/mem.h"
#include "replay/collected_inside.h"

/* ---- sheets ---- */

enum hc_status hc_collecting_open(struct hc_collecting *c, enum hc_beside kind,
    const char *order, const struct hc_sheet_column *columns, size_t n_columns,
    struct hc_sheet *ret, struct hc_error *err)
{
    return hc_sheet_open_all(c->duck, hc_beside_names[kind], c->request->files[kind],
        c->request->n_files[kind], order, columns, n_columns, ret, err);
}

enum hc_status hc_collecting_key(
    const struct hc_sheet *sheet, const size_t *columns, size_t n, struct hc_buf *out)
{
    for (size_t i = 0; i < n; i++) {
        size_t len = 0;
        const char *text = hc_sheet_text(sheet, columns[i], &len);

        if (!text || !len)
            continue;
        if (out->len)
            hc_buf_putc(out, '/');
        hc_buf_add(out, text, len);
    }
    return hc_buf_check(out);
}

/* ---- extended resources ---- */

/* Those that pods ask for. */
static enum hc_status name_extended(struct hc_collecting *c, struct hc_error *err)
{
    static const struct hc_sheet_column columns[] = {{{"other_requests"}, false}};
    HC_CLEANUP(hc_sheet_clear) struct hc_sheet sheet = {0};
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;

    HC_TRY(hc_collecting_open(c, HC_BESIDE_PODS, NULL, columns, 1, &sheet, err));
    if (!hc_sheet_has(&sheet, 0))
        return HC_OK;
    hc_sheet_clear(&sheet);
    hc_buf_puts(&sql, "SELECT DISTINCT other_requests FROM ");
    hc_sheet_put_files(
        &sql, c->request->files[HC_BESIDE_PODS], c->request->n_files[HC_BESIDE_PODS]);
    hc_buf_puts(&sql, " WHERE other_requests IS NOT NULL ORDER BY 1");
    HC_TRY(hc_buf_check(&sql));
    HC_TRY(hc_duck_rows(c->duck, sql.text, &rows, err));
    for (size_t i = 0; i < hc_rows_count(rows); i++)
        HC_TRY(hc_collecting_names(c, hc_rows_text(rows, 0, i)));
    if (c->trace->extended.n > HC_EXTENDED_MAX)
        return hc_fail(err, HC_INPUT,
            "pods ask for %zu kinds of other resources; at most %d are possible",
            c->trace->extended.n, HC_EXTENDED_MAX);
    return HC_OK;
}

size_t hc_collecting_gpu(const struct hc_trace *trace)
{
    static const char *const names[] = {"nvidia_com_gpu", "amd_com_gpu"};

    for (size_t k = 0; k < HC_COUNT(names); k++) {
        size_t e = hc_name_index_find(&trace->extended, names[k], strlen(names[k]));
        bool few = e != HC_NO_NAME;

        for (size_t i = 0; few && i < trace->n_nodes; i++)
            few = trace->nodes[i].extended[e] <= HC_GPUS_MAX;
        if (few)
            return e;
    }
    return HC_NO_NAME;
}

/* ---- nodes ---- */

enum column { CLUSTER, NODE, FROM, UNTIL, CPU, MEMORY, PODS, OTHER, COLUMNS };

static const struct hc_sheet_column columns[COLUMNS] = {
    [CLUSTER] = {{"cluster"}, false},
    [NODE] = {{"node"}, true},
    [FROM] = {{"valid_from"}, true},
    [UNTIL] = {{"valid_until"}, true},
    [CPU] = {{"allocatable_cpu_cores"}, false},
    [MEMORY] = {{"allocatable_memory_bytes"}, false},
    [PODS] = {{"allocatable_pods"}, false},
    [OTHER] = {{"allocatable_other"}, false},
};

static void enlarge(int64_t *size, int64_t other)
{
    *size = other > *size ? other : *size;
}

static enum hc_status read_size(struct hc_collecting *c, const struct hc_sheet *sheet,
    struct hc_replay_node *node, struct hc_error *err)
{
    int64_t others[HC_EXTENDED_MAX] = {0}, value;

    HC_TRY(hc_sheet_int(sheet, CPU, 1000, 0, &value, err));
    enlarge(&node->cpu, value);
    HC_TRY(hc_sheet_int(sheet, MEMORY, 1, 0, &value, err));
    enlarge(&node->memory, value);
    HC_TRY(hc_sheet_int(sheet, PODS, 1, HC_PODS_UNSAID, &value, err));
    enlarge(&node->pods, value);
    HC_TRY(hc_collecting_others(c, sheet, OTHER, others, err));
    for (size_t e = 0; e < HC_EXTENDED_MAX; e++)
        enlarge(&node->extended[e], others[e]);
    return HC_OK;
}

static enum hc_status add_node_event(
    struct hc_trace *trace, int64_t time_us, enum hc_event_kind kind, size_t node)
{
    const struct hc_event event = {
        .time_us = time_us, .kind = kind, .subject = (uint32_t)node};

    return hc_trace_add_event(trace, &event);
}

/* A node that comes first, or its next stretch. `until` is where its last one ended. */
static enum hc_status read_node(struct hc_collecting *c, const struct hc_sheet *sheet,
    int64_t *until, struct hc_error *err)
{
    static const size_t key_of[] = {CLUSTER, NODE};
    HC_CLEANUP(hc_buf_clear) struct hc_buf key = HC_BUF_INIT;
    struct hc_trace *trace = c->trace;
    struct hc_replay_node *node;
    size_t at, cluster, len = 0;
    const char *text = hc_sheet_text(sheet, CLUSTER, &len);
    int64_t from, end;

    HC_TRY(hc_collecting_key(sheet, key_of, 2, &key));
    HC_TRY(hc_name_index_add(&trace->node_names, hc_buf_str(&key), key.len, &at));
    HC_TRY(hc_sheet_time(sheet, FROM, 0, &from, err));
    HC_TRY(hc_sheet_time(sheet, UNTIL, 0, &end, err));
    if (at == trace->n_nodes) {
        HC_TRY(hc_trace_add_node(trace, &node));
        HC_TRY(hc_grow(
            &c->cluster_of, &c->cap_cluster, trace->n_nodes, sizeof(*c->cluster_of)));
        HC_TRY(
            hc_name_index_add(&c->clusters, text ? text : "", text ? len : 0, &cluster));
        c->cluster_of[at] = (uint32_t)cluster;
        if (from > trace->start_us)
            HC_TRY(add_node_event(trace, from, HC_NODE_JOINS, at));
    } else if (from > *until) {
        HC_TRY(add_node_event(trace, *until, HC_NODE_LEAVES, at));
        HC_TRY(add_node_event(trace, from, HC_NODE_JOINS, at));
    }
    *until = end;
    return read_size(c, sheet, &trace->nodes[at], err);
}

/* When what is measured begins and ends: with the first and the last of all nodes. */
static enum hc_status find_span(struct hc_collecting *c, struct hc_error *err)
{
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;

    hc_buf_puts(
        &sql, "SELECT epoch_us(min(valid_from)), epoch_us(max(valid_until)) FROM ");
    hc_sheet_put_files(
        &sql, c->request->files[HC_BESIDE_NODES], c->request->n_files[HC_BESIDE_NODES]);
    HC_TRY(hc_buf_check(&sql));
    HC_TRY(hc_duck_rows(c->duck, sql.text, &rows, err));
    c->trace->start_us = hc_rows_int(rows, 0, 0);
    c->trace->end_us = hc_rows_int(rows, 1, 0);
    return HC_OK;
}

static enum hc_status read_nodes(struct hc_collecting *c, struct hc_error *err)
{
    HC_CLEANUP(hc_sheet_clear) struct hc_sheet sheet = {0};
    int64_t until = 0, before = 0;
    bool more;

    HC_TRY(hc_collecting_open(
        c, HC_BESIDE_NODES, "1 NULLS FIRST, 2, 3", columns, COLUMNS, &sheet, err));
    for (size_t n = 0;; n = c->trace->n_nodes) {
        HC_TRY(hc_sheet_next(&sheet, &more, err));
        before = until;
        if (more)
            HC_TRY(read_node(c, &sheet, &until, err));
        if (n && (!more || c->trace->n_nodes > n) && before < c->trace->end_us)
            HC_TRY(add_node_event(c->trace, before, HC_NODE_LEAVES, n - 1));
        if (!more)
            break;
    }
    return c->trace->n_nodes ? HC_OK
                             : hc_fail(err, HC_NO_DATA, "not enough data: %s has no node",
                                   hc_beside_names[HC_BESIDE_NODES]);
}

/* ---- clusters ---- */

/* Rules 0 bar nothing; 1 + k bar the nodes of other clusters than k. */
static enum hc_status add_rules(struct hc_collecting *c)
{
    struct hc_trace *trace = c->trace;
    uint32_t at;

    HC_TRY(hc_name_index_add(&trace->specs, "", 0, NULL));
    HC_TRY(hc_name_index_add(&trace->models, "", 0, NULL));
    HC_TRY(hc_trace_add_rules(trace, &at));
    for (size_t k = 0; c->clusters.n > 1 && k < c->clusters.n; k++) {
        uint8_t *bars;

        HC_TRY(hc_trace_add_rules(trace, &at));
        bars = trace->rules[at].bars = hc_calloc(trace->n_nodes, 1);
        if (!bars)
            return HC_NO_MEMORY;
        for (size_t i = 0; i < trace->n_nodes; i++)
            bars[i] = c->cluster_of[i] == k ? 0 : HC_BAR_AFFINITY;
    }
    return HC_OK;
}

/* ---- all of it ---- */

static void clear(struct hc_collecting *c)
{
    hc_name_index_clear(&c->clusters);
    hc_name_index_clear(&c->names);
    hc_free(c->first_pod);
    hc_free(c->cluster_of);
}

enum hc_status hc_collected_read(struct hc_duck *duck,
    const struct hc_collected_request *request, struct hc_trace *trace,
    struct hc_oddities *odd, struct hc_snapshot_notes *notes, struct hc_error *err)
{
    HC_CLEANUP(clear)
    struct hc_collecting c = {
        .duck = duck, .request = request, .trace = trace, .odd = odd, .notes = notes};
    size_t gpu;

    for (int kind = HC_BESIDE_NODES; kind <= HC_BESIDE_PODS; kind++)
        if (!request->n_files[kind])
            return hc_fail(err, HC_INPUT, "the data set has no %s: nothing to replay",
                hc_beside_names[kind]);
    trace->timed = true;
    HC_TRY(find_span(&c, err));
    HC_TRY(name_extended(&c, err));
    HC_TRY(read_nodes(&c, err));
    gpu = hc_collecting_gpu(trace);
    for (size_t i = 0; gpu != HC_NO_NAME && i < trace->n_nodes; i++)
        trace->nodes[i].gpus = (uint32_t)trace->nodes[i].extended[gpu];
    HC_TRY(add_rules(&c));
    HC_TRY(hc_collecting_pods(&c, err));
    return hc_collecting_usage(&c, err);
}
