/*
 * dataset_case.h - a dataset in a folder of its own, for the tests of src/dataset
 *
 * Files are made by SQL (case_parquet) or as text (case_text); then case_open or
 * case_refused. The session is locked as `analyze` locks it.
 */
#ifndef DATASET_CASE_H
#define DATASET_CASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fs.h"
#include "dataset/dataset.h"

struct dataset_case {
    char dir[HC_PATH_MAX], temp[HC_PATH_MAX];
    const char *maps[8], *matches[8];
    char names[8][HC_PATH_MAX];
    const char *paths[8];
    struct hc_dataset_request request;
    struct hc_duck *duck;
    struct hc_dataset ds;
    struct hc_error err;
};

static HC_UNUSED struct dataset_case *case_new(void)
{
    struct dataset_case *c = calloc(1, sizeof(*c));

    assert_non_null(c);
    assert_int_equal(hc_temp_dir("/tmp", c->dir, &c->err), HC_OK);
    assert_int_equal(hc_path_join(c->dir, "temp", c->temp, &c->err), HC_OK);
    assert_int_equal(mkdir(c->temp, 0700), 0);
    c->request = (struct hc_dataset_request){.paths = c->paths,
        .maps = c->maps,
        .matches = c->matches,
        .timezone = "UTC",
        .naive_timezone = "UTC",
        .temp_dir = c->temp};
    return c;
}

static HC_UNUSED void case_free(struct dataset_case *c)
{
    hc_dataset_clear(&c->ds);
    hc_duck_close(c->duck);
    hc_tree_remove(c->dir);
    free(c);
}

static HC_UNUSED const char *case_path(struct dataset_case *c, const char *name)
{
    size_t i = c->request.n_paths;

    assert_true(i < HC_COUNT(c->paths));
    assert_int_equal(hc_path_join(c->dir, name, c->names[i], &c->err), HC_OK);
    c->paths[i] = c->names[i];
    c->request.n_paths++;
    return c->paths[i];
}

/* Makes a file of these bytes, and asks for it. */
static HC_UNUSED void case_text(
    struct dataset_case *c, const char *name, const char *text)
{
    const char *path = case_path(c, name);

    assert_int_equal(hc_file_write(path, text, strlen(text), &c->err), HC_OK);
}

/* The same of the result of a query. */
static HC_UNUSED void case_parquet(
    struct dataset_case *c, const char *name, const char *query)
{
    struct hc_duck_options options = {.threads = 2};
    struct hc_duck *duck = NULL;
    struct hc_buf sql = HC_BUF_INIT;

    hc_buf_printf(&sql, "COPY (%s) TO ", query);
    hc_sql_text(&sql, case_path(c, name));
    hc_buf_puts(&sql, " (FORMAT parquet, USE_TMP_FILE false)");
    assert_int_equal(hc_duck_open(&options, &duck, &c->err), HC_OK);
    if (hc_duck_run(duck, sql.text, &c->err))
        fail_msg("%s", c->err.message);
    hc_duck_close(duck);
    hc_buf_clear(&sql);
}

static HC_UNUSED enum hc_status case_try(struct dataset_case *c)
{
    struct hc_duck_options options = {.threads = 2, .temp_dir = c->temp};
    const char *dirs[] = {c->temp}, *files[16];

    HC_TRY(hc_dataset_find(&c->request, &c->ds, &c->err));
    assert_true(c->ds.n_files <= HC_COUNT(files));
    for (size_t i = 0; i < c->ds.n_files; i++)
        files[i] = c->ds.files[i].readable;
    HC_TRY(hc_duck_open(&options, &c->duck, &c->err));
    HC_TRY(hc_duck_lock(c->duck, dirs, 1, files, c->ds.n_files, &c->err));
    return hc_dataset_open(c->duck, &c->request, &c->ds, &c->err);
}

static HC_UNUSED void case_open(struct dataset_case *c)
{
    if (case_try(c))
        fail_msg("%s", c->err.message);
}

/* Must fail so, with `words` in the message. */
static HC_UNUSED void case_refused(
    struct dataset_case *c, enum hc_status status, const char *words)
{
    assert_int_equal(case_try(c), status);
    if (!strstr(c->err.message, words) || strchr(c->err.message, '\n'))
        fail_msg("'%s' is not in '%s'", words, c->err.message);
}

/* The answer to a query, values with commas, rows with semicolons. */
static HC_UNUSED void case_says(
    struct dataset_case *c, const char *query, const char *expected)
{
    struct hc_rows *rows = NULL;
    struct hc_buf got = HC_BUF_INIT;

    if (hc_duck_rows(c->duck, query, &rows, &c->err))
        fail_msg("%s", c->err.message);
    for (size_t r = 0; r < hc_rows_count(rows); r++)
        for (size_t k = 0; k < hc_rows_columns(rows); k++) {
            const char *value = hc_rows_text(rows, k, r);

            hc_buf_printf(&got, "%s%s", k ? "," : r ? ";" : "", value ? value : "NULL");
        }
    assert_string_equal(hc_buf_str(&got), expected);
    hc_buf_clear(&got);
    hc_rows_free(rows);
}

static HC_UNUSED bool case_notes(const struct dataset_case *c, const char *words)
{
    for (size_t i = 0; i < c->ds.n_notes; i++)
        if (strstr(c->ds.notes[i], words))
            return true;
    return false;
}

#endif
