#include <math.h>
#include <string.h>

#include "report/grid.h"
#include "report/human.h"
#include "report/terminal_sections.h"

enum { WORST = 8, FLEET = 5, LABEL = 24, ZONE = 30, BLAMED = 3 };

static struct hc_human gauge_text(int metric, double value)
{
    if (!strcmp(hc_metrics[metric].unit, "fraction"))
        return hc_human_percent(value);
    return strstr(hc_metrics[metric].unit, "bytes") ? hc_human_bytes(value)
                                                    : hc_human_number(value);
}

static struct hc_human local_text(int64_t us, int32_t offset_s)
{
    return hc_human_date(us + (int64_t)offset_s * 1000000);
}

static struct hc_human lasts_text(int64_t start_us, int64_t end_us)
{
    return end_us > start_us ? hc_human_duration((double)(end_us - start_us) / 1e6)
                             : hc_human_text("1 sample");
}

/* "cpu_usage_rate 93.1 % (usually 12.0 %), load_1m 14.2 (usually 1.90)" */
static void put_blamed(struct hc_page *page, const struct hc_anomaly *event)
{
    struct hc_buf HC_CLEANUP(hc_buf_clear) text = HC_BUF_INIT;

    for (size_t k = 0; k < event->n_columns && k < BLAMED; k++) {
        const struct hc_anomaly_column *column = &event->column[k];

        hc_buf_printf(&text, "%s%s %s (usually %s)", k ? ", " : "",
            hc_metrics[column->metric].name,
            gauge_text(column->metric, column->value).text,
            gauge_text(column->metric, column->usual).text);
    }
    if (event->n_columns > BLAMED)
        hc_buf_printf(&text, " and %zu more", event->n_columns - BLAMED);
    if (!event->n_columns)
        hc_buf_puts(&text, "no single gauge: many are a little off");
    page->out->failed |= text.failed;
    hc_page_wrap(page, 2 * (size_t)HC_PAGE_INDENT, hc_buf_str(&text));
}

static uint32_t events_of(const struct hc_anomalies *a, uint32_t node)
{
    for (size_t i = 0; i < a->n_nodes; i++)
        if (a->nodes[i].node == node)
            return a->nodes[i].events;
    return 0;
}

/* The worst event of each node, worst first; those of many nodes stand above. */
static size_t choose(const struct hc_anomalies *a, size_t chosen[WORST])
{
    size_t n = 0;

    for (size_t i = 0; i < a->n_events && n < WORST; i++) {
        bool known = a->events[i].fleet >= 0;

        for (size_t k = 0; k < n && !known; k++)
            known = a->events[chosen[k]].node == a->events[i].node;
        if (!known)
            chosen[n++] = i;
    }
    return n;
}

static void put_worst(struct hc_page *page, const struct hc_findings *f)
{
    static const struct hc_grid_column columns[] = {
        {"worst of a node", LABEL, false},
        {"score", 5, true},
        {"from", 16, false},
        {"lasts", 12, true},
        {"events", 7, true},
    };
    const struct hc_anomalies *a = &f->anomalies;
    size_t chosen[WORST], n = choose(a, chosen);
    struct hc_grid grid;

    if (!n)
        return;
    hc_page_blank(page);
    hc_grid_open(&grid, page, columns, HC_COUNT(columns), 0);
    for (size_t i = 0; i < n; i++) {
        const struct hc_anomaly *event = &a->events[chosen[i]];

        hc_grid_put(
            &grid, hc_page_node(page, &f->summary->nodes[event->node], LABEL).text);
        hc_grid_put_number(&grid, event->score);
        hc_grid_put(&grid, local_text(event->start_us, event->offset_s).text);
        hc_grid_put(&grid, lasts_text(event->start_us, event->end_us).text);
        hc_grid_put_short(&grid, events_of(a, event->node));
        put_blamed(page, event);
    }
    if (a->total > n)
        hc_page_wrapf(page, HC_PAGE_INDENT, "and %s more events, %s",
            hc_human_count(a->total - n).text,
            a->total_fleet ? "those of many nodes above among them"
                           : "of these nodes and others");
}

static void put_fleet(struct hc_page *page, const struct hc_anomalies *a)
{
    static const struct hc_grid_column columns[] = {
        {"many nodes from", 16, false},
        {"lasts", 9, true},
        {"nodes", 6, true},
        {"events", 7, true},
        {"most to blame", 25, false},
    };
    struct hc_grid grid;

    if (!a->n_fleet)
        return;
    hc_page_blank(page);
    hc_grid_open(&grid, page, columns, HC_COUNT(columns), 0);
    for (size_t i = 0; i < a->n_fleet && i < FLEET; i++) {
        const struct hc_anomaly_fleet *fleet = &a->fleet[i];

        hc_grid_put(&grid, local_text(fleet->start_us, fleet->offset_s).text);
        hc_grid_put(&grid, lasts_text(fleet->start_us, fleet->end_us).text);
        hc_grid_put_short(&grid, fleet->nodes);
        hc_grid_put_short(&grid, fleet->events);
        hc_grid_put(&grid,
            fleet->n_columns
                ? hc_human_text("%s (%s)", hc_metrics[fleet->column[0].metric].name,
                      hc_human_count(fleet->column[0].events).text)
                      .text
                : "-");
    }
    if (a->total_fleet > FLEET)
        hc_page_wrapf(page, HC_PAGE_INDENT, "and %s more",
            hc_human_count(a->total_fleet - FLEET).text);
}

void hc_term_anomalies(struct hc_page *page, const struct hc_findings *f)
{
    const struct hc_anomalies *a = &f->anomalies;

    if (!hc_page_available(page, &a->verdict))
        return;
    hc_page_wrapf(page, HC_PAGE_INDENT,
        "%s events in %s of %s nodes, out of %s samples; times in %s. A score is how far "
        "a sample's gauges are from their usual hour of the week, about 1 as a rule; an "
        "event is a stretch of %s or more that reaches %s.",
        hc_human_count(a->total).text, hc_human_count(a->n_nodes).text,
        hc_human_count(a->nodes_known).text, hc_human_short(a->samples).text,
        hc_page_label(page, f->settings->timezone, ZONE).text,
        hc_human_text("%g", a->off).text, hc_human_text("%g", a->on).text);
    if (a->too_short)
        hc_page_wrapf(page, HC_PAGE_INDENT,
            "%s nodes have no gauge with two weeks of hours and are left out.",
            hc_human_count(a->too_short).text);
    put_fleet(page, a);
    put_worst(page, f);
    if (a->n_events < a->total)
        hc_page_wrapf(page, HC_PAGE_INDENT,
            "The %s with the highest score are in tables/anomalies.csv.",
            hc_human_count(a->n_events).text);
}
