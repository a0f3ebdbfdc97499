/*
 * weekly.c - what the weekdays and the hours of the week say
 *
 * The numbers are temporal's; a statement needs two dates behind each cell it speaks of.
 */
#include <math.h>

#include "base/utf8.h"
#include "findings/draft.h"
#include "findings/temporal.h"

static const char *const weekday_names[] = {
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

struct side {
    double mean;
    uint64_t n;
    uint32_t days;
};

/* CPU over weekdays from..to - 1. */
static struct side side_of(const struct hc_pattern *daily, int from, int to)
{
    struct side side = {0};
    double sum = 0;

    for (int i = from; i < to; i++) {
        if (!daily[i].n[0])
            continue;
        side.n += daily[i].n[0];
        side.days += daily[i].days;
        sum += (double)daily[i].n[0] * daily[i].mean[0];
    }
    side.mean = side.n ? sum / (double)side.n : 0;
    return side;
}

static void write_weekend_sql(struct hc_buf *sql, const struct hc_view *view)
{
    hc_buf_puts(sql, "SELECT max(m) FILTER (WHERE weekend) / max(m) "
                     "FILTER (WHERE NOT weekend) "
                     "FROM (SELECT isodow(");
    hc_draft_sql_local(sql, view);
    hc_buf_puts(sql, ") > 5 AS weekend, ");
    hc_draft_sql_mean(sql, HC_CPU);
    hc_buf_puts(sql, " AS m FROM rollup WHERE cpu_usage_rate_n > 0 GROUP BY weekend)");
}

static enum hc_status say_weekend(const struct hc_view *view, struct hc_findings *out)
{
    struct side work = side_of(out->temporal.daily, 0, 5);
    struct side rest = side_of(out->temporal.daily, 5, 7);
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d = hc_draft("weekly.weekend", "Weekdays and weekends", 50);

    if (!view->column[HC_CPU])
        return hc_draft_refuse(&d, out, HC_NOT_AVAILABLE, "no column 'cpu_usage_rate'");
    if (work.days < 2 || rest.days < 2)
        return hc_draft_refuse(&d, out, HC_NOT_ENOUGH_DATA,
            "%u dates on weekdays and %u at weekends; two of each are needed", work.days,
            rest.days);
    if (!(work.mean > 0))
        return hc_draft_refuse(
            &d, out, HC_NOT_ENOUGH_DATA, "the mean of the weekdays is not above 0");
    hc_draft_value(&d, rest.mean / work.mean, "ratio", work.n + rest.n);
    d.head.source = "rollup";
    write_weekend_sql(&d.sql, view);
    hc_buf_printf(&d.text,
        "CPU is %s on weekdays (%u dates) and %s at weekends (%u dates), %s %s. "
        "Zone: ",
        hc_phrase_percent(work.mean).text, work.days, hc_phrase_percent(rest.mean).text,
        rest.days, hc_phrase_percent(fabs(1 - rest.mean / work.mean)).text,
        rest.mean < work.mean ? "less" : "more");
    hc_utf8_show(&d.text, hc_view_timezone(view), 30, false);
    hc_buf_putc(&d.text, '.');
    return hc_draft_end(&d, out);
}

static void write_cell_sql(struct hc_buf *sql, const struct hc_view *view)
{
    hc_buf_puts(sql, "SELECT max(m) FROM (SELECT sum(s) / sum(n) AS m FROM (SELECT ");
    hc_draft_sql_local(sql, view);
    hc_buf_puts(sql, " AS t, coalesce(cpu_usage_rate_n, 0) AS n, CASE WHEN "
                     "cpu_usage_rate_n > 0 THEN cpu_usage_rate_n * cpu_usage_rate_mean "
                     "END AS s FROM rollup) GROUP BY isodow(t), hour(t) "
                     "HAVING sum(n) > 0 AND count(DISTINCT t::DATE) >= 2)");
}

static enum hc_status say_peak(const struct hc_view *view, struct hc_findings *out)
{
    const struct hc_pattern *weekly = out->temporal.weekly;
    int peak = hc_temporal_peak(weekly, 7 * 24, 0, 2);
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d = hc_draft("weekly.peak_hour", "Busiest hour of the week", 25);

    if (!view->column[HC_CPU])
        return hc_draft_refuse(&d, out, HC_NOT_AVAILABLE, "no column 'cpu_usage_rate'");
    if (peak < 0)
        return hc_draft_refuse(
            &d, out, HC_NOT_ENOUGH_DATA, "no hour of the week comes on two dates");
    hc_draft_value(&d, weekly[peak].mean[0], "fraction", weekly[peak].n[0]);
    d.head.source = "rollup";
    write_cell_sql(&d.sql, view);
    hc_buf_printf(&d.text, "The busiest hour of the week is %s %02d:00 (",
        weekday_names[peak / 24], peak % 24);
    hc_utf8_show(&d.text, hc_view_timezone(view), 30, false);
    hc_buf_printf(&d.text, ") with %s CPU, a mean of %u dates.",
        hc_phrase_percent(weekly[peak].mean[0]).text, weekly[peak].days);
    return hc_draft_end(&d, out);
}

static enum hc_status say(const struct hc_view *view, struct hc_findings *out)
{
    HC_TRY(say_weekend(view, out));
    return say_peak(view, out);
}

const struct hc_finding hc_finding_weekly = {.name = "weekly", .say = say};
