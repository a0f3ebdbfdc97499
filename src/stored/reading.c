#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stored/reading.h"

enum hc_status hc_reading_bad(
    const struct hc_reading *r, const char *key, const char *what)
{
    return hc_fail(r->err, HC_INPUT,
        "'%s' is not a report that can be shown: '%s' in '%s' %s; analyze again", r->path,
        key, r->section, what);
}

/* ---- objects --------------------------------------------------------------------- */

enum hc_status hc_reading_object(struct hc_reading *r, const char *key,
    const json_t *object, const struct hc_shape *shape, void *to)
{
    if (!json_is_object(object))
        return hc_reading_bad(r, key, object ? "is not an object" : "is missing");
    for (size_t i = 0; i < shape->n_fields; i++) {
        const struct hc_field *field = &shape->fields[i];

        HC_TRY(field->take(r, object, field, (char *)to + field->offset));
    }
    return shape->finish ? shape->finish(r, object, to) : HC_OK;
}

/* ---- lists ----------------------------------------------------------------------- */

enum hc_status hc_reading_list(
    struct hc_reading *r, const json_t *object, const char *key, const json_t **ret)
{
    *ret = json_object_get(object, key);
    if (!json_is_array(*ret))
        return hc_reading_bad(r, key, *ret ? "is not a list" : "is missing");
    return HC_OK;
}

/* Grown row by row: what a list of nothing asks for is not believed at once. */
enum hc_status hc_reading_rows(struct hc_reading *r, const json_t *object,
    const char *key, const struct hc_shape *shape, void *items, size_t *n_items)
{
    char **rows = items;
    const json_t *list;
    size_t cap = 0;

    HC_TRY(hc_reading_list(r, object, key, &list));
    for (size_t i = 0; i < json_array_size(list); i++) {
        HC_TRY(hc_grow(rows, &cap, i + 1, shape->size));
        memset(*rows + i * shape->size, 0, shape->size);
        *n_items = i + 1;
        HC_TRY(hc_reading_object(
            r, key, json_array_get(list, i), shape, *rows + i * shape->size));
    }
    return HC_OK;
}

enum hc_status hc_reading_into(struct hc_reading *r, const json_t *object,
    const char *key, const struct hc_shape *shape, void *items, size_t n)
{
    const json_t *list;

    HC_TRY(hc_reading_list(r, object, key, &list));
    if (json_array_size(list) != n)
        return hc_reading_bad(r, key, "is not of the right length");
    for (size_t i = 0; i < n; i++)
        HC_TRY(hc_reading_object(
            r, key, json_array_get(list, i), shape, (char *)items + i * shape->size));
    return HC_OK;
}

enum hc_status hc_reading_names(
    struct hc_reading *r, const json_t *object, const char *key, struct hc_names *ret)
{
    const json_t *list;

    HC_TRY(hc_reading_list(r, object, key, &list));
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));

        if (!text)
            return hc_reading_bad(r, key, "holds something that is not a text");
        HC_TRY(hc_names_add(ret, text));
    }
    return HC_OK;
}

/* ---- statistics ------------------------------------------------------------------ */

#define MOMENTS                                                                          \
    {"n", hc_take_count, offsetof(struct hc_stats, n), NULL},                            \
        {"mean", hc_take_number, offsetof(struct hc_stats, mean), NULL},                 \
        {"std", hc_take_number, offsetof(struct hc_stats, std), NULL},                   \
        {"min", hc_take_number, offsetof(struct hc_stats, min), NULL},                   \
    {                                                                                    \
        "max", hc_take_number, offsetof(struct hc_stats, max), NULL                      \
    }

static enum hc_status no_quantiles(
    struct hc_reading *r HC_UNUSED, const json_t *object HC_UNUSED, void *to)
{
    struct hc_stats *stats = to;

    stats->p50 = stats->p95 = stats->p99 = NAN;
    return HC_OK;
}

static const struct hc_field moments[] = {MOMENTS};
static const struct hc_field stats[] = {
    MOMENTS,
    {"p50", hc_take_number, offsetof(struct hc_stats, p50), NULL},
    {"p95", hc_take_number, offsetof(struct hc_stats, p95), NULL},
    {"p99", hc_take_number, offsetof(struct hc_stats, p99), NULL},
};

const struct hc_shape hc_shape_moments = HC_SHAPE(struct hc_stats, moments, no_quantiles);
const struct hc_shape hc_shape_stats = HC_SHAPE(struct hc_stats, stats, NULL);
