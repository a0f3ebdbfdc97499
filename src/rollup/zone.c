#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "rollup/zone.h"

static const int64_t second_us = 1000000;

void hc_zone_clear(struct hc_zone *zone)
{
    hc_free(zone->spans);
    *zone = (struct hc_zone){0};
}

static enum hc_status check_name(
    struct hc_duck *duck, const char *name, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;

    hc_buf_puts(&sql, "SELECT name, lower(name) = lower(");
    hc_sql_text(&sql, name);
    hc_buf_puts(
        &sql, ") FROM pg_timezone_names() ORDER BY levenshtein(lower(name), lower(");
    hc_sql_text(&sql, name);
    hc_buf_puts(&sql, ")), name LIMIT 1");
    HC_TRY(hc_buf_check(&sql));
    HC_TRY(hc_duck_rows(duck, sql.text, &rows, err));
    if (hc_rows_int(rows, 1, 0))
        return HC_OK;
    return hc_fail(err, HC_USAGE, "unknown time zone '%s'; did you mean '%s'?", name,
        hc_rows_text(rows, 0, 0));
}

/* Offsets at every quarter of an hour of the stretch, reduced to where they change. */
static const char query[] =
    "WITH q AS (SELECT t, epoch(timezone(%s, to_timestamp(t)))::BIGINT - t AS o "
    "FROM range(%" PRId64 ", %" PRId64 ", 900) r(t)), "
    "c AS (SELECT t, o, lag(o) OVER (ORDER BY t) AS before FROM q) "
    "SELECT t, o FROM c WHERE before IS NULL OR before <> o ORDER BY t";

enum hc_status hc_zone_load(struct hc_duck *duck, const char *name, int64_t first_us,
    int64_t last_us, struct hc_zone *ret, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT, quoted = HC_BUF_INIT;
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;
    int64_t from = hc_floor_div(first_us, 900 * second_us) * 900;
    int64_t to = hc_floor_div(last_us, second_us) + 1;
    size_t n;

    if (!strcmp(name, "UTC")) {
        ret->spans = hc_calloc(1, sizeof(*ret->spans));
        ret->n_spans = ret->spans ? 1 : 0;
        if (ret->spans)
            ret->spans[0].from_s = INT64_MIN;
        return ret->spans ? HC_OK : HC_NO_MEMORY;
    }
    HC_TRY(check_name(duck, name, err));
    hc_sql_text(&quoted, name);
    HC_TRY(hc_buf_check(&quoted));
    hc_buf_printf(&sql, query, quoted.text, from, to > from ? to : from + 1);
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
