/*
 * term_collected.c - a paragraph for each data set that `collect` wrote
 *
 * Texts of the server and names of its metrics are anybody's: every one goes through
 * hc_page_label.
 */
#include <string.h>

#include "report/human.h"
#include "report/terminal_sections.h"

enum {
    SHOWN_COLLECTIONS = 3,
    SHOWN_ABSENT = 4,
    SHOWN_WARNINGS = 2,
    NAME = 40,
    DATE = 10 /* "2025-06-02" */
};

static const char *plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

static void put_from(struct hc_page *page, struct hc_buf *text,
    const struct hc_collected *c, bool says_path)
{
    hc_buf_puts(text, "Collected");
    if (c->server)
        hc_buf_printf(
            text, " from %s", hc_page_label(page, c->server, HC_LABEL_MAX).text);
    if (says_path || !c->server)
        hc_buf_printf(text, " into %s", hc_page_label(page, c->path, HC_LABEL_MAX).text);
}

/* "2025-06-03 03:05 to 03:41 UTC" */
static void put_time(struct hc_buf *text, const struct hc_hole *hole)
{
    struct hc_human from = hc_human_date(hole->start_us),
                    to = hc_human_date(hole->end_us);
    bool same_day = !strncmp(from.text, to.text, DATE) && to.text[DATE] == ' ';

    hc_buf_printf(
        text, "%s to %s UTC", from.text, same_day ? to.text + DATE + 1 : to.text);
}

static void put_holes(struct hc_buf *text, const struct hc_collected *c)
{
    if (!c->has_holes) {
        hc_buf_puts(text, ": holes are not known");
        return;
    }
    if (!c->n_holes) {
        hc_buf_puts(text, ": no hole");
        return;
    }
    hc_buf_printf(text, ": %s hole%s, %s%s", hc_human_count(c->n_holes).text,
        plural(c->n_holes), hc_human_duration((double)c->hole_us / 1e6).text,
        c->n_holes > 1 ? " in all, longest " : ", ");
    put_time(text, &c->holes[c->longest]);
}

static void put_absent(
    struct hc_page *page, struct hc_buf *text, const struct hc_collected *c)
{
    size_t n = c->n_not_exported < SHOWN_ABSENT ? c->n_not_exported : SHOWN_ABSENT;

    for (size_t i = 0; i < n; i++) {
        const struct hc_not_exported *lost = &c->not_exported[i];

        hc_buf_printf(text, "; no %s%s (%s was not exported)",
            hc_metric_find(lost->query) >= 0 ? "column " : "",
            hc_page_label(page, lost->query, NAME).text,
            hc_page_label(page, lost->metric, NAME).text);
    }
    if (n < c->n_not_exported)
        hc_buf_printf(text, "; and %s more that were not exported",
            hc_human_count(c->n_not_exported - n).text);
}

static void put_counts(struct hc_buf *text, const struct hc_collected *c)
{
    if (c->n_warnings)
        hc_buf_printf(text, "; %s warning%s of the server",
            hc_human_count(c->n_warnings).text, plural(c->n_warnings));
    if (c->instance_days_without_node > 0)
        hc_buf_printf(text, "; on %s instance-day%s no node had the address",
            hc_human_count((uint64_t)c->instance_days_without_node).text,
            plural((uint64_t)c->instance_days_without_node));
    if (c->rows_folded > 0)
        hc_buf_printf(text, "; %s row%s left out where two instances were one node",
            hc_human_count((uint64_t)c->rows_folded).text,
            plural((uint64_t)c->rows_folded));
}

/* Each that differs from the one before it. */
static void put_warnings(struct hc_page *page, const struct hc_collected *c)
{
    size_t shown = 0;

    for (size_t i = 0; i < c->n_warnings && shown < SHOWN_WARNINGS; i++) {
        const struct hc_collected_warning *warning = &c->warnings[i];

        if (i && !strcmp(warning->text, c->warnings[i - 1].text))
            continue;
        shown++;
        hc_page_wrapf(page, HC_PAGE_INDENT + 4, "%.*s · %s", DATE,
            hc_human_date(warning->day_us).text,
            hc_page_label(page, warning->text, HC_LABEL_MAX).text);
    }
    if (shown < c->n_warnings)
        hc_page_wrap(page, HC_PAGE_INDENT + 4, "all warnings are in findings.json");
}

static void put_collected(
    struct hc_page *page, const struct hc_collected *c, bool says_path)
{
    struct hc_buf HC_CLEANUP(hc_buf_clear) text = HC_BUF_INIT;

    put_from(page, &text, c, says_path);
    put_holes(&text, c);
    put_counts(&text, c);
    put_absent(page, &text, c);
    hc_buf_putc(&text, '.');
    page->out->failed |= text.failed;
    hc_page_wrap(page, HC_PAGE_INDENT, hc_buf_str(&text));
    put_warnings(page, c);
}

void hc_term_collected(struct hc_page *page, const struct hc_summary *s)
{
    size_t n = s->n_collected < SHOWN_COLLECTIONS ? s->n_collected : SHOWN_COLLECTIONS;

    if (n)
        hc_page_blank(page);
    for (size_t i = 0; i < n; i++)
        put_collected(page, &s->collected[i], s->n_collected > 1);
    if (n < s->n_collected)
        hc_page_wrapf(page, HC_PAGE_INDENT, "and %s more in findings.json",
            hc_human_count(s->n_collected - n).text);
}
