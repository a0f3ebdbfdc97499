/* Decimals against strtod, digit for digit; times; what is no number. */
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <stdlib.h>

#include <cmocka.h>

#include "collect/decimal.h"
#include "collect/json_sample.h"
#include "wire.h"

static void assert_bits(double a, double b, const char *text)
{
    if (memcmp(&a, &b, sizeof(a)))
        fail_msg("%s: %.17g and %.17g", text, a, b);
}

/* The long way and, where it is of the common form, the short one. */
static void assert_reads(const char *text)
{
    char sample[2 * HC_JSON_SAMPLE_ROOM] = {0};
    struct hc_sample quick;
    const char *fault, *end;
    double x = 0;

    assert_int_equal(hc_decimal_double(text, strlen(text), &x, &fault), HC_OK);
    assert_bits(x, strtod(text, NULL), text);
    if (strlen(text) > 60)
        return;
    snprintf(sample, sizeof(sample), "[1700000000.5,\"%s\"],", text);
    end = hc_json_sample(sample, &quick);
    if (!end)
        return;
    assert_int_equal(*end, ',');
    assert_int_equal(quick.t_ms, 1700000000500);
    assert_bits(quick.v, x, text);
}

static void doubles_as_text(void **state)
{
    uint64_t seed = 1;
    char text[400];

    (void)state;
    for (int i = 0; i < 300000; i++) {
        uint64_t bits = wire_random(&seed);
        double x;

        memcpy(&x, &bits, sizeof(x));
        if (i % 3)
            x = ldexp((double)(bits >> 11), -(int)wire_below(&seed, 100));
        if (!isfinite(x))
            continue;
        snprintf(text, sizeof(text), "%.*g", 1 + (int)wire_below(&seed, 20), x);
        assert_reads(text);
        if (fabs(x) > 1e-30 && fabs(x) < 1e30) {
            snprintf(text, sizeof(text), "%.*f", (int)wire_below(&seed, 30), x);
            assert_reads(text);
        }
    }
}

/* Digits that lie on, or next to, the middle between two doubles. */
static void ties(void **state)
{
    uint64_t seed = 2;
    char text[100];

    (void)state;
    for (int i = 0; i < 100000; i++) {
        uint64_t odd = (wire_random(&seed) >> 10 | UINT64_C(1) << 53) | 1;

        snprintf(text, sizeof(text), "%llu",
            (unsigned long long)(odd << wire_below(&seed, 9)) + wire_below(&seed, 3) - 1);
        assert_reads(text);
        snprintf(text, sizeof(text), "%.1f", ldexp((double)(odd >> 1), 0) / 2 + 0.25);
        assert_reads(text);
    }
    assert_reads("9007199254740993");
    assert_reads("9007199254740992.5");
    assert_reads("0.9007199254740993");
    assert_reads("9999999999999999999");
}

/* Every count of digits at every scale. */
static void digits_and_scales(void **state)
{
    uint64_t seed = 3;
    char digits[40], text[100];

    (void)state;
    for (int n = 1; n <= 21; n++)
        for (int scale = 0; scale <= 30; scale++)
            for (int k = 0; k < 40; k++) {
                for (int i = 0; i < n; i++)
                    digits[i] = (char)('0' + wire_below(&seed, 10));
                digits[n] = '\0';
                snprintf(text, sizeof(text), "%s%se-%d", k % 2 ? "-" : "", digits, scale);
                assert_reads(text);
                snprintf(text, sizeof(text), "0.%0*d%s", scale + 1, 0, digits);
                assert_reads(text);
                snprintf(text, sizeof(text), "%s.%s", digits, digits);
                assert_reads(text);
            }
}

static void edges(void **state)
{
    static const char *const texts[] = {"0", "-0", "0.0", "-0.000", "1", "00012", "+5",
        "1e22", "1e23", "1e+06", "1E-06", "1.7976931348623157e308", "4.9e-324",
        "2.4703282292062327e-324", "2.4703282292062328e-324", "1e-400", "0e999999999999",
        "123456789012345678901234567890", "1e-99999999999999999999",
        "2.2250738585072011e-308", "100000000000000000000",
        "1.0000000000000000000000001"};

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_reads(texts[i]);
}

static void words(void **state)
{
    const char *fault;
    double x;

    (void)state;
    assert_int_equal(hc_decimal_double("NaN", 3, &x, &fault), HC_OK);
    assert_true(isnan(x));
    assert_int_equal(hc_decimal_double("+Inf", 4, &x, &fault), HC_OK);
    assert_true(isinf(x) && x > 0);
    assert_int_equal(hc_decimal_double("-Inf", 4, &x, &fault), HC_OK);
    assert_true(isinf(x) && x < 0);
}

static void what_is_no_number(void **state)
{
    static const char *const texts[] = {"", "-", ".", ".5", "1.", "1.e5", "1e", "1e+",
        "e5", "0x10", "nan", "inf", "Inf", "1 ", " 1", "1,5", "1.5.5", "--1", "+-1",
        "1e5.5", "Infinity", "1_000", "1e999", "-1e309", "1.7976931348623159e308"};
    char longest[HC_DECIMAL_TEXT + 2];
    const char *fault;
    double x = 7;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (hc_decimal_double(texts[i], strlen(texts[i]), &x, &fault) != HC_INPUT)
            fail_msg("'%s' is no number", texts[i]);
    assert_int_equal(hc_decimal_double("1\0002", 3, &x, &fault), HC_INPUT);
    memset(longest, '0', sizeof(longest));
    longest[HC_DECIMAL_TEXT + 1] = '\0';
    assert_int_equal(
        hc_decimal_double(longest, HC_DECIMAL_TEXT + 1, &x, &fault), HC_INPUT);
    assert_true(x == 7);
    longest[HC_DECIMAL_TEXT] = '\0';
    assert_int_equal(hc_decimal_double(longest, HC_DECIMAL_TEXT, &x, &fault), HC_OK);
    assert_true(x == 0);
}

static void times(void **state)
{
    static const struct {
        const char *text;
        int64_t ms;
    } good[] = {{"0", 0}, {"1700000000", 1700000000000}, {"1700000000.1", 1700000000100},
        {"1700000000.123", 1700000000123}, {"-1.5", -1500}, {"1.7e9", 1700000000000},
        {"1.700000000123e9", 1700000000123}, {"1700000000.123000", 1700000000123},
        {"0.001", 1}, {"1e-3", 1}, {"9007199254740.992", INT64_C(1) << 53},
        {"-9007199254740.992", -(INT64_C(1) << 53)}, {"12345e2", 1234500000}};
    static const char *const bad[] = {"1.0001", "1e-4", "9007199254740.993", "1e300",
        "1700000000.1234", "NaN", "99999999999999999999", "1e-400",
        "1.00000000000000000000001"};
    const char *fault;
    int64_t ms = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_int_equal(
            hc_decimal_ms(good[i].text, strlen(good[i].text), &ms, &fault), HC_OK);
        assert_true(ms == good[i].ms);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        if (hc_decimal_ms(bad[i], strlen(bad[i]), &ms, &fault) != HC_INPUT)
            fail_msg("'%s' is no time", bad[i]);
}

/* Numbers are read alike where a comma stands for the point. */
static void a_comma_locale(void **state)
{
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8"};
    const char *fault;
    double x = 0;
    bool set = false;

    (void)state;
    for (size_t i = 0; i < 3 && !set; i++)
        set = setlocale(LC_NUMERIC, names[i]);
    assert_int_equal(hc_decimal_double("1.25e-30", 8, &x, &fault), HC_OK);
    setlocale(LC_NUMERIC, "C");
    assert_bits(x, 1.25e-30, "1.25e-30");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(doubles_as_text),
        cmocka_unit_test(ties),
        cmocka_unit_test(digits_and_scales),
        cmocka_unit_test(edges),
        cmocka_unit_test(words),
        cmocka_unit_test(what_is_no_number),
        cmocka_unit_test(times),
        cmocka_unit_test(a_comma_locale),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
