#include <math.h>

#include "base/mem.h"
#include "features/windows.h"

/* Some values in a row; mean is that of their differences to a reference. */
struct hc_window_part {
    double mean, m2, max;
    uint32_t n;
};

static const struct hc_window_part nothing = {.max = -INFINITY};

static inline void add(struct hc_window_part *part, double reference, double value)
{
    double d = value - reference, off = d - part->mean;

    part->n++;
    part->mean += off * (1.0 / part->n);
    part->m2 += off * (d - part->mean);
    part->max = value > part->max ? value : part->max;
}

/* Entry `at` of `out`: the union of two parts, of the references a and b. */
static inline void merge(const struct hc_window_part *pa, double a,
    const struct hc_window_part *pb, double b, const struct hc_window_values *out,
    size_t at)
{
    double na = pa->n, nb = pb->n, share = nb / (na + nb);
    double apart = (b - a) + (pb->mean - pa->mean);

    out->n[at] = pa->n + pb->n;
    out->mean[at] = a + (pa->mean + apart * share);
    out->m2[at] = pa->m2 + pb->m2 + apart * apart * (na * share);
    out->max[at] = pa->max > pb->max ? pa->max : pb->max;
}

/* One call: rows [from, to) are the block before the one that is read. */
struct roll {
    struct hc_windows *scratch;
    int64_t width_us;
    const int64_t *time_us;
    const double *value;
    size_t first;
    const struct hc_window_values *out;
    size_t from, to;
    double last; /* reference of that block's suffixes */
};

/* The block number; the right edge belongs to it. */
static int64_t block_of(const struct roll *r, size_t row)
{
    return hc_floor_div(r->time_us[row] - 1, r->width_us);
}

/* Where the block of row `from` ends. */
static size_t block_end(const struct roll *r, size_t from, size_t rows)
{
    int64_t edge = (block_of(r, from) + 1) * r->width_us;

    while (from < rows && r->time_us[from] <= edge)
        from++;
    return from;
}

/* suffix[i - from] is what rows [i, to) hold; an empty one comes after the last. */
static enum hc_status sum_suffixes(struct roll *r, size_t from, size_t to)
{
    struct hc_windows *s = r->scratch;
    struct hc_window_part part = nothing;

    HC_TRY(hc_grow(&s->suffix, &s->cap, to - from + 1, sizeof(*s->suffix)));
    r->from = from;
    r->to = to;
    r->last = 0;
    s->suffix[to - from] = part;
    for (size_t i = to; i-- > from;) {
        if (!isnan(r->value[i])) {
            if (!part.n)
                r->last = r->value[i];
            add(&part, r->last, r->value[i]);
        }
        s->suffix[i - from] = part;
    }
    return HC_OK;
}

static void roll_block(const struct roll *r, size_t from, size_t to)
{
    const struct hc_window_part *suffix = r->scratch->suffix;
    struct hc_window_part prefix = nothing;
    double reference = r->last;
    size_t left = r->from; /* the window's first row in the block before */

    for (size_t i = from; i < to; i++) {
        if (!isnan(r->value[i])) {
            if (!prefix.n)
                reference = r->value[i];
            add(&prefix, reference, r->value[i]);
        }
        while (left < r->to && r->time_us[left] <= r->time_us[i] - r->width_us)
            left++;
        if (i < r->first)
            continue;
        if (suffix[left - r->from].n)
            merge(&suffix[left - r->from], r->last, &prefix, reference, r->out,
                i - r->first);
        else
            merge(&prefix, reference, &nothing, reference, r->out, i - r->first);
    }
}

enum hc_status hc_windows_roll(struct hc_windows *scratch, int64_t width_us,
    const int64_t *time_us, const double *value, size_t rows, size_t first,
    const struct hc_window_values *out)
{
    struct roll r = {scratch, width_us, time_us, value, first, out, 0, 0, 0};
    int64_t block = 0;

    assert(width_us > 0);
    for (size_t from = 0, to; from < rows; from = to) {
        int64_t before = block;

        /* the block before has no rows, or there is none */
        if (from == 0 || block_of(&r, from) != before + 1)
            HC_TRY(sum_suffixes(&r, from, from));
        block = block_of(&r, from);
        to = block_end(&r, from, rows);
        roll_block(&r, from, to);
        if (to < rows)
            HC_TRY(sum_suffixes(&r, from, to));
    }
    return HC_OK;
}

void hc_windows_clear(struct hc_windows *scratch)
{
    hc_free(scratch->suffix);
    *scratch = (struct hc_windows){0};
}
