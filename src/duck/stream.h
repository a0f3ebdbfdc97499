/*
 * stream.h - the rows of a query, some at a time, in the query's order
 *
 * For results of any length: what was given is gone with the next call. A session that
 * was opened with `keep_order` gives rows of files in the order of the files; what a
 * query sorts comes sorted in any session.
 *
 * The query runs on the session's connection, so nothing else may run there until the
 * stream is closed. Columns are of the types BIGINT, TIMESTAMP (microseconds), DOUBLE and
 * VARCHAR, as the query must see to. Failures are those of session.h. Threads: one at a
 * time; which one may change between calls.
 */
#ifndef HC_DUCK_STREAM_H
#define HC_DUCK_STREAM_H

#include "duck/session.h"

struct hc_stream;

enum hc_status hc_stream_open(struct hc_duck *duck, const char *sql,
    struct hc_stream **ret, struct hc_error *err) HC_MUST_USE;
void hc_stream_close(struct hc_stream *stream);
void hc_stream_closep(struct hc_stream **stream);

/* The next rows; none: that was all. */
enum hc_status hc_stream_next(
    struct hc_stream *stream, size_t *ret_rows, struct hc_error *err) HC_MUST_USE;

/* A column of these rows: an array of int64_t or double. `ret_valid`: a bit a row, set
 * where there is a value; NULL where there is one in all. */
const void *hc_stream_column(
    const struct hc_stream *stream, size_t column, const uint64_t **ret_valid);

/* NULL for SQL's NULL; no NUL after it. */
const char *hc_stream_text(
    const struct hc_stream *stream, size_t column, size_t row, size_t *ret_len);

/* Where the rows from `from` on that have its text (or none, as it) end, at most at
 * `end`. */
size_t hc_stream_same_until(
    const struct hc_stream *stream, size_t column, size_t from, size_t end);

#endif
