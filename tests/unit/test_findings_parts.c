/* The small parts of the findings: keys, ranks, numbers in words. */
#include "findings_case.h"

#include "findings/index.h"
#include "findings/phrase.h"

static void keys_get_places(void **state)
{
    static const int64_t keys[] = {5, 6, 7, INT64_MIN, INT64_MAX, 0, -1};
    struct hc_index index = {0};
    size_t at;

    (void)state;
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < HC_COUNT(keys); i++) {
            assert_int_equal(hc_index_at(&index, keys[i], &at), HC_OK);
            assert_int_equal(at, i);
        }
    assert_int_equal(index.n, HC_COUNT(keys));
    hc_index_clear(&index);
}

/* Many keys, asked for again backwards and by stride. */
static void many_keys(void **state)
{
    struct hc_index index = {0};
    size_t at;

    (void)state;
    for (int64_t i = 0; i < 5000; i++)
        assert_int_equal(hc_index_at(&index, i * i * 7919 - 1000, &at), HC_OK);
    for (int64_t i = 4999; i >= 0; i--) {
        int64_t k = i * 1237 % 5000;

        assert_int_equal(hc_index_at(&index, k * k * 7919 - 1000, &at), HC_OK);
        assert_int_equal(at, k);
    }
    assert_int_equal(index.n, 5000);
    hc_index_clear(&index);
}

static void numbers(void **state)
{
    (void)state;
    assert_string_equal(hc_phrase_percent(0.33199999).text, "33.2 %");
    assert_string_equal(hc_phrase_percent(0.65).text, "65 %");
    assert_string_equal(hc_phrase_percent(0.0004).text, "0.040 %");
    assert_string_equal(hc_phrase_percent(0).text, "0 %");
    assert_string_equal(hc_phrase_percent(-0.123).text, "-12.3 %");
    assert_string_equal(hc_phrase_percent(12.6).text, "1260 %");
    assert_string_equal(hc_phrase_percent(1e-9).text, "about 0 %");
    assert_string_equal(hc_phrase_points(-0.0123).text, "-1.23");
    assert_string_equal(hc_phrase_number(12345.6).text, "12,346");
    assert_string_equal(hc_phrase_number(-1234).text, "-1,234");
    assert_string_equal(hc_phrase_number(0.01234).text, "0.0123");
    assert_string_equal(hc_phrase_number(7).text, "7");
    assert_string_equal(hc_phrase_number(1e300).text, "1e+300");
    assert_string_equal(hc_phrase_count(0).text, "0");
    assert_string_equal(hc_phrase_count(999).text, "999");
    assert_string_equal(hc_phrase_count(7595575).text, "7,595,575");
    assert_string_equal(hc_phrase_plural(1, "node").text, "1 node");
    assert_string_equal(hc_phrase_plural(1200, "node").text, "1,200 nodes");
    assert_string_equal(hc_phrase_duration(30).text, "30 s");
    assert_string_equal(hc_phrase_duration(113400).text, "31.5 h");
    assert_string_equal(hc_phrase_duration(8640000).text, "100 d");
}

static void times(void **state)
{
    (void)state;
    assert_string_equal(hc_phrase_time(0).text, "1970-01-01 00:00 UTC");
    assert_string_equal(hc_phrase_time(-1).text, "1969-12-31 23:59 UTC");
    assert_string_equal(
        hc_phrase_time(INT64_C(1373976600000000)).text, "2013-07-16 12:10 UTC");
    assert_string_equal(
        hc_phrase_time(INT64_C(1709164800000000)).text, "2024-02-29 00:00 UTC");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_get_places),
        cmocka_unit_test(many_keys),
        cmocka_unit_test(numbers),
        cmocka_unit_test(times),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
