/*
 * twins.h - pairs of nodes that move together, or against each other
 *
 * Of a matrix of hours, a row a node, NaN where missing, without the weekly profile but
 * with the trend (weekly.h: trend + remainder). Pearson's r of each pair over the hours
 * both have, as DataFrame.corr() has it. With rows standardised and 0 where missing (X),
 * their squares (X2) and masks (M), all six sums a pair needs are blocks of products: X
 * X', M [X X2 M]', [X X2] M'; rows without a gap need the first alone.
 *
 * Two series that each depend on their own past agree by chance more than independent
 * ones do. n is corrected (M. S. Bartlett, J. Royal Statistical Society 98, 1935):
 *
 *     n' = (n - fitted) / (1 + 2 sum over k of (1 - k / n) ra(k) rb(k))
 *
 * for k = 1 .. hours / 4, at most HC_TWINS_LAGS,
 * with the autocorrelations ra and rb of both rows (a product too), the sum at least 0;
 * `fitted` values of each row are gone with its profile (168 of an hour-of-week profile:
 * without it 20 in 300 sets of white noise have a twin too many). Fisher's z = atanh(r)
 * sqrt(n' - 3) gives p, two-sided, and the interval; pairs with n' under HC_TWINS_LEAST
 * count with p = 1. Benjamini and Hochberg's procedure over all pairs (J. Royal
 * Statistical Society B 57, 1995) keeps the expected share of false ones among those
 * found at `fdr`. Of these, pairs with |r| >= `least` are told, the strongest first;
 * behind them the `loose` ones, as strong but not kept: two levels that changed in the
 * same week have r near 1 and an n' of 2, which is a coincidence as far as anyone can
 * tell.
 *
 * Families: average linkage of r (nearest-neighbour chain; F. Murtagh, Computer Journal
 * 26, 1983), cut at `least`; `order` puts nodes of a branch side by side, for a heatmap.
 * What it means: twins peak at once and are better apart, opposites fill each other's
 * lows.
 *
 * The products are of floats: r of the matrix is right to 1e-5; of the pairs that are
 * told r, n' and interval are computed once more in double.
 *
 * Memory: three matrices of nodes x hours floats, two of nodes^2; HC_USAGE over
 * HC_TWINS_NODES nodes. Rows with under HC_TWINS_LEAST values, or constant, have r = NaN
 * with all. Level and power: docs/method/twins.md. BLAS's threads and `threads` of ours.
 */
#ifndef HC_PATTERNS_TWINS_H
#define HC_PATTERNS_TWINS_H

#include "base/base.h"

enum { HC_TWINS_NODES = 5000, HC_TWINS_LEAST = 12, HC_TWINS_LAGS = 1000 };

struct hc_twins_options {
    double least;    /* |r| from here on is told and families; 0: 0.5 */
    double fdr;      /* 0: 0.05 */
    double fitted;   /* values of a row that a profile took; 0: none */
    size_t most;     /* pairs told; 0: 10000 */
    int64_t threads; /* 0: as many as there are cores */
};

struct hc_twins_pair {
    uint32_t a, b;           /* rows, a < b */
    double r, low, high;     /* and its interval at 95 % */
    double n, n_independent; /* hours both have; n' */
    double p;
};

struct hc_twins {
    size_t nodes;
    float *r;      /* [nodes][nodes], 1 on the diagonal, NaN where there is none */
    size_t tested; /* pairs with an r */
    size_t found;  /* kept by Benjamini and Hochberg, whatever their |r| */
    size_t together, opposite;  /* of those with |r| >= least: all, also beyond `most` */
    size_t n_pairs, n_loose;    /* told: kept; the same |r|, but not kept */
    struct hc_twins_pair *pair; /* [n_pairs + n_loose] each by |r|, largest first */
    size_t n_families;          /* of two nodes or more */
    uint32_t *family; /* [nodes] 1 .. n_families in order of `order`; 0: alone */
    uint32_t *order;  /* [nodes] rows, for a heatmap */
};

/* x[nodes][hours]. */
enum hc_status hc_twins_find(const double *x, size_t nodes, size_t hours,
    const struct hc_twins_options *options, struct hc_twins *out) HC_MUST_USE;
void hc_twins_clear(struct hc_twins *twins);

/* The families alone, of r[nodes][nodes]; fills n_families, family and order. */
enum hc_status hc_twins_families(struct hc_twins *twins, double least) HC_MUST_USE;

#endif
