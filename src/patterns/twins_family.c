#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "patterns/twins.h"

/* Clusters while they are joined: a list of rows each, named by its first cluster's row.
 */
struct clusters {
    size_t n;
    float *like;    /* [n][n] mean r between clusters; the caller's matrix, copied */
    bool *gone;     /* [n] joined to another */
    uint32_t *size; /* [n] */
    uint32_t *next, *last; /* [n] the list: next row, and the last one of a cluster */
    uint32_t *root;        /* [n] parents of rows that belong together at the cut */
};

static void clusters_clear(struct clusters *c)
{
    hc_free(c->like);
    hc_free(c->gone);
    hc_free(c->size);
}

static enum hc_status clusters_init(struct clusters *c, const struct hc_twins *twins)
{
    size_t n = twins->nodes;

    *c = (struct clusters){.n = n};
    c->like = hc_alloc(n * n, sizeof(*c->like));
    c->gone = hc_calloc(n, sizeof(*c->gone));
    c->size = hc_alloc(4 * n, sizeof(*c->size));
    if (!c->like || !c->gone || !c->size)
        return HC_NO_MEMORY;
    c->next = c->size + n;
    c->last = c->next + n;
    c->root = c->last + n;
    for (size_t k = 0; k < n * n; k++)
        c->like[k] = isfinite(twins->r[k]) ? twins->r[k] : 0;
    for (size_t i = 0; i < n; i++) {
        c->size[i] = 1;
        c->next[i] = UINT32_MAX;
        c->last[i] = c->root[i] = (uint32_t)i;
    }
    return HC_OK;
}

static uint32_t root_of(const struct clusters *c, uint32_t i)
{
    while (c->root[i] != i)
        i = c->root[i];
    return i;
}

/* The cluster most like `i`; `before`, if it is as like as any. */
static uint32_t nearest(const struct clusters *c, uint32_t i, uint32_t before)
{
    const float *like = c->like + (size_t)i * c->n;
    uint32_t best = before;

    for (uint32_t k = 0; k < c->n; k++)
        if (k != i && !c->gone[k] && (best == UINT32_MAX || like[k] > like[best]))
            best = k;
    return best;
}

/* b becomes part of a: mean likeness weighted by size (Lance and Williams). */
static void join(struct clusters *c, uint32_t a, uint32_t b, double least)
{
    float *of_a = c->like + (size_t)a * c->n, *of_b = c->like + (size_t)b * c->n;
    float wa = (float)c->size[a] / (float)(c->size[a] + c->size[b]), wb = 1 - wa;

    if (of_a[b] >= least)
        c->root[root_of(c, b)] = root_of(c, a);
    c->gone[b] = true;
    for (size_t k = 0; k < c->n; k++)
        if (!c->gone[k]) {
            of_a[k] = wa * of_a[k] + wb * of_b[k];
            c->like[k * c->n + a] = of_a[k];
        }
    c->size[a] += c->size[b];
    c->next[c->last[a]] = b;
    c->last[a] = c->last[b];
}

/* Follows nearest neighbours until two are each other's. */
static enum hc_status join_all(struct clusters *c, double least)
{
    HC_CLEANUP(hc_freep) uint32_t *chain = hc_alloc(c->n + 1, sizeof(*chain));
    uint32_t first = 0;
    size_t n = 0;

    if (!chain)
        return HC_NO_MEMORY;
    for (size_t left = c->n; left > 1;) {
        uint32_t near;

        while (!n && c->gone[first])
            first++;
        if (!n)
            chain[n++] = first;
        near = nearest(c, chain[n - 1], n > 1 ? chain[n - 2] : UINT32_MAX);
        if (n < 2 || near != chain[n - 2]) {
            chain[n++] = near;
            continue;
        }
        n -= 2;
        if (chain[n] < chain[n + 1])
            join(c, chain[n], chain[n + 1], least);
        else
            join(c, chain[n + 1], chain[n], least);
        left--;
    }
    return HC_OK;
}

/* Rows along the list of the last cluster; families numbered as they come. */
static void write_down(const struct clusters *c, struct hc_twins *twins)
{
    uint32_t at = 0;
    size_t n = 0;

    while (at < c->n && c->gone[at])
        at++;
    for (; at != UINT32_MAX; at = c->next[at])
        twins->order[n++] = at;
    for (size_t i = 0; i < c->n; i++) {
        uint32_t row = twins->order[i], root = root_of(c, row);
        size_t k = 0;

        if (twins->family[row])
            continue;
        for (size_t j = i; j < c->n; j++)
            if (root_of(c, twins->order[j]) == root) {
                twins->family[twins->order[j]] = (uint32_t)twins->n_families + 1;
                k++;
            } else
                break; /* a branch of the tree: its rows stand side by side */
        if (k > 1)
            twins->n_families++;
        else
            twins->family[row] = 0;
    }
}

enum hc_status hc_twins_families(struct hc_twins *twins, double least)
{
    HC_CLEANUP(clusters_clear) struct clusters c = {0};

    hc_free(hc_take(&twins->family));
    hc_free(hc_take(&twins->order));
    twins->n_families = 0;
    HC_TRY(clusters_init(&c, twins));
    twins->family = hc_calloc(twins->nodes, sizeof(*twins->family));
    twins->order = hc_alloc(twins->nodes, sizeof(*twins->order));
    if (!twins->family || !twins->order)
        return HC_NO_MEMORY;
    HC_TRY(join_all(&c, least));
    write_down(&c, twins);
    return HC_OK;
}
