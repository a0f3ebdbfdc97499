#include <stdarg.h>
#include <stdio.h>

#include "model/verdict.h"

const char *const hc_availability_names[HC_AVAILABILITIES] = {
    "ok", "not_enough_data", "not_available"};

void hc_verdict_set(
    struct hc_verdict *verdict, enum hc_availability status, const char *format, ...)
{
    va_list args;

    verdict->status = status;
    va_start(args, format);
    vsnprintf(verdict->reason, sizeof(verdict->reason), format, args);
    va_end(args);
}
