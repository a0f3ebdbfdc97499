/*
 * manifest_collected.c - what `collect` says of holes, warnings and metrics that were not
 * there
 *
 * Every key may be missing or null: that is then not said. What is there has to be right.
 */
#include <string.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/mem.h"
#include "dataset/manifest_values.h"

/* Bounds. A warning of a server is kept up to 64 kB by whoever collects. */
enum {
    MAX_LISTED = 100000, /* holes, warnings: some of each in an hour, for years */
    MAX_QUERIES = 1000,
    MAX_TEXT = 64 << 10,
    MAX_URL = 2048,
    MAX_NAME = 255,
};

static const char source[] = "collect";

static bool is_said(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    return value && !json_is_null(value);
}

/* ---- lists ----------------------------------------------------------------------- */

/* A zeroed array of a row each; *ret_rows stays empty, with HC_OK, if nothing is said. */
static enum hc_status get_rows(const struct hc_manifest_reading *r, const json_t *root,
    const char *key, size_t max, size_t size, const json_t **ret_list, void *ret_rows)
{
    void *rows;

    HC_TRY(hc_value_list(r, root, key, max, ret_list));
    rows = hc_calloc(json_array_size(*ret_list), size);
    if (!rows)
        return HC_NO_MEMORY;
    memcpy(ret_rows, &rows, sizeof(rows));
    return HC_OK;
}

/* The last may end up to a step after the range: where its last sample would have. */
static enum hc_status read_hole(const struct hc_manifest_reading *r, const json_t *item,
    const struct hc_collected *c, struct hc_hole *hole)
{
    HC_TRY(hc_value_time(r, item, "start", &hole->start_us));
    HC_TRY(hc_value_time(r, item, "end", &hole->end_us));
    if (hole->end_us <= hole->start_us)
        return hc_value_bad(r, "holes", "has one that does not end after its start");
    if (hole->end_us > c->end_us && hole->end_us < c->end_us + c->step_s * HC_SECOND_US)
        hole->end_us = c->end_us;
    return HC_OK;
}

static enum hc_status read_holes(
    const struct hc_manifest_reading *r, const json_t *root, struct hc_collected *c)
{
    const json_t *list;

    c->has_holes = is_said(root, "holes");
    if (!c->has_holes)
        return HC_OK;
    HC_TRY(get_rows(r, root, "holes", MAX_LISTED, sizeof(*c->holes), &list, &c->holes));
    for (; c->n_holes < json_array_size(list); c->n_holes++)
        HC_TRY(read_hole(r, json_array_get(list, c->n_holes), c, &c->holes[c->n_holes]));
    if (!hc_collected_sum(c))
        return hc_value_bad(
            r, "holes", "has one that is out of order, or outside of 'start' and 'end'");
    return HC_OK;
}

static enum hc_status read_warnings(
    const struct hc_manifest_reading *r, const json_t *root, struct hc_collected *c)
{
    const json_t *list;

    c->has_warnings = is_said(root, "warnings");
    if (!c->has_warnings)
        return HC_OK;
    HC_TRY(get_rows(
        r, root, "warnings", MAX_LISTED, sizeof(*c->warnings), &list, &c->warnings));
    for (; c->n_warnings < json_array_size(list); c->n_warnings++) {
        const json_t *item = json_array_get(list, c->n_warnings);
        struct hc_collected_warning *warning = &c->warnings[c->n_warnings];

        HC_TRY(hc_value_time(r, item, "day", &warning->day_us));
        if (warning->day_us < c->start_us || warning->day_us >= c->end_us)
            return hc_value_bad(r, "day", "is outside of 'start' and 'end'");
        HC_TRY(hc_value_copy(r, item, "warning", MAX_TEXT, &warning->text));
    }
    return HC_OK;
}

/* One that is half read is cleared with the rest: both texts may be NULL. */
static enum hc_status read_not_exported(
    const struct hc_manifest_reading *r, const json_t *root, struct hc_collected *c)
{
    const json_t *list;

    c->has_not_exported = is_said(root, "not_exported");
    if (!c->has_not_exported)
        return HC_OK;
    HC_TRY(get_rows(r, root, "not_exported", MAX_QUERIES, sizeof(*c->not_exported), &list,
        &c->not_exported));
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        struct hc_not_exported *lost = &c->not_exported[c->n_not_exported++];

        HC_TRY(hc_value_copy(r, item, "query", MAX_NAME, &lost->query));
        HC_TRY(hc_value_copy(r, item, "metric", MAX_NAME, &lost->metric));
    }
    return HC_OK;
}

/* ---- single values --------------------------------------------------------------- */

static enum hc_status read_server(
    const struct hc_manifest_reading *r, const json_t *root, struct hc_collected *c)
{
    const json_t *server = json_object_get(root, "server");

    if (!is_said(root, "server"))
        return HC_OK;
    if (!json_is_object(server))
        return hc_value_bad(r, "server", "is not an object");
    HC_TRY(hc_value_copy(r, server, "url", MAX_URL, &c->server));
    if (!is_said(server, "version"))
        return HC_OK;
    return hc_value_copy(r, server, "version", MAX_NAME, &c->server_version);
}

static enum hc_status read_count(const struct hc_manifest_reading *r, const json_t *root,
    const char *key, int64_t *ret)
{
    *ret = -1;
    return is_said(root, key) ? hc_value_int(r, root, key, 0, INT64_MAX, ret) : HC_OK;
}

enum hc_status hc_manifest_read_collected(
    const struct hc_manifest_reading *r, const json_t *root, struct hc_manifest *manifest)
{
    struct hc_collected *c = &manifest->collected;

    if (strcmp(manifest->source, source))
        return HC_OK;
    c->source = hc_strdup(source);
    if (!c->source)
        return HC_NO_MEMORY;
    c->start_us = manifest->start_us;
    c->end_us = manifest->end_us;
    c->step_s = manifest->step_s;
    HC_TRY(read_server(r, root, c));
    HC_TRY(read_holes(r, root, c));
    HC_TRY(read_warnings(r, root, c));
    HC_TRY(read_not_exported(r, root, c));
    HC_TRY(read_count(
        r, root, "instance_days_without_node", &c->instance_days_without_node));
    return read_count(r, root, "rows_folded", &c->rows_folded);
}
