/* Scripts given to a program: side by side, awaited, killed; what a child sees. The
 * program is one of ours, a shell script that does what its argument's name says. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "gnuplot/gnuplot.h"
#include "in_folder.h"

static char program[64];

static const char fake[] =
    "#!/bin/sh\n"
    "[ \"$1\" = -d ] || exit 9\n"
    "case $2 in\n"
    "good*) echo done >$2.out ;;\n"
    "slow*) sleep 0.2; echo done >$2.out ;;\n"
    "env) env >env.out; pwd >pwd.out; cat >stdin.out ;;\n"
    "bad) printf 'plot x\\n     ^\\nline 3: no such thing\\n\\n' >&2; "
    "echo noise; exit 3 ;;\n"
    "loud) yes x | head -c 300000 >&2; echo last >&2; exit 1 ;;\n"
    "crash) kill -SEGV $$ ;;\n"
    "hang*) echo $$ >$2.pid; sleep 300 & echo $! >$2.child; wait ;;\n"
    "mute) exec 2>&-; sleep 0.2; exit 4 ;;\n"
    "esac\n";

static struct hc_gnuplot_options options_for(const char *const *names, size_t n)
{
    return (struct hc_gnuplot_options){.program = program,
        .folder = folder,
        .names = names,
        .n = n,
        .at_once = 2,
        .limit_s = 60};
}

static void draw(const struct hc_gnuplot_options *options, struct hc_gnuplot_result *ret)
{
    struct hc_gnuplot *batch = NULL;

    assert_int_equal(hc_gnuplot_start(options, &batch, NULL), HC_OK);
    hc_gnuplot_finish(batch, ret);
}

static double now_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Reads and removes a file of the folder; "" if it is not there. */
static void take_file(const char *name, char *out, size_t size)
{
    char path[128];
    FILE *file;
    size_t n = 0;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "r");
    if (file) {
        n = fread(out, 1, size - 1, file);
        fclose(file);
        unlink(path);
    }
    out[n] = '\0';
}

/* Is the process in the named file gone? Waits a little: SIGKILL takes its time. */
static bool is_gone(const char *name)
{
    char text[32];

    take_file(name, text, sizeof(text));
    assert_true(atoi(text) > 0);
    for (int i = 0; i < 100; i++, usleep(20000)) {
        char path[64], state[256] = "";
        FILE *file;

        snprintf(path, sizeof(path), "/proc/%d/stat", atoi(text));
        file = fopen(path, "r");
        if (!file)
            return true;
        if (fgets(state, sizeof(state), file) && strstr(state, ") Z "))
            i = 100; /* dead; whoever inherited it has not looked yet */
        fclose(file);
        if (i == 100)
            return true;
    }
    return false;
}

static bool appears(const char *name)
{
    char path[128];

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    for (int i = 0; i < 500; i++, usleep(10000))
        if (!access(path, F_OK))
            return true;
    return false;
}

/* ---- finding ---- */

static void test_it_is_found_in_absolute_folders_only(void **state)
{
    char path[300], found[HC_PATH_MAX];

    (void)state;
    snprintf(path, sizeof(path), "/nowhere::%s:/usr/bin", folder);
    assert_true(hc_gnuplot_find(path, found));
    assert_string_equal(found, program);
    assert_int_equal(chdir(folder), 0);
    assert_false(hc_gnuplot_find(".:", found));
    assert_false(hc_gnuplot_find("", found));
    assert_false(hc_gnuplot_find(NULL, found));
    assert_int_equal(chdir("/"), 0);
}

static void test_a_folder_or_a_plain_file_of_that_name_is_not_it(void **state)
{
    char inner[64], name[80], found[HC_PATH_MAX];

    (void)state;
    snprintf(inner, sizeof(inner), "%s/inner", folder);
    snprintf(name, sizeof(name), "%s/gnuplot", inner);
    assert_int_equal(mkdir(inner, 0700), 0);
    assert_int_equal(mkdir(name, 0700), 0);
    assert_false(hc_gnuplot_find(inner, found));
    assert_int_equal(rmdir(name), 0);
    fclose(fopen(name, "w"));
    assert_false(hc_gnuplot_find(inner, found));
    unlink(name);
    rmdir(inner);
}

/* ---- running ---- */

static void test_all_are_run_and_judged_by_themselves(void **state)
{
    static const char *const names[] = {
        "good1", "bad", "good2", "crash", "good3", "mute"};
    struct hc_gnuplot_options options = options_for(names, HC_COUNT(names));
    struct hc_gnuplot_result results[HC_COUNT(names)];
    char text[16];

    (void)state;
    draw(&options, results);
    for (size_t i = 0; i < HC_COUNT(names); i++)
        assert_int_equal(results[i].ok, i % 2 == 0 && i < 5);
    assert_string_equal(
        results[1].reason, "gnuplot ended with exit code 3: line 3: no such thing");
    assert_string_equal(results[3].reason, "gnuplot ended with signal 11");
    assert_string_equal(results[5].reason, "gnuplot ended with exit code 4");
    take_file("good1.out", text, sizeof(text));
    assert_string_equal(text, "done\n");
    take_file("good2.out", text, sizeof(text));
    take_file("good3.out", text, sizeof(text));
    assert_string_equal(text, "done\n");
}

static void test_as_many_at_once_as_asked_and_the_caller_is_free(void **state)
{
    static const char *const names[] = {"slow1", "slow2", "slow3", "slow4"};
    struct hc_gnuplot_options options = options_for(names, HC_COUNT(names));
    struct hc_gnuplot_result results[HC_COUNT(names)];
    struct hc_gnuplot *batch = NULL;
    double start = now_s();
    char text[32];

    (void)state;
    assert_int_equal(hc_gnuplot_start(&options, &batch, NULL), HC_OK);
    assert_true(now_s() - start < 0.15);
    hc_gnuplot_finish(batch, results);
    assert_true(now_s() - start >= 0.39); /* two and two, not four */
    for (size_t i = 0; i < HC_COUNT(names); i++)
        assert_true(results[i].ok);
    for (int i = 1; i <= 4; i++) {
        snprintf(text, sizeof(text), "slow%d.out", i);
        take_file(text, text, sizeof(text));
    }
}

static void test_what_a_child_sees(void **state)
{
    static char home[] = "HOME=/home/me", lib[] = "GNUPLOT_LIB=/evil",
                fit[] = "FIT_SCRIPT=rm", path[] = "PATH=/usr/bin:/bin",
                locale[] = "LC_ALL=de_DE.UTF-8", homes[] = "HOMES=1";
    static char *env[] = {home, lib, fit, path, locale, homes, NULL};
    static const char *const names[] = {"env"};
    struct hc_gnuplot_options options = options_for(names, 1);
    struct hc_gnuplot_result result;
    char text[4096], where[128];

    (void)state;
    options.env = env;
    draw(&options, &result);
    assert_true(result.ok);
    take_file("env.out", text, sizeof(text));
    assert_non_null(strstr(text, "HOME=/home/me\n"));
    assert_non_null(strstr(text, "LC_ALL=C.UTF-8\n"));
    assert_null(strstr(text, "GNUPLOT_LIB"));
    assert_null(strstr(text, "FIT_SCRIPT"));
    assert_null(strstr(text, "HOMES"));
    assert_null(strstr(text, "de_DE"));
    take_file("pwd.out", where, sizeof(where));
    assert_memory_equal(where, folder, strlen(folder));
    take_file("stdin.out", text, sizeof(text));
    assert_string_equal(text, "");
}

static void test_a_flood_of_words_is_cut_not_waited_for(void **state)
{
    static const char *const names[] = {"loud"};
    struct hc_gnuplot_options options = options_for(names, 1);
    struct hc_gnuplot_result result;

    (void)state;
    draw(&options, &result);
    assert_false(result.ok);
    assert_memory_equal(result.reason, "gnuplot ended with exit code 1: ", 32);
}

static void test_what_cannot_be_started(void **state)
{
    static const char *const names[] = {"good", "good"};
    struct hc_gnuplot_options options = options_for(names, 2);
    atomic_int pids[HC_GNUPLOT_CHILDREN] = {0};
    struct hc_gnuplot_result results[2];

    (void)state;
    options.program = "/nowhere/gnuplot";
    options.pids = pids;
    draw(&options, results);
    assert_false(results[0].ok || results[1].ok);
    assert_string_equal(
        results[1].reason, "gnuplot cannot be started: No such file or directory");
    for (size_t i = 0; i < HC_GNUPLOT_CHILDREN; i++)
        assert_int_equal(pids[i], 0);
}

/* ---- ending ---- */

static void test_a_script_that_hangs_is_killed_with_its_children(void **state)
{
    static const char *const names[] = {"hang", "good"};
    struct hc_gnuplot_options options = options_for(names, 2);
    struct hc_gnuplot_result results[2];
    double start = now_s();
    char text[16];

    (void)state;
    options.limit_s = 1;
    draw(&options, results);
    assert_true(now_s() - start < 5);
    assert_false(results[0].ok);
    assert_string_equal(results[0].reason, "gnuplot did not end in time");
    assert_true(results[1].ok);
    assert_true(is_gone("hang.pid"));
    assert_true(is_gone("hang.child"));
    take_file("good.out", text, sizeof(text));
}

static void test_stop_kills_and_starts_no_more(void **state)
{
    static const char *const names[] = {"hang1", "hang2", "good"};
    struct hc_gnuplot_options options = options_for(names, 3);
    atomic_int pids[HC_GNUPLOT_CHILDREN] = {0};
    struct hc_gnuplot_result results[3];
    struct hc_gnuplot *batch = NULL;
    atomic_bool stop = false;
    char text[16];

    (void)state;
    options.stop = &stop;
    options.pids = pids;
    assert_int_equal(hc_gnuplot_start(&options, &batch, NULL), HC_OK);
    assert_true(appears("hang1.child") && appears("hang2.child"));
    assert_true(pids[0] > 0 && pids[1] > 0 && pids[2] == 0);
    atomic_store(&stop, true);
    hc_gnuplot_finish(batch, results);
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(results[i].reason, "interrupted");
    assert_true(pids[0] == 0 && pids[1] == 0);
    assert_true(is_gone("hang1.pid") && is_gone("hang2.pid"));
    take_file("good.out", text, sizeof(text));
    assert_string_equal(text, "");
}

static void test_nobody_asks_any_more(void **state)
{
    static const char *const names[] = {"hang3"};
    struct hc_gnuplot_options options = options_for(names, 1);
    struct hc_gnuplot *batch = NULL;
    double start = now_s();

    (void)state;
    hc_gnuplot_finish(NULL, NULL);
    assert_int_equal(hc_gnuplot_start(&options, &batch, NULL), HC_OK);
    assert_true(appears("hang3.child"));
    hc_gnuplot_finish(batch, NULL);
    assert_true(now_s() - start < 5);
    assert_true(is_gone("hang3.pid"));
}

static int make_gnuplot(void **state)
{
    FILE *file;

    if (make_folder(state))
        return -1;
    snprintf(program, sizeof(program), "%s/gnuplot", folder);
    file = fopen(program, "w");
    if (!file || fputs(fake, file) < 0 || fclose(file))
        return -1;
    return chmod(program, 0700);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_is_found_in_absolute_folders_only),
        cmocka_unit_test(test_a_folder_or_a_plain_file_of_that_name_is_not_it),
        cmocka_unit_test(test_all_are_run_and_judged_by_themselves),
        cmocka_unit_test(test_as_many_at_once_as_asked_and_the_caller_is_free),
        cmocka_unit_test(test_what_a_child_sees),
        cmocka_unit_test(test_a_flood_of_words_is_cut_not_waited_for),
        cmocka_unit_test(test_what_cannot_be_started),
        cmocka_unit_test(test_a_script_that_hangs_is_killed_with_its_children),
        cmocka_unit_test(test_stop_kills_and_starts_no_more),
        cmocka_unit_test(test_nobody_asks_any_more),
    };

    alarm(120);
    return cmocka_run_group_tests(tests, make_gnuplot, remove_folder);
}
