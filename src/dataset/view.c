#include <string.h>
#include <strings.h>

#include "dataset/inside.h"

/* ---- branches ---- */

const struct hc_schema *hc_branch_first(const struct hc_schemas *schemas, size_t branch)
{
    for (size_t k = 0; k < schemas->n; k++)
        if (schemas->items[k].branch == branch)
            return &schemas->items[k];
    assert(!"a branch has a schema");
    return NULL;
}

const struct hc_field *hc_branch_field(
    const struct hc_schemas *schemas, size_t branch, const char *name)
{
    for (size_t k = 0; k < schemas->n; k++) {
        const struct hc_field *field;

        if (schemas->items[k].branch != branch)
            continue;
        field = hc_schema_find(&schemas->items[k], name);
        if (field)
            return field;
    }
    return NULL;
}

static size_t branch_schemas(const struct hc_schemas *schemas, size_t branch)
{
    size_t n = 0;

    for (size_t k = 0; k < schemas->n; k++)
        n += schemas->items[k].branch == branch;
    return n;
}

void hc_branch_files(const struct hc_dataset *ds, const struct hc_schemas *schemas,
    size_t branch, struct hc_buf *sql)
{
    const char *between = "[";

    for (size_t k = 0; k < schemas->n; k++) {
        const struct hc_schema *schema = &schemas->items[k];

        for (size_t i = 0; schema->branch == branch && i < schema->n_files; i++) {
            hc_buf_puts(sql, between);
            hc_sql_text(sql, ds->files[schema->first_file + i].readable);
            between = ", ";
        }
    }
    hc_buf_putc(sql, ']');
}

void hc_branch_read(const struct hc_dataset *ds, const struct hc_schemas *schemas,
    size_t branch, struct hc_buf *sql)
{
    hc_buf_puts(sql, "read_parquet(");
    hc_branch_files(ds, schemas, branch, sql);
    hc_buf_puts(sql, ", hive_partitioning=false");
    if (branch_schemas(schemas, branch) > 1)
        hc_buf_puts(sql, ", union_by_name=true");
    hc_buf_putc(sql, ')');
}

/* ---- the columns of a branch ---- */

static void add_cast(struct hc_buf *sql, const struct hc_field *field, const char *type)
{
    bool none = !field || field->class == HC_CLASS_NONE;

    if (!none && !strcmp(field->type, type)) {
        hc_sql_name(sql, field->theirs);
        return;
    }
    hc_buf_puts(sql, "CAST(");
    if (none)
        hc_buf_puts(sql, "NULL");
    else
        hc_sql_name(sql, field->theirs);
    hc_buf_printf(sql, " AS %s)", type);
}

/* What a column is in the view: numbers DOUBLE; "nested" has no type to cast to. */
static const char *view_type(const struct hc_dataset_column *column, size_t branches)
{
    if (column->numeric)
        return "DOUBLE";
    return branches > 1 && !strcmp(column->type, "nested") ? "VARCHAR" : column->type;
}

static void add_name(struct hc_buf *sql, const struct hc_schemas *schemas, size_t branch,
    const char *key, const char *ours)
{
    const struct hc_field *field = hc_branch_field(schemas, branch, key);

    if (field && strcmp(field->name, key))
        field = NULL; /* "Cluster" is no key */
    hc_buf_puts(sql, ", ");
    add_cast(sql, field, "VARCHAR");
    hc_buf_printf(sql, " AS %s", ours);
}

static void add_branch(struct hc_buf *sql, const struct hc_dataset *ds,
    const struct hc_schemas *schemas, size_t branch, const struct hc_branch_time *time)
{
    size_t offset = hc_branch_first(schemas, branch)->first_file;

    hc_buf_puts(sql, "SELECT file_row_number AS hc_row, ");
    if (offset)
        hc_buf_printf(sql, "CAST(file_index + %zu AS UBIGINT)", offset);
    else
        hc_buf_puts(sql, "file_index");
    hc_buf_printf(sql, " AS hc_file, %s AS hc_time", hc_buf_str(&time->sql));
    if (ds->has_cluster)
        add_name(sql, schemas, branch, HC_KEY_CLUSTER, "hc_cluster");
    add_name(sql, schemas, branch, HC_KEY_NODE, "hc_node");
    for (size_t i = ds->n_keys; i < ds->n_columns; i++) {
        const struct hc_dataset_column *column = &ds->columns[i];

        hc_buf_puts(sql, ", ");
        add_cast(sql, hc_branch_field(schemas, branch, column->name),
            view_type(column, schemas->n_branches));
        hc_buf_puts(sql, " AS ");
        hc_sql_name(sql, column->name);
    }
    hc_buf_puts(sql, " FROM ");
    hc_branch_read(ds, schemas, branch, sql);
}

/* ---- hashes ---- */

/* NaN is missing; DuckDB hashes -0 as 0. */
static void add_hashed(struct hc_buf *sql, const struct hc_dataset_column *column)
{
    if (column->numeric)
        hc_buf_puts(sql, "nullif(");
    hc_sql_name(sql, column->name);
    if (column->numeric)
        hc_buf_puts(sql, ", CAST('nan' AS DOUBLE))");
}

static void add_hash(struct hc_buf *sql, const struct hc_dataset *ds, size_t numbers_from)
{
    const char *between = "hash(";
    size_t numbers = 0;

    for (size_t i = ds->n_keys; i < ds->n_columns; i++) {
        const struct hc_dataset_column *column = &ds->columns[i];

        if (column->numeric && numbers++ < numbers_from)
            continue;
        hc_buf_puts(sql, between);
        add_hashed(sql, column);
        between = ", ";
    }
    hc_buf_putc(sql, ')');
}

enum { KERNEL_COLUMNS = 256 }; /* of numbers that the kernel hashes itself */

void hc_other_hash(const struct hc_dataset *ds, struct hc_buf *sql)
{
    add_hash(sql, ds, KERNEL_COLUMNS);
}

void hc_row_hash(const struct hc_dataset *ds, struct hc_buf *sql)
{
    add_hash(sql, ds, 0);
}

/* ---- the view ---- */

static enum hc_status make_all(struct hc_duck *duck, const struct hc_dataset *ds,
    const struct hc_schemas *schemas, const struct hc_branch_time *times,
    struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;

    hc_buf_puts(&sql, "CREATE VIEW hc_all AS ");
    for (size_t b = 0; b < schemas->n_branches; b++) {
        hc_buf_puts(&sql, b ? " UNION ALL " : "");
        add_branch(&sql, ds, schemas, b, &times[b]);
    }
    HC_TRY(hc_buf_check(&sql));
    return hc_duck_run(duck, sql.text, err);
}

static enum hc_status make_samples(struct hc_duck *duck, const struct hc_dataset *ds,
    const struct hc_buf *keep, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;

    hc_buf_puts(&sql, "CREATE VIEW hc_samples AS SELECT *");
    if (ds->has_keep)
        hc_buf_printf(&sql, ", (%s) AS hc_keep", hc_buf_str(keep));
    if (ds->has_other) {
        hc_buf_puts(&sql, ", ");
        hc_other_hash(ds, &sql);
        hc_buf_puts(&sql, " AS hc_other");
    }
    hc_buf_puts(&sql, " FROM hc_all");
    HC_TRY(hc_buf_check(&sql));
    return hc_duck_run(duck, sql.text, err);
}

enum hc_status hc_view_make(struct hc_duck *duck,
    const struct hc_dataset_request *request, struct hc_dataset *ds,
    const struct hc_schemas *schemas, const struct hc_branch_time *times,
    const struct hc_buf *keep, struct hc_error *err)
{
    HC_TRY(hc_dataset_explain(duck, ds, make_all(duck, ds, schemas, times, err), err));
    if (request->dedup)
        HC_TRY(hc_dataset_explain(duck, ds, hc_dedup(duck, request, ds, err), err));
    return hc_dataset_explain(duck, ds, make_samples(duck, ds, keep, err), err);
}
