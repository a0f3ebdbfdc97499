#include <string.h>

#include "dataset/inside.h"

/* A few rows are enough nearly always; with very many nodes, more. */
enum { FEW_ROWS = 20480, MORE_ROWS = 20 * FEW_ROWS };

/* The most frequent difference between a node's successive times in the first rows. */
static enum hc_status find_step(
    struct hc_duck *duck, struct hc_dataset *ds, int first_rows, struct hc_error *err)
{
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;
    const char *node = ds->has_cluster ? "hc_cluster, hc_node" : "hc_node";

    hc_buf_printf(&sql,
        "SELECT greatest((d + 500000) // 1000000, 1) AS s FROM (SELECT t - lag(t) OVER "
        "(PARTITION BY %s ORDER BY t) AS d FROM (SELECT DISTINCT %s, epoch_us(hc_time) "
        "AS t FROM (SELECT %s, hc_time FROM hc_samples LIMIT %d) WHERE hc_time IS NOT "
        "NULL AND hc_node IS NOT NULL)) WHERE d > 0 GROUP BY s ORDER BY count(*) DESC, s "
        "LIMIT 1",
        node, node, node, first_rows);
    HC_TRY(hc_buf_check(&sql));
    HC_TRY(hc_duck_rows(duck, sql.text, &rows, err));
    if (hc_rows_count(rows))
        ds->step_hint_s = hc_rows_int(rows, 0, 0);
    return HC_OK;
}

static enum hc_status kept_range(
    struct hc_duck *duck, struct hc_dataset *ds, struct hc_error *err)
{
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;

    HC_TRY(hc_duck_rows(duck,
        "SELECT epoch_us(min(hc_time)), epoch_us(max(hc_time)), count(hc_time) FROM "
        "hc_samples WHERE hc_keep",
        &rows, err));
    if (!hc_rows_int(rows, 2, 0))
        return HC_OK;
    ds->first_us = hc_rows_int(rows, 0, 0);
    ds->last_us = hc_rows_int(rows, 1, 0);
    return HC_OK;
}

static void whole_range(
    struct hc_dataset *ds, const struct hc_branch_time *times, size_t n_times)
{
    for (size_t b = 0; b < n_times; b++) {
        if (times[b].first_us > times[b].last_us)
            continue;
        if (ds->first_us > ds->last_us || times[b].first_us < ds->first_us)
            ds->first_us = times[b].first_us;
        if (ds->last_us == INT64_MIN || times[b].last_us > ds->last_us)
            ds->last_us = times[b].last_us;
    }
}

enum hc_status hc_look(struct hc_duck *duck, struct hc_dataset *ds,
    const struct hc_branch_time *times, size_t n_times, struct hc_error *err)
{
    for (size_t i = 0; i < ds->n_files; i++)
        ds->rows += ds->files[i].rows;
    ds->rows -= ds->dropped;
    ds->first_us = INT64_MAX;
    ds->last_us = INT64_MIN;
    if (ds->has_keep)
        HC_TRY(kept_range(duck, ds, err));
    else
        whole_range(ds, times, n_times);
    HC_TRY(find_step(duck, ds, FEW_ROWS, err));
    if (!ds->step_hint_s && ds->rows > FEW_ROWS)
        HC_TRY(find_step(duck, ds, MORE_ROWS, err));
    return HC_OK;
}
