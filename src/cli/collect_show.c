#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/utf8.h"
#include "cli/collect.h"
#include "cli/options.h"
#include "net/wait.h"
#include "report/human.h"

enum { LINE = 78, MINUTE_S = 60 };

/* ---- progress ---- */

void hc_collect_progress_start(struct hc_collection *c)
{
    struct hc_collect_progress *p = &c->progress;

    *p = (struct hc_collect_progress){.common = c->common};
    p->terminal = c->common->progress == HC_PROGRESS_ALWAYS || isatty(STDERR_FILENO);
    p->start_s = p->shown_s = hc_wait_now_s();
    for (size_t i = 0; i < c->n_days; i++)
        if (!c->days[i].span.end_s)
            p->total_pieces +=
                hc_plan_pieces(&c->plan, hc_plan_day(&c->plan, (int64_t)i));
}

static bool is_silent(const struct hc_collect_progress *p)
{
    return p->common->quiet || p->common->progress == HC_PROGRESS_NEVER;
}

/* "120 of 450 pieces, 345,600 rows, 8.1 pieces/s, 41 s left" */
static void put_progress(
    const struct hc_collect_progress *p, double now_s, struct hc_buf *out)
{
    double rate = (double)p->asked / (now_s - p->start_s + 1e-9);
    int64_t left = p->total_pieces - p->pieces;

    hc_buf_printf(out, "%s of %s pieces, ", hc_human_count((uint64_t)p->pieces).text,
        hc_human_count((uint64_t)p->total_pieces).text);
    hc_buf_printf(out, "%s rows", hc_human_count((uint64_t)p->rows).text);
    if (p->asked && left > 0)
        hc_buf_printf(out, ", %s pieces/s, %s left", hc_human_number(rate).text,
            hc_human_duration((double)left / rate).text);
}

static void show(struct hc_collect_progress *p)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;
    double now_s = hc_wait_now_s();

    if (is_silent(p) || now_s - p->shown_s < (p->terminal ? 0.2 : MINUTE_S))
        return;
    p->shown_s = now_s;
    put_progress(p, now_s, &text);
    if (p->terminal)
        fprintf(stderr, "\r%-*.*s", LINE, LINE, hc_buf_str(&text));
    else
        hc_say(p->common, "%s", hc_buf_str(&text));
    fflush(stderr);
}

/* A piece that was halved is two: then there are more than was thought. */
void hc_collect_on_piece(void *context, const struct hc_piece_id *id, bool asked)
{
    struct hc_collection *c = context;

    (void)id;
    c->progress.pieces++;
    c->progress.asked += asked;
    if (c->progress.pieces > c->progress.total_pieces)
        c->progress.total_pieces = c->progress.pieces;
    show(&c->progress);
}

void hc_collect_on_retry(void *context, const char *message)
{
    struct hc_collection *c = context;

    hc_say(c->common, "%s; it is asked again", message);
}

void hc_collect_progress_stop(struct hc_collection *c)
{
    if (c->progress.terminal && !is_silent(&c->progress) &&
        c->progress.shown_s > c->progress.start_s)
        fprintf(stderr, "\r%*s\r", LINE, "");
}

/* ---- what the server has ---- */

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
        hc_buf_puts(out, "no kube_node_info: a node is called by its address (or give "
                         "--node-label)\n");
}

/* What a part lacks; or the part, if it lacks what says that anything is there. */
static void put_lacking_of(
    const struct hc_plan *plan, enum hc_query_part part, struct hc_buf *out)
{
    static const struct {
        const char *no, *without;
    } words[HC_PARTS] = {
        [HC_PART_NODES] = {"no kube_node_info, so no nodes.parquet\n",
            "nodes.parquet without: "},
        [HC_PART_PODS] = {"no kube_pod_info, so no pods.parquet\n",
            "pods.parquet without: "},
        [HC_PART_USAGE] = {"no container_cpu_usage_seconds_total, so no pod_usage/\n",
            "pod_usage/ without: "},
    };
    HC_CLEANUP(hc_names_clear) struct hc_names metrics = {0};

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

static void put_lacking(const struct hc_plan *plan, struct hc_buf *out)
{
    put_lacking_columns(plan, out);
    for (int part = HC_PART_NODES; part < HC_PARTS; part++)
        put_lacking_of(plan, part, out);
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
    put_coverage(&c->found.coverage, out);
    put_forecast(c, out);
    put_lacking(plan, out);
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
    hc_json_key(&js, "not_exported");
    hc_json_open(&js, '[');
    for (int q = 0; q < HC_QUERIES; q++)
        if (!plan->asks[q] && hc_plan_wants(plan, q))
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

/* ---- the result ---- */

struct total {
    int64_t rows, bytes, days, empty_days, holes, warnings, unjoined, folded, usage_rows;
};

static struct total total_of(const struct hc_collection *c)
{
    struct total t = {0};

    for (size_t i = 0; i < c->n_days; i++) {
        const struct hc_day *day = &c->days[i];

        t.rows += day->samples.rows;
        t.bytes += day->samples.bytes;
        t.days += day->samples.path[0] != '\0';
        t.empty_days += !day->samples.path[0];
        t.usage_rows += day->usage.rows;
        t.holes += (int64_t)day->n_holes;
        t.warnings += (int64_t)day->warnings.n;
        t.unjoined += day->unjoined;
        t.folded += day->folded;
    }
    return t;
}

static void put_result(const struct hc_collection *c, struct hc_buf *out)
{
    struct total t = total_of(c);
    HC_CLEANUP(hc_buf_clear) struct hc_buf dir = HC_BUF_INIT;

    hc_utf8_show(&dir, c->dir, SIZE_MAX, !hc_locale_is_utf8());
    hc_buf_printf(out, "collected into %s: ", hc_buf_str(&dir));
    hc_buf_printf(out, "%s rows, ", hc_human_count((uint64_t)t.rows).text);
    hc_buf_printf(out, "%lld day%s, %s\n", (long long)t.days, t.days == 1 ? "" : "s",
        hc_human_bytes((double)t.bytes).text);
    for (int which = 0; which < HC_HISTORIES; which++)
        if (c->histories[which].path[0])
            hc_buf_printf(out, "%s: %s rows\n", hc_history_name(which),
                hc_human_count((uint64_t)c->histories[which].rows).text);
    if (t.usage_rows)
        hc_buf_printf(
            out, "pod_usage/: %s rows\n", hc_human_count((uint64_t)t.usage_rows).text);
    if (t.empty_days)
        hc_buf_printf(out, "days without any row: %lld\n", (long long)t.empty_days);
    if (t.holes > t.empty_days)
        hc_buf_puts(out, "there are times at which no node has a row: see 'holes' in "
                         "manifest.json\n");
    if (t.unjoined && c->plan.asks[HC_Q_NODE_INFO])
        hc_buf_printf(out,
            "instances that no node of kube_node_info had the address of, "
            "summed over days: %lld\n",
            (long long)t.unjoined);
    if (t.folded)
        hc_buf_printf(out, "rows left out, since two instances were one node: %s\n",
            hc_human_count((uint64_t)t.folded).text);
    if (t.warnings)
        hc_buf_puts(out, "there were warnings: see 'warnings' in manifest.json\n");
    hc_buf_printf(out, "next: hindcast analyze %s\n", hc_buf_str(&dir));
    out->failed |= dir.failed;
}

static void put_result_json(const struct hc_collection *c, struct hc_buf *out)
{
    struct total t = total_of(c);
    struct hc_json js;

    hc_json_init(&js, out, 2);
    hc_json_open(&js, '{');
    hc_json_kstr(&js, "output", c->dir);
    hc_json_ktime(&js, "start", c->plan.since_s * HC_SECOND_US);
    hc_json_ktime(&js, "end", c->plan.until_s * HC_SECOND_US);
    hc_json_kint(&js, "step_s", c->plan.step_s);
    hc_json_kint(&js, "rows", t.rows);
    hc_json_kint(&js, "files", t.days);
    hc_json_kint(&js, "bytes", t.bytes);
    hc_json_kint(&js, "requests", c->progress.asked);
    for (int which = 0; which < HC_HISTORIES; which++)
        hc_json_kint(&js, which == HC_HISTORY_PODS ? "pods_rows" : "nodes_rows",
            c->histories[which].rows);
    hc_json_kint(&js, "pod_usage_rows", t.usage_rows);
    hc_json_kint(&js, "rows_folded", t.folded);
    hc_json_kint(&js, "warnings", t.warnings);
    hc_collect_put_holes(c, &js);
    hc_json_close(&js, '}');
    hc_buf_putc(out, '\n');
}

enum hc_status hc_collect_print_result(
    const struct hc_collection *c, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf out = HC_BUF_INIT;

    if (c->common->json)
        put_result_json(c, &out);
    else if (!c->common->quiet)
        put_result(c, &out);
    return hc_print(&out, err);
}
