#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "replay/fit.h"
#include "replay/run_inside.h"
#include "replay/sorted.h"

/* ---- opening ---- */

static enum hc_status open_policies(struct hc_run *run)
{
    const struct hc_mix *mix = run->request.mix;

    for (size_t i = 0; i < mix->n; i++) {
        run->scenes[i] = (struct hc_scene){run->trace, &run->fleet, NULL};
        if (mix->parts[i].policy->open)
            HC_TRY(mix->parts[i].policy->open(&run->scenes[i], &run->scenes[i].own));
    }
    return HC_OK;
}

static enum hc_status allocate(struct hc_run *run)
{
    size_t nodes = run->trace->n_nodes + 1, pods = run->trace->n_pods + 1;

    run->rank_of = hc_calloc(nodes, sizeof(*run->rank_of));
    run->totals = hc_calloc(nodes, sizeof(*run->totals));
    run->fits = hc_calloc(nodes, sizeof(*run->fits));
    run->fitting = hc_calloc(nodes, sizeof(*run->fitting));
    run->by_node = hc_alloc(nodes + HC_CACHE_BLOCK, sizeof(*run->by_node));
    run->node_of = hc_alloc(pods, sizeof(*run->node_of));
    run->devices = hc_calloc(pods, sizeof(*run->devices));
    run->shape_of = hc_calloc(pods, sizeof(*run->shape_of));
    run->since = hc_calloc(pods, sizeof(*run->since));
    run->placed = hc_calloc(pods, sizeof(*run->placed));
    run->place_of = hc_calloc(pods, sizeof(*run->place_of));
    if (!run->rank_of || !run->totals || !run->fits || !run->fitting || !run->by_node ||
        !run->node_of || !run->devices || !run->shape_of || !run->since || !run->placed ||
        !run->place_of)
        return HC_NO_MEMORY;
    memset(run->by_node, 0xff, (nodes + HC_CACHE_BLOCK) * sizeof(*run->by_node));
    memset(run->node_of, 0xff, pods * sizeof(*run->node_of));
    for (size_t i = 0; i < run->trace->n_nodes; i++)
        run->rank_of[run->request.order->node_at[i]] = (uint32_t)i;
    for (size_t i = 0; i < run->trace->n_pods; i++)
        run->shape_of[i] = run->trace->pods[i].shape;
    return HC_OK;
}

/* One more pod of this shape comes. */
static void count_shape(struct hc_run *run, bool *once, uint32_t shape)
{
    run->again[shape] |= once[shape];
    once[shape] = true;
}

/* Which shapes come more than once; a pod may have been resized before it comes. */
static enum hc_status find_again(struct hc_run *run)
{
    const struct hc_trace *trace = run->trace;
    const struct hc_order *order = run->request.order;
    HC_CLEANUP(hc_freep) bool *once = hc_calloc(trace->n_shapes + 1, sizeof(*once));

    run->again = hc_calloc(trace->n_shapes + 1, sizeof(*run->again));
    if (!once || !run->again)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < order->n_arrivals; i++)
        count_shape(run, once, trace->pods[order->arrivals[i]].shape);
    for (size_t i = 0; !order->n_arrivals && i < trace->n_events; i++) {
        const struct hc_event *event = &trace->events[i];

        if (event->kind == HC_POD_ARRIVES)
            count_shape(run, once, trace->pods[event->subject].shape);
        if (event->kind == HC_POD_RESIZES)
            count_shape(run, once, event->shape);
    }
    return HC_OK;
}

/* Is the node of this run at all, be it there or not? */
static bool is_kept(const struct hc_run *run, size_t node)
{
    return !run->request.nodes_kept || run->rank_of[node] < run->request.nodes_kept;
}

/* A node that joins later is not there yet, nor is one that is not kept. */
static void hide_nodes(struct hc_run *run)
{
    size_t events = run->request.order->n_arrivals ? 0 : run->trace->n_events;

    for (size_t i = events; i-- > 0;) {
        const struct hc_event *event = &run->trace->events[i];

        if (event->kind == HC_NODE_JOINS || event->kind == HC_NODE_LEAVES)
            run->fleet.present[event->subject] = event->kind == HC_NODE_LEAVES;
    }
    for (size_t i = 0; i < run->trace->n_nodes; i++)
        run->fleet.present[i] &= is_kept(run, i);
}

enum hc_status hc_run_open(const struct hc_run_request *request, struct hc_run **ret)
{
    HC_CLEANUP(hc_run_closep) struct hc_run *run = hc_calloc(1, sizeof(*run));

    if (!run)
        return HC_NO_MEMORY;
    run->request = *request;
    run->trace = request->trace;
    run->lead = hc_mix_lead(request->mix);
    hc_random_seed(&run->random, (uint64_t)request->order->seed);
    HC_TRY(hc_fleet_open(run->trace, &run->fleet));
    HC_TRY(hc_soft_open(run->trace, &run->soft));
    HC_TRY(find_again(run));
    HC_TRY(hc_cache_open(run->trace->n_nodes, run->trace->n_shapes, run->again,
        request->cache_bytes, &run->cache));
    HC_TRY(allocate(run));
    hide_nodes(run);
    if (run->lead->kind == HC_POLICY_SORTED)
        HC_TRY(hc_sorted_arrivals(run->trace, request->order, &run->sorted));
    HC_TRY(open_policies(run));
    *ret = hc_take(&run);
    return HC_OK;
}

void hc_run_close(struct hc_run *run)
{
    if (!run)
        return;
    for (size_t i = 0; i < run->request.mix->n; i++)
        if (run->scenes[i].own)
            run->request.mix->parts[i].policy->close(run->scenes[i].own);
    hc_fleet_clear(&run->fleet);
    hc_soft_clear(&run->soft);
    hc_cache_clear(&run->cache);
    hc_free(run->again);
    hc_free(run->rank_of);
    hc_free(run->totals);
    hc_free(run->fits);
    hc_free(run->fitting);
    hc_free(run->by_node);
    hc_free(run->node_of);
    hc_free(run->devices);
    hc_free(run->shape_of);
    hc_free(run->since);
    hc_free(run->placed);
    hc_free(run->place_of);
    hc_free(run->sorted);
    hc_free(run);
}

void hc_run_closep(struct hc_run **run)
{
    hc_run_close(*run);
}

/* ---- changes ---- */

static void node_changed(struct hc_run *run, uint32_t node, bool gained)
{
    const struct hc_mix *mix = run->request.mix;

    hc_cache_changed(&run->cache, run->rank_of[node], gained);
    for (size_t i = 0; i < mix->n; i++)
        if (mix->parts[i].policy->changed)
            mix->parts[i].policy->changed(&run->scenes[i], node);
}

/* Of the GPUs that have enough left, one at random. */
static uint32_t random_gpu(
    struct hc_run *run, const struct hc_shape *shape, uint32_t node)
{
    size_t n = hc_fit_gpus(&run->fleet, shape->gpu_milli, node);
    size_t k = n ? (size_t)hc_random_below(&run->random, n) : 0;

    for (size_t g = 0; g < run->fleet.gpu_stride && n; g++)
        if (hc_fleet_gpus(&run->fleet, node)[g] >= shape->gpu_milli && !k--)
            return UINT32_C(1) << g;
    return 0;
}

static uint32_t devices_for(
    struct hc_run *run, const struct hc_shape *shape, uint32_t node)
{
    const struct hc_mix *mix = run->request.mix;
    size_t part = 0;

    if (!shape->gpus || !run->fleet.gpu_stride)
        return 0;
    if (run->lead->kind == HC_POLICY_RANDOM && hc_shape_shares(shape))
        return random_gpu(run, shape, node);
    while (mix->parts[part].policy != run->lead)
        part++;
    return run->lead->devices ? run->lead->devices(&run->scenes[part], shape, node)
                              : hc_fleet_devices(&run->fleet, shape, node);
}

/* Keeps the list of those whose use is added up. */
static void list_placed(struct hc_run *run, uint32_t pod, bool placed)
{
    if (!run->trace->usage.n_hours)
        return;
    if (placed) {
        run->place_of[pod] = (uint32_t)run->n_placed;
        run->placed[run->n_placed++] = pod;
        return;
    }
    run->placed[run->place_of[pod]] = run->placed[--run->n_placed];
    run->place_of[run->placed[run->place_of[pod]]] = run->place_of[pod];
}

static void take(struct hc_run *run, uint32_t pod, uint32_t node)
{
    const struct hc_shape *shape = &run->trace->shapes[run->shape_of[pod]];

    run->devices[pod] = devices_for(run, shape, node);
    run->node_of[pod] = node;
    run->since[pod] = run->hours;
    list_placed(run, pod, true);
    hc_load_newer(&run->fleet.load, shape, node, 1);
    hc_fleet_take(&run->fleet, shape, node, run->devices[pod]);
    node_changed(run, node, false);
}

static void give(struct hc_run *run, uint32_t pod)
{
    const struct hc_shape *shape = &run->trace->shapes[run->shape_of[pod]];
    uint32_t node = run->node_of[pod];

    list_placed(run, pod, false);
    if (run->since[pod] == run->hours)
        hc_load_newer(&run->fleet.load, shape, node, -1);
    hc_fleet_give(&run->fleet, shape, node, run->devices[pod]);
    run->node_of[pod] = HC_NOWHERE;
    node_changed(run, node, true);
}

/* ---- events ---- */

static uint32_t place(struct hc_run *run, uint32_t pod)
{
    const struct hc_replay_pod *p = &run->trace->pods[pod];

    if (p->pinned || run->lead->kind == HC_POLICY_RECORDED)
        return p->node;
    return run->request.forced ? run->request.forced[pod]
                               : hc_run_choose(run, run->shape_of[pod]);
}

static void arrive(struct hc_run *run, uint32_t pod, struct hc_step *step)
{
    step->node = place(run, pod);
    step->outcome = run->trace->pods[pod].pinned ? HC_KEPT
                    : step->node == HC_NOWHERE   ? HC_REFUSED
                                                 : HC_PLACED;
    step->index = run->arrivals;
    run->arrivals += step->outcome != HC_KEPT;
    if (step->node != HC_NOWHERE)
        take(run, pod, step->node);
}

static void leave(struct hc_run *run, uint32_t pod, struct hc_step *step)
{
    step->node = run->node_of[pod];
    step->outcome = step->node == HC_NOWHERE ? HC_NOTHING : HC_GONE;
    if (step->node != HC_NOWHERE)
        give(run, pod);
}

static void resize(struct hc_run *run, uint32_t pod, uint32_t shape, struct hc_step *step)
{
    uint32_t node = run->node_of[pod];

    step->node = node;
    step->outcome = node == HC_NOWHERE ? HC_NOTHING : HC_MOVED;
    if (node != HC_NOWHERE)
        give(run, pod);
    run->shape_of[pod] = shape;
    if (node != HC_NOWHERE)
        take(run, pod, node);
}

/* What the pods used in it becomes known, node by node. */
static void end_hour(struct hc_run *run, uint32_t hour)
{
    const struct hc_usage *usage = &run->trace->usage;
    struct hc_load *load = &run->fleet.load;

    hc_load_begin_hour(load);
    run->hours++;
    for (size_t i = 0; i < run->n_placed; i++) {
        uint32_t pod = run->placed[i];
        const struct hc_shape *shape = &run->trace->shapes[run->shape_of[pod]];
        double cpu = (double)shape->cpu, memory = (double)shape->memory;
        size_t row = hc_usage_find(usage, pod, hour);

        if (row != SIZE_MAX && !isnan(usage->cpu[row]))
            cpu = usage->cpu[row];
        if (row != SIZE_MAX && !isnan(usage->memory[row]))
            memory = usage->memory[row];
        hc_load_add(load, run->node_of[pod], cpu, memory);
    }
    hc_cache_all_changed(&run->cache);
}

static void happen(struct hc_run *run, const struct hc_event *event, struct hc_step *step)
{
    bool of_node = event->kind == HC_NODE_JOINS || event->kind == HC_NODE_LEAVES;

    *step = (struct hc_step){.event = event,
        .pod = of_node ? HC_NOWHERE : event->subject,
        .node = event->subject,
        .outcome = HC_GONE};
    if (event->kind == HC_HOUR_ENDS) {
        step->pod = step->node = HC_NOWHERE;
        end_hour(run, event->subject);
    } else if (of_node) {
        run->fleet.present[event->subject] =
            event->kind == HC_NODE_JOINS && is_kept(run, event->subject);
        node_changed(run, event->subject, true);
    } else if (event->kind == HC_POD_ARRIVES) {
        arrive(run, event->subject, step);
    } else if (event->kind == HC_POD_LEAVES) {
        leave(run, event->subject, step);
    } else {
        resize(run, event->subject, event->shape, step);
    }
}

/* NULL: there is none. */
static const struct hc_event *next_event(struct hc_run *run)
{
    const struct hc_order *order = run->request.order;
    size_t n = order->n_arrivals ? order->n_arrivals : run->trace->n_events;
    size_t at = run->next;

    if (at == n)
        return NULL;
    if (run->sorted)
        at = run->sorted[at];
    if (!order->n_arrivals)
        return &run->trace->events[at];
    run->made_up = (struct hc_event){.time_us = (int64_t)run->next,
        .kind = HC_POD_ARRIVES,
        .subject = order->arrivals[at]};
    return &run->made_up;
}

bool hc_run_step(struct hc_run *run, struct hc_step *ret)
{
    const struct hc_event *event = next_event(run);

    if (!event)
        return false;
    happen(run, event, ret);
    run->next++;
    return true;
}

/* ---- looking ---- */

const struct hc_fleet *hc_run_fleet(const struct hc_run *run)
{
    return &run->fleet;
}

uint64_t hc_run_scored(const struct hc_run *run)
{
    return run->cache.scored;
}

uint32_t hc_run_node_of(const struct hc_run *run, uint32_t pod)
{
    return run->node_of[pod];
}

bool hc_run_judge(struct hc_run *run, struct hc_judgement *ret)
{
    const struct hc_event *event = next_event(run);
    const struct hc_rules *rules;
    uint32_t shape;

    if (!event || event->kind != HC_POD_ARRIVES ||
        run->trace->pods[event->subject].pinned)
        return false;
    shape = run->shape_of[event->subject];
    *ret = (struct hc_judgement){.pod = event->subject,
        .index = run->arrivals,
        .shape = &run->trace->shapes[shape],
        .soft = &run->soft,
        .totals = run->totals,
        .scenes = run->scenes};
    hc_run_totals(run, ret->shape, hc_run_scores(run, shape));
    rules = &run->trace->rules[ret->shape->rules];
    ret->affinity = rules->prefers;
    ret->spread = hc_soft_spreads(ret->shape);
    return true;
}
