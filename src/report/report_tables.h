/*
 * report_tables.h - the findings as CSV files, for a spreadsheet or pandas.read_csv
 *
 * How text and numbers are written: csv.h. Times are ISO 8601 in UTC. Only as much
 * is in a file as its name says; findings.json has the reasons for what is empty.
 *
 * To read one back with nothing lost:
 *     df = pd.read_csv("tables/nodes.csv", dtype={"node": str}, keep_default_na=False,
 *                      na_values={c: [""] for c in numbers})
 * or, where no node is called "NA" or "007", simply pd.read_csv("tables/nodes.csv").
 *
 * Can fail: memory only; told by hc_buf_check(out). Threads: no state.
 */
#ifndef HC_REPORT_TABLES_H
#define HC_REPORT_TABLES_H

#include "base/buf.h"
#include "model/findings.h"

struct hc_report_table {
    const char *name; /* below the report's folder: "tables/hourly.csv" */
    void (*render)(struct hc_buf *out, const struct hc_findings *findings);
};

extern const struct hc_report_table hc_report_tables[];
extern const size_t hc_report_tables_count;

#endif
