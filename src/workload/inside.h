/*
 * inside.h - what the files of this folder share
 */
#ifndef HC_WORKLOAD_INSIDE_H
#define HC_WORKLOAD_INSIDE_H

#include "workload/workload.h"

/* ---- files.c: the files as views with just the columns that the queries read ---- */

/* What a kind of file turned out to be. */
struct hc_beside_view {
    struct hc_verdict verdict; /* not available: no such file, or a key is not in it */
    uint32_t missing;          /* bit i: column i of its table is not in the files */
};

/*
 * Makes hc_node_file, hc_pod_file or hc_usage_file; empty where the kind is not
 * available. A missing column is NULL in all rows. Times are numbers of moments: the
 * moment k is the one at k × HC_POD_STEP_S, and a time between two is taken for the
 * later.
 */
enum hc_status hc_beside_view(struct hc_duck *duck, enum hc_beside kind,
    const struct hc_workload_request *request, struct hc_beside_view *ret,
    struct hc_error *err) HC_MUST_USE;

/* Is the column, which must be one of the kind's, in the files? */
bool hc_beside_has(
    const struct hc_beside_view *view, enum hc_beside kind, const char *column);

/* The number of the first moment at or after a time, which may be any. */
int64_t hc_moment_of(int64_t us);

/* ---- read.c: what the queries give, as structs ---- */

/* Of workload_budgets.sql. */
enum hc_status hc_budgets_read(
    const struct hc_rows *rows, struct hc_workloads *to) HC_MUST_USE;

/* Of workload_top.sql. */
enum hc_status hc_top_read(
    const struct hc_rows *rows, struct hc_workloads *to) HC_MUST_USE;

#endif
