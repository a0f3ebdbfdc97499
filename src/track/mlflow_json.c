/*
 * One call: a body is written by base/json.h, a reply read by jansson.
 */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "track/mlflow_inside.h"

enum { REPLY_MAX = 16 << 20 };

/* A request gets no less than this of what is left: one that is not given the time to
 * connect says nothing about the server. */
static const double LEAST_S = 1;

/* A server that was given up may act a little later. */
static const double SETTLE_S = 2;

void hc_mlflow_begin(struct hc_mlflow *m, struct hc_http *http,
    const struct hc_wait *wait, double budget_s)
{
    struct hc_retry_policy policy = hc_retry_track;

    policy.budget_s = budget_s;
    *m = (struct hc_mlflow){.http = http, .wait = *wait};
    hc_retry_init(&m->retry, &policy, wait->now_s(wait->context), 1);
}

void hc_mlflow_allow(struct hc_mlflow *m, double seconds)
{
    m->retry.policy.budget_s += seconds;
}

enum hc_status hc_mlflow_pause(
    struct hc_mlflow *m, double retry_after_s, struct hc_error *err)
{
    return hc_retry_pause(&m->retry, &m->wait, true, retry_after_s, err);
}

enum hc_status hc_mlflow_settle(struct hc_mlflow *m, struct hc_error *err)
{
    if (m->wait.sleep(m->wait.context, SETTLE_S))
        return hc_fail(err, HC_INTERRUPTED, "stopped");
    return HC_OK;
}

/* ---- one request ---- */

static double left_s(const struct hc_mlflow *m)
{
    double left = hc_retry_left_s(&m->retry, m->wait.now_s(m->wait.context));

    return left > LEAST_S ? left : LEAST_S;
}

enum hc_status hc_mlflow_stranger(
    const struct hc_mlflow *m, const char *path, struct hc_error *err)
{
    return hc_fail(err, HC_SERVICE,
        "%s does not answer as MLflow does (%s): is this the URL of its tracking server?",
        hc_http_shown(m->http), path);
}

/* *ret_root, where it is wanted, is to be released. */
enum hc_status hc_mlflow_ask_once(struct hc_mlflow *m, const struct hc_mlflow_call *call,
    struct hc_http_reply *reply, json_t **ret_root, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = {.max = REPLY_MAX + 1};
    struct hc_http_request request = {.method = call->method,
        .path = call->path,
        .query = call->query,
        .n_query = call->n_query,
        .body = call->body ? hc_buf_str(call->body) : NULL,
        .n_body = call->body ? call->body->len : 0,
        .file = call->file,
        .type = call->file ? NULL : "application/json",
        .accept = "application/json",
        .max_bytes = REPLY_MAX,
        .total_s = left_s(m),
        .once = call->once,
        .take = hc_http_into_buf,
        .context = &text};

    if (call->body)
        HC_TRY(hc_buf_check(call->body));
    m->requests++;
    HC_TRY(hc_http_do(m->http, &request, reply, err));
    m->retry.failed = 0;
    if (!ret_root)
        return HC_OK;
    *ret_root = json_loadb(hc_buf_str(&text), text.len, 0, NULL);
    if (!json_is_object(*ret_root)) {
        json_decref(*ret_root);
        return hc_mlflow_stranger(m, call->path, err);
    }
    return HC_OK;
}

/* The passing kind; also a failure whose words were cut off: what it says is not known.
 */
static bool worth_again(const struct hc_http_reply *reply)
{
    json_t *root;

    if (hc_http_fault_retry(reply->fault))
        return true;
    if (reply->code < 400 || reply->fault == HC_HTTP_DENIED || *reply->text != '{' ||
        strlen(reply->text) >= HC_HTTP_TEXT_MAX - 1)
        return false;
    root = json_loads(reply->text, 0, NULL);
    json_decref(root);
    return !root;
}

/* Until it goes well, or is given up. */
enum hc_status hc_mlflow_ask(struct hc_mlflow *m, const struct hc_mlflow_call *call,
    struct hc_http_reply *reply, json_t **ret_root, struct hc_error *err)
{
    for (;;) {
        enum hc_status status = hc_mlflow_ask_once(m, call, reply, ret_root, err);

        if (status != HC_SERVICE || !worth_again(reply))
            return status;
        HC_TRY(hc_mlflow_pause(m, (double)reply->retry_after_s, err));
    }
}

enum hc_status hc_mlflow_post(struct hc_mlflow *m, const char *path, struct hc_buf *body,
    json_t **ret_root, struct hc_error *err)
{
    const struct hc_mlflow_call call = {.path = path, .body = body};
    struct hc_http_reply reply;

    return hc_mlflow_ask(m, &call, &reply, ret_root, err);
}

/* What the server says in a failure: "RESOURCE_DOES_NOT_EXIST". */
bool hc_mlflow_says(const struct hc_http_reply *reply, const char *error_code)
{
    json_t *root = json_loads(reply->text, 0, NULL);
    const char *code = json_string_value(json_object_get(root, "error_code"));
    bool found = code ? !strcmp(code, error_code) : !!strstr(reply->text, error_code);

    json_decref(root);
    return found;
}

void hc_mlflow_begin_body(struct hc_json *js, struct hc_buf *out)
{
    hc_json_init(js, out, 1);
    hc_json_open(js, '{');
}

void hc_mlflow_put_tag(struct hc_json *js, const char *key, const char *value)
{
    if (!value)
        return;
    hc_json_open(js, '{');
    hc_json_kstr(js, "key", key);
    hc_json_kstr(js, "value", value);
    hc_json_close(js, '}');
}

/* A text of the reply into a fixed place; false: missing or too long. */
bool hc_mlflow_copy_id(const json_t *object, const char *key, char ret[HC_MLFLOW_NAME])
{
    const char *text = json_string_value(json_object_get(object, key));

    if (!text || !*text || strlen(text) >= HC_MLFLOW_NAME)
        return false;
    memcpy(ret, text, strlen(text) + 1);
    return true;
}
