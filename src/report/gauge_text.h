/*
 * gauge_text.h - a value of a gauge for people: fractions in percent, bytes with a prefix
 *
 * Private to the room. No state.
 */
#ifndef HC_GAUGE_TEXT_H
#define HC_GAUGE_TEXT_H

#include "report/human.h"

/* In the gauge's unit: "33.2 %", "1.2 GiB", "0.87". */
struct hc_human hc_gauge_text(int metric, double value);

/* A change of it, with its sign; of fractions in points. "-" if there is none. */
struct hc_human hc_gauge_change_text(int metric, double value);

#endif
