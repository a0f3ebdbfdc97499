#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "replay/trace.h"

/* ---- releasing ---- */

void hc_shape_clear(struct hc_shape *shape)
{
    hc_free(shape->groups);
    hc_free(shape->spreads);
    *shape = (struct hc_shape){0};
}

static void clear_rules(struct hc_trace *trace)
{
    for (size_t i = 0; i < trace->n_rules; i++) {
        hc_free(trace->rules[i].bars);
        hc_free(trace->rules[i].untolerated);
        hc_free(trace->rules[i].affinity);
    }
    hc_free(trace->rules);
}

static void clear_orders(struct hc_trace *trace)
{
    for (size_t i = 0; i < trace->n_orders; i++) {
        hc_free(trace->orders[i].node_at);
        hc_free(trace->orders[i].arrivals);
    }
    hc_free(trace->orders);
}

void hc_trace_clear(struct hc_trace *trace)
{
    if (!trace)
        return;
    for (size_t i = 0; i < trace->n_shapes; i++)
        hc_shape_clear(&trace->shapes[i]);
    for (size_t i = 0; i < trace->n_topologies; i++)
        hc_free(trace->topologies[i].domain);
    clear_rules(trace);
    clear_orders(trace);
    hc_free(trace->shapes);
    hc_free(trace->topologies);
    hc_free(trace->nodes);
    hc_free(trace->pods);
    hc_free(trace->events);
    hc_usage_clear(&trace->usage);
    hc_name_index_clear(&trace->node_names);
    hc_name_index_clear(&trace->pod_names);
    hc_name_index_clear(&trace->models);
    hc_name_index_clear(&trace->specs);
    hc_name_index_clear(&trace->extended);
    hc_name_index_clear(&trace->shape_keys);
    *trace = (struct hc_trace){0};
}

/* ---- appending ---- */

enum hc_status hc_trace_add_node(struct hc_trace *trace, struct hc_replay_node **ret)
{
    HC_TRY(hc_grow(
        &trace->nodes, &trace->cap_nodes, trace->n_nodes + 1, sizeof(*trace->nodes)));
    *ret = &trace->nodes[trace->n_nodes++];
    memset(*ret, 0, sizeof(**ret));
    return HC_OK;
}

enum hc_status hc_trace_add_pod(struct hc_trace *trace, struct hc_replay_pod **ret)
{
    HC_TRY(
        hc_grow(&trace->pods, &trace->cap_pods, trace->n_pods + 1, sizeof(*trace->pods)));
    *ret = &trace->pods[trace->n_pods++];
    **ret = (struct hc_replay_pod){.node = HC_NOWHERE, .leaves_us = HC_NEVER};
    return HC_OK;
}

enum hc_status hc_trace_add_rules(struct hc_trace *trace, uint32_t *ret)
{
    HC_TRY(hc_grow(
        &trace->rules, &trace->cap_rules, trace->n_rules + 1, sizeof(*trace->rules)));
    *ret = (uint32_t)trace->n_rules;
    trace->rules[trace->n_rules++] = (struct hc_rules){0};
    return HC_OK;
}

enum hc_status hc_trace_add_order(struct hc_trace *trace, struct hc_order **ret)
{
    HC_TRY(hc_grow(
        &trace->orders, &trace->cap_orders, trace->n_orders + 1, sizeof(*trace->orders)));
    *ret = &trace->orders[trace->n_orders++];
    **ret = (struct hc_order){0};
    return HC_OK;
}

enum hc_status hc_trace_add_event(struct hc_trace *trace, const struct hc_event *event)
{
    HC_TRY(hc_grow(
        &trace->events, &trace->cap_events, trace->n_events + 1, sizeof(*trace->events)));
    trace->events[trace->n_events++] = *event;
    return HC_OK;
}

/* ---- shapes ---- */

static void bound(int64_t *amounts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (amounts[i] > HC_AMOUNT_MOST)
            amounts[i] = HC_AMOUNT_MOST;
}

static void bound_shape(struct hc_shape *s)
{
    int64_t *const all[] = {&s->cpu, &s->memory, &s->ephemeral, &s->scored_cpu,
        &s->scored_memory, &s->limit_cpu, &s->limit_memory};

    for (size_t i = 0; i < HC_COUNT(all); i++)
        bound(all[i], 1);
    bound(s->extended, HC_EXTENDED_MAX);
}

static void bound_node(struct hc_replay_node *n)
{
    int64_t *const all[] = {&n->cpu, &n->memory, &n->ephemeral, &n->pods};

    for (size_t i = 0; i < HC_COUNT(all); i++)
        bound(all[i], 1);
    bound(n->extended, HC_EXTENDED_MAX);
}

/* Everything that placing depends on, as bytes. */
static void put_key(struct hc_buf *key, const struct hc_shape *shape)
{
    const int64_t numbers[] = {shape->cpu, shape->memory, shape->ephemeral,
        shape->scored_cpu, shape->scored_memory, shape->limit_cpu, shape->limit_memory,
        shape->gpus, shape->gpu_milli, shape->spec, shape->rules, shape->defaults,
        (int64_t)shape->n_groups};

    hc_buf_add(key, numbers, sizeof(numbers));
    if (shape->any_extended)
        hc_buf_add(key, shape->extended, sizeof(shape->extended));
    hc_buf_add(key, shape->groups, shape->n_groups * sizeof(*shape->groups));
    for (size_t i = 0; i < shape->n_spreads; i++) {
        const struct hc_spreading *s = &shape->spreads[i];
        const int32_t parts[] = {(int32_t)s->group, (int32_t)s->topology, s->max_skew,
            s->min_domains, s->hard, s->counts_none, s->self, s->heeds_affinity,
            s->heeds_taints};

        hc_buf_add(key, parts, sizeof(parts));
    }
}

enum hc_status hc_trace_add_shape(
    struct hc_trace *trace, struct hc_shape *shape, uint32_t *ret)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf key = HC_BUF_INIT;
    size_t at;

    bound_shape(shape);
    put_key(&key, shape);
    HC_TRY(hc_buf_check(&key));
    HC_TRY(hc_grow(
        &trace->shapes, &trace->cap_shapes, trace->n_shapes + 1, sizeof(*trace->shapes)));
    HC_TRY(hc_name_index_add(&trace->shape_keys, key.text, key.len, &at));
    *ret = (uint32_t)at;
    if (at < trace->n_shapes) {
        hc_shape_clear(shape);
        return HC_OK;
    }
    trace->shapes[trace->n_shapes++] = *shape;
    *shape = (struct hc_shape){0};
    return HC_OK;
}

/* ---- closing ---- */

static int by_time(const void *a, const void *b)
{
    const struct hc_event *x = a, *y = b;

    if (x->time_us != y->time_us)
        return x->time_us < y->time_us ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return x->subject < y->subject ? -1 : x->subject > y->subject;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

void hc_trace_close(struct hc_trace *trace)
{
    if (trace->n_events)
        qsort(trace->events, trace->n_events, sizeof(*trace->events), by_time);
    if (trace->n_events && trace->start_us == trace->end_us) {
        trace->start_us = trace->events[0].time_us;
        trace->end_us = trace->events[trace->n_events - 1].time_us;
    }
    trace->capacity_gpus = trace->most_cpu = trace->most_gpu_milli = 0;
    for (size_t i = 0; i < trace->n_nodes; i++) {
        struct hc_replay_node *node = &trace->nodes[i];

        bound_node(node);
        trace->capacity_gpus += node->gpus;
        trace->most_cpu = larger(trace->most_cpu, node->cpu);
        trace->most_gpu_milli =
            larger(trace->most_gpu_milli, (int64_t)node->gpus * HC_GPU_WHOLE);
    }
}
