#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "patterns/gaps.h"
#include "patterns/median.h"
#include "patterns/role.h"

enum { DAY = 24, FRIDAY = 4 };

#define SIGN_TEST 2.33

static bool in_office(uint8_t slot)
{
    return slot / DAY <= FRIDAY && slot % DAY >= 8 && slot % DAY < 18;
}

static bool on_office_day(uint8_t slot)
{
    return slot / DAY <= FRIDAY;
}

static bool in_night(uint8_t slot)
{
    return slot % DAY >= 22 || slot % DAY < 6;
}

static bool on_any_day(uint8_t slot)
{
    (void)slot;
    return true;
}

struct part {
    bool (*inside)(uint8_t slot), (*counts)(uint8_t slot);
};

static const struct part office = {in_office, on_office_day},
                         night = {in_night, on_any_day};

/* Where the local day that hour `from` is in ends. */
static size_t day_end(const uint8_t *slot, size_t n, size_t from)
{
    size_t i = from;

    while (i < n && slot[i] / DAY == slot[from] / DAY && i - from < 2 * DAY)
        i++;
    return i;
}

static double ratio_of(
    const double *y, size_t n, const uint8_t *slot, const struct part *part)
{
    double sum[2] = {0}, m[2] = {0};

    for (size_t i = 0; i < n; i++)
        if (isfinite(y[i])) {
            sum[part->inside(slot[i])] += y[i];
            m[part->inside(slot[i])]++;
        }
    return m[0] > 0 && m[1] > 0 ? sum[1] / m[1] / (sum[0] / m[0]) : NAN;
}

/* Of the days' medians, inside against outside, as a deviation of the sign test. */
static double sign_test(
    const double *y, size_t n, const uint8_t *slot, const struct part *part)
{
    double above = 0, days = 0;

    for (size_t from = 0, to; from < n; from = to) {
        double value[2][2 * DAY], inside, outside;
        size_t m[2] = {0};

        to = day_end(slot, n, from);
        for (size_t i = from; i < to; i++) {
            bool in = part->inside(slot[i]);

            if (isfinite(y[i]))
                value[in][m[in]++] = y[i];
        }
        if (!part->counts(slot[from]) || !m[0] || !m[1])
            continue;
        inside = hc_pick_median(value[1], m[1]);
        outside = hc_pick_median(value[0], m[0]);
        above += inside > outside ? 1 : inside < outside ? 0 : 0.5;
        days++;
    }
    return days > 0 ? (2 * above - days) / sqrt(days) : 0;
}

double hc_shiftable_share(const double *y, size_t n, const uint8_t *slot)
{
    double above = 0, all = 0;

    for (size_t from = 0, to; from < n; from = to) {
        double sum = 0, m = 0;

        to = day_end(slot, n, from);
        for (size_t i = from; i < to; i++)
            if (isfinite(y[i])) {
                sum += y[i];
                m++;
            }
        for (size_t i = from; i < to; i++)
            if (isfinite(y[i]))
                above += fmax(0, y[i] - sum / m);
        all += sum;
    }
    return all > 0 ? above / all : NAN;
}

static double rank_of(double *x, size_t n, double q)
{
    return hc_pick(x, n, (size_t)floor(q * (double)(n - 1)));
}

static void find_ranks(
    const double *y, size_t n, double p99, double *x, struct hc_load *out)
{
    out->n = hc_take_finite(y, n, x);
    for (size_t i = 0; i < out->n; i++)
        out->mean += x[i] / (double)out->n;
    out->p5 = rank_of(x, out->n, 0.05);
    out->p50 = rank_of(x, out->n, 0.5);
    out->p95 = rank_of(x, out->n, 0.95);
    out->p99 = isfinite(p99) ? p99 : rank_of(x, out->n, 0.99);
    out->peak_to_mean = out->mean > 0 ? out->p99 / out->mean : NAN;
}

static void find_hot(
    const double *y, size_t n, const uint8_t *slot, double hot, struct hc_load *out)
{
    for (size_t i = 0; i < n; i++)
        if (y[i] > hot && isfinite(y[i])) {
            out->hot_hours++;
            out->hot[slot[i]]++;
        }
}

static enum hc_role judge(
    const double *y, size_t n, const uint8_t *slot, double idle, const struct hc_load *l)
{
    if (l->p99 < idle)
        return HC_ROLE_KIND_IDLE;
    if (l->office_ratio >= HC_ROLE_RATIO && sign_test(y, n, slot, &office) >= SIGN_TEST)
        return HC_ROLE_KIND_OFFICE;
    if (l->night_ratio >= HC_ROLE_RATIO && sign_test(y, n, slot, &night) >= SIGN_TEST)
        return HC_ROLE_KIND_NIGHT;
    if (l->p99 >= HC_ROLE_BURSTY * l->p50)
        return HC_ROLE_KIND_BURSTY;
    return l->p95 <= HC_ROLE_STEADY * l->p50 && l->p5 * HC_ROLE_STEADY >= l->p50
               ? HC_ROLE_KIND_STEADY
               : HC_ROLE_KIND_MIXED;
}

enum hc_status hc_load_describe(const double *y, size_t n, const uint8_t *slot,
    double p99, const struct hc_role_options *options, struct hc_load *out)
{
    HC_CLEANUP(hc_freep) double *x = NULL;
    struct hc_load load = {0};

    if (hc_gaps_present(y, n) < HC_ROLE_LEAST)
        return HC_NO_DATA;
    x = hc_alloc(n, sizeof(*x));
    if (!x)
        return HC_NO_MEMORY;
    find_ranks(y, n, p99, x, &load);
    find_hot(y, n, slot, options->hot > 0 ? options->hot : HC_ROLE_HOT, &load);
    load.office_ratio = ratio_of(y, n, slot, &office);
    load.night_ratio = ratio_of(y, n, slot, &night);
    load.shiftable = hc_shiftable_share(y, n, slot);
    load.role =
        judge(y, n, slot, options->idle > 0 ? options->idle : HC_ROLE_IDLE, &load);
    *out = load;
    return HC_OK;
}

const struct hc_role_rule hc_role_rules[HC_ROLES] = {
    {"idle", "p99 under 1 %"},
    {"office",
        "Monday to Friday 8 to 18 at least 1.5 times as busy as other hours, and so "
        "day by day"},
    {"night", "22 to 6 at least 1.5 times as busy as other hours, and so day by day"},
    {"bursty", "p99 at least 4 times the median"},
    {"steady", "9 in 10 hours within a factor of 1.25 of the median"},
    {"mixed", "none of the others"},
};
