/*
 * json_collected.c - quality.collections: what each collection said of itself
 */
#include <math.h>

#include "report/json_sections.h"

/* "key": [ of a list that is said, else "key": null. */
static bool open_list(struct hc_json *js, const char *key, bool said)
{
    hc_json_key(js, key);
    if (said)
        hc_json_open(js, '[');
    else
        hc_json_null(js);
    return said;
}

static void put_server(struct hc_json *js, const struct hc_collected *c)
{
    hc_json_key(js, "server");
    if (!c->server) {
        hc_json_null(js);
        return;
    }
    hc_json_open(js, '{');
    hc_json_kstr(js, "url", c->server);
    hc_json_kstr(js, "version", c->server_version);
    hc_json_close(js, '}');
}

static void put_holes(struct hc_json *js, const struct hc_collected *c)
{
    hc_json_knum(js, "hole_s", c->has_holes ? (double)c->hole_us / 1e6 : NAN);
    if (!open_list(js, "holes", c->has_holes))
        return;
    for (size_t i = 0; i < c->n_holes; i++) {
        hc_json_open(js, '{');
        hc_json_ktime(js, "start", c->holes[i].start_us);
        hc_json_ktime(js, "end", c->holes[i].end_us);
        hc_json_close(js, '}');
    }
    hc_json_close(js, ']');
}

static void put_warnings(struct hc_json *js, const struct hc_collected *c)
{
    if (!open_list(js, "warnings", c->has_warnings))
        return;
    for (size_t i = 0; i < c->n_warnings; i++) {
        hc_json_open(js, '{');
        hc_json_ktime(js, "day", c->warnings[i].day_us);
        hc_json_kstr(js, "warning", c->warnings[i].text);
        hc_json_close(js, '}');
    }
    hc_json_close(js, ']');
}

static void put_not_exported(struct hc_json *js, const struct hc_collected *c)
{
    if (!open_list(js, "not_exported", c->has_not_exported))
        return;
    for (size_t i = 0; i < c->n_not_exported; i++) {
        hc_json_open(js, '{');
        hc_json_kstr(js, "query", c->not_exported[i].query);
        hc_json_kstr(js, "metric", c->not_exported[i].metric);
        hc_json_close(js, '}');
    }
    hc_json_close(js, ']');
}

static void put_count(struct hc_json *js, const char *key, int64_t n)
{
    hc_json_key(js, key);
    if (n < 0)
        hc_json_null(js);
    else
        hc_json_int(js, n);
}

static void put_collected(struct hc_json *js, const struct hc_collected *c)
{
    hc_json_open(js, '{');
    hc_json_kstr(js, "path", c->path);
    hc_json_kstr(js, "source", c->source);
    put_server(js, c);
    hc_json_ktime(js, "start", c->start_us);
    hc_json_ktime(js, "end", c->end_us);
    hc_json_kint(js, "step_s", c->step_s);
    put_holes(js, c);
    put_warnings(js, c);
    put_not_exported(js, c);
    put_count(js, "instance_days_without_node", c->instance_days_without_node);
    put_count(js, "rows_folded", c->rows_folded);
    if (hc_collected_is_partial(c))
        hc_json_status(js, HC_NOT_AVAILABLE, "the manifest does not say");
    hc_json_close(js, '}');
}

void hc_json_collected(struct hc_json *js, const struct hc_summary *s)
{
    hc_json_rows_open(js, "collections", '[');
    for (size_t i = 0; i < s->n_collected; i++)
        put_collected(js, &s->collected[i]);
    hc_json_rows_close(js, ']');
}
