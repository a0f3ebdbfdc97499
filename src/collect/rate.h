/*
 * rate.h - what a query would give on a grid of times, computed from raw samples
 *
 * For one series, as Prometheus' engine does for a range query over [start, end] with a
 * step (promql/engine.go, and extrapolatedRate in promql/functions.go). At each time T of
 * the grid:
 *
 * HC_RATE_LAST      an instant selector: the newest sample of the window (window_ms is
 * the look-back, in Prometheus 5 minutes). Nothing if that is a stale marker.
 * HC_RATE_SEEN      last_over_time(x[window]): the newest sample of the window that is no
 * stale marker
 * HC_RATE_INCREASE  increase(x[window]) of a counter
 * HC_RATE_RATE      rate(x[window]): the increase ÷ the window's seconds
 *
 * The last two leave stale markers out and need two samples. With samples (t_1, v_1) ..
 * (t_n, v_n) of the window and an average distance a = (t_n - t_1) ÷ (n - 1):
 *
 *     d = v_n - v_1 + sum of v_(i-1) over all i with v_i < v_(i-1)       (resets)
 *     s = t_1 - (T - window), e = T - t_n                   (to the edges of the window)
 *     z = (t_n - t_1) v_1 ÷ d  if d > 0 and v_1 >= 0, else infinite     (to the zero
 * point) increase = d (t_n - t_1 + start + end) ÷ (t_n - t_1) end = e if e < 1.1 a, else
 * a ÷ 2 start, up to 2.51: x = min(s, z); x if x < 1.1 a, else a ÷ 2 start, later:      x
 * = s if s < 1.1 a, else a ÷ 2; min(x, z)
 *
 * Two things changed with Prometheus' versions, a flag each: `late_zero`, the second rule
 * for start (2.51.0, its pull request 13725), and `left_open` (3.0): the window is
 * (T - w, T] instead of [T - w, T]. Mimir, Thanos and VictoriaMetrics have rules of their
 * own; of VictoriaMetrics' rate() this is no copy.
 *
 * NaN and infinities among the values count as in Prometheus: they are compared and added
 * as IEEE 754 has it, and a result may be NaN.
 *
 *     hc_rate_begin(&rate, &options, err)         for each series anew
 *     hc_rate_add(&rate, samples, n, err)         in order of time
 *     hc_rate_end(&rate, err)
 *     hc_rate_clear(&rate)                        once
 *
 * A grid point is given out when no later sample can change it, in order of time; points
 * without a result are not. Statuses: HC_USAGE, step or window not positive, end before
 * start, or times beyond HC_TIME_MS_MAX; HC_INPUT, times do not grow, or more than
 * HC_RATE_SAMPLES_MAX samples in a window; HC_NO_MEMORY; or what `point` returned.
 *
 * Memory: the samples of one window (for LAST and SEEN, one). Time: for RATE and INCREASE
 * the samples of the window at each grid point; a stretch without samples costs nothing.
 * Threads: one at a time. A zeroed struct may be cleared or begun.
 */
#ifndef HC_RATE_H
#define HC_RATE_H

#include "collect/sink.h"

#define HC_RATE_LOOKBACK_MS (INT64_C(5) * 60 * 1000)

enum { HC_RATE_SAMPLES_MAX = 4 << 20 };

enum hc_rate_function {
    HC_RATE_LAST,
    HC_RATE_SEEN,
    HC_RATE_INCREASE,
    HC_RATE_RATE,
};

struct hc_rate_options {
    enum hc_rate_function function;
    int64_t start_ms, end_ms, step_ms; /* grid points: start + k step <= end */
    int64_t window_ms;
    bool left_open, late_zero;
    enum hc_status (*point)(
        void *context, int64_t t_ms, double value, struct hc_error *err);
    void *context;
};

struct hc_rate {
    struct hc_rate_options options;
    int64_t next_ms; /* the first grid point that is not given out */
    bool has_last;
    int64_t last_ms;        /* of all samples */
    struct hc_sample *list; /* a ring of cap (a power of two); n from `first` on */
    size_t first, n, cap;
};

void hc_rate_clear(struct hc_rate *rate);

enum hc_status hc_rate_begin(struct hc_rate *rate, const struct hc_rate_options *options,
    struct hc_error *err) HC_MUST_USE;
enum hc_status hc_rate_add(struct hc_rate *rate, const struct hc_sample *samples,
    size_t n, struct hc_error *err) HC_MUST_USE;
enum hc_status hc_rate_end(struct hc_rate *rate, struct hc_error *err) HC_MUST_USE;

#endif
