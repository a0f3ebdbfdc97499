#include <math.h>

#include "patterns/gaps.h"

size_t hc_gaps_present(const double *y, size_t n)
{
    size_t present = 0;

    for (size_t i = 0; i < n; i++)
        present += isfinite(y[i]) != 0;
    return present;
}

/* out[from, to) on the line from out[from - 1] to out[to], or level with the one there
 * is. */
static void bridge(double *out, size_t from, size_t to, size_t n)
{
    double left = from ? out[from - 1] : to < n ? out[to] : 0;
    double right = to < n ? out[to] : left;

    for (size_t i = from; i < to; i++)
        out[i] = left + (right - left) * (double)(i + 1 - from) / (double)(to + 1 - from);
}

size_t hc_gaps_bridge(const double *y, size_t n, double *out)
{
    size_t present = 0, after = 0; /* of the last value seen */

    for (size_t i = 0; i < n; i++) {
        out[i] = y[i];
        if (!isfinite(y[i]))
            continue;
        bridge(out, after, i, n);
        after = i + 1;
        present++;
    }
    bridge(out, after, n, n);
    return present;
}
