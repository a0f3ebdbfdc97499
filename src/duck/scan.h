/*
 * scan.h - the rows of a query, in no order, on as many threads as DuckDB has
 *
 * hc_scan_run registers a function of its own as an aggregate, runs one SELECT over the
 * files and hands the rows on, some thousands at a time. Each of DuckDB's threads gets a
 * worker from `begin`; `add` is called with it, by one thread at a time. The workers are
 * the caller's, also after a failure. What is made of rows must not depend on their order
 * nor on who gets which.
 *
 * The parameters, in this order:
 *
 *     time TIMESTAMP, [cluster VARCHAR,] node VARCHAR, [keep BOOLEAN,]
 *     then the columns as DOUBLE
 *
 * Rows without a time or a node, with `keep` not true, and of nodes that `nodes` does not
 * know (identities as in door.h) come with HC_SCAN_NOBODY. NULL, NaN and infinities are
 * the caller's to tell: value[] of a row that is not valid is garbage.
 *
 * Failures are those of session.h and of the two functions.
 */
#ifndef HC_DUCK_SCAN_H
#define HC_DUCK_SCAN_H

#include "base/name_index.h"
#include "duck/session.h"

#define HC_SCAN_NOBODY UINT32_MAX

struct hc_scan_rows {
    size_t n;
    const uint32_t *node; /* number in `nodes`, or HC_SCAN_NOBODY */
    const int64_t *time_us;
    const double *const *value;   /* [columns][n] */
    const uint64_t *const *valid; /* [columns] a bit a row; NULL: all */
};

struct hc_scan {
    const char *arguments; /* SQL: the parameters, with commas */
    const char *from;      /* SQL: what to select from */
    bool has_cluster, has_keep;
    size_t columns;
    const struct hc_name_index *nodes; /* by identity */
    void *context;
    enum hc_status (*begin)(void *context, void **ret_worker);
    enum hc_status (*add)(void *worker, const struct hc_scan_rows *rows);
};

enum hc_status hc_scan_run(
    struct hc_duck *duck, const struct hc_scan *scan, struct hc_error *err) HC_MUST_USE;

/* Appends the identity of a node; `cluster` may be NULL. */
void hc_scan_identity(struct hc_buf *out, const char *cluster, const char *node);

static inline bool hc_scan_valid(const uint64_t *valid, size_t row)
{
    return !valid || (valid[row / 64] >> (row % 64) & 1);
}

#endif
