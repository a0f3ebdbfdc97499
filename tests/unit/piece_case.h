/*
 * piece_case.h - answers of a server, written down
 *
 *     struct hc_piece piece;
 *     begin_piece(&piece, HC_Q_POD, 0, 6);              six moments from 0 on
 *     put_series(&piece, "pod=a,uid=1", "..1121");      a digit a moment, a dot for none
 *
 * Include it after cmocka.h. Series are put in through the piece's sink, as readers do,
 * with their labels sorted.
 */
#ifndef PIECE_CASE_H
#define PIECE_CASE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect/piece.h"

static inline void begin_piece(
    struct hc_piece *piece, int ask, int64_t first, int64_t n_points)
{
    struct hc_piece_id id = {
        ask, {first * HC_POD_STEP_S, (first + n_points) * HC_POD_STEP_S}};

    hc_piece_init(piece, &id, HC_POD_STEP_S);
}

static inline int by_label(const void *a, const void *b)
{
    return strcmp(((const struct hc_label *)a)->name, ((const struct hc_label *)b)->name);
}

/* "a=b,c=d" into `list`, sorted by name; the text is cut up. */
static inline size_t read_labels(char *text, struct hc_label *list, size_t most)
{
    size_t n = 0;

    for (char *part = strsep(&text, ","); part && *part && n < most;
         part = strsep(&text, ",")) {
        char *name = strsep(&part, "=");

        list[n++] = (struct hc_label){name, part, strlen(name), strlen(part)};
    }
    qsort(list, n, sizeof(*list), by_label);
    return n;
}

static inline void put_labels(struct hc_piece *piece, const char *labels)
{
    struct hc_sink sink = hc_piece_sink(piece);
    struct hc_label list[16];
    char text[1024];

    snprintf(text, sizeof(text), "%s", labels);
    assert_int_equal(
        sink.series(piece, list, read_labels(text, list, HC_COUNT(list)), NULL), HC_OK);
}

static inline void put_value(struct hc_piece *piece, int64_t point, double value)
{
    struct hc_sink sink = hc_piece_sink(piece);
    struct hc_sample sample = {
        (piece->id.span.start_s + point * HC_POD_STEP_S) * 1000, value};

    assert_int_equal(sink.samples(piece, &sample, 1, NULL), HC_OK);
}

static inline void put_series(
    struct hc_piece *piece, const char *labels, const char *digits)
{
    put_labels(piece, labels);
    for (int64_t i = 0; digits[i]; i++)
        if (digits[i] != '.')
            put_value(piece, i, digits[i] - '0');
}

#endif
