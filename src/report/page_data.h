/*
 * page_data.h - the data of report.html, as JSON
 *
 *     {"findings": findings.json with 9 significant digits, but for what of single
 *                  nodes' patterns would be most of it (page_patterns.h),
 *      "series":   the course in time, quantised (codes.h); docs/page.md has its keys,
 *      "needs":    nodes there and needed, hour by hour,
 *      "parts", "changes": what of the patterns is drawn by the hour}
 *
 * No '<' stands in it (it is written \u003c), so it may stand in a <script> element of
 * type application/json whatever the names in the data are. Nothing is computed but the
 * quantisation. Can fail: memory only; told by hc_buf_check(out).
 *
 * Private to the room.
 */
#ifndef HC_PAGE_DATA_H
#define HC_PAGE_DATA_H

#include "base/buf.h"
#include "model/findings.h"
#include "model/series.h"

void hc_page_data(struct hc_buf *out, const struct hc_findings *findings,
    const struct hc_series *series);

/* Appends JSON with every '<' as \u003c: in JSON it stands only within strings. */
void hc_page_without_tags(struct hc_buf *out, const struct hc_buf *json);

#endif
