#include <string.h>

#include "base/mem.h"
#include "features/calendar.h"
#include "features/maker.h"
#include "features/rolling.h"
#include "features/targets.h"
#include "features/windows.h"

/* Rows of one node that go into a part; numbered from the portion's first on. */
struct range {
    const struct hc_feature_node *node;
    size_t from, to;
};

struct part {
    struct range *ranges;
    size_t n_ranges, cap_ranges;
    size_t rows;
    struct hc_parquet_group *group;
};

struct hc_maker {
    const struct hc_making *making;
    struct hc_portion portion;
    size_t rows; /* of the set, in this portion */
    struct part parts[HC_PARTS_MAX];
    size_t n_parts;
    struct hc_windows windows;
    struct hc_window_values values; /* the window that was rolled last */
    void *column, *gathered;        /* one column, of at most 8 bytes a value */
    struct hc_parquet_run *runs;
    size_t cap_runs;
};

/* ---- new, free ---- */

static enum hc_status make_room(struct hc_maker *maker)
{
    size_t rows = maker->making->portion_rows;

    maker->values = (struct hc_window_values){hc_alloc(rows, sizeof(uint32_t)),
        hc_alloc(rows, sizeof(double)), hc_alloc(rows, sizeof(double)),
        hc_alloc(rows, sizeof(double))};
    maker->column = hc_alloc(rows, sizeof(double));
    maker->gathered = hc_alloc(rows, sizeof(double));
    if (!maker->values.n || !maker->values.mean || !maker->values.m2 ||
        !maker->values.max || !maker->column || !maker->gathered)
        return HC_NO_MEMORY;
    maker->n_parts = maker->making->split_us == INT64_MAX ? 1 : 2;
    for (size_t p = 0; p < maker->n_parts; p++)
        HC_TRY(hc_parquet_group_new(maker->making->schema, &maker->parts[p].group));
    return hc_portion_init(&maker->portion, maker->making->plan->n_gauges);
}

enum hc_status hc_maker_new(const struct hc_making *making, struct hc_maker **ret)
{
    struct hc_maker *maker = hc_calloc(1, sizeof(*maker));
    enum hc_status status;

    if (!maker)
        return HC_NO_MEMORY;
    maker->making = making;
    status = make_room(maker);
    if (status) {
        hc_maker_free(maker);
        return status;
    }
    *ret = maker;
    return HC_OK;
}

void hc_maker_free(struct hc_maker *maker)
{
    if (!maker)
        return;
    for (size_t p = 0; p < HC_PARTS_MAX; p++) {
        hc_parquet_group_free(maker->parts[p].group);
        hc_free(maker->parts[p].ranges);
    }
    hc_windows_clear(&maker->windows);
    hc_portion_clear(&maker->portion);
    hc_free(maker->values.n);
    hc_free(maker->values.mean);
    hc_free(maker->values.m2);
    hc_free(maker->values.max);
    hc_free(maker->column);
    hc_free(maker->gathered);
    hc_free(maker->runs);
    hc_free(maker);
}

struct hc_portion *hc_maker_portion(struct hc_maker *maker)
{
    return &maker->portion;
}

const struct hc_parquet_group *hc_maker_group(const struct hc_maker *maker, size_t part)
{
    return maker->parts[part].rows ? maker->parts[part].group : NULL;
}

void hc_maker_range(const struct hc_maker *maker, size_t part, int64_t *ret_first_us,
    int64_t *ret_last_us)
{
    const struct part *p = &maker->parts[part];
    const int64_t *time_us = maker->portion.time_us + maker->portion.first;

    *ret_first_us = INT64_MAX;
    *ret_last_us = INT64_MIN;
    for (size_t i = 0; i < p->n_ranges; i++) {
        int64_t first = time_us[p->ranges[i].from], last = time_us[p->ranges[i].to - 1];

        *ret_first_us = first < *ret_first_us ? first : *ret_first_us;
        *ret_last_us = last > *ret_last_us ? last : *ret_last_us;
    }
}

/* ---- which rows go where ---- */

/* A node's rows in the portion: those of the set are [first, end), history is before. */
struct node_rows {
    const struct hc_feature_node *node;
    size_t from, first, end, to;
};

static struct node_rows node_rows(const struct hc_portion *portion, size_t stretch)
{
    struct node_rows rows = {.node = portion->stretches[stretch].node,
        .from = portion->stretches[stretch].from,
        .to = hc_portion_stretch_end(portion, stretch)};

    rows.first = rows.from > portion->first ? rows.from : portion->first;
    rows.end = rows.to < portion->end ? rows.to : portion->end;
    return rows;
}

static enum hc_status add_range(struct hc_maker *maker, size_t part,
    const struct hc_feature_node *node, size_t from, size_t to)
{
    struct part *p = &maker->parts[part];

    if (from >= to)
        return HC_OK;
    HC_TRY(hc_grow(&p->ranges, &p->cap_ranges, p->n_ranges + 1, sizeof(*p->ranges)));
    p->ranges[p->n_ranges++] =
        (struct range){node, from - maker->portion.first, to - maker->portion.first};
    p->rows += to - from;
    return HC_OK;
}

static enum hc_status split_node(struct hc_maker *maker, const struct node_rows *rows)
{
    const struct hc_making *making = maker->making;
    const int64_t *time_us = maker->portion.time_us;
    int64_t embargo_us = hc_feature_plan_ahead(making->plan);
    size_t train = rows->first, test;

    if (maker->n_parts == 1)
        return add_range(maker, 0, rows->node, rows->first, rows->end);
    while (train < rows->end && time_us[train] < making->split_us - embargo_us)
        train++;
    for (test = train; test < rows->end && time_us[test] < making->split_us;)
        test++;
    HC_TRY(add_range(maker, 0, rows->node, rows->first, train));
    return add_range(maker, 1, rows->node, test, rows->end);
}

static enum hc_status find_ranges(struct hc_maker *maker)
{
    for (size_t p = 0; p < maker->n_parts; p++)
        maker->parts[p].n_ranges = maker->parts[p].rows = 0;
    for (size_t s = 0; s < maker->portion.n_stretches; s++) {
        struct node_rows rows = node_rows(&maker->portion, s);

        HC_TRY(split_node(maker, &rows));
    }
    for (size_t p = 0; p < maker->n_parts; p++)
        if (maker->parts[p].rows)
            hc_parquet_group_begin(maker->parts[p].group, maker->parts[p].rows);
    return HC_OK;
}

/* ---- a column into the parts ---- */

/* The part's values, one after the other: where they stand if they do, else copied. */
static const void *gather(
    struct hc_maker *maker, const struct part *part, const void *column, size_t size)
{
    const char *from = column;
    char *to = maker->gathered;
    const struct range *ranges = part->ranges, *last = &ranges[part->n_ranges - 1];

    if (last->to - ranges[0].from == part->rows)
        return from + ranges[0].from * size;
    for (size_t i = 0; i < part->n_ranges; i++) {
        size_t bytes = (ranges[i].to - ranges[i].from) * size;

        memcpy(to, from + ranges[i].from * size, bytes);
        to += bytes;
    }
    return maker->gathered;
}

/* `column` has a value for each row of the portion that is in the set. */
static enum hc_status put(
    struct hc_maker *maker, enum hc_parquet_type type, const void *column)
{
    size_t size = type == HC_PARQUET_INT32 ? sizeof(int32_t) : sizeof(int64_t);

    for (size_t p = 0; p < maker->n_parts; p++) {
        const struct part *part = &maker->parts[p];
        const void *values;

        if (!part->rows)
            continue;
        values = gather(maker, part, column, size);
        if (type == HC_PARQUET_DOUBLE)
            HC_TRY(hc_parquet_put_doubles(part->group, values));
        else if (type == HC_PARQUET_INT32)
            HC_TRY(hc_parquet_put_i32(part->group, values));
        else
            HC_TRY(hc_parquet_put_i64(part->group, values));
    }
    return HC_OK;
}

static struct hc_parquet_run run_of(const struct range *range, bool cluster)
{
    const struct hc_feature_node *node = range->node;
    struct hc_parquet_run run = {.rows = range->to - range->from};

    run.text = cluster ? node->text : node->text + node->cluster_len;
    run.len = cluster ? node->cluster_len : node->node_len;
    if (cluster && !node->cluster_len)
        run.text = NULL;
    return run;
}

static enum hc_status put_names(struct hc_maker *maker, bool cluster)
{
    for (size_t p = 0; p < maker->n_parts; p++) {
        const struct part *part = &maker->parts[p];

        if (!part->rows)
            continue;
        HC_TRY(hc_grow(
            &maker->runs, &maker->cap_runs, part->n_ranges, sizeof(*maker->runs)));
        for (size_t i = 0; i < part->n_ranges; i++)
            maker->runs[i] = run_of(&part->ranges[i], cluster);
        HC_TRY(hc_parquet_put_text(part->group, maker->runs, part->n_ranges));
    }
    return HC_OK;
}

/* ---- the kinds of columns ---- */

static void set_all(
    void *column, enum hc_calendar_type type, size_t from, size_t to, double value)
{
    for (size_t i = from; i < to; i++) {
        if (type == HC_CALENDAR_INT32)
            ((int32_t *)column)[i] = (int32_t)value;
        else if (type == HC_CALENDAR_INT64)
            ((int64_t *)column)[i] = (int64_t)value;
        else
            ((double *)column)[i] = value;
    }
}

static enum hc_status put_calendar(struct hc_maker *maker, size_t row)
{
    static const enum hc_parquet_type types[] = {[HC_CALENDAR_INT32] = HC_PARQUET_INT32,
        [HC_CALENDAR_INT64] = HC_PARQUET_INT64,
        [HC_CALENDAR_DOUBLE] = HC_PARQUET_DOUBLE};
    const struct hc_calendar_feature *feature = &hc_calendar_features[row];
    const int64_t *time_us = maker->portion.time_us + maker->portion.first;
    const struct hc_zone *zone = maker->making->zone;

    /* one look at the wall for all rows of an hour */
    for (size_t from = 0, to; from < maker->rows; from = to) {
        struct hc_wall wall = hc_wall_at(zone, time_us[from]);
        int64_t until_us = hc_wall_until(zone, time_us[from]);

        for (to = from + 1;
             to < maker->rows && time_us[to] < until_us && time_us[to] > time_us[to - 1];)
            to++;
        set_all(maker->column, feature->type, from, to, feature->value(&wall));
    }
    return put(maker, types[feature->type], maker->column);
}

static enum hc_status roll(struct hc_maker *maker, size_t gauge, int64_t width_us)
{
    const struct hc_portion *portion = &maker->portion;

    for (size_t s = 0; s < portion->n_stretches; s++) {
        struct node_rows rows = node_rows(portion, s);
        size_t at = rows.first - portion->first;
        const struct hc_window_values out = {maker->values.n + at,
            maker->values.mean + at, maker->values.m2 + at, maker->values.max + at};

        if (rows.first >= rows.end)
            continue;
        HC_TRY(hc_windows_roll(&maker->windows, width_us, portion->time_us + rows.from,
            portion->value[gauge] + rows.from, rows.end - rows.from,
            rows.first - rows.from, &out));
    }
    hc_rolling_require(
        &maker->values, maker->rows, width_us, portion->step_us + portion->first);
    return HC_OK;
}

/* The statistics of a window stand side by side: it is rolled for the first of them. */
static enum hc_status put_rolling(
    struct hc_maker *maker, const struct hc_feature_column *column)
{
    if (column->row == 0)
        HC_TRY(roll(maker, column->gauge, column->duration_us));
    hc_rolling_features[column->row].fill(&maker->values, maker->rows, maker->column);
    return put(maker, HC_PARQUET_DOUBLE, maker->column);
}

static enum hc_status put_target(
    struct hc_maker *maker, const struct hc_feature_column *column)
{
    const struct hc_portion *portion = &maker->portion;
    const struct hc_target target = {.horizon_us = column->duration_us,
        .split_us = maker->making->split_us,
        .embargo_us = hc_feature_plan_ahead(maker->making->plan)};

    for (size_t s = 0; s < portion->n_stretches; s++) {
        struct node_rows rows = node_rows(portion, s);
        const struct hc_target_series series = {portion->time_us + rows.first,
            portion->step_us + rows.first, portion->value[column->gauge] + rows.first,
            rows.to - rows.first};

        if (rows.first < rows.end)
            hc_target_fill(&target, &series, 0, rows.end - rows.first,
                (double *)maker->column + (rows.first - portion->first));
    }
    return put(maker, HC_PARQUET_DOUBLE, maker->column);
}

static enum hc_status put_column(
    struct hc_maker *maker, const struct hc_feature_column *column)
{
    const struct hc_portion *portion = &maker->portion;

    switch (column->kind) {
    case HC_FEATURE_TIME:
        return put(maker, HC_PARQUET_TIME, portion->time_us + portion->first);
    case HC_FEATURE_NODE: return put_names(maker, false);
    case HC_FEATURE_CLUSTER: return put_names(maker, true);
    case HC_FEATURE_SAMPLE:
        return put(
            maker, HC_PARQUET_DOUBLE, portion->value[column->gauge] + portion->first);
    case HC_FEATURE_CALENDAR: return put_calendar(maker, column->row);
    case HC_FEATURE_ROLLING: return put_rolling(maker, column);
    case HC_FEATURE_TARGET: return put_target(maker, column);
    }
    return HC_INTERNAL;
}

enum hc_status hc_maker_run(struct hc_maker *maker)
{
    const struct hc_feature_plan *plan = maker->making->plan;

    maker->rows = maker->portion.end - maker->portion.first;
    assert(maker->rows > 0 && maker->rows <= maker->making->portion_rows);
    HC_TRY(find_ranges(maker));
    for (size_t i = 0; i < plan->n_columns; i++) {
        if (maker->making->stop && atomic_load(maker->making->stop))
            return HC_INTERRUPTED;
        HC_TRY(put_column(maker, &plan->columns[i]));
    }
    return HC_OK;
}
