/*
 * source.h - columns of ours into a Parquet file
 *
 * A source is asked for rows until it gives none; DuckDB encodes and compresses them on
 * all its threads. Each partition is asked by one thread at a time, and its rows keep
 * their order; the order of partitions in the file is not fixed.
 */
#ifndef HC_DUCK_SOURCE_H
#define HC_DUCK_SOURCE_H

#include "duck/session.h"

enum hc_source_type {
    HC_SOURCE_DOUBLE,
    HC_SOURCE_INT64,
    HC_SOURCE_UINT32,
    HC_SOURCE_TIME,
    HC_SOURCE_TEXT
};

struct hc_source_column {
    const char *name;
    enum hc_source_type type; /* TIME: int64_t, microseconds since 1970 UTC */
};

/* Room for some rows. Rows are valid until set NULL. */
struct hc_source_rows {
    size_t cap;
    void **data; /* [columns] arrays of the column's C type; not for TEXT */
    void *handle;
};

void hc_source_set_null(struct hc_source_rows *rows, size_t column, size_t row);
void hc_source_set_text(
    struct hc_source_rows *rows, size_t column, size_t row, const char *text, size_t len);

struct hc_source {
    const struct hc_source_column *columns;
    size_t n_columns;
    size_t partitions;
    size_t row_group; /* rows that a thread holds before it writes; 0: 122,880 */
    /* Fills up to rows->cap rows of a partition; 0 rows: it has no more. */
    enum hc_status (*fill)(void *context, size_t partition, struct hc_source_rows *rows,
        size_t *ret_rows, struct hc_error *err);
    void *context;
};

/*
 * Writes the source's rows to `path` as zstd Parquet. `metadata` is key, value, key,
 * value, …, NULL (or NULL): kept in the file's footer. The caller renames into place.
 */
enum hc_status hc_duck_write_parquet(struct hc_duck *duck, struct hc_source *source,
    const char *path, const char *const *metadata, struct hc_error *err) HC_MUST_USE;

#endif
