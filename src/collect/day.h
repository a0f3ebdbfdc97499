/*
 * day.h - the stored pieces of a UTC day as rows of a data set
 *
 * A row is a node and a moment at which at least one column has a value; rows are sorted
 * by cluster, node and time. Columns are made of the queries' numbers by the table of
 * columns (queries.h); one whose queries the server lacks is not there; NaN is NULL. The
 * column `cluster` is there if any series has that label. The same pieces give the same
 * bytes.
 *
 * Where two instances are one node at the same moment, the first by name counts, and the
 * rest are counted (`folded`).
 *
 * Pods and their usage: pod_day.h.
 *
 * Memory: 8 bytes for each instance, query and moment of the day.
 */
#ifndef HC_DAY_H
#define HC_DAY_H

#include "base/fs.h"
#include "base/sha256.h"
#include "collect/fetch.h"
#include "duck/session.h"

enum { HC_DAY_PATH = 48 };

struct hc_day_file {
    char path[HC_DAY_PATH]; /* "samples/2025-06-02.parquet"; "": no row, no file */
    int64_t rows, bytes;
    char sha256[HC_SHA256_HEX];
};

/* What is known of a day once it is written; owns its lists. */
struct hc_day {
    struct hc_span span;
    int64_t pods_end_s;                /* moments of nodes and pods are before it */
    struct hc_day_file samples, usage; /* paths in the data set's folder */
    struct hc_day_file nodes_file, pods_file; /* in the folder of states: pod_day.h */
    bool cluster;                             /* samples have the column */
    bool columns[HC_METRICS];
    int64_t nodes;
    int64_t unjoined;      /* instances whose address no node had */
    int64_t folded;        /* rows */
    struct hc_span *holes; /* in which no node has a row */
    size_t n_holes, cap_holes;
    struct hc_names warnings; /* of the server and of ours, no two alike */
};

void hc_day_clear(struct hc_day *day);

/* Whether a column is made, of what the plan asks for. */
bool hc_day_has_column(const struct hc_plan *plan, size_t query_column);

/*
 * Reads the pieces of `span` in `pieces_dir` and writes the day's file below `dir`, whole
 * or not at all, by way of `temp_dir` (an absolute path, which the session may write to).
 */
enum hc_status hc_day_write(const struct hc_plan *plan, struct hc_span span,
    const char *pieces_dir, const char *dir, const char *temp_dir, struct hc_duck *duck,
    struct hc_day *ret, struct hc_error *err) HC_MUST_USE;

/*
 * Measures `temp`, a file of file->rows rows, and renames it to `dir`/file->path. Without
 * rows there is no file: one of that name that an earlier run left goes, and the path is
 * "" then.
 */
enum hc_status hc_day_publish(const char *temp, const char *dir, struct hc_day_file *file,
    struct hc_error *err) HC_MUST_USE;

/* ---- day_json.c: what is known of a day, as a file `state_dir`/YYYY-MM-DD.json ---- */

enum hc_status hc_day_store(
    const struct hc_day *day, const char *state_dir, struct hc_error *err) HC_MUST_USE;

/* HC_INPUT: it is not there, or not right. */
enum hc_status hc_day_load(struct hc_span span, const char *state_dir, struct hc_day *ret,
    struct hc_error *err) HC_MUST_USE;

#endif
