#include <string.h>

#include "dataset/inside.h"

/* All columns of the schemas, without the keys, in the order of the files. */
struct union_of {
    struct hc_name_index by_name; /* in any case; the item of each */
    size_t n, cap;
    struct united {
        const struct hc_field *field; /* the first that is not empty */
        size_t file;                  /* which has it */
        bool widened, mixed;
        bool taken;
    } * items;
};

static bool is_key(const char *name)
{
    return !strcmp(name, HC_KEY_TIME) || !strcmp(name, HC_KEY_NODE) ||
           !strcmp(name, HC_KEY_CLUSTER);
}

static const char *class_name(const struct hc_field *field)
{
    return field->class == HC_CLASS_TEXT ? "text" : field->type;
}

/* Number against text is a mistake; anything else can be had as text. */
static enum hc_status meet(struct united *one, const struct hc_field *field, size_t file,
    const struct hc_dataset *ds, struct hc_error *err)
{
    bool a = one->field->class == HC_CLASS_NUMBER, b = field->class == HC_CLASS_NUMBER;

    if (field->class == HC_CLASS_NONE)
        return HC_OK;
    if (one->field->class == HC_CLASS_NONE) {
        one->field = field;
        one->file = file;
        return HC_OK;
    }
    if (a != b)
        return hc_fail(err, HC_INPUT, "column '%s' is %s in '%s', but %s in '%s'",
            field->name, class_name(one->field), ds->files[one->file].path,
            class_name(field), ds->files[file].path);
    if (!strcmp(one->field->type, field->type) && field->class != HC_CLASS_NESTED)
        return HC_OK;
    if (a)
        one->widened = true;
    else
        one->mixed = true;
    return HC_OK;
}

static enum hc_status add_schema(struct union_of *all, const struct hc_schema *schema,
    const struct hc_dataset *ds, struct hc_error *err)
{
    for (size_t i = 0; i < schema->n; i++) {
        const struct hc_field *field = &schema->fields[i];
        size_t at = hc_name_index_find(&all->by_name, field->name, strlen(field->name));

        if (is_key(field->name))
            continue;
        if (at != HC_NO_NAME) {
            HC_TRY(meet(&all->items[at], field, schema->first_file, ds, err));
            continue;
        }
        HC_TRY(hc_grow(&all->items, &all->cap, all->n + 1, sizeof(*all->items)));
        HC_TRY(hc_name_index_add(&all->by_name, field->name, strlen(field->name), NULL));
        all->items[all->n++] =
            (struct united){.field = field, .file = schema->first_file};
    }
    return HC_OK;
}

static bool is_number(const struct hc_field *field)
{
    return field->class == HC_CLASS_NUMBER || field->class == HC_CLASS_NONE;
}

static enum hc_status add_column(
    struct hc_dataset *ds, const char *name, const char *type, bool numeric, int metric)
{
    struct hc_dataset_column *column = &ds->columns[ds->n_columns++];

    *column = (struct hc_dataset_column){.numeric = numeric, .metric = metric};
    column->name = hc_strdup(name);
    column->type = hc_strdup(type);
    column->kind = numeric ? hc_column_kind_of(name) : HC_KIND_OTHER;
    return column->name && column->type ? HC_OK : HC_NO_MEMORY;
}

static enum hc_status take(struct hc_dataset *ds, struct united *one)
{
    const struct hc_field *field = one->field;
    const char *type = field->class == HC_CLASS_NONE ? "DOUBLE" : field->type;
    int metric = is_number(field) ? hc_metric_find(field->name) : -1;

    one->taken = true;
    if (one->widened)
        type = "DOUBLE";
    if (one->mixed)
        type = "VARCHAR";
    return add_column(ds, field->name, type, is_number(field), metric);
}

static enum hc_status take_all(
    struct hc_dataset *ds, struct union_of *all, size_t *ret_gauges)
{
    for (size_t m = 0; m < HC_METRICS; m++) {
        const char *name = hc_metrics[m].name;
        size_t at = hc_name_index_find(&all->by_name, name, strlen(name));

        if (at == HC_NO_NAME || !is_number(all->items[at].field) ||
            strcmp(all->items[at].field->name, name))
            continue;
        HC_TRY(take(ds, &all->items[at]));
        ++*ret_gauges;
    }
    for (size_t i = 0; i < all->n; i++)
        if (!all->items[i].taken)
            HC_TRY(take(ds, &all->items[i]));
    return HC_OK;
}

/* ---- keys ---- */

static const struct hc_field *first_field(
    const struct hc_schemas *schemas, const char *name)
{
    for (size_t k = 0; k < schemas->n; k++) {
        const struct hc_field *field = hc_schema_find(&schemas->items[k], name);

        if (field && !strcmp(field->name, name))
            return field;
    }
    return NULL;
}

static enum hc_status check_name_type(const struct hc_schemas *schemas,
    const struct hc_dataset *ds, const char *key, struct hc_error *err)
{
    for (size_t k = 0; k < schemas->n; k++) {
        const struct hc_field *field = hc_schema_find(&schemas->items[k], key);

        if (field && field->class == HC_CLASS_NESTED)
            return hc_fail(err, HC_INPUT, "column '%s' of '%s' is nested: no name", key,
                ds->files[schemas->items[k].first_file].path);
    }
    return HC_OK;
}

static enum hc_status add_keys(
    const struct hc_schemas *schemas, struct hc_dataset *ds, struct hc_error *err)
{
    const struct hc_field *cluster = first_field(schemas, HC_KEY_CLUSTER);

    ds->has_cluster = cluster != NULL;
    ds->n_keys = cluster ? 3 : 2;
    HC_TRY(
        add_column(ds, HC_KEY_TIME, first_field(schemas, HC_KEY_TIME)->type, false, -1));
    if (cluster)
        HC_TRY(add_column(ds, HC_KEY_CLUSTER, cluster->type, false, -1));
    HC_TRY(
        add_column(ds, HC_KEY_NODE, first_field(schemas, HC_KEY_NODE)->type, false, -1));
    HC_TRY(check_name_type(schemas, ds, HC_KEY_NODE, err));
    return check_name_type(schemas, ds, HC_KEY_CLUSTER, err);
}

/* ---- what is said ---- */

static enum hc_status say_widened(struct hc_dataset *ds, const struct union_of *all)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf names = HC_BUF_INIT;
    size_t n = 0;

    for (size_t i = 0; i < all->n; i++)
        if (all->items[i].widened && n++ < 5)
            hc_buf_printf(&names, "%s%s", n > 1 ? ", " : "", all->items[i].field->name);
    if (!n)
        return HC_OK;
    HC_TRY(hc_buf_check(&names));
    return hc_dataset_note(ds,
        "%zu column%s of differing number types read as double: %s%s", n,
        n > 1 ? "s" : "", names.text, n > 5 ? ", ..." : "");
}

static enum hc_status say_missing(struct hc_dataset *ds, const struct hc_schemas *schemas)
{
    for (size_t k = 1; k < schemas->n; k++)
        if (schemas->items[k].n != schemas->items[0].n)
            return hc_dataset_note(ds,
                "the files do not have the same columns: what a file lacks is missing in "
                "its rows");
    return HC_OK;
}

static enum hc_status say_unnamed(struct hc_dataset *ds, const struct hc_schemas *schemas)
{
    for (size_t k = 0; k < schemas->n; k++)
        for (size_t i = 0; i < schemas->items[k].n; i++)
            if (schemas->items[k].fields[i].unnamed)
                return hc_dataset_note(ds,
                    "a column of '%s' without a name is called '%s'",
                    ds->files[schemas->items[k].first_file].path,
                    schemas->items[k].fields[i].name);
    return HC_OK;
}

static enum hc_status settle_other(struct hc_dataset *ds)
{
    size_t numbers = 0;

    for (size_t i = ds->n_keys; i < ds->n_columns; i++) {
        numbers += ds->columns[i].numeric;
        ds->has_other |= !ds->columns[i].numeric || numbers > 256;
    }
    return HC_OK;
}

static enum hc_status unite(const struct hc_schemas *schemas, struct union_of *all,
    struct hc_dataset *ds, struct hc_error *err)
{
    size_t gauges = 0;

    for (size_t k = 0; k < schemas->n; k++)
        HC_TRY(add_schema(all, &schemas->items[k], ds, err));
    ds->columns = hc_calloc(all->n + 3, sizeof(*ds->columns));
    if (!ds->columns)
        return HC_NO_MEMORY;
    HC_TRY(add_keys(schemas, ds, err));
    HC_TRY(take_all(ds, all, &gauges));
    if (!gauges)
        return hc_missing_gauge(
            &schemas->items[0], ds->files[schemas->items[0].first_file].path, err);
    HC_TRY(say_widened(ds, all));
    HC_TRY(say_missing(ds, schemas));
    HC_TRY(say_unnamed(ds, schemas));
    return settle_other(ds);
}

enum hc_status hc_unify(
    const struct hc_schemas *schemas, struct hc_dataset *ds, struct hc_error *err)
{
    struct union_of all = {.by_name = {.any_case = true}};
    enum hc_status status = unite(schemas, &all, ds, err);

    hc_name_index_clear(&all.by_name);
    hc_free(all.items);
    return status;
}
