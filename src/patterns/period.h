/*
 * period.h - the period of a series, or none
 *
 * After AutoPeriod (M. Vlachos, P. Yu, V. Castelli, "On Periodicity Detection and
 * Structural Periodic Similarity", SDM 2005): the periodogram nominates, the
 * autocorrelation confirms. What is different makes it hold on dependent noise:
 *
 * 1. Values less a line; missing ones 0.
 *
 * 2. Periodogram on a grid of a power of two, over its background: medians of bands of a
 * third of an octave, lines between. What is left of a smooth spectrum, be it that of
 * noise, an autoregression, a walk, a trend, a step or a spike, is exponential of mean 1.
 * Threshold: the 99 % quantile of the largest such ratio over HC_PERIOD_SHUFFLES
 * permutations of normal scores, once for a plan. Without a line over it: none.
 *
 * 3. Of the HC_PERIOD_LINES highest lines the periods and their multiples (a pulse once a
 * day has lines at 24 h, 12 h, 8 h .. and is alike only after 24) are candidates, by
 * the height of the autocorrelation over that a quarter period to both sides; the best
 * three are confirmed. D(L) is the mean squared difference of values L apart, so that
 * r(L) = 1 - D(L) / 2 Var. P is the lag near the candidate with the largest mean r over
 * P, 2 P, 3 P ..; a day or a week, where it may be that. It must be a hill: in each cycle
 * D(P) against the mean of D(P - P/4) and D(P + P/4), Student's t over cycles at 1 %, and
 * over all by a twentieth of 2 Var. (On noise D is concave, so that a hill has to be made
 * by something.) The highest hill counts, a shorter one if it is nearly as high.
 *
 * 4. Of a multiple of the day the day is taken, if it is a hill at all; else the shortest
 * part whose r is nearly that of the whole. Then a multiple, if D falls further there, by
 * the test of 3 at 0.1 % against all lower multiples: 12 h becomes 24 h.
 *
 * 5. Where the caller names a day (in steps), a week is tried: D(7 days) against the mean
 * of D(1 .. 6 days), day by day, and by a twentieth of 2 Var. In the place of a day at
 * 2.5 %, from two weeks on, and only if it takes two fifths off what the day leaves; in
 * the place of nothing, or of a period with a lower r, at 0.1 %, from four weeks on.
 *
 * Periods from 2 steps up to a sixth of the series, the week from two of them. Level,
 * power, and the labelled signals: docs/method/periodicity.md.
 *
 * A plan is for series of one length; it is read by any number of threads. The
 * threshold's permutations are seeded by the length alone. Values that are not finite are
 * missing; HC_NO_DATA where under half are there or n is under HC_PERIOD_LEAST.
 */
#ifndef HC_PATTERNS_PERIOD_H
#define HC_PATTERNS_PERIOD_H

#include "patterns/fft.h"

enum { HC_PERIOD_LEAST = 48, HC_PERIOD_SHUFFLES = 200, HC_PERIOD_LINES = 8 };

struct hc_period_plan {
    size_t n;
    struct hc_fft fft;
    double threshold; /* of a peak over its background */
    size_t n_bands;
    size_t band[96]; /* where bands begin on the grid; one more for the end */
};

struct hc_period {
    size_t period; /* in steps; 0: none */
    double power;  /* of the peak that led to it, over the threshold; 0: none was over */
    double r;      /* autocorrelation of the scores at the period */
    size_t cycles; /* of the period in the series */
    size_t n;      /* values present */
};

enum hc_status hc_period_plan_init(struct hc_period_plan *plan, size_t n) HC_MUST_USE;
void hc_period_plan_clear(struct hc_period_plan *plan);

/* y[plan->n]; `day`: steps a day, or 0: no week is tried. */
enum hc_status hc_period_find(const struct hc_period_plan *plan, const double *y,
    size_t day, struct hc_period *out) HC_MUST_USE;

#endif
