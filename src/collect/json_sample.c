#include "collect/decimal.h"
#include "collect/json_sample.h"

static inline bool is_digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
static inline bool eight_digits(const char *p, uint64_t *digits)
{
    const uint64_t high = UINT64_C(0xF0F0F0F0F0F0F0F0),
                   zeros = UINT64_C(0x3030303030303030),
                   six = UINT64_C(0x0606060606060606);
    uint64_t x;

    memcpy(&x, p, sizeof(x));
    if ((x & high) != zeros || ((x + six) & high) != zeros)
        return false;
    x -= zeros;
    x = x * 10 + (x >> 8); /* pairs in every other byte */
    x = ((x & UINT64_C(0x000000FF000000FF)) * UINT64_C(0x000F424000000064) +
            (x >> 16 & UINT64_C(0x000000FF000000FF)) * UINT64_C(0x0000271000000001)) >>
        32;
    *digits = *digits * 100000000 + x;
    return true;
}
#else
static inline bool eight_digits(const char *p, uint64_t *digits)
{
    (void)p;
    (void)digits;
    return false;
}
#endif

/* At most 20 digits: what is more overflows, and the caller counts. */
static inline const char *read_digits(const char *p, uint64_t *digits)
{
    const char *end = p + HC_DECIMAL_DIGITS + 1;

    for (int i = 0; i < 2 && eight_digits(p, digits); i++)
        p += 8;
    for (; p < end && is_digit(*p); p++)
        *digits = *digits * 10 + (uint64_t)(*p - '0');
    return p;
}

/* 1700000000 or 1700000000.123, up to the comma. */
static inline const char *read_time(const char *p, int64_t *ret)
{
    static const int to_ms[] = {1000, 100, 10, 1};
    uint64_t t = 0;
    const char *start = p, *dot;

    p = read_digits(p, &t);
    if (p == start || p - start > 12 || (*start == '0' && p - start > 1))
        return NULL;
    dot = p;
    if (*p == '.') {
        while (p - dot < 4 && is_digit(p[1])) {
            p++;
            t = t * 10 + (uint64_t)(*p - '0');
        }
        if (p == dot || p - dot > 3)
            return NULL;
        *ret = (int64_t)t * to_ms[p - dot];
        return p + 1;
    }
    *ret = (int64_t)t * 1000;
    return p;
}

/* Behind the point; zeros that only place the digits do not count as such. */
static inline const char *read_fraction(const char *p, uint64_t *digits, int *count)
{
    const char *start;

    if (!*digits) {
        *count = 0;
        for (int i = 0; i <= HC_DECIMAL_SCALE && *p == '0'; i++)
            p++;
    }
    start = p;
    p = read_digits(p, digits);
    *count += (int)(p - start);
    return p;
}

/* The text in the quotes. */
static inline const char *read_value(const char *p, double *ret)
{
    bool negative = *p == '-';
    uint64_t digits = 0;
    const char *start = p += negative, *dot;
    int count, scale = 0;

    p = read_digits(p, &digits);
    count = (int)(p - start);
    if (!count)
        return NULL;
    if (*p == '.') {
        dot = ++p;
        p = read_fraction(p, &digits, &count);
        scale = (int)(p - dot);
        if (!scale)
            return NULL;
    }
    if (count > HC_DECIMAL_DIGITS || scale > HC_DECIMAL_SCALE)
        return NULL;
    *ret = digits ? hc_decimal_divide(digits, scale) : 0;
    if (negative)
        *ret = -*ret;
    return p;
}

const char *hc_json_sample(const char *p, struct hc_sample *ret)
{
    if (*p != '[')
        return NULL;
    p = read_time(p + 1, &ret->t_ms);
    if (!p || p[0] != ',' || p[1] != '"')
        return NULL;
    p = read_value(p + 2, &ret->v);
    if (!p || p[0] != '"' || p[1] != ']')
        return NULL;
    return p + 2;
}
