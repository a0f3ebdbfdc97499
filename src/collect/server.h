/*
 * server.h - asking a Prometheus server: requests that are sent again, answers as pieces
 *
 * Every server that speaks Prometheus' HTTP API will do: VictoriaMetrics, Thanos, Mimir.
 * Prometheus itself may be asked for raw samples instead (remote read), from which the
 * same piece is computed here (evaluate.h).
 *
 * An answer that is not whole and valid is thrown away and asked for again; so is what
 * the faults of net/fault.h call worth it, after the wait of the policy.
 *
 * Failures: HC_SERVICE (with the server's own words where it has any), HC_INTERRUPTED.
 *
 * Threads: a server belongs to one at a time; each thread has its own.
 */
#ifndef HC_SERVER_H
#define HC_SERVER_H

#include "base/fs.h"
#include "collect/piece.h"
#include "collect/remote_read.h"
#include "net/http.h"
#include "net/retry.h"

struct hc_server {
    struct hc_http *http;
    const struct hc_retry_policy *policy; /* NULL: a failure is final */
    const atomic_bool *stop;
    double timeout_s; /* of a query, as the server is told */
    uint64_t seed;    /* of the waits' jitter */
    int64_t received; /* bytes of replies, as they came; counted here */
    /* a request failed and will be sent again; may be NULL */
    void (*on_retry)(void *context, const char *message);
    void *context;
};

/*
 * Fills `piece` (hc_piece_init) with the answer of query_range; one to a query of the
 * table is worked out to its end (evaluate.h). *ret_too_much: the server says that it
 * cannot do this much at once, or did not answer in time; then the status is its failure,
 * and half of it may go well. `plan` NULL: the answer as it is.
 */
enum hc_status hc_server_ask(struct hc_server *server, const struct hc_plan *plan,
    const char *promql, struct hc_piece *piece, bool *ret_too_much,
    struct hc_error *err) HC_MUST_USE;

/* The same piece out of raw samples, of a query of the table. HC_USAGE: the plan's
 * matchers are not understood. */
enum hc_status hc_server_read(struct hc_server *server, const struct hc_plan *plan,
    struct hc_piece *piece, bool *ret_too_much, struct hc_error *err) HC_MUST_USE;

/* By remote read, where the plan says so and the query is of the table; else by
 * query_range. */
enum hc_status hc_server_fetch(struct hc_server *server, const struct hc_plan *plan,
    const char *promql, struct hc_piece *piece, bool *ret_too_much,
    struct hc_error *err) HC_MUST_USE;

/* Raw samples themselves, into a sink. */
enum hc_status hc_server_read_raw(struct hc_server *server,
    const struct hc_remote_query *query, const struct hc_sink *sink,
    struct hc_error *err) HC_MUST_USE;

/* /api/v1/query at one moment, into a sink (sink.h). */
enum hc_status hc_server_query(struct hc_server *server, const char *promql, int64_t t_s,
    const struct hc_sink *sink, struct hc_error *err) HC_MUST_USE;

/* The labels that series of `match` (a selector) have in a range. */
enum hc_status hc_server_label_names(struct hc_server *server, const char *match,
    struct hc_span range, struct hc_names *ret, struct hc_error *err) HC_MUST_USE;

/* The values that a label has in a range, among series of `match` (a selector). */
enum hc_status hc_server_label_values(struct hc_server *server, const char *label,
    const char *match, struct hc_span range, struct hc_names *ret,
    struct hc_error *err) HC_MUST_USE;

struct hc_server_about {
    char version[64];   /* "2.42.0"; "" where the server does not say */
    bool is_prometheus; /* itself, as far as it says: no other that speaks its API */
    int64_t clock_us;   /* the server's clock, 0 where it does not say */
};

/* The first request: is anybody there who speaks this API? */
enum hc_status hc_server_greet(struct hc_server *server, struct hc_server_about *ret,
    struct hc_error *err) HC_MUST_USE;

/* A flag that the server was started with, as "5m"; "" where it does not say. Fails as
 * hc_server_retention. */
enum { HC_SERVER_WORDS = 64 };
enum hc_status hc_server_flag(struct hc_server *server, const char *flag,
    char ret[HC_SERVER_WORDS], struct hc_error *err) HC_MUST_USE;

/* How long the server keeps samples, in its own words ("15d"); "" where it does not say.
 * Fails only where an answer does not matter any more: HC_INTERRUPTED, HC_NO_MEMORY. */
enum hc_status hc_server_retention(struct hc_server *server, char ret[HC_SERVER_WORDS],
    struct hc_error *err) HC_MUST_USE;

#endif
