/*
 * quality.h - the sentences about quality (quality_say.c) and the holes of a collection
 * (holes.c), for the row in quality.c
 *
 * Private to the room.
 */
#ifndef HC_QUALITY_H
#define HC_QUALITY_H

#include "findings/finding.h"

enum hc_status hc_quality_say(
    const struct hc_view *view, struct hc_findings *out) HC_MUST_USE;

/* Marks the fleet gaps that are holes, and counts them. */
void hc_holes_mark(const struct hc_summary *summary, struct hc_quality *quality);

/* Nothing, where no collection has a hole. */
enum hc_status hc_holes_say(
    const struct hc_view *view, struct hc_findings *out) HC_MUST_USE;

#endif
