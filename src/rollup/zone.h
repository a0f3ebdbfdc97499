/*
 * zone.h - a time zone's offsets out of DuckDB's zone database
 */
#ifndef HC_ROLLUP_ZONE_H
#define HC_ROLLUP_ZONE_H

#include "duck/session.h"
#include "model/zone.h"

/*
 * The offsets that `name` has between two UTC times, found hour by hour (and at the
 * quarter, where a clock changes in between). HC_USAGE for a zone that does not exist,
 * naming the nearest one.
 */
enum hc_status hc_zone_load(struct hc_duck *duck, const char *name, int64_t first_us,
    int64_t last_us, struct hc_zone *ret, struct hc_error *err) HC_MUST_USE;
void hc_zone_clear(struct hc_zone *zone);

#endif
