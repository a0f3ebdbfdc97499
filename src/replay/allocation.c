#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "replay/allocation.h"

enum { BEYOND = UINT16_MAX };

enum hc_status hc_allocation_open(
    int64_t gpus, size_t arrivals, struct hc_allocation *ret)
{
    HC_CLEANUP(hc_allocation_clear)
    struct hc_allocation a = {.gpus = gpus, .cap = arrivals};

    a.x = hc_calloc(arrivals + 1, sizeof(*a.x));
    a.y = hc_calloc(arrivals + 1, sizeof(*a.y));
    if (!a.x || !a.y)
        return HC_NO_MEMORY;
    *ret = a;
    a = (struct hc_allocation){0};
    return HC_OK;
}

void hc_allocation_clear(struct hc_allocation *allocation)
{
    hc_free(allocation->x);
    hc_free(allocation->y);
    *allocation = (struct hc_allocation){0};
}

void hc_allocation_add(struct hc_allocation *allocation, int64_t milli, bool placed)
{
    double gpus = (double)allocation->gpus, x;

    allocation->arrived += milli;
    allocation->placed += placed ? milli : 0;
    if (!allocation->gpus || allocation->n == allocation->cap)
        return;
    x = rint((double)allocation->arrived / gpus / 10);
    allocation->x[allocation->n] =
        (uint16_t)(x < HC_ALLOCATION_COLUMNS ? x : (double)BEYOND);
    allocation->y[allocation->n++] =
        rint((double)allocation->placed / gpus / 10 * 100) / 100;
}

/* numpy's: up to 7 from left to right, up to 128 in eight sums, more in halves. */
static double sum(const double *a, size_t n)
{
    double r[8], total = 0;
    size_t half = n / 2 - n / 2 % 8, i;

    if (n > 128)
        return sum(a, half) + sum(a + half, n - half);
    if (n < 8) {
        for (i = 0; i < n; i++)
            total += a[i];
        return total;
    }
    memcpy(r, a, sizeof(r));
    for (i = 8; i + 8 <= n; i += 8)
        for (size_t k = 0; k < 8; k++)
            r[k] += a[i + k];
    total = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
    for (; i < n; i++)
        total += a[i];
    return total;
}

/* What arrived only grows, so the arrivals of a column follow one another. */
void hc_allocation_columns(
    const struct hc_allocation *allocation, double out[HC_ALLOCATION_COLUMNS])
{
    size_t at = 0;

    for (uint16_t column = 0; column < HC_ALLOCATION_COLUMNS; column++) {
        size_t from = at;

        while (at < allocation->n && allocation->x[at] == column)
            at++;
        out[column] =
            at > from
                ? rint(sum(allocation->y + from, at - from) / (double)(at - from) * 100) /
                      100
                : NAN;
    }
}
