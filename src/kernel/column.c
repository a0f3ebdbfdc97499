#include <math.h>
#include <string.h>

#include "kernel/state.h"

static bool all_valid(const uint64_t *valid, size_t rows)
{
    if (!valid)
        return true;
    for (size_t w = 0; w * 64 < rows; w++)
        if (~valid[w] & hc_word_mask(rows, w))
            return false;
    return true;
}

/* Counts what is not a finite number; squeezes the rest into `values`, marks its rows. */
static size_t sort_out(struct hc_column_state *state, const double *x,
    const uint64_t *valid, size_t rows, uint64_t *bits, double *values)
{
    size_t n = 0;

    memset(bits, 0, HC_BLOCK_WORDS * sizeof(*bits));
    for (size_t r = 0; r < rows; r++) {
        if (valid && !hc_bit(valid, r)) {
            state->missing++;
        } else if (isnan(x[r])) {
            state->missing++;
            state->nan++;
        } else if (isinf(x[r])) {
            state->infinite++;
        } else {
            bits[r / 64] |= 1ull << (r % 64);
            values[n++] = x[r];
        }
    }
    return n;
}

static void count_range(struct hc_column_state *state, const struct hc_sums *sums,
    double low, double high, const double *x, size_t n)
{
    if (sums->min >= low && sums->max <= high)
        return;
    for (size_t i = 0; i < n; i++) {
        state->below += x[i] < low;
        state->above += x[i] > high;
    }
}

/* Adds n finite values, of which the shifted sums are known. */
static enum hc_status add_values(
    struct hc_profile *p, size_t j, const double *x, size_t n, const struct hc_sums *sums)
{
    struct hc_column_state *state = &p->columns[j];
    struct hc_moments moments = hc_block_moments(sums, n, x[0]);

    hc_moments_merge(&state->moments, &moments);
    if (p->low)
        count_range(state, sums, p->low[j], p->high[j], x, n);
    if (sums->min == sums->max)
        return hc_sketch_add_times(&state->sketch, x[0], n);
    return hc_sketch_add(&state->sketch, x, n);
}

enum hc_status hc_column_add(struct hc_profile *p, size_t j)
{
    struct hc_work *work = &p->work;
    const double *x = work->value[j];
    const uint64_t *valid = work->valid[j];
    struct hc_sums sums;
    size_t n;

    work->dirty[j] = !all_valid(valid, work->rows);
    if (!work->dirty[j]) {
        hc_block_shift(x, work->rows, x[0], work->d + j * HC_BLOCK, &sums);
        work->dirty[j] = !isfinite(sums.dd);
    }
    if (HC_LIKELY(!work->dirty[j])) {
        work->block_sum[j] = sums.d;
        return add_values(p, j, x, work->rows, &sums);
    }
    n = sort_out(
        &p->columns[j], x, valid, work->rows, work->bits + j * HC_BLOCK_WORDS, work->one);
    if (!n)
        return HC_OK;
    hc_block_shift(work->one, n, work->one[0], work->two, &sums);
    return add_values(p, j, work->one, n, &sums);
}
