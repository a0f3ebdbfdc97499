#include "collect/server.h"

#include <stdio.h>
#include <string.h>

#include "collect/prom_json.h"
#include "net/wait.h"

enum { NUMBER = 32 };

/* One request on its way: a reader for its reply, and what the reply goes to. */
struct asking {
    struct hc_server *server;
    const char *path;
    struct hc_http_field fields[5];
    size_t n_fields;
    const struct hc_sink *sink;
    struct hc_piece *piece; /* NULL: the reply is no piece */
    struct hc_http_reply reply;
};

static enum hc_status on_bytes(
    void *context, const void *bytes, size_t n, struct hc_error *err)
{
    return hc_prom_json_feed(context, bytes, n, err);
}

/* ---- once ---- */

static enum hc_status send(
    struct asking *a, struct hc_prom_json *json, struct hc_error *err)
{
    const struct hc_http_request request = {.method = "POST",
        .path = a->path,
        .form = a->fields,
        .n_form = a->n_fields,
        .accept = "application/json",
        .take = on_bytes,
        .context = json};

    enum hc_status status = hc_http_do(a->server->http, &request, &a->reply, err);

    a->server->received += a->reply.wire_bytes;
    return status ? status : hc_prom_json_finish(json, err);
}

static enum hc_status ask_once(struct asking *a, struct hc_error *err)
{
    struct hc_prom_json *json = NULL;
    enum hc_status status;

    if (a->piece)
        hc_piece_reset(a->piece);
    HC_TRY(hc_prom_json_new(a->sink, &json));
    status = send(a, json, err);
    hc_prom_json_free(json);
    return status;
}

/* ---- what a failure means ---- */

static bool too_big(const struct asking *a)
{
    return a->piece && a->piece->bytes > HC_PIECE_MAX;
}

/* No answer in time; that nobody took the call in time is another matter. */
static bool too_slow(const struct asking *a)
{
    return (a->reply.fault == HC_HTTP_TIMEOUT || a->reply.fault == HC_HTTP_STALLED) &&
           a->reply.total_s >= a->server->timeout_s * 0.9;
}

static bool too_much(const struct asking *a)
{
    return a->reply.code == 422 || too_big(a) || too_slow(a) ||
           (a->reply.code >= 500 && strstr(a->reply.text, "\"timeout\""));
}

/* The reply was no whole JSON, or the fault is of the passing kind. */
static bool worth_again(const struct asking *a, enum hc_status status)
{
    if (a->reply.fault == HC_HTTP_SINK || a->reply.fault == HC_HTTP_FINE)
        return status == HC_INPUT;
    return hc_http_fault_retry(a->reply.fault);
}

/* What a server says that cannot be read is its failure, not that of our input. */
static enum hc_status as_service(
    const struct asking *a, enum hc_status status, struct hc_error *err)
{
    struct hc_error why = *err;

    if (status != HC_INPUT || a->reply.fault == HC_HTTP_SETUP)
        return status;
    return hc_fail(
        err, HC_SERVICE, "%s: %s", hc_http_shown(a->server->http), why.message);
}

/* ---- until it goes well, or is given up ---- */

static enum hc_status ask(struct asking *a, bool halve, struct hc_error *err)
{
    struct hc_server *server = a->server;
    const struct hc_wait wait = hc_wait_real(server->stop);
    struct hc_error own = {""};
    struct hc_retry retry;
    enum hc_status status;

    err = err ? err : &own;
    if (server->policy)
        hc_retry_init(&retry, server->policy, hc_wait_now_s(), server->seed++);
    for (;;) {
        status = ask_once(a, err);
        if (!status || status == HC_NO_MEMORY || status == HC_INTERRUPTED)
            return status;

        bool worth = worth_again(a, status);

        status = as_service(a, status, err);
        if (status != HC_SERVICE || !server->policy || !worth || (halve && too_much(a)))
            return status;
        if (server->on_retry)
            server->on_retry(server->context, err->message);
        HC_TRY(hc_retry_pause(&retry, &wait, true, (double)a->reply.retry_after_s, err));
    }
}

static void add_field(struct asking *a, const char *name, const char *value)
{
    a->fields[a->n_fields++] = (struct hc_http_field){name, value};
}

enum hc_status hc_server_ask(struct hc_server *server, const char *promql,
    struct hc_piece *piece, bool *ret_too_much, struct hc_error *err)
{
    const struct hc_sink sink = hc_piece_sink(piece);
    struct asking a = {
        .server = server, .path = "api/v1/query_range", .sink = &sink, .piece = piece};
    char start[NUMBER], end[NUMBER], step[NUMBER], timeout[NUMBER];
    enum hc_status status;

    snprintf(start, sizeof(start), "%lld", (long long)piece->id.span.start_s);
    snprintf(end, sizeof(end), "%lld", (long long)(piece->id.span.end_s - piece->step_s));
    snprintf(step, sizeof(step), "%lld", (long long)piece->step_s);
    snprintf(timeout, sizeof(timeout), "%.0fs", server->timeout_s);
    add_field(&a, "query", promql);
    add_field(&a, "start", start);
    add_field(&a, "end", end);
    add_field(&a, "step", step);
    add_field(&a, "timeout", timeout);
    status = ask(&a, piece->n_points > 1, err);
    *ret_too_much = status == HC_SERVICE && too_much(&a);
    return status;
}

enum hc_status hc_server_query(struct hc_server *server, const char *promql, int64_t t_s,
    const struct hc_sink *sink, struct hc_error *err)
{
    struct asking a = {.server = server, .path = "api/v1/query", .sink = sink};
    char time[NUMBER];

    snprintf(time, sizeof(time), "%lld", (long long)t_s);
    add_field(&a, "query", promql);
    add_field(&a, "time", time);
    return ask(&a, false, err);
}
