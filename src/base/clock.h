/*
 * clock.h - civil dates and times as numbers, and their ISO 8601 text
 *
 * Days are counted from 1970-01-01, times in microseconds from its midnight UTC; both
 * may be negative. The calendar is the proleptic Gregorian one; there are no leap
 * seconds. The arithmetic is H. Hinnant's, "chrono-Compatible Low-Level Date
 * Algorithms" (howardhinnant.github.io/date_algorithms.html): days_from_civil and
 * civil_from_days.
 *
 * Nothing here reads a clock, knows a time zone by name or calls libc's time functions.
 * Threads: all functions are pure.
 */
#ifndef HC_CLOCK_H
#define HC_CLOCK_H

#include "base/base.h"

#define HC_SECOND_US INT64_C(1000000)
#define HC_HOUR_US (3600 * HC_SECOND_US)
#define HC_DAY_US (24 * HC_HOUR_US)

/* Room for any text that is made here, with its NUL. */
enum { HC_TIME_TEXT = 40 };

struct hc_date {
    int64_t year; /* 0 is 1 BC */
    int month;    /* 1..12 */
    int day;      /* 1..31 */
};

/* What a text said. */
struct hc_instant {
    int64_t us;     /* UTC, if has_zone; else as the clock on the wall shows it */
    bool has_zone;  /* "Z" or an offset stood there */
    bool date_only; /* "2025-06-02": us is its midnight */
};

/* `month` in 1..12, `day` in 1..31; a day past the month's end runs on into the next. */
int64_t hc_days_from_date(struct hc_date date);
struct hc_date hc_date_from_days(int64_t days);
int hc_days_in_month(int64_t year, int month);

/* 0 = Monday .. 6 = Sunday. */
int hc_weekday(int64_t days);

/* The day that a time is in. */
int64_t hc_days_from_us(int64_t us);

/* "2025-06-02"; years outside 0..9999 with a sign and six digits or more. */
void hc_date_format(int64_t days, char out[HC_TIME_TEXT]);

/*
 * "2025-06-02T10:00:00Z"; a fraction, of three digits or six, only where it is not zero.
 * hc_local_format is the same without "Z", for a time that is no UTC.
 */
void hc_time_format(int64_t us, char out[HC_TIME_TEXT]);
void hc_local_format(int64_t us, char out[HC_TIME_TEXT]);

/*
 * Reads "2025-06-02", or that and " 10:00" or "T10:00", then ":00", ".123456789" (what
 * is finer than a microsecond is cut off), and "Z", "+02:00", "+0200" or "+02". The
 * whole text must be it: no blanks around. False, with *ret untouched, if it is not,
 * or if there is no such day or time (a 30th of February, 24:00, a second 60).
 */
bool hc_time_parse(const char *text, struct hc_instant *ret) HC_MUST_USE;

#endif
