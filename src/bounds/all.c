#include "base/mem.h"
#include "bounds/all.h"
#include "bounds/l2.h"
#include "bounds/sketch.h"

const char *hc_bound_kind_name(enum hc_bound_kind kind)
{
    static const char *const names[HC_BOUND_KINDS] = {"L1", "L2", "LP", "by pool"};

    return names[kind];
}

/* ---- pools ----------------------------------------------------------------------- */

/* A forest over the node types: those under one root are in one pool. */
static size_t root_of(size_t *parent, size_t t)
{
    while (parent[t] != t) {
        parent[t] = parent[parent[t]];
        t = parent[t];
    }
    return t;
}

/* Node types that take a pod type, together; the pool's root by pod type. */
static void join(const struct hc_bound_case *c, size_t *parent, size_t *home)
{
    for (size_t t = 0; t < c->node_types; t++)
        parent[t] = t;
    for (size_t i = 0; i < c->pod_types; i++) {
        home[i] = SIZE_MAX;
        for (size_t t = 0; t < c->node_types; t++) {
            if (!hc_bound_fits(c, i, t))
                continue;
            if (home[i] != SIZE_MAX)
                parent[root_of(parent, t)] = root_of(parent, home[i]);
            home[i] = t;
        }
    }
    for (size_t i = 0; i < c->pod_types; i++)
        home[i] = root_of(parent, home[i]);
}

/* ---- of a case, and pool by pool -------------------------------------------------- */

static void count(struct hc_bounds *all, enum hc_bound_kind kind, int64_t nodes)
{
    if (nodes <= all->nodes)
        return;
    all->nodes = nodes;
    all->kind = kind;
}

static enum hc_status of_one(const struct hc_bound_case *c, struct hc_bounds *ret)
{
    struct hc_bounds all = {0};

    HC_TRY(hc_bound_l1(c, &all.l1));
    HC_TRY(hc_bound_l2(c, &all.l2));
    HC_TRY(hc_bound_lp(c, &all.lp));
    count(&all, HC_BOUND_L1, all.l1.nodes);
    count(&all, HC_BOUND_L2, all.l2.nodes);
    count(&all, HC_BOUND_LP, all.lp.nodes);
    all.impossible = all.l1.impossible || all.nodes > c->all_nodes;
    *ret = all;
    return HC_OK;
}

/* The pools of a case. They are told over merged types: who may be where is then
 * generous, so what is apart there is apart. */
struct pools {
    struct hc_bound_case merged;
    size_t *parent, *home; /* by merged type */
    int64_t *pods, *nodes; /* by the case's type: of one pool, 0 elsewhere */
};

static void pools_clear(struct pools *p)
{
    hc_bound_case_clear(&p->merged);
    hc_free(p->parent);
    hc_free(p->home);
    hc_free(p->pods);
    hc_free(p->nodes);
}

/* *ret_small is false if there are too many types even when merged. */
static enum hc_status pools_init(
    struct pools *p, const struct hc_bound_case *c, bool *ret_small)
{
    int bits;
    bool rules;

    HC_TRY(
        hc_bound_coarsen(c, HC_BOUND_PROOF_PAIRS, &p->merged, &bits, &rules, ret_small));
    p->parent = hc_alloc(p->merged.node_types + 1, sizeof(*p->parent));
    p->home = hc_alloc(p->merged.pod_types + 1, sizeof(*p->home));
    p->pods = hc_alloc(c->pod_types + 1, sizeof(*p->pods));
    p->nodes = hc_alloc(c->node_types + 1, sizeof(*p->nodes));
    if (!p->parent || !p->home || !p->pods || !p->nodes)
        return HC_NO_MEMORY;
    if (*ret_small)
        join(&p->merged, p->parent, p->home);
    return HC_OK;
}

/* Roots of some pod. */
static size_t count_pools(const struct pools *p)
{
    size_t n = 0;

    for (size_t t = 0; t < p->merged.node_types; t++)
        for (size_t i = 0; i < p->merged.pod_types; i++)
            if (p->home[i] == t) {
                n++;
                break;
            }
    return n;
}

/* Whether every node type is in the pool of every pod. */
static bool all_in_one(struct pools *p)
{
    for (size_t t = 0; t < p->merged.node_types; t++)
        if (root_of(p->parent, t) != p->home[0])
            return false;
    return true;
}

/* The bounds of the pool under a root; nothing where the root is of no pod. */
static enum hc_status of_pool(
    const struct hc_bound_case *c, struct pools *p, size_t root, struct hc_bounds *ret)
{
    HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case part = {0};
    struct hc_bound_input input = {c->resources, c->pod_types, c->demand, p->pods,
        c->node_types, c->capacity, p->nodes, c->may, NULL};
    int64_t pods = 0;

    *ret = (struct hc_bounds){0};
    for (size_t i = 0; i < c->pod_types; i++) {
        p->pods[i] = p->home[p->merged.pod_of_type[i]] == root ? c->pods[i] : 0;
        pods += p->pods[i];
    }
    if (!pods)
        return HC_OK;
    for (size_t t = 0; t < c->node_types; t++)
        p->nodes[t] =
            root_of(p->parent, p->merged.node_of_type[t]) == root ? c->nodes[t] : 0;
    HC_TRY(hc_bound_case_init(&part, &input, NULL));
    part.pending = c->pending;
    return of_one(&part, ret);
}

static enum hc_status add_pools(const struct hc_bound_case *c, struct hc_bounds *all)
{
    HC_CLEANUP(pools_clear) struct pools p = {0};
    bool small;

    HC_TRY(pools_init(&p, c, &small));
    if (!small || !c->pod_types)
        return HC_OK;
    all->pools = count_pools(&p);
    if (all->pools > HC_BOUND_POOLS || all_in_one(&p))
        return HC_OK;
    for (size_t t = 0; t < p.merged.node_types; t++) {
        struct hc_bounds pool;

        HC_TRY(of_pool(c, &p, t, &pool));
        all->by_pool += pool.nodes;
        all->impossible |= pool.impossible;
    }
    count(all, HC_BOUND_BY_POOL, all->by_pool);
    return HC_OK;
}

enum hc_status hc_bounds_read(const struct hc_bound_case *c, struct hc_bounds *ret)
{
    struct hc_bounds all;

    HC_TRY(of_one(c, &all));
    HC_TRY(add_pools(c, &all));
    *ret = all;
    return HC_OK;
}
