/*
 * noise.h - how far a weighted sum of daily values may be off by dependent noise; private
 * to the room
 *
 * Of residuals, a day each: an autoregression of order 1 whose coefficient is corrected
 * for the bias of short series (F. H. C. Marriott, J. A. Pope, Biometrika 41, 1954): with
 * m values, (m phi + 2) / (m - 4) about a fitted line, (m phi + 1) / (m - 3) about a
 * mean; and moved up by a standard error. What it leaves, winsorised at 3 robust
 * deviations, is drawn in blocks of HC_NOISE_BLOCK with replacement (H. R. Künsch, Annals
 * of Statistics 17, 1989) and coloured again. The sum of such a series, day by day times
 * its weight, is linear in what was drawn: `pull` is what a draw on a day adds, with all
 * that follows from it.
 *
 * All arrays of `span` days; NaN is missing. Nothing allocates.
 */
#ifndef HC_PATTERNS_NOISE_H
#define HC_PATTERNS_NOISE_H

#include "base/base.h"

enum { HC_NOISE_BLOCK = 4, HC_NOISE_RESAMPLES = 399 };

/* A corrected coefficient from here on is a random walk's as well as not; of m days this
 * or 1 - HC_NOISE_FEW / m, if that is less: a short walk looks tamer. */
#define HC_NOISE_WANDERS 0.9
#define HC_NOISE_FEW 8

struct hc_noise {
    double phi;         /* 0..1 */
    double m;           /* values */
    double fitted;      /* 2: a line, 1: a mean */
    size_t n;           /* innovations */
    double *innovation; /* the caller's, [span] */
};

/* Fills the noise from rest[span]; false if there are under two blocks of innovations.
 * scratch[span]. */
bool hc_noise_fit(struct hc_noise *noise, const double *rest, size_t span, double fitted,
    double *scratch);

bool hc_noise_wanders(const struct hc_noise *noise);

/* weight[span], 0 where there is no value, becomes pull. */
void hc_noise_pull(const struct hc_noise *noise, double *weight, size_t span);

struct hc_draw;

/* The sum of one resample. */
double hc_noise_draw(
    const struct hc_noise *noise, const double *pull, size_t span, struct hc_draw *draw);

/*
 * What sums of resamples are too narrow by: parameters were fitted; means of blocks about
 * the mean of all lose HC_NOISE_BLOCK / m of their variance; a variance out of few values
 * has Student's tails (to first order).
 */
double hc_noise_correction(const struct hc_noise *noise);

#endif
