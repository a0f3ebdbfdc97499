/*
 * settings.h - what the user asked of an analysis
 */
#ifndef HC_SETTINGS_H
#define HC_SETTINGS_H

#include "base/base.h"

struct hc_settings {
    const char *timezone;     /* IANA name, "UTC" by default */
    double target_cpu;        /* 0 < t <= 1, 0.65 by default */
    double target_memory;     /* 0 < t <= 1, 0.80 by default */
    const char *group_by;     /* a column's name, or NULL */
    const char *generated_at; /* ISO 8601 UTC, the moment of the run */
    int argc;                 /* the options as given, for run.json and findings.json */
    const char *const *argv;
};

#endif
