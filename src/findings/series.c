#include "findings/series.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "patterns/median.h"
#include "findings/window.h"

enum { HOUR_S = 3600, MIN_BUCKETS = 24 };

struct sum {
    double n, total;
};

struct hc_series_run {
    const struct hc_summary *summary;
    size_t stride; /* every stride-th node is in the grid */
    struct hc_series series;
    struct sum *over_nodes[HC_MAIN]; /* [n_buckets] */
    /* the bucket of a node that is being filled */
    bool open;
    size_t row, bucket;
    double rows;
    struct sum gauge[HC_MAIN];
};

/* ---- grid ---- */

static const int64_t widths_h[] = {1, 2, 3, 4, 6, 8, 12, 24};

static size_t count_buckets(int64_t first_s, int64_t last_s, int64_t width_s)
{
    return (size_t)(hc_floor_div(last_s, width_s) - hc_floor_div(first_s, width_s) + 1);
}

/* The narrowest bucket that keeps the grid within `max_points`. */
static void lay_grid(
    struct hc_series *s, int64_t first_s, int64_t last_s, size_t max_points)
{
    size_t i = 0;

    s->width_s = widths_h[0] * HOUR_S;
    while (count_buckets(first_s, last_s, s->width_s) * s->n_nodes > max_points) {
        i++;
        s->width_s = i < HC_COUNT(widths_h) ? widths_h[i] * HOUR_S : s->width_s * 2;
    }
    s->start_s = hc_floor_div(first_s, s->width_s) * s->width_s;
    s->n_buckets = count_buckets(first_s, last_s, s->width_s);
}

static void choose_nodes(struct hc_series_run *run, size_t max_points)
{
    size_t most = max_points / MIN_BUCKETS, all = run->summary->n_nodes;

    run->stride = all > most ? (all + most - 1) / most : 1;
    run->series.n_nodes = (all + run->stride - 1) / run->stride;
    run->series.all_nodes = run->stride == 1;
}

static float *empty_grid(size_t n)
{
    float *grid = hc_alloc(n, sizeof(*grid));

    for (size_t i = 0; grid && i < n; i++)
        grid[i] = NAN;
    return grid;
}

static enum hc_status make_gauge(struct hc_series_run *run, size_t g)
{
    struct hc_series *s = &run->series;

    s->mean[g] = empty_grid(s->n_nodes * s->n_buckets);
    s->band[g] = hc_calloc(s->n_buckets, sizeof(*s->band[g]));
    run->over_nodes[g] = hc_calloc(s->n_buckets, sizeof(*run->over_nodes[g]));
    return s->mean[g] && s->band[g] && run->over_nodes[g] ? HC_OK : HC_NO_MEMORY;
}

static enum hc_status make_grid(struct hc_series_run *run)
{
    struct hc_series *s = &run->series;

    s->node = hc_alloc(s->n_nodes, sizeof(*s->node));
    s->received = empty_grid(s->n_nodes * s->n_buckets);
    if (!s->node || !s->received)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < s->n_nodes; i++)
        s->node[i] = (uint32_t)(i * run->stride);
    for (size_t g = 0; g < HC_MAIN; g++)
        if (hc_summary_metric_column(run->summary, hc_main_metrics[g]) >= 0)
            HC_TRY(make_gauge(run, g));
    return HC_OK;
}

static enum hc_status lay_out(
    struct hc_series_run *run, const struct hc_findings *f, size_t max_points)
{
    struct hc_window window;

    HC_TRY(hc_window_find(f, &window));
    if (!window.hours)
        return HC_OK;
    choose_nodes(run, max_points);
    lay_grid(&run->series, window.first_s, window.last_s, max_points);
    return make_grid(run);
}

enum hc_status hc_series_begin(struct hc_series_run **ret_run,
    const struct hc_findings *findings, const struct hc_zone *zone, size_t max_points,
    struct hc_error *err)
{
    struct hc_series_run *run = hc_calloc(1, sizeof(*run));

    assert(max_points >= MIN_BUCKETS);
    if (!run)
        return hc_fail(err, HC_NO_MEMORY, "no memory for the course in time");
    run->summary = findings->summary;
    run->series.zone = *zone;
    if (lay_out(run, findings, max_points)) {
        hc_series_free(run);
        return hc_fail(err, HC_NO_MEMORY, "no memory for the course in time");
    }
    *ret_run = run;
    return HC_OK;
}

/* ---- filling ---- */

/* Samples that the node's step lets one expect in the bucket; 0 outside its time. */
static double expected(const struct hc_series_run *run, size_t row, size_t bucket)
{
    const struct hc_series *s = &run->series;
    const struct hc_node *node = &run->summary->nodes[s->node[row]];
    double start = (double)(s->start_s + (int64_t)bucket * s->width_s);
    double from = fmax(start, (double)node->first_us / 1e6);
    double to = fmin(
        start + (double)s->width_s, (double)node->last_us / 1e6 + (double)node->step_s);

    return node->step_s && to > from ? (to - from) / (double)node->step_s : 0;
}

static void close_bucket(struct hc_series_run *run)
{
    struct hc_series *s = &run->series;
    size_t at = run->row * s->n_buckets + run->bucket;
    double due = expected(run, run->row, run->bucket);

    if (!run->open)
        return;
    run->open = false;
    if (due > 0)
        s->received[at] = (float)fmin(run->rows / fmax(due, 1), 1);
    for (size_t g = 0; g < HC_MAIN; g++) {
        if (!run->gauge[g].n)
            continue;
        s->mean[g][at] = (float)(run->gauge[g].total / run->gauge[g].n);
        run->over_nodes[g][run->bucket].n += run->gauge[g].n;
        run->over_nodes[g][run->bucket].total += run->gauge[g].total;
    }
}

static void open_bucket(struct hc_series_run *run, size_t row, size_t bucket)
{
    if (run->open && run->row == row && run->bucket == bucket)
        return;
    close_bucket(run);
    run->open = true;
    run->row = row;
    run->bucket = bucket;
    run->rows = 0;
    for (size_t g = 0; g < HC_MAIN; g++)
        run->gauge[g] = (struct sum){0};
}

void hc_series_add(struct hc_series_run *run, const struct hc_cell *cell)
{
    struct hc_series *s = &run->series;
    int64_t bucket;

    if (!s->n_buckets || cell->node % run->stride)
        return;
    bucket = hc_floor_div(cell->start_s - s->start_s, s->width_s);
    if (bucket < 0 || (size_t)bucket >= s->n_buckets) {
        s->cells_outside++;
        return;
    }
    open_bucket(run, cell->node / run->stride, (size_t)bucket);
    run->rows += cell->rows;
    for (size_t g = 0; g < HC_MAIN; g++) {
        const struct hc_moments *m = &cell->gauge[hc_main_metrics[g]];

        if (!s->mean[g] || !m->n)
            continue;
        run->gauge[g].n += (double)m->n;
        run->gauge[g].total += (double)m->n * m->mean;
    }
}

/* ---- the end ---- */

/* Within its time a node that sent nothing has received 0. */
static void fill_absent(struct hc_series_run *run)
{
    struct hc_series *s = &run->series;

    for (size_t row = 0; row < s->n_nodes; row++)
        for (size_t b = 0; b < s->n_buckets; b++) {
            float *received = &s->received[row * s->n_buckets + b];

            if (isnan(*received) && expected(run, row, b) >= 1)
                *received = 0;
        }
}

static struct hc_band band_of(double *values, size_t n, const struct sum *sum)
{
    struct hc_band band = {(uint32_t)n, NAN, NAN, NAN, NAN, NAN, NAN};

    if (!n)
        return band;
    band.mean = (float)(sum->total / sum->n);
    band.low = (float)hc_pick(values, n, 0);
    band.p10 = (float)hc_pick(values, n, hc_quantile_rank(0.1, n));
    band.p50 = (float)hc_pick(values, n, hc_quantile_rank(0.5, n));
    band.p90 = (float)hc_pick(values, n, hc_quantile_rank(0.9, n));
    band.high = (float)hc_pick(values, n, n - 1);
    return band;
}

static void make_bands(struct hc_series_run *run, size_t g, double *values)
{
    struct hc_series *s = &run->series;

    for (size_t b = 0; b < s->n_buckets; b++) {
        size_t n = 0;

        for (size_t row = 0; row < s->n_nodes; row++) {
            float mean = s->mean[g][row * s->n_buckets + b];

            if (!isnan(mean))
                values[n++] = mean;
        }
        s->band[g][b] = band_of(values, n, &run->over_nodes[g][b]);
    }
}

enum hc_status hc_series_end(
    struct hc_series_run *run, struct hc_series *ret_series, struct hc_error *err)
{
    HC_CLEANUP(hc_freep)
    double *values = hc_alloc(run->series.n_nodes, sizeof(*values));

    if (!values)
        return hc_fail(err, HC_NO_MEMORY, "no memory for the course in time");
    close_bucket(run);
    fill_absent(run);
    for (size_t g = 0; g < HC_MAIN; g++)
        if (run->series.mean[g])
            make_bands(run, g, values);
    *ret_series = run->series;
    run->series = (struct hc_series){0};
    return HC_OK;
}

void hc_series_free(struct hc_series_run *run)
{
    if (!run)
        return;
    for (size_t g = 0; g < HC_MAIN; g++)
        hc_free(run->over_nodes[g]);
    hc_series_clear(&run->series);
    hc_free(run);
}
