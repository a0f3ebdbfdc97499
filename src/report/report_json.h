/*
 * report_json.h - the findings as JSON: findings.json, insights.json, run.json
 *
 * The shapes are the contract's, made exact by docs/findings.schema.json. A value that
 * cannot be had is null, and the object it stands in (or, for a whole section, the
 * section) says why in `status` and `reason`; NaN never appears. Numbers read back
 * as the same bits; numeric rows stand on one line. Names from the data are written as
 * they are, JSON-escaped; bytes that are not UTF-8 become U+FFFD.
 *
 * Nothing is computed here, but for percentages of counts. Can fail: memory (or
 * the ceiling of the buffer) only; told by hc_buf_check(out). Threads: no state.
 */
#ifndef HC_REPORT_JSON_H
#define HC_REPORT_JSON_H

#include "base/buf.h"
#include "model/findings.h"

void hc_report_findings_json(struct hc_buf *out, const struct hc_findings *findings);

/* Exactly the notebook's eight keys. */
void hc_report_insights_json(struct hc_buf *out, const struct hc_findings *findings);

/* The files of a report, relative to its folder. */
struct hc_report_files {
    const char *const *names; /* all */
    size_t n;
    const char *const *shown; /* those that are for a person, none of them empty */
    size_t n_shown;
};

/*
 * What `track` sends (docs/output.md has the format): metrics are finite numbers, what
 * cannot be had is left out; params and tags are texts; below it the notebook's two runs,
 * baseline_analysis, and pattern_analysis with the files that are for a person.
 */
void hc_report_run_json(struct hc_buf *out, const struct hc_findings *findings,
    const struct hc_report_files *files);

#endif
