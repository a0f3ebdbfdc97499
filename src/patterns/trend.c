#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "patterns/draw.h"
#include "patterns/median.h"
#include "patterns/trend.h"

enum { RESAMPLES = 399, BLOCK = 4 };

/* A corrected coefficient from here on is a random walk's as well as not; of m days this
 * or 1 - WANDERS_FEW / m, if that is less: a short walk looks tamer. */
#define WANDERS 0.9
#define WANDERS_FEW 6

/* A line is claimed unless a step's likelihood is better by this factor's logarithm. */
#define STEP_BETTER 0.5

/* sqrt of Theil-Sen's variance over that of the linear slope, normal residuals. */
#define THEIL_SEN_FACTOR 1.0233

enum hc_status hc_theil_sen(
    const double *x, const double *y, size_t n, double *ret_slope, double *ret_level)
{
    HC_CLEANUP(hc_freep) double *slopes = NULL;
    size_t m = 0;

    slopes = hc_alloc(n * (n - (n > 0)) / 2 + 2 * n + 1, sizeof(*slopes));
    if (!slopes)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            if (x[j] != x[i])
                slopes[m++] = (y[j] - y[i]) / (x[j] - x[i]);
    *ret_slope = hc_pick_median(slopes, m);
    memcpy(slopes, x, n * sizeof(*x));
    memcpy(slopes + n, y, n * sizeof(*y));
    *ret_level = hc_pick_median(slopes + n, n) - *ret_slope * hc_pick_median(slopes, n);
    return HC_OK;
}

/* The days that have a value, and what is known of them. */
struct work {
    size_t m, span;            /* values; days from the first to the last */
    double *x, *y;             /* [m] day, counted from the first; value */
    double *rest;              /* [span] residuals, NaN where missing */
    double *innovation, *pull; /* [span] */
    double *scratch;           /* [span] */
    size_t n_innovations;
    double phi;
};

static enum hc_status gather(struct work *w, const double *day, size_t days)
{
    size_t first = days > HC_TREND_MOST ? days - HC_TREND_MOST : 0;

    while (first < days && !isfinite(day[first]))
        first++;
    while (days > first && !isfinite(day[days - 1]))
        days--;
    w->span = days - first;
    w->x = hc_alloc(6 * w->span + 1, sizeof(double));
    if (!w->x)
        return HC_NO_MEMORY;
    w->y = w->x + w->span;
    w->rest = w->y + w->span;
    w->innovation = w->rest + w->span;
    w->pull = w->innovation + w->span;
    w->scratch = w->pull + w->span;
    for (size_t i = first; i < days; i++)
        if (isfinite(day[i])) {
            w->x[w->m] = (double)(i - first);
            w->y[w->m++] = day[i];
        }
    return HC_OK;
}

static void clear(struct work *w)
{
    hc_free(w->x);
}

static void find_residuals(struct work *w, double slope, double level)
{
    for (size_t i = 0; i < w->span; i++)
        w->rest[i] = NAN;
    for (size_t k = 0; k < w->m; k++)
        w->rest[(size_t)w->x[k]] = w->y[k] - level - slope * w->x[k];
}

/* Pulls x[n] in to within 3 robust deviations of their median. */
static void winsorise(double *x, size_t n, double *scratch)
{
    double middle, reach;

    memcpy(scratch, x, n * sizeof(*x));
    middle = hc_pick_median(scratch, n);
    reach = 3 * 1.4826 * hc_pick_mad(scratch, n, middle);
    for (size_t i = 0; i < n; i++)
        x[i] = fmin(fmax(x[i], middle - reach), middle + reach);
}

/* The coefficient between neighbours in time, corrected and moved up; 0..1. */
static void find_phi(struct work *w)
{
    double xy = 0, xx = 0, m = (double)w->m, phi;

    for (size_t i = 0; i + 1 < w->span; i++)
        if (isfinite(w->rest[i]) && isfinite(w->rest[i + 1])) {
            xy += w->rest[i] * w->rest[i + 1];
            xx += (w->rest[i] * w->rest[i] + w->rest[i + 1] * w->rest[i + 1]) / 2;
        }
    phi = xx > 0 ? xy / xx : 0;
    phi = (m * phi + 2) / (m - 4);
    phi += sqrt(fmax(0, 1 - phi * phi) / m);
    w->phi = fmin(fmax(phi, 0), 1);
}

static void find_innovations(struct work *w)
{
    double mean = 0;

    w->n_innovations = 0;
    for (size_t i = 0; i + 1 < w->span; i++)
        if (isfinite(w->rest[i]) && isfinite(w->rest[i + 1]))
            w->innovation[w->n_innovations++] = w->rest[i + 1] - w->phi * w->rest[i];
    winsorise(w->innovation, w->n_innovations, w->scratch);
    for (size_t i = 0; i < w->n_innovations; i++)
        mean += w->innovation[i] / (double)w->n_innovations;
    for (size_t i = 0; i < w->n_innovations; i++)
        w->innovation[i] -= mean;
}

/* What an innovation on day i adds to the slope, with all that follows from it. */
static void find_pull(struct work *w)
{
    double mean = 0, sum2 = 0, start = w->phi < 1 ? sqrt(1 - w->phi * w->phi) : 1;

    for (size_t k = 0; k < w->m; k++)
        mean += w->x[k] / (double)w->m;
    for (size_t k = 0; k < w->m; k++)
        sum2 += (w->x[k] - mean) * (w->x[k] - mean);
    memset(w->pull, 0, w->span * sizeof(*w->pull));
    for (size_t k = 0; k < w->m; k++)
        w->pull[(size_t)w->x[k]] = (w->x[k] - mean) / sum2;
    for (size_t i = w->span - 1; i-- > 0;)
        w->pull[i] += w->phi * w->pull[i + 1];
    w->pull[0] /= start; /* the first is drawn from where the series lives */
}

/* The slope of one resample. */
static double resample(const struct work *w, struct hc_draw *draw)
{
    uint32_t starts = (uint32_t)(w->n_innovations - BLOCK + 1);
    double slope = 0;

    for (size_t i = 0; i < w->span; i += BLOCK) {
        const double *from = w->innovation + hc_draw_below(draw, starts);
        size_t n = w->span - i < BLOCK ? w->span - i : BLOCK;

        for (size_t k = 0; k < n; k++)
            slope += w->pull[i + k] * from[k];
    }
    return slope;
}

/*
 * What a resample of m days is too narrow by: three parameters were fitted; means of
 * blocks about the mean of all lose BLOCK / m of their variance; a variance out of m - 3
 * values has Student's tails (to first order); and Theil-Sen's variance is not the linear
 * slope's.
 */
static double correction(const struct work *w)
{
    double m = (double)w->m;

    return THEIL_SEN_FACTOR * sqrt(m / (m - 3) / (1 - BLOCK / m)) * (1 + 2 / m);
}

static double half_width(const struct work *w, uint64_t seed)
{
    struct hc_draw draw = {seed};
    double size[RESAMPLES];

    for (size_t b = 0; b < RESAMPLES; b++)
        size[b] = fabs(resample(w, &draw));
    return correction(w) * hc_pick(size, RESAMPLES, (RESAMPLES + 1) * 95 / 100 - 1);
}

/* Of m independent values the log of the likelihoods' ratio is m log(line / step) / 2;
 * dependent ones count (1 - phi) / (1 + phi) each. */
static bool step_is_better(struct work *w, double slope)
{
    double line = 0, total = 0, sum = 0, best = INFINITY, left = 0, m = (double)w->m;
    double *y = w->pull; /* winsorised about the line */

    for (size_t k = 0; k < w->m; k++)
        y[k] = w->rest[(size_t)w->x[k]];
    winsorise(y, w->m, w->scratch);
    for (size_t k = 0; k < w->m; k++) {
        line += y[k] * y[k];
        y[k] += slope * w->x[k];
        sum += y[k];
        total += y[k] * y[k];
    }
    for (size_t k = 1; k < w->m; k++) {
        double a = (double)k;

        left += y[k - 1];
        best =
            fmin(best, total - left * left / a - (sum - left) * (sum - left) / (m - a));
    }
    return m * (1 - w->phi) / (1 + w->phi) * log(line / best) / 2 > STEP_BETTER;
}

static enum hc_trend_claim judge(struct work *w, const struct hc_trend *t)
{
    if (w->phi >= fmin(WANDERS, 1 - WANDERS_FEW / (double)w->m))
        return HC_TREND_WANDERS;
    if (t->low <= 0 && t->high >= 0)
        return HC_TREND_NONE;
    return step_is_better(w, t->slope) ? HC_TREND_STEP : HC_TREND_CLEAR;
}

enum hc_status hc_trend(
    const double *day, size_t days, uint64_t seed, struct hc_trend *out)
{
    HC_CLEANUP(clear) struct work w = {0};
    struct hc_trend t = {0};
    double level, half;

    HC_TRY(gather(&w, day, days));
    if (w.m < HC_TREND_LEAST)
        return HC_NO_DATA;
    HC_TRY(hc_theil_sen(w.x, w.y, w.m, &t.slope, &level));
    find_residuals(&w, t.slope, level);
    find_phi(&w);
    find_innovations(&w);
    if (w.n_innovations < 2 * BLOCK)
        return HC_NO_DATA;
    find_pull(&w);
    half = half_width(&w, seed);
    t.low = t.slope - half;
    t.high = t.slope + half;
    t.level = level + t.slope * (double)(w.span - 1);
    t.phi = w.phi;
    t.n = w.m;
    t.span = w.span;
    t.claim = judge(&w, &t);
    *out = t;
    return HC_OK;
}

size_t hc_daily_means(const double *y, size_t n, size_t first, double *out)
{
    size_t days = 0;

    for (size_t from = 0; from < n; days++) {
        size_t to = (days + 1) * 24 - first < n ? (days + 1) * 24 - first : n, m = 0;
        double sum = 0;

        for (; from < to; from++)
            if (isfinite(y[from])) {
                sum += y[from];
                m++;
            }
        out[days] = m >= 12 ? sum / (double)m : NAN;
    }
    return days;
}

struct hc_full hc_days_until_full(const struct hc_trend *trend, double limit)
{
    struct hc_full full = {HC_FULL_NO, NAN, NAN, NAN};
    double left = limit - trend->level;

    if (left <= 0)
        return (struct hc_full){HC_FULL_NOW, 0, 0, 0};
    if (trend->claim != HC_TREND_CLEAR || trend->slope <= 0 ||
        left / trend->slope > HC_FULL_SPANS * (double)trend->span)
        return full;
    return (struct hc_full){
        HC_FULL_SOON, left / trend->slope, left / trend->high, left / trend->low};
}
