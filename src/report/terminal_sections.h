/*
 * terminal_sections.h - the renderers of the terminal's sections (report/ only)
 */
#ifndef HC_TERMINAL_SECTIONS_H
#define HC_TERMINAL_SECTIONS_H

#include "report/page.h"

/* How the three main gauges are called where there is little room. */
extern const char *const hc_main_titles[HC_MAIN];

void hc_term_statements(struct hc_page *page, const struct hc_findings *f);
void hc_term_quality(struct hc_page *page, const struct hc_findings *f);
void hc_term_collected(struct hc_page *page, const struct hc_summary *s); /* of quality */
void hc_term_temporal(struct hc_page *page, const struct hc_findings *f);
void hc_term_weekly(struct hc_page *page, const struct hc_findings *f);
void hc_term_nodes(struct hc_page *page, const struct hc_findings *f);
void hc_term_groups(struct hc_page *page, const struct hc_findings *f);
void hc_term_columns(struct hc_page *page, const struct hc_findings *f);
void hc_term_correlation(struct hc_page *page, const struct hc_findings *f);
void hc_term_baseline(struct hc_page *page, const struct hc_findings *f);
void hc_term_trends(struct hc_page *page, const struct hc_findings *f);
void hc_term_rhythm(struct hc_page *page, const struct hc_findings *f);
void hc_term_growth(struct hc_page *page, const struct hc_findings *f);
void hc_term_changes(struct hc_page *page, const struct hc_findings *f);
void hc_term_twins(struct hc_page *page, const struct hc_findings *f);
void hc_term_roles(struct hc_page *page, const struct hc_findings *f);
void hc_term_anomalies(struct hc_page *page, const struct hc_findings *f);
void hc_term_compare(struct hc_page *page, const struct hc_findings *f);
void hc_term_workloads(struct hc_page *page, const struct hc_findings *f);
void hc_term_opportunity(struct hc_page *page, const struct hc_findings *f);
void hc_term_replay(struct hc_page *page, const struct hc_findings *f);
bool hc_term_has_replay(const struct hc_findings *f);
/* The sentence that leads the section on opportunity, where there is one. */
void hc_term_replay_lead(struct hc_page *page, const struct hc_findings *f);
void hc_term_insights(struct hc_page *page, const struct hc_findings *f);

#endif
