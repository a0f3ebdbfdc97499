/*
 * portion.h - rows that follow each other in the order of the set, with all that is
 * needed to compute some of them
 *
 *        history      |        rows of the set        |     look-ahead
 *     0             first                             end              n
 *
 * Rows are sorted by cluster, node and time, each once. History are rows of the node of
 * row `first` within the longest window before it; the look-ahead holds the targets of
 * the last rows. A portion is filled by reading.h and owns its arrays; the names of nodes
 * are the reading's.
 */
#ifndef HC_FEATURES_PORTION_H
#define HC_FEATURES_PORTION_H

#include "base/base.h"

/* A node's name; lives as long as the reading. */
struct hc_feature_node {
    size_t cluster_len, node_len;
    char text[]; /* the cluster, then the node */
};

/* Rows of one node: from `from` to the next stretch's. */
struct hc_stretch {
    const struct hc_feature_node *node;
    size_t from;
};

struct hc_portion {
    size_t n, cap, first, end;
    int64_t *time_us;
    int64_t *step_us; /* of the node, as known at the row; 0: not yet */
    double **value;   /* [n_gauges][n]; NaN: missing */
    size_t n_gauges;
    struct hc_stretch *stretches;
    size_t n_stretches, cap_stretches;
};

enum hc_status hc_portion_init(struct hc_portion *portion, size_t n_gauges) HC_MUST_USE;
void hc_portion_clear(struct hc_portion *portion);

/* Room for `more` rows beyond n. */
enum hc_status hc_portion_reserve(struct hc_portion *portion, size_t more) HC_MUST_USE;

/* A node begins at row n. */
enum hc_status hc_portion_begin_node(
    struct hc_portion *portion, const struct hc_feature_node *node) HC_MUST_USE;

/* Where the stretch ends. */
size_t hc_portion_stretch_end(const struct hc_portion *portion, size_t stretch);

/* The stretch that a row is in. */
size_t hc_portion_stretch_of(const struct hc_portion *portion, size_t row);

/* `to` becomes the rows from `row` on; its first and end are the caller's to set. */
enum hc_status hc_portion_copy_tail(
    const struct hc_portion *portion, size_t row, struct hc_portion *to) HC_MUST_USE;

#endif
