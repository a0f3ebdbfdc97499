/*
 * page_replay.h - what the page draws of a replay, beside its section in findings.json
 *
 *     {"load_of": "CPU", "allocated": [[...], ...], "start_s": 1748822400, "width_s":
 * 3600, "there": [...], "course": [{"used": [...], "asked": [...], "cpu": [...], "hot":
 * [...]}, ...]}
 *
 * Rows are policies, in the order of the section; `allocated` has the percent at each
 * whole percent of load. Without a replay it is null. Can fail: memory only.
 */
#ifndef HC_PAGE_REPLAY_H
#define HC_PAGE_REPLAY_H

#include "base/json.h"
#include "model/placement.h"

/* One value. */
void hc_page_replay(struct hc_json *js, const struct hc_placement *placement);

#endif
