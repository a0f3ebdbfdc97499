/*
 * anomalies_tell.c - from stretches to the section: events, worst first; hours in which
 * the fleet has them; nodes; the map
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "findings/anomalies_run.h"

enum { FLEET_LEAST = 3, FLEET_SHARE = 20, HOUR_S = 3600 };

#define FLEET_LEVEL 0.01
#define SECOND_US INT64_C(1000000)

/* An event, in the order of nodes and time. */
struct mark {
    size_t at; /* its stretch */
    int fleet;
};

struct tale {
    const struct hc_anomalies_run *run;
    const struct hc_stretches *all;
    struct hc_anomalies *out;
    struct mark *marks;
    size_t n;
    uint32_t *count; /* [hours] nodes with an event */
    int *fleet_of;   /* [hours] or -1 */
    size_t n_fleet;
    struct hc_anomaly_fleet *fleet;
};

static void tale_clear(struct tale *t)
{
    hc_free(t->marks);
    hc_free(t->count);
    hc_free(t->fleet_of);
    hc_free(t->fleet);
}

static const struct hc_stretch *stretch_of(const struct tale *t, size_t i)
{
    return &t->all->stretch[t->marks[i].at];
}

static size_t hour_of(const struct tale *t, int64_t time_us)
{
    return (size_t)hc_floor_div(
        time_us - t->run->view.start_s * SECOND_US, HOUR_S * SECOND_US);
}

static int32_t offset_at(const struct tale *t, int64_t time_us)
{
    return (int32_t)hc_zone_offset(t->run->zone, hc_floor_div(time_us, SECOND_US));
}

static enum hc_status make_marks(struct tale *t)
{
    size_t hours = t->run->view.hours;

    t->marks = hc_alloc(t->all->n, sizeof(*t->marks));
    t->count = hc_calloc(hours, sizeof(*t->count));
    t->fleet_of = hc_alloc(hours, sizeof(*t->fleet_of));
    if (!t->marks || !t->count || !t->fleet_of)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < t->all->n; i++)
        if (t->all->stretch[i].top >= HC_EVENT_ON)
            t->marks[t->n++] = (struct mark){i, -1};
    t->out->total = t->n;
    return HC_OK;
}

/* ---- the fleet ---- */

static void count_hours(struct tale *t)
{
    size_t next = 0; /* the first hour that is not yet counted of this node */

    for (size_t i = 0; i < t->n; i++) {
        const struct hc_stretch *s = stretch_of(t, i);
        size_t from = hour_of(t, s->start_us), to = hour_of(t, s->end_us);

        if (!i || stretch_of(t, i - 1)->node != s->node)
            next = 0;
        for (size_t h = from > next ? from : next; h <= to; h++)
            t->count[h]++;
        next = to + 1 > next ? to + 1 : next;
    }
}

/* Chernoff: P(Poisson(mean) >= k) is at most this, for k over the mean. */
static double tail(double mean, double k)
{
    return k > mean ? exp(k - mean - k * log(k / mean)) : 1;
}

static bool is_fleet_hour(const struct tale *t, size_t hour, double mean)
{
    uint32_t k = t->count[hour];

    return k >= FLEET_LEAST && (uint64_t)k * FLEET_SHARE >= t->out->nodes_known &&
           tail(mean, k) * (double)t->run->view.hours <= FLEET_LEVEL;
}

static enum hc_status find_fleet(struct tale *t)
{
    size_t hours = t->run->view.hours, cap = 0;
    int64_t start_s = t->run->view.start_s;
    double mean = 0;

    for (size_t h = 0; h < hours; h++)
        mean += t->count[h] / (double)hours;
    for (size_t h = 0; h < hours; h++) {
        bool on = h > 0 && t->fleet_of[h - 1] >= 0;

        t->fleet_of[h] = -1;
        if (!is_fleet_hour(t, h, mean))
            continue;
        if (!on) {
            int64_t at_us = (start_s + (int64_t)h * HOUR_S) * SECOND_US;

            HC_TRY(hc_grow(&t->fleet, &cap, t->n_fleet + 1, sizeof(*t->fleet)));
            t->fleet[t->n_fleet++] = (struct hc_anomaly_fleet){
                .start_us = at_us, .offset_s = offset_at(t, at_us)};
        }
        t->fleet_of[h] = (int)t->n_fleet - 1;
        t->fleet[t->n_fleet - 1].end_us =
            (start_s + (int64_t)(h + 1) * HOUR_S) * SECOND_US;
    }
    return HC_OK;
}

/* The events of a fleet's hours: how many, of how many nodes, what is to blame. */
static enum hc_status fill_fleet(struct tale *t)
{
    size_t gauges = t->run->gauges;
    HC_CLEANUP(hc_freep)
    uint32_t *blamed = hc_calloc(t->n_fleet * gauges, sizeof(*blamed));
    HC_CLEANUP(hc_freep) uint32_t *last = hc_alloc(t->n_fleet, sizeof(*last));

    if (!blamed || !last)
        return HC_NO_MEMORY;
    memset(last, 0xff, t->n_fleet * sizeof(*last));
    for (size_t i = 0; i < t->n && t->n_fleet; i++) {
        const struct hc_stretch *s = stretch_of(t, i);
        struct hc_stretch_gauge farthest[HC_EVENT_BLAMED];
        struct hc_event event;
        int done = -1;

        for (size_t h = hour_of(t, s->start_us); h <= hour_of(t, s->end_us); h++) {
            int f = t->fleet_of[h];

            if (f < 0 || f == done)
                continue;
            if (done < 0)
                hc_stretches_event(t->all, t->marks[i].at, &event, farthest);
            t->marks[i].fleet = t->marks[i].fleet < 0 ? f : t->marks[i].fleet;
            t->fleet[f].events++;
            t->fleet[f].nodes += last[f] != s->node;
            for (size_t k = 0; k < event.n_blamed; k++)
                blamed[(size_t)f * gauges + event.blamed[k].gauge]++;
            last[f] = s->node;
            done = f;
        }
    }
    for (size_t f = 0; f < t->n_fleet; f++) {
        struct hc_anomaly_fleet *fleet = &t->fleet[f];

        for (; fleet->n_columns < HC_COUNT(fleet->column); fleet->n_columns++) {
            size_t best = 0;

            for (size_t g = 1; g < gauges; g++)
                if (blamed[f * gauges + g] > blamed[f * gauges + best])
                    best = g;
            if (!blamed[f * gauges + best])
                break;
            fleet->column[fleet->n_columns] = (struct hc_anomaly_blamed){
                (int)t->run->gauge[best], blamed[f * gauges + best]};
            blamed[f * gauges + best] = 0;
        }
    }
    return HC_OK;
}

struct ranked_fleet {
    uint32_t nodes;
    size_t at;
};

static int most_nodes_first(const void *a, const void *b)
{
    const struct ranked_fleet *x = a, *y = b;

    if (x->nodes != y->nodes)
        return x->nodes > y->nodes ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

/* By nodes; what does not fit is left out, and its events stand alone again. */
static enum hc_status keep_fleet(struct tale *t)
{
    struct hc_anomalies *out = t->out;
    size_t kept = t->n_fleet < HC_ANOMALY_FLEET ? t->n_fleet : HC_ANOMALY_FLEET;
    HC_CLEANUP(hc_freep)
    struct ranked_fleet *order = hc_alloc(t->n_fleet, sizeof(*order));
    HC_CLEANUP(hc_freep) int *new_of = hc_alloc(t->n_fleet, sizeof(*new_of));

    out->fleet = hc_alloc(kept, sizeof(*out->fleet));
    if (!order || !new_of || !out->fleet)
        return HC_NO_MEMORY;
    for (size_t f = 0; f < t->n_fleet; f++)
        order[f] = (struct ranked_fleet){t->fleet[f].nodes, f};
    if (t->n_fleet)
        qsort(order, t->n_fleet, sizeof(*order), most_nodes_first);
    for (size_t k = 0; k < t->n_fleet; k++) {
        new_of[order[k].at] = k < kept ? (int)k : -1;
        if (k < kept)
            out->fleet[k] = t->fleet[order[k].at];
    }
    out->n_fleet = kept;
    out->total_fleet = t->n_fleet;
    for (size_t i = 0; i < t->n; i++)
        if (t->marks[i].fleet >= 0)
            t->marks[i].fleet = new_of[t->marks[i].fleet];
    return HC_OK;
}

/* ---- events ---- */

struct ranked_event {
    double score;
    uint64_t samples;
    size_t at; /* among the marks: by node and time */
};

static int worst_first(const void *a, const void *b)
{
    const struct ranked_event *x = a, *y = b;

    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    if (x->samples != y->samples)
        return x->samples > y->samples ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

static void fill_event(const struct tale *t, size_t i, struct hc_anomaly *to)
{
    struct hc_stretch_gauge farthest[HC_EVENT_BLAMED];
    struct hc_event event;

    hc_stretches_event(t->all, t->marks[i].at, &event, farthest);
    *to = (struct hc_anomaly){.node = stretch_of(t, i)->node,
        .start_us = event.start_us,
        .end_us = event.end_us,
        .top_us = event.top_us,
        .offset_s = offset_at(t, event.start_us),
        .score = event.top,
        .n = event.samples,
        .fleet = t->marks[i].fleet,
        .n_columns = event.n_blamed};
    for (size_t k = 0; k < event.n_blamed; k++)
        to->column[k] =
            (struct hc_anomaly_column){(int)t->run->gauge[event.blamed[k].gauge],
                event.blamed[k].z, farthest[k].value, farthest[k].usual};
}

static enum hc_status keep_events(struct tale *t)
{
    struct hc_anomalies *out = t->out;
    size_t kept = t->n < HC_ANOMALY_EVENTS ? t->n : HC_ANOMALY_EVENTS;
    HC_CLEANUP(hc_freep) struct ranked_event *order = hc_alloc(t->n, sizeof(*order));

    out->events = hc_alloc(kept, sizeof(*out->events));
    if (!order || !out->events)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < t->n; i++)
        order[i] =
            (struct ranked_event){stretch_of(t, i)->top, stretch_of(t, i)->samples, i};
    if (t->n)
        qsort(order, t->n, sizeof(*order), worst_first);
    for (size_t k = 0; k < kept; k++)
        fill_event(t, order[k].at, &out->events[k]);
    out->n_events = kept;
    return HC_OK;
}

/* ---- nodes and the map ---- */

static int worst_node_first(const void *a, const void *b)
{
    const struct hc_anomaly_node *x = a, *y = b;

    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    if (x->minutes != y->minutes)
        return x->minutes > y->minutes ? -1 : 1;
    return (x->node > y->node) - (x->node < y->node);
}

static enum hc_status tell_nodes(struct tale *t)
{
    struct hc_anomalies *out = t->out;

    out->nodes = hc_alloc(t->run->view.summary->n_nodes, sizeof(*out->nodes));
    if (!out->nodes)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < t->n; i++) {
        const struct hc_stretch *s = stretch_of(t, i);
        struct hc_anomaly_node *node;

        if (!i || stretch_of(t, i - 1)->node != s->node)
            out->nodes[out->n_nodes++] = (struct hc_anomaly_node){.node = s->node};
        node = &out->nodes[out->n_nodes - 1];
        node->events++;
        node->score = fmax(node->score, s->top);
        node->minutes += (double)(s->end_us - s->start_us) / 6e7;
    }
    if (out->n_nodes)
        qsort(out->nodes, out->n_nodes, sizeof(*out->nodes), worst_node_first);
    return HC_OK;
}

static void fill_row(const struct tale *t, size_t row, const size_t *first_of)
{
    const struct hc_anomalies_run *run = t->run;
    uint32_t node = t->out->nodes[row].node;
    double *map = t->out->map + row * run->n_days;

    for (size_t d = 0; d < run->n_days; d++)
        map[d] = run->seen[node * run->n_days + d] ? 0 : NAN;
    for (size_t i = first_of[node]; i < t->n && stretch_of(t, i)->node == node; i++) {
        const struct hc_stretch *s = stretch_of(t, i);
        size_t to = run->day_of[hour_of(t, s->end_us)];

        for (size_t d = run->day_of[hour_of(t, s->start_us)]; d <= to; d++)
            map[d] = fmax(isnan(map[d]) ? 0 : map[d], s->top);
    }
}

static enum hc_status tell_map(struct tale *t)
{
    struct hc_anomalies *out = t->out;
    HC_CLEANUP(hc_freep)
    size_t *first_of = hc_alloc(t->run->view.summary->n_nodes, sizeof(*first_of));

    out->first_day = t->run->first_day;
    out->days_each = t->run->days_each;
    out->n_days = t->run->n_days;
    out->n_map = out->n_nodes < HC_ANOMALY_ROWS ? out->n_nodes : HC_ANOMALY_ROWS;
    out->map = hc_alloc(out->n_map * out->n_days, sizeof(*out->map));
    if (!out->map || !first_of)
        return HC_NO_MEMORY;
    for (size_t i = t->n; i-- > 0;)
        first_of[stretch_of(t, i)->node] = i;
    for (size_t row = 0; row < out->n_map; row++)
        fill_row(t, row, first_of);
    return HC_OK;
}

enum hc_status hc_anomalies_tell(const struct hc_anomalies_run *run,
    const struct hc_stretches *all, struct hc_anomalies *out)
{
    HC_CLEANUP(tale_clear) struct tale t = {.run = run, .all = all, .out = out};

    HC_TRY(make_marks(&t));
    count_hours(&t);
    HC_TRY(find_fleet(&t));
    HC_TRY(fill_fleet(&t));
    HC_TRY(keep_fleet(&t));
    HC_TRY(keep_events(&t));
    HC_TRY(tell_nodes(&t));
    return tell_map(&t);
}
