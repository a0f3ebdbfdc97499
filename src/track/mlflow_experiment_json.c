#include <string.h>

#include <jansson.h>

#include "track/mlflow_inside.h"

static const char get_experiment[] = "api/2.0/mlflow/experiments/get-by-name";
static const char create_experiment[] = "api/2.0/mlflow/experiments/create";

static enum hc_status read_experiment(struct hc_mlflow *m, const char *name,
    const json_t *root, char ret[HC_MLFLOW_NAME], struct hc_error *err)
{
    const json_t *experiment = json_object_get(root, "experiment");
    const char *stage = json_string_value(json_object_get(experiment, "lifecycle_stage"));

    if (!hc_mlflow_copy_id(experiment, "experiment_id", ret))
        return hc_mlflow_stranger(m, get_experiment, err);
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
    const struct hc_mlflow_call call = {
        .path = get_experiment, .query = query, .n_query = HC_COUNT(query)};
    struct hc_http_reply reply;
    json_t *root = NULL;
    enum hc_status status = hc_mlflow_ask(m, &call, &reply, &root, err);

    *ret_missing =
        status == HC_SERVICE && hc_mlflow_says(&reply, "RESOURCE_DOES_NOT_EXIST");
    if (*ret_missing)
        return HC_OK;
    if (status == HC_SERVICE && reply.code == 404)
        return hc_mlflow_stranger(m, get_experiment, err);
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
    const struct hc_mlflow_call call = {.path = create_experiment, .body = &body};
    struct hc_http_reply reply;
    struct hc_json js;
    json_t *root = NULL;
    enum hc_status status;

    hc_mlflow_begin_body(&js, &body);
    hc_json_kstr(&js, "name", name);
    /* else MLflow 3 opens it as one of language models, where no run is seen */
    hc_json_key(&js, "tags");
    hc_json_open(&js, '[');
    hc_mlflow_put_tag(&js, "mlflow.experimentKind", "custom_model_development");
    hc_json_close(&js, ']');
    hc_json_close(&js, '}');
    status = hc_mlflow_ask(m, &call, &reply, &root, err);
    *ret_there =
        status == HC_SERVICE && hc_mlflow_says(&reply, "RESOURCE_ALREADY_EXISTS");
    if (*ret_there)
        return HC_OK;
    HC_TRY(status);
    status = hc_mlflow_copy_id(root, "experiment_id", ret)
                 ? HC_OK
                 : hc_mlflow_stranger(m, create_experiment, err);
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
