/*
 * fft.h - the discrete Fourier transform of a power of two; private to the room
 *
 * Cooley and Tukey's, radix 2, in place, in double: Mathematics of Computation 19, 1965.
 * FFTW is under the GPL; what is transformed here is short (a year of hours is 2^14).
 * Against a plain sum: relative 1e-14 (tests/unit/test_patterns_period.c).
 *
 * A plan is read by any number of threads at once; init allocates, nothing else fails.
 */
#ifndef HC_PATTERNS_FFT_H
#define HC_PATTERNS_FFT_H

#include "base/base.h"

struct hc_fft {
    size_t n; /* a power of two */
    double *cosine,
        *sine;          /* of pi k / h, k < h, from h - 1 on, for h = 1, 2, 4 .. n / 2 */
    uint32_t *reversed; /* [n] bits of the index, the other way round */
};

enum hc_status hc_fft_init(struct hc_fft *fft, size_t n) HC_MUST_USE;
void hc_fft_clear(struct hc_fft *fft);

/* X_k = sum x_j exp(-2 pi i j k / n), of re + i im, [n] each. */
void hc_fft(const struct hc_fft *fft, double *re, double *im);

#endif
