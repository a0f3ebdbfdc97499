/*
 * usage.h - what pods used, as rows of pod_usage/
 *
 * A row is a pod and a moment for which the server has its CPU or memory, or at which a
 * container was started again. What is counted (restarts, of which for want of memory) is
 * the difference to the moment before, container by container; NULL where there is none
 * and the count is not 0. A container that was started again several times in a moment is
 * taken to have ended each time as it did last; kills are NULL where there were restarts
 * and the server does not say why at all. uid and node are those of the pod of that name
 * that was there then; of several the one that was made last.
 *
 * Private to the room.
 */
#ifndef HC_USAGE_H
#define HC_USAGE_H

#include "collect/entity.h"
#include "duck/session.h"

extern const char *const hc_usage_keys[]; /* cluster, namespace, pod */

/*
 * `usage` begins a moment before `pods`, and has its other moments; both are sorted.
 * Writes Parquet to `path`, an absolute one; *ret_rows 0: no file.
 */
enum hc_status hc_usage_write(const struct hc_entities *usage,
    const struct hc_entities *pods, bool kills_known, struct hc_duck *duck,
    const char *path, int64_t *ret_rows, struct hc_error *err) HC_MUST_USE;

#endif
