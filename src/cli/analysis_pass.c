#include <fnmatch.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cli/analysis.h"
#include "duck/door.h"

/* ---- which columns, in which order ---- */

static bool wanted_first(
    const struct hc_analysis *a, const struct hc_dataset_column *column)
{
    if (column->metric >= 0)
        return true;
    return !a->correlate || fnmatch(a->correlate, column->name, 0) == 0;
}

/* Gauges come first in the dataset already; of the others those to be correlated. */
static enum hc_status order_columns(struct hc_analysis *a)
{
    const struct hc_dataset *ds = &a->dataset;

    a->order = hc_alloc(ds->n_columns, sizeof(*a->order));
    if (!a->order)
        return HC_NO_MEMORY;
    for (int first = 1; first >= 0; first--)
        for (size_t i = ds->n_keys; i < ds->n_columns; i++)
            if (ds->columns[i].numeric && wanted_first(a, &ds->columns[i]) == first)
                a->order[a->n_order++] = (uint32_t)i;
    a->n_parts = (a->n_order + HC_PART_COLUMNS - 1) / HC_PART_COLUMNS;
    return HC_OK;
}

static void find_gauges(struct hc_analysis *a)
{
    while (a->n_gauges < a->n_order &&
           a->dataset.columns[a->order[a->n_gauges]].metric >= 0) {
        a->gauges[a->n_gauges] =
            (enum hc_metric_id)a->dataset.columns[a->order[a->n_gauges]].metric;
        a->n_gauges++;
    }
}

static void find_main(struct hc_analysis *a, struct hc_profile_options *options)
{
    for (size_t m = 0; m < HC_MAIN; m++) {
        a->main_of[m] = -1;
        for (size_t g = 0; g < a->n_gauges; g++)
            if (a->gauges[g] == hc_main_metrics[m]) {
                a->main_of[m] = (int)options->main;
                options->main_column[options->main++] = g;
            }
    }
}

/* ---- what SQL counts in the same pass ---- */

void hc_analysis_local_time(const struct hc_analysis *a, struct hc_buf *sql)
{
    const struct hc_zone *zone = &a->zone;
    char text[HC_TIME_TEXT];

    if (zone->n_spans == 1 && zone->spans[0].offset_s == 0) {
        hc_buf_puts(sql, "hc_time");
        return;
    }
    hc_buf_puts(sql, "hc_time + to_seconds(CASE");
    for (size_t i = 1; i < zone->n_spans; i++) {
        hc_local_format(zone->spans[i].from_s * HC_SECOND_US, text);
        hc_buf_printf(sql, " WHEN hc_time < TIMESTAMP '%s' THEN %lld", text,
            (long long)zone->spans[i - 1].offset_s);
    }
    hc_buf_printf(
        sql, " ELSE %lld END)", (long long)zone->spans[zone->n_spans - 1].offset_s);
}

static void add_count(
    struct hc_buf *sql, const struct hc_analysis *a, const char *condition)
{
    if (sql->len)
        hc_buf_puts(sql, ", ");
    hc_buf_printf(sql, "count(*) FILTER (WHERE %s", condition);
    hc_buf_puts(sql, a->dataset.has_keep ? " AND hc_keep)" : ")");
}

/* A calendar column of the file against the timestamps. */
static void add_calendar(struct hc_buf *sql, const struct hc_analysis *a,
    const char *name, const char *part, const char *minus)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf condition = HC_BUF_INIT;

    hc_buf_puts(&condition, "isfinite(");
    hc_sql_name(&condition, name);
    hc_buf_puts(&condition, ") AND ");
    hc_sql_name(&condition, name);
    hc_buf_printf(&condition, " <> %s(", part);
    hc_analysis_local_time(a, &condition);
    hc_buf_printf(&condition, ")%s", minus);
    add_count(sql, a, hc_buf_str(&condition));
}

/* NULLs of the keys and of what is no number; then the two calendar columns. The order is
 * the summary's, which reads it back. */
static enum hc_status count_beside(const struct hc_analysis *a, struct hc_buf *sql)
{
    const struct hc_dataset *ds = &a->dataset;

    for (size_t i = 0; i < ds->n_columns; i++) {
        HC_CLEANUP(hc_buf_clear) struct hc_buf condition = HC_BUF_INIT;
        const char *key = i == 0                ? "hc_time"
                          : i + 1 == ds->n_keys ? "hc_node"
                                                : "hc_cluster";

        if (ds->columns[i].numeric)
            continue;
        hc_buf_puts(&condition, "(");
        if (i < ds->n_keys)
            hc_buf_puts(&condition, key);
        else
            hc_sql_name(&condition, ds->columns[i].name);
        hc_buf_puts(&condition, ") IS NULL");
        add_count(sql, a, hc_buf_str(&condition));
    }
    for (size_t i = ds->n_keys; i < ds->n_columns; i++) {
        if (!ds->columns[i].numeric)
            continue;
        if (!strcmp(ds->columns[i].name, "hour"))
            add_calendar(sql, a, "hour", "hour", "");
        if (!strcmp(ds->columns[i].name, "day_of_week"))
            add_calendar(sql, a, "day_of_week", "isodow", " - 1");
    }
    return hc_buf_check(sql);
}

/* ---- the pass ---- */

static void add_columns(
    const struct hc_analysis *a, size_t part, size_t n, struct hc_buf *sql)
{
    for (size_t k = 0; k < n; k++) {
        hc_buf_puts(sql, ", ");
        hc_sql_name(sql, a->dataset.columns[a->order[part * HC_PART_COLUMNS + k]].name);
    }
}

static size_t part_columns(const struct hc_analysis *a, size_t part)
{
    size_t left = a->n_order - part * HC_PART_COLUMNS;

    return left < HC_PART_COLUMNS ? left : HC_PART_COLUMNS;
}

static void set_ranges(
    const struct hc_analysis *a, size_t part, size_t n, double *low, double *high)
{
    for (size_t k = 0; k < n; k++) {
        int metric = a->dataset.columns[a->order[part * HC_PART_COLUMNS + k]].metric;

        low[k] = metric >= 0 ? hc_metrics[metric].low : -__builtin_inf();
        high[k] = metric >= 0 ? hc_metrics[metric].high : __builtin_inf();
    }
}

/*
 * The hash of what the first part does not have. hc_other leaves out the dataset's first
 * 256 numbers; with --correlate some of them are not in the first part.
 */
static void add_other(const struct hc_analysis *a, struct hc_buf *sql)
{
    if (!a->correlate || a->n_parts == 1) {
        hc_buf_puts(sql, ", hc_other");
        return;
    }
    hc_buf_puts(sql, ", hash(hc_other");
    for (size_t k = HC_PART_COLUMNS; k < a->n_order; k++) {
        HC_CLEANUP(hc_buf_clear) struct hc_buf name = HC_BUF_INIT;

        hc_sql_name(&name, a->dataset.columns[a->order[k]].name);
        hc_buf_printf(sql, ", CASE WHEN isnan(%s) THEN NULL ELSE %s + 0.0 END",
            hc_buf_str(&name), hc_buf_str(&name));
    }
    hc_buf_puts(sql, ")");
}

/* The part with keys, gauges, cells and correlation. */
static void first_part(
    struct hc_analysis *a, struct hc_door *door, struct hc_buf *arguments)
{
    const struct hc_dataset *ds = &a->dataset;

    find_main(a, &door->options);
    door->options.gauges = a->n_gauges;
    door->options.comoments = true;
    door->options.sink = hc_cell_log_sink(a->log);
    door->has_keys = true;
    door->has_cluster = ds->has_cluster;
    door->has_other = ds->has_other;
    hc_buf_puts(arguments,
        ds->has_cluster ? ", hc_time, hc_cluster, hc_node" : ", hc_time, hc_node");
}

/* A step of more than a year is none. */
static int64_t hint_us(const struct hc_analysis *a)
{
    return a->dataset.step_hint_s > 366 * 86400 ? 0
                                                : a->dataset.step_hint_s * HC_SECOND_US;
}

static enum hc_status run_part(struct hc_analysis *a, size_t part, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf arguments = HC_BUF_INIT, also = HC_BUF_INIT;
    HC_CLEANUP(hc_rows_freep) struct hc_rows *row = NULL;
    double low[HC_PART_COLUMNS], high[HC_PART_COLUMNS];
    size_t n = part_columns(a, part);
    struct hc_door door = {.from = "hc_samples", .has_keep = a->dataset.has_keep};

    door.options = (struct hc_profile_options){.columns = n,
        .low = low,
        .high = high,
        .grain_s = hc_zone_grain(&a->zone),
        .step_hint_us = hint_us(a)};
    set_ranges(a, part, n, low, high);
    hc_buf_puts(&arguments, "hc_row, hc_file");
    if (part == 0)
        first_part(a, &door, &arguments);
    if (door.has_keep)
        hc_buf_puts(&arguments, ", hc_keep");
    if (door.has_other)
        add_other(a, &arguments);
    add_columns(a, part, n, &arguments);
    HC_TRY(hc_buf_check(&arguments));
    if (part == 0)
        HC_TRY(count_beside(a, &also));
    door.arguments = arguments.text;
    door.also = hc_buf_str(&also);
    HC_TRY(hc_door_run(a->duck, &door, &a->profiles[part], &row, err));
    if (part == 0)
        a->counts = hc_take(&row);
    return hc_profile_flush(a->profiles[part]);
}

enum hc_status hc_analysis_pass(struct hc_analysis *a, struct hc_error *err)
{
    HC_TRY(order_columns(a));
    find_gauges(a);
    a->profiles = hc_calloc(a->n_parts, sizeof(struct hc_profile *));
    if (!a->profiles)
        return HC_NO_MEMORY;
    HC_TRY(hc_cell_log_open(a->n_gauges, a->spill_dir, &a->log, err));
    for (size_t part = 0; part < a->n_parts; part++) {
        enum hc_status status = run_part(a, part, err);

        if (status == HC_OUTPUT && hc_cell_log_error(a->log)[0])
            return hc_fail(err, status, "%s", hc_cell_log_error(a->log));
        HC_TRY(hc_dataset_explain(a->duck, &a->dataset, status, err));
    }
    return hc_dataset_unchanged(&a->dataset, err);
}
