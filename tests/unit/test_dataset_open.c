/* Names, types, times and filters: what the view shows of files of every kind. */
#include "dataset_case.h"

#define REST "'a' AS node, 0.5 AS cpu_usage_rate"

static const char one_time[] = "SELECT epoch_us(hc_time) FROM hc_samples";

/* `time` is SQL of the column timestamp. */
static struct dataset_case *case_of_time(const char *time)
{
    struct dataset_case *c = case_new();
    char query[512];

    snprintf(query, sizeof(query), "SELECT %s AS timestamp, " REST, time);
    case_parquet(c, "x.parquet", query);
    return c;
}

static void times_of_every_type(void **state)
{
    static const char *const times[] = {"TIMESTAMP '2025-06-02 10:00:00'",
        "TIMESTAMPTZ '2025-06-02 12:00:00+02'",
        "CAST('2025-06-02 10:00:00' AS TIMESTAMP_S)",
        "CAST('2025-06-02 10:00:00' AS TIMESTAMP_MS)",
        "CAST('2025-06-02 10:00:00' AS TIMESTAMP_NS)", "'2025-06-02T10:00:00Z'",
        "'2025-06-02 10:00:00'", "'2025-06-02T12:00:00+02:00'", "'2025-06-02T10:00Z'",
        "1748858400", "1748858400000", "1748858400000000", "1748858400000000000",
        "CAST(1748858400 AS UINTEGER)", "CAST(1748858400 AS HUGEINT)",
        "CAST(1748858400 AS DOUBLE)", "CAST(1748858400.0 AS DECIMAL(18,3))",
        "CAST('2025-06-02T10:00:00Z' AS BLOB)"};

    (void)state;
    for (size_t i = 0; i < HC_COUNT(times); i++) {
        struct dataset_case *c = case_of_time(times[i]);

        case_open(c);
        case_says(c, one_time, "1748858400000000");
        assert_int_equal(c->ds.first_us, 1748858400000000);
        assert_int_equal(c->ds.last_us, 1748858400000000);
        case_free(c);
    }
}

static void times_in_a_zone(void **state)
{
    static const char *const times[] = {"TIMESTAMP '2025-06-02 12:00:00'",
        "'2025-06-02 12:00:00'", "'2025-06-02T10:00:00Z'", "'2025-06-02T05:00:00-05'"};

    (void)state;
    for (size_t i = 0; i < HC_COUNT(times); i++) {
        struct dataset_case *c = case_of_time(times[i]);

        c->request.naive_timezone = "Europe/Berlin";
        case_open(c);
        case_says(c, one_time, "1748858400000000");
        case_free(c);
    }
}

static void times_that_are_none(void **state)
{
    static const char *const times[][2] = {{"1", "goes from 1 to 1"},
        {"unnest([1748858400, 1748858400000])", "goes from"},
        {"'yesterday'", "such as 'yesterday'"}, {"[1]", "no time"},
        {"CAST(1748858400 AS FLOAT)", "FLOAT"}, {"true", "no time"}};
    struct dataset_case *c;

    (void)state;
    for (size_t i = 0; i < HC_COUNT(times); i++) {
        c = case_of_time(times[i][0]);
        case_refused(c, HC_INPUT, times[i][1]);
        case_free(c);
    }
    c = case_of_time("unnest(['2025-06-02T10:00:00Z', 'x', NULL])");
    case_open(c);
    case_says(c, "SELECT count(*), count(hc_time) FROM hc_samples", "3,1");
    assert_true(case_notes(c, "1 timestamp of"));
    case_free(c);
    c = case_of_time("unnest([TIMESTAMP '2025-06-02 10:00:00', 'infinity'])");
    case_open(c);
    case_says(c, "SELECT count(*), count(hc_time) FROM hc_samples", "2,1");
    assert_int_equal(c->ds.last_us, 1748858400000000);
    case_free(c);
}

static void zones_that_are_none(void **state)
{
    struct dataset_case *c = case_of_time("TIMESTAMP '2025-06-02'");

    (void)state;
    c->request.naive_timezone = "Europe/Berlim";
    case_refused(c, HC_USAGE, "did you mean 'Europe/Berlin'?");
    case_free(c);
}

#define TIME "TIMESTAMP '2025-06-02' AS timestamp"

static void maps(void **state)
{
    struct dataset_case *c = case_new();

    (void)state;
    case_parquet(c, "x.parquet",
        "SELECT TIMESTAMP '2025-06-02' AS ts, 'a' AS instance, 0.5 AS cpu, 1 AS "
        "\"a\"\"b\"");
    c->maps[0] = "timestamp=ts";
    c->maps[1] = "node=instance";
    c->maps[2] = "cpu_usage_rate=cpu";
    c->maps[3] = "own=a\"b";
    c->request.n_maps = 4;
    case_open(c);
    case_says(c, "SELECT hc_node, cpu_usage_rate, own FROM hc_samples", "a,0.5,1.0");
    case_free(c);
}

static void what_is_missing_is_named(void **state)
{
    static const struct {
        const char *query, *map;
        enum hc_status status;
        const char *words;
    } cases[] = {
        {"SELECT " TIME ", 'a' AS instance, 1 AS load_1m", NULL, HC_INPUT,
            "no column 'node' in '"},
        {"SELECT " TIME ", 'a' AS instance, 1 AS load_1m", NULL, HC_INPUT,
            "'instance' looks like it: --map node=instance"},
        {"SELECT TIMESTAMP '2025-06-02' AS \"Timestamp\", 'a' AS node, 1 AS load_1m",
            NULL, HC_INPUT, "--map timestamp=Timestamp"},
        {"SELECT TIMESTAMP '2025-06-02' AS timestmp, 'a' AS node, 1 AS load_1m", NULL,
            HC_INPUT, "--map timestamp=timestmp"},
        {"SELECT " TIME ", 'a' AS k8s_node_, 1 AS load_1m", NULL, HC_INPUT,
            "--map node=k8s_node_"},
        {"SELECT " TIME ", 'a' AS node, 1 AS cpu", NULL, HC_INPUT,
            "--map cpu_usage_rate=cpu"},
        {"SELECT " TIME ", 'a' AS node, '1' AS load_1m", NULL, HC_INPUT, "is text"},
        {"SELECT " TIME ", 'a' AS q, 1 AS load_1m", "node=p", HC_USAGE, "no column 'p'"},
        {"SELECT " TIME ", 'a' AS node, 'b' AS x, 1 AS load_1m", "node=x", HC_USAGE,
            "would both be 'node'"},
        {"SELECT " TIME ", 'a' AS node, 1 AS load_1m", "load", HC_USAGE, "OURS=THEIRS"},
        {"SELECT " TIME ", 'a' AS node, 1 AS load_1m, 1 AS hc_row", NULL, HC_INPUT,
            "'hc_row'"},
    };

    (void)state;
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        struct dataset_case *c = case_new();

        case_parquet(c, "x.parquet", cases[i].query);
        c->maps[0] = cases[i].map;
        c->request.n_maps = cases[i].map != NULL;
        case_refused(c, cases[i].status, cases[i].words);
        case_free(c);
    }
}

static void numbers_of_every_type(void **state)
{
    static const char *const types[] = {"TINYINT", "UTINYINT", "SMALLINT", "USMALLINT",
        "INTEGER", "UINTEGER", "BIGINT", "UBIGINT", "HUGEINT", "FLOAT", "DOUBLE",
        "DECIMAL(9,2)", "DECIMAL(30,4)"};

    (void)state;
    for (size_t i = 0; i < HC_COUNT(types); i++) {
        struct dataset_case *c = case_new();
        char query[256];

        snprintf(query, sizeof(query),
            "SELECT " TIME ", 'a' AS node, CAST(unnest([3, NULL]) AS %s) AS load_1m",
            types[i]);
        case_parquet(c, "x.parquet", query);
        case_open(c);
        case_says(c, "SELECT load_1m, typeof(load_1m) FROM hc_samples ORDER BY hc_row",
            "3.0,DOUBLE;NULL,DOUBLE");
        case_free(c);
    }
}

static void schemas_that_differ(void **state)
{
    struct dataset_case *c = case_new();

    (void)state;
    case_parquet(c, "a.parquet",
        "SELECT " TIME ", 'a' AS node, 9007199254740993 AS load_1m, 1 AS cpu_cores");
    case_parquet(c, "b.parquet",
        "SELECT 'b' AS node, " TIME ", CAST(0.5 AS FLOAT) AS load_1m, 'x' AS label");
    case_text(c, "c.csv", "timestamp,node,load_1m,label\n2025-06-02,007,2,\n");
    case_text(c, "d.jsonl",
        "{\"timestamp\":\"2025-06-02\",\"node\":\"d\",\"load_1m\":\"NaN\"}\n"
        "{\"timestamp\":\"2025-06-02\",\"node\":\"d\",\"load_1m\":4}\n");
    case_open(c);
    case_says(c,
        "SELECT hc_node, load_1m, cpu_cores, label FROM hc_samples ORDER BY hc_node, "
        "load_1m",
        "007,2.0,NULL,NULL;a,9007199254740992.0,1.0,NULL;b,0.5,NULL,x;"
        "d,4.0,NULL,NULL;d,nan,NULL,NULL");
    assert_true(case_notes(c, "differing number types"));
    assert_true(c->ds.has_other);
    for (size_t i = 0; i < c->ds.n_files; i++)
        assert_int_equal(
            c->ds.files[i].rows, 1 + (strstr(c->ds.files[i].path, "d.j") != NULL));
    case_free(c);
}

static void text_against_number(void **state)
{
    struct dataset_case *c = case_new();

    (void)state;
    case_parquet(c, "a.parquet", "SELECT " TIME ", 'a' AS node, 1 AS load_1m");
    case_parquet(c, "b.parquet", "SELECT " TIME ", 'a' AS node, '1' AS load_1m");
    case_refused(c, HC_INPUT, "a.parquet', but text in '");
    case_free(c);
}

static void rows_keep_their_order(void **state)
{
    struct dataset_case *c = case_new();
    struct hc_buf csv = HC_BUF_INIT, json = HC_BUF_INIT;

    (void)state;
    hc_buf_puts(&csv, "timestamp,node,cpu_usage_rate\n");
    for (int i = 0; i < 300000; i++) {
        hc_buf_printf(&csv, "%d,n%d,%d\n", 1700000000 + i, i % 3, i);
        hc_buf_printf(&json,
            "{\"timestamp\": %d, \"node\": \"n%d\", \"cpu_usage_rate\": %d, \"pad\": "
            "\"%0100d\"}\n",
            1700000000 + i, i % 3, i, 0);
    }
    case_text(c, "a.csv", csv.text);
    case_text(c, "b.jsonl", json.text);
    case_open(c);
    case_says(c,
        "SELECT count(*), count(*) FILTER (hc_row = cpu_usage_rate AND epoch(hc_time) = "
        "1700000000 + hc_row) FROM hc_samples",
        "600000,600000");
    hc_buf_clear(&csv);
    hc_buf_clear(&json);
    case_free(c);
}

static struct dataset_case *case_of_filters(void)
{
    struct dataset_case *c = case_new();

    case_parquet(c, "x.parquet",
        "SELECT TIMESTAMP '2025-06-02' + to_hours(range) AS timestamp, 'n' || (range % "
        "3) "
        "AS node, 1.0 AS load_1m, CASE range % 2 WHEN 0 THEN 'it''s' END AS label, range "
        "% "
        "2 AS number FROM range(48)");
    return c;
}

static void assert_kept(struct dataset_case *c, const char *count)
{
    case_open(c);
    assert_true(c->ds.has_keep);
    case_says(c, "SELECT count(*) FILTER (hc_keep) FROM hc_samples", count);
    case_free(c);
}

static void filters(void **state)
{
    struct dataset_case *c = case_of_filters();

    (void)state;
    c->request.since = "2025-06-02T10:00";
    c->request.until = "2025-06-03";
    assert_kept(c, "14");
    c = case_of_filters();
    c->request.timezone = "Europe/Berlin";
    c->request.since = "2025-06-03";
    assert_kept(c, "26");
    c = case_of_filters();
    c->request.nodes_glob = "[n]1";
    assert_kept(c, "16");
    c = case_of_filters();
    c->matches[0] = "label=it's";
    c->matches[1] = "node=n0";
    c->request.n_matches = 2;
    assert_kept(c, "8");
    c = case_of_filters();
    c->matches[0] = "number=1";
    c->request.n_matches = 1;
    assert_kept(c, "24");
    c = case_of_filters();
    c->matches[0] = "lable=x";
    c->request.n_matches = 1;
    case_refused(c, HC_USAGE, "did you mean 'label'?");
    case_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_of_every_type),
        cmocka_unit_test(times_in_a_zone),
        cmocka_unit_test(times_that_are_none),
        cmocka_unit_test(zones_that_are_none),
        cmocka_unit_test(maps),
        cmocka_unit_test(what_is_missing_is_named),
        cmocka_unit_test(numbers_of_every_type),
        cmocka_unit_test(schemas_that_differ),
        cmocka_unit_test(text_against_number),
        cmocka_unit_test(rows_keep_their_order),
        cmocka_unit_test(filters),
    };

    return cmocka_run_group_tests_name("dataset_open", tests, NULL, NULL);
}
