#include "track/spool_json.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"

enum { MAX_BYTES = 16 << 20, FLAT_FROM = 3 };

/* ---- reading ---- */

static enum hc_status read_root(const char *path, json_t **ret, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;
    json_error_t error;

    HC_TRY(hc_file_read(path, MAX_BYTES, &text, err));
    *ret = json_loadb(hc_buf_str(&text), text.len, 0, &error);
    if (!*ret && !error.text[0])
        return HC_NO_MEMORY;
    if (!json_is_object(*ret)) {
        json_decref(*ret);
        return hc_fail(err, HC_INPUT,
            "'%s' is damaged: it is no JSON object; remove it to go on", path);
    }
    return HC_OK;
}

/* "" where there is none; a longer one is cut. */
static void copy(const json_t *object, const char *key, char *to, size_t size)
{
    const char *text = json_string_value(json_object_get(object, key));

    snprintf(to, size, "%s", text ? text : "");
}

static int64_t time_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    struct hc_instant instant;

    return text && hc_time_parse(text, &instant) ? instant.us : 0;
}

/* ---- what waits ---- */

void hc_waiting_json(struct hc_json *js, const struct hc_waiting *w)
{
    hc_json_open(js, '{');
    hc_json_kstr(js, "id", w->id);
    hc_json_kstr(js, "command", w->command);
    hc_json_ktime(js, "generated_at", w->generated_us);
    hc_json_kstr(js, "tracking_uri", w->uri);
    hc_json_kstr(js, "experiment", w->experiment);
    hc_json_kint(js, "tries", w->tries);
    if (w->tried_us) {
        hc_json_ktime(js, "last_tried_at", w->tried_us);
        hc_json_kstr(js, "reason", w->reason);
    }
    hc_json_close(js, '}');
}

void hc_waiting_print(const struct hc_waiting *waiting, struct hc_buf *out)
{
    struct hc_json js;

    hc_json_init(&js, out, 0);
    hc_waiting_json(&js, waiting);
    hc_buf_putc(out, '\n');
}

enum hc_status hc_waiting_read(
    const char *path, const char *id, struct hc_waiting *ret, struct hc_error *err)
{
    json_t *root = NULL;

    HC_TRY(read_root(path, &root, err));
    *ret = (struct hc_waiting){.tries = 0};
    snprintf(ret->id, sizeof(ret->id), "%s", id);
    copy(root, "command", ret->command, sizeof(ret->command));
    copy(root, "tracking_uri", ret->uri, sizeof(ret->uri));
    copy(root, "experiment", ret->experiment, sizeof(ret->experiment));
    copy(root, "reason", ret->reason, sizeof(ret->reason));
    ret->generated_us = time_of(root, "generated_at");
    ret->tried_us = time_of(root, "last_tried_at");
    ret->tries = json_integer_value(json_object_get(root, "tries"));
    json_decref(root);
    return HC_OK;
}

/* ---- what was sent ---- */

void hc_sent_clear(struct hc_sent_list *list)
{
    hc_free(list->items);
    *list = (struct hc_sent_list){.n = 0};
}

static void read_sent(const json_t *row, struct hc_sent *ret)
{
    *ret = (struct hc_sent){.not_sent = 0};
    copy(row, "id", ret->id, sizeof(ret->id));
    copy(row, "command", ret->command, sizeof(ret->command));
    copy(row, "tracking_uri", ret->uri, sizeof(ret->uri));
    copy(row, "experiment", ret->experiment, sizeof(ret->experiment));
    copy(row, "experiment_id", ret->experiment_id, sizeof(ret->experiment_id));
    copy(row, "run_id", ret->run_id, sizeof(ret->run_id));
    ret->generated_us = time_of(row, "generated_at");
    ret->sent_us = time_of(row, "sent_at");
    ret->not_sent = json_integer_value(json_object_get(row, "artifacts_not_sent"));
}

static enum hc_status read_rows(const json_t *rows, struct hc_sent_list *ret)
{
    json_t *row;
    size_t i;

    json_array_foreach((json_t *)rows, i, row)
    {
        HC_TRY(hc_grow(&ret->items, &ret->cap, ret->n + 1, sizeof(*ret->items)));
        read_sent(row, &ret->items[ret->n++]);
    }
    return HC_OK;
}

static enum hc_status ledger_path(
    const char *dir, char ret[HC_PATH_MAX], struct hc_error *err)
{
    return hc_path_join(dir, "tracked.json", ret, err);
}

enum hc_status hc_ledger_read(
    const char *dir, struct hc_sent_list *ret, struct hc_error *err)
{
    char path[HC_PATH_MAX];
    json_t *root = NULL;
    enum hc_status status;

    *ret = (struct hc_sent_list){.n = 0};
    HC_TRY(ledger_path(dir, path, err));
    if (hc_path_kind(path) == HC_PATH_NONE)
        return HC_OK;
    HC_TRY(read_root(path, &root, err));
    status = read_rows(json_object_get(root, "sent"), ret);
    json_decref(root);
    return status;
}

void hc_sent_json(struct hc_json *js, const struct hc_sent *sent)
{
    hc_json_open(js, '{');
    hc_json_kstr(js, "id", sent->id);
    hc_json_kstr(js, "command", sent->command);
    hc_json_ktime(js, "generated_at", sent->generated_us);
    hc_json_ktime(js, "sent_at", sent->sent_us);
    hc_json_kstr(js, "tracking_uri", sent->uri);
    hc_json_kstr(js, "experiment", sent->experiment);
    hc_json_kstr(js, "experiment_id", sent->experiment_id);
    hc_json_kstr(js, "run_id", sent->run_id);
    hc_json_kint(js, "artifacts_not_sent", sent->not_sent);
    hc_json_close(js, '}');
}

/* A run may be sent to several places. */
static bool is_same(const struct hc_sent *a, const struct hc_sent *b)
{
    return !strcmp(a->id, b->id) && !strcmp(a->uri, b->uri) &&
           !strcmp(a->experiment, b->experiment);
}

static void print_ledger(
    const struct hc_sent_list *list, const struct hc_sent *added, struct hc_buf *out)
{
    size_t first = list->n >= HC_LEDGER_MAX ? list->n - HC_LEDGER_MAX + 1 : 0;
    struct hc_json js;

    hc_json_init(&js, out, FLAT_FROM);
    hc_json_open(&js, '{');
    hc_json_kint(&js, "schema_version", 1);
    hc_json_key(&js, "sent");
    hc_json_open(&js, '[');
    for (size_t i = first; i < list->n; i++)
        if (!is_same(&list->items[i], added))
            hc_sent_json(&js, &list->items[i]);
    hc_sent_json(&js, added);
    hc_json_close(&js, ']');
    hc_json_close(&js, '}');
    hc_buf_putc(out, '\n');
}

enum hc_status hc_ledger_add(
    const char *dir, const struct hc_sent *sent, struct hc_error *err)
{
    HC_CLEANUP(hc_sent_clear) struct hc_sent_list list = {.n = 0};
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;
    char path[HC_PATH_MAX];

    HC_TRY(hc_ledger_read(dir, &list, err));
    HC_TRY(ledger_path(dir, path, err));
    print_ledger(&list, sent, &text);
    HC_TRY(hc_buf_check(&text));
    return hc_file_write(path, text.text, text.len, err);
}
