#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dataset/inside.h"

/* ---- types ---- */

static enum hc_class class_of(const char *type)
{
    static const char *const numbers[] = {"DOUBLE", "FLOAT", "BIGINT", "INTEGER",
        "SMALLINT", "TINYINT", "HUGEINT", "UBIGINT", "UINTEGER", "USMALLINT", "UTINYINT",
        "UHUGEINT"};

    if (!strcmp(type, "\"NULL\""))
        return HC_CLASS_NONE;
    if (!strcmp(type, "VARCHAR") || !strcmp(type, "JSON"))
        return HC_CLASS_TEXT;
    if (!strncmp(type, "DECIMAL", 7))
        return HC_CLASS_NUMBER;
    for (size_t i = 0; i < HC_COUNT(numbers); i++)
        if (!strcmp(type, numbers[i]))
            return HC_CLASS_NUMBER;
    return HC_CLASS_OTHER;
}

/* ---- the fields of one schema ---- */

static enum hc_status add_field(struct hc_schema *schema, struct hc_mapping *mapping,
    const char *theirs, const char *type)
{
    struct hc_field *field;

    HC_TRY(
        hc_grow(&schema->fields, &schema->cap, schema->n + 1, sizeof(*schema->fields)));
    field = &schema->fields[schema->n++];
    *field = (struct hc_field){0};
    field->theirs = hc_strdup(theirs);
    field->name = hc_strdup(hc_mapping_apply(mapping, theirs));
    field->type = hc_strdup(type);
    return field->theirs && field->name && field->type ? HC_OK : HC_NO_MEMORY;
}

enum { AT_NAME, AT_CHILDREN, AT_TYPE, AT_REPEATED, AT_NUL };

/* The first row after the column at `row` and all that is nested in it. */
static size_t skip_column(const struct hc_rows *rows, size_t row)
{
    size_t left = 1;

    for (; left && row < hc_rows_count(rows); row++)
        left += (size_t)hc_rows_int(rows, AT_CHILDREN, row) - 1;
    return row;
}

/* `rows` are the nodes of the file's tree, the root first. */
static enum hc_status add_fields(struct hc_schema *schema, struct hc_mapping *mapping,
    const struct hc_rows *rows, bool converted)
{
    for (size_t row = 1; row < hc_rows_count(rows); row = skip_column(rows, row)) {
        const char *name = hc_rows_text(rows, AT_NAME, row);
        const char *type = hc_rows_text(rows, AT_TYPE, row);
        bool nested = !type || hc_rows_int(rows, AT_CHILDREN, row) ||
                      hc_rows_int(rows, AT_REPEATED, row);
        struct hc_field *field;
        char numbered[24];

        if (converted && name && !strcmp(name, HC_NUMBER_COLUMN))
            continue;
        /* a column without a name, as DuckDB calls it */
        snprintf(numbered, sizeof(numbered), "C%zu", schema->n);
        HC_TRY(add_field(
            schema, mapping, name && *name ? name : numbered, nested ? "nested" : type));
        field = &schema->fields[schema->n - 1];
        field->unnamed = !name || !*name;
        field->class = nested ? HC_CLASS_NESTED : class_of(field->type);
        if (converted && !strcmp(field->type, "TINYINT"))
            field->class = HC_CLASS_NONE; /* our sign for it: convert.c */
    }
    return HC_OK;
}

static enum hc_status check_field(const struct hc_schema *schema, size_t i,
    const struct hc_name_index *theirs, const char *path, struct hc_error *err)
{
    const struct hc_field *field = &schema->fields[i];
    size_t same = hc_name_index_find(theirs, field->theirs, strlen(field->theirs));

    if (same != HC_NO_NAME && !strcmp(schema->fields[same].theirs, field->theirs))
        return hc_fail(err, HC_INPUT, "cannot read '%s': it has two columns '%s'", path,
            field->theirs);
    if (same != HC_NO_NAME)
        return hc_fail(err, HC_INPUT,
            "cannot read '%s': columns '%s' and '%s' differ in case alone: rename one",
            path, schema->fields[same].theirs, field->theirs);
    if (hc_is_reserved(field->name))
        return hc_fail(err, HC_INPUT,
            "cannot read '%s': hindcast needs the name '%s' itself: rename that column",
            path, field->name);
    same = hc_name_index_find(&schema->by_name, field->name, strlen(field->name));
    if (same != HC_NO_NAME)
        return hc_fail(err, HC_USAGE,
            "'%s': after --map, columns '%s' and '%s' would both be '%s': map the other "
            "one too",
            path, schema->fields[same].theirs, field->theirs, field->name);
    return HC_OK;
}

static enum hc_status check_fields(
    struct hc_schema *schema, const char *path, struct hc_error *err)
{
    struct hc_name_index theirs = {.any_case = true};
    enum hc_status status = HC_OK;

    for (size_t i = 0; !status && i < schema->n; i++) {
        const struct hc_field *field = &schema->fields[i];

        status = check_field(schema, i, &theirs, path, err);
        if (!status)
            status =
                hc_name_index_add(&theirs, field->theirs, strlen(field->theirs), NULL);
        if (!status)
            status = hc_name_index_add(
                &schema->by_name, field->name, strlen(field->name), NULL);
    }
    hc_name_index_clear(&theirs);
    return status;
}

static enum hc_status read_fields(struct hc_duck *duck, struct hc_mapping *mapping,
    const struct hc_dataset_file *file, struct hc_schema *schema, struct hc_error *err)
{
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;
    enum hc_status status;

    hc_buf_puts(&sql,
        "SELECT name, num_children, duckdb_type, "
        "repetition_type = 'REPEATED', contains(name, chr(0)) FROM parquet_schema(");
    hc_sql_text(&sql, file->readable);
    hc_buf_puts(&sql, ")");
    HC_TRY(hc_buf_check(&sql));
    status = hc_duck_rows(duck, sql.text, &rows, err);
    if (status)
        return hc_dataset_blame(file->path, status, err);
    for (size_t row = 0; row < hc_rows_count(rows); row++)
        if (hc_rows_int(rows, AT_NUL, row))
            return hc_fail(err, HC_INPUT,
                "cannot read '%s': there is a NUL in the name of a column ('%s...')",
                file->path, hc_rows_text(rows, AT_NAME, row));
    HC_TRY(add_fields(schema, mapping, rows, file->converted));
    return check_fields(schema, file->path, err);
}

/* ---- which files have the same ---- */

static void list_files(const struct hc_dataset *ds, struct hc_buf *sql)
{
    hc_buf_putc(sql, '[');
    for (size_t i = 0; i < ds->n_files; i++) {
        hc_buf_puts(sql, i ? ", " : "");
        hc_sql_text(sql, ds->files[i].readable);
    }
    hc_buf_putc(sql, ']');
}

/* A row a file: its name, its rows, and a hash of its schema. */
static enum hc_status ask_all(struct hc_duck *duck, const struct hc_dataset *ds,
    struct hc_rows **ret, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;

    hc_buf_puts(&sql,
        "SELECT file_name, num_rows, CAST(schema AS VARCHAR), concat('c', schema) "
        "FROM parquet_file_metadata(");
    list_files(ds, &sql);
    if (ds->n_files == 1) {
        hc_buf_puts(&sql, "), (SELECT 0 AS schema)");
    } else {
        hc_buf_puts(&sql,
            ") JOIN (SELECT file_name, hash(list_sort(list(concat_ws(chr(31), CASE WHEN "
            "type IS NULL AND (name LIKE '%schema' OR name IN ('root', 'm')) THEN '' "
            "ELSE "
            "name END, duckdb_type, num_children)))) AS schema FROM parquet_schema(");
        list_files(ds, &sql);
        hc_buf_puts(&sql, ") GROUP BY file_name) USING (file_name)");
    }
    HC_TRY(hc_buf_check(&sql));
    return hc_duck_rows(duck, sql.text, ret, err);
}

/* DuckDB did not say which file of many is broken. */
static enum hc_status find_broken(struct hc_duck *duck, const struct hc_dataset *ds,
    enum hc_status status, struct hc_error *err)
{
    struct hc_error first = err ? *err : (struct hc_error){0};

    if (status != HC_INPUT)
        return status;
    for (size_t i = 0; i < ds->n_files; i++) {
        HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;
        struct hc_dataset one = {.n_files = 1, .files = &ds->files[i]};
        enum hc_status of_one = ask_all(duck, &one, &rows, err);

        if (of_one)
            return hc_dataset_blame(ds->files[i].path, of_one, err);
    }
    return hc_fail(err, status, "%s", first.message);
}

struct sorting {
    struct hc_name_index schemas; /* the hash of each */
    struct hc_name_index files;   /* the readable of each */
    size_t *schema_of;            /* [files] */
};

static enum hc_status new_schema(struct hc_schemas *schemas)
{
    HC_TRY(
        hc_grow(&schemas->items, &schemas->cap, schemas->n + 1, sizeof(*schemas->items)));
    schemas->items[schemas->n++] = (struct hc_schema){.by_name = {.any_case = true}};
    return HC_OK;
}

static enum hc_status index_files(
    const struct hc_dataset *ds, struct sorting *sorting, struct hc_error *err)
{
    sorting->schema_of = hc_alloc(ds->n_files, sizeof(*sorting->schema_of));
    if (!sorting->schema_of)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < ds->n_files; i++) {
        const char *readable = ds->files[i].readable;
        size_t at;

        HC_TRY(hc_name_index_add(&sorting->files, readable, strlen(readable), &at));
        if (at != i) /* found twice, and each time another file */
            return hc_fail(err, HC_INPUT, "'%s' changed while it was read: try again",
                ds->files[i].path);
        sorting->schema_of[i] = SIZE_MAX;
    }
    return HC_OK;
}

/* Takes rows and schema's hash of each file; a schema's number comes later. */
static enum hc_status take_answers(const struct hc_rows *rows, struct hc_dataset *ds,
    struct sorting *sorting, struct hc_error *err)
{
    for (size_t row = 0; row < hc_rows_count(rows); row++) {
        const char *readable = hc_rows_text(rows, 0, row);
        size_t i = hc_name_index_find(&sorting->files, readable, strlen(readable));

        if (i == HC_NO_NAME)
            continue;
        ds->files[i].rows = (uint64_t)hc_rows_int(rows, 1, row);
        sorting->schema_of[i] = row;
    }
    for (size_t i = 0; i < ds->n_files; i++)
        if (sorting->schema_of[i] == SIZE_MAX)
            return hc_fail(err, HC_INTERNAL, "DuckDB does not know the file '%s'",
                ds->files[i].path);
    return HC_OK;
}

/* Numbers the schemas in the order of the files. */
static enum hc_status number_schemas(const struct hc_rows *rows,
    const struct hc_dataset *ds, struct sorting *sorting, struct hc_schemas *ret)
{
    for (size_t i = 0; i < ds->n_files; i++) {
        /* converted or not is a part of it: TINYINT means something else there */
        size_t row = sorting->schema_of[i], known;
        const char *hash = hc_rows_text(rows, ds->files[i].converted ? 3 : 2, row);

        HC_TRY(hc_name_index_add(&sorting->schemas, hash, strlen(hash), &known));
        if (known == ret->n) {
            HC_TRY(new_schema(ret));
            ret->items[known].first_file = i;
        }
        sorting->schema_of[i] = known;
        ret->items[known].n_files++;
    }
    return HC_OK;
}

/* Puts the files of one schema beside each other. */
static enum hc_status sort_files(
    struct hc_dataset *ds, const size_t *schema_of, struct hc_schemas *ret)
{
    struct hc_dataset_file *sorted = hc_alloc(ds->n_files, sizeof(*sorted));
    size_t at = 0;

    if (!sorted)
        return HC_NO_MEMORY;
    for (size_t k = 0; k < ret->n; k++) {
        size_t from = ret->items[k].first_file, left = ret->items[k].n_files;

        ret->items[k].first_file = at;
        for (size_t i = from; left; i++)
            if (schema_of[i] == k)
                sorted[at++] = ds->files[i], left--;
    }
    memcpy(ds->files, sorted, ds->n_files * sizeof(*sorted));
    hc_free(sorted);
    return HC_OK;
}

static enum hc_status sort_by_schema(const struct hc_rows *rows, struct hc_dataset *ds,
    struct hc_schemas *ret, struct hc_error *err)
{
    struct sorting sorting = {0};
    enum hc_status status = index_files(ds, &sorting, err);

    if (!status)
        status = take_answers(rows, ds, &sorting, err);
    if (!status)
        status = number_schemas(rows, ds, &sorting, ret);
    if (!status)
        status = sort_files(ds, sorting.schema_of, ret);
    hc_name_index_clear(&sorting.schemas);
    hc_name_index_clear(&sorting.files);
    hc_free(sorting.schema_of);
    return status;
}

enum hc_status hc_schemas_fetch(struct hc_duck *duck, struct hc_mapping *mapping,
    struct hc_dataset *ds, struct hc_schemas *ret, struct hc_error *err)
{
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;
    enum hc_status status = ask_all(duck, ds, &rows, err);

    if (status)
        return find_broken(duck, ds, status, err);
    HC_TRY(sort_by_schema(rows, ds, ret, err));
    for (size_t k = 0; k < ret->n; k++) {
        struct hc_schema *schema = &ret->items[k];

        HC_TRY(read_fields(duck, mapping, &ds->files[schema->first_file], schema, err));
    }
    return HC_OK;
}
