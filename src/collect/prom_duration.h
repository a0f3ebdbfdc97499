/*
 * prom_duration.h - a length of time as Prometheus writes it
 *
 * "1h30m", "5m", "90s", "1d", "500ms": numbers with y (365 days), w, d, h, m, s, ms, each
 * once and in this order; or "0". Pure.
 */
#ifndef HC_PROM_DURATION_H
#define HC_PROM_DURATION_H

#include "base/base.h"

/* False: it is none, or over a thousand years; *ret_ms is then untouched. */
bool hc_prom_duration(const char *text, int64_t *ret_ms);

#endif
