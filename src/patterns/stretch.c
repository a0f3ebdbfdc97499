#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "patterns/stretch.h"

#define SECOND_US INT64_C(1000000)
#define PART 1073741824.0 /* 2^30: |z| up to 20, 2^28 samples of a stretch */

enum { NONE = UINT32_MAX };

int64_t hc_stretch_reach_us(int64_t step_s)
{
    int64_t reach = step_s * SECOND_US / 2 * 3;

    if (step_s > HC_EVENT_GAP_S)
        return HC_EVENT_JOIN_S * SECOND_US;
    if (reach < HC_EVENT_JOIN_S * SECOND_US)
        return HC_EVENT_JOIN_S * SECOND_US;
    return reach < HC_EVENT_GAP_S * SECOND_US ? reach : HC_EVENT_GAP_S * SECOND_US;
}

enum hc_status hc_stretches_init(
    struct hc_stretches *s, uint32_t nodes, size_t gauges, const int64_t *reach_us)
{
    *s = (struct hc_stretches){.gauges = gauges, .reach_us = reach_us, .n_nodes = nodes};
    s->newest = hc_alloc(nodes, sizeof(*s->newest));
    if (!s->newest)
        return HC_NO_MEMORY;
    memset(s->newest, 0xff, nodes * sizeof(*s->newest));
    return HC_OK;
}

void hc_stretches_clear(struct hc_stretches *s)
{
    hc_free(s->newest);
    hc_free(s->stretch);
    hc_free(s->gauge);
    *s = (struct hc_stretches){0};
}

/* ---- one stretch ---- */

/* The farther one; of equals the smaller value, then the smaller usual. */
static bool is_farther(const struct hc_stretch_gauge *a, const struct hc_stretch_gauge *b)
{
    if (fabs(a->z) != fabs(b->z))
        return fabs(a->z) > fabs(b->z);
    if (a->value != b->value)
        return a->value < b->value;
    return a->usual < b->usual;
}

static void add_gauge(struct hc_stretch_gauge *to, const struct hc_stretch_gauge *from)
{
    int64_t sum = to->sum_z + from->sum_z;

    if (is_farther(from, to))
        *to = *from;
    to->sum_z = sum;
}

static void add_stretch(struct hc_stretch *to, const struct hc_stretch *from)
{
    to->start_us = from->start_us < to->start_us ? from->start_us : to->start_us;
    to->end_us = from->end_us > to->end_us ? from->end_us : to->end_us;
    if (from->top > to->top || (from->top == to->top && from->top_us < to->top_us)) {
        to->top = from->top;
        to->top_us = from->top_us;
    }
    to->samples += from->samples;
}

static struct hc_stretch_gauge *gauges_of(const struct hc_stretches *s, size_t i)
{
    return s->gauge + i * s->gauges;
}

static enum hc_status make_room(struct hc_stretches *s, size_t more)
{
    HC_TRY(hc_grow(&s->stretch, &s->cap, s->n + more, sizeof(*s->stretch)));
    return hc_grow(
        &s->gauge, &s->cap_gauges, (s->n + more) * s->gauges, sizeof(*s->gauge));
}

/* ---- samples ---- */

static bool within_reach(const struct hc_stretches *s, const struct hc_stretch *stretch,
    int64_t from_us, int64_t to_us)
{
    int64_t reach = s->reach_us[stretch->node];

    return from_us <= stretch->end_us + reach && to_us >= stretch->start_us - reach;
}

static int64_t parts_of(double z)
{
    return (int64_t)llround(fmin(fmax(z, -HC_USUAL_CAP), HC_USUAL_CAP) * PART);
}

static void add_values(struct hc_stretch_gauge *to, size_t gauges, uint8_t slot,
    const struct hc_usual *usual, const double *x, const double *z)
{
    for (size_t g = 0; g < gauges; g++) {
        const struct hc_stretch_gauge one = {
            isfinite(z[g]) ? parts_of(z[g]) : 0, z[g], x[g], usual[g].median[slot]};

        if (isfinite(z[g]))
            add_gauge(&to[g], &one);
    }
}

enum hc_status hc_stretches_add(struct hc_stretches *s, uint32_t node, int64_t time_us,
    uint8_t slot, double score, const struct hc_usual *usual, const double *x,
    const double *z)
{
    const struct hc_stretch one = {node, time_us, time_us, time_us, score, 1};
    uint32_t at = s->newest[node];

    if (at == NONE || !within_reach(s, &s->stretch[at], time_us, time_us)) {
        if (s->n >= NONE)
            return HC_NO_MEMORY;
        HC_TRY(make_room(s, 1));
        at = s->newest[node] = (uint32_t)s->n++;
        s->stretch[at] = one;
        for (size_t g = 0; g < s->gauges; g++)
            gauges_of(s, at)[g] = (struct hc_stretch_gauge){.sum_z = 0};
    } else {
        add_stretch(&s->stretch[at], &one);
    }
    add_values(gauges_of(s, at), s->gauges, slot, usual, x, z);
    return HC_OK;
}

/* ---- sets ---- */

enum hc_status hc_stretches_take(struct hc_stretches *s, struct hc_stretches *from)
{
    HC_TRY(make_room(s, from->n));
    if (from->n) {
        memcpy(s->stretch + s->n, from->stretch, from->n * sizeof(*s->stretch));
        memcpy(gauges_of(s, s->n), from->gauge, from->n * s->gauges * sizeof(*s->gauge));
    }
    s->n += from->n;
    hc_stretches_clear(from);
    return HC_OK;
}

struct place {
    uint32_t node, at;
    int64_t start_us;
};

static int by_node_and_time(const void *a, const void *b)
{
    const struct place *x = a, *y = b;

    if (x->node != y->node)
        return x->node < y->node ? -1 : 1;
    if (x->start_us != y->start_us)
        return x->start_us < y->start_us ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

static void join(struct hc_stretches *to, const struct hc_stretches *from, size_t i)
{
    const struct hc_stretch *stretch = &from->stretch[i];
    struct hc_stretch *last = to->n ? &to->stretch[to->n - 1] : NULL;
    const struct hc_stretch_gauge *gauges = gauges_of(from, i);

    if (last && last->node == stretch->node &&
        within_reach(from, last, stretch->start_us, stretch->end_us)) {
        add_stretch(last, stretch);
        for (size_t g = 0; g < to->gauges; g++)
            add_gauge(&gauges_of(to, to->n - 1)[g], &gauges[g]);
        return;
    }
    to->stretch[to->n] = *stretch;
    if (to->gauges)
        memcpy(gauges_of(to, to->n), gauges, to->gauges * sizeof(*gauges));
    to->n++;
}

enum hc_status hc_stretches_settle(struct hc_stretches *s)
{
    HC_CLEANUP(hc_freep) struct place *order = hc_alloc(s->n, sizeof(*order));
    struct hc_stretches out;

    if (!order)
        return HC_NO_MEMORY;
    HC_TRY(hc_stretches_init(&out, s->n_nodes, s->gauges, s->reach_us));
    if (make_room(&out, s->n)) {
        hc_stretches_clear(&out);
        return HC_NO_MEMORY;
    }
    for (size_t i = 0; i < s->n; i++)
        order[i] =
            (struct place){s->stretch[i].node, (uint32_t)i, s->stretch[i].start_us};
    if (s->n)
        qsort(order, s->n, sizeof(*order), by_node_and_time);
    for (size_t i = 0; i < s->n; i++)
        join(&out, s, order[i].at);
    hc_stretches_clear(s);
    *s = out;
    return HC_OK;
}

/* ---- events ---- */

void hc_stretches_event(const struct hc_stretches *s, size_t i, struct hc_event *event,
    struct hc_stretch_gauge farthest[HC_EVENT_BLAMED])
{
    const struct hc_stretch *stretch = &s->stretch[i];
    double mean[HC_EVENT_GAUGES];

    *event = (struct hc_event){.start_us = stretch->start_us,
        .end_us = stretch->end_us,
        .top_us = stretch->top_us,
        .top = stretch->top,
        .samples = stretch->samples};
    for (size_t g = 0; g < s->gauges; g++)
        mean[g] = (double)gauges_of(s, i)[g].sum_z / PART / (double)stretch->samples;
    hc_event_blame(event, mean, s->gauges);
    for (size_t k = 0; k < event->n_blamed; k++)
        farthest[k] = gauges_of(s, i)[event->blamed[k].gauge];
}
