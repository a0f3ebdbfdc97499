/* Means and days by hour, weekday and both, against sums made one cell at a time. */
#include "findings_case.h"

static const int gauges[] = {HC_CPU, HC_MEMORY, -1};

/* 3 nodes, 17 days, some hours missing, uneven counts; CPU missing here and there. */
static void fill(struct findings_case *c, int64_t grain_s)
{
    case_init(c, 3, gauges);
    c->s.grain_s = grain_s;
    for (uint32_t node = 0; node < 3; node++) {
        for (int64_t t = MONDAY_S; t < MONDAY_S + 17 * DAY_S; t += 3600) {
            double cpu = case_random(c), memory = case_random(c);
            uint64_t n = 4 * (1 + (uint64_t)(case_random(c) * 5));

            if (case_random(c) < 0.2)
                continue;
            for (int64_t q = 0; q < 3600 / grain_s; q++) {
                uint64_t part = n / (uint64_t)(3600 / grain_s);
                struct hc_cell *cell =
                    case_cell(c, node, t + q * grain_s, (uint32_t)part);

                if (memory > 0.1)
                    case_put(cell, HC_CPU, part, cpu);
                case_put(cell, HC_MEMORY, part, memory);
            }
        }
    }
}

/* The mean, rows and days of one group, the slow way. */
static struct hc_pattern naive(const struct findings_case *c, int weekday, int hour)
{
    struct hc_pattern p = {0};
    long double sum[2] = {0, 0};
    bool seen[60] = {false};

    for (size_t i = 0; i < c->n; i++) {
        const struct hc_cell *cell = &c->cells[i];
        int64_t day = cell->local_day - MONDAY_S / DAY_S + 1;

        if ((weekday >= 0 && cell->weekday != weekday) ||
            (hour >= 0 && cell->local_hour != hour))
            continue;
        p.rows += cell->rows;
        p.days += !seen[day];
        seen[day] = true;
        for (int g = 0; g < 2; g++) {
            const struct hc_moments *m = &cell->gauge[hc_main_metrics[g]];

            p.n[g] += m->n;
            sum[g] += (long double)m->n * (long double)m->mean;
        }
    }
    for (int g = 0; g < 2; g++)
        p.mean[g] = (double)(sum[g] / (long double)p.n[g]);
    return p;
}

static void same(const struct hc_pattern *p, struct hc_pattern expected)
{
    assert_int_equal(p->rows, expected.rows);
    assert_int_equal(p->days, expected.days);
    for (int g = 0; g < 2; g++) {
        assert_int_equal(p->n[g], expected.n[g]);
        if (expected.n[g])
            assert_near(p->mean[g], expected.mean[g]);
        else
            assert_true(isnan(p->mean[g]));
    }
    assert_int_equal(p->n[2], 0);
    assert_true(isnan(p->mean[2]));
}

static void check_all(const struct findings_case *c)
{
    for (int h = 0; h < 24; h++)
        same(&c->out.temporal.hourly[h], naive(c, -1, h));
    for (int d = 0; d < 7; d++) {
        same(&c->out.temporal.daily[d], naive(c, d, -1));
        for (int h = 0; h < 24; h++)
            same(&c->out.temporal.weekly[d * 24 + h], naive(c, d, h));
    }
}

static void every_cell(void **state)
{
    struct findings_case c;

    (void)state;
    fill(&c, 3600);
    case_run(&c);
    check_all(&c);
    assert_int_equal(c.out.temporal.verdict.status, HC_AVAILABLE);
    case_clear(&c);
}

/* Kolkata is five and a half hours off: quarters of one UTC hour fall into two. */
static void quarters_in_a_half_hour_zone(void **state)
{
    struct findings_case c;

    (void)state;
    fill(&c, 900);
    c.zone_s = 19800;
    for (size_t i = 0; i < c.n; i++)
        case_localize(&c, &c.cells[i]);
    case_run(&c);
    check_all(&c);
    case_clear(&c);
}

static void quarters_equal_hours(void **state)
{
    struct findings_case hours, quarters;

    (void)state;
    fill(&hours, 3600);
    fill(&quarters, 900);
    case_run(&hours);
    case_run(&quarters);
    for (int i = 0; i < 7 * 24; i++)
        same(&quarters.out.temporal.weekly[i], hours.out.temporal.weekly[i]);
    case_clear(&hours);
    case_clear(&quarters);
}

/* The night of 2024-10-27 in Berlin: 02:00 comes twice, one date. */
static void a_repeated_hour(void **state)
{
    struct findings_case c;
    int64_t midnight = 20023 * DAY_S; /* 2024-10-27 00:00 UTC = 02:00 CEST */

    (void)state;
    case_init(&c, 1, gauges);
    for (int i = 0; i < 2; i++) {
        struct hc_cell *cell = case_cell(&c, 0, midnight + i * HOUR_S, 10);

        cell->local_day = 20023;
        cell->local_hour = 2;
        cell->weekday = 6;
        case_put(cell, HC_CPU, 10, i ? 0.3 : 0.1);
    }
    case_run(&c);
    assert_int_equal(c.out.temporal.hourly[2].rows, 20);
    assert_int_equal(c.out.temporal.hourly[2].days, 1);
    assert_near(c.out.temporal.hourly[2].mean[0], 0.2);
    assert_int_equal(c.out.temporal.daily[6].days, 1);
    case_clear(&c);
}

static void peak_needs_two_dates(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 1, gauges);
    for (int h = 0; h < 24; h++)
        case_put(case_cell(&c, 0, MONDAY_S + h * HOUR_S, 1), HC_CPU, 1, h / 100.0);
    case_run(&c);
    assert_int_equal(c.out.insights.peak_hour, 23);
    assert_int_equal(
        case_statement(&c, "temporal.peak_hour")->verdict.status, HC_NOT_ENOUGH_DATA);
    assert_int_equal(
        case_statement(&c, "weekly.peak_hour")->verdict.status, HC_NOT_ENOUGH_DATA);
    for (int h = 0; h < 24; h++)
        case_put(
            case_cell(&c, 0, MONDAY_S + DAY_S + h * HOUR_S, 1), HC_CPU, 1, h / 100.0);
    case_run(&c);
    assert_near(case_statement(&c, "temporal.peak_hour")->value, 0.23);
    assert_string_equal(case_statement(&c, "temporal.peak_hour")->statement,
        "CPU peaks at 23:00 (UTC) with 23 % and is lowest at 00:00 with 0 %, means of 2 "
        "days.");
    case_clear(&c);
}

/* Two weekdays at 40 %, two at weekends at 10 %. */
static void weekend(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 1, gauges);
    c.settings.timezone = "Etc/O'Clock"; /* no such zone, but it must be quoted */
    for (int day = 3; day < 7; day++)
        case_put(
            case_cell(&c, 0, MONDAY_S + day * DAY_S, 2), HC_CPU, 2, day < 5 ? 0.4 : 0.1);
    case_run(&c);
    assert_near(case_statement(&c, "weekly.weekend")->value, 0.25);
    assert_non_null(strstr(case_statement(&c, "weekly.weekend")->statement, "75 % less"));
    assert_non_null(strstr(case_statement(&c, "weekly.weekend")->sql, "'Etc/O''Clock'"));
    case_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell),
        cmocka_unit_test(quarters_in_a_half_hour_zone),
        cmocka_unit_test(quarters_equal_hours),
        cmocka_unit_test(a_repeated_hour),
        cmocka_unit_test(peak_needs_two_dates),
        cmocka_unit_test(weekend),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
