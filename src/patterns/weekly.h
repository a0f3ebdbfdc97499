/*
 * weekly.h - the cheap robust decomposition: medians of the hours of the week, and a
 * trend
 *
 * For every node and gauge, where an STL each would take too long:
 *
 *     trend
 *         at the middle of each day the median of the medians of seven days around it
 *         (any seven days in a row hold each weekday once), straight lines between;
 *         before the first and after the last such week on with the slope that the two
 *         weeks beside agree on; level where there are under 18 days
 *
 *     profile
 *         for each hour of the week the median of what the trend leaves, less the mean
 *         of the profile (which goes to the trend)
 *
 *     remainder
 *         what is left; NaN where the value is missing
 *
 * twice over, the second time with the trend of the series without the profile. A day
 * without half of its hours has no median. An hour of the week that never occurs takes
 * the median of its hour of the day, or 0.
 *
 * Strengths are those of strength.h: of the trend; of the whole profile (`season`); of
 * its mean by hour of day (`day`) and of the rest of it (`week`). `held_out` is the share
 * of the detrended variance that the profile explains when each value is predicted from
 * the other weeks only: about 0 on noise, whatever the number of weeks. How well they
 * agree with MSTL's: docs/method/strength.md.
 *
 * Arrays are the caller's, of n hours; slot[i] is the local hour of the week of hour i, 0
 * = Monday midnight, so that daylight saving is the caller's to know. HC_NO_DATA under
 * HC_WEEKLY_LEAST values. Pure but for the allocator.
 */
#ifndef HC_PATTERNS_WEEKLY_H
#define HC_PATTERNS_WEEKLY_H

#include "base/base.h"

enum { HC_WEEK = 168, HC_WEEKLY_LEAST = 72 };

struct hc_weekly {
    double profile[HC_WEEK];                   /* mean 0 */
    double trend, season, day, week, held_out; /* strengths, 0..1; NaN: constant */
    size_t n;                                  /* values present */
};

enum hc_status hc_weekly(const double *y, size_t n, const uint8_t *slot,
    struct hc_weekly *out, double *trend, double *remainder) HC_MUST_USE;

/* slot[n] from that of the first hour, where no clock is changed. */
void hc_week_slots(uint8_t first, size_t n, uint8_t *slot);

#endif
