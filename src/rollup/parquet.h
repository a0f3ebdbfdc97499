/*
 * parquet.h - the merged cells as rollup.parquet
 *
 * One row a cell: cluster (where the data has that column; '' for none), node,
 * bucket_start (UTC), rows, then for each gauge <gauge>_n, _mean, _m2, _min, _max, NULL
 * where n is 0. The footer has what it takes to merge it with another: grain_s, what made
 * it, and from what.
 */
#ifndef HC_ROLLUP_PARQUET_H
#define HC_ROLLUP_PARQUET_H

#include "duck/session.h"
#include "model/metric.h"
#include "rollup/log.h"

/* A node as the rows show it, by rank. */
struct hc_rollup_node {
    const char *cluster; /* NULL: none */
    const char *name;
};

struct hc_rollup {
    struct hc_cell_log *log; /* closed */
    const struct hc_rollup_node *nodes;
    bool has_cluster;
    const enum hc_metric_id *gauges; /* which gauge each of the record's moments is */
    size_t n_gauges;
    int64_t grain_s;
    const char *origin; /* "hindcast 0.1.0 analyze" */
};

enum hc_status hc_rollup_write(struct hc_duck *duck, const struct hc_rollup *rollup,
    const char *path, struct hc_error *err) HC_MUST_USE;

#endif
