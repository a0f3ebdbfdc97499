#include <string.h>

#include "base/mem.h"
#include "replay/peak.h"

void hc_workload_at_clear(struct hc_workload_at *w)
{
    hc_free(w->pods);
    hc_free(w->present);
    *w = (struct hc_workload_at){0};
}

/* The first event after which pods ask for most CPU. */
static size_t find_peak(const struct hc_trace *t)
{
    int64_t cpu = 0, most = -1;
    size_t at = 0;

    for (size_t i = 0; i < t->n_events; i++) {
        const struct hc_event *e = &t->events[i];

        if (e->kind == HC_POD_ARRIVES)
            cpu += t->shapes[t->pods[e->subject].shape].cpu;
        else if (e->kind == HC_POD_LEAVES)
            cpu -= t->shapes[t->pods[e->subject].shape].cpu;
        if (cpu > most) {
            most = cpu;
            at = i;
        }
    }
    return at;
}

/* Who is there after the first n events. */
static void follow_events(
    const struct hc_trace *t, size_t n, bool *alive, struct hc_workload_at *w)
{
    for (size_t i = t->n_events; i-- > 0;) /* a node that joins is not there before */
        if (t->events[i].kind == HC_NODE_JOINS || t->events[i].kind == HC_NODE_LEAVES)
            w->present[t->events[i].subject] = t->events[i].kind == HC_NODE_LEAVES;
    for (size_t i = 0; i < n; i++) {
        const struct hc_event *e = &t->events[i];

        if (e->kind == HC_POD_ARRIVES || e->kind == HC_POD_LEAVES)
            alive[e->subject] = e->kind == HC_POD_ARRIVES;
        if (e->kind == HC_NODE_JOINS || e->kind == HC_NODE_LEAVES)
            w->present[e->subject] = e->kind == HC_NODE_JOINS;
    }
    for (size_t i = 0; i < n; i++)
        if (t->events[i].kind == HC_POD_ARRIVES && alive[t->events[i].subject])
            w->pods[w->n++] = t->events[i].subject;
}

static enum hc_status fill(const struct hc_trace *t, struct hc_workload_at *w)
{
    const struct hc_order *order = &t->orders[0];
    HC_CLEANUP(hc_freep) bool *alive = hc_calloc(t->n_pods + 1, sizeof(*alive));
    size_t peak;

    if (!alive)
        return HC_NO_MEMORY;
    for (; w->n < order->n_arrivals; w->n++)
        w->pods[w->n] = order->arrivals[w->n];
    if (order->n_arrivals || !t->n_events)
        return HC_OK;
    peak = find_peak(t);
    w->moment_us = t->events[peak].time_us;
    follow_events(t, peak + 1, alive, w);
    return HC_OK;
}

enum hc_status hc_workload_at_peak(const struct hc_trace *t, struct hc_workload_at *ret)
{
    HC_CLEANUP(hc_workload_at_clear) struct hc_workload_at w = {0};

    w.pods = hc_alloc(t->n_pods + t->orders[0].n_arrivals + 1, sizeof(*w.pods));
    w.present = hc_alloc(t->n_nodes + 1, sizeof(*w.present));
    if (!w.pods || !w.present)
        return HC_NO_MEMORY;
    memset(w.present, true, t->n_nodes);
    HC_TRY(fill(t, &w));
    for (size_t i = 0; i < w.n; i++)
        w.n_placed += !t->pods[w.pods[i]].pinned;
    for (size_t i = 0; i < t->n_nodes; i++)
        w.n_present += w.present[i];
    *ret = w;
    w = (struct hc_workload_at){0};
    return HC_OK;
}
