#include <string.h>

#include "base/mem.h"
#include "bounds/time.h"

void hc_bound_time_clear(struct hc_bound_time *time)
{
    if (!time)
        return;
    for (size_t r = 0; time->covers && r < time->resources; r++)
        hc_bound_cover_clear(&time->covers[r]);
    hc_free(time->covers);
    hc_free(time->nodes);
    *time = (struct hc_bound_time){0};
}

enum hc_status hc_bound_time_init(
    struct hc_bound_time *ret, const struct hc_bound_case *c, int64_t start_us)
{
    HC_CLEANUP(hc_bound_time_clear)
    struct hc_bound_time time = {.resources = c->resources, .node_types = c->node_types};

    time.now_us = time.so_far.most_at_us = start_us;
    time.covers = hc_calloc(c->resources, sizeof(*time.covers));
    time.nodes = hc_calloc(c->node_types + 1, sizeof(*time.nodes));
    if (!time.covers || !time.nodes)
        return HC_NO_MEMORY;
    for (size_t t = 0; t < c->node_types; t++)
        time.nodes[t] = c->nodes[t];
    for (size_t r = 0; r < c->resources; r++)
        HC_TRY(hc_bound_cover_init(&time.covers[r], c, r));
    *ret = time;
    time = (struct hc_bound_time){0};
    return HC_OK;
}

/* L1 of what is there now, the resource that asks for it, and whether it is covered. */
static bool needed(const struct hc_bound_time *time, int64_t *ret, size_t *ret_resource)
{
    bool covered = true;

    *ret = 0;
    *ret_resource = 0;
    for (size_t r = 0; r < time->resources; r++) {
        int64_t nodes;

        covered &= hc_bound_cover_nodes(&time->covers[r], time->demand[r], &nodes);
        if (nodes > *ret) {
            *ret = nodes;
            *ret_resource = r;
        }
    }
    if (!*ret && time->pods > 0)
        *ret = 1;
    return covered;
}

/* Counts the state that has lasted until `at_us`. */
static enum hc_status go_on(
    struct hc_bound_time *time, int64_t at_us, struct hc_error *err)
{
    struct hc_bound_time_result *sum = &time->so_far;
    int64_t lasted, nodes;
    size_t resource;

    if (at_us < time->now_us)
        return hc_fail(err, HC_INPUT, "bounds: an event at %lld us after one at %lld us",
            (long long)at_us, (long long)time->now_us);
    if (at_us == time->now_us)
        return HC_OK;
    for (size_t r = 0; time->recount && r < time->resources; r++)
        hc_bound_cover_count(&time->covers[r], time->nodes);
    time->recount = false;
    lasted = at_us - time->now_us;
    if (!needed(time, &nodes, &resource))
        sum->short_us += lasted;
    if (nodes > sum->most_nodes) {
        sum->most_nodes = nodes;
        sum->most_at_us = time->now_us;
        sum->most_resource = resource;
    }
    sum->node_us += (hc_int128)nodes * lasted;
    time->now_us = at_us;
    return HC_OK;
}

enum hc_status hc_bound_time_add(struct hc_bound_time *time, int64_t at_us,
    const int64_t *demand, int64_t pods, struct hc_error *err)
{
    HC_TRY(go_on(time, at_us, err));
    if (time->pods + pods < 0)
        return hc_fail(err, HC_INPUT, "bounds: a pod leaves that is not there");
    for (size_t r = 0; r < time->resources; r++)
        if (demand[r] < 0 || demand[r] > HC_BOUND_LARGEST ||
            time->demand[r] + (hc_int128)demand[r] * pods < 0)
            return hc_fail(
                err, HC_INPUT, "bounds: the demand of resource %zu is out of range", r);
    for (size_t r = 0; r < time->resources; r++)
        time->demand[r] += (hc_int128)demand[r] * pods;
    time->pods += pods;
    return HC_OK;
}

enum hc_status hc_bound_time_nodes(struct hc_bound_time *time, int64_t at_us,
    size_t node_type, int64_t nodes, struct hc_error *err)
{
    HC_TRY(go_on(time, at_us, err));
    if (node_type >= time->node_types || time->nodes[node_type] + nodes < 0)
        return hc_fail(err, HC_INPUT, "bounds: a node leaves that is not there");
    time->nodes[node_type] += nodes;
    time->recount = true;
    return HC_OK;
}

enum hc_status hc_bound_time_read(struct hc_bound_time *time, int64_t at_us,
    struct hc_bound_time_result *ret, struct hc_error *err)
{
    HC_TRY(go_on(time, at_us, err));
    *ret = time->so_far;
    ret->node_hours = (double)ret->node_us / 3.6e9;
    return HC_OK;
}
