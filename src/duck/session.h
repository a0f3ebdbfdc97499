/*
 * session.h - one DuckDB database of our own: opened, locked down, asked
 *
 * The database lives in memory and spills into a temporary folder. It is opened
 * without extensions, secrets or network; hc_duck_lock then names the folders it may
 * touch and freezes the configuration. Every string that comes from a user goes
 * into SQL through hc_sql_name or hc_sql_text.
 *
 * Errors of DuckDB become statuses: out of memory HC_NO_MEMORY (the message names
 * --memory-limit), out of disk space HC_OUTPUT, an interrupt HC_INTERRUPTED, anything
 * else HC_INPUT with DuckDB's first line.
 *
 * A second thread watches `stop` and interrupts what runs. Threads: one query at
 * a time for each session.
 *
 * src/duck is the only folder that includes duckdb.h; other rooms see this header.
 */
#ifndef HC_DUCK_SESSION_H
#define HC_DUCK_SESSION_H

#include <stdatomic.h>

#include "base/buf.h"

struct hc_duck;
struct hc_rows;

struct hc_duck_options {
    int64_t threads;         /* 0: as many as there are cores */
    uint64_t memory_limit;   /* bytes; 0: DuckDB's own default */
    const char *temp_dir;    /* where to spill; made when needed */
    bool keep_order;         /* rows come in the order of the files; costs threads */
    bool progress;           /* keep count, for hc_duck_progress; costs a little */
    const atomic_bool *stop; /* NULL, or: becomes true when the user wants to stop */
};

enum hc_status hc_duck_open(const struct hc_duck_options *options, struct hc_duck **ret,
    struct hc_error *err) HC_MUST_USE;
void hc_duck_close(struct hc_duck *duck);
void hc_duck_closep(struct hc_duck **duck);

/* From now on only files below `dirs` and the `files` themselves can be touched. */
enum hc_status hc_duck_lock(struct hc_duck *duck, const char *const *dirs, size_t n_dirs,
    const char *const *files, size_t n_files, struct hc_error *err) HC_MUST_USE;

/* How many threads a query uses. */
size_t hc_duck_threads(const struct hc_duck *duck);

/* DuckDB's version, "v1.4.4". */
const char *hc_duck_version(void);

/* Runs SQL that gives nothing back. */
enum hc_status hc_duck_run(
    struct hc_duck *duck, const char *sql, struct hc_error *err) HC_MUST_USE;

/* Share of the running query that is done, 0..1; negative: not known. From any thread. */
double hc_duck_progress(struct hc_duck *duck);

/* ---- results, as rows of values; for small ones ---- */

enum hc_status hc_duck_rows(struct hc_duck *duck, const char *sql, struct hc_rows **ret,
    struct hc_error *err) HC_MUST_USE;
void hc_rows_free(struct hc_rows *rows);
void hc_rows_freep(struct hc_rows **rows);
size_t hc_rows_count(const struct hc_rows *rows);
size_t hc_rows_columns(const struct hc_rows *rows);
const char *hc_rows_name(const struct hc_rows *rows, size_t column);

/* NULL for SQL's NULL; lives as long as the rows. */
const char *hc_rows_text(const struct hc_rows *rows, size_t column, size_t row);
int64_t hc_rows_int(const struct hc_rows *rows, size_t column, size_t row); /* NULL: 0 */
double hc_rows_number(
    const struct hc_rows *rows, size_t column, size_t row); /* NULL: NaN */

/* ---- text for SQL ---- */

void hc_sql_name(struct hc_buf *sql, const char *name); /* "na""me" */
void hc_sql_text(struct hc_buf *sql, const char *text); /* 'te''xt' */

#endif
