/* Quantised rows: base64 as everyone has it, and no value farther off than half a step.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "report/codes.h"

static void base64_of_the_rfc(void **state)
{
    static const char *const pairs[][2] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="},
        {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"}, {"\xfb\xff\xfe", "+//+"}};

    (void)state;
    for (size_t i = 0; i < HC_COUNT(pairs); i++) {
        HC_CLEANUP(hc_buf_clear) struct hc_buf out = HC_BUF_INIT;

        hc_base64(&out, (const uint8_t *)pairs[i][0], strlen(pairs[i][0]));
        assert_string_equal(hc_buf_str(&out), pairs[i][1]);
    }
}

static void a_value_comes_back_within_half_a_step(void **state)
{
    const double low = -3.5, high = 41;

    (void)state;
    for (int i = 0; i <= 10000; i++) {
        double value = low + (high - low) * i / 10000;
        double back = low + hc_code(value, low, high) / 254.0 * (high - low);

        assert_true(fabs(back - value) <= (high - low) / 508 * 1.000001);
    }
    assert_int_equal(hc_code(low, low, high), 0);
    assert_int_equal(hc_code(high, low, high), HC_CODE_STEPS);
}

static void what_has_no_value_has_a_code_of_its_own(void **state)
{
    (void)state;
    assert_int_equal(hc_code((double)NAN, 0, 1), HC_CODE_NONE);
    assert_int_equal(hc_code(7, 7, 7), 0);
    assert_int_equal(hc_code(2, 0, 1), HC_CODE_STEPS);
    assert_int_equal(hc_code(-1e300, 0, 1), 0);
}

static void the_range_passes_over_nothing(void **state)
{
    const float values[] = {NAN, 3, -2, NAN, 8}, none[] = {NAN, NAN};
    double low, high;

    (void)state;
    hc_code_range(values, HC_COUNT(values), &low, &high);
    assert_true(low == -2 && high == 8);
    hc_code_range(none, HC_COUNT(none), &low, &high);
    assert_true(isnan(low) && isnan(high));
}

static void runs_give_the_codes_back(void **state)
{
    uint8_t codes[1000], runs[2000], back[1000];
    size_t n, at = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(codes); i++)
        codes[i] = (uint8_t)(i < 600 ? 7 : i < 700 ? i % 3 : 255);
    n = hc_code_runs(codes, sizeof(codes), runs);
    assert_true(n % 2 == 0 && n < 2 * (3 + 100 + 3));
    for (size_t i = 0; i < n; i += 2) {
        assert_true(runs[i + 1] > 0 && at + runs[i + 1] <= sizeof(back));
        memset(back + at, runs[i], runs[i + 1]);
        at += runs[i + 1];
    }
    assert_int_equal(at, sizeof(codes));
    assert_memory_equal(back, codes, sizeof(codes));
    assert_int_equal(hc_code_runs(codes, 0, runs), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_of_the_rfc),
        cmocka_unit_test(a_value_comes_back_within_half_a_step),
        cmocka_unit_test(what_has_no_value_has_a_code_of_its_own),
        cmocka_unit_test(the_range_passes_over_nothing),
        cmocka_unit_test(runs_give_the_codes_back),
    };

    return cmocka_run_group_tests_name("codes", tests, NULL, NULL);
}
