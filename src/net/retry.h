/*
 * retry.h - whether a request that failed is sent again, and when
 *
 * A plain state machine: it reads no clock, does not sleep and does no I/O. Who asks says
 * what time it is and waits as long as the answer says; so a test can let an hour pass in
 * no time. hc_retry_pause does both with a clock that is handed in (net/wait.h has the
 * real one).
 *
 * The wait is what the service asked for (Retry-After, and up to a tenth more), else
 * first_s * growth^i, i = 0 for the first, times a factor 1 - jitter .. 1 + jitter from
 * the seed: many clients that failed together do not come back together.
 *
 * The budget is counted from hc_retry_init to the end of a wait: a wait that would end
 * after it is not begun. A request's own time is the caller's to limit, by
 * hc_retry_left_s.
 *
 * Threads: a struct belongs to one thread.
 */
#ifndef HC_NET_RETRY_H
#define HC_NET_RETRY_H

#include "base/base.h"

struct hc_retry_policy {
    int tries;        /* requests at most, the first among them */
    double first_s;   /* first wait */
    double growth;    /* factor from wait to wait */
    double jitter;    /* 0..1 */
    double longest_s; /* a service that asks for a longer wait is given up */
    double budget_s;  /* in all; 0: none */
};

/* Ten tries, about eight minutes of waiting; and twenty seconds in all. */
extern const struct hc_retry_policy hc_retry_collect;
extern const struct hc_retry_policy hc_retry_track;

/* A clock that only goes forward, and a sleep. */
struct hc_wait {
    double (*now_s)(void *context);
    enum hc_status (*sleep)(void *context, double seconds); /* HC_INTERRUPTED: stopped */
    void *context;
};

enum hc_retry_verdict {
    HC_RETRY_AGAIN,     /* after the wait */
    HC_RETRY_POINTLESS, /* the same request would fail in the same way */
    HC_RETRY_TRIES,     /* enough tries */
    HC_RETRY_BUDGET,    /* no time left */
    HC_RETRY_TOO_LONG,  /* the service asks for a longer wait than is allowed */
};

struct hc_retry {
    struct hc_retry_policy policy;
    double start_s;
    int failed; /* requests so far, all of which failed */
    uint64_t random;
};

void hc_retry_init(struct hc_retry *retry, const struct hc_retry_policy *policy,
    double now_s, uint64_t seed);

/*
 * A request has failed. `worth`: sending it again makes sense (hc_http_fault_retry);
 * `retry_after_s` is what the service asked for, negative for nothing. *ret_wait_s is set
 * with HC_RETRY_AGAIN.
 */
enum hc_retry_verdict hc_retry_next(struct hc_retry *retry, bool worth,
    double retry_after_s, double now_s, double *ret_wait_s);

/* "given up after 10 tries": for the end of a message; "" where there is nothing to say.
 */
const char *hc_retry_words(enum hc_retry_verdict verdict);

/* Seconds of the budget that are left, at least 0; negative: there is no budget. */
double hc_retry_left_s(const struct hc_retry *retry, double now_s);

/*
 * hc_retry_next, and the wait. HC_OK: send it again. HC_SERVICE: give up; `err`, which
 * holds the message of the request, gets the reason at its end. HC_INTERRUPTED: stopped.
 */
enum hc_status hc_retry_pause(struct hc_retry *retry, const struct hc_wait *wait,
    bool worth, double retry_after_s, struct hc_error *err) HC_MUST_USE;

#endif
