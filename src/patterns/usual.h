/*
 * usual.h - what is usual for a gauge at an hour of the week, and how far a sample is
 * off
 *
 *     z = (x - median_how) / max(1.4826 MAD_how, floor)
 *
 * with the median and the median absolute deviation of hourly means over the weeks, at
 * the hour of the week; the deviation counts only where HC_USUAL_WEEKS weeks are
 * behind it: of four or five it is noise. floor^2 is the mean square of what samples are
 * off by, over the whole history: of hourly means about their medians, and within the
 * hours. An hour of the week that never occurs takes the median of its hour of the day.
 *
 * One score out of all gauges of a node: the root of the mean of z^2, each |z| at most
 * HC_USUAL_CAP; about 1 on a usual day, however many gauges there are. A gauge that is
 * missing is left out; one that never changes is left out, with z = 0 as long as it does
 * not and HC_USUAL_CAP when it does.
 *
 * It is plain data, read by any number of threads. docs/method/anomalies.md has
 * the choice among scores, measured.
 */
#ifndef HC_PATTERNS_USUAL_H
#define HC_PATTERNS_USUAL_H

#include "patterns/weekly.h"

enum { HC_USUAL_WEEKS = 8, HC_USUAL_LEAST = 2 * HC_WEEK };

#define HC_USUAL_CAP 20.0

struct hc_usual {
    bool known; /* false: under HC_USUAL_LEAST hours; z is NaN */
    double median[HC_WEEK];
    double scale[HC_WEEK]; /* 0: the gauge never changes */
};

/*
 * Of a gauge of a node: mean[n] of hours, NaN where missing; within[n] the variance of
 * the samples in the hour (m2 / n), NaN where not known, NULL where none is; slot[n] as
 * in weekly.h.
 */
enum hc_status hc_usual_fit(const double *mean, const double *within, size_t n,
    const uint8_t *slot, struct hc_usual *out) HC_MUST_USE;

/* z, NaN where x is missing or what is usual is not known. */
double hc_usual_z(const struct hc_usual *usual, uint8_t slot, double x);

/* z[n_gauges] and the score of one sample; NaN where no gauge has a z. */
double hc_usual_score(const struct hc_usual *usual, size_t n_gauges, uint8_t slot,
    const double *x, double *z);

#endif
