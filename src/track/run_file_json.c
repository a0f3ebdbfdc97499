/*
 * run.json into structs.
 */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/mem.h"
#include "track/run_reading.h"

enum { MAX_BYTES = 64 << 20 };

enum hc_status hc_run_bad(
    const struct hc_run_reading *r, const char *key, const char *what)
{
    return hc_fail(r->err, HC_INPUT, "'%s' cannot be sent: '%.100s'%s%.100s%s %s",
        r->path, key, r->run ? " of run '" : "", r->run ? r->run : "", r->run ? "'" : "",
        what);
}

/* ---- texts ---- */

/* NULL where it is missing or null. */
enum hc_status hc_run_take_text(const struct hc_run_reading *r, const json_t *object,
    const char *key, bool needed, const char **ret)
{
    const json_t *value = json_object_get(object, key);

    if (!value || json_is_null(value)) {
        *ret = NULL;
        return needed ? hc_run_bad(r, key, "is missing") : HC_OK;
    }
    if (!json_is_string(value))
        return hc_run_bad(r, key, "is not a text");
    *ret = json_string_value(value);
    return HC_OK;
}

static bool is_key(const char *key)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789_-. /:";
    size_t n = strlen(key);

    return n && n <= HC_RUN_KEY_MAX && strspn(key, allowed) == n && *key != '/' &&
           *key != '.' && !strstr(key, "..");
}

static enum hc_status check_key(const struct hc_run_reading *r, const char *key)
{
    if (!is_key(key))
        return hc_run_bad(r, key,
            "is no name that MLflow takes: at most 250 letters, digits and _-. /:");
    return HC_OK;
}

/* An object at `key`, or NULL where there is none. */
static enum hc_status take_object(
    const struct hc_run_reading *r, json_t *from, const char *key, json_t **ret)
{
    *ret = json_object_get(from, key);
    if (*ret && !json_is_object(*ret))
        return hc_run_bad(r, key, "is not an object");
    return HC_OK;
}

enum hc_status hc_run_take_list(
    const struct hc_run_reading *r, json_t *from, const char *key, json_t **ret)
{
    *ret = json_object_get(from, key);
    if (*ret && !json_is_array(*ret))
        return hc_run_bad(r, key, "is not a list");
    return HC_OK;
}

static enum hc_status take_texts(const struct hc_run_reading *r, json_t *run,
    const char *key, struct hc_run_text **ret, size_t *ret_n)
{
    json_t *object, *value;
    const char *name;

    HC_TRY(take_object(r, run, key, &object));
    *ret = hc_calloc(json_object_size(object) + 1, sizeof(**ret));
    if (!*ret)
        return HC_NO_MEMORY;
    json_object_foreach(object, name, value)
    {
        HC_TRY(check_key(r, name));
        if (!json_is_string(value))
            return hc_run_bad(r, name, "is not a text");
        (*ret)[(*ret_n)++] = (struct hc_run_text){name, json_string_value(value)};
    }
    return HC_OK;
}

/* ---- metrics ---- */

static enum hc_status take_number(
    const struct hc_run_reading *r, const char *key, const json_t *value, double *ret)
{
    if (!json_is_number(value))
        return hc_run_bad(r, key, "is not a number");
    *ret = json_number_value(value);
    return HC_OK;
}

static enum hc_status take_point(const struct hc_run_reading *r, const char *key,
    const json_t *pair, struct hc_run_point *ret)
{
    const json_t *step = json_array_get(pair, 0);

    *ret = (struct hc_run_point){.key = key};
    if (!json_is_array(pair))
        return take_number(r, key, pair, &ret->value);
    if (json_array_size(pair) != 2 || !json_is_integer(step))
        return hc_run_bad(r, key, "is not a number, and not a list of [step, number]");
    ret->step = json_integer_value(step);
    return take_number(r, key, json_array_get(pair, 1), &ret->value);
}

static size_t count_points(json_t *metrics)
{
    size_t n = 0;
    const char *key;
    json_t *value;

    json_object_foreach(metrics, key, value) n +=
        json_is_array(value) ? json_array_size(value) : 1;
    return n;
}

static enum hc_status take_metrics(
    const struct hc_run_reading *r, json_t *object, struct hc_run *run)
{
    json_t *metrics, *value, *point;
    const char *key;
    size_t i;

    HC_TRY(take_object(r, object, "metrics", &metrics));
    run->points = hc_calloc(count_points(metrics) + 1, sizeof(*run->points));
    if (!run->points)
        return HC_NO_MEMORY;
    json_object_foreach(metrics, key, value)
    {
        HC_TRY(check_key(r, key));
        if (!json_is_array(value))
            HC_TRY(take_point(r, key, value, &run->points[run->n_points++]));
        else
            json_array_foreach(value, i, point)
                HC_TRY(take_point(r, key, point, &run->points[run->n_points++]));
    }
    return HC_OK;
}

/* ---- artifacts ---- */

/* Below the folder, by plain names. */
static bool stays_within(const char *path)
{
    if (!*path || *path == '/' || strlen(path) >= HC_PATH_MAX / 2)
        return false;
    for (const char *part = path; part; part = strchr(part, '/')) {
        part += *part == '/';

        size_t n = strcspn(part, "/");

        if (!n || (n == 1 && *part == '.') || (n == 2 && !memcmp(part, "..", 2)))
            return false;
    }
    return true;
}

static enum hc_status take_artifacts(
    const struct hc_run_reading *r, json_t *object, struct hc_run *run)
{
    json_t *list, *value;
    size_t i;

    HC_TRY(hc_run_take_list(r, object, "artifacts", &list));
    run->artifacts = hc_calloc(json_array_size(list) + 1, sizeof(*run->artifacts));
    if (!run->artifacts)
        return HC_NO_MEMORY;
    json_array_foreach(list, i, value)
    {
        const char *path = json_string_value(value);

        if (!path || !stays_within(path))
            return hc_run_bad(
                r, "artifacts", "has what is no path of a file in the folder");
        run->artifacts[run->n_artifacts++] = path;
    }
    return HC_OK;
}

/* ---- runs ---- */

static enum hc_status take_run(
    struct hc_run_reading *r, json_t *object, bool with_artifacts, struct hc_run *run)
{
    HC_TRY(hc_run_take_text(r, object, "description", false, &run->description));
    HC_TRY(take_metrics(r, object, run));
    HC_TRY(take_texts(r, object, "params", &run->params, &run->n_params));
    HC_TRY(take_texts(r, object, "tags", &run->tags, &run->n_tags));
    HC_TRY(hc_run_take_inputs(r, object, run));
    return with_artifacts ? take_artifacts(r, object, run) : HC_OK;
}

/* "hindcast_COMMAND", where the file has no name. */
static enum hc_status take_name(
    struct hc_run_reading *r, json_t *root, struct hc_run *run)
{
    char name[128];

    HC_TRY(hc_run_take_text(r, root, "name", false, &run->name));
    if (run->name)
        return HC_OK;
    snprintf(name, sizeof(name), "hindcast_%.100s", r->file->command);
    HC_TRY(hc_names_add(&r->file->texts, name));
    run->name = r->file->texts.items[0];
    return HC_OK;
}

static enum hc_status take_runs(struct hc_run_reading *r, json_t *root)
{
    struct hc_run_file *file = r->file;
    json_t *list, *value;
    size_t i;

    HC_TRY(hc_run_take_list(r, root, "runs", &list));
    if (json_array_size(list) >= HC_RUNS_MAX)
        return hc_run_bad(r, "runs", "has more than 63 runs");
    file->runs = hc_calloc(json_array_size(list) + 1, sizeof(*file->runs));
    if (!file->runs)
        return HC_NO_MEMORY;
    file->n_runs = 1;
    HC_TRY(take_name(r, root, &file->runs[0]));
    HC_TRY(take_run(r, root, !list, &file->runs[0]));
    json_array_foreach(list, i, value)
    {
        struct hc_run *run = &file->runs[file->n_runs++];

        r->run = NULL;
        HC_TRY(hc_run_take_text(r, value, "name", true, &run->name));
        r->run = run->name;
        HC_TRY(take_run(r, value, true, run));
    }
    return HC_OK;
}

static enum hc_status check_names(struct hc_run_reading *r)
{
    const struct hc_run_file *file = r->file;

    r->run = NULL;
    for (size_t i = 0; i < file->n_runs; i++) {
        HC_TRY(check_key(r, file->runs[i].name));
        for (size_t k = 0; k < i; k++)
            if (!strcmp(file->runs[i].name, file->runs[k].name))
                return hc_run_bad(r, file->runs[i].name, "is the name of two runs");
    }
    return HC_OK;
}

/* ---- the file ---- */

static enum hc_status take_head(struct hc_run_reading *r, json_t *root)
{
    const json_t *version = json_object_get(root, "schema_version");
    const char *date;
    struct hc_instant instant;

    if (!json_is_object(root))
        return hc_run_bad(r, "run.json", "is not an object");
    if (!json_is_integer(version) || json_integer_value(version) != 1)
        return hc_run_bad(r, "schema_version", "is not 1: another hindcast wrote it");
    HC_TRY(hc_run_take_text(r, root, "command", true, &r->file->command));
    HC_TRY(hc_run_take_text(r, root, "hindcast", false, &r->file->version));
    HC_TRY(hc_run_take_text(r, root, "generated_at", true, &date));
    if (!hc_time_parse(date, &instant))
        return hc_run_bad(r, "generated_at", "is not a time as 2025-06-02T10:00:00Z");
    r->file->generated_us = instant.us;
    return HC_OK;
}

static void make_id(const struct hc_buf *text, char ret[HC_RUN_ID])
{
    struct hc_sha256 hash;
    char hex[HC_SHA256_HEX];

    hc_sha256_init(&hash);
    hc_sha256_add(&hash, hc_buf_str(text), text->len);
    hc_sha256_hex(&hash, hex);
    memcpy(ret, hex, HC_RUN_ID - 1);
    ret[HC_RUN_ID - 1] = '\0';
}

static enum hc_status parse(struct hc_run_reading *r, const struct hc_buf *text)
{
    json_error_t error;

    r->file->json =
        json_loadb(hc_buf_str(text), text->len, JSON_REJECT_DUPLICATES, &error);
    /* jansson has no text for a failed allocation */
    if (!r->file->json && !error.text[0])
        return HC_NO_MEMORY;
    if (!r->file->json)
        return hc_fail(r->err, HC_INPUT, "'%s' is not whole, or not JSON: line %d: %s",
            r->path, error.line, error.text);
    make_id(text, r->file->id);
    HC_TRY(take_head(r, r->file->json));
    HC_TRY(take_runs(r, r->file->json));
    return check_names(r);
}

enum hc_status hc_run_file_parse(const char *path, const struct hc_buf *text,
    struct hc_run_file *ret, struct hc_error *err)
{
    struct hc_run_reading r = {.path = path, .file = ret, .err = err};

    *ret = (struct hc_run_file){.n_runs = 0};

    enum hc_status status = parse(&r, text);

    if (status)
        hc_run_file_clear(ret);
    return status;
}

enum hc_status hc_run_file_read(
    const char *path, struct hc_run_file *ret, struct hc_error *err)
{
    struct hc_buf HC_CLEANUP(hc_buf_clear) text = HC_BUF_INIT;

    *ret = (struct hc_run_file){.n_runs = 0};
    HC_TRY(hc_file_read(path, MAX_BYTES, &text, err));
    return hc_run_file_parse(path, &text, ret, err);
}

static void run_clear(struct hc_run *run)
{
    for (size_t i = 0; i < run->n_inputs; i++) {
        hc_free(run->inputs[i].source);
        hc_free(run->inputs[i].schema);
        hc_free(run->inputs[i].profile);
    }
    hc_free(run->inputs);
    hc_free(run->points);
    hc_free(run->params);
    hc_free(run->tags);
    hc_free(run->artifacts);
}

void hc_run_file_clear(struct hc_run_file *file)
{
    if (!file)
        return;
    for (size_t i = 0; file->runs && i < file->n_runs; i++)
        run_clear(&file->runs[i]);
    hc_free(file->runs);
    hc_names_clear(&file->texts);
    json_decref(file->json);
    *file = (struct hc_run_file){.n_runs = 0};
}
