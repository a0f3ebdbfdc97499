/*
 * reading.h - sorted samples, cut into portions
 *
 * Reads a query once, in its order, and hands out portions of it: so many rows of the set
 * each, with the history and the look-ahead that they need. What a portion needs of the
 * one before is carried over. Memory is that of a portion, a window and a horizon,
 * whatever the length of the history.
 *
 * The query gives, sorted by coalesce(cluster, ''), node and time:
 *
 *     time TIMESTAMP, node VARCHAR, [cluster VARCHAR,] a DOUBLE for each gauge
 *
 * Of rows with one node and time the first stays, and the others are counted, as are rows
 * without a time or a node, which may stand anywhere. NULL, NaN and infinities are NaN in
 * a portion; infinities are counted. Rows that are not in order are HC_INPUT, and
 * hc_reading_is_unsorted tells that it was this.
 *
 * Threads: a reading belongs to one at a time; portions are independent of it and of each
 * other, but for the nodes' names, which live until the reading is closed.
 */
#ifndef HC_FEATURES_READING_H
#define HC_FEATURES_READING_H

#include "duck/session.h"
#include "features/portion.h"

struct hc_reading;

struct hc_reading_options {
    const char *sql;
    bool has_cluster;
    size_t n_gauges;
    size_t portion_rows;       /* of the set, in each but the last */
    int64_t back_us, ahead_us; /* how far rows look; ahead without the half step */
    int64_t step_us;           /* of every node; 0: as its times have it */
};

struct hc_reading_counts {
    uint64_t rows;     /* that are in portions */
    uint64_t repeats;  /* rows that were left out, */
    uint64_t no_key;   /* and those without a time or a node */
    uint64_t infinite; /* values */
    uint64_t finite;   /* values */
    uint64_t nodes;
    int64_t first_us, last_us;
};

enum hc_status hc_reading_open(struct hc_duck *duck,
    const struct hc_reading_options *options, struct hc_reading **ret,
    struct hc_error *err) HC_MUST_USE;
void hc_reading_close(struct hc_reading *reading);

/* Fills `portion`, whose arrays are used again; first == end: there are no more rows. */
enum hc_status hc_reading_next(struct hc_reading *reading, struct hc_portion *portion,
    struct hc_error *err) HC_MUST_USE;

bool hc_reading_is_unsorted(const struct hc_reading *reading);

struct hc_reading_counts hc_reading_counts(const struct hc_reading *reading);

#endif
