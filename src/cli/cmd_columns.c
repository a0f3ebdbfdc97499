/*
 * hindcast columns - the gauges of a data set, and the columns of a training set
 */
#include <math.h>

#include "base/clock.h"
#include "base/json.h"
#include "cli/command.h"
#include "features/plan.h"
#include "model/metric.h"

enum { FORMULA = 256, TIMES = 64 };

/* ---- the training set that 'hindcast features' makes without options ---- */

static enum hc_status make_plan(struct hc_feature_plan *plan, struct hc_error *err)
{
    for (int i = 0; i < HC_METRICS; i++) {
        bool is_main = false;

        for (size_t m = 0; m < HC_MAIN; m++)
            is_main |= hc_main_metrics[m] == (enum hc_metric_id)i;
        HC_TRY(
            hc_feature_plan_gauge(plan, hc_metrics[i].name, hc_metrics[i].unit, is_main));
    }
    HC_TRY(hc_durations_parse("--windows", HC_FEATURE_WINDOWS, &plan->windows, err));
    HC_TRY(hc_durations_parse("--horizons", HC_FEATURE_HORIZONS, &plan->horizons, err));
    return hc_feature_plan_columns(plan, err);
}

static bool is_made(const struct hc_feature_column *column)
{
    return column->kind == HC_FEATURE_CALENDAR || column->kind == HC_FEATURE_ROLLING ||
           column->kind == HC_FEATURE_TARGET;
}

/* ---- text ---- */

static void print_range(struct hc_buf *out, const struct hc_metric *metric)
{
    hc_buf_printf(out, "%g..", metric->low);
    if (isfinite(metric->high))
        hc_buf_printf(out, "%-3g", metric->high);
    else
        hc_buf_puts(out, "   ");
}

static void print_gauges(struct hc_buf *out)
{
    hc_buf_printf(out, "%-17s %-9s %-6s %s\n", "gauge", "unit", "range", "meaning");
    for (int i = 0; i < HC_METRICS; i++) {
        const struct hc_metric *metric = &hc_metrics[i];

        hc_buf_printf(out, "%-17s %-9s ", metric->name, metric->unit);
        print_range(out, metric);
        hc_buf_putc(out, ' ');
        hc_help_wrap(out, metric->meaning, 35, 80);
        hc_buf_putc(out, '\n');
    }
}

static const char notes[] =
    "'hindcast features' adds these to each sample. x: the gauge's values in the rows "
    "that are named, n of them; t: the sample's own time, which is in (t - 1 h, t] while "
    "t - 1 h is not. A window with less than half of the samples that are expected of it "
    "is missing. A target is the sample nearest to its time.";

static void print_features(const struct hc_feature_plan *plan, struct hc_buf *out)
{
    hc_help_wrap(out, notes, 0, 80);
    hc_buf_printf(out, "\n\n%-26s %-9s %-17s %s\n", "column", "unit", "rows", "formula");
    for (size_t i = 0; i < plan->n_columns; i++) {
        const struct hc_feature_column *column = &plan->columns[i];
        char formula[FORMULA], rows[TIMES];

        if (!is_made(column))
            continue;
        hc_feature_formula(plan, column, formula, sizeof(formula));
        hc_feature_rows(column, rows, sizeof(rows));
        hc_buf_printf(out, "%-26s %-9s %-17s ", column->name,
            column->unit ? column->unit : "-", rows);
        hc_help_wrap(out, formula, 55, 80);
        hc_buf_putc(out, '\n');
    }
}

/* ---- JSON ---- */

static void put_seconds(struct hc_json *js, const char *key, int64_t us)
{
    hc_json_key(js, key);
    if (us)
        hc_json_int(js, us / HC_SECOND_US);
    else
        hc_json_null(js);
}

static void put_column(struct hc_json *js, const char *name, const char *kind,
    const char *unit, const struct hc_metric *gauge)
{
    hc_json_kstr(js, "name", name);
    hc_json_kstr(js, "kind", kind);
    hc_json_kstr(js, "unit", unit);
    hc_json_knum(js, "low", gauge ? gauge->low : NAN);
    hc_json_knum(js, "high", gauge ? gauge->high : NAN);
}

static void put_gauges(struct hc_json *js)
{
    for (int i = 0; i < HC_METRICS; i++) {
        const struct hc_metric *gauge = &hc_metrics[i];

        hc_json_open(js, '{');
        put_column(js, gauge->name, "gauge", gauge->unit, gauge);
        hc_json_kstr(js, "meaning", gauge->meaning);
        hc_json_close(js, '}');
    }
}

static void put_features(struct hc_json *js, const struct hc_feature_plan *plan)
{
    for (size_t i = 0; i < plan->n_columns; i++) {
        const struct hc_feature_column *column = &plan->columns[i];
        bool is_target = column->kind == HC_FEATURE_TARGET;
        char formula[FORMULA], rows[TIMES];

        if (!is_made(column))
            continue;
        hc_feature_formula(plan, column, formula, sizeof(formula));
        hc_feature_rows(column, rows, sizeof(rows));
        hc_json_open(js, '{');
        put_column(
            js, column->name, hc_feature_kind_name(column->kind), column->unit, NULL);
        hc_json_kstr(js, "meaning", formula);
        hc_json_kstr(js, "rows", rows);
        put_seconds(js, "window_s", is_target ? 0 : column->duration_us);
        put_seconds(js, "horizon_s", is_target ? column->duration_us : 0);
        hc_json_close(js, '}');
    }
}

static void print_json(const struct hc_feature_plan *plan, struct hc_buf *out)
{
    struct hc_json js;

    hc_json_init(&js, out, 2);
    hc_json_open(&js, '[');
    put_gauges(&js);
    put_features(&js, plan);
    hc_json_close(&js, ']');
    hc_buf_putc(out, '\n');
}

static enum hc_status run(const struct hc_call *call, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf out = HC_BUF_INIT;
    HC_CLEANUP(hc_feature_plan_clear) struct hc_feature_plan plan = {0};

    HC_TRY(make_plan(&plan, err));
    if (call->common->json) {
        print_json(&plan, &out);
    } else {
        print_gauges(&out);
        hc_buf_putc(&out, '\n');
        print_features(&plan, &out);
    }
    return hc_print(&out, err);
}

const struct hc_command hc_cmd_columns = {
    .name = "columns",
    .arguments = "",
    .summary = "print the columns of data sets and of training sets",
    .description =
        "Prints the gauges of the sample contract: name, unit, possible range and "
        "meaning. A data set needs the columns 'timestamp' and 'node' and at least one "
        "of "
        "these; any further numeric column is analysed too. A column of another name is "
        "told to 'hindcast analyze' with '--map ours=theirs'.\n\n"
        "Then those that 'hindcast features' makes of them, without options: unit, the "
        "rows that a column may look at, and its formula.",
    .examples = "hindcast columns\nhindcast columns --json",
    .run = run,
};
