#include "bounds/cover.h"
#include "bounds/items.h"
#include "bounds/l1.h"

enum hc_status hc_bound_l1(const struct hc_bound_case *c, struct hc_bound_one *ret)
{
    struct hc_bound_one one = {.nodes = c->all_pods > c->pending};

    for (size_t r = 0; r < c->resources; r++) {
        HC_CLEANUP(hc_bound_cover_clear) struct hc_bound_cover cover = {0};
        HC_CLEANUP(hc_bound_items_clear) struct hc_bound_items items = {0};

        HC_TRY(hc_bound_cover_init(&cover, c, r));
        HC_TRY(hc_bound_items_init(&items, c, r));
        if (!hc_bound_cover_nodes(&cover, hc_bound_items_sum(&items), &one.of[r]))
            one.impossible = true;
        if (one.of[r] > one.of[one.resource])
            one.resource = r;
        if (one.of[r] > one.nodes)
            one.nodes = one.of[r];
    }
    *ret = one;
    return HC_OK;
}
