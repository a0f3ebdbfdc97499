/*
 * Rows of pod_usage: which there are, counts as differences, whose they are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "collect/state_tables.h"
#include "collect/usage.h"
#include "in_folder.h"
#include "piece_case.h"

enum { POINTS = 12 };

struct series {
    int ask;
    const char *labels, *digits; /* the first digit is of the moment before the day */
};

/* What a case is of: series of usage, of pods, and rows as "t cpu memory …;" */
struct world {
    struct hc_entities usage, pods;
};

static void make(struct world *w, const struct series *series, size_t n)
{
    const struct hc_span day = {HC_POD_STEP_S, POINTS * HC_POD_STEP_S};
    const struct hc_span earlier = {0, POINTS * HC_POD_STEP_S};

    hc_entities_init(&w->usage, hc_usage_keys, 2, earlier, HC_POD_STEP_S);
    hc_entities_init(&w->pods, hc_pod_keys, 2, day, HC_POD_STEP_S);
    for (size_t i = 0; i < n; i++) {
        bool of_pods = hc_ask_part(series[i].ask) == HC_PART_PODS;
        struct hc_piece piece;

        begin_piece(&piece, series[i].ask, 0, POINTS);
        put_series(&piece, series[i].labels, series[i].digits);
        assert_int_equal(hc_entities_add(of_pods ? &w->pods : &w->usage, &piece), HC_OK);
        hc_piece_clear(&piece);
    }
    hc_entities_sort(&w->usage);
    hc_entities_sort(&w->pods);
}

static void world_clear(struct world *w)
{
    hc_entities_clear(&w->usage);
    hc_entities_clear(&w->pods);
}

/* The moment and some columns of all rows: "3:1,NULL 4:2,0". */
static void read_rows(struct hc_duck *duck, const char *columns, struct hc_buf *out)
{
    struct hc_rows *rows = NULL;
    char sql[512];

    snprintf(sql, sizeof(sql),
        "SELECT (epoch(timestamp) / 300)::BIGINT, %s FROM read_parquet('%s')", columns,
        at("usage.parquet"));
    assert_int_equal(hc_duck_rows(duck, sql, &rows, NULL), HC_OK);
    for (size_t r = 0; r < hc_rows_count(rows); r++)
        for (size_t c = 0; c < hc_rows_columns(rows); c++) {
            const char *text = hc_rows_text(rows, c, r);

            hc_buf_printf(out, "%s%s",
                c > 1 ? ","
                : c   ? ":"
                : r   ? " "
                      : "",
                text ? text : "NULL");
        }
    hc_rows_free(rows);
}

static struct hc_duck *open_duck(void)
{
    struct hc_duck_options options = {.threads = 1, .temp_dir = at("spill")};
    struct hc_duck *duck = NULL;

    assert_int_equal(hc_duck_open(&options, &duck, NULL), HC_OK);
    return duck;
}

static void check(const struct series *series, size_t n, bool kills_known,
    const char *columns, const char *is)
{
    struct hc_duck *duck = open_duck();
    struct hc_buf text = HC_BUF_INIT;
    struct world w;
    int64_t rows = -1;

    make(&w, series, n);
    assert_int_equal(hc_usage_write(&w.usage, &w.pods, kills_known, duck,
                         at("usage.parquet"), &rows, NULL),
        HC_OK);
    if (rows)
        read_rows(duck, columns, &text);
    assert_string_equal(hc_buf_str(&text), is);
    world_clear(&w);
    hc_buf_clear(&text);
    hc_duck_close(duck);
}

#define CPU HC_Q_USED_CPU, "pod=p"
#define MEMORY HC_Q_USED_MEMORY
#define COUNT HC_Q_RESTARTS
#define ENDED HC_Q_ENDED

static void test_counts(void **unused)
{
    static const struct series grows[] = {
        {CPU, "111111111111"}, {COUNT, "pod=p,uid=1,container=a", "0013..4411.0"}};
    static const struct series summed[] = {{COUNT, "pod=p,uid=1,container=a", "2333"},
        {COUNT, "pod=p,uid=1,container=b", "1133"},
        {COUNT, "pod=p,uid=2,container=a", "...0"}};
    static const struct series midnight[] = {{COUNT, "pod=p,uid=1,container=a", "34"}};
    static const struct series unseen[] = {{COUNT, "pod=p,uid=1,container=a", ".4"},
        {COUNT, "pod=q,uid=2,container=a", ".0"}};

    (void)unused;
    /* NULL: nothing before, and the count is not 0; a count that fell began anew */
    check(grows, 2, false, "restarts",
        "1:0.0 2:1.0 3:2.0 4:NULL 5:NULL 6:NULL 7:0.0 8:1.0 9:0.0 10:NULL 11:0.0");
    check(summed, 3, false, "restarts", "1:1.0 2:2.0");
    check(midnight, 1, false, "restarts", "1:1.0");
    check(unseen, 2, false, "restarts", "");
}

static void test_kills(void **unused)
{
    static const struct series one[] = {{CPU, "11111111"},
        {COUNT, "pod=p,uid=1,container=a", "00122345"},
        {COUNT, "pod=p,uid=1,container=b", "00001111"},
        {ENDED, "pod=p,uid=1,container=a,reason=OOMKilled", "..111..1"},
        {ENDED, "pod=p,uid=1,container=a,reason=Error",
            "...."
            "1111"},
        {ENDED, "pod=p,uid=1,container=b,reason=Error", "....1111"},
        {ENDED, "pod=p,uid=9,container=a,reason=OOMKilled", "11111111"}};

    (void)unused;
    /* at 4 OOMKilled is seen as well, but is what had been before; at 7 it is the newer,
     * because it came later */
    check(one, HC_COUNT(one), true, "restarts, oom_kills",
        "1:0.0,0.0 2:1.0,1.0 3:1.0,1.0 4:1.0,0.0 5:1.0,0.0 6:1.0,0.0 7:1.0,1.0");
    check(one, 3, false, "oom_kills", "1:0.0 2:NULL 3:NULL 4:NULL 5:NULL 6:NULL 7:NULL");
}

static void test_rows_and_numbers(void **unused)
{
    static const struct series some[] = {{CPU, "1.3......"},
        {MEMORY, "pod=p,container=a", "1..4.5"}, {MEMORY, "pod=p,container=b", "....45"},
        {HC_Q_THROTTLED, "pod=p", "0021"}, {HC_Q_PERIODS, "pod=p", "0042"},
        {HC_Q_PERIODS, "pod=q", "1111"}, {MEMORY, "pod=r,container=a", "1"}};
    static const struct series held[] = {{CPU, "1111"}, {HC_Q_PERIODS, "pod=p", "..44"},
        {HC_Q_THROTTLED, "pod=p", "1119"}};

    (void)unused;
    check(some, HC_COUNT(some), true,
        "cpu_usage_cores, memory_working_set_bytes, cpu_throttled_share, restarts",
        "2:3.0,NULL,0.5,NULL 3:NULL,4.0,0.5,NULL 4:NULL,4.0,NULL,NULL "
        "5:NULL,10.0,NULL,NULL");
    check(held, 3, true, "cpu_throttled_share", "1:NULL 2:0.25 3:1.0");
    check(held, 2, true, "cpu_throttled_share", "1:NULL 2:NULL 3:NULL");
}

static void test_whose(void **unused)
{
    static const struct series moved[] = {{CPU, "11111111"},
        {HC_Q_USED_CPU, "cluster=x,pod=p", "11"},
        {HC_Q_POD, "pod=p,uid=b,node=n1", "111111"},
        {HC_Q_POD, "pod=p,uid=b", ".1"}, /* it was not scheduled yet */
        {HC_Q_POD, "pod=p,uid=a,node=n2", "....111"},
        {HC_Q_POD, "cluster=x,pod=p,uid=c", "11"},
        {HC_Q_POD_CREATED, "pod=p,uid=b", "111111"},
        {HC_Q_POD_CREATED, "pod=p,uid=a", "....555"}};
    static const struct series unknown[] = {{CPU, "111"},
        {HC_Q_POD, "pod=p,uid=b,node=n1", "111"}, {HC_Q_POD, "pod=p,uid=a", "111"},
        {HC_Q_POD_CREATED, "pod=p,uid=b", ".1"}};

    (void)unused;
    check(moved, HC_COUNT(moved), true, "cluster, uid, node",
        "1:NULL,b,n1 2:NULL,b,n1 3:NULL,b,n1 4:NULL,a,n2 5:NULL,a,n2 6:NULL,a,n2 "
        "7:NULL,NULL,NULL 1:x,c,NULL");
    check(unknown, HC_COUNT(unknown), true, "uid, node", "1:b,n1 2:a,NULL");
}

/* More rows than one block of the writer has. */
static void test_many_pods(void **unused)
{
    enum { PODS = 700 };
    struct hc_duck *duck = open_duck();
    struct hc_rows *found = NULL;
    struct world w;
    char sql[512];
    int64_t rows;

    (void)unused;
    make(&w, NULL, 0);
    for (int i = 0; i < PODS; i++) {
        struct hc_piece cpu, info;
        char labels[64];

        begin_piece(&cpu, HC_Q_USED_CPU, 0, POINTS);
        begin_piece(&info, HC_Q_POD, 0, POINTS);
        snprintf(labels, sizeof(labels), "pod=p%d", i);
        put_series(&cpu, labels, "111111111111");
        snprintf(labels, sizeof(labels), "pod=p%d,uid=u%d,node=n%d", i, i, i);
        put_series(&info, labels, "111111111111");
        assert_int_equal(hc_entities_add(&w.usage, &cpu), HC_OK);
        assert_int_equal(hc_entities_add(&w.pods, &info), HC_OK);
        hc_piece_clear(&cpu);
        hc_piece_clear(&info);
    }
    hc_entities_sort(&w.usage);
    hc_entities_sort(&w.pods);
    assert_int_equal(
        hc_usage_write(&w.usage, &w.pods, true, duck, at("usage.parquet"), &rows, NULL),
        HC_OK);
    assert_int_equal(rows, PODS * (POINTS - 1));
    snprintf(sql, sizeof(sql),
        "SELECT count(*) FROM read_parquet('%s') WHERE uid = 'u' || pod[2:] AND node = "
        "'n' || pod[2:]",
        at("usage.parquet"));
    assert_int_equal(hc_duck_rows(duck, sql, &found, NULL), HC_OK);
    assert_int_equal(hc_rows_int(found, 0, 0), rows);
    hc_rows_free(found);
    world_clear(&w);
    hc_duck_close(duck);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_counts),
        IN_FOLDER(test_kills),
        IN_FOLDER(test_rows_and_numbers),
        IN_FOLDER(test_whose),
        IN_FOLDER(test_many_pods),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
