/*
 * What the writer of Parquet makes, read back by DuckDB; its bytes do not depend on
 * threads; a step that fails leaves a status.
 */
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/workers.h"
#include "duck/session.h"
#include "in_folder.h"
#include "parquet/parquet.h"
#include "parquet/split.h"
#include "parquet/thrift.h"

/* ---- parts ---- */

static void compact_protocol(void **state)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf out = HC_BUF_INIT;
    struct hc_thrift t = {.out = &out};
    const uint8_t wanted[] = {0x15, 0x02, /* field 1, i32 1 */
        0x16, 0x01,                       /* field 2, i64 -1 */
        0x06, 0x28, 0xd8, 0x04,           /* field 20, i64 300 */
        0x11,                             /* field 21, true */
        0x1c, 0x14, 0x05, 0x00,           /* field 22, a struct with i16 -3 */
        0x19, 0x25, 0x00, 0x80, 0x01,     /* field 23, two i32: 0, 64 */
        0x19, 0xf8, 0x10,                 /* field 24, sixteen texts */
        0x01, 'x', 0x00};

    (void)state;
    hc_thrift_open(&t);
    hc_thrift_i32(&t, 1, 1);
    hc_thrift_i64(&t, 2, -1);
    hc_thrift_i64(&t, 20, 300);
    hc_thrift_bool(&t, 21, true);
    hc_thrift_open_field(&t, 22);
    hc_thrift_i16(&t, 1, -3);
    hc_thrift_close(&t);
    hc_thrift_list(&t, 23, HC_THRIFT_I32, 2);
    hc_thrift_element_i32(&t, 0);
    hc_thrift_element_i32(&t, 64);
    hc_thrift_list(&t, 24, HC_THRIFT_BINARY, 16);
    hc_thrift_element_bytes(&t, "x", 1);
    hc_thrift_close(&t);
    assert_int_equal(t.depth, 0);
    assert_int_equal(out.len, sizeof(wanted));
    assert_memory_equal(out.text, wanted, sizeof(wanted));
}

static void bytes_apart(void **state)
{
    enum { MOST = 100 };
    double values[MOST];
    uint8_t out[(MOST + 3) * 8];

    (void)state;
    for (size_t i = 0; i < MOST; i++)
        values[i] = sin((double)i) * 1e3;
    for (size_t n = 0; n <= MOST; n++) {
        size_t apart = n + 3;

        memset(out, 0xaa, sizeof(out));
        hc_split_doubles(values, n, out, apart);
        for (size_t k = 0; k < 8; k++) {
            for (size_t i = 0; i < n; i++)
                assert_int_equal(out[k * apart + i], ((uint8_t *)&values[i])[k]);
            for (size_t i = n; i < apart; i++)
                assert_int_equal(out[k * apart + i], 0xaa);
        }
    }
}

/* ---- a file ---- */

enum { GROUPS = 7, LARGEST = 3000 };

static const struct hc_parquet_column columns[] = {
    {"time", HC_PARQUET_TIME, false},
    {"name", HC_PARQUET_TEXT, false},
    {"label", HC_PARQUET_TEXT, true},
    {"i", HC_PARQUET_INT32, false},
    {"j", HC_PARQUET_INT64, false},
    {"noise", HC_PARQUET_DOUBLE, true},
    {"steady", HC_PARQUET_DOUBLE, true},
    {"whole", HC_PARQUET_DOUBLE, false},
    {"none", HC_PARQUET_DOUBLE, true},
};
static const size_t sorted[] = {1, 0};
static const char *const metadata[] = {"one", "1", "quote", "it's \"x\"", NULL};
static const struct hc_parquet_schema schema = {.columns = columns,
    .n_columns = HC_COUNT(columns),
    .sorted = sorted,
    .n_sorted = 2,
    .metadata = metadata,
    .created_by = "test"};

/* Value number `row` of the whole file. */
static double noise(size_t row)
{
    return row % 5 == 3 ? NAN : sin((double)row * 12.9898) * 43758.5453;
}

static double steady(size_t row)
{
    return row % 11 == 0 ? NAN : (double)(row / 100);
}

static size_t rows_of(size_t group)
{
    return group == 3 ? 0 : group == 0 ? 1 : LARGEST - 13 * group;
}

static size_t first_of(size_t group)
{
    size_t row = 0;

    for (size_t g = 0; g < group; g++)
        row += rows_of(g);
    return row;
}

struct filled {
    int64_t time[LARGEST], j[LARGEST];
    int32_t i[LARGEST];
    double noise[LARGEST], steady[LARGEST], whole[LARGEST], none[LARGEST];
    struct hc_parquet_run names[2], labels[3];
    size_t n_runs, n_labels;
};

static void fill(struct filled *f, size_t group)
{
    size_t n = rows_of(group), from = first_of(group), half = n / 2;

    for (size_t r = 0; r < n; r++) {
        size_t row = from + r;

        f->time[r] = (int64_t)row * 1000000 - 5000000;
        f->i[r] = (int32_t)row - 10;
        f->j[r] = (int64_t)row * -1000000007;
        f->noise[r] = noise(row);
        f->steady[r] = steady(row);
        f->whole[r] = (double)row / 3;
        f->none[r] = NAN;
    }
    f->n_runs = 0;
    if (half)
        f->names[f->n_runs++] = (struct hc_parquet_run){"node a", 6, half};
    f->names[f->n_runs++] = (struct hc_parquet_run){"node \xc3\xa4", 7, n - half};
    f->n_labels = 0;
    if (half)
        f->labels[f->n_labels++] = (struct hc_parquet_run){"", 0, half};
    f->labels[f->n_labels++] = (struct hc_parquet_run){NULL, 0, n - half};
}

static enum hc_status make(struct hc_parquet_group *g, struct filled *f, size_t number)
{
    fill(f, number);
    hc_parquet_group_begin(g, rows_of(number));
    HC_TRY(hc_parquet_put_i64(g, f->time));
    HC_TRY(hc_parquet_put_text(g, f->names, f->n_runs));
    HC_TRY(hc_parquet_put_text(g, f->labels, f->n_labels));
    HC_TRY(hc_parquet_put_i32(g, f->i));
    HC_TRY(hc_parquet_put_i64(g, f->j));
    HC_TRY(hc_parquet_put_doubles(g, f->noise));
    HC_TRY(hc_parquet_put_doubles(g, f->steady));
    HC_TRY(hc_parquet_put_doubles(g, f->whole));
    return hc_parquet_put_doubles(g, f->none);
}

struct making {
    struct hc_parquet_file *file;
    atomic_size_t next;
    atomic_int status;
};

static enum hc_status make_some(struct making *m)
{
    struct hc_parquet_group *group = NULL;
    HC_CLEANUP(hc_freep) struct filled *filled = hc_alloc(1, sizeof(*filled));
    enum hc_status status = filled ? hc_parquet_group_new(&schema, &group) : HC_NO_MEMORY;

    while (!status) {
        size_t number = atomic_fetch_add(&m->next, 1);

        if (number >= GROUPS)
            break;
        if (rows_of(number))
            status = make(group, filled, number);
        if (!status)
            status =
                hc_parquet_append(m->file, rows_of(number) ? group : NULL, number, NULL);
    }
    hc_parquet_group_free(group);
    return status;
}

static void *make_main(void *context)
{
    struct making *m = context;
    enum hc_status status = make_some(m);

    if (status && status != HC_INTERRUPTED)
        atomic_store(&m->status, status);
    if (status)
        hc_parquet_abandon(m->file);
    return NULL;
}

static enum hc_status make_file(
    const char *path, size_t threads, struct hc_parquet_written *ret)
{
    struct making m = {0};
    enum hc_status status = hc_parquet_open(path, &schema, &m.file, NULL);

    if (status)
        return status;
    hc_workers_run(threads, make_main, &m);
    status = (enum hc_status)atomic_load(&m.status);
    if (!status)
        status = hc_parquet_finish(m.file, ret, NULL);
    hc_parquet_close(m.file);
    return status;
}

/* ---- read back ---- */

static struct hc_rows *ask(const char *sql)
{
    HC_CLEANUP(hc_duck_closep) struct hc_duck *duck = NULL;
    struct hc_duck_options options = {.threads = 2, .keep_order = true};
    struct hc_rows *rows = NULL;
    struct hc_error err = {""};

    assert_int_equal(hc_duck_open(&options, &duck, &err), HC_OK);
    if (hc_duck_rows(duck, sql, &rows, &err))
        fail_msg("%s: %s", sql, err.message);
    return rows;
}

static void check_number(const struct hc_rows *rows, size_t c, size_t r, double wanted)
{
    if (isnan(wanted))
        assert_null(hc_rows_text(rows, c, r));
    else
        assert_true(hc_rows_number(rows, c, r) == wanted);
}

static void values_come_back(void **state)
{
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;
    struct hc_parquet_written written;
    char sql[512];

    (void)state;
    assert_int_equal(make_file(at("x.parquet"), 2, &written), HC_OK);
    assert_int_equal(written.groups, GROUPS - 1);
    snprintf(sql, sizeof(sql),
        "SELECT epoch_us(time), name, label, i, j, noise, steady, whole, none FROM '%s'",
        at("x.parquet"));
    rows = ask(sql);
    assert_int_equal(hc_rows_count(rows), first_of(GROUPS));
    assert_int_equal(written.rows, first_of(GROUPS));
    for (size_t g = 0, r = 0; g < GROUPS; g++)
        for (size_t k = 0; k < rows_of(g); k++, r++) {
            bool first = k < rows_of(g) / 2;

            assert_int_equal(hc_rows_int(rows, 0, r), (int64_t)r * 1000000 - 5000000);
            assert_string_equal(
                hc_rows_text(rows, 1, r), first ? "node a" : "node \xc3\xa4");
            if (first)
                assert_string_equal(hc_rows_text(rows, 2, r), "");
            else
                assert_null(hc_rows_text(rows, 2, r));
            assert_int_equal(hc_rows_int(rows, 3, r), (int64_t)r - 10);
            assert_int_equal(hc_rows_int(rows, 4, r), (int64_t)r * -1000000007);
            check_number(rows, 5, r, noise(r));
            check_number(rows, 6, r, steady(r));
            check_number(rows, 7, r, (double)r / 3);
            assert_null(hc_rows_text(rows, 8, r));
        }
}

static void footer_says_what_is_so(void **state)
{
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL, *keys = NULL;
    struct hc_parquet_written written;
    char sql[1024], sha256[HC_SHA256_HEX];
    int64_t bytes;

    (void)state;
    assert_int_equal(make_file(at("y.parquet"), 1, &written), HC_OK);
    assert_int_equal(hc_file_measure(at("y.parquet"), &bytes, sha256, NULL), HC_OK);
    assert_int_equal(bytes, written.bytes);
    assert_string_equal(sha256, written.sha256);
    /* bounds and nulls of every column and group against its rows */
    snprintf(sql, sizeof(sql),
        "WITH said AS (SELECT path_in_schema AS c, row_group_id AS g, "
        "row_group_num_rows, "
        "num_values AS v, stats_null_count AS n, stats_min_value AS low, stats_max_value "
        "AS high FROM parquet_metadata('%s')) SELECT count(*), count(*) FILTER (v = "
        "row_group_num_rows), count(*) FILTER (c = 'whole' AND n = 0), count(*) FILTER "
        "(c "
        "= 'none' AND n = v AND low IS NULL), min(low) FILTER (c = 'name'), max(high) "
        "FILTER (c = 'name'), max(TRY_CAST(high AS DOUBLE)) FILTER (c = 'whole'), "
        "sum(n) FILTER (c = 'noise') FROM said",
        at("y.parquet"));
    rows = ask(sql);
    assert_int_equal(hc_rows_int(rows, 0, 0), (GROUPS - 1) * HC_COUNT(columns));
    assert_int_equal(hc_rows_int(rows, 1, 0), hc_rows_int(rows, 0, 0));
    assert_int_equal(hc_rows_int(rows, 2, 0), GROUPS - 1);
    assert_int_equal(hc_rows_int(rows, 3, 0), GROUPS - 1);
    assert_string_equal(hc_rows_text(rows, 4, 0), "node a");
    assert_string_equal(hc_rows_text(rows, 5, 0), "node \xc3\xa4");
    assert_true(hc_rows_number(rows, 6, 0) == (double)(first_of(GROUPS) - 1) / 3);
    assert_int_equal(hc_rows_int(rows, 7, 0), (first_of(GROUPS) + 1) / 5);
    snprintf(sql, sizeof(sql),
        "SELECT decode(key), decode(value) FROM parquet_kv_metadata('%s')",
        at("y.parquet"));
    keys = ask(sql);
    assert_int_equal(hc_rows_count(keys), 2);
    assert_string_equal(hc_rows_text(keys, 1, 1), "it's \"x\"");
}

/* A filter that the bounds can answer does not lose a row. */
static void bounds_lose_nothing(void **state)
{
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;
    struct hc_parquet_written written;
    char sql[512];

    (void)state;
    assert_int_equal(make_file(at("z.parquet"), 2, &written), HC_OK);
    snprintf(sql, sizeof(sql),
        "SELECT count(*) FILTER (name = 'node a') - (SELECT count(*) FROM '%s' WHERE "
        "name "
        "= 'node a'), count(*) FILTER (steady = 70) - (SELECT count(*) FROM '%s' WHERE "
        "steady = 70), count(*) FILTER (time < '1970-01-01') - (SELECT count(*) FROM "
        "'%s' "
        "WHERE time < '1970-01-01') FROM '%s'",
        at("z.parquet"), at("z.parquet"), at("z.parquet"), at("z.parquet"));
    rows = ask(sql);
    for (size_t c = 0; c < 3; c++)
        assert_int_equal(hc_rows_int(rows, c, 0), 0);
}

static void threads_change_no_byte(void **state)
{
    struct hc_parquet_written first, other;

    (void)state;
    assert_int_equal(make_file(at("1.parquet"), 1, &first), HC_OK);
    for (size_t threads = 2; threads <= 5; threads++) {
        unlink(at("n.parquet"));
        assert_int_equal(make_file(at("n.parquet"), threads, &other), HC_OK);
        assert_string_equal(first.sha256, other.sha256);
    }
}

static void no_group_at_all(void **state)
{
    struct hc_parquet_written written;
    struct hc_parquet_file *file;
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;
    char sql[256];

    (void)state;
    assert_int_equal(hc_parquet_open(at("e.parquet"), &schema, &file, NULL), HC_OK);
    assert_int_equal(hc_parquet_append(file, NULL, 0, NULL), HC_OK);
    assert_int_equal(hc_parquet_finish(file, &written, NULL), HC_OK);
    hc_parquet_close(file);
    assert_int_equal(written.rows, 0);
    snprintf(
        sql, sizeof(sql), "SELECT count(*), count(noise) FROM '%s'", at("e.parquet"));
    rows = ask(sql);
    assert_int_equal(hc_rows_int(rows, 0, 0), 0);
}

/* ---- what fails ---- */

static void failing_steps(void **state)
{
    struct hc_parquet_written written;
    enum hc_status status = HC_OUTPUT;
    long n = 0;

    (void)state;
    for (; status; n++) {
        unlink(at("f.parquet"));
        hc_fs_fail_after(n);
        status = make_file(at("f.parquet"), 1 + (size_t)n % 2, &written);
        hc_fs_fail_after(-1);
        assert_true(status == HC_OK || status == HC_OUTPUT);
    }
    assert_true(n > GROUPS);
}

static void failing_allocations(void **state)
{
    struct hc_parquet_written written;
    enum hc_status status = HC_NO_MEMORY;
    long n = 0;

    (void)state;
    for (; status; n++) {
        unlink(at("m.parquet"));
        hc_mem_fail_after(n);
        status = make_file(at("m.parquet"), 1 + (size_t)n % 2, &written);
        hc_mem_fail_after(-1);
        assert_true(status == HC_OK || status == HC_NO_MEMORY);
    }
    assert_true(n > GROUPS);
}

static void a_file_that_is_there_stays(void **state)
{
    struct hc_parquet_file *file;
    struct hc_error err;

    (void)state;
    assert_int_equal(hc_file_write(at("old"), "old", 3, NULL), HC_OK);
    assert_int_equal(hc_parquet_open(at("old"), &schema, &file, &err), HC_OUTPUT);
    assert_non_null(strstr(err.message, "cannot write '"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compact_protocol),
        cmocka_unit_test(bytes_apart),
        cmocka_unit_test(values_come_back),
        cmocka_unit_test(footer_says_what_is_so),
        cmocka_unit_test(bounds_lose_nothing),
        cmocka_unit_test(threads_change_no_byte),
        cmocka_unit_test(no_group_at_all),
        cmocka_unit_test(failing_steps),
        cmocka_unit_test(failing_allocations),
        cmocka_unit_test(a_file_that_is_there_stays),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
