/*
 * Runs: looked for, and made.
 */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/mem.h"
#include "track/mlflow_inside.h"

enum { FOUND_MAX = 200 };

/* ---- reading ---- */

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

    if (!hc_mlflow_copy_id(info, "run_id", ret->id))
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
            return hc_mlflow_stranger(m, "api/2.0/mlflow/runs/search", err);
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
    hc_mlflow_begin_body(&js, &body);
    put_filter(&js, experiment, id);
    hc_json_close(&js, '}');
    HC_TRY(hc_mlflow_post(m, "api/2.0/mlflow/runs/search", &body, &root, err));
    status = read_found(m, root, ret, err);
    json_decref(root);
    if (status)
        hc_mlflow_runs_clear(ret);
    return status;
}

/* ---- making ---- */

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
    hc_mlflow_put_tag(js, "hindcast.id", place->id);
    hc_mlflow_put_tag(js, "hindcast.run", run->name);
    hc_mlflow_put_tag(js, "mlflow.runName", run->name);
    hc_mlflow_put_tag(js, "mlflow.parentRunId", place->parent);
    hc_mlflow_put_tag(js, "mlflow.user", place->user);
    hc_mlflow_put_tag(js, "mlflow.source.name", place->source);
    hc_mlflow_put_tag(js, "mlflow.source.type", "LOCAL");
    hc_mlflow_put_tag(js, "mlflow.note.content", note.len ? note.text : NULL);
    hc_json_close(js, ']');
}

static void write_run(
    struct hc_buf *body, const struct hc_mlflow_place *place, const struct hc_run *run)
{
    struct hc_json js;

    hc_mlflow_begin_body(&js, body);
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
    const struct hc_mlflow_call call = {.path = path, .body = &body, .once = true};
    struct hc_http_reply reply;
    json_t *root = NULL;
    enum hc_status status;

    *ret = (struct hc_mlflow_run){.finished = false};
    write_run(&body, place, run);
    status = hc_mlflow_ask_once(m, &call, &reply, &root, err);
    *ret_again = status == HC_SERVICE && hc_http_fault_retry(reply.fault);
    *ret_retry_after_s = (double)reply.retry_after_s;
    HC_TRY(status);
    status = read_run(json_object_get(root, "run"), ret);
    json_decref(root);
    if (status)
        hc_mlflow_run_clear(ret);
    return status == HC_INPUT ? hc_mlflow_stranger(m, path, err) : status;
}
