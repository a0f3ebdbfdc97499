#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "patterns/draw.h"
#include "patterns/median.h"
#include "patterns/noise.h"
#include "patterns/trend.h"

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
    size_t m, span;  /* values; days from the first to the last */
    double *x, *y;   /* [m] day, counted from the first; value */
    double *rest;    /* [span] residuals, NaN where missing */
    double *pull;    /* [span] */
    double *scratch; /* [span] */
    struct hc_noise noise;
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
    w->noise.innovation = w->rest + w->span;
    w->pull = w->noise.innovation + w->span;
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

/* About the line of that slope through their median, whose level at 0 it gives. The
 * median of y at the median of x would do where nothing rises; where all does, it is two
 * values of many, and residuals that are off by as much look dependent. */
static double find_residuals(struct work *w, double slope)
{
    double level;

    for (size_t k = 0; k < w->m; k++)
        w->scratch[k] = w->y[k] - slope * w->x[k];
    level = hc_pick_median(w->scratch, w->m);
    for (size_t i = 0; i < w->span; i++)
        w->rest[i] = NAN;
    for (size_t k = 0; k < w->m; k++) {
        double rest = w->y[k] - level - slope * w->x[k];

        w->rest[(size_t)w->x[k]] =
            fabs(rest) <= 1e-12 * fabs(w->y[k]) ? 0 : rest; /* rounding is no noise */
    }
    return level;
}

/* What a residual on a day adds to the linear slope, in `pull`. */
static void weigh(struct work *w)
{
    double mean = 0, sum2 = 0;

    for (size_t k = 0; k < w->m; k++)
        mean += w->x[k] / (double)w->m;
    for (size_t k = 0; k < w->m; k++)
        sum2 += (w->x[k] - mean) * (w->x[k] - mean);
    memset(w->pull, 0, w->span * sizeof(*w->pull));
    for (size_t k = 0; k < w->m; k++)
        w->pull[(size_t)w->x[k]] = (w->x[k] - mean) / sum2;
}

static double half_width(struct work *w, uint64_t seed)
{
    struct hc_draw draw = {seed};
    double size[HC_NOISE_RESAMPLES];

    weigh(w);
    hc_noise_pull(&w->noise, w->pull, w->span);
    for (size_t b = 0; b < HC_NOISE_RESAMPLES; b++)
        size[b] = fabs(hc_noise_draw(&w->noise, w->pull, w->span, &draw));
    return THEIL_SEN_FACTOR * hc_noise_correction(&w->noise) *
           hc_pick(size, HC_NOISE_RESAMPLES, (HC_NOISE_RESAMPLES + 1) * 95 / 100 - 1);
}

/* Of m independent values the log of the likelihoods' ratio is m log(line / step) / 2;
 * dependent ones count (1 - phi) / (1 + phi) each. */
static bool step_is_better(struct work *w, double slope)
{
    double line = 0, total = 0, sum = 0, best = INFINITY, left = 0, m = (double)w->m;
    double *y = w->pull; /* winsorised about the line */

    for (size_t k = 0; k < w->m; k++)
        y[k] = w->rest[(size_t)w->x[k]];
    hc_winsorise(y, w->m, 3, w->scratch);
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
    return m * (1 - w->noise.phi) / (1 + w->noise.phi) * log(line / best) / 2 >
           STEP_BETTER;
}

static enum hc_trend_claim judge(struct work *w, const struct hc_trend *t)
{
    if (hc_noise_wanders(&w->noise))
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
    level = find_residuals(&w, t.slope);
    if (!hc_noise_fit(&w.noise, w.rest, w.span, 2, w.scratch))
        return HC_NO_DATA;
    half = half_width(&w, seed);
    t.low = t.slope - half;
    t.high = t.slope + half;
    t.level = level + t.slope * (double)(w.span - 1);
    t.phi = w.noise.phi;
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
