/*
 * sheet.h - named columns of a CSV or Parquet file, as text, with a name for each cell
 *
 * Columns are found by the header's names, whatever their case: our name, one of its
 * other names, or what `maps` ("ours=theirs") says, where the file has that. Cells come
 * as text: what they mean is the reader's, and so are its complaints, which hc_sheet_fail
 * words with file, row and column. A column that is not there has no value in any row.
 *
 * May be CSV (also .gz, .zst), TSV or Parquet. Failures: those of duck/session.h, and
 * HC_INPUT where a needed column is missing.
 */
#ifndef HC_REPLAY_SHEET_H
#define HC_REPLAY_SHEET_H

#include "duck/stream.h"

enum { HC_SHEET_COLUMNS_MAX = 24, HC_SHEET_NAMES_MAX = 4 };

struct hc_sheet_column {
    const char *names[HC_SHEET_NAMES_MAX]; /* ours first; NULL after the last */
    bool needed;
};

struct hc_sheet_maps {
    const char *const *items; /* "ours=theirs" */
    size_t n;
    bool *used; /* [n] out: a file had the column; NULL: nobody asks */
};

struct hc_sheet {
    const char *path;
    const struct hc_sheet_column *columns;
    size_t n_columns;
    char *theirs[HC_SHEET_COLUMNS_MAX]; /* names in the file; NULL: not there */
    struct hc_stream *stream;
    size_t n_rows, at; /* of the chunk */
    uint64_t row;      /* of the file, from 1 */
};

/*
 * The same of Parquet files together, columns by name, sorted by the columns whose
 * numbers (from 1) are in `order`, as "1, 2"; `label` is what messages call them.
 */
enum hc_status hc_sheet_open_all(struct hc_duck *duck, const char *label,
    const char *const *files, size_t n_files, const char *order,
    const struct hc_sheet_column *columns, size_t n_columns, struct hc_sheet *ret,
    struct hc_error *err) HC_MUST_USE;

/* "read_parquet([...], union_by_name=true)" */
void hc_sheet_put_files(struct hc_buf *sql, const char *const *files, size_t n_files);

enum hc_status hc_sheet_open(struct hc_duck *duck, const char *path,
    const struct hc_sheet_column *columns, size_t n_columns, struct hc_sheet_maps maps,
    struct hc_sheet *ret, struct hc_error *err) HC_MUST_USE;
void hc_sheet_clear(struct hc_sheet *table);

/* The next row; false in *ret: there is none. */
enum hc_status hc_sheet_next(
    struct hc_sheet *table, bool *ret, struct hc_error *err) HC_MUST_USE;

bool hc_sheet_has(const struct hc_sheet *table, size_t column);

/* Of this row; NULL: none. No NUL after it. */
const char *hc_sheet_text(const struct hc_sheet *table, size_t column, size_t *ret_len);

/* A number of at least 0 times `scale`, rounded up; `fallback` where there is none. */
enum hc_status hc_sheet_int(const struct hc_sheet *table, size_t column, int64_t scale,
    int64_t fallback, int64_t *ret, struct hc_error *err) HC_MUST_USE;

/* Seconds, or a date and time in ISO 8601; microseconds. */
enum hc_status hc_sheet_time(const struct hc_sheet *table, size_t column,
    int64_t fallback, int64_t *ret, struct hc_error *err) HC_MUST_USE;

/* HC_INPUT: "'pods.csv', row 3, column 'cpu_milli': 'x' WHAT". */
enum hc_status hc_sheet_fail(const struct hc_sheet *table, size_t column,
    const char *what, struct hc_error *err) HC_MUST_USE;

#endif
