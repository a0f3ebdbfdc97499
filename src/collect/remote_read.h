/*
 * remote_read.h - raw samples out of Prometheus by its remote read protocol
 *
 * prometheus.io/docs/prometheus/latest/querying/remote_read_api; the messages are those
 * of prometheus/prompb/remote.proto and types.proto. A POST to /api/v1/read with
 *
 *     Content-Type: application/x-protobuf
 *     Content-Encoding: snappy
 *     X-Prometheus-Remote-Read-Version: 0.1.0
 *
 * and hc_remote_request's bytes is answered in one of two ways; hc_remote_kind tells from
 * the reply's Content-Type which:
 *
 * HC_REMOTE_STREAMED, frames one after the other: length as varint, CRC-32C (big-endian)
 *     of what follows, a ChunkedReadResponse of that length: series with their labels and
 *     chunks (xor_chunk.h). A series may go on in the next frame.
 * HC_REMOTE_SAMPLES, one Snappy block with a ReadResponse: series with their samples.
 *
 * Both give the same calls to the sink, as prom_json.h does for query_range, but with raw
 * samples, stale markers among them (rate.h makes of them what a query would). Chunks
 * hold more than was asked for: samples before start_ms and after end_ms are cut off, and
 * a series of which nothing is left is not mentioned. Chunks of a series that overlap are
 * merged in the order of time; of samples at the same time the first one counts, and a
 * note says so. Chunks of histograms are skipped, with a note. A server adds its external
 * labels to all series here, which it does not in query_range.
 *
 *     hc_remote_read_new(&options, &read)
 *     hc_remote_read_feed(read, bytes, n, err)    as often as there are bytes
 *     hc_remote_read_finish(read, err)
 *     hc_remote_read_free(read)
 *
 * Statuses: HC_OK; HC_INPUT, these bytes are no such reply: a checksum that is another, a
 * message or chunk that ends early or is not valid, times that do not grow, chunks that
 * are not in the order of their first samples, labels beyond labels.h, another query's
 * answer, or something too large (HC_REMOTE_*_MAX); HC_NO_MEMORY; or what the sink
 * returned. Then the whole reply counts as nothing. After a failure, feed and finish
 * return the same again.
 *
 * What cannot be seen here: a stream that ends early between two frames is valid. Whoever
 * reads from the net has to see the transfer's own end.
 *
 * Memory: the largest frame (1 MB as Prometheus makes them) and a series' overlapping
 * chunks; of samples, the reply and what is in it. Time: linear. Threads: one at a time.
 */
#ifndef HC_REMOTE_READ_H
#define HC_REMOTE_READ_H

#include "base/buf.h"
#include "collect/sink.h"

enum {
    HC_REMOTE_FRAME_MAX = 32 << 20,  /* bytes of a frame, or of a reply with samples */
    HC_REMOTE_PLAIN_MAX = 256 << 20, /* bytes of the latter without Snappy */
    HC_REMOTE_MERGE_MAX = 4 << 20,   /* samples of a series whose chunks overlap */
};

/* ---- asking ---- */

enum hc_match { HC_MATCH_EQ, HC_MATCH_NEQ, HC_MATCH_RE, HC_MATCH_NRE }; /* = != =~ !~ */

struct hc_matcher {
    enum hc_match type;
    const char *name, *value;
};

struct hc_remote_query {
    const struct hc_matcher *matchers;
    size_t n;
    int64_t start_ms, end_ms; /* both included */
};

/* The body of the request, which takes either kind of reply, the streamed one rather;
 * `out` is emptied first. HC_NO_MEMORY. */
enum hc_status hc_remote_request(
    const struct hc_remote_query *query, struct hc_buf *out) HC_MUST_USE;

/* ---- reading the answer ---- */

enum hc_remote_kind { HC_REMOTE_STREAMED, HC_REMOTE_SAMPLES };

/* HC_SERVICE if it is neither; *ret is then untouched. */
enum hc_status hc_remote_kind(
    const char *content_type, enum hc_remote_kind *ret, struct hc_error *err) HC_MUST_USE;

struct hc_remote_options {
    struct hc_sink sink; /* its context is the caller's */
    enum hc_remote_kind kind;
    int64_t start_ms, end_ms; /* both included */
};

struct hc_remote_read;

enum hc_status hc_remote_read_new(
    const struct hc_remote_options *options, struct hc_remote_read **ret) HC_MUST_USE;
void hc_remote_read_free(struct hc_remote_read *read);

enum hc_status hc_remote_read_feed(struct hc_remote_read *read, const void *bytes,
    size_t n, struct hc_error *err) HC_MUST_USE;
enum hc_status hc_remote_read_finish(
    struct hc_remote_read *read, struct hc_error *err) HC_MUST_USE;

/* It failed at HC_REMOTE_*_MAX: half of what was asked for may be read. */
bool hc_remote_read_too_large(const struct hc_remote_read *read);

#endif
