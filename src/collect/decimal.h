/*
 * decimal.h - decimal text to doubles and to milliseconds, exactly, whatever the locale
 *
 * A number is digits × 10^-scale, digits a whole number. Three ways, each of which gives
 * the double nearest to the decimal (ties to even):
 *
 * - digits < 2^53, scale <= 22: both are doubles, one division rounds once (W. D.
 * Clinger, "How to Read Floating Point Numbers Accurately", 1990);
 * - up to 19 digits, scale <= 27, the rule for what rate() gives: digits ÷ 5^scale as
 *   128 by 64 bits, whose 64 bits of quotient and whether a remainder is left say how to
 *   round to 53;
 * - else strtod, given digits and an exponent but no decimal point: a locale has no say.
 *
 * Rejected: strtod for all (77 ns a value, follows LC_NUMERIC), Lemire's tables of
 * 128-bit powers (10 KB of constants to check for exponents that hardly come).
 *
 * Pure functions. Private to the room.
 */
#ifndef HC_DECIMAL_H
#define HC_DECIMAL_H

#include "base/base.h"

enum {
    HC_DECIMAL_DIGITS = 19, /* as many as fit into 64 bits */
    HC_DECIMAL_SCALE = 27,  /* 5^27 fits into 63 */
    HC_DECIMAL_TEXT = 512,  /* longest text; the longest that Go prints has 343 signs */
};

/* digits × 10^-scale for digits < 10^19 and 0 <= scale <= HC_DECIMAL_SCALE. */
double hc_decimal_divide(uint64_t digits, int scale);

/*
 * The double that [-+]digits[.digits][e[+-]digits] says, or "NaN", "+Inf", "-Inf". The
 * text is followed by a NUL. HC_INPUT for anything else, for what is too large for a
 * double, and for more than HC_DECIMAL_TEXT signs; `*fault` is then a constant that says
 * which. What is too small becomes zero.
 */
enum hc_status hc_decimal_double(
    const char *text, size_t len, double *ret, const char **fault) HC_MUST_USE;

/* Seconds of a JSON number as milliseconds; HC_INPUT if that is no whole number, or
 * beyond HC_TIME_MS_MAX. */
enum hc_status hc_decimal_ms(
    const char *text, size_t len, int64_t *ret, const char **fault) HC_MUST_USE;

#endif
