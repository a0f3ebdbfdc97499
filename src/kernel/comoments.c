#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "kernel/comoments.h"
#include "kernel/simd.h"

enum hc_status hc_comoments_init(struct hc_comoments *co, size_t p)
{
    *co = (struct hc_comoments){.p = p};
    co->full_mean = hc_calloc(p, sizeof(double));
    co->full_c = hc_calloc(p * p, sizeof(double));
    return co->full_mean && co->full_c ? HC_OK : HC_NO_MEMORY;
}

void hc_comoments_clear(struct hc_comoments *co)
{
    hc_free(co->full_mean);
    hc_free(co->full_c);
    hc_free(co->n); /* the six are one allocation */
    *co = (struct hc_comoments){0};
}

enum hc_status hc_comoments_partial(struct hc_comoments *co)
{
    size_t cells = co->p * co->p;

    if (co->n)
        return HC_OK;
    co->n = hc_calloc(HC_PARTIAL_ARRAYS * cells, sizeof(double));
    if (!co->n)
        return HC_NO_MEMORY;
    co->mean_a = co->n + cells;
    co->mean_b = co->mean_a + cells;
    co->m2_a = co->mean_b + cells;
    co->m2_b = co->m2_a + cells;
    co->c = co->m2_b + cells;
    return HC_OK;
}

/* Chan's formula with one n for all: c += c2 + n1 n2 / (n1 + n2) delta delta'. */
HC_SIMD
static void merge_full(size_t p, double n1, double *restrict mean, double *restrict c,
    double n2, const double *restrict mean2, const double *restrict c2)
{
    double f = n2 / (n1 + n2), w = n1 * f;

    for (size_t i = 0; i < p; i++) {
        double scaled = w * (mean2[i] - mean[i]);

        for (size_t j = i; j < p; j++)
            c[i * p + j] += c2[i * p + j] + scaled * (mean2[j] - mean[j]);
    }
    for (size_t i = 0; i < p; i++)
        mean[i] += f * (mean2[i] - mean[i]);
}

static struct hc_pair_moments partial_pair(const struct hc_comoments *co, size_t at)
{
    return (struct hc_pair_moments){
        co->n[at], co->mean_a[at], co->mean_b[at], co->m2_a[at], co->m2_b[at], co->c[at]};
}

static void merge_partial(
    struct hc_comoments *co, size_t at, const struct hc_pair_moments *add)
{
    struct hc_pair_moments pair = partial_pair(co, at);

    hc_pair_merge(&pair, add);
    co->n[at] = pair.n;
    co->mean_a[at] = pair.mean_a;
    co->mean_b[at] = pair.mean_b;
    co->m2_a[at] = pair.m2_a;
    co->m2_b[at] = pair.m2_b;
    co->c[at] = pair.c;
}

enum hc_status hc_comoments_add(struct hc_comoments *co, const struct hc_group *g)
{
    if (g->q == co->p) {
        merge_full(co->p, co->full_n, co->full_mean, co->full_c, g->n, g->mean, g->c);
        co->full_n += g->n;
        return HC_OK;
    }
    HC_TRY(hc_comoments_partial(co));
    for (size_t i = 0; i < g->q; i++)
        for (size_t j = i; j < g->q; j++) {
            struct hc_pair_moments add = {g->n, g->mean[i], g->mean[j],
                g->c[i * g->q + i], g->c[j * g->q + j], g->c[i * g->q + j]};

            merge_partial(co, g->column[i] * co->p + g->column[j], &add);
        }
    return HC_OK;
}

enum hc_status hc_comoments_merge(
    struct hc_comoments *into, const struct hc_comoments *from)
{
    if (from->full_n > 0) {
        merge_full(into->p, into->full_n, into->full_mean, into->full_c, from->full_n,
            from->full_mean, from->full_c);
        into->full_n += from->full_n;
    }
    if (!from->n)
        return HC_OK;
    HC_TRY(hc_comoments_partial(into));
    for (size_t a = 0; a < from->p; a++)
        for (size_t b = a; b < from->p; b++) {
            struct hc_pair_moments add = partial_pair(from, a * from->p + b);

            merge_partial(into, a * from->p + b, &add);
        }
    return HC_OK;
}

struct hc_pair_moments hc_comoments_pair(
    const struct hc_comoments *co, size_t a, size_t b)
{
    size_t p = co->p;
    struct hc_pair_moments pair = {co->full_n, co->full_mean[a], co->full_mean[b],
        co->full_c[a * p + a], co->full_c[b * p + b], co->full_c[a * p + b]};

    if (co->n) {
        struct hc_pair_moments rest = partial_pair(co, a * p + b);

        hc_pair_merge(&pair, &rest);
    }
    return pair;
}

double hc_pair_r(const struct hc_pair_moments *pair)
{
    double scale = sqrt(pair->m2_a) * sqrt(pair->m2_b), r = pair->c / scale;

    if (pair->n < 2 || !(pair->m2_a > 0) || !(pair->m2_b > 0) || !isfinite(r))
        return NAN;
    return r > 1 ? 1 : r < -1 ? -1 : r;
}
