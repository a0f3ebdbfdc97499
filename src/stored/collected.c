/*
 * collected.c - what the collections said of themselves
 *
 * A report of an analysis that did not know of collections has no such key.
 */
#include "stored/reading.h"

/* ---- rows ------------------------------------------------------------------------ */

static const struct hc_field hole_fields[] = {
    {"start", hc_take_time, offsetof(struct hc_hole, start_us), NULL},
    {"end", hc_take_time, offsetof(struct hc_hole, end_us), NULL},
};
static const struct hc_shape hole_shape = HC_SHAPE(struct hc_hole, hole_fields, NULL);

static const struct hc_field warning_fields[] = {
    {"day", hc_take_time, offsetof(struct hc_collected_warning, day_us), NULL},
    {"warning", hc_take_text, offsetof(struct hc_collected_warning, text), NULL},
};
static const struct hc_shape warning_shape =
    HC_SHAPE(struct hc_collected_warning, warning_fields, NULL);

static const struct hc_field lost_fields[] = {
    {"query", hc_take_text, offsetof(struct hc_not_exported, query), NULL},
    {"metric", hc_take_text, offsetof(struct hc_not_exported, metric), NULL},
};
static const struct hc_shape lost_shape =
    HC_SHAPE(struct hc_not_exported, lost_fields, NULL);

static const struct hc_field server_fields[] = {
    {"url", hc_take_text, offsetof(struct hc_collected, server), NULL},
    {"version", hc_take_text_or_none, offsetof(struct hc_collected, server_version),
        NULL},
};
static const struct hc_shape server_shape =
    HC_SHAPE(struct hc_collected, server_fields, NULL);

/* ---- a collection ---------------------------------------------------------------- */

static bool is_null(const json_t *object, const char *key)
{
    return json_is_null(json_object_get(object, key));
}

/* A list, or null where nothing was said. */
static enum hc_status read_rows(struct hc_reading *r, const json_t *object,
    const char *key, const struct hc_shape *shape, bool *said, void *items, size_t *n)
{
    *said = !is_null(object, key);
    return *said ? hc_reading_rows(r, object, key, shape, items, n) : HC_OK;
}

static enum hc_status finish_collected(
    struct hc_reading *r, const json_t *object, void *to)
{
    struct hc_collected *c = to;

    if (!is_null(object, "server"))
        HC_TRY(hc_reading_object(
            r, "server", json_object_get(object, "server"), &server_shape, c));
    if (is_null(object, "instance_days_without_node"))
        c->instance_days_without_node = -1;
    if (is_null(object, "rows_folded"))
        c->rows_folded = -1;
    HC_TRY(read_rows(
        r, object, "holes", &hole_shape, &c->has_holes, &c->holes, &c->n_holes));
    HC_TRY(read_rows(r, object, "warnings", &warning_shape, &c->has_warnings,
        &c->warnings, &c->n_warnings));
    HC_TRY(read_rows(r, object, "not_exported", &lost_shape, &c->has_not_exported,
        &c->not_exported, &c->n_not_exported));
    if (!hc_collected_sum(c))
        return hc_reading_bad(r, "holes", "has one that is out of order");
    return HC_OK;
}

static const struct hc_field collected_fields[] = {
    {"path", hc_take_text, offsetof(struct hc_collected, path), NULL},
    {"source", hc_take_text, offsetof(struct hc_collected, source), NULL},
    {"start", hc_take_time, offsetof(struct hc_collected, start_us), NULL},
    {"end", hc_take_time, offsetof(struct hc_collected, end_us), NULL},
    {"step_s", hc_take_count, offsetof(struct hc_collected, step_s), NULL},
    {"instance_days_without_node", hc_take_count_or_none,
        offsetof(struct hc_collected, instance_days_without_node), NULL},
    {"rows_folded", hc_take_count_or_none, offsetof(struct hc_collected, rows_folded),
        NULL},
};
static const struct hc_shape collected_shape =
    HC_SHAPE(struct hc_collected, collected_fields, finish_collected);

enum hc_status hc_stored_collected(struct hc_reading *r, const json_t *quality)
{
    struct hc_summary *s = &r->stored->summary;

    if (!json_object_get(quality, "collections"))
        return HC_OK;
    return hc_reading_rows(
        r, quality, "collections", &collected_shape, &s->collected, &s->n_collected);
}
