/*
 * piece.h - one answer of the server, in memory and as a file
 *
 * The stored piece is the checkpoint of a collection: written whole or not at all, with a
 * checksum; one that is there and sound is not asked for again.
 *
 * In memory it is a table: a series a row, a moment of the grid a column, NaN where the
 * server has nothing. It is filled through a sink (sink.h), which takes no sample off the
 * grid or outside the window. A NUL in a label is taken as U+FFFD.
 *
 * Stored form, numbers as x86-64 and ARM64 have them (little-endian):
 *
 *     "HCPIECE1"
 *     u32 checksum of the PromQL     i32 ask
 *     i64 start_s, end_s, step_s
 *     u32 series                     u32 bytes of the warnings
 *     warnings: texts, a newline behind each
 *     for each series: u32 labels, for each: u32 length, name; u32 length, value
 *                      f64 a moment
 *     u32 CRC-32C of all that stands before
 *
 * Failures of reading: HC_INPUT, for a file that is not there, is cut short, has a wrong
 * checksum or is another piece's. Who reads asks the server again then.
 *
 * Threads: a piece belongs to one at a time.
 */
#ifndef HC_PIECE_H
#define HC_PIECE_H

#include "base/fs.h"
#include "collect/plan.h"
#include "collect/sink.h"

/* Most bytes of one piece: a day of 60,000 series at a minute. */
#define HC_PIECE_MAX ((size_t)700 << 20)

struct hc_piece_series {
    char *labels;   /* name NUL value NUL …, sorted by name */
    size_t n_bytes; /* of labels */
    size_t n_labels;
    double *values; /* a moment each */
};

/* Owns everything below; a zeroed one is valid and empty. */
struct hc_piece {
    struct hc_piece_id id;
    int64_t step_s;
    size_t n_points;
    struct hc_piece_series *series;
    size_t n, cap;
    size_t bytes;           /* of all series */
    struct hc_buf warnings; /* of the server, a line each */
};

/* An empty piece; hc_piece_reset empties one that was filled. */
void hc_piece_init(struct hc_piece *piece, const struct hc_piece_id *id, int64_t step_s);
void hc_piece_reset(struct hc_piece *piece);
void hc_piece_clear(struct hc_piece *piece);

/* Fills the piece, which must outlive the sink. HC_SERVICE: a sample off the grid, or
 * more than HC_PIECE_MAX. */
struct hc_sink hc_piece_sink(struct hc_piece *piece);

/* The moment's place in the piece; *at is the place of the one before, 0 of the first,
 * and makes the common case cheap. HC_SERVICE: it is none of the piece's. */
enum hc_status hc_piece_point(const struct hc_piece *piece, int64_t t_ms, size_t *at,
    struct hc_error *err) HC_MUST_USE;

/* Appends a label's name or value as pieces have it, with its NUL: one inside ends no
 * text here, it is as U+FFFD. */
void hc_piece_put_text(struct hc_buf *out, const char *text, size_t len);

/* The value of a label, "" if there is none. */
const char *hc_piece_label(const struct hc_piece_series *series, const char *name);

/* Adds the warnings that are not in `names` yet. */
enum hc_status hc_piece_warnings(
    const struct hc_piece *piece, struct hc_names *names) HC_MUST_USE;

/* The stored form. `promql` tells pieces of different plans apart. */
enum hc_status hc_piece_encode(
    const struct hc_piece *piece, const char *promql, struct hc_buf *out) HC_MUST_USE;
enum hc_status hc_piece_decode(const void *bytes, size_t n, const char *promql,
    struct hc_piece *ret, struct hc_error *err) HC_MUST_USE;

enum hc_status hc_piece_write(const struct hc_piece *piece, const char *promql,
    const char *dir, struct hc_error *err) HC_MUST_USE;
enum hc_status hc_piece_read(const struct hc_piece_id *id, int64_t step_s,
    const char *promql, const char *dir, struct hc_piece *ret,
    struct hc_error *err) HC_MUST_USE;

#endif
