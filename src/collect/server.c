#include "collect/server.h"

#include <string.h>

#include "collect/asking.h"
#include "net/wait.h"

/* ---- what a failure means ---- */

/* No answer in time; that nobody took the call in time is another matter. */
static bool too_slow(const struct hc_asking *a)
{
    return (a->reply.fault == HC_HTTP_TIMEOUT || a->reply.fault == HC_HTTP_STALLED) &&
           a->reply.total_s >= a->server->timeout_s * 0.9;
}

/* By its code, or in its own words: of the query API, and of remote read. */
static bool says_too_much(const struct hc_http_reply *reply)
{
    return reply->code == 422 || reply->code == 413 ||
           (reply->code >= 400 && strstr(reply->text, "sample limit")) ||
           (reply->code >= 500 && strstr(reply->text, "\"timeout\""));
}

bool hc_asking_too_much(const struct hc_asking *a)
{
    return a->too_large || (a->piece && a->piece->bytes > HC_PIECE_MAX) || too_slow(a) ||
           says_too_much(&a->reply);
}

/* The reply was not valid, or the fault is of the passing kind. */
static bool worth_again(const struct hc_asking *a, enum hc_status status)
{
    if (a->reply.fault == HC_HTTP_SINK || a->reply.fault == HC_HTTP_FINE)
        return status == HC_INPUT;
    return hc_http_fault_retry(a->reply.fault);
}

/* What a server says that cannot be read is its failure, not that of our input. */
static enum hc_status as_service(
    const struct hc_asking *a, enum hc_status status, struct hc_error *err)
{
    struct hc_error why = *err;

    if (status != HC_INPUT || a->reply.fault == HC_HTTP_SETUP)
        return status;
    return hc_fail(
        err, HC_SERVICE, "%s: %s", hc_http_shown(a->server->http), why.message);
}

/* ---- once, and until it goes well or is given up ---- */

enum hc_status hc_asking_send(
    struct hc_asking *a, const struct hc_http_request *request, struct hc_error *err)
{
    enum hc_status status = hc_http_do(a->server->http, request, &a->reply, err);

    a->server->received += a->reply.wire_bytes;
    return status;
}

static enum hc_status ask_once(struct hc_asking *a, struct hc_error *err)
{
    a->too_large = false;
    if (a->piece)
        hc_piece_reset(a->piece);
    return a->once(a, err);
}

enum hc_status hc_asking_run(struct hc_asking *a, bool halve, struct hc_error *err)
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
        if (status != HC_SERVICE || !server->policy || !worth ||
            (halve && hc_asking_too_much(a)))
            return status;
        if (server->on_retry)
            server->on_retry(server->context, err->message);
        HC_TRY(hc_retry_pause(&retry, &wait, true, (double)a->reply.retry_after_s, err));
    }
}

/* ---- either way ---- */

enum hc_status hc_server_fetch(struct hc_server *server, const struct hc_plan *plan,
    const char *promql, struct hc_piece *piece, bool *ret_too_much, struct hc_error *err)
{
    if (plan->protocol == HC_REMOTE_READ && hc_ask_query(piece->id.ask))
        return hc_server_read(server, plan, piece, ret_too_much, err);
    return hc_server_ask(server, plan, promql, piece, ret_too_much, err);
}
