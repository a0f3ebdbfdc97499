/* Which files a path means, and what a file is. */
#include "dataset_case.h"

#define ROW                                                                              \
    "SELECT TIMESTAMP '2025-06-02' AS timestamp, 'a' AS node, 0.5 AS cpu_usage_rate"
#define CSV "timestamp,node,cpu_usage_rate\n2025-06-02,a,0.5\n"

/* The folder instead of the files in it. */
static void ask_folder(struct dataset_case *c)
{
    c->request.n_paths = 0;
    (void)case_path(c, "");
}

static void names_that_are_patterns(void **state)
{
    static const char *const names[] = {"a[1].parquet", "a*.parquet", "qu'ote.parquet",
        "dou\"ble.parquet", "new\nline.parquet", "{a,b}.parquet", "~.parquet",
        "http:x.parquet"};
    struct dataset_case *c = case_new();

    (void)state;
    case_parquet(c, "a1.parquet", ROW " UNION ALL " ROW);
    c->request.n_paths = 0;
    for (size_t i = 0; i < HC_COUNT(names); i++) {
        case_parquet(c, names[i], ROW);
        case_open(c);
        case_says(c, "SELECT count(*) FROM hc_samples", "1");
        assert_string_equal(c->ds.files[0].path, c->paths[0]);
        hc_dataset_clear(&c->ds);
        hc_duck_closep(&c->duck);
        c->request.n_paths = 0;
    }
    case_free(c);
}

static void glob_and_twice(void **state)
{
    struct dataset_case *c = case_new();

    (void)state;
    case_parquet(c, "a1.parquet", ROW);
    case_text(c, "a2.csv", CSV);
    case_text(c, "a3.txt", "no data");
    c->request.n_paths = 0;
    (void)case_path(c, "a*");
    (void)case_path(c, "a1.parquet");
    case_open(c);
    case_says(c, "SELECT count(*), count(DISTINCT hc_file) FROM hc_samples", "2,2");
    assert_true(case_notes(c, "left out 1 file that is no data"));
    assert_true(case_notes(c, "read once"));
    case_free(c);
}

static void newest_training_set(void **state)
{
    struct dataset_case *c = case_new();

    (void)state;
    case_parquet(c, "ml_scheduler_training_data_20250101_000000.parquet", ROW);
    case_parquet(c, "ml_scheduler_training_data_20250301_000000.parquet", ROW);
    case_parquet(c, "other.parquet", ROW);
    ask_folder(c);
    case_open(c);
    assert_int_equal(c->ds.n_files, 1);
    assert_non_null(strstr(c->ds.files[0].path, "20250301"));
    assert_true(case_notes(c, "1 older left out"));
    hc_dataset_clear(&c->ds);
    hc_duck_closep(&c->duck);
    c->request.all = true;
    case_open(c);
    assert_int_equal(c->ds.n_files, 2);
    case_free(c);
}

static void folder_of_this_and_that(void **state)
{
    struct dataset_case *c = case_new();

    (void)state;
    case_parquet(c, "samples.parquet", ROW);
    case_text(c, "more.csv", CSV);
    case_text(c, "README.md", "# no");
    case_text(c, "labels.csv", "a,b\n1,2\n");
    ask_folder(c);
    case_open(c);
    assert_int_equal(c->ds.n_files, 2);
    assert_true(case_notes(c, "README.md"));
    assert_true(case_notes(c, "labels.csv': no column 'timestamp'"));
    case_free(c);
}

static void what_cannot_be_read(void **state)
{
    static const struct {
        const char *name, *text;
        enum hc_status status;
        const char *words;
    } cases[] = {
        {"x.parquet", "hello", HC_INPUT, "x.parquet': not a Parquet file"},
        {"x.parquet", "", HC_INPUT, "x.parquet': not a Parquet file"},
        {"x.csv", "PAR1.......", HC_INPUT, "cut off"},
        {"x.csv", "", HC_NO_DATA, "x.csv' is empty"},
        {"x.jsonl", "\n\n", HC_NO_DATA, "x.jsonl' is empty"},
        {"x.csv", "\xff\xfe,", HC_INPUT, "UTF-16"},
        {"x.jsonl", "{\"a\":1}\n{\"a\"\n", HC_INPUT, "x.jsonl': Malformed JSON"},
        {"x.json", "5", HC_INPUT, "JSON objects are expected"},
        {"x.csv", "a,b,c\n1,2\n", HC_INPUT, "x.csv"},
        {"x.csv", CSV "2025-06-02,b\n", HC_INPUT, "line 3 is not like the others"},
    };

    (void)state;
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        struct dataset_case *c = case_new();

        case_text(c, cases[i].name, cases[i].text);
        case_refused(c, cases[i].status, cases[i].words);
        case_free(c);
    }
}

static void nothing_there(void **state)
{
    struct dataset_case *c = case_new();

    (void)state;
    (void)case_path(c, "none.parquet");
    case_refused(c, HC_INPUT, "none.parquet': No such file");
    c->request.n_paths = 0;
    (void)case_path(c, "none*");
    case_refused(c, HC_INPUT, "no file fits");
    c->request.n_paths = 0;
    (void)case_path(c, "temp");
    case_refused(c, HC_INPUT, "nothing to read in");
    case_free(c);
}

static void file_that_changes(void **state)
{
    struct dataset_case *c = case_new();

    (void)state;
    case_text(c, "x.csv", CSV);
    case_open(c);
    assert_int_equal(hc_dataset_unchanged(&c->ds, &c->err), HC_OK);
    c->request.n_paths = 0;
    case_text(c, "x.csv", CSV "2025-06-03,a,0.5\n");
    assert_int_equal(hc_dataset_unchanged(&c->ds, &c->err), HC_INPUT);
    case_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_that_are_patterns),
        cmocka_unit_test(glob_and_twice),
        cmocka_unit_test(newest_training_set),
        cmocka_unit_test(folder_of_this_and_that),
        cmocka_unit_test(what_cannot_be_read),
        cmocka_unit_test(nothing_there),
        cmocka_unit_test(file_that_changes),
    };

    return cmocka_run_group_tests_name("dataset_find", tests, NULL, NULL);
}
