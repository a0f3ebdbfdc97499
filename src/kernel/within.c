#include <string.h>

#include "base/mem.h"
#include "kernel/within.h"

enum hc_status hc_within_init(struct hc_within *w, size_t g)
{
    *w = (struct hc_within){.g = g};
    w->full_c = hc_calloc(g * g, sizeof(double));
    w->delta = hc_calloc(g, sizeof(double));
    return w->full_c && w->delta ? HC_OK : HC_NO_MEMORY;
}

void hc_within_clear(struct hc_within *w)
{
    hc_free(w->full_c);
    hc_free(w->delta);
    hc_free(w->part);
    *w = (struct hc_within){0};
}

void hc_within_node_clear(struct hc_within_node *node)
{
    hc_free(node->mean);
    hc_free(node->part);
    *node = (struct hc_within_node){0};
}

static enum hc_status make(double **slot, size_t n)
{
    if (!*slot)
        *slot = hc_calloc(n, sizeof(double));
    return *slot ? HC_OK : HC_NO_MEMORY;
}

enum hc_status hc_within_partial(struct hc_within *w)
{
    return make(&w->part, HC_WITHIN_ARRAYS * w->g * w->g);
}

enum hc_status hc_within_node_full(struct hc_within_node *node, size_t g)
{
    return make(&node->mean, 2 * g);
}

enum hc_status hc_within_node_partial(struct hc_within_node *node, size_t g)
{
    return make(&node->part, HC_WITHIN_NODE_ARRAYS * g * g);
}

/* Rows with all gauges: moves the node's mean, adds the deviations from it. */
static void add_full(struct hc_within *w, struct hc_within_node *node, double n,
    const double *mean, const double *low, const double *c)
{
    double f = n / (node->n + n), weight = node->n * f;
    size_t g = w->g;
    double *own_low = node->mean + g, *delta = w->delta;

    if (node->n == 0) {
        memcpy(node->mean, mean, g * sizeof(*mean));
        memcpy(own_low, low, g * sizeof(*low));
    }
    for (size_t i = 0; i < g; i++)
        delta[i] = (mean[i] - node->mean[i]) + (low[i] - own_low[i]);
    for (size_t i = 0; i < g; i++) {
        double scaled = weight * delta[i];

        for (size_t j = i; j < g; j++)
            w->full_c[i * g + j] += scaled * delta[j] + (c ? c[i * g + j] : 0);
    }
    for (size_t i = 0; i < g; i++)
        hc_mean_move(&node->mean[i], &own_low[i], f * delta[i]);
    node->n += n;
}

/* One pair of rows that lack some gauge: as Chan's, but the sums go to all nodes'. */
static void add_pair(struct hc_within *w, struct hc_within_node *node, size_t at,
    const struct hc_pair_moments *add)
{
    size_t cells = w->g * w->g;
    double *sums = w->part + at, *own = node->part + at;
    struct hc_pair_moments pair = {own[0], own[cells], own[2 * cells], own[3 * cells],
        own[4 * cells], sums[cells], sums[2 * cells], sums[3 * cells]};

    hc_pair_merge(&pair, add);
    own[0] = pair.n;
    own[cells] = pair.mean_a;
    own[2 * cells] = pair.mean_b;
    own[3 * cells] = pair.low_a;
    own[4 * cells] = pair.low_b;
    sums[0] += add->n;
    sums[cells] = pair.m2_a;
    sums[2 * cells] = pair.m2_b;
    sums[3 * cells] = pair.c;
}

enum hc_status hc_within_add(
    struct hc_within *w, struct hc_within_node *node, const struct hc_group *group)
{
    size_t q = group->q;

    if (q == w->g) {
        HC_TRY(hc_within_node_full(node, w->g));
        w->full_n += group->n;
        add_full(w, node, group->n, group->mean, group->low, group->c);
        return HC_OK;
    }
    HC_TRY(hc_within_partial(w));
    HC_TRY(hc_within_node_partial(node, w->g));
    for (size_t i = 0; i < q; i++)
        for (size_t j = i; j < q; j++) {
            struct hc_pair_moments add = {.n = group->n,
                .mean_a = group->mean[i],
                .mean_b = group->mean[j],
                .low_a = group->low[i],
                .low_b = group->low[j],
                .m2_a = group->c ? group->c[i * q + i] : 0,
                .m2_b = group->c ? group->c[j * q + j] : 0,
                .c = group->c ? group->c[i * q + j] : 0};

            add_pair(w, node, group->column[i] * w->g + group->column[j], &add);
        }
    return HC_OK;
}

enum hc_status hc_within_add_line(struct hc_within *w, struct hc_within_node *node,
    size_t a, const struct hc_pair_line *line)
{
    HC_TRY(hc_within_partial(w));
    HC_TRY(hc_within_node_partial(node, w->g));
    for (size_t b = a; b < w->g; b++) {
        struct hc_pair_moments add = hc_pair_in(line, b);

        add_pair(w, node, a * w->g + b, &add);
    }
    return HC_OK;
}

enum hc_status hc_within_merge(struct hc_within *into, const struct hc_within *from)
{
    size_t cells = into->g * into->g;

    into->full_n += from->full_n;
    for (size_t i = 0; i < cells; i++)
        into->full_c[i] += from->full_c[i];
    if (!from->part)
        return HC_OK;
    HC_TRY(hc_within_partial(into));
    for (size_t i = 0; i < HC_WITHIN_ARRAYS * cells; i++)
        into->part[i] += from->part[i];
    return HC_OK;
}

/* The rows of `from` are in the sums already: only what lies between the means is new. */
static void merge_node_pairs(
    struct hc_within *w, struct hc_within_node *node, const struct hc_within_node *from)
{
    size_t g = w->g, cells = g * g;

    for (size_t a = 0; a < g; a++)
        for (size_t b = a; b < g; b++) {
            size_t at = a * g + b;
            struct hc_pair_moments add = {.n = from->part[at],
                .mean_a = from->part[cells + at],
                .mean_b = from->part[2 * cells + at],
                .low_a = from->part[3 * cells + at],
                .low_b = from->part[4 * cells + at]};

            add_pair(w, node, at, &add);
            w->part[at] -= add.n;
        }
}

enum hc_status hc_within_merge_node(struct hc_within *into, struct hc_within_node *node,
    const struct hc_within_node *from)
{
    if (from->n > 0) {
        HC_TRY(hc_within_node_full(node, into->g));
        add_full(into, node, from->n, from->mean, from->mean + into->g, NULL);
    }
    if (!from->part)
        return HC_OK;
    HC_TRY(hc_within_partial(into));
    HC_TRY(hc_within_node_partial(node, into->g));
    merge_node_pairs(into, node, from);
    return HC_OK;
}

struct hc_pair_moments hc_within_pair(const struct hc_within *w, size_t a, size_t b)
{
    size_t g = w->g, cells = g * g, at = a * g + b;
    struct hc_pair_moments pair = {.n = w->full_n,
        .m2_a = w->full_c[a * g + a],
        .m2_b = w->full_c[b * g + b],
        .c = w->full_c[at]};

    if (!w->part)
        return pair;
    pair.n += w->part[at];
    pair.m2_a += w->part[cells + at];
    pair.m2_b += w->part[2 * cells + at];
    pair.c += w->part[3 * cells + at];
    return pair;
}

void hc_within_add_seam(struct hc_pair_moments *pair, const struct hc_within_node *node,
    size_t g, size_t a, size_t b)
{
    size_t cells = g * g, at = a * g + b;
    double n1, n2, da, db, weight;

    if (!node->part || !(node->n > 0) || !(node->part[at] > 0))
        return;
    n1 = node->n;
    n2 = node->part[at];
    da = (node->part[cells + at] - node->mean[a]) +
         (node->part[3 * cells + at] - node->mean[g + a]);
    db = (node->part[2 * cells + at] - node->mean[b]) +
         (node->part[4 * cells + at] - node->mean[g + b]);
    weight = n1 * n2 / (n1 + n2);
    pair->m2_a += weight * da * da;
    pair->m2_b += weight * db * db;
    pair->c += weight * da * db;
}
