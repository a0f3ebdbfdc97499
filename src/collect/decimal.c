#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect/decimal.h"
#include "collect/sink.h"

/* ---- digits by a power of ten ---- */

static const double ten[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

#define P(n) UINT64_C(n)
static const uint64_t five[HC_DECIMAL_SCALE + 1] = {P(1), P(5), P(25), P(125), P(625),
    P(3125), P(15625), P(78125), P(390625), P(1953125), P(9765625), P(48828125),
    P(244140625), P(1220703125), P(6103515625), P(30517578125), P(152587890625),
    P(762939453125), P(3814697265625), P(19073486328125), P(95367431640625),
    P(476837158203125), P(2384185791015625), P(11920928955078125), P(59604644775390625),
    P(298023223876953125), P(1490116119384765625), P(7450580596923828125)};
#undef P

/* 2^power, a normal number. */
static double power_of_two(int power)
{
    uint64_t bits = (uint64_t)(1023 + power) << 52;
    double x;

    memcpy(&x, &bits, sizeof(x));
    return x;
}

/* quotient × 2^power to the nearest double; the top bit of the quotient is set. */
static double rounded(uint64_t quotient, bool more, int power)
{
    uint64_t head = quotient >> 11, tail = quotient & 0x7FF;

    head += tail > 0x400 || (tail == 0x400 && (more || (head & 1)));
    return (double)head * power_of_two(power + 11);
}

/*
 * digits ÷ (5^scale 2^scale). Both are shifted until their top bits are set; then the
 * quotient of digits × 2^63 or × 2^64, whichever, has its top bit at 63.
 */
static double divide_wide(uint64_t digits, int scale)
{
    int up = __builtin_clzll(digits), up_five = __builtin_clzll(five[scale]);
    uint64_t n = digits << up, d = five[scale] << up_five;
    int shift = n >= d ? 63 : 64;
    unsigned __int128 wide = (unsigned __int128)n << shift;
    uint64_t quotient = (uint64_t)(wide / d);

    return rounded(
        quotient, (unsigned __int128)quotient * d != wide, up_five - up - scale - shift);
}

double hc_decimal_divide(uint64_t digits, int scale)
{
    if (digits <= UINT64_C(1) << 53 && scale < (int)HC_COUNT(ten))
        return (double)digits / ten[scale];
    return divide_wide(digits, scale);
}

/* ---- text ---- */

/* What a text says: ±digits × 10^exponent, and the digits that did not fit. */
struct decimal {
    bool negative;
    bool many; /* more significant digits than fit: `digits` are the first ones */
    uint64_t digits;
    int64_t exponent;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Takes a digit behind those before; `scale` is 1 behind the point. */
static void take_digit(struct decimal *d, char c, int scale)
{
    if (d->digits >= UINT64_C(1000000000000000000)) {
        d->many |= c != '0';
        d->exponent += 1 - scale;
        return;
    }
    d->digits = d->digits * 10 + (uint64_t)(c - '0');
    d->exponent -= scale;
}

static const char *take_digits(struct decimal *d, const char *p, int scale)
{
    for (; is_digit(*p); p++)
        take_digit(d, *p, scale);
    return p;
}

/* Behind an 'e'; far more than a double can have is as good as the truth. */
static const char *take_exponent(struct decimal *d, const char *p)
{
    bool negative = *p == '-';
    int64_t e = 0;

    p += *p == '-' || *p == '+';
    if (!is_digit(*p))
        return NULL;
    for (; is_digit(*p); p++)
        e = e < 1000000 ? e * 10 + (*p - '0') : e;
    d->exponent += negative ? -e : e;
    return p;
}

/* The text up to its NUL; false if it is not a number. */
static bool read_decimal(const char *p, struct decimal *ret)
{
    struct decimal d = {.negative = *p == '-'};
    const char *start;

    p += *p == '-' || *p == '+';
    start = p;
    p = take_digits(&d, p, 0);
    if (p == start)
        return false;
    if (*p == '.') {
        start = ++p;
        p = take_digits(&d, p, 1);
        if (p == start)
            return false;
    }
    if (*p == 'e' || *p == 'E')
        p = take_exponent(&d, p + 1);
    *ret = d;
    return p && !*p;
}

/* The text without its point, the exponent corrected for it. */
static double by_strtod(const char *text)
{
    char plain[HC_DECIMAL_TEXT + 32];
    const char *e = text + strcspn(text, "eE"),
               *dot = memchr(text, '.', (size_t)(e - text));
    long exponent = *e ? strtol(e + 1, NULL, 10) : 0;
    size_t n = (size_t)((dot ? dot : e) - text);

    memcpy(plain, text, n);
    if (dot) {
        size_t behind = (size_t)(e - dot - 1);

        memcpy(plain + n, dot + 1, behind);
        n += behind;
        exponent -= exponent > -1000000 ? (long)behind : 0;
    }
    snprintf(plain + n, sizeof(plain) - n, "e%ld", exponent);
    return strtod(plain, NULL);
}

static double value_of(const struct decimal *d, const char *text)
{
    double x;

    if (!d->digits)
        x = 0;
    else if (!d->many && d->exponent <= 0 && d->exponent >= -HC_DECIMAL_SCALE)
        x = hc_decimal_divide(d->digits, (int)-d->exponent);
    else
        return by_strtod(text);
    return d->negative ? -x : x;
}

/* Values that are no numbers, as Go prints them. */
static const struct {
    const char *text;
    double value;
} words[] = {{"NaN", NAN}, {"+Inf", INFINITY}, {"-Inf", -INFINITY}};

enum hc_status hc_decimal_double(
    const char *text, size_t len, double *ret, const char **fault)
{
    struct decimal d;
    double x;

    *fault = "a value is not a number";
    for (size_t i = 0; i < HC_COUNT(words); i++)
        if (strlen(words[i].text) == len && !memcmp(text, words[i].text, len)) {
            *ret = words[i].value;
            return HC_OK;
        }
    if (len > HC_DECIMAL_TEXT || strlen(text) != len || !read_decimal(text, &d))
        return HC_INPUT;
    x = value_of(&d, text);
    *fault = "a value is too large";
    if (isinf(x))
        return HC_INPUT;
    *ret = x;
    return HC_OK;
}

/* digits × 10^exponent as a whole number, if it is one of at most `max`. */
static bool whole(uint64_t digits, int64_t exponent, uint64_t max, uint64_t *ret)
{
    for (; digits && exponent < 0; exponent++) {
        if (digits % 10)
            return false;
        digits /= 10;
    }
    for (; digits && exponent > 0; exponent--) {
        if (digits > max / 10)
            return false;
        digits *= 10;
    }
    *ret = digits;
    return digits <= max;
}

enum hc_status hc_decimal_ms(
    const char *text, size_t len, int64_t *ret, const char **fault)
{
    struct decimal d;
    uint64_t ms;

    *fault = "a time is not a number of whole milliseconds in range";
    if (len > HC_DECIMAL_TEXT || strlen(text) != len || !read_decimal(text, &d) ||
        d.many || !whole(d.digits, d.exponent + 3, HC_TIME_MS_MAX, &ms))
        return HC_INPUT;
    *ret = d.negative ? -(int64_t)ms : (int64_t)ms;
    return HC_OK;
}
