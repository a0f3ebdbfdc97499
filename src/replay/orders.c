#include <string.h>

#include "base/mem.h"
#include "replay/random.h"
#include "replay/tables.h"

/* ---- read from a file ---- */

enum column { SEED, KIND, INDEX, NAME, COLUMNS };

static const struct hc_sheet_column columns[COLUMNS] = {
    [SEED] = {{"seed"}, true},
    [KIND] = {{"kind"}, true},
    [INDEX] = {{"index"}, true},
    [NAME] = {{"name"}, true},
};

/* Room for arrivals of the orders, by their place in the trace. */
struct reading {
    struct hc_trace *trace;
    const struct hc_sheet *table;
    size_t *caps;
    size_t cap;
};

static enum hc_status add_order(struct reading *r, int64_t seed, size_t *ret)
{
    struct hc_trace *trace = r->trace;
    struct hc_order *order;

    HC_TRY(hc_grow(&r->caps, &r->cap, trace->n_orders + 1, sizeof(*r->caps)));
    HC_TRY(hc_trace_add_order(trace, &order));
    *ret = trace->n_orders - 1;
    r->caps[*ret] = 0;
    order->seed = seed;
    order->node_at = hc_alloc(trace->n_nodes, sizeof(*order->node_at));
    if (!order->node_at)
        return HC_NO_MEMORY;
    memset(order->node_at, 0xff, trace->n_nodes * sizeof(*order->node_at));
    return HC_OK;
}

static enum hc_status find_order(struct reading *r, int64_t seed, size_t *ret)
{
    for (size_t i = r->trace->n_orders; i-- > 0;)
        if (r->trace->orders[i].seed == seed) {
            *ret = i;
            return HC_OK;
        }
    return add_order(r, seed, ret);
}

static enum hc_status put_node(struct reading *r, struct hc_order *order, int64_t index,
    const char *name, size_t len, struct hc_error *err)
{
    size_t node = hc_name_index_find(&r->trace->node_names, name, len);

    if (node == HC_NO_NAME)
        return hc_sheet_fail(r->table, NAME, "is no node of --nodes", err);
    if (index >= (int64_t)r->trace->n_nodes)
        return hc_sheet_fail(r->table, INDEX, "is beyond the number of nodes", err);
    if (order->node_at[index] != HC_NOWHERE)
        return hc_sheet_fail(r->table, INDEX, "is there twice for its seed", err);
    order->node_at[index] = (uint32_t)node;
    return HC_OK;
}

/* The pod of the name, or of what is before "-tuned-N". */
static size_t find_pod(const struct hc_trace *trace, const char *name, size_t len)
{
    static const char tuned[] = "-tuned-";
    size_t pod = hc_name_index_find(&trace->pod_names, name, len), end = len;

    if (pod != HC_NO_NAME)
        return pod;
    while (end && name[end - 1] >= '0' && name[end - 1] <= '9')
        end--;
    if (end == len || end < strlen(tuned) ||
        memcmp(name + end - strlen(tuned), tuned, strlen(tuned)) != 0)
        return HC_NO_NAME;
    return hc_name_index_find(&trace->pod_names, name, end - strlen(tuned));
}

enum { ARRIVALS_MAX = 100 * 1000 * 1000 };

static enum hc_status put_pod(struct reading *r, size_t at, int64_t index,
    const char *name, size_t len, struct hc_error *err)
{
    struct hc_order *order = &r->trace->orders[at];
    size_t pod = find_pod(r->trace, name, len), had = r->caps[at];

    if (pod == HC_NO_NAME)
        return hc_sheet_fail(r->table, NAME, "is no pod of --pods", err);
    if (index >= ARRIVALS_MAX)
        return hc_sheet_fail(r->table, INDEX, "is beyond 100 million", err);
    HC_TRY(hc_grow(
        &order->arrivals, &r->caps[at], (size_t)index + 1, sizeof(*order->arrivals)));
    memset(order->arrivals + had, 0xff, (r->caps[at] - had) * sizeof(*order->arrivals));
    if (order->arrivals[index] != HC_NOWHERE)
        return hc_sheet_fail(r->table, INDEX, "is there twice for its seed", err);
    order->arrivals[index] = (uint32_t)pod;
    if ((size_t)index >= order->n_arrivals)
        order->n_arrivals = (size_t)index + 1;
    return HC_OK;
}

static enum hc_status read_row(struct reading *r, struct hc_error *err)
{
    const struct hc_sheet *t = r->table;
    int64_t seed, index;
    size_t kind_len = 0, name_len = 0, at;
    const char *kind = hc_sheet_text(t, KIND, &kind_len);
    const char *name = hc_sheet_text(t, NAME, &name_len);

    HC_TRY(hc_sheet_int(t, SEED, 1, -1, &seed, err));
    HC_TRY(hc_sheet_int(t, INDEX, 1, -1, &index, err));
    if (seed < 0)
        return hc_sheet_fail(t, SEED, "but a seed is needed", err);
    if (index < 0)
        return hc_sheet_fail(t, INDEX, "but a place is needed", err);
    if (!name)
        return hc_sheet_fail(t, NAME, "but a name is needed", err);
    HC_TRY(find_order(r, seed, &at));
    if (kind && kind_len == 4 && !memcmp(kind, "node", 4))
        return put_node(r, &r->trace->orders[at], index, name, name_len, err);
    if (kind && kind_len == 3 && !memcmp(kind, "pod", 3))
        return put_pod(r, at, index, name, name_len, err);
    return hc_sheet_fail(t, KIND, "is neither node nor pod", err);
}

/* No place is left out. */
static enum hc_status check(
    const struct hc_trace *trace, const char *path, struct hc_error *err)
{
    for (size_t i = 0; i < trace->n_orders; i++) {
        const struct hc_order *order = &trace->orders[i];

        for (size_t k = 0; k < trace->n_nodes; k++)
            if (order->node_at[k] == HC_NOWHERE)
                return hc_fail(err, HC_INPUT, "'%s': seed %lld has no node of index %zu",
                    path, (long long)order->seed, k);
        for (size_t k = 0; k < order->n_arrivals; k++)
            if (order->arrivals[k] == HC_NOWHERE)
                return hc_fail(err, HC_INPUT, "'%s': seed %lld has no pod of index %zu",
                    path, (long long)order->seed, k);
        if (!order->n_arrivals)
            return hc_fail(err, HC_INPUT, "'%s': seed %lld has no pod", path,
                (long long)order->seed);
    }
    return trace->n_orders
               ? HC_OK
               : hc_fail(err, HC_NO_DATA, "not enough data: '%s' has no row", path);
}

enum hc_status hc_orders_read(struct hc_duck *duck, const char *path,
    struct hc_sheet_maps maps, struct hc_trace *trace, struct hc_error *err)
{
    HC_CLEANUP(hc_sheet_clear) struct hc_sheet t = {0};
    HC_CLEANUP(hc_freep) size_t *caps = NULL;
    struct reading r = {.trace = trace, .table = &t};
    enum hc_status status;
    bool more;

    HC_TRY(hc_sheet_open(duck, path, columns, COLUMNS, maps, &t, err));
    for (;;) {
        status = hc_sheet_next(&t, &more, err);
        if (!status && more)
            status = read_row(&r, err);
        caps = r.caps;
        HC_TRY(status);
        if (!more)
            break;
    }
    return check(trace, path, err);
}

/* ---- made ---- */

static enum hc_status make_order(struct hc_trace *trace, int64_t seed)
{
    struct hc_order *order;
    struct hc_random random;

    HC_TRY(hc_trace_add_order(trace, &order));
    order->seed = seed;
    order->node_at = hc_alloc(trace->n_nodes, sizeof(*order->node_at));
    if (!order->node_at)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < trace->n_nodes; i++)
        order->node_at[i] = (uint32_t)i;
    hc_random_seed(&random, (uint64_t)seed);
    hc_random_shuffle(&random, order->node_at, trace->n_nodes);
    if (trace->n_events)
        return HC_OK;
    order->arrivals = hc_alloc(trace->n_pods, sizeof(*order->arrivals));
    if (!order->arrivals)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < trace->n_pods; i++)
        order->arrivals[i] = (uint32_t)i;
    order->n_arrivals = trace->n_pods;
    return HC_OK;
}

enum hc_status hc_orders_make(struct hc_trace *trace, int64_t first, size_t n)
{
    for (size_t i = 0; i < n; i++)
        HC_TRY(make_order(trace, first + (int64_t)i));
    return HC_OK;
}
