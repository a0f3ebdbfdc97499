/* A case for each row of the table, and when a window is valid. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "features/rolling.h"

enum { ROWS = 5 };

/* What windows.h says of: nothing; {3}; {1, 2, 3, 6}; {7, 7}; squares beyond a double. */
static uint32_t n[ROWS] = {0, 1, 4, 2, 3};
static double mean[ROWS] = {NAN, 3, 3, 7, INFINITY};
static double m2[ROWS] = {NAN, 0, 14, 0, INFINITY};
static double max[ROWS] = {-INFINITY, 3, 6, 7, 1e308};
static const struct hc_window_values values = {n, mean, m2, max};

/* A new feature is a case here. */
static const struct {
    const char *name;
    double wanted[ROWS];
} cases[] = {
    {"mean", {NAN, 3, 3, 7, NAN}},
    {"std", {NAN, NAN, 2.160246899469287, 0, NAN}},
    {"max", {NAN, 3, 6, 7, 1e308}},
};

static void every_feature(void **state)
{
    double out[ROWS];

    (void)state;
    assert_int_equal(HC_COUNT(cases), HC_ROLLING_FEATURES);
    for (size_t k = 0; k < HC_COUNT(cases); k++) {
        assert_string_equal(cases[k].name, hc_rolling_features[k].name);
        hc_rolling_features[k].fill(&values, ROWS, out);
        for (size_t i = 0; i < ROWS; i++)
            assert_true(isnan(cases[k].wanted[i]) ? isnan(out[i])
                                                  : fabs(out[i] - cases[k].wanted[i]) <=
                                                        1e-15 * fabs(cases[k].wanted[i]));
    }
}

/* Half of the samples that are expected of an hour, by the step; none without a step. */
static void half_of_the_samples(void **state)
{
    const int64_t hour = INT64_C(3600000000), second = 1000000;
    static const struct {
        uint32_t n;
        int64_t step_s;
        bool valid;
    } at[] = {{60, 30, true}, {59, 30, false}, {120, 30, true}, {1, 1800, true},
        {1, 1799, false}, {1, 86400, true}, {5, 0, false}, {0, 86400, false},
        {UINT32_MAX, 31622400, true}};

    (void)state;
    for (size_t i = 0; i < HC_COUNT(at); i++) {
        uint32_t count = at[i].n;
        int64_t step_us = at[i].step_s * second;
        double one = 1;
        const struct hc_window_values window = {&count, &one, &one, &one};

        hc_rolling_require(&window, 1, hour, &step_us);
        assert_int_equal(count, at[i].valid ? at[i].n : 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_feature),
        cmocka_unit_test(half_of_the_samples),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
