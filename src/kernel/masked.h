/*
 * masked.h - co-moments of all pairs of columns in a block of which values are missing
 *
 * Where values lack at random next to no two rows lack the same columns, so that grouping
 * them by that ends at one group a row. Here all pairs of the block come at once. With d
 * = x - x0 (x0 the column's first value in the block, d = 0 where it is missing), for a
 * pair (a, b) over the N rows that have both:
 *
 *     P_ab = sum d_a d_b              a product D D', as if nothing were missing
 *     S_ab = sum d_a, Q_ab = sum d_a² over the rows that have b
 *     mean a = x0_a + S_ab / N,   m2 a = Q_ab - S_ab² / N,   c = P_ab - S_ab S_ba / N
 *
 * S and Q go through a list of rows for each b, the rarer kind: the rows that lack b,
 * whose sums are taken off the column's own, or the rows that have it. With few missing
 * the lists are short; at worst (a half) they cost what a product with the mask would.
 * N is counted in the bitmaps.
 *
 * What that cancels. The sums are good to 2^-53 of Q_a, the column's own sum of squares
 * (or of Q_ab, where the list is of rows that have b); block.h says why m2 of a column is
 * no less than Q_a / n. But a pair's rows may be few or far from x0: where m2 is below
 * 2^-10 of it, or anything is not finite, the pair is counted again by itself, in two
 * passes around a value of its own. So equal values have m2 exactly 0, and a mean that is
 * that value; of a column that is constant in the block all sums are 0, and that is exact
 * without counting again.
 *
 * Worked example: a = 1 2 4 -, b = 3 - 3 3. d_a = 0 1 3 -, d_b = 0 - 0 0. P_ab = 0; of
 * a over rows with b: the list is row 2, S_ab = 4 - 1 = 3, Q_ab = 10 - 1 = 9; N = 2:
 * mean 1 + 1.5, m2 = 9 - 4.5; of b: S_ba = 0, m2 exactly 0, no r.
 *
 * Rejected: products X M' and X² M' with the mask (four times the flops, whatever is
 * missing); groups of rows that lack the same, with a merge of all pairs for each: ten
 * times the time with 1 % missing.
 *
 * Memory: 2 p² doubles, and half a kB a column; 64 kB. libc and BLAS only.
 */
#ifndef HC_MASKED_H
#define HC_MASKED_H

#include "kernel/block.h"
#include "kernel/comoments.h"

struct hc_masked_rows {
    size_t q, n;                /* columns, rows: 1 to HC_BLOCK */
    const double *const *value; /* [q][from + n] anything where missing */
    size_t from;                /* of `value`: the first row */
    const uint64_t *bits;       /* [q][HC_BLOCK_WORDS] the values that are there; after
                                   row n 0 */
    const double *first;        /* [q] x0; anything finite in a column without a value */
    const double *sum;          /* [q] of d */
    const double *d;            /* [q][HC_BLOCK] x - x0, 0 where missing */
    double *product;            /* [q × q] scratch */
};

struct hc_masked {
    size_t p;         /* at most */
    double *work;     /* all doubles below */
    double *sum;      /* [p × p] row b: S_ab of each a */
    double *square;   /* [p × p] row b: Q_ab of each a */
    double *tile;     /* [HC_BLOCK][16] some columns, row by row */
    double *line;     /* [..][p] the pairs of one column */
    double *own;      /* [p] Q_a of the whole column */
    double *lacking;  /* [p] 1: the list is of rows that lack the column */
    uint16_t *list;   /* [p][HC_BLOCK / 2] rows */
    uint16_t *listed; /* [p] how many */
};

enum hc_status hc_masked_init(struct hc_masked *masked, size_t p) HC_MUST_USE;
void hc_masked_clear(struct hc_masked *masked);

/* Pairs (a, b) for all b from a on. */
typedef enum hc_status hc_pair_line_fn(
    void *context, size_t a, const struct hc_pair_line *line);

/* The pairs of the rows, a line at a time, a from 0 on. */
enum hc_status hc_masked_each(struct hc_masked *masked, const struct hc_masked_rows *rows,
    hc_pair_line_fn *add, void *context) HC_MUST_USE;

#endif
