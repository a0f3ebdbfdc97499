/* Two ranges of time out of cells: what is planted in the second is found there alone. */
#include "findings/patterns.h"

#include "findings_case.h"
#include "made_signal.h"
#include "patterns/draw.h"

enum { DAYS = 56, HALF = 28, HOURS = 24 * DAYS };

static const int cpu_alone[] = {HC_CPU, -1};
static const int cpu_and_memory[] = {HC_CPU, HC_MEMORY, -1};

static struct hc_time_range days(int from, int to)
{
    return (struct hc_time_range){(MONDAY_S + from * DAY_S) * INT64_C(1000000),
        (MONDAY_S + to * DAY_S) * INT64_C(1000000)};
}

static enum hc_status compare(struct findings_case *c, const struct hc_time_range *ranges,
    int64_t threads, struct hc_error *err)
{
    struct hc_zone_span span = {INT64_MIN, c->zone_s};
    const struct hc_zone zone = {&span, 1};
    const struct hc_patterns_options options = {
        .zone = &zone, .threads = threads, .compare = ranges};
    struct hc_patterns_run *run = NULL;
    enum hc_status status = hc_patterns_begin(&run, &c->out, &options, err);

    for (size_t i = 0; !status && i < c->n; i++)
        status = hc_patterns_add(run, &c->cells[i], err);
    if (!status)
        status = hc_patterns_end(run, &c->out, err);
    hc_patterns_free(run);
    return status;
}

static const struct hc_comparison *run_both(
    struct findings_case *c, const struct hc_time_range *ranges)
{
    struct hc_error err = {""};

    case_run(c);
    if (compare(c, ranges, 1, &err))
        fail_msg("%s", err.message);
    case_check_statements(&c->out);
    return &c->out.patterns.compare;
}

static void make(double *y, uint64_t seed)
{
    struct hc_draw d = {seed};

    memset(y, 0, HOURS * sizeof(*y));
    signal_noise(&d, y, HOURS, 0.3);
    for (size_t i = 0; i < HOURS; i++)
        y[i] = 0.4 + 0.01 * y[i];
}

/* Hours from .. to of y as cells of a node. */
static void put_hours(struct findings_case *c, uint32_t node, int gauge, const double *y,
    size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (isfinite(y[i]))
            case_put(
                case_cell(c, node, MONDAY_S + (int64_t)i * HOUR_S, 12), gauge, 12, y[i]);
}

static const struct hc_compared *row_of(const struct hc_comparison *c, uint32_t node)
{
    for (size_t i = 0; i < c->n_nodes; i++)
        if (c->nodes[i].of.node == node)
            return &c->nodes[i];
    fail_msg("no row of node %u", node);
    return NULL;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Hours, mean and 95th of a hundred of y[from..to), the plain way. */
static void assert_side(
    const struct hc_compared_side *side, const double *y, size_t from, size_t to)
{
    double there[HOURS], sum = 0;
    size_t n = 0;

    for (size_t i = from; i < to; i++)
        if (isfinite(y[i])) {
            there[n++] = y[i];
            sum += y[i];
        }
    qsort(there, n, sizeof(*there), ascending);
    assert_int_equal(side->hours, n);
    assert_near(side->mean, sum / (double)n);
    assert_near(side->p95, there[(size_t)(0.95 * (double)(n - 1))]);
}

/* ---- what is planted ---- */

static void a_node_that_rose_and_one_that_did_not(void **state)
{
    const struct hc_time_range ranges[] = {days(0, HALF), days(HALF, DAYS)};
    struct findings_case c;
    double y[2][HOURS];
    const struct hc_comparison *out;
    const struct hc_compared *row;
    const struct hc_statement *said;

    (void)state;
    case_init(&c, 2, cpu_alone);
    for (uint32_t i = 0; i < 2; i++) {
        make(y[i], i + 1);
        if (i)
            signal_step(y[i], HOURS, 24 * HALF, 0.1);
        for (size_t k = 100; k < 120; k++)
            y[i][k] = NAN;
        put_hours(&c, i, HC_CPU, y[i], 0, HOURS);
    }
    out = run_both(&c, ranges);
    assert_true(out->asked && !out->verdict.status);
    assert_int_equal(out->n_nodes, 2);
    row = row_of(out, 0);
    assert_string_equal(row->claim, "none");
    assert_true(row->low < 0 && row->high > 0 && fabs(row->difference) < 0.01);
    assert_side(&row->side[0], y[0], 0, 24 * HALF);
    assert_side(&row->side[1], y[0], 24 * HALF, HOURS);
    row = row_of(out, 1);
    assert_string_equal(row->claim, "more");
    assert_true(row->low < 0.1 && row->high > 0.1 && row->low > 0.08);
    assert_int_equal(row->side[0].days, HALF - 1); /* a day with 4 hours */
    assert_int_equal(row->side[1].days, HALF);
    assert_int_equal(out->n_cluster, 1);
    assert_string_equal(out->cluster[0].claim, "more");
    assert_true(fabs(out->cluster[0].difference - 0.05) < 0.01);
    said = case_statement(&c, "compare.cpu");
    assert_true(said->value == out->cluster[0].difference);
    assert_true(said->low == out->cluster[0].low && said->high == out->cluster[0].high);
    assert_int_equal(said->n, DAYS - 1);
    assert_non_null(strstr(said->statement, "2 nodes 1 rose, 0 fell"));
    case_clear(&c);
}

/* The same the other way round is the same with the other sign. */
static void order_of_ranges_is_the_sign(void **state)
{
    const struct hc_time_range ranges[] = {days(HALF, DAYS), days(0, HALF)};
    struct findings_case c;
    double y[HOURS];
    const struct hc_comparison *out;

    (void)state;
    case_init(&c, 1, cpu_alone);
    make(y, 5);
    signal_step(y, HOURS, 24 * HALF, 0.1);
    put_hours(&c, 0, HC_CPU, y, 0, HOURS);
    out = run_both(&c, ranges);
    assert_string_equal(out->nodes[0].claim, "less");
    assert_true(fabs(out->nodes[0].difference + 0.1) < 0.01);
    assert_side(&out->nodes[0].side[1], y, 0, 24 * HALF);
    case_clear(&c);
}

/* Ten days from Monday have two days of weekend, ten from Friday four: the means differ,
 * the week does not. */
static void weekends_are_no_difference(void **state)
{
    const struct hc_time_range ranges[] = {days(0, 10), days(32, 42)};
    struct findings_case c;
    double y[HOURS];
    const struct hc_compared *row;

    (void)state;
    case_init(&c, 1, cpu_alone);
    make(y, 6);
    for (size_t i = 0; i < HOURS; i++)
        y[i] -= i / 24 % 7 >= 5 ? 0.2 : 0;
    put_hours(&c, 0, HC_CPU, y, 0, HOURS);
    row = run_both(&c, ranges)->nodes;
    assert_true(row->side[0].mean - row->side[1].mean > 0.03);
    assert_string_equal(row->claim, "none");
    assert_true(fabs(row->difference) < 0.01);
    case_clear(&c);
}

/* ---- where the data is not ---- */

static void nodes_of_one_range_are_counted(void **state)
{
    const struct hc_time_range ranges[] = {days(0, HALF), days(HALF, DAYS)};
    struct findings_case c;
    double y[HOURS], flat[HOURS];
    const struct hc_comparison *out;

    (void)state;
    case_init(&c, 5, cpu_alone);
    make(y, 9);
    for (size_t i = 0; i < HOURS; i++)
        flat[i] = 0.25;
    put_hours(&c, 0, HC_CPU, y, 0, HOURS);
    put_hours(&c, 1, HC_CPU, y, 0, 24 * 20);
    put_hours(&c, 2, HC_CPU, y, 24 * 30, HOURS);
    put_hours(&c, 3, HC_CPU, y, 24 * 50, HOURS);
    put_hours(&c, 4, HC_CPU, flat, 0, HOURS);
    out = run_both(&c, ranges);
    assert_int_equal(out->only[0], 1);
    assert_int_equal(out->only[1], 2);
    assert_int_equal(out->constant, 1);
    assert_int_equal(out->n_nodes, 1);
    assert_int_equal(out->nodes[0].of.node, 0);
    case_clear(&c);
}

static void few_days_are_not_judged(void **state)
{
    const struct hc_time_range ranges[] = {days(0, 5), days(HALF, DAYS)};
    struct findings_case c;
    double y[HOURS];
    const struct hc_comparison *out;

    (void)state;
    case_init(&c, 1, cpu_alone);
    make(y, 10);
    put_hours(&c, 0, HC_CPU, y, 0, HOURS);
    out = run_both(&c, ranges);
    assert_string_equal(out->nodes[0].claim, "short");
    assert_true(isnan(out->nodes[0].difference));
    assert_int_equal(out->nodes[0].side[0].hours, 120);
    assert_int_equal(
        case_statement(&c, "compare.cpu")->verdict.status, HC_NOT_ENOUGH_DATA);
    case_clear(&c);
}

static void a_range_outside_the_data(void **state)
{
    const struct hc_time_range ranges[] = {days(0, HALF), days(DAYS + 2, DAYS + 20)};
    struct findings_case c;
    double y[HOURS];
    const struct hc_comparison *out;

    (void)state;
    case_init(&c, 1, cpu_alone);
    make(y, 11);
    put_hours(&c, 0, HC_CPU, y, 0, HOURS);
    out = run_both(&c, ranges);
    assert_int_equal(out->verdict.status, HC_NOT_ENOUGH_DATA);
    assert_non_null(strstr(out->verdict.reason, "second range"));
    assert_non_null(strstr(out->verdict.reason, "2024-01-01"));
    case_clear(&c);
}

static void nothing_without_being_asked(void **state)
{
    struct findings_case c;
    double y[HOURS];
    const struct hc_comparison *out;

    (void)state;
    case_init(&c, 1, cpu_alone);
    make(y, 12);
    put_hours(&c, 0, HC_CPU, y, 0, HOURS);
    out = run_both(&c, NULL);
    assert_false(out->asked);
    assert_int_equal(out->verdict.status, HC_NOT_AVAILABLE);
    for (size_t i = 0; i < c.out.n_statements; i++)
        assert_null(strstr(c.out.statements[i].id, "compare"));
    case_clear(&c);
}

/* Hours belong to the range in which they begin; days are local ones. */
static void ranges_in_the_zone(void **state)
{
    struct hc_time_range ranges[] = {days(0, 14), days(14, 28)};
    struct findings_case c;
    double y[HOURS];
    const struct hc_comparison *out;

    (void)state;
    case_init(&c, 1, cpu_alone);
    c.zone_s = 2 * HOUR_S;
    for (size_t k = 0; k < 2; k++) { /* midnights there */
        ranges[k].from_us -= 2 * HOUR_S * 1000000;
        ranges[k].to_us -= 2 * HOUR_S * 1000000;
    }
    ranges[1].from_us += 1800 * INT64_C(1000000);
    make(y, 13);
    put_hours(&c, 0, HC_CPU, y, 0, HOURS);
    out = run_both(&c, ranges);
    assert_int_equal(out->n_days[0], 14);
    assert_int_equal(out->n_days[1], 14);
    assert_side(&out->nodes[0].side[0], y, 0, 24 * 14 - 2);
    assert_side(&out->nodes[0].side[1], y, 24 * 14 - 1, 24 * 28 - 2);
    case_clear(&c);
}

/* ---- laws ---- */

static void daily_means_are_of_the_hours(void **state)
{
    const struct hc_time_range ranges[] = {days(3, 20), days(30, 51)};
    struct findings_case c;
    double y[HOURS];
    const struct hc_comparison *out;

    (void)state;
    case_init(&c, 1, cpu_alone);
    make(y, 14);
    put_hours(&c, 0, HC_CPU, y, 0, HOURS);
    out = run_both(&c, ranges);
    assert_int_equal(out->n_days[0], 17);
    assert_int_equal(out->n_days[1], 21);
    for (size_t i = 0; i < 38; i++) {
        size_t day = i < 17 ? 3 + i : 30 + i - 17;
        double sum = 0;

        for (size_t k = 0; k < 24; k++)
            sum += y[24 * day + k];
        assert_near(out->day[i], sum / 24);
    }
    case_clear(&c);
}

static void threads_change_nothing(void **state)
{
    const struct hc_time_range ranges[] = {days(0, HALF), days(HALF, DAYS)};
    struct findings_case c;
    struct hc_error err = {""};
    struct hc_patterns one;
    const struct hc_comparison *two = &c.out.patterns.compare;
    double y[HOURS];

    (void)state;
    case_init(&c, 40, cpu_and_memory);
    for (uint32_t i = 0; i < 40; i++) {
        make(y, 100 + i);
        put_hours(&c, i, HC_CPU, y, 0, HOURS);
    }
    run_both(&c, ranges);
    one = c.out.patterns;
    c.out.patterns = (struct hc_patterns){0};
    case_run(&c);
    assert_int_equal(compare(&c, ranges, 3, &err), HC_OK);
    assert_int_equal(one.compare.n_nodes, 40);
    assert_int_equal(two->n_nodes, 40);
    for (size_t i = 0; i < 40; i++) {
        assert_true(one.compare.nodes[i].low == two->nodes[i].low);
        assert_string_equal(one.compare.nodes[i].claim, two->nodes[i].claim);
    }
    hc_patterns_clear(&one);
    case_clear(&c);
}

static void every_allocation_may_fail(void **state)
{
    const struct hc_time_range ranges[] = {days(0, 10), days(10, 20)};
    struct findings_case c;
    enum hc_status status = HC_NO_MEMORY;
    double y[HOURS];
    long n = 0;

    (void)state;
    case_init(&c, 1, cpu_alone);
    make(y, 15);
    put_hours(&c, 0, HC_CPU, y, 0, 24 * 20);
    case_run(&c);
    for (; status; n++) {
        struct hc_error err = {""};

        hc_mem_fail_after(n);
        status = compare(&c, ranges, 1, &err);
        hc_mem_fail_after(-1);
        assert_true(!status || (status == HC_NO_MEMORY && err.message[0]));
        if (status)
            case_run(&c);
    }
    assert_true(n > 50);
    case_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_node_that_rose_and_one_that_did_not),
        cmocka_unit_test(order_of_ranges_is_the_sign),
        cmocka_unit_test(weekends_are_no_difference),
        cmocka_unit_test(nodes_of_one_range_are_counted),
        cmocka_unit_test(few_days_are_not_judged),
        cmocka_unit_test(a_range_outside_the_data),
        cmocka_unit_test(nothing_without_being_asked),
        cmocka_unit_test(ranges_in_the_zone),
        cmocka_unit_test(daily_means_are_of_the_hours),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
