#include <cblas.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/simd.h"
#include "base/workers.h"
#include "patterns/gaps.h"
#include "patterns/twins.h"

enum { TILE = 128, SUMS = 6 };

/* z of 95 %; p under 0.05 needs z^2 over SURELY, and below 0.3 atanh(r)^2 < 1.07 r^2. */
#define Z95 1.959963984540054
#define SURELY 3.8414588206941236

struct work {
    struct hc_twins_options o;
    size_t nodes, hours, lags, whole; /* rows without a gap come first */
    uint32_t *row;                    /* [nodes] of the caller's, whole ones first */
    const double *from;               /* the caller's */
    float *x, *x2, *m; /* [nodes][hours]; x2 and m of rows with gaps and, where there are
                           any, of all */
    float *acf;        /* [nodes][lags], of row i at place i */
    bool *has;         /* [nodes] there is something to correlate */
    float *sum[SUMS];  /* [TILE][nodes] of the tile at hand: xx, n, xm, mx, x2m, mx2 */
    float *rr;         /* [TILE][nodes] sums of products of autocorrelations */
    struct hc_twins *out;
    float *log_p; /* [pairs] -log10 p, the upper triangle by places; 0: p > 0.05 */
};

static void work_clear(struct work *w)
{
    hc_free(w->row);
    hc_free(w->x);
    hc_free(w->x2);
    hc_free(w->acf);
    hc_free(w->has);
    hc_free(w->sum[0]);
    hc_free(w->log_p);
}

static enum hc_status work_init(struct work *w)
{
    size_t n = w->nodes, cells = n * w->hours;
    size_t gappy = n;

    w->row = hc_alloc(n + 1, sizeof(*w->row));
    w->has = hc_calloc(n + 1, sizeof(*w->has));
    w->x = hc_alloc(cells + 1, sizeof(*w->x));
    w->acf = hc_calloc(n * w->lags + 1, sizeof(*w->acf));
    w->log_p = hc_calloc(n * (n - (n > 0)) / 2 + 1, sizeof(*w->log_p));
    if (!w->row || !w->has || !w->x || !w->acf || !w->log_p)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        if (hc_gaps_present(w->from + i * w->hours, w->hours) == w->hours)
            w->row[w->whole++] = (uint32_t)i;
        else
            w->row[--gappy] = (uint32_t)i;
    }
    w->sum[0] = hc_alloc((SUMS + 1) * TILE * n + 1, sizeof(**w->sum));
    if (w->whole < n)
        w->x2 = hc_alloc(2 * cells, sizeof(*w->x2));
    if (!w->sum[0] || (w->whole < n && !w->x2))
        return HC_NO_MEMORY;
    w->m = w->x2 ? w->x2 + cells : NULL;
    for (size_t k = 1; k < SUMS; k++)
        w->sum[k] = w->sum[k - 1] + TILE * n;
    w->rr = w->sum[SUMS - 1] + TILE * n;
    return HC_OK;
}

/* ---- rows ---- */

HC_SIMD
static float product(const float *restrict a, const float *restrict b, size_t n)
{
    float sum = 0;

    HC_SUMS(sum)
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Standardises into x, fills x2 and m; false if there is too little, or no spread. */
static bool take_row(struct work *w, const double *from, size_t i)
{
    size_t hours = w->hours, n = hc_gaps_present(from, hours);
    float *x = w->x + i * hours;
    double first = NAN, mean = 0, m2 = 0, by;

    for (size_t t = 0; t < hours && isnan(first); t++) /* a constant has a spread of 0 */
        first = isfinite(from[t]) ? from[t] : NAN;
    for (size_t t = 0; t < hours; t++)
        mean += isfinite(from[t]) ? (from[t] - first) / (double)n : 0;
    mean += first;
    for (size_t t = 0; t < hours; t++)
        m2 += isfinite(from[t]) ? (from[t] - mean) * (from[t] - mean) : 0;
    by = m2 > 0 && isfinite(m2) ? sqrt((double)n / m2) : 0;
    for (size_t t = 0; t < hours; t++)
        x[t] = isfinite(from[t]) && by > 0 ? (float)((from[t] - mean) * by) : 0;
    for (size_t t = 0; t < hours && w->m; t++) {
        w->m[i * hours + t] = isfinite(from[t]) ? 1 : 0;
        w->x2[i * hours + t] = x[t] * x[t];
    }
    return by > 0 && n >= HC_TWINS_LEAST;
}

/* Autocorrelations at 1 .. lags, of the pairs that are there. */
static void find_acf(const struct work *w, size_t i)
{
    size_t hours = w->hours;
    const float *x = w->x + i * hours;
    const float *m = w->m && i >= w->whole ? w->m + i * hours : NULL;

    for (size_t k = 1; k <= w->lags; k++) {
        float n = m ? product(m, m + k, hours - k) : (float)(hours - k);

        float fade =
            sqrtf(1 - (float)k / (float)hours); /* of both rows: Bartlett's 1 - k/n */

        w->acf[i * w->lags + k - 1] = n > 1 ? fade * product(x, x + k, hours - k) / n : 0;
    }
}

/* ---- the tile's sums ---- */

/* out[rows][columns of `w->nodes`] = a b' from place j on. */
static void multiply(const struct work *w, const float *a, const float *b, size_t i,
    size_t rows, size_t j, size_t width, float *out)
{
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)rows, (int)(w->nodes - j),
        (int)width, 1, a + i * width, (int)width, b + j * width, (int)width, 0, out + j,
        (int)w->nodes);
}

/* All sums of the rows [i, i + rows) with those from i on. */
static void find_sums(struct work *w, size_t i, size_t rows)
{
    size_t from = i + rows <= w->whole ? w->whole : i; /* before: neither has a gap */

    multiply(w, w->x, w->x, i, rows, i, w->hours, w->sum[0]);
    multiply(w, w->acf, w->acf, i, rows, i, w->lags, w->rr);
    if (from >= w->nodes)
        return;
    multiply(w, w->m, w->m, i, rows, from, w->hours, w->sum[1]);
    multiply(w, w->x, w->m, i, rows, from, w->hours, w->sum[2]);
    multiply(w, w->m, w->x, i, rows, from, w->hours, w->sum[3]);
    multiply(w, w->x2, w->m, i, rows, from, w->hours, w->sum[4]);
    multiply(w, w->m, w->x2, i, rows, from, w->hours, w->sum[5]);
}

/* ---- pairs ---- */

/* r of row i + k with j, and how many hours they share. */
static double find_r(const struct work *w, size_t i, size_t k, size_t j, double *ret_n)
{
    size_t at = k * w->nodes + j;
    double n, cov, va, vb;

    if (i + k < w->whole && j < w->whole) {
        *ret_n = (double)w->hours;
        return w->sum[0][at] / (double)w->hours;
    }
    *ret_n = n = w->sum[1][at];
    if (n < HC_TWINS_LEAST)
        return NAN;
    cov = w->sum[0][at] - w->sum[2][at] * w->sum[3][at] / n;
    va = w->sum[4][at] - w->sum[2][at] * w->sum[2][at] / n;
    vb = w->sum[5][at] - w->sum[3][at] * w->sum[3][at] / n;
    return va > 1e-9 * n && vb > 1e-9 * n ? cov / sqrt(va * vb) : NAN;
}

static double independent(const struct work *w, double n, double rr)
{
    return fmax(0, n - w->o.fitted) / fmax(1, 1 + 2 * rr);
}

/* log10 of the two-sided tail of z. */
static double log_tail(double z)
{
    double p = erfc(z / M_SQRT2);

    if (p > 1e-300)
        return log10(p);
    return (-z * z / 2 - log(z) - 0.2257913526447274) * 0.4342944819032518; /* Mills */
}

/* -log10 p, or 0 where p is over 0.05 for sure. */
static double evidence(double r, double n)
{
    double z;

    if (n < HC_TWINS_LEAST || (fabs(r) < 0.3 && 1.07 * r * r * (n - 3) < SURELY))
        return 0;
    z = atanh(fmin(fabs(r), 1 - 1e-15)) * sqrt(n - 3);
    return z * z < SURELY ? 0 : -log_tail(z);
}

static size_t pair_at(const struct work *w, size_t a, size_t b)
{
    return a * (2 * w->nodes - a - 1) / 2 + b - a - 1;
}

struct tile {
    struct work *w;
    size_t i, rows;
    atomic_size_t next, tested;
};

static void *judge_rows(void *context)
{
    struct tile *tile = context;
    struct work *w = tile->w;
    size_t k, tested = 0;

    while ((k = atomic_fetch_add(&tile->next, 1)) < tile->rows) {
        size_t a = tile->i + k;
        float *log_p = w->log_p + pair_at(w, a, a + 1) - (a + 1);

        w->out->r[w->row[a] * w->nodes + w->row[a]] = w->has[a] ? 1 : NAN;
        for (size_t b = a + 1; b < w->nodes; b++) {
            double n = 0, r = w->has[a] && w->has[b] ? find_r(w, tile->i, k, b, &n) : NAN;

            r = r > 1 ? 1 : r < -1 ? -1 : r;
            w->out->r[w->row[a] * w->nodes + w->row[b]] = (float)r;
            w->out->r[w->row[b] * w->nodes + w->row[a]] = (float)r;
            if (!isfinite(r))
                continue;
            tested++;
            log_p[b] = (float)evidence(r, independent(w, n, w->rr[k * w->nodes + b]));
        }
    }
    atomic_fetch_add(&tile->tested, tested);
    return NULL;
}

static int falling(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;

    return (x < y) - (x > y);
}

/* The least -log10 p that Benjamini and Hochberg keep; INFINITY: none. */
static enum hc_status find_limit(struct work *w, double *ret_limit)
{
    size_t pairs = w->nodes * (w->nodes - 1) / 2, n = 0;
    HC_CLEANUP(hc_freep) float *low = NULL;
    double all = (double)w->out->tested, least = -log10(w->o.fdr);

    *ret_limit = INFINITY;
    for (size_t k = 0; k < pairs; k++)
        n += w->log_p[k] >= least;
    low = hc_alloc(n + 1, sizeof(*low));
    if (!low)
        return HC_NO_MEMORY;
    n = 0;
    for (size_t k = 0; k < pairs; k++)
        if (w->log_p[k] >= least)
            low[n++] = w->log_p[k];
    qsort(low, n, sizeof(*low), falling);
    while (n && low[n - 1] < least + log10(all / (double)n))
        n--;
    w->out->found = n;
    if (n)
        *ret_limit = low[n - 1];
    return HC_OK;
}

/* ---- what is told ---- */

static int by_strength(const void *a, const void *b)
{
    const struct hc_twins_pair *x = a, *y = b;

    if (fabs(x->r) != fabs(y->r))
        return fabs(x->r) < fabs(y->r) ? 1 : -1;
    return x->a != y->a ? (x->a > y->a) - (x->a < y->a) : (x->b > y->b) - (x->b < y->b);
}

/* All of a pair once more, by itself: exact r, n' and interval. */
static struct hc_twins_pair tell(const struct work *w, size_t a, size_t b)
{
    size_t hours = w->hours;
    const double *x = w->from + w->row[a] * hours, *y = w->from + w->row[b] * hours;
    double n = 0, mx = 0, my = 0, xx = 0, yy = 0, xy = 0, rr = 0, z, half;
    struct hc_twins_pair pair = {.a = w->row[a], .b = w->row[b]};

    if (pair.a > pair.b) {
        pair.a = w->row[b];
        pair.b = w->row[a];
    }
    for (int pass = 0; pass < 2; pass++)
        for (size_t t = 0; t < hours; t++) {
            if (!isfinite(x[t] + y[t]))
                continue;
            if (pass == 0) {
                n++;
                mx += x[t];
                my += y[t];
                continue;
            }
            xx += (x[t] - mx / n) * (x[t] - mx / n);
            yy += (y[t] - my / n) * (y[t] - my / n);
            xy += (x[t] - mx / n) * (y[t] - my / n);
        }
    for (size_t k = 0; k < w->lags; k++)
        rr += (double)w->acf[a * w->lags + k] * w->acf[b * w->lags + k];
    pair.r = fmin(fmax(xy / sqrt(xx * yy), -1), 1);
    pair.n = n;
    pair.n_independent = independent(w, n, rr);
    z = atanh(fmin(fmax(pair.r, 1e-15 - 1), 1 - 1e-15));
    half = pair.n_independent > 3 ? Z95 / sqrt(pair.n_independent - 3) : INFINITY;
    pair.low = tanh(z - half);
    pair.high = tanh(z + half);
    pair.p = erfc(fabs(z) * sqrt(fmax(0, pair.n_independent - 3)) / M_SQRT2);
    return pair;
}

struct strong {
    float r; /* |r| */
    uint32_t a, b;
};

static int by_r(const void *a, const void *b)
{
    float x = ((const struct strong *)a)->r, y = ((const struct strong *)b)->r;

    return (x < y) - (x > y);
}

struct list {
    struct strong *item;
    size_t n, cap;
};

static void list_clear(struct list *list)
{
    hc_free(list->item);
}

/* The pairs with |r| >= least, those kept and the others. */
static enum hc_status sort_out(
    struct work *w, double limit, struct list *kept, struct list *loose)
{
    struct hc_twins *out = w->out;

    for (size_t a = 0; a < w->nodes; a++)
        for (size_t b = a + 1; b < w->nodes; b++) {
            float r = out->r[w->row[a] * w->nodes + w->row[b]];
            bool keep = w->log_p[pair_at(w, a, b)] >= limit;
            struct list *list = keep ? kept : loose;

            if (!(fabsf(r) >= w->o.least))
                continue;
            out->together += keep && r > 0;
            out->opposite += keep && r < 0;
            HC_TRY(hc_grow(&list->item, &list->cap, list->n + 1, sizeof(*list->item)));
            list->item[list->n++] = (struct strong){fabsf(r), (uint32_t)a, (uint32_t)b};
        }
    return HC_OK;
}

/* The strongest `most` of the list, told into pair[]; gives how many. */
static size_t tell_list(
    const struct work *w, struct list *list, struct hc_twins_pair *pair)
{
    size_t n = list->n < w->o.most ? list->n : w->o.most;

    if (list->n)
        qsort(list->item, list->n, sizeof(*list->item), by_r);
    for (size_t k = 0; k < n; k++)
        pair[k] = tell(w, list->item[k].a, list->item[k].b);
    qsort(pair, n, sizeof(*pair), by_strength);
    return n;
}

static enum hc_status tell_pairs(struct work *w, double limit)
{
    struct hc_twins *out = w->out;
    HC_CLEANUP(list_clear) struct list kept = {0};
    HC_CLEANUP(list_clear) struct list loose = {0};

    HC_TRY(sort_out(w, limit, &kept, &loose));
    out->pair = hc_alloc(2 * w->o.most + 1, sizeof(*out->pair));
    if (!out->pair)
        return HC_NO_MEMORY;
    out->n_pairs = tell_list(w, &kept, out->pair);
    out->n_loose = tell_list(w, &loose, out->pair + out->n_pairs);
    return HC_OK;
}

/* ---- all of it ---- */

struct rows_task {
    struct work *w;
    atomic_size_t next;
};

static void *take_rows(void *context)
{
    struct rows_task *task = context;
    size_t i;

    while ((i = atomic_fetch_add(&task->next, 1)) < task->w->nodes) {
        struct work *w = task->w;

        w->has[i] = take_row(w, w->from + w->row[i] * w->hours, i);
        find_acf(w, i);
    }
    return NULL;
}

static enum hc_status find(struct work *w)
{
    size_t threads = hc_workers_count(w->o.threads, w->nodes);
    struct rows_task rows = {.w = w};
    double limit;

    HC_TRY(work_init(w));
    hc_workers_run(threads, take_rows, &rows);
    for (size_t i = 0; i < w->nodes; i += TILE) {
        struct tile tile = {
            .w = w, .i = i, .rows = w->nodes - i < TILE ? w->nodes - i : TILE};

        find_sums(w, i, tile.rows);
        hc_workers_run(threads, judge_rows, &tile);
        w->out->tested += tile.tested;
    }
    HC_TRY(find_limit(w, &limit));
    HC_TRY(tell_pairs(w, limit));
    return hc_twins_families(w->out, w->o.least);
}

enum hc_status hc_twins_find(const double *x, size_t nodes, size_t hours,
    const struct hc_twins_options *options, struct hc_twins *out)
{
    HC_CLEANUP(work_clear)
    struct work w = {.from = x, .nodes = nodes, .hours = hours, .out = out};
    enum hc_status status;

    *out = (struct hc_twins){.nodes = nodes};
    if (nodes > HC_TWINS_NODES || nodes == 0 || hours == 0)
        return HC_USAGE;
    w.o = *options;
    w.o.least = w.o.least > 0 ? w.o.least : 0.5;
    w.o.fdr = w.o.fdr > 0 ? fmin(w.o.fdr, 0.05) : 0.05;
    w.o.most = w.o.most ? w.o.most : 10000;
    w.o.most = w.o.most < nodes * nodes / 2 ? w.o.most : nodes * nodes / 2;
    w.lags = hours / 4 < HC_TWINS_LAGS ? hours / 4 : HC_TWINS_LAGS;
    out->r = hc_alloc(nodes * nodes, sizeof(*out->r));
    status = out->r ? find(&w) : HC_NO_MEMORY;
    if (status)
        hc_twins_clear(out);
    return status;
}

void hc_twins_clear(struct hc_twins *twins)
{
    hc_free(twins->r);
    hc_free(twins->pair);
    hc_free(twins->family);
    hc_free(twins->order);
    *twins = (struct hc_twins){0};
}
