#include "replay/trials.h"

#include <stdlib.h>

static int by_number(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

void hc_trials_sort(uint32_t *nodes, size_t n)
{
    qsort(nodes, n, sizeof(*nodes), by_number);
}

bool hc_trials_range(const uint32_t *nodes, size_t n, uint32_t *ret_p90,
    uint32_t *ret_least, uint32_t *ret_most)
{
    if (!n || !nodes[0])
        return false;
    *ret_p90 = nodes[(9 * n + 9) / 10 - 1];
    *ret_least = nodes[0];
    *ret_most = nodes[n - 1];
    return true;
}
