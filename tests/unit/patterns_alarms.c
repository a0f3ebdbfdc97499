/*
 * patterns_alarms - how often the methods of src/patterns speak where there is nothing to
 * say, and how often they find what was planted
 *
 *     patterns_alarms METHOD RUNS [HOURS] [SEED]
 *
 * For each signal of the table, without and with gaps, RUNS series of HOURS hours (720)
 * are made (a gap of n / 24 and one value in 20 lost) and given to the method. A line
 * each: signal, "gaps" or "whole", alarms, found, runs. An alarm is a statement that the
 * signal does not bear out; what was planted and is stated rightly is found. For
 * tests/reference/test_alarms.py.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "patterns/change.h"
#include "patterns/compare.h"
#include "patterns/event.h"
#include "patterns/peak.h"
#include "patterns/period.h"
#include "patterns/scores.h"
#include "patterns/trend.h"
#include "patterns/twins.h"
#include "patterns/weekly.h"
#include "made_signal.h"

enum { MOST = 24 * 366, NODES = 12 };

struct series {
    double x[MOST];
    uint8_t slot[MOST];
    size_t n;
    uint64_t seed;
    size_t signal;
    bool gaps;
    size_t at;        /* of a planted step or spike */
    double day, week; /* height of planted waves */
    double slope;     /* planted, an hour */
    double step, spike;
};

/* ---- signals: noise of deviation 1 and at most one thing in it ---- */

static void make_white(struct series *s, struct hc_draw *d)
{
    signal_noise(d, s->x, s->n, 0);
}

static void make_ar5(struct series *s, struct hc_draw *d)
{
    signal_noise(d, s->x, s->n, 0.5);
}

static void make_ar8(struct series *s, struct hc_draw *d)
{
    signal_noise(d, s->x, s->n, 0.8);
}

static void make_walk(struct series *s, struct hc_draw *d)
{
    signal_noise(d, s->x, s->n, 1);
}

/* Anywhere but in the first and last sixth, 1 to 5 deviations high. */
static void make_step(struct series *s, struct hc_draw *d)
{
    s->at = s->n / 6 + hc_draw_below(d, (uint32_t)(s->n - s->n / 3));
    s->step = 1 + 4 * hc_draw_unit(d);
    signal_noise(d, s->x, s->n, 0);
    signal_step(s->x, s->n, s->at, s->step);
}

static void make_spike(struct series *s, struct hc_draw *d)
{
    s->at = hc_draw_below(d, (uint32_t)s->n);
    s->spike = 10 + 20 * hc_draw_unit(d);
    signal_noise(d, s->x, s->n, 0);
    s->x[s->at] += s->spike;
}

/* What gauges look like: skewed, in bursts. */
static void make_wild(struct series *s, struct hc_draw *d)
{
    signal_noise(d, s->x, s->n, 0.8);
    for (size_t i = 0; i < s->n; i++)
        s->x[i] = exp(1.5 * s->x[i]);
}

static void make_bursts(struct series *s, struct hc_draw *d)
{
    for (size_t i = 0, left = 0; i < s->n; i++) {
        if (!left && hc_draw_unit(d) < 0.01)
            left = 1 + hc_draw_below(d, 12);
        s->x[i] = 0.01 * hc_draw_normal(d) + (left ? 1 : 0);
        left -= left > 0;
    }
}

static void make_day(struct series *s, struct hc_draw *d)
{
    s->day = 1;
    signal_noise(d, s->x, s->n, 0.8);
    signal_wave(s->x, s->n, 24, s->day, 14);
}

static void make_week(struct series *s, struct hc_draw *d)
{
    s->week = 1;
    signal_noise(d, s->x, s->n, 0.5);
    for (size_t i = 0; i < s->n; i++)
        s->x[i] += s->slot[i] >= 120 ? -1.5 : 0;
}

static void make_slope(struct series *s, struct hc_draw *d)
{
    s->slope = 2 / (double)s->n; /* over all 2 deviations */
    signal_noise(d, s->x, s->n, 0.5);
    signal_slope(s->x, s->n, s->slope);
}

static const struct {
    const char *name;
    void (*make)(struct series *s, struct hc_draw *d);
} signals[] = {
    {"white", make_white},
    {"ar0.5", make_ar5},
    {"ar0.8", make_ar8},
    {"walk", make_walk},
    {"step", make_step},
    {"spike", make_spike},
    {"wild", make_wild},
    {"bursts", make_bursts},
    {"day", make_day},
    {"week", make_week},
    {"slope", make_slope},
};

static void make(struct series *s, size_t signal, bool gaps, size_t n, uint64_t seed)
{
    struct hc_draw of_seed = {seed * 64 + signal * 2 + gaps};
    struct hc_draw d = {
        hc_draw_next(&of_seed)}; /* streams that do not run into each other */

    *s = (struct series){.n = n, .seed = seed, .signal = signal, .gaps = gaps};
    hc_week_slots(0, n, s->slot);
    signals[signal].make(s, &d);
    if (gaps)
        signal_gaps(&d, s->x, n, n / 24, 0.05);
}

/* ---- methods ---- */

struct verdict {
    bool alarm, found;
};

/* A claim where nothing rises; found: a claim with the right sign. */
static enum hc_status try_trend(const struct series *s, struct verdict *v)
{
    double day[MOST / 24 + 2];
    size_t days = hc_daily_means(s->x, s->n, 0, day);
    struct hc_trend t;

    HC_TRY(hc_trend(day, days, s->seed, &t));
    v->found = t.claim == HC_TREND_CLEAR && t.slope * s->slope > 0;
    v->alarm = t.claim == HC_TREND_CLEAR && !v->found;
    return HC_OK;
}

/* The same of values that are days: autocorrelation from day to day. */
static enum hc_status try_days(const struct series *s, struct verdict *v)
{
    struct hc_trend t;

    HC_TRY(hc_trend(s->x, s->n, s->seed, &t));
    v->found = t.claim == HC_TREND_CLEAR && t.slope * s->slope > 0;
    v->alarm = t.claim == HC_TREND_CLEAR && !v->found;
    return HC_OK;
}

/* A period where there is none, or another. */
static enum hc_status try_period(const struct series *s, struct verdict *v)
{
    static struct hc_period_plan plan;
    size_t wanted = s->day > 0 ? 24 : s->week > 0 ? 168 : 0;
    struct hc_period p;

    if (plan.n != s->n)
        HC_TRY(hc_period_plan_init(&plan, s->n));
    HC_TRY(hc_period_find(&plan, s->x, 24, &p));
    v->found = wanted && p.period == wanted;
    v->alarm = p.period && !v->found;
    return HC_OK;
}

/* An hour that stands out where none does; found: the top within an hour of 14. */
static enum hc_status try_peak(const struct series *s, struct verdict *v)
{
    struct hc_peak p;

    HC_TRY(hc_peak_find(s->x, s->n, s->slot, s->seed, &p));
    v->found = s->day > 0 && p.top.clear && abs(p.top.hour - 14) <= 1;
    v->alarm = s->day > 0 ? p.top.clear && (p.top.from > 14 || p.top.to < 14)
                          : p.top.clear || p.low.clear;
    return HC_OK;
}

/* Values between two hours. */
static size_t between(const struct series *s, size_t a, size_t b)
{
    size_t from = a < b ? a : b, to = a < b ? b : a, there = 0;

    for (size_t i = from; i < to; i++)
        there += isfinite(s->x[i]) != 0;
    return there;
}

/* A change where there is none, or a second one; found: within twelve values of the step.
 */
static enum hc_status try_change(const struct series *s, struct verdict *v)
{
    static double trend[MOST], rest[MOST];
    struct hc_weekly weekly;
    struct hc_changes c;

    HC_TRY(hc_weekly(s->x, s->n, s->slot, &weekly, trend, rest));
    for (size_t i = 0; i < s->n; i++)
        rest[i] += trend[i];
    HC_TRY(hc_changes_find(rest, s->n, &c));
    for (size_t k = 0; k < c.n; k++) {
        bool right = s->step > 0 && between(s, c.change[k].hour, s->at) <= 12;

        v->alarm |= !right || v->found;
        v->found |= right;
    }
    hc_changes_clear(&c);
    return HC_OK;
}

/* The second half of the days against the first; a step in the middle half of them, and a
 * slope, are differences. */
static enum hc_status compare_halves(
    const double *day, size_t days, const struct series *s, struct verdict *v)
{
    struct hc_difference d;

    HC_TRY(hc_compare(day, days / 2, day + days / 2, days - days / 2, s->seed, &d));
    v->found = d.claim == HC_DIFFERENCE_CLEAR && d.difference * (s->slope + s->step) > 0;
    v->alarm = d.claim == HC_DIFFERENCE_CLEAR && !v->found;
    return HC_OK;
}

static enum hc_status try_compare(const struct series *s, struct verdict *v)
{
    double day[MOST / 24 + 2];

    return compare_halves(day, hc_daily_means(s->x, s->n, 0, day), s, v);
}

static enum hc_status try_compare_days(const struct series *s, struct verdict *v)
{
    return compare_halves(s->x, s->n, s, v);
}

static enum hc_status residuals(const struct series *s, double *out)
{
    static double trend[MOST], scratch[4 * MOST];
    struct hc_weekly weekly;

    HC_TRY(hc_weekly(s->x, s->n, s->slot, &weekly, trend, out));
    for (size_t i = 0; i < s->n; i++)
        out[i] += trend[i];
    (void)hc_normal_scores(out, s->n, scratch, out);
    return HC_OK;
}

/* A pair of nodes that have nothing in common but the signal's kind, whatever its r. */
static enum hc_status try_twins(const struct series *s, struct verdict *v)
{
    static double x[NODES * MOST];
    static struct series other;
    const struct hc_twins_options o = {.least = 1e-6, .fitted = HC_WEEK, .threads = 1};
    struct hc_twins t;

    for (size_t i = 0; i < NODES; i++) {
        make(&other, s->signal, s->gaps, s->n, s->seed * NODES + i);
        HC_TRY(residuals(&other, x + i * s->n));
    }
    HC_TRY(hc_twins_find(x, NODES, s->n, &o, &t));
    v->alarm = t.found > 0;
    hc_twins_clear(&t);
    return HC_OK;
}

/* An event where nothing happened; found: one that holds the spike, or the step. */
static enum hc_status try_event(const struct series *s, struct verdict *v)
{
    static struct hc_event_state state;
    struct hc_usual usual;
    struct hc_events events = {0};

    HC_TRY(hc_usual_fit(s->x, NULL, s->n, s->slot, &usual));
    hc_event_begin(&state, &usual, 1);
    for (size_t i = 0; i < s->n; i++)
        HC_TRY(hc_event_add(&state, (int64_t)i * INT64_C(3600000000), s->slot[i],
            s->x + i, &events, NULL));
    HC_TRY(hc_event_end(&state, &events));
    for (size_t k = 0; k < events.n; k++) {
        int64_t from = events.event[k].start_us / INT64_C(3600000000);
        int64_t to = events.event[k].end_us / INT64_C(3600000000);
        bool right = s->spike > 0 && from <= (int64_t)s->at && to >= (int64_t)s->at;

        v->found |= right;
        v->alarm |= !right;
    }
    hc_events_clear(&events);
    return HC_OK;
}

static const struct {
    const char *name;
    enum hc_status (*try)(const struct series *s, struct verdict *v);
} methods[] = {
    {"trend", try_trend},
    {"trend-days", try_days},
    {"period", try_period},
    {"peak", try_peak},
    {"change", try_change},
    {"twins", try_twins},
    {"event", try_event},
    {"compare", try_compare},
    {"compare-days", try_compare_days},
};

/* ---- runs ---- */

static enum hc_status run(size_t method, size_t runs, size_t n, uint64_t seed)
{
    struct series *s = calloc(1, sizeof(*s));
    enum hc_status status = s ? HC_OK : HC_NO_MEMORY;

    for (size_t k = 0; k < HC_COUNT(signals); k++)
        for (int gaps = 0; gaps < 2; gaps++) {
            size_t alarms = 0, found = 0;

            for (size_t r = 0; r < runs && !status; r++) {
                struct verdict v = {0};

                make(s, k, gaps, n, seed + r);
                status = methods[method].try(s, &v);
                alarms += v.alarm;
                found += v.found;
            }
            printf("%s %s %zu %zu %zu\n", signals[k].name, gaps ? "gaps" : "whole",
                alarms, found, runs);
        }
    free(s);
    return status;
}

int main(int argc, char **argv)
{
    size_t runs = argc > 2 ? (size_t)atoll(argv[2]) : 0;
    size_t hours = argc > 3 ? (size_t)atoll(argv[3]) : 720;
    uint64_t seed = argc > 4 ? (uint64_t)atoll(argv[4]) : 1;
    enum hc_status status = HC_USAGE;

    for (size_t k = 0; runs && hours >= 24 && hours <= MOST && k < HC_COUNT(methods); k++)
        if (!strcmp(argv[1], methods[k].name))
            status = run(k, runs, hours, seed);
    return (int)status;
}
