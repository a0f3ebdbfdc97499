#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "patterns/change.h"
#include "patterns/gaps.h"
#include "patterns/median.h"
#include "patterns/pelt.h"
#include "patterns/scores.h"
#include "patterns/trend.h"

enum { BLOCK = HC_CHANGE_BLOCK, DAY = HC_CHANGE_DAY };

/* Deviation out of the median of absolute differences of two independent values. */
#define OF_DIFFERENCES (1.4826 / M_SQRT2)

struct work {
    size_t n, blocks;
    double *hourly;        /* [n] the series, or what a line leaves of it */
    double *x;             /* [blocks] medians, NaN where missing */
    double *e;             /* [blocks] whitened, those that can be had, side by side */
    size_t *block_of;      /* [blocks] of each e */
    size_t *ends;          /* [blocks] of segments of e */
    double *score;         /* [blocks] of the ranks of x */
    double *scratch;       /* [n + 4 blocks] */
    size_t m;              /* of e */
    double phi, first_phi; /* of the fit at hand; of the first, without a line */
};

struct fit {
    size_t n; /* segments */
    double cost;
    size_t *end; /* [n] blocks */
};

static void work_clear(struct work *w)
{
    hc_free(w->hourly);
    hc_free(w->ends);
}

static enum hc_status work_init(struct work *w, size_t n)
{
    *w = (struct work){.n = n, .blocks = (n + BLOCK - 1) / BLOCK, .first_phi = -1};
    w->hourly = hc_alloc(2 * n + 7 * w->blocks + 1, sizeof(double));
    w->ends = hc_alloc(4 * w->blocks + 1, sizeof(*w->ends));
    if (!w->hourly || !w->ends)
        return HC_NO_MEMORY;
    w->x = w->hourly + n;
    w->e = w->x + w->blocks;
    w->score = w->e + w->blocks;
    w->scratch = w->score + w->blocks;
    w->block_of = w->ends + w->blocks;
    return HC_OK;
}

/* Medians of blocks with half of their hours; gives how many there are. */
static size_t find_blocks(struct work *w)
{
    size_t there = 0;

    for (size_t b = 0; b < w->blocks; b++) {
        size_t from = b * BLOCK, n = w->n - from < BLOCK ? w->n - from : BLOCK;
        double part[BLOCK];
        size_t m = hc_take_finite(w->hourly + from, n, part);

        w->x[b] = 2 * m >= BLOCK ? hc_pick_median(part, m) : NAN;
        there += 2 * m >= BLOCK;
    }
    return there;
}

/* Deviation of x[n] out of its differences at `lag`, steps and spikes apart. */
static double deviation(const double *x, size_t n, size_t lag, double *scratch)
{
    size_t m = 0;

    for (size_t i = lag; i < n; i++)
        if (isfinite(x[i] - x[i - lag]))
            scratch[m++] = fabs(x[i] - x[i - lag]);
    return m ? OF_DIFFERENCES * hc_pick_median(scratch, m) : NAN;
}

/* From neighbouring differences that are both within 3 deviations. */
static void find_phi(struct work *w)
{
    double reach = 3 * M_SQRT2 * deviation(w->score, w->blocks, 1, w->scratch);
    double ab = 0, aa = 0;

    for (size_t b = 2; b < w->blocks; b++) {
        double p = w->score[b - 1] - w->score[b - 2], q = w->score[b] - w->score[b - 1];

        if (fabs(p) <= reach && fabs(q) <= reach) {
            ab += p * q;
            aa += (p * p + q * q) / 2;
        }
    }
    w->phi = fmin(fmax(aa > 0 ? 1 + 2 * ab / aa : 0, 0), 1);
}

static void whiten(struct work *w)
{
    w->m = 0;
    for (size_t b = 1; b < w->blocks; b++) {
        double e = (w->score[b] - w->phi * w->score[b - 1]) / (1 - w->phi);

        if (isfinite(e)) {
            w->block_of[w->m] = b;
            w->e[w->m++] = e;
        }
    }
}

/* That of e, or of its means over a day or two, whichever is the largest. */
static double find_variance(struct work *w)
{
    double most = deviation(w->e, w->m, 1, w->scratch);

    most *= most;
    for (size_t width = DAY; width <= 2 * DAY; width += DAY) {
        size_t n = w->m / width;
        double *mean = w->scratch + n, d;

        for (size_t k = 0; k < n; k++) {
            mean[k] = 0;
            for (size_t i = 0; i < width; i++)
                mean[k] += w->e[k * width + i] / (double)width;
        }
        d = deviation(mean, n, 1, w->scratch);
        if (d * d * (double)width > most)
            most = d * d * (double)width;
    }
    return most;
}

/* Distances of the blocks from the medians of their segments, into `out`; gives how many.
 */
static size_t distances(struct work *w, const struct fit *fit, double *out)
{
    size_t n = 0;

    for (size_t k = 0; k < fit->n; k++) {
        size_t from = k ? fit->end[k - 1] : 0;
        size_t to = k + 1 < fit->n ? fit->end[k] : w->blocks;
        size_t m = hc_take_finite(w->x + from, to - from, out + n);
        double middle;

        memcpy(w->score, out + n, m * sizeof(*out));
        middle = hc_pick_median(w->score, m);
        for (size_t i = 0; i < m; i++)
            out[n + i] -= middle;
        n += m;
    }
    return n;
}

/* Twice the negative log likelihood of the blocks about the medians of their segments,
 * wild ones pulled in to 3 robust deviations, a dependent one counting (1 - phi) / (1 +
 * phi), and the price of the segments: what fits about different lines are compared by.
 */
static double cost_of(struct work *w, const struct fit *fit)
{
    double *off = w->scratch, *spare = w->scratch + w->blocks, reach, sum = 0;
    size_t n = distances(w, fit, off);

    memcpy(spare, off, n * sizeof(*off));
    reach = 3 * 1.4826 * hc_pick_mad(spare, n, 0);
    for (size_t i = 0; i < n; i++) {
        double r = reach > 0 ? fmin(fabs(off[i]), reach) : fabs(off[i]);

        sum += r * r;
    }
    return (double)n * (1 - w->first_phi) / (1 + w->first_phi) * log(sum / (double)n) +
           HC_CHANGE_PENALTY * log((double)n) * (double)fit->n;
}

/* Segments of `hourly`; HC_NO_DATA: too few blocks. fit->end is [blocks]. */
static enum hc_status fit_levels(struct work *w, struct fit *fit)
{
    double v;

    if (find_blocks(w) < HC_CHANGE_LEAST)
        return HC_NO_DATA;
    (void)hc_normal_scores(w->x, w->blocks, w->scratch, w->score);
    find_phi(w);
    if (w->first_phi < 0)
        w->first_phi = w->phi;
    if (w->phi >= HC_CHANGE_WANDERS)
        return HC_OK;
    whiten(w);
    if (w->m < HC_CHANGE_LEAST)
        return HC_NO_DATA;
    v = find_variance(w);
    if (!(v > 0))
        return HC_OK;
    HC_TRY(hc_pelt(w->e, w->m, DAY, HC_CHANGE_PENALTY * v * log((double)w->m), w->ends,
        &fit->n, NULL));
    for (size_t k = 0; k + 1 < fit->n; k++)
        fit->end[k] = w->block_of[w->ends[k]];
    fit->cost = cost_of(w, fit);
    return HC_OK;
}

/* Theil-Sen's slope an hour of daily means, of pairs at most `reach` days apart; 0 of
 * none. */
static enum hc_status find_slope(
    struct work *w, const double *y, size_t reach, double *ret)
{
    size_t days = hc_daily_means(y, w->n, 0, w->scratch), m = 0;
    HC_CLEANUP(hc_freep) double *slopes = hc_alloc(days * reach + 1, sizeof(*slopes));

    if (!slopes)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < days; i++)
        for (size_t j = i + 1; j < days && j <= i + reach; j++)
            if (isfinite(w->scratch[j] - w->scratch[i]))
                slopes[m++] = (w->scratch[j] - w->scratch[i]) / (24 * (double)(j - i));
    *ret = m ? hc_pick_median(slopes, m) : 0;
    return HC_OK;
}

/* Levels about a line, where that is cheaper: by the slope of all days, or, which steps
 * do not move, of days within a week. */
static enum hc_status try_lines(
    struct work *w, const double *y, struct fit *best, double *ret_slope)
{
    const size_t reach[] = {w->n / 24 + 1, 7};
    double line = HC_CHANGE_PENALTY / 2 * log((double)w->m);

    *ret_slope = 0;
    for (size_t k = 0; k < HC_COUNT(reach); k++) {
        struct fit fit = {.end = w->ends + 3 * w->blocks};
        double slope;

        HC_TRY(find_slope(w, y, reach[k], &slope));
        for (size_t i = 0; i < w->n; i++)
            w->hourly[i] = y[i] - slope * (double)i;
        HC_TRY(fit_levels(w, &fit));
        if (!fit.n || fit.n > best->n || fit.cost + line >= best->cost)
            continue;
        *ret_slope = slope;
        best->n = fit.n;
        best->cost = fit.cost + line;
        memcpy(best->end, fit.end, fit.n * sizeof(*fit.end));
    }
    return HC_OK;
}

/* Where between the hours from and to the two levels part best: least squares, the levels
 * being those of the segments. */
static size_t sharpen(
    const double *y, size_t from, size_t to, double before, double after)
{
    double sum = 0, least = 0;
    size_t best = from;

    for (size_t i = from; i < to; i++) {
        if (isfinite(y[i]))
            sum += (y[i] - before) * (y[i] - before) - (y[i] - after) * (y[i] - after);
        if (sum < least) {
            least = sum;
            best = i + 1;
        }
    }
    return best;
}

static double median_of(struct work *w, size_t from, size_t to)
{
    size_t m = hc_take_finite(w->hourly + from, to - from, w->scratch);

    return hc_pick_median(w->scratch, m);
}

static enum hc_status tell(struct work *w, const struct fit *fit, struct hc_changes *out)
{
    out->change = hc_alloc(fit->n, sizeof(*out->change));
    if (!out->change)
        return HC_NO_MEMORY;
    for (size_t k = 0; k + 1 < fit->n; k++) {
        size_t start = k ? fit->end[k - 1] * BLOCK : 0, at = fit->end[k] * BLOCK;
        size_t end = k + 2 < fit->n ? fit->end[k + 1] * BLOCK : w->n;
        struct hc_change *c = &out->change[out->n++];

        c->before = median_of(w, start, at);
        c->after = median_of(w, at, end);
        c->hour = sharpen(w->hourly, at - BLOCK, at + BLOCK < end ? at + BLOCK : end,
            c->before, c->after);
    }
    return HC_OK;
}

enum hc_status hc_changes_find(const double *y, size_t n, struct hc_changes *out)
{
    HC_CLEANUP(work_clear) struct work w;
    struct fit levels = {0};
    double slope;

    *out = (struct hc_changes){0};
    w = (struct work){0};
    HC_TRY(work_init(&w, n));
    levels.end = w.ends + 2 * w.blocks;
    memcpy(w.hourly, y, n * sizeof(*y));
    HC_TRY(fit_levels(&w, &levels));
    out->phi = w.phi;
    out->wanders = w.phi >= HC_CHANGE_WANDERS;
    if (levels.n < 2)
        return HC_OK;
    HC_TRY(try_lines(&w, y, &levels, &slope));
    out->slope = slope != 0;
    for (size_t i = 0; i < n; i++)
        w.hourly[i] = y[i] - slope * (double)i;
    return tell(&w, &levels, out);
}

void hc_changes_clear(struct hc_changes *changes)
{
    hc_free(changes->change);
    *changes = (struct hc_changes){0};
}

/* ---- several nodes at once ---- */

static int by_hour(const void *a, const void *b)
{
    const struct hc_change_at *x = a, *y = b;

    if (x->hour != y->hour)
        return x->hour < y->hour ? -1 : 1;
    return (x->node > y->node) - (x->node < y->node);
}

/* P(Poisson(mean) >= k). */
static double poisson_tail(double mean, size_t k)
{
    double term = exp(-mean), below = 0, tail = 0;

    for (size_t i = 0; i < k; i++) {
        below += term;
        term *= mean / (double)(i + 1);
    }
    if (below < 0.9)
        return 1 - below;
    for (size_t i = k; i < k + 200; i++) { /* what 1 - below would round away */
        tail += term;
        term *= mean / (double)(i + 1);
    }
    return tail;
}

/* How many changes from all[i] on are within a block of it, none of them taken. */
static size_t fill_of(
    const struct hc_change_at *all, size_t n, size_t i, const bool *taken)
{
    size_t k = i;

    while (k < n && !taken[k] && all[k].hour < all[i].hour + BLOCK)
        k++;
    return k - i;
}

static int by_first(const void *a, const void *b)
{
    const struct hc_joint_change *x = a, *y = b;

    return (x->first > y->first) - (x->first < y->first);
}

enum hc_status hc_changes_together(struct hc_change_at *all, size_t n, size_t hours,
    struct hc_joint_change *joint, size_t *ret_n)
{
    HC_CLEANUP(hc_freep) bool *taken = hc_calloc(n + 1, sizeof(*taken));
    double stretches = fmax(1, (double)hours / BLOCK);
    size_t found = 0;

    if (!taken)
        return HC_NO_MEMORY;
    qsort(all, n, sizeof(*all), by_hour);
    for (;;) {
        size_t best = 0, most = 0;

        for (size_t i = 0; i < n; i++) {
            size_t k = fill_of(all, n, i, taken);

            if (k > most) {
                most = k;
                best = i;
            }
        }
        if (most < 2 || poisson_tail((double)n / stretches, most) * stretches > 0.05)
            break;
        joint[found++] = (struct hc_joint_change){
            all[best].hour, all[best + most - 1].hour, best, most};
        memset(taken + best, true, most);
    }
    qsort(joint, found, sizeof(*joint), by_first);
    *ret_n = found;
    return HC_OK;
}
