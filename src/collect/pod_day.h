/*
 * pod_day.h - the stored pieces of a UTC day as files about nodes and pods
 *
 *     pod_usage/2025-06-02.parquet        in the data set's folder
 *     2025-06-02.nodes.parquet            in the folder of states: that day's part of
 *     2025-06-02.pods.parquet             nodes.parquet and pods.parquet (history.h)
 *
 * What the plan does not ask for, or nothing is known of, has no file, and an empty path
 * in the day. Each is written whole or not at all. The same pieces give the same bytes.
 */
#ifndef HC_POD_DAY_H
#define HC_POD_DAY_H

#include "collect/day.h"

/* `state_dir` is an absolute path, which the session may write to. Fills the day's files
 * (all but the samples) and adds to its warnings. */
enum hc_status hc_pod_day_write(const struct hc_plan *plan, struct hc_span span,
    const char *pieces_dir, const char *dir, const char *state_dir, struct hc_duck *duck,
    struct hc_day *day, struct hc_error *err) HC_MUST_USE;

#endif
