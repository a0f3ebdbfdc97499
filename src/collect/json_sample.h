/*
 * json_sample.h - the common form of a sample, read in one go
 *
 *     [1700000000.123,"0.08333333333333333"]
 *
 * Only what is plain, without a blank, an exponent or more than 19 digits, is taken here;
 * whatever else a sample may look like goes the long way through lex.h and decimal.h,
 * with the same result. Eight digits are read at once (D. Lemire, "Number Parsing at a
 * Gigabyte per Second", 2021, section 5).
 *
 * Pure. Private to the room.
 */
#ifndef HC_JSON_SAMPLE_H
#define HC_JSON_SAMPLE_H

#include "collect/sink.h"

/* So many bytes must be readable from the sample's start on. */
enum { HC_JSON_SAMPLE_ROOM = 128 };

/* The byte behind the sample, or NULL if it is not of the common form. */
const char *hc_json_sample(const char *p, struct hc_sample *ret);

#endif
