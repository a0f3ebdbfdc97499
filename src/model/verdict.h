/*
 * verdict.h - whether a section or a value could be had, and if not, why
 */
#ifndef HC_VERDICT_H
#define HC_VERDICT_H

#include "base/base.h"

enum hc_availability { HC_AVAILABLE, HC_NOT_ENOUGH_DATA, HC_NOT_AVAILABLE };

/* As findings.json spells them. */
enum { HC_AVAILABILITIES = 3 };
extern const char *const hc_availability_names[HC_AVAILABILITIES];

/* Why a section or value is as it is; reason is "" when available. */
struct hc_verdict {
    enum hc_availability status;
    char reason[160];
};

/* Marks it as not to be had, with the reason as printf has it; cut to its room. */
void hc_verdict_set(struct hc_verdict *verdict, enum hc_availability status,
    const char *format, ...) HC_PRINTF(3, 4);

#endif
