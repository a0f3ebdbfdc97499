/*
 * change.h - when the level of a series changed, and by how much
 *
 * On a series without its weekly profile (weekly.h), hours: medians of blocks of
 * HC_CHANGE_BLOCK hours, which no single hour moves, as normal scores of their ranks
 * (scores.h), since gauges are skewed and come in bursts: x; whitened, e = (x_t - phi
 * x_(t-1)) / (1 - phi), so that a step keeps its height; then PELT (pelt.h) with segments
 * of a day at least and the penalty
 *
 *     HC_CHANGE_PENALTY · variance · ln(blocks)
 *
 * phi comes from differences, 1 + 2 r(x_t - x_(t-1), x_(t+1) - x_t), so that steps do not
 * pass for dependence; the variance is the largest of that of e (from its differences)
 * and of its means over one and two days (from theirs): dependence that one coefficient
 * does not catch raises the penalty. All robust: medians of absolute differences, sums
 * over values within 3 of them. The usual penalty, 2 variance ln n on the series itself,
 * finds changes in 67 % of autoregressions of 0.5 and in all of 0.8.
 *
 * A slope is not stairs: the same is tried on what a line leaves, by Theil-Sen's slope of
 * all days or of days within a week, which steps do not move. A fit about a line is taken
 * if it needs no more segments and its likelihood pays for half a change. A walk (phi >=
 * HC_CHANGE_WANDERS) has no levels: none is claimed. The hour is then found within a
 * block to both sides, by least squares on the hours; levels are medians. Level and
 * power: docs/method/change.md.
 *
 * Values that are not finite are missing. HC_NO_DATA: under HC_CHANGE_LEAST blocks with a
 * value. Pure but for the allocator.
 */
#ifndef HC_PATTERNS_CHANGE_H
#define HC_PATTERNS_CHANGE_H

#include "base/base.h"

enum { HC_CHANGE_BLOCK = 4, HC_CHANGE_DAY = 24 / HC_CHANGE_BLOCK, HC_CHANGE_LEAST = 42 };

#define HC_CHANGE_PENALTY 5.0
#define HC_CHANGE_WANDERS 0.75

struct hc_change {
    size_t hour;          /* the first of the new level */
    double before, after; /* medians of the segments to both sides */
};

struct hc_changes {
    size_t n;
    struct hc_change *change; /* [n] ascending; the caller's: hc_changes_clear */
    double phi;               /* from block to block */
    bool wanders;             /* nothing is claimed */
    bool slope; /* the levels are about a line; before and after are without it */
};

/* y[n]: hours without weekly profile. */
enum hc_status hc_changes_find(
    const double *y, size_t n, struct hc_changes *out) HC_MUST_USE;
void hc_changes_clear(struct hc_changes *changes);

/* ---- several nodes at once ---- */

struct hc_change_at {
    size_t hour;
    uint32_t node;
};

struct hc_joint_change {
    size_t first, last; /* hours of the first and the last change in it */
    size_t from, n;     /* its changes in all[] */
};

/*
 * all[n] is put in order of time. A joint change is a stretch of HC_CHANGE_BLOCK hours in
 * which more changes fall than by chance: k of n, of n thrown evenly over `hours`, with
 * the Poisson tail of k times the number of stretches at most 0.05, and k at least 2.
 * Stretches do not overlap, fullest first; joint[n] ascending, *ret_n of them.
 */
enum hc_status hc_changes_together(struct hc_change_at *all, size_t n, size_t hours,
    struct hc_joint_change *joint, size_t *ret_n) HC_MUST_USE;

#endif
