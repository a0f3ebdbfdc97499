/*
 * quality.c - totals over the nodes, and the gaps that the fleet shares
 *
 * A fleet gap is a stretch in which at least 80 % of all nodes are in a gap of their own
 * at once. A sweep over the starts and the ends, both sorted: at equal times ends come
 * first, so that a single sample between two gaps parts them. With one node there is no
 * fleet, hence no fleet gap. What is said of it is in quality_say.c.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "findings/quality.h"

static int by_time(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

struct sweep {
    int64_t *starts, *ends; /* [n] sorted */
    size_t n;
    uint32_t need; /* nodes in a gap that make a fleet gap */
};

static void sweep_clear(struct sweep *sweep)
{
    hc_free(sweep->starts);
    hc_free(sweep->ends);
}

static enum hc_status sweep_init(struct sweep *sweep, const struct hc_summary *s)
{
    sweep->n = s->n_gaps;
    sweep->need = (uint32_t)((s->n_nodes * 8 + 9) / 10);
    sweep->starts = hc_alloc(s->n_gaps, sizeof(*sweep->starts));
    sweep->ends = hc_alloc(s->n_gaps, sizeof(*sweep->ends));
    if (!sweep->starts || !sweep->ends)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < s->n_gaps; i++) {
        sweep->starts[i] = s->gaps[i].start_us;
        sweep->ends[i] = s->gaps[i].end_us;
    }
    qsort(sweep->starts, sweep->n, sizeof(*sweep->starts), by_time);
    qsort(sweep->ends, sweep->n, sizeof(*sweep->ends), by_time);
    return HC_OK;
}

static enum hc_status append(
    struct hc_quality *q, size_t *cap, const struct hc_fleet_gap *gap)
{
    HC_TRY(hc_grow(&q->fleet_gaps, cap, q->n_fleet_gaps + 1, sizeof(*q->fleet_gaps)));
    q->fleet_gaps[q->n_fleet_gaps++] = *gap;
    return HC_OK;
}

static enum hc_status sweep_run(const struct sweep *sweep, struct hc_quality *q)
{
    struct hc_fleet_gap open = {0};
    uint32_t depth = 0;
    size_t cap = 0;

    for (size_t s = 0, e = 0; e < sweep->n;) {
        if (s < sweep->n && sweep->starts[s] < sweep->ends[e]) {
            if (++depth == sweep->need)
                open = (struct hc_fleet_gap){.start_us = sweep->starts[s]};
            if (depth > open.nodes)
                open.nodes = depth;
            s++;
            continue;
        }
        if (depth-- == sweep->need) {
            open.end_us = sweep->ends[e];
            HC_TRY(append(q, &cap, &open));
            open = (struct hc_fleet_gap){0};
        }
        e++;
    }
    return HC_OK;
}

static enum hc_status find_fleet_gaps(const struct hc_summary *s, struct hc_quality *q)
{
    HC_CLEANUP(sweep_clear) struct sweep sweep = {0};

    if (s->n_nodes < 2 || !s->n_gaps)
        return HC_OK;
    HC_TRY(sweep_init(&sweep, s));
    return sweep_run(&sweep, q);
}

/* The most frequent step of the nodes, of equally frequent ones the smallest. */
static enum hc_status find_step(const struct hc_summary *s, int64_t *ret_step_s)
{
    HC_CLEANUP(hc_freep) int64_t *steps = hc_alloc(s->n_nodes, sizeof(*steps));
    size_t n = 0, run = 0, best = 0;

    if (!steps)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < s->n_nodes; i++)
        if (s->nodes[i].step_s > 0)
            steps[n++] = s->nodes[i].step_s;
    qsort(steps, n, sizeof(*steps), by_time);
    *ret_step_s = 0;
    for (size_t i = 0; i < n; i++) {
        run = i && steps[i] == steps[i - 1] ? run + 1 : 1;
        if (run > best) {
            best = run;
            *ret_step_s = steps[i];
        }
    }
    return HC_OK;
}

static enum hc_status finish(
    void *state HC_UNUSED, const struct hc_view *view, struct hc_findings *out)
{
    const struct hc_summary *s = view->summary;
    struct hc_quality *q = &out->quality;
    uint64_t occupied = 0, expected = 0;

    for (size_t i = 0; i < s->n_nodes; i++) {
        const struct hc_node *node = &s->nodes[i];

        q->exact += node->exact;
        q->conflicting += node->conflicting;
        q->out_of_order += node->out_of_order;
        q->gaps += node->gaps;
        occupied += node->occupied;
        expected += node->expected;
    }
    q->coverage = expected ? (double)occupied / (double)expected : NAN;
    q->short_nodes = (uint32_t)s->n_nodes - view->n_compared;
    HC_TRY(find_step(s, &q->step_s));
    HC_TRY(find_fleet_gaps(s, q));
    hc_holes_mark(s, q);
    return HC_OK;
}

const struct hc_finding hc_finding_quality = {
    .name = "quality",
    .finish = finish,
    .say = hc_quality_say,
};
