#include "cli/synth_pods.h"

#include <math.h>
#include <string.h>

#include "cli/interrupt.h"
#include "duck/source.h"

static const struct hc_source_column node_columns[] = {
    {"cluster", HC_SOURCE_TEXT},
    {"node", HC_SOURCE_TEXT},
    {"created", HC_SOURCE_TIME},
    {"allocatable_cpu_cores", HC_SOURCE_DOUBLE},
    {"allocatable_memory_bytes", HC_SOURCE_DOUBLE},
    {"allocatable_pods", HC_SOURCE_DOUBLE},
    {"allocatable_other", HC_SOURCE_TEXT},
    {"capacity_cpu_cores", HC_SOURCE_DOUBLE},
    {"capacity_memory_bytes", HC_SOURCE_DOUBLE},
    {"capacity_pods", HC_SOURCE_DOUBLE},
    {"unschedulable", HC_SOURCE_INT64},
    {"zone", HC_SOURCE_TEXT},
    {"instance_type", HC_SOURCE_TEXT},
    {"internal_ip", HC_SOURCE_TEXT},
    {"labels", HC_SOURCE_TEXT},
    {"taints", HC_SOURCE_TEXT},
    {"valid_from", HC_SOURCE_TIME},
    {"valid_until", HC_SOURCE_TIME},
};

static const struct hc_source_column pod_columns[] = {
    {"cluster", HC_SOURCE_TEXT},
    {"namespace", HC_SOURCE_TEXT},
    {"pod", HC_SOURCE_TEXT},
    {"uid", HC_SOURCE_TEXT},
    {"owner_kind", HC_SOURCE_TEXT},
    {"owner_name", HC_SOURCE_TEXT},
    {"node", HC_SOURCE_TEXT},
    {"phase", HC_SOURCE_TEXT},
    {"created", HC_SOURCE_TIME},
    {"started", HC_SOURCE_TIME},
    {"finished", HC_SOURCE_TIME},
    {"cpu_request_cores", HC_SOURCE_DOUBLE},
    {"memory_request_bytes", HC_SOURCE_DOUBLE},
    {"cpu_limit_cores", HC_SOURCE_DOUBLE},
    {"memory_limit_bytes", HC_SOURCE_DOUBLE},
    {"other_requests", HC_SOURCE_TEXT},
    {"priority_class", HC_SOURCE_TEXT},
    {"qos_class", HC_SOURCE_TEXT},
    {"valid_from", HC_SOURCE_TIME},
    {"valid_until", HC_SOURCE_TIME},
};

static const struct hc_source_column usage_columns[] = {
    {"timestamp", HC_SOURCE_TIME},
    {"cluster", HC_SOURCE_TEXT},
    {"namespace", HC_SOURCE_TEXT},
    {"pod", HC_SOURCE_TEXT},
    {"uid", HC_SOURCE_TEXT},
    {"node", HC_SOURCE_TEXT},
    {"cpu_usage_cores", HC_SOURCE_DOUBLE},
    {"memory_working_set_bytes", HC_SOURCE_DOUBLE},
    {"cpu_throttled_share", HC_SOURCE_DOUBLE},
    {"oom_kills", HC_SOURCE_DOUBLE},
    {"restarts", HC_SOURCE_DOUBLE},
};

struct stream {
    const struct hc_synth_pods_request *request;
    struct hc_synth_walk walk;
    struct hc_synth_use use;
    int64_t rows;
};

/* The cells of a row are put from left to right. */
struct cells {
    struct hc_source_rows *rows;
    size_t row, column;
};

static void put_text(struct cells *to, const char *text)
{
    if (text)
        hc_source_set_text(to->rows, to->column, to->row, text, strlen(text));
    else
        hc_source_set_null(to->rows, to->column, to->row);
    to->column++;
}

static void put_number(struct cells *to, double value)
{
    ((double *)to->rows->data[to->column])[to->row] = value;
    if (isnan(value))
        hc_source_set_null(to->rows, to->column, to->row);
    to->column++;
}

/* A time, or a flag. INT64_MIN: none. */
static void put_int(struct cells *to, int64_t value)
{
    ((int64_t *)to->rows->data[to->column])[to->row] = value;
    if (value == INT64_MIN)
        hc_source_set_null(to->rows, to->column, to->row);
    to->column++;
}

/* ---- rows: each puts the next one; false: there is none ---- */

static enum hc_status put_node(struct stream *s, struct cells *to, bool *ret_any)
{
    struct hc_synth_node_row row;

    *ret_any = hc_synth_next_node(s->request->plan, &s->walk, &row);
    if (!*ret_any)
        return HC_OK;
    put_text(to, NULL);
    put_text(to, row.node);
    put_int(to, row.created_us);
    put_number(to, row.allocatable_cpu);
    put_number(to, row.allocatable_memory);
    put_number(to, row.allocatable_pods);
    put_text(to, NULL);
    put_number(to, row.capacity_cpu);
    put_number(to, row.capacity_memory);
    put_number(to, row.allocatable_pods);
    put_int(to, row.unschedulable);
    put_text(to, row.zone);
    put_text(to, row.instance_type);
    put_text(to, row.internal_ip);
    put_text(to, row.labels);
    put_text(to, NULL);
    put_int(to, row.from_us);
    put_int(to, row.until_us);
    return HC_OK;
}

static enum hc_status put_pod(struct stream *s, struct cells *to, bool *ret_any)
{
    struct hc_synth_pod_row row;

    *ret_any = hc_synth_next_pod(s->request->plan, &s->walk, &row);
    if (!*ret_any)
        return HC_OK;
    put_text(to, NULL);
    put_text(to, row.namespace);
    put_text(to, row.pod);
    put_text(to, row.uid);
    put_text(to, row.owner_kind);
    put_text(to, row.owner_name);
    put_text(to, row.node);
    put_text(to, row.phase);
    put_int(to, row.created_us);
    put_int(to, row.created_us);
    put_int(to, row.finished_us);
    put_number(to, row.cpu_request);
    put_number(to, row.memory_request);
    put_number(to, row.cpu_limit);
    put_number(to, row.memory_limit);
    put_text(to, NULL);
    put_text(to, NULL);
    put_text(to, row.qos_class);
    put_int(to, row.from_us);
    put_int(to, row.until_us);
    return HC_OK;
}

static enum hc_status put_use(struct stream *s, struct cells *to, bool *ret_any)
{
    struct hc_synth_use_row row;

    HC_TRY(hc_synth_next_use(s->request->plan, &s->use, &row, ret_any));
    if (!*ret_any)
        return HC_OK;
    put_int(to, row.time_us);
    put_text(to, NULL);
    put_text(to, row.namespace);
    put_text(to, row.pod);
    put_text(to, row.uid);
    put_text(to, row.node);
    put_number(to, row.cpu_cores);
    put_number(to, row.memory_bytes);
    put_number(to, row.throttled_share);
    put_number(to, row.kills);
    put_number(to, row.kills);
    return HC_OK;
}

/* By enum hc_synth_pods_file. */
static const struct {
    const struct hc_source_column *columns;
    size_t n;
    enum hc_status (*put)(struct stream *s, struct cells *to, bool *ret_any);
} files[] = {
    [HC_SYNTH_NODES] = {node_columns, HC_COUNT(node_columns), put_node},
    [HC_SYNTH_PODS] = {pod_columns, HC_COUNT(pod_columns), put_pod},
    [HC_SYNTH_USAGE] = {usage_columns, HC_COUNT(usage_columns), put_use},
};

static enum hc_status fill(void *context, size_t partition, struct hc_source_rows *rows,
    size_t *ret_rows, struct hc_error *err)
{
    struct stream *s = context;
    bool any = true;
    size_t n = 0;

    (void)partition;
    *ret_rows = 0;
    if (hc_interrupt_requested() || atomic_load(s->request->failed))
        return hc_fail(err, HC_INTERRUPTED, "interrupted");
    while (any && n < rows->cap) {
        struct cells to = {rows, n, 0};

        if (files[s->request->kind].put(s, &to, &any))
            return hc_fail(err, HC_NO_MEMORY, "no memory for a day of pods");
        n += any;
    }
    s->rows += (int64_t)n;
    *ret_rows = n;
    return HC_OK;
}

enum hc_status hc_synth_write_pods(const struct hc_synth_pods_request *request,
    struct hc_duck *duck, const char *path, int64_t *ret_rows, struct hc_error *err)
{
    struct stream s = {.request = request};
    struct hc_source source = {.columns = files[request->kind].columns,
        .n_columns = files[request->kind].n,
        .partitions = 1,
        .fill = fill,
        .context = &s};
    enum hc_status status;

    hc_synth_use_begin(&s.use, request->day);
    status = hc_duck_write_parquet(duck, &source, path, request->metadata, err);
    hc_synth_use_clear(&s.use);
    *ret_rows = s.rows;
    return status;
}
