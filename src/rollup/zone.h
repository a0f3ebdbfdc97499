/*
 * zone.h - a time zone's offsets out of DuckDB's zone database
 */
#ifndef HC_ROLLUP_ZONE_H
#define HC_ROLLUP_ZONE_H

#include "duck/session.h"
#include "model/zone.h"

/*
 * The offsets that `name`, a zone known to exist, has between two UTC times: looked at
 * day by day, and by the quarter of an hour where a day differs from the one before.
 */
enum hc_status hc_zone_load(struct hc_duck *duck, const char *name, int64_t first_us,
    int64_t last_us, struct hc_zone *ret, struct hc_error *err) HC_MUST_USE;
void hc_zone_clear(struct hc_zone *zone);

#endif
