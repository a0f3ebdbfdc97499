/*
 * nodes.c - how the nodes differ
 *
 * Only nodes with 7 days or more are compared: a mean of one afternoon says nothing
 * beside a mean of three months. The table of nodes itself is in the summary.
 */
#include <math.h>
#include <string.h>

#include "findings/draft.h"

/* Below this mean CPU a node is called idle. */
#define IDLE 0.01

/* What comparing the nodes gives; busiest and least are NULL without a value. */
struct comparison {
    const struct hc_node *busiest, *least;
    uint32_t n, idle;
    double sum;
};

/* Ties go to the smaller name. */
static bool beats(const struct hc_node *a, const struct hc_node *b, double sign)
{
    double difference = sign * (a->main[0].mean - b->main[0].mean);

    if (fabs(difference) > 1e-12)
        return difference > 0;
    return strcmp(a->name, b->name) < 0;
}

static struct comparison compare(const struct hc_view *view)
{
    struct comparison c = {0};

    for (size_t i = 0; i < view->summary->n_nodes; i++) {
        const struct hc_node *node = &view->summary->nodes[i];

        if (!view->compared[i] || !node->main[0].n)
            continue;
        c.n++;
        c.sum += node->main[0].mean;
        c.idle += node->main[0].mean < IDLE;
        if (!c.busiest || beats(node, c.busiest, 1))
            c.busiest = node;
        if (!c.least || beats(node, c.least, -1))
            c.least = node;
    }
    return c;
}

/* Whether nodes can be compared; if not, why not. */
static enum hc_availability refusal(
    const struct hc_view *view, const struct comparison *c, const char **ret_reason)
{
    if (!view->column[HC_CPU]) {
        *ret_reason = "no column 'cpu_usage_rate'";
        return HC_NOT_AVAILABLE;
    }
    if (c->n < 2) {
        *ret_reason = "fewer than two nodes have CPU over 7 days";
        return HC_NOT_ENOUGH_DATA;
    }
    return HC_AVAILABLE;
}

/* The extreme of the nodes' means; only where no node is left out (a cell does not know
 * the exact first and last time). */
static void write_extreme_sql(
    struct hc_draft *d, const struct hc_view *view, const char *extreme)
{
    if (view->n_compared != view->summary->n_nodes || !view->keys_complete)
        return;
    d->head.source = "rollup";
    hc_buf_printf(&d->sql, "SELECT %s(m) FROM (SELECT ", extreme);
    hc_draft_sql_mean(&d->sql, HC_CPU);
    hc_buf_printf(&d->sql, " AS m FROM rollup WHERE cpu_usage_rate_n > 0 GROUP BY %s)",
        hc_draft_sql_node(view));
}

static enum hc_status say_busiest(
    const struct hc_view *view, struct hc_findings *out, const struct comparison *c)
{
    const char *reason = "";
    enum hc_availability status = refusal(view, c, &reason);
    double mean = c->sum / c->n;
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d = hc_draft("nodes.busiest", "Busiest node", 70);

    if (status)
        return hc_draft_refuse(&d, out, status, "%s", reason);
    hc_draft_value(&d, c->busiest->main[0].mean, "fraction", c->busiest->main[0].n);
    write_extreme_sql(&d, view, "max");
    hc_buf_puts(&d.text, "Node ");
    hc_phrase_name(&d.text, c->busiest->name);
    hc_buf_printf(&d.text, " is the busiest of %s with a mean CPU of %s",
        hc_phrase_count(c->n).text, hc_phrase_percent(d.head.value).text);
    if (mean > 0)
        hc_buf_printf(&d.text, ", %s times their mean (%s)",
            hc_phrase_number(d.head.value / mean).text, hc_phrase_percent(mean).text);
    if (out->quality.short_nodes)
        hc_buf_printf(&d.text, "; %s under 7 days left out",
            hc_phrase_count(out->quality.short_nodes).text);
    hc_buf_putc(&d.text, '.');
    return hc_draft_end(&d, out);
}

static enum hc_status say_least(
    const struct hc_view *view, struct hc_findings *out, const struct comparison *c)
{
    const char *reason = "";
    enum hc_availability status = refusal(view, c, &reason);
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d = hc_draft("nodes.least_busy", "Least busy node", 28);

    if (status)
        return hc_draft_refuse(&d, out, status, "%s", reason);
    hc_draft_value(&d, c->least->main[0].mean, "fraction", c->least->main[0].n);
    write_extreme_sql(&d, view, "min");
    hc_buf_puts(&d.text, "Node ");
    hc_phrase_name(&d.text, c->least->name);
    hc_buf_printf(&d.text, " is the least busy of %s with a mean CPU of %s.",
        hc_phrase_count(c->n).text, hc_phrase_percent(d.head.value).text);
    return hc_draft_end(&d, out);
}

static enum hc_status say_idle(
    const struct hc_view *view, struct hc_findings *out, const struct comparison *c)
{
    const char *reason = "";
    enum hc_availability status = refusal(view, c, &reason);
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d = hc_draft("nodes.idle", "Idle nodes", c->idle ? 58 : 18);

    if (status)
        return hc_draft_refuse(&d, out, status, "%s", reason);
    hc_draft_value(&d, c->idle, "nodes", c->n);
    hc_buf_printf(&d.text, "%s of %s compared (%s) %s a mean CPU under %s.",
        c->idle ? hc_phrase_count(c->idle).text : "None",
        hc_phrase_plural(c->n, "node").text,
        hc_phrase_percent((double)c->idle / c->n).text, c->idle > 1 ? "have" : "has",
        hc_phrase_percent(IDLE).text);
    return hc_draft_end(&d, out);
}

static enum hc_status say(const struct hc_view *view, struct hc_findings *out)
{
    struct comparison c = compare(view);

    HC_TRY(say_busiest(view, out, &c));
    HC_TRY(say_least(view, out, &c));
    return say_idle(view, out, &c);
}

const struct hc_finding hc_finding_nodes = {.name = "nodes", .say = say};
