/*
 * hindcast/status.h - how every function of the library reports an outcome
 *
 * A function that can fail returns `enum hc_status`. HC_OK is 0, so
 * `if (status)` reads "if it failed". Data goes out through pointers and is
 * written only on success. The last parameter of a function that has
 * something to say about a failure is a nullable `struct hc_error *`.
 *
 * Messages are one line: lower case, what failed first, user strings quoted,
 * no full stop: "cannot open 'x.parquet': not a Parquet file".
 *
 * Threads: a status is a value; an hc_error belongs to one thread at a time.
 */
#ifndef HINDCAST_STATUS_H
#define HINDCAST_STATUS_H

#include <stdarg.h>
#include <stddef.h>

#if defined(__GNUC__) || defined(__clang__)
#define HC_MUST_USE __attribute__((warn_unused_result))
#define HC_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define HC_MUST_USE
#define HC_PRINTF(fmt, args)
#endif

/* Causes that a caller can act on. The program's exit code of each is beside it. */
enum hc_status {
    HC_OK = 0,      /* done (0) */
    HC_NO_MEMORY,   /* an allocation failed, or a memory limit was reached (1) */
    HC_INTERNAL,    /* a bug of ours (1) */
    HC_USAGE,       /* the caller asked for something that makes no sense (2) */
    HC_INPUT,       /* input missing, unreadable or not valid (3) */
    HC_NO_DATA,     /* valid input, but not enough of it (4) */
    HC_OUTPUT,      /* output cannot be written (5) */
    HC_SERVICE,     /* a service failed or refused (6) */
    HC_INTERRUPTED, /* the caller asked to stop (130) */
};

/* Room for one message; a longer one is cut and ends in "...". */
struct hc_error {
    char message[1024];
};

/* A fixed, static name of a status ("no memory"). */
const char *hc_status_name(enum hc_status status);

/*
 * Writes a message into `err` (nothing when NULL) and returns `status`, so that a
 * failing function can end with `return hc_fail(err, HC_INPUT, "...")`.
 */
enum hc_status hc_fail(
    struct hc_error *err, enum hc_status status, const char *format, ...) HC_PRINTF(3, 4);

#endif
