#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "duck/stream.h"
#include "replay/collected_inside.h"

enum column { CLUSTER, NAMESPACE, POD, HOUR, CPU, MEMORY };

/* ---- the query ---- */

static bool has_column(const struct hc_rows *described, const char *name)
{
    for (size_t i = 0; i < hc_rows_count(described); i++)
        if (!strcmp(hc_rows_text(described, 0, i), name))
            return true;
    return false;
}

static void put_mean(
    struct hc_buf *sql, const struct hc_rows *described, const char *name, double scale)
{
    if (has_column(described, name))
        hc_buf_printf(sql, ", CAST(avg(%s) FILTER (WHERE isfinite(%s)) * %g AS DOUBLE)",
            name, name, scale);
    else
        hc_buf_puts(sql, ", CAST(NULL AS DOUBLE)");
}

/* Means of an hour; the moment at its end is part of it, that at its start is not. */
static enum hc_status put_query(
    struct hc_collecting *c, struct hc_buf *sql, struct hc_error *err)
{
    HC_CLEANUP(hc_rows_freep) struct hc_rows *described = NULL;
    HC_CLEANUP(hc_buf_clear) struct hc_buf from = HC_BUF_INIT, ask = HC_BUF_INIT;

    hc_sheet_put_files(
        &from, c->request->files[HC_BESIDE_USAGE], c->request->n_files[HC_BESIDE_USAGE]);
    hc_buf_printf(&ask, "DESCRIBE SELECT * FROM %s", hc_buf_str(&from));
    HC_TRY(hc_buf_check(&ask));
    HC_TRY(hc_duck_rows(c->duck, ask.text, &described, err));
    hc_buf_printf(sql, "SELECT %s, namespace, pod, ",
        has_column(described, "cluster") ? "coalesce(cluster, '')" : "''");
    hc_buf_printf(sql, "(epoch_us(timestamp) - 1 - %lld) // %lld",
        (long long)c->trace->usage.start_us, (long long)HC_HOUR_US);
    put_mean(sql, described, "cpu_usage_cores", 1000);
    put_mean(sql, described, "memory_working_set_bytes", 1);
    hc_buf_printf(sql,
        " FROM %s WHERE epoch_us(timestamp) > %lld AND epoch_us(timestamp) <= %lld "
        "GROUP BY 1, 2, 3, 4 ORDER BY 1, 2 NULLS FIRST, 3, 4",
        hc_buf_str(&from), (long long)c->trace->usage.start_us,
        (long long)c->trace->end_us);
    return hc_buf_check(sql);
}

/* ---- rows ---- */

struct matching {
    struct hc_collecting *c;
    struct hc_stream *stream;
    size_t pod;    /* the last that had a row */
    size_t filled; /* pods whose first row is set */
};

static enum hc_status name_of(const struct matching *m, size_t row, struct hc_buf *out)
{
    for (size_t column = CLUSTER; column <= POD; column++) {
        size_t len = 0;
        const char *text = hc_stream_text(m->stream, column, row, &len);

        if (!text || !len)
            continue;
        if (out->len)
            hc_buf_putc(out, '/');
        hc_buf_add(out, text, len);
    }
    return hc_buf_check(out);
}

/* Of the pods with this name the one that was there in the hour; SIZE_MAX: none. */
static size_t pod_in(const struct matching *m, size_t name, int64_t hour)
{
    const struct hc_trace *trace = m->c->trace;
    int64_t from = trace->usage.start_us + hour * HC_HOUR_US;
    size_t end = name + 1 < m->c->names.n ? m->c->first_pod[name + 1] : trace->n_pods;

    for (size_t pod = m->c->first_pod[name]; pod < end; pod++)
        if (pod >= m->pod && trace->pods[pod].arrives_us < from + HC_HOUR_US &&
            trace->pods[pod].leaves_us > from)
            return pod;
    return SIZE_MAX;
}

static double number_at(const struct hc_stream *stream, size_t column, size_t row)
{
    const uint64_t *valid;
    const double *values = hc_stream_column(stream, column, &valid);

    return valid && !(valid[row / 64] >> row % 64 & 1) ? NAN : values[row];
}

static enum hc_status take_row(struct matching *m, size_t row)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf key = HC_BUF_INIT;
    struct hc_usage *usage = &m->c->trace->usage;
    const uint64_t *valid;
    const int64_t *hours = hc_stream_column(m->stream, HOUR, &valid);
    size_t name, pod;

    HC_TRY(name_of(m, row, &key));
    name = hc_name_index_find(&m->c->names, key.text, key.len);
    pod = name == HC_NO_NAME ? SIZE_MAX : pod_in(m, name, hours[row]);
    if (pod == SIZE_MAX)
        return HC_OK;
    while (m->filled <= pod)
        usage->first[m->filled++] = usage->n_rows;
    m->pod = pod;
    return hc_usage_add(usage, (uint32_t)hours[row], number_at(m->stream, CPU, row),
        number_at(m->stream, MEMORY, row));
}

static enum hc_status take_all(struct matching *m, struct hc_error *err)
{
    size_t n;

    for (;;) {
        HC_TRY(hc_stream_next(m->stream, &n, err));
        if (!n)
            break;
        for (size_t i = 0; i < n; i++)
            HC_TRY(take_row(m, i));
    }
    while (m->filled <= m->c->trace->n_pods)
        m->c->trace->usage.first[m->filled++] = m->c->trace->usage.n_rows;
    return HC_OK;
}

/* ---- all of it ---- */

static enum hc_status add_hours(struct hc_trace *trace)
{
    for (uint32_t hour = 0; hour < trace->usage.n_hours; hour++) {
        const struct hc_event event = {
            .time_us = trace->usage.start_us + (hour + 1) * HC_HOUR_US,
            .kind = HC_HOUR_ENDS,
            .subject = hour};

        HC_TRY(hc_trace_add_event(trace, &event));
    }
    return HC_OK;
}

enum hc_status hc_collecting_usage(struct hc_collecting *c, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;
    HC_CLEANUP(hc_stream_closep) struct hc_stream *stream = NULL;
    struct hc_usage *usage = &c->trace->usage;
    struct matching m = {.c = c};

    if (!c->request->n_files[HC_BESIDE_USAGE])
        return HC_OK;
    usage->start_us = hc_floor_div(c->trace->start_us, HC_HOUR_US) * HC_HOUR_US;
    usage->first = hc_calloc(c->trace->n_pods + 1, sizeof(*usage->first));
    if (!usage->first)
        return HC_NO_MEMORY;
    HC_TRY(put_query(c, &sql, err));
    HC_TRY(hc_stream_open(c->duck, sql.text, &stream, err));
    m.stream = stream;
    HC_TRY(take_all(&m, err));
    if (!usage->n_rows)
        return HC_OK;
    usage->n_hours = (uint32_t)((c->trace->end_us - usage->start_us) / HC_HOUR_US);
    return add_hours(c->trace);
}
