/*
 * trend.h - whether a series rises or falls over the days, and how sure that is
 *
 * Slope: Theil-Sen, the median of the slopes between all pairs (Sen, JASA 63, 1968): up
 * to 29 % of the days may be wild. Equal to scipy.stats.theilslopes.
 *
 * Interval: the textbook's, from Kendall's tau, takes days to be independent and cries
 * wolf where they are not. Here residuals are whitened by an autoregression of order 1
 * whose coefficient is corrected for the bias of short series (Marriott and Pope,
 * Biometrika 41, 1954: (m phi + 2) / (m - 4) of m days, about a fitted line) and moved up
 * by a standard error; blocks of 4 innovations, winsorised at 3 robust deviations, are
 * drawn with replacement (Kunsch, Annals of Statistics 17, 1989), coloured again, and the
 * slope of each such series is taken, the linear one, which for a series without outliers
 * has 0.955 of the variance of Theil-Sen's; the interval is the slope +- the 95 %
 * quantile of their sizes.
 *
 * A claim ("rises", "falls") is made where the interval leaves out 0, but for two cases:
 * wanders: the residuals' coefficient is so near 1 that a random walk would do as well;
 * step: one step fits better than the line (then change.h says when).
 * Level and power: docs/method/trend.md.
 *
 * Values that are not finite are missing. HC_NO_DATA under HC_TREND_LEAST days. The seed
 * decides the resamples. Pure but for the allocator.
 */
#ifndef HC_PATTERNS_TREND_H
#define HC_PATTERNS_TREND_H

#include "base/base.h"

/* Of more days than MOST the last are taken: pairs go with the square. */
enum { HC_TREND_LEAST = 14, HC_TREND_MOST = 2000 };

enum hc_trend_claim {
    HC_TREND_NONE,    /* the interval holds 0 */
    HC_TREND_CLEAR,   /* it does not: rises or falls, by the slope's sign */
    HC_TREND_WANDERS, /* as a random walk does: no trend claimed */
    HC_TREND_STEP,    /* a step fits better than a line: no trend claimed */
};

struct hc_trend {
    enum hc_trend_claim claim;
    double slope, low, high; /* a day; the interval at 95 % */
    double level;            /* of the line on the last day of the series */
    double phi;              /* of the residuals, as corrected */
    size_t n;                /* days with a value */
    size_t span;             /* days from the first to the last of them, both counted */
};

enum hc_status hc_trend(
    const double *day, size_t days, uint64_t seed, struct hc_trend *out) HC_MUST_USE;

/*
 * The slope alone and the level at 0, of points (x[i], y[i]), all finite: the median of
 * slopes over pairs whose x differ, and median y - slope · median x. NaN where no x
 * differ.
 */
enum hc_status hc_theil_sen(const double *x, const double *y, size_t n, double *ret_slope,
    double *ret_level) HC_MUST_USE;

/*
 * out[(n + 23) / 24]: means of 24 hours of y[n] each, the first of them beginning at hour
 * `first` (0..23) of its day; NaN where under half of a day's 24 hours are there. Gives
 * the number of days.
 */
size_t hc_daily_means(const double *y, size_t n, size_t first, double *out);

enum hc_full_claim {
    HC_FULL_NO,   /* no clear rise, or it ends beyond HC_FULL_SPANS times the history */
    HC_FULL_SOON, /* days and their interval hold */
    HC_FULL_NOW,  /* the line is at the limit */
};

/* No forecast further than this many times the days it is made from. */
#define HC_FULL_SPANS 4

struct hc_full {
    enum hc_full_claim claim;
    double days, low, high; /* from the last day on; high may be beyond HC_FULL_SPANS */
};

/* When the line reaches `limit`; by the slope's interval alone: the level is taken as
 * known. */
struct hc_full hc_days_until_full(const struct hc_trend *trend, double limit);

#endif
