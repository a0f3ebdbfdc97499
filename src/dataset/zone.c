#include <string.h>
#include <strings.h>

#include "base/nearest.h"
#include "dataset/inside.h"

/* "Berlin" for "Europe/Berlin". */
static const char *last_part(const char *zone)
{
    const char *slash = strrchr(zone, '/');

    return slash ? slash + 1 : zone;
}

static const char *suggest(const struct hc_rows *zones, const char *zone)
{
    struct hc_nearest whole = {.word = zone};

    for (size_t i = 0; i < hc_rows_count(zones); i++)
        if (!strcasecmp(last_part(hc_rows_text(zones, 0, i)), zone))
            return hc_rows_text(zones, 0, i);
    for (size_t i = 0; i < hc_rows_count(zones); i++)
        hc_nearest_try(&whole, hc_rows_text(zones, 0, i));
    return whole.best;
}

enum hc_status hc_zone_check(struct hc_duck *duck, const char *zone, struct hc_error *err)
{
    HC_CLEANUP(hc_rows_freep) struct hc_rows *zones = NULL;
    const char *nearest;

    if (!strcmp(zone, "UTC"))
        return HC_OK;
    HC_TRY(hc_duck_rows(
        duck, "SELECT name FROM pg_timezone_names() ORDER BY name", &zones, err));
    for (size_t i = 0; i < hc_rows_count(zones); i++)
        if (!strcmp(hc_rows_text(zones, 0, i), zone))
            return HC_OK;
    nearest = suggest(zones, zone);
    if (nearest)
        return hc_fail(
            err, HC_USAGE, "unknown time zone '%s'; did you mean '%s'?", zone, nearest);
    return hc_fail(err, HC_USAGE, "unknown time zone '%s'", zone);
}
