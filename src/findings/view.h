/*
 * view.h - what the findings know before the first cell
 *
 * Private to the room.
 */
#ifndef HC_VIEW_H
#define HC_VIEW_H

#include "findings/finding.h"

/* HC_USAGE for a target outside 0..1 or more than HC_MAX_GROUPS values of --group-by. */
enum hc_status hc_view_init(struct hc_view *view, const struct hc_summary *summary,
    const struct hc_settings *settings, struct hc_error *err) HC_MUST_USE;
void hc_view_clear(struct hc_view *view);

#endif
