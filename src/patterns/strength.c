#include <math.h>

#include "patterns/strength.h"

struct spread {
    double n, mean, m2;
};

static void add(struct spread *s, double x)
{
    double d = x - s->mean;

    s->n++;
    s->mean += d / s->n;
    s->m2 += d * (x - s->mean);
}

double hc_strength(const double *component, const double *remainder, size_t n)
{
    struct spread rest = {0}, both = {0};

    for (size_t i = 0; i < n; i++)
        if (isfinite(component[i]) && isfinite(remainder[i])) {
            add(&rest, remainder[i]);
            add(&both, component[i] + remainder[i]);
        }
    if (both.n < 2 || !(both.m2 > 0))
        return NAN;
    return fmax(0, 1 - rest.m2 / both.m2);
}
