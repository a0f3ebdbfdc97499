/*
 * human.h - numbers as a person reads them
 *
 * Each function gives a short text by value, in ASCII, never with a control
 * character, "-" for a value that cannot be had. Three or four digits are shown:
 * the exact value is in the JSON and the tables. Percentages that would round to 100
 * but are less are shown as ">99.9 %": rounding must not hide a gap.
 */
#ifndef HC_HUMAN_H
#define HC_HUMAN_H

#include "model/metric.h"

struct hc_human {
    char text[48];
};

/* printf into it; cut to its room. For our own ASCII text. */
struct hc_human hc_human_text(const char *format, ...) HC_PRINTF(1, 2);

struct hc_human hc_human_count(uint64_t n);        /* 1,728,000 */
struct hc_human hc_human_short(uint64_t n);        /* 86,400; from 10 million 17.3 M */
struct hc_human hc_human_number(double value);     /* 12.3 */
struct hc_human hc_human_percent(double fraction); /* 0.332: 33.2 % */
struct hc_human hc_human_pct(double percent);      /* 33.2: 33.2 % */
struct hc_human hc_human_bytes(double bytes);      /* 16.0 GiB */
struct hc_human hc_human_r(double r);              /* +0.912 */
struct hc_human hc_human_duration(double seconds); /* 3 h 20 min */
struct hc_human hc_human_hour(int hour);           /* 14:00; "-" when negative */
struct hc_human hc_human_date(int64_t us);         /* 2024-03-01 00:00, of UTC */
struct hc_human hc_human_points(double fraction);  /* 0.0012: +0.12, in points of % */

/* `value` in `unit`, one of the units that findings use; an unknown unit is appended. */
struct hc_human hc_human_value(double value, const char *unit);

/* A main gauge: fractions as percent, the load as a plain number. */
struct hc_human hc_human_main(size_t main, double value);

/* UTC microseconds as ISO 8601: 2024-03-01T00:00:00Z, with a fraction where there is one.
 */
struct hc_human hc_human_iso(int64_t us);

#endif
