/*
 * trends.c - whether a node's CPU rises or falls over the days
 *
 * Theil-Sen: the slope of a node is the median of the slopes between all pairs of its
 * daily means (Sen, JASA 63, 1968): up to 29 % of the days may be wild without moving it
 * far. Days are local dates; a day's mean is over its samples. Under 7 such days there is
 * no slope. Cost and memory go with the square of the days, so of more than MAX_DAYS the
 * last are taken: 2,000 days are 2 million pairs.
 *
 * No test of significance: hours of a cluster are autocorrelated, and the textbook's
 * interval cries wolf on them.
 */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "findings/draft.h"
#include "patterns/median.h"
#include "patterns/trend.h"

enum { MIN_DAYS = 7, MAX_DAYS = 2000 };

/* A slope over this, a tenth of a percentage point a day, is called a rise. */
#define RISING 0.001

struct day {
    int64_t day;
    uint64_t n;
    double sum;
};

struct tally {
    bool started;
    uint32_t node;
    int64_t hour; /* of the last cell */
    uint64_t hours;
    size_t n_days, days_cap;
    struct day *days; /* of the node at hand, ascending */
    double *xy;       /* days, then their means */
    size_t xy_cap;
    struct hc_slope *nodes; /* [n_nodes] */
};

static enum hc_status init(void *state, const struct hc_view *view)
{
    struct tally *t = state;

    t->nodes = hc_alloc(view->summary->n_nodes, sizeof(*t->nodes));
    if (!t->nodes)
        return HC_NO_MEMORY;
    for (uint32_t i = 0; i < view->summary->n_nodes; i++)
        t->nodes[i] = (struct hc_slope){.node = i, .per_day = NAN};
    return HC_OK;
}

/* Of the last MAX_DAYS days. */
static enum hc_status find_slope(struct tally *t, double *ret_slope)
{
    size_t first = t->n_days > MAX_DAYS ? t->n_days - MAX_DAYS : 0;
    size_t n = t->n_days - first;
    const struct day *d = t->days + first;
    double level;

    HC_TRY(hc_grow(&t->xy, &t->xy_cap, 2 * n, sizeof(*t->xy)));
    for (size_t i = 0; i < n; i++) {
        t->xy[i] = (double)(d[i].day - d[0].day);
        t->xy[n + i] = d[i].sum / (double)d[i].n;
    }
    return hc_theil_sen(t->xy, t->xy + n, n, ret_slope, &level);
}

/* Ends the node at hand. */
static enum hc_status close_node(struct tally *t)
{
    struct hc_slope *slope = &t->nodes[t->node];

    slope->days = (uint32_t)t->n_days;
    if (t->n_days >= MIN_DAYS)
        HC_TRY(find_slope(t, &slope->per_day));
    t->n_days = 0;
    return HC_OK;
}

/* Where the day is or belongs, looked for from the end: cells come in order of time. */
static enum hc_status add_to_day(struct tally *t, int64_t day, const struct hc_moments *m)
{
    size_t at = t->n_days;

    while (at && t->days[at - 1].day > day)
        at--;
    if (!at || t->days[at - 1].day != day) {
        HC_TRY(hc_grow(&t->days, &t->days_cap, t->n_days + 1, sizeof(*t->days)));
        memmove(&t->days[at + 1], &t->days[at], (t->n_days++ - at) * sizeof(*t->days));
        t->days[at++] = (struct day){.day = day};
    }
    t->days[at - 1].n += m->n;
    t->days[at - 1].sum += (double)m->n * m->mean;
    return HC_OK;
}

static enum hc_status add(
    void *state, const struct hc_view *view HC_UNUSED, const struct hc_cell *cell)
{
    struct tally *t = state;
    int64_t hour = hc_floor_div(cell->start_s, 3600);
    bool new_node = !t->started || cell->node != t->node;

    if (new_node && t->started)
        HC_TRY(close_node(t));
    if (new_node || hour != t->hour)
        t->hours++;
    t->started = true;
    t->node = cell->node;
    t->hour = hour;
    if (!cell->gauge[HC_CPU].n)
        return HC_OK;
    return add_to_day(t, cell->local_day, &cell->gauge[HC_CPU]);
}

/* As resample('1h') makes them: every hour from a node's first to its last. */
static uint64_t hours_between(const struct hc_node *node)
{
    const int64_t hour_us = INT64_C(3600000000);

    if (!node->rows)
        return 0;
    return (uint64_t)(hc_floor_div(node->last_us, hour_us) -
                      hc_floor_div(node->first_us, hour_us) + 1);
}

static void judge(const struct hc_view *view, struct hc_trends *out)
{
    size_t with_slope = 0;

    for (size_t i = 0; i < out->n_nodes; i++)
        with_slope += !isnan(out->nodes[i].per_day);
    if (!view->column[HC_CPU])
        hc_verdict_set(
            &out->verdict, HC_NOT_AVAILABLE, "no column 'cpu_usage_rate' for slopes");
    else if (!with_slope)
        hc_verdict_set(&out->verdict, HC_NOT_ENOUGH_DATA,
            "no node has %d days with CPU for a slope", MIN_DAYS);
}

static enum hc_status finish(
    void *state, const struct hc_view *view, struct hc_findings *out)
{
    struct tally *t = state;

    if (t->started)
        HC_TRY(close_node(t));
    for (size_t i = 0; i < view->summary->n_nodes; i++)
        out->trends.rows += hours_between(&view->summary->nodes[i]);
    out->trends.hours = t->hours;
    out->trends.n_nodes = view->summary->n_nodes;
    out->trends.nodes = hc_take(&t->nodes);
    judge(view, &out->trends);
    return HC_OK;
}

static void clear(void *state)
{
    struct tally *t = state;

    hc_free(t->days);
    hc_free(t->xy);
    hc_free(t->nodes);
}

static enum hc_status say_slopes(struct hc_findings *out)
{
    const struct hc_trends *trends = &out->trends;
    HC_CLEANUP(hc_freep) double *slopes = hc_alloc(trends->n_nodes, sizeof(*slopes));
    size_t n = 0, rising = 0, falling = 0;
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d = hc_draft("trends.cpu", "CPU over the days", 42);

    if (!slopes)
        return HC_NO_MEMORY;
    if (trends->verdict.status)
        return hc_draft_refuse(
            &d, out, trends->verdict.status, "%s", trends->verdict.reason);
    for (size_t i = 0; i < trends->n_nodes; i++) {
        double slope = trends->nodes[i].per_day;

        if (isnan(slope))
            continue;
        slopes[n++] = slope;
        rising += slope > RISING;
        falling += slope < -RISING;
    }
    if (5 * (rising + falling) >= n)
        d.head.weight = 64;
    hc_draft_value(&d, hc_pick_median(slopes, n), "fraction/day", n);
    d.head.source = "method:theil-sen";
    hc_buf_printf(&d.text,
        "CPU rises by over 0.1 points a day on %s of %s and falls so on %s; the median "
        "slope is %s points a day.",
        hc_phrase_count(rising).text, hc_phrase_plural(n, "node").text,
        hc_phrase_count(falling).text, hc_phrase_points(d.head.value).text);
    return hc_draft_end(&d, out);
}

static enum hc_status say_hours(const struct hc_view *view, struct hc_findings *out)
{
    const struct hc_trends *trends = &out->trends;
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d = hc_draft("trends.hours", "Node-hours with data", 20);

    if (!trends->hours)
        return hc_draft_refuse(
            &d, out, HC_NOT_ENOUGH_DATA, "no row has both a time and a node");
    hc_draft_value(&d, (double)trends->hours, "node-hours", trends->rows);
    d.head.source = "rollup";
    hc_buf_printf(&d.sql,
        "SELECT count(*) FROM (SELECT DISTINCT %s, date_trunc('hour', bucket_start) "
        "FROM rollup)",
        hc_draft_sql_node(view));
    hc_buf_printf(&d.text,
        "%s of %s node-hours from each node's first to its last hour have samples (%s).",
        hc_phrase_count(trends->hours).text, hc_phrase_count(trends->rows).text,
        hc_phrase_percent((double)trends->hours / (double)trends->rows).text);
    return hc_draft_end(&d, out);
}

static enum hc_status say(const struct hc_view *view, struct hc_findings *out)
{
    HC_TRY(say_slopes(out));
    return say_hours(view, out);
}

const struct hc_finding hc_finding_trends = {
    .name = "trends",
    .state_size = sizeof(struct tally),
    .init = init,
    .add = add,
    .finish = finish,
    .say = say,
    .clear = clear,
};
