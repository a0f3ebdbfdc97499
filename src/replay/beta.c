#include <math.h>

#include "replay/beta.h"

enum { STEPS = 500 };
#define TINY 1e-300
#define CLOSE 1e-13

static double away_from_zero(double x)
{
    return fabs(x) < TINY ? TINY : x;
}

/* 1 / (1 + d1 x / (1 + d2 x / (1 + ...))) */
static double fraction(double a, double b, double x)
{
    double c = 1, d = 1 / away_from_zero(1 - (a + b) * x / (a + 1)), h = d;

    for (int m = 1; m <= STEPS; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)), change;

        d = 1 / away_from_zero(1 + even * d);
        c = away_from_zero(1 + even / c);
        h *= d * c;
        d = 1 / away_from_zero(1 + odd * d);
        c = away_from_zero(1 + odd / c);
        change = d * c;
        h *= change;
        if (fabs(change - 1) < CLOSE)
            break;
    }
    return h;
}

double hc_beta_at_most(double a, double b, double x)
{
    double front;

    if (x <= 0)
        return 0;
    if (x >= 1)
        return 1;
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
    if (x < (a + 1) / (a + b + 2))
        return front * fraction(a, b, x) / a;
    return 1 - front * fraction(b, a, 1 - x) / b;
}
