/*
 * wave.h - a cosine that is the same everywhere
 *
 * The cosine of libm differs in the last bit between machines and versions. This one
 * is whole-number range reduction to a quarter turn and a polynomial of products and
 * sums, which IEEE 754 fixes to the bit as long as nothing is fused or reordered.
 */
#ifndef HC_SYNTH_WAVE_H
#define HC_SYNTH_WAVE_H

#include "base/base.h"

/* cos(2 pi phase / period), within 1e-15; 0 < period < 2^60, |phase| < 2^60. */
double hc_wave_cos(int64_t phase, int64_t period);

#endif
