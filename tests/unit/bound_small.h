/*
 * bound_small.h - small random instances of the bounds' question, and their true optimum
 *
 * The optimum is found by trying everything, with arithmetic of its own: each pod in turn
 * on every node in use or on a new one of every type.
 */
#ifndef HC_BOUND_SMALL_H
#define HC_BOUND_SMALL_H

#include <string.h>

#include "bounds/bound.h"

enum { SMALL_RESOURCES = 3, SMALL_TYPES = 4, SMALL_PODS = 8, SMALL_NODES = 7 };

struct small {
    struct hc_bound_input in;
    int64_t demand[SMALL_TYPES * SMALL_RESOURCES], pods[SMALL_TYPES];
    int64_t capacity[SMALL_TYPES * SMALL_RESOURCES], nodes[SMALL_TYPES];
    uint64_t may[SMALL_TYPES];
};

static uint64_t small_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state * 0x2545f4914f6cdd1d >> 11;
}

static int64_t small_below(uint64_t *state, int64_t n)
{
    return (int64_t)(small_random(state) % (uint64_t)n);
}

/* 1 to n of each in `count`, at most `all` together. */
static void small_counts(
    uint64_t *state, int64_t *count, size_t types, int64_t n, int64_t all)
{
    for (size_t i = 0; i < types; i++) {
        count[i] = small_below(state, n + 1);
        count[i] = count[i] > all ? all : count[i];
        all -= count[i];
    }
}

/*
 * Capacities of 6 to 12 units and demands of 0 to 8, so that a node takes a few pods. A
 * unit is 1, or of one resource the odd number near 2^50 while another keeps 1, with a
 * little noise so that nothing divides evenly.
 */
static inline void small_make(struct small *s, uint64_t *state)
{
    int64_t unit[SMALL_RESOURCES];

    memset(s, 0, sizeof(*s));
    s->in = (struct hc_bound_input){1 + (size_t)small_below(state, SMALL_RESOURCES),
        1 + (size_t)small_below(state, SMALL_TYPES), s->demand, s->pods,
        1 + (size_t)small_below(state, SMALL_TYPES), s->capacity, s->nodes,
        small_below(state, 2) ? s->may : NULL, NULL};
    for (size_t r = 0; r < SMALL_RESOURCES; r++)
        unit[r] = small_below(state, 3) ? 1 : ((int64_t)1 << (20 + 15 * r)) + 12345;
    for (size_t i = 0; i < SMALL_TYPES * SMALL_RESOURCES; i++) {
        int64_t u = unit[i % s->in.resources];

        s->demand[i] = small_below(state, 9) * u + (u > 1 ? small_below(state, 3) : 0);
        s->capacity[i] =
            (6 + small_below(state, 7)) * u + (u > 1 ? small_below(state, 3) : 0);
    }
    for (size_t i = 0; i < SMALL_TYPES; i++)
        s->may[i] = (uint64_t)small_random(state);
    small_counts(state, s->pods, s->in.pod_types, 4, SMALL_PODS);
    small_counts(state, s->nodes, s->in.node_types, 4, SMALL_NODES);
}

/* ---- everything is tried ---------------------------------------------------------- */

struct trying {
    const struct small *s;
    size_t pods, pod[SMALL_PODS];
    int64_t left[SMALL_TYPES]; /* nodes not in use */
    size_t used, type[SMALL_NODES];
    int64_t free[SMALL_NODES][SMALL_RESOURCES];
    size_t best;     /* SIZE_MAX: none yet */
    int64_t pending; /* so many more may be left without a node */
};

static bool small_allowed(const struct small *s, size_t i, size_t t)
{
    return !s->in.may || (s->may[i] >> t & 1);
}

static bool small_take(struct trying *x, size_t node, size_t i, int64_t sign)
{
    size_t n = x->s->in.resources;

    for (size_t r = 0; r < n; r++)
        if (sign < 0 && x->free[node][r] < x->s->demand[i * n + r])
            return false;
    for (size_t r = 0; r < n; r++)
        x->free[node][r] += sign * x->s->demand[i * n + r];
    return true;
}

static void small_try(struct trying *x, size_t k)
{
    size_t n = x->s->in.resources;

    if (x->used >= x->best)
        return;
    if (k == x->pods) {
        x->best = x->used;
        return;
    }
    if (x->pending > 0) {
        x->pending--;
        small_try(x, k + 1);
        x->pending++;
    }
    for (size_t node = 0; node < x->used; node++)
        if (small_allowed(x->s, x->pod[k], x->type[node]) &&
            small_take(x, node, x->pod[k], -1)) {
            small_try(x, k + 1);
            small_take(x, node, x->pod[k], 1);
        }
    for (size_t t = 0; t < x->s->in.node_types; t++) {
        if (!x->left[t] || !small_allowed(x->s, x->pod[k], t))
            continue;
        memcpy(x->free[x->used], x->s->capacity + t * n, n * sizeof(int64_t));
        x->type[x->used] = t;
        if (!small_take(x, x->used, x->pod[k], -1))
            continue;
        x->left[t]--;
        x->used++;
        small_try(x, k + 1);
        x->used--;
        x->left[t]++;
    }
}

/* Whether a pod of the type can be on some node at all. */
static bool small_placeable(const struct small *s, size_t i)
{
    for (size_t t = 0; t < s->in.node_types; t++) {
        bool fits = s->nodes[t] > 0 && small_allowed(s, i, t);

        for (size_t r = 0; r < s->in.resources; r++)
            fits &= s->demand[i * s->in.resources + r] <=
                    s->capacity[t * s->in.resources + r];
        if (fits)
            return true;
    }
    return false;
}

/* The fewest nodes for all pods that can be placed at all, but for `pending` of them; -1:
 * they do not fit. */
static inline int64_t small_optimum(const struct small *s, int64_t pending)
{
    struct trying x = {.s = s, .best = SIZE_MAX, .pending = pending};

    memcpy(x.left, s->nodes, sizeof(x.left));
    for (size_t i = 0; i < s->in.pod_types; i++)
        for (int64_t n = 0; n < s->pods[i] && small_placeable(s, i); n++)
            x.pod[x.pods++] = i;
    small_try(&x, 0);
    return x.best == SIZE_MAX ? -1 : (int64_t)x.best;
}

#endif
