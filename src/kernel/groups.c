#include <string.h>

#include "base/simd.h"
#include "kernel/state.h"

/* Fewer rows than that go one by one: the sums of a block have a fixed price. */
enum { FEW_ROWS = 8 };

/* ---- rows that have all columns ---- */

/* Whether each of the first `q` columns has a value in all rows [from, to). */
static bool is_whole(const struct hc_work *work, size_t from, size_t to, size_t q)
{
    for (size_t j = 0; j < q; j++) {
        size_t r = work->dirty[j] ? from : to;

        while (r < to && hc_has_value(work, j, r))
            r++;
        if (r < to)
            return false;
    }
    return true;
}

/* The group of `n` rows of the first `q` columns, shifted by work->mean into `d`. */
static struct hc_group make_group(
    struct hc_work *work, const double *d, size_t q, size_t n)
{
    for (size_t j = 0; j < q; j++) {
        work->column[j] = (uint32_t)j;
        work->low[j] = 0;
        hc_mean_move(&work->mean[j], &work->low[j], work->sum[j] / (double)n);
    }
    hc_block_comoments(d, HC_BLOCK, q, n, work->sum, work->c);
    return (struct hc_group){.q = q,
        .column = work->column,
        .n = (double)n,
        .mean = work->mean,
        .low = work->low,
        .c = work->c};
}

/* The whole block, which is shifted already. */
static struct hc_group whole_block(struct hc_work *work, size_t q)
{
    for (size_t j = 0; j < q; j++) {
        work->mean[j] = work->value[j][0];
        work->sum[j] = work->block_sum[j];
    }
    return make_group(work, work->d, q, work->rows);
}

static struct hc_group whole_rows(struct hc_work *work, size_t from, size_t n, size_t q)
{
    for (size_t j = 0; j < q; j++) {
        struct hc_sums sums;

        work->mean[j] = work->value[j][from];
        hc_block_shift(
            work->value[j] + from, n, work->mean[j], work->gather + j * HC_BLOCK, &sums);
        work->sum[j] = sums.d;
    }
    return make_group(work, work->gather, q, n);
}

/* One row, with the columns that it has. */
static struct hc_group one_row(struct hc_work *work, size_t r, size_t q)
{
    size_t n = 0;

    for (size_t j = 0; j < q; j++)
        if (hc_has_value(work, j, r)) {
            work->column[n] = (uint32_t)j;
            work->low[n] = 0;
            work->mean[n++] = work->value[j][r];
        }
    return (struct hc_group){
        .q = n, .column = work->column, .n = 1, .mean = work->mean, .low = work->low};
}

/* ---- rows that lack some ---- */

/* Up to 64 values less x0, 0 where the bit is not set: no branch, of which half would be
 * guessed wrong. */
static inline void shift_word(
    const double *restrict x, uint64_t bits, size_t n, double x0, double *restrict d)
{
    for (size_t k = 0; k < n; k++) {
        double shifted = x[k] - x0;
        uint64_t image;

        memcpy(&image, &shifted, sizeof(image));
        image &= 0 - (bits >> k & 1);
        memcpy(&d[k], &image, sizeof(image));
    }
}

/* Values less x0, 0 where the bit is not set; returns their sum. */
HC_SIMD
static double shift_masked(
    const double *x, const uint64_t *bits, size_t n, double x0, double *d)
{
    double sum[8] = {0}, total = 0;

    for (size_t r = 0; r < n; r += 64)
        shift_word(x + r, bits[r / 64], n - r < 64 ? n - r : 64, x0, d + r);
    for (size_t r = n; r % 8; r++)
        d[r] = 0;
    for (size_t r = 0; r < n; r += 8)
        for (size_t k = 0; k < 8; k++)
            sum[k] += d[r + k];
    for (size_t k = 0; k < 8; k++)
        total += sum[k];
    return total;
}

/* Bits [from, from + n) of a column, from bit 0 on and 0 after them. */
static void cut_bits(
    const struct hc_work *work, size_t j, size_t from, size_t n, uint64_t *ret)
{
    const uint64_t *bits = work->bits + j * HC_BLOCK_WORDS;
    size_t word = from / 64, shift = from % 64;

    for (size_t w = 0; w < HC_BLOCK_WORDS; w++, word++) {
        uint64_t low = word < HC_BLOCK_WORDS ? bits[word] >> shift : 0;
        uint64_t high = shift && word + 1 < HC_BLOCK_WORDS ? bits[word + 1] : 0;

        if (shift)
            low |= high << (64 - shift);
        ret[w] = (work->dirty[j] ? low : UINT64_MAX) & hc_word_mask(n, w);
    }
}

/* Shifts column j by its first value of the rows; where there is none, by 0. */
static void shift_column(struct hc_work *work, size_t j, size_t from, size_t n)
{
    const double *x = work->value[j] + from;
    uint64_t *bits = work->rows_bits + j * HC_BLOCK_WORDS;
    size_t w = 0;

    cut_bits(work, j, from, n, bits);
    while (w < HC_BLOCK_WORDS - 1 && !bits[w])
        w++;
    work->mean[j] = bits[w] ? x[w * 64 + (size_t)__builtin_ctzll(bits[w])] : 0;
    work->sum[j] = shift_masked(x, bits, n, work->mean[j], work->gather + j * HC_BLOCK);
}

/* Rows [from, from + n) of the first `q` columns, by pair. */
static enum hc_status each_pair(struct hc_profile *p, size_t from, size_t n, size_t q,
    hc_pair_line_fn *add, void *context)
{
    struct hc_work *work = &p->work;
    const struct hc_masked_rows rows = {.q = q,
        .n = n,
        .value = work->value,
        .from = from,
        .bits = work->rows_bits,
        .first = work->mean,
        .sum = work->sum,
        .d = work->gather,
        .product = work->c};

    if (!work->masked.p)
        HC_TRY(
            hc_masked_init(&work->masked, p->options.comoments ? p->options.columns : q));
    for (size_t j = 0; j < q; j++)
        shift_column(work, j, from, n);
    return hc_masked_each(&work->masked, &rows, add, context);
}

/* ---- where they go ---- */

static enum hc_status to_pooled(void *context, size_t a, const struct hc_pair_line *line)
{
    return hc_comoments_add_line(context, a, line);
}

enum hc_status hc_groups_pool(struct hc_profile *p)
{
    size_t n = p->work.rows, q = p->options.columns;
    struct hc_group group;

    if (!is_whole(&p->work, 0, n, q))
        return each_pair(p, 0, n, q, to_pooled, &p->co);
    group = whole_block(&p->work, q);
    hc_comoments_add(&p->co, &group);
    return HC_OK;
}

struct within_target {
    struct hc_within *within;
    struct hc_within_node *node;
};

static enum hc_status to_within(void *context, size_t a, const struct hc_pair_line *line)
{
    struct within_target *target = context;

    return hc_within_add_line(target->within, target->node, a, line);
}

enum hc_status hc_groups_within(
    struct hc_profile *p, struct hc_within_node *node, size_t from, size_t to)
{
    struct within_target target = {&p->within, node};
    struct hc_work *work = &p->work;
    size_t q = p->options.gauges, n = to - from;
    struct hc_group group;

    if (!q)
        return HC_OK;
    if (n > 1 && is_whole(work, from, to, q)) {
        group = n == work->rows ? whole_block(work, q) : whole_rows(work, from, n, q);
        return hc_within_add(&p->within, node, &group);
    }
    if (n >= FEW_ROWS)
        return each_pair(p, from, n, q, to_within, &target);
    for (size_t r = from; r < to; r++) {
        group = one_row(work, r, q);
        if (group.q)
            HC_TRY(hc_within_add(&p->within, node, &group));
    }
    return HC_OK;
}
