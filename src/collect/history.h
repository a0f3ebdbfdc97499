/*
 * history.h - nodes.parquet and pods.parquet out of the days' parts
 *
 * Rows of the same entity that follow each other without a gap and say the same are one:
 * a pod that ran for a week unchanged has one row. Sorted by the keys and valid_from. The
 * same parts give the same bytes.
 */
#ifndef HC_HISTORY_H
#define HC_HISTORY_H

#include "base/fs.h"
#include "collect/day.h"

enum hc_history { HC_HISTORY_NODES, HC_HISTORY_PODS, HC_HISTORIES };

/* "nodes.parquet" */
const char *hc_history_name(enum hc_history which);

/* That day's part of it. */
const struct hc_day_file *hc_history_part(
    const struct hc_day *day, enum hc_history which);

/*
 * Puts the parts that the days have in `state_dir` (absolute) together and writes the
 * file into `dir`. ret->path is "" where no day has a part; an older file then goes.
 */
enum hc_status hc_history_write(enum hc_history which, const struct hc_day *days,
    size_t n_days, const char *dir, const char *state_dir, struct hc_duck *duck,
    struct hc_day_file *ret, struct hc_error *err) HC_MUST_USE;

#endif
