#include <stdlib.h>

#include "base/mem.h"
#include "bounds/items.h"

void hc_bound_items_clear(struct hc_bound_items *items)
{
    if (!items)
        return;
    hc_free(items->demand);
    hc_free(items->pods);
    *items = (struct hc_bound_items){0};
}

struct item {
    int64_t demand, pods;
};

static int descending(const void *a, const void *b)
{
    int64_t x = ((const struct item *)a)->demand, y = ((const struct item *)b)->demand;

    return (x < y) - (x > y);
}

/* Equal demands together. */
static void add_up(struct hc_bound_items *items, const struct item *sorted, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!i || sorted[i].demand != sorted[i - 1].demand) {
            items->demand[items->n] = sorted[i].demand;
            items->pods[items->n++] = 0;
        }
        items->pods[items->n - 1] += sorted[i].pods;
    }
}

static void take_off(struct hc_bound_items *items, int64_t pending)
{
    for (size_t k = 0; k < items->n && pending > 0; k++) {
        int64_t off = items->pods[k] < pending ? items->pods[k] : pending;

        items->pods[k] -= off;
        pending -= off;
    }
}

enum hc_status hc_bound_items_init(
    struct hc_bound_items *ret, const struct hc_bound_case *c, size_t resource)
{
    HC_CLEANUP(hc_freep) struct item *all = hc_alloc(c->pod_types + 1, sizeof(*all));

    ret->demand = hc_alloc(c->pod_types + 1, sizeof(*ret->demand));
    ret->pods = hc_alloc(c->pod_types + 1, sizeof(*ret->pods));
    if (!all || !ret->demand || !ret->pods)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < c->pod_types; i++)
        all[i] = (struct item){c->demand[i * c->resources + resource], c->pods[i]};
    qsort(all, c->pod_types, sizeof(*all), descending);
    add_up(ret, all, c->pod_types);
    take_off(ret, c->pending);
    return HC_OK;
}

hc_int128 hc_bound_items_sum(const struct hc_bound_items *items)
{
    hc_int128 sum = 0;

    for (size_t k = 0; k < items->n; k++)
        sum += (hc_int128)items->demand[k] * items->pods[k];
    return sum;
}
