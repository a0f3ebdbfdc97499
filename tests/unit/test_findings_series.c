/* The course in time: where its window lies, how wide its buckets are, what is in them.
 */
#include "findings_case.h"

#include "findings/series.h"

static const int gauges[] = {HC_CPU, HC_LOAD_1M, -1};
static struct hc_zone_span utc_span = {INT64_MIN, 0};
static const struct hc_zone utc = {&utc_span, 1};

static enum hc_status course(
    const struct findings_case *c, size_t max_points, struct hc_series *ret)
{
    struct hc_series_run *run = NULL;
    enum hc_status status = hc_series_begin(&run, &c->out, &utc, max_points, NULL);

    for (size_t i = 0; !status && i < c->n; i++)
        hc_series_add(run, &c->cells[i]);
    if (!status)
        status = hc_series_end(run, ret, NULL);
    hc_series_free(run);
    return status;
}

/* Samples every 1,200 s in these hours, CPU and load told by node and hour. */
static void hours(struct findings_case *c, uint32_t node, int64_t from, int64_t to)
{
    for (int64_t h = from; h < to; h++) {
        struct hc_cell *cell = case_cell(c, node, MONDAY_S + h * HOUR_S, 3);

        case_put(cell, HC_CPU, 3, 0.01 * node + 0.001 * (double)(h % 24));
        case_put(cell, HC_LOAD_1M, 2, node);
    }
    c->s.nodes[node].step_s = 1200;
}

static double mean_of(const struct hc_series *s, int g, size_t row, size_t bucket)
{
    return (double)s->mean[g][row * s->n_buckets + bucket];
}

static double received_of(const struct hc_series *s, size_t row, size_t bucket)
{
    return (double)s->received[row * s->n_buckets + bucket];
}

#define assert_close(value, expected) assert_float_equal((value), (expected), 1e-6)

static void an_hour_is_a_bucket(void **state)
{
    struct findings_case c;
    struct hc_series s;

    (void)state;
    case_init(&c, 2, gauges);
    hours(&c, 0, 0, 48);
    hours(&c, 1, 10, 30);
    case_run(&c);
    assert_int_equal(course(&c, HC_SERIES_POINTS, &s), HC_OK);
    assert_true(s.start_s == MONDAY_S && s.width_s == 3600 && s.n_buckets == 48);
    assert_true(s.n_nodes == 2 && s.all_nodes && s.node[1] == 1 && !s.cells_outside);
    assert_close(mean_of(&s, 0, 0, 30), 0.006);
    assert_close(mean_of(&s, 0, 1, 12), 0.022);
    assert_true(isnan(mean_of(&s, 0, 1, 9)) && isnan(mean_of(&s, 0, 1, 30)));
    assert_null(s.mean[1]); /* no memory column */
    assert_null(s.band[1]);
    assert_close(mean_of(&s, 2, 1, 12), 1);
    hc_series_clear(&s);
    case_clear(&c);
}

static void a_band_is_over_nodes_its_mean_over_samples(void **state)
{
    struct findings_case c;
    struct hc_series s;

    (void)state;
    case_init(&c, 21, gauges);
    for (uint32_t node = 0; node < 21; node++)
        hours(&c, node, 0, 24);
    case_put(&c.cells[20 * 24], HC_CPU, 900, 0.2); /* many samples in one hour */
    case_run(&c);
    assert_int_equal(course(&c, HC_SERIES_POINTS, &s), HC_OK);
    assert_int_equal(s.band[0][5].nodes, 21);
    assert_close((double)s.band[0][5].low, 0.005);
    assert_close((double)s.band[0][5].p10, 0.025);
    assert_close((double)s.band[0][5].p50, 0.105);
    assert_close((double)s.band[0][5].p90, 0.185);
    assert_close((double)s.band[0][5].high, 0.205);
    assert_close((double)s.band[0][5].mean, 0.105);
    /* 20 nodes with 3 samples at 0 … 0.19 and one with 900 at 0.2 */
    assert_close((double)s.band[0][0].mean, (3 * 1.9 + 900 * 0.2) / 960);
    hc_series_clear(&s);
    case_clear(&c);
}

static void what_was_not_received_shows(void **state)
{
    struct findings_case c;
    struct hc_series s;

    (void)state;
    case_init(&c, 1, gauges);
    hours(&c, 0, 0, 10);
    hours(&c, 0, 14, 24);
    c.cells[3].rows = 1;
    c.cells[4].rows = 9; /* repeats do not make it more than whole */
    case_run(&c);
    assert_int_equal(course(&c, HC_SERIES_POINTS, &s), HC_OK);
    assert_close(received_of(&s, 0, 2), 1);
    assert_close(received_of(&s, 0, 3), 1.0 / 3);
    assert_close(received_of(&s, 0, 4), 1);
    assert_close(received_of(&s, 0, 12), 0);
    assert_true(isnan(mean_of(&s, 0, 0, 12)));
    hc_series_clear(&s);
    case_clear(&c);
}

static void outside_a_nodes_time_nothing_is_expected(void **state)
{
    struct findings_case c;
    struct hc_series s;

    (void)state;
    case_init(&c, 3, gauges);
    hours(&c, 0, 0, 24);
    hours(&c, 1, 6, 12);
    hours(&c, 2, 0, 24);
    c.s.nodes[2].step_s = 0; /* a step that nobody knows */
    case_run(&c);
    assert_int_equal(course(&c, HC_SERIES_POINTS, &s), HC_OK);
    assert_true(isnan(received_of(&s, 1, 5)) && isnan(received_of(&s, 1, 13)));
    assert_close(received_of(&s, 1, 6), 1);
    assert_true(isnan(received_of(&s, 2, 6)));
    hc_series_clear(&s);
    case_clear(&c);
}

static void buckets_widen_and_stay_aligned(void **state)
{
    struct findings_case c;
    struct hc_series s;

    (void)state;
    case_init(&c, 4, gauges);
    for (uint32_t node = 0; node < 4; node++)
        hours(&c, node, 1, 241);
    case_run(&c);
    for (size_t points = 100; points < 1000; points += 50) {
        assert_int_equal(course(&c, points, &s), HC_OK);
        assert_true(s.n_nodes * s.n_buckets <= points);
        assert_int_equal(s.start_s % s.width_s, 0);
        assert_true(s.start_s <= MONDAY_S + HOUR_S);
        assert_true(
            s.start_s + (int64_t)s.n_buckets * s.width_s >= MONDAY_S + 241 * HOUR_S);
        hc_series_clear(&s);
    }
    assert_int_equal(course(&c, 4 * 81, &s), HC_OK);
    assert_int_equal(s.width_s, 3 * 3600);
    assert_close(mean_of(&s, 0, 2, 1), 0.02 + 0.004); /* hours 3, 4 and 5 */
    assert_close(received_of(&s, 2, 1), 1);
    assert_close(received_of(&s, 2, 0), 1); /* from hour 1 on, two hours of three */
    hc_series_clear(&s);
    case_clear(&c);
}

static void of_too_many_nodes_every_third(void **state)
{
    struct findings_case c;
    struct hc_series s;

    (void)state;
    case_init(&c, 10, gauges);
    for (uint32_t node = 0; node < 10; node++)
        hours(&c, node, 0, 24);
    case_run(&c);
    assert_int_equal(course(&c, 4 * 24, &s), HC_OK);
    assert_true(s.n_nodes == 4 && !s.all_nodes && s.n_buckets == 24);
    assert_int_equal(s.node[3], 9);
    assert_close(mean_of(&s, 0, 3, 1), 0.091);
    assert_int_equal(s.band[0][0].nodes, 4);
    hc_series_clear(&s);
    case_clear(&c);
}

static void stray_times_do_not_stretch_the_window(void **state)
{
    struct findings_case c;
    struct hc_series s;

    (void)state;
    case_init(&c, 3, gauges);
    hours(&c, 0, -400000, -399999); /* 1978 */
    for (uint32_t node = 0; node < 3; node++)
        hours(&c, node, 0, 240);
    hours(&c, 2, 60000000, 60000001); /* 8868 */
    case_run(&c);
    assert_int_equal(course(&c, HC_SERIES_POINTS, &s), HC_OK);
    assert_true(s.start_s == MONDAY_S && s.n_buckets == 240 && s.width_s == 3600);
    assert_int_equal(s.cells_outside, 2);
    hc_series_clear(&s);
    case_clear(&c);
}

static void a_gap_of_days_stays_inside(void **state)
{
    struct findings_case c;
    struct hc_series s;

    (void)state;
    case_init(&c, 1, gauges);
    hours(&c, 0, 0, 1);
    hours(&c, 0, 160, 500); /* less than a week later */
    case_run(&c);
    assert_int_equal(course(&c, HC_SERIES_POINTS, &s), HC_OK);
    assert_true(s.start_s == MONDAY_S && s.n_buckets == 500 && !s.cells_outside);
    hc_series_clear(&s);
    case_clear(&c);
}

static void load_alone_has_a_course_too(void **state)
{
    static const int load[] = {HC_LOAD_1M, -1};
    struct findings_case c;
    struct hc_series s;

    (void)state;
    case_init(&c, 2, load);
    hours(&c, 0, 0, 30);
    hours(&c, 1, 0, 30);
    for (size_t i = 0; i < c.n; i++)
        c.cells[i].gauge[HC_CPU].n = 0;
    case_run(&c);
    assert_int_equal(c.out.n_needs, 0);
    assert_int_equal(course(&c, HC_SERIES_POINTS, &s), HC_OK);
    assert_true(s.n_buckets == 30 && !s.mean[0]);
    assert_close((double)s.band[2][7].mean, 0.5);
    hc_series_clear(&s);
    case_clear(&c);
}

static void needs_are_the_hours_in_order(void **state)
{
    struct findings_case c;
    uint64_t present = 0, needed = 0;

    (void)state;
    case_init(&c, 3, gauges);
    hours(&c, 0, 30, 40);
    hours(&c, 1, 0, 40);
    hours(&c, 2, 20, 35);
    case_run(&c);
    assert_int_equal(c.out.n_needs, 40);
    for (size_t i = 0; i < c.out.n_needs; i++) {
        assert_int_equal(c.out.needs[i].start_s, MONDAY_S + (int64_t)i * HOUR_S);
        assert_int_equal(c.out.needs[i].present, 1 + (i >= 30) + (i >= 20 && i < 35));
        present += c.out.needs[i].present;
        needed += c.out.needs[i].needed;
    }
    assert_int_equal(present, c.out.opportunity.node_hours);
    assert_int_equal(needed, c.out.opportunity.node_hours_needed);
    case_clear(&c);
}

static void every_allocation_may_fail(void **state)
{
    struct findings_case c;
    struct hc_series s;
    long n = 0;

    (void)state;
    case_init(&c, 3, gauges);
    hours(&c, 0, 0, 30);
    hours(&c, 1, 0, 30);
    case_run(&c);
    for (enum hc_status status = HC_NO_MEMORY; status; n++) {
        hc_mem_fail_after(n);
        status = course(&c, HC_SERIES_POINTS, &s);
        hc_mem_fail_after(-1);
        assert_true(status == HC_OK || status == HC_NO_MEMORY);
    }
    assert_true(n > 8);
    hc_series_clear(&s);
    case_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_hour_is_a_bucket),
        cmocka_unit_test(a_band_is_over_nodes_its_mean_over_samples),
        cmocka_unit_test(what_was_not_received_shows),
        cmocka_unit_test(outside_a_nodes_time_nothing_is_expected),
        cmocka_unit_test(buckets_widen_and_stay_aligned),
        cmocka_unit_test(of_too_many_nodes_every_third),
        cmocka_unit_test(stray_times_do_not_stretch_the_window),
        cmocka_unit_test(a_gap_of_days_stays_inside),
        cmocka_unit_test(load_alone_has_a_course_too),
        cmocka_unit_test(needs_are_the_hours_in_order),
        cmocka_unit_test(every_allocation_may_fail),
    };

    return cmocka_run_group_tests_name("findings_series", tests, NULL, NULL);
}
