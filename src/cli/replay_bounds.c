/*
 * How few nodes nobody could do without: the bounds of bounds/ for what a replay placed.
 *
 * Of each run over the pods that it placed, so that who refuses more is not compared with
 * a larger demand. A run that puts more on a node than it has (as recorded, or resized)
 * has none: a bound is for placements that keep to what nodes have.
 */
#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "base/mem.h"
#include "base/workers.h"
#include "bounds/time.h"
#include "cli/replay.h"
#include "cli/replay_bounding.h"
#include "replay/peak.h"

/* ---- a run in which nothing leaves ---- */

static enum hc_status bound_at_end(const struct hc_trace *t, const struct hc_bounding *in,
    struct hc_result *run, struct hc_error *err)
{
    HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {.resources = 0};
    HC_CLEANUP(hc_bounding_counts_clear)
    struct hc_bounding_counts counts = {.pods = NULL};
    struct hc_bounds bounds;

    HC_TRY(hc_bounding_counts_make(t, &counts));
    memcpy(counts.pods, run->shapes, t->n_shapes * sizeof(*counts.pods));
    HC_TRY(hc_bounding_case(in, &counts, &c, err));
    HC_TRY(hc_bounds_read(&c, &bounds));
    run->measures[HC_REPLAY_NODES_BOUND] = (double)bounds.nodes;
    return HC_OK;
}

/* ---- a run over time ---- */

/* Nodes that join later are not there at first. */
static void nodes_at_start(const struct hc_trace *t, int64_t *nodes)
{
    for (size_t n = 0; n < t->n_nodes; n++)
        nodes[n] = 1;
    for (size_t i = t->n_events; i-- > 0;)
        if (t->events[i].kind == HC_NODE_JOINS || t->events[i].kind == HC_NODE_LEAVES)
            nodes[t->events[i].subject] = t->events[i].kind == HC_NODE_LEAVES;
}

struct course {
    const struct hc_trace *trace;
    const struct hc_result *run;
    const struct hc_bounding *in;
    const struct hc_bound_case *c;
    struct hc_bound_time time;
    uint32_t *shape_of; /* [pods] now; HC_NOWHERE: not there */
};

static void course_clear(struct course *course)
{
    hc_bound_time_clear(&course->time);
    hc_free(course->shape_of);
}

/* What happens before the time that is measured is there at its start. */
static int64_t when(const struct course *course, const struct hc_event *e)
{
    const struct hc_trace *t = course->trace;

    if (e->time_us < t->start_us)
        return t->start_us;
    return e->time_us > t->end_us ? t->end_us : e->time_us;
}

static enum hc_status change(struct course *course, int64_t at_us, uint32_t shape,
    int64_t pods, struct hc_error *err)
{
    if (shape == HC_NOWHERE)
        return HC_OK;
    return hc_bound_time_add(&course->time, at_us,
        course->in->demand + shape * course->in->bound.resources, pods, err);
}

/* What a pod asks for is another shape's from now on; HC_NOWHERE: nothing. */
static enum hc_status becomes(
    struct course *course, const struct hc_event *e, uint32_t shape, struct hc_error *err)
{
    uint32_t *now = &course->shape_of[e->subject];

    HC_TRY(change(course, when(course, e), *now, -1, err));
    *now = shape;
    return change(course, when(course, e), shape, 1, err);
}

static enum hc_status happen(
    struct course *course, const struct hc_event *e, struct hc_error *err)
{
    const struct hc_trace *t = course->trace;

    if (e->kind == HC_NODE_JOINS || e->kind == HC_NODE_LEAVES) {
        size_t type = course->c->node_of_type[e->subject];

        return type == SIZE_MAX ? HC_OK
                                : hc_bound_time_nodes(&course->time, when(course, e),
                                      type, e->kind == HC_NODE_JOINS ? 1 : -1, err);
    }
    if (e->kind == HC_HOUR_ENDS ||
        !(course->run->placed[e->subject / 64] >> e->subject % 64 & 1))
        return HC_OK;
    if (e->kind == HC_POD_ARRIVES)
        return becomes(course, e, t->pods[e->subject].shape, err);
    if (e->kind == HC_POD_LEAVES)
        return becomes(course, e, HC_NOWHERE, err);
    if (course->shape_of[e->subject] == HC_NOWHERE)
        return HC_OK;
    return becomes(course, e, e->shape, err);
}

static enum hc_status follow(
    struct course *course, struct hc_result *run, struct hc_error *err)
{
    const struct hc_trace *t = course->trace;
    struct hc_bound_time_result result;

    for (size_t i = 0; i < t->n_events; i++)
        HC_TRY(happen(course, &t->events[i], err));
    HC_TRY(hc_bound_time_read(&course->time, t->end_us, &result, err));
    run->measures[HC_REPLAY_NODES_BOUND] = (double)result.most_nodes;
    run->measures[HC_REPLAY_NODE_HOURS_BOUND] = result.node_hours;
    return HC_OK;
}

/* The case's nodes are those of the start; all nodes have a type there. */
static enum hc_status case_at_start(const struct hc_trace *t,
    const struct hc_bounding *in, struct hc_bound_case *c, struct hc_error *err)
{
    HC_CLEANUP(hc_bounding_counts_clear)
    struct hc_bounding_counts counts = {.pods = NULL};

    HC_TRY(hc_bounding_counts_make(t, &counts));
    HC_TRY(hc_bounding_case(in, &counts, c, err));
    nodes_at_start(t, counts.nodes);
    memset(c->nodes, 0, c->node_types * sizeof(*c->nodes));
    for (size_t n = 0; n < t->n_nodes; n++)
        c->nodes[c->node_of_type[n]] += counts.nodes[n];
    return HC_OK;
}

static enum hc_status bound_over_time(const struct hc_trace *t,
    const struct hc_bounding *in, struct hc_result *run, struct hc_error *err)
{
    HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {.resources = 0};
    HC_CLEANUP(course_clear)
    struct course course = {.trace = t, .run = run, .in = in, .c = &c};

    HC_TRY(case_at_start(t, in, &c, err));
    course.shape_of = hc_alloc(t->n_pods + 1, sizeof(*course.shape_of));
    if (!course.shape_of)
        return HC_NO_MEMORY;
    memset(course.shape_of, 0xFF, (t->n_pods + 1) * sizeof(*course.shape_of));
    HC_TRY(hc_bound_time_init(&course.time, &c, t->start_us));
    return follow(&course, run, err);
}

/* ---- all runs ---- */

static bool keeps_to_nodes(const struct hc_replay *r, size_t m, size_t o)
{
    const struct hc_result *run = hc_results_at(&r->results, m, o);

    if (r->trace.timed)
        return run->measures[HC_REPLAY_OVERCOMMITTED] == 0;
    return r->mixes[m].parts[0].policy->kind != HC_POLICY_RECORDED;
}

/* The first run that placed the same pods, or `n` itself: it has the same bounds. */
static size_t same_pods(const struct hc_replay *r, const size_t *same, size_t n)
{
    const struct hc_trace *t = &r->trace;
    const struct hc_result *run = &r->results.runs[n];

    for (size_t i = 0; i < n; i++) {
        const struct hc_result *other = &r->results.runs[i];

        if (same[i] == i &&
            !memcmp(run->placed, other->placed, (t->n_pods / 64 + 1) * 8) &&
            !memcmp(run->shapes, other->shapes, t->n_shapes * sizeof(*run->shapes)))
            return i;
    }
    return n;
}

/* The runs on several threads: each takes the next one. */
struct work {
    struct hc_replay *r;
    const struct hc_bounding *in;
    size_t n_runs;
    size_t *same; /* [runs] whose bounds it has; SIZE_MAX: it has none */
    atomic_size_t next;
    atomic_int status;
    struct hc_error *err; /* of the thread that set the status */
};

static void *bound_runs(void *context)
{
    struct work *w = context;
    const struct hc_trace *t = &w->r->trace;

    for (;;) {
        size_t n = atomic_fetch_add(&w->next, 1);
        struct hc_error err = {""};
        enum hc_status status;
        int none = HC_OK;

        if (n >= w->n_runs || atomic_load(&w->status))
            return NULL;
        if (w->same[n] != n)
            continue;
        status = (t->timed ? bound_over_time : bound_at_end)(
            t, w->in, &w->r->results.runs[n], &err);
        if (status && atomic_compare_exchange_strong(&w->status, &none, (int)status) &&
            w->err)
            *w->err = err;
    }
}

static void find_same(struct work *w)
{
    for (size_t n = 0; n < w->n_runs; n++) {
        size_t orders = w->r->results.n_orders;
        double *measures = w->r->results.runs[n].measures;

        measures[HC_REPLAY_NODES_BOUND] = measures[HC_REPLAY_NODE_HOURS_BOUND] = NAN;
        w->same[n] = keeps_to_nodes(w->r, n / orders, n % orders)
                         ? same_pods(w->r, w->same, n)
                         : SIZE_MAX;
    }
}

static void copy_same(const struct work *w)
{
    struct hc_result *runs = w->r->results.runs;

    for (size_t n = 0; n < w->n_runs; n++)
        if (w->same[n] < n)
            memcpy(&runs[n].measures[HC_REPLAY_NODES_BOUND],
                &runs[w->same[n]].measures[HC_REPLAY_NODES_BOUND], 2 * sizeof(double));
}

static enum hc_status bound_all_runs(
    struct hc_replay *r, const struct hc_bounding *in, struct hc_error *err)
{
    size_t n = r->results.n_mixes * r->results.n_orders;
    HC_CLEANUP(hc_freep) size_t *same = hc_calloc(n + 1, sizeof(*same));
    struct work w = {.r = r, .in = in, .n_runs = n, .same = same, .err = err};

    if (!same)
        return HC_NO_MEMORY;
    find_same(&w);
    hc_workers_run(hc_workers_count(r->call->common->threads, n), bound_runs, &w);
    HC_TRY((enum hc_status)atomic_load(&w.status));
    copy_same(&w);
    return HC_OK;
}

/* ---- the workload of --nodes-needed ---- */

/* Those that stay on their node take from what it has. */
static void put_workload(const struct hc_trace *t, const struct hc_workload_at *w,
    struct hc_bounding *in, struct hc_bounding_counts *counts)
{
    size_t k = in->bound.resources;

    for (size_t n = 0; n < t->n_nodes; n++)
        counts->nodes[n] = w->present[n];
    for (size_t i = 0; i < w->n; i++) {
        const struct hc_replay_pod *pod = &t->pods[w->pods[i]];

        if (!pod->pinned) {
            counts->pods[pod->shape]++;
            continue;
        }
        for (size_t j = 0; j < k; j++) {
            int64_t *left = &in->capacity[pod->node * k + j];

            *left -= in->demand[pod->shape * k + j];
            *left = *left > 0 ? *left : 0;
        }
    }
}

static enum hc_status bound_workload(
    struct hc_replay *r, struct hc_bounding *in, struct hc_error *err)
{
    HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {.resources = 0};
    HC_CLEANUP(hc_bounding_counts_clear)
    struct hc_bounding_counts counts = {.pods = NULL};
    HC_CLEANUP(hc_workload_at_clear) struct hc_workload_at w = {.n = 0};

    HC_TRY(hc_workload_at_peak(&r->trace, &w));
    HC_TRY(hc_bounding_counts_make(&r->trace, &counts));
    put_workload(&r->trace, &w, in, &counts);
    HC_TRY(hc_bounding_case(in, &counts, &c, err));
    HC_TRY(hc_bound_ffd(&c, NULL, &r->oracle, err));
    c.pending = (int64_t)((double)w.n_placed * HC_NEEDED_PENDING);
    return hc_bounds_read(&c, &r->bounds);
}

enum hc_status hc_replay_bounds(struct hc_replay *r, struct hc_error *err)
{
    HC_CLEANUP(hc_bounding_clear) struct hc_bounding in = {.demand = NULL};

    HC_TRY(hc_bounding_make(&r->trace, &in));
    HC_TRY(bound_all_runs(r, &in, err));
    return r->needed.trials ? bound_workload(r, &in, err) : HC_OK;
}
