#include <math.h>

#include "base/mem.h"
#include "collect/rate.h"

void hc_rate_clear(struct hc_rate *rate)
{
    hc_free(rate->list);
    *rate = (struct hc_rate){0};
}

static bool in_range(int64_t t_ms)
{
    return t_ms <= HC_TIME_MS_MAX && t_ms >= -HC_TIME_MS_MAX;
}

enum hc_status hc_rate_begin(
    struct hc_rate *rate, const struct hc_rate_options *o, struct hc_error *err)
{
    if (o->step_ms <= 0 || o->window_ms <= 0 || o->end_ms < o->start_ms ||
        !in_range(o->start_ms) || !in_range(o->end_ms) || !in_range(o->step_ms) ||
        !in_range(o->window_ms))
        return hc_fail(err, HC_USAGE, "a grid of times is impossible");
    rate->options = *o;
    rate->next_ms = o->start_ms;
    rate->has_last = false;
    rate->n = rate->first = 0;
    return HC_OK;
}

/* ---- the window ---- */

static struct hc_sample *at(const struct hc_rate *rate, size_t i)
{
    return &rate->list[(rate->first + i) & (rate->cap - 1)];
}

/* Drops what no grid point from next_ms on can see. */
static void shrink(struct hc_rate *rate)
{
    int64_t from = rate->next_ms - rate->options.window_ms + rate->options.left_open;

    for (; rate->n && at(rate, 0)->t_ms < from; rate->n--)
        rate->first++;
}

static enum hc_status grow(struct hc_rate *rate, struct hc_error *err)
{
    size_t cap = rate->cap ? 2 * rate->cap : 64;
    struct hc_sample *list;

    if (rate->n == HC_RATE_SAMPLES_MAX)
        return hc_fail(err, HC_INPUT, "a window holds more than %d samples",
            (int)HC_RATE_SAMPLES_MAX);
    list = hc_alloc(cap, sizeof(list[0]));
    if (!list)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < rate->n; i++)
        list[i] = *at(rate, i);
    hc_free(rate->list);
    rate->list = list;
    rate->cap = cap;
    rate->first = 0;
    return HC_OK;
}

static enum hc_status push(
    struct hc_rate *rate, const struct hc_sample *sample, struct hc_error *err)
{
    enum hc_rate_function function = rate->options.function;

    if (function != HC_RATE_LAST && hc_is_stale(sample->v))
        return HC_OK;
    if (function == HC_RATE_LAST || function == HC_RATE_SEEN)
        rate->n = 0;
    if (rate->n == rate->cap)
        HC_TRY(grow(rate, err));
    *at(rate, rate->n++) = *sample;
    return HC_OK;
}

/* ---- functions ---- */

/* The increase without what lies before the first and behind the last sample. */
static double growth(const struct hc_rate *rate)
{
    double before = at(rate, 0)->v, sum = at(rate, rate->n - 1)->v - before;

    for (size_t i = 1; i < rate->n; i++) {
        double v = at(rate, i)->v;

        if (v < before)
            sum += before;
        before = v;
    }
    return sum;
}

/* Seconds of extrapolation at the start of the window. */
static double before_first(
    const struct hc_rate *rate, double to_edge, double to_zero, double average)
{
    double threshold = average * 1.1, seconds = to_edge;

    if (!rate->options.late_zero && to_zero < seconds)
        seconds = to_zero;
    if (!(seconds < threshold))
        seconds = average / 2;
    if (rate->options.late_zero && to_zero < seconds)
        seconds = to_zero;
    return seconds;
}

/* Multiplied and divided in Prometheus' own order: so even the last bit is the same. */
static double increase(const struct hc_rate *rate)
{
    const struct hc_sample *first = at(rate, 0), *last = at(rate, rate->n - 1);
    const struct hc_rate_options *o = &rate->options;
    double edge = (double)(first->t_ms - (rate->next_ms - o->window_ms)) / 1000;
    double end = (double)(rate->next_ms - last->t_ms) / 1000;
    double sampled = (double)(last->t_ms - first->t_ms) / 1000;
    double average = sampled / (double)(rate->n - 1);
    double sum = growth(rate), zero = INFINITY, factor;

    if (sum > 0 && first->v >= 0)
        zero = sampled * (first->v / sum);
    if (!(end < average * 1.1))
        end = average / 2;
    factor = (sampled + before_first(rate, edge, zero, average) + end) / sampled;
    if (o->function == HC_RATE_RATE)
        factor /= (double)o->window_ms / 1000;
    return sum * factor;
}

/* The value at next_ms; false if there is none. */
static bool value(const struct hc_rate *rate, double *ret)
{
    switch (rate->options.function) {
    case HC_RATE_LAST:
    case HC_RATE_SEEN:
        if (!rate->n || hc_is_stale(at(rate, 0)->v))
            return false;
        *ret = at(rate, 0)->v;
        return true;
    default:
        if (rate->n < 2)
            return false;
        *ret = increase(rate);
        return true;
    }
}

/* ---- the grid ---- */

/* The first grid point at t or later. */
static void skip_to(struct hc_rate *rate, int64_t t_ms)
{
    int64_t step = rate->options.step_ms;

    if (rate->next_ms < t_ms)
        rate->next_ms += (t_ms - rate->next_ms + step - 1) / step * step;
}

/* Gives out all grid points before t. */
static enum hc_status give_before(
    struct hc_rate *rate, int64_t t_ms, struct hc_error *err)
{
    const struct hc_rate_options *o = &rate->options;

    while (rate->next_ms < t_ms && rate->next_ms <= o->end_ms) {
        double x;

        shrink(rate);
        if (!rate->n) {
            skip_to(rate, t_ms);
            return HC_OK;
        }
        if (value(rate, &x))
            HC_TRY(o->point(o->context, rate->next_ms, x, err));
        rate->next_ms += o->step_ms;
    }
    return HC_OK;
}

enum hc_status hc_rate_add(
    struct hc_rate *rate, const struct hc_sample *samples, size_t n, struct hc_error *err)
{
    for (size_t i = 0; i < n; i++) {
        int64_t t_ms = samples[i].t_ms;

        if (!in_range(t_ms) || (rate->has_last && t_ms <= rate->last_ms))
            return hc_fail(err, HC_INPUT, "the times of a series do not grow");
        rate->has_last = true;
        rate->last_ms = t_ms;
        HC_TRY(give_before(rate, t_ms, err));
        if (rate->next_ms > rate->options.end_ms)
            continue;
        shrink(rate);
        HC_TRY(push(rate, &samples[i], err));
    }
    return HC_OK;
}

enum hc_status hc_rate_end(struct hc_rate *rate, struct hc_error *err)
{
    return give_before(rate, rate->options.end_ms + 1, err);
}
