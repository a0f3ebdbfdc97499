#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "bounds/lp.h"

/* D = 2^80, so that a weight of a resource of 2^56 still has 24 binary digits. */
enum { UNIT_BITS = 80, PRICE_LIMIT = 1 << 16 };
static const hc_int128 unit = (hc_int128)1 << UNIT_BITS;

/* floor(price × D / scale): below 2^96 × 2, exact in the conversion, and as a division of
 * two doubles the same on every machine. */
static hc_int128 weight(double price, int64_t scale)
{
    if (!(price > 0) || !scale)
        return 0;
    if (price > PRICE_LIMIT)
        price = PRICE_LIMIT;
    return (hc_int128)ldexp(price / (double)scale, UNIT_BITS);
}

/* W, [node_types][resources]. */
static hc_int128 *make_weights(
    const struct hc_bound_case *c, const double *price, const int64_t *scale)
{
    size_t n = c->resources;
    hc_int128 *weights = hc_alloc(c->node_types * n + 1, sizeof(*weights));

    for (size_t k = 0; weights && k < c->node_types * n; k++)
        weights[k] = weight(price[k], scale[k % n]);
    return weights;
}

/* Σ_r x_r W_tr: 16 × 2^56 × 2^97 would not fit, so each step is checked. */
static bool at_weights(const int64_t *x, const hc_int128 *w, size_t n, hc_int128 *ret)
{
    hc_int128 sum = 0, part;

    for (size_t r = 0; r < n; r++)
        if (__builtin_mul_overflow((hc_int128)x[r], w[r], &part) ||
            __builtin_add_overflow(sum, part, &sum))
            return false;
    *ret = sum;
    return true;
}

/* u_i */
static bool cheapest(
    const struct hc_bound_case *c, size_t i, const hc_int128 *w, hc_int128 *ret)
{
    size_t n = c->resources;
    bool found = false;

    for (size_t t = 0; t < c->node_types; t++) {
        hc_int128 cost;

        if (!hc_bound_fits(c, i, t))
            continue;
        if (!at_weights(c->demand + i * n, w + t * n, n, &cost))
            return false;
        if (!found || cost < *ret)
            *ret = cost;
        found = true;
    }
    return found;
}

/* u of a pod type, and its pods. */
struct worth {
    hc_int128 u;
    int64_t pods;
};

static int descending(const void *a, const void *b)
{
    hc_int128 x = ((const struct worth *)a)->u, y = ((const struct worth *)b)->u;

    return (x < y) - (x > y);
}

/* Σ_i n_i u_i, without the pods that may pend: those of the largest u. */
static bool sum_up(struct worth *worth, size_t types, int64_t pending, hc_int128 *ret)
{
    hc_int128 sum = 0, part;

    if (pending)
        qsort(worth, types, sizeof(*worth), descending);
    for (size_t i = 0; i < types; i++) {
        int64_t off = worth[i].pods < pending ? worth[i].pods : pending;

        pending -= off;
        if (__builtin_mul_overflow(worth[i].u, (hc_int128)(worth[i].pods - off), &part) ||
            __builtin_add_overflow(sum, part, &sum))
            return false;
    }
    *ret = sum;
    return true;
}

static bool worth_of_pods(
    const struct hc_bound_case *c, const hc_int128 *w, hc_int128 *ret)
{
    HC_CLEANUP(hc_freep)
    struct worth *worth = hc_alloc(c->pod_types + 1, sizeof(*worth));

    if (!worth)
        return false;
    for (size_t i = 0; i < c->pod_types; i++) {
        worth[i].pods = c->pods[i];
        if (!cheapest(c, i, w, &worth[i].u))
            return false;
    }
    return sum_up(worth, c->pod_types, c->pending, ret);
}

/* Σ_t N_t v_t */
static bool excess_of_nodes(
    const struct hc_bound_case *c, const hc_int128 *w, hc_int128 *ret)
{
    size_t n = c->resources;
    hc_int128 sum = 0, worth, part;

    for (size_t t = 0; t < c->node_types; t++) {
        if (!at_weights(c->capacity + t * n, w + t * n, n, &worth))
            return false;
        if (worth <= unit)
            continue;
        if (__builtin_mul_overflow(worth - unit, (hc_int128)c->nodes[t], &part) ||
            __builtin_add_overflow(sum, part, &sum))
            return false;
    }
    *ret = sum;
    return true;
}

bool hc_bound_dual(const struct hc_bound_case *c, const double *price,
    const int64_t *scale, int64_t *ret_nodes, double *ret_value)
{
    HC_CLEANUP(hc_freep) hc_int128 *w = make_weights(c, price, scale);
    hc_int128 pods, nodes, whole;

    if (!w || !worth_of_pods(c, w, &pods) || !excess_of_nodes(c, w, &nodes))
        return false;
    whole = pods > nodes ? (pods - nodes - 1) / unit + 1 : 0;
    if (whole > INT64_MAX)
        return false;
    *ret_nodes = (int64_t)whole;
    *ret_value = ldexp((double)(pods - nodes), -UNIT_BITS);
    return true;
}
