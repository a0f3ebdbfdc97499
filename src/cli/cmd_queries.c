/*
 * hindcast queries - what `collect` asks of Prometheus
 */
#include "base/json.h"
#include "cli/command.h"
#include "collect/queries.h"

struct queries_options {
    const char *match;
    double window;
};

static const struct hc_option table[] = {
    HC_OPTION_STRING(struct queries_options, match, "match", 0, "MATCHERS", NULL,
        "PromQL matchers that every selector gets, such as 'cluster=\"prod\"'"),
    HC_OPTION_DOUBLE(struct queries_options, window, "window", 0, "SECONDS", "300", 1,
        86400, "the window of rates; collect takes max(4 × scrape interval, step)"),
    HC_OPTION_END,
};

static struct hc_query_words words_of(const struct queries_options *o)
{
    return (struct hc_query_words){.match = o->match,
        .replicas = HC_REPLICA_LABELS,
        .node = "instance",
        .window_s = (int64_t)o->window};
}

/* What is asked for each part of a data set, and how often. */
static const struct part {
    const char *name; /* in JSON */
    const char *title;
} parts[HC_PARTS] = {
    {"samples", "For samples/, at every step: a number a node"},
    {"join", "For samples/, at every step: which node has an address"},
    {"nodes", "For nodes.parquet, every 5 minutes"},
    {"pods", "For pods.parquet, every 5 minutes"},
    {"pod_usage", "For pod_usage/, every 5 minutes"},
};

/* Windows of rates are not shorter than what a moment stands for. */
static struct hc_query_words words_for(
    const struct hc_query *query, const struct hc_query_words *given)
{
    struct hc_query_words words = *given;

    if (query->part > HC_PART_JOIN && words.window_s < HC_POD_STEP_S)
        words.window_s = HC_POD_STEP_S;
    return words;
}

static void print_query(
    struct hc_buf *out, const struct hc_query *query, const struct hc_query_words *given)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf here = HC_BUF_INIT;
    struct hc_query_words words = words_for(query, given);

    hc_buf_printf(out, "%s%s%s%s: %s\n    ", query->name, *query->unit ? " (" : "",
        query->unit, *query->unit ? ")" : "", query->meaning);
    hc_query_promql(out, query, &words);
    hc_query_here(&here, query, &words);
    if (here.len)
        hc_buf_printf(out, "\n    here: %s", here.text);
    out->failed |= here.failed;
    hc_buf_puts(out, "\n");
}

static void print_table(struct hc_buf *out, const struct hc_query_words *words)
{
    for (int part = 0; part < HC_PARTS; part++) {
        hc_buf_printf(out, "%s%s\n\n", part ? "\n" : "", parts[part].title);
        for (size_t i = 0; i < HC_QUERIES; i++)
            if ((int)hc_queries[i].part == part)
                print_query(out, &hc_queries[i], words);
    }
    hc_buf_puts(out, "\nColumns of samples/\n\n");
    for (size_t i = 0; i < hc_query_columns_count; i++)
        hc_buf_printf(out, "%-17s %-9s %s\n", hc_metrics[hc_query_columns[i].metric].name,
            hc_metrics[hc_query_columns[i].metric].unit, hc_query_columns[i].formula);
}

static void put_query(
    struct hc_json *js, const struct hc_query *query, const struct hc_query_words *given)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf promql = HC_BUF_INIT, here = HC_BUF_INIT;
    struct hc_query_words words = words_for(query, given);

    hc_query_promql(&promql, query, &words);
    hc_query_here(&here, query, &words);
    js->out->failed |= promql.failed || here.failed;
    hc_json_open(js, '{');
    hc_json_kstr(js, "name", query->name);
    hc_json_kstr(js, "for", parts[query->part].name);
    hc_json_kstr(js, "unit", *query->unit ? query->unit : NULL);
    hc_json_kstr(js, "meaning", query->meaning);
    hc_json_kstr(js, "promql", hc_buf_str(&promql));
    hc_json_kstr(js, "here", here.len ? here.text : NULL);
    hc_json_close(js, '}');
}

static void put_column(struct hc_json *js, const struct hc_query_column *column)
{
    hc_json_open(js, '{');
    hc_json_kstr(js, "name", hc_metrics[column->metric].name);
    hc_json_kstr(js, "unit", hc_metrics[column->metric].unit);
    hc_json_kstr(js, "formula", column->formula);
    hc_json_close(js, '}');
}

static void print_json(struct hc_buf *out, const struct hc_query_words *words)
{
    struct hc_json js;

    hc_json_init(&js, out, 3);
    hc_json_open(&js, '{');
    hc_json_key(&js, "queries");
    hc_json_open(&js, '[');
    for (size_t i = 0; i < HC_QUERIES; i++)
        put_query(&js, &hc_queries[i], words);
    hc_json_close(&js, ']');
    hc_json_key(&js, "columns");
    hc_json_open(&js, '[');
    for (size_t i = 0; i < hc_query_columns_count; i++)
        put_column(&js, &hc_query_columns[i]);
    hc_json_close(&js, ']');
    hc_json_close(&js, '}');
    hc_buf_putc(out, '\n');
}

static enum hc_status run(const struct hc_call *call, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf out = HC_BUF_INIT;
    struct hc_query_words words = words_of(call->options);

    if (call->common->json)
        print_json(&out, &words);
    else
        print_table(&out, &words);
    return hc_print(&out, err);
}

const struct hc_command hc_cmd_queries = {
    .name = "queries",
    .arguments = "",
    .summary = "print what is asked of Prometheus",
    .description =
        "Prints the PromQL of every query with its unit and meaning, and how the columns "
        "of a data set are made of them. It asks no server.",
    .examples = "hindcast queries\nhindcast queries --match 'cluster=\"prod\"' --json",
    .options = table,
    .options_size = sizeof(struct queries_options),
    .run = run,
};
