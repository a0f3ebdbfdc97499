/*
 * windows.h - count, mean, spread and largest value over a window of time, at every row
 *
 * For one series (a gauge of a node), times ascending, each once: what lies in (t - w, t]
 * at every row's time t. A window is a stretch of time, not a number of rows: after a gap
 * it holds less, where rows come more often it holds more. The row itself is in it, the
 * row exactly w before it is not.
 *
 *     struct hc_windows scratch = {0};
 *     HC_TRY(hc_windows_roll(&scratch, hour_us, time_us, value, rows, 0, &out));
 *     std = out.n[i] > 1 ? sqrt(out.m2[i] / (out.n[i] - 1)) : NAN;
 *     hc_windows_clear(&scratch);
 *
 * How. Time is cut into blocks (k w, (k + 1) w], counted from 1970. A window of length w
 * that ends in block k is the end of block k - 1 and the beginning of block k:
 *
 *        k - 1          |          k
 *     . . . . [ . . . . | . . . ] . . .        [ ] the window that ends here
 *             suffix    |  prefix
 *
 * The suffixes of a block are summed once, from its last row back, when the block is
 * full; the prefix grows row by row; the two are merged for every row (van Herk 1992, Gil
 * and Werman 1993, who had it for the largest value and a fixed number of rows).
 *
 * So nothing is ever subtracted: there is no sum that rows enter and leave, and nothing
 * that could drift, however long the history. And a result is a function of the rows in
 * its window alone, to the last bit: not of rows before the window (a history may be cut
 * anywhere and computed in portions), not of rows after t.
 *
 * Numbers. Within a block differences to its first value (of a suffix: to its last) are
 * updated by Welford (1962) and merged by Chan, Golub and LeVeque (1979). Both references
 * are members of the window, so equal values have an m2 of exactly 0, and a mean of 1e10
 * does not cost a deviation of 1 its digits. Against a two-pass sum in long double the
 * mean is good to 1e-15 of the largest value in the window, m2 to about n 1e-16 of
 * itself, 1e-11 at the worst seen (tests/unit/test_windows.c). Squares beyond a double
 * make m2 infinite or NaN.
 *
 * Cost: O(rows), about 15 ns a row, whatever w is; no row costs more than another by more
 * than its share of a block. Memory: 32 bytes a row of the fullest block.
 *
 * Rejected: sums with rows leaving (they drift, and need a rest that is as long as the
 * history for the same bits), exact sums (slower by ten), a monotonic queue for the
 * largest value beside two stacks for the rest (the suffixes hold it already).
 *
 * NaN is a missing value: it counts in nothing. Infinities are the caller's to take out.
 * Can fail: HC_NO_MEMORY. Threads: a scratch belongs to one thread at a time.
 */
#ifndef HC_FEATURES_WINDOWS_H
#define HC_FEATURES_WINDOWS_H

#include "base/base.h"

/* What the windows hold; arrays of the caller, one entry a row asked for. With n 0 mean
 * and m2 are NaN and max is -infinity. */
struct hc_window_values {
    uint32_t *n; /* values that are there */
    double *mean;
    double *m2; /* sum of squared differences to the mean */
    double *max;
};

/* Memory that is used again by the next call. A zeroed one is valid and empty. */
struct hc_windows {
    struct hc_window_part *suffix;
    size_t cap;
};

/*
 * out[i - first] becomes what is in the window of length `width_us` that ends at row i,
 * for the rows from `first` on. Rows before `first` are history: for the same bits as
 * with all of it, rows within one width before row `first` are enough. Times are
 * microseconds since 1970, strictly ascending.
 */
enum hc_status hc_windows_roll(struct hc_windows *scratch, int64_t width_us,
    const int64_t *time_us, const double *value, size_t rows, size_t first,
    const struct hc_window_values *out) HC_MUST_USE;

void hc_windows_clear(struct hc_windows *scratch);

#endif
