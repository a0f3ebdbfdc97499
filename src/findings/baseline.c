/*
 * baseline.c - how much of CPU, memory and load there is over all samples
 *
 * The pooled statistics of the columns, as the notebook's baseline has them.
 */
#include <math.h>

#include "findings/draft.h"

static const struct hc_stats nothing = {0, NAN, NAN, NAN, NAN, NAN, NAN, NAN};

static enum hc_status finish(
    void *state HC_UNUSED, const struct hc_view *view, struct hc_findings *out)
{
    struct hc_baseline *b = &out->baseline;

    for (int i = 0; i < HC_MAIN; i++) {
        enum hc_metric_id metric = hc_main_metrics[i];
        const struct hc_column *column = view->column[metric];

        b->stats[i] = column && column->stats.n ? column->stats : nothing;
        if (!column)
            hc_verdict_set(&b->verdict[i], HC_NOT_AVAILABLE, "no column '%s'",
                hc_metrics[metric].name);
        else if (!column->stats.n)
            hc_verdict_set(&b->verdict[i], HC_NOT_ENOUGH_DATA,
                "no finite value in column '%s'", hc_metrics[metric].name);
    }
    return HC_OK;
}

struct topic {
    const char *id, *title, *word, *unit;
    int weight;
};

static const struct topic topics[HC_MAIN] = {
    {"baseline.cpu", "CPU in use", "CPU", "fraction", 80},
    {"baseline.memory", "Memory in use", "Memory", "fraction", 56},
    {"baseline.load", "Load", "Load over 1 minute", "processes", 31},
};

static void write_level(struct hc_buf *text, const struct topic *topic, bool share,
    const struct hc_stats *s, uint64_t nodes)
{
    hc_buf_printf(text, "%s is %s on average, 95 %% of %s samples are at most ",
        topic->word,
        share ? hc_phrase_percent(s->mean).text : hc_phrase_number(s->mean).text,
        hc_phrase_count(s->n).text);
    hc_buf_printf(text, "%s, the highest is %s%s (%s).",
        share ? hc_phrase_percent(s->p95).text : hc_phrase_number(s->p95).text,
        share ? hc_phrase_percent(s->max).text : hc_phrase_number(s->max).text,
        share && s->max > 1 ? ", which is impossible" : "",
        hc_phrase_plural(nodes, "node").text);
}

static enum hc_status say_one(const struct hc_view *view, struct hc_findings *out, int i)
{
    const struct topic *topic = &topics[i];
    const struct hc_verdict *verdict = &out->baseline.verdict[i];
    const struct hc_stats *s = &out->baseline.stats[i];
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d = hc_draft(topic->id, topic->title, topic->weight);

    if (verdict->status)
        return hc_draft_refuse(&d, out, verdict->status, "%s", verdict->reason);
    hc_draft_value(&d, s->mean, topic->unit, s->n);
    if (view->keys_complete) {
        const char *name = hc_metrics[hc_main_metrics[i]].name;

        d.head.source = "rollup";
        hc_buf_puts(&d.sql, "SELECT ");
        hc_draft_sql_mean(&d.sql, hc_main_metrics[i]);
        hc_buf_printf(&d.sql, " FROM rollup WHERE %s_n > 0", name);
    }
    write_level(&d.text, topic, topic->unit[0] == 'f', s, view->summary->n_nodes);
    return hc_draft_end(&d, out);
}

static enum hc_status say(const struct hc_view *view, struct hc_findings *out)
{
    for (int i = 0; i < HC_MAIN; i++)
        HC_TRY(say_one(view, out, i));
    return HC_OK;
}

const struct hc_finding hc_finding_baseline = {
    .name = "baseline",
    .finish = finish,
    .say = say,
};
