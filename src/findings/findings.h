/*
 * findings.h - from a summary and merged cells to everything that is said of a cluster
 *
 * The room takes two things and gives one. In: `struct hc_summary` (what one pass over
 * the samples has found) and the merged cells of the rollup, once, in order. Out:
 * `struct hc_findings`: sections of numbers, and statements that a person reads first.
 *
 *     HC_TRY(hc_findings_begin(&run, &summary, &settings, err));
 *     while (next cell)
 *         HC_TRY(hc_findings_add(run, &cell, err));
 *     HC_TRY(hc_findings_end(run, &findings, err));
 *     hc_findings_free(run);
 *     ... hc_findings_clear(&findings);
 *
 * Order of cells: by node (index into summary.nodes, ascending); the quarter hours of
 * an hour of a node follow one another. Hours of a node may come in any order, though
 * ascending is quickest. A cell without rows is passed over.
 *
 * Owners: summary and settings are borrowed and must outlive the run and the findings
 * (which point at them). The run is freed by the caller, whatever happened.
 *
 * What can fail: HC_NO_MEMORY anywhere; begin with HC_USAGE (a target outside 0..1, more
 * than HC_MAX_GROUPS groups); add with HC_INTERNAL for a node that is not in the summary
 * or comes again. After a failed add or end the run is only good for freeing; `findings`
 * is written by a successful end alone.
 *
 * Memory: per distinct hour about 100 bytes and per node about 16, times the groups for
 * the hours, and what one node at a time needs; never nodes × hours. An add costs some
 * tens of nanoseconds.
 *
 * Threads: a run belongs to one thread at a time; nothing is shared between runs.
 *
 * Must not touch: files, clock, environment, DuckDB, the kernel, other rooms. It uses
 * base/ and model/ only. A new finding is a file and a row of the table in findings.c;
 * finding.h says how.
 */
#ifndef HC_FINDINGS_FINDINGS_H
#define HC_FINDINGS_FINDINGS_H

#include "model/cell.h"
#include "model/findings.h"

enum { HC_MAX_GROUPS = 256 };

struct hc_findings_run;

enum hc_status hc_findings_begin(struct hc_findings_run **ret_run,
    const struct hc_summary *summary, const struct hc_settings *settings,
    struct hc_error *err) HC_MUST_USE;
enum hc_status hc_findings_add(struct hc_findings_run *run, const struct hc_cell *cell,
    struct hc_error *err) HC_MUST_USE;

/* Between begin and end: the section that workload/ has computed, taken over; without it
 * the findings say that there are no pods. */
void hc_findings_workloads(struct hc_findings_run *run, struct hc_workloads *workloads);

/* Between begin and end: what a replay has found, taken over. */
void hc_findings_placement(struct hc_findings_run *run, struct hc_placement *placement);
enum hc_status hc_findings_end(struct hc_findings_run *run, struct hc_findings *ret_out,
    struct hc_error *err) HC_MUST_USE;
void hc_findings_free(struct hc_findings_run *run);

#endif
