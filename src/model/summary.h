/*
 * summary.h - what one pass over the samples has found, before any finding
 *
 * Filled by the pass (kernel, dataset, rollup through cli/), read by findings and
 * report. All plain data; strings are NUL-terminated and owned by the summary.
 * NaN in a double means "cannot be had" (a deviation of one value, a quantile of
 * nothing).
 */
#ifndef HC_SUMMARY_H
#define HC_SUMMARY_H

#include "model/collected.h"
#include "model/metric.h"

/* Of the finite values. std is the sample deviation (n - 1), NaN below n = 2. A
 * quantile is the value at rank floor(q (n - 1)), within 1 % of it. */
struct hc_stats {
    uint64_t n;
    double mean, std, min, max, p50, p95, p99;
};

struct hc_column {
    char *name; /* ours, after --map */
    char *type; /* the file's, in SQL's words: DOUBLE, VARCHAR, TIMESTAMP */
    enum hc_column_kind kind;
    int metric;        /* enum hc_metric_id, or -1 */
    bool numeric;      /* stats are there; else only missing is */
    uint64_t missing;  /* NULL and NaN */
    uint64_t nan;      /* of these, NaN */
    uint64_t infinite; /* not in stats, not in missing */
    uint64_t below;    /* gauges: below the possible range (they are in stats) */
    uint64_t above;    /* gauges: above it */
    struct hc_stats stats;
};

struct hc_node {
    char *name;
    char *cluster; /* NULL where the data has no cluster column */
    char *group;   /* value of --group-by for this node; NULL without, or if missing */
    uint64_t rows;
    int64_t first_us, last_us; /* microseconds since 1970-01-01 UTC */
    int64_t step_s;            /* most frequent difference of successive times; 0: none */
    uint64_t occupied, expected; /* slots of step_s; 0 with step_s 0 */
    uint64_t gaps;               /* differences over 1.5 steps */
    double longest_gap_s;        /* 0 without a gap */
    uint64_t out_of_order;       /* rows before the row above of this node, same file */
    uint64_t exact, conflicting; /* repeats of (node, time) */
    struct hc_stats main[HC_MAIN];
};

struct hc_gap {
    uint32_t node;
    int64_t start_us, end_us; /* the last time before and the first after */
};

/* Pearson's r of `p` columns over pairwise complete rows, row-major p × p; NaN where a
 * column is constant over the pair's rows or there are fewer than two of them. */
struct hc_matrix {
    size_t p;
    uint32_t *column; /* [p] index into hc_summary.columns */
    double *r;        /* [p × p] */
    uint64_t *n;      /* [p × p] common rows */
};

struct hc_input_file {
    char *path;
    uint64_t bytes, rows;
    bool verified;   /* a manifest vouched for size, rows and hash */
    char sha256[65]; /* lower-case hex; "" where nobody took it */
};

struct hc_summary {
    uint64_t rows;        /* all, with those that lack a key */
    uint64_t rows_no_key; /* without a timestamp or a node */
    int64_t first_us, last_us;
    int32_t first_offset_s, last_offset_s; /* of the analysis' zone from UTC, then */
    int64_t grain_s;                       /* 3600 or 900 */
    size_t n_columns;
    struct hc_column
        *columns; /* keys first, then gauges in contract order, then the file's */
    size_t n_nodes;
    struct hc_node *nodes; /* ordered by (cluster, name), bytes compared */
    size_t n_gaps;
    struct hc_gap *gaps; /* ordered by node, then start */
    struct hc_matrix pooled;
    struct hc_matrix within; /* gauges, node means taken out */
    size_t n_omitted;
    uint32_t *omitted; /* numeric columns left out of the correlation */
    size_t n_files;
    struct hc_input_file *files;
    size_t n_notes;
    char **notes; /* what a person should know of the loading: files skipped, types
                     widened, … */
    size_t n_collected;
    struct hc_collected *collected; /* of each folder that `collect` wrote, if any */
};

/* Index of a gauge's column, or -1 where the data lacks it. */
int hc_summary_metric_column(const struct hc_summary *summary, enum hc_metric_id metric);

void hc_summary_clear(struct hc_summary *summary);

#endif
