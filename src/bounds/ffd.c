#include <stdlib.h>

#include "base/mem.h"
#include "bounds/ffd.h"

/* ---- nodes, and the first with room ------------------------------------------------ */

/* A full binary tree, root at 1, leaves from `leaves` on: the most that is free under
 * each of its nodes, resource by resource; below 0 where there is no node. */
enum { NOBODY = -1, MIXED = -2 };
struct room {
    const struct hc_bound_case *c;
    size_t nodes, leaves;
    int64_t *type; /* [2 × leaves]: of all nodes under it, MIXED or NOBODY */
    bool *used;    /* [nodes] */
    int64_t *free; /* [2 × leaves][resources] */
};

static void room_clear(struct room *room)
{
    hc_free(room->type);
    hc_free(room->used);
    hc_free(room->free);
}

static void raise_maximum(struct room *room, size_t at)
{
    size_t n = room->c->resources;
    const int64_t *left = room->free + 2 * at * n, *right = left + n;

    for (size_t r = 0; r < n; r++)
        room->free[at * n + r] = left[r] > right[r] ? left[r] : right[r];
}

static size_t type_of(const struct room *room, size_t node)
{
    return (size_t)room->type[room->leaves + node];
}

/* All nodes empty. */
static void room_reset(struct room *room)
{
    size_t n = room->c->resources;

    for (size_t k = 0; k < room->leaves; k++)
        for (size_t r = 0; r < n; r++)
            room->free[(room->leaves + k) * n + r] =
                k < room->nodes ? room->c->capacity[type_of(room, k) * n + r] : -1;
    for (size_t at = room->leaves; at-- > 1;)
        raise_maximum(room, at);
    for (size_t k = 0; k < room->nodes; k++)
        room->used[k] = false;
}

struct by_share {
    size_t at;
    double choice, share;
};

/* Fewer choices first, then the larger share, then the case's order. */
static int compare(const void *a, const void *b)
{
    const struct by_share *p = a, *q = b;

    if (p->choice != q->choice)
        return p->choice < q->choice ? -1 : 1;
    if (p->share != q->share)
        return p->share > q->share ? -1 : 1;
    return (p->at > q->at) - (p->at < q->at);
}

static double share_of(const int64_t *x, const int64_t *largest, size_t n, bool sum)
{
    double share = 0;

    for (size_t r = 0; r < n; r++) {
        double part = largest[r] ? (double)x[r] / (double)largest[r] : 0;

        share = sum ? share + part : part > share ? part : share;
    }
    return share;
}

/* The types above the leaves of the nodes. */
static void name_types(struct room *room)
{
    for (size_t k = room->nodes; k < room->leaves; k++)
        room->type[room->leaves + k] = NOBODY;
    for (size_t at = room->leaves; at-- > 1;) {
        int64_t left = room->type[2 * at], right = room->type[2 * at + 1];

        room->type[at] = right == NOBODY || right == left ? left : MIXED;
    }
}

/* A leaf for each node, the types with the largest sum of shares first. */
static enum hc_status room_init(struct room *room, const struct hc_bound_case *c,
    const int64_t *nodes, const int64_t *largest)
{
    HC_CLEANUP(hc_freep)
    struct by_share *order = hc_calloc(c->node_types + 1, sizeof(*order));
    size_t k = 0;

    room->c = c;
    for (size_t t = 0; t < c->node_types; t++)
        room->nodes += (size_t)nodes[t];
    for (room->leaves = 1; room->leaves < room->nodes;)
        room->leaves *= 2;
    room->type = hc_alloc(2 * room->leaves, sizeof(*room->type));
    room->used = hc_alloc(room->nodes + 1, sizeof(*room->used));
    room->free = hc_alloc(2 * room->leaves * c->resources, sizeof(*room->free));
    if (!order || !room->type || !room->used || !room->free)
        return HC_NO_MEMORY;
    for (size_t t = 0; t < c->node_types; t++)
        order[t] = (struct by_share){
            t, 0, share_of(c->capacity + t * c->resources, largest, c->resources, true)};
    qsort(order, c->node_types, sizeof(*order), compare);
    for (size_t j = 0; j < c->node_types; j++)
        for (int64_t n = nodes[order[j].at]; n > 0; n--)
            room->type[room->leaves + k++] = (int64_t)order[j].at;
    name_types(room);
    return HC_OK;
}

/* Whether a pod of type i might be under the tree's node `at`; on a leaf: whether it can.
 */
static bool might_be(const struct room *room, size_t i, size_t at)
{
    const struct hc_bound_case *c = room->c;
    int64_t type = room->type[at];

    if (type >= 0 && !(c->may[i * c->words + (size_t)type / 64] >> (type % 64) & 1))
        return false;
    for (size_t r = 0; r < c->resources; r++)
        if (room->free[at * c->resources + r] < c->demand[i * c->resources + r])
            return false;
    return true;
}

/* The first node from `from` on under the tree's node `at`, which has the nodes first to
 * first + width, with room for a pod of type i; SIZE_MAX: none. */
static size_t first_with_room(
    const struct room *room, size_t i, size_t at, size_t first, size_t width, size_t from)
{
    size_t found;

    if (first + width <= from || !might_be(room, i, at))
        return SIZE_MAX;
    if (width == 1)
        return first;
    found = first_with_room(room, i, 2 * at, first, width / 2, from);
    return found != SIZE_MAX
               ? found
               : first_with_room(room, i, 2 * at + 1, first + width / 2, width / 2, from);
}

/* As many of `pods` pods of type i as the node takes. */
static int64_t put(struct room *room, size_t i, size_t node, int64_t pods)
{
    size_t n = room->c->resources, leaf = room->leaves + node;
    const int64_t *demand = room->c->demand + i * n;

    for (size_t r = 0; r < n; r++)
        if (demand[r] && room->free[leaf * n + r] / demand[r] < pods)
            pods = room->free[leaf * n + r] / demand[r];
    for (size_t r = 0; r < n; r++)
        room->free[leaf * n + r] -= demand[r] * pods;
    for (size_t at = leaf / 2; at > 0; at /= 2)
        raise_maximum(room, at);
    room->used[node] = true;
    return pods;
}

/* ---- one order, and the best of them ------------------------------------------------
 */

static double choices(const struct room *room, size_t i, const int64_t *nodes)
{
    double n = 0;

    for (size_t t = 0; t < room->c->node_types; t++)
        if (hc_bound_fits(room->c, i, t))
            n += (double)nodes[t];
    return n;
}

static void sort_pods(const struct room *room, enum hc_ffd_order how,
    const int64_t *nodes, const int64_t *largest, struct by_share *order)
{
    const struct hc_bound_case *c = room->c;

    for (size_t i = 0; i < c->pod_types; i++)
        order[i] =
            (struct by_share){i, how == HC_FFD_CHOICE ? choices(room, i, nodes) : 0,
                share_of(c->demand + i * c->resources, largest, c->resources,
                    how == HC_FFD_SUM)};
    qsort(order, c->pod_types, sizeof(*order), compare);
}

static struct hc_bound_ffd place_all(struct room *room, const struct by_share *order)
{
    struct hc_bound_ffd ffd = {0};

    room_reset(room);
    for (size_t k = 0; k < room->c->pod_types; k++) {
        size_t i = order[k].at, node = 0;
        int64_t left = room->c->pods[i];

        while (left > 0) {
            node = first_with_room(room, i, 1, 0, room->leaves, node);
            if (node == SIZE_MAX)
                break;
            left -= put(room, i, node, left);
        }
        ffd.pending += left;
    }
    for (size_t k = 0; k < room->nodes; k++)
        ffd.nodes += room->used[k];
    return ffd;
}

static bool better(const struct hc_bound_ffd *a, const struct hc_bound_ffd *b)
{
    return a->pending != b->pending ? a->pending < b->pending : a->nodes < b->nodes;
}

/* HC_FFD_NODES at most in all. */
static enum hc_status check(
    const struct hc_bound_case *c, const int64_t *nodes, struct hc_error *err)
{
    hc_int128 all = 0;

    for (size_t t = 0; t < c->node_types; t++)
        all += nodes[t];
    return all <= HC_FFD_NODES
               ? HC_OK
               : hc_fail(err, HC_INPUT,
                     "bounds: more than %d nodes for first-fit decreasing",
                     (int)HC_FFD_NODES);
}

enum hc_status hc_bound_ffd(const struct hc_bound_case *c, const int64_t *nodes,
    struct hc_bound_ffd *ret, struct hc_error *err)
{
    HC_CLEANUP(room_clear) struct room room = {0};
    HC_CLEANUP(hc_freep)
    struct by_share *order = hc_alloc(c->pod_types + 1, sizeof(*order));
    int64_t largest[HC_BOUND_RESOURCES];
    struct hc_bound_ffd best = {0};

    nodes = nodes ? nodes : c->nodes;
    for (size_t r = 0; r < c->resources; r++)
        largest[r] = hc_bound_largest(c, r);
    HC_TRY(check(c, nodes, err));
    if (!order)
        return HC_NO_MEMORY;
    HC_TRY(room_init(&room, c, nodes, largest));
    for (int how = 0; how < HC_FFD_ORDERS; how++) {
        struct hc_bound_ffd ffd;

        sort_pods(&room, how, nodes, largest, order);
        ffd = place_all(&room, order);
        ffd.order = how;
        if (!how || better(&ffd, &best))
            best = ffd;
    }
    *ret = best;
    return HC_OK;
}
