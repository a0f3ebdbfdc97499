/*
 * quantity.h - numbers as Kubernetes writes them, and plain ones, to whole numbers
 *
 * A decimal, with or without a fraction, then a suffix: n u m, k M G T P E, Ki Mi Gi Ti
 * Pi Ei, or an exponent, e3 or E3. "1E" is 10^18, "1E3" is 1000. What is finer than a
 * whole is rounded up, as resource.Quantity's Value() and MilliValue() do; what is beyond
 * int64 is cut to it. (k8s.io/apimachinery/pkg/api/resource/quantity.go.)
 *
 * Pure; no locale.
 */
#ifndef HC_REPLAY_QUANTITY_H
#define HC_REPLAY_QUANTITY_H

#include "base/base.h"

/* The quantity times `scale` (1 to 2^40), rounded up; false: it is none. A value below 0
 * is none. */
bool hc_quantity_parse(
    const char *text, size_t len, int64_t scale, int64_t *ret) HC_MUST_USE;

/* A plain decimal or one with an exponent; no suffix. May be negative. */
bool hc_number_parse(
    const char *text, size_t len, int64_t scale, int64_t *ret) HC_MUST_USE;

#endif
