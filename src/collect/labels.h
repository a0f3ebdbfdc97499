/*
 * labels.h - the label set of one series, as it comes in
 *
 * Names and values are copied, then sorted. Limits, each an HC_INPUT that says so:
 * 64 KB of names and values in all (with a NUL for each), 1024 labels, no name twice
 * or empty.
 * Sorting takes n steps for what comes in order, n² at worst (n <= 1024).
 *
 * A zeroed struct is an empty set. Private to the room.
 */
#ifndef HC_LABELS_H
#define HC_LABELS_H

#include "base/buf.h"
#include "collect/sink.h"

enum { HC_LABELS_BYTES = 64 << 10, HC_LABELS_MAX = 1024 };

struct hc_labels {
    struct hc_buf bytes;
    struct hc_label *list; /* pointers are right after hc_labels_sort */
    size_t n, cap;
};

void hc_labels_clear(struct hc_labels *labels);
void hc_labels_reset(struct hc_labels *labels);

/* A name, then its value. */
enum hc_status hc_labels_name(struct hc_labels *labels, const char *text, size_t len,
    struct hc_error *err) HC_MUST_USE;
enum hc_status hc_labels_value(struct hc_labels *labels, const char *text, size_t len,
    struct hc_error *err) HC_MUST_USE;

/* Sorts `list` by name. */
enum hc_status hc_labels_sort(struct hc_labels *labels, struct hc_error *err) HC_MUST_USE;

/* Of two sorted sets. */
bool hc_labels_equal(const struct hc_labels *a, const struct hc_labels *b);

#endif
