/* When a request is sent again, on a clock of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/fault.h"
#include "net/retry.h"
#include "net/wait.h"

static const struct hc_retry_policy plain = {
    .tries = 10, .first_s = 2, .growth = 1.8, .longest_s = 900};

static void waits_grow_by_the_factor(void **state)
{
    struct hc_retry retry;
    double expected = 2, wait_s = 0;

    (void)state;
    hc_retry_init(&retry, &plain, 100, 1);
    for (int i = 0; i < 9; i++, expected *= 1.8) {
        assert_int_equal(hc_retry_next(&retry, true, -1, 100, &wait_s), HC_RETRY_AGAIN);
        assert_float_equal(wait_s, expected, 1e-9 * expected);
    }
    wait_s = -7;
    assert_int_equal(hc_retry_next(&retry, true, -1, 100, &wait_s), HC_RETRY_TRIES);
    assert_float_equal(wait_s, -7, 0);
    assert_int_equal(retry.failed, 10);
}

static void jitter_stays_in_its_range_and_fills_it(void **state)
{
    double least = 1e9, most = 0, sum = 0;

    (void)state;
    for (uint64_t seed = 0; seed < 4000; seed++) {
        struct hc_retry retry;
        double wait_s = 0;

        hc_retry_init(&retry, &hc_retry_collect, 0, seed);
        assert_int_equal(hc_retry_next(&retry, true, -1, 0, &wait_s), HC_RETRY_AGAIN);
        least = wait_s < least ? wait_s : least;
        most = wait_s > most ? wait_s : most;
        sum += wait_s;
    }
    assert_true(least >= 1.5 && least < 1.51);
    assert_true(most <= 2.5 && most > 2.49);
    assert_float_equal(sum / 4000, 2, 0.02);
}

static void the_seed_is_all_the_chance_there_is(void **state)
{
    struct hc_retry a, b;

    (void)state;
    hc_retry_init(&a, &hc_retry_collect, 0, 42);
    hc_retry_init(&b, &hc_retry_collect, 5, 42);
    for (int i = 0; i < 9; i++) {
        double first = 0, second = 0;

        assert_int_equal(hc_retry_next(&a, true, -1, 9, &first), HC_RETRY_AGAIN);
        assert_int_equal(hc_retry_next(&b, true, -1, 99, &second), HC_RETRY_AGAIN);
        assert_float_equal(first, second, 0);
    }
}

static void the_service_is_obeyed(void **state)
{
    struct hc_retry retry;
    double wait_s = 0;

    (void)state;
    hc_retry_init(&retry, &hc_retry_collect, 0, 7);
    assert_int_equal(hc_retry_next(&retry, true, 100, 0, &wait_s), HC_RETRY_AGAIN);
    assert_true(wait_s >= 100 && wait_s <= 110);
    assert_int_equal(hc_retry_next(&retry, true, 0, 0, &wait_s), HC_RETRY_AGAIN);
    assert_float_equal(wait_s, 0, 0);
    assert_int_equal(hc_retry_next(&retry, true, 901, 0, &wait_s), HC_RETRY_TOO_LONG);
    assert_int_equal(hc_retry_next(&retry, true, 900, 0, &wait_s), HC_RETRY_AGAIN);
}

static void no_wait_outlasts_the_budget(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 500; seed++) {
        struct hc_retry retry;
        double now_s = 1000, wait_s = 0;
        enum hc_retry_verdict verdict;

        hc_retry_init(&retry, &hc_retry_track, now_s, seed);
        while ((verdict = hc_retry_next(&retry, true, -1, now_s, &wait_s)) == 0) {
            now_s += wait_s + 0.3; /* and the request itself */
            assert_true(now_s <= 1020.3);
        }
        assert_int_equal(verdict, HC_RETRY_BUDGET);
        assert_in_range(retry.failed, 4, 5); /* waits of 2, 3.6, 6.5, then perhaps 11.7 */
    }
}

static void what_is_left_of_the_budget(void **state)
{
    struct hc_retry retry;

    (void)state;
    hc_retry_init(&retry, &hc_retry_track, 50, 1);
    assert_float_equal(hc_retry_left_s(&retry, 50), 20, 0);
    assert_float_equal(hc_retry_left_s(&retry, 65), 5, 0);
    assert_float_equal(hc_retry_left_s(&retry, 80), 0, 0);
    hc_retry_init(&retry, &hc_retry_collect, 50, 1);
    assert_true(hc_retry_left_s(&retry, 1e9) < 0);
}

static void codes_that_are_asked_again(void **state)
{
    static const int again[] = {408, 429, 500, 502, 503, 504},
                     never[] = {301, 304, 400, 401, 403, 404, 407, 413, 422};
    struct hc_retry retry;
    double wait_s;

    (void)state;
    hc_retry_init(&retry, &plain, 0, 1);
    for (size_t i = 0; i < HC_COUNT(again); i++)
        assert_true(hc_http_fault_retry(hc_http_fault_of_code(again[i])));
    for (size_t i = 0; i < HC_COUNT(never); i++)
        assert_false(hc_http_fault_retry(hc_http_fault_of_code(never[i])));
    assert_int_equal(hc_retry_next(&retry, false, 1, 0, &wait_s), HC_RETRY_POINTLESS);
}

static void every_fault_has_a_row(void **state)
{
    (void)state;
    for (int f = HC_HTTP_FINE; f <= HC_HTTP_FAILED; f++) {
        assert_non_null(hc_http_fault_name((enum hc_http_fault)f));
        assert_int_equal(
            hc_http_fault_status((enum hc_http_fault)f) == HC_OK, f == HC_HTTP_FINE);
    }
    assert_int_equal(hc_http_fault_of_code(200), HC_HTTP_FINE);
    assert_int_equal(hc_http_fault_of_code(0), HC_HTTP_GARBLED);
    assert_int_equal(hc_http_fault_of_code(-1), HC_HTTP_GARBLED);
}

/* ---- with a clock ---- */

struct pretended {
    double now_s;
    int sleeps;
    int stop_at; /* the sleep that is interrupted; 0: none */
};

static double pretended_now(void *context)
{
    return ((struct pretended *)context)->now_s;
}

static enum hc_status pretended_sleep(void *context, double seconds)
{
    struct pretended *clock = context;

    clock->now_s += seconds;
    return ++clock->sleeps == clock->stop_at ? HC_INTERRUPTED : HC_OK;
}

static void pauses_until_it_gives_up(void **state)
{
    struct pretended clock = {0};
    const struct hc_wait wait = {pretended_now, pretended_sleep, &clock};
    struct hc_error err = {"'http://h': answers 503"};
    struct hc_retry retry;
    enum hc_status status;

    (void)state;
    hc_retry_init(&retry, &plain, 0, 3);
    while (!(status = hc_retry_pause(&retry, &wait, true, -1, &err)))
        assert_string_equal(err.message, "'http://h': answers 503");
    assert_int_equal(status, HC_SERVICE);
    assert_int_equal(clock.sleeps, 9);
    assert_float_equal(clock.now_s, 493.3982, 0.001); /* 2 (1.8^9 - 1) / 0.8 */
    assert_string_equal(err.message, "'http://h': answers 503 (given up after as many "
                                     "tries as are allowed; tried 10 times)");
    assert_int_equal(hc_retry_pause(&retry, &wait, true, -1, NULL), HC_SERVICE);
}

static void pointless_adds_no_words(void **state)
{
    struct pretended clock = {0};
    const struct hc_wait wait = {pretended_now, pretended_sleep, &clock};
    struct hc_error err = {"as it was"};
    struct hc_retry retry;

    (void)state;
    hc_retry_init(&retry, &plain, 0, 3);
    assert_int_equal(hc_retry_pause(&retry, &wait, false, 5, &err), HC_SERVICE);
    assert_string_equal(err.message, "as it was");
    assert_int_equal(clock.sleeps, 0);
}

static void a_pause_can_be_stopped(void **state)
{
    struct pretended clock = {.stop_at = 2};
    const struct hc_wait wait = {pretended_now, pretended_sleep, &clock};
    struct hc_retry retry;

    (void)state;
    hc_retry_init(&retry, &plain, 0, 3);
    assert_int_equal(hc_retry_pause(&retry, &wait, true, -1, NULL), HC_OK);
    assert_int_equal(hc_retry_pause(&retry, &wait, true, -1, NULL), HC_INTERRUPTED);
}

static void the_real_clock(void **state)
{
    atomic_bool stop = false;
    struct hc_wait wait = hc_wait_real(&stop);
    double before = wait.now_s(wait.context);

    (void)state;
    assert_int_equal(wait.sleep(wait.context, 0.12), HC_OK);
    assert_true(wait.now_s(wait.context) - before >= 0.12);
    atomic_store(&stop, true);
    before = hc_wait_now_s();
    assert_int_equal(wait.sleep(wait.context, 1000), HC_INTERRUPTED);
    assert_true(hc_wait_now_s() - before < 5);
    assert_int_equal(hc_wait_sleep(-1, NULL), HC_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_grow_by_the_factor),
        cmocka_unit_test(jitter_stays_in_its_range_and_fills_it),
        cmocka_unit_test(the_seed_is_all_the_chance_there_is),
        cmocka_unit_test(the_service_is_obeyed),
        cmocka_unit_test(no_wait_outlasts_the_budget),
        cmocka_unit_test(what_is_left_of_the_budget),
        cmocka_unit_test(codes_that_are_asked_again),
        cmocka_unit_test(every_fault_has_a_row),
        cmocka_unit_test(pauses_until_it_gives_up),
        cmocka_unit_test(pointless_adds_no_words),
        cmocka_unit_test(a_pause_can_be_stopped),
        cmocka_unit_test(the_real_clock),
    };

    return cmocka_run_group_tests_name("retry", tests, NULL, NULL);
}
