#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/simd.h"
#include "patterns/draw.h"
#include "patterns/gaps.h"
#include "patterns/median.h"
#include "patterns/peak.h"
#include "patterns/scores.h"

enum { DAY = 24, MOST_MISSING = 6 };

struct work {
    size_t days;
    double *row;   /* [days][DAY], 0 where missing */
    double *score; /* [days][DAY] of the ranks of row's values, less each day's mean */
    double *mean;  /* [days] NaN of a day that is not kept */
    double *scratch;
    double count[DAY]; /* days with this hour */
    double level;      /* mean of the days' means */
};

static void work_clear(struct work *w)
{
    hc_free(w->row);
}

/* Hours into rows of local days: a new one where the hour of day goes back, or the
 * weekday changes. */
static enum hc_status lay_out(
    struct work *w, const double *y, size_t n, const uint8_t *slot)
{
    size_t most = n / 20 + 2; /* a day of 23 hours is the shortest whole one */

    w->row = hc_alloc(most * (DAY + 1) + most * DAY * 5, sizeof(double));
    if (!w->row)
        return HC_NO_MEMORY;
    w->mean = w->row + most * DAY;
    w->score = w->mean + most;
    w->scratch = w->score + most * DAY;
    for (size_t i = 0; i < n; i++) {
        if (w->days == 0 || slot[i] / DAY != slot[i - 1] / DAY) {
            if (w->days == most)
                return HC_USAGE;
            for (size_t h = 0; h < DAY; h++)
                w->row[w->days * DAY + h] = NAN;
            w->days++;
        }
        w->row[(w->days - 1) * DAY + slot[i] % DAY] = y[i];
    }
    return HC_OK;
}

/* Means of days that have enough hours; gives their number. */
static size_t find_means(struct work *w)
{
    size_t kept = 0;

    for (size_t d = 0; d < w->days; d++) {
        const double *row = w->row + d * DAY;
        double sum = 0, m = 0;

        for (size_t h = 0; h < DAY; h++)
            if (isfinite(row[h])) {
                sum += row[h];
                m++;
            }
        w->mean[d] = m >= DAY - MOST_MISSING ? sum / m : NAN;
        if (isfinite(w->mean[d])) {
            w->level += w->mean[d];
            kept++;
        }
    }
    w->level /= kept ? (double)kept : 1;
    return kept;
}

/* Rows less the line between the means of days, then less their own mean; of the days
 * kept, one after another. mean[] is used up. */
static void level_rows(struct work *w)
{
    double *line = w->scratch;
    size_t to = 0;

    hc_gaps_bridge(w->mean, w->days, line);
    for (size_t d = 0; d < w->days; d++) {
        const double *row = w->row + d * DAY;
        double *out = w->row + to * DAY, hours[DAY], middle;
        size_t m;
        double before = line[d ? d - 1 : d], after = line[d + 1 < w->days ? d + 1 : d];

        if (!isfinite(w->mean[d]))
            continue;
        for (size_t h = 0; h < DAY; h++) {
            double at = ((double)h + 0.5) / DAY - 0.5;
            double side = at < 0 ? line[d] - before : after - line[d];

            out[h] = row[h] - line[d] - side * at;
        }
        m = hc_take_finite(out, DAY, hours);
        middle = hc_pick_median(hours, m);
        for (size_t h = 0; h < DAY; h++)
            out[h] -= middle;
        to++;
    }
    w->days = to;
}

/* Each day less its mean; missing hours 0. */
static void centre(const struct work *w, double *rows)
{
    for (size_t d = 0; d < w->days; d++) {
        double *row = rows + d * DAY, sum = 0, m = 0;

        for (size_t h = 0; h < DAY; h++)
            if (isfinite(row[h])) {
                sum += row[h];
                m++;
            }
        for (size_t h = 0; h < DAY; h++)
            row[h] = isfinite(row[h]) ? row[h] - sum / m : 0;
    }
}

/* Hours counted, ranks taken, wild values pulled in. */
static void tame(struct work *w)
{
    size_t n = w->days * DAY, m;
    double reach;

    memset(w->count, 0, sizeof(w->count));
    for (size_t i = 0; i < n; i++)
        w->count[i % DAY] += isfinite(w->row[i]) != 0;
    (void)hc_normal_scores(w->row, n, w->scratch, w->score);
    centre(w, w->score);
    m = hc_take_finite(w->row, n, w->scratch);
    reach = 4 * 1.4826 * hc_pick_mad(w->scratch, m, 0);
    for (size_t i = 0; i < n && reach > 0; i++)
        if (isfinite(w->row[i]))
            w->row[i] = fmin(fmax(w->row[i], -reach), reach);
    centre(w, w->row);
}

/* sum[DAY] of rows times `weight`. */
HC_SIMD
static void sum_rows(
    const struct work *w, const double *rows, const double *weight, double *restrict sum)
{
    for (size_t h = 0; h < DAY; h++)
        sum[h] = 0;
    for (size_t d = 0; d < w->days; d++) {
        const double *row = rows + d * DAY;
        double by = weight[d];

        for (size_t h = 0; h < DAY; h++)
            sum[h] += by * row[h];
    }
}

static double size_of(const struct work *w, const double *sum)
{
    double size = 0;

    for (size_t h = 0; h < DAY; h++)
        size += w->count[h] > 0 ? sum[h] * sum[h] / w->count[h] : 0;
    return size;
}

/* Stops as soon as p is over 0.05 whatever comes. */
static double flip_days(struct work *w, double size, struct hc_draw *draw)
{
    size_t larger = 0, most = (HC_PEAK_FLIPS + 1) / 20, made = 0;
    double sum[DAY];

    while (made < HC_PEAK_FLIPS && larger < most) {
        uint64_t bits = 0;

        for (size_t d = 0; d < w->days; d++) {
            if (d % 64 == 0)
                bits = hc_draw_next(draw);
            w->scratch[d] = (bits >> d % 64) & 1 ? 1 : -1;
        }
        sum_rows(w, w->score, w->scratch, sum);
        larger += size_of(w, sum) >= size * (1 - 1e-12);
        made++;
    }
    return (double)(larger + 1) / (double)(made + 1);
}

static int top_of(const struct work *w, const double *sum, double sign)
{
    double most = -INFINITY;
    int best = 0;

    for (int h = 0; h < DAY; h++) {
        double v = w->count[h] > 0 ? sign * sum[h] / w->count[h] : -INFINITY;

        if (v > most) {
            most = v;
            best = h;
        }
    }
    return best;
}

/* The shortest run of hours that holds `hour` and 95 % of what was counted. */
static void find_run(const uint32_t *counted, struct hc_peak_hour *peak)
{
    for (int width = 1; width <= DAY; width++)
        for (int back = 0; back < width; back++) {
            int from = (peak->hour - back + DAY) % DAY;
            uint32_t held = 0;

            for (int k = 0; k < width; k++)
                held += counted[(from + k) % DAY];
            if (100 * held < 95 * HC_PEAK_DRAWS)
                continue;
            peak->from = from;
            peak->to = (from + width - 1) % DAY;
            peak->clear = width <= HC_PEAK_WIDEST;
            return;
        }
}

static void draw_days(struct work *w, struct hc_draw *draw, struct hc_peak *out)
{
    uint32_t top[DAY] = {0}, low[DAY] = {0};
    double sum[DAY];

    for (size_t b = 0; b < HC_PEAK_DRAWS; b++) {
        memset(w->scratch, 0, w->days * sizeof(*w->scratch));
        for (size_t d = 0; d < w->days; d++)
            w->scratch[hc_draw_below(draw, (uint32_t)w->days)]++;
        sum_rows(w, w->row, w->scratch, sum);
        top[top_of(w, sum, 1)]++;
        low[top_of(w, sum, -1)]++;
    }
    find_run(top, &out->top);
    find_run(low, &out->low);
}

static void measure(struct work *w, uint64_t seed, struct hc_peak *out)
{
    struct hc_draw draw = {seed};
    double sum[DAY], size;

    for (size_t d = 0; d < w->days; d++)
        w->scratch[d] = 1;
    sum_rows(w, w->score, w->scratch, sum);
    size = size_of(w, sum);
    sum_rows(w, w->row, w->scratch, sum);
    out->top.hour = out->top.from = out->top.to = top_of(w, sum, 1);
    out->low.hour = out->low.from = out->low.to = top_of(w, sum, -1);
    for (size_t h = 0; h < DAY; h++)
        out->profile[h] = w->count[h] > 0 ? sum[h] / w->count[h] : NAN;
    out->top.value = w->level + out->profile[out->top.hour];
    out->low.value = w->level + out->profile[out->low.hour];
    out->p = size > 0 ? flip_days(w, size, &draw) : 1;
    out->rhythm = out->p <= 0.05;
    if (out->rhythm)
        draw_days(w, &draw, out);
}

enum hc_status hc_peak_find(
    const double *y, size_t n, const uint8_t *slot, uint64_t seed, struct hc_peak *out)
{
    HC_CLEANUP(work_clear) struct work w = {0};
    struct hc_peak peak = {0};

    HC_TRY(lay_out(&w, y, n, slot));
    if (find_means(&w) < HC_PEAK_LEAST)
        return HC_NO_DATA;
    level_rows(&w);
    tame(&w);
    peak.days = w.days;
    measure(&w, seed, &peak);
    *out = peak;
    return HC_OK;
}
