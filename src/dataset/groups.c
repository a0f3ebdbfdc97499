#include <string.h>

#include "dataset/inside.h"

void hc_node_groups_free(struct hc_node_group *groups, size_t n)
{
    for (size_t i = 0; groups && i < n; i++) {
        hc_free(groups[i].cluster);
        hc_free(groups[i].node);
        hc_free(groups[i].value);
    }
    hc_free(groups);
}

static enum hc_status is_double(
    struct hc_duck *duck, const char *column, bool *ret, struct hc_error *err)
{
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;

    hc_buf_puts(&sql, "SELECT column_type FROM (DESCRIBE SELECT ");
    hc_sql_name(&sql, column);
    hc_buf_puts(&sql, " FROM hc_samples)");
    HC_TRY(hc_buf_check(&sql));
    HC_TRY(hc_duck_rows(duck, sql.text, &rows, err));
    *ret = !strcmp(hc_rows_text(rows, 0, 0), "DOUBLE");
    return HC_OK;
}

/* The value as text; 3.0 is "3". */
static enum hc_status add_value(
    struct hc_duck *duck, const char *column, struct hc_buf *sql, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf name = HC_BUF_INIT;
    bool number;

    if (!strcmp(column, HC_KEY_NODE) || !strcmp(column, HC_KEY_CLUSTER)) {
        hc_buf_printf(sql, "hc_%s", column);
        return HC_OK;
    }
    HC_TRY(is_double(duck, column, &number, err));
    hc_sql_name(&name, column);
    if (number)
        hc_buf_printf(sql,
            "CASE WHEN isnan(%s) THEN NULL WHEN abs(%s) < 1e15 AND %s = trunc(%s) THEN "
            "CAST(CAST(%s AS BIGINT) AS VARCHAR) ELSE CAST(%s AS VARCHAR) END",
            name.text, name.text, name.text, name.text, name.text, name.text);
    else
        hc_buf_printf(sql, "CAST(%s AS VARCHAR)", hc_buf_str(&name));
    return hc_buf_check(&name);
}

static char *copy_of(const struct hc_rows *rows, size_t column, size_t row, bool *failed)
{
    const char *text = hc_rows_text(rows, column, row);
    char *copy = text ? hc_strdup(text) : NULL;

    *failed |= text && !copy;
    return copy;
}

static enum hc_status take_groups(
    const struct hc_rows *rows, struct hc_node_group **ret, size_t *ret_n)
{
    size_t n = hc_rows_count(rows);
    struct hc_node_group *groups = hc_calloc(n ? n : 1, sizeof(*groups));
    bool failed = !groups;

    for (size_t i = 0; groups && i < n; i++)
        groups[i] = (struct hc_node_group){copy_of(rows, 0, i, &failed),
            copy_of(rows, 1, i, &failed), copy_of(rows, 2, i, &failed)};
    if (failed) {
        hc_node_groups_free(groups, n);
        return HC_NO_MEMORY;
    }
    *ret = groups;
    *ret_n = n;
    return HC_OK;
}

enum hc_status hc_dataset_groups(struct hc_duck *duck, const char *column,
    bool has_cluster, bool has_keep, struct hc_node_group **ret, size_t *ret_n,
    struct hc_error *err)
{
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;

    hc_buf_printf(&sql, "SELECT c, n, v FROM (SELECT %s AS c, hc_node AS n, ",
        has_cluster ? "hc_cluster" : "NULL");
    HC_TRY(add_value(duck, column, &sql, err));
    hc_buf_printf(&sql,
        " AS v, count(*) AS rows FROM hc_samples WHERE hc_node IS NOT NULL AND hc_time "
        "IS "
        "NOT NULL%s GROUP BY ALL) QUALIFY row_number() OVER (PARTITION BY c, n ORDER BY "
        "v "
        "IS NULL, rows DESC, v) = 1 ORDER BY c, n",
        has_keep ? " AND hc_keep" : "");
    HC_TRY(hc_buf_check(&sql));
    HC_TRY(hc_duck_rows(duck, sql.text, &rows, err));
    return take_groups(rows, ret, ret_n);
}
