/*
 * pelt.h - the levels of a series: where its mean changes
 *
 * Minimises  sum over segments (squares about the segment's mean + penalty)  over all
 * segmentations with segments of `least` values or more, by pruned dynamic programming:
 * R. Killick, P. Fearnhead, I. A. Eckley, "Optimal Detection of Changepoints With a
 * Linear Computational Cost", JASA 107, 2012. Equal to ruptures.Pelt(model="l2",
 * min_size=least, jump=1) (tests/reference/test_patterns.py): like it, a start is dropped
 * as soon as it is worse by a penalty, although a segment from here would have to be
 * `least` long; the sum may so be above the smallest one by less than that is worth,
 * seldom and little.
 *
 * All values finite; gaps are the caller's to leave out. Cost: n times the starts that
 * are kept, n^2 / 2 at most where nothing changes. HC_USAGE: least is 0 or over n. Pure
 * but for the allocator.
 */
#ifndef HC_PATTERNS_PELT_H
#define HC_PATTERNS_PELT_H

#include "base/base.h"

/* ends[n]: where segments end, ascending, the last is n; *ret_n of them; *ret_cost, if
 * not NULL, is the sum. */
enum hc_status hc_pelt(const double *x, size_t n, size_t least, double penalty,
    size_t *ends, size_t *ret_n, double *ret_cost) HC_MUST_USE;

#endif
