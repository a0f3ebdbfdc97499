#include "collect/preflight.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "collect/gather.h"
#include "collect/replicas.h"

enum { PROBES = 8, PROBE_WINDOW_S = 3600, MAX_TIMES = 10000 };

/* ---- which metrics are there ---- */

static void put_metrics(struct hc_buf *out, const struct hc_plan *plan)
{
    const char *between = "";

    hc_buf_puts(out, "{__name__=~\"");
    for (int q = 0; q < HC_QUERIES; q++) {
        if (!hc_plan_wants(plan, q))
            continue;
        hc_buf_printf(out, "%s%s", between, hc_queries[q].metric);
        if (hc_queries[q].per)
            hc_buf_printf(out, "|%s", hc_queries[q].per);
        between = "|";
    }
    hc_buf_printf(out, "\"%s%s}", plan->match ? "," : "", plan->match ? plan->match : "");
}

static void drop(struct hc_plan *plan, enum hc_query_part part)
{
    for (int q = 0; q < HC_QUERIES; q++)
        if (hc_ask_part(q) == part)
            plan->asks[q] = false;
}

/* What says how a pod is, is of no use without what says that it is there. */
static void drop_useless(struct hc_plan *plan)
{
    if (!plan->asks[HC_Q_NODE])
        drop(plan, HC_PART_NODES);
    if (!plan->asks[HC_Q_POD])
        drop(plan, HC_PART_PODS);
    if (!plan->asks[HC_Q_USED_CPU] && !plan->asks[HC_Q_USED_MEMORY])
        drop(plan, HC_PART_USAGE);
    if (!plan->asks[HC_Q_PERIODS])
        plan->asks[HC_Q_THROTTLED] = false;
    if (!plan->asks[HC_Q_RESTARTS])
        plan->asks[HC_Q_ENDED] = false;
}

static enum hc_status find_metrics(
    struct hc_server *server, struct hc_plan *plan, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf match = HC_BUF_INIT;
    HC_CLEANUP(hc_names_clear) struct hc_names names = {0};
    bool any = false;

    put_metrics(&match, plan);
    HC_TRY(hc_buf_check(&match));
    HC_TRY(hc_server_label_values(server, "__name__", hc_buf_str(&match),
        (struct hc_span){plan->since_s, plan->until_s}, &names, err));
    for (int q = 0; q < HC_QUERIES; q++) {
        const char *per = hc_queries[q].per;

        plan->exported[q] = hc_plan_wants(plan, q) &&
                            hc_names_has(&names, hc_queries[q].metric) &&
                            (!per || hc_names_has(&names, per));
        plan->asks[q] = plan->exported[q];
        any |= plan->asks[q] && q < HC_NODE_QUERIES;
    }
    for (size_t i = 0; i < HC_OWN_MAX; i++)
        plan->asks[HC_QUERIES + i] = i < plan->n_own;
    drop_useless(plan);
    if (!any)
        return hc_fail(err, HC_NO_DATA,
            "%s has no metric of node_exporter in that range%s%s: see 'hindcast queries'",
            hc_http_shown(server->http), plan->match ? " for " : "",
            plan->match ? plan->match : "");
    return HC_OK;
}

/* ---- how often a target is scraped ---- */

/* The labels of the first series as a selector, and the times of its samples. */
struct probe {
    struct hc_buf selector;
    size_t series;
    int64_t times_ms[MAX_TIMES];
    size_t n;
};

static void put_quoted(struct hc_buf *out, const char *text)
{
    hc_buf_putc(out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            hc_buf_putc(out, '\\');
        if (*text == '\n')
            hc_buf_puts(out, "\\n");
        else
            hc_buf_putc(out, *text);
    }
    hc_buf_putc(out, '"');
}

static enum hc_status on_series(
    void *context, const struct hc_label *labels, size_t n, struct hc_error *err)
{
    struct probe *probe = context;

    (void)err;
    for (size_t i = 0; !probe->series && i < n; i++) {
        if (!strcmp(labels[i].name, "__name__"))
            continue;
        hc_buf_printf(
            &probe->selector, "%s%s=", probe->selector.len ? "," : "", labels[i].name);
        put_quoted(&probe->selector, labels[i].value);
    }
    probe->series++;
    return hc_buf_check(&probe->selector);
}

static enum hc_status on_samples(
    void *context, const struct hc_sample *samples, size_t n, struct hc_error *err)
{
    struct probe *probe = context;

    (void)err;
    for (size_t i = 0; probe->series == 1 && i < n && probe->n < MAX_TIMES; i++)
        probe->times_ms[probe->n++] = samples[i].t_ms;
    return HC_OK;
}

static struct hc_sink sink_of(struct probe *probe)
{
    return (struct hc_sink){.context = probe, .series = on_series, .samples = on_samples};
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* The median difference in whole seconds; 0: too few samples. */
static int64_t interval_of(struct probe *probe)
{
    size_t n = probe->n ? probe->n - 1 : 0;
    int64_t seconds;

    for (size_t i = 0; i < n; i++)
        probe->times_ms[i] = probe->times_ms[i + 1] - probe->times_ms[i];
    if (n < 2)
        return 0;
    qsort(probe->times_ms, n, sizeof(probe->times_ms[0]), by_value);
    seconds = (probe->times_ms[n / 2] + 500) / 1000;
    return seconds < 1 ? 1 : seconds > HC_DAY_S ? HC_DAY_S : seconds;
}

const char *hc_preflight_metric(const struct hc_plan *plan)
{
    static const int best[] = {HC_Q_LOAD_1M, HC_Q_MEMORY_AVAILABLE};

    for (size_t i = 0; i < HC_COUNT(best); i++)
        if (plan->asks[best[i]])
            return hc_queries[best[i]].metric;
    for (int q = 0; q < HC_NODE_QUERIES; q++)
        if (plan->asks[q])
            return hc_queries[q].metric;
    return "";
}

/* One instance's raw samples in the hour before `t_s`. */
static enum hc_status probe_at(struct hc_server *server, const struct hc_plan *plan,
    int64_t t_s, struct probe *probe, int64_t *ret, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf query = HC_BUF_INIT;
    const struct hc_sink sink = sink_of(probe);
    const char *metric = hc_preflight_metric(plan);

    *ret = 0;
    probe->series = probe->n = 0;
    hc_buf_reset(&probe->selector);
    hc_buf_printf(&query, "topk(1, max_over_time(%s{%s}[%ds]))", metric,
        plan->match ? plan->match : "", PROBE_WINDOW_S);
    HC_TRY(hc_buf_check(&query));
    HC_TRY(hc_server_query(server, hc_buf_str(&query), t_s, &sink, err));
    if (!probe->series)
        return HC_OK;
    hc_buf_reset(&query);
    hc_buf_printf(
        &query, "%s{%s}[%ds]", metric, hc_buf_str(&probe->selector), PROBE_WINDOW_S);
    HC_TRY(hc_buf_check(&query));
    probe->series = probe->n = 0;
    HC_TRY(hc_server_query(server, hc_buf_str(&query), t_s, &sink, err));
    *ret = interval_of(probe);
    return HC_OK;
}

static enum hc_status count_instances(struct hc_server *server,
    const struct hc_plan *plan, int64_t t_s, struct probe *probe,
    struct hc_preflight *ret, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf query = HC_BUF_INIT;
    const struct hc_sink sink = sink_of(probe);

    probe->series = probe->n = 0;
    hc_buf_printf(&query, "count by (cluster,%s) (max_over_time(%s{%s}[%ds]))",
        plan->node_label ? plan->node_label : "instance", hc_preflight_metric(plan),
        plan->match ? plan->match : "", PROBE_WINDOW_S);
    HC_TRY(hc_buf_check(&query));
    HC_TRY(hc_server_query(server, hc_buf_str(&query), t_s, &sink, err));
    ret->instances = (int64_t)probe->series;
    return HC_OK;
}

/* From the end of the range backwards: there may be holes. */
static enum hc_status look_back(struct hc_server *server, struct hc_plan *plan,
    struct hc_preflight *ret, struct hc_error *err)
{
    HC_CLEANUP(hc_freep) struct probe *probe = hc_calloc(1, sizeof(*probe));
    int64_t stride = (plan->until_s - plan->since_s) / PROBES, found = 0;
    enum hc_status status = probe ? HC_OK : HC_NO_MEMORY;

    for (int i = 0; i < PROBES && !status && !found; i++) {
        int64_t t_s = plan->until_s - plan->step_s - i * stride;

        status = probe_at(server, plan, t_s, probe, &found, err);
        if (!status && found)
            status = count_instances(server, plan, t_s, probe, ret, err);
    }
    if (probe)
        hc_buf_clear(&probe->selector);
    ret->measured = found > 0;
    plan->scrape_s = found ? found : HC_SCRAPE_DEFAULT_S;
    plan->window_s = hc_query_window(plan->scrape_s, plan->step_s);
    return status;
}

enum hc_status hc_preflight_run(struct hc_server *server, struct hc_plan *plan,
    struct hc_preflight *ret, struct hc_error *err)
{
    struct hc_preflight found = {0};

    HC_TRY(find_metrics(server, plan, err));
    HC_TRY(hc_replicas_find(server, plan, err));
    HC_TRY(hc_preflight_labels(server, plan, &found, err));
    HC_TRY(look_back(server, plan, &found, err));
    HC_TRY(hc_preflight_cost(server, plan, &found, err));
    if (found.coverage.seen)
        HC_TRY(hc_gather_choose(server, plan, found.coverage.last_s, err));
    *ret = found;
    return HC_OK;
}
