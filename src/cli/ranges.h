/*
 * ranges.h - two ranges of time as an option gives them: "A..B,C..D"
 *
 * Each is half-open; A to D are dates or times as --since takes them, in the analysis'
 * zone where they do not say their own. The ranges may stand in any order and touch, but
 * not overlap: days in both would be compared with themselves.
 *
 * Fails with HC_USAGE and a message that names the option.
 */
#ifndef HC_CLI_RANGES_H
#define HC_CLI_RANGES_H

#include "model/comparison.h"

struct hc_duck;

enum hc_status hc_ranges_parse(struct hc_duck *duck, const char *zone, const char *option,
    const char *text, struct hc_time_range ret[2], struct hc_error *err) HC_MUST_USE;

#endif
