/*
 * groups.c - nodes, temporal and opportunity for each value of --group-by
 *
 * A group has the tallies of the fleet, fed with its nodes' cells; the code is the same.
 * Its statistics are those of its nodes, merged (Chan); quantiles are kept by node only.
 */
#include <math.h>

#include "base/mem.h"
#include "findings/opportunity.h"
#include "findings/temporal.h"

struct tally {
    struct hc_temporal_tally temporal;
    struct hc_opportunity_tally opportunity;
};

struct state {
    uint32_t n;
    struct tally *groups;
};

static enum hc_status init(void *state, const struct hc_view *view)
{
    struct state *s = state;

    if (!view->n_groups)
        return HC_OK;
    s->groups = hc_calloc(view->n_groups, sizeof(*s->groups));
    if (!s->groups)
        return HC_NO_MEMORY;
    s->n = view->n_groups;
    return HC_OK;
}

static enum hc_status add(
    void *state, const struct hc_view *view, const struct hc_cell *cell)
{
    struct state *s = state;
    struct tally *t;

    if (!s->n)
        return HC_OK;
    t = &s->groups[view->group[cell->node]];
    HC_TRY(hc_temporal_add(&t->temporal, cell));
    return hc_opportunity_add(&t->opportunity, view, cell);
}

static struct hc_moments moments_of(const struct hc_stats *s)
{
    double m2 = s->n > 1 ? s->std * s->std * (double)(s->n - 1) : 0;

    return (struct hc_moments){
        .n = s->n, .mean = s->mean, .m2 = m2, .min = s->min, .max = s->max};
}

static struct hc_stats stats_of(const struct hc_moments *m)
{
    if (!m->n)
        return (struct hc_stats){0, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    return (struct hc_stats){
        .n = m->n,
        .mean = m->mean,
        .std = m->n > 1 ? sqrt(m->m2 / (double)(m->n - 1)) : NAN,
        .min = m->min,
        .max = m->max,
        .p50 = NAN,
        .p95 = NAN,
        .p99 = NAN,
    };
}

/* Rows and statistics of the group's nodes. */
static void merge_nodes(const struct hc_view *view, uint32_t group, struct hc_group *out)
{
    struct hc_moments all[HC_MAIN] = {0};

    for (size_t i = 0; i < view->summary->n_nodes; i++) {
        const struct hc_node *node = &view->summary->nodes[i];

        if (view->group[i] != group)
            continue;
        out->nodes++;
        out->rows += node->rows;
        for (int k = 0; k < HC_MAIN; k++) {
            struct hc_moments m = moments_of(&node->main[k]);

            hc_moments_merge(&all[k], &m);
        }
    }
    for (int k = 0; k < HC_MAIN; k++)
        out->main[k] = stats_of(&all[k]);
}

static enum hc_status read_group(
    struct tally *t, const struct hc_view *view, uint32_t i, struct hc_group *out)
{
    const char *value = view->group_value[i];

    if (value) {
        out->value = hc_strdup(value);
        if (!out->value)
            return HC_NO_MEMORY;
    }
    merge_nodes(view, i, out);
    hc_temporal_read(&t->temporal, &out->temporal);
    return hc_opportunity_read(
        &t->opportunity, view, (int)i, &out->main[0], &out->opportunity, NULL);
}

static enum hc_status finish(
    void *state, const struct hc_view *view, struct hc_findings *out)
{
    struct state *s = state;

    if (!s->n)
        return HC_OK;
    out->groups = hc_calloc(s->n, sizeof(*out->groups));
    if (!out->groups)
        return HC_NO_MEMORY;
    out->n_groups = s->n;
    for (uint32_t i = 0; i < s->n; i++)
        HC_TRY(read_group(&s->groups[i], view, i, &out->groups[i]));
    return HC_OK;
}

static void clear(void *state)
{
    struct state *s = state;

    for (uint32_t i = 0; i < s->n; i++) {
        hc_temporal_clear(&s->groups[i].temporal);
        hc_opportunity_clear(&s->groups[i].opportunity);
    }
    hc_free(s->groups);
}

const struct hc_finding hc_finding_groups = {
    .name = "groups",
    .state_size = sizeof(struct state),
    .init = init,
    .add = add,
    .finish = finish,
    .clear = clear,
};
