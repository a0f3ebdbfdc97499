/*
 * Questions in PromQL, answered in JSON.
 */
#include <stdio.h>

#include "collect/asking.h"
#include "collect/evaluate.h"
#include "collect/prom_json.h"

enum { NUMBER = 32 };

struct query {
    struct hc_asking asking; /* first: what `once` gets is this */
    const char *path;
    struct hc_http_field fields[5];
    size_t n_fields;
    struct hc_sink sink;
    /* for a piece */
    const struct hc_plan *plan;
    struct hc_evaluation evaluation;
};

static enum hc_status on_bytes(
    void *context, const void *bytes, size_t n, struct hc_error *err)
{
    return hc_prom_json_feed(context, bytes, n, err);
}

static enum hc_status send(
    struct query *query, struct hc_prom_json *json, struct hc_error *err)
{
    const struct hc_http_request request = {.method = "POST",
        .path = query->path,
        .form = query->fields,
        .n_form = query->n_fields,
        .accept = "application/json",
        .take = on_bytes,
        .context = json};

    HC_TRY(hc_asking_send(&query->asking, &request, err));
    return hc_prom_json_finish(json, err);
}

static enum hc_status ask_once(struct hc_asking *asking, struct hc_error *err)
{
    struct query *query = (struct query *)asking;
    struct hc_prom_json *json = NULL;
    enum hc_status status;

    HC_TRY(hc_prom_json_new(&query->sink, &json));
    status = send(query, json, err);
    hc_prom_json_free(json);
    return status;
}

/* An answer of which the last step is ours. */
static enum hc_status evaluate_once(struct hc_asking *asking, struct hc_error *err)
{
    struct query *query = (struct query *)asking;
    struct hc_evaluation *e = &query->evaluation;
    enum hc_status status = hc_evaluation_begin(e, query->plan, asking->piece, err);

    query->sink = hc_evaluation_answers(e);
    if (!status)
        status = ask_once(asking, err);
    if (!status)
        status = hc_evaluation_end(e, err);
    asking->too_large |= e->too_much;
    return status;
}

static void add_field(struct query *query, const char *name, const char *value)
{
    query->fields[query->n_fields++] = (struct hc_http_field){name, value};
}

enum hc_status hc_server_ask(struct hc_server *server, const struct hc_plan *plan,
    const char *promql, struct hc_piece *piece, bool *ret_too_much, struct hc_error *err)
{
    bool ours = plan && hc_ask_is_gathered(plan, piece->id.ask);
    struct query query = {.asking = {.server = server,
                              .once = ours ? evaluate_once : ask_once,
                              .piece = piece},
        .path = "api/v1/query_range",
        .sink = hc_piece_sink(piece),
        .plan = plan};
    char start[NUMBER], end[NUMBER], step[NUMBER], timeout[NUMBER];
    enum hc_status status;

    snprintf(start, sizeof(start), "%lld", (long long)piece->id.span.start_s);
    snprintf(end, sizeof(end), "%lld", (long long)(piece->id.span.end_s - piece->step_s));
    snprintf(step, sizeof(step), "%lld", (long long)piece->step_s);
    snprintf(timeout, sizeof(timeout), "%.0fs", server->timeout_s);
    add_field(&query, "query", promql);
    add_field(&query, "start", start);
    add_field(&query, "end", end);
    add_field(&query, "step", step);
    add_field(&query, "timeout", timeout);
    status = hc_asking_run(&query.asking, piece->n_points > 1, err);
    *ret_too_much = status == HC_SERVICE && hc_asking_too_much(&query.asking);
    hc_evaluation_clear(&query.evaluation);
    return status;
}

enum hc_status hc_server_query(struct hc_server *server, const char *promql, int64_t t_s,
    const struct hc_sink *sink, struct hc_error *err)
{
    struct query query = {.asking = {.server = server, .once = ask_once},
        .path = "api/v1/query",
        .sink = *sink};
    char time[NUMBER];

    snprintf(time, sizeof(time), "%lld", (long long)t_s);
    add_field(&query, "query", promql);
    add_field(&query, "time", time);
    return hc_asking_run(&query.asking, false, err);
}
