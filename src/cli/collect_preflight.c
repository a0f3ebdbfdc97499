/*
 * What a server has and what would be asked, before it is asked.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/utf8.h"
#include "cli/collect.h"
#include "cli/options.h"
#include "report/human.h"

static struct hc_human time_of(int64_t t_s)
{
    return hc_human_iso(t_s * HC_SECOND_US);
}

/* A list in lines of at most 80 columns; nothing, if it is empty. */
static void put_list(struct hc_buf *out, const char *before, const struct hc_names *names)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;

    for (size_t i = 0; i < names->n; i++)
        hc_buf_printf(&text, "%s%s", i ? ", " : before, names->items[i]);
    if (!names->n)
        return;
    hc_help_wrap(out, hc_buf_str(&text), 4, 80);
    hc_buf_puts(out, "\n");
    out->failed |= text.failed;
}

/* Columns of samples/ that cannot be made. */
static void put_lacking_columns(const struct hc_plan *plan, struct hc_buf *out)
{
    HC_CLEANUP(hc_names_clear) struct hc_names columns = {0}, metrics = {0};
    enum hc_status status = HC_OK;

    for (size_t i = 0; i < hc_query_columns_count && !status; i++) {
        const struct hc_query_column *c = &hc_query_columns[i];

        if (hc_day_has_column(plan, i))
            continue;
        status = hc_names_add(&columns, hc_metrics[c->metric].name);
        if (!status)
            status = hc_names_add_new(
                &metrics, hc_queries[plan->asks[c->a] ? c->b : c->a].metric);
    }
    out->failed |= status != HC_OK;
    put_list(out, "columns left out: ", &columns);
    put_list(out, "since the server lacks: ", &metrics);
    if (!plan->asks[HC_Q_NODE_INFO] && !plan->node_label)
        hc_buf_printf(out, "%sa node is called by its address (or give --node-label)\n",
            plan->exported[HC_Q_NODE_INFO] ? "" : "no kube_node_info: ");
}

/* What a part lacks; or the part, if it lacks what says that anything is there. */
static void put_lacking_of(
    const struct hc_collection *c, enum hc_query_part part, struct hc_buf *out)
{
    static const struct {
        const char *file, *no, *without;
    } words[HC_PARTS] = {
        [HC_PART_NODES] = {"nodes.parquet", "no kube_node_info, so no nodes.parquet\n",
            "nodes.parquet without: "},
        [HC_PART_PODS] = {"pods.parquet", "no kube_pod_info, so no pods.parquet\n",
            "pods.parquet without: "},
        [HC_PART_USAGE] = {"pod_usage/",
            "no container_cpu_usage_seconds_total, so no pod_usage/\n",
            "pod_usage/ without: "},
    };
    HC_CLEANUP(hc_names_clear) struct hc_names metrics = {0};
    const struct hc_plan *plan = &c->plan;

    if (c->found.renamed[part][0]) {
        hc_buf_printf(out,
            "no %s: what is scraped has the exporter's own labels (the real\n"
            "    ones are in '%s' and the like): scrape it with\n"
            "    honor_labels, or leave such series out: --match '%s=\"\"'\n",
            words[part].file, c->found.renamed[part], c->found.renamed[part]);
        return;
    }
    if (!plan->pods)
        return;
    if (!hc_plan_has_part(plan, part)) {
        hc_buf_puts(out, words[part].no);
        return;
    }
    for (int q = 0; q < HC_QUERIES; q++)
        if (hc_ask_part(q) == part && !plan->asks[q])
            out->failed |= hc_names_add_new(&metrics, hc_queries[q].metric) != HC_OK;
    put_list(out, words[part].without, &metrics);
}

static void put_lacking(const struct hc_collection *c, struct hc_buf *out)
{
    put_lacking_columns(&c->plan, out);
    for (int part = HC_PART_NODES; part < HC_PARTS; part++)
        put_lacking_of(c, part, out);
}

/* Which part of the range has anything. */
static void put_coverage(const struct hc_coverage *coverage, struct hc_buf *out)
{
    if (!coverage->looks)
        return;
    if (!coverage->seen) {
        hc_buf_printf(out, "nodes: none at any of %lld moments looked at\n",
            (long long)coverage->looks);
        return;
    }
    hc_buf_printf(out, "nodes: %s", hc_human_count((uint64_t)coverage->nodes_least).text);
    if (coverage->nodes_most > coverage->nodes_least)
        hc_buf_printf(out, " to %s", hc_human_count((uint64_t)coverage->nodes_most).text);
    hc_buf_printf(out, ", at %lld of %lld moments looked at\n", (long long)coverage->seen,
        (long long)coverage->looks);
    if (coverage->seen < coverage->looks) {
        hc_buf_printf(out, "seen: from %s ", time_of(coverage->first_s).text);
        hc_buf_printf(out, "to %s\n", time_of(coverage->last_s).text);
    }
}

static struct hc_forecast forecast_of(const struct hc_collection *c)
{
    return hc_preflight_forecast(&c->plan, &c->found, c->options->concurrency);
}

static void put_forecast(const struct hc_collection *c, struct hc_buf *out)
{
    struct hc_forecast f = forecast_of(c);

    if (c->found.pods)
        hc_buf_printf(out, "pods: %s\n", hc_human_count((uint64_t)c->found.pods).text);
    hc_buf_printf(out, "about %s rows, ", hc_human_count((uint64_t)f.rows).text);
    hc_buf_printf(out, "%s requests, ", hc_human_count((uint64_t)f.requests).text);
    hc_buf_printf(out, "%s points", hc_human_count((uint64_t)f.points).text);
    if (c->found.trial.points) {
        hc_buf_printf(out, ", %s, ", hc_human_bytes(f.bytes).text);
        hc_buf_printf(out, "%s", hc_human_duration(f.seconds).text);
    }
    hc_buf_puts(out, "\n");
}

/* With auto: why raw samples are of no use. */
static void put_protocol(const struct hc_collection *c, struct hc_buf *out)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf why = HC_BUF_INIT;

    hc_buf_printf(out, "protocol: %s", hc_collect_protocol_name(c->plan.protocol));
    hc_utf8_show(&why, c->look.why, SIZE_MAX, !hc_locale_is_utf8());
    if (c->look.status)
        hc_buf_printf(out, "; remote_read is not used: %s", hc_buf_str(&why));
    hc_buf_puts(out, "\n");
    out->failed |= why.failed;
}

static void put_preflight(const struct hc_collection *c, struct hc_buf *out)
{
    const struct hc_plan *plan = &c->plan;
    HC_CLEANUP(hc_buf_clear) struct hc_buf url = HC_BUF_INIT;

    hc_utf8_show(&url, plan->url, SIZE_MAX, !hc_locale_is_utf8());
    hc_buf_printf(out, "server: %s, version %s", hc_buf_str(&url),
        c->about.version[0] ? c->about.version : "not said");
    hc_buf_printf(
        out, "%s%s\n", c->found.retention[0] ? ", keeps " : "", c->found.retention);
    hc_buf_printf(out, "range: %s to ", time_of(plan->since_s).text);
    hc_buf_printf(
        out, "%s, every %lld s\n", time_of(plan->until_s).text, (long long)plan->step_s);
    hc_buf_printf(out, "scrape interval: %lld s%s; rates over %lld s\n",
        (long long)plan->scrape_s, c->found.measured ? "" : " (not measured)",
        (long long)plan->window_s);
    if (c->found.measured && plan->step_s < plan->scrape_s)
        hc_buf_puts(out, "the step is shorter than that: samples repeat\n");
    put_protocol(c, out);
    put_coverage(&c->found.coverage, out);
    put_forecast(c, out);
    if (c->found.silent_own)
        hc_buf_printf(out, "own queries: %zu of %zu have no series now\n",
            c->found.silent_own, plan->n_own);
    put_lacking(c, out);
    out->failed |= url.failed;
}

static void put_preflight_json(const struct hc_collection *c, struct hc_buf *out)
{
    const struct hc_plan *plan = &c->plan;
    const struct hc_coverage *coverage = &c->found.coverage;
    struct hc_forecast f = forecast_of(c);
    struct hc_json js;

    hc_json_init(&js, out, 2);
    hc_json_open(&js, '{');
    hc_json_kstr(&js, "url", plan->url);
    hc_json_kstr(&js, "version", c->about.version[0] ? c->about.version : NULL);
    hc_json_ktime(&js, "since", plan->since_s * HC_SECOND_US);
    hc_json_ktime(&js, "until", plan->until_s * HC_SECOND_US);
    hc_json_kint(&js, "step_s", plan->step_s);
    hc_json_kint(&js, "scrape_interval_s", plan->scrape_s);
    hc_json_kbool(&js, "scrape_interval_measured", c->found.measured);
    hc_json_kint(&js, "rate_window_s", plan->window_s);
    hc_json_kstr(&js, "protocol", hc_collect_protocol_name(plan->protocol));
    hc_json_kstr(&js, "protocol_reason", c->look.status ? c->look.why : NULL);
    hc_json_kint(&js, "instances", c->found.instances);
    hc_json_kint(&js, "rows", f.rows);
    hc_json_kint(&js, "requests", f.requests);
    hc_json_kint(&js, "points", f.points);
    hc_json_knum(&js, "bytes", f.bytes);
    hc_json_knum(&js, "seconds", f.seconds);
    hc_json_kint(&js, "pods", c->found.pods);
    hc_json_kstr(&js, "retention", c->found.retention[0] ? c->found.retention : NULL);
    hc_json_kint(&js, "looks", coverage->looks);
    hc_json_kint(&js, "looks_with_nodes", coverage->seen);
    hc_json_kint(&js, "nodes_least", coverage->nodes_least);
    hc_json_kint(&js, "nodes_most", coverage->nodes_most);
    if (coverage->seen) {
        hc_json_ktime(&js, "first_seen", coverage->first_s * HC_SECOND_US);
        hc_json_ktime(&js, "last_seen", coverage->last_s * HC_SECOND_US);
    }
    hc_json_key(&js, "renamed_labels");
    hc_json_open(&js, '[');
    for (int part = 0; part < HC_PARTS; part++)
        if (c->found.renamed[part][0])
            hc_json_str(&js, c->found.renamed[part]);
    hc_json_close(&js, ']');
    hc_json_key(&js, "not_exported");
    hc_json_open(&js, '[');
    for (int q = 0; q < HC_QUERIES; q++)
        if (!plan->exported[q] && hc_plan_wants(plan, q))
            hc_json_str(&js, hc_ask_name(q));
    hc_json_close(&js, ']');
    hc_json_close(&js, '}');
    hc_buf_putc(out, '\n');
}

enum hc_status hc_collect_print_preflight(
    const struct hc_collection *c, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf out = HC_BUF_INIT;

    if (c->options->dry_run && c->common->json)
        put_preflight_json(c, &out);
    else
        put_preflight(c, &out);
    HC_TRY(hc_buf_check(&out));
    if (c->options->dry_run)
        return hc_print(&out, err);
    if (!c->common->quiet)
        fputs(hc_buf_str(&out), stderr);
    return HC_OK;
}
