#include <string.h>

#include "base/mem.h"
#include "kernel/state.h"

static const int64_t second_us = 1000000;

static struct hc_cell_record *out_record(const struct hc_profile *p, size_t i)
{
    return (struct hc_cell_record *)(p->out + i * hc_cell_record_size(p->options.gauges));
}

enum hc_status hc_cells_send(struct hc_profile *p)
{
    const struct hc_cell_sink *sink = &p->options.sink;
    size_t n = p->n_out;

    p->n_out = 0;
    return n && sink->write ? sink->write(sink->context, out_record(p, 0), n) : HC_OK;
}

/* Copies a cell to what goes to the sink. */
static enum hc_status put_out(
    struct hc_profile *p, struct hc_node_state *node, const struct hc_cell_record *cell)
{
    const struct hc_cell_sink *sink = &p->options.sink;
    size_t size = hc_cell_record_size(p->options.gauges);

    if (!sink->write)
        return HC_OK;
    if (node->sink_id == HC_NO_NODE)
        HC_TRY(sink->intern(sink->context, node->name, node->name_len, &node->sink_id));
    if (!p->out)
        p->out = hc_alloc(HC_OUT_RECORDS, size);
    if (!p->out)
        return HC_NO_MEMORY;
    memcpy(out_record(p, p->n_out), cell, size);
    out_record(p, p->n_out)->node = node->sink_id;
    if (++p->n_out == HC_OUT_RECORDS)
        return hc_cells_send(p);
    return HC_OK;
}

static enum hc_status leave(
    struct hc_profile *p, struct hc_node_state *node, const struct hc_cell_record *cell)
{
    for (size_t i = 0; i < p->options.main; i++)
        hc_moments_merge(&node->main[i], &cell->gauge[p->options.main_column[i]]);
    return put_out(p, node, cell);
}

enum hc_status hc_cells_close(struct hc_profile *p, struct hc_node_state *node)
{
    if (!node->cell || !node->cell->rows)
        return HC_OK;
    HC_TRY(leave(p, node, node->cell));
    node->cell->rows = 0;
    return HC_OK;
}

/* Moments of one gauge over rows [from, to) of the block. */
static struct hc_moments moments_of(
    struct hc_work *work, size_t g, size_t from, size_t to)
{
    const double *x = work->value[g] + from;
    size_t n = to - from;
    struct hc_sums sums;

    if (work->dirty[g]) {
        n = 0;
        for (size_t r = from; r < to; r++)
            if (hc_has_value(work, g, r))
                work->one[n++] = work->value[g][r];
        x = work->one;
    }
    if (n == 0)
        return (struct hc_moments){0};
    if (n == 1)
        return (struct hc_moments){.n = 1, .mean = x[0], .min = x[0], .max = x[0]};
    hc_block_shift(x, n, x[0], work->two, &sums);
    return hc_block_moments(&sums, n, x[0]);
}

static enum hc_status open_cell(
    struct hc_profile *p, struct hc_node_state *node, int64_t bucket)
{
    size_t size = hc_cell_record_size(p->options.gauges);

    if (node->cell && node->cell->rows && node->cell->bucket == bucket)
        return HC_OK;
    HC_TRY(hc_cells_close(p, node));
    if (!node->cell)
        node->cell = hc_alloc(1, size);
    if (!node->cell)
        return HC_NO_MEMORY;
    memset(node->cell, 0, size);
    node->cell->bucket = bucket;
    return HC_OK;
}

enum hc_status hc_cells_add(
    struct hc_profile *p, struct hc_node_state *node, size_t from, size_t to)
{
    int64_t grain_us = p->options.grain_s * second_us;
    struct hc_work *work = &p->work;

    while (from < to) {
        int64_t bucket = hc_floor_div(work->time_us[from], grain_us);
        int64_t start = bucket * grain_us, end = start + grain_us;
        size_t next = from + 1;

        while (next < to && work->time_us[next] >= start && work->time_us[next] < end)
            next++;
        HC_TRY(open_cell(p, node, bucket));
        node->cell->rows += (uint32_t)(next - from);
        for (size_t g = 0; g < p->options.gauges; g++) {
            struct hc_moments moments = moments_of(work, g, from, next);

            hc_moments_merge(&node->cell->gauge[g], &moments);
        }
        from = next;
    }
    return HC_OK;
}

/* The open cell of another profile: into ours if it is the same bucket, else out. */
enum hc_status hc_cells_merge(
    struct hc_profile *p, struct hc_node_state *node, const struct hc_cell_record *cell)
{
    if (!cell || !cell->rows)
        return HC_OK;
    if (node->cell && node->cell->rows && node->cell->bucket != cell->bucket)
        return leave(p, node, cell);
    HC_TRY(open_cell(p, node, cell->bucket));
    node->cell->rows += cell->rows;
    for (size_t g = 0; g < p->options.gauges; g++)
        hc_moments_merge(&node->cell->gauge[g], &cell->gauge[g]);
    return HC_OK;
}
