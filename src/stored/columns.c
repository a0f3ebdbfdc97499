/*
 * columns.c - the columns, and their names as indices
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stored/reading.h"

/* ---- columns by name ------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    const struct hc_column_name *x = a, *y = b;

    return strcmp(x->name, y->name);
}

bool hc_reading_column(const struct hc_reading *r, const char *name, uint32_t *ret)
{
    const struct hc_column_name wanted = {name, 0}, *found;

    if (!r->stored->summary.n_columns)
        return false;
    found = bsearch(
        &wanted, r->names, r->stored->summary.n_columns, sizeof(*r->names), by_name);
    if (found)
        *ret = found->at;
    return found != NULL;
}

static enum hc_status index_columns(struct hc_reading *r)
{
    const struct hc_summary *s = &r->stored->summary;

    if (s->n_columns > UINT32_MAX)
        return hc_reading_bad(r, "columns", "is too long");
    r->names = hc_alloc(s->n_columns, sizeof(*r->names));
    if (!r->names)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < s->n_columns; i++)
        r->names[i] = (struct hc_column_name){s->columns[i].name, (uint32_t)i};
    qsort(r->names, s->n_columns, sizeof(*r->names), by_name);
    return HC_OK;
}

enum hc_status hc_reading_columns(struct hc_reading *r, const json_t *object,
    const char *key, uint32_t **ret, size_t *ret_n)
{
    const json_t *list;

    HC_TRY(hc_reading_list(r, object, key, &list));
    *ret = hc_alloc(json_array_size(list), sizeof(**ret));
    if (!*ret)
        return HC_NO_MEMORY;
    *ret_n = json_array_size(list);
    for (size_t i = 0; i < *ret_n; i++) {
        const char *name = json_string_value(json_array_get(list, i));

        if (!name || !hc_reading_column(r, name, &(*ret)[i]))
            return hc_reading_bad(r, key, "holds something that is not in 'columns'");
    }
    return HC_OK;
}

/* ---- columns --------------------------------------------------------------------- */

static enum hc_status take_kind(
    struct hc_reading *r, const json_t *object, const struct hc_field *field, void *to)
{
    const char *name = json_string_value(json_object_get(object, field->key));

    for (int kind = HC_KIND_GAUGE; name && kind <= HC_KIND_OTHER; kind++)
        if (!strcmp(name, hc_column_kind_name((enum hc_column_kind)kind))) {
            *(enum hc_column_kind *)to = (enum hc_column_kind)kind;
            return HC_OK;
        }
    return hc_reading_bad(r, field->key, "is not a kind of column");
}

static enum hc_status finish_column(
    struct hc_reading *r HC_UNUSED, const json_t *object HC_UNUSED, void *to)
{
    struct hc_column *column = to;

    column->metric = hc_metric_find(column->name);
    if (!column->numeric)
        column->stats.n = 0; /* what stands there are the values that are not missing */
    return HC_OK;
}

#define COLUMN(key, take, field)                                                         \
    {                                                                                    \
        key, take, offsetof(struct hc_column, field), NULL                               \
    }

static const struct hc_field column_fields[] = {
    COLUMN("name", hc_take_text, name),
    COLUMN("type", hc_take_text, type),
    COLUMN("kind", take_kind, kind),
    COLUMN("numeric", hc_take_flag, numeric),
    COLUMN("n", hc_take_count, stats.n),
    COLUMN("missing", hc_take_count, missing),
    COLUMN("mean", hc_take_number, stats.mean),
    COLUMN("std", hc_take_number, stats.std),
    COLUMN("min", hc_take_number, stats.min),
    COLUMN("max", hc_take_number, stats.max),
    COLUMN("p50", hc_take_number, stats.p50),
    COLUMN("p95", hc_take_number, stats.p95),
    COLUMN("p99", hc_take_number, stats.p99),
};
static const struct hc_shape column_shape =
    HC_SHAPE(struct hc_column, column_fields, finish_column);

enum hc_status hc_stored_columns(struct hc_reading *r, const json_t *root)
{
    struct hc_summary *s = &r->stored->summary;

    HC_TRY(
        hc_reading_rows(r, root, "columns", &column_shape, &s->columns, &s->n_columns));
    return index_columns(r);
}
