/*
 * draft.h - a statement while it is being written
 *
 * A draft is opened, gets its value and its sentence, and is handed in; or it is refused,
 * which hands in a statement without a value that says why. Errors of the two buffers
 * come back from hc_draft_end.
 *
 *     HC_CLEANUP(hc_draft_clear) struct hc_draft d = hc_draft("x.y", "Title", 40);
 *
 *     if (nothing)
 *         return hc_draft_refuse(&d, out, HC_NOT_ENOUGH_DATA, "no hour has ...");
 *     hc_draft_value(&d, value, "fraction", n);
 *     hc_buf_printf(&d.text, "...");
 *     return hc_draft_end(&d, out);
 *
 * Also the pieces of SQL over the rollup. Grain: a statement that needs hours leaves its
 * SQL out when cells are quarters and the grouping would round otherwise.
 *
 * Private to the room.
 */
#ifndef HC_DRAFT_H
#define HC_DRAFT_H

#include "base/buf.h"
#include "findings/finding.h"
#include "findings/phrase.h"

enum {
    HC_SENTENCE_MAX = 160,  /* signs */
    HC_WEIGHT_REFUSED = 12, /* what could not be had is read late */
};

struct hc_draft {
    struct hc_statement head; /* title, statement and sql are written by hc_draft_end */
    const char *title;
    struct hc_buf text, sql;
};

/* source is "state" until set. */
struct hc_draft hc_draft(const char *id, const char *title, int weight);
void hc_draft_value(struct hc_draft *draft, double value, const char *unit, uint64_t n);
enum hc_status hc_draft_end(struct hc_draft *draft, struct hc_findings *out) HC_MUST_USE;
enum hc_status hc_draft_refuse(struct hc_draft *draft, struct hc_findings *out,
    enum hc_availability status, const char *format, ...) HC_PRINTF(4, 5) HC_MUST_USE;
void hc_draft_clear(struct hc_draft *draft);

/* Heaviest first; among equals in the order in which they were said. */
void hc_statements_sort(struct hc_findings *out);
/* The statement of that id is read no earlier than this: another one says more. */
void hc_statements_yield(struct hc_findings *out, const char *id, int weight);

/* Mean of a gauge over the samples of the rows at hand: sum(n * mean) / sum(n). */
void hc_draft_sql_mean(struct hc_buf *sql, enum hc_metric_id metric);
/* bucket_start as local time in the analysis' zone, quoted. */
void hc_draft_sql_local(struct hc_buf *sql, const struct hc_view *view);
/* The columns that name a node: "cluster, node" or "node". */
const char *hc_draft_sql_node(const struct hc_view *view);

/* The zone of the analysis, "UTC" if none was set. */
const char *hc_view_timezone(const struct hc_view *view);

#endif
