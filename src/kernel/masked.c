#include <float.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/simd.h"
#include "kernel/masked.h"

enum {
    TILE = 16,                           /* columns summed at a time, in registers */
    LINE_ARRAYS = HC_PARTIAL_ARRAYS + 3, /* and S_ab, Q_ab, whether to count again */
};

/* Below this part of the squares that were summed, m2 has lost too many digits. */
static const double too_little = 0x1p-10;

enum hc_status hc_masked_init(struct hc_masked *m, size_t p)
{
    *m = (struct hc_masked){.p = p};
    m->work =
        hc_alloc(2 * p * p + HC_BLOCK * TILE + (LINE_ARRAYS + 2) * p, sizeof(*m->work));
    m->list = hc_alloc(p * (HC_BLOCK / 2 + 1), sizeof(*m->list));
    if (!m->work || !m->list)
        return HC_NO_MEMORY;
    m->sum = m->work;
    m->square = m->sum + p * p;
    m->tile = m->square + p * p;
    m->line = m->tile + HC_BLOCK * TILE;
    m->own = m->line + LINE_ARRAYS * p;
    m->lacking = m->own + p;
    m->listed = m->list + p * (HC_BLOCK / 2);
    return HC_OK;
}

void hc_masked_clear(struct hc_masked *m)
{
    hc_free(m->work);
    hc_free(m->list);
    *m = (struct hc_masked){0};
}

/* ---- the sums ---- */

/* Numbers of the rows whose bit is set, less than `n`. */
static size_t list_rows(const uint64_t *bits, uint64_t flip, size_t n, uint16_t *list)
{
    size_t k = 0;

    for (size_t w = 0; w * 64 < n; w++)
        for (uint64_t left = (bits[w] ^ flip) & hc_word_mask(n, w); left;
             left &= left - 1)
            list[k++] = (uint16_t)(w * 64 + (size_t)__builtin_ctzll(left));
    return k;
}

static void make_lists(struct hc_masked *m, const struct hc_masked_rows *rows)
{
    for (size_t b = 0; b < rows->q; b++) {
        const uint64_t *bits = rows->bits + b * HC_BLOCK_WORDS;
        size_t there = 0;
        bool lacking;

        for (size_t w = 0; w * 64 < rows->n; w++)
            there += (size_t)__builtin_popcountll(bits[w]);
        lacking = 2 * there >= rows->n;
        m->lacking[b] = lacking;
        m->listed[b] = (uint16_t)list_rows(
            bits, lacking ? UINT64_MAX : 0, rows->n, m->list + b * (HC_BLOCK / 2));
    }
}

/* Columns [a, a + columns) row by row, eight rows (a cache line) at a time. */
static void fill_tile(
    double *restrict tile, const double *restrict d, size_t columns, size_t n)
{
    enum { LINE = 8 };

    for (size_t r = 0; r < n; r += LINE)
        for (size_t i = 0; i < TILE; i++)
            for (size_t k = r; k < r + LINE; k++)
                tile[k * TILE + i] = i < columns && k < n ? d[i * HC_BLOCK + k] : 0;
}

/* Sums over the rows listed, a column of the tile each: four rows for each time that the
 * sums are loaded and stored. */
HC_SIMD
static void sum_listed(const double *restrict tile, const uint16_t *restrict list,
    size_t n, size_t columns, double *restrict sum, double *restrict square)
{
    size_t k = 0;

    for (size_t i = 0; i < columns; i++)
        sum[i] = square[i] = 0;
    for (; k + 4 <= n; k += 4) {
        const double *x = tile + (size_t)list[k] * TILE;
        const double *y = tile + (size_t)list[k + 1] * TILE;
        const double *z = tile + (size_t)list[k + 2] * TILE;
        const double *w = tile + (size_t)list[k + 3] * TILE;

        for (size_t i = 0; i < columns; i++) {
            sum[i] += (x[i] + y[i]) + (z[i] + w[i]);
            square[i] += (x[i] * x[i] + y[i] * y[i]) + (z[i] * z[i] + w[i] * w[i]);
        }
    }
    for (; k < n; k++) {
        const double *x = tile + (size_t)list[k] * TILE;

        for (size_t i = 0; i < columns; i++) {
            sum[i] += x[i];
            square[i] += x[i] * x[i];
        }
    }
}

/* S_ab and Q_ab of `columns` columns from `a` on, for every b. */
static void sum_tile(
    struct hc_masked *m, const struct hc_masked_rows *rows, size_t a, size_t columns)
{
    fill_tile(m->tile, rows->d + a * HC_BLOCK, columns, rows->n);
    for (size_t b = 0; b < rows->q; b++) {
        double *s = m->sum + b * rows->q + a, *q = m->square + b * rows->q + a;
        double sum[TILE], square[TILE];
        bool lacking = m->lacking[b] > 0;

        sum_listed(
            m->tile, m->list + b * (HC_BLOCK / 2), m->listed[b], columns, sum, square);
        for (size_t i = 0; i < columns; i++) {
            s[i] = lacking ? rows->sum[a + i] - sum[i] : sum[i];
            q[i] = lacking ? m->own[a + i] - square[i] : square[i];
        }
    }
}

/* ---- the pairs ---- */

HC_SIMD
static void count_common(
    const struct hc_masked_rows *rows, size_t a, double *restrict ret_n)
{
    const uint64_t *own = rows->bits + a * HC_BLOCK_WORDS;
    size_t words = (rows->n + 63) / 64;

    for (size_t b = a; b < rows->q; b++) {
        const uint64_t *other = rows->bits + b * HC_BLOCK_WORDS;
        int n = 0;

        for (size_t w = 0; w < words; w++)
            n += __builtin_popcountll(own[w] & other[w]);
        ret_n[b] = n;
    }
}

/* What pairs (a, b) need beside their n; [q] each. */
struct pair_sums {
    const double *first, *s_ab, *q_ab, *s_ba, *q_ba, *product, *own, *lacking;
};

/* Pairs (a, b) for b in [a, q); again[b]: count it again. */
HC_SIMD
static void finish_line(const struct pair_sums *sums, size_t a, size_t q,
    const struct hc_pair_line *line, double *again)
{
    const double *s_ab = sums->s_ab, *q_ab = sums->q_ab, *s_ba = sums->s_ba;
    const double *q_ba = sums->q_ba, *product = sums->product, *first = sums->first;
    const double *own = sums->own, *lacking = sums->lacking;
    struct hc_pair_line to = *line;

    HC_APART
    for (size_t b = a; b < q; b++) {
        double some = to.n[b] > 0 ? to.n[b] : 1;
        double step_a = s_ab[b] / some, step_b = s_ba[b] / some;
        double aa = q_ab[b] - s_ab[b] * step_a, bb = q_ba[b] - s_ba[b] * step_b;
        double ab = product[b] - s_ab[b] * step_b;
        double least_a = too_little * (lacking[b] > 0 ? own[a] : q_ab[b]);
        double least_b = too_little * (lacking[a] > 0 ? own[b] : q_ba[b]);
        double high_a = first[a], low_a = 0, high_b = first[b], low_b = 0;
        bool good = (aa >= least_a) & (bb >= least_b) & (aa <= DBL_MAX) &
                    (bb <= DBL_MAX) & (fabs(ab) <= DBL_MAX);

        hc_mean_move(&high_a, &low_a, step_a);
        hc_mean_move(&high_b, &low_b, step_b);
        again[b] = good ? 0 : to.n[b] > 0 ? 1 : 0;
        to.mean_a[b] = good ? high_a : 0;
        to.mean_b[b] = good ? high_b : 0;
        to.low_a[b] = good ? low_a : 0;
        to.low_b[b] = good ? low_b : 0;
        to.m2_a[b] = good ? aa : 0;
        to.m2_b[b] = good ? bb : 0;
        to.c[b] = good ? ab : 0;
    }
}

static void two_passes(
    size_t n, double *restrict x, double *restrict y, struct hc_pair_moments *ret)
{
    double x0 = x[0], y0 = y[0], step_x = 0, step_y = 0;

    for (size_t k = 0; k < n; k++) {
        step_x += x[k] -= x0;
        step_y += y[k] -= y0;
    }
    step_x /= (double)n;
    step_y /= (double)n;
    *ret = (struct hc_pair_moments){.n = (double)n, .mean_a = x0, .mean_b = y0};
    hc_mean_move(&ret->mean_a, &ret->low_a, step_x);
    hc_mean_move(&ret->mean_b, &ret->low_b, step_y);
    for (size_t k = 0; k < n; k++) {
        double dx = x[k] - step_x, dy = y[k] - step_y;

        ret->m2_a += dx * dx;
        ret->m2_b += dy * dy;
        ret->c += dx * dy;
    }
}

/* One pair by itself. */
static void count_again(const struct hc_masked_rows *rows, size_t a, size_t b,
    const struct hc_pair_line *line)
{
    const uint64_t *has_a = rows->bits + a * HC_BLOCK_WORDS;
    const uint64_t *has_b = rows->bits + b * HC_BLOCK_WORDS;
    double x[HC_BLOCK], y[HC_BLOCK];
    struct hc_pair_moments pair;
    size_t n = 0;

    x[0] = y[0] = 0;
    for (size_t w = 0; w * 64 < rows->n; w++)
        for (uint64_t left = has_a[w] & has_b[w]; left; left &= left - 1) {
            size_t r = w * 64 + (size_t)__builtin_ctzll(left);

            x[n] = rows->value[a][rows->from + r];
            y[n++] = rows->value[b][rows->from + r];
        }
    two_passes(n, x, y, &pair);
    line->mean_a[b] = pair.mean_a;
    line->mean_b[b] = pair.mean_b;
    line->low_a[b] = pair.low_a;
    line->low_b[b] = pair.low_b;
    line->m2_a[b] = pair.m2_a;
    line->m2_b[b] = pair.m2_b;
    line->c[b] = pair.c;
}

/* Pairs (a, b) for b from a on, into the line. */
static void make_line(struct hc_masked *m, const struct hc_masked_rows *rows, size_t a,
    const struct hc_pair_line *line)
{
    size_t q = rows->q;
    double *s_ab = m->line + HC_PARTIAL_ARRAYS * q, *q_ab = s_ab + q, *again = q_ab + q;
    const struct pair_sums sums = {rows->first, s_ab, q_ab, m->sum + a * q,
        m->square + a * q, rows->product + a * q, m->own, m->lacking};

    for (size_t b = a; b < q; b++) {
        s_ab[b] = m->sum[b * q + a];
        q_ab[b] = m->square[b * q + a];
    }
    count_common(rows, a, line->n);
    finish_line(&sums, a, q, line, again);
    for (size_t b = a; b < q; b++)
        if (again[b] > 0)
            count_again(rows, a, b, line);
}

enum hc_status hc_masked_each(struct hc_masked *m, const struct hc_masked_rows *rows,
    hc_pair_line_fn *add, void *context)
{
    size_t q = rows->q;
    const struct hc_pair_line line = hc_pair_line_at(m->line, q);

    hc_block_syrk(rows->d, HC_BLOCK, q, rows->n, rows->product);
    for (size_t a = 0; a < q; a++)
        m->own[a] = rows->product[a * q + a];
    make_lists(m, rows);
    for (size_t a = 0; a < q; a += TILE)
        sum_tile(m, rows, a, q - a < TILE ? q - a : TILE);
    for (size_t a = 0; a < q; a++) {
        make_line(m, rows, a, &line);
        HC_TRY(add(context, a, &line));
    }
    return HC_OK;
}
