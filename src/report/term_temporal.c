#include <math.h>
#include <string.h>

#include "report/bars.h"
#include "report/grid.h"
#include "report/human.h"
#include "report/terminal_sections.h"

enum { HOURS = 24, DAYS = 7, BARS_AT = 11 };

static const char *const day_names[DAYS] = {
    "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

/* Lowest and highest of n values; -1 without a value. */
struct ends {
    int low, high;
};

static struct ends ends_of(const double *values, int n)
{
    struct ends ends = {-1, -1};

    for (int i = 0; i < n; i++) {
        if (isnan(values[i]))
            continue;
        if (ends.low < 0 || values[i] < values[ends.low])
            ends.low = i;
        if (ends.high < 0 || values[i] > values[ends.high])
            ends.high = i;
    }
    return ends;
}

static void collect(const struct hc_pattern *patterns, int n, size_t main, double *values)
{
    for (int i = 0; i < n; i++)
        values[i] = patterns[i].mean[main];
}

/* "1,728,000" or "71,990 to 72,000": smallest and largest count of a row of groups. */
static struct hc_human counts(const uint64_t *n, size_t groups)
{
    uint64_t low = n[0], high = n[0];

    for (size_t i = 1; i < groups; i++) {
        low = n[i] < low ? n[i] : low;
        high = n[i] > high ? n[i] : high;
    }
    if (low == high)
        return hc_human_short(low);
    return hc_human_text("%s to %s", hc_human_short(low).text, hc_human_short(high).text);
}

/* ---- hours ----------------------------------------------------------------------- */

static size_t cell_width(const struct hc_page *page)
{
    return page->width >= BARS_AT + 2 * HOURS ? 2 : 1;
}

static void put_axis(struct hc_page *page)
{
    size_t cell = cell_width(page), every = cell == 2 ? 3 : 6;

    hc_page_style(page, HC_DIM);
    for (size_t hour = 0; hour < HOURS; hour += every) {
        hc_page_pad(page, BARS_AT + hour * cell);
        hc_page_text(page, hc_human_text("%02zu", hour).text);
    }
    hc_page_style(page, HC_PLAIN);
    hc_page_end(page);
}

/* What stands right of a chart: the highest hour on its first row, the lowest on its
 * last. */
static void put_end(
    struct hc_page *page, size_t main, const char *what, int hour, const double *values)
{
    size_t at = BARS_AT + cell_width(page) * HOURS + 2;
    struct hc_human text = hc_human_text("%s %s %s", what,
        hc_human_main(main, values[hour]).text, hc_human_hour(hour).text);

    if (at + strlen(text.text) > page->width)
        return;
    hc_page_pad(page, at);
    hc_page_text(page, text.text);
}

static void put_chart(
    struct hc_page *page, const struct hc_temporal *t, size_t main, size_t rows)
{
    double values[HOURS];
    struct ends ends;

    collect(t->hourly, HOURS, main, values);
    ends = ends_of(values, HOURS);
    if (ends.low < 0)
        return;
    if (main)
        hc_page_blank(page);
    for (size_t row = 0; row < rows; row++) {
        hc_page_pad(page, HC_PAGE_INDENT);
        if (row + 1 == rows)
            hc_page_text(page, hc_main_titles[main]);
        hc_page_pad(page, BARS_AT);
        hc_page_style(page, HC_ACCENT);
        hc_bars_row(page, values, HOURS, cell_width(page), values[ends.high], row, rows);
        hc_page_style(page, HC_PLAIN);
        if (row == 0)
            put_end(page, main, "high", ends.high, values);
        if (row + 1 == rows)
            put_end(page, main, "low ", ends.low, values);
        hc_page_end(page);
    }
}

static void put_hours(struct hc_page *page, const struct hc_findings *f)
{
    uint64_t rows[HOURS], days[HOURS];

    for (size_t i = 0; i < HOURS; i++) {
        rows[i] = f->temporal.hourly[i].rows;
        days[i] = f->temporal.hourly[i].days;
    }
    hc_page_wrapf(page, HC_PAGE_INDENT,
        "Mean by hour of day (%s), bars from zero; n = %s samples and %s dates an hour.",
        f->settings->timezone, counts(rows, HOURS).text, counts(days, HOURS).text);
    hc_page_blank(page);
    for (size_t main = 0; main < HC_MAIN; main++)
        put_chart(page, &f->temporal, main, main ? 2 : 4);
    put_axis(page);
}

/* ---- weekdays -------------------------------------------------------------------- */

static void put_days(struct hc_page *page, const struct hc_findings *f)
{
    static const struct hc_grid_column columns[] = {
        {"by weekday", 10, false},
        {"CPU", 8, true},
        {"memory", 8, true},
        {"load 1m", 8, true},
        {"n", 10, true},
        {"dates", 7, true},
        {"CPU from zero", 14, false},
    };
    struct hc_grid grid;
    double cpu[DAYS];
    struct ends ends;

    collect(f->temporal.daily, DAYS, 0, cpu);
    ends = ends_of(cpu, DAYS);
    hc_page_blank(page);
    hc_grid_open(&grid, page, columns, HC_COUNT(columns), 0);
    for (size_t day = 0; day < DAYS; day++) {
        const struct hc_pattern *p = &f->temporal.daily[day];

        hc_grid_put(&grid, day_names[day]);
        for (size_t main = 0; main < HC_MAIN; main++)
            hc_grid_put_main(&grid, main, p->mean[main]);
        hc_grid_put_short(&grid, p->rows);
        hc_grid_put(&grid, p->days ? hc_human_count(p->days).text : "no data");
        hc_grid_put(
            &grid, hc_bar(page, cpu[day], ends.high < 0 ? 0 : cpu[ends.high], 14).text);
    }
}

void hc_term_temporal(struct hc_page *page, const struct hc_findings *f)
{
    if (!hc_page_available(page, &f->temporal.verdict))
        return;
    put_hours(page, f);
    put_days(page, f);
}

/* ---- hour × weekday -------------------------------------------------------------- */

static void put_week_row(struct hc_page *page, size_t day, const double *values,
    double low, double high, const struct hc_pattern *daily)
{
    struct hc_human text = hc_human_text("%s  n %s",
        hc_human_percent(daily->mean[0]).text, hc_human_short(daily->rows).text);

    hc_page_pad(page, HC_PAGE_INDENT);
    hc_page_text(page, day_names[day]);
    hc_page_pad(page, BARS_AT);
    hc_page_style(page, HC_ACCENT);
    for (size_t hour = 0; hour < HOURS; hour++)
        hc_shade(page, values[day * HOURS + hour], low, high, cell_width(page));
    hc_page_style(page, HC_PLAIN);
    if (page->column + 2 + strlen(text.text) <= page->width) {
        hc_page_pad(page, page->column + 2);
        hc_page_text(page, text.text);
    }
    hc_page_end(page);
}

/* Cells of one date are shown, but they are counted: a statement needs two. */
static void put_week_counts(struct hc_page *page, const struct hc_findings *f)
{
    size_t empty = 0, single = 0;

    for (size_t i = 0; i < DAYS * HOURS; i++) {
        empty += f->temporal.weekly[i].rows == 0;
        single += f->temporal.weekly[i].days == 1;
    }
    if (empty || single)
        hc_page_wrapf(page, HC_PAGE_INDENT,
            "Of the 168 cells %zu without a sample (%s), %zu of a single date only.",
            empty, page->ascii ? "??" : "··", single);
}

void hc_term_weekly(struct hc_page *page, const struct hc_findings *f)
{
    double values[DAYS * HOURS];
    struct ends ends;

    if (!hc_page_available(page, &f->temporal.verdict))
        return;
    collect(f->temporal.weekly, DAYS * HOURS, 0, values);
    ends = ends_of(values, DAYS * HOURS);
    if (ends.low < 0) {
        hc_page_wrap(page, HC_PAGE_INDENT, "not available: no value of cpu_usage_rate");
        return;
    }
    hc_page_wrapf(page, HC_PAGE_INDENT,
        "Mean CPU by weekday and hour (%s): low %s on %s at %s, high %s on %s at %s.",
        f->settings->timezone, hc_human_percent(values[ends.low]).text,
        day_names[ends.low / HOURS], hc_human_hour(ends.low % HOURS).text,
        hc_human_percent(values[ends.high]).text, day_names[ends.high / HOURS],
        hc_human_hour(ends.high % HOURS).text);
    hc_page_blank(page);
    for (size_t day = 0; day < DAYS; day++)
        put_week_row(page, day, values, values[ends.low], values[ends.high],
            &f->temporal.daily[day]);
    put_axis(page);
    hc_shade_legend(page, BARS_AT, values[ends.low], values[ends.high]);
    put_week_counts(page, f);
}
