#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/simd.h"
#include "patterns/gaps.h"
#include "patterns/period_plan.h"

enum {
    MIN_CYCLES = 6,
    MULTIPLES = 14,
    COMB = 12,
    CANDIDATES = 3,
    HARMONICS = 24,
    MOST_PARTS = 6
};

/* What is to be said has to explain this share of twice the variance. */
#define LEAST_HILL 0.05

/* A shorter period, a part, or a known one will do if it is so nearly as good. */
#define HARDLY 0.85
#define WILL_DO 0.85
#define NEARLY 0.9

/* And a week has to take this share off what the day leaves. */
#define WEEK_SHARE 0.4

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

/* y within -1 .. 1, so that no square overflows; NaN where missing. */
static void take(const double *y, size_t n, double *x)
{
    double most = 0;

    for (size_t i = 0; i < n; i++)
        most = isfinite(y[i]) ? fmax(most, fabs(y[i])) : most;
    for (size_t i = 0; i < n; i++)
        x[i] = isfinite(y[i]) ? (most > 0 ? y[i] / most : 0) : NAN;
}

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

/* By how much D at `period` is under that of the lags a quarter period to both sides,
 * cycle by cycle. */
static struct t_test hill_test(const struct scored *s, size_t period)
{
    size_t quarter = period / 4 ? period / 4 : 1;
    struct t_test t = {0};

    for (size_t c = period + quarter; c + period <= s->n; c += period) {
        double sides = apart(s, period - quarter, c, c + period) +
                       apart(s, period + quarter, c, c + period);

        add(&t, sides / 2 - apart(s, period, c, c + period));
    }
    return t;
}

/* In shares of twice the variance; 0 unless it is so in most cycles. */
static double hill(const struct scored *s, size_t period)
{
    struct t_test t = hill_test(s, period);

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

struct candidate {
    size_t lag;
    double high; /* r over that of the lags a quarter to both sides */
};

/* Within an eighth. */
static bool same_lag(size_t a, size_t b)
{
    return 8 * (a > b ? a - b : b - a) <= a;
}

/* Keeps the highest few of different lags, the highest first. */
static void keep(struct candidate *kept, struct candidate c)
{
    for (size_t k = 0; k < CANDIDATES; k++) {
        struct candidate t = kept[k];

        if (t.lag && same_lag(t.lag, c.lag)) {
            kept[k] = c.high > t.high ? c : t;
            return;
        }
        if (c.high > t.high) {
            kept[k] = c;
            c = t;
            if (c.lag && same_lag(kept[k].lag, c.lag))
                return;
        }
    }
}

/* Of lags near `period`, the one with the best hill of r. */
static struct candidate best_near(const struct scored *s, const double *r, double period)
{
    double reach = 0.6 * period * period / (double)s->n + 0.5;
    size_t from = (size_t)fmax(2, ceil(period - reach)), to = (size_t)(period + reach);
    struct candidate best = {0, -1};

    for (size_t lag = from; lag <= to && MIN_CYCLES * lag <= s->n; lag++) {
        size_t quarter = lag / 4 ? lag / 4 : 1;
        double high = r[lag] - (r[lag - quarter] + r[lag + quarter]) / 2;

        if (high > best.high)
            best = (struct candidate){lag, high};
    }
    return best;
}

/* A line may be a harmonic: its multiples are candidates too. A multiple that is hardly
 * better than a shorter lag is none. */
static void nominate(
    const struct scored *s, const double *r, double period, struct candidate *kept)
{
    double most = 0;

    for (size_t m = 1; m <= HARMONICS; m++) {
        struct candidate c = best_near(s, r, (double)m * period);

        if (!c.lag)
            return;
        if (c.high > most) {
            if (HARDLY * c.high > most)
                keep(kept, c);
            most = c.high;
        }
    }
}

/* The highest confirmed hill; a shorter one if that is nearly as high. */
static size_t highest(const struct scored *s, const struct candidate *kept)
{
    double high[CANDIDATES], most = 0;
    size_t lag[CANDIDATES], best = 0, shorter = 0;

    for (size_t k = 0; k < CANDIDATES; k++) {
        lag[k] = kept[k].lag ? sharpen(s, (double)kept[k].lag) : 0;
        high[k] = lag[k] && MIN_CYCLES * lag[k] <= s->n ? hill(s, lag[k]) : 0;
        if (high[k] > fmax(most, LEAST_HILL)) {
            most = high[k];
            best = lag[k];
        }
    }
    for (size_t k = 0; k < CANDIDATES; k++)
        if (high[k] > LEAST_HILL && high[k] >= HARDLY * most && 3 * lag[k] < 2 * best &&
            (!shorter || lag[k] < shorter))
            shorter = lag[k];
    return shorter ? shorter : best;
}

static double r_at(const struct scored *s, size_t lag)
{
    return 1 - apart(s, lag, lag, s->n) / (2 * s->variance);
}

/* Whether `part` does nearly as well as `whole`, a multiple of it. */
static bool will_do(const struct scored *s, size_t part, size_t whole)
{
    struct t_test t = hill_test(s, part);

    return t.mean > 2 * LEAST_HILL * s->variance &&
           r_at(s, part) > WILL_DO * r_at(s, whole);
}

/* A rhythm comes back at its multiples too: of a multiple of the day the day, if that is
 * a hill at all; else the shortest part that does nearly as well, and of that, if it is
 * no day, a multiple that does better all the same. */
static size_t settle(const struct scored *s, size_t period)
{
    size_t day = s->day, shortest = period;

    if (day && period > day && same_lag(period, (period + day / 2) / day * day) &&
        hill_test(s, day).mean > 2 * LEAST_HILL * s->variance)
        return day;
    for (size_t m = MOST_PARTS; m > 1 && shortest == period; m--) {
        size_t part = period >= 2 * m ? sharpen(s, (double)period / (double)m) : 0;

        if (part && will_do(s, part, period))
            shortest = part;
    }
    return shortest && shortest != day ? lengthen(s, shortest) : shortest;
}

static void search(const struct hc_period_plan *plan, const struct scored *s,
    double *power, const double *r, struct hc_period *out)
{
    struct candidate kept[CANDIDATES] = {{0, 0}};

    for (size_t k = 0; k < HC_PERIOD_LINES; k++) {
        double height, at = hc_period_next(plan, power, &height);

        if (!(at > 0))
            break;
        out->power = k ? out->power : height;
        nominate(s, r, at, kept);
    }
    out->period = settle(s, highest(s, kept));
}

/* D a week apart is less than one to six days apart by a share of it, and of the
 * variance. */
static bool week_matters(const struct scored *s, double share)
{
    double days = 0, week = apart(s, 7 * s->day, 7 * s->day, s->n);

    for (size_t j = 1; j < 7; j++)
        days += apart(s, j * s->day, j * s->day, s->n) / 6;
    return days - week > share * days && days - week > 2 * LEAST_HILL * s->variance;
}

/* A week in the place of a day at 2.5 %, or of nothing or less at 0.1 %, of four weeks.
 */
static void try_week(const struct scored *s, struct hc_period *out)
{
    bool is_day = out->period && out->period == s->day;

    if (!s->day || (is_day ? 2 : 4) * 7 * s->day > s->n ||
        !week_matters(s, is_day ? WEEK_SHARE : 0))
        return;
    if (out->period && !is_day && r_at(s, out->period) > r_at(s, 7 * s->day))
        return;
    if (is_better(s, s->day, 1, 7, is_day ? t_two : t_tenth))
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
    x = hc_alloc(n + 3 * grid, sizeof(*x));
    if (!x)
        return HC_NO_MEMORY;
    take(y, n, x);
    detrend(x, n);
    for (size_t i = 0; i < n; i++)
        s.variance += isfinite(x[i]) ? x[i] * x[i] / (double)p.n : 0;
    s.x = x;
    if (s.variance > 1e-24) {
        hc_period_power(plan, x, x + n, x + n + 2 * grid);
        hc_period_acf(plan, x + n, x + n + grid, x + n + 2 * grid);
        hc_period_background(plan, x + n, x + n + 2 * grid);
        search(plan, &s, x + n, x + n + grid, &p);
        try_week(&s, &p);
    }
    if (p.period) {
        p.cycles = n / p.period;
        p.r = r_at(&s, p.period);
    }
    *out = p;
    return HC_OK;
}
