#include <math.h>

#include "patterns/draw.h"
#include "patterns/median.h"
#include "patterns/noise.h"

enum { BLOCK = HC_NOISE_BLOCK };

/* The coefficient between neighbours in time, corrected and moved up. */
static double find_phi(const struct hc_noise *noise, const double *rest, size_t span)
{
    double xy = 0, xx = 0, m = noise->m, fitted = noise->fitted, phi;

    for (size_t i = 0; i + 1 < span; i++)
        if (isfinite(rest[i]) && isfinite(rest[i + 1])) {
            xy += rest[i] * rest[i + 1];
            xx += (rest[i] * rest[i] + rest[i + 1] * rest[i + 1]) / 2;
        }
    phi = xx > 0 ? xy / xx : 0;
    phi = (m * phi + fitted) / (m - 2 - fitted);
    phi += sqrt(fmax(0, 1 - phi * phi) / m);
    return fmin(fmax(phi, 0), 1);
}

bool hc_noise_fit(struct hc_noise *noise, const double *rest, size_t span, double fitted,
    double *scratch)
{
    double mean = 0, *e = noise->innovation;

    noise->m = 0;
    noise->n = 0;
    noise->fitted = fitted;
    for (size_t i = 0; i < span; i++)
        noise->m += isfinite(rest[i]) != 0;
    noise->phi = find_phi(noise, rest, span);
    for (size_t i = 0; i + 1 < span; i++)
        if (isfinite(rest[i]) && isfinite(rest[i + 1]))
            e[noise->n++] = rest[i + 1] - noise->phi * rest[i];
    if (noise->n < 2 * BLOCK)
        return false;
    hc_winsorise(e, noise->n, 3, scratch);
    for (size_t i = 0; i < noise->n; i++)
        mean += e[i] / (double)noise->n;
    for (size_t i = 0; i < noise->n; i++)
        e[i] -= mean;
    return true;
}

bool hc_noise_wanders(const struct hc_noise *noise)
{
    return noise->phi >= fmin(HC_NOISE_WANDERS, 1 - HC_NOISE_FEW / noise->m);
}

void hc_noise_pull(const struct hc_noise *noise, double *weight, size_t span)
{
    double start = noise->phi < 1 ? sqrt(1 - noise->phi * noise->phi) : 1;

    for (size_t i = span - 1; i-- > 0;)
        weight[i] += noise->phi * weight[i + 1];
    weight[0] /= start; /* the first is drawn from where the series lives */
}

double hc_noise_draw(
    const struct hc_noise *noise, const double *pull, size_t span, struct hc_draw *draw)
{
    uint32_t starts = (uint32_t)(noise->n - BLOCK + 1);
    double sum = 0;

    for (size_t i = 0; i < span; i += BLOCK) {
        const double *from = noise->innovation + hc_draw_below(draw, starts);
        size_t n = span - i < BLOCK ? span - i : BLOCK;

        for (size_t k = 0; k < n; k++)
            sum += pull[i + k] * from[k];
    }
    return sum;
}

double hc_noise_correction(const struct hc_noise *noise)
{
    double m = noise->m;

    return sqrt(m / (m - 1 - noise->fitted) / (1 - BLOCK / m)) * (1 + 2 / m);
}
