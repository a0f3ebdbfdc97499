#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/simd.h"
#include "patterns/draw.h"
#include "patterns/gaps.h"
#include "patterns/median.h"
#include "patterns/period.h"
#include "patterns/scores.h"

enum { MIN_BAND = 12, MIN_CYCLES = 6, MULTIPLES = 14, COMB = 12 };

#define NEARLY 0.9
#define LEAST_HILL 0.05

/* Student's t of f degrees of freedom at an upper tail of 2.5 %, 1 % and 0.1 %, to first
 * order in 1 / f: within 4 % from f = 5 on. */
static double t_two(double f)
{
    return 1.96 + 2.8 / f;
}

static double t_one(double f)
{
    return 2.326 + 5.2 / f;
}

static double t_tenth(double f)
{
    return 3.09 + 12 / f;
}

/* ---- the series ---- */

/* Takes the least squares' line out. */
static void detrend(double *x, size_t n)
{
    double m = 0, t = 0, v = 0, tt = 0, tv = 0, slope;

    for (size_t i = 0; i < n; i++)
        if (isfinite(x[i])) {
            m++;
            t += (double)i;
            v += x[i];
        }
    t /= m;
    v /= m;
    for (size_t i = 0; i < n; i++)
        if (isfinite(x[i])) {
            tt += ((double)i - t) * ((double)i - t);
            tv += ((double)i - t) * (x[i] - v);
        }
    slope = tt > 0 ? tv / tt : 0;
    for (size_t i = 0; i < n; i++)
        x[i] -= v + slope * ((double)i - t);
}

/* ---- the periodogram over its background ---- */

/* Bands from three cycles up, a third of an octave each and MIN_BAND points at least. */
static void find_bands(struct hc_period_plan *plan)
{
    size_t end = plan->fft.n / 2 + 1;
    size_t at = 3 * plan->fft.n / plan->n - plan->fft.n / plan->n / 2;

    while (at < end && plan->n_bands + 2 < HC_COUNT(plan->band)) {
        size_t next = (size_t)ceil((double)at * 1.2599);

        plan->band[plan->n_bands++] = at;
        at = next < at + MIN_BAND ? at + MIN_BAND : next;
    }
    if (plan->n_bands > 1 && end - plan->band[plan->n_bands - 1] < MIN_BAND)
        plan->n_bands--;
    plan->band[plan->n_bands] = end;
}

/* power[from first band on] /= its background. */
static void over_background(
    const struct hc_period_plan *plan, double *power, double *scratch)
{
    double level[96], middle[96];

    for (size_t b = 0; b < plan->n_bands; b++) {
        size_t from = plan->band[b], n = plan->band[b + 1] - from;

        memcpy(scratch, power + from, n * sizeof(*power));
        level[b] = log(hc_pick_median(scratch, n) / M_LN2 + 1e-300);
        middle[b] = (double)from + (double)(n - 1) / 2;
    }
    for (size_t b = 0; b < plan->n_bands; b++)
        for (size_t g = plan->band[b]; g < plan->band[b + 1]; g++) {
            size_t a = (double)g < middle[b] ? (b ? b - 1 : 0) : b;
            size_t z = a + 1 < plan->n_bands ? a + 1 : a;
            double part = z > a ? ((double)g - middle[a]) / (middle[z] - middle[a]) : 0;

            part = fmin(fmax(part, 0), 1);
            power[g] /= exp(level[a] + part * (level[z] - level[a]));
        }
}

/* power[grid / 2 + 1] of x[n] with 0 for NaN; im[grid] is scratch. */
static void find_power(
    const struct hc_period_plan *plan, const double *x, double *power, double *im)
{
    size_t grid = plan->fft.n;

    for (size_t i = 0; i < grid; i++) {
        power[i] = i < plan->n && isfinite(x[i]) ? x[i] : 0;
        im[i] = 0;
    }
    hc_fft(&plan->fft, power, im);
    for (size_t g = 0; g <= grid / 2; g++)
        power[g] = power[g] * power[g] + im[g] * im[g];
    over_background(plan, power, im);
}

static double largest(const struct hc_period_plan *plan, const double *power)
{
    double most = 0;

    for (size_t g = plan->band[0]; g < plan->band[plan->n_bands]; g++)
        most = fmax(most, power[g]);
    return most;
}

/* ---- the plan ---- */

static enum hc_status find_threshold(struct hc_period_plan *plan)
{
    size_t n = plan->n, grid = plan->fft.n;
    HC_CLEANUP(hc_freep) double *x = hc_alloc(n + 2 * grid, sizeof(*x));
    struct hc_draw draw = {n};
    double most[HC_PERIOD_SHUFFLES];

    if (!x)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        x[i] = hc_normal_quantile(((double)i + 0.5) / (double)n);
    for (size_t k = 0; k < HC_PERIOD_SHUFFLES; k++) {
        hc_draw_shuffle(&draw, x, n);
        find_power(plan, x, x + n, x + n + grid);
        most[k] = largest(plan, x + n);
    }
    plan->threshold =
        hc_pick(most, HC_PERIOD_SHUFFLES, HC_PERIOD_SHUFFLES * 99 / 100 - 1);
    return HC_OK;
}

enum hc_status hc_period_plan_init(struct hc_period_plan *plan, size_t n)
{
    size_t grid = 64;
    enum hc_status status;

    *plan = (struct hc_period_plan){.n = n};
    if (n < HC_PERIOD_LEAST)
        return HC_NO_DATA;
    while (grid < n)
        grid *= 2;
    HC_TRY(hc_fft_init(&plan->fft, grid));
    find_bands(plan);
    status = find_threshold(plan);
    if (status)
        hc_period_plan_clear(plan);
    return status;
}

void hc_period_plan_clear(struct hc_period_plan *plan)
{
    hc_fft_clear(&plan->fft);
    *plan = (struct hc_period_plan){0};
}

/* ---- lags ---- */

struct scored {
    const double *x; /* [n] NaN where missing */
    size_t n;
    double variance;
    size_t day; /* 0: not known */
};

/* Mean squared difference over t in [from, to) of values `lag` apart; NaN of none. */
HC_SIMD
static double apart(const struct scored *s, size_t lag, size_t from, size_t to)
{
    const double *a = s->x, *b = s->x - lag;
    double sum = 0, m = 0;

    HC_SUMS(sum, m)
    for (size_t t = from; t < to; t++) {
        double d = a[t] - b[t], there = d == d ? 1 : 0;

        sum += d == d ? d * d : 0;
        m += there;
    }
    return m > 0 ? sum / m : NAN;
}

struct t_test {
    double n, mean, m2;
};

static void add(struct t_test *t, double x)
{
    double d = x - t->mean;

    if (!isfinite(x))
        return;
    t->n++;
    t->mean += d / t->n;
    t->m2 += d * (x - t->mean);
}

/* Whether the mean is above 0 by critical(degrees of freedom) standard errors. */
static bool clear(const struct t_test *t, double (*critical)(double))
{
    if (t->n < 4 || t->mean <= 0)
        return false;
    return t->mean * sqrt(t->n * (t->n - 1)) > critical(t->n - 1) * sqrt(t->m2);
}

/* By how much D at `period` is under that of the lags a quarter period to both sides, in
 * shares of the variance; 0 unless it is so cycle by cycle. */
static double hill(const struct scored *s, size_t period)
{
    size_t quarter = period / 4 ? period / 4 : 1;
    struct t_test t = {0};

    for (size_t c = period + quarter; c + period <= s->n; c += period) {
        double sides = apart(s, period - quarter, c, c + period) +
                       apart(s, period + quarter, c, c + period);

        add(&t, sides / 2 - apart(s, period, c, c + period));
    }
    return clear(&t, t_one) ? t.mean / (2 * s->variance) : 0;
}

/* D at m · unit is under the mean of D at the multiples of best · unit below m. */
static bool is_better(const struct scored *s, size_t unit, size_t best, size_t m,
    double (*critical)(double))
{
    struct t_test t = {0};

    for (size_t c = m * unit; c + unit <= s->n; c += unit) {
        double others = 0, n = 0;

        for (size_t j = best; j < m; j += best) {
            others += apart(s, j * unit, c, c + unit);
            n++;
        }
        add(&t, others / n - apart(s, m * unit, c, c + unit));
    }
    return clear(&t, critical);
}

/* Mean autocorrelation at the lag and its multiples: one that is a little off is far off
 * after many cycles. */
static double comb(const struct scored *s, size_t lag)
{
    double sum = 0, m = 0;

    for (size_t at = lag; 2 * at <= s->n && m < COMB; at += lag) {
        sum += 1 - apart(s, at, at, s->n) / (2 * s->variance);
        m++;
    }
    return m > 0 ? sum / m : -1;
}

/* Of the lags that the peak may mean, the one with the best comb; a day or a week, where
 * the peak may mean that and the comb is nearly as good. */
static size_t sharpen(const struct scored *s, double period)
{
    double reach = 0.6 * period * period / (double)s->n + 0.5, most = -1;
    size_t from = (size_t)fmax(2, ceil(period - reach)), to = (size_t)(period + reach);
    size_t best = 0, known[] = {s->day, 7 * s->day};

    for (size_t lag = from; lag <= to && lag < s->n; lag++) {
        double r = comb(s, lag);

        if (r > most) {
            most = r;
            best = lag;
        }
    }
    for (size_t k = 0; k < HC_COUNT(known); k++)
        if (from <= known[k] && known[k] <= to && comb(s, known[k]) > NEARLY * most)
            best = known[k];
    return best;
}

/* Multiples of a period that do better than it. */
static size_t lengthen(const struct scored *s, size_t period)
{
    size_t best = 1;

    for (size_t m = 2; m <= MULTIPLES && 2 * m * period <= s->n; m++)
        if (is_better(s, period, best, m, t_tenth))
            best = m;
    return best * period;
}

/* ---- the search ---- */

/* The highest peak of `power`, which is then taken out with its lobe; 0: none over the
 * threshold. */
static double next_peak(
    const struct hc_period_plan *plan, double *power, double *ret_height)
{
    size_t best = 0, lobe = plan->fft.n / plan->n + 1;

    for (size_t g = plan->band[0]; g < plan->band[plan->n_bands]; g++)
        if (power[g] > plan->threshold && (!best || power[g] > power[best]))
            best = g;
    if (!best)
        return 0;
    *ret_height = power[best] / plan->threshold;
    for (size_t g = best - lobe; g <= best + lobe && g <= plan->fft.n / 2; g++)
        power[g] = 0;
    return (double)plan->fft.n / (double)best;
}

/* Of the highest peaks the one whose hill is the highest: it says most of the values. */
static void search(const struct hc_period_plan *plan, const struct scored *s,
    double *power, struct hc_period *out)
{
    double best = 0;

    for (size_t k = 0; k < HC_PERIOD_LINES; k++) {
        double height, at = next_peak(plan, power, &height), high;
        size_t period;

        if (!(at > 0))
            break;
        out->power = k ? out->power : height;
        period = sharpen(s, at);
        high = period && MIN_CYCLES * period <= s->n ? hill(s, period) : 0;
        if (high > best && high > LEAST_HILL) {
            best = high;
            out->period = period;
            out->power = height;
        }
    }
    if (out->period && out->period != s->day)
        out->period = lengthen(s, out->period);
}

/* A week in the place of a day at 2.5 %; in the place of nothing at 0.1 %, of four weeks.
 */
static void try_week(const struct scored *s, struct hc_period *out)
{
    size_t least = (out->period ? 2 : 4) * 7 * s->day;

    if (!s->day || least > s->n || (out->period && out->period != s->day))
        return;
    if (is_better(s, s->day, 1, 7, out->period ? t_two : t_tenth))
        out->period = 7 * s->day;
}

enum hc_status hc_period_find(
    const struct hc_period_plan *plan, const double *y, size_t day, struct hc_period *out)
{
    size_t n = plan->n, grid = plan->fft.n;
    HC_CLEANUP(hc_freep) double *x = NULL;
    struct hc_period p = {.n = hc_gaps_present(y, n)};
    struct scored s = {.n = n, .day = day};

    if (2 * p.n < n)
        return HC_NO_DATA;
    x = hc_alloc(n + 4 * grid, sizeof(*x));
    if (!x)
        return HC_NO_MEMORY;
    (void)hc_normal_scores(y, n, x + n, x);
    detrend(x, n);
    for (size_t i = 0; i < n; i++)
        s.variance += isfinite(x[i]) ? x[i] * x[i] / (double)p.n : 0;
    s.x = x;
    if (s.variance > 1e-12) {
        find_power(plan, x, x + n, x + n + grid);
        search(plan, &s, x + n, &p);
        try_week(&s, &p);
    }
    if (p.period) {
        p.cycles = n / p.period;
        p.r = 1 - apart(&s, p.period, p.period, n) / (2 * s.variance);
    }
    *out = p;
    return HC_OK;
}
