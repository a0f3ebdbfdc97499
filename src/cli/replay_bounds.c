/*
 * How few nodes nobody could do without: the bounds of bounds/ for what a replay placed.
 *
 * Of each run over the pods that it placed, so that who refuses more is not compared with
 * a larger demand. A run that puts more on a node than it has (as recorded, or resized)
 * has none: a bound is for placements that keep to what nodes have.
 */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "bounds/time.h"
#include "cli/replay.h"
#include "replay/peak.h"

/* ---- resources ---- */

/* CPU, memory, pods, ephemeral storage, GPUs, and as many kinds of extended resources as
 * there is room for: one less is still a bound. */
enum { FIXED = 5 };

static size_t n_resources(const struct hc_trace *t)
{
    size_t n = FIXED + t->extended.n;

    return n < HC_BOUND_RESOURCES ? n : HC_BOUND_RESOURCES;
}

static void put_demand(const struct hc_trace *t, const struct hc_shape *s, int64_t *to)
{
    const int64_t fixed[FIXED] = {
        s->cpu, s->memory, 1, s->ephemeral, hc_shape_gpu_milli(s)};

    memcpy(to, fixed, sizeof(fixed));
    memcpy(to + FIXED, s->extended, (n_resources(t) - FIXED) * sizeof(*to));
}

static void put_capacity(
    const struct hc_trace *t, const struct hc_replay_node *n, int64_t *to)
{
    const int64_t fixed[FIXED] = {
        n->cpu, n->memory, n->pods, n->ephemeral, (int64_t)n->gpus * HC_GPU_WHOLE};

    memcpy(to, fixed, sizeof(fixed));
    memcpy(to + FIXED, n->extended, (n_resources(t) - FIXED) * sizeof(*to));
}

/* ---- the input: a pod type a shape, a node type a node ---- */

struct input {
    struct hc_bound_input bound;
    int64_t *demand, *pods, *capacity, *nodes;
    uint64_t *may;
};

static void input_clear(struct input *in)
{
    hc_free(in->demand);
    hc_free(in->pods);
    hc_free(in->capacity);
    hc_free(in->nodes);
    hc_free(in->may);
}

static void put_row(const struct hc_trace *t, const struct hc_shape *s, uint64_t *row)
{
    const uint8_t *bars = t->rules[s->rules].bars;

    for (size_t n = 0; n < t->n_nodes; n++)
        if (!bars || !bars[n])
            row[n / 64] |= UINT64_C(1) << n % 64;
}

static enum hc_status input_make(const struct hc_trace *t, struct input *in)
{
    size_t r = n_resources(t), words = hc_bound_words(t->n_nodes);

    in->demand = hc_calloc(t->n_shapes * r + 1, sizeof(*in->demand));
    in->pods = hc_calloc(t->n_shapes + 1, sizeof(*in->pods));
    in->capacity = hc_calloc(t->n_nodes * r + 1, sizeof(*in->capacity));
    in->nodes = hc_calloc(t->n_nodes + 1, sizeof(*in->nodes));
    in->may = hc_calloc(t->n_shapes * words + 1, sizeof(*in->may));
    if (!in->demand || !in->pods || !in->capacity || !in->nodes || !in->may)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < t->n_shapes; i++) {
        put_demand(t, &t->shapes[i], in->demand + i * r);
        put_row(t, &t->shapes[i], in->may + i * words);
    }
    for (size_t n = 0; n < t->n_nodes; n++)
        put_capacity(t, &t->nodes[n], in->capacity + n * r);
    in->bound = (struct hc_bound_input){.resources = r,
        .pod_types = t->n_shapes,
        .demand = in->demand,
        .pods = in->pods,
        .node_types = t->n_nodes,
        .capacity = in->capacity,
        .nodes = in->nodes,
        .may = in->may};
    return HC_OK;
}

/* ---- a run in which nothing leaves ---- */

static enum hc_status bound_at_end(const struct hc_trace *t, struct input *in,
    struct hc_result *run, struct hc_error *err)
{
    HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {.resources = 0};
    struct hc_bounds bounds;

    memcpy(in->pods, run->shapes, t->n_shapes * sizeof(*in->pods));
    for (size_t n = 0; n < t->n_nodes; n++)
        in->nodes[n] = 1;
    HC_TRY(hc_bound_case_init(&c, &in->bound, err));
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
    const struct input *in;
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

static enum hc_status bound_over_time(const struct hc_trace *t, struct input *in,
    struct hc_result *run, struct hc_error *err)
{
    HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {.resources = 0};
    HC_CLEANUP(course_clear)
    struct course course = {.trace = t, .run = run, .in = in, .c = &c};

    memset(in->pods, 0, t->n_shapes * sizeof(*in->pods));
    for (size_t n = 0; n < t->n_nodes; n++)
        in->nodes[n] = 1; /* so that every node has a type */
    HC_TRY(hc_bound_case_init(&c, &in->bound, err));
    nodes_at_start(t, in->nodes);
    memset(c.nodes, 0, c.node_types * sizeof(*c.nodes));
    for (size_t n = 0; n < t->n_nodes; n++)
        c.nodes[c.node_of_type[n]] += in->nodes[n];
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

/* The same pods have the same bound, whoever placed them. */
static const struct hc_result *same_pods(const struct hc_replay *r, size_t n)
{
    const struct hc_trace *t = &r->trace;
    const struct hc_result *run = &r->results.runs[n];

    for (size_t i = 0; i < n; i++) {
        const struct hc_result *other = &r->results.runs[i];

        if (!isnan(other->measures[HC_REPLAY_NODES_BOUND]) &&
            !memcmp(run->placed, other->placed, (t->n_pods / 64 + 1) * 8) &&
            !memcmp(run->shapes, other->shapes, t->n_shapes * sizeof(*run->shapes)))
            return other;
    }
    return NULL;
}

static enum hc_status bound_run(
    struct hc_replay *r, size_t n, struct input *in, struct hc_error *err)
{
    struct hc_result *run = &r->results.runs[n];
    const struct hc_result *same;

    run->measures[HC_REPLAY_NODES_BOUND] = NAN;
    run->measures[HC_REPLAY_NODE_HOURS_BOUND] = NAN;
    if (!keeps_to_nodes(r, n / r->results.n_orders, n % r->results.n_orders))
        return HC_OK;
    same = same_pods(r, n);
    if (same) {
        memcpy(&run->measures[HC_REPLAY_NODES_BOUND],
            &same->measures[HC_REPLAY_NODES_BOUND], 2 * sizeof(double));
        return HC_OK;
    }
    return r->trace.timed ? bound_over_time(&r->trace, in, run, err)
                          : bound_at_end(&r->trace, in, run, err);
}

/* ---- the workload of --nodes-needed ---- */

/* Those that stay on their node take from what it has. */
static void put_workload(
    const struct hc_trace *t, const struct hc_workload_at *w, struct input *in)
{
    size_t k = in->bound.resources;

    memset(in->pods, 0, t->n_shapes * sizeof(*in->pods));
    for (size_t n = 0; n < t->n_nodes; n++)
        in->nodes[n] = w->present[n];
    for (size_t i = 0; i < w->n; i++) {
        const struct hc_replay_pod *pod = &t->pods[w->pods[i]];

        if (!pod->pinned) {
            in->pods[pod->shape]++;
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
    struct hc_replay *r, struct input *in, struct hc_error *err)
{
    HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {.resources = 0};
    HC_CLEANUP(hc_workload_at_clear) struct hc_workload_at w = {.n = 0};

    HC_TRY(hc_workload_at_peak(&r->trace, &w));
    put_workload(&r->trace, &w, in);
    HC_TRY(hc_bound_case_init(&c, &in->bound, err));
    HC_TRY(hc_bound_ffd(&c, NULL, &r->oracle, err));
    c.pending = (int64_t)((double)w.n_placed * HC_NEEDED_PENDING);
    return hc_bounds_read(&c, &r->bounds);
}

enum hc_status hc_replay_bounds(struct hc_replay *r, struct hc_error *err)
{
    HC_CLEANUP(input_clear) struct input in = {.demand = NULL};

    HC_TRY(input_make(&r->trace, &in));
    for (size_t n = 0; n < r->results.n_mixes * r->results.n_orders; n++)
        HC_TRY(bound_run(r, n, &in, err));
    return r->needed.trials ? bound_workload(r, &in, err) : HC_OK;
}
