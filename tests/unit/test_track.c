/* run.json into structs, its portions within a server's limits, and the spool; without a
 * server. What arrives at a real one: tests/e2e/test_track*.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/mem.h"
#include "in_folder.h"
#include "mutate.h"
#include "track/mlflow.h"
#include "track/send.h"
#include "track/spool.h"

static const char example[] =
    "{\"schema_version\": 1, \"command\": \"analyze\", \"hindcast\": \"0.1.0\",\n"
    " \"generated_at\": \"2025-06-02T10:00:00Z\", \"name\": \"hindcast_analysis\",\n"
    " \"description\": \"- one\\n- two\", \"metrics\": {\"quality.rows\": 12},\n"
    " \"params\": {\"timezone\": \"UTC\"}, \"tags\": {\"data_start\": \"2025\"},\n"
    " \"artifacts\": [\"a.txt\", \"b/c.txt\"],\n"
    " \"runs\": [{\"name\": \"one\", \"metrics\": {\"x\": 1.5, \"curve\": [[0, 2], [3, "
    "4e-3]]},\n"
    "   \"inputs\": [{\"name\": \"d\", \"digest\": \"0123\", \"profile\": {\"rows\": "
    "1},\n"
    "     \"columns\": [{\"name\": \"t\", \"type\": \"TIMESTAMP\"}],\n"
    "     \"files\": [{\"path\": \"d.parquet\", \"bytes\": 1, \"rows\": 1}]}]},\n"
    "  {\"name\": \"two\", \"params\": {\"p\": \"v\"}, \"artifacts\": [\"b/c.txt\"]}]}\n";

static struct hc_buf text_of(const char *text)
{
    struct hc_buf buf = HC_BUF_INIT;

    hc_buf_puts(&buf, text);
    return buf;
}

static void read_example(struct hc_run_file *ret)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = text_of(example);
    struct hc_error err = {""};

    if (hc_run_file_parse("run.json", &text, ret, &err))
        fail_msg("%s", err.message);
}

/* ---- run.json ---- */

static void runs_are_read(void **state)
{
    HC_CLEANUP(hc_run_file_clear) struct hc_run_file file;
    const struct hc_run *one;

    (void)state;
    read_example(&file);
    assert_int_equal(file.n_runs, 3);
    assert_int_equal(file.generated_us, INT64_C(1748858400000000));
    assert_int_equal(strlen(file.id), 32);
    assert_string_equal(file.runs[0].name, "hindcast_analysis");
    assert_int_equal(file.runs[0].n_artifacts, 0); /* the runs say which are sent */
    assert_int_equal(file.runs[2].n_artifacts, 1);
    one = &file.runs[1];
    assert_int_equal(one->n_points, 3);
    assert_int_equal(one->points[2].step, 3);
    assert_true(one->points[2].value == 4e-3);
    assert_string_equal(one->inputs[0].source,
        "{\"uri\": \"d.parquet\", \"files\": "
        "[{\"path\":\"d.parquet\",\"bytes\":1,\"rows\":1}]}");
    assert_non_null(strstr(one->inputs[0].schema, "\"datetime\""));
    assert_string_equal(one->inputs[0].profile, "{\"rows\":1}");
}

/* The same bytes are the same run, others are another. */
static void an_id_is_of_the_bytes(void **state)
{
    HC_CLEANUP(hc_run_file_clear) struct hc_run_file a, b, c = {.n_runs = 0};
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = text_of(example);

    (void)state;
    read_example(&a);
    read_example(&b);
    hc_buf_putc(&text, ' ');
    assert_int_equal(hc_run_file_parse("run.json", &text, &c, NULL), HC_OK);
    assert_string_equal(a.id, b.id);
    assert_string_not_equal(a.id, c.id);
}

/* Every allocation that fails is a status, and nothing leaks. */
static void no_memory_for_run_json(void **state)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = text_of(example);
    enum hc_status status = HC_NO_MEMORY;
    long n = 0;

    (void)state;
    for (; status; n++) {
        struct hc_run_file file;

        hc_mem_fail_after(n);
        status = hc_run_file_parse("run.json", &text, &file, NULL);
        hc_mem_fail_after(-1);
        assert_true(status == HC_OK || status == HC_NO_MEMORY);
        hc_run_file_clear(&file);
    }
    assert_true(n > 10);
}

/* What is believed of any bytes is within the limits. */
static void look_at(const struct hc_run_file *file)
{
    assert_in_range(file->n_runs, 1, HC_RUNS_MAX);
    for (size_t i = 0; i < file->n_runs; i++) {
        const struct hc_run *run = &file->runs[i];

        assert_in_range(strlen(run->name), 1, HC_RUN_KEY_MAX);
        for (size_t k = 0; k < run->n_points; k++)
            assert_in_range(strlen(run->points[k].key), 1, HC_RUN_KEY_MAX);
        for (size_t k = 0; k < run->n_artifacts; k++) {
            assert_true(*run->artifacts[k] != '/');
            assert_null(strstr(run->artifacts[k], "../"));
        }
    }
}

static void any_bytes_do_no_harm(void **state)
{
    const char *wanted = getenv("HINDCAST_FUZZ");
    long n = wanted ? atol(wanted) : 20000, valid = 0;

    (void)state;
    for (long seed = 0; seed < n; seed++) {
        HC_CLEANUP(hc_buf_clear) struct hc_buf text = text_of(example);
        struct hc_run_file file;

        fuzz_mutate((uint64_t)seed, &text);
        if (hc_run_file_parse("run.json", &text, &file, NULL))
            continue;
        valid++;
        look_at(&file);
        hc_run_file_clear(&file);
    }
    assert_in_range(valid, 1, n / 2);
}

/* ---- portions ---- */

static size_t items(json_t *root, const char *key)
{
    return json_array_size(json_object_get(root, key));
}

struct sums {
    size_t batches, points, params, tags;
};

static struct sums cut_up(const struct hc_run *run)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf body = HC_BUF_INIT;
    struct hc_mlflow_cursor cursor = {.points = 0};
    struct sums sums = {.batches = 0};

    while (hc_mlflow_batch(&body, run, "id", 1, &cursor)) {
        json_t *root = json_loads(hc_buf_str(&body), 0, NULL);
        size_t points = items(root, "metrics"), params = items(root, "params"),
               tags = items(root, "tags");

        assert_non_null(root);
        assert_in_range(body.len, 1, HC_MLFLOW_BYTES);
        assert_in_range(points + params + tags, 1, HC_MLFLOW_ENTITIES);
        assert_in_range(params, 0, HC_MLFLOW_PARAMS);
        assert_in_range(tags, 0, HC_MLFLOW_TAGS);
        sums.batches++;
        sums.points += points;
        sums.params += params;
        sums.tags += tags;
        json_decref(root);
    }
    return sums;
}

enum { MANY = 2501 };

static void portions_keep_the_limits(void **state)
{
    HC_CLEANUP(hc_freep)
    struct hc_run_point *points = hc_calloc(MANY, sizeof(*points));
    HC_CLEANUP(hc_freep) struct hc_run_text *texts = hc_calloc(MANY, sizeof(*texts));
    HC_CLEANUP(hc_freep) char *longest = hc_alloc(6001, 1);
    struct hc_run run = {.name = "r",
        .points = points,
        .n_points = MANY,
        .params = texts,
        .n_params = MANY,
        .tags = texts,
        .n_tags = MANY};

    (void)state;
    memset(longest, 1, 6000); /* six bytes each, escaped */
    longest[6000] = '\0';
    for (size_t i = 0; i < MANY; i++) {
        points[i].key = "m";
        texts[i] = (struct hc_run_text){"k", "v"};
    }

    struct sums small = cut_up(&run);

    assert_int_equal(small.points + small.params + small.tags, 3 * MANY);
    assert_int_equal(small.batches, 26); /* 100 of MANY at a time */
    run.n_params = run.n_tags = 120;
    for (size_t i = 0; i < 120; i++)
        texts[i].value = longest;

    struct sums large = cut_up(&run);

    assert_int_equal(large.params, 120);
    assert_int_equal(large.tags, 120);
    assert_int_equal(large.points, MANY);
}

static void nothing_is_no_portion(void **state)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf body = HC_BUF_INIT;
    struct hc_mlflow_cursor cursor = {.points = 0};
    const struct hc_run run = {.name = "r"};

    (void)state;
    assert_false(hc_mlflow_batch(&body, &run, "id", 1, &cursor));
}

static void long_texts_are_cut_between_characters(void **state)
{
    static const struct {
        const char *text;
        size_t max;
        const char *cut;
    } cases[] = {{"abc", 3, "abc"}, {"abcdef", 5, "ab..."},
        {"a\xc3\xa4\xc3\xa4\xc3\xa4", 6, "a\xc3\xa4..."},
        {"a\xc3\xa4\xc3\xa4\xc3\xa4", 5, "a..."},
        {"\xf0\x9f\x98\x80\xf0\x9f\x98\x80", 6, "..."}};

    (void)state;
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        HC_CLEANUP(hc_buf_clear) struct hc_buf out = HC_BUF_INIT;

        hc_mlflow_cut(&out, cases[i].text, cases[i].max);
        assert_string_equal(hc_buf_str(&out), cases[i].cut);
    }
}

/* ---- where artifacts go ---- */

static void only_the_servers_own_proxy_is_one(void **state)
{
    static const struct {
        const char *uri, *path;
    } cases[] = {{"mlflow-artifacts:/1/ab/artifacts", "1/ab/artifacts"},
        {"mlflow-artifacts:///1/ab/artifacts", NULL},
        {"mlflow-artifacts://elsewhere:5000/1/ab/artifacts", NULL},
        {"s3://bucket/1/ab/artifacts", NULL}, {"/srv/mlruns/1/ab/artifacts", NULL},
        {"", NULL}};

    (void)state;
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        const char *path = hc_mlflow_proxied(cases[i].uri);

        if (cases[i].path)
            assert_string_equal(path, cases[i].path);
        else if (path)
            assert_string_equal(path, "1/ab/artifacts");
    }
    assert_null(hc_mlflow_proxied(cases[2].uri));
}

/* ---- spool ---- */

static void put(const char *name, const char *text)
{
    assert_int_equal(hc_file_write(at(name), text, strlen(text), NULL), HC_OK);
}

static void make_report(struct hc_run_file *file, struct hc_waiting *about)
{
    assert_int_equal(hc_dir_make(at("b"), NULL), HC_OK);
    put("run.json", example);
    put("b/c.txt", "content");
    read_example(file);
    *about = (struct hc_waiting){.generated_us = file->generated_us};
    strcpy(about->id, file->id);
    strcpy(about->uri, "http://host:5000");
    strcpy(about->experiment, "quoted \" \x01 name");
    strcpy(about->command, "analyze");
}

static void what_waits_comes_back(void **state)
{
    HC_CLEANUP(hc_run_file_clear) struct hc_run_file file;
    HC_CLEANUP(hc_waiting_clear) struct hc_waiting_list list = {.n = 0};
    HC_CLEANUP(hc_buf_clear) struct hc_buf kept = HC_BUF_INIT;
    char files[HC_PATH_MAX], path[HC_PATH_MAX];
    struct hc_waiting about;
    bool waits;

    (void)state;
    make_report(&file, &about);
    assert_int_equal(hc_spool_put(folder, &file, &about, &waits, NULL), HC_OK);
    assert_false(waits);
    assert_int_equal(hc_spool_put(folder, &file, &about, &waits, NULL), HC_OK);
    assert_true(waits);
    put("b/c.txt", "another report's");
    about.tries = 3;
    about.tried_us = 86400 * INT64_C(1000000);
    strcpy(about.reason, "connection refused");
    assert_int_equal(hc_spool_note(folder, &about, NULL), HC_OK);
    assert_int_equal(hc_spool_list(folder, &list, NULL), HC_OK);
    assert_int_equal(list.n, 1);
    assert_memory_equal(&list.items[0], &about, sizeof(about));
    assert_int_equal(hc_spool_files(folder, file.id, files, NULL), HC_OK);
    assert_int_equal(hc_path_join(files, "b/c.txt", path, NULL), HC_OK);
    assert_int_equal(hc_file_read(path, 100, &kept, NULL), HC_OK);
    assert_string_equal(kept.text, "content");
    hc_spool_remove(folder, file.id);
    assert_int_equal(hc_path_kind(at("spool")), HC_PATH_NONE);
}

/* The n-th step of writing fails: the run waits, or it does not and nothing is left. */
static void a_full_disk_leaves_no_half_of_it(void **state)
{
    HC_CLEANUP(hc_run_file_clear) struct hc_run_file file;
    struct hc_waiting about;
    enum hc_status status = HC_OUTPUT;
    bool waits;
    long n = 0;

    (void)state;
    make_report(&file, &about);
    for (; status; n++) {
        struct hc_error err = {""};

        hc_fs_fail_after(n);
        status = hc_spool_put(folder, &file, &about, &waits, &err);
        hc_fs_fail_after(-1);
        if (status) {
            assert_int_equal(status, HC_OUTPUT);
            assert_non_null(strstr(err.message, "No space left"));
        }
        if (status && hc_path_kind(at("spool")) != HC_PATH_NONE) {
            HC_CLEANUP(hc_waiting_clear) struct hc_waiting_list list = {.n = 0};

            /* it was renamed into place, and only the folder's sync failed */
            assert_int_equal(hc_spool_list(folder, &list, NULL), HC_OK);
            assert_int_equal(list.n, 1);
            hc_spool_remove(folder, file.id);
        }
    }
    assert_true(n > 5);
}

static void the_ledger_keeps_the_newest(void **state)
{
    HC_CLEANUP(hc_sent_clear) struct hc_sent_list list = {.n = 0};
    struct hc_sent sent = {.generated_us = 1000000, .sent_us = 2000000, .not_sent = 2};

    (void)state;
    assert_int_equal(hc_ledger_read(folder, &list, NULL), HC_OK);
    assert_int_equal(list.n, 0);
    strcpy(sent.uri, "http://a");
    for (int i = 0; i < HC_LEDGER_MAX + 2; i++) {
        snprintf(sent.id, sizeof(sent.id), "%032x", i);
        assert_int_equal(hc_ledger_add(folder, &sent, NULL), HC_OK);
    }
    assert_int_equal(hc_ledger_add(folder, &sent, NULL), HC_OK); /* the same again */
    strcpy(sent.uri, "http://b");
    assert_int_equal(hc_ledger_add(folder, &sent, NULL), HC_OK);
    assert_int_equal(hc_ledger_read(folder, &list, NULL), HC_OK);
    assert_int_equal(list.n, HC_LEDGER_MAX);
    assert_memory_equal(&list.items[HC_LEDGER_MAX - 1], &sent, sizeof(sent));
    assert_string_equal(list.items[HC_LEDGER_MAX - 2].uri, "http://a");
}

/* ---- files of the folder ---- */

static void nothing_outside_is_an_artifact(void **state)
{
    char path[HC_PATH_MAX];
    const char *why;

    (void)state;
    assert_int_equal(hc_dir_make(at("report/sub"), NULL), HC_OK);
    assert_int_equal(hc_dir_make(at("report-2"), NULL), HC_OK);
    put("report-2/secret", "s");
    put("report/sub/file", "f");
    assert_int_equal(symlink(at("report-2/secret"), at("report/out")), 0);
    assert_int_equal(symlink("sub/file", at("report/in")), 0);
    assert_true(hc_track_artifact(at("report"), "sub/file", path, &why));
    assert_true(hc_track_artifact(at("report"), "in", path, &why));
    assert_false(hc_track_artifact(at("report"), "out", path, &why));
    assert_string_equal(why, "it leads out of the folder");
    assert_false(hc_track_artifact(at("report"), "sub", path, &why));
    assert_false(hc_track_artifact(at("report"), "gone", path, &why));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_are_read),
        cmocka_unit_test(an_id_is_of_the_bytes),
        cmocka_unit_test(no_memory_for_run_json),
        cmocka_unit_test(any_bytes_do_no_harm),
        cmocka_unit_test(portions_keep_the_limits),
        cmocka_unit_test(nothing_is_no_portion),
        cmocka_unit_test(long_texts_are_cut_between_characters),
        cmocka_unit_test(only_the_servers_own_proxy_is_one),
        IN_FOLDER(what_waits_comes_back),
        IN_FOLDER(a_full_disk_leaves_no_half_of_it),
        IN_FOLDER(the_ledger_keeps_the_newest),
        IN_FOLDER(nothing_outside_is_an_artifact),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
