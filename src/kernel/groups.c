#include "kernel/state.h"

static uint64_t mix(uint64_t h, uint64_t value)
{
    h = (h ^ value) * 0x9E3779B97F4A7C15u;
    return h ^ h >> 32;
}

/* For each row a number that says which columns it lacks; 0: none. Alike = alike but for
 * one chance in 2^64. */
static void sign_rows(struct hc_work *work, size_t from, size_t to, size_t q)
{
    for (size_t r = from; r < to; r++)
        work->signature[r] = 0;
    for (size_t j = 0; j < q; j++) {
        const uint64_t *bits = work->bits + j * HC_BLOCK_WORDS;

        if (!work->dirty[j])
            continue;
        for (size_t r = from; r < to; r++)
            if (!hc_bit(bits, r))
                work->signature[r] = mix(work->signature[r], j + 1);
    }
}

/* Rows from `first` on that lack the same columns; marks them as taken by `taken`. */
static size_t take_alike(struct hc_work *work, size_t first, size_t to, uint64_t *taken)
{
    size_t n = 0;

    for (size_t r = first; r < to; r++)
        if (!hc_bit(taken, r) && work->signature[r] == work->signature[first]) {
            taken[r / 64] |= 1ull << (r % 64);
            work->group_row[n++] = (uint16_t)r;
        }
    return n;
}

/* One column of a group, shifted by its first value, into row `i` of work->gather. */
static void gather(struct hc_work *work, size_t j, size_t i, size_t n)
{
    const double *x = work->value[j];
    double *d = work->gather + i * HC_BLOCK, x0 = x[work->group_row[0]], sum = 0;

    for (size_t k = 0; k < n; k++) {
        d[k] = x[work->group_row[k]] - x0;
        sum += d[k];
    }
    work->column[i] = (uint32_t)j;
    work->sum[i] = sum;
    work->mean[i] = x0;
    work->low[i] = 0;
    hc_mean_move(&work->mean[i], &work->low[i], sum / (double)n);
}

static enum hc_status send_group(struct hc_work *work, const double *d, size_t q,
    size_t n, enum hc_status (*add)(void *, const struct hc_group *), void *context)
{
    struct hc_group group = {.q = q,
        .column = work->column,
        .n = (double)n,
        .mean = work->mean,
        .low = work->low,
        .c = work->c};

    if (!q)
        return HC_OK;
    hc_block_comoments(d, HC_BLOCK, q, n, work->sum, work->c);
    return add(context, &group);
}

/* The whole block, no value missing: it is shifted already. */
static enum hc_status send_block(struct hc_work *work, size_t q,
    enum hc_status (*add)(void *, const struct hc_group *), void *context)
{
    for (size_t j = 0; j < q; j++) {
        work->column[j] = (uint32_t)j;
        work->sum[j] = work->block_sum[j];
        work->mean[j] = work->value[j][0];
        work->low[j] = 0;
        hc_mean_move(&work->mean[j], &work->low[j], work->sum[j] / (double)work->rows);
    }
    return send_group(work, work->d, q, work->rows, add, context);
}

static bool is_whole(const struct hc_work *work, size_t from, size_t to, size_t q)
{
    if (from != 0 || to != work->rows)
        return false;
    for (size_t j = 0; j < q; j++)
        if (work->dirty[j])
            return false;
    return true;
}

enum hc_status hc_groups_each(struct hc_profile *p, size_t from, size_t to, size_t q,
    enum hc_status (*add)(void *context, const struct hc_group *group), void *context)
{
    struct hc_work *work = &p->work;
    uint64_t taken[HC_BLOCK_WORDS] = {0};

    if (is_whole(work, from, to, q))
        return send_block(work, q, add, context);
    sign_rows(work, from, to, q);
    for (size_t r = from; r < to; r++) {
        size_t columns = 0, n;

        if (hc_bit(taken, r))
            continue;
        n = take_alike(work, r, to, taken);
        for (size_t j = 0; j < q; j++)
            if (hc_has_value(work, j, r))
                gather(work, j, columns++, n);
        HC_TRY(send_group(work, work->gather, columns, n, add, context));
    }
    return HC_OK;
}
