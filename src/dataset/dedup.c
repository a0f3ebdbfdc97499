/*
 * --dedup: of rows that are the same in every column, the first stays. Only rows that
 * share node and time with another are compared; if any goes, the rest is written to a
 * temporary file, with the numbers that the rows have in their own.
 */
#include <string.h>

#include "dataset/inside.h"

/* SQL for two rows, `a` and `b`, having one node and time. */
static const char *const same_keys = "a.hc_time IS NOT DISTINCT FROM b.hc_time AND "
                                     "a.hc_node IS NOT DISTINCT FROM b.hc_node";
static const char *const same_cluster =
    " AND a.hc_cluster IS NOT DISTINCT FROM b.hc_cluster";

static enum hc_status find_repeats(
    struct hc_duck *duck, const struct hc_dataset *ds, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;
    const char *keys =
        ds->has_cluster ? "hc_time, hc_cluster, hc_node" : "hc_time, hc_node";

    hc_buf_printf(&sql,
        "CREATE TEMP TABLE hc_twice AS SELECT %s FROM hc_all WHERE hc_time IS NOT NULL "
        "AND hc_node IS NOT NULL GROUP BY ALL HAVING count(*) > 1",
        keys);
    HC_TRY(hc_buf_check(&sql));
    HC_TRY(hc_duck_run(duck, sql.text, err));
    hc_buf_reset(&sql);
    hc_buf_printf(&sql,
        "CREATE TEMP TABLE hc_repeat AS SELECT hc_file, hc_row FROM (SELECT hc_file, "
        "hc_row, row_number() OVER (PARTITION BY %s, h ORDER BY hc_file, hc_row) AS n "
        "FROM (SELECT hc_file, hc_row, %s, ",
        keys, keys);
    hc_row_hash(ds, &sql);
    hc_buf_printf(&sql,
        " AS h FROM hc_all a WHERE EXISTS (FROM hc_twice b WHERE %s%s))) WHERE n > 1",
        same_keys, ds->has_cluster ? same_cluster : "");
    HC_TRY(hc_buf_check(&sql));
    return hc_duck_run(duck, sql.text, err);
}

static enum hc_status count_repeats(
    struct hc_duck *duck, uint64_t *ret, struct hc_error *err)
{
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;

    HC_TRY(hc_duck_rows(duck, "SELECT count(*) FROM hc_repeat", &rows, err));
    *ret = (uint64_t)hc_rows_int(rows, 0, 0);
    return HC_OK;
}

static enum hc_status write_rest(
    struct hc_duck *duck, const char *path, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;

    hc_buf_puts(&sql, "COPY (SELECT * FROM hc_all ANTI JOIN hc_repeat USING (hc_file, "
                      "hc_row) ORDER BY hc_file, hc_row) TO ");
    hc_sql_text(&sql, path);
    hc_buf_puts(&sql, " (" HC_TEMP_PARQUET "); DROP VIEW hc_all; CREATE VIEW hc_all AS "
                      "SELECT * FROM read_parquet(");
    hc_sql_text(&sql, path);
    hc_buf_puts(&sql, ", hive_partitioning=false)");
    HC_TRY(hc_buf_check(&sql));
    return hc_duck_run(duck, sql.text, err);
}

enum hc_status hc_dedup(struct hc_duck *duck, const struct hc_dataset_request *request,
    struct hc_dataset *ds, struct hc_error *err)
{
    HC_CLEANUP(hc_freep) char *readable = NULL;
    char path[HC_PATH_MAX];
    uint64_t n = 0;

    HC_TRY(find_repeats(duck, ds, err));
    HC_TRY(count_repeats(duck, &n, err));
    if (n) {
        HC_TRY(hc_path_join(request->temp_dir, "rest.parquet", path, err));
        HC_TRY(hc_safe_path(ds, path, true, &readable, err));
        HC_TRY(write_rest(duck, readable, err));
    }
    ds->dropped = n;
    HC_TRY(hc_dataset_note(ds, "dropped %llu exact repeat%s (--dedup)",
        (unsigned long long)n, n == 1 ? "" : "s"));
    return hc_duck_run(duck, "DROP TABLE hc_twice; DROP TABLE hc_repeat", err);
}
