/*
 * wire.h - what the tests of the readers share: a sink that writes down what it is told,
 * the other side of the wire (chunks and frames as a server makes them), random numbers
 *
 * The writers here are the tests' own: bit by bit, nothing shared with the readers but
 * the fields of protobuf.h and the checksum, which have tests of their own.
 */
#ifndef WIRE_H
#define WIRE_H

#include "base/buf.h"
#include "collect/sink.h"

/* Everything a sink was told, as text, a line each; exact (values as their bits). */
struct wire_log {
    struct hc_buf text;
    uint64_t samples;
    bool quiet;      /* count and mix only: `mix` stands for the text */
    uint64_t mix;    /* of all that was told, however the samples were batched */
    long fail_after; /* this many calls go well, then HC_OUTPUT; 0: all */
};

struct hc_sink wire_sink(struct wire_log *log);
void wire_log_clear(struct wire_log *log);

/* splitmix64 (S. Vigna): the next number, and one below n. */
uint64_t wire_random(uint64_t *state);
uint64_t wire_below(uint64_t *state, uint64_t n);

/* A chunk of at most 65535 samples, appended. */
void wire_chunk(struct hc_buf *out, const struct hc_sample *samples, size_t n);

/* A ChunkedSeries: begin, labels, chunks; wire_frame makes a frame of it. */
void wire_label(struct hc_buf *series, const char *name, const char *value);
void wire_put_chunk(struct hc_buf *series, const struct hc_sample *samples, size_t n);
void wire_put_data(struct hc_buf *series, int type, const void *data, size_t n);
void wire_frame(struct hc_buf *out, const struct hc_buf *series);
/* A frame around any message. */
void wire_frame_raw(struct hc_buf *out, const void *message, size_t n);

/* A TimeSeries' sample, and a Snappy'd ReadResponse around series. */
void wire_put_sample(struct hc_buf *series, const struct hc_sample *sample);
void wire_result(struct hc_buf *result, const struct hc_buf *series);
void wire_response(struct hc_buf *out, const struct hc_buf *result);

#endif
