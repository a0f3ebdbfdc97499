/*
 * repacking.h - what packing all pods anew once a week would move, and save
 *
 * A run goes on as it does; once a week, counted from the start of what is measured, at
 * the first event from then on, the pods that are placed are placed once more from
 * nothing: by the same policy, on the nodes that are there, in the order in which they
 * had come. Compared is where they are with where they would be. Nothing is moved in the
 * run itself, so weeks do not add up: each says what packing anew at that moment alone
 * would do. Of a resized pod, what it asked for first counts. Pods that stay on their
 * node stay.
 *
 * The first order of the trace is used. A trace without times, or shorter than a week,
 * has no weeks. Failures: HC_NO_MEMORY, HC_INTERRUPTED.
 */
#ifndef HC_REPLAY_REPACKING_H
#define HC_REPLAY_REPACKING_H

#include "replay/replay.h"

/* Means over the weeks of a policy. */
struct hc_repacking {
    size_t weeks;
    double pods, moved, refused; /* refused: they would find no place */
    double nodes_before, nodes_after;
};

/* `ret`: [n_mixes]; no weeks of a policy that places nothing itself. */
enum hc_status hc_repacking_find(const struct hc_replay_request *request,
    struct hc_repacking *ret, struct hc_error *err) HC_MUST_USE;

#endif
