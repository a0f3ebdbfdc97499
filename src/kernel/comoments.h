/*
 * comoments.h - centred co-moments of all pairs of columns over their common rows
 *
 * For a pair (a, b) over the n rows where both are there: mean of a, mean of b,
 * m2 of a, m2 of b, and c = sum (a - mean a)(b - mean b). Pearson's r is
 * c / sqrt(m2a m2b), as pandas' DataFrame.corr() has it, null where a column is
 * constant over the pair's rows.
 *
 * Rows come in groups that have the same columns (a block without a missing value is one
 * group; so are the rows that lack just the third column). Within a group all columns are
 * there, so one BLAS product gives every co-moment; the group is then merged into
 * each of its pairs by Chan's formula. Groups with all columns share one n and one mean a
 * column: they are merged in `full`, and only there; reading adds the two.
 *
 * Rejected: masked products (X M', X² M'), which cost six times a dense one and cancel
 * where a pair's few common rows are far from their columns' means; and row-wise updates,
 * which cost 2 µs a row.
 *
 * Means carry the rest of their rounding (hindcast/moments.h says why).
 *
 * Memory: 8 p² + p² doubles (4.7 MB for 256 columns).
 */
#ifndef HC_COMOMENTS_H
#define HC_COMOMENTS_H

#include <hindcast/moments.h>

#include "base/base.h"

/* A set of rows in which each of q columns has a value. */
struct hc_group {
    size_t q;
    const uint32_t *column; /* [q] ascending */
    double n;
    const double *mean; /* [q] */
    const double *low;  /* [q] what the means' rounding left off */
    const double *c;    /* [q × q], upper triangle */
};

struct hc_comoments {
    size_t p;
    /* rows with all columns */
    double full_n;
    double *full_mean; /* [p] */
    double *full_low;  /* [p] */
    double *delta;     /* [p] scratch */
    double *full_c;    /* [p × p], upper triangle */
    /* rows that lack some; upper triangles; NULL until there is one */
    double *n, *mean_a, *mean_b, *low_a, *low_b, *m2_a, *m2_b, *c;
};

/* One pair, read. */
struct hc_pair_moments {
    double n, mean_a, mean_b, low_a, low_b, m2_a, m2_b, c;
};

enum hc_status hc_comoments_init(struct hc_comoments *co, size_t p) HC_MUST_USE;
void hc_comoments_clear(struct hc_comoments *co);
enum hc_status hc_comoments_add(
    struct hc_comoments *co, const struct hc_group *group) HC_MUST_USE;
enum hc_status hc_comoments_merge(
    struct hc_comoments *into, const struct hc_comoments *from) HC_MUST_USE;

/* The pair a <= b over all rows. */
struct hc_pair_moments hc_comoments_pair(
    const struct hc_comoments *co, size_t a, size_t b);

/* Pearson's r of one pair; NaN where it has none. */
double hc_pair_r(const struct hc_pair_moments *pair);

/* Makes the arrays of the partial part, zeroed: from `n` on, one after the other. For
 * reading a stored state. */
enum hc_status hc_comoments_partial(struct hc_comoments *co) HC_MUST_USE;

enum { HC_PARTIAL_ARRAYS = 8 };

/* Union of two disjoint sets of rows. */
static inline void hc_pair_merge(
    struct hc_pair_moments *into, const struct hc_pair_moments *p)
{
    bool first = !(into->n > 0);
    double n = into->n + p->n, f = n > 0 ? p->n / n : 0, w = into->n * f;
    double da = (p->mean_a - into->mean_a) + (p->low_a - into->low_a);
    double db = (p->mean_b - into->mean_b) + (p->low_b - into->low_b);

    into->n = n;
    if (first) {
        into->mean_a = p->mean_a;
        into->mean_b = p->mean_b;
        into->low_a = p->low_a;
        into->low_b = p->low_b;
    } else {
        hc_mean_move(&into->mean_a, &into->low_a, f * da);
        hc_mean_move(&into->mean_b, &into->low_b, f * db);
    }
    into->m2_a += p->m2_a + w * da * da;
    into->m2_b += p->m2_b + w * db * db;
    into->c += p->c + w * da * db;
}

#endif
