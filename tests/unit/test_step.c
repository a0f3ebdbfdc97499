#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "features/step.h"

#define SECOND INT64_C(1000000)

static struct hc_step step;

static int64_t after(int64_t difference_us)
{
    hc_step_add(&step, difference_us);
    return step.step_s;
}

static void most_frequent_so_far(void **state)
{
    (void)state;
    hc_step_reset(&step);
    assert_int_equal(step.step_s, 0);
    assert_int_equal(after(7200 * SECOND), 7200); /* a gap at once */
    assert_int_equal(after(30 * SECOND), 30);     /* of equals the smallest */
    assert_int_equal(after(60 * SECOND), 30);
    assert_int_equal(after(60 * SECOND), 60);
    assert_int_equal(after(30 * SECOND), 30);
    assert_int_equal(after(60 * SECOND), 60);
    assert_int_equal(after(7200 * SECOND), 60);
}

static void rounded_to_seconds(void **state)
{
    (void)state;
    hc_step_reset(&step);
    assert_int_equal(after(1), 1);
    hc_step_reset(&step);
    assert_int_equal(after(29500000), 30);
    assert_int_equal(after(30499999), 30);
    assert_int_equal(step.count, 2);
    assert_int_equal(after(29499999), 30);
    assert_int_equal(after(29000000), 29);
}

/* A reference that counts all of them, over differences at random. */
static void as_counting_says(void **state)
{
    static uint64_t count[200];
    uint64_t seed = 1;
    size_t best = 0;

    (void)state;
    memset(count, 0, sizeof(count));
    hc_step_reset(&step);
    for (int i = 0; i < 20000; i++) {
        size_t s;

        seed = seed * 6364136223846793005u + 1442695040888963407u;
        s = 1 + (seed >> 33) % 199;
        count[s]++;
        best = 1;
        for (size_t k = 2; k < 200; k++)
            if (count[k] > count[best])
                best = k;
        assert_int_equal(after((int64_t)s * SECOND), best);
        assert_int_equal(step.count, count[best]);
    }
}

static void more_differences_than_are_counted(void **state)
{
    (void)state;
    hc_step_reset(&step);
    for (int64_t s = 5000; s > 5000 - 2 * HC_STEPS; s--)
        hc_step_add(&step, s * SECOND);
    assert_int_equal(step.n, HC_STEPS);
    assert_int_equal(after(5000 * SECOND), 5000); /* of those that are counted */
    hc_step_reset(&step);
    assert_int_equal(after(3 * SECOND), 3);
    assert_int_equal(step.n, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(most_frequent_so_far),
        cmocka_unit_test(rounded_to_seconds),
        cmocka_unit_test(as_counting_says),
        cmocka_unit_test(more_differences_than_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
