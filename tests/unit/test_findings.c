/* The run as a whole: empty and odd input, order, failing memory, what statements keep.
 */
#include "findings_case.h"

#include "base/utf8.h"

static const int gauges[] = {HC_CPU, HC_MEMORY, HC_MEMORY_TOTAL, HC_CORES, -1};
static const int no_gauge[] = {-1};

static void fill(struct findings_case *c)
{
    case_init(c, 4, gauges);
    for (uint32_t node = 0; node < 4; node++) {
        for (int h = 0; h < 24 * 10; h++) {
            struct hc_cell *cell = case_cell(c, node, MONDAY_S + h * HOUR_S, 4);

            case_put(cell, HC_CPU, 4, case_random(c));
            case_put(cell, HC_MEMORY, 4, case_random(c));
            case_put(cell, HC_CORES, 4, 8);
            case_put(cell, HC_MEMORY_TOTAL, 4, 1e9);
        }
        c->s.nodes[node].group = case_copy(node % 2 ? "a" : "b");
    }
    c->settings.group_by = "pool";
    c->s.gaps = calloc(3, sizeof(*c->s.gaps));
    c->s.n_gaps = 3;
    c->s.pooled = (struct hc_matrix){2, calloc(2, 4), calloc(4, 8), calloc(4, 8)};
    c->s.pooled.column[1] = 1;
    c->s.pooled.r[1] = c->s.pooled.r[2] = 0.9;
    for (uint32_t i = 0; i < 3; i++)
        c->s.gaps[i] = (struct hc_gap){i, 100, 200};
}

static void nothing_at_all(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 0, no_gauge);
    case_run(&c);
    assert_int_equal(c.out.temporal.verdict.status, HC_NOT_ENOUGH_DATA);
    assert_int_equal(c.out.trends.n_nodes, 0);
    assert_true(isnan(c.out.quality.coverage));
    for (int h = 0; h < 24; h++)
        assert_true(isnan(c.out.temporal.hourly[h].mean[0]));
    case_clear(&c);
}

static void one_cell(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 1, gauges);
    case_put(case_cell(&c, 0, MONDAY_S + 9 * HOUR_S, 1), HC_CPU, 1, 0.5);
    case_run(&c);
    assert_int_equal(c.out.insights.peak_hour, 9);
    assert_int_equal(c.out.insights.low_hour, 9);
    assert_int_equal(c.out.opportunity.node_hours, 1);
    assert_true(isnan(c.out.opportunity.spread_cpu));
    assert_true(isnan(c.out.opportunity.max_mean_ratio));
    case_clear(&c);
}

/* Before 1970, and the year 9999: hours and days are keys, not places. */
static void far_times(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 1, gauges);
    case_put(case_cell(&c, 0, -5000 * DAY_S - HOUR_S, 1), HC_CPU, 1, 0.25);
    case_put(case_cell(&c, 0, INT64_C(253402297200), 1), HC_CPU, 1, 0.5);
    case_run(&c);
    assert_int_equal(c.out.temporal.hourly[23].days, 2);
    assert_int_equal(c.out.opportunity.hours, 2);
    assert_int_equal(c.out.trends.rows, 253402297200 / 3600 + 5000 * 24 + 2);
    case_clear(&c);
}

static void cells_out_of_order(void **state)
{
    struct findings_case c;
    struct hc_findings out;
    struct hc_error err = {""};

    (void)state;
    case_init(&c, 2, gauges);
    case_cell(&c, 1, MONDAY_S, 1);
    case_cell(&c, 0, MONDAY_S, 1);
    assert_int_equal(case_feed(&c, &out, &err), HC_INTERNAL);
    c.n = 1;
    c.cells[0].node = 2;
    assert_int_equal(case_feed(&c, &out, &err), HC_INTERNAL);
    case_clear(&c);
}

static void a_cell_without_rows(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 1, gauges);
    case_cell(&c, 0, MONDAY_S, 0);
    case_run(&c);
    assert_int_equal(c.out.trends.hours, 0);
    assert_int_equal(c.out.temporal.hourly[0].days, 0);
    case_clear(&c);
}

static void targets(void **state)
{
    static const double bad[] = {0, -1, 1.01, NAN};
    struct findings_case c;
    struct hc_findings out;
    struct hc_error err = {""};

    (void)state;
    case_init(&c, 1, gauges);
    for (size_t i = 0; i < HC_COUNT(bad); i++) {
        c.settings.target_cpu = bad[i];
        assert_int_equal(case_feed(&c, &out, &err), HC_USAGE);
    }
    assert_non_null(strstr(err.message, "--target-cpu"));
    case_clear(&c);
}

/* Names of 10 kB and of any bytes; sentences stay short and free of controls. */
static void odd_names(void **state)
{
    struct findings_case c;
    char *name = malloc(10001);

    (void)state;
    fill(&c);
    memset(name, 'x', 10000);
    name[10000] = '\0';
    free(c.s.nodes[0].name);
    c.s.nodes[0].name = name;
    free(c.s.nodes[3].name);
    c.s.nodes[3].name = case_copy("\x1b[31m\xff\xfe<b>'\"\n\xe2\x80\xae\xe6\xbc\xa2");
    c.settings.timezone = "A/Very/Long/Zone/Name/That/Nobody/Has/Seen";
    for (uint32_t i = 0; i < 4; i++) {
        c.s.nodes[i].gaps = 1;
        c.s.nodes[i].longest_gap_s = 1e6 * (1 + i % 3);
    }
    case_run(&c);
    for (size_t i = 0; i < c.out.n_statements; i++) {
        const char *text = c.out.statements[i].statement;

        assert_true(hc_utf8_width(text) <= 160);
        for (const char *p = text; *p; p++)
            assert_true((unsigned char)*p >= 0x20);
        assert_null(strstr(text, "\xe2\x80\xae"));
    }
    case_clear(&c);
}

/* The longest that numbers make: 10,000 nodes' worth of digits. */
static void long_numbers(void **state)
{
    struct findings_case c;

    (void)state;
    fill(&c);
    for (size_t i = 0; i < c.s.n_columns; i++) {
        c.s.columns[i].below = 123456789012;
        c.s.columns[i].above = 123456789012;
        c.s.columns[i].infinite = 123456789012;
    }
    for (uint32_t i = 0; i < 4; i++) {
        c.s.nodes[i].exact = c.s.nodes[i].conflicting = 123456789012;
        c.s.nodes[i].occupied = 1234567890121;
        c.s.nodes[i].expected = 1234567890123;
        c.s.nodes[i].gaps = 123456789012;
        c.s.nodes[i].longest_gap_s = 1e9;
    }
    case_run(&c);
    for (size_t i = 0; i < c.out.n_statements; i++) {
        const char *text = c.out.statements[i].statement;

        assert_true(hc_utf8_width(text) <= 160);
        assert_int_equal(text[strlen(text) - 1], '.');
        assert_null(strstr(text, "...")); /* nothing was cut */
    }
    case_clear(&c);
}

/* The n-th allocation fails, for every n: a status, nothing written, nothing leaked. */
static void failing_memory(void **state)
{
    struct findings_case c;
    struct hc_findings out;
    enum hc_status status = HC_NO_MEMORY;
    long n = 0;

    (void)state;
    fill(&c);
    case_fill(&c);
    memset(&out, 0x5A, sizeof(out));
    for (; status && n < 10000; n++) {
        struct hc_error err = {""};

        hc_mem_fail_after(n);
        status = case_feed(&c, &out, &err);
        hc_mem_fail_after(-1);
        if (status) {
            assert_int_equal(status, HC_NO_MEMORY);
            assert_string_not_equal(err.message, "");
            assert_int_equal(((unsigned char *)&out)[0], 0x5A);
        }
    }
    assert_int_equal(status, HC_OK);
    assert_true(n > 100);
    case_check_statements(&out);
    hc_findings_clear(&out);
    case_clear(&c);
}

static void free_without_end(void **state)
{
    struct findings_case c;
    struct hc_findings_run *run = NULL;

    (void)state;
    fill(&c);
    assert_int_equal(hc_findings_begin(&run, &c.s, &c.settings, NULL), HC_OK);
    for (size_t i = 0; i < c.n / 2; i++)
        assert_int_equal(hc_findings_add(run, &c.cells[i], NULL), HC_OK);
    hc_findings_free(run);
    hc_findings_free(NULL);
    case_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_at_all),
        cmocka_unit_test(one_cell),
        cmocka_unit_test(far_times),
        cmocka_unit_test(cells_out_of_order),
        cmocka_unit_test(a_cell_without_rows),
        cmocka_unit_test(targets),
        cmocka_unit_test(odd_names),
        cmocka_unit_test(long_numbers),
        cmocka_unit_test(failing_memory),
        cmocka_unit_test(free_without_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
