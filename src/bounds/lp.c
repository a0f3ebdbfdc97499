#include <math.h>

#include "base/mem.h"
#include "bounds/lp.h"
#include "bounds/sketch.h"

/* The simplex is exact and fast on small programs, the interior point method bearable on
 * large ones. What one cannot do the other often can. */
static const struct attempt {
    enum hc_linear_method method;
    int iterations;
} small[] = {{HC_LINEAR_SIMPLEX, 50000}, {HC_LINEAR_INTERIOR, 300}},
  large[] = {{HC_LINEAR_INTERIOR, 300}, {HC_LINEAR_SIMPLEX, 50000}};
enum { ATTEMPTS = 2, SMALL_COLUMNS = 4000 };
static const double proven = 1e-6;

/* Proven to within that of what the solver says itself, if it knew all types. */
static bool good_enough(const struct hc_bound_lp *lp)
{
    return lp->end == HC_LINEAR_BEST &&
           (lp->bits != HC_BOUND_EXACT ||
               fabs(lp->solver - lp->value) <= proven * fmax(1, lp->value));
}

/* What takes part in an attempt. */
struct proving {
    const struct hc_bound_case *proof;
    const struct hc_bound_sketch *sketch;
    const int64_t *scale;
    double *row_price; /* [rows] of the program */
    double *price;     /* [proof's node types][resources] */
};

/* The prices of the merged types as those of their members. A row's price is what a
 * minimum gains by more room: 0 or below for an upper limit. */
static void spread(const struct proving *p)
{
    const struct hc_bound_case *merged = p->sketch->merged;
    size_t n = p->proof->resources;

    for (size_t t = 0; t < p->proof->node_types; t++)
        for (size_t r = 0; r < n; r++) {
            size_t row = merged->node_of_type[t] * n + r;

            p->price[t * n + r] =
                -p->row_price[merged->pod_types + row] / p->sketch->unit[row];
        }
}

/* One attempt; what it says counts if more is proven of it than before. */
static void attempt(const struct proving *p, const struct hc_linear *linear,
    const struct attempt *how, struct hc_bound_lp *lp)
{
    struct hc_bound_lp now = *lp;

    now.end =
        hc_linear_solve(linear, how->method, how->iterations, p->row_price, &now.solver);
    spread(p);
    if (!hc_bound_dual(p->proof, p->price, p->scale, &now.nodes, &now.value))
        now.value = 0;
    if (now.nodes < lp->nodes)
        now.nodes = lp->nodes;
    if (now.value > lp->value || (now.value == lp->value && now.end < lp->end))
        *lp = now;
}

static enum hc_status solve(const struct hc_bound_case *proof,
    const struct hc_bound_case *merged, struct hc_bound_lp *lp)
{
    HC_CLEANUP(hc_linear_clear) struct hc_linear linear = {0};
    HC_CLEANUP(hc_bound_sketch_clear) struct hc_bound_sketch sketch = {0};
    HC_CLEANUP(hc_freep) double *row_price = NULL, *price = NULL;
    int64_t scale[HC_BOUND_RESOURCES];
    struct proving proving = {proof, &sketch, scale, NULL, NULL};
    const struct attempt *how;

    for (size_t r = 0; r < proof->resources; r++)
        scale[r] = hc_bound_largest(proof, r);
    HC_TRY(hc_bound_sketch_init(&sketch, proof, merged, scale));
    HC_TRY(hc_bound_sketch_program(&sketch, &linear));
    proving.row_price = row_price = hc_calloc(linear.rows, sizeof(*row_price));
    proving.price = price =
        hc_calloc(proof->node_types * proof->resources + 1, sizeof(*price));
    if (!row_price || !price)
        return HC_NO_MEMORY;
    how = linear.columns <= SMALL_COLUMNS ? small : large;
    for (int k = 0; k < ATTEMPTS && (!k || !good_enough(lp)); k++)
        attempt(&proving, &linear, &how[k], lp);
    return HC_OK;
}

enum hc_status hc_bound_lp_within(const struct hc_bound_case *c, size_t pairs,
    size_t proof_pairs, struct hc_bound_lp *ret)
{
    HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case proof = {0}, merged = {0};
    struct hc_bound_lp lp = {.nodes = c->all_pods > c->pending, .solver = NAN};
    bool proof_small = true, sketch_small = true, rules = true;

    if (c->pod_types) {
        HC_TRY(hc_bound_coarsen(
            c, proof_pairs, &proof, &lp.proof_bits, &lp.rules, &proof_small));
        HC_TRY(hc_bound_coarsen(&proof, pairs, &merged, &lp.bits, &rules, &sketch_small));
        lp.pod_types = merged.pod_types;
        lp.node_types = merged.node_types;
        lp.end = HC_LINEAR_TOO_LARGE; /* until something was tried */
        if (proof_small && sketch_small)
            HC_TRY(solve(&proof, &merged, &lp));
    }
    *ret = lp;
    return HC_OK;
}

enum hc_status hc_bound_lp(const struct hc_bound_case *c, struct hc_bound_lp *ret)
{
    return hc_bound_lp_within(c, HC_BOUND_PAIRS, HC_BOUND_PROOF_PAIRS, ret);
}
