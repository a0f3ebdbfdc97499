#include "collect/piece_same.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static int by_labels(const void *a, const void *b)
{
    const struct hc_piece_series *x = *(const struct hc_piece_series *const *)a,
                                 *y = *(const struct hc_piece_series *const *)b;
    size_t n = x->n_bytes < y->n_bytes ? x->n_bytes : y->n_bytes;
    int order = memcmp(x->labels, y->labels, n);

    return order ? order : (x->n_bytes > y->n_bytes) - (x->n_bytes < y->n_bytes);
}

/* NULL: no memory. */
static const struct hc_piece_series **sorted(const struct hc_piece *piece)
{
    const struct hc_piece_series **list = hc_alloc(piece->n + 1, sizeof(*list));

    for (size_t i = 0; list && i < piece->n; i++)
        list[i] = &piece->series[i];
    if (list)
        qsort(list, piece->n, sizeof(*list), by_labels);
    return list;
}

static bool is_near(double a, double b, double tolerance)
{
    if (isnan(a) || isnan(b))
        return isnan(a) && isnan(b);
    return a == b || fabs(a - b) <= tolerance * fmax(fabs(a), fabs(b));
}

static enum hc_status compare(const struct hc_piece *piece,
    const struct hc_piece_series *a, const struct hc_piece_series *b, double tolerance,
    struct hc_error *err)
{
    const char *name = hc_ask_name(piece->id.ask);

    if (by_labels(&a, &b))
        return hc_fail(err, HC_INPUT, "the series of '%s' have other labels", name);
    for (size_t i = 0; i < piece->n_points; i++)
        if (!is_near(a->values[i], b->values[i], tolerance))
            return hc_fail(err, HC_INPUT, "'%s' at %lld s is %.17g and %.17g", name,
                (long long)(piece->id.span.start_s + (int64_t)i * piece->step_s),
                a->values[i], b->values[i]);
    return HC_OK;
}

enum hc_status hc_piece_same(const struct hc_piece *a, const struct hc_piece *b,
    double tolerance, struct hc_error *err)
{
    HC_CLEANUP(hc_freep) const struct hc_piece_series **one = sorted(a);
    HC_CLEANUP(hc_freep) const struct hc_piece_series **other = sorted(b);

    if (!one || !other)
        return HC_NO_MEMORY;
    if (a->n != b->n)
        return hc_fail(err, HC_INPUT, "'%s' has %zu series and %zu",
            hc_ask_name(a->id.ask), a->n, b->n);
    for (size_t i = 0; i < a->n; i++)
        HC_TRY(compare(a, one[i], other[i], tolerance, err));
    return HC_OK;
}
