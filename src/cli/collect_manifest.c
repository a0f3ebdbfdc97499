#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "cli/collect.h"
#include "dataset/manifest.h"

/* ---- lists ---- */

static void put_hole(struct hc_json *js, struct hc_span hole)
{
    hc_json_open(js, '{');
    hc_json_ktime(js, "start", hole.start_s * HC_SECOND_US);
    hc_json_ktime(js, "end", hole.end_s * HC_SECOND_US);
    hc_json_close(js, '}');
}

/* One that goes on past midnight is one. */
void hc_collect_put_holes(const struct hc_collection *c, struct hc_json *js)
{
    struct hc_span open = {0};

    hc_json_key(js, "holes");
    hc_json_open(js, '[');
    for (size_t d = 0; d < c->n_days; d++)
        for (size_t i = 0; i < c->days[d].n_holes; i++) {
            struct hc_span hole = c->days[d].holes[i];

            if (open.end_s && open.end_s != hole.start_s)
                put_hole(js, open);
            if (!open.end_s || open.end_s != hole.start_s)
                open.start_s = hole.start_s;
            open.end_s = hole.end_s;
        }
    if (open.end_s)
        put_hole(js, open);
    hc_json_close(js, ']');
}

static void put_queries(const struct hc_collection *c, struct hc_json *js)
{
    hc_json_key(js, "queries");
    hc_json_open(js, '[');
    for (int ask = 0; ask < HC_ASKS; ask++) {
        HC_CLEANUP(hc_buf_clear) struct hc_buf promql = HC_BUF_INIT, here = HC_BUF_INIT;

        if (!c->plan.asks[ask])
            continue;
        hc_plan_promql(&c->plan, ask, &promql);
        hc_plan_here(&c->plan, ask, &here);
        js->out->failed |= promql.failed || here.failed;
        hc_json_open(js, '{');
        hc_json_kstr(js, "name",
            ask < HC_QUERIES ? hc_ask_name(ask) : hc_ask_own(&c->plan, ask)->name);
        hc_json_kstr(js, "promql", hc_buf_str(&promql));
        hc_json_kstr(js, "here", here.len ? here.text : NULL);
        hc_json_close(js, '}');
    }
    hc_json_close(js, ']');
}

static void put_not_asked(
    const struct hc_collection *c, const char *key, bool exported, struct hc_json *js)
{
    hc_json_key(js, key);
    hc_json_open(js, '[');
    for (int q = 0; q < HC_QUERIES; q++)
        if (!c->plan.asks[q] && hc_plan_wants(&c->plan, q) &&
            c->plan.exported[q] == exported) {
            hc_json_open(js, '{');
            hc_json_kstr(js, "query", hc_queries[q].name);
            hc_json_kstr(js, "metric", hc_queries[q].metric);
            hc_json_close(js, '}');
        }
    hc_json_close(js, ']');
}

/* What the server has not: no column is made of it. And what it has, but what is of no
 * use: nothing says what it belongs to. */
static void put_missing(const struct hc_collection *c, struct hc_json *js)
{
    put_not_asked(c, "not_exported", false, js);
    put_not_asked(c, "left_out", true, js);
}

static void put_warnings(const struct hc_collection *c, struct hc_json *js)
{
    hc_json_key(js, "warnings");
    hc_json_open(js, '[');
    for (size_t d = 0; d < c->n_days; d++)
        for (size_t i = 0; i < c->days[d].warnings.n; i++) {
            hc_json_open(js, '{');
            hc_json_ktime(js, "day", c->days[d].span.start_s * HC_SECOND_US);
            hc_json_kstr(js, "warning", c->days[d].warnings.items[i]);
            hc_json_close(js, '}');
        }
    hc_json_close(js, ']');
}

static void put_more(void *context, struct hc_json *js)
{
    const struct hc_collection *c = context;
    int64_t unjoined = 0, folded = 0;

    for (size_t d = 0; d < c->n_days; d++) {
        unjoined += c->days[d].unjoined;
        folded += c->days[d].folded;
    }
    hc_json_key(js, "server");
    hc_json_open(js, '{');
    hc_json_kstr(js, "url", c->plan.url);
    hc_json_kstr(js, "version", c->about.version[0] ? c->about.version : NULL);
    hc_json_close(js, '}');
    hc_json_kstr(js, "match", c->plan.match);
    hc_json_kstr(js, "node_label", c->plan.node_label);
    hc_json_kint(js, "scrape_interval_s", c->plan.scrape_s);
    hc_json_kint(js, "rate_window_s", c->plan.window_s);
    hc_json_kstr(js, "protocol", hc_collect_protocol_name(c->plan.protocol));
    put_queries(c, js);
    put_missing(c, js);
    hc_collect_put_holes(c, js);
    put_warnings(c, js);
    hc_json_kint(js, "instance_days_without_node", unjoined);
    hc_json_kint(js, "rows_folded", folded);
}

/* ---- what analyze checks ---- */

static enum hc_status add_columns(
    const struct hc_collection *c, struct hc_manifest *manifest)
{
    bool cluster = false, has[HC_METRICS] = {false};
    const struct hc_plan *plan = &c->plan;

    for (size_t d = 0; d < c->n_days; d++) {
        cluster |= c->days[d].cluster;
        for (size_t m = 0; m < HC_METRICS; m++)
            has[m] |= c->days[d].samples.path[0] && c->days[d].columns[m];
    }
    HC_TRY(hc_manifest_add_column(manifest, "timestamp", NULL));
    HC_TRY(hc_manifest_add_column(manifest, "node", NULL));
    if (cluster)
        HC_TRY(hc_manifest_add_column(manifest, "cluster", NULL));
    for (size_t m = 0; m < HC_METRICS; m++)
        if (has[m])
            HC_TRY(
                hc_manifest_add_column(manifest, hc_metrics[m].name, hc_metrics[m].unit));
    for (size_t q = 0; q < plan->n_own; q++)
        HC_TRY(hc_manifest_add_column(manifest, plan->own[q].name, plan->own[q].unit));
    return HC_OK;
}

static enum hc_status add_file(
    struct hc_manifest *manifest, const struct hc_day_file *file)
{
    return file->path[0] ? hc_manifest_add_file(manifest, file->path, file->bytes,
                               file->rows, file->sha256)
                         : HC_OK;
}

static enum hc_status fill(struct hc_collection *c, struct hc_manifest *manifest)
{
    strcpy(manifest->source, "collect");
    strcpy(manifest->version, HC_VERSION);
    manifest->created_us = (int64_t)time(NULL) * HC_SECOND_US;
    manifest->start_us = c->plan.since_s * HC_SECOND_US;
    manifest->end_us = c->plan.until_s * HC_SECOND_US;
    manifest->step_s = c->plan.step_s;
    manifest->more = put_more;
    manifest->context = c;
    HC_TRY(add_columns(c, manifest));
    for (size_t d = 0; d < c->n_days; d++)
        HC_TRY(add_file(manifest, &c->days[d].samples));
    for (int which = 0; which < HC_HISTORIES; which++)
        HC_TRY(add_file(manifest, &c->histories[which]));
    for (size_t d = 0; d < c->n_days; d++)
        HC_TRY(add_file(manifest, &c->days[d].usage));
    return HC_OK;
}

/* ---- what was said before ---- */

static bool recall_file(const struct hc_collection *c,
    const struct hc_manifest_file *said, struct hc_day_file *ret)
{
    char path[HC_PATH_MAX];
    struct hc_file_id id;

    if (hc_path_join(c->dir, said->path, path, NULL) ||
        hc_file_identify(path, &id, NULL) || id.bytes != said->bytes)
        return false;
    *ret = (struct hc_day_file){.rows = said->rows, .bytes = said->bytes};
    snprintf(ret->path, sizeof(ret->path), "%s", said->path);
    strcpy(ret->sha256, said->sha256);
    return true;
}

static bool has_part(const struct hc_collection *c, int which)
{
    for (size_t d = 0; d < c->n_days; d++)
        if (hc_history_part(&c->days[d], which)->path[0])
            return true;
    return false;
}

bool hc_collect_recall(struct hc_collection *c)
{
    HC_CLEANUP(hc_manifest_clear) struct hc_manifest manifest = {0};
    bool whole = !hc_manifest_read(c->dir, &manifest, NULL);

    for (int which = 0; whole && which < HC_HISTORIES; which++) {
        const struct hc_manifest_file *said =
            hc_manifest_find(&manifest, hc_history_name(which));

        whole = said ? recall_file(c, said, &c->histories[which]) : !has_part(c, which);
    }
    return whole;
}

/* ---- the manifest ---- */

enum hc_status hc_collect_manifest(struct hc_collection *c, struct hc_error *err)
{
    HC_CLEANUP(hc_manifest_clear) struct hc_manifest manifest = {0};

    HC_TRY(fill(c, &manifest));
    return hc_manifest_write(&manifest, c->dir, err);
}
