#include <stdlib.h>

#include "base/mem.h"
#include "bounds/cover.h"

void hc_bound_cover_clear(struct hc_bound_cover *cover)
{
    if (!cover)
        return;
    hc_free(cover->order);
    hc_free(cover->size);
    hc_free(cover->nodes);
    hc_free(cover->capacity);
    *cover = (struct hc_bound_cover){0};
}

struct sizes {
    const int64_t *capacity;
    size_t stride;
};

/* Descending; types of one size in the case's order. */
static int by_size(const void *a, const void *b, void *context)
{
    const struct sizes *sizes = context;
    size_t p = *(const size_t *)a, q = *(const size_t *)b;
    int64_t x = sizes->capacity[p * sizes->stride];
    int64_t y = sizes->capacity[q * sizes->stride];

    if (x != y)
        return x > y ? -1 : 1;
    return (p > q) - (p < q);
}

void hc_bound_cover_count(struct hc_bound_cover *cover, const int64_t *nodes)
{
    cover->nodes[0] = 0;
    cover->capacity[0] = 0;
    for (size_t k = 0; k < cover->types; k++) {
        int64_t n = nodes[cover->order[k]];

        cover->nodes[k + 1] = cover->nodes[k] + n;
        cover->capacity[k + 1] = cover->capacity[k] + (hc_int128)cover->size[k] * n;
    }
}

enum hc_status hc_bound_cover_init(
    struct hc_bound_cover *ret, const struct hc_bound_case *c, size_t resource)
{
    HC_CLEANUP(hc_bound_cover_clear)
    struct hc_bound_cover cover = {.types = c->node_types};
    struct sizes sizes = {c->capacity + resource, c->resources};

    cover.order = hc_alloc(cover.types + 1, sizeof(*cover.order));
    cover.size = hc_alloc(cover.types + 1, sizeof(*cover.size));
    cover.nodes = hc_alloc(cover.types + 1, sizeof(*cover.nodes));
    cover.capacity = hc_alloc(cover.types + 1, sizeof(*cover.capacity));
    if (!cover.order || !cover.size || !cover.nodes || !cover.capacity)
        return HC_NO_MEMORY;
    for (size_t t = 0; t < cover.types; t++)
        cover.order[t] = t;
    qsort_r(cover.order, cover.types, sizeof(*cover.order), by_size, &sizes);
    for (size_t k = 0; k < cover.types; k++)
        cover.size[k] = sizes.capacity[cover.order[k] * sizes.stride];
    hc_bound_cover_count(&cover, c->nodes);
    *ret = cover;
    cover = (struct hc_bound_cover){0};
    return HC_OK;
}

bool hc_bound_cover_nodes(
    const struct hc_bound_cover *cover, hc_int128 demand, int64_t *ret)
{
    size_t lo = 0, hi = cover->types; /* capacity[lo] < demand <= capacity[hi] */
    hc_int128 rest;

    *ret = demand > 0 ? cover->nodes[cover->types] : 0;
    if (demand <= 0 || demand > cover->capacity[cover->types])
        return demand <= 0;
    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;

        if (cover->capacity[mid] < demand)
            lo = mid;
        else
            hi = mid;
    }
    rest = demand - cover->capacity[lo];
    *ret = cover->nodes[lo] + (int64_t)((rest + cover->size[lo] - 1) / cover->size[lo]);
    return true;
}
