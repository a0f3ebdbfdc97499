#include <float.h>

#include "synth/wave.h"

/* A FLT_EVAL_METHOD of 16 is about halves of a float only (gcc, AVX512-FP16). */
#if defined(__FAST_MATH__) || (FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 16)
#error "synth promises the same bits everywhere: plain doubles, no -ffast-math, no x87"
#endif

static const double half_pi = 1.5707963267948966;

/*
 * sin(x), 0 <= x <= pi/2: Taylor's series to x^19. The first term left out is
 * (pi/2)^21 / 21! = 2.6e-16, below the rounding of the sum. A minimax polynomial
 * would save two products; the factorials need no explanation.
 */
static double quarter_sin(double x)
{
    double y = x * x, s;

    s = 1.0 - y * (1.0 / 342.0);
    s = 1.0 - y * (1.0 / 272.0) * s;
    s = 1.0 - y * (1.0 / 210.0) * s;
    s = 1.0 - y * (1.0 / 156.0) * s;
    s = 1.0 - y * (1.0 / 110.0) * s;
    s = 1.0 - y * (1.0 / 72.0) * s;
    s = 1.0 - y * (1.0 / 42.0) * s;
    s = 1.0 - y * (1.0 / 20.0) * s;
    s = 1.0 - y * (1.0 / 6.0) * s;
    return x * s;
}

double hc_wave_cos(int64_t phase, int64_t period)
{
    int64_t p = phase % period, turn, rest;
    double x;

    if (p < 0)
        p += period;
    turn = 4 * p / period;
    rest = 4 * p - turn * period;
    x = turn & 1 ? (double)rest : (double)(period - rest);
    x = quarter_sin(half_pi * (x / (double)period));
    return turn == 1 || turn == 2 ? -x : x;
}
