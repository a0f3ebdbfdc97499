/*
 * base.h - the few macros and types that every file uses
 *
 * HC_TRY      return early with the status of a call that failed
 * HC_CLEANUP  run `fn(&variable)` when the variable's scope ends
 * hc_take     hand an owned pointer over: gives its value, leaves NULL
 *
 * Nothing here allocates, prints or does I/O.
 */
#ifndef HC_BASE_H
#define HC_BASE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hindcast/status.h>

#define HC_TRY(expr)                                                                     \
    do {                                                                                 \
        enum hc_status hc_try_status = (expr);                                           \
        if (hc_try_status)                                                               \
            return hc_try_status;                                                        \
    } while (0)

#define HC_CLEANUP(fn) __attribute__((cleanup(fn)))
#define HC_UNUSED __attribute__((unused))
#define HC_LIKELY(x) __builtin_expect(!!(x), 1)
#define HC_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define HC_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define hc_take(pp)                                                                      \
    __extension__({                                                                      \
        __typeof__(*(pp)) hc_taken = *(pp);                                              \
        *(pp) = NULL;                                                                    \
        hc_taken;                                                                        \
    })

static inline int64_t hc_floor_div(int64_t a, int64_t b)
{
    int64_t q = a / b;

    return q - ((a % b != 0) && ((a < 0) != (b < 0)));
}

#endif
