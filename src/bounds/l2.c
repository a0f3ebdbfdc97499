#include "base/mem.h"
#include "bounds/items.h"
#include "bounds/l2.h"

/* Running sums over demands in descending order: of the first k. */
struct sums {
    hc_int128 *demand; /* [items + 1] */
    int64_t *pods;     /* [items + 1] */
};

static void sums_clear(struct sums *sums)
{
    hc_free(sums->demand);
    hc_free(sums->pods);
}

static enum hc_status sum_up(
    struct sums *sums, const int64_t *demand, const int64_t *pods, size_t items)
{
    sums->demand = hc_calloc(items + 1, sizeof(*sums->demand));
    sums->pods = hc_calloc(items + 1, sizeof(*sums->pods));
    if (!sums->demand || !sums->pods)
        return HC_NO_MEMORY;
    for (size_t k = 0; k < items; k++) {
        sums->demand[k + 1] = sums->demand[k] + (hc_int128)demand[k] * pods[k];
        sums->pods[k + 1] = sums->pods[k] + pods[k];
    }
    return HC_OK;
}

/* L(K) for K = the demand `last`: J1 is the first `large`, J2 up to `half`, J3 the rest.
 */
static int64_t nodes_at(
    const struct sums *sums, size_t large, size_t half, size_t last, int64_t size)
{
    hc_int128 beside = (hc_int128)(sums->pods[half] - sums->pods[large]) * size -
                       (sums->demand[half] - sums->demand[large]);
    hc_int128 rest = sums->demand[last + 1] - sums->demand[half] - beside;

    return sums->pods[half] + (rest > 0 ? (int64_t)((rest + size - 1) / size) : 0);
}

enum hc_status hc_bound_l2_of(
    const int64_t *demand, const int64_t *pods, size_t items, int64_t size, int64_t *ret)
{
    HC_CLEANUP(sums_clear) struct sums sums = {0};
    size_t half = 0, large = 0;
    int64_t most;

    if (!size) {
        *ret = 0;
        return HC_OK;
    }
    HC_TRY(sum_up(&sums, demand, pods, items));
    while (half < items && demand[half] > size - demand[half])
        half++;
    most = sums.pods[half];
    for (size_t last = items; last-- > half;) { /* K rises, and J1 with it */
        int64_t nodes;

        while (large < half && demand[large] > size - demand[last])
            large++;
        nodes = nodes_at(&sums, large, half, last, size);
        most = nodes > most ? nodes : most;
    }
    *ret = most;
    return HC_OK;
}

enum hc_status hc_bound_l2(const struct hc_bound_case *c, struct hc_bound_one *ret)
{
    struct hc_bound_one one = {.nodes = c->all_pods > c->pending};

    for (size_t r = 0; r < c->resources; r++) {
        HC_CLEANUP(hc_bound_items_clear) struct hc_bound_items items = {0};

        HC_TRY(hc_bound_items_init(&items, c, r));
        HC_TRY(hc_bound_l2_of(
            items.demand, items.pods, items.n, hc_bound_largest(c, r), &one.of[r]));
        if (one.of[r] > one.of[one.resource])
            one.resource = r;
        if (one.of[r] > one.nodes)
            one.nodes = one.of[r];
    }
    one.impossible = one.nodes > c->all_nodes;
    *ret = one;
    return HC_OK;
}
