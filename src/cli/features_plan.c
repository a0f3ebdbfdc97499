#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cli/features.h"

/* ---- which gauges ---- */

/* Calls `take` for each name of a list with commas between. */
static enum hc_status each_name(struct hc_features *f, const char *list,
    enum hc_status (*take)(struct hc_features *f, const char *name, struct hc_error *err),
    struct hc_error *err)
{
    for (;;) {
        size_t len = strcspn(list, ",");
        HC_CLEANUP(hc_freep) char *name = hc_strndup(list, len);

        if (!name)
            return HC_NO_MEMORY;
        HC_TRY(take(f, name, err));
        if (!list[len])
            return HC_OK;
        list += len + 1;
    }
}

static struct hc_feature_gauge *find_gauge(
    const struct hc_feature_plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->n_gauges; i++)
        if (!strcmp(plan->gauges[i].name, name))
            return &plan->gauges[i];
    return NULL;
}

/* A column of --columns: a gauge, or any other number that is no feature already. */
static enum hc_status take_named(
    struct hc_features *f, const char *name, struct hc_error *err)
{
    const struct hc_dataset_column *column;
    struct hc_feature_gauge *gauge;

    HC_TRY(hc_dataset_column(&f->dataset, "--columns", name, &column, err));
    if (!column->numeric)
        return hc_fail(err, HC_USAGE, "--columns: '%s' holds no numbers", name);
    if (column->kind == HC_KIND_DERIVED || column->kind == HC_KIND_TARGET)
        return hc_fail(err, HC_USAGE,
            "--columns: '%s' is made of other columns already; name what was sampled",
            name);
    gauge = find_gauge(&f->plan, name);
    if (gauge && gauge->windowed)
        return hc_fail(err, HC_USAGE, "--columns: '%s' is there twice", name);
    if (!gauge)
        return hc_feature_plan_gauge(&f->plan, name, NULL, true);
    gauge->windowed = true;
    return HC_OK;
}

static enum hc_status take_gauges(struct hc_features *f)
{
    for (size_t i = f->dataset.n_keys; i < f->dataset.n_columns; i++) {
        const struct hc_dataset_column *column = &f->dataset.columns[i];

        if (column->metric >= 0)
            HC_TRY(hc_feature_plan_gauge(
                &f->plan, column->name, hc_metrics[column->metric].unit, false));
    }
    return HC_OK;
}

/* Without --columns: those of CPU, memory and load that are there. */
static enum hc_status take_main(struct hc_features *f, struct hc_error *err)
{
    size_t n = 0;

    for (size_t m = 0; m < HC_MAIN; m++) {
        const char *name = hc_metrics[hc_main_metrics[m]].name;
        struct hc_feature_gauge *gauge = find_gauge(&f->plan, name);

        if (gauge) {
            gauge->windowed = true;
            n++;
        } else {
            hc_say(f->common, "no column '%s': no features of it", name);
        }
    }
    if (n)
        return HC_OK;
    return hc_fail(err, HC_USAGE,
        "there is none of cpu_usage_rate, memory_usage and load_1m: name what is to have "
        "windows and targets with --columns");
}

enum hc_status hc_features_plan(struct hc_features *f, struct hc_error *err)
{
    const struct hc_features_options *o = f->options;

    f->plan.has_cluster = f->dataset.has_cluster;
    HC_TRY(take_gauges(f));
    if (o->columns)
        HC_TRY(each_name(f, o->columns, take_named, err));
    else
        HC_TRY(take_main(f, err));
    return hc_feature_plan_columns(&f->plan, err);
}

/* ---- what is asked of the data set ---- */

/* Rows that are kept, and known at --as-of; those without a time are counted. */
static void add_rows(const struct hc_features *f, struct hc_buf *sql)
{
    hc_buf_puts(sql, "SELECT hc_time, hc_node");
    if (f->plan.has_cluster)
        hc_buf_puts(sql, ", hc_cluster");
    for (size_t g = 0; g < f->plan.n_gauges; g++) {
        hc_buf_puts(sql, ", ");
        hc_sql_name(sql, f->plan.gauges[g].name);
    }
    hc_buf_puts(sql, " FROM hc_samples WHERE true");
    if (f->dataset.has_keep)
        hc_buf_puts(sql, " AND hc_keep");
    if (f->as_of_us != INT64_MAX)
        hc_buf_printf(sql, " AND (hc_time IS NULL OR hc_time <= make_timestamp(%lld))",
            (long long)f->as_of_us);
}

enum hc_status hc_features_sql(struct hc_features *f)
{
    add_rows(f, &f->sql);
    add_rows(f, &f->sorted_sql);
    /* equal keys stay in the order of the files */
    hc_buf_printf(&f->sorted_sql, " ORDER BY %shc_node, hc_time, hc_file, hc_row",
        f->plan.has_cluster ? "coalesce(hc_cluster, ''), " : "");
    HC_TRY(hc_buf_check(&f->sql));
    return hc_buf_check(&f->sorted_sql);
}
