/*
 * anomalies_say.c - what is said of anomalies: the worst event, and the fleet's
 */
#include <math.h>

#include "findings/anomalies_run.h"
#include "findings/draft.h"

static void write_time(struct hc_buf *text, int64_t us, int32_t offset_s)
{
    struct hc_phrase time = hc_phrase_time(us + (int64_t)offset_s * 1000000);

    hc_buf_add(text, time.text, 16); /* without "UTC": the zone follows */
}

static struct hc_phrase value_of(int metric, double value)
{
    return hc_metrics[metric].high <= 1 ? hc_phrase_percent(value)
                                        : hc_phrase_number(value);
}

/* One that is a node's own, if there is any: those of many nodes are told of the fleet.
 */
static const struct hc_anomaly *worst_of(const struct hc_anomalies *a)
{
    for (size_t i = 0; i < a->n_events; i++)
        if (a->events[i].fleet < 0)
            return &a->events[i];
    return a->events;
}

static void write_worst(
    struct hc_buf *text, const struct hc_findings *out, const struct hc_anomaly *worst)
{
    const struct hc_anomaly_column *column = worst->column;

    hc_buf_puts(text, " Worst of a node: ");
    hc_phrase_name(text, out->summary->nodes[worst->node].name);
    hc_buf_puts(text, " at ");
    write_time(text, worst->top_us, worst->offset_s);
    hc_buf_printf(text, " (%s), score %s",
        out->settings->timezone ? out->settings->timezone : "UTC",
        hc_phrase_number(worst->score).text);
    if (worst->n_columns)
        hc_buf_printf(text, ": %s %s, usually %s", hc_metrics[column->metric].name,
            value_of(column->metric, column->value).text,
            value_of(column->metric, column->usual).text);
    hc_buf_putc(text, '.');
}

static enum hc_status say_events(struct hc_findings *out)
{
    const struct hc_anomalies *a = &out->anomalies;
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d = hc_draft("anomalies.events", "When nodes were not as usual", 64);

    if (a->verdict.status)
        return hc_draft_refuse(&d, out, a->verdict.status, "%s", a->verdict.reason);
    d.head.source = "method:anomalies";
    hc_draft_value(&d, (double)a->total, "events", a->samples);
    if (!a->total) {
        d.head.weight = 22;
        hc_buf_printf(&d.text, "No node was off its usual week, in %s of %s.",
            hc_phrase_plural(a->samples, "sample").text,
            hc_phrase_plural(a->nodes_known, "node").text);
        return hc_draft_end(&d, out);
    }
    hc_buf_printf(&d.text, "%s in %s of %s.",
        hc_phrase_plural(a->total, "anomaly event").text,
        hc_phrase_count(a->n_nodes).text, hc_phrase_plural(a->nodes_known, "node").text);
    write_worst(&d.text, out, worst_of(a));
    return hc_draft_end(&d, out);
}

static enum hc_status say_fleet(struct hc_findings *out)
{
    const struct hc_anomalies *a = &out->anomalies;
    const struct hc_anomaly_fleet *most = a->fleet;
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d =
        hc_draft("anomalies.fleet", "When many nodes were not as usual at once", 70);

    if (a->verdict.status)
        return hc_draft_refuse(&d, out, a->verdict.status, "%s", a->verdict.reason);
    d.head.source = "method:anomalies";
    hc_draft_value(&d, a->n_fleet ? most->nodes : 0, "nodes", a->nodes_known);
    if (!a->n_fleet) {
        d.head.weight = 19;
        hc_buf_printf(&d.text, "No hour has events of more nodes than by chance, of %s.",
            hc_phrase_plural(a->nodes_known, "node").text);
        return hc_draft_end(&d, out);
    }
    hc_buf_printf(&d.text, "%s of %s had an event at once from ",
        hc_phrase_count(most->nodes).text, hc_phrase_plural(a->nodes_known, "node").text);
    write_time(&d.text, most->start_us, most->offset_s);
    hc_buf_printf(&d.text, " (%s), for %s",
        out->settings->timezone ? out->settings->timezone : "UTC",
        hc_phrase_duration((double)(most->end_us - most->start_us) / 1e6).text);
    if (most->n_columns)
        hc_buf_printf(&d.text, ", mostly %s", hc_metrics[most->column[0].metric].name);
    hc_buf_printf(
        &d.text, "; %s of that kind.", hc_phrase_plural(a->total_fleet, "time").text);
    return hc_draft_end(&d, out);
}

enum hc_status hc_anomalies_say(struct hc_findings *out)
{
    HC_TRY(say_events(out));
    HC_TRY(say_fleet(out));
    hc_statements_sort(out);
    return HC_OK;
}
