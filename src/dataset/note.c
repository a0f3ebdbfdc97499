#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "dataset/inside.h"

enum hc_status hc_dataset_note(struct hc_dataset *ds, const char *format, ...)
{
    HC_CLEANUP(hc_freep) char *text = NULL;
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    HC_TRY(hc_grow(&ds->notes, &ds->cap_notes, ds->n_notes + 1, sizeof(*ds->notes)));
    text = hc_alloc((size_t)n + 1, 1);
    if (!text)
        return HC_NO_MEMORY;
    va_start(args, format);
    vsnprintf(text, (size_t)n + 1, format, args);
    va_end(args);
    ds->notes[ds->n_notes++] = hc_take(&text);
    return HC_OK;
}

/* DuckDB's long words in ours. */
static void reword(const char *message, char *out, size_t size)
{
    unsigned long line;

    if (sscanf(message, "CSV Error on Line: %lu", &line) == 1)
        snprintf(out, size,
            "line %lu is not like the others (number of columns, quotes, or not UTF-8)",
            line);
    else if (strstr(message, "expected records"))
        snprintf(out, size, "JSON objects are expected, one a line");
    else
        snprintf(out, size, "%s", message);
    for (size_t len = strlen(out); len && strchr(" .", out[len - 1]); len--)
        out[len - 1] = '\0';
}

/* JSON errors name the file as DuckDB knows it: ' in file "x",' goes. */
static void drop_file(char *message)
{
    char *from = strstr(message, " in file \""), *to;

    if (!from)
        return;
    to = strstr(from, "\", ");
    if (to)
        memmove(from, to + 2, strlen(to + 2) + 1);
}

enum hc_status hc_dataset_blame(
    const char *path, enum hc_status status, struct hc_error *err)
{
    char reason[sizeof(err->message)];

    if (status != HC_INPUT || !err)
        return status;
    reword(err->message, reason, sizeof(reason));
    drop_file(reason);
    return hc_fail(err, HC_INPUT, "cannot read '%s': %s", path, reason);
}

/* Reads every value of a file. */
static enum hc_status read_all(
    struct hc_duck *duck, const struct hc_dataset_file *file, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;

    hc_buf_puts(&sql, "SELECT max(hash(COLUMNS(*))) FROM read_parquet(");
    hc_sql_text(&sql, file->readable);
    hc_buf_puts(&sql, ", hive_partitioning=false)");
    HC_TRY(hc_buf_check(&sql));
    return hc_duck_run(duck, sql.text, err);
}

enum hc_status hc_dataset_explain(struct hc_duck *duck, const struct hc_dataset *ds,
    enum hc_status status, struct hc_error *err)
{
    if (status != HC_INPUT || !err || !strncmp(err->message, "cannot read", 11))
        return status;
    if (ds->n_files == 1)
        return hc_dataset_blame(ds->files[0].path, status, err);
    for (size_t i = 0; i < ds->n_files; i++) {
        struct hc_error of_file;
        enum hc_status one = read_all(duck, &ds->files[i], &of_file);

        if (one == HC_INPUT)
            return hc_dataset_blame(ds->files[i].path, status, err);
        if (one)
            return status;
    }
    return status;
}

enum hc_status hc_dataset_explain_beside(struct hc_duck *duck,
    const struct hc_dataset *ds, enum hc_status status, struct hc_error *err)
{
    if (status != HC_INPUT || !err || !strncmp(err->message, "cannot read", 11))
        return status;
    for (size_t i = 0; i < ds->n_beside; i++) {
        struct hc_error of_file;
        enum hc_status one = read_all(duck, &ds->beside[i].file, &of_file);

        if (one == HC_INPUT)
            return hc_dataset_blame(ds->beside[i].file.path, status, err);
        if (one)
            return status;
    }
    return status;
}
