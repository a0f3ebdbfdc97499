/*
 * json_sections.h - the sections of findings.json and what they share (report/ only)
 *
 * A section writes the one value that follows its key.
 */
#ifndef HC_JSON_SECTIONS_H
#define HC_JSON_SECTIONS_H

#include "base/json.h"
#include "model/findings.h"

/* All of findings.json. */
void hc_json_document(struct hc_json *js, const struct hc_findings *f);

/* "key": [ or { of which each item stands on a line of its own; and its end. */
void hc_json_rows_open(struct hc_json *js, const char *key, char bracket);
void hc_json_rows_close(struct hc_json *js, char bracket);

void hc_json_count(struct hc_json *js, const char *key, uint64_t n);
void hc_json_status(struct hc_json *js, enum hc_availability status, const char *reason);
void hc_json_verdict(struct hc_json *js, const struct hc_verdict *verdict);

/* An item of a section's `nulls`: why the values of that key are null. */
void hc_json_null_reason(
    struct hc_json *js, const char *key, enum hc_availability status, const char *reason);

/*
 * "key": {n, mean, std, min, max[, p50, p95, p99]}, with status and reason where one of
 * them is null; `absent` is the reason if the column is not there (NULL: it is).
 */
void hc_json_stats(struct hc_json *js, const char *key, const struct hc_stats *stats,
    bool quantiles, const char *absent);

/* Why a main gauge has no value at all; NULL where its column is there. */
const char *hc_json_absent(const struct hc_findings *f, size_t main);

void hc_json_input(struct hc_json *js, const struct hc_findings *f);
void hc_json_quality(struct hc_json *js, const struct hc_findings *f);
void hc_json_collected(struct hc_json *js, const struct hc_summary *s); /* with key */
void hc_json_temporal(struct hc_json *js, const struct hc_findings *f);
void hc_json_nodes(struct hc_json *js, const struct hc_findings *f);
void hc_json_columns(struct hc_json *js, const struct hc_findings *f);
void hc_json_correlation(struct hc_json *js, const struct hc_findings *f);
void hc_json_baseline(struct hc_json *js, const struct hc_findings *f);
void hc_json_trends(struct hc_json *js, const struct hc_findings *f);
void hc_json_rhythm(struct hc_json *js, const struct hc_findings *f);
void hc_json_growth(struct hc_json *js, const struct hc_findings *f);
void hc_json_changes(struct hc_json *js, const struct hc_findings *f);
void hc_json_twins(struct hc_json *js, const struct hc_findings *f);
void hc_json_roles(struct hc_json *js, const struct hc_findings *f);
void hc_json_anomalies(struct hc_json *js, const struct hc_findings *f);
void hc_json_compare(struct hc_json *js, const struct hc_findings *f);
void hc_json_workloads(struct hc_json *js, const struct hc_findings *f);
void hc_json_opportunity(struct hc_json *js, const struct hc_findings *f);
void hc_json_replay(struct hc_json *js, const struct hc_findings *f);
void hc_json_insights(struct hc_json *js, const struct hc_findings *f);
void hc_json_insights_status(struct hc_json *js, const struct hc_findings *f);
void hc_json_groups(struct hc_json *js, const struct hc_findings *f);
void hc_json_findings(struct hc_json *js, const struct hc_findings *f);

/* The members of temporal and opportunity, for one group of nodes too. */
void hc_json_temporal_of(
    struct hc_json *js, const struct hc_findings *f, const struct hc_temporal *t);
void hc_json_opportunity_of(
    struct hc_json *js, const struct hc_findings *f, const struct hc_opportunity *o);

#endif
