#include <math.h>

#include "base/mem.h"
#include "patterns/usual.h"
#include "patterns/gaps.h"
#include "patterns/median.h"

enum { DAY = 24 };

struct work {
    const double *mean;
    size_t n;
    const uint8_t *slot;
    double *part; /* [n] */
};

/* The values of hours whose slot is `slot` modulo `cycle`, into part. */
static size_t gather(const struct work *w, size_t slot, size_t cycle)
{
    size_t m = 0;

    for (size_t i = 0; i < w->n; i++)
        if (w->slot[i] % cycle == slot % cycle && isfinite(w->mean[i]))
            w->part[m++] = w->mean[i];
    return m;
}

/* Median of each hour of the week; its deviation, or 0 where that is not worth much. */
static void find_slots(struct work *w, struct hc_usual *out)
{
    size_t at[HC_WEEK + 1] = {0};
    size_t from = 0;

    for (size_t i = 0; i < w->n; i++)
        at[w->slot[i] + 1] += isfinite(w->mean[i]) != 0;
    for (size_t s = 0; s < HC_WEEK; s++)
        at[s + 1] += at[s];
    for (size_t i = 0; i < w->n; i++)
        if (isfinite(w->mean[i]))
            w->part[at[w->slot[i]]++] = w->mean[i];
    for (size_t s = 0; s < HC_WEEK; s++) { /* at[s] is now where slot s ends */
        size_t m = at[s] - from;

        out->median[s] = hc_pick_median(w->part + from, m);
        out->scale[s] = m >= HC_USUAL_WEEKS
                            ? 1.4826 * hc_pick_mad(w->part + from, m, out->median[s])
                            : 0;
        from = at[s];
    }
}

/* Hours of the week that never occur: the hour of the day, or any hour. */
static void fill_slots(struct work *w, struct hc_usual *out)
{
    for (size_t s = 0; s < HC_WEEK; s++) {
        size_t m;

        if (isfinite(out->median[s]))
            continue;
        m = gather(w, s, DAY);
        if (!m)
            m = gather(w, 0, 1);
        out->median[s] = hc_pick_median(w->part, m);
    }
}

static double find_floor(
    const struct work *w, const struct hc_usual *out, const double *within)
{
    double sum = 0, sum_within = 0, n = 0, n_within = 0;

    for (size_t i = 0; i < w->n; i++) {
        double off = w->mean[i] - out->median[w->slot[i]];

        if (!isfinite(off))
            continue;
        sum += off * off;
        n++;
        if (within && isfinite(within[i])) {
            sum_within += within[i];
            n_within++;
        }
    }
    return sqrt(sum / n + (n_within > 0 ? sum_within / n_within : 0));
}

enum hc_status hc_usual_fit(const double *mean, const double *within, size_t n,
    const uint8_t *slot, struct hc_usual *out)
{
    HC_CLEANUP(hc_freep) double *part = NULL;
    struct work w = {.mean = mean, .n = n, .slot = slot};
    double floor;

    *out = (struct hc_usual){0};
    if (hc_gaps_present(mean, n) < HC_USUAL_LEAST)
        return HC_OK;
    w.part = part = hc_alloc(n, sizeof(*part));
    if (!part)
        return HC_NO_MEMORY;
    find_slots(&w, out);
    fill_slots(&w, out);
    floor = find_floor(&w, out, within);
    for (size_t s = 0; s < HC_WEEK; s++)
        out->scale[s] = fmax(out->scale[s], floor);
    out->known = true;
    return HC_OK;
}

double hc_usual_z(const struct hc_usual *usual, uint8_t slot, double x)
{
    double off = x - usual->median[slot], scale = usual->scale[slot];

    if (!usual->known || !isfinite(x))
        return NAN;
    if (scale > 0)
        return off / scale;
    /* what rounding leaves of a constant is no change */
    if (fabs(off) <= 1e-9 * fabs(usual->median[slot]))
        return 0;
    return off > 0 ? HC_USUAL_CAP : -HC_USUAL_CAP;
}

double hc_usual_score(const struct hc_usual *usual, size_t n_gauges, uint8_t slot,
    const double *x, double *z)
{
    double sum = 0;
    size_t n = 0;

    for (size_t g = 0; g < n_gauges; g++) {
        double size;

        z[g] = hc_usual_z(&usual[g], slot, x[g]);
        if (!isfinite(z[g]))
            continue;
        size = fmin(fabs(z[g]), HC_USUAL_CAP);
        sum += size * size;
        n += usual[g].scale[slot] > 0 || size > 0;
    }
    return n ? sqrt(sum / (double)n) : NAN;
}
