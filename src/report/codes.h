/*
 * codes.h - a row of numbers as letters, a byte each
 *
 * What is plotted needs no more than a pixel's exactness: a value becomes one of 255
 * steps of its row's range, low + code / 254 × (high - low); 255 is "no value". The
 * bytes are written as base64 (RFC 4648, with padding). A value is at most half a step,
 * (high - low) / 508, from what it was.
 *
 * Private to the room.
 */
#ifndef HC_CODES_H
#define HC_CODES_H

#include "base/buf.h"

enum { HC_CODE_STEPS = 254, HC_CODE_NONE = 255 };

/* The code of a value; NaN is HC_CODE_NONE. A range without width has the one code 0. */
uint8_t hc_code(double value, double low, double high);

/* Smallest and largest that are not NaN; both NaN where there is none. */
void hc_code_range(const float *values, size_t n, double *ret_low, double *ret_high);

void hc_base64(struct hc_buf *out, const uint8_t *bytes, size_t n);

/*
 * Runs of equal codes: pairs of a code and how often it comes (1..255), for rows in which
 * little changes. `runs` has room for 2 n bytes; returns how many there are.
 */
size_t hc_code_runs(const uint8_t *codes, size_t n, uint8_t *runs);

#endif
