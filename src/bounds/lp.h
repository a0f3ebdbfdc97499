/*
 * lp.h - the linear relaxation: sizes, numbers of nodes, selectors and taints
 *
 * Pods may be cut into pieces, but a piece has to be on a node type that would take the
 * whole pod, by rules and by size. With n_i pods of demand d_i, N_t nodes of capacity
 * c_t:
 *
 *     minimise   Σ_t y_t                         nodes used
 *     where      Σ_t z_it >= 1                   each i: all pods of the type are placed
 *                Σ_i n_i d_ir z_it <= c_tr y_t   each t, resource r
 *                0 <= y_t <= N_t,  z_it >= 0     z_it only where i may be on t and fits
 *
 * Sees what L1 and L2 do not: demand that only some nodes may carry, several resources at
 * a time, and which node sizes are worth using.
 *
 * What is proven, and how. The solver works in floating point and stops at tolerances, so
 * its value may be above the true one. It is not used. What is taken are its prices of
 * the second kind of rows, as whole numbers W_tr >= 0 in units of 1/D, D = 2^80 (rounded
 * down; any numbers would do), and from these, in integers of 128 bits:
 *
 *     u_i = min over the t that i may be on of Σ_r d_ir W_tr
 *     v_t = max(0, Σ_r c_tr W_tr - D)
 *     bound = ceil((Σ_i n_i u_i - Σ_t N_t v_t) / D)
 *
 * No placement uses fewer nodes. Say it uses m_t <= N_t of type t. Each pod is on some t
 * that it may be on, so u of it is at most its demand at the weights of t. Summed up,
 *
 *     Σ_i n_i u_i <= Σ_t W_t·(all that is on nodes of t) <= Σ_t m_t W_t·c_t
 *                 <= Σ_t m_t (D + v_t)                   <= D Σ_t m_t + Σ_t N_t v_t.
 *
 * With k pods that may pend, the k largest u are taken off the sum on the left: the pods
 * that are placed are worth at least the rest.
 *
 * This is weak duality (any textbook, such as Chvatal, "Linear Programming", 1983, ch. 5)
 * with the free prices put to their best: a solver that stops early, or is wrong, gives a
 * weaker bound and never a false one. If a sum does not fit in 128 bits, there is no
 * bound.
 *
 * The interior point method is asked first; where what is proven of its prices falls
 * short of its own value, the simplex as well, and the larger bound counts (a small
 * program goes to the simplex at once). On 117,000 pods of 2,000 shapes and 30 node types
 * with 5 resources the solver takes about a second, the proof milliseconds.
 *
 * Size. A linear program of (pod types x node types) columns is too slow past a point. As
 * any prices make a valid bound, the solver may be given something else: a sketch, in
 * which types are merged (bounds/merge.h) until at most HC_BOUND_PAIRS pairs are left,
 * and each merged type is the mean of its members. The prices that come back are given to
 * all members, and the proof is made over the types as they are. `bits` says how coarse
 * the sketch was. Past HC_BOUND_PROOF_PAIRS pairs the proof itself would take seconds;
 * then it too is made over merged types, generously rounded (`proof_bits`), and where
 * even the rules are too many, without them (`rules` is false). That keeps a bound a
 * bound.
 *
 * The same numbers come back every time on one machine. Prices may differ in their last
 * digits between processors; the bound then differs only where the relaxation's value is
 * within about 10^-6 of itself above a whole number.
 *
 * Can fail: HC_NO_MEMORY (of ours; the solver's own memory is not ours to fail). A solver
 * that fails is an `end`, not a failure.
 */
#ifndef HC_BOUND_LP_H
#define HC_BOUND_LP_H

#include "bounds/bound.h"
#include "bounds/merge.h"
#include "bounds/solver.h"

enum { HC_BOUND_PAIRS = 100000, HC_BOUND_PROOF_PAIRS = 20000000 };

struct hc_bound_lp {
    int64_t nodes; /* the bound; at least 1 where there is a pod */
    double value;  /* what was rounded up, as a double; for showing */
    double solver; /* the solver's own value of the sketch, not proven; NaN: none */
    enum hc_linear_end end;
    int bits, proof_bits;         /* HC_BOUND_EXACT: as they are; 0: no pods */
    bool rules;                   /* kept in the proof */
    size_t pod_types, node_types; /* of the sketch */
};

enum hc_status hc_bound_lp(
    const struct hc_bound_case *c, struct hc_bound_lp *ret) HC_MUST_USE;

/* The same with other limits of pairs: for tests, and for those who have more time. */
enum hc_status hc_bound_lp_within(const struct hc_bound_case *c, size_t pairs,
    size_t proof_pairs, struct hc_bound_lp *ret) HC_MUST_USE;

/*
 * What is proven from any prices: price[t × resources + r] >= 0 of a node type's whole
 * `scale[r]` of a resource, in nodes. Not finite or below 0 counts as 0. False: a sum
 * does not fit, a pod type fits nowhere, or there is no memory; nothing is written.
 */
bool hc_bound_dual(const struct hc_bound_case *c, const double *price,
    const int64_t *scale, int64_t *ret_nodes, double *ret_value);

#endif
