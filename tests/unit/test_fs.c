/* Files are whole or not there, whichever step of writing them fails. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "in_folder.h"

enum { MAX_STEPS = 200 };

static void put(const char *name, const char *text)
{
    struct hc_error err = {""};

    if (hc_file_write(at(name), text, strlen(text), &err))
        fail_msg("%s", err.message);
}

static void assert_text(const char *name, const char *expected)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf buf = HC_BUF_INIT;
    struct hc_error err = {""};

    if (hc_file_read(at(name), 1000, &buf, &err))
        fail_msg("%s", err.message);
    assert_string_equal(hc_buf_str(&buf), expected);
}

/* The names in a folder, with a blank after each. */
static void assert_names(const char *name, const char *expected)
{
    HC_CLEANUP(hc_names_clear) struct hc_names names = {0};
    HC_CLEANUP(hc_buf_clear) struct hc_buf all = HC_BUF_INIT;

    assert_int_equal(hc_dir_list(at(name), &names, NULL), HC_OK);
    for (size_t i = 0; i < names.n; i++)
        hc_buf_printf(&all, "%s ", names.items[i]);
    assert_string_equal(hc_buf_str(&all), expected);
}

static void paths_are_joined(void **state)
{
    char out[HC_PATH_MAX], *long_name = malloc(HC_PATH_MAX + 1);

    (void)state;
    assert_int_equal(hc_path_join("a", "b", out, NULL), HC_OK);
    assert_string_equal(out, "a/b");
    assert_int_equal(hc_path_join("a/", "b", out, NULL), HC_OK);
    assert_string_equal(out, "a/b");
    assert_int_equal(hc_path_join("/", "b", out, NULL), HC_OK);
    assert_string_equal(out, "/b");
    assert_int_equal(hc_path_join(".", "b", out, NULL), HC_OK);
    assert_string_equal(out, "b");
    memset(long_name, 'x', HC_PATH_MAX);
    long_name[HC_PATH_MAX] = '\0';
    assert_int_equal(hc_path_join("a", long_name, out, NULL), HC_USAGE);
    assert_int_equal(hc_dir_make(long_name, NULL), HC_USAGE);
    assert_int_equal(hc_file_write(long_name, "", 0, NULL), HC_USAGE);
    free(long_name);
}

static void write_and_read(void **state)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf buf = HC_BUF_INIT;

    (void)state;
    put("f", "one");
    put("f", "two");
    assert_text("f", "two");
    assert_names("", "f ");
    assert_int_equal(hc_file_write(at("zero"), "a\0b", 3, NULL), HC_OK);
    assert_int_equal(hc_file_read(at("zero"), 3, &buf, NULL), HC_OK);
    assert_int_equal(buf.len, 3);
    assert_memory_equal(buf.text, "a\0b", 3);
    assert_int_equal(hc_path_kind(at("f")), HC_PATH_FILE);
    assert_int_equal(hc_path_kind(folder), HC_PATH_FOLDER);
    assert_int_equal(hc_path_kind("/dev/null"), HC_PATH_OTHER);
    assert_int_equal(hc_path_kind(at("nothing")), HC_PATH_NONE);
}

static void assert_unreadable(const char *path, size_t max, const char *why)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf buf = HC_BUF_INIT;
    struct hc_error err = {""};

    assert_int_equal(hc_file_read(path, max, &buf, &err), HC_INPUT);
    if (!strstr(err.message, why) || !strstr(err.message, path))
        fail_msg("%s", err.message);
}

static void what_cannot_be_read(void **state)
{
    (void)state;
    put("f", "four");
    assert_int_equal(mkfifo(at("pipe"), 0600), 0);
    assert_unreadable(at("nothing"), 10, "No such file or directory");
    assert_unreadable(folder, 10, "not a file");
    assert_unreadable(at("pipe"), 10, "not a file");
    assert_unreadable("/dev/zero", 10, "not a file");
    assert_unreadable(at("f"), 3, "more than 3 bytes");
}

static void a_changed_file_is_another(void **state)
{
    struct hc_file_id first, second;

    (void)state;
    put("f", "one");
    assert_int_equal(hc_file_identify(at("f"), &first, NULL), HC_OK);
    assert_int_equal(hc_file_identify(at("f"), &second, NULL), HC_OK);
    assert_int_equal(first.bytes, 3);
    assert_true(hc_file_same(&first, &second));
    put("f", "two");
    assert_int_equal(hc_file_identify(at("f"), &second, NULL), HC_OK);
    assert_false(hc_file_same(&first, &second));
    assert_int_equal(hc_file_identify(at("nothing"), &first, NULL), HC_INPUT);
}

static void assert_disk_full(enum hc_status status, const struct hc_error *err)
{
    assert_int_equal(status, HC_OUTPUT);
    if (!strstr(err->message, "': No space left on device"))
        fail_msg("%s", err->message);
}

static void a_write_fails_at_every_step(void **state)
{
    enum hc_status status = HC_OUTPUT;
    long n;

    (void)state;
    put("f", "old");
    for (n = 0; status && n < MAX_STEPS; n++) {
        struct hc_error err = {""};

        hc_fs_fail_after(n);
        status = hc_file_write(at("f"), "new", 3, &err);
        hc_fs_fail_after(-1);
        if (status) {
            HC_CLEANUP(hc_buf_clear) struct hc_buf buf = HC_BUF_INIT;

            assert_disk_full(status, &err);
            assert_int_equal(hc_file_read(at("f"), 3, &buf, NULL), HC_OK);
            /* the last steps, syncing the folder, come after the renaming */
            assert_string_equal(buf.text, n < 5 ? "old" : "new");
            assert_names("", "f ");
        }
    }
    assert_int_equal(n, 9); /* open write sync close rename, open sync close */
    assert_text("f", "new");
}

static void a_commit_fails_at_every_step(void **state)
{
    enum hc_status status = HC_OUTPUT;

    (void)state;
    for (long n = 0; status && n < MAX_STEPS; n++) {
        char temp[HC_PATH_MAX];
        struct hc_error err = {""};

        put("f", "old");
        assert_int_equal(hc_temp_path(at("f"), temp, NULL), HC_OK);
        assert_int_equal(hc_file_write(temp, "new", 3, NULL), HC_OK);
        hc_fs_fail_after(n);
        status = hc_file_commit(temp, at("f"), &err);
        hc_fs_fail_after(-1);
        if (status)
            assert_disk_full(status, &err);
        assert_names("", "f ");
        assert_text("f", n < 4 ? "old" : "new");
    }
    assert_int_equal(status, HC_OK);
}

static void folders_are_made(void **state)
{
    struct hc_error err = {""};

    (void)state;
    assert_int_equal(hc_dir_make(at("a/b//c/"), NULL), HC_OK);
    assert_int_equal(hc_dir_make(at("a/b/c"), NULL), HC_OK);
    assert_int_equal(hc_path_kind(at("a/b/c")), HC_PATH_FOLDER);
    assert_int_equal(hc_dir_make("", NULL), HC_USAGE);
    put("f", "x");
    assert_int_equal(hc_dir_make(at("f/g"), &err), HC_OUTPUT);
    assert_non_null(strstr(err.message, "cannot make folder"));
    assert_int_equal(hc_dir_make(at("f"), &err), HC_OUTPUT);
    hc_fs_fail_after(0);
    assert_disk_full(hc_dir_make(at("new"), &err), &err);
    assert_disk_full(hc_temp_dir(folder, (char[HC_PATH_MAX]){0}, &err), &err);
    hc_fs_fail_after(-1);
    assert_int_equal(hc_path_kind(at("new")), HC_PATH_NONE);
}

static void remove_and_not_follow(void **state)
{
    (void)state;
    put("keep", "x");
    assert_int_equal(hc_dir_make(at("a/b"), NULL), HC_OK);
    put("a/b/f", "x");
    assert_int_equal(symlink(folder, at("a/up")), 0);
    hc_tree_remove(at("a"));
    hc_tree_remove(at("a"));
    assert_names("", "keep ");
}

/* ---- leftovers ---- */

/* What a child that is gone left: a file and a folder. */
static void leave_something(void)
{
    pid_t child = fork();
    int status;

    assert_true(child >= 0);
    if (child == 0) {
        char path[HC_PATH_MAX];

        if (hc_temp_path(at("f"), path, NULL) || hc_file_write(path, "x", 1, NULL) ||
            hc_temp_dir(folder, path, NULL))
            _exit(1);
        strcat(path, "/g");
        _exit(hc_file_write(path, "x", 1, NULL) ? 1 : 0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void sweep_what_dead_runs_left(void **state)
{
    char ours[HC_PATH_MAX];
    HC_CLEANUP(hc_names_clear) struct hc_names names = {0};

    (void)state;
    leave_something();
    assert_int_equal(hc_temp_dir(folder, ours, NULL), HC_OK);
    put(".hindcast-notes.tmp", "somebody's");
    put(".hindcast-1-2-3.tmpx", "somebody's");
    assert_int_equal(hc_dir_list(folder, &names, NULL), HC_OK);
    assert_int_equal(names.n, 5);
    hc_dir_sweep(folder);
    hc_names_clear(&names);
    assert_int_equal(hc_dir_list(folder, &names, NULL), HC_OK);
    assert_int_equal(names.n, 3);
    assert_int_equal(hc_path_kind(ours), HC_PATH_FOLDER);
    hc_dir_sweep(at("nothing"));
}

static void sweep_other_machines_after_a_day(void **state)
{
    const struct timespec yesterday[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};

    (void)state;
    put(".hindcast-00000000-1-0.tmp", "new");
    put(".hindcast-00000000-1-1.tmp", "old");
    assert_int_equal(
        utimensat(AT_FDCWD, at(".hindcast-00000000-1-1.tmp"), yesterday, 0), 0);
    hc_dir_sweep(folder);
    assert_names("", ".hindcast-00000000-1-0.tmp ");
}

/* ---- publishing ---- */

static void make_new_report(char temp[HC_PATH_MAX])
{
    char path[HC_PATH_MAX + 32];
    static const char *const names[] = {"a.json", "run.json", "tables/t.csv"};

    assert_int_equal(hc_temp_dir(at("out"), temp, NULL), HC_OK);
    snprintf(path, sizeof(path), "%s/tables", temp);
    assert_int_equal(hc_dir_make(path, NULL), HC_OK);
    for (size_t i = 0; i < HC_COUNT(names); i++) {
        snprintf(path, sizeof(path), "%s/%s", temp, names[i]);
        assert_int_equal(hc_file_write(path, "new", 3, NULL), HC_OK);
    }
}

static void make_old_report(void)
{
    assert_int_equal(hc_dir_make(at("out/tables"), NULL), HC_OK);
    put("out/a.json", "old");
    put("out/run.json", "old");
    put("out/mine.txt", "mine");
    put("out/tables/mine.csv", "mine");
}

static void assert_report(const char *text, bool has_table)
{
    assert_text("out/a.json", text);
    assert_text("out/run.json", text);
    assert_text("out/mine.txt", "mine");
    assert_text("out/tables/mine.csv", "mine");
    assert_names("out/tables", has_table ? "mine.csv t.csv " : "mine.csv ");
}

static void a_report_is_published(void **state)
{
    char temp[HC_PATH_MAX];
    struct hc_error err = {""};

    (void)state;
    make_old_report();
    make_new_report(temp);
    if (hc_dir_publish(temp, at("out"), NULL, 0, &err))
        fail_msg("%s", err.message);
    assert_names("out", "a.json mine.txt run.json tables ");
    assert_report("new", true);
}

/* Files that the new report does not have, and one name that it does have. */
static const char *const outdated[] = {"page.html", "figures/f.svg", "a.json", "none"};

static void what_is_outdated_goes(void **state)
{
    char temp[HC_PATH_MAX];

    (void)state;
    make_old_report();
    put("out/page.html", "old");
    assert_int_equal(hc_dir_make(at("out/figures"), NULL), HC_OK);
    put("out/figures/f.svg", "old");
    put("out/figures/mine.svg", "mine");
    make_new_report(temp);
    assert_int_equal(hc_dir_publish(temp, at("out"), outdated, 4, NULL), HC_OK);
    assert_names("out", "a.json figures mine.txt run.json tables ");
    assert_names("out/figures", "mine.svg ");
    assert_report("new", true);
}

static void an_emptied_folder_goes(void **state)
{
    char temp[HC_PATH_MAX];

    (void)state;
    make_old_report();
    assert_int_equal(hc_dir_make(at("out/figures"), NULL), HC_OK);
    put("out/figures/f.svg", "old");
    make_new_report(temp);
    assert_int_equal(hc_dir_publish(temp, at("out"), outdated, 4, NULL), HC_OK);
    assert_names("out", "a.json mine.txt run.json tables ");
}

static void publishing_fails_at_every_step(void **state)
{
    enum hc_status status = HC_OUTPUT;
    long n;

    (void)state;
    make_old_report();
    put("out/page.html", "old");
    assert_int_equal(hc_dir_make(at("out/figures"), NULL), HC_OK);
    put("out/figures/f.svg", "old");
    for (n = 0; status && n < MAX_STEPS; n++) {
        char temp[HC_PATH_MAX];
        struct hc_error err = {""};

        make_new_report(temp);
        hc_fs_fail_after(n);
        status = hc_dir_publish(temp, at("out"), outdated, 4, &err);
        hc_fs_fail_after(-1);
        if (status) {
            assert_disk_full(status, &err);
            hc_tree_remove(temp);
            assert_names("out", "a.json figures mine.txt page.html run.json tables ");
            assert_text("out/figures/f.svg", "old");
            assert_report("old", false);
        }
    }
    assert_int_equal(status, HC_OK);
    assert_true(n > 20);
    assert_report("new", true);
}

static void publishing_without_memory(void **state)
{
    enum hc_status status = HC_NO_MEMORY;
    long n;

    (void)state;
    make_old_report();
    for (n = 0; status && n < MAX_STEPS; n++) {
        char temp[HC_PATH_MAX];

        make_new_report(temp);
        hc_mem_fail_after(n);
        status = hc_dir_publish(temp, at("out"), outdated, 4, NULL);
        hc_mem_fail_after(-1);
        if (status) {
            assert_int_equal(status, HC_NO_MEMORY);
            hc_tree_remove(temp);
            assert_report("old", false);
        }
    }
    assert_int_equal(status, HC_OK);
    assert_true(n > 5);
}

static void a_folder_in_the_way(void **state)
{
    char temp[HC_PATH_MAX];
    struct hc_error err = {""};

    (void)state;
    make_old_report();
    put("out/tables/t.csv", "old");
    unlink(at("out/tables/t.csv"));
    assert_int_equal(hc_dir_make(at("out/tables/t.csv/mine"), NULL), HC_OK);
    make_new_report(temp);
    assert_int_equal(hc_dir_publish(temp, at("out"), NULL, 0, &err), HC_OUTPUT);
    assert_non_null(strstr(err.message, "a folder is there"));
    hc_tree_remove(temp);
    assert_int_equal(hc_path_kind(at("out/tables/t.csv/mine")), HC_PATH_FOLDER);
    assert_text("out/run.json", "old");
}

/* ---- */

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_joined),
        IN_FOLDER(write_and_read),
        IN_FOLDER(what_cannot_be_read),
        IN_FOLDER(a_changed_file_is_another),
        IN_FOLDER(a_write_fails_at_every_step),
        IN_FOLDER(a_commit_fails_at_every_step),
        IN_FOLDER(folders_are_made),
        IN_FOLDER(remove_and_not_follow),
        IN_FOLDER(sweep_what_dead_runs_left),
        IN_FOLDER(sweep_other_machines_after_a_day),
        IN_FOLDER(a_report_is_published),
        IN_FOLDER(what_is_outdated_goes),
        IN_FOLDER(an_emptied_folder_goes),
        IN_FOLDER(publishing_fails_at_every_step),
        IN_FOLDER(publishing_without_memory),
        IN_FOLDER(a_folder_in_the_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
