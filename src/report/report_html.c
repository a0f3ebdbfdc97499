#include "report/report_html.h"

#include "report/human.h"
#include "report/page_data.h"
#include "report/web.h"

enum { BEFORE_TITLE, BEFORE_DATA, AFTER_DATA };

static void add_part(struct hc_buf *out, size_t part)
{
    hc_buf_add(out, hc_web_parts[part].text, hc_web_parts[part].len);
}

/* "20 nodes, 2026-10-01 to 2026-10-31": digits and our own words, nothing to escape. */
static void add_title(struct hc_buf *out, const struct hc_findings *f)
{
    const struct hc_summary *s = f->summary;

    hc_buf_printf(
        out, "%s node%s", hc_human_count(s->n_nodes).text, s->n_nodes == 1 ? "" : "s");
    if (s->n_nodes)
        hc_buf_printf(out, ", %.10s to %.10s", hc_human_iso(s->first_us).text,
            hc_human_iso(s->last_us).text);
    hc_buf_puts(out, " - hindcast");
}

void hc_report_html(
    struct hc_buf *out, const struct hc_findings *f, const struct hc_series *series)
{
    add_part(out, BEFORE_TITLE);
    add_title(out, f);
    add_part(out, BEFORE_DATA);
    hc_page_data(out, f, series);
    add_part(out, AFTER_DATA);
}
