#include <stdio.h>
#include <string.h>

#include "dataset/inside.h"

void hc_text_file_clear(struct hc_text_file *text)
{
    for (size_t i = 0; i < text->n; i++)
        hc_free(text->columns[i].name);
    hc_free(text->columns);
    *text = (struct hc_text_file){0};
}

static void add_source(const struct hc_text_file *text, struct hc_buf *sql)
{
    static const char *const packings[] = {"auto", "gzip", "zstd"};
    bool json = text->file->format == HC_FILE_JSON;
    const char *packing = packings[text->file->packing];

    if (text->file->packing == HC_PACKED_NONE)
        packing = json ? "uncompressed" : "none";
    hc_sql_text(sql, text->file->readable);
    hc_buf_printf(sql, ", compression='%s'", packing);
}

static enum hc_status take_columns(struct hc_text_file *text, size_t n)
{
    text->columns = hc_calloc(n ? n : 1, sizeof(*text->columns));
    text->n = text->columns ? n : 0;
    return text->columns ? HC_OK : HC_NO_MEMORY;
}

enum { MOST_COLUMNS = 10000 };

static enum hc_status too_many(size_t columns, struct hc_error *err)
{
    return hc_fail(err, HC_INPUT, "it has %zu columns; of text at most %d are read",
        columns, MOST_COLUMNS);
}

/* ---- the header of a CSV file ---- */

/*
 * DuckDB's own sniffer reads "a,b,c" as one column if a later line does not fit, and
 * skips lines that it takes for a comment: so the header is read here. In parallel, LIMIT
 * would give the first line of any piece of the file.
 */
#define AS_IT_IS ", auto_detect=false, header=false, parallel=false"

/* Of the four that are in use, the one that is most often in the header. */
static char find_delimiter(const char *header, size_t *ret_columns)
{
    static const char candidates[] = ",;\t|";
    size_t counts[4] = {0}, best = 0;
    bool quoted = false;

    for (const char *c = header; *c; c++) {
        const char *at = strchr(candidates, *c);

        quoted ^= *c == '"';
        if (at && !quoted)
            counts[at - candidates]++;
    }
    for (size_t i = 1; i < 4; i++)
        if (counts[i] > counts[best])
            best = i;
    *ret_columns = counts[best] + 1;
    return candidates[best];
}

/* The first line as it stands: with a delimiter and quotes that no file has. */
static enum hc_status read_first_line(struct hc_duck *duck,
    const struct hc_text_file *text, struct hc_rows **ret, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;

    hc_buf_puts(&sql, "SELECT l FROM read_csv(");
    add_source(text, &sql);
    hc_buf_puts(&sql, AS_IT_IS ", strict_mode=false, delim='\x01', quote='', escape='', "
                               "columns={'l': 'VARCHAR'}) LIMIT 1");
    HC_TRY(hc_buf_check(&sql));
    return hc_duck_rows(duck, sql.text, ret, err);
}

static void add_dialect(const struct hc_text_file *text, struct hc_buf *sql)
{
    char delimiter[2] = {text->delimiter, '\0'};

    hc_buf_puts(sql, ", quote='\"', escape='\"', delim=");
    hc_sql_text(sql, delimiter);
}

/* The first line, taken apart. */
static enum hc_status read_header(struct hc_duck *duck, const struct hc_text_file *text,
    size_t columns, struct hc_rows **ret, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;

    hc_buf_puts(&sql, "SELECT * FROM read_csv(");
    add_source(text, &sql);
    hc_buf_puts(&sql, AS_IT_IS ", columns={");
    for (size_t i = 0; i < columns; i++)
        hc_buf_printf(&sql, "%s'c%zu': 'VARCHAR'", i ? ", " : "", i);
    hc_buf_putc(&sql, '}');
    add_dialect(text, &sql);
    hc_buf_puts(&sql, ") LIMIT 1");
    HC_TRY(hc_buf_check(&sql));
    return hc_duck_rows(duck, sql.text, ret, err);
}

/* A name that is there already gets a number, one that is empty its place. */
static enum hc_status name_column(
    struct hc_text_file *text, size_t i, const char *name, struct hc_name_index *known)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf unique = HC_BUF_INIT;

    if (name && *name)
        hc_buf_puts(&unique, name);
    else
        hc_buf_printf(&unique, "column%zu", i);
    for (size_t k = 1;
         hc_name_index_find(known, hc_buf_str(&unique), unique.len) != HC_NO_NAME; k++) {
        hc_buf_reset(&unique);
        hc_buf_printf(&unique, "%s_%zu", name && *name ? name : "column", k);
    }
    HC_TRY(hc_buf_check(&unique));
    text->columns[i].name = hc_strdup(unique.text);
    if (!text->columns[i].name)
        return HC_NO_MEMORY;
    return hc_name_index_add(known, unique.text, unique.len, NULL);
}

static enum hc_status name_columns(struct hc_text_file *text, const struct hc_rows *rows)
{
    struct hc_name_index known = {.any_case = true};
    enum hc_status status = take_columns(text, hc_rows_columns(rows));

    for (size_t i = 0; !status && i < text->n; i++)
        status = name_column(text, i, hc_rows_text(rows, i, 0), &known);
    hc_name_index_clear(&known);
    return status;
}

static enum hc_status open_csv(
    struct hc_duck *duck, struct hc_text_file *text, struct hc_error *err)
{
    HC_CLEANUP(hc_rows_freep) struct hc_rows *line = NULL;
    HC_CLEANUP(hc_rows_freep) struct hc_rows *header = NULL;
    size_t columns;

    HC_TRY(read_first_line(duck, text, &line, err));
    if (!hc_rows_count(line) || !hc_rows_text(line, 0, 0))
        return hc_fail(err, HC_INPUT, "its first line is empty");
    text->delimiter = find_delimiter(hc_rows_text(line, 0, 0), &columns);
    if (columns > MOST_COLUMNS)
        return too_many(columns, err);
    HC_TRY(read_header(duck, text, columns, &header, err));
    if (!hc_rows_count(header))
        return hc_fail(err, HC_INPUT, "its first line is empty");
    return name_columns(text, header);
}

/* ---- the fields of JSON objects ---- */

static enum hc_status name_fields(
    struct hc_text_file *text, const struct hc_rows *rows, struct hc_error *err)
{
    struct hc_name_index known = {.any_case = true};
    enum hc_status status = take_columns(text, hc_rows_count(rows));

    for (size_t i = 0; !status && i < text->n; i++) {
        const char *name = hc_rows_text(rows, 0, i);
        size_t same = hc_name_index_find(&known, name, strlen(name));

        text->columns[i].name = hc_strdup(name);
        if (!text->columns[i].name)
            status = HC_NO_MEMORY;
        else if (same != HC_NO_NAME)
            status = hc_fail(err, HC_INPUT,
                "columns '%s' and '%s' differ in case alone: rename one",
                text->columns[same].name, name);
        else
            status = hc_name_index_add(&known, name, strlen(name), NULL);
    }
    hc_name_index_clear(&known);
    return status;
}

/* Not by DESCRIBE: DuckDB's sniffer goes down every level and runs out of stack. */
static enum hc_status open_json(
    struct hc_duck *duck, struct hc_text_file *text, struct hc_error *err)
{
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;

    hc_buf_puts(&sql,
        "SELECT k FROM (SELECT unnest(keys) AS k, generate_subscripts(keys, "
        "1) AS place FROM (SELECT json_keys(json) AS keys FROM "
        "read_json_objects(");
    add_source(text, &sql);
    hc_buf_puts(&sql, "))) GROUP BY k ORDER BY min(place), k");
    HC_TRY(hc_buf_check(&sql));
    HC_TRY(hc_duck_rows(duck, sql.text, &rows, err));
    if (!hc_rows_count(rows))
        return hc_fail(err, HC_INPUT, "JSON objects are expected, one a line");
    if (hc_rows_count(rows) > MOST_COLUMNS)
        return too_many(hc_rows_count(rows), err);
    return name_fields(text, rows, err);
}

enum hc_status hc_text_file_open(struct hc_duck *duck, const struct hc_dataset_file *file,
    struct hc_text_file *ret, struct hc_error *err)
{
    enum hc_status status;

    *ret = (struct hc_text_file){.file = file};
    status = file->format == HC_FILE_JSON ? open_json(duck, ret, err)
                                          : open_csv(duck, ret, err);
    return hc_dataset_blame(file->path, status, err);
}

/* ---- all of it as text ---- */

void hc_text_file_read(
    const struct hc_text_file *text, enum hc_text_pass pass, struct hc_buf *sql)
{
    bool json = text->file->format == HC_FILE_JSON;
    const char *type = json && pass == HC_TEXT_TYPES ? "JSON" : "VARCHAR";

    hc_buf_puts(sql, json ? "read_json(" : "read_csv(");
    add_source(text, sql);
    hc_buf_puts(sql, json ? ", records=true" : ", auto_detect=false, header=true");
    if (!json)
        add_dialect(text, sql);
    if (!json && pass == HC_TEXT_ROWS)
        hc_buf_puts(sql, ", parallel=false");
    hc_buf_puts(sql, ", columns={");
    for (size_t i = 0; i < text->n; i++) {
        hc_buf_puts(sql, i ? ", " : "");
        hc_sql_text(sql, text->columns[i].name);
        hc_buf_printf(sql, ": '%s'", type);
    }
    hc_buf_puts(sql, "})");
}
