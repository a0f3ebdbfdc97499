/*
 * within.h - co-moments of the gauges with node means taken out
 *
 * A correlation pooled over nodes mixes two things: that busy nodes have more memory in
 * use (levels between nodes) and that a node's memory rises when it gets busy (movements
 * within nodes). The second is Pearson's r of the values less their node's mean:
 *
 *     c_within = sum over nodes of sum over its rows (a - mean_node a)(b - mean_node b)
 *
 * over the rows that have both. The sums over rows are kept once for all nodes; a
 * node keeps only what Chan's formula needs when more rows of it come: n and the means.
 * Rows with all gauges share one n and one mean a gauge; rows that lack some are kept by
 * pair (5 g² / 2 doubles, only for nodes that have such rows). Means carry the rest of
 * their rounding (hindcast/moments.h says why).
 *
 * libc only.
 */
#ifndef HC_WITHIN_H
#define HC_WITHIN_H

#include "kernel/comoments.h"

/* Of one node. */
struct hc_within_node {
    double n;     /* rows with all gauges */
    double *mean; /* [2][g] mean and low; NULL: no such rows */
    double
        *part; /* n, mean a, mean b, low a, low b: [5][g × g] upper triangles, or NULL */
};

/* Of all nodes together. */
struct hc_within {
    size_t g;
    double full_n;
    double *full_c; /* [g × g] upper triangle, deviations from the node's mean */
    double *delta;  /* [g] scratch */
    double *part;   /* n, m2 a, m2 b, c: [4][g × g]; NULL until needed */
};

enum { HC_WITHIN_NODE_ARRAYS = 5, HC_WITHIN_ARRAYS = 4 };

enum hc_status hc_within_init(struct hc_within *within, size_t g) HC_MUST_USE;
void hc_within_clear(struct hc_within *within);
void hc_within_node_clear(struct hc_within_node *node);

/* Make the arrays of rows with all gauges, and of rows that lack some, zeroed. */
enum hc_status hc_within_node_full(struct hc_within_node *node, size_t g) HC_MUST_USE;
enum hc_status hc_within_partial(struct hc_within *within) HC_MUST_USE;
enum hc_status hc_within_node_partial(struct hc_within_node *node, size_t g) HC_MUST_USE;

/* A group of rows of one node; columns count among the gauges. Of one row c may be NULL.
 */
enum hc_status hc_within_add(struct hc_within *within, struct hc_within_node *node,
    const struct hc_group *group) HC_MUST_USE;

/* Pairs (a, b) of other rows of a node for all b from a on; see hc_comoments_add_line. */
enum hc_status hc_within_add_line(struct hc_within *within, struct hc_within_node *node,
    size_t a, const struct hc_pair_line *line) HC_MUST_USE;

/* The sums over rows; then each node that is in both has hc_within_merge_node called. */
enum hc_status hc_within_merge(
    struct hc_within *into, const struct hc_within *from) HC_MUST_USE;
enum hc_status hc_within_merge_node(struct hc_within *into, struct hc_within_node *node,
    const struct hc_within_node *from) HC_MUST_USE;

/*
 * Adds to `pair` what one node's two kinds of rows have between them; start with
 * hc_within_pair and go over all nodes.
 */
struct hc_pair_moments hc_within_pair(const struct hc_within *within, size_t a, size_t b);
void hc_within_add_seam(struct hc_pair_moments *pair, const struct hc_within_node *node,
    size_t g, size_t a, size_t b);

#endif
