#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "patterns/draw.h"
#include "patterns/median.h"
#include "patterns/period_plan.h"
#include "patterns/scores.h"

enum { MIN_BAND = 12 };

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
void hc_period_background(
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

/* power[grid] of x[n] with 0 for NaN; im[grid] is scratch. */
void hc_period_power(
    const struct hc_period_plan *plan, const double *x, double *power, double *im)
{
    size_t grid = plan->fft.n;

    for (size_t i = 0; i < grid; i++) {
        power[i] = i < plan->n && isfinite(x[i]) ? x[i] : 0;
        im[i] = 0;
    }
    hc_fft(&plan->fft, power, im);
    for (size_t g = 0; g < grid; g++)
        power[g] = power[g] * power[g] + im[g] * im[g];
}

/* r[grid] out of the power: the sums of products, over their number; right for lags up to
 * a quarter of the series (the grid is so much longer). */
void hc_period_acf(
    const struct hc_period_plan *plan, const double *power, double *r, double *im)
{
    size_t grid = plan->fft.n, n = plan->n;
    double variance;

    memcpy(r, power, grid * sizeof(*r));
    memset(im, 0, grid * sizeof(*im));
    hc_fft(&plan->fft, r, im);
    variance = r[0] / (double)n;
    for (size_t lag = 0; 4 * lag <= n; lag++)
        r[lag] /= (double)(n - lag) * variance;
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
        hc_period_power(plan, x, x + n, x + n + grid);
        hc_period_background(plan, x + n, x + n + grid);
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
    while (grid < n + n / 4 + 1)
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

/* ---- lines ---- */

/* The highest peak of `power`, which is then taken out with its lobe; 0: none over the
 * threshold. */
double hc_period_next(
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
