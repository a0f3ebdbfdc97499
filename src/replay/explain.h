/*
 * explain.h - why a pod was placed where it was: scores and refusals of all nodes
 *
 * Two Parquet files out of a run, made as it goes, so that memory does not grow with pods
 * times nodes:
 *
 *   scores   index, node, each term's score times its weight (none: it is not made for
 *            this pod), total; a row for each pod to be placed and node that it fits
 *   rejects  index, node, reason, as kube-scheduler words it; a row for each other node
 *
 * The terms of a mix with kube-scheduler's soft scores are those of its profile
 * (ImageLocality is 0 always); else the policies by their names. Failures: of
 * duck/source.h.
 */
#ifndef HC_REPLAY_EXPLAIN_H
#define HC_REPLAY_EXPLAIN_H

#include "duck/session.h"
#include "replay/run.h"

enum hc_explanation { HC_EXPLAIN_SCORES, HC_EXPLAIN_REJECTS };

/* Goes through the run to its end; `path` is to be renamed into place by the caller. */
enum hc_status hc_explain_write(struct hc_duck *duck, struct hc_run *run,
    const struct hc_mix *mix, enum hc_explanation what, const char *path,
    struct hc_error *err) HC_MUST_USE;

#endif
