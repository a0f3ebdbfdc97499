#include "collect/history.h"

#include <stdio.h>

#include "collect/state_tables.h"

static const struct history {
    const char *name;
    const struct hc_state_table *table;
} histories[HC_HISTORIES] = {
    {"nodes.parquet", &hc_node_states},
    {"pods.parquet", &hc_pod_states},
};

const char *hc_history_name(enum hc_history which)
{
    return histories[which].name;
}

const struct hc_day_file *hc_history_part(const struct hc_day *day, enum hc_history which)
{
    return which == HC_HISTORY_NODES ? &day->nodes_file : &day->pods_file;
}

/* ---- SQL ---- */

static void put_columns(
    struct hc_buf *sql, const struct hc_state_table *table, bool keys_only, bool cast)
{
    const char *between = "";

    for (size_t c = 0; c < table->n; c++) {
        const struct hc_state_column *column = &table->columns[c];

        if (keys_only && !column->is_key)
            continue;
        hc_buf_printf(sql, "%s%s", between, column->name);
        if (cast && column->type == HC_STATE_FLAG)
            hc_buf_printf(sql, "::BOOLEAN AS %s", column->name);
        between = ", ";
    }
}

/* ['…/2025-06-02.pods.parquet', …] */
static enum hc_status put_parts(struct hc_buf *sql, enum hc_history which,
    const struct hc_day *days, size_t n_days, const char *state_dir, struct hc_error *err)
{
    const char *between = "[";

    for (size_t d = 0; d < n_days; d++) {
        const struct hc_day_file *part = hc_history_part(&days[d], which);
        char path[HC_PATH_MAX];

        if (!part->path[0])
            continue;
        HC_TRY(hc_path_join(state_dir, part->path, path, err));
        hc_buf_puts(sql, between);
        hc_sql_text(sql, path);
        between = ", ";
    }
    hc_buf_puts(sql, "]");
    return HC_OK;
}

/*
 * A row is fresh where it does not go on from the one before; the sum of these marks
 * numbers the stretches.
 */
static enum hc_status put_sql(struct hc_buf *sql, enum hc_history which,
    const struct hc_day *days, size_t n_days, const char *state_dir, const char *temp,
    struct hc_error *err)
{
    const struct hc_state_table *table = histories[which].table;

    hc_buf_puts(sql, "COPY (WITH marked AS (SELECT *, (valid_from IS DISTINCT FROM "
                     "lag(valid_until) OVER w OR ROW(");
    put_columns(sql, table, false, false);
    hc_buf_puts(sql, ") IS DISTINCT FROM lag(ROW(");
    put_columns(sql, table, false, false);
    hc_buf_puts(sql, ")) OVER w)::INTEGER AS fresh FROM read_parquet(");
    HC_TRY(put_parts(sql, which, days, n_days, state_dir, err));
    hc_buf_puts(sql, ") WINDOW w AS (PARTITION BY ");
    put_columns(sql, table, true, false);
    hc_buf_puts(sql, " ORDER BY valid_from)), numbered AS (SELECT *, sum(fresh) OVER "
                     "(PARTITION BY ");
    put_columns(sql, table, true, false);
    hc_buf_puts(sql, " ORDER BY valid_from ROWS UNBOUNDED PRECEDING) AS stretch FROM "
                     "marked) SELECT ");
    put_columns(sql, table, false, true);
    hc_buf_puts(sql, ", min(valid_from) AS valid_from, max(valid_until) AS valid_until "
                     "FROM numbered GROUP BY ");
    put_columns(sql, table, false, false);
    hc_buf_puts(sql, ", stretch ORDER BY ");
    put_columns(sql, table, true, false);
    hc_buf_puts(sql, ", valid_from) TO ");
    hc_sql_text(sql, temp);
    hc_buf_puts(sql, " (FORMAT parquet, COMPRESSION zstd, KV_METADATA {"
                     "hindcast_version: '" HC_VERSION "', hindcast_source: 'collect'})");
    return hc_buf_check(sql);
}

/* ---- the file ---- */

static enum hc_status count_rows(
    struct hc_duck *duck, const char *path, int64_t *ret, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;

    hc_buf_puts(&sql, "SELECT count(*) FROM read_parquet(");
    hc_sql_text(&sql, path);
    hc_buf_puts(&sql, ")");
    HC_TRY(hc_buf_check(&sql));
    HC_TRY(hc_duck_rows(duck, hc_buf_str(&sql), &rows, err));
    *ret = hc_rows_int(rows, 0, 0);
    return HC_OK;
}

static bool any_part(enum hc_history which, const struct hc_day *days, size_t n_days)
{
    for (size_t d = 0; d < n_days; d++)
        if (hc_history_part(&days[d], which)->path[0])
            return true;
    return false;
}

static enum hc_status write_temp(enum hc_history which, const struct hc_day *days,
    size_t n_days, const char *state_dir, const char *temp, struct hc_duck *duck,
    struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;
    enum hc_status status;

    HC_TRY(put_sql(&sql, which, days, n_days, state_dir, temp, err));
    status = hc_duck_run(duck, hc_buf_str(&sql), err);
    return status == HC_INPUT ? HC_OUTPUT : status;
}

enum hc_status hc_history_write(enum hc_history which, const struct hc_day *days,
    size_t n_days, const char *dir, const char *state_dir, struct hc_duck *duck,
    struct hc_day_file *ret, struct hc_error *err)
{
    struct hc_day_file file = {.path = ""};
    char temp[HC_PATH_MAX];

    snprintf(file.path, sizeof(file.path), "%s", histories[which].name);
    HC_TRY(hc_path_join(state_dir, "history.parquet", temp, err));
    if (any_part(which, days, n_days)) {
        HC_TRY(write_temp(which, days, n_days, state_dir, temp, duck, err));
        HC_TRY(count_rows(duck, temp, &file.rows, err));
    }
    HC_TRY(hc_day_publish(temp, dir, &file, err));
    *ret = file;
    return HC_OK;
}
