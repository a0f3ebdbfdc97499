/*
 * Kubernetes quantities against hand-computed values, and a slow reader in long double.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "replay/quantity.h"

static int64_t parsed(const char *text, int64_t scale)
{
    int64_t value = -7;

    if (!hc_quantity_parse(text, strlen(text), scale, &value))
        return -1;
    return value;
}

static void every_spelling(void **state)
{
    static const struct {
        const char *text;
        int64_t scale, value;
    } cases[] = {
        {"0", 1, 0},
        {"1", 1000, 1000},
        {"0.25", 1000, 250},
        {"100m", 1000, 100},
        {"15890m", 1000, 15890},
        {"1500m", 1, 2}, /* rounded up */
        {"1n", 1000, 1},
        {"999999n", 1000, 1},
        {"1000001n", 1000, 2},
        {"250u", 1000, 1},
        {".5", 1000, 500},
        {"1.", 1000, 1000},
        {"+1", 1, 1},
        {"64213212Ki", 1, 65754329088},
        {"15923Mi", 1, 16696475648},
        {"125Gi", 1, 134217728000},
        {"1.5Gi", 1, 1610612736},
        {"0.1Ki", 1, 103}, /* 102.4 */
        {"128M", 1, 128000000},
        {"4G", 1, 4000000000},
        {"2k", 1, 2000},
        {"3T", 1, 3000000000000},
        {"1P", 1, 1000000000000000},
        {"1E", 1, 1000000000000000000},
        {"1E3", 1, 1000},
        {"1e3", 1, 1000},
        {"12e-1", 1, 2},
        {"12e-1", 1000, 1200},
        {"5e+2", 1, 500},
        {"1Ti", 1, 1099511627776},
        {"1Pi", 1, 1125899906842624},
        {"7Ei", 1, 8070450532247928832},
        {"8Ei", 1, INT64_MAX},
        {"9223372036854775807", 1, INT64_MAX},
        {"9223372036854775808", 1, INT64_MAX},
        {"100000000000000000000000000000000000000000000", 1, INT64_MAX},
        {"0.0000000000000000000000000000000000000000000001", 1, 1},
        {"1e999999999999", 1, INT64_MAX},
        {"1e-999999999999", 1, 1},
        {"0e999999999999", 1, 0},
        {"-0", 1, 0},
    };

    (void)state;
    for (size_t i = 0; i < HC_COUNT(cases); i++)
        if (parsed(cases[i].text, cases[i].scale) != cases[i].value)
            fail_msg("%s: %lld", cases[i].text,
                (long long)parsed(cases[i].text, cases[i].scale));
}

static void what_is_none(void **state)
{
    static const char *const texts[] = {"", " ", "x", "m", "Gi", "1 ", " 1", "1KI", "1ki",
        "1mi", "1K", "1GiB", "1e", "1e+", "1ee3", "1.2.3", "--1", "-1", "-0.5", ".",
        "1,5", "0x10", "NaN", "inf", "1E3Ki", "1m3"};

    (void)state;
    for (size_t i = 0; i < HC_COUNT(texts); i++)
        if (parsed(texts[i], 1) != -1)
            fail_msg("'%s' is read as %lld", texts[i], (long long)parsed(texts[i], 1));
}

/* Whatever stands behind the text is not looked at. */
static void the_length_counts(void **state)
{
    int64_t value;

    (void)state;
    assert_true(hc_quantity_parse("12345", 2, 1, &value));
    assert_int_equal(value, 12);
    assert_true(hc_quantity_parse("5Gi", 2, 1, &value));
    assert_int_equal(value, 5000000000);
    assert_false(hc_quantity_parse("5Gi", 0, 1, &value));
}

/* Numbers of few digits, where long double is exact enough to tell. */
static void like_a_slow_reader(void **state)
{
    static const struct {
        const char *suffix;
        long double factor;
    } suffixes[] = {{"", 1}, {"m", 1e-3L}, {"k", 1e3L}, {"M", 1e6L}, {"Ki", 1024},
        {"Mi", 1048576}, {"e2", 100}, {"u", 1e-6L}};
    uint64_t seed = 9;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        char text[64];
        size_t k;
        unsigned whole, part;
        long double exact, rest;

        seed = seed * 6364136223846793005u + 1442695040888963407u;
        whole = (unsigned)(seed >> 40) % 100000;
        part = (unsigned)(seed >> 20) % 1000;
        k = (size_t)(seed >> 13) % HC_COUNT(suffixes);
        snprintf(text, sizeof(text), "%u.%03u%s", whole, part, suffixes[k].suffix);
        exact = ((long double)whole * 1000 + part) * suffixes[k].factor;
        rest = exact - floorl(exact);
        if (rest > 1e-6L && rest < 1 - 1e-6L) /* else it hangs on the last bit */
            assert_int_equal(parsed(text, 1000), (int64_t)ceill(exact));
        else
            assert_true(llabs(parsed(text, 1000) - (int64_t)llroundl(exact)) <= 1);
    }
}

static void plain_numbers(void **state)
{
    int64_t value = 0;

    (void)state;
    assert_true(hc_number_parse("-12", 3, 1, &value));
    assert_int_equal(value, -12);
    assert_true(hc_number_parse("1.5e3", 5, 1, &value));
    assert_int_equal(value, 1500);
    assert_false(hc_number_parse("12m", 3, 1, &value));
    assert_false(hc_number_parse("", 0, 1, &value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_spelling),
        cmocka_unit_test(what_is_none),
        cmocka_unit_test(the_length_counts),
        cmocka_unit_test(like_a_slow_reader),
        cmocka_unit_test(plain_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
