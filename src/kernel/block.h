/*
 * block.h - a few hundred rows at a time, as differences to a row of their own
 *
 * Everything that the kernel sums goes through blocks of at most HC_BLOCK rows. Within a
 * block a column is shifted by one of its own values x0, and d = x - x0 is summed. With
 * x0 a member of the set,
 *
 *     sum d^2 = m2 + n (mean - x0)^2 <= n m2,   since (mean - x0)^2 <= m2 (n - 1) / n,
 *
 * so what cancels in m2 = sum d^2 - (sum d)^2 / n is at most a factor n: 512 · 2^-53 =
 * 6e-14 of m2, whatever the scale of the data, and exactly nothing for equal values.
 * Blocks are then merged by Chan's formula. Rejected: two passes a block (mean, then
 * deviations), which read everything twice; a shift for the whole file, which is no
 * member of a later stretch.
 *
 * libc and BLAS only.
 */
#ifndef HC_BLOCK_H
#define HC_BLOCK_H

#include <hindcast/moments.h>

#include "base/base.h"

enum { HC_BLOCK = 512, HC_BLOCK_WORDS = HC_BLOCK / 64 };

/* Sums over a column of a block. */
struct hc_sums {
    double d, dd;    /* of x - x0, and of its square */
    double min, max; /* of x */
};

/*
 * Writes x - x0 for `n` values into `d` and their sums into `ret`. A NaN or infinity
 * among the values makes ret->dd not finite, and then the rest means nothing.
 */
void hc_block_shift(const double *x, size_t n, double x0, double *d, struct hc_sums *ret);

/* The moments of n shifted values. */
struct hc_moments hc_block_moments(const struct hc_sums *sums, size_t n, double x0);

/* Products of `q` rows of `n` values with each other (row i at rows + i * stride): upper
 * triangle of the q × q `product`. By BLAS; from any number of threads. */
void hc_block_syrk(
    const double *rows, size_t stride, size_t q, size_t n, double *product);

/*
 * Centred co-moments of `q` shifted columns (row i at d + i * stride, `n` values each):
 * C = D D' - s s' / n, upper triangle of the q × q `c`; `sum` [q] are the columns' sums.
 */
void hc_block_comoments(
    const double *d, size_t stride, size_t q, size_t n, const double *sum, double *c);

/* First bits of a bitmap of n rows set. */
static inline uint64_t hc_word_mask(size_t n, size_t word)
{
    if (n >= (word + 1) * 64)
        return UINT64_MAX;
    return n <= word * 64 ? 0 : (1ull << (n - word * 64)) - 1;
}

static inline bool hc_bit(const uint64_t *bits, size_t i)
{
    return bits[i / 64] >> (i % 64) & 1;
}

#endif
