#include <math.h>

#include "base/simd.h"
#include "patterns/loess.h"

/* Tricube weights of the points from `first` on; gives their sum. */
static double weigh(
    const struct hc_loess *l, double x, double h, size_t first, size_t last)
{
    double inner = 0.001 * h, outer = 0.999 * h, sum = 0;

    for (size_t j = first; j <= last; j++) {
        double r = fabs((double)j - x), w = 0;

        if (r <= outer) {
            double q = r / h, t = 1 - q * q * q;

            w = r <= inner ? 1 : t * t * t;
            if (l->weight)
                w *= l->weight[j - 1];
        }
        l->scratch[j - first] = w;
        sum += w;
    }
    return sum;
}

/* Turns weights of a mean into those of a line's value at x. */
static void tilt(double *w, size_t first, size_t last, double x, double range)
{
    double centre = 0, spread = 0, slope;

    for (size_t j = first; j <= last; j++)
        centre += w[j - first] * (double)j;
    for (size_t j = first; j <= last; j++)
        spread += w[j - first] * ((double)j - centre) * ((double)j - centre);
    if (sqrt(spread) <= 0.001 * range)
        return;
    slope = (x - centre) / spread;
    for (size_t j = first; j <= last; j++)
        w[j - first] *= slope * ((double)j - centre) + 1;
}

bool hc_loess_at(
    const struct hc_loess *l, double x, size_t first, size_t last, double *ret)
{
    double h = fmax(x - (double)first, (double)last - x), sum, fit = 0;
    double *w = l->scratch;

    if (l->window > l->n)
        h += (double)((l->window - l->n) / 2);
    sum = weigh(l, x, h, first, last);
    if (sum <= 0)
        return false;
    for (size_t j = first; j <= last; j++)
        w[j - first] /= sum;
    if (h > 0)
        tilt(w, first, last, x, (double)l->n - 1);
    for (size_t j = first; j <= last; j++)
        fit += w[j - first] * l->y[j - 1];
    *ret = fit;
    return true;
}

/* The tricube over a centred window, and its first and second moments, in scratch[3
 * window]. */
static void make_kernel(const struct hc_loess *l)
{
    size_t window = l->window;
    double h = (double)((window - 1) / 2);
    double *k = l->scratch, *kd = k + window, *kdd = kd + window;
    const struct hc_loess plain = {l->y, NULL, l->n, window, k};

    (void)weigh(&plain, h, h, 0, window - 1);
    for (size_t j = 0; j < window; j++) {
        double d = (double)j - h;

        kd[j] = k[j] * d;
        kdd[j] = kd[j] * d;
    }
}

/* Without weights of points, all windows in the middle have the same weights: a line at
 * the centre of what is symmetrical is the mean. */
HC_SIMD
static void slide(const struct hc_loess *l, size_t from, size_t to, double *out)
{
    const double *k = l->scratch;
    size_t window = l->window, half = (window - 1) / 2;
    double sum = 0;

    for (size_t j = 0; j < window; j++)
        sum += k[j];
    for (size_t i = from; i < to; i++) {
        const double *y = l->y + i - half;
        double fit = 0;

        HC_SUMS(fit)
        for (size_t j = 0; j < window; j++)
            fit += k[j] * y[j];
        out[i] = fit / sum;
    }
}

/* With weights of points: the line's value out of five sums. */
HC_SIMD
static void slide_weighted(const struct hc_loess *l, size_t from, size_t to, double *out)
{
    size_t window = l->window, half = (window - 1) / 2;
    const double *k = l->scratch, *kd = k + window, *kdd = kd + window;
    double least = 1e-6 * ((double)l->n - 1) * ((double)l->n - 1);

    for (size_t i = from; i < to; i++) {
        const double *y = l->y + i - half, *w = l->weight + i - half;
        double s0 = 0, s1 = 0, s2 = 0, t0 = 0, t1 = 0, centre, spread;

        HC_SUMS(s0, s1, s2, t0, t1)
        for (size_t j = 0; j < window; j++) {
            s0 += k[j] * w[j];
            s1 += kd[j] * w[j];
            s2 += kdd[j] * w[j];
            t0 += k[j] * w[j] * y[j];
            t1 += kd[j] * w[j] * y[j];
        }
        if (s0 <= 0) {
            out[i] = l->y[i];
            continue;
        }
        centre = s1 / s0;
        spread = s2 / s0 - centre * centre;
        out[i] = t0 / s0;
        if (spread > least)
            out[i] -= centre / spread * (t1 / s0 - centre * t0 / s0);
    }
}

void hc_loess_all(const struct hc_loess *l, double *out)
{
    size_t half = (l->window + 1) / 2, n = l->n;
    size_t width = l->window < n ? l->window : n;

    for (size_t i = 1; i <= n; i++) {
        size_t first = 1;

        if (width < n && i == half) { /* as long as the window is centred */
            make_kernel(l);
            (l->weight ? slide_weighted : slide)(l, i - 1, n - half + 1, out);
            i = n - half + 1;
            continue;
        }
        if (width < n && i > half)
            first = n - width + 1;
        if (!hc_loess_at(l, (double)i, first, first + width - 1, &out[i - 1]))
            out[i - 1] = l->y[i - 1];
    }
}
