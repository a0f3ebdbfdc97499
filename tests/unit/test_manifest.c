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
#include "base/json.h"
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

/* The manifest of `maker`, but for `from`, which becomes `to`. */
static struct hc_buf changed(
    enum hc_status (*maker)(struct hc_manifest *), const char *from, const char *to)
{
    HC_CLEANUP(hc_manifest_clear) struct hc_manifest m = {0};
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;
    struct hc_buf out = HC_BUF_INIT;

    assert_int_equal(maker(&m), HC_OK);
    hc_manifest_print(&m, &text);

    const char *place = strstr(text.text, from);

    if (!place)
        fail_msg("no '%s' in the manifest", from);
    hc_buf_add(&out, text.text, (size_t)(place - text.text));
    hc_buf_puts(&out, to);
    hc_buf_puts(&out, place + strlen(from));
    return out;
}

static void assert_change_refused(const char *from, const char *to, const char *why)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = changed(make, from, to);

    assert_refused(text.text, text.len, why);
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

/* ---- what a collection says ---- */

static const char collected[] =
    "\"server\": {\"url\": \"http://p:9090\", \"version\": \"2.42.0\"},"
    "\"match\": null, \"queries\": [], \"scrape_interval_s\": 15,"
    "\"not_exported\": [{\"query\": \"load_15m\", \"metric\": \"node_load15\"}],"
    "\"holes\": [{\"start\": \"2025-06-02T03:05:00Z\", \"end\": "
    "\"2025-06-02T03:41:00Z\"}, {\"start\": \"2025-06-02T23:00:00Z\", \"end\": "
    "\"2025-06-03T00:00:10Z\"}],"
    "\"warnings\": [{\"day\": \"2025-06-02T00:00:00Z\", \"warning\": \"a\\u001bb\"}],"
    "\"instance_days_without_node\": 2, \"rows_folded\": 0";

/* `text` is one or more members of the object, as they are. */
static void put_members(void *context, struct hc_json *js)
{
    hc_buf_puts(js->out, ",\n");
    hc_buf_puts(js->out, context);
}

static enum hc_status make_collected(struct hc_manifest *m)
{
    HC_TRY(make(m));
    strcpy(m->source, "collect");
    m->more = put_members;
    m->context = (char *)(uintptr_t)collected;
    return HC_OK;
}

static void assert_read(const char *text, size_t n, struct hc_manifest *ret)
{
    struct hc_error err = {""};

    put(HC_MANIFEST_NAME, text, n);
    if (hc_manifest_read(folder, ret, &err))
        fail_msg("%s", err.message);
}

static void a_collection_is_read(void **state)
{
    HC_CLEANUP(hc_manifest_clear) struct hc_manifest back = {0};
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = changed(make_collected, "", "");
    const struct hc_collected *c = &back.collected;

    (void)state;
    assert_read(text.text, text.len, &back);
    assert_string_equal(c->source, "collect");
    assert_string_equal(c->server, "http://p:9090");
    assert_string_equal(c->server_version, "2.42.0");
    assert_int_equal(c->start_us, back.start_us);
    assert_int_equal(c->end_us, back.end_us);
    assert_int_equal(c->step_s, 30);
    assert_true(c->has_holes && c->has_warnings && c->has_not_exported);
    assert_int_equal(c->n_holes, 2);
    assert_int_equal(c->holes[0].start_us - c->start_us, 11100 * HC_SECOND_US);
    /* the last sample would have stood for the time up to ten seconds after the end */
    assert_int_equal(c->holes[1].end_us, c->end_us);
    assert_int_equal(c->hole_us, (36 + 60) * 60 * HC_SECOND_US);
    assert_int_equal(c->longest, 1);
    assert_int_equal(c->n_warnings, 1);
    assert_int_equal(c->warnings[0].day_us, c->start_us);
    assert_string_equal(c->warnings[0].text, "a\033b");
    assert_int_equal(c->n_not_exported, 1);
    assert_string_equal(c->not_exported[0].query, "load_15m");
    assert_string_equal(c->not_exported[0].metric, "node_load15");
    assert_int_equal(c->instance_days_without_node, 2);
    assert_int_equal(c->rows_folded, 0);
    assert_false(hc_collected_is_partial(c));
}

/* What is not said is not nothing. */
static void what_a_collection_does_not_say(void **state)
{
    static const char *const members[] = {"\"x\": 1",
        "\"server\": null, \"holes\": null, \"warnings\": null, \"not_exported\": null, "
        "\"instance_days_without_node\": null, \"rows_folded\": null"};

    (void)state;
    for (size_t i = 0; i < HC_COUNT(members); i++) {
        HC_CLEANUP(hc_manifest_clear) struct hc_manifest back = {0};
        HC_CLEANUP(hc_buf_clear)
        struct hc_buf text = changed(make_collected, collected, members[i]);
        const struct hc_collected *c = &back.collected;

        assert_read(text.text, text.len, &back);
        assert_false(c->has_holes || c->has_warnings || c->has_not_exported);
        assert_null(c->server);
        assert_int_equal(c->instance_days_without_node, -1);
        assert_int_equal(c->rows_folded, -1);
        assert_true(hc_collected_is_partial(c));
    }
}

/* To others these keys may mean anything. */
static void only_collect_is_asked(void **state)
{
    HC_CLEANUP(hc_manifest_clear) struct hc_manifest back = {0};
    HC_CLEANUP(hc_buf_clear)
    struct hc_buf text = changed(make, "\"columns\"", "\"holes\": 7, \"columns\"");

    (void)state;
    assert_read(text.text, text.len, &back);
    assert_null(back.collected.source);
}

static void wrong_values_of_a_collection(void **state)
{
    static const struct {
        const char *from, *to, *why;
    } cases[] = {
        {"{\"url\"", "7, \"x\": {\"url\"", "'server' is not an object"},
        {"\"url\": \"http://p:9090\"", "\"url\": 7", "'url' is not a text"},
        {"\"url\"", "\"urn\"", "'url' is missing"},
        {"\"2.42.0\"", "2.42", "'version' is not a text"},
        {"\"holes\": [", "\"holes\": {}, \"x\": [", "'holes' is not a list"},
        {"\"holes\": [", "\"holes\": [[1, 2], ", "'holes' holds something"},
        {"\"2025-06-02T03:05:00Z\"", "1748833500", "'start' is not a text"},
        {"2025-06-02T03:05:00Z", "2025-06-02 03:05", "'start' is not a time in UTC"},
        {"2025-06-02T03:41:00Z", "2025-06-02T03:05:00Z", "'holes' has one that does not"},
        {"2025-06-02T03:41:00Z", "2025-06-02T03:04:59Z", "'holes' has one that does not"},
        {"2025-06-02T03:41:00Z", "2025-06-02T23:00:01Z", "'holes' has one that is out"},
        {"2025-06-02T03:05:00Z", "2025-06-01T23:59:59Z", "'holes' has one that is out"},
        {"2025-06-03T00:00:10Z", "2025-06-03T00:00:30Z", "'holes' has one that is out"},
        {"\"warnings\": [", "\"warnings\": \"a\", \"x\": [", "'warnings' is not a list"},
        {"\"day\": \"2025-06-02", "\"day\": \"2025-06-03", "'day' is outside"},
        {"\"day\": \"2025-06-02", "\"day\": \"2025-13-02", "'day' is not a time"},
        {"\"a\\u001bb\"", "[\"a\"]", "'warning' is not a text"},
        {"\"a\\u001bb\"", "\"a\\u0000b\"", "not a valid manifest: line"},
        {"\"query\": \"load_15m\"", "\"query\": null", "'query' is not a text"},
        {"\"node_load15\"", "\"\"", "'metric' is empty"},
        {"without_node\": 2", "without_node\": -1", "is out of range"},
        {"\"rows_folded\": 0", "\"rows_folded\": 0.5", "'rows_folded' is not a whole"},
        {"\"rows_folded\": 0", "\"rows_folded\": \"0\"", "'rows_folded' is not a whole"},
    };

    (void)state;
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        HC_CLEANUP(hc_buf_clear)
        struct hc_buf text = changed(make_collected, cases[i].from, cases[i].to);

        assert_refused(text.text, text.len, cases[i].why);
    }
}

/* `n` times `item`, which ends in a comma, before what the list has. */
static void assert_many_refused(const char *list, const char *item, size_t n)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf many = HC_BUF_INIT;
    char why[64];

    hc_buf_puts(&many, list);
    hc_buf_repeat(&many, item, n);

    HC_CLEANUP(hc_buf_clear)
    struct hc_buf text = changed(make_collected, list, many.text);

    snprintf(why, sizeof(why), "entries, at most %zu are read", n);
    assert_refused(text.text, text.len, why);
}

static void lists_have_a_bound(void **state)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf longer = HC_BUF_INIT;

    (void)state;
    assert_many_refused("\"holes\": [", "{},", 100000);
    assert_many_refused("\"warnings\": [", "{},", 100000);
    assert_many_refused("\"not_exported\": [", "{},", 1000);
    hc_buf_repeat(&longer, "x", 65537);

    HC_CLEANUP(hc_buf_clear)
    struct hc_buf text = changed(make_collected, "a\\u001bb", longer.text);

    assert_refused(text.text, text.len, "'warning' is too long");
}

/* What is left of it between two times. */
static void a_collection_is_cut(void **state)
{
    static const struct {
        int64_t since_s, until_s; /* after the start */
        size_t holes, warnings;
        int64_t hole_s;
    } cases[] = {
        {-1000, 1000000, 2, 1, 5760},
        {11100, 13260, 1, 1, 2160},
        {11101, 13259, 1, 1, 2158},
        {13260, 82800, 0, 1, 0},
        {13000, 83000, 2, 1, 460},
        {86399, 86400, 1, 1, 1},
    };

    (void)state;
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        HC_CLEANUP(hc_manifest_clear) struct hc_manifest m = {0};
        HC_CLEANUP(hc_buf_clear) struct hc_buf text = changed(make_collected, "", "");

        assert_read(text.text, text.len, &m);

        struct hc_collected *c = &m.collected;
        int64_t start_us = c->start_us;

        assert_true(hc_collected_cut(c, start_us + cases[i].since_s * HC_SECOND_US,
            start_us + cases[i].until_s * HC_SECOND_US));
        assert_int_equal(c->n_holes, cases[i].holes);
        assert_int_equal(c->hole_us, cases[i].hole_s * HC_SECOND_US);
        assert_int_equal(c->n_warnings, cases[i].warnings);
        assert_int_equal(c->hole_us, hc_collected_hole_within(c, INT64_MIN, INT64_MAX));
        assert_false(hc_collected_cut(c, c->end_us, INT64_MAX));
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
        status = make_collected(&m);
        if (!status)
            status = hc_manifest_write(&m, folder, NULL);
        if (!status)
            status = hc_manifest_read(folder, &back, NULL);
        hc_mem_fail_after(-1);
        /* jansson calls a token invalid that it has no memory for */
        assert_true(!status || status == HC_NO_MEMORY || status == HC_INPUT);
        assert_int_equal(back.n_files, status ? 0 : 2);
        assert_int_equal(back.collected.n_holes, status ? 0 : 2);
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
        IN_FOLDER(a_collection_is_read),
        IN_FOLDER(what_a_collection_does_not_say),
        IN_FOLDER(only_collect_is_asked),
        IN_FOLDER(wrong_values_of_a_collection),
        IN_FOLDER(lists_have_a_bound),
        IN_FOLDER(a_collection_is_cut),
        IN_FOLDER(without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
