#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "findings/phrase.h"

enum { NAME_WIDTH = 30 };

/* A comma locale must not reach a sentence. */
static void fix_point(char *text)
{
    char *comma = strchr(text, ',');

    if (comma)
        *comma = '.';
}

/* Decimals that leave about three digits of `x`. */
static int decimals_of(double x)
{
    x = fabs(x);
    if (x >= 99.95 || x == floor(x))
        return 0;
    if (x >= 9.995)
        return 1;
    if (x >= 0.9995)
        return 2;
    return x >= 1e-5 ? 2 - (int)floor(log10(x)) : 7;
}

static struct hc_phrase with_decimals(double value, int decimals, const char *after)
{
    struct hc_phrase p;

    if (isnan(value))
        return (struct hc_phrase){"?"};
    snprintf(
        p.text, sizeof(p.text), fabs(value) < 1e15 ? "%.*f" : "%.*g", decimals, value);
    fix_point(p.text);
    strncat(p.text, after, sizeof(p.text) - strlen(p.text) - 1);
    return p;
}

struct hc_phrase hc_phrase_percent(double fraction)
{
    double x = fabs(100 * fraction);
    int decimals = x >= 99.95 || fabs(x - round(x)) <= 1e-9 * x ? 0 : 1;

    if (x > 0 && x < 1e-4)
        return (struct hc_phrase){"about 0 %"};
    if (x > 0 && x < 0.9995)
        decimals = x >= 0.095 ? 2 : 1 - (int)floor(log10(x));
    return with_decimals(100 * fraction, decimals, " %");
}

struct hc_phrase hc_phrase_points(double fraction)
{
    return with_decimals(100 * fraction, decimals_of(100 * fraction), "");
}

struct hc_phrase hc_phrase_number(double value)
{
    struct hc_phrase p;

    if (!(fabs(value) >= 999.5) || fabs(value) >= 1e15)
        return with_decimals(value, fabs(value) >= 1e15 ? 3 : decimals_of(value), "");
    p = hc_phrase_count((uint64_t)round(fabs(value)));
    if (value < 0) {
        memmove(p.text + 1, p.text, sizeof(p.text) - 1);
        p.text[0] = '-';
    }
    return p;
}

struct hc_phrase hc_phrase_count(uint64_t n)
{
    struct hc_phrase p = {""};
    char digits[24];
    int len = snprintf(digits, sizeof(digits), "%" PRIu64, n);
    char *to = p.text;

    for (int i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0)
            *to++ = ',';
        *to++ = digits[i];
    }
    return p;
}

struct hc_phrase hc_phrase_plural(uint64_t n, const char *one)
{
    struct hc_phrase p = hc_phrase_count(n);
    size_t len = strlen(p.text);

    snprintf(p.text + len, sizeof(p.text) - len, " %s%s", one, n == 1 ? "" : "s");
    return p;
}

struct hc_phrase hc_phrase_duration(double s)
{
    if (s < 120)
        return with_decimals(s, 0, " s");
    if (s < 7200)
        return with_decimals(s / 60, 0, " min");
    if (s < 72 * 3600)
        return with_decimals(s / 3600, 1, " h");
    return with_decimals(s / 86400, s < 864000 ? 1 : 0, " d");
}

/* Howard Hinnant, "chrono-compatible low-level date algorithms": civil from days. */
static void civil_of(int64_t days, int64_t *ret_year, int *ret_month, int *ret_day)
{
    int64_t z = days + 719468, era = hc_floor_div(z, 146097);
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;

    *ret_day = (int)(doy - (153 * mp + 2) / 5 + 1);
    *ret_month = (int)(mp < 10 ? mp + 3 : mp - 9);
    *ret_year = yoe + era * 400 + (*ret_month <= 2);
}

struct hc_phrase hc_phrase_time(int64_t us)
{
    struct hc_phrase p;
    int64_t minutes = hc_floor_div(us, 60000000), day = hc_floor_div(minutes, 1440);
    int of_day = (int)(minutes - day * 1440), month, mday;
    int64_t year;

    civil_of(day, &year, &month, &mday);
    snprintf(p.text, sizeof(p.text), "%04" PRId64 "-%02d-%02d %02d:%02d UTC", year, month,
        mday, of_day / 60, of_day % 60);
    return p;
}

void hc_phrase_name(struct hc_buf *out, const char *name)
{
    hc_buf_putc(out, '\'');
    hc_utf8_show(out, name, NAME_WIDTH, false);
    hc_buf_putc(out, '\'');
}
