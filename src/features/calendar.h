/*
 * calendar.h - what the clock on the wall shows at a row, as columns
 *
 * By the local time of the cluster's zone: the hour at a change of daylight saving comes
 * twice, or not at all, as it does on the wall. All of it is a function of the row's time
 * and the zone. A row of the table is a column; its order is the order in the set.
 */
#ifndef HC_FEATURES_CALENDAR_H
#define HC_FEATURES_CALENDAR_H

#include "model/zone.h"

struct hc_wall {
    int hour;    /* 0..23 */
    int weekday; /* 0 = Monday .. 6 */
    int day;     /* of the month, 1..31 */
    int month;   /* 1..12 */
};

enum hc_calendar_type { HC_CALENDAR_INT32, HC_CALENDAR_INT64, HC_CALENDAR_DOUBLE };

struct hc_calendar_feature {
    const char *name;
    enum hc_calendar_type type; /* in the file, as training sets have had it */
    const char *unit;           /* or NULL */
    const char *formula;
    double (*value)(const struct hc_wall *wall);
};

enum { HC_CALENDAR_FEATURES = 10 };
extern const struct hc_calendar_feature hc_calendar_features[HC_CALENDAR_FEATURES];

struct hc_wall hc_wall_at(const struct hc_zone *zone, int64_t time_us);

/* From this moment on the wall shows another hour; at most an hour later. */
int64_t hc_wall_until(const struct hc_zone *zone, int64_t time_us);

#endif
