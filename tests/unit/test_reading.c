/*
 * A reading's portions: each row of the set in one of them, with the history and the
 * look-ahead that it needs, whatever the size of a portion.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "features/reading.h"

#define SECOND INT64_C(1000000)
#define LAST (39970 * SECOND)

/* Three nodes in two clusters, with gaps, repeats and values that are none. */
static const char rows_sql[] =
    "SELECT make_timestamp(t * 1000000) AS t, node, cluster, CASE WHEN t % 7 = 0 THEN "
    "NULL "
    "WHEN t % 11 = 0 THEN 'nan'::DOUBLE WHEN t % 13 = 0 THEN 'inf'::DOUBLE ELSE t END, "
    "t * 2.0::DOUBLE FROM (VALUES (NULL, 'a'), (NULL, 'b'), ('k', 'a')) nodes(cluster, "
    "node), "
    "(SELECT unnest(range(1000, 40000, 30)) AS t) times WHERE NOT (node = 'b' AND t "
    "BETWEEN 9000 AND 20000) ";
static const char order_sql[] = "ORDER BY coalesce(cluster, ''), node, t";

static struct hc_duck *duck;

static int open_duck(void **state)
{
    const struct hc_duck_options options = {.threads = 1, .keep_order = true};

    (void)state;
    return hc_duck_open(&options, &duck, NULL) ? -1 : 0;
}

static int close_duck(void **state)
{
    (void)state;
    hc_duck_close(duck);
    return 0;
}

static struct hc_reading_options options_of(const char *sql, size_t portion_rows)
{
    return (struct hc_reading_options){.sql = sql,
        .has_cluster = true,
        .n_gauges = 2,
        .portion_rows = portion_rows,
        .back_us = 3600 * SECOND,
        .ahead_us = 900 * SECOND};
}

struct seen {
    size_t rows;
    int64_t last_us;
    const struct hc_feature_node *node;
    int64_t step_us[8000];
};

/* What comes before row `first`, and after the last, is there as far as it is looked at.
 */
static void check_edges(const struct hc_portion *p, const struct hc_reading_options *o)
{
    size_t first = hc_portion_stretch_of(p, p->first);
    size_t last = hc_portion_stretch_of(p, p->end - 1);
    size_t to = hc_portion_stretch_end(p, last);

    for (size_t i = p->stretches[first].from; i < p->first; i++)
        assert_true(p->time_us[i] > p->time_us[p->first] - o->back_us);
    if (to == p->n && p->end < p->n && p->time_us[p->n - 1] < LAST)
        assert_true(p->time_us[p->n - 1] >
                    p->time_us[p->end - 1] + o->ahead_us + p->step_us[p->end - 1] / 2);
}

static void check_values(const struct hc_portion *p)
{
    for (size_t i = 0; i < p->n; i++) {
        int64_t t = p->time_us[i] / SECOND;
        bool none = t % 7 == 0 || t % 11 == 0 || t % 13 == 0;

        assert_true(none ? isnan(p->value[0][i]) : p->value[0][i] == (double)t);
        assert_true(p->value[1][i] == (double)t * 2);
    }
}

static void take(struct seen *seen, const struct hc_portion *p)
{
    for (size_t i = p->first; i < p->end; i++) {
        const struct hc_feature_node *node =
            p->stretches[hc_portion_stretch_of(p, i)].node;

        if (node == seen->node)
            assert_true(p->time_us[i] > seen->last_us);
        seen->node = node;
        seen->last_us = p->time_us[i];
        seen->step_us[seen->rows++] = p->step_us[i];
    }
}

static enum hc_status read_all(const struct hc_reading_options *options,
    struct seen *seen, struct hc_reading_counts *counts, bool *ret_unsorted)
{
    struct hc_reading *reading = NULL;
    struct hc_portion portion = {0};
    enum hc_status status = hc_reading_open(duck, options, &reading, NULL);

    *seen = (struct seen){0};
    if (!status)
        status = hc_portion_init(&portion, options->n_gauges);
    while (!status) {
        status = hc_reading_next(reading, &portion, NULL);
        if (status || portion.first == portion.end)
            break;
        if (portion.end - portion.first < options->portion_rows)
            assert_int_equal(portion.end, portion.n);
        check_edges(&portion, options);
        check_values(&portion);
        take(seen, &portion);
    }
    if (reading && counts)
        *counts = hc_reading_counts(reading);
    if (ret_unsorted)
        *ret_unsorted = reading && hc_reading_is_unsorted(reading);
    hc_portion_clear(&portion);
    hc_reading_close(reading);
    return status;
}

static void portions_of_any_size(void **state)
{
    static const size_t sizes[] = {1, 2, 77, 1300, 2048, 3000, 100000};
    static struct seen whole, seen;
    struct hc_reading_counts counts;
    char sql[1024];

    (void)state;
    snprintf(sql, sizeof(sql), "%s%s", rows_sql, order_sql);
    for (size_t k = HC_COUNT(sizes); k-- > 0;) {
        struct hc_reading_options options = options_of(sql, sizes[k]);

        assert_int_equal(read_all(&options, &seen, &counts, NULL), HC_OK);
        if (k == HC_COUNT(sizes) - 1)
            whole = seen;
        assert_int_equal(seen.rows, 1300 * 3 - 367);
        assert_int_equal(counts.rows, seen.rows);
        assert_int_equal(counts.nodes, 3);
        assert_int_equal(counts.repeats, 0);
        assert_true(counts.first_us == 1000 * SECOND);
        assert_memory_equal(whole.step_us, seen.step_us, sizeof(seen.step_us));
    }
    assert_true(whole.step_us[0] == 0 && whole.step_us[1] == 30 * SECOND);
}

static void repeats_and_rows_without_a_key(void **state)
{
    static struct seen seen;
    struct hc_reading_counts counts;
    struct hc_reading_options options;
    char sql[2048];

    (void)state;
    snprintf(sql, sizeof(sql),
        "SELECT CASE WHEN r = 1 AND s %% 20 = 0 THEN NULL ELSE t END, CASE WHEN r = 1 "
        "AND "
        "s %% 20 = 10 AND s %% 7 = 0 THEN NULL ELSE node END, cluster, g, h FROM "
        "(SELECT "
        "epoch_us(t) // 1000000 AS s, * FROM (%s) q(t, node, cluster, g, h), (VALUES "
        "(0), "
        "(1)) k(r)) ORDER BY coalesce(cluster, ''), node, t, r",
        rows_sql);
    options = options_of(sql, 500);
    assert_int_equal(read_all(&options, &seen, &counts, NULL), HC_OK);
    assert_int_equal(seen.rows, 1300 * 3 - 367);
    assert_true(counts.no_key > 0 && counts.repeats > 0);
    assert_int_equal(counts.no_key + counts.repeats, seen.rows);
}

static void what_is_not_sorted_is_told(void **state)
{
    static const char *const orders[] = {"ORDER BY t, node, cluster",
        "ORDER BY node, cluster NULLS FIRST, t", "ORDER BY cluster NULLS LAST, node, t",
        "ORDER BY coalesce(cluster, ''), node, t DESC"};
    static struct seen seen;
    char sql[1024];

    (void)state;
    for (size_t k = 0; k < HC_COUNT(orders); k++) {
        struct hc_reading_options options = options_of(sql, 100);
        bool unsorted = false;

        snprintf(sql, sizeof(sql), "%s%s", rows_sql, orders[k]);
        assert_int_equal(read_all(&options, &seen, NULL, &unsorted), HC_INPUT);
        assert_true(unsorted);
    }
}

static void no_memory_is_a_status(void **state)
{
    static struct seen seen;
    enum hc_status status = HC_NO_MEMORY;
    char sql[1024];
    long n = 0;

    (void)state;
    snprintf(sql, sizeof(sql), "%s%s", rows_sql, order_sql);
    for (; status; n++) {
        struct hc_reading_options options = options_of(sql, 700);

        hc_mem_fail_after(n);
        status = read_all(&options, &seen, NULL, NULL);
        hc_mem_fail_after(-1);
        assert_true(status == HC_OK || status == HC_NO_MEMORY);
    }
    assert_true(n > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(portions_of_any_size),
        cmocka_unit_test(repeats_and_rows_without_a_key),
        cmocka_unit_test(what_is_not_sorted_is_told),
        cmocka_unit_test(no_memory_is_a_status),
    };

    return cmocka_run_group_tests(tests, open_duck, close_duck);
}
