/*
 * window.h - the stretch of time where the data is
 *
 * Hours with data, from the one below which 0.5 % of the node-hours lie to the one above
 * which 0.5 % lie, then outward as long as no step to the next is longer than a week or a
 * fifth of that stretch: a stray row dated 1970 or 9999 does not stretch it. Where no
 * hour is known to have data (load alone), from first to last of the nodes.
 *
 * Fails for lack of memory only. Private to the room.
 */
#ifndef HC_WINDOW_H
#define HC_WINDOW_H

#include "model/findings.h"

struct hc_window {
    int64_t first_s, last_s; /* UTC, whole hours: of the first and of the last hour */
    size_t hours;            /* both counted; 0: there is no data */
};

enum hc_status hc_window_find(
    const struct hc_findings *findings, struct hc_window *ret) HC_MUST_USE;

#endif
