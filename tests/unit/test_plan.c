/*
 * The laws of a plan: its pieces are the range, each moment once, however they are cut.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/fs.h"
#include "base/mem.h"
#include "collect/plan.h"
#include "collect/plan_json.h"

enum { CASES = 3000 };

static uint64_t state = 88172645463325252u;

static int64_t random_in(int64_t low, int64_t high)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return low + (int64_t)(state % (uint64_t)(high - low + 1));
}

static struct hc_plan random_plan(void)
{
    static const int64_t steps[] = {1, 7, 15, 30, 60, 97, 300, 3600, 50000, 86400};
    struct hc_plan plan = {0};

    plan.step_s = steps[random_in(0, HC_COUNT(steps) - 1)];
    plan.since_s = random_in(-2 * HC_DAY_S, 1750000000);
    plan.until_s = plan.since_s + random_in(plan.step_s, 12 * HC_DAY_S);
    return plan;
}

/* ---- the range ---- */

static void test_align_keeps_the_moments(void **unused)
{
    (void)unused;
    for (int i = 0; i < CASES; i++) {
        struct hc_plan given = random_plan(), plan = given;

        assert_true(hc_plan_align(&plan));
        assert_int_equal(plan.since_s % plan.step_s, 0);
        assert_int_equal(plan.until_s % plan.step_s, 0);
        assert_in_range(plan.since_s - given.since_s, 0, plan.step_s - 1);
        /* the last moment is before the end, the next one is not */
        assert_true(plan.until_s - plan.step_s < given.until_s);
        assert_true(plan.until_s >= given.until_s);
    }
}

static void test_no_moment(void **unused)
{
    struct hc_plan plan = {.since_s = 61, .until_s = 119, .step_s = 60};

    (void)unused;
    assert_false(hc_plan_align(&plan));
}

/* Walks days, windows and random halves: every moment comes once, in order. */
static int64_t walk(
    const struct hc_plan *plan, const struct hc_piece_id *piece, int64_t at, int depth)
{
    struct hc_piece_id halves[2];
    int64_t step = plan->step_s;

    assert_int_equal(piece->span.start_s, at);
    assert_true(piece->span.end_s > piece->span.start_s);
    assert_int_equal(piece->span.start_s % step, 0);
    assert_true(hc_span_points(piece->span, step) <= HC_WINDOW_POINTS);
    if (depth && random_in(0, 1) && hc_piece_split(piece, step, 0, halves)) {
        int64_t first = hc_span_points(halves[0].span, step);
        int64_t second = hc_span_points(halves[1].span, step);

        assert_in_range(first - second, 0, 1);
        at = walk(plan, &halves[0], at, depth - 1);
        return walk(plan, &halves[1], at, depth - 1);
    }
    return piece->span.end_s;
}

static void test_pieces_are_the_range(void **unused)
{
    (void)unused;
    for (int i = 0; i < CASES; i++) {
        struct hc_plan plan = random_plan();
        int64_t at;

        assert_true(hc_plan_align(&plan));
        at = plan.since_s;
        for (int64_t d = 0; d < hc_plan_days(&plan); d++) {
            struct hc_span day = hc_plan_day(&plan, d);
            struct hc_piece_id piece = {.ask = HC_Q_LOAD_1M};

            assert_int_equal(hc_floor_div(day.start_s, HC_DAY_S),
                hc_floor_div(day.end_s - plan.step_s, HC_DAY_S));
            for (int64_t k = 0; hc_plan_window(day, plan.step_s, k, &piece.span); k++)
                at = walk(&plan, &piece, at, 12);
            assert_int_equal(at, day.end_s);
        }
        assert_int_equal(at, plan.until_s);
    }
}

/* Every moment of pods in the range, in the day that it is in, and none to come. */
static void check_pod_days(const struct hc_plan *plan)
{
    int64_t next = hc_plan_grid(plan->since_s, HC_POD_STEP_S);

    for (int64_t d = 0; d < hc_plan_days(plan); d++) {
        struct hc_span day = hc_plan_day(plan, d);
        struct hc_span span = hc_ask_span(plan, HC_Q_POD, day);
        struct hc_span counts = hc_ask_span(plan, HC_Q_RESTARTS, day);
        int64_t midnight = hc_floor_div(day.start_s, HC_DAY_S) * HC_DAY_S;

        assert_int_equal(span.start_s % HC_POD_STEP_S, 0);
        assert_int_equal(span.end_s % HC_POD_STEP_S, 0);
        assert_true(span.start_s >= midnight && span.end_s <= midnight + HC_DAY_S);
        assert_int_equal(counts.end_s, span.end_s);
        if (span.start_s == span.end_s) {
            assert_int_equal(counts.start_s, span.start_s);
            continue;
        }
        assert_int_equal(span.start_s, next);
        assert_int_equal(counts.start_s, span.start_s - HC_POD_STEP_S);
        assert_true(span.end_s - HC_POD_STEP_S < plan->end_s);
        next = span.end_s;
    }
    /* what is left lies in a day that has no moment of the plan yet */
    assert_true(
        next >= plan->end_s ||
        next >= (hc_floor_div(plan->until_s - plan->step_s, HC_DAY_S) + 1) * HC_DAY_S);
}

static void test_pods_by_utc_days(void **unused)
{
    static const int64_t steps[] = {1, 7, 60, 61, 300, 420, 3600, 50000, 86399, 86400};
    static const int64_t lengths[] = {1, 60, 299, 300, 301, 3600, 86400, 100001, 400000};
    const int64_t midnight = 1733011200;

    (void)unused;
    for (size_t s = 0; s < HC_COUNT(steps); s++)
        for (size_t l = 0; l < HC_COUNT(lengths); l++)
            for (int64_t since = midnight - 301; since < midnight + 900; since += 100) {
                struct hc_plan plan = {
                    .since_s = since, .until_s = since + lengths[l], .step_s = steps[s]};

                if (hc_plan_align(&plan))
                    check_pod_days(&plan);
            }
}

static void test_nothing_to_come(void **unused)
{
    struct hc_plan plan = {.since_s = 0, .until_s = 40000, .step_s = HC_DAY_S};
    struct hc_span day, span;

    (void)unused;
    assert_true(hc_plan_align(&plan));
    assert_int_equal(plan.until_s, HC_DAY_S);
    day = hc_plan_day(&plan, 0);
    span = hc_ask_span(&plan, HC_Q_POD, day);
    assert_int_equal(span.end_s, 40200);
    /* the same day later on: there is more of it */
    plan.until_s = 2 * HC_DAY_S - 1;
    assert_true(hc_plan_align(&plan));
    assert_int_equal(hc_plan_day(&plan, 0).end_s, day.end_s);
    span = hc_ask_span(&plan, HC_Q_POD, hc_plan_day(&plan, 0));
    assert_int_equal(span.end_s, HC_DAY_S);
}

static void test_split_ends(void **unused)
{
    struct hc_piece_id piece = {HC_Q_LOAD_1M, {600, 660}}, halves[2];

    (void)unused;
    assert_false(hc_piece_split(&piece, 60, 0, halves)); /* one moment */
    piece.span.end_s = 720;
    assert_true(hc_piece_split(&piece, 60, 60, halves));
    assert_int_equal(halves[0].span.end_s, 660);
    assert_false(hc_piece_split(&piece, 60, 120, halves)); /* short enough */
}

/* A longer range keeps the days that were whole. */
static void test_longer_keeps_whole_days(void **unused)
{
    (void)unused;
    for (int i = 0; i < CASES; i++) {
        struct hc_plan plan = random_plan(), longer;

        assert_true(hc_plan_align(&plan));
        longer = plan;
        longer.until_s += random_in(1, 100) * plan.step_s;
        for (int64_t d = 0; d + 1 < hc_plan_days(&plan); d++) {
            struct hc_span a = hc_plan_day(&plan, d), b = hc_plan_day(&longer, d);

            assert_int_equal(a.start_s, b.start_s);
            assert_int_equal(a.end_s, b.end_s);
        }
    }
}

/* ---- names and files ---- */

static void test_name(void **unused)
{
    struct hc_piece_id piece = {HC_Q_LOAD_1M, {1733011200, 1733097600}};
    char name[HC_PIECE_NAME];

    (void)unused;
    hc_piece_name(&piece, name);
    assert_string_equal(name, "load_1m-1733011200-1733097600.piece");
}

static void test_promql(void **unused)
{
    struct hc_plan plan = {.match = "cluster=\"prod\"", .window_s = 120};
    struct hc_buf out = HC_BUF_INIT;

    (void)unused;
    hc_plan_promql(&plan, HC_Q_NODE_INFO, &out);
    assert_string_equal(hc_buf_str(&out), "kube_node_info{cluster=\"prod\"}");
    hc_buf_reset(&out);
    hc_plan_here(&plan, HC_Q_NODE_INFO, &out);
    assert_string_equal(hc_buf_str(&out), "max by (cluster,internal_ip,node)");
    hc_buf_reset(&out);
    hc_plan_here(&plan, HC_Q_IOWAIT, &out);
    assert_string_equal(hc_buf_str(&out), "");
    plan.gathers[HC_Q_IOWAIT] = true;
    hc_plan_here(&plan, HC_Q_IOWAIT, &out);
    assert_string_equal(hc_buf_str(&out),
        "max by (cluster,instance) (sum by (cluster,instance," HC_REPLICA_LABELS "))");
    hc_buf_reset(&out);
    hc_plan_promql(&plan, HC_Q_IOWAIT, &out);
    assert_string_equal(hc_buf_str(&out),
        "rate(node_cpu_seconds_total{mode=\"iowait\",cluster=\"prod\"}[120s])");
    hc_buf_reset(&out);
    plan.gathers[HC_Q_IOWAIT] = false;
    hc_plan_promql(&plan, HC_Q_POD_PHASE, &out);
    assert_string_equal(hc_buf_str(&out),
        "last_over_time(kube_pod_status_phase{cluster=\"prod\"}[300s]) > 0");
    hc_buf_reset(&out);
    hc_plan_promql(&plan, HC_Q_DISK_USAGE, &out);
    assert_ptr_equal(hc_buf_str(&out),
        strstr(hc_buf_str(&out),
            "{__name__=~\"node_filesystem_avail_bytes|node_filesystem_size_bytes\","
            "fstype!~"));
    assert_non_null(strstr(hc_buf_str(&out), ",cluster=\"prod\"}"));
    hc_buf_reset(&out);
    plan.node_label = "nodename";
    hc_plan_promql(&plan, HC_Q_IOWAIT, &out);
    assert_string_equal(hc_buf_str(&out),
        "max by (cluster,nodename) (sum by (cluster,nodename," HC_REPLICA_LABELS
        ") (rate(node_cpu_seconds_total{mode=\"iowait\",cluster=\"prod\"}[120s])))");
    hc_buf_clear(&out);
}

static void test_file(void **unused)
{
    struct hc_plan plan = {.since_s = 86400, .until_s = 172800, .step_s = 60}, read = {0};
    char dir[] = "/tmp/hindcast-plan-XXXXXX";

    (void)unused;
    assert_non_null(mkdtemp(dir));
    plan.url = hc_strdup("http://x:9090");
    plan.match = hc_strdup("cluster=\"a\\\"b\"");
    plan.end_s = 172741;
    plan.scrape_s = 30;
    plan.window_s = 120;
    plan.asks[HC_Q_LOAD_5M] = true;
    plan.exported[HC_Q_LOAD_5M] = plan.exported[HC_Q_POD_PHASE] = true;
    assert_int_equal(hc_plan_read(dir, &read, NULL), HC_INPUT);
    assert_int_equal(hc_plan_write(&plan, dir, NULL), HC_OK);
    assert_int_equal(hc_plan_read(dir, &read, NULL), HC_OK);
    assert_string_equal(read.url, plan.url);
    assert_string_equal(read.match, plan.match);
    assert_null(read.node_label);
    assert_int_equal(read.since_s, plan.since_s);
    assert_int_equal(read.until_s, plan.until_s);
    assert_int_equal(read.end_s, plan.end_s);
    assert_int_equal(read.step_s, plan.step_s);
    assert_int_equal(read.scrape_s, 30);
    assert_int_equal(read.window_s, 120);
    assert_memory_equal(read.asks, plan.asks, sizeof(plan.asks));
    assert_memory_equal(read.exported, plan.exported, sizeof(plan.exported));
    hc_plan_clear(&plan);
    hc_plan_clear(&read);
    hc_tree_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_align_keeps_the_moments),
        cmocka_unit_test(test_no_moment),
        cmocka_unit_test(test_pieces_are_the_range),
        cmocka_unit_test(test_pods_by_utc_days),
        cmocka_unit_test(test_nothing_to_come),
        cmocka_unit_test(test_split_ends),
        cmocka_unit_test(test_longer_keeps_whole_days),
        cmocka_unit_test(test_name),
        cmocka_unit_test(test_promql),
        cmocka_unit_test(test_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
