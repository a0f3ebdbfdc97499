/*
 * report_html.h - report.html: one page with everything, for a browser
 *
 * The page is made at build time from web/ (style, script and ECharts inlined, so that
 * it needs no network and a strict Content-Security-Policy); at run time only a title
 * and the data are put in (page_data.h). Nothing is computed here. What the script does
 * with the data is in docs/page.md.
 *
 * Can fail: memory only; told by hc_buf_check(out). Threads: no state.
 */
#ifndef HC_REPORT_HTML_H
#define HC_REPORT_HTML_H

#include "base/buf.h"
#include "model/findings.h"
#include "model/series.h"

void hc_report_html(struct hc_buf *out, const struct hc_findings *findings,
    const struct hc_series *series);

#endif
