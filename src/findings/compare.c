/*
 * compare.c - two ranges of time side by side, and what differs by more than noise:
 * docs/method/compare.md
 *
 * Means are of the hours as they are; the difference is that of daily means without the
 * weekly profile, so that ranges need not be whole weeks.
 */
#include "patterns/compare.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "findings/draft.h"
#include "findings/pattern.h"
#include "patterns/median.h"

enum { HOUR_S = 3600, DAY_H = 24 };

/* ---- a range in the hours of the view ---- */

struct span {
    size_t from, n; /* hours that begin in the range */
};

static int64_t hour_at(const struct hc_pattern_view *view, int64_t us)
{
    int64_t late_us = us - view->start_s * 1000000;

    return -hc_floor_div(-late_us, HOUR_S * INT64_C(1000000)); /* the next one */
}

static struct span span_of(const struct hc_pattern_view *view, size_t side)
{
    int64_t from = hour_at(view, view->compare[side].from_us);
    int64_t to = hour_at(view, view->compare[side].to_us);

    from = from < 0 ? 0 : from;
    to = to > (int64_t)view->hours ? (int64_t)view->hours : to;
    return from < to ? (struct span){(size_t)from, (size_t)(to - from)}
                     : (struct span){0, 0};
}

static size_t days_of(const struct hc_pattern_view *view, struct span span)
{
    size_t first = span.n ? view->slot[span.from] % DAY_H : 0;

    return (first + span.n + DAY_H - 1) / DAY_H;
}

/* ---- a course ---- */

/* Hours of the course that are in the span: mean and 95th of a hundred. */
static enum hc_status describe(
    const struct hc_look *look, struct span span, struct hc_compared_side *side)
{
    HC_CLEANUP(hc_freep) double *there = hc_alloc(span.n + 1, sizeof(*there));
    size_t n;
    double sum = 0;

    if (!there)
        return HC_NO_MEMORY;
    side->mean = side->p95 = NAN;
    n = hc_take_finite(look->all + span.from, span.n, there);
    side->hours = n;
    if (!n)
        return HC_OK;
    for (size_t i = 0; i < n; i++)
        sum += there[i];
    side->mean = sum / (double)n;
    side->p95 = hc_pick(there, n, hc_quantile_rank(0.95, n));
    return HC_OK;
}

/* Daily means of y, which begins with the course, over the days of the span. */
static enum hc_status daily(
    const struct hc_look *look, const double *y, struct span span, double *day)
{
    HC_CLEANUP(hc_freep) double *hour = hc_alloc(span.n + 1, sizeof(*hour));

    if (!hour)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < span.n; i++) {
        size_t at = span.from + i;

        hour[i] =
            at < look->first || at >= look->first + look->n ? NAN : y[at - look->first];
    }
    if (span.n)
        hc_daily_means(hour, span.n, look->view->slot[span.from] % DAY_H, day);
    return HC_OK;
}

static const char *claim_of(const struct hc_difference *d)
{
    static const char *const claims[] = {
        [HC_DIFFERENCE_NONE] = "none", [HC_DIFFERENCE_WANDERS] = "wanders"};

    return d->claim == HC_DIFFERENCE_CLEAR ? d->difference > 0 ? "more" : "less"
                                           : claims[d->claim];
}

static enum hc_status differ(const struct hc_look *look, const struct span span[2],
    const size_t days[2], struct hc_compared *row)
{
    HC_CLEANUP(hc_freep) double *day = hc_alloc(days[0] + days[1] + 1, sizeof(*day));
    struct hc_difference d;
    enum hc_status status;

    if (!day)
        return HC_NO_MEMORY;
    row->difference = row->low = row->high = NAN;
    row->claim = "short";
    for (size_t k = 0; k < 2; k++) {
        double *to = day + (k ? days[0] : 0);

        HC_TRY(daily(look, look->level, span[k], to));
        for (size_t i = 0; i < days[k]; i++)
            row->side[k].days += isfinite(to[i]);
    }
    status = hc_compare(day, days[0], day + days[0], days[1], look->seed, &d);
    if (status == HC_NO_DATA)
        return HC_OK;
    HC_TRY(status);
    row->difference = d.difference;
    row->low = d.low;
    row->high = d.high;
    row->claim = claim_of(&d);
    return HC_OK;
}

static enum hc_status keep_days(const struct hc_look *look, const struct span span[2],
    const size_t days[2], struct hc_found *found)
{
    found->compared_day = hc_alloc(days[0] + days[1] + 1, sizeof(double));
    if (!found->compared_day)
        return HC_NO_MEMORY;
    HC_TRY(daily(look, look->y, span[0], found->compared_day));
    return daily(look, look->y, span[1], found->compared_day + days[0]);
}

static enum hc_status look(const struct hc_look *look, struct hc_found *found)
{
    struct hc_compared *row = &found->compared;
    struct span span[2];
    size_t days[2];

    if (!look->view->compare)
        return HC_OK;
    row->of = found->of;
    for (size_t k = 0; k < 2; k++) {
        span[k] = span_of(look->view, k);
        days[k] = days_of(look->view, span[k]);
        HC_TRY(describe(look, span[k], &row->side[k]));
    }
    if (!row->side[0].hours || !row->side[1].hours)
        return HC_OK;
    if (found->of.node == HC_WHOLE_CLUSTER)
        HC_TRY(keep_days(look, span, days, found));
    return differ(look, span, days, row);
}

/* ---- the section ---- */

/* By its first and last time. */
static bool is_in(const struct hc_node *node, const struct hc_time_range *range)
{
    return node->first_us < range->to_us && node->last_us >= range->from_us;
}

static void add_node(const struct hc_pattern_view *view, size_t at,
    const struct hc_found *found, struct hc_comparison *out)
{
    const struct hc_node *node = &view->summary->nodes[at];
    bool first = is_in(node, &out->range[0]), second = is_in(node, &out->range[1]);

    out->only[0] += first && !second;
    out->only[1] += second && !first;
    for (size_t g = 0; g < view->n_gauges; g++) {
        out->constant += found[g].kind == HC_COURSE_CONSTANT;
        if (found[g].compared.claim)
            out->nodes[out->n_nodes++] = found[g].compared;
    }
}

static enum hc_status make_rows(
    const struct hc_pattern_view *view, struct hc_comparison *out)
{
    for (size_t k = 0; k < 2; k++)
        out->n_days[k] = days_of(view, span_of(view, k));
    out->cluster = hc_alloc(view->n_gauges, sizeof(*out->cluster));
    out->day = hc_alloc(
        view->n_gauges * (out->n_days[0] + out->n_days[1]) + 1, sizeof(*out->day));
    out->nodes = hc_alloc(view->summary->n_nodes * view->n_gauges, sizeof(*out->nodes));
    return out->cluster && out->day && out->nodes ? HC_OK : HC_NO_MEMORY;
}

static void add_cluster(const struct hc_found *found, struct hc_comparison *out)
{
    size_t days = out->n_days[0] + out->n_days[1];

    if (!found->compared.claim)
        return;
    memcpy(out->day + out->n_cluster * days, found->compared_day, days * sizeof(double));
    out->cluster[out->n_cluster++] = found->compared;
}

static void judge(const struct hc_pattern_view *view, struct hc_comparison *out)
{
    static const char *const names[] = {"first", "second"};

    for (size_t k = 0; k < 2 && !out->verdict.status; k++)
        if (!out->n_days[k])
            hc_verdict_set(&out->verdict, HC_NOT_ENOUGH_DATA,
                "no data in the %s range; the data is from %s to %s", names[k],
                hc_phrase_time(view->start_s * 1000000).text,
                hc_phrase_time((view->start_s + (int64_t)view->hours * HOUR_S) * 1000000)
                    .text);
    if (!out->verdict.status && !out->n_cluster && !out->n_nodes)
        hc_verdict_set(&out->verdict, HC_NOT_ENOUGH_DATA,
            "no gauge that changes has hours in both ranges");
}

static enum hc_status collect(const struct hc_pattern_view *view,
    struct hc_found *cluster, struct hc_found *nodes, struct hc_patterns *patterns)
{
    struct hc_comparison *out = &patterns->compare;
    const char *lack = hc_pattern_lacks(view);

    if (!view->compare) {
        hc_verdict_set(&out->verdict, HC_NOT_AVAILABLE,
            "not asked for: --compare A..B,C..D compares two ranges of time");
        return HC_OK;
    }
    out->asked = true;
    memcpy(out->range, view->compare, sizeof(out->range));
    if (lack) {
        hc_verdict_set(&out->verdict, HC_NOT_ENOUGH_DATA, "%s", lack);
        return HC_OK;
    }
    HC_TRY(make_rows(view, out));
    for (size_t g = 0; g < view->n_gauges; g++)
        add_cluster(&cluster[g], out);
    for (size_t i = 0; i < view->summary->n_nodes; i++)
        add_node(view, i, &nodes[i * view->n_gauges], out);
    judge(view, out);
    return HC_OK;
}

/* ---- the statement ---- */

struct tally {
    size_t n, more, less;
};

static struct tally count(const struct hc_comparison *c, int metric)
{
    struct tally tally = {0};

    for (size_t i = 0; i < c->n_nodes; i++) {
        if (c->nodes[i].of.metric != metric || c->nodes[i].claim[0] == 's')
            continue;
        tally.n++;
        tally.more += c->nodes[i].claim[0] == 'm';
        tally.less += c->nodes[i].claim[0] == 'l';
    }
    return tally;
}

static const struct hc_compared *cluster_cpu(const struct hc_comparison *c)
{
    for (size_t i = 0; i < c->n_cluster; i++)
        if (c->cluster[i].of.metric == HC_CPU)
            return &c->cluster[i];
    return NULL;
}

static const char *verb_of(const char *claim)
{
    return claim[0] == 'm'   ? "rose"
           : claim[0] == 'l' ? "fell"
           : claim[0] == 'w' ? "wanders, no difference claimed"
                             : "did not clearly change";
}

static enum hc_status say(
    const struct hc_pattern_view *view HC_UNUSED, struct hc_findings *out)
{
    const struct hc_comparison *c = &out->patterns.compare;
    const struct hc_compared *row = cluster_cpu(c);
    struct tally tally = count(c, HC_CPU);
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d =
        hc_draft("compare.cpu", "The second range of time against the first", 96);

    if (!c->asked)
        return HC_OK;
    if (c->verdict.status)
        return hc_draft_refuse(&d, out, c->verdict.status, "%s", c->verdict.reason);
    if (!row || isnan(row->difference))
        return hc_draft_refuse(&d, out, HC_NOT_ENOUGH_DATA,
            "CPU of the cluster has not %d days in both ranges", HC_COMPARE_LEAST);
    hc_draft_value(&d, row->difference, "fraction difference",
        row->side[0].days + row->side[1].days);
    d.head.low = row->low;
    d.head.high = row->high;
    d.head.source = "method:compare";
    hc_buf_printf(&d.text,
        "CPU %s: %s points (%s to %s), %u against %u days; of %s %zu rose, %zu fell.",
        verb_of(row->claim), hc_phrase_points(row->difference).text,
        hc_phrase_points(row->low).text, hc_phrase_points(row->high).text,
        row->side[1].days, row->side[0].days, hc_phrase_plural(tally.n, "node").text,
        tally.more, tally.less);
    return hc_draft_end(&d, out);
}

const struct hc_pattern_method hc_pattern_compare = {
    .name = "compare", .look = look, .collect = collect, .say = say};
