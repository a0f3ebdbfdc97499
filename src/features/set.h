/*
 * set.h - a training set out of sorted samples, in one pass on several threads
 *
 *     sorted query ─ reading ─▶ portions ─ makers, a thread each ─▶ row groups ─▶ file(s)
 *
 * One thread at a time reads; each computes and compresses what it has read, and the row
 * groups are appended in the order of the portions. Rows, columns and bytes are the same
 * whatever the number of threads. Memory: a portion, a window and a horizon for each
 * thread.
 *
 * Failures: those of reading the query (session.h), HC_OUTPUT naming the file,
 * HC_NO_MEMORY, HC_INTERRUPTED once `stop` is set. Files that are not whole are the
 * caller's to remove.
 */
#ifndef HC_FEATURES_SET_H
#define HC_FEATURES_SET_H

#include "features/maker.h"
#include "features/reading.h"

struct hc_set_request {
    const struct hc_feature_plan *plan;
    const struct hc_zone *zone;
    /*
     * As reading.h wants it, gauges in the plan's order: in the order of the files; and
     * sorted, which is asked once rows turn out not to be in order. Then all begins anew.
     */
    const char *sql, *sorted_sql;
    int64_t step_us;  /* 0: as a node's times have it */
    int64_t split_us; /* INT64_MAX: not split */
    /* of the file, or of those for training and for testing; not there yet */
    const char *paths[HC_PARTS_MAX];
    const char *const *metadata; /* key, value, ..., NULL: into each file */
    const char *created_by;
    size_t threads; /* 0: as many as cores */
    const atomic_bool *stop;
    /* called once, before the metadata is written, so that it may still change; or NULL
     */
    enum hc_status (*before_end)(void *context, struct hc_error *err);
    void *context;
};

struct hc_set_result {
    bool sorted; /* it had to be */
    struct hc_reading_counts counts;
    struct hc_set_part {
        struct hc_parquet_written written;
        int64_t first_us, last_us; /* first > last: no row */
    } parts[HC_PARTS_MAX];
};

enum hc_status hc_set_make(struct hc_duck *duck, const struct hc_set_request *request,
    struct hc_set_result *ret, struct hc_error *err) HC_MUST_USE;

#endif
