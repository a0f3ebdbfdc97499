/*
 * series_merge.h - chunks of series, one after the other, to a sink as whole series
 *
 * Chunks come with the labels of their series; while these stay the same it is one
 * series. Chunks of a series come in the order of their first samples and may overlap:
 * what lies before the next chunk's first sample is final and goes on, the rest is
 * merged. Of samples at the same time the first one counts; a note says so, once. Samples
 * outside [start_ms, end_ms] are cut off; a series begins with its first sample that is
 * left.
 *
 * HC_INPUT: a chunk that begins before what went on already, more than
 * HC_REMOTE_MERGE_MAX samples waiting. HC_NO_MEMORY; or what the sink returned.
 *
 * A struct with sink, start_ms and end_ms set and all else zero is ready. Private to the
 * room.
 */
#ifndef HC_SERIES_MERGE_H
#define HC_SERIES_MERGE_H

#include "collect/labels.h"
#include "collect/sink.h"

struct hc_samples {
    struct hc_sample *list;
    size_t n, cap;
};

struct hc_series_merge {
    struct hc_sink sink;
    int64_t start_ms, end_ms; /* both included */

    struct hc_labels labels; /* of the series that is open */
    bool open, begun;        /* begun: the sink knows it */
    bool has_last;
    int64_t last_ms; /* of what is final */
    bool noted;
    struct hc_samples waiting, merged;
};

void hc_series_merge_clear(struct hc_series_merge *merge);

/* The series of the chunks to come; takes the set over if it is another one. */
enum hc_status hc_series_merge_series(struct hc_series_merge *merge,
    struct hc_labels *labels, struct hc_error *err) HC_MUST_USE;

/* A chunk, its times growing; takes the samples over (gives other memory back). */
enum hc_status hc_series_merge_chunk(struct hc_series_merge *merge,
    struct hc_samples *samples, struct hc_error *err) HC_MUST_USE;

/* No more chunks of this series. */
enum hc_status hc_series_merge_end(
    struct hc_series_merge *merge, struct hc_error *err) HC_MUST_USE;

#endif
