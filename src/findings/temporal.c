#include <math.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "findings/draft.h"
#include "findings/temporal.h"

/* Ties: a difference up to this is none. */
#define EQUAL_WITHIN 1e-12

static inline void sum_add(struct hc_sum *s, double x)
{
    double t = s->sum + x, z = t - s->sum;

    s->rest += (s->sum - (t - z)) + (x - z);
    s->sum = t;
}

static enum hc_status mark_day(struct hc_temporal_tally *t, const struct hc_cell *cell)
{
    size_t known = t->days.n, at;

    HC_TRY(hc_grow(&t->hours, &t->hours_cap, known + 1, sizeof(*t->hours)));
    HC_TRY(hc_index_at(&t->days, cell->local_day, &at));
    if (at == known)
        t->hours[at] = 0;
    t->hours[at] |= UINT32_C(1) << cell->local_hour;
    return HC_OK;
}

enum hc_status hc_temporal_add(struct hc_temporal_tally *t, const struct hc_cell *cell)
{
    assert(cell->local_hour < 24 && cell->weekday < 7);
    struct hc_temporal_slot *slot = &t->week[cell->weekday * 24 + cell->local_hour];

    HC_TRY(mark_day(t, cell));
    slot->rows += cell->rows;
    for (int i = 0; i < HC_MAIN; i++) {
        const struct hc_moments *m = &cell->gauge[hc_main_metrics[i]];

        if (!m->n)
            continue;
        slot->n[i] += m->n;
        sum_add(&slot->sum[i], (double)m->n * m->mean);
    }
    return HC_OK;
}

static void slot_merge(struct hc_temporal_slot *into, const struct hc_temporal_slot *from)
{
    into->rows += from->rows;
    for (int i = 0; i < HC_MAIN; i++) {
        into->n[i] += from->n[i];
        sum_add(&into->sum[i], from->sum[i].sum);
        into->sum[i].rest += from->sum[i].rest;
    }
}

static void pattern_read(const struct hc_temporal_slot *slot, struct hc_pattern *ret)
{
    ret->rows = slot->rows;
    for (int i = 0; i < HC_MAIN; i++) {
        double sum = slot->sum[i].sum + slot->sum[i].rest;

        ret->n[i] = slot->n[i];
        ret->mean[i] = slot->n[i] ? sum / (double)slot->n[i] : NAN;
    }
}

/* 1970-01-01 was a Thursday. */
static int weekday_of(int64_t day)
{
    return (int)(day + 3 - 7 * hc_floor_div(day + 3, 7));
}

static void count_days(const struct hc_temporal_tally *t, struct hc_temporal *out)
{
    for (size_t i = 0; i < t->days.n; i++) {
        int weekday = weekday_of(t->days.keys[i]);

        out->daily[weekday].days++;
        for (int hour = 0; hour < 24; hour++) {
            if (!(t->hours[i] >> hour & 1))
                continue;
            out->hourly[hour].days++;
            out->weekly[weekday * 24 + hour].days++;
        }
    }
}

void hc_temporal_read(const struct hc_temporal_tally *t, struct hc_temporal *out)
{
    struct hc_temporal_slot hourly[24] = {0}, daily[7] = {0};

    *out = (struct hc_temporal){0};
    for (int i = 0; i < 7 * 24; i++) {
        slot_merge(&hourly[i % 24], &t->week[i]);
        slot_merge(&daily[i / 24], &t->week[i]);
        pattern_read(&t->week[i], &out->weekly[i]);
    }
    for (int i = 0; i < 24; i++)
        pattern_read(&hourly[i], &out->hourly[i]);
    for (int i = 0; i < 7; i++)
        pattern_read(&daily[i], &out->daily[i]);
    count_days(t, out);
    if (!t->days.n)
        hc_verdict_set(
            &out->verdict, HC_NOT_ENOUGH_DATA, "no row has both a time and a node");
}

void hc_temporal_clear(struct hc_temporal_tally *t)
{
    hc_index_clear(&t->days);
    hc_free(t->hours);
    *t = (struct hc_temporal_tally){0};
}

/* The first whose mean times `sign` is the largest. */
static int first_extreme(
    const struct hc_pattern *p, int n, int gauge, uint32_t min_days, double sign)
{
    double best = -INFINITY;

    for (int i = 0; i < n; i++)
        if (p[i].n[gauge] && p[i].days >= min_days && sign * p[i].mean[gauge] > best)
            best = sign * p[i].mean[gauge];
    for (int i = 0; i < n; i++)
        if (p[i].n[gauge] && p[i].days >= min_days &&
            sign * p[i].mean[gauge] >= best - EQUAL_WITHIN)
            return i;
    return -1;
}

int hc_temporal_peak(const struct hc_pattern *p, int n, int gauge, uint32_t min_days)
{
    return first_extreme(p, n, gauge, min_days, 1);
}

int hc_temporal_low(const struct hc_pattern *p, int n, int gauge, uint32_t min_days)
{
    return first_extreme(p, n, gauge, min_days, -1);
}

static enum hc_status add(
    void *state, const struct hc_view *view HC_UNUSED, const struct hc_cell *cell)
{
    return hc_temporal_add(state, cell);
}

static enum hc_status finish(
    void *state, const struct hc_view *view HC_UNUSED, struct hc_findings *out)
{
    hc_temporal_read(state, &out->temporal);
    return HC_OK;
}

static void clear(void *state)
{
    hc_temporal_clear(state);
}

/* The largest of the mean CPUs of the local hours. */
static void write_peak_sql(struct hc_buf *sql, const struct hc_view *view)
{
    hc_buf_puts(sql, "SELECT max(m) FROM (SELECT ");
    hc_draft_sql_mean(sql, HC_CPU);
    hc_buf_puts(sql, " AS m FROM rollup WHERE cpu_usage_rate_n > 0 GROUP BY hour(");
    hc_draft_sql_local(sql, view);
    hc_buf_puts(sql, "))");
}

static void write_peak(struct hc_buf *text, const struct hc_view *view,
    const struct hc_pattern *hourly, int peak, int low)
{
    hc_buf_printf(text, "CPU peaks at %02d:00 (", peak);
    hc_utf8_show(text, hc_view_timezone(view), 30, false);
    hc_buf_printf(text, ") with %s and is lowest at %02d:00 with %s",
        hc_phrase_percent(hourly[peak].mean[0]).text, low,
        hc_phrase_percent(hourly[low].mean[0]).text);
    if (hourly[peak].days == hourly[low].days)
        hc_buf_printf(text, ", means of %u days.", hourly[peak].days);
    else
        hc_buf_printf(
            text, ", means of %u and %u days.", hourly[peak].days, hourly[low].days);
}

static enum hc_status say(const struct hc_view *view, struct hc_findings *out)
{
    const struct hc_pattern *hourly = out->temporal.hourly;
    int peak = hc_temporal_peak(hourly, 24, 0, 1),
        low = hc_temporal_low(hourly, 24, 0, 1);
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d = hc_draft("temporal.peak_hour", "Rhythm of the day", 78);

    if (!view->column[HC_CPU])
        return hc_draft_refuse(&d, out, HC_NOT_AVAILABLE, "no column 'cpu_usage_rate'");
    if (peak < 0)
        return hc_draft_refuse(&d, out, HC_NOT_ENOUGH_DATA, "no finite value of CPU");
    if (hourly[peak].days < 2 || hourly[low].days < 2)
        return hc_draft_refuse(
            &d, out, HC_NOT_ENOUGH_DATA, "peak or low hour is on a single date");
    if (peak == low)
        return hc_draft_refuse(
            &d, out, HC_NOT_ENOUGH_DATA, "all hours with data have the same mean");
    hc_draft_value(&d, hourly[peak].mean[0], "fraction", hourly[peak].n[0]);
    d.head.source = "rollup";
    write_peak_sql(&d.sql, view);
    write_peak(&d.text, view, hourly, peak, low);
    return hc_draft_end(&d, out);
}

const struct hc_finding hc_finding_temporal = {
    .name = "temporal",
    .state_size = sizeof(struct hc_temporal_tally),
    .add = add,
    .finish = finish,
    .say = say,
    .clear = clear,
};
