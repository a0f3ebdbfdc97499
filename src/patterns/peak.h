/*
 * peak.h - the hour of the day at which a series is highest, and lowest, and how sure
 * that is
 *
 * Each day is a row of 24 values about a line between the means of days, less their
 * median, winsorised at 4 robust deviations, less their mean. The profile is the mean of
 * the rows.
 *
 * Is there one: out of normal scores of the rows' values, each day less its mean, so that
 * no burst weighs more than its rank: sum of squares of their profile (over hours, times
 * days) against that of HC_PEAK_FLIPS sign flips of whole days, at 5 %: where no hour
 * stands out a day and its negative are as likely, whatever the dependence within the day
 * (a wild bootstrap; C. F. J. Wu, Annals of Statistics 14, 1986).
 *
 * Which hour: the largest of the profile; days are drawn with replacement HC_PEAK_DRAWS
 * times, and the shortest run of hours that holds the top and 95 % of the largest hours
 * is the interval: "peaks at 14 (13 to 15)". A run of more than HC_PEAK_WIDEST hours is
 * no statement. The same for the lowest.
 *
 * slot[i] is the local hour of the week of hour i (weekly.h): days are local ones, a day
 * with under 18 of its hours is left out, one of 23 or 25 hours has a gap or a value
 * twice (the later counts). HC_NO_DATA under HC_PEAK_LEAST such days. The seed decides
 * the draws. Pure but for the allocator.
 */
#ifndef HC_PATTERNS_PEAK_H
#define HC_PATTERNS_PEAK_H

#include "base/base.h"

enum {
    HC_PEAK_LEAST = 7,
    HC_PEAK_FLIPS = 199,
    HC_PEAK_DRAWS = 399,
    HC_PEAK_WIDEST = 8,
};

struct hc_peak_hour {
    bool clear;   /* worth saying: there is a rhythm and the run is short */
    int hour;     /* 0..23, local */
    int from, to; /* the run of hours, may go over midnight: from 23 to 1 */
    double value; /* mean of the series at that hour, by the profile */
};

struct hc_peak {
    bool rhythm; /* p <= 0.05: some hour stands out */
    double p; /* of the flips; where they were stopped early, because p is over 0.05 for
                 sure, of those made */
    size_t days;
    double profile[24];           /* mean 0 */
    struct hc_peak_hour top, low; /* clear only if rhythm */
};

enum hc_status hc_peak_find(const double *y, size_t n, const uint8_t *slot, uint64_t seed,
    struct hc_peak *out) HC_MUST_USE;

#endif
