#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "replay/quantity.h"
#include "replay/sheet.h"

/* ---- opening ---- */

static bool is_parquet(const char *path)
{
    char magic[4] = "";
    FILE *file = fopen(path, "rb");
    bool is = file && fread(magic, 1, sizeof(magic), file) == sizeof(magic) &&
              !memcmp(magic, "PAR1", sizeof(magic));

    if (file)
        fclose(file);
    return is;
}

static void add_source(struct hc_buf *sql, const char *path)
{
    bool parquet = is_parquet(path);

    hc_buf_puts(sql, parquet ? "read_parquet(" : "read_csv(");
    hc_sql_text(sql, path);
    hc_buf_puts(sql, parquet ? ")" : ", all_varchar=true, header=true)");
}

/* What the file calls a column of ours; NULL: not there. */
static const char *find_name(const struct hc_rows *described, const char *name)
{
    for (size_t i = 0; i < hc_rows_count(described); i++)
        if (!strcasecmp(hc_rows_text(described, 0, i), name))
            return hc_rows_text(described, 0, i);
    return NULL;
}

/* The column that a map names, if the file has it. */
static const char *find_mapped(
    const struct hc_rows *described, const struct hc_sheet_maps *maps, const char *ours)
{
    for (size_t i = 0; i < maps->n; i++) {
        const char *equals = strchr(maps->items[i], '=');
        const char *found;

        if (!equals || (size_t)(equals - maps->items[i]) != strlen(ours) ||
            strncasecmp(maps->items[i], ours, strlen(ours)) != 0)
            continue;
        found = find_name(described, equals + 1);
        if (found && maps->used)
            maps->used[i] = true;
        if (found)
            return found;
    }
    return NULL;
}

static enum hc_status find_column(struct hc_sheet *t, const struct hc_rows *described,
    const struct hc_sheet_maps *maps, size_t column, struct hc_error *err)
{
    const struct hc_sheet_column *c = &t->columns[column];
    const char *found = find_mapped(described, maps, c->names[0]);

    for (size_t i = 0; i < HC_SHEET_NAMES_MAX && c->names[i] && !found; i++)
        found = find_name(described, c->names[i]);
    if (!found && c->needed)
        return hc_fail(err, HC_INPUT,
            "'%s' has no column '%s': name it with --map %s=THEIRS", t->path, c->names[0],
            c->names[0]);
    if (found && !(t->theirs[column] = hc_strdup(found)))
        return HC_NO_MEMORY;
    return HC_OK;
}

static enum hc_status find_columns(struct hc_duck *duck, struct hc_sheet *t,
    const char *from, const struct hc_sheet_maps *maps, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;
    HC_CLEANUP(hc_rows_freep) struct hc_rows *described = NULL;

    hc_buf_printf(&sql, "DESCRIBE SELECT * FROM %s", from);
    HC_TRY(hc_buf_check(&sql));
    HC_TRY(hc_duck_rows(duck, sql.text, &described, err));
    for (size_t i = 0; i < t->n_columns; i++)
        HC_TRY(find_column(t, described, maps, i, err));
    return HC_OK;
}

static enum hc_status start(struct hc_duck *duck, struct hc_sheet *t, const char *from,
    const char *order, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;

    hc_buf_puts(&sql, "SELECT ");
    for (size_t i = 0; i < t->n_columns; i++) {
        hc_buf_puts(&sql, i ? ", CAST(" : "CAST(");
        if (t->theirs[i])
            hc_sql_name(&sql, t->theirs[i]);
        else
            hc_buf_puts(&sql, "NULL");
        hc_buf_puts(&sql, " AS VARCHAR)");
    }
    hc_buf_printf(&sql, " FROM %s", from);
    if (order)
        hc_buf_printf(&sql, " ORDER BY %s", order);
    HC_TRY(hc_buf_check(&sql));
    return hc_stream_open(duck, sql.text, &t->stream, err);
}

static enum hc_status open_from(struct hc_duck *duck, const char *from, const char *order,
    const struct hc_sheet_maps *maps, struct hc_sheet *t, struct hc_error *err)
{
    assert(t->n_columns <= HC_SHEET_COLUMNS_MAX);
    HC_TRY(find_columns(duck, t, from, maps, err));
    return start(duck, t, from, order, err);
}

enum hc_status hc_sheet_open(struct hc_duck *duck, const char *path,
    const struct hc_sheet_column *columns, size_t n_columns, struct hc_sheet_maps maps,
    struct hc_sheet *ret, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf from = HC_BUF_INIT;
    HC_CLEANUP(hc_sheet_clear)
    struct hc_sheet t = {.path = path, .columns = columns, .n_columns = n_columns};

    if (hc_path_kind(path) == HC_PATH_NONE)
        return hc_fail(err, HC_INPUT, "cannot open '%s': no such file", path);
    add_source(&from, path);
    HC_TRY(hc_buf_check(&from));
    HC_TRY(open_from(duck, from.text, NULL, &maps, &t, err));
    *ret = t;
    t = (struct hc_sheet){0};
    return HC_OK;
}

void hc_sheet_put_files(struct hc_buf *sql, const char *const *files, size_t n_files)
{
    hc_buf_puts(sql, "read_parquet([");
    for (size_t i = 0; i < n_files; i++) {
        hc_buf_puts(sql, i ? ", " : "");
        hc_sql_text(sql, files[i]);
    }
    hc_buf_puts(sql, "], union_by_name=true, hive_partitioning=false)");
}

enum hc_status hc_sheet_open_all(struct hc_duck *duck, const char *label,
    const char *const *files, size_t n_files, const char *order,
    const struct hc_sheet_column *columns, size_t n_columns, struct hc_sheet *ret,
    struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf from = HC_BUF_INIT;
    HC_CLEANUP(hc_sheet_clear)
    struct hc_sheet t = {.path = label, .columns = columns, .n_columns = n_columns};
    const struct hc_sheet_maps none = {0};

    hc_sheet_put_files(&from, files, n_files);
    HC_TRY(hc_buf_check(&from));
    HC_TRY(open_from(duck, from.text, order, &none, &t, err));
    *ret = t;
    t = (struct hc_sheet){0};
    return HC_OK;
}

void hc_sheet_clear(struct hc_sheet *table)
{
    hc_stream_close(table->stream);
    for (size_t i = 0; i < HC_SHEET_COLUMNS_MAX; i++)
        hc_free(table->theirs[i]);
    *table = (struct hc_sheet){0};
}

/* ---- rows ---- */

enum hc_status hc_sheet_next(struct hc_sheet *table, bool *ret, struct hc_error *err)
{
    table->at++;
    if (table->at >= table->n_rows) {
        HC_TRY(hc_stream_next(table->stream, &table->n_rows, err));
        table->at = 0;
    }
    *ret = table->n_rows > 0;
    table->row += *ret;
    return HC_OK;
}

bool hc_sheet_has(const struct hc_sheet *table, size_t column)
{
    return table->theirs[column] != NULL;
}

const char *hc_sheet_text(const struct hc_sheet *table, size_t column, size_t *ret_len)
{
    return hc_stream_text(table->stream, column, table->at, ret_len);
}

enum hc_status hc_sheet_fail(
    const struct hc_sheet *table, size_t column, const char *what, struct hc_error *err)
{
    size_t len = 0;
    const char *text = hc_sheet_text(table, column, &len);

    if (!text)
        return hc_fail(err, HC_INPUT, "'%s', row %llu, column '%s': no value, %s",
            table->path, (unsigned long long)table->row, table->columns[column].names[0],
            what);
    return hc_fail(err, HC_INPUT, "'%s', row %llu, column '%s': '%.*s' %s", table->path,
        (unsigned long long)table->row, table->columns[column].names[0],
        (int)(len < 64 ? len : 64), text, what);
}

enum hc_status hc_sheet_int(const struct hc_sheet *table, size_t column, int64_t scale,
    int64_t fallback, int64_t *ret, struct hc_error *err)
{
    size_t len = 0;
    const char *text = hc_sheet_text(table, column, &len);

    *ret = fallback;
    if (!text || !len)
        return HC_OK;
    if (!hc_number_parse(text, len, scale, ret) || *ret < 0)
        return hc_sheet_fail(table, column, "is not a number from 0 on", err);
    return HC_OK;
}

enum hc_status hc_sheet_time(const struct hc_sheet *table, size_t column,
    int64_t fallback, int64_t *ret, struct hc_error *err)
{
    size_t len = 0;
    const char *text = hc_sheet_text(table, column, &len);
    struct hc_instant instant;
    char copy[HC_TIME_TEXT] = "";

    *ret = fallback;
    if (!text || !len || hc_number_parse(text, len, HC_SECOND_US, ret))
        return HC_OK;
    memcpy(copy, text, len < sizeof(copy) ? len : sizeof(copy) - 1);
    if (!hc_time_parse(copy, &instant))
        return hc_sheet_fail(table, column, "is neither seconds nor a time", err);
    *ret = instant.us;
    return HC_OK;
}
