#include <stdio.h>

#include "base/clock.h"

/*
 * Hinnant's trick: years begin in March, so that the leap day is the last one of its
 * year, and 400 of them (an era, 146097 days) repeat for ever. 719468 is the number of
 * days from 0000-03-01 to 1970-01-01.
 */
enum { ERA_YEARS = 400, ERA_DAYS = 146097, EPOCH_DAYS = 719468 };

int64_t hc_days_from_date(struct hc_date date)
{
    int64_t year = date.year - (date.month <= 2);
    int64_t era = hc_floor_div(year, ERA_YEARS), yoe = year - era * ERA_YEARS;
    int64_t month = date.month > 2 ? date.month - 3 : date.month + 9; /* 0 = March */
    int64_t doy = (153 * month + 2) / 5 + date.day - 1;
    int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

    return era * ERA_DAYS + doe - EPOCH_DAYS;
}

struct hc_date hc_date_from_days(int64_t days)
{
    int64_t z = days + EPOCH_DAYS, era = hc_floor_div(z, ERA_DAYS);
    int64_t doe = z - era * ERA_DAYS;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), month = (5 * doy + 2) / 153;
    struct hc_date date;

    date.day = (int)(doy - (153 * month + 2) / 5 + 1);
    date.month = (int)(month < 10 ? month + 3 : month - 9);
    date.year = yoe + era * ERA_YEARS + (date.month <= 2);
    return date;
}

int hc_days_in_month(int64_t year, int month)
{
    struct hc_date first = {year, month, 1}, next = {year, month + 1, 1};

    if (month == 12)
        next = (struct hc_date){year + 1, 1, 1};
    return (int)(hc_days_from_date(next) - hc_days_from_date(first));
}

int hc_weekday(int64_t days)
{
    int64_t monday = days + 3; /* 1970-01-01 was a Thursday */

    return (int)(monday - hc_floor_div(monday, 7) * 7);
}

int64_t hc_days_from_us(int64_t us)
{
    return hc_floor_div(us, HC_DAY_US);
}

/* ---- text ---- */

void hc_date_format(int64_t days, char out[HC_TIME_TEXT])
{
    struct hc_date date = hc_date_from_days(days);
    bool plain = date.year >= 0 && date.year <= 9999;

    snprintf(out, HC_TIME_TEXT, plain ? "%04lld-%02d-%02d" : "%+07lld-%02d-%02d",
        (long long)date.year, date.month, date.day);
}

static void format(int64_t us, const char *zone, char out[HC_TIME_TEXT])
{
    int64_t clock = us % HC_DAY_US + (us % HC_DAY_US < 0 ? HC_DAY_US : 0);
    int64_t s = clock / HC_SECOND_US, fraction = clock % HC_SECOND_US;
    char date[HC_TIME_TEXT], tail[16] = "";

    hc_date_format(hc_days_from_us(us), date);
    if (fraction % 1000)
        snprintf(tail, sizeof(tail), ".%06d", (int)fraction);
    else if (fraction)
        snprintf(tail, sizeof(tail), ".%03d", (int)(fraction / 1000));
    snprintf(out, HC_TIME_TEXT, "%.16sT%02d:%02d:%02d%.7s%s", date, (int)(s / 3600),
        (int)(s / 60 % 60), (int)(s % 60), tail, zone);
}

void hc_time_format(int64_t us, char out[HC_TIME_TEXT])
{
    format(us, "Z", out);
}

void hc_local_format(int64_t us, char out[HC_TIME_TEXT])
{
    format(us, "", out);
}

/* ---- reading; each returns false or moves *at past what it has read ---- */

static bool take(const char **at, char c)
{
    if (**at != c)
        return false;
    (*at)++;
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Exactly `digits` digits, low..high. */
static bool take_number(const char **at, int digits, int low, int high, int *ret)
{
    int value = 0;

    for (int i = 0; i < digits; i++, (*at)++) {
        if (!is_digit(**at))
            return false;
        value = value * 10 + (**at - '0');
    }
    *ret = value;
    return value >= low && value <= high;
}

static bool take_date(const char **at, int64_t *ret_days)
{
    int year, month, day;

    if (!take_number(at, 4, 0, 9999, &year) || !take(at, '-') ||
        !take_number(at, 2, 1, 12, &month) || !take(at, '-') ||
        !take_number(at, 2, 1, hc_days_in_month(year, month), &day))
        return false;
    *ret_days = hc_days_from_date((struct hc_date){year, month, day});
    return true;
}

/* ".5", in microseconds; at least one digit after the point. */
static bool take_fraction(const char **at, int64_t *ret_us)
{
    int64_t unit = HC_SECOND_US;

    *ret_us = 0;
    if (!is_digit(**at))
        return false;
    for (; is_digit(**at); (*at)++) {
        unit /= 10;
        *ret_us += unit * (**at - '0');
    }
    return true;
}

static bool take_clock(const char **at, int64_t *ret_us)
{
    int hour, minute, second = 0;
    int64_t fraction = 0;

    if (!take_number(at, 2, 0, 23, &hour) || !take(at, ':') ||
        !take_number(at, 2, 0, 59, &minute))
        return false;
    if (take(at, ':')) {
        if (!take_number(at, 2, 0, 59, &second))
            return false;
        if (take(at, '.') && !take_fraction(at, &fraction))
            return false;
    }
    *ret_us = (hour * 3600 + minute * 60 + second) * HC_SECOND_US + fraction;
    return true;
}

/* "Z", "+hh", "+hhmm", "+hh:mm" or nothing; the offset is east of UTC. */
static bool take_zone(const char **at, bool *ret_found, int64_t *ret_us)
{
    bool west = **at == '-';
    int hour, minute = 0;

    *ret_us = 0;
    *ret_found = **at != '\0';
    if (!*ret_found || take(at, 'Z') || take(at, 'z'))
        return true;
    if ((!take(at, '+') && !take(at, '-')) || !take_number(at, 2, 0, 23, &hour))
        return false;
    if (**at && (take(at, ':'), !take_number(at, 2, 0, 59, &minute)))
        return false;
    *ret_us = (west ? -1 : 1) * (hour * 60 + minute) * 60 * HC_SECOND_US;
    return true;
}

bool hc_time_parse(const char *text, struct hc_instant *ret)
{
    int64_t days, clock, offset;
    struct hc_instant found = {0};

    if (!take_date(&text, &days))
        return false;
    found.us = days * HC_DAY_US;
    found.date_only = !*text;
    if (found.date_only) {
        *ret = found;
        return true;
    }
    if (!take(&text, 'T') && !take(&text, 't') && !take(&text, ' '))
        return false;
    if (!take_clock(&text, &clock) || !take_zone(&text, &found.has_zone, &offset) ||
        *text)
        return false;
    found.us += clock - offset;
    *ret = found;
    return true;
}
