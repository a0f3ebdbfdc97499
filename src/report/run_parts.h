/*
 * run_parts.h - the runs below the one of run.json (report/ only)
 *
 * An experiment tracker shows an analysis as a run with two below it, under the names
 * that the notebook gave them: baseline_analysis and pattern_analysis. Nothing is
 * computed here. Errors are the buffer's.
 */
#ifndef HC_RUN_PARTS_H
#define HC_RUN_PARTS_H

#include "base/json.h"
#include "model/findings.h"

/* A metric is a finite number: what cannot be had is left out. */
void hc_run_metric(struct hc_json *js, const char *key, double value);

/* "runs": [...]; `artifacts` are the files that there are. */
void hc_run_parts(struct hc_json *js, const struct hc_findings *findings,
    const char *const *artifacts, size_t n_artifacts);

/* "inputs": [...]: what was read, with a digest; and the digest alone. */
enum { HC_RUN_DIGEST = 33 };
void hc_run_inputs(struct hc_json *js, const struct hc_findings *findings);
void hc_run_digest(const struct hc_findings *findings, char ret[HC_RUN_DIGEST]);

#endif
