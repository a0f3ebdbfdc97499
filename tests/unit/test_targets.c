/* Targets against a look at every row, and what may not be looked at. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "features/targets.h"

enum { ROWS = 600 };

static int64_t time_us[ROWS], step_us[ROWS];
static double value[ROWS], out[ROWS];

static uint64_t seed;

static uint64_t any(uint64_t below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (seed >> 33) % below;
}

static void make(uint64_t number, bool regular)
{
    int64_t t = 0;

    seed = number;
    for (size_t i = 0; i < ROWS; i++) {
        t += regular ? 30 : 1 + (int64_t)any(70);
        time_us[i] = t;
        step_us[i] = i ? (regular ? 30 : 20 + (int64_t)any(30)) : 0;
        value[i] = any(10) ? (double)i : NAN;
    }
}

/* The definition: of all rows after t the nearest, of two equally near the earlier. */
static double look(const struct hc_target *target, size_t row)
{
    int64_t best = INT64_MAX, t = time_us[row];
    bool training = t < target->split_us - target->embargo_us;
    double found = NAN;

    for (size_t i = row + 1; i < ROWS; i++) {
        int64_t off = llabs(time_us[i] - t - target->horizon_us);

        if (off <= step_us[row] / 2 && off < best && !isnan(value[i]) &&
            (!training || time_us[i] < target->split_us)) {
            best = off;
            found = value[i];
        }
    }
    return found;
}

static void check(const struct hc_target *target, size_t first, size_t end)
{
    const struct hc_target_series series = {time_us, step_us, value, ROWS};

    hc_target_fill(target, &series, first, end, out);
    for (size_t i = first; i < end; i++) {
        double wanted = look(target, i), got = out[i - first];

        assert_true(isnan(wanted) ? isnan(got) : got == wanted);
    }
}

static void as_looking_at_every_row_says(void **state)
{
    (void)state;
    for (uint64_t number = 0; number < 40; number++) {
        struct hc_target target = {.horizon_us = 1 + (int64_t)(number * number * 7),
            .split_us = INT64_MAX,
            .embargo_us = 1000};

        make(number, number % 4 == 0);
        check(&target, 0, ROWS);
        check(&target, number, ROWS - number);
        target.split_us = time_us[ROWS / 2] + (int64_t)(number % 3) - 1;
        check(&target, 0, ROWS);
    }
}

/* Changing what comes at and after the split changes no target of the training part. */
static void training_does_not_see_the_test(void **state)
{
    const struct hc_target target = {
        .horizon_us = 120, .split_us = 9000, .embargo_us = 120};
    const struct hc_target_series series = {time_us, step_us, value, ROWS};
    double before[ROWS];
    size_t n = 0;

    (void)state;
    make(3, false);
    hc_target_fill(&target, &series, 0, ROWS, before);
    for (size_t i = 0; i < ROWS; i++)
        if (time_us[i] >= target.split_us)
            value[i] = 1e9;
    hc_target_fill(&target, &series, 0, ROWS, out);
    for (; time_us[n] < target.split_us - target.embargo_us; n++)
        assert_memory_equal(&before[n], &out[n], sizeof(double));
    assert_in_range(n, 100, ROWS - 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_looking_at_every_row_says),
        cmocka_unit_test(training_does_not_see_the_test),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
