/*
 * duration.h - lengths of time, as a user writes them and as a column's name has them
 *
 * Whole seconds, from 1 s to 366 days. Written as "45s", "90m", "6h" or "7d"; a fraction
 * is allowed ("1.5h") where it comes to whole seconds. In the names of columns they are
 * hours with at least one decimal, "6.0h", "0.25h", as training sets have had them;
 * what is no whole hundredth of an hour is minutes, "50.0m", or seconds, "45.0s".
 */
#ifndef HC_FEATURES_DURATION_H
#define HC_FEATURES_DURATION_H

#include "base/base.h"

enum {
    HC_DURATIONS_MAX = 16,
    HC_DURATION_TEXT = 24,
    HC_DURATION_LONGEST_S = 366 * 86400
};

struct hc_durations {
    size_t n;
    int64_t us[HC_DURATIONS_MAX];
};

/*
 * A list with commas between, in its order. HC_USAGE, naming the option: no duration, out
 * of range, too many, or one that is there twice.
 */
enum hc_status hc_durations_parse(const char *option, const char *text,
    struct hc_durations *ret, struct hc_error *err) HC_MUST_USE;

/* 0 for none. */
int64_t hc_durations_longest(const struct hc_durations *durations);

/* "6.0h". */
void hc_duration_label(int64_t us, char out[HC_DURATION_TEXT]);

/* "6 h", "90 m", "45 s", for a sentence. */
void hc_duration_words(int64_t us, char out[HC_DURATION_TEXT]);

#endif
