/*
 * The second look at the times of some nodes. One scan gathers their rows in a temporary
 * table (i: which node of the list, t: microseconds); all else is asked of that table,
 * but for repeats: rows at a time that occurs more than once are read with all columns
 * and compared by a hash of these.
 */
#include <string.h>

#include "base/clock.h"
#include "dataset/inside.h"

struct second_look {
    struct hc_duck *duck;
    const struct hc_dataset *ds;
    const char *const *clusters, *const *nodes;
    size_t n;
    struct hc_times_again *again; /* [n] */
    struct hc_error *err;
};

void hc_times_again_free(struct hc_times_again *again, size_t n)
{
    for (size_t i = 0; again && i < n; i++) {
        hc_free(again[i].cluster);
        hc_free(again[i].node);
        hc_free(again[i].gaps);
    }
    hc_free(again);
}

/* ---- the tables ---- */

static const char *cluster_at(const struct second_look *look, size_t i)
{
    const char *cluster = look->clusters ? look->clusters[i] : NULL;

    return cluster ? cluster : "";
}

static enum hc_status list_nodes(const struct second_look *look)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;

    hc_buf_puts(&sql, "CREATE OR REPLACE TEMP TABLE hc_asked AS SELECT * FROM (VALUES ");
    for (size_t i = 0; i < look->n; i++) {
        hc_buf_printf(&sql, "%s(%zu, ", i ? ", " : "", i);
        hc_sql_text(&sql, cluster_at(look, i));
        hc_buf_puts(&sql, ", ");
        hc_sql_text(&sql, look->nodes[i]);
        hc_buf_putc(&sql, ')');
    }
    hc_buf_puts(&sql, ") asked(i, cluster, node)");
    HC_TRY(hc_buf_check(&sql));
    return hc_duck_run(look->duck, sql.text, look->err);
}

/* Rows of the nodes asked for. */
static void add_join(const struct second_look *look, struct hc_buf *sql)
{
    hc_buf_puts(sql, " FROM hc_samples s JOIN hc_asked a ON s.hc_node = a.node");
    if (look->ds->has_cluster)
        hc_buf_puts(sql, " AND coalesce(s.hc_cluster, '') = a.cluster");
}

static void add_where(const struct second_look *look, struct hc_buf *sql)
{
    hc_buf_puts(sql, " WHERE hc_time IS NOT NULL");
    if (look->ds->has_keep)
        hc_buf_puts(sql, " AND hc_keep");
}

static enum hc_status gather_rows(const struct second_look *look)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;

    hc_buf_puts(&sql, "CREATE OR REPLACE TEMP TABLE hc_at AS SELECT i, hc_file, hc_row, "
                      "epoch_us(hc_time) AS t");
    add_join(look, &sql);
    add_where(look, &sql);
    HC_TRY(hc_buf_check(&sql));
    HC_TRY(hc_duck_run(look->duck, sql.text, look->err));
    /* all times, each with the difference to the one before: 0 for a repeat */
    return hc_duck_run(look->duck,
        "CREATE OR REPLACE TEMP TABLE hc_diff AS SELECT i, t, t - lag(t) OVER (PARTITION "
        "BY i ORDER BY t) AS d FROM hc_at",
        look->err);
}

/* Most frequent difference in whole seconds, the smallest of equals. */
static enum hc_status find_steps(const struct second_look *look)
{
    return hc_duck_run(look->duck,
        "CREATE OR REPLACE TEMP TABLE hc_step AS SELECT i, greatest(s, 1) AS step FROM "
        "(SELECT i, (d + 500000) // 1000000 AS s, count(*) AS n FROM hc_diff WHERE d > 0 "
        "GROUP BY ALL) QUALIFY row_number() OVER (PARTITION BY i ORDER BY n DESC, s) = 1",
        look->err);
}

/* ---- the answers ---- */

/* floor(t / step), of times before 1970 too. */
#define SLOT(t) "((" t " - ((" t " % us) + us) % us) // us)"

static enum hc_status take_slots(const struct second_look *look)
{
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;

    HC_TRY(hc_duck_rows(look->duck,
        "SELECT i, any_value(us) // 1000000, count(*), count(*) FILTER (d IS NULL OR "
        "slot "
        "<> before), max(slot) - min(slot) + 1 FROM (SELECT i, d, us, " SLOT(
            "t") " AS "
                 "slot, " SLOT(
                     "(t - d)") " AS before FROM (SELECT i, t, d, step * 1000000 AS us "
                                "FROM hc_diff JOIN hc_step USING (i) WHERE d IS NULL OR "
                                "d > 0)) GROUP BY i",
        &rows, look->err));
    for (size_t i = 0; i < look->n; i++)
        look->again[i].distinct = 1; /* a node without a step has a single time */
    for (size_t r = 0; r < hc_rows_count(rows); r++) {
        struct hc_times_again *again = &look->again[hc_rows_int(rows, 0, r)];

        again->step_s = hc_rows_int(rows, 1, r);
        again->distinct = (uint64_t)hc_rows_int(rows, 2, r);
        again->occupied = (uint64_t)hc_rows_int(rows, 3, r);
        again->expected = (uint64_t)hc_rows_int(rows, 4, r);
    }
    return HC_OK;
}

static enum hc_status add_gap(struct hc_times_again *again, int64_t start, int64_t end)
{
    size_t n = again->n_gaps, cap = n;

    /* room doubles whenever n is a power of two */
    if ((n & (n - 1)) == 0)
        HC_TRY(hc_grow(&again->gaps, &cap, n ? 2 * n : 1, sizeof(*again->gaps)));
    again->gaps[n][0] = start;
    again->gaps[n][1] = end;
    again->n_gaps++;
    return HC_OK;
}

static enum hc_status take_gaps(const struct second_look *look)
{
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;

    HC_TRY(hc_duck_rows(look->duck,
        "SELECT i, t - d, t FROM hc_diff JOIN hc_step USING (i) WHERE 2 * d > "
        "3000000 * step ORDER BY i, t",
        &rows, look->err));
    for (size_t r = 0; r < hc_rows_count(rows); r++)
        HC_TRY(add_gap(&look->again[hc_rows_int(rows, 0, r)], hc_rows_int(rows, 1, r),
            hc_rows_int(rows, 2, r)));
    return HC_OK;
}

static enum hc_status take_order(const struct second_look *look)
{
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;

    HC_TRY(hc_duck_rows(look->duck,
        "SELECT i, count(*) FROM (SELECT i, t < lag(t) OVER w AND hc_file = lag(hc_file) "
        "OVER w AS back FROM hc_at WINDOW w AS (PARTITION BY i ORDER BY hc_file, "
        "hc_row)) WHERE back GROUP BY i",
        &rows, look->err));
    for (size_t r = 0; r < hc_rows_count(rows); r++)
        look->again[hc_rows_int(rows, 0, r)].out_of_order =
            (uint64_t)hc_rows_int(rows, 1, r);
    return HC_OK;
}

static enum hc_status any_repeats(const struct second_look *look, bool *ret)
{
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;

    HC_TRY(hc_duck_run(look->duck,
        "CREATE OR REPLACE TEMP TABLE hc_many AS SELECT DISTINCT i, t FROM hc_diff WHERE "
        "d = 0",
        look->err));
    HC_TRY(hc_duck_rows(look->duck, "SELECT count(*) FROM hc_many", &rows, look->err));
    *ret = hc_rows_int(rows, 0, 0) > 0;
    return HC_OK;
}

static enum hc_status take_repeats(const struct second_look *look)
{
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;
    bool any = false;

    HC_TRY(any_repeats(look, &any));
    if (!any)
        return HC_OK;
    hc_buf_puts(&sql, "SELECT i, sum(n - d), sum(d - 1) FROM (SELECT i, t, sum(n) AS n, "
                      "count(*) AS d FROM (SELECT a.i, m.t, ");
    hc_row_hash(look->ds, &sql);
    hc_buf_puts(&sql, " AS h, count(*) AS n");
    add_join(look, &sql);
    hc_buf_puts(&sql, " JOIN hc_many m ON m.i = a.i AND m.t = epoch_us(s.hc_time)");
    add_where(look, &sql);
    hc_buf_puts(&sql, " GROUP BY ALL) GROUP BY i, t) GROUP BY i");
    HC_TRY(hc_buf_check(&sql));
    HC_TRY(hc_duck_rows(look->duck, sql.text, &rows, look->err));
    for (size_t r = 0; r < hc_rows_count(rows); r++) {
        struct hc_times_again *again = &look->again[hc_rows_int(rows, 0, r)];

        again->exact = (uint64_t)hc_rows_int(rows, 1, r);
        again->conflicting = (uint64_t)hc_rows_int(rows, 2, r);
    }
    return HC_OK;
}

static enum hc_status name_nodes(const struct second_look *look)
{
    for (size_t i = 0; i < look->n; i++) {
        look->again[i].node = hc_strdup(look->nodes[i]);
        look->again[i].cluster = hc_strdup(cluster_at(look, i));
        if (!look->again[i].node || !look->again[i].cluster)
            return HC_NO_MEMORY;
    }
    return HC_OK;
}

static enum hc_status run(const struct second_look *look)
{
    HC_TRY(name_nodes(look));
    HC_TRY(list_nodes(look));
    HC_TRY(gather_rows(look));
    HC_TRY(find_steps(look));
    HC_TRY(take_slots(look));
    HC_TRY(take_gaps(look));
    HC_TRY(take_order(look));
    HC_TRY(take_repeats(look));
    return hc_duck_run(look->duck,
        "DROP TABLE hc_asked; DROP TABLE hc_at; DROP TABLE hc_diff; DROP TABLE "
        "hc_step; DROP TABLE hc_many",
        look->err);
}

enum hc_status hc_dataset_times_again(struct hc_duck *duck,
    const struct hc_dataset *dataset, const char *const *clusters,
    const char *const *nodes, size_t n_nodes, struct hc_times_again **ret, size_t *ret_n,
    struct hc_error *err)
{
    struct second_look look = {.duck = duck,
        .ds = dataset,
        .clusters = clusters,
        .nodes = nodes,
        .n = n_nodes,
        .again = hc_calloc(n_nodes ? n_nodes : 1, sizeof(*look.again)),
        .err = err};
    enum hc_status status = HC_OK;

    if (!look.again)
        return HC_NO_MEMORY;
    if (n_nodes)
        status = run(&look);
    if (status) {
        hc_times_again_free(look.again, n_nodes);
        return status;
    }
    *ret = look.again;
    *ret_n = n_nodes;
    return HC_OK;
}
