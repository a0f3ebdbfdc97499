#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "duck/inside.h"

/* Every value as text: for results of a few thousand values at most. */
struct hc_rows {
    size_t columns, rows;
    char **names;
    char **values; /* [rows × columns] */
};

void hc_rows_free(struct hc_rows *rows)
{
    if (!rows)
        return;
    for (size_t i = 0; rows->names && i < rows->columns; i++)
        hc_free(rows->names[i]);
    for (size_t i = 0; rows->values && i < rows->rows * rows->columns; i++)
        hc_free(rows->values[i]);
    hc_free(rows->names);
    hc_free(rows->values);
    hc_free(rows);
}

void hc_rows_freep(struct hc_rows **rows)
{
    hc_rows_free(*rows);
    *rows = NULL;
}

static enum hc_status copy_value(
    struct hc_rows *rows, duckdb_result *result, size_t c, size_t r)
{
    duckdb_string text;
    char **slot = &rows->values[r * rows->columns + c];

    if (duckdb_value_is_null(result, c, r))
        return HC_OK;
    text = duckdb_value_string(result, c, r);
    *slot = text.data ? hc_strndup(text.data, text.size) : NULL;
    duckdb_free(text.data);
    return *slot ? HC_OK : HC_NO_MEMORY;
}

static enum hc_status copy_all(struct hc_rows *rows, duckdb_result *result)
{
    rows->names = hc_calloc(rows->columns, sizeof(*rows->names));
    rows->values = hc_calloc(rows->rows * rows->columns, sizeof(*rows->values));
    if (!rows->names || !rows->values)
        return HC_NO_MEMORY;
    for (size_t c = 0; c < rows->columns; c++) {
        rows->names[c] = hc_strdup(duckdb_column_name(result, c));
        if (!rows->names[c])
            return HC_NO_MEMORY;
        for (size_t r = 0; r < rows->rows; r++)
            HC_TRY(copy_value(rows, result, c, r));
    }
    return HC_OK;
}

enum hc_status hc_duck_rows(
    struct hc_duck *duck, const char *sql, struct hc_rows **ret, struct hc_error *err)
{
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = hc_calloc(1, sizeof(*rows));
    duckdb_result result;
    enum hc_status status;

    if (!rows)
        return HC_NO_MEMORY;
    status = hc_duck_query(duck, sql, &result, err);
    if (!status) {
        rows->columns = duckdb_column_count(&result);
        rows->rows = duckdb_row_count(&result);
        status = copy_all(rows, &result);
    }
    duckdb_destroy_result(&result);
    if (!status)
        *ret = hc_take(&rows);
    return status;
}

size_t hc_rows_count(const struct hc_rows *rows)
{
    return rows->rows;
}

size_t hc_rows_columns(const struct hc_rows *rows)
{
    return rows->columns;
}

const char *hc_rows_name(const struct hc_rows *rows, size_t column)
{
    return rows->names[column];
}

const char *hc_rows_text(const struct hc_rows *rows, size_t column, size_t row)
{
    assert(column < rows->columns && row < rows->rows);
    return rows->values[row * rows->columns + column];
}

int64_t hc_rows_int(const struct hc_rows *rows, size_t column, size_t row)
{
    const char *text = hc_rows_text(rows, column, row);

    if (!text)
        return 0;
    if (!strcmp(text, "true"))
        return 1;
    return strtoll(text, NULL, 10);
}

double hc_rows_number(const struct hc_rows *rows, size_t column, size_t row)
{
    const char *text = hc_rows_text(rows, column, row);

    return text ? strtod(text, NULL) : NAN;
}
