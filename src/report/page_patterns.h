/*
 * page_patterns.h - what the page has of the patterns, which is not all of them
 *
 * Of single nodes the page draws CPU, and growth that says something; the rest, which is
 * in findings.json, would be most of the page. Decompositions are quantised (codes.h),
 * changes of level are a list of hours.
 *
 * Can fail: memory only, told by the buffer behind `js`.
 *
 * Private to the room.
 */
#ifndef HC_PAGE_PATTERNS_H
#define HC_PAGE_PATTERNS_H

#include "base/json.h"
#include "model/findings.h"

enum { HC_PAGE_PARTS = 60, HC_PAGE_CHANGES = 1000 };

/* findings.json with the rows that the page shows. */
void hc_page_findings(struct hc_json *js, const struct hc_findings *f);

/* "parts": the first HC_PAGE_PARTS series that were taken apart. */
void hc_page_parts(struct hc_json *js, const struct hc_findings *f);

/* "changes": the hours of all changes of nodes, by gauge. */
void hc_page_changes(struct hc_json *js, const struct hc_findings *f);

#endif
