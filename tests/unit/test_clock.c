/* Dates as numbers and as text, against a day-by-day walk and what ISO 8601 says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"

static bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static struct hc_date day_after(struct hc_date d)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int length = lengths[d.month - 1] + (d.month == 2 && is_leap(d.year));

    assert_int_equal(hc_days_in_month(d.year, d.month), length);
    d.day++;
    if (d.day > length)
        d.day = 1, d.month++;
    if (d.month > 12)
        d.month = 1, d.year++;
    return d;
}

static void every_day_of_three_thousand_years(void **state)
{
    struct hc_date d = {-400, 1, 1};
    int64_t days = hc_days_from_date(d);

    (void)state;
    for (; d.year < 2600; d = day_after(d), days++) {
        struct hc_date back = hc_date_from_days(days);

        assert_int_equal(hc_days_from_date(d), days);
        assert_true(back.year == d.year && back.month == d.month && back.day == d.day);
        assert_int_equal(hc_weekday(days + 1), (hc_weekday(days) + 1) % 7);
    }
}

static void known_days(void **state)
{
    (void)state;
    assert_int_equal(hc_days_from_date((struct hc_date){1970, 1, 1}), 0);
    assert_int_equal(hc_weekday(0), 3);
    assert_int_equal(hc_days_from_date((struct hc_date){2025, 6, 2}), 20241);
    assert_int_equal(hc_weekday(20241), 0);
    assert_int_equal(hc_weekday(-1), 2);
    assert_int_equal(hc_days_from_us(-1), -1);
    assert_int_equal(hc_days_from_us(HC_DAY_US), 1);
}

static void assert_time_text(int64_t us, const char *expected)
{
    char text[HC_TIME_TEXT];

    hc_time_format(us, text);
    assert_string_equal(text, expected);
}

static void times_as_text(void **state)
{
    char text[HC_TIME_TEXT];

    (void)state;
    assert_time_text(0, "1970-01-01T00:00:00Z");
    assert_time_text(-1, "1969-12-31T23:59:59.999999Z");
    assert_time_text(20241 * HC_DAY_US, "2025-06-02T00:00:00Z");
    assert_time_text(20241 * HC_DAY_US + 500000, "2025-06-02T00:00:00.500Z");
    assert_time_text(20241 * HC_DAY_US + 1, "2025-06-02T00:00:00.000001Z");
    assert_time_text(INT64_MAX, "+294247-01-10T04:00:54.775807Z");
    assert_time_text(INT64_MIN, "-290308-12-21T19:59:05.224192Z");
    hc_local_format(20241 * HC_DAY_US + HC_HOUR_US, text);
    assert_string_equal(text, "2025-06-02T01:00:00");
    hc_date_format(-719528, text);
    assert_string_equal(text, "0000-01-01");
}

static void assert_read(const char *text, int64_t us, bool has_zone)
{
    struct hc_instant got;

    if (!hc_time_parse(text, &got))
        fail_msg("'%s' is not read", text);
    assert_int_equal(got.us - 20241 * HC_DAY_US, us);
    assert_int_equal(got.has_zone, has_zone);
    assert_int_equal(got.date_only, strlen(text) == 10);
}

static void texts_as_times(void **state)
{
    (void)state;
    assert_read("2025-06-02", 0, false);
    assert_read("2025-06-02 10:00", 10 * HC_HOUR_US, false);
    assert_read("2025-06-02T10:00:01", 10 * HC_HOUR_US + HC_SECOND_US, false);
    assert_read("2025-06-02T10:00:00.5", 10 * HC_HOUR_US + 500000, false);
    assert_read("2025-06-02T00:00:00.1234567899Z", 123456, true);
    assert_read("2025-06-02T10:00Z", 10 * HC_HOUR_US, true);
    assert_read("2025-06-02 10:00:00+02:00", 8 * HC_HOUR_US, true);
    assert_read("2025-06-02T10:00-0530", 15 * HC_HOUR_US + HC_HOUR_US / 2, true);
    assert_read("2025-06-02t10:00:00+02", 8 * HC_HOUR_US, true);
    assert_read("2025-06-02T00:30:00.25+01:00", 250000 - HC_HOUR_US / 2, true);
}

static void what_is_no_time(void **state)
{
    static const char *const bad[] = {"", "2025", "2025-6-2", "2025-06-02 ",
        " 2025-06-02", "2025-13-01", "2025-02-29", "2025-04-31", "2025-00-10",
        "2025-06-00", "2025-06-02T", "2025-06-02T10", "2025-06-02T10:0",
        "2025-06-02T24:00", "2025-06-02T10:60", "2025-06-02T10:00:60",
        "2025-06-02T10:00:00.", "2025-06-02T10:00:00.Z", "2025-06-02T10:00:00x",
        "2025-06-02T10:00+", "2025-06-02T10:00+2",
        "2025-06-02T10:00+02:", "2025-06-02T10:00+24:00", "2025-06-02T10:00+02:00Z",
        "2025-06-02Z", "2025-06-02X10:00", "-025-06-02", "12025-06-02", "1748822400"};

    (void)state;
    for (size_t i = 0; i < HC_COUNT(bad); i++) {
        struct hc_instant untouched = {77, true, true};

        if (hc_time_parse(bad[i], &untouched))
            fail_msg("'%s' is read", bad[i]);
        assert_int_equal(untouched.us, 77);
    }
}

static void written_and_read_back(void **state)
{
    int64_t low = hc_days_from_date((struct hc_date){0, 1, 1}) * HC_DAY_US;
    int64_t high = hc_days_from_date((struct hc_date){9999, 12, 31}) * HC_DAY_US;

    (void)state;
    for (int64_t us = low; us < high; us += 7777777777777777) {
        char text[HC_TIME_TEXT];
        struct hc_instant got;

        hc_time_format(us, text);
        assert_true(hc_time_parse(text, &got));
        assert_int_equal(got.us, us);
        assert_true(got.has_zone && !got.date_only);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_of_three_thousand_years),
        cmocka_unit_test(known_days),
        cmocka_unit_test(times_as_text),
        cmocka_unit_test(texts_as_times),
        cmocka_unit_test(what_is_no_time),
        cmocka_unit_test(written_and_read_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
