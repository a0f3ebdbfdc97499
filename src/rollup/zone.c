#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "rollup/zone.h"

static const int64_t second_us = 1000000, day_s = 86400;

/* 1900 to 2200; before and after, the nearest offset counts (a row of the year 9990 is
 * not worth a search through eight thousand years). */
static const int64_t first_known_s = -2208988800, last_known_s = 7258118400;

void hc_zone_clear(struct hc_zone *zone)
{
    hc_free(zone->spans);
    *zone = (struct hc_zone){0};
}

/*
 * Days whose start has another offset than the day before are searched quarter by
 * quarter. Two changes within a day that cancel out (none is known) would be missed.
 */
static const char query[] =
    "WITH d AS (SELECT t, epoch(timezone(%s, to_timestamp(t)))::BIGINT - t AS o "
    "FROM range(%" PRId64 ", %" PRId64 ", 86400) r(t)), "
    "w AS (SELECT t, o, lag(o) OVER (ORDER BY t) AS before FROM d), "
    "q AS (SELECT u AS t, epoch(timezone(%s, to_timestamp(u)))::BIGINT - u AS o FROM w, "
    "unnest(range(t - 86400, t + 900, 900)) r(u) WHERE o <> before), "
    "c AS (SELECT t, o, lag(o) OVER (ORDER BY t) AS before FROM "
    "(SELECT t, o FROM d UNION SELECT t, o FROM q)) "
    "SELECT t, o FROM c WHERE before IS NULL OR before <> o ORDER BY t";

static int64_t clamp(int64_t s)
{
    return s < first_known_s ? first_known_s : s > last_known_s ? last_known_s : s;
}

enum hc_status hc_zone_load(struct hc_duck *duck, const char *name, int64_t first_us,
    int64_t last_us, struct hc_zone *ret, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT, quoted = HC_BUF_INIT;
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;
    int64_t from = hc_floor_div(clamp(hc_floor_div(first_us, second_us)), day_s) * day_s;
    int64_t to = clamp(hc_floor_div(last_us, second_us)) + 2 * day_s;
    size_t n;

    if (!strcmp(name, "UTC")) {
        ret->spans = hc_calloc(1, sizeof(*ret->spans));
        ret->n_spans = ret->spans ? 1 : 0;
        if (ret->spans)
            ret->spans[0].from_s = INT64_MIN;
        return ret->spans ? HC_OK : HC_NO_MEMORY;
    }
    hc_sql_text(&quoted, name);
    HC_TRY(hc_buf_check(&quoted));
    hc_buf_printf(&sql, query, quoted.text, from, to, quoted.text);
    HC_TRY(hc_buf_check(&sql));
    HC_TRY(hc_duck_rows(duck, sql.text, &rows, err));
    n = hc_rows_count(rows);
    ret->spans = hc_calloc(n, sizeof(*ret->spans));
    if (!ret->spans)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        ret->spans[i] = (struct hc_zone_span){
            i ? hc_rows_int(rows, 0, i) : INT64_MIN, hc_rows_int(rows, 1, i)};
    ret->n_spans = n;
    return HC_OK;
}
