/*
 * The calls. A body is written by base/json.h, a reply read by jansson.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "track/mlflow.h"

enum { REPLY_MAX = 16 << 20, FOUND_MAX = 200 };

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

struct call {
    const char *method; /* NULL: GET or POST */
    const char *path;
    const struct hc_http_field *query;
    size_t n_query;
    struct hc_buf *body; /* JSON; NULL: none */
    const char *file;
    bool once;
};

static double left_s(const struct hc_mlflow *m)
{
    double left = hc_retry_left_s(&m->retry, m->wait.now_s(m->wait.context));

    return left > LEAST_S ? left : LEAST_S;
}

static enum hc_status not_mlflow(
    const struct hc_mlflow *m, const char *path, struct hc_error *err)
{
    return hc_fail(err, HC_SERVICE,
        "%s does not answer as MLflow does (%s): is this the URL of its tracking server?",
        hc_http_shown(m->http), path);
}

/* *ret_root, where it is wanted, is to be released. */
static enum hc_status ask_once(struct hc_mlflow *m, const struct call *call,
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
        return not_mlflow(m, call->path, err);
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
static enum hc_status ask(struct hc_mlflow *m, const struct call *call,
    struct hc_http_reply *reply, json_t **ret_root, struct hc_error *err)
{
    for (;;) {
        enum hc_status status = ask_once(m, call, reply, ret_root, err);

        if (status != HC_SERVICE || !worth_again(reply))
            return status;
        HC_TRY(hc_mlflow_pause(m, (double)reply->retry_after_s, err));
    }
}

static enum hc_status post(struct hc_mlflow *m, const char *path, struct hc_buf *body,
    json_t **ret_root, struct hc_error *err)
{
    const struct call call = {.path = path, .body = body};
    struct hc_http_reply reply;

    return ask(m, &call, &reply, ret_root, err);
}

/* What the server says in a failure: "RESOURCE_DOES_NOT_EXIST". */
static bool says(const struct hc_http_reply *reply, const char *error_code)
{
    json_t *root = json_loads(reply->text, 0, NULL);
    const char *code = json_string_value(json_object_get(root, "error_code"));
    bool found = code ? !strcmp(code, error_code) : !!strstr(reply->text, error_code);

    json_decref(root);
    return found;
}

static void begin_body(struct hc_json *js, struct hc_buf *out)
{
    hc_json_init(js, out, 1);
    hc_json_open(js, '{');
}

static void put_tag(struct hc_json *js, const char *key, const char *value)
{
    if (!value)
        return;
    hc_json_open(js, '{');
    hc_json_kstr(js, "key", key);
    hc_json_kstr(js, "value", value);
    hc_json_close(js, '}');
}

/* A text of the reply into a fixed place; false: missing or too long. */
static bool copy_id(const json_t *object, const char *key, char ret[HC_MLFLOW_NAME])
{
    const char *text = json_string_value(json_object_get(object, key));

    if (!text || !*text || strlen(text) >= HC_MLFLOW_NAME)
        return false;
    memcpy(ret, text, strlen(text) + 1);
    return true;
}

/* ---- experiments ---- */

static const char get_experiment[] = "api/2.0/mlflow/experiments/get-by-name";
static const char create_experiment[] = "api/2.0/mlflow/experiments/create";

static enum hc_status read_experiment(struct hc_mlflow *m, const char *name,
    const json_t *root, char ret[HC_MLFLOW_NAME], struct hc_error *err)
{
    const json_t *experiment = json_object_get(root, "experiment");
    const char *stage = json_string_value(json_object_get(experiment, "lifecycle_stage"));

    if (!copy_id(experiment, "experiment_id", ret))
        return not_mlflow(m, get_experiment, err);
    if (stage && !strcmp(stage, "deleted"))
        return hc_fail(err, HC_SERVICE,
            "%s: the experiment '%.200s' is deleted there: restore it, or name another "
            "one with --experiment",
            hc_http_shown(m->http), name);
    return HC_OK;
}

/* *ret_missing: there is none of that name. */
static enum hc_status look_for_experiment(struct hc_mlflow *m, const char *name,
    char ret[HC_MLFLOW_NAME], bool *ret_missing, struct hc_error *err)
{
    const struct hc_http_field query[] = {{"experiment_name", name}};
    const struct call call = {
        .path = get_experiment, .query = query, .n_query = HC_COUNT(query)};
    struct hc_http_reply reply;
    json_t *root = NULL;
    enum hc_status status = ask(m, &call, &reply, &root, err);

    *ret_missing = status == HC_SERVICE && says(&reply, "RESOURCE_DOES_NOT_EXIST");
    if (*ret_missing)
        return HC_OK;
    if (status == HC_SERVICE && reply.code == 404)
        return not_mlflow(m, get_experiment, err);
    HC_TRY(status);
    status = read_experiment(m, name, root, ret, err);
    json_decref(root);
    return status;
}

/* *ret_there: it was made by another at the same moment, or by a request of ours whose
 * answer was lost. */
static enum hc_status make_experiment(struct hc_mlflow *m, const char *name,
    char ret[HC_MLFLOW_NAME], bool *ret_there, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf body = HC_BUF_INIT;
    const struct call call = {.path = create_experiment, .body = &body};
    struct hc_http_reply reply;
    struct hc_json js;
    json_t *root = NULL;
    enum hc_status status;

    begin_body(&js, &body);
    hc_json_kstr(&js, "name", name);
    /* else MLflow 3 opens it as one of language models, where no run is seen */
    hc_json_key(&js, "tags");
    hc_json_open(&js, '[');
    put_tag(&js, "mlflow.experimentKind", "custom_model_development");
    hc_json_close(&js, ']');
    hc_json_close(&js, '}');
    status = ask(m, &call, &reply, &root, err);
    *ret_there = status == HC_SERVICE && says(&reply, "RESOURCE_ALREADY_EXISTS");
    if (*ret_there)
        return HC_OK;
    HC_TRY(status);
    status = copy_id(root, "experiment_id", ret) ? HC_OK
                                                 : not_mlflow(m, create_experiment, err);
    json_decref(root);
    return status;
}

enum hc_status hc_mlflow_experiment(
    struct hc_mlflow *m, const char *name, char ret[HC_MLFLOW_NAME], struct hc_error *err)
{
    bool missing, there;

    HC_TRY(look_for_experiment(m, name, ret, &missing, err));
    if (!missing)
        return HC_OK;
    HC_TRY(make_experiment(m, name, ret, &there, err));
    if (!there)
        return HC_OK;
    HC_TRY(look_for_experiment(m, name, ret, &missing, err));
    if (missing)
        return hc_fail(err, HC_SERVICE,
            "%s: the experiment '%.200s' was made and is not there",
            hc_http_shown(m->http), name);
    return HC_OK;
}

/* ---- runs: reading ---- */

void hc_mlflow_run_clear(struct hc_mlflow_run *run)
{
    hc_free(run->name);
    hc_free(run->artifact_uri);
    *run = (struct hc_mlflow_run){.finished = false};
}

void hc_mlflow_runs_clear(struct hc_mlflow_runs *runs)
{
    for (size_t i = 0; i < runs->n; i++)
        hc_mlflow_run_clear(&runs->items[i]);
    hc_free(runs->items);
    *runs = (struct hc_mlflow_runs){.n = 0};
}

static const char *tag_of(const json_t *run, const char *key)
{
    json_t *tags = json_object_get(json_object_get(run, "data"), "tags"), *tag;
    size_t i;

    json_array_foreach(tags, i, tag)
    {
        const char *name = json_string_value(json_object_get(tag, "key"));

        if (name && !strcmp(name, key))
            return json_string_value(json_object_get(tag, "value"));
    }
    return NULL;
}

/* HC_INPUT: it is no run. */
static enum hc_status read_run(const json_t *run, struct hc_mlflow_run *ret)
{
    const json_t *info = json_object_get(run, "info");
    const char *uri = json_string_value(json_object_get(info, "artifact_uri"));
    const char *status = json_string_value(json_object_get(info, "status"));
    const char *name = tag_of(run, "hindcast.run");
    const char *parent = tag_of(run, "mlflow.parentRunId");

    if (!copy_id(info, "run_id", ret->id))
        return HC_INPUT;
    ret->finished = status && !strcmp(status, "FINISHED");
    ret->name = hc_strdup(name ? name : "");
    ret->artifact_uri = hc_strdup(uri ? uri : "");
    snprintf(ret->parent, sizeof(ret->parent), "%s", parent ? parent : "");
    return ret->name && ret->artifact_uri ? HC_OK : HC_NO_MEMORY;
}

static enum hc_status read_found(struct hc_mlflow *m, const json_t *root,
    struct hc_mlflow_runs *ret, struct hc_error *err)
{
    json_t *run;
    size_t i;

    json_array_foreach(json_object_get(root, "runs"), i, run)
    {
        struct hc_mlflow_run *to;

        HC_TRY(hc_grow(&ret->items, &ret->cap, ret->n + 1, sizeof(*ret->items)));
        to = &ret->items[ret->n++];
        *to = (struct hc_mlflow_run){.finished = false};

        enum hc_status status = read_run(run, to);

        if (status == HC_INPUT)
            return not_mlflow(m, "api/2.0/mlflow/runs/search", err);
        HC_TRY(status);
    }
    return HC_OK;
}

static void put_filter(struct hc_json *js, const char *experiment, const char *id)
{
    char filter[128];

    snprintf(filter, sizeof(filter), "tags.`hindcast.id` = '%.64s'", id);
    hc_json_key(js, "experiment_ids");
    hc_json_open(js, '[');
    hc_json_str(js, experiment);
    hc_json_close(js, ']');
    hc_json_kstr(js, "filter", filter);
    hc_json_kstr(js, "run_view_type", "ACTIVE_ONLY");
    hc_json_kint(js, "max_results", FOUND_MAX);
}

enum hc_status hc_mlflow_find(struct hc_mlflow *m, const char *experiment, const char *id,
    struct hc_mlflow_runs *ret, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf body = HC_BUF_INIT;
    json_t *root = NULL;
    struct hc_json js;
    enum hc_status status;

    *ret = (struct hc_mlflow_runs){.n = 0};
    begin_body(&js, &body);
    put_filter(&js, experiment, id);
    hc_json_close(&js, '}');
    HC_TRY(post(m, "api/2.0/mlflow/runs/search", &body, &root, err));
    status = read_found(m, root, ret, err);
    json_decref(root);
    if (status)
        hc_mlflow_runs_clear(ret);
    return status;
}

/* ---- runs: writing ---- */

/* The tags that MLflow's own client sets, and those by which we find the run again. */
static void put_first_tags(
    struct hc_json *js, const struct hc_mlflow_place *place, const struct hc_run *run)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf note = HC_BUF_INIT;

    if (run->description)
        hc_mlflow_cut(&note, run->description, HC_RUN_TAG_MAX);
    js->out->failed |= note.failed;
    hc_json_key(js, "tags");
    hc_json_open(js, '[');
    put_tag(js, "hindcast.id", place->id);
    put_tag(js, "hindcast.run", run->name);
    put_tag(js, "mlflow.runName", run->name);
    put_tag(js, "mlflow.parentRunId", place->parent);
    put_tag(js, "mlflow.user", place->user);
    put_tag(js, "mlflow.source.name", place->source);
    put_tag(js, "mlflow.source.type", "LOCAL");
    put_tag(js, "mlflow.note.content", note.len ? note.text : NULL);
    hc_json_close(js, ']');
}

static void write_run(
    struct hc_buf *body, const struct hc_mlflow_place *place, const struct hc_run *run)
{
    struct hc_json js;

    begin_body(&js, body);
    hc_json_kstr(&js, "experiment_id", place->experiment);
    hc_json_kstr(&js, "run_name", run->name);
    if (place->user)
        hc_json_kstr(&js, "user_id", place->user);
    hc_json_kint(&js, "start_time", place->start_us / 1000);
    put_first_tags(&js, place, run);
    hc_json_close(&js, '}');
}

enum hc_status hc_mlflow_create(struct hc_mlflow *m, const struct hc_mlflow_place *place,
    const struct hc_run *run, struct hc_mlflow_run *ret, bool *ret_again,
    double *ret_retry_after_s, struct hc_error *err)
{
    static const char path[] = "api/2.0/mlflow/runs/create";
    HC_CLEANUP(hc_buf_clear) struct hc_buf body = HC_BUF_INIT;
    const struct call call = {.path = path, .body = &body, .once = true};
    struct hc_http_reply reply;
    json_t *root = NULL;
    enum hc_status status;

    *ret = (struct hc_mlflow_run){.finished = false};
    write_run(&body, place, run);
    status = ask_once(m, &call, &reply, &root, err);
    *ret_again = status == HC_SERVICE && hc_http_fault_retry(reply.fault);
    *ret_retry_after_s = (double)reply.retry_after_s;
    HC_TRY(status);
    status = read_run(json_object_get(root, "run"), ret);
    json_decref(root);
    if (status)
        hc_mlflow_run_clear(ret);
    return status == HC_INPUT ? not_mlflow(m, path, err) : status;
}

enum hc_status hc_mlflow_log(struct hc_mlflow *m, const struct hc_mlflow_place *place,
    const struct hc_run *run, const char *run_id, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf body = HC_BUF_INIT;
    struct hc_mlflow_cursor cursor = {.points = 0};

    while (hc_mlflow_batch(&body, run, run_id, place->start_us / 1000, &cursor))
        HC_TRY(post(m, "api/2.0/mlflow/runs/log-batch", &body, NULL, err));
    return hc_buf_check(&body);
}

static void put_dataset(struct hc_json *js, const struct hc_run_input *input)
{
    hc_json_open(js, '{');
    hc_json_key(js, "tags");
    hc_json_open(js, '[');
    put_tag(js, "mlflow.data.context", "analysis");
    hc_json_close(js, ']');
    hc_json_key(js, "dataset");
    hc_json_open(js, '{');
    hc_json_kstr(js, "name", input->name);
    hc_json_kstr(js, "digest", input->digest);
    hc_json_kstr(js, "source_type", "local");
    hc_json_kstr(js, "source", input->source);
    hc_json_kstr(js, "schema", input->schema);
    hc_json_kstr(js, "profile", input->profile);
    hc_json_close(js, '}');
    hc_json_close(js, '}');
}

enum hc_status hc_mlflow_log_inputs(struct hc_mlflow *m, const struct hc_run *run,
    const char *run_id, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf body = HC_BUF_INIT;
    struct hc_json js;

    if (!run->n_inputs)
        return HC_OK;
    begin_body(&js, &body);
    hc_json_kstr(&js, "run_id", run_id);
    hc_json_key(&js, "datasets");
    hc_json_open(&js, '[');
    for (size_t i = 0; i < run->n_inputs; i++)
        put_dataset(&js, &run->inputs[i]);
    hc_json_close(&js, ']');
    hc_json_close(&js, '}');
    return post(m, "api/2.0/mlflow/runs/log-inputs", &body, NULL, err);
}

enum hc_status hc_mlflow_set_tag(struct hc_mlflow *m, const char *run_id, const char *key,
    const char *value, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf body = HC_BUF_INIT;
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;
    struct hc_json js;

    hc_mlflow_cut(&text, value, HC_RUN_TAG_MAX);
    HC_TRY(hc_buf_check(&text));
    begin_body(&js, &body);
    hc_json_kstr(&js, "run_id", run_id);
    hc_json_kstr(&js, "key", key);
    hc_json_kstr(&js, "value", hc_buf_str(&text));
    hc_json_close(&js, '}');
    return post(m, "api/2.0/mlflow/runs/set-tag", &body, NULL, err);
}

/* Without an end: nobody has taken the time, and MLflow would show 0 ms. */
enum hc_status hc_mlflow_finish(
    struct hc_mlflow *m, const char *run_id, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf body = HC_BUF_INIT;
    struct hc_json js;

    begin_body(&js, &body);
    hc_json_kstr(&js, "run_id", run_id);
    hc_json_kstr(&js, "status", "FINISHED");
    hc_json_close(&js, '}');
    return post(m, "api/2.0/mlflow/runs/update", &body, NULL, err);
}

enum hc_status hc_mlflow_delete(
    struct hc_mlflow *m, const char *run_id, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf body = HC_BUF_INIT;
    struct hc_json js;

    begin_body(&js, &body);
    hc_json_kstr(&js, "run_id", run_id);
    hc_json_close(&js, '}');
    return post(m, "api/2.0/mlflow/runs/delete", &body, NULL, err);
}

/* ---- artifacts ---- */

/* "mlflow-artifacts:/1/ID/artifacts"; with a host, another server's proxy is meant. */
const char *hc_mlflow_proxied(const char *artifact_uri)
{
    static const char scheme[] = "mlflow-artifacts:/";
    const char *path = artifact_uri + strlen(scheme);

    if (strncmp(artifact_uri, scheme, strlen(scheme)))
        return NULL;
    if (!strncmp(path, "//", 2)) /* "mlflow-artifacts:///1/..." */
        return path + 2;
    return *path == '/' ? NULL : path;
}

enum hc_status hc_mlflow_put(struct hc_mlflow *m, const char *proxied, const char *name,
    const char *file, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf path = HC_BUF_INIT;
    struct call call = {.method = "PUT", .file = file};
    struct hc_http_reply reply;
    struct stat st;

    hc_buf_printf(&path, "api/2.0/mlflow-artifacts/artifacts/%s/%s", proxied, name);
    HC_TRY(hc_buf_check(&path));
    call.path = path.text;
    HC_TRY(ask(m, &call, &reply, NULL, err));
    if (!stat(file, &st))
        m->bytes += st.st_size;
    return HC_OK;
}
