/*
 * growth.c - what rises or falls over the days, how surely, and when it is full:
 * docs/method/trend.md
 *
 * Of daily means without the weekly profile. A forecast is made of gauges that have a
 * limit and only of nodes that are still there.
 */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "findings/draft.h"
#include "findings/pattern.h"

enum { DAY_H = 24, STILL_THERE_H = 48 };

static const struct {
    enum hc_metric_id gauge;
    double full;
} limits[] = {
    {HC_MEMORY, 1},
    {HC_DISK_USAGE, 1},
};

static const char *const claims[] = {
    [HC_TREND_NONE] = "none",
    [HC_TREND_CLEAR] = "rises",
    [HC_TREND_WANDERS] = "wanders",
    [HC_TREND_STEP] = "step",
};

static const char *const full_words[] = {
    [HC_FULL_NO] = "no", [HC_FULL_SOON] = "soon", [HC_FULL_NOW] = "now"};

static const double *limit_of(int metric)
{
    for (size_t i = 0; i < HC_COUNT(limits); i++)
        if ((int)limits[i].gauge == metric)
            return &limits[i].full;
    return NULL;
}

static const char *claim_of(const struct hc_trend *trend)
{
    return trend->claim == HC_TREND_CLEAR && trend->slope < 0 ? "falls"
                                                              : claims[trend->claim];
}

static void forecast(
    const struct hc_look *look, const struct hc_trend *trend, struct hc_growth_row *row)
{
    const double *limit = limit_of(row->of.metric);
    bool there = look->first + look->n + STILL_THERE_H > look->view->hours;
    struct hc_full full;

    row->full = "";
    row->full_days = row->full_low = row->full_high = NAN;
    if (!limit)
        return;
    row->full = full_words[HC_FULL_NO];
    if (!there || row->of.node == HC_WHOLE_CLUSTER)
        return;
    full = hc_days_until_full(trend, *limit);
    row->full = full_words[full.claim];
    if (full.claim == HC_FULL_NO)
        return;
    row->full_days = full.days;
    row->full_low = full.low;
    row->full_high = full.high;
}

/* Of the cluster: the days that the trend is of, which a picture shows with it. */
static void keep_days(const struct hc_look *look, const struct hc_trend *trend,
    double *day, size_t days, struct hc_growth_row *row)
{
    size_t first, hour = look->slot[0] % DAY_H;

    while (!isfinite(day[days - 1]))
        days--;
    first = days - trend->span;
    memmove(day, day + first, trend->span * sizeof(*day));
    row->daily = day;
    row->n_daily = trend->span;
    row->daily_us = (look->view->start_s +
                        3600 * ((int64_t)(look->first + first * DAY_H) - (int64_t)hour)) *
                    INT64_C(1000000);
}

static enum hc_status look(const struct hc_look *look, struct hc_found *found)
{
    HC_CLEANUP(hc_freep) double *day = hc_alloc(look->n / DAY_H + 2, sizeof(*day));
    struct hc_growth_row *row = &found->growth;
    struct hc_trend trend;
    enum hc_status status;
    size_t days;

    if (!day)
        return HC_NO_MEMORY;
    days = hc_daily_means(look->level, look->n, look->slot[0] % DAY_H, day);
    status = hc_trend(day, days, look->seed, &trend);
    if (status == HC_NO_DATA)
        return HC_OK;
    HC_TRY(status);
    *row = (struct hc_growth_row){.of = found->of,
        .days = (uint32_t)trend.n,
        .slope = trend.slope,
        .low = trend.low,
        .high = trend.high,
        .claim = claim_of(&trend),
        .level = trend.level};
    forecast(look, &trend, row);
    if (found->of.node == HC_WHOLE_CLUSTER)
        keep_days(look, &trend, hc_take(&day), days, row);
    return HC_OK;
}

static struct hc_growth_row take_row(struct hc_growth_row *found)
{
    struct hc_growth_row row = *found;

    found->daily = NULL; /* it has an owner now */
    return row;
}

static enum hc_status collect(const struct hc_pattern_view *view,
    struct hc_found *cluster, struct hc_found *nodes, struct hc_patterns *patterns)
{
    struct hc_growth *out = &patterns->growth;
    const char *lack = hc_pattern_lacks(view);
    size_t n = view->summary->n_nodes * view->n_gauges;

    if (lack) {
        hc_verdict_set(&out->verdict, HC_NOT_ENOUGH_DATA, "%s", lack);
        return HC_OK;
    }
    out->cluster = hc_alloc(view->n_gauges, sizeof(*out->cluster));
    out->nodes = hc_alloc(n, sizeof(*out->nodes));
    if (!out->cluster || !out->nodes)
        return HC_NO_MEMORY;
    for (size_t g = 0; g < view->n_gauges; g++)
        if (cluster[g].growth.days)
            out->cluster[out->n_cluster++] = take_row(&cluster[g].growth);
    for (size_t i = 0; i < n; i++)
        if (nodes[i].growth.days)
            out->nodes[out->n_nodes++] = nodes[i].growth;
    if (!out->n_cluster && !out->n_nodes)
        hc_verdict_set(&out->verdict, HC_NOT_ENOUGH_DATA,
            "no gauge that changes has %d days with at least 12 of their hours",
            HC_TREND_LEAST);
    return HC_OK;
}

/* ---- statements ---- */

static const struct hc_growth_row *cluster_cpu(const struct hc_growth *growth)
{
    for (size_t i = 0; i < growth->n_cluster; i++)
        if (growth->cluster[i].of.metric == HC_CPU)
            return &growth->cluster[i];
    return NULL;
}

static enum hc_status say_cpu(struct hc_findings *out)
{
    const struct hc_growth *growth = &out->patterns.growth;
    const struct hc_growth_row *row = cluster_cpu(growth);
    size_t n = 0, rise = 0, fall = 0;
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d = hc_draft("growth.cpu", "Whether CPU grows", 46);

    for (size_t i = 0; i < growth->n_nodes; i++) {
        const struct hc_growth_row *node = &growth->nodes[i];

        if (node->of.metric != HC_CPU)
            continue;
        n++;
        rise += node->claim[0] == 'r';
        fall += node->claim[0] == 'f';
    }
    if (!row)
        return hc_draft_refuse(&d, out, HC_NOT_ENOUGH_DATA,
            "CPU of the cluster is constant, or has under %d days", HC_TREND_LEAST);
    hc_statements_yield(out, "trends.cpu", 32);
    if (row->claim[0] == 'r' || row->claim[0] == 'f')
        d.head.weight = 67;
    hc_draft_value(&d, row->slope, "fraction/day", row->days);
    d.head.low = row->low;
    d.head.high = row->high;
    d.head.source = "method:trend";
    if (row->claim[0] == 'w')
        hc_buf_puts(&d.text, "The cluster's CPU wanders: no trend is claimed");
    else if (row->claim[0] == 's')
        hc_buf_puts(&d.text, "The cluster's CPU steps rather than trends");
    else
        hc_buf_printf(&d.text, "The cluster's CPU %s: %s points a day (%s to %s), %s",
            row->claim[0] == 'n' ? "has no clear trend" : row->claim,
            hc_phrase_points(row->slope).text, hc_phrase_points(row->low).text,
            hc_phrase_points(row->high).text, hc_phrase_plural(row->days, "day").text);
    hc_buf_printf(&d.text, ". Of %s %s clearly rise and %s fall.",
        hc_phrase_plural(n, "node").text, hc_phrase_count(rise).text,
        hc_phrase_count(fall).text);
    return hc_draft_end(&d, out);
}

/* The row whose day comes first; how many there are. */
static const struct hc_growth_row *first_full(
    const struct hc_growth *growth, size_t *ret_n, size_t *ret_courses)
{
    const struct hc_growth_row *first = NULL;

    *ret_n = *ret_courses = 0;
    for (size_t i = 0; i < growth->n_nodes; i++) {
        const struct hc_growth_row *row = &growth->nodes[i];

        *ret_courses += row->full[0] != 0;
        if (isnan(row->full_days))
            continue;
        ++*ret_n;
        if (!first || row->full_days < first->full_days)
            first = row;
    }
    return first;
}

static enum hc_status say_full(
    const struct hc_pattern_view *view, struct hc_findings *out)
{
    size_t n, courses;
    const struct hc_growth_row *row = first_full(&out->patterns.growth, &n, &courses);
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d = hc_draft("growth.full", "What will be full", row ? 92 : 24);

    if (!courses)
        return hc_draft_refuse(&d, out, HC_NOT_ENOUGH_DATA,
            "no node's memory or disk changes and has %d days", HC_TREND_LEAST);
    d.head.source = "method:trend";
    if (!row) {
        hc_draft_value(&d, 0, "nodes", courses);
        hc_buf_printf(&d.text,
            "No memory and no disk rises clearly towards full, of %s that change.",
            hc_phrase_count(courses).text);
        return hc_draft_end(&d, out);
    }
    hc_draft_value(&d, row->full_days, "days", row->days);
    d.head.low = row->full_low;
    d.head.high = row->full_high;
    hc_buf_puts(&d.text, row->of.metric == HC_MEMORY ? "Memory of " : "The disk of ");
    hc_phrase_name(&d.text, view->summary->nodes[row->of.node].name);
    if (row->full_days > 0)
        hc_buf_printf(&d.text, " is full in %s days (%s to %s) if it goes on as in %s",
            hc_phrase_number(row->full_days).text, hc_phrase_number(row->full_low).text,
            hc_phrase_number(row->full_high).text,
            hc_phrase_plural(row->days, "day").text);
    else
        hc_buf_printf(&d.text, " is full now, by the line through %s",
            hc_phrase_plural(row->days, "day").text);
    hc_buf_printf(&d.text, "; %s of %s memories and disks fill up.",
        hc_phrase_count(n).text, hc_phrase_count(courses).text);
    return hc_draft_end(&d, out);
}

static enum hc_status say(const struct hc_pattern_view *view, struct hc_findings *out)
{
    HC_TRY(say_cpu(out));
    return say_full(view, out);
}

const struct hc_pattern_method hc_pattern_growth = {
    .name = "growth", .look = look, .collect = collect, .say = say};
