#include <stdlib.h>

#include "base/mem.h"
#include "replay/sorted.h"

struct item {
    int64_t time_us;
    uint32_t kind, number;
    double size;
};

static double share(int64_t part, int64_t most)
{
    return most > 0 ? (double)part / (double)most : 0;
}

static double size_of(const struct hc_trace *t, uint32_t pod, int64_t most_memory)
{
    const struct hc_shape *s = &t->shapes[t->pods[pod].shape];
    double size = share(s->cpu, t->most_cpu);
    double memory = share(s->memory, most_memory);
    double gpu = share(hc_shape_gpu_milli(s), t->most_gpu_milli);

    size = memory > size ? memory : size;
    return gpu > size ? gpu : size;
}

static int before(const void *a, const void *b)
{
    const struct item *x = a, *y = b;

    if (x->time_us != y->time_us)
        return x->time_us < y->time_us ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->size > y->size || x->size < y->size)
        return x->size > y->size ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

static struct item item_at(const struct hc_trace *t, const struct hc_order *order,
    uint32_t i, int64_t most_memory)
{
    const struct hc_event *event = order->n_arrivals ? NULL : &t->events[i];
    struct item item = {.number = i};

    if (event) {
        item.time_us =
            t->timed ? event->time_us
                     : event->kind == HC_POD_ARRIVES && !t->pods[event->subject].pinned;
        item.kind = event->kind;
    }
    if (!event) { /* those that stay are there first */
        item.time_us = !t->pods[order->arrivals[i]].pinned;
        item.size = size_of(t, order->arrivals[i], most_memory);
    } else if (event->kind == HC_POD_ARRIVES) {
        item.size = size_of(t, event->subject, most_memory);
    }
    return item;
}

enum hc_status hc_sorted_arrivals(
    const struct hc_trace *trace, const struct hc_order *order, uint32_t **ret)
{
    size_t n = order->n_arrivals ? order->n_arrivals : trace->n_events;
    HC_CLEANUP(hc_freep) struct item *items = hc_alloc(n + 1, sizeof(*items));
    HC_CLEANUP(hc_freep) uint32_t *numbers = hc_alloc(n + 1, sizeof(*numbers));
    int64_t most_memory = 0;

    if (!items || !numbers)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < trace->n_nodes; i++)
        if (trace->nodes[i].memory > most_memory)
            most_memory = trace->nodes[i].memory;
    for (size_t i = 0; i < n; i++)
        items[i] = item_at(trace, order, (uint32_t)i, most_memory);
    if (n)
        qsort(items, n, sizeof(*items), before);
    for (size_t i = 0; i < n; i++)
        numbers[i] = items[i].number;
    *ret = hc_take(&numbers);
    return HC_OK;
}
