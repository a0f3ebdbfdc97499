/*
 * parquet.h - a Parquet file whose row groups are made on many threads and keep an order
 *
 * For tables that are written column by column, in one order, and whose making must not
 * cost more than their computing: training sets. (Everything else is written through
 * duck/source.h; docs/decisions/0012-parquet-writer.md says why this one is not.)
 *
 *     hc_parquet_open(path, &schema, &file, err)
 *     each thread:  hc_parquet_group_new(&schema, &group)
 *                   hc_parquet_group_begin(group, rows)
 *                   hc_parquet_put_text / _doubles / ...   one call a column, in order
 *                   hc_parquet_append(file, group, number, err)
 *     hc_parquet_finish(file, &written, err)
 *     hc_parquet_close(file)
 *
 * Groups are numbered 0, 1, 2, ... by whoever makes them, and stand in the file in that
 * order: append waits until those before it are in. The bytes depend on rows, schema and
 * numbers alone, not on threads.
 *
 * What is written is the common part of the format (apache/parquet-format 2.10): one data
 * page (v1) a column and group, zstd; numbers plain or, where neighbours differ, as
 * BYTE_STREAM_SPLIT; text as a dictionary with runs; counts of nulls, smallest and
 * largest value of every column; the order of the rows. Read by pyarrow, DuckDB, Polars
 * and Spark (tests/e2e/test_features.py reads it with the first three).
 *
 * Ownership: the schema, with all it points at, is the caller's and outlives the file;
 * columns that are put are copied. The path is written in place: the caller gives a
 * temporary one, syncs it and renames it.
 *
 * Failures: HC_OUTPUT naming the path, HC_NO_MEMORY. After one, hc_parquet_abandon lets
 * the threads that wait come back, with HC_INTERRUPTED. Threads: a group belongs to one
 * at a time; append may be called from any.
 */
#ifndef HC_PARQUET_PARQUET_H
#define HC_PARQUET_PARQUET_H

#include "base/buf.h"
#include "base/sha256.h"

enum hc_parquet_type {
    HC_PARQUET_TEXT,
    HC_PARQUET_TIME, /* int64_t, microseconds since 1970 UTC */
    HC_PARQUET_INT32,
    HC_PARQUET_INT64,
    HC_PARQUET_DOUBLE,
};

struct hc_parquet_column {
    const char *name;
    enum hc_parquet_type type;
    bool nullable; /* text and doubles only */
};

struct hc_parquet_schema {
    const struct hc_parquet_column *columns;
    size_t n_columns;
    const size_t *sorted; /* columns by which rows are sorted, ascending, or NULL */
    size_t n_sorted;
    const char *const *metadata; /* key, value, key, value, ..., NULL; or NULL */
    const char *created_by;
};

/* Rows that follow each other and have one text; `text` NULL: none. */
struct hc_parquet_run {
    const char *text;
    size_t len;
    size_t rows;
};

/* ---- a row group in the making ---- */

struct hc_parquet_group;

enum hc_status hc_parquet_group_new(
    const struct hc_parquet_schema *schema, struct hc_parquet_group **ret) HC_MUST_USE;
void hc_parquet_group_free(struct hc_parquet_group *group);

/* Empties it, for so many rows, at least one and at most 2^27. */
void hc_parquet_group_begin(struct hc_parquet_group *group, size_t rows);

/*
 * The next column, by its type, with a value for each row. A double that is NaN is null;
 * of runs the rows sum up to the group's.
 */
enum hc_status hc_parquet_put_text(struct hc_parquet_group *group,
    const struct hc_parquet_run *runs, size_t n_runs) HC_MUST_USE;
enum hc_status hc_parquet_put_i64(
    struct hc_parquet_group *group, const int64_t *values) HC_MUST_USE;
enum hc_status hc_parquet_put_i32(
    struct hc_parquet_group *group, const int32_t *values) HC_MUST_USE;
enum hc_status hc_parquet_put_doubles(
    struct hc_parquet_group *group, const double *values) HC_MUST_USE;

/* ---- the file ---- */

struct hc_parquet_file;

struct hc_parquet_written {
    int64_t rows, bytes, groups;
    char sha256[HC_SHA256_HEX];
};

/* `path` must not be there yet. */
enum hc_status hc_parquet_open(const char *path, const struct hc_parquet_schema *schema,
    struct hc_parquet_file **ret, struct hc_error *err) HC_MUST_USE;

/* Group number `number`, with all its columns; NULL where that one has no rows. */
enum hc_status hc_parquet_append(struct hc_parquet_file *file,
    const struct hc_parquet_group *group, size_t number,
    struct hc_error *err) HC_MUST_USE;

/* Whoever waits in append, or calls it from now on, gets HC_INTERRUPTED. */
void hc_parquet_abandon(struct hc_parquet_file *file);

/* The end of the file; nothing can be appended after it. */
enum hc_status hc_parquet_finish(struct hc_parquet_file *file,
    struct hc_parquet_written *ret, struct hc_error *err) HC_MUST_USE;

/* Frees; a file that is not finished stays as it is, for the caller to remove. */
void hc_parquet_close(struct hc_parquet_file *file);

#endif
