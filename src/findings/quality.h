/*
 * quality.h - the sentences about quality (quality_say.c), for the row in quality.c
 *
 * Private to the room.
 */
#ifndef HC_QUALITY_H
#define HC_QUALITY_H

#include "findings/finding.h"

enum hc_status hc_quality_say(
    const struct hc_view *view, struct hc_findings *out) HC_MUST_USE;

#endif
