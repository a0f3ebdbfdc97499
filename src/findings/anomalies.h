/*
 * anomalies.h - when nodes were not as usual: docs/method/anomalies.md
 *
 * Two looks. First the cells: what is usual for each gauge of a node. Then the samples,
 * in any order, on any threads: their scores, and the stretches in which they are off.
 *
 *     HC_TRY(hc_anomalies_begin(&run, &findings, &zone, err));
 *     learners, each with the cells of nodes of its own
 *         HC_TRY(hc_anomalies_learner_new(run, &learner));
 *         while (next cell)
 *             HC_TRY(hc_anomalies_learn(learner, &cell));
 *         HC_TRY(hc_anomalies_learned(learner));
 *     if (hc_anomalies_can_score(run))
 *         scorers, each with samples of its own
 *             HC_TRY(hc_anomalies_scorer_new(run, &scorer));
 *             HC_TRY(hc_anomalies_score(scorer, &rows));
 *     HC_TRY(hc_anomalies_end(run, &findings, err));
 *     hc_anomalies_free(run);
 *
 * end fills findings.anomalies and adds statements. What is found depends neither on how
 * cells and samples are shared out nor on the order of samples.
 *
 * Gauges: all that the data have. Hours: those of patterns.h; samples outside them have
 * no score. Memory: 2.7 kB for each gauge of a node, and what stretch.h says; two rows of
 * hours for each gauge and learner.
 *
 * Owners: findings and zone are borrowed until the end; learners and scorers are the
 * run's. Can fail: memory. Threads: new from any thread; a learner or scorer belongs to
 * one at a time; the rest to one alone.
 */
#ifndef HC_FINDINGS_ANOMALIES_H
#define HC_FINDINGS_ANOMALIES_H

#include "model/cell.h"
#include "model/findings.h"
#include "model/zone.h"

struct hc_anomalies_run;
struct hc_anomalies_learner;
struct hc_anomalies_scorer;

/* Samples, a row each. */
struct hc_anomaly_rows {
    size_t n;
    const uint32_t *node; /* index into the summary's nodes; others are passed over */
    const int64_t *time_us;
    const double *const *value;   /* [gauges][n] */
    const uint64_t *const *valid; /* [gauges] a bit a row; NULL: all */
};

enum hc_status hc_anomalies_begin(struct hc_anomalies_run **ret_run,
    const struct hc_findings *findings, const struct hc_zone *zone,
    struct hc_error *err) HC_MUST_USE;
void hc_anomalies_free(struct hc_anomalies_run *run);

/* The gauges, in the order of rows. */
size_t hc_anomalies_gauges(
    const struct hc_anomalies_run *run, const enum hc_metric_id **ret);

/* Cells of a node in order of time, nodes one after the other. */
enum hc_status hc_anomalies_learner_new(
    struct hc_anomalies_run *run, struct hc_anomalies_learner **ret) HC_MUST_USE;
enum hc_status hc_anomalies_learn(
    struct hc_anomalies_learner *learner, const struct hc_cell *cell) HC_MUST_USE;
enum hc_status hc_anomalies_learned(struct hc_anomalies_learner *learner) HC_MUST_USE;

/* False: there is nothing to compare samples with, and end says why. */
bool hc_anomalies_can_score(const struct hc_anomalies_run *run);

enum hc_status hc_anomalies_scorer_new(
    struct hc_anomalies_run *run, struct hc_anomalies_scorer **ret) HC_MUST_USE;
enum hc_status hc_anomalies_score(
    struct hc_anomalies_scorer *scorer, const struct hc_anomaly_rows *rows) HC_MUST_USE;

enum hc_status hc_anomalies_end(struct hc_anomalies_run *run,
    struct hc_findings *findings, struct hc_error *err) HC_MUST_USE;

/* In the place of all of it: the section says that it was not wanted. */
enum hc_status hc_anomalies_leave_out(
    struct hc_findings *findings, const char *reason, struct hc_error *err) HC_MUST_USE;

#endif
