/*
 * Questions by remote read, answered in raw samples.
 */
#include "collect/asking.h"
#include "collect/evaluate.h"

struct raw {
    struct hc_asking asking; /* first: what `once` gets is this */
    const struct hc_buf *body;
    int64_t start_ms, end_ms; /* both included */
    struct hc_sink sink;
    struct hc_remote_read *read; /* NULL: the head of the reply has not come */
    /* for a piece */
    const struct hc_plan *plan;
    struct hc_evaluation evaluation;
};

static const char headers[] = "X-Prometheus-Remote-Read-Version: 0.1.0";

/* ---- one reply ---- */

/* The head says how the body is to be read. */
static enum hc_status open_reader(struct raw *raw, struct hc_error *err)
{
    struct hc_remote_options options = {
        .sink = raw->sink, .start_ms = raw->start_ms, .end_ms = raw->end_ms};

    if (raw->read)
        return HC_OK;
    HC_TRY(hc_remote_kind(raw->asking.reply.type, &options.kind, err));
    return hc_remote_read_new(&options, &raw->read);
}

static enum hc_status on_bytes(
    void *context, const void *bytes, size_t n, struct hc_error *err)
{
    struct raw *raw = context;

    HC_TRY(open_reader(raw, err));
    return hc_remote_read_feed(raw->read, bytes, n, err);
}

/* A stream that was cut between two frames is valid, if its transfer does not say how
 * long it is. */
static enum hc_status finish(struct raw *raw, struct hc_error *err)
{
    if (!raw->asking.reply.framed)
        return hc_fail(err, HC_SERVICE,
            "%s: the answer to a remote read does not say where it ends, a part of it "
            "might be missing",
            hc_http_shown(raw->asking.server->http));
    HC_TRY(open_reader(raw, err));
    return hc_remote_read_finish(raw->read, err);
}

static enum hc_status read_once(struct raw *raw, struct hc_error *err)
{
    const struct hc_http_request request = {.method = "POST",
        .path = "api/v1/read",
        .body = hc_buf_str(raw->body),
        .n_body = raw->body->len,
        .type = "application/x-protobuf",
        .encoding = "snappy",
        .headers = headers,
        .take = on_bytes,
        .context = raw};
    enum hc_status status = hc_asking_send(&raw->asking, &request, err);

    if (!status)
        status = finish(raw, err);
    raw->asking.too_large = raw->read && hc_remote_read_too_large(raw->read);
    hc_remote_read_free(hc_take(&raw->read));
    return status;
}

/* ---- raw samples ---- */

static enum hc_status once(struct hc_asking *asking, struct hc_error *err)
{
    return read_once((struct raw *)asking, err);
}

enum hc_status hc_server_read_raw(struct hc_server *server,
    const struct hc_remote_query *query, const struct hc_sink *sink, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf body = HC_BUF_INIT;
    struct raw raw = {.asking = {.server = server, .once = once},
        .body = &body,
        .start_ms = query->start_ms,
        .end_ms = query->end_ms,
        .sink = *sink};

    HC_TRY(hc_remote_request(query, &body));
    return hc_asking_run(&raw.asking, false, err);
}

/* ---- a piece ---- */

static enum hc_status piece_once(struct hc_asking *asking, struct hc_error *err)
{
    struct raw *raw = (struct raw *)asking;
    struct hc_evaluation *e = &raw->evaluation;
    enum hc_status status = hc_evaluation_begin(e, raw->plan, asking->piece, err);

    if (!status)
        status = read_once(raw, err);
    if (!status)
        status = hc_evaluation_end(e, err);
    asking->too_large |= e->too_much;
    return status;
}

enum hc_status hc_server_read(struct hc_server *server, const struct hc_plan *plan,
    struct hc_piece *piece, bool *ret_too_much, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf body = HC_BUF_INIT;
    struct raw raw = {.asking = {.server = server, .once = piece_once, .piece = piece},
        .body = &body,
        .plan = plan,
        .sink = hc_evaluation_sink(&raw.evaluation)};
    enum hc_status status;

    *ret_too_much = false;
    HC_TRY(hc_evaluation_request(plan, piece, &body, err));
    hc_evaluation_range(plan, piece, &raw.start_ms, &raw.end_ms);
    status = hc_asking_run(&raw.asking, piece->n_points > 1, err);
    *ret_too_much = status == HC_SERVICE && hc_asking_too_much(&raw.asking);
    hc_evaluation_clear(&raw.evaluation);
    return status;
}
