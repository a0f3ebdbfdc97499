#include <string.h>

#include "dataset/inside.h"

static const char *const packings[] = {"uncompressed", "gzip", "zstd"};

void hc_text_file_clear(struct hc_text_file *text)
{
    for (size_t i = 0; i < text->n; i++)
        hc_free(text->columns[i].name);
    hc_free(text->columns);
    *text = (struct hc_text_file){0};
}

static void add_source(const struct hc_text_file *text, struct hc_buf *sql)
{
    bool plain_csv =
        text->file->format == HC_FILE_CSV && text->file->packing == HC_PACKED_NONE;

    hc_sql_text(sql, text->file->readable);
    hc_buf_printf(sql, ", compression='%s'",
        plain_csv ? "none" : packings[text->file->packing]);
}

/* ---- the names of the columns ---- */

/* Of the four that are in use, the one that is most often in the header. */
static char delimiter_of(const char *header)
{
    static const char candidates[] = ",;\t|";
    size_t counts[4] = {0};
    size_t best = 0;
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
    return candidates[best];
}

/* The first line as it stands: a delimiter and quotes that no file has. */
static enum hc_status find_delimiter(
    struct hc_duck *duck, struct hc_text_file *text, struct hc_error *err)
{
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;
    const char *header;

    hc_buf_puts(&sql, "SELECT l FROM read_csv(");
    add_source(text, &sql);
    hc_buf_puts(&sql,
        ", auto_detect=false, strict_mode=false, header=false, delim='\x01', "
        "quote='', escape='', columns={'l': 'VARCHAR'}) LIMIT 1");
    HC_TRY(hc_buf_check(&sql));
    HC_TRY(hc_duck_rows(duck, sql.text, &rows, err));
    header = hc_rows_count(rows) ? hc_rows_text(rows, 0, 0) : NULL;
    text->delimiter = delimiter_of(header ? header : "");
    return HC_OK;
}

static void add_csv_options(const struct hc_text_file *text, struct hc_buf *sql)
{
    char delimiter[2] = {text->delimiter, '\0'};

    hc_buf_puts(sql, ", header=true, quote='\"', escape='\"', delim=");
    hc_sql_text(sql, delimiter);
}

static enum hc_status take_names(struct hc_text_file *text, size_t n)
{
    text->columns = hc_calloc(n, sizeof(*text->columns));
    text->n = n;
    return text->columns ? HC_OK : HC_NO_MEMORY;
}

static enum hc_status csv_names(
    struct hc_duck *duck, struct hc_text_file *text, struct hc_error *err)
{
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;

    HC_TRY(find_delimiter(duck, text, err));
    hc_buf_puts(&sql, "SELECT * FROM read_csv(");
    add_source(text, &sql);
    hc_buf_puts(&sql, ", all_varchar=true, comment='', skip=0");
    add_csv_options(text, &sql);
    hc_buf_puts(&sql, ") LIMIT 0");
    HC_TRY(hc_buf_check(&sql));
    HC_TRY(hc_duck_rows(duck, sql.text, &rows, err));
    HC_TRY(take_names(text, hc_rows_columns(rows)));
    for (size_t i = 0; i < text->n; i++) {
        text->columns[i].name = hc_strdup(hc_rows_name(rows, i));
        if (!text->columns[i].name)
            return HC_NO_MEMORY;
    }
    return HC_OK;
}

static enum hc_status json_names(
    struct hc_duck *duck, struct hc_text_file *text, struct hc_error *err)
{
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;

    hc_buf_puts(&sql, "DESCRIBE SELECT * FROM read_json(");
    add_source(text, &sql);
    hc_buf_puts(&sql, ", records=true, sample_size=-1, maximum_depth=1, "
                      "map_inference_threshold=-1, field_appearance_threshold=0)");
    HC_TRY(hc_buf_check(&sql));
    HC_TRY(hc_duck_rows(duck, sql.text, &rows, err));
    HC_TRY(take_names(text, hc_rows_count(rows)));
    for (size_t i = 0; i < text->n; i++) {
        text->columns[i].name = hc_strdup(hc_rows_text(rows, 0, i));
        if (!text->columns[i].name)
            return HC_NO_MEMORY;
    }
    return HC_OK;
}

enum hc_status hc_text_file_open(struct hc_duck *duck, const struct hc_dataset_file *file,
    struct hc_text_file *ret, struct hc_error *err)
{
    enum hc_status status;

    *ret = (struct hc_text_file){.file = file};
    status = file->format == HC_FILE_JSON ? json_names(duck, ret, err)
                                          : csv_names(duck, ret, err);
    return hc_dataset_blame(file->path, status, err);
}

/* ---- all of it as text ---- */

static void add_columns(
    const struct hc_text_file *text, const char *type, struct hc_buf *sql)
{
    hc_buf_puts(sql, ", columns={");
    for (size_t i = 0; i < text->n; i++) {
        hc_buf_puts(sql, i ? ", " : "");
        hc_sql_text(sql, text->columns[i].name);
        hc_buf_printf(sql, ": '%s'", type);
    }
    hc_buf_puts(sql, "}");
}

void hc_text_file_read(const struct hc_text_file *text, bool in_order, struct hc_buf *sql)
{
    bool json = text->file->format == HC_FILE_JSON;

    hc_buf_puts(sql, json ? "read_json(" : "read_csv(");
    add_source(text, sql);
    if (json) {
        hc_buf_puts(sql, ", records=true");
        add_columns(text, "JSON", sql);
    } else {
        hc_buf_puts(sql, ", auto_detect=false");
        add_csv_options(text, sql);
        hc_buf_puts(sql, in_order ? ", parallel=false" : "");
        add_columns(text, "VARCHAR", sql);
    }
    hc_buf_putc(sql, ')');
}
