#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/simd.h"
#include "kernel/comoments.h"

enum hc_status hc_comoments_init(struct hc_comoments *co, size_t p)
{
    *co = (struct hc_comoments){.p = p};
    co->full_mean = hc_calloc(3 * p, sizeof(double));
    co->full_c = hc_calloc(p * p, sizeof(double));
    if (!co->full_mean || !co->full_c)
        return HC_NO_MEMORY;
    co->full_low = co->full_mean + p;
    co->delta = co->full_low + p;
    return HC_OK;
}

void hc_comoments_clear(struct hc_comoments *co)
{
    hc_free(co->full_mean); /* with full_low and delta */
    hc_free(co->full_c);
    hc_free(co->n); /* the eight are one allocation */
    *co = (struct hc_comoments){0};
}

enum hc_status hc_comoments_partial(struct hc_comoments *co)
{
    size_t cells = co->p * co->p;
    struct hc_pair_line line;

    if (co->n)
        return HC_OK;
    co->n = hc_calloc(HC_PARTIAL_ARRAYS * cells, sizeof(double));
    if (!co->n)
        return HC_NO_MEMORY;
    line = hc_pair_line_at(co->n, cells);
    co->mean_a = line.mean_a;
    co->mean_b = line.mean_b;
    co->low_a = line.low_a;
    co->low_b = line.low_b;
    co->m2_a = line.m2_a;
    co->m2_b = line.m2_b;
    co->c = line.c;
    return HC_OK;
}

/* Chan's formula with one n for all: c += c2 + n1 n2 / (n1 + n2) delta delta'. */
HC_SIMD
static void add_full_c(size_t p, double w, const double *restrict delta,
    double *restrict c, const double *restrict c2)
{
    for (size_t i = 0; i < p; i++) {
        double scaled = w * delta[i];

        for (size_t j = i; j < p; j++)
            c[i * p + j] += c2[i * p + j] + scaled * delta[j];
    }
}

static void merge_full(struct hc_comoments *co, double n, const double *mean,
    const double *low, const double *c)
{
    double f = n / (co->full_n + n);

    if (co->full_n == 0) {
        memcpy(co->full_mean, mean, co->p * sizeof(*mean));
        memcpy(co->full_low, low, co->p * sizeof(*low));
    }
    for (size_t i = 0; i < co->p; i++)
        co->delta[i] = (mean[i] - co->full_mean[i]) + (low[i] - co->full_low[i]);
    add_full_c(co->p, co->full_n * f, co->delta, co->full_c, c);
    for (size_t i = 0; i < co->p; i++)
        hc_mean_move(&co->full_mean[i], &co->full_low[i], f * co->delta[i]);
    co->full_n += n;
}

void hc_comoments_add(struct hc_comoments *co, const struct hc_group *g)
{
    assert(g->q == co->p);
    merge_full(co, g->n, g->mean, g->low, g->c);
}

/* Pairs [from, to) of two lines that share no memory. */
HC_SIMD
static void merge_lines(size_t from, size_t to, const struct hc_pair_line *into,
    const struct hc_pair_line *add)
{
    struct hc_pair_line line = *into, other = *add;

    HC_APART
    for (size_t i = from; i < to; i++) {
        struct hc_pair_moments pair = hc_pair_in(&line, i), more = hc_pair_in(&other, i);

        hc_pair_merge(&pair, &more);
        line.n[i] = pair.n;
        line.mean_a[i] = pair.mean_a;
        line.mean_b[i] = pair.mean_b;
        line.low_a[i] = pair.low_a;
        line.low_b[i] = pair.low_b;
        line.m2_a[i] = pair.m2_a;
        line.m2_b[i] = pair.m2_b;
        line.c[i] = pair.c;
    }
}

/* Pairs of column `a` in the arrays. */
static struct hc_pair_line line_of(const struct hc_comoments *co, size_t a)
{
    return hc_pair_line_at(co->n + a * co->p, co->p * co->p);
}

enum hc_status hc_comoments_add_line(
    struct hc_comoments *co, size_t a, const struct hc_pair_line *add)
{
    struct hc_pair_line line;

    HC_TRY(hc_comoments_partial(co));
    line = line_of(co, a);
    merge_lines(a, co->p, &line, add);
    return HC_OK;
}

enum hc_status hc_comoments_merge(
    struct hc_comoments *into, const struct hc_comoments *from)
{
    if (from->full_n > 0)
        merge_full(into, from->full_n, from->full_mean, from->full_low, from->full_c);
    if (!from->n)
        return HC_OK;
    for (size_t a = 0; a < from->p; a++) {
        struct hc_pair_line line = line_of(from, a);

        HC_TRY(hc_comoments_add_line(into, a, &line));
    }
    return HC_OK;
}

struct hc_pair_moments hc_comoments_pair(
    const struct hc_comoments *co, size_t a, size_t b)
{
    size_t p = co->p;
    struct hc_pair_moments pair = {co->full_n, co->full_mean[a], co->full_mean[b],
        co->full_low[a], co->full_low[b], co->full_c[a * p + a], co->full_c[b * p + b],
        co->full_c[a * p + b]};

    if (co->n) {
        struct hc_pair_line line = line_of(co, a);
        struct hc_pair_moments rest = hc_pair_in(&line, b);

        hc_pair_merge(&pair, &rest);
    }
    return pair;
}

double hc_pair_r(const struct hc_pair_moments *pair)
{
    double scale = sqrt(pair->m2_a) * sqrt(pair->m2_b), r = pair->c / scale;

    if (pair->n < 2 || !(pair->m2_a > 0) || !(pair->m2_b > 0))
        return NAN;
    if (!isfinite(scale) || !isfinite(r)) /* too large for a double */
        return NAN;
    return r > 1 ? 1 : r < -1 ? -1 : r;
}
