/*
 * key_values.h - the baseline and the insights as names and values (report/ only)
 *
 * findings.json, insights.json and the metrics and tags of run.json write the same ones;
 * their names and order stand here alone. Texts are borrowed from the findings. Nothing
 * can fail.
 */
#ifndef HC_KEY_VALUES_H
#define HC_KEY_VALUES_H

#include "model/findings.h"

enum { HC_BASELINE_VALUES = 8, HC_INSIGHT_VALUES = 8 };

struct hc_key_value {
    const char *key;
    bool is_text;
    double number;    /* NaN: cannot be had */
    const char *text; /* NULL: cannot be had */
};

void hc_baseline_values(
    const struct hc_baseline *baseline, struct hc_key_value ret[HC_BASELINE_VALUES]);
void hc_insight_values(
    const struct hc_insights *insights, struct hc_key_value ret[HC_INSIGHT_VALUES]);

#endif
