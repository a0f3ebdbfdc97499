#include "findings/patterns.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/workers.h"
#include "findings/draft.h"
#include "findings/pattern.h"
#include "findings/window.h"
#include "patterns/twins.h"

enum { HOUR_S = 3600 };

/* Order: that of the sections. */
static const struct hc_pattern_method *const table[] = {
    &hc_pattern_rhythm,
    &hc_pattern_growth,
    &hc_pattern_changes,
    &hc_pattern_twins,
    &hc_pattern_roles,
    &hc_pattern_compare,
};

/* Left out: capacities, and what says another gauge again, where that is there. */
static const struct {
    enum hc_metric_id gauge;
    int instead; /* -1: always */
} left_out[] = {
    {HC_MEMORY_TOTAL, -1},
    {HC_CORES, -1},
    {HC_MEMORY_AVAILABLE, HC_MEMORY},
    {HC_LOAD_5M, HC_LOAD_1M},
    {HC_LOAD_15M, HC_LOAD_1M},
};

struct sum {
    double n, total;
};

struct hc_patterns_run {
    struct hc_pattern_view view;
    struct sum *cluster; /* [n_gauges][hours] */
    double *batch;       /* [HC_BATCH][n_gauges][hours] */
    uint32_t node[HC_BATCH];
    size_t n_batch, batch_room;
    struct hc_found *found; /* [n_nodes][n_gauges], then [n_gauges] of the cluster */
    /* the hour of a node that is being filled */
    bool open;
    uint32_t last; /* node of the last cell */
    size_t hour;
    struct sum gauge[HC_METRICS];
};

const char *hc_pattern_lacks(const struct hc_pattern_view *view)
{
    if (!view->n_gauges)
        return "no gauge to look at over time";
    return view->hours < HC_WEEKLY_LEAST ? "less than three days of history" : NULL;
}

/* ---- begin ---- */

static bool wanted(const struct hc_summary *s, enum hc_metric_id gauge)
{
    if (hc_summary_metric_column(s, gauge) < 0)
        return false;
    for (size_t i = 0; i < HC_COUNT(left_out); i++)
        if (left_out[i].gauge == gauge)
            return left_out[i].instead >= 0 &&
                   hc_summary_metric_column(s, (enum hc_metric_id)left_out[i].instead) <
                       0;
    return true;
}

/* Local hour of the week of each hour, by its middle; 1970-01-01 was a Thursday. */
static void fill_slots(struct hc_pattern_view *view, const struct hc_zone *zone)
{
    for (size_t i = 0; i < view->hours; i++) {
        int64_t at = view->start_s + (int64_t)i * HOUR_S + HOUR_S / 2;
        int64_t hour = hc_floor_div(at + hc_zone_offset(zone, at), HOUR_S) + 72;

        view->slot[i] = (uint8_t)(hour - hc_floor_div(hour, HC_WEEK) * HC_WEEK);
    }
}

/* Hours begin where the zone's do: half past, if its offset is half an hour. */
static void find_hours(struct hc_pattern_view *view, const struct hc_window *window,
    const struct hc_zone *zone)
{
    int64_t offset = hc_zone_offset(zone, window->last_s);
    int64_t late = offset - hc_floor_div(offset, HOUR_S) * HOUR_S;

    view->hours = window->hours + (late ? 1 : 0);
    view->start_s = window->first_s - late;
    if (view->hours <= HC_PATTERN_HOURS)
        return;
    view->start_s += (int64_t)(view->hours - HC_PATTERN_HOURS) * HOUR_S;
    view->hours = HC_PATTERN_HOURS;
}

static enum hc_status make_matrix(struct hc_pattern_view *view)
{
    size_t nodes = view->summary->n_nodes, most = nodes ? HC_TWINS_HOURS / nodes : 0;
    size_t hours = view->hours < most ? view->hours : most;

    if (nodes < 2 || nodes > HC_TWINS_NODES || view->gauge[0] != HC_CPU)
        return HC_OK;
    view->matrix = hc_alloc(nodes * hours, sizeof(*view->matrix));
    if (!view->matrix)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < nodes * hours; i++)
        view->matrix[i] = NAN;
    view->matrix_hours = hours;
    return HC_OK;
}

static enum hc_status make_room(struct hc_patterns_run *run)
{
    struct hc_pattern_view *view = &run->view;
    size_t nodes = view->summary->n_nodes, points = view->n_gauges * view->hours;

    run->cluster = hc_calloc(points, sizeof(*run->cluster));
    run->batch_room = nodes < 1 ? 1 : nodes < HC_BATCH ? nodes : HC_BATCH;
    run->batch = hc_alloc(run->batch_room * points, sizeof(*run->batch));
    run->found = hc_calloc((nodes + 1) * view->n_gauges, sizeof(*run->found));
    if (!run->cluster || !run->batch || !run->found)
        return HC_NO_MEMORY;
    HC_TRY(make_matrix(view));
    return view->hours < HC_PERIOD_LEAST ? HC_OK
                                         : hc_period_plan_init(&view->plan, view->hours);
}

enum hc_status hc_pattern_hours(struct hc_pattern_view *view, const struct hc_zone *zone)
{
    struct hc_window window;

    HC_TRY(hc_window_find(view->findings, &window));
    if (!window.hours)
        return HC_OK;
    find_hours(view, &window, zone);
    view->slot = hc_alloc(view->hours, 1);
    if (!view->slot)
        return HC_NO_MEMORY;
    fill_slots(view, zone);
    return HC_OK;
}

static enum hc_status lay_out(
    struct hc_patterns_run *run, const struct hc_patterns_options *options)
{
    struct hc_pattern_view *view = &run->view;

    view->threads = hc_workers_count(options->threads, HC_WORKERS_MAX);
    HC_TRY(hc_pattern_hours(view, options->zone));
    if (!view->hours)
        return HC_OK;
    for (int m = 0; m < HC_METRICS; m++)
        if (wanted(view->summary, (enum hc_metric_id)m))
            view->gauge[view->n_gauges++] = (enum hc_metric_id)m;
    return hc_pattern_lacks(view) ? HC_OK : make_room(run);
}

enum hc_status hc_patterns_begin(struct hc_patterns_run **ret_run,
    const struct hc_findings *findings, const struct hc_patterns_options *options,
    struct hc_error *err)
{
    struct hc_patterns_run *run = hc_calloc(1, sizeof(*run));

    if (!run)
        return hc_fail(err, HC_NO_MEMORY, "no memory for the patterns");
    run->view.findings = findings;
    run->view.summary = findings->summary;
    run->view.chosen = options->chosen;
    run->view.compare = options->compare;
    if (lay_out(run, options)) {
        hc_patterns_free(run);
        return hc_fail(err, HC_NO_MEMORY, "no memory for the patterns");
    }
    *ret_run = run;
    return HC_OK;
}

/* ---- one course through the methods ---- */

/* FNV-1a: resamples of a course are the same in every run that has it. */
static uint64_t add_hash(uint64_t hash, const char *text)
{
    for (; text && *text; text++)
        hash = (hash ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
    return (hash ^ 0xff) * UINT64_C(0x100000001b3);
}

static uint64_t seed_of(const struct hc_summary *s, const struct hc_course *of)
{
    uint64_t hash = add_hash(UINT64_C(0xcbf29ce484222325), hc_metrics[of->metric].name);

    if (of->node == HC_WHOLE_CLUSTER)
        return hash;
    return add_hash(add_hash(hash, s->nodes[of->node].cluster), s->nodes[of->node].name);
}

/* From the first to the last value; what kind of course it is. */
static enum hc_course_kind measure(struct hc_look *look, uint64_t *ret_n)
{
    double low = INFINITY, high = -INFINITY;
    size_t last = 0;
    uint64_t n = 0;

    for (size_t i = 0; i < look->view->hours; i++) {
        if (!isfinite(look->all[i]))
            continue;
        look->first = n++ ? look->first : i;
        last = i;
        low = fmin(low, look->all[i]);
        high = fmax(high, look->all[i]);
    }
    look->y = look->all + look->first;
    look->slot = look->view->slot + look->first;
    look->n = n ? last - look->first + 1 : 0;
    *ret_n = n;
    if (!n)
        return HC_COURSE_ABSENT;
    if (n < HC_WEEKLY_LEAST)
        return HC_COURSE_SHORT;
    return high - low <= 1e-12 * fmax(fabs(high), fabs(low)) ? HC_COURSE_CONSTANT
                                                             : HC_COURSE;
}

static enum hc_status take_apart(struct hc_look *look, double *room)
{
    look->trend = room;
    look->remainder = room + look->n;
    look->level = room + 2 * look->n;
    HC_TRY(hc_weekly(
        look->y, look->n, look->slot, &look->weekly, look->trend, look->remainder));
    for (size_t i = 0; i < look->n; i++)
        look->level[i] = look->trend[i] + look->remainder[i];
    return HC_OK;
}

static enum hc_status look_at(
    const struct hc_pattern_view *view, const double *all, struct hc_found *found)
{
    struct hc_look look = {.view = view, .all = all};
    HC_CLEANUP(hc_freep) double *room = NULL;

    found->kind = measure(&look, &found->of.n);
    if (found->kind == HC_COURSE_ABSENT || found->kind == HC_COURSE_SHORT)
        return HC_OK;
    look.seed = seed_of(view->summary, &found->of);
    if (found->kind == HC_COURSE) {
        room = hc_alloc(3 * look.n, sizeof(*room));
        if (!room)
            return HC_NO_MEMORY;
        HC_TRY(take_apart(&look, room));
    }
    for (size_t i = 0; i < HC_COUNT(table); i++)
        if (table[i]->look && (found->kind == HC_COURSE || table[i]->constant_too))
            HC_TRY(table[i]->look(&look, found));
    return HC_OK;
}

/* ---- a batch ---- */

struct work {
    struct hc_patterns_run *run;
    struct hc_found **found; /* [n], by row of `batch` */
    size_t n;
    atomic_size_t next;
    atomic_int status;
};

static void *work_on(void *context)
{
    struct work *work = context;
    const struct hc_pattern_view *view = &work->run->view;
    size_t k;

    while ((k = atomic_fetch_add(&work->next, 1)) < work->n && !work->status) {
        enum hc_status status =
            look_at(view, work->run->batch + k * view->hours, work->found[k]);

        if (status)
            work->status = (int)status;
    }
    return NULL;
}

static enum hc_status run_batch(
    struct hc_patterns_run *run, struct hc_found **found, size_t n)
{
    struct work work = {.run = run, .found = found, .n = n};
    size_t threads = run->view.threads < n ? run->view.threads : n;

    if (n)
        hc_workers_run(threads, work_on, &work);
    return (enum hc_status)work.status;
}

static void close_hour(struct hc_patterns_run *run)
{
    const struct hc_pattern_view *view = &run->view;
    double *y = run->batch + (run->n_batch - 1) * view->n_gauges * view->hours;

    if (!run->open)
        return;
    run->open = false;
    for (size_t g = 0; g < view->n_gauges; g++) {
        size_t at = g * view->hours + run->hour;

        if (!(run->gauge[g].n > 0))
            continue;
        y[at] = run->gauge[g].total / run->gauge[g].n;
        run->cluster[at].n += run->gauge[g].n;
        run->cluster[at].total += run->gauge[g].total;
        run->gauge[g] = (struct sum){0};
    }
}

static enum hc_status close_batch(struct hc_patterns_run *run)
{
    size_t gauges = run->view.n_gauges, n = run->n_batch * gauges;
    HC_CLEANUP(hc_freep) struct hc_found **found = hc_alloc(n + 1, sizeof(*found));

    if (!found)
        return HC_NO_MEMORY;
    close_hour(run);
    for (size_t k = 0; k < n; k++) {
        uint32_t node = run->node[k / gauges];

        found[k] = &run->found[node * gauges + k % gauges];
        found[k]->of = (struct hc_course){node, (int)run->view.gauge[k % gauges], 0};
    }
    run->n_batch = 0;
    return run_batch(run, found, n);
}

static enum hc_status open_node(struct hc_patterns_run *run, uint32_t node)
{
    size_t points = run->view.n_gauges * run->view.hours;
    double *y;

    close_hour(run);
    if (run->n_batch == run->batch_room)
        HC_TRY(close_batch(run));
    y = run->batch + run->n_batch * points;
    for (size_t i = 0; i < points; i++)
        y[i] = NAN;
    run->node[run->n_batch++] = node;
    run->last = node;
    return HC_OK;
}

enum hc_status hc_patterns_add(
    struct hc_patterns_run *run, const struct hc_cell *cell, struct hc_error *err)
{
    const struct hc_pattern_view *view = &run->view;
    int64_t hour = hc_floor_div(cell->start_s - view->start_s, HOUR_S);

    if (!run->found || hour < 0 || (size_t)hour >= view->hours)
        return HC_OK;
    if (cell->node >= view->summary->n_nodes || (run->n_batch && cell->node < run->last))
        return hc_fail(err, HC_INTERNAL, "a cell of node %u after one of node %u",
            cell->node, run->last);
    if (!run->n_batch || cell->node != run->last)
        if (open_node(run, cell->node))
            return hc_fail(err, HC_NO_MEMORY, "no memory for the patterns");
    if (run->open && run->hour != (size_t)hour)
        close_hour(run);
    run->open = true;
    run->hour = (size_t)hour;
    for (size_t g = 0; g < view->n_gauges; g++) {
        const struct hc_moments *m = &cell->gauge[view->gauge[g]];

        if (!m->n)
            continue;
        run->gauge[g].n += (double)m->n;
        run->gauge[g].total += (double)m->n * m->mean;
    }
    return HC_OK;
}

/* ---- end ---- */

/* The batch is free by now; there are no more gauges than rows of it. */
static enum hc_status look_at_cluster(struct hc_patterns_run *run)
{
    const struct hc_pattern_view *view = &run->view;
    struct hc_found *found[HC_METRICS];

    for (size_t g = 0; g < view->n_gauges; g++) {
        found[g] = &run->found[view->summary->n_nodes * view->n_gauges + g];
        found[g]->of = (struct hc_course){HC_WHOLE_CLUSTER, (int)view->gauge[g], 0};
    }
    for (size_t i = 0; i < view->n_gauges * view->hours; i++)
        run->batch[i] =
            run->cluster[i].n > 0 ? run->cluster[i].total / run->cluster[i].n : NAN;
    return run_batch(run, found, view->n_gauges);
}

static enum hc_status finish(struct hc_patterns_run *run, struct hc_findings *out)
{
    const struct hc_pattern_view *view = &run->view;
    size_t all = view->summary->n_nodes * view->n_gauges;

    out->patterns.start_us = view->start_s * 1000000;
    out->patterns.hours = run->found ? view->hours : 0;
    if (run->found) {
        HC_TRY(close_batch(run));
        HC_TRY(look_at_cluster(run));
    }
    for (size_t i = 0; i < HC_COUNT(table); i++)
        HC_TRY(table[i]->collect(
            view, run->found ? run->found + all : NULL, run->found, &out->patterns));
    for (size_t i = 0; i < HC_COUNT(table); i++)
        HC_TRY(table[i]->say(view, out));
    hc_statements_sort(out);
    return HC_OK;
}

enum hc_status hc_patterns_end(
    struct hc_patterns_run *run, struct hc_findings *findings, struct hc_error *err)
{
    enum hc_status status = finish(run, findings);

    return status ? hc_fail(err, status, "no memory for the patterns") : HC_OK;
}

static void clear_found(struct hc_found *found)
{
    hc_free(found->profile);
    hc_free(found->growth.daily);
    hc_free(found->changes);
    hc_free(found->hot);
    hc_free(found->compared_day);
    hc_free(found->parts.season[0]);
    hc_free(found->parts.season[1]);
    hc_free(found->parts.trend);
    hc_free(found->parts.remainder);
}

void hc_patterns_free(struct hc_patterns_run *run)
{
    if (!run)
        return;
    for (size_t i = 0;
         run->found && i < (run->view.summary->n_nodes + 1) * run->view.n_gauges; i++)
        clear_found(&run->found[i]);
    hc_period_plan_clear(&run->view.plan);
    hc_free(run->view.slot);
    hc_free(run->view.matrix);
    hc_free(run->cluster);
    hc_free(run->batch);
    hc_free(run->found);
    hc_free(run);
}
