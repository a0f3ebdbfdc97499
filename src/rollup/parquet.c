#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "duck/source.h"
#include "rollup/parquet.h"

/* 63 columns: 6 MB a thread before it is written. */
enum { PER_GAUGE = 5, NAME_ROOM = 64, ROW_GROUP = 12288 };

static const char *const suffixes[PER_GAUGE] = {"n", "mean", "m2", "min", "max"};

struct writing {
    const struct hc_rollup *rollup;
    size_t first_gauge;             /* column where the gauges start */
    struct hc_cell_reader *readers; /* one a partition */
    struct hc_source_column *columns;
    char (*names)[NAME_ROOM];
    size_t n_columns, partitions;
};

static void put_gauge(
    struct hc_source_rows *rows, size_t column, size_t row, const struct hc_moments *m)
{
    const double values[] = {m->mean, m->m2, m->min, m->max};

    ((uint32_t *)rows->data[column])[row] = (uint32_t)m->n;
    for (size_t k = 1; k < PER_GAUGE; k++) {
        ((double *)rows->data[column + k])[row] = values[k - 1];
        if (!m->n)
            hc_source_set_null(rows, column + k, row);
    }
}

static void put_cell(struct writing *w, struct hc_source_rows *rows, size_t row,
    const struct hc_cell_record *cell)
{
    const struct hc_rollup *rollup = w->rollup;
    const struct hc_rollup_node *node = &rollup->nodes[cell->node];
    size_t column = 0;

    if (rollup->has_cluster && !node->cluster)
        hc_source_set_null(rows, column++, row);
    else if (rollup->has_cluster)
        hc_source_set_text(rows, column++, row, node->cluster, strlen(node->cluster));
    hc_source_set_text(rows, column++, row, node->name, strlen(node->name));
    ((int64_t *)rows->data[column++])[row] = cell->bucket * rollup->grain_s * 1000000;
    ((uint32_t *)rows->data[column])[row] = cell->rows;
    for (size_t g = 0; g < rollup->n_gauges; g++)
        put_gauge(rows, w->first_gauge + g * PER_GAUGE, row, &cell->gauge[g]);
}

static enum hc_status fill(void *context, size_t partition, struct hc_source_rows *rows,
    size_t *ret_rows, struct hc_error *err)
{
    struct writing *w = context;
    size_t n = 0;

    (void)err;
    while (n < rows->cap && hc_cell_reader_next(&w->readers[partition]))
        put_cell(w, rows, n++, w->readers[partition].cell);
    *ret_rows = n;
    return HC_OK;
}

static void add_column(
    struct writing *w, const char *name, const char *suffix, enum hc_source_type type)
{
    char *text = w->names[w->n_columns];

    snprintf(text, NAME_ROOM, suffix ? "%s_%s" : "%s", name, suffix);
    w->columns[w->n_columns++] = (struct hc_source_column){text, type};
}

static enum hc_status lay_out(struct writing *w)
{
    const struct hc_rollup *rollup = w->rollup;
    size_t most = 4 + rollup->n_gauges * PER_GAUGE;

    w->columns = hc_calloc(most, sizeof(*w->columns));
    w->names = hc_calloc(most, sizeof(*w->names));
    if (!w->columns || !w->names)
        return HC_NO_MEMORY;
    if (rollup->has_cluster)
        add_column(w, "cluster", NULL, HC_SOURCE_TEXT);
    add_column(w, "node", NULL, HC_SOURCE_TEXT);
    add_column(w, "bucket_start", NULL, HC_SOURCE_TIME);
    add_column(w, "rows", NULL, HC_SOURCE_UINT32);
    w->first_gauge = w->n_columns;
    for (size_t g = 0; g < rollup->n_gauges; g++)
        for (size_t k = 0; k < PER_GAUGE; k++)
            add_column(w, hc_metrics[rollup->gauges[g]].name, suffixes[k],
                k ? HC_SOURCE_DOUBLE : HC_SOURCE_UINT32);
    return HC_OK;
}

static enum hc_status open_readers(struct writing *w)
{
    w->readers = hc_calloc(w->partitions, sizeof(*w->readers));
    if (!w->readers)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < w->partitions; i++)
        HC_TRY(hc_cell_reader_init(&w->readers[i], w->rollup->log, i, w->partitions));
    return HC_OK;
}

static void writing_clear(struct writing *w)
{
    for (size_t i = 0; w->readers && i < w->partitions; i++)
        hc_cell_reader_clear(&w->readers[i]);
    hc_free(w->readers);
    hc_free(w->columns);
    hc_free(w->names);
}

enum hc_status hc_rollup_write(struct hc_duck *duck, const struct hc_rollup *rollup,
    const char *path, struct hc_error *err)
{
    HC_CLEANUP(writing_clear)
    struct writing w = {.rollup = rollup, .partitions = hc_duck_threads(duck)};
    struct hc_source source = {
        .fill = fill, .context = &w, .partitions = w.partitions, .row_group = ROW_GROUP};
    char grain[32];
    const char *metadata[] = {
        "hindcast_rollup", "1", "grain_s", grain, "origin", rollup->origin, NULL};

    snprintf(grain, sizeof(grain), "%lld", (long long)rollup->grain_s);
    HC_TRY(lay_out(&w));
    HC_TRY(open_readers(&w));
    source.columns = w.columns;
    source.n_columns = w.n_columns;
    return hc_duck_write_parquet(duck, &source, path, metadata, err);
}
