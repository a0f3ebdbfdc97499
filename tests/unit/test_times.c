/* Runs of a node's times: seams, repeats across them, ceilings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/times.h"
#include "reference.h"

static const int64_t s_us = 1000000;

/* Row r has the hash that stands in hashes[r], or r itself. */
static uint64_t hash_of(const void *context, int64_t row)
{
    const uint64_t *hashes = context;

    return hashes ? hashes[row] : (uint64_t)row;
}

struct trial {
    struct hc_times times;
    struct hc_times_pass pass;
    int64_t room, row;
};

static void start(struct trial *t, int64_t hint_s, const uint64_t *hashes)
{
    *t = (struct trial){.room = HC_TIMES_ROOM};
    t->pass = (struct hc_times_pass){
        .hint_us = hint_s * s_us, .hash = hash_of, .context = hashes, .room = &t->room};
}

static void add(struct trial *t, int64_t us)
{
    assert_int_equal(hc_times_add(&t->times, &t->pass, t->row++, us), HC_OK);
    assert_int_equal(hc_times_settle(&t->times, &t->pass), HC_OK);
}

static void cut(struct trial *t)
{
    assert_int_equal(hc_times_close_run(&t->times, &t->room), HC_OK);
}

static struct hc_times_result result_of(struct trial *t)
{
    struct hc_times_result result;

    assert_int_equal(hc_times_read(&t->times, t->pass.hint_us, &result), HC_OK);
    hc_times_clear(&t->times);
    return result;
}

static void no_rows_and_one(void **state)
{
    struct hc_times_result result;
    struct trial t;

    (void)state;
    start(&t, 300, NULL);
    result = result_of(&t);
    assert_true(result.distinct == 0 && result.step_s == 0 && !result.inexact);
    start(&t, 300, NULL);
    add(&t, 77);
    result = result_of(&t);
    assert_true(result.distinct == 1 && result.step_s == 0 && !result.inexact);
    assert_true(!result.gaps && !result.n_gaps && !result.exact && !result.conflicting);
}

static void a_seam_is_a_difference(void **state)
{
    struct hc_times_result result;
    struct trial t;

    (void)state;
    start(&t, 300, NULL);
    for (int64_t i = 0; i < 10; i++) {
        if (i % 3 == 0)
            cut(&t);
        add(&t, (i < 7 ? i : i + 2) * 300 * s_us);
    }
    result = result_of(&t);
    assert_int_equal(result.step_s, 300);
    assert_int_equal(result.distinct, 10);
    assert_int_equal(result.occupied, 10);
    assert_int_equal(result.expected, 12);
    assert_int_equal(result.n_gaps, 1);
    assert_int_equal(result.gaps[0].start_us, 6 * 300 * s_us);
    assert_int_equal(result.gaps[0].end_us, 9 * 300 * s_us);
    assert_false(result.inexact);
    free(result.gaps);
}

/* a a | a b | b: one time in three runs. */
static void repeats_go_on_across_seams(void **state)
{
    static const uint64_t hashes[] = {9, 1, 1, 1, 2, 2, 8};
    struct hc_times_result result;
    struct trial t;

    (void)state;
    start(&t, 1, hashes);
    add(&t, 0);
    for (int i = 0; i < 5; i++) {
        if (i == 2 || i == 4)
            cut(&t);
        add(&t, s_us);
    }
    add(&t, 2 * s_us);
    result = result_of(&t);
    assert_int_equal(result.exact, 3);
    assert_int_equal(result.conflicting, 1);
    assert_int_equal(result.distinct, 3);
    assert_int_equal(result.out_of_order, 0);
    assert_false(result.inexact);
    free(result.gaps);
}

static void going_back_is_counted(void **state)
{
    struct hc_times_result result;
    struct trial t;

    (void)state;
    start(&t, 1, NULL);
    add(&t, 5 * s_us);
    add(&t, 6 * s_us);
    add(&t, 3 * s_us); /* before all: the runs do not overlap */
    add(&t, 4 * s_us);
    result = result_of(&t);
    assert_int_equal(result.out_of_order, 1);
    assert_false(result.inexact);
    assert_int_equal(result.occupied, 4);
    free(result.gaps);
    start(&t, 1, NULL);
    add(&t, 5 * s_us);
    add(&t, 8 * s_us);
    add(&t, 6 * s_us);
    add(&t, 6 * s_us);
    result = result_of(&t);
    assert_int_equal(result.out_of_order, 1);
    assert_true(result.inexact && !result.inexact_order);
    assert_null(result.gaps);
}

static void another_step_than_the_hint(void **state)
{
    struct hc_times_result result;
    struct trial t;

    (void)state;
    start(&t, 300, NULL);
    for (int64_t i = 0; i < 5; i++)
        add(&t, i * 60 * s_us);
    result = result_of(&t);
    assert_true(result.inexact && result.step_s == 60);
    start(&t, 0, NULL);
    for (int64_t i = 0; i < 5; i++)
        add(&t, i * 60 * s_us);
    result = result_of(&t);
    assert_true(result.inexact && result.step_s == 60);
}

/* Slots and gaps of times before 1970, and of the furthest. */
static void times_far_away(void **state)
{
    struct hc_times_result result;
    struct trial t;

    (void)state;
    start(&t, 60, NULL);
    for (int64_t i = -30; i < 30; i += 3)
        add(&t, i * 20 * s_us + 1);
    result = result_of(&t);
    assert_true(result.occupied == 20 && result.expected == 20 && !result.inexact);
    free(result.gaps);
    start(&t, 60, NULL);
    add(&t, -HC_TIMES_FURTHEST);
    add(&t, HC_TIMES_FURTHEST);
    result = result_of(&t);
    assert_int_equal(result.distinct, 2);
    assert_true(result.inexact);
}

static void lists_have_a_ceiling(void **state)
{
    struct hc_times_result result;
    struct trial t;

    (void)state;
    /* runs */
    start(&t, 1, NULL);
    t.room = 50 * HC_TIMES_RUN_UNITS;
    for (int64_t i = 0; i < 100; i++) {
        add(&t, i * s_us);
        cut(&t);
    }
    assert_int_equal(t.times.n_runs, 0);
    result = result_of(&t);
    assert_true(result.inexact && result.inexact_order);
    /* different steps */
    start(&t, 1, NULL);
    for (int64_t i = 0, us = 0; i < 2 * HC_TIMES_MAX_STEPS; i++, us += i * s_us)
        add(&t, us);
    assert_true(t.times.n_steps <= HC_TIMES_MAX_STEPS);
    result = result_of(&t);
    assert_true(result.inexact);
    /* different rows at one time */
    start(&t, 1, NULL);
    for (int64_t i = 0; i < 2 * HC_TIMES_MAX_SAME; i++)
        add(&t, 0);
    assert_true(t.times.run.last.distinct <= HC_TIMES_MAX_SAME);
    result = result_of(&t);
    assert_true(result.inexact);
}

/* Hashes of repeats take room too. */
static void hashes_take_room(void **state)
{
    struct trial t;

    (void)state;
    start(&t, 1, NULL);
    t.room = 1000;
    for (int64_t run = 0; run < 20; run++) {
        for (int64_t i = 0; i < 200; i++)
            add(&t, run * s_us);
        cut(&t);
    }
    assert_true(t.times.overflow && t.times.n_runs == 0);
    hc_times_clear(&t.times);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_rows_and_one),
        cmocka_unit_test(a_seam_is_a_difference),
        cmocka_unit_test(repeats_go_on_across_seams),
        cmocka_unit_test(going_back_is_counted),
        cmocka_unit_test(another_step_than_the_hint),
        cmocka_unit_test(times_far_away),
        cmocka_unit_test(lists_have_a_ceiling),
        cmocka_unit_test(hashes_take_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
