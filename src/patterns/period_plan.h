/*
 * period_plan.h - the spectrum of a series, its background and its lines; private to the
 * room
 *
 * Arrays of plan->fft.n doubles unless said otherwise. period.h has the method; init and
 * clear of a plan are there. Nothing here fails.
 */
#ifndef HC_PATTERNS_PERIOD_PLAN_H
#define HC_PATTERNS_PERIOD_PLAN_H

#include "patterns/period.h"

/* Of x[plan->n], NaN as 0; im is scratch. */
void hc_period_power(
    const struct hc_period_plan *plan, const double *x, double *power, double *im);

/* Autocorrelation r at lags up to a quarter of the series, out of the power; im is
 * scratch. Gaps weigh as zeros. */
void hc_period_acf(
    const struct hc_period_plan *plan, const double *power, double *r, double *im);

/* power[0 .. grid / 2] over its background, from the first band on. */
void hc_period_background(
    const struct hc_period_plan *plan, double *power, double *scratch);

/* The period of the highest line over the threshold, and its height over that; the line
 * is then taken out with its lobe. 0: there is none. */
double hc_period_next(
    const struct hc_period_plan *plan, double *power, double *ret_height);

#endif
