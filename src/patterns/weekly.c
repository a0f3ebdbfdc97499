#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "patterns/gaps.h"
#include "patterns/median.h"
#include "patterns/strength.h"
#include "patterns/weekly.h"

enum { DAY = 24, DAYS = 7, HALF = DAYS / 2 };

struct work {
    size_t n, days;
    const uint8_t *slot;
    uint32_t *order; /* [n] hours sorted by slot */
    size_t first[HC_WEEK + 1];
    double *level;    /* [days] */
    double *rest;     /* [n] */
    double *part;     /* [n] scratch */
    double held_sum2; /* of errors with the profile of the other weeks */
};

static void work_clear(struct work *w)
{
    hc_free(w->order);
    hc_free(w->rest);
}

/* Hours in order of their slot, by counting. */
static enum hc_status work_init(struct work *w, size_t n, const uint8_t *slot)
{
    size_t at[HC_WEEK];

    *w = (struct work){.n = n, .days = (n + DAY - 1) / DAY, .slot = slot};
    w->order = hc_alloc(n, sizeof(*w->order));
    w->rest = hc_alloc(2 * n + w->days, sizeof(double));
    if (!w->order || !w->rest)
        return HC_NO_MEMORY;
    w->part = w->rest + n;
    w->level = w->part + n;
    for (size_t i = 0; i < n; i++)
        w->first[slot[i] + 1]++;
    for (size_t s = 0; s < HC_WEEK; s++)
        w->first[s + 1] += w->first[s];
    memcpy(at, w->first, sizeof(at));
    for (size_t i = 0; i < n; i++)
        w->order[at[slot[i]]++] = (uint32_t)i;
    return HC_OK;
}

/* The change a week of two in a row, if they have the same sign; the smaller of the two.
 */
static double slope_of(double first, double second)
{
    if (first * second <= 0)
        return 0;
    return fabs(first) < fabs(second) ? first : second;
}

/* The ends, of which no week is the middle: on with the slope that two weeks beside agree
 * on. A step in one of them is no slope. */
static void extend(struct work *w)
{
    double *a = w->level + HALF, *b = w->level + w->days - 1 - HALF;
    double at_first = slope_of(a[DAYS] - a[0], a[2 * DAYS] - a[DAYS]);
    double at_last = slope_of(b[0] - b[-DAYS], b[-DAYS] - b[-2 * DAYS]);

    for (int k = 1; k <= HALF; k++) {
        a[-k] = a[0] - at_first * k / DAYS;
        b[k] = b[0] + at_last * k / DAYS;
    }
}

/* Medians of days of x, then of seven of them around each, into level[days]. */
static void find_levels(struct work *w, const double *x)
{
    double *day = w->part, week[DAYS];
    size_t width = w->days < DAYS ? w->days : DAYS;

    for (size_t d = 0; d < w->days; d++) {
        size_t from = d * DAY, to = from + DAY < w->n ? from + DAY : w->n;
        double hours[DAY];
        size_t m = hc_take_finite(x + from, to - from, hours);

        day[d] = 2 * m >= DAY ? hc_pick_median(hours, m) : NAN;
    }
    for (size_t d = 0; d < w->days; d++) {
        size_t from = d < HALF ? 0 : d - HALF;

        if (from + width > w->days)
            from = w->days - width;
        w->level[d] = hc_pick_median(week, hc_take_finite(day + from, width, week));
    }
    (void)hc_gaps_bridge(w->level, w->days, w->level);
    if (w->days > 2 * DAYS + HALF)
        extend(w);
}

/* Lines between the middles of days; beyond, on with the nearest one. */
static void draw_trend(const struct work *w, double *trend)
{
    for (size_t i = 0; i < w->n; i++) {
        double at = ((double)i + 0.5) / DAY - 0.5;
        size_t d = at > 0 ? (size_t)at : 0;

        if (w->days == 1) {
            trend[i] = w->level[0];
            continue;
        }
        if (d + 2 > w->days)
            d = w->days - 2;
        trend[i] = w->level[d] + (w->level[d + 1] - w->level[d]) * (at - (double)d);
    }
}

static void insert_sorted(double *x, size_t n, double v)
{
    for (; n > 0 && x[n - 1] > v; n--)
        x[n] = x[n - 1];
    x[n] = v;
}

/* Of sorted x[n], n > 1: the sum over each value of its squared distance from the median
 * of the others. */
static double held_out(const double *x, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++) {
        size_t m = n - 1, a = (m - 1) / 2, b = m / 2; /* ranks among the others */
        double other = (x[a + (a >= i)] + x[b + (b >= i)]) / 2;

        sum += (x[i] - other) * (x[i] - other);
    }
    return sum;
}

/* Medians by slot of `rest`; NaN where there is no value. */
static void find_profile(struct work *w, double *profile)
{
    w->held_sum2 = 0;
    for (size_t s = 0; s < HC_WEEK; s++) {
        size_t m = 0;

        for (size_t k = w->first[s]; k < w->first[s + 1]; k++)
            if (isfinite(w->rest[w->order[k]]))
                insert_sorted(w->part, m++, w->rest[w->order[k]]);
        profile[s] = m ? (w->part[(m - 1) / 2] + w->part[m / 2]) / 2 : NAN;
        w->held_sum2 += m > 1 ? held_out(w->part, m) : m ? w->part[0] * w->part[0] : 0;
    }
}

/* Hours of the week that never occur; then the mean out of the profile. */
static double settle_profile(double *profile)
{
    double mean = 0;

    for (size_t s = 0; s < HC_WEEK; s++) {
        double same[DAYS];
        size_t m = 0;

        if (isfinite(profile[s]))
            continue;
        for (size_t d = 0; d < DAYS; d++)
            if (isfinite(profile[s % DAY + d * DAY]))
                same[m++] = profile[s % DAY + d * DAY];
        profile[s] = m ? hc_pick_median(same, m) : 0;
    }
    for (size_t s = 0; s < HC_WEEK; s++)
        mean += profile[s] / HC_WEEK;
    for (size_t s = 0; s < HC_WEEK; s++)
        profile[s] -= mean;
    return mean;
}

/* 1 - errors of the held-out profile / variance of what the trend leaves. */
static double held_out_share(const struct work *w)
{
    double mean = 0, sum2 = 0, n = 0;

    for (size_t i = 0; i < w->n; i++)
        if (isfinite(w->rest[i])) {
            mean += w->rest[i];
            n++;
        }
    mean /= n;
    for (size_t i = 0; i < w->n; i++)
        if (isfinite(w->rest[i]))
            sum2 += (w->rest[i] - mean) * (w->rest[i] - mean);
    return sum2 > 0 ? fmax(0, 1 - w->held_sum2 / sum2) : NAN;
}

static void find_strengths(
    struct work *w, struct hc_weekly *out, const double *trend, const double *remainder)
{
    double day[DAY] = {0}, *part = w->part;

    for (size_t s = 0; s < HC_WEEK; s++)
        day[s % DAY] += out->profile[s] / DAYS;
    out->trend = hc_strength(trend, remainder, w->n);
    for (size_t i = 0; i < w->n; i++)
        part[i] = out->profile[w->slot[i]];
    out->season = hc_strength(part, remainder, w->n);
    for (size_t i = 0; i < w->n; i++)
        part[i] = day[w->slot[i] % DAY];
    out->day = hc_strength(part, remainder, w->n);
    for (size_t i = 0; i < w->n; i++)
        part[i] = out->profile[w->slot[i]] - day[w->slot[i] % DAY];
    out->week = hc_strength(part, remainder, w->n);
}

enum hc_status hc_weekly(const double *y, size_t n, const uint8_t *slot,
    struct hc_weekly *out, double *trend, double *remainder)
{
    HC_CLEANUP(work_clear) struct work w;

    memset(out->profile, 0, sizeof(out->profile));
    out->n = hc_gaps_present(y, n);
    w = (struct work){0};
    if (out->n < HC_WEEKLY_LEAST)
        return HC_NO_DATA;
    HC_TRY(work_init(&w, n, slot));
    for (size_t pass = 0; pass < 2; pass++) {
        double mean;

        for (size_t i = 0; i < n; i++)
            w.rest[i] = y[i] - out->profile[slot[i]];
        find_levels(&w, w.rest);
        draw_trend(&w, trend);
        for (size_t i = 0; i < n; i++)
            w.rest[i] = y[i] - trend[i];
        find_profile(&w, out->profile);
        mean = settle_profile(out->profile);
        for (size_t i = 0; i < n; i++)
            trend[i] += mean;
    }
    for (size_t i = 0; i < n; i++)
        remainder[i] = isfinite(y[i]) ? y[i] - trend[i] - out->profile[slot[i]] : NAN;
    out->held_out = held_out_share(&w);
    find_strengths(&w, out, trend, remainder);
    return HC_OK;
}

void hc_week_slots(uint8_t first, size_t n, uint8_t *slot)
{
    for (size_t i = 0; i < n; i++)
        slot[i] = (uint8_t)((first + i) % HC_WEEK);
}
