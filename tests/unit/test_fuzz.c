/* Seeded mutations of valid replies through the targets of fuzz/targets.h. HINDCAST_FUZZ
 * is how many of each; the default takes a second or two. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "mutate.h"

static long rounds(void)
{
    const char *wanted = getenv("HINDCAST_FUZZ");

    return wanted ? atol(wanted) : 20000;
}

static void examples_are_valid(void **state)
{
    (void)state;
    for (size_t i = 0; i < fuzz_n_cases; i++)
        for (uint64_t seed = 0; seed < 200; seed++) {
            struct hc_buf bytes = HC_BUF_INIT;

            fuzz_cases[i].example(seed, &bytes);
            if (!fuzz_cases[i].target((const uint8_t *)bytes.text, bytes.len))
                fail_msg("%s: example %d is refused", fuzz_cases[i].name, (int)seed);
            hc_buf_clear(&bytes);
        }
}

/* Few mutations stay valid, but some do: both ways through the code are walked. */
static void mutations_do_no_harm(void **state)
{
    (void)state;
    for (size_t i = 0; i < fuzz_n_cases; i++) {
        struct hc_buf bytes = HC_BUF_INIT;
        long valid = 0, n = rounds();

        for (long seed = 0; seed < n; seed++) {
            hc_buf_reset(&bytes);
            fuzz_cases[i].example((uint64_t)seed % 500, &bytes);
            fuzz_mutate((uint64_t)seed, &bytes);
            valid += fuzz_cases[i].target((const uint8_t *)bytes.text, bytes.len);
        }
        if (valid == 0 || valid > n / 2)
            fail_msg("%s: %ld of %ld are valid", fuzz_cases[i].name, valid, n);
        hc_buf_clear(&bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_are_valid),
        cmocka_unit_test(mutations_do_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
