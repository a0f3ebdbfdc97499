#include <math.h>

#include "patterns/draw.h"

double hc_draw_normal(struct hc_draw *d)
{
    double u = hc_draw_unit(d), v = hc_draw_unit(d);

    return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}

void hc_draw_shuffle(struct hc_draw *d, double *x, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        size_t j = hc_draw_below(d, (uint32_t)i);
        double t = x[i - 1];

        x[i - 1] = x[j];
        x[j] = t;
    }
}
