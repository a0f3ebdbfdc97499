/*
 * sketch.h - a program that a solver can bear, out of a case of any size
 *
 * A sketch is not a relaxation and makes no bound: it only has to lead a solver to good
 * prices. Types of a case are merged coarsely, each merged type has the means of its
 * members, and who may be where is the merged case's, which is generous. With everything
 * as a share of `scale`, the program is that of bounds/lp.h: rows of the pod types, then
 * of (node type, resource); columns of the node types, then of the pairs that fit.
 *
 * Can fail: HC_NO_MEMORY.
 *
 * Private to the bounds.
 */
#ifndef HC_BOUND_SKETCH_H
#define HC_BOUND_SKETCH_H

#include "bounds/bound.h"
#include "bounds/solver.h"

struct hc_bound_sketch {
    const struct hc_bound_case *merged;
    double *demand, *capacity; /* shapes of merged */
    double *unit;              /* [node_types][resources]: what the row was divided by */
};

/*
 * The case merged (bounds/merge.h) as little as leaves at most `pairs` pairs of types,
 * with the rules or, if they are too many, without. If nothing does, *ret_small is false.
 * On failure too, `ret` is to be cleared.
 */
enum hc_status hc_bound_coarsen(const struct hc_bound_case *c, size_t pairs,
    struct hc_bound_case *ret, int *ret_bits, bool *ret_rules,
    bool *ret_small) HC_MUST_USE;

/* `merged` is of `proof`, and stays the caller's. On failure too, to be cleared. */
enum hc_status hc_bound_sketch_init(struct hc_bound_sketch *ret,
    const struct hc_bound_case *proof, const struct hc_bound_case *merged,
    const int64_t *scale) HC_MUST_USE;
void hc_bound_sketch_clear(struct hc_bound_sketch *sketch);

enum hc_status hc_bound_sketch_program(
    const struct hc_bound_sketch *sketch, struct hc_linear *ret) HC_MUST_USE;
void hc_linear_clear(struct hc_linear *linear);

#endif
