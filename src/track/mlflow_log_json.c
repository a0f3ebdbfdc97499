/*
 * What goes into a run that is there: metrics, inputs, tags, files, its end.
 */
#include <string.h>
#include <sys/stat.h>

#include <jansson.h>

#include "track/mlflow_inside.h"

enum hc_status hc_mlflow_log(struct hc_mlflow *m, const struct hc_mlflow_place *place,
    const struct hc_run *run, const char *run_id, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf body = HC_BUF_INIT;
    struct hc_mlflow_cursor cursor = {.points = 0};

    while (hc_mlflow_batch(&body, run, run_id, place->start_us / 1000, &cursor))
        HC_TRY(hc_mlflow_post(m, "api/2.0/mlflow/runs/log-batch", &body, NULL, err));
    return hc_buf_check(&body);
}

static void put_dataset(struct hc_json *js, const struct hc_run_input *input)
{
    hc_json_open(js, '{');
    hc_json_key(js, "tags");
    hc_json_open(js, '[');
    hc_mlflow_put_tag(js, "mlflow.data.context", "analysis");
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
    hc_mlflow_begin_body(&js, &body);
    hc_json_kstr(&js, "run_id", run_id);
    hc_json_key(&js, "datasets");
    hc_json_open(&js, '[');
    for (size_t i = 0; i < run->n_inputs; i++)
        put_dataset(&js, &run->inputs[i]);
    hc_json_close(&js, ']');
    hc_json_close(&js, '}');
    return hc_mlflow_post(m, "api/2.0/mlflow/runs/log-inputs", &body, NULL, err);
}

enum hc_status hc_mlflow_set_tag(struct hc_mlflow *m, const char *run_id, const char *key,
    const char *value, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf body = HC_BUF_INIT;
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;
    struct hc_json js;

    hc_mlflow_cut(&text, value, HC_RUN_TAG_MAX);
    HC_TRY(hc_buf_check(&text));
    hc_mlflow_begin_body(&js, &body);
    hc_json_kstr(&js, "run_id", run_id);
    hc_json_kstr(&js, "key", key);
    hc_json_kstr(&js, "value", hc_buf_str(&text));
    hc_json_close(&js, '}');
    return hc_mlflow_post(m, "api/2.0/mlflow/runs/set-tag", &body, NULL, err);
}

/* Without an end: nobody has taken the time, and MLflow would show 0 ms. */
enum hc_status hc_mlflow_finish(
    struct hc_mlflow *m, const char *run_id, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf body = HC_BUF_INIT;
    struct hc_json js;

    hc_mlflow_begin_body(&js, &body);
    hc_json_kstr(&js, "run_id", run_id);
    hc_json_kstr(&js, "status", "FINISHED");
    hc_json_close(&js, '}');
    return hc_mlflow_post(m, "api/2.0/mlflow/runs/update", &body, NULL, err);
}

enum hc_status hc_mlflow_delete(
    struct hc_mlflow *m, const char *run_id, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf body = HC_BUF_INIT;
    struct hc_json js;

    hc_mlflow_begin_body(&js, &body);
    hc_json_kstr(&js, "run_id", run_id);
    hc_json_close(&js, '}');
    return hc_mlflow_post(m, "api/2.0/mlflow/runs/delete", &body, NULL, err);
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
    struct hc_mlflow_call call = {.method = "PUT", .file = file};
    struct hc_http_reply reply;
    struct stat st;

    hc_buf_printf(&path, "api/2.0/mlflow-artifacts/artifacts/%s/%s", proxied, name);
    HC_TRY(hc_buf_check(&path));
    call.path = path.text;
    HC_TRY(hc_mlflow_ask(m, &call, &reply, NULL, err));
    if (!stat(file, &st))
        m->bytes += st.st_size;
    return HC_OK;
}
