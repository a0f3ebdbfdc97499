#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "patterns/compare.h"
#include "patterns/draw.h"
#include "patterns/median.h"
#include "patterns/noise.h"

struct work {
    size_t span;  /* both ranges and a missing day between */
    double *rest; /* [span] residuals about the means */
    double *pull, *scratch;
    struct hc_noise noise;
};

/* A range less its median, to `rest`. */
static double centre(const double *range, size_t n, double *rest, double *scratch)
{
    size_t m = hc_take_finite(range, n, scratch);
    double median = hc_pick_median(scratch, m);

    for (size_t i = 0; i < n; i++)
        rest[i] = range[i] - median;
    return median;
}

/* Both ranges into rest, wild values pulled in to 3 robust deviations about the median of
 * their range: about that of all, a range far away would be pulled in itself. */
static void take_both(struct work *w, const double *first, size_t n_first,
    const double *second, size_t n_second)
{
    double *all = w->pull, median[2];
    size_t m, k = 0;

    median[0] = centre(first, n_first, w->rest, w->scratch);
    w->rest[n_first] = NAN;
    median[1] = centre(second, n_second, w->rest + n_first + 1, w->scratch);
    m = hc_take_finite(w->rest, w->span, all);
    hc_winsorise(all, m, 3, w->scratch);
    for (size_t i = 0; i < w->span; i++)
        w->rest[i] = isfinite(w->rest[i]) ? all[k++] + median[i > n_first] : NAN;
}

/* The mean of a range, which leaves residuals. */
static double take_mean_out(double *rest, size_t n, size_t *ret_n)
{
    double mean = 0;

    *ret_n = 0;
    for (size_t i = 0; i < n; i++)
        if (isfinite(rest[i])) {
            mean += rest[i];
            ++*ret_n;
        }
    mean /= (double)*ret_n;
    for (size_t i = 0; i < n; i++)
        rest[i] -= mean;
    return mean;
}

static void weigh(double *pull, const double *rest, size_t n, double weight)
{
    for (size_t i = 0; i < n; i++)
        pull[i] = isfinite(rest[i]) ? weight : 0;
}

static double half_width(
    struct work *w, size_t n_first, uint64_t seed, const struct hc_difference *d)
{
    struct hc_draw draw = {seed};
    double size[HC_NOISE_RESAMPLES];
    size_t second = n_first + 1;

    weigh(w->pull, w->rest, n_first, -1 / (double)d->n[0]);
    weigh(w->pull + second, w->rest + second, w->span - second, 1 / (double)d->n[1]);
    hc_noise_pull(&w->noise, w->pull, n_first);
    hc_noise_pull(&w->noise, w->pull + second, w->span - second);
    for (size_t b = 0; b < HC_NOISE_RESAMPLES; b++)
        size[b] =
            fabs(hc_noise_draw(&w->noise, w->pull, n_first, &draw) +
                 hc_noise_draw(&w->noise, w->pull + second, w->span - second, &draw));
    return hc_noise_correction(&w->noise) *
           hc_pick(size, HC_NOISE_RESAMPLES, (HC_NOISE_RESAMPLES + 1) * 99 / 100 - 1);
}

enum hc_status hc_compare(const double *first, size_t n_first, const double *second,
    size_t n_second, uint64_t seed, struct hc_difference *out)
{
    HC_CLEANUP(hc_freep) double *memory = NULL;
    struct work w = {.span = n_first + 1 + n_second};
    struct hc_difference d = {0};
    double half;

    memory = hc_alloc(4 * w.span, sizeof(*memory));
    if (!memory)
        return HC_NO_MEMORY;
    w.rest = memory;
    w.pull = w.rest + w.span;
    w.noise.innovation = w.pull + w.span;
    w.scratch = w.noise.innovation + w.span;
    take_both(&w, first, n_first, second, n_second);
    d.mean[0] = take_mean_out(w.rest, n_first, &d.n[0]);
    d.mean[1] = take_mean_out(w.rest + n_first + 1, n_second, &d.n[1]);
    if (d.n[0] < HC_COMPARE_LEAST || d.n[1] < HC_COMPARE_LEAST ||
        !hc_noise_fit(&w.noise, w.rest, w.span, 1, w.scratch))
        return HC_NO_DATA;
    half = half_width(&w, n_first, seed, &d);
    d.difference = d.mean[1] - d.mean[0];
    d.low = d.difference - half;
    d.high = d.difference + half;
    d.phi = w.noise.phi;
    d.claim = hc_noise_wanders(&w.noise) ? HC_DIFFERENCE_WANDERS
              : d.low > 0 || d.high < 0  ? HC_DIFFERENCE_CLEAR
                                         : HC_DIFFERENCE_NONE;
    *out = d;
    return HC_OK;
}
