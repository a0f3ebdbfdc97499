/*
 * What is not Parquet becomes a Parquet file in the temporary folder, once: its rows in
 * their order, its columns of one of four types, found over the whole file:
 *
 *     DOUBLE   every value is a number, or a word for none ("", NA, null, ...)
 *     BIGINT   the same, of `timestamp`, where all digits matter
 *     TINYINT  there is no value at all: goes with any type in other files
 *     VARCHAR  anything else; always `node`, `cluster`, labels of --match and --group-by
 *
 * Two passes over the text: one to find the types, one to write.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "dataset/inside.h"

/*
 * Is a text a word for no value? Not by IN, which DuckDB makes a join for each column,
 * nor by a regular expression, which takes a millisecond to prepare.
 */
#define IS_NO_VALUE                                                                      \
    "contains('||na|n/a|#n/a|null|none|<na>|-|', '|' || lower(trim(%s)) || '|')"

/* ---- types ---- */

/* How many are there, are numbers, whole numbers, words for none, have quotes. */
enum { PRESENT, DOUBLES, BIGINTS, WORDS, QUOTED, PER_COLUMN };

static void add_counts(struct hc_buf *sql, const struct hc_text_file *text, size_t i)
{
    bool json = text->file->format == HC_FILE_JSON;
    HC_CLEANUP(hc_buf_clear) struct hc_buf name = HC_BUF_INIT;
    HC_CLEANUP(hc_buf_clear) struct hc_buf bare = HC_BUF_INIT;

    hc_sql_name(&name, text->columns[i].name);
    hc_buf_printf(
        &bare, json ? "trim(CAST(%s AS VARCHAR), '\"')" : "%s", hc_buf_str(&name));
    /* not by FILTER: each keeps a chunk of all columns */
    hc_buf_printf(sql,
        "count(%s), count(TRY_CAST(%s AS DOUBLE)), count(TRY_CAST(%s AS BIGINT)), "
        "count(CASE WHEN TRY_CAST(%s AS DOUBLE) IS NULL THEN CASE WHEN " IS_NO_VALUE
        " THEN 1 END END), ",
        hc_buf_str(&name), hc_buf_str(&bare), hc_buf_str(&bare), hc_buf_str(&bare),
        hc_buf_str(&bare));
    if (json)
        hc_buf_printf(sql,
            "count(CASE WHEN starts_with(CAST(%s AS VARCHAR), '\"') THEN 1 END)",
            hc_buf_str(&name));
    else
        hc_buf_putc(sql, '0');
    sql->failed |= name.failed || bare.failed;
}

static const char *type_of(
    const struct hc_text_column *column, const struct hc_rows *rows, size_t at)
{
    int64_t present = hc_rows_int(rows, at + PRESENT, 0);
    int64_t values = present - hc_rows_int(rows, at + WORDS, 0);

    if (!present)
        return "TINYINT";
    /* "1" in JSON is text, but "NaN" among numbers is one */
    if (values && hc_rows_int(rows, at + QUOTED, 0) == present)
        return "VARCHAR";
    if (column->keep_text || hc_rows_int(rows, at + DOUBLES, 0) != values)
        return "VARCHAR";
    if (column->exact && hc_rows_int(rows, at + BIGINTS, 0) == values)
        return "BIGINT";
    return "DOUBLE";
}

enum { COLUMNS_AT_ONCE = 400 };

/* The types of columns [from, to). */
static enum hc_status find_some(struct hc_duck *duck, struct hc_text_file *text,
    size_t from, size_t to, struct hc_error *err)
{
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;

    hc_buf_puts(&sql, "SELECT ");
    for (size_t i = from; i < to; i++) {
        hc_buf_puts(&sql, i > from ? ", " : "");
        add_counts(&sql, text, i);
    }
    hc_buf_puts(&sql, " FROM ");
    hc_text_file_read(text, HC_TEXT_TYPES, &sql);
    HC_TRY(hc_buf_check(&sql));
    HC_TRY(hc_duck_rows(duck, sql.text, &rows, err));
    for (size_t i = from; i < to; i++)
        text->columns[i].type = type_of(&text->columns[i], rows, (i - from) * PER_COLUMN);
    return HC_OK;
}

static enum hc_status find_types(
    struct hc_duck *duck, struct hc_text_file *text, struct hc_error *err)
{
    for (size_t i = 0; text->useless && i < text->n; i++)
        text->columns[i].type = "VARCHAR";
    if (text->useless)
        return HC_OK;
    for (size_t from = 0; from < text->n; from += COLUMNS_AT_ONCE) {
        size_t to = from + COLUMNS_AT_ONCE;

        HC_TRY(find_some(duck, text, from, to < text->n ? to : text->n, err));
    }
    return HC_OK;
}

/* ---- writing ---- */

static void add_value(struct hc_buf *sql, const struct hc_text_column *column)
{
    if (!strcmp(column->type, "VARCHAR")) {
        hc_sql_name(sql, column->name);
    } else if (!strcmp(column->type, "TINYINT")) {
        hc_buf_puts(sql, "CAST(NULL AS TINYINT)");
    } else {
        hc_buf_puts(sql, "TRY_CAST(");
        hc_sql_name(sql, column->name);
        hc_buf_printf(sql, " AS %s)", column->type);
    }
    hc_buf_puts(sql, " AS ");
    hc_sql_name(sql, column->name);
}

static enum hc_status write_parquet(struct hc_duck *duck, const struct hc_text_file *text,
    const char *path, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;

    hc_buf_puts(&sql, "COPY (SELECT ");
    for (size_t i = 0; i < text->n; i++) {
        hc_buf_puts(&sql, i ? ", " : "");
        add_value(&sql, &text->columns[i]);
    }
    /* JSON is read in order only when its rows have to be numbered */
    if (text->file->format == HC_FILE_JSON)
        hc_buf_puts(&sql, ", row_number() OVER () AS " HC_NUMBER_COLUMN);
    hc_buf_puts(&sql, " FROM ");
    hc_text_file_read(text, HC_TEXT_ROWS, &sql);
    hc_buf_puts(&sql, text->useless ? " LIMIT 0) TO " : ") TO ");
    hc_sql_text(&sql, path);
    hc_buf_puts(&sql, " (" HC_TEMP_PARQUET ")");
    HC_TRY(hc_buf_check(&sql));
    return hc_duck_run(duck, sql.text, err);
}

/* ---- which columns are names ---- */

static bool is_label(const struct hc_dataset_request *request, const char *name)
{
    if (request->group_by && !strcasecmp(name, request->group_by))
        return true;
    for (size_t i = 0; i < request->n_matches; i++) {
        const char *equals = strchr(request->matches[i], '=');
        size_t len = equals ? (size_t)(equals - request->matches[i]) : 0;

        if (len == strlen(name) && !strncasecmp(name, request->matches[i], len))
            return true;
    }
    return false;
}

static void settle_names(const struct hc_dataset_request *request,
    struct hc_mapping *mapping, struct hc_text_file *text)
{
    for (size_t i = 0; i < text->n; i++) {
        struct hc_text_column *column = &text->columns[i];
        const char *ours = hc_mapping_apply(mapping, column->name);

        column->keep_text = !strcmp(ours, HC_KEY_NODE) || !strcmp(ours, HC_KEY_CLUSTER) ||
                            is_label(request, ours);
        column->exact = !strcmp(ours, HC_KEY_TIME);
    }
}

static bool has_keys(struct hc_mapping *mapping, const struct hc_text_file *text)
{
    bool time = false, node = false;

    for (size_t i = 0; i < text->n; i++) {
        const char *ours = hc_mapping_apply(mapping, text->columns[i].name);

        time |= !strcmp(ours, HC_KEY_TIME);
        node |= !strcmp(ours, HC_KEY_NODE);
    }
    return time && node;
}

/* ---- files ---- */

static enum hc_status convert_text(struct hc_duck *duck,
    const struct hc_dataset_request *request, struct hc_mapping *mapping,
    struct hc_text_file *text, const char *path, struct hc_error *err)
{
    enum hc_status status;

    settle_names(request, mapping, text);
    text->useless = !has_keys(mapping, text);
    status = find_types(duck, text, err);
    if (!status)
        status = write_parquet(duck, text, path, err);
    return hc_dataset_blame(text->file->path, status, err);
}

static enum hc_status convert(struct hc_duck *duck,
    const struct hc_dataset_request *request, struct hc_mapping *mapping,
    struct hc_dataset *ds, size_t i, struct hc_error *err)
{
    struct hc_dataset_file *file = &ds->files[i];
    HC_CLEANUP(hc_freep) char *converted = NULL;
    struct hc_text_file text = {0};
    char name[32], path[HC_PATH_MAX];
    enum hc_status status;

    snprintf(name, sizeof(name), "text-%zu.parquet", i);
    HC_TRY(hc_path_join(request->temp_dir, name, path, err));
    HC_TRY(hc_safe_path(ds, path, true, &converted, err));
    status = hc_text_file_open(duck, file, &text, err);
    if (!status)
        status = convert_text(duck, request, mapping, &text, converted, err);
    hc_text_file_clear(&text);
    HC_TRY(status);
    hc_free(file->readable);
    file->readable = hc_take(&converted);
    file->converted = true;
    return HC_OK;
}

enum hc_status hc_convert_all(struct hc_duck *duck,
    const struct hc_dataset_request *request, struct hc_mapping *mapping,
    struct hc_dataset *ds, struct hc_error *err)
{
    for (size_t i = 0; i < ds->n_files; i++)
        if (ds->files[i].format != HC_FILE_PARQUET)
            HC_TRY(convert(duck, request, mapping, ds, i, err));
    return HC_OK;
}
