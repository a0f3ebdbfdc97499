/*
 * label_groups.h - a number a moment for each set of labels
 *
 * A set gets its row of moments when it first comes. A moment to which nothing came is
 * hc_absent, which is no number that a series can have (a stale marker: what a reader
 * hands on as a value never is one); NaN is a number like others here.
 *
 * Statuses: HC_SERVICE, all rows would take more than HC_PIECE_MAX; HC_NO_MEMORY.
 *
 * Threads: one at a time. A zeroed one with `n_points` and `used` set is empty.
 */
#ifndef HC_LABEL_GROUPS_H
#define HC_LABEL_GROUPS_H

#include "base/name_index.h"
#include "collect/piece.h"

struct hc_label_groups {
    struct hc_name_index index; /* "name NUL value NUL ..." */
    double **rows;              /* by its numbers; they do not move */
    size_t cap;
    size_t n_points;
    size_t bytes;
    size_t *used; /* bytes of all groups that have the room together */
};

void hc_label_groups_clear(struct hc_label_groups *groups);

/* The row of a set, a new one if need be. `key`: texts with their NULs, sorted by name.
 */
enum hc_status hc_label_groups_row(struct hc_label_groups *groups,
    const struct hc_buf *key, double **ret, struct hc_error *err) HC_MUST_USE;

/* The row of a set; NULL: it has not come. */
double *hc_label_groups_find(
    const struct hc_label_groups *groups, const struct hc_buf *key);

/* Appends a label to a key. */
void hc_label_key_add(struct hc_buf *key, const struct hc_label *label);

/* Gives all rows to the sink as series, sorted by their labels as Prometheus sorts them;
 * `start_ms` and `step_ms` are those of the moments. */
enum hc_status hc_label_groups_give(const struct hc_label_groups *groups,
    int64_t start_ms, int64_t step_ms, const struct hc_sink *sink,
    struct hc_error *err) HC_MUST_USE;

static inline double hc_absent(void)
{
    const uint64_t bits = HC_STALE_BITS;
    double v;

    memcpy(&v, &bits, sizeof(v));
    return v;
}

static inline bool hc_is_absent(double v)
{
    return hc_is_stale(v);
}

#endif
