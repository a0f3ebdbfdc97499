#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/simd.h"
#include "patterns/pelt.h"

struct work {
    double *sum, *sum2; /* [n + 1] of the first values, about the mean of all */
    double *cost;       /* [n + 1] of the best segmentation of the first values */
    size_t *from;       /* [n + 1] where its last segment begins */
    /* starts that may still begin a best segment, side by side */
    size_t n_starts;
    double *at, *sum_at, *sum2_at, *cost_at, *value;
    double *memory;
};

static void work_clear(struct work *w)
{
    hc_free(w->memory);
    hc_free(w->from);
}

static enum hc_status work_init(struct work *w, const double *x, size_t n)
{
    double mean = 0;

    w->memory = hc_calloc(8 * (n + 1), sizeof(double));
    w->from = hc_calloc(n + 1, sizeof(*w->from));
    if (!w->memory || !w->from)
        return HC_NO_MEMORY;
    w->sum = w->memory;
    w->sum2 = w->sum + n + 1;
    w->cost = w->sum2 + n + 1;
    w->at = w->cost + n + 1;
    w->sum_at = w->at + n + 1;
    w->sum2_at = w->sum_at + n + 1;
    w->cost_at = w->sum2_at + n + 1;
    w->value = w->cost_at + n + 1;
    for (size_t i = 0; i < n; i++)
        mean += x[i] / (double)n;
    for (size_t i = 0; i < n; i++) {
        double d = x[i] - mean;

        w->sum[i + 1] = w->sum[i] + d;
        w->sum2[i + 1] = w->sum2[i] + d * d;
    }
    return HC_OK;
}

static void add_start(struct work *w, size_t t)
{
    size_t k = w->n_starts++;

    w->at[k] = (double)t;
    w->sum_at[k] = w->sum[t];
    w->sum2_at[k] = w->sum2[t];
    w->cost_at[k] = w->cost[t];
}

/* value[k]: cost up to start k and of a segment from there to `end`; gives the least and
 * the largest. */
HC_SIMD
static double try_starts(struct work *w, size_t end, double *ret_most)
{
    const double *restrict at = w->at, *restrict sum = w->sum_at;
    const double *restrict sum2 = w->sum2_at, *restrict cost = w->cost_at;
    double *restrict value = w->value;
    double e = (double)end, s = w->sum[end], s2 = w->sum2[end], least = INFINITY;
    double most = -INFINITY;

    for (size_t k = 0; k < w->n_starts; k++) {
        double d = s - sum[k];

        value[k] = cost[k] + ((s2 - sum2[k]) - d * d / (e - at[k]));
    }
    for (size_t k = 0; k < w->n_starts; k++) {
        least = value[k] < least ? value[k] : least;
        most = value[k] > most ? value[k] : most;
    }
    *ret_most = most;
    return least;
}

/* The best start of a segment that ends at `end`; starts worse by a penalty are dropped.
 */
static void step(struct work *w, size_t end, double penalty)
{
    double most, least = try_starts(w, end, &most);
    size_t kept = 0, best = 0;

    while (w->value[best] > least)
        best++;
    w->from[end] = (size_t)w->at[best];
    w->cost[end] = least + penalty;
    if (most <= w->cost[end])
        return; /* none is dropped */
    for (size_t k = 0; k < w->n_starts; k++) {
        if (w->value[k] > w->cost[end])
            continue;
        if (kept < k) {
            w->at[kept] = w->at[k];
            w->sum_at[kept] = w->sum_at[k];
            w->sum2_at[kept] = w->sum2_at[k];
            w->cost_at[kept] = w->cost_at[k];
        }
        kept++;
    }
    w->n_starts = kept;
}

enum hc_status hc_pelt(const double *x, size_t n, size_t least, double penalty,
    size_t *ends, size_t *ret_n, double *ret_cost)
{
    HC_CLEANUP(work_clear) struct work w = {0};
    size_t found = 0;

    if (!least || least > n)
        return HC_USAGE;
    HC_TRY(work_init(&w, x, n));
    for (size_t end = least; end <= n; end++) {
        size_t start = end - least;

        if (start == 0 || start >= least)
            add_start(&w, start);
        step(&w, end, penalty);
    }
    for (size_t end = n; end > 0; end = w.from[end])
        ends[found++] = end;
    for (size_t i = 0; i < found / 2; i++) {
        size_t t = ends[i];

        ends[i] = ends[found - 1 - i];
        ends[found - 1 - i] = t;
    }
    *ret_n = found;
    if (ret_cost)
        *ret_cost = w.cost[n];
    return HC_OK;
}
