/*
 * What is known of a day, kept until the manifest is written again: a finished day is not
 * asked for a second time.
 */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "collect/day.h"

enum { FLAT_FROM = 2, MAX_BYTES = 16 << 20 };

static enum hc_status path_of(struct hc_span span, const char *state_dir,
    char path[HC_PATH_MAX], struct hc_error *err)
{
    char date[HC_TIME_TEXT], name[HC_TIME_TEXT + 8];

    hc_date_format(hc_floor_div(span.start_s, HC_DAY_S), date);
    snprintf(name, sizeof(name), "%s.json", date);
    return hc_path_join(state_dir, name, path, err);
}

/* The files of a day, by their keys. */
static const struct member {
    const char *key;
    size_t offset;
} members[] = {
    {"samples", offsetof(struct hc_day, samples)},
    {"usage", offsetof(struct hc_day, usage)},
    {"nodes_file", offsetof(struct hc_day, nodes_file)},
    {"pods_file", offsetof(struct hc_day, pods_file)},
};

/* ---- writing ---- */

static void put_files(struct hc_json *js, const struct hc_day *day)
{
    for (size_t i = 0; i < HC_COUNT(members); i++) {
        const struct hc_day_file *file =
            (const void *)((const char *)day + members[i].offset);

        hc_json_key(js, members[i].key);
        hc_json_open(js, '{');
        hc_json_kstr(js, "path", file->path);
        hc_json_kint(js, "rows", file->rows);
        hc_json_kint(js, "bytes", file->bytes);
        hc_json_kstr(js, "sha256", file->sha256);
        hc_json_close(js, '}');
    }
}

static void put_holes(struct hc_json *js, const struct hc_day *day)
{
    hc_json_key(js, "holes");
    hc_json_open(js, '[');
    for (size_t i = 0; i < day->n_holes; i++) {
        hc_json_open(js, '[');
        hc_json_int(js, day->holes[i].start_s);
        hc_json_int(js, day->holes[i].end_s);
        hc_json_close(js, ']');
    }
    hc_json_close(js, ']');
}

static void put_texts(struct hc_json *js, const struct hc_day *day)
{
    hc_json_key(js, "columns");
    hc_json_open(js, '[');
    for (size_t m = 0; m < HC_METRICS; m++)
        if (day->columns[m])
            hc_json_str(js, hc_metrics[m].name);
    hc_json_close(js, ']');
    hc_json_key(js, "warnings");
    hc_json_open(js, '[');
    for (size_t i = 0; i < day->warnings.n; i++)
        hc_json_str(js, day->warnings.items[i]);
    hc_json_close(js, ']');
}

enum hc_status hc_day_store(
    const struct hc_day *day, const char *state_dir, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;
    char path[HC_PATH_MAX];
    struct hc_json js;

    HC_TRY(path_of(day->span, state_dir, path, err));
    hc_json_init(&js, &text, FLAT_FROM);
    hc_json_open(&js, '{');
    hc_json_kint(&js, "start_s", day->span.start_s);
    hc_json_kint(&js, "end_s", day->span.end_s);
    hc_json_kint(&js, "pods_end_s", day->pods_end_s);
    put_files(&js, day);
    hc_json_kbool(&js, "cluster", day->cluster);
    hc_json_kint(&js, "nodes", day->nodes);
    hc_json_kint(&js, "unjoined", day->unjoined);
    hc_json_kint(&js, "folded", day->folded);
    put_holes(&js, day);
    put_texts(&js, day);
    hc_json_close(&js, '}');
    hc_buf_putc(&text, '\n');
    HC_TRY(hc_buf_check(&text));
    return hc_file_write(path, text.text, text.len, err);
}

/* ---- reading ---- */

static bool get_int(const json_t *root, const char *key, int64_t *ret)
{
    const json_t *value = json_object_get(root, key);

    *ret = json_integer_value(value);
    return json_is_integer(value);
}

static bool get_text(const json_t *root, const char *key, char *out, size_t size)
{
    const char *text = json_string_value(json_object_get(root, key));

    snprintf(out, size, "%s", text ? text : "");
    return text && strlen(text) < size;
}

static bool get_files(const json_t *root, struct hc_day *day)
{
    for (size_t i = 0; i < HC_COUNT(members); i++) {
        struct hc_day_file *file = (void *)((char *)day + members[i].offset);
        const json_t *item = json_object_get(root, members[i].key);

        if (!get_text(item, "path", file->path, sizeof(file->path)) ||
            !get_int(item, "rows", &file->rows) ||
            !get_int(item, "bytes", &file->bytes) ||
            !get_text(item, "sha256", file->sha256, sizeof(file->sha256)))
            return false;
    }
    return true;
}

static bool get_numbers(const json_t *root, struct hc_day *day)
{
    return get_int(root, "start_s", &day->span.start_s) &&
           get_int(root, "end_s", &day->span.end_s) &&
           get_int(root, "pods_end_s", &day->pods_end_s) &&
           get_int(root, "nodes", &day->nodes) &&
           get_int(root, "unjoined", &day->unjoined) &&
           get_int(root, "folded", &day->folded) && get_files(root, day);
}

static enum hc_status get_lists(const json_t *root, struct hc_day *day)
{
    const json_t *holes = json_object_get(root, "holes");
    const json_t *columns = json_object_get(root, "columns");
    const json_t *warnings = json_object_get(root, "warnings");

    for (size_t i = 0; i < json_array_size(holes); i++) {
        const json_t *hole = json_array_get(holes, i);

        HC_TRY(
            hc_grow(&day->holes, &day->cap_holes, day->n_holes + 1, sizeof(*day->holes)));
        day->holes[day->n_holes++] =
            (struct hc_span){json_integer_value(json_array_get(hole, 0)),
                json_integer_value(json_array_get(hole, 1))};
    }
    for (size_t i = 0; i < json_array_size(columns); i++) {
        const char *name = json_string_value(json_array_get(columns, i));
        int metric = name ? hc_metric_find(name) : -1;

        if (metric >= 0)
            day->columns[metric] = true;
    }
    for (size_t i = 0; i < json_array_size(warnings); i++) {
        const char *text = json_string_value(json_array_get(warnings, i));

        HC_TRY(text ? hc_names_add(&day->warnings, text) : HC_OK);
    }
    return HC_OK;
}

enum hc_status hc_day_load(
    struct hc_span span, const char *state_dir, struct hc_day *ret, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;
    HC_CLEANUP(hc_day_clear) struct hc_day day = {0};
    char path[HC_PATH_MAX];
    enum hc_status status;
    json_t *root;

    HC_TRY(path_of(span, state_dir, path, err));
    HC_TRY(hc_file_read(path, MAX_BYTES, &text, err));
    root = json_loadb(hc_buf_str(&text), text.len, JSON_REJECT_DUPLICATES, NULL);
    status = get_numbers(root, &day) ? get_lists(root, &day)
                                     : hc_fail(err, HC_INPUT, "'%s' is not right", path);
    day.cluster = json_is_true(json_object_get(root, "cluster"));
    json_decref(root);
    HC_TRY(status);
    *ret = day;
    day = (struct hc_day){0};
    return HC_OK;
}
