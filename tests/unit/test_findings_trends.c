/* Hours and rows as resample() counts them; slopes against all pairs, sorted. */
#include "findings_case.h"

static const int gauges[] = {HC_CPU, -1};

/* Hours `from` to `to` of a day with this CPU. */
static void day(
    struct findings_case *c, uint32_t node, int d, int from, int to, double cpu)
{
    for (int h = from; h < to; h++)
        case_put(
            case_cell(c, node, MONDAY_S + d * DAY_S + h * HOUR_S, 2), HC_CPU, 2, cpu);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Theil-Sen with qsort, over values at the days 0, 1, …; NaN = no such day. */
static double naive_slope(const double *y, int days)
{
    double *slopes = malloc((size_t)days * (size_t)days * sizeof(*slopes)), median;
    size_t n = 0;

    for (int i = 0; i < days; i++)
        for (int j = i + 1; j < days; j++)
            if (!isnan(y[i]) && !isnan(y[j]))
                slopes[n++] = (y[j] - y[i]) / (j - i);
    qsort(slopes, n, sizeof(*slopes), ascending);
    median = n % 2 ? slopes[n / 2] : (slopes[n / 2 - 1] + slopes[n / 2]) / 2;
    free(slopes);
    return median;
}

static void slopes_of_many_lengths(void **state)
{
    (void)state;
    for (int days = 7; days < 120; days += 5) {
        struct findings_case c;
        double y[128];

        case_init(&c, 1, gauges);
        for (int d = 0; d < days; d++) {
            y[d] = case_random(&c) < 0.1 && d > 8 ? NAN : 0.002 * d + case_random(&c);
            if (!isnan(y[d]))
                day(&c, 0, d, 3, 5, y[d]);
        }
        case_run(&c);
        assert_near(c.out.trends.nodes[0].per_day, naive_slope(y, days));
        case_clear(&c);
    }
}

static void needs_seven_days(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 3, gauges);
    for (int d = 0; d < 6; d++)
        day(&c, 0, d, 0, 24, 0.1 * d);
    for (int d = 0; d < 7; d++)
        day(&c, 1, d, 0, 24, 0.1 * d);
    case_run(&c);
    assert_true(isnan(c.out.trends.nodes[0].per_day));
    assert_int_equal(c.out.trends.nodes[0].days, 6);
    assert_near(c.out.trends.nodes[1].per_day, 0.1);
    assert_int_equal(c.out.trends.nodes[1].days, 7);
    assert_true(isnan(c.out.trends.nodes[2].per_day));
    assert_int_equal(c.out.trends.nodes[2].days, 0);
    assert_int_equal(c.out.trends.n_nodes, 3);
    assert_near(case_statement(&c, "trends.cpu")->value, 0.1);
    case_clear(&c);
}

/* A day's mean is over its samples: an hour with nine counts nine times. */
static void weighted_days(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 1, gauges);
    for (int d = 0; d < 8; d++) {
        case_put(case_cell(&c, 0, MONDAY_S + d * DAY_S, 9), HC_CPU, 9, 0.01 * d);
        case_put(case_cell(&c, 0, MONDAY_S + d * DAY_S + HOUR_S, 1), HC_CPU, 1, 0.8);
    }
    case_run(&c);
    assert_near(c.out.trends.nodes[0].per_day, 0.009);
    case_clear(&c);
}

static void rows_and_hours(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 2, gauges);
    case_cell(&c, 0, MONDAY_S, 1);
    case_cell(&c, 0, MONDAY_S + 9 * HOUR_S, 1); /* no CPU, but a row */
    case_put(case_cell(&c, 1, MONDAY_S + 5 * HOUR_S, 1), HC_CPU, 1, 0.5);
    case_run(&c);
    assert_int_equal(c.out.trends.rows, 11);
    assert_int_equal(c.out.trends.hours, 3);
    assert_int_equal(c.out.trends.verdict.status, HC_NOT_ENOUGH_DATA);
    case_clear(&c);
}

static void quarters_are_counted_as_hours(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 2, gauges);
    c.s.grain_s = 900;
    for (uint32_t node = 0; node < 2; node++)
        for (int q = 1; q < 4 * 24 * 8; q++) /* the first quarter is missing */
            case_put(
                case_cell(&c, node, MONDAY_S + q * 900, 1), HC_CPU, 1, (q / 96) * 0.01);
    case_run(&c);
    assert_int_equal(c.out.trends.hours, 2 * 24 * 8);
    assert_int_equal(c.out.trends.rows, 2 * 24 * 8);
    assert_near(c.out.trends.nodes[1].per_day, 0.01);
    case_clear(&c);
}

static void order_of_hours_does_not_matter(void **state)
{
    struct findings_case c;
    struct hc_findings sorted;

    (void)state;
    case_init(&c, 1, gauges);
    for (int d = 0; d < 30; d++)
        for (int h = 0; h < 24; h++)
            day(&c, 0, d, h, h + 1, case_random(&c));
    case_run(&c);
    sorted = c.out;
    c.out = (struct hc_findings){0};
    for (size_t i = c.n - 1; i > 0; i--) {
        size_t k = (size_t)(case_random(&c) * (double)(i + 1));
        struct hc_cell moved = c.cells[i];

        c.cells[i] = c.cells[k];
        c.cells[k] = moved;
    }
    case_run(&c);
    assert_near(c.out.trends.nodes[0].per_day, sorted.trends.nodes[0].per_day);
    assert_int_equal(c.out.trends.hours, sorted.trends.hours);
    hc_findings_clear(&sorted);
    case_clear(&c);
}

/* 3,000 days: the last 2,000 are taken, which rise though the first fall. */
static void many_days(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 1, gauges);
    for (int d = 0; d < 3000; d++)
        day(&c, 0, d, 0, 1, d < 1000 ? 1.0 - d * 1e-3 : (d - 1000) * 1e-4);
    case_run(&c);
    assert_near(c.out.trends.nodes[0].per_day, 1e-4);
    assert_int_equal(c.out.trends.nodes[0].days, 3000);
    case_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slopes_of_many_lengths),
        cmocka_unit_test(needs_seven_days),
        cmocka_unit_test(weighted_days),
        cmocka_unit_test(rows_and_hours),
        cmocka_unit_test(quarters_are_counted_as_hours),
        cmocka_unit_test(order_of_hours_does_not_matter),
        cmocka_unit_test(many_days),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
