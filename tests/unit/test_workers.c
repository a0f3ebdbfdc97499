#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/workers.h"

static void counts(void **state)
{
    size_t own = hc_workers_count(0, SIZE_MAX);

    (void)state;
    assert_in_range(own, 1, HC_WORKERS_MAX);
    assert_int_equal(hc_workers_count(0, 1), 1);
    assert_int_equal(hc_workers_count(3, 100), 3);
    assert_int_equal(hc_workers_count(3, 2), 2);
    assert_int_equal(hc_workers_count(3, 0), 1);
    assert_int_equal(hc_workers_count(-1, 100), own < 100 ? own : 100);
    assert_int_equal(hc_workers_count(INT64_MAX, SIZE_MAX), HC_WORKERS_MAX);
}

enum { TASKS = 10000 };

struct tally {
    atomic_size_t next, workers;
    atomic_int done[TASKS];
};

static void *take_tasks(void *context)
{
    struct tally *tally = context;
    size_t i = atomic_fetch_add(&tally->next, 1);

    atomic_fetch_add(&tally->workers, 1);
    for (; i < TASKS; i = atomic_fetch_add(&tally->next, 1))
        atomic_fetch_add(&tally->done[i], 1);
    return NULL;
}

/* n workers, all gone when run is back; every task once. */
static void every_task_is_done_once(void **state)
{
    static struct tally tally;

    (void)state;
    for (size_t n = 1; n <= HC_WORKERS_MAX; n++) {
        tally = (struct tally){0};
        hc_workers_run(n, take_tasks, &tally);
        assert_int_equal(tally.workers, n);
        for (size_t i = 0; i < TASKS; i++)
            assert_int_equal(tally.done[i], 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts),
        cmocka_unit_test(every_task_is_done_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
