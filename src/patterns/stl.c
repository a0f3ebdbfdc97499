#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "patterns/gaps.h"
#include "patterns/loess.h"
#include "patterns/median.h"
#include "patterns/stl.h"

struct work {
    size_t n, period, seasonal, trend, low_pass;
    const double *y;                  /* NaN where missing */
    double *season, *level;           /* [n], the caller's */
    double *detrended, *slow;         /* [n] */
    double *cycle, *mean;             /* [n + 2 period] */
    double *part, *part_w, *part_fit; /* a subseries, [n / period + 3] */
    double *scratch, *weight;         /* [3 (n + 2 period)], [n] */
    bool weighted;
    double *memory; /* all of these */
};

static size_t odd_over(double x)
{
    size_t up = (size_t)ceil(x);

    return up % 2 ? up : up + 1;
}

static enum hc_status settle(struct hc_stl_options *o, size_t n, struct hc_error *err)
{
    if (o->period < 2 || n < 2 * o->period)
        return hc_fail(
            err, HC_USAGE, "%zu values are too few for a period of %zu", n, o->period);
    if (!o->seasonal)
        o->seasonal = 7;
    if (!o->trend)
        o->trend = odd_over(1.5 * (double)o->period / (1 - 1.5 / (double)o->seasonal));
    if (!o->low_pass)
        o->low_pass = odd_over((double)o->period + 1);
    if (!o->inner && !o->outer) {
        o->inner = o->robust ? 2 : 5;
        o->outer = o->robust ? 15 : 0;
    }
    if (o->seasonal < 3 || o->trend < 3 || o->low_pass < 3 ||
        !(o->seasonal & o->trend & o->low_pass & 1))
        return hc_fail(err, HC_USAGE, "a window of stl is even or under 3");
    return HC_OK;
}

static enum hc_status prepare(struct work *w, const struct hc_stl_options *o)
{
    size_t n = w->n, longer = n + 2 * o->period, part = n / o->period + 3;
    double *at;

    w->period = o->period;
    w->seasonal = o->seasonal;
    w->trend = o->trend;
    w->low_pass = o->low_pass;
    w->memory = at = hc_calloc(3 * n + 5 * longer + 3 * part, sizeof(double));
    if (!at)
        return HC_NO_MEMORY;
    w->detrended = at;
    w->slow = at += n;
    w->weight = at += n;
    w->cycle = at += n;
    w->mean = at += longer;
    w->scratch = at += longer;
    w->part = at += 3 * longer;
    w->part_w = at += part;
    w->part_fit = at + part;
    return HC_OK;
}

/* Smooths a subseries of m points and one more at each end, into out[m + 2]. */
static void smooth_part(const struct work *w, size_t m, double *out)
{
    const struct hc_loess l = {
        w->part, w->weighted ? w->part_w : NULL, m, w->seasonal, w->scratch};
    size_t last = w->seasonal < m ? w->seasonal : m;

    hc_loess_all(&l, out + 1);
    if (!hc_loess_at(&l, 0, 1, last, &out[0]))
        out[0] = out[1];
    if (!hc_loess_at(&l, (double)m + 1, m - last + 1, m, &out[m + 1]))
        out[m + 1] = out[m];
}

/* Subseries of one phase each, smoothed: `cycle`, a period longer at both ends. */
static void smooth_cycles(struct work *w)
{
    for (size_t j = 0; j < w->period; j++) {
        size_t m = (w->n - j - 1) / w->period + 1;

        for (size_t i = 0; i < m; i++) {
            w->part[i] = w->detrended[i * w->period + j];
            w->part_w[i] = w->weight[i * w->period + j];
        }
        hc_gaps_bridge(w->part, m, w->part);
        smooth_part(w, m, w->part_fit);
        for (size_t i = 0; i < m + 2; i++)
            w->cycle[i * w->period + j] = w->part_fit[i];
    }
}

/* Means over `width` neighbours of x[n]; gives how many there are. */
static size_t moving_mean(const double *x, size_t n, size_t width, double *out)
{
    double sum = 0;

    for (size_t i = 0; i < width; i++)
        sum += x[i];
    out[0] = sum / (double)width;
    for (size_t i = width; i < n; i++) {
        sum += x[i] - x[i - width];
        out[i - width + 1] = sum / (double)width;
    }
    return n - width + 1;
}

/* What is slow in the cycles: three moving means and a loess, into `slow`. */
static void pass_low(struct work *w)
{
    size_t n = moving_mean(w->cycle, w->n + 2 * w->period, w->period, w->mean);
    const struct hc_loess l = {w->mean, NULL, w->n, w->low_pass, w->scratch};

    n = moving_mean(w->mean, n, w->period, w->scratch);
    moving_mean(w->scratch, n, 3, w->mean);
    hc_loess_all(&l, w->slow);
}

static void inner_pass(struct work *w)
{
    const struct hc_loess l = {
        w->detrended, w->weighted ? w->weight : NULL, w->n, w->trend, w->scratch};

    for (size_t i = 0; i < w->n; i++)
        w->detrended[i] = w->y[i] - w->level[i];
    smooth_cycles(w);
    pass_low(w);
    for (size_t i = 0; i < w->n; i++) {
        w->season[i] = w->cycle[w->period + i] - w->slow[i];
        w->detrended[i] = w->y[i] - w->season[i];
    }
    hc_gaps_bridge(w->detrended, w->n, w->detrended);
    hc_loess_all(&l, w->level);
}

/* Bisquare of the distance from the fit over six medians; 0 in gaps. */
static void reweigh(struct work *w)
{
    size_t present;
    double h;

    for (size_t i = 0; i < w->n; i++)
        w->weight[i] = fabs(w->y[i] - w->season[i] - w->level[i]);
    present = hc_take_finite(w->weight, w->n, w->scratch);
    h = 6 * hc_pick_median(w->scratch, present);
    for (size_t i = 0; i < w->n; i++) {
        double r = w->weight[i], q = r / h;

        w->weight[i] = r <= 0.001 * h   ? 1
                       : r <= 0.999 * h ? (1 - q * q) * (1 - q * q)
                                        : 0;
    }
    w->weighted = true;
}

/* Weight 0 where there is no value; gives how many there are. */
static size_t weigh_gaps(struct work *w)
{
    size_t present = hc_gaps_present(w->y, w->n);

    for (size_t i = 0; i < w->n; i++)
        w->weight[i] = isfinite(w->y[i]) ? 1 : 0;
    w->weighted = present < w->n;
    return present;
}

enum hc_status hc_stl(const double *y, size_t n, const struct hc_stl_options *options,
    double *season, double *trend, double *remainder, struct hc_error *err)
{
    struct hc_stl_options o = *options;
    struct work w = {.n = n, .y = y, .season = season, .level = trend};

    HC_TRY(settle(&o, n, err));
    HC_TRY(prepare(&w, &o));
    if (2 * weigh_gaps(&w) < n) {
        hc_free(w.memory);
        return hc_fail(err, HC_NO_DATA, "over half of %zu values are missing", n);
    }
    memset(trend, 0, n * sizeof(*trend));
    for (size_t outer = 0; outer <= o.outer; outer++) {
        if (outer)
            reweigh(&w);
        for (size_t inner = 0; inner < o.inner; inner++)
            inner_pass(&w);
    }
    for (size_t i = 0; i < n; i++)
        remainder[i] = y[i] - season[i] - trend[i];
    hc_free(w.memory);
    return HC_OK;
}

enum hc_status hc_mstl(const double *y, size_t n, const size_t *periods, size_t n_periods,
    bool robust, double *const season[], double *trend, double *remainder,
    size_t *ret_used, struct hc_error *err)
{
    HC_CLEANUP(hc_freep) double *left = hc_alloc(n, sizeof(*left));
    size_t used = 0;

    if (!left)
        return HC_NO_MEMORY;
    while (used < n_periods && used < HC_MSTL_PERIODS && 2 * periods[used] < n)
        used++;
    if (!used)
        return hc_fail(err, HC_USAGE, "%zu values are too few for a period", n);
    memcpy(left, y, n * sizeof(*left));
    for (size_t pass = 0; pass < (used == 1 ? 1 : 2); pass++)
        for (size_t k = 0; k < used; k++) {
            const struct hc_stl_options o = {
                .period = periods[k], .seasonal = 11 + 4 * k, .robust = robust};

            for (size_t i = 0; i < n && pass; i++)
                left[i] += season[k][i];
            HC_TRY(hc_stl(left, n, &o, season[k], trend, remainder, err));
            for (size_t i = 0; i < n; i++)
                left[i] -= season[k][i];
        }
    *ret_used = used;
    return HC_OK;
}
