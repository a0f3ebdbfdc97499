/*
 * hindcast columns - the gauges that a data set may hold
 */
#include <math.h>

#include "base/json.h"
#include "cli/command.h"
#include "model/metric.h"

static void print_range(struct hc_buf *out, const struct hc_metric *metric)
{
    hc_buf_printf(out, "%g..", metric->low);
    if (isfinite(metric->high))
        hc_buf_printf(out, "%-3g", metric->high);
    else
        hc_buf_puts(out, "   ");
}

static void print_table(struct hc_buf *out)
{
    hc_buf_printf(out, "%-17s %-9s %-6s %s\n", "column", "unit", "range", "meaning");
    for (int i = 0; i < HC_METRICS; i++) {
        const struct hc_metric *metric = &hc_metrics[i];

        hc_buf_printf(out, "%-17s %-9s ", metric->name, metric->unit);
        print_range(out, metric);
        hc_buf_putc(out, ' ');
        hc_help_wrap(out, metric->meaning, 35, 80);
        hc_buf_putc(out, '\n');
    }
}

static void print_json(struct hc_buf *out)
{
    struct hc_json js;

    hc_json_init(&js, out, 2);
    hc_json_open(&js, '[');
    for (int i = 0; i < HC_METRICS; i++) {
        const struct hc_metric *metric = &hc_metrics[i];

        hc_json_open(&js, '{');
        hc_json_kstr(&js, "name", metric->name);
        hc_json_kstr(&js, "unit", metric->unit);
        hc_json_knum(&js, "low", metric->low);
        hc_json_knum(&js, "high", metric->high);
        hc_json_kstr(&js, "meaning", metric->meaning);
        hc_json_close(&js, '}');
    }
    hc_json_close(&js, ']');
    hc_buf_putc(out, '\n');
}

static enum hc_status run(const struct hc_call *call, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf out = HC_BUF_INIT;

    if (call->common->json)
        print_json(&out);
    else
        print_table(&out);
    return hc_print(&out, err);
}

const struct hc_command hc_cmd_columns = {
    .name = "columns",
    .arguments = "",
    .summary = "print the columns that a data set may hold",
    .description =
        "Prints the gauges of the sample contract: name, unit, possible range and "
        "meaning. A data set needs the columns 'timestamp' and 'node' and at least one "
        "of "
        "these; any further numeric column is analysed too. A column of another name is "
        "told to 'hindcast analyze' with '--map ours=theirs'.",
    .examples = "hindcast columns\nhindcast columns --json",
    .run = run,
};
