/* A manifest is written and read back; whatever is wrong in one is said and refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/clock.h"
#include "base/mem.h"
#include "dataset/manifest.h"
#include "in_folder.h"

#define SHA "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define DAY_1 "samples/2025-06-02.parquet"

static void put(const char *name, const char *text, size_t n)
{
    assert_int_equal(hc_file_write(at(name), text, n, NULL), HC_OK);
}

static enum hc_status make(struct hc_manifest *m)
{
    *m = (struct hc_manifest){.source = "synth", .version = "0.1.0", .step_s = 30};
    m->created_us = 20250 * HC_DAY_US + 1;
    m->start_us = 20241 * HC_DAY_US;
    m->end_us = 20242 * HC_DAY_US;
    HC_TRY(hc_manifest_add_column(m, "cpu_usage_rate", "fraction"));
    HC_TRY(hc_manifest_add_column(m, "strange \" \x01 name", NULL));
    HC_TRY(hc_manifest_add_file(m, DAY_1, 7, 2, SHA));
    return hc_manifest_add_file(m, "nodes.parquet", 0, 0, SHA);
}

static void written_and_read_back(void **state)
{
    HC_CLEANUP(hc_manifest_clear) struct hc_manifest m = {0}, back = {0};
    HC_CLEANUP(hc_buf_clear) struct hc_buf first = HC_BUF_INIT, second = HC_BUF_INIT;
    struct hc_error err = {""};

    (void)state;
    assert_int_equal(make(&m), HC_OK);
    assert_int_equal(hc_manifest_write(&m, folder, NULL), HC_OK);
    if (hc_manifest_read(folder, &back, &err))
        fail_msg("%s", err.message);
    hc_manifest_print(&m, &first);
    hc_manifest_print(&back, &second);
    assert_string_equal(first.text, second.text);
    assert_int_equal(back.n_files, 2);
    assert_null(back.columns[1].unit);
    assert_ptr_equal(hc_manifest_find(&back, DAY_1), &back.files[0]);
    assert_null(hc_manifest_find(&back, "x"));
    hc_manifest_clear(NULL);
}

static void assert_refused(const char *text, size_t n, const char *why)
{
    struct hc_manifest untouched = {.step_s = 77};
    struct hc_error err = {""};

    put(HC_MANIFEST_NAME, text, n);
    assert_int_equal(hc_manifest_read(folder, &untouched, &err), HC_INPUT);
    assert_int_equal(untouched.step_s, 77);
    if (!strstr(err.message, why) || !strstr(err.message, at(HC_MANIFEST_NAME)))
        fail_msg("'%s' instead of '%s'", err.message, why);
}

/* A valid manifest, but for `from`, which becomes `to`. */
static void assert_change_refused(const char *from, const char *to, const char *why)
{
    HC_CLEANUP(hc_manifest_clear) struct hc_manifest m = {0};
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT, changed = HC_BUF_INIT;

    assert_int_equal(make(&m), HC_OK);
    hc_manifest_print(&m, &text);

    const char *place = strstr(text.text, from);

    if (!place)
        fail_msg("no '%s' in the manifest", from);
    hc_buf_add(&changed, text.text, (size_t)(place - text.text));
    hc_buf_puts(&changed, to);
    hc_buf_puts(&changed, place + strlen(from));
    assert_refused(changed.text, changed.len, why);
}

static void not_json(void **state)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf deep = HC_BUF_INIT;
    struct hc_manifest none = {0};
    struct hc_error err = {""};

    (void)state;
    assert_int_equal(hc_manifest_read(folder, &none, &err), HC_INPUT);
    assert_non_null(strstr(err.message, "No such file"));
    assert_refused("", 0, "not a valid manifest: line 1");
    assert_refused("\0\0\0", 3, "not a valid manifest: line 1");
    assert_refused("[]", 2, "not an object");
    assert_refused("{}", 2, "'schema_version' is missing");
    assert_refused("{\"a\":1,\"a\":2}", 13, "duplicate");
    hc_buf_repeat(&deep, "[", 100000);
    assert_refused(deep.text, deep.len, "not a valid manifest");
}

static void every_prefix_is_refused(void **state)
{
    HC_CLEANUP(hc_manifest_clear) struct hc_manifest m = {0};
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;

    (void)state;
    assert_int_equal(make(&m), HC_OK);
    hc_manifest_print(&m, &text);
    for (size_t n = 0; n + 2 < text.len; n += 7)
        assert_refused(text.text, n, "not a valid manifest: line");
}

static void wrong_values(void **state)
{
    static const struct {
        const char *from, *to, *why;
    } cases[] = {
        {"\"schema_version\": 1", "\"schema_version\": 2", "a newer hindcast wrote it"},
        {"\"schema_version\": 1", "\"schema_version\": \"1\"", "not a whole number"},
        {"\"schema_version\": 1", "\"schema_version\": 1.0", "not a whole number"},
        {"\"schema_version\": 1", "\"schema_version\": -1", "out of range"},
        {"\"step_s\": 30", "\"step_s\": 0", "'step_s' is out of range"},
        {"\"step_s\": 30", "\"step_s\": 99999999999999999999", "not a valid manifest"},
        {"\"created_at\"", "\"created\"", "'created_at' is missing"},
        {"2025-06-02T00:00:00Z", "2025-06-02T00:00:00", "'start' is not a time in UTC"},
        {"2025-06-02T00:00:00Z", "2025-06-04T00:00:00Z", "'end' is before 'start'"},
        {"\"UTC\"", "\"CET\"", "'timezone' is not UTC"},
        {"\"UTC\"", "\"a-very-long-zone\"", "'timezone' is too long"},
        {"\"synth\"", "\"\"", "'source' is empty"},
        {"\"synth\"", "null", "'source' is not a text"},
        {"\"columns\": [", "\"columns\": [7, ", "'columns' holds something"},
        {"\"columns\": [", "\"columns\": 7, \"x\": [", "'columns' is not a list"},
        {"\"name\": \"cpu_usage_rate\"", "\"name\": 7", "'name' is not a text"},
        {"\"unit\": \"fraction\"", "\"unit\": 7", "'unit' is not a text"},
        {"\"files\"", "\"flies\"", "'files' is missing"},
        {"\"bytes\": 7", "\"bytes\": -7", "'bytes' is out of range"},
        {"\"rows\": 2", "\"rows\": 2.5", "'rows' is not a whole number"},
        {SHA, "E3B0", "is not 64 digits"},
        {"nodes.parquet", DAY_1, "is in it twice"},
    };

    (void)state;
    for (size_t i = 0; i < HC_COUNT(cases); i++)
        assert_change_refused(cases[i].from, cases[i].to, cases[i].why);
}

static void paths_stay_in_the_folder(void **state)
{
    static const char *const paths[] = {"../x", "/etc/passwd", "samples/../../x", "..",
        "a/..", "a//b", "a/", "./a", "*.parquet", "a b", "a'b", "s3:x", "a\\\\b",
        ".hindcast-0-1-2.tmp", "a\\nb"};

    (void)state;
    for (size_t i = 0; i < HC_COUNT(paths); i++)
        assert_change_refused("nodes.parquet", paths[i], "is no name of a file in its");
}

static void assert_differs(const struct hc_manifest_file *file, const char *why)
{
    struct hc_error err = {""};
    struct hc_file_id id;

    assert_int_equal(hc_manifest_verify(folder, file, &id, &err), HC_INPUT);
    if (!strstr(err.message, why) || !strstr(err.message, file->path))
        fail_msg("%s", err.message);
}

static void changed_files_are_noticed(void **state)
{
    struct hc_manifest_file file = {.path = (char[]){"f.parquet"}};
    struct hc_error err = {""};
    struct hc_file_id id;
    int64_t bytes;

    (void)state;
    put("f.parquet", "one", 3);
    assert_int_equal(hc_file_measure(at("f.parquet"), &bytes, file.sha256, NULL), HC_OK);
    file.bytes = bytes;
    if (hc_manifest_verify(folder, &file, &id, &err))
        fail_msg("%s", err.message);
    put("f.parquet", "onE", 3);
    assert_differs(&file, "(another SHA-256): was it changed?");
    put("f.parquet", "on", 2);
    assert_differs(&file, "(2 bytes, not 3): was it changed?");
    hc_tree_remove(at("f.parquet"));
    assert_differs(&file, "No such file");
    assert_int_equal(hc_dir_make(at("f.parquet"), NULL), HC_OK);
    assert_differs(&file, "f.parquet");
}

static void make_files(
    struct hc_manifest_file *files, struct hc_manifest_check *checks, size_t n)
{
    static char names[40][16];
    int64_t bytes;

    assert_true(n <= HC_COUNT(names));
    for (size_t i = 0; i < n; i++) {
        files[i] = (struct hc_manifest_file){.path = names[i]};
        snprintf(names[i], sizeof(names[i]), "v%02u.parquet", (unsigned)i % 100);
        put(names[i], names[i], 1 + i % 11);
        assert_int_equal(
            hc_file_measure(at(names[i]), &bytes, files[i].sha256, NULL), HC_OK);
        files[i].bytes = bytes;
        checks[i] = (struct hc_manifest_check){.file = &files[i]};
    }
}

/* Whatever the threads, the first bad file in order is the one that is named. */
static void the_first_bad_file_is_named(void **state)
{
    enum { FILES = 40 };
    struct hc_manifest_file files[FILES];
    struct hc_manifest_check checks[FILES];
    struct hc_file_id id;

    (void)state;
    make_files(files, checks, FILES);
    for (int64_t threads = 0; threads <= 8; threads++)
        assert_int_equal(
            hc_manifest_verify_all(folder, checks, FILES, threads, NULL), HC_OK);
    assert_int_equal(hc_manifest_verify_all(folder, checks, 0, 4, NULL), HC_OK);
    for (size_t i = 0; i < FILES; i++) {
        assert_int_equal(hc_file_identify(at(files[i].path), &id, NULL), HC_OK);
        assert_true(hc_file_same(&checks[i].id, &id));
    }
    for (size_t bad = FILES; bad-- > 0;) {
        files[bad].bytes = -1; /* and so are all after it */
        for (int64_t threads = 1; threads <= 8; threads++) {
            struct hc_error err = {""};

            assert_int_equal(
                hc_manifest_verify_all(folder, checks, FILES, threads, &err), HC_INPUT);
            if (!strstr(err.message, files[bad].path))
                fail_msg("'%s' does not name '%s'", err.message, files[bad].path);
        }
    }
}

/* ---- no memory: ours and jansson's comes from the front that tests can exhaust ---- */

static void *one_block(size_t size)
{
    return hc_alloc(size, 1);
}

static void without_memory(void **state)
{
    enum hc_status status = HC_NO_MEMORY;
    long n;

    (void)state;
    json_set_alloc_funcs(one_block, hc_free);
    for (n = 0; status && n < 2000; n++) {
        HC_CLEANUP(hc_manifest_clear) struct hc_manifest m = {0}, back = {0};

        hc_mem_fail_after(n);
        status = make(&m);
        if (!status)
            status = hc_manifest_write(&m, folder, NULL);
        if (!status)
            status = hc_manifest_read(folder, &back, NULL);
        hc_mem_fail_after(-1);
        /* jansson calls a token invalid that it has no memory for */
        assert_true(!status || status == HC_NO_MEMORY || status == HC_INPUT);
        assert_int_equal(back.n_files, status ? 0 : 2);
    }
    assert_int_equal(status, HC_OK);
    assert_true(n > 50);
    json_set_alloc_funcs(malloc, free);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(written_and_read_back),
        IN_FOLDER(not_json),
        IN_FOLDER(every_prefix_is_refused),
        IN_FOLDER(wrong_values),
        IN_FOLDER(paths_stay_in_the_folder),
        IN_FOLDER(changed_files_are_noticed),
        IN_FOLDER(the_first_bad_file_is_named),
        IN_FOLDER(without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
