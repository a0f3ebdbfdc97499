/*
 * rhythm.c - which period, how strong, at which hours: docs/method/periodicity.md,
 * strength.md, peak.md, stl.md
 */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "findings/draft.h"
#include "findings/pattern.h"
#include "patterns/stl.h"
#include "patterns/strength.h"

enum { DAY_H = 24, WEEK_H = 168 };

/* ---- a course ---- */

static enum hc_status find_period(const struct hc_look *look, struct hc_rhythm_row *row)
{
    struct hc_period period;
    enum hc_status status = HC_NO_DATA;

    if (look->view->plan.n)
        status = hc_period_find(&look->view->plan, look->all, DAY_H, &period);
    if (status == HC_NO_DATA) {
        row->period_h = -1;
        row->r = NAN;
        return HC_OK;
    }
    HC_TRY(status);
    row->period_h = (int)period.period;
    row->cycles = period.period ? (uint32_t)period.cycles : 0;
    row->r = period.period ? period.r : NAN;
    return HC_OK;
}

static struct hc_extreme extreme_of(const struct hc_peak_hour *hour)
{
    if (!hour->clear)
        return (struct hc_extreme){-1, -1, -1, NAN};
    return (struct hc_extreme){hour->hour, hour->from, hour->to, hour->value};
}

static enum hc_status find_hours(const struct hc_look *look, struct hc_rhythm_row *row)
{
    struct hc_peak peak;
    enum hc_status status = hc_peak_find(look->y, look->n, look->slot, look->seed, &peak);

    row->p = NAN;
    row->top = row->low = (struct hc_extreme){-1, -1, -1, NAN};
    if (status == HC_NO_DATA)
        return HC_OK;
    HC_TRY(status);
    row->days = (uint32_t)peak.days;
    row->p = peak.p;
    if (peak.rhythm) {
        row->top = extreme_of(&peak.top);
        row->low = extreme_of(&peak.low);
    }
    return HC_OK;
}

static bool is_main(int metric)
{
    for (size_t i = 0; i < HC_MAIN; i++)
        if (metric == (int)hc_main_metrics[i])
            return true;
    return false;
}

static enum hc_status make_parts(size_t hours, struct hc_parts *parts)
{
    double **rows[] = {
        &parts->trend, &parts->remainder, &parts->season[0], &parts->season[1]};

    for (size_t i = 0; i < HC_COUNT(rows); i++) {
        *rows[i] = hc_alloc(hours, sizeof(**rows[i]));
        if (!*rows[i])
            return HC_NO_MEMORY;
    }
    return HC_OK;
}

static void read_parts(const struct hc_look *look, size_t used, struct hc_parts *parts)
{
    const int periods[] = {DAY_H, WEEK_H};

    parts->n_periods = used;
    parts->hours = look->n;
    parts->start_us = (look->view->start_s + (int64_t)look->first * 3600) * 1000000;
    parts->trend_strength = hc_strength(parts->trend, parts->remainder, look->n);
    for (size_t k = 0; k < 2; k++) {
        parts->period_h[k] = k < used ? periods[k] : 0;
        parts->strength[k] =
            k < used ? hc_strength(parts->season[k], parts->remainder, look->n) : NAN;
    }
}

/* MSTL, for few: the cluster's main gauges, and those of chosen nodes. */
static enum hc_status decompose(const struct hc_look *look, struct hc_found *found)
{
    const size_t periods[] = {DAY_H, WEEK_H};
    bool whole = found->of.node == HC_WHOLE_CLUSTER;
    size_t used = 0;
    enum hc_status status;

    if (!is_main(found->of.metric) || look->n <= 2 * DAY_H)
        return HC_OK;
    if (!whole && !(look->view->chosen && look->view->chosen[found->of.node]))
        return HC_OK;
    found->parts.of = found->of;
    HC_TRY(make_parts(look->n, &found->parts));
    status = hc_mstl(look->y, look->n, periods, 2, true, found->parts.season,
        found->parts.trend, found->parts.remainder, &used, NULL);
    if (status == HC_NO_DATA || status == HC_USAGE)
        return HC_OK; /* hours stay 0 */
    HC_TRY(status);
    read_parts(look, used, &found->parts);
    return HC_OK;
}

static enum hc_status keep_profile(const struct hc_look *look, struct hc_found *found)
{
    found->profile = hc_alloc(HC_WEEK, sizeof(*found->profile));
    if (!found->profile)
        return HC_NO_MEMORY;
    memcpy(found->profile, look->weekly.profile, sizeof(look->weekly.profile));
    return HC_OK;
}

static enum hc_status look(const struct hc_look *look, struct hc_found *found)
{
    struct hc_rhythm_row *row = &found->rhythm;

    *row = (struct hc_rhythm_row){.of = found->of,
        .trend = look->weekly.trend,
        .season = look->weekly.season,
        .day = look->weekly.day,
        .week = look->weekly.week,
        .held_out = look->weekly.held_out};
    if (found->of.node == HC_WHOLE_CLUSTER)
        HC_TRY(keep_profile(look, found));
    HC_TRY(find_period(look, row));
    HC_TRY(find_hours(look, row));
    return decompose(look, found);
}

/* ---- the section ---- */

static enum hc_status collect_cluster(const struct hc_pattern_view *view,
    const struct hc_found *cluster, struct hc_rhythm *out)
{
    out->cluster = hc_calloc(view->n_gauges, sizeof(*out->cluster));
    out->profile = hc_calloc(view->n_gauges * HC_WEEK, sizeof(*out->profile));
    if (!out->cluster || !out->profile)
        return HC_NO_MEMORY;
    for (size_t g = 0; g < view->n_gauges; g++) {
        if (cluster[g].kind != HC_COURSE)
            continue;
        memcpy(out->profile + out->n_cluster * HC_WEEK, cluster[g].profile,
            HC_WEEK * sizeof(*out->profile));
        out->cluster[out->n_cluster++] = cluster[g].rhythm;
    }
    return HC_OK;
}

static enum hc_status collect_nodes(const struct hc_pattern_view *view,
    const struct hc_found *nodes, struct hc_rhythm *out)
{
    size_t n = view->summary->n_nodes * view->n_gauges;

    out->nodes = hc_alloc(n, sizeof(*out->nodes));
    if (!out->nodes)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        out->constant += nodes[i].kind == HC_COURSE_CONSTANT;
        out->too_short += nodes[i].kind == HC_COURSE_SHORT;
        if (nodes[i].kind == HC_COURSE)
            out->nodes[out->n_nodes++] = nodes[i].rhythm;
    }
    return HC_OK;
}

/* Moved out of what was found: the arrays change hands. */
static void move_parts(struct hc_found *found, struct hc_rhythm *out)
{
    if (!found->parts.hours)
        return;
    out->parts[out->n_parts++] = found->parts;
    found->parts = (struct hc_parts){.hours = 0};
}

static enum hc_status collect_parts(const struct hc_pattern_view *view,
    struct hc_found *cluster, struct hc_found *nodes, struct hc_rhythm *out)
{
    size_t n = view->summary->n_nodes * view->n_gauges, parts = 0;

    for (size_t i = 0; i < n; i++)
        parts += nodes[i].parts.hours > 0;
    out->parts = hc_calloc(parts + view->n_gauges, sizeof(*out->parts));
    if (!out->parts)
        return HC_NO_MEMORY;
    for (size_t g = 0; g < view->n_gauges; g++)
        move_parts(&cluster[g], out);
    for (size_t i = 0; i < n; i++)
        move_parts(&nodes[i], out);
    return HC_OK;
}

static enum hc_status collect(const struct hc_pattern_view *view,
    struct hc_found *cluster, struct hc_found *nodes, struct hc_patterns *patterns)
{
    struct hc_rhythm *out = &patterns->rhythm;
    const char *lack = hc_pattern_lacks(view);

    if (lack) {
        hc_verdict_set(&out->verdict, HC_NOT_ENOUGH_DATA, "%s", lack);
        return HC_OK;
    }
    HC_TRY(collect_cluster(view, cluster, out));
    HC_TRY(collect_nodes(view, nodes, out));
    HC_TRY(collect_parts(view, cluster, nodes, out));
    if (!out->n_cluster && !out->n_nodes)
        hc_verdict_set(&out->verdict, HC_NOT_ENOUGH_DATA,
            "every gauge is constant or has less than %d hours", HC_WEEKLY_LEAST);
    return HC_OK;
}

/* ---- statements ---- */

static const struct hc_rhythm_row *cluster_cpu(const struct hc_rhythm *rhythm)
{
    for (size_t i = 0; i < rhythm->n_cluster; i++)
        if (rhythm->cluster[i].of.metric == HC_CPU)
            return &rhythm->cluster[i];
    return NULL;
}

static void write_extreme(
    struct hc_buf *text, const char *verb, const struct hc_extreme *hour, bool sampled)
{
    hc_buf_printf(text, "%s at %02d:00", verb, hour->hour);
    if (hour->from != hour->to)
        hc_buf_printf(text, " (%02d to %02d%s)", hour->from, hour->to,
            sampled ? " in 95 % of resamples" : "");
    else if (sampled)
        hc_buf_puts(text, " (in 95 % of resamples)");
}

static void write_hours(struct hc_buf *text, const struct hc_rhythm_row *row)
{
    bool top = row->top.hour >= 0, low = row->low.hour >= 0;

    hc_buf_puts(text, "CPU ");
    if (top)
        write_extreme(text, "peaks", &row->top, true);
    if (low)
        write_extreme(text, top ? " and is lowest" : "is lowest", &row->low, !top);
    if (top && low)
        hc_buf_printf(text, ", %s to %s", hc_phrase_percent(row->low.value).text,
            hc_phrase_percent(row->top.value).text);
    else
        hc_buf_printf(text, ", with %s",
            hc_phrase_percent(top ? row->top.value : row->low.value).text);
    hc_buf_puts(text, "; zone ");
}

/* The hours of an interval as numbers: from above to goes over midnight, down below 0. */
static void set_interval(struct hc_draft *d, const struct hc_extreme *hour)
{
    d->head.low = hour->from > hour->hour ? hour->from - DAY_H : hour->from;
    d->head.high = hour->to < hour->hour ? hour->to + DAY_H : hour->to;
}

static enum hc_status say_peak(struct hc_findings *out)
{
    const struct hc_rhythm_row *row = cluster_cpu(&out->patterns.rhythm);
    const struct hc_extreme *said;
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d = hc_draft("rhythm.peak_hour", "When the cluster is busy", 86);

    if (!row || !row->days)
        return hc_draft_refuse(&d, out, HC_NOT_ENOUGH_DATA,
            "under %d days with at least 18 hours of CPU", HC_PEAK_LEAST);
    hc_statements_yield(out, "temporal.peak_hour", 30);
    d.head.source = "method:peak";
    if (row->top.hour < 0 && row->low.hour < 0) {
        d.head.weight = 60;
        hc_draft_value(&d, row->p, "p", row->days);
        hc_buf_printf(&d.text,
            row->p <= 0.05
                ? "Hours of the day differ in CPU (p = %s, %s), but no single hour is "
                  "clearly the highest or the lowest."
                : "No hour of the day stands out in CPU (p = %s over %s).",
            hc_phrase_number(row->p).text, hc_phrase_plural(row->days, "day").text);
        return hc_draft_end(&d, out);
    }
    said = row->top.hour >= 0 ? &row->top : &row->low;
    hc_draft_value(&d, said->hour, "hour", row->days);
    set_interval(&d, said);
    write_hours(&d.text, row);
    hc_utf8_show(
        &d.text, out->settings->timezone ? out->settings->timezone : "UTC", 30, false);
    hc_buf_printf(&d.text, ", %s.", hc_phrase_plural(row->days, "day").text);
    return hc_draft_end(&d, out);
}

struct tally {
    size_t n, day, week, other, none;
};

static struct tally count_periods(const struct hc_rhythm *rhythm)
{
    struct tally t = {0};

    for (size_t i = 0; i < rhythm->n_nodes; i++) {
        int period = rhythm->nodes[i].period_h;

        if (rhythm->nodes[i].of.metric != HC_CPU || period < 0)
            continue;
        t.n++;
        t.day += period == DAY_H;
        t.week += period == WEEK_H;
        t.none += period == 0;
    }
    t.other = t.n - t.day - t.week - t.none;
    return t;
}

static enum hc_status say_period(struct hc_findings *out)
{
    const struct hc_rhythm *rhythm = &out->patterns.rhythm;
    const struct hc_rhythm_row *row = cluster_cpu(rhythm);
    struct tally t = count_periods(rhythm);
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d = hc_draft("rhythm.period", "What repeats", 66);

    if (!row || row->period_h < 0)
        return hc_draft_refuse(&d, out, HC_NOT_ENOUGH_DATA,
            "over half of the cluster's hours of CPU are missing, or under %d",
            HC_PERIOD_LEAST);
    d.head.source = "method:periodicity";
    if (row->period_h)
        hc_draft_value(&d, row->period_h, "h", row->of.n);
    else /* how many have one: 0 h would look like a period */
        hc_draft_value(&d, (double)(t.n - t.none), "nodes", t.n);
    if (row->period_h)
        hc_buf_printf(&d.text, "The cluster's CPU repeats every %d h (r %s, %s hours).",
            row->period_h, hc_phrase_number(row->r).text,
            hc_phrase_count(row->of.n).text);
    else
        hc_buf_printf(&d.text, "The cluster's CPU has no period in %s hours.",
            hc_phrase_count(row->of.n).text);
    hc_buf_printf(&d.text, " Of %s: daily %s, weekly %s, other %s, none %s.",
        hc_phrase_plural(t.n, "node").text, hc_phrase_count(t.day).text,
        hc_phrase_count(t.week).text, hc_phrase_count(t.other).text,
        hc_phrase_count(t.none).text);
    return hc_draft_end(&d, out);
}

static enum hc_status say(
    const struct hc_pattern_view *view HC_UNUSED, struct hc_findings *out)
{
    HC_TRY(say_peak(out));
    return say_period(out);
}

const struct hc_pattern_method hc_pattern_rhythm = {
    .name = "rhythm", .look = look, .collect = collect, .say = say};
