/*
 * phrase.h - numbers and times as a sentence has them
 *
 * Each returns a small value that holds its text, so that a sentence is one printf:
 *
 *     hc_buf_printf(&text, "%s of %s rows", hc_phrase_percent(x).text,
 * hc_phrase_count(n).text);
 *
 * About three digits are shown, the sign is kept, a decimal point is a point whatever
 * the locale. NaN is "?": a sentence should not have asked.
 *
 * Private to the room.
 */
#ifndef HC_PHRASE_H
#define HC_PHRASE_H

#include "base/buf.h"

struct hc_phrase {
    char text[48];
};

/* 0.332 -> "33.2 %", 0.0004 -> "0.040 %" */
struct hc_phrase hc_phrase_percent(double fraction);
/* Percentage points, without the word: -0.0123 -> "-1.23". */
struct hc_phrase hc_phrase_points(double fraction);
/* 12345.6 -> "12,346", 0.01234 -> "0.0123" */
struct hc_phrase hc_phrase_number(double value);
/* 7595575 -> "7,595,575" */
struct hc_phrase hc_phrase_count(uint64_t n);
/* 113400 -> "31.5 h" */
struct hc_phrase hc_phrase_duration(double s);
/* "2013-07-16 12:10 UTC" */
struct hc_phrase hc_phrase_time(int64_t us);
/* 3, "node" -> "3 nodes" */
struct hc_phrase hc_phrase_plural(uint64_t n, const char *one);

/* 'name', made safe for a terminal and cut to some 30 signs. */
void hc_phrase_name(struct hc_buf *out, const char *name);

#endif
