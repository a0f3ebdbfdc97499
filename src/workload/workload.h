/*
 * workload.h - from the pods of a data set to what is requested, used and allocatable
 *
 * Reads nodes.parquet, pods.parquet and pod_usage/ through DuckDB; the queries are
 * sql/workload_*.sql, and what the numbers mean is in docs/statistics.md. Pods are a
 * table in DuckDB, which may spill; the moments of use are read once and only added up:
 * memory grows with the pods, not with pods times moments.
 *
 * What is missing is said, and the rest is computed: without pods the section is not
 * available; without nodes, use, or a column, the values that need it. A column that
 * holds something else than it should is HC_INPUT, and so is a file that DuckDB cannot
 * read; which of the files that is, the message may not say. Else HC_NO_MEMORY,
 * HC_OUTPUT and HC_INTERRUPTED, as DuckDB has them.
 *
 * May use: base, duck, model. Its tables hc_ask, hc_pod, ... are gone when it returns;
 * one call at a time for each session.
 */
#ifndef HC_WORKLOAD_WORKLOAD_H
#define HC_WORKLOAD_WORKLOAD_H

#include "duck/session.h"
#include "model/workload.h"

/* How many workloads are named for each reason to name one. */
enum { HC_WORKLOADS_MOST = 50 };

struct hc_workload_request {
    const char *const *files[HC_BESIDES]; /* as DuckDB reads them */
    size_t n_files[HC_BESIDES];
    int64_t since_us, until_us; /* half-open, UTC microseconds */
    /* only pods on these nodes, and none that waits; NULL: all */
    const char *const *nodes;
    const char *const *clusters; /* [n_nodes] of these nodes; NULL in it: none */
    size_t n_nodes;
};

/* `ret` is written on success, and the caller's to clear. */
enum hc_status hc_workload_find(struct hc_duck *duck,
    const struct hc_workload_request *request, struct hc_workloads *ret,
    struct hc_error *err) HC_MUST_USE;

#endif
