#include <string.h>

#include "replay/quantity.h"

/*
 * A value is kept as digits × 10^power × 2^shift: at most 38 digits, those behind them
 * only known to be zero or not. Then it is made whole in 128 bits.
 */
struct decimal {
    unsigned __int128 digits;
    int power;
    bool more; /* something other than 0 was cut off */
    bool negative;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

enum { POWER_MOST = 1000 };

static void add_digit(struct decimal *d, char c, bool fraction)
{
    const unsigned __int128 most = ~(unsigned __int128)0 / 100;

    if (d->digits > most) {
        d->more |= c != '0';
        d->power += !fraction && d->power < POWER_MOST;
        return;
    }
    d->digits = d->digits * 10 + (unsigned)(c - '0');
    d->power -= fraction && d->power > -POWER_MOST;
}

/* Sign, digits and fraction; how many bytes that were, 0: no number. */
static size_t read_digits(const char *text, size_t len, struct decimal *d)
{
    size_t i = 0, n = 0;
    bool fraction = false;

    *d = (struct decimal){0};
    if (len && (text[0] == '+' || text[0] == '-'))
        d->negative = text[i++] == '-';
    for (; i < len; i++) {
        if (is_digit(text[i])) {
            add_digit(d, text[i], fraction);
            n++;
        } else if (text[i] == '.' && !fraction) {
            fraction = true;
        } else {
            break;
        }
    }
    return n ? i : 0;
}

/* "e3", "E-6": all of the text. */
static bool read_exponent(const char *text, size_t len, int *ret)
{
    size_t i = 1;
    bool negative = false;
    int value = 0;

    if (len < 2 || (text[0] != 'e' && text[0] != 'E'))
        return false;
    if (text[i] == '+' || text[i] == '-')
        negative = text[i++] == '-';
    if (i == len)
        return false;
    for (; i < len; i++) {
        if (!is_digit(text[i]))
            return false;
        value = value < POWER_MOST ? value * 10 + (text[i] - '0') : value;
    }
    *ret = negative ? -value : value;
    return true;
}

static const struct {
    const char *text;
    int power, shift;
} suffixes[] = {{"", 0, 0}, {"n", -9, 0}, {"u", -6, 0}, {"m", -3, 0}, {"k", 3, 0},
    {"M", 6, 0}, {"G", 9, 0}, {"T", 12, 0}, {"P", 15, 0}, {"E", 18, 0}, {"Ki", 0, 10},
    {"Mi", 0, 20}, {"Gi", 0, 30}, {"Ti", 0, 40}, {"Pi", 0, 50}, {"Ei", 0, 60}};

static bool read_suffix(const char *text, size_t len, int *ret_power, int *ret_shift)
{
    for (size_t i = 0; i < HC_COUNT(suffixes); i++)
        if (strlen(suffixes[i].text) == len && !memcmp(suffixes[i].text, text, len)) {
            *ret_power = suffixes[i].power;
            *ret_shift = suffixes[i].shift;
            return true;
        }
    *ret_shift = 0;
    return read_exponent(text, len, ret_power);
}

/* digits × by, or false: over 2^126. */
static bool times(unsigned __int128 *digits, unsigned __int128 by)
{
    const unsigned __int128 most = (unsigned __int128)1 << 126;

    if (*digits > most / by)
        return false;
    *digits *= by;
    return true;
}

/*
 * digits × 10^power × 2^shift × scale, rounded up, at most INT64_MAX. The digits are
 * below 2^121 and shift and scale at most 2^100 together: a factor at a time, dividing
 * where there are tens to divide by, so that nothing is lost that a whole number could
 * show.
 */
static int64_t make_whole(struct decimal d, int shift, int64_t scale)
{
    unsigned __int128 x = d.digits;
    bool more = d.more;

    if (!x)
        return more;
    for (; scale % 10 == 0; scale /= 10)
        d.power++;
    for (; d.power < 0 && x % 10 == 0; d.power++)
        x /= 10;
    while (shift || scale > 1 || d.power > 0) {
        unsigned by = shift ? 2 : d.power > 0 ? 10 : 1;
        bool fits;

        if (by == 1) {
            fits = times(&x, (unsigned __int128)scale);
            scale = fits ? 1 : scale;
        } else {
            fits = times(&x, by);
            shift -= fits && by == 2;
            d.power -= fits && by == 10;
        }
        if (fits)
            continue;
        if (d.power >= 0)
            return INT64_MAX;
        more |= x % 10 != 0;
        x /= 10;
        d.power++;
    }
    for (; d.power < 0 && x; d.power++) {
        more |= x % 10 != 0;
        x /= 10;
    }
    x += more;
    return x > INT64_MAX ? INT64_MAX : (int64_t)x;
}

bool hc_quantity_parse(const char *text, size_t len, int64_t scale, int64_t *ret)
{
    struct decimal d;
    int power, shift;
    size_t n = read_digits(text, len, &d);

    if (!n || !read_suffix(text + n, len - n, &power, &shift) ||
        (d.negative && (d.digits || d.more)))
        return false;
    d.power += power;
    *ret = make_whole(d, shift, scale);
    return true;
}

bool hc_number_parse(const char *text, size_t len, int64_t scale, int64_t *ret)
{
    struct decimal d;
    int power = 0;
    size_t n = read_digits(text, len, &d);
    int64_t whole;

    if (!n || (n < len && !read_exponent(text + n, len - n, &power)))
        return false;
    d.power += power;
    whole = make_whole(d, 0, scale);
    *ret = d.negative ? -whole : whole;
    return true;
}
