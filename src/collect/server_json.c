/*
 * The small replies of a server: what it is, and the values of a label.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "collect/server.h"
#include "net/wait.h"

enum { SMALL = 1 << 20, LARGE = 32 << 20, NAMES_TRIES = 4 };

/* A GET of `path`, as JSON whose "data" is handed out; *ret_root is to be released. */
static enum hc_status get(struct hc_server *server, struct hc_http_request *request,
    int64_t max, struct hc_http_reply *reply, json_t **ret_root, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;
    const char *status;

    text.max = (size_t)max + 1;
    request->accept = "application/json";
    request->max_bytes = max;
    request->take = hc_http_into_buf;
    request->context = &text;
    HC_TRY(hc_http_do(server->http, request, reply, err));
    *ret_root = json_loadb(hc_buf_str(&text), text.len, 0, NULL);
    status = json_string_value(json_object_get(*ret_root, "status"));
    if (status && !strcmp(status, "success"))
        return HC_OK;
    json_decref(*ret_root);
    return hc_fail(err, HC_SERVICE,
        "%s does not answer as Prometheus does (%s): is this the URL of its API?",
        hc_http_shown(server->http), request->path);
}

/* Prometheus says how it was built, and is no application beside others. VictoriaMetrics
 * says a version of Prometheus and nothing else; Mimir its own name. */
static bool is_prometheus(const json_t *data)
{
    static const char *const said[] = {"version", "revision", "branch", "goVersion"};
    const char *name = json_string_value(json_object_get(data, "application"));

    for (size_t i = 0; i < HC_COUNT(said); i++)
        if (!json_is_string(json_object_get(data, said[i])))
            return false;
    return !name || !strcmp(name, "Prometheus");
}

/* Thanos and old servers have no buildinfo: then any answer of the API will do. */
enum hc_status hc_server_greet(
    struct hc_server *server, struct hc_server_about *ret, struct hc_error *err)
{
    struct hc_http_request request = {.path = "api/v1/status/buildinfo"};
    struct hc_http_field fields[] = {{"query", "vector(1)"}};
    struct hc_http_request other = {
        .path = "api/v1/query", .query = fields, .n_query = HC_COUNT(fields)};
    struct hc_http_reply reply;
    json_t *root = NULL;
    enum hc_status status = get(server, &request, SMALL, &reply, &root, err);

    if (status == HC_SERVICE && (reply.code == 404 || reply.code == 200))
        status = get(server, &other, SMALL, &reply, &root, err);
    HC_TRY(status);

    const json_t *data = json_object_get(root, "data");
    const char *version = json_string_value(json_object_get(data, "version"));

    *ret = (struct hc_server_about){
        .is_prometheus = is_prometheus(data), .clock_us = reply.server_us};
    snprintf(ret->version, sizeof(ret->version), "%s", version ? version : "");
    json_decref(root);
    return HC_OK;
}

static enum hc_status add_all(const json_t *list, struct hc_names *ret)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (json_is_string(json_array_get(list, i)))
            HC_TRY(hc_names_add(ret, json_string_value(json_array_get(list, i))));
    return HC_OK;
}

/* Prometheus answers 422 to a question for labels if a series leaves its memory at that
 * moment ("not found"): it is worth another try, and no sign that too much was asked. */
static enum hc_status get_patiently(struct hc_server *server,
    struct hc_http_request *request, json_t **ret_root, struct hc_error *err)
{
    struct hc_http_reply reply = {.code = 0};
    enum hc_status status = get(server, request, LARGE, &reply, ret_root, err);

    for (int i = 1; i < NAMES_TRIES && status == HC_SERVICE && reply.code == 422; i++) {
        HC_TRY(hc_wait_sleep(i, server->stop));
        status = get(server, request, LARGE, &reply, ret_root, err);
    }
    return status;
}

static enum hc_status get_names(struct hc_server *server, const char *path,
    const char *match, struct hc_span range, struct hc_names *ret, struct hc_error *err)
{
    char start[32], end[32];
    const struct hc_http_field fields[] = {
        {"match[]", match}, {"start", start}, {"end", end}};
    struct hc_http_request request = {
        .path = path, .query = fields, .n_query = HC_COUNT(fields)};
    json_t *root = NULL;
    enum hc_status status;

    snprintf(start, sizeof(start), "%lld", (long long)range.start_s);
    snprintf(end, sizeof(end), "%lld", (long long)range.end_s);
    HC_TRY(get_patiently(server, &request, &root, err));
    status = add_all(json_object_get(root, "data"), ret);
    json_decref(root);
    return status;
}

enum hc_status hc_server_label_values(struct hc_server *server, const char *label,
    const char *match, struct hc_span range, struct hc_names *ret, struct hc_error *err)
{
    char path[256];

    snprintf(path, sizeof(path), "api/v1/label/%s/values", label);
    return get_names(server, path, match, range, ret, err);
}

enum hc_status hc_server_label_names(struct hc_server *server, const char *match,
    struct hc_span range, struct hc_names *ret, struct hc_error *err)
{
    return get_names(server, "api/v1/labels", match, range, ret, err);
}

/* A text of a status page; "" where there is none. */
static enum hc_status get_words(struct hc_server *server, const char *path,
    const char *key, char ret[HC_SERVER_WORDS], struct hc_error *err)
{
    struct hc_http_request request = {.path = path};
    struct hc_http_reply reply;
    json_t *root = NULL;
    enum hc_status status = get(server, &request, SMALL, &reply, &root, err);
    const char *words = NULL;

    ret[0] = '\0';
    if (status)
        return status == HC_INTERRUPTED || status == HC_NO_MEMORY ? status : HC_OK;
    words = json_string_value(json_object_get(json_object_get(root, "data"), key));
    snprintf(ret, HC_SERVER_WORDS, "%s", words ? words : "");
    json_decref(root);
    return HC_OK;
}

enum hc_status hc_server_retention(
    struct hc_server *server, char ret[HC_SERVER_WORDS], struct hc_error *err)
{
    return get_words(server, "api/v1/status/runtimeinfo", "storageRetention", ret, err);
}

enum hc_status hc_server_flag(struct hc_server *server, const char *flag,
    char ret[HC_SERVER_WORDS], struct hc_error *err)
{
    return get_words(server, "api/v1/status/flags", flag, ret, err);
}
