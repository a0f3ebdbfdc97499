/*
 * comoments.h - centred co-moments of all pairs of columns over their common rows
 *
 * For a pair (a, b) over the n rows where both are there: mean of a, mean of b,
 * m2 of a, m2 of b, and c = sum (a - mean a)(b - mean b). Pearson's r is
 * c / sqrt(m2a m2b), as pandas' DataFrame.corr() has it, null where a column is
 * constant over the pair's rows.
 *
 * Blocks of rows with all columns share one n and one mean a column: one BLAS product
 * gives every co-moment of a block, and Chan's formula adds it to `full`. Blocks in which
 * some values are missing come as pairs, each with its own n (masked.h), and are kept by
 * pair. A row is in one of the two; reading adds them.
 *
 * Rejected: row-wise updates, which cost 2 µs a row; groups of rows that lack the same
 * columns, of which random gaps make one a row.
 *
 * Means carry the rest of their rounding (hindcast/moments.h says why).
 *
 * Memory: p² + 8 p² doubles (4.7 MB for 256 columns).
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
    const double *c;    /* [q × q], upper triangle; may be NULL where within.h says so */
};

struct hc_comoments {
    size_t p;
    /* blocks with all columns */
    double full_n;
    double *full_mean; /* [p] */
    double *full_low;  /* [p] */
    double *delta;     /* [p] scratch */
    double *full_c;    /* [p × p], upper triangle */
    /* blocks that lack some; upper triangles; NULL until there is one */
    double *n, *mean_a, *mean_b, *low_a, *low_b, *m2_a, *m2_b, *c;
};

/* One pair, read. */
struct hc_pair_moments {
    double n, mean_a, mean_b, low_a, low_b, m2_a, m2_b, c;
};

/* Pairs of one column with others; the other's number is the index in each array. */
struct hc_pair_line {
    double *n, *mean_a, *mean_b, *low_a, *low_b, *m2_a, *m2_b, *c;
};

/* The eight of them, each `step` doubles after the one before. */
static inline struct hc_pair_line hc_pair_line_at(double *at, size_t step)
{
    return (struct hc_pair_line){at, at + step, at + 2 * step, at + 3 * step,
        at + 4 * step, at + 5 * step, at + 6 * step, at + 7 * step};
}

static inline struct hc_pair_moments hc_pair_in(const struct hc_pair_line *line, size_t i)
{
    return (struct hc_pair_moments){line->n[i], line->mean_a[i], line->mean_b[i],
        line->low_a[i], line->low_b[i], line->m2_a[i], line->m2_b[i], line->c[i]};
}

enum hc_status hc_comoments_init(struct hc_comoments *co, size_t p) HC_MUST_USE;
void hc_comoments_clear(struct hc_comoments *co);

/* Rows that have all columns: a group of p. */
void hc_comoments_add(struct hc_comoments *co, const struct hc_group *group);

/* Pairs (a, b) of other rows for all b from a on; n may be 0, means are finite then. */
enum hc_status hc_comoments_add_line(
    struct hc_comoments *co, size_t a, const struct hc_pair_line *line) HC_MUST_USE;

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

/* Union of two disjoint sets of rows. No branches: loops over pairs are vectorised. */
static inline void hc_pair_merge(
    struct hc_pair_moments *into, const struct hc_pair_moments *p)
{
    bool first = !(into->n > 0);
    double n = into->n + p->n, f = p->n / (n > 0 ? n : 1), w = into->n * f;
    double da = (p->mean_a - into->mean_a) + (p->low_a - into->low_a);
    double db = (p->mean_b - into->mean_b) + (p->low_b - into->low_b);

    hc_mean_move(&into->mean_a, &into->low_a, f * da);
    hc_mean_move(&into->mean_b, &into->low_b, f * db);
    into->n = n;
    into->mean_a = first ? p->mean_a : into->mean_a;
    into->mean_b = first ? p->mean_b : into->mean_b;
    into->low_a = first ? p->low_a : into->low_a;
    into->low_b = first ? p->low_b : into->low_b;
    into->m2_a += p->m2_a + w * da * da;
    into->m2_b += p->m2_b + w * db * db;
    into->c += p->c + w * da * db;
}

#endif
