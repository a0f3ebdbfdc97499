/* Every method on series that no cluster has: any length, NaN, infinities, the largest
 * and the smallest doubles, constants, steps of 1e300. What comes back is a status and,
 * with HC_OK, values that make sense; the sanitizers' build watches the rest. */
#include <float.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "patterns/change.h"
#include "patterns/compare.h"
#include "patterns/event.h"
#include "patterns/peak.h"
#include "patterns/pelt.h"
#include "patterns/period.h"
#include "patterns/role.h"
#include "patterns/stl.h"
#include "patterns/trend.h"
#include "patterns/twins.h"
#include "made_signal.h"

enum { MOST = 900, RUNS = 400, NODES = 6 };

static double x[NODES * MOST], a[MOST], b[MOST], c[MOST], e[MOST];
static uint8_t slot[MOST];

static double odd_value(struct hc_draw *d)
{
    static const double odd[] = {NAN, INFINITY, -INFINITY, DBL_MAX, -DBL_MAX, DBL_MIN,
        5e-324, 0, -0.0, 1, 1e150, -1e-150};

    return odd[hc_draw_below(d, HC_COUNT(odd))];
}

/* A share of odd values, from none to all, in a constant, noise, or noise on a step. */
static size_t make(struct hc_draw *d)
{
    size_t n = hc_draw_below(d, MOST), kind = hc_draw_below(d, 3);
    double share = hc_draw_below(d, 3) ? hc_draw_unit(d) * hc_draw_unit(d) : 0;

    hc_week_slots((uint8_t)hc_draw_below(d, HC_WEEK), MOST, slot);
    for (size_t i = 0; i < NODES * MOST; i++) {
        x[i] = kind ? hc_draw_normal(d) : 7;
        if (kind == 2)
            x[i] += i % MOST > n / 2 ? 1e300 : 0;
        if (hc_draw_unit(d) < share)
            x[i] = odd_value(d);
    }
    return n;
}

static bool known(enum hc_status status)
{
    return status == HC_OK || status == HC_NO_DATA || status == HC_USAGE;
}

static void run_parts(size_t n)
{
    const struct hc_stl_options stl = {.period = 24, .robust = n % 2};
    struct hc_weekly weekly;
    enum hc_status status = hc_weekly(x, n, slot, &weekly, a, b);

    assert_true(known(status));
    assert_true(known(hc_stl(x, n, &stl, a, b, c, NULL)));
}

static void run_days(size_t n, uint64_t seed)
{
    size_t days = hc_daily_means(x, n, n % 24, e);
    struct hc_difference difference;
    struct hc_trend trend;
    enum hc_status status = hc_trend(x, n, seed, &trend);

    assert_true(days <= n / 24 + 2);
    assert_true(known(status));
    if (!status) {
        assert_true(trend.claim <= HC_TREND_STEP && trend.n <= n);
        (void)hc_days_until_full(&trend, 1);
    }
    status = hc_compare(x, n / 2, x + n / 2, n - n / 2, seed, &difference);
    assert_true(known(status));
    assert_true(status || difference.claim <= HC_DIFFERENCE_WANDERS);
}

static void run_rhythm(size_t n, uint64_t seed)
{
    struct hc_period_plan plan;
    struct hc_period period;
    struct hc_peak peak;
    enum hc_status status;

    status = hc_peak_find(x, n, slot, seed, &peak);
    assert_true(known(status));
    if (!status) {
        assert_true(peak.top.hour >= 0 && peak.top.hour < 24 && peak.low.to < 24);
        assert_true(peak.p > 0 && peak.p <= 1);
    }
    if (seed % 8 || hc_period_plan_init(&plan, n))
        return;
    status = hc_period_find(&plan, x, 24, &period);
    assert_true(known(status));
    assert_true(status || period.period <= n / 2);
    hc_period_plan_clear(&plan);
}

static void run_levels(size_t n)
{
    const struct hc_role_options usual = {0};
    struct hc_changes changes;
    struct hc_load load;
    enum hc_status status = hc_changes_find(x, n, &changes);

    assert_true(known(status));
    for (size_t k = 0; !status && k < changes.n; k++)
        assert_true(changes.change[k].hour < n &&
                    (k == 0 || changes.change[k].hour > changes.change[k - 1].hour));
    hc_changes_clear(&changes);
    status = hc_load_describe(x, n, slot, NAN, &usual, &load);
    assert_true(known(status));
    assert_true(status || load.role < HC_ROLES);
}

static void run_nodes(size_t n)
{
    static struct hc_event_state state;
    struct hc_twins_options options = {.fitted = 0};
    struct hc_usual usual[NODES];
    struct hc_events events = {0};
    struct hc_twins twins;
    double row[NODES];

    assert_true(known(hc_twins_find(x, NODES, n, &options, &twins)));
    for (size_t k = 0; k < twins.n_pairs + twins.n_loose; k++)
        assert_true(fabs(twins.pair[k].r) <= 1 && twins.pair[k].b < NODES);
    hc_twins_clear(&twins);
    for (size_t g = 0; g < NODES; g++)
        assert_int_equal(hc_usual_fit(x + g * MOST, NULL, n, slot, &usual[g]), HC_OK);
    hc_event_begin(&state, usual, NODES);
    for (size_t i = 0; i < n; i++) {
        double score;

        for (size_t g = 0; g < NODES; g++)
            row[g] = x[g * MOST + i];
        assert_int_equal(hc_event_add(&state, (int64_t)i * INT64_C(3600000000), slot[i],
                             row, &events, &score),
            HC_OK);
        assert_true(!(score < 0) && !(score > HC_USUAL_CAP * (1 + 1e-12)));
    }
    assert_int_equal(hc_event_end(&state, &events), HC_OK);
    for (size_t k = 0; k < events.n; k++)
        assert_true(events.event[k].start_us <= events.event[k].end_us &&
                    events.event[k].n_blamed <= HC_EVENT_BLAMED);
    hc_events_clear(&events);
}

static void anything_goes(void **state)
{
    struct hc_draw d = {2026};

    (void)state;
    for (uint64_t run = 0; run < RUNS; run++) {
        size_t n = make(&d);

        run_parts(n);
        run_days(n, run);
        run_rhythm(n, run);
        run_levels(n);
        run_nodes(n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(anything_goes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
