/*
 * wait.h - the real clock and sleep for net/retry.h
 *
 * The clock only goes forward (CLOCK_MONOTONIC). A sleep ends within 100 ms of the stop
 * flag with HC_INTERRUPTED.
 */
#ifndef HC_NET_WAIT_H
#define HC_NET_WAIT_H

#include <stdatomic.h>

#include "net/retry.h"

double hc_wait_now_s(void);

/* HC_INTERRUPTED if `stop` (may be NULL) is or becomes true. */
enum hc_status hc_wait_sleep(double seconds, const atomic_bool *stop) HC_MUST_USE;

/* Both, for hc_retry_pause; `stop` must outlive it. */
struct hc_wait hc_wait_real(const atomic_bool *stop);

#endif
