#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/countdown.h"
#include "base/workers.h"

enum { QUESTIONS = 20000, WORKERS = 4 };

static size_t passed(struct hc_countdown *countdown, size_t questions)
{
    size_t n = 0;

    for (size_t i = 0; i < questions; i++)
        n += !hc_countdown_over(countdown);
    return n;
}

static void the_first_n_pass(void **state)
{
    struct hc_countdown countdown = HC_COUNTDOWN_OFF;

    (void)state;
    assert_int_equal(passed(&countdown, QUESTIONS), QUESTIONS);
    for (long n = 0; n < 10; n++) {
        hc_countdown_start(&countdown, n);
        assert_int_equal(passed(&countdown, (size_t)n), n);
        assert_int_equal(passed(&countdown, QUESTIONS), 0);
    }
    hc_countdown_start(&countdown, -1);
    assert_int_equal(passed(&countdown, QUESTIONS), QUESTIONS);
}

struct asking {
    struct hc_countdown countdown;
    atomic_size_t passed;
};

static void *ask(void *context)
{
    struct asking *asking = context;

    atomic_fetch_add(&asking->passed, passed(&asking->countdown, QUESTIONS));
    return NULL;
}

static void n_pass_in_all_threads(void **state)
{
    struct asking asking = {.countdown = HC_COUNTDOWN_OFF};

    (void)state;
    hc_countdown_start(&asking.countdown, QUESTIONS + 7);
    hc_workers_run(WORKERS, ask, &asking);
    assert_int_equal(asking.passed, QUESTIONS + 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_n_pass),
        cmocka_unit_test(n_pass_in_all_threads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
