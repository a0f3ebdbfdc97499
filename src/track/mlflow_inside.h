/*
 * mlflow_inside.h - one request to an MLflow server and what is read of its answer;
 * private to the room's mlflow_*.c
 */
#ifndef HC_TRACK_MLFLOW_INSIDE_H
#define HC_TRACK_MLFLOW_INSIDE_H

#include "base/json.h"
#include "track/mlflow.h"

struct json_t; /* of jansson.h */

struct hc_mlflow_call {
    const char *method; /* NULL: GET or POST */
    const char *path;
    const struct hc_http_field *query;
    size_t n_query;
    struct hc_buf *body; /* JSON; NULL: none */
    const char *file;
    bool once;
};

/* Once. *ret_root, where it is wanted, is to be released. */
enum hc_status hc_mlflow_ask_once(struct hc_mlflow *m, const struct hc_mlflow_call *call,
    struct hc_http_reply *reply, struct json_t **ret_root,
    struct hc_error *err) HC_MUST_USE;

/* Until it goes well, or is given up. */
enum hc_status hc_mlflow_ask(struct hc_mlflow *m, const struct hc_mlflow_call *call,
    struct hc_http_reply *reply, struct json_t **ret_root,
    struct hc_error *err) HC_MUST_USE;

/* The same for a body, where the reply does not matter. */
enum hc_status hc_mlflow_post(struct hc_mlflow *m, const char *path, struct hc_buf *body,
    struct json_t **ret_root, struct hc_error *err) HC_MUST_USE;

/* True if that is the error_code of a failure: "RESOURCE_DOES_NOT_EXIST". */
bool hc_mlflow_says(const struct hc_http_reply *reply, const char *error_code);

/* The failure "does not answer as MLflow does". */
enum hc_status hc_mlflow_stranger(
    const struct hc_mlflow *m, const char *path, struct hc_error *err);

void hc_mlflow_begin_body(struct hc_json *js, struct hc_buf *out);

/* {"key": ..., "value": ...}; none for NULL. */
void hc_mlflow_put_tag(struct hc_json *js, const char *key, const char *value);

/* A text of the reply into a fixed place; false: missing or too long. */
bool hc_mlflow_copy_id(
    const struct json_t *object, const char *key, char ret[HC_MLFLOW_NAME]);

#endif
