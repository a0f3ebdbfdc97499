/*
 * zone.h - local time as a short table
 *
 * The offsets from UTC of a time zone over a stretch of time: from `from_s` on the
 * clock shows UTC + offset_s. Made once from DuckDB's zone database, so that no row
 * and no cell needs a look-up there.
 */
#ifndef HC_ZONE_H
#define HC_ZONE_H

#include "base/base.h"

struct hc_zone_span {
    int64_t from_s;   /* UTC; INT64_MIN in the first */
    int64_t offset_s; /* local = UTC + offset */
};

struct hc_zone {
    struct hc_zone_span *spans; /* ascending; at least one */
    size_t n_spans;
};

static inline int64_t hc_zone_offset(const struct hc_zone *zone, int64_t utc_s)
{
    size_t low = 0, high = zone->n_spans; /* the span is in [low, high) */

    while (high - low > 1) {
        size_t middle = (low + high) / 2;

        if (zone->spans[middle].from_s <= utc_s)
            low = middle;
        else
            high = middle;
    }
    return zone->spans[low].offset_s;
}

/* 3600 where every offset is whole hours, else 900: the bucket that local hours need. */
static inline int64_t hc_zone_grain(const struct hc_zone *zone)
{
    for (size_t i = 0; i < zone->n_spans; i++)
        if (zone->spans[i].offset_s % 3600)
            return 900;
    return 3600;
}

#endif
