#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dataset/inside.h"

static void clear_schema(struct hc_schema *schema)
{
    for (size_t i = 0; i < schema->n; i++) {
        hc_free(schema->fields[i].theirs);
        hc_free(schema->fields[i].name);
        hc_free(schema->fields[i].type);
    }
    hc_free(schema->fields);
    hc_name_index_clear(&schema->by_name);
}

void hc_schemas_clear(struct hc_schemas *schemas)
{
    if (!schemas)
        return;
    for (size_t k = 0; k < schemas->n; k++)
        clear_schema(&schemas->items[k]);
    hc_free(schemas->items);
    *schemas = (struct hc_schemas){0};
}

const struct hc_field *hc_schema_find(const struct hc_schema *schema, const char *name)
{
    size_t i = hc_name_index_find(&schema->by_name, name, strlen(name));

    return i == HC_NO_NAME ? NULL : &schema->fields[i];
}

/* ---- what lacks a key ---- */

/* "timestamp" or "node", in just these letters; NULL: both are there. */
static const char *missing_key(const struct hc_schema *schema)
{
    static const char *const keys[] = {HC_KEY_TIME, HC_KEY_NODE};

    for (size_t i = 0; i < HC_COUNT(keys); i++) {
        const struct hc_field *field = hc_schema_find(schema, keys[i]);

        if (!field || strcmp(field->name, keys[i]))
            return keys[i];
    }
    return NULL;
}

static bool any_named(const struct hc_dataset *ds, const struct hc_schema *schema)
{
    for (size_t i = 0; i < schema->n_files; i++)
        if (ds->files[schema->first_file + i].named)
            return true;
    return false;
}

static enum hc_status say_dropped(struct hc_dataset *ds, const struct hc_schema *schema)
{
    const char *path = ds->files[schema->first_file].path, *key = missing_key(schema);

    if (schema->n_files > 1)
        return hc_dataset_note(ds, "left out '%s' and %zu more files: no column '%s'",
            path, schema->n_files - 1, key);
    return hc_dataset_note(ds, "left out '%s': no column '%s'", path, key);
}

static void remove_files(struct hc_dataset *ds, size_t first, size_t n)
{
    for (size_t i = first; i < first + n; i++) {
        hc_free(ds->files[i].path);
        hc_free(ds->files[i].readable);
    }
    memmove(&ds->files[first], &ds->files[first + n],
        (ds->n_files - first - n) * sizeof(*ds->files));
    ds->n_files -= n;
}

static enum hc_status drop_schema(
    struct hc_dataset *ds, struct hc_schemas *schemas, size_t k)
{
    struct hc_schema *schema = &schemas->items[k];

    HC_TRY(say_dropped(ds, schema));
    for (size_t i = 0; i < schemas->n; i++)
        if (schemas->items[i].first_file > schema->first_file)
            schemas->items[i].first_file -= schema->n_files;
    remove_files(ds, schema->first_file, schema->n_files);
    clear_schema(schema);
    memmove(schema, schema + 1, (schemas->n - k - 1) * sizeof(*schema));
    schemas->n--;
    return HC_OK;
}

/* A folder may hold tables of other kinds; what the user named must fit. */
static enum hc_status drop_others(
    struct hc_dataset *ds, struct hc_schemas *schemas, struct hc_error *err)
{
    size_t good = 0;

    for (size_t k = 0; k < schemas->n; k++)
        good += !missing_key(&schemas->items[k]);
    for (size_t k = schemas->n; k-- > 0;) {
        struct hc_schema *schema = &schemas->items[k];
        const char *key = missing_key(schema);

        if (!key)
            continue;
        if (!good || any_named(ds, schema))
            return hc_missing_key(schema, key, ds->files[schema->first_file].path, err);
        HC_TRY(drop_schema(ds, schemas, k));
    }
    return HC_OK;
}

/* A map that no file has a use for is a mistake. */
static enum hc_status check_maps(const struct hc_mapping *mapping,
    const struct hc_schemas *schemas, struct hc_error *err)
{
    for (size_t i = 0; i < mapping->n; i++)
        if (!mapping->maps[i].used)
            return hc_unused_map(&mapping->maps[i], schemas, err);
    return HC_OK;
}

/* ---- branches ---- */

/* May one read_parquet read both? */
static bool agree(const struct hc_schema *a, const struct hc_schema *b)
{
    for (size_t i = 0; i < a->n; i++) {
        const struct hc_field *x = &a->fields[i], *y = hc_schema_find(b, x->name);

        if (y && (strcasecmp(x->theirs, y->theirs) || strcmp(x->type, y->type) ||
                     x->class != y->class || x->class == HC_CLASS_NESTED))
            return false;
    }
    return true;
}

static bool fits_branch(const struct hc_schemas *schemas, size_t k, size_t branch)
{
    for (size_t i = 0; i < k; i++)
        if (schemas->items[i].branch == branch &&
            !agree(&schemas->items[i], &schemas->items[k]))
            return false;
    return true;
}

static void assign_branches(struct hc_schemas *schemas)
{
    for (size_t k = 0; k < schemas->n; k++) {
        size_t branch = 0;

        while (branch < schemas->n_branches && !fits_branch(schemas, k, branch))
            branch++;
        schemas->items[k].branch = branch;
        if (branch == schemas->n_branches)
            schemas->n_branches++;
    }
}

static int by_branch(const void *pa, const void *pb)
{
    const struct hc_schema *a = pa, *b = pb;

    if (a->branch != b->branch)
        return a->branch < b->branch ? -1 : 1;
    return a->first_file < b->first_file ? -1 : a->first_file > b->first_file;
}

/* Files of a branch stand beside each other: a file's number is its place in them. */
static enum hc_status sort_by_branch(struct hc_dataset *ds, struct hc_schemas *schemas)
{
    struct hc_dataset_file *sorted = hc_alloc(ds->n_files, sizeof(*sorted));
    size_t at = 0;

    if (!sorted)
        return HC_NO_MEMORY;
    qsort(schemas->items, schemas->n, sizeof(*schemas->items), by_branch);
    for (size_t k = 0; k < schemas->n; k++) {
        struct hc_schema *schema = &schemas->items[k];

        memcpy(&sorted[at], &ds->files[schema->first_file],
            schema->n_files * sizeof(*sorted));
        schema->first_file = at;
        at += schema->n_files;
    }
    memcpy(ds->files, sorted, ds->n_files * sizeof(*sorted));
    hc_free(sorted);
    return HC_OK;
}

enum { MOST_BRANCHES = 200 };

enum hc_status hc_schemas_read(struct hc_duck *duck, struct hc_mapping *mapping,
    struct hc_dataset *ds, struct hc_schemas *ret, struct hc_error *err)
{
    HC_TRY(hc_schemas_fetch(duck, mapping, ds, ret, err));
    HC_TRY(check_maps(mapping, ret, err));
    HC_TRY(drop_others(ds, ret, err));
    assign_branches(ret);
    if (ret->n_branches > MOST_BRANCHES)
        return hc_fail(err, HC_INPUT,
            "the files have more than %d schemas that contradict each other, such as "
            "'%s' and '%s'",
            MOST_BRANCHES, ds->files[ret->items[0].first_file].path,
            ds->files[ret->items[ret->n - 1].first_file].path);
    return sort_by_branch(ds, ret);
}
