#include <string.h>

#include "base/splitmix.h"
#include "net/retry.h"

const struct hc_retry_policy hc_retry_collect = {
    .tries = 10, .first_s = 2, .growth = 1.8, .jitter = 0.25, .longest_s = 900};
const struct hc_retry_policy hc_retry_track = {.tries = 10,
    .first_s = 2,
    .growth = 1.8,
    .jitter = 0.25,
    .longest_s = 20,
    .budget_s = 20};

void hc_retry_init(struct hc_retry *retry, const struct hc_retry_policy *policy,
    double now_s, uint64_t seed)
{
    *retry = (struct hc_retry){.policy = *policy, .start_s = now_s, .random = seed};
}

/* 0 <= x < 1, 53 bits of it. */
static double next_unit(struct hc_retry *retry)
{
    return (double)(hc_splitmix_next(&retry->random) >> 11) * 0x1p-53;
}

static double wait_s(struct hc_retry *retry, double retry_after_s)
{
    const struct hc_retry_policy *policy = &retry->policy;
    double unit = next_unit(retry), wait = policy->first_s;

    if (retry_after_s >= 0)
        return retry_after_s * (1 + 0.1 * unit);
    for (int i = 1; i < retry->failed; i++)
        wait *= policy->growth;
    return wait * (1 - policy->jitter + 2 * policy->jitter * unit);
}

double hc_retry_left_s(const struct hc_retry *retry, double now_s)
{
    double left = retry->start_s + retry->policy.budget_s - now_s;

    if (retry->policy.budget_s <= 0)
        return -1;
    return left > 0 ? left : 0;
}

enum hc_retry_verdict hc_retry_next(struct hc_retry *retry, bool worth,
    double retry_after_s, double now_s, double *ret_wait_s)
{
    double wait;

    retry->failed++;
    if (!worth)
        return HC_RETRY_POINTLESS;
    if (retry->failed >= retry->policy.tries)
        return HC_RETRY_TRIES;
    if (retry_after_s > retry->policy.longest_s)
        return HC_RETRY_TOO_LONG;
    wait = wait_s(retry, retry_after_s);
    if (retry->policy.budget_s > 0 && wait > hc_retry_left_s(retry, now_s))
        return HC_RETRY_BUDGET;
    *ret_wait_s = wait;
    return HC_RETRY_AGAIN;
}

const char *hc_retry_words(enum hc_retry_verdict verdict)
{
    static const char *const words[] = {
        [HC_RETRY_AGAIN] = "",
        [HC_RETRY_POINTLESS] = "",
        [HC_RETRY_TRIES] = "given up after as many tries as are allowed",
        [HC_RETRY_BUDGET] = "given up, no time left for another try",
        [HC_RETRY_TOO_LONG] = "given up, it asks for too long a wait",
    };

    return words[verdict];
}

static enum hc_status give_up(
    const struct hc_retry *retry, enum hc_retry_verdict verdict, struct hc_error *err)
{
    const char *words = hc_retry_words(verdict);
    struct hc_error before;

    if (!err || !*words)
        return HC_SERVICE;
    before = *err;
    return hc_fail(err, HC_SERVICE, "%.900s (%s; tried %d %s)", before.message, words,
        retry->failed, retry->failed == 1 ? "time" : "times");
}

enum hc_status hc_retry_pause(struct hc_retry *retry, const struct hc_wait *wait,
    bool worth, double retry_after_s, struct hc_error *err)
{
    double seconds = 0;
    enum hc_retry_verdict verdict =
        hc_retry_next(retry, worth, retry_after_s, wait->now_s(wait->context), &seconds);

    if (verdict != HC_RETRY_AGAIN)
        return give_up(retry, verdict, err);
    if (wait->sleep(wait->context, seconds))
        return hc_fail(err, HC_INTERRUPTED, "stopped while waiting for another try");
    return HC_OK;
}
