/* Ctrl-C: a program that does not answer is gone within a second, its files with it. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/interrupt.h"

static char folder[] = "/tmp/hindcast-test-XXXXXX";

/* A path that stays good for the next 31 calls. */
static char *in_folder(const char *name)
{
    static char paths[32][256];
    static int next;
    char *path = paths[next++ % 32];

    snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
    return path;
}

static void write_file(const char *path)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
}

static double now_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A child that registers what is given, writes "ready" to the pipe, and never answers. */
static pid_t start_deaf_child(const char *const *registered, int *ret_pipe)
{
    int ends[2];

    assert_int_equal(pipe(ends), 0);

    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        if (hc_interrupt_install(NULL))
            _exit(99);
        for (; *registered; registered++)
            if (hc_interrupt_register(*registered) < 0)
                _exit(98);
        if (write(ends[1], "r", 1) != 1)
            _exit(97);
        for (;;)
            continue;
    }
    close(ends[1]);
    *ret_pipe = ends[0];
    return child;
}

static int exit_code_of(pid_t child)
{
    int status;

    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void interrupt_and_look(int signals, double at_least_s, double at_most_s)
{
    const char *const registered[] = {
        in_folder("half.tmp"), in_folder("spill"), in_folder("never-made"), NULL};
    int ready;
    char c;

    write_file(in_folder("half.tmp"));
    write_file(in_folder("keep"));
    assert_int_equal(mkdir(in_folder("spill"), 0700), 0);
    assert_int_equal(mkdir(in_folder("spill/deeper"), 0700), 0);
    write_file(in_folder("spill/a"));
    write_file(in_folder("spill/deeper/b"));
    assert_int_equal(symlink(in_folder("keep"), in_folder("spill/link")), 0);

    pid_t child = start_deaf_child(registered, &ready);

    assert_int_equal(read(ready, &c, 1), 1);
    close(ready);

    double start = now_s();

    for (int i = 0; i < signals; i++) {
        kill(child, SIGINT);
        usleep(50000);
    }
    assert_int_equal(exit_code_of(child), HC_EXIT_INTERRUPTED);

    double taken = now_s() - start;

    if (taken < at_least_s || taken > at_most_s)
        fail_msg("gone after %.3f s", taken);
    assert_int_not_equal(access(in_folder("half.tmp"), F_OK), 0);
    assert_int_not_equal(access(in_folder("spill"), F_OK), 0);
    assert_int_equal(access(in_folder("keep"), F_OK), 0);
}

static void test_deaf_program_is_ended(void **state)
{
    (void)state;
    /* the watcher's 0.8 s; the upper bound leaves room for a busy machine */
    interrupt_and_look(1, 0.5, 5);
}

static void test_second_signal_ends_at_once(void **state)
{
    (void)state;
    interrupt_and_look(2, 0, 5);
}

/* Children and theirs are gone before the program is, so that none writes afterwards. */
static void test_children_end_first(void **state)
{
    int ready[2], grandchild[2], alive;
    pid_t child;
    char c;

    (void)state;
    assert_int_equal(pipe(ready), 0);
    assert_int_equal(pipe(grandchild), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        pid_t drawing = hc_interrupt_install(NULL) ? -1 : fork();

        if (drawing == 0) {
            setpgid(0, 0);
            signal(SIGALRM, SIG_DFL);
            if (fork() >= 0)
                c = 'r';
            alarm(20); /* if nobody ends them, nothing stays */
            if (write(ready[1], &c, 1) != 1)
                _exit(97);
            for (;;)
                pause();
        }
        close(grandchild[1]); /* what draws holds it, as long as it lives */
        close(ready[1]);
        atomic_store(&hc_interrupt_children()[7], (int)drawing);
        for (;;)
            continue;
    }
    close(grandchild[1]);
    for (int i = 0; i < 2; i++) /* from what draws, and from its own child */
        assert_int_equal(read(ready[0], &c, 1), 1);
    usleep(50000);
    kill(child, SIGINT);
    usleep(50000);
    kill(child, SIGINT);
    assert_int_equal(exit_code_of(child), HC_EXIT_INTERRUPTED);
    alarm(5); /* the read ends only when nobody holds the other end */
    alive = (int)read(grandchild[0], &c, 1);
    alarm(120);
    assert_int_equal(alive, 0);
    close(ready[0]);
    close(ready[1]);
    close(grandchild[0]);
}

static void test_slots_are_reused(void **state)
{
    int slot = hc_interrupt_register("/tmp/hindcast-never-made");

    (void)state;
    assert_true(slot >= 0);
    hc_interrupt_unregister(slot);
    assert_int_equal(hc_interrupt_register("/tmp/hindcast-never-made"), slot);
    hc_interrupt_unregister(slot);
    hc_interrupt_unregister(-1);
    assert_false(hc_interrupt_requested());
}

static void test_full_table_and_long_path(void **state)
{
    static char path[HC_TEMP_PATH_MAX + 1];
    int slots[HC_TEMP_SLOTS];

    (void)state;
    memset(path, 'x', HC_TEMP_PATH_MAX);
    assert_int_equal(hc_interrupt_register(path), -1);
    for (int i = 0; i < HC_TEMP_SLOTS; i++)
        assert_true((slots[i] = hc_interrupt_register("/tmp/hindcast-never-made")) >= 0);
    assert_int_equal(hc_interrupt_register("/tmp/hindcast-never-made"), -1);
    for (int i = 0; i < HC_TEMP_SLOTS; i++)
        hc_interrupt_unregister(slots[i]);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(in_folder("keep"));
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_deaf_program_is_ended),
        cmocka_unit_test(test_second_signal_ends_at_once),
        cmocka_unit_test(test_children_end_first),
        cmocka_unit_test(test_slots_are_reused),
        cmocka_unit_test(test_full_table_and_long_path),
    };

    /* whoever runs this in the background has it ignored, and so would the children */
    signal(SIGINT, SIG_DFL);
    alarm(120);
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
