#include <math.h>

#include "base/clock.h"
#include "features/calendar.h"

static double hour(const struct hc_wall *w)
{
    return w->hour;
}

static double weekday(const struct hc_wall *w)
{
    return w->weekday;
}

static double day(const struct hc_wall *w)
{
    return w->day;
}

static double month(const struct hc_wall *w)
{
    return w->month;
}

static double is_weekend(const struct hc_wall *w)
{
    return w->weekday >= 5;
}

static double is_business(const struct hc_wall *w)
{
    return w->hour >= 8 && w->hour <= 18;
}

static double hour_sin(const struct hc_wall *w)
{
    return sin(2 * M_PI * w->hour / 24);
}

static double hour_cos(const struct hc_wall *w)
{
    return cos(2 * M_PI * w->hour / 24);
}

static double day_sin(const struct hc_wall *w)
{
    return sin(2 * M_PI * w->weekday / 7);
}

static double day_cos(const struct hc_wall *w)
{
    return cos(2 * M_PI * w->weekday / 7);
}

/* clang-format off */
const struct hc_calendar_feature hc_calendar_features[HC_CALENDAR_FEATURES] = {
    {"hour", HC_CALENDAR_INT32, "hours", "hour of the day, 0..23", hour},
    {"day_of_week", HC_CALENDAR_INT32, "days", "0 = Monday .. 6 = Sunday", weekday},
    {"day_of_month", HC_CALENDAR_INT32, "days", "1..31", day},
    {"month", HC_CALENDAR_INT32, "months", "1..12", month},
    {"is_weekend", HC_CALENDAR_INT64, NULL, "1 on Saturday and Sunday, else 0", is_weekend},
    {"is_business_hours", HC_CALENDAR_INT64, NULL, "1 from 08:00 to 18:59, else 0", is_business},
    {"hour_sin", HC_CALENDAR_DOUBLE, NULL, "sin(2 pi hour / 24)", hour_sin},
    {"hour_cos", HC_CALENDAR_DOUBLE, NULL, "cos(2 pi hour / 24)", hour_cos},
    {"day_sin", HC_CALENDAR_DOUBLE, NULL, "sin(2 pi day_of_week / 7)", day_sin},
    {"day_cos", HC_CALENDAR_DOUBLE, NULL, "cos(2 pi day_of_week / 7)", day_cos},
};
/* clang-format on */

struct hc_wall hc_wall_at(const struct hc_zone *zone, int64_t time_us)
{
    int64_t utc_s = hc_floor_div(time_us, HC_SECOND_US);
    int64_t local_s = utc_s + hc_zone_offset(zone, utc_s);
    int64_t days = hc_floor_div(local_s, 86400);
    struct hc_date date = hc_date_from_days(days);

    return (struct hc_wall){.hour = (int)((local_s - days * 86400) / 3600),
        .weekday = hc_weekday(days),
        .day = date.day,
        .month = date.month};
}

/* The end of the local hour, or the next change of the offset if that is sooner. */
int64_t hc_wall_until(const struct hc_zone *zone, int64_t time_us)
{
    int64_t utc_s = hc_floor_div(time_us, HC_SECOND_US);
    int64_t offset_s = hc_zone_offset(zone, utc_s);
    int64_t until_s = (hc_floor_div(utc_s + offset_s, 3600) + 1) * 3600 - offset_s;

    for (size_t i = 1; i < zone->n_spans; i++)
        if (zone->spans[i].from_s > utc_s && zone->spans[i].from_s < until_s)
            until_s = zone->spans[i].from_s;
    return until_s * HC_SECOND_US;
}
