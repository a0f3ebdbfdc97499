#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/utf8.h"
#include "cli/collect.h"
#include "report/human.h"

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
