#include <math.h>

#include "base/mem.h"
#include "base/simd.h"
#include "patterns/fft.h"

enum hc_status hc_fft_init(struct hc_fft *fft, size_t n)
{
    *fft = (struct hc_fft){.n = n};
    assert(n >= 2 && (n & (n - 1)) == 0);
    fft->cosine = hc_alloc(2 * n, sizeof(double));
    fft->reversed = hc_calloc(n, sizeof(*fft->reversed));
    if (!fft->cosine || !fft->reversed) {
        hc_fft_clear(fft);
        return HC_NO_MEMORY;
    }
    fft->sine = fft->cosine + n;
    for (size_t half = 1; half < n; half *= 2)
        for (size_t k = 0; k < half; k++) {
            fft->cosine[half - 1 + k] = cos(M_PI * (double)k / (double)half);
            fft->sine[half - 1 + k] = sin(M_PI * (double)k / (double)half);
        }
    for (size_t i = 1; i < n; i++)
        fft->reversed[i] = fft->reversed[i / 2] / 2 + (i % 2 ? (uint32_t)(n / 2) : 0);
    return HC_OK;
}

void hc_fft_clear(struct hc_fft *fft)
{
    hc_free(fft->cosine);
    hc_free(fft->reversed);
    *fft = (struct hc_fft){0};
}

static void reorder(const struct hc_fft *fft, double *x)
{
    for (size_t i = 0; i < fft->n; i++) {
        size_t j = fft->reversed[i];

        if (i < j) {
            double t = x[i];

            x[i] = x[j];
            x[j] = t;
        }
    }
}

/* Joins pairs of transforms of `half` points; c and s are the twiddles, one after
 * another. */
HC_SIMD
static void join(size_t n, size_t half, const double *restrict c,
    const double *restrict s, double *restrict re, double *restrict im)
{
    for (size_t from = 0; from < n; from += 2 * half) {
        double *restrict a = re + from, *restrict b = im + from;

        HC_APART
        for (size_t k = 0; k < half; k++) {
            double x = a[half + k] * c[k] + b[half + k] * s[k];
            double y = b[half + k] * c[k] - a[half + k] * s[k];

            a[half + k] = a[k] - x;
            b[half + k] = b[k] - y;
            a[k] += x;
            b[k] += y;
        }
    }
}

void hc_fft(const struct hc_fft *fft, double *re, double *im)
{
    reorder(fft, re);
    reorder(fft, im);
    for (size_t half = 1; half < fft->n; half *= 2)
        join(fft->n, half, fft->cosine + half - 1, fft->sine + half - 1, re, im);
}
