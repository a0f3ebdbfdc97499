/* The wall clock at every quarter of an hour of some years, and across changes. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "features/calendar.h"

/* Berlin in 2025, and a zone of half an hour whose summer is half an hour. */
static struct hc_zone_span berlin[] = {
    {INT64_MIN, 3600}, {1743296400, 7200}, {1761440400, 3600}};
static struct hc_zone_span lord_howe[] = {
    {INT64_MIN, 39600}, {1743865200, 37800}, {1759591800, 39600}};
static const struct hc_zone zones[] = {{berlin, 3}, {lord_howe, 3}};

/* The wall from its text, as another way to it. */
static struct hc_wall by_text(const struct hc_zone *zone, int64_t us)
{
    int64_t local =
        us + hc_zone_offset(zone, hc_floor_div(us, HC_SECOND_US)) * HC_SECOND_US;
    struct hc_wall wall;
    char text[HC_TIME_TEXT];
    int year;

    hc_local_format(local, text);
    assert_int_equal(
        sscanf(text, "%d-%d-%dT%d", &year, &wall.month, &wall.day, &wall.hour), 4);
    wall.weekday = hc_weekday(hc_days_from_us(local));
    return wall;
}

static void every_quarter_of_an_hour(void **state)
{
    (void)state;
    for (size_t z = 0; z < HC_COUNT(zones); z++)
        for (int64_t s = 1735000000; s < 1767300000; s += 900) {
            struct hc_wall a = hc_wall_at(&zones[z], s * HC_SECOND_US - 1);
            struct hc_wall b = by_text(&zones[z], s * HC_SECOND_US - 1);

            assert_memory_equal(&a, &b, sizeof(a));
        }
}

/* Until then, and no longer, the wall shows the same. */
static void until(void **state)
{
    (void)state;
    for (size_t z = 0; z < HC_COUNT(zones); z++)
        for (int64_t s = 1735000000; s < 1767300000; s += 437) {
            int64_t t = s * HC_SECOND_US, end = hc_wall_until(&zones[z], t);
            struct hc_wall a = hc_wall_at(&zones[z], t);
            struct hc_wall b = hc_wall_at(&zones[z], end - 1);

            assert_true(end > t && end <= t + HC_HOUR_US);
            assert_memory_equal(&a, &b, sizeof(a));
        }
}

/* A row of the table is a case: 2025-03-30 03:15 in Berlin, a Sunday. */
static void every_feature(void **state)
{
    static const struct {
        const char *name;
        double wanted;
    } cases[] = {{"hour", 3}, {"day_of_week", 6}, {"day_of_month", 30}, {"month", 3},
        {"is_weekend", 1}, {"is_business_hours", 0}, {"hour_sin", 0.7071067811865475},
        {"hour_cos", 0.7071067811865476}, {"day_sin", -0.7818314824680299},
        {"day_cos", 0.6234898018587334}};
    struct hc_wall wall = hc_wall_at(&zones[0], INT64_C(1743297300) * HC_SECOND_US);

    (void)state;
    assert_int_equal(HC_COUNT(cases), HC_CALENDAR_FEATURES);
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        assert_string_equal(cases[i].name, hc_calendar_features[i].name);
        assert_true(fabs(hc_calendar_features[i].value(&wall) - cases[i].wanted) < 1e-15);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_quarter_of_an_hour),
        cmocka_unit_test(until),
        cmocka_unit_test(every_feature),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
