/* The terminal report: width, plain text, what is said when nothing can be said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/utf8.h"
#include "report/grid.h"
#include "report/human.h"
#include "report/report_terminal.h"
#include "sample_findings.h"

static const char *const hostile[] = {
    "\033[31mred\033[0m",
    "a\tb\nc\rd",
    "\xff\xfe broken",
    "<script>alert(1)</script>",
    "=HYPERLINK(\"http://x\")",
    "名前-ノード",
    "",
    " ",
    "a name of more than sixty signs that goes on and on and on and on and on and on",
    "\342\200\256desrever",
};
static const char *const written[] = {"findings.json", "tables/hourly.csv"};

static void render(
    struct sample *x, const struct hc_terminal *terminal, struct hc_buf *out)
{
    *out = (struct hc_buf)HC_BUF_INIT;
    hc_report_terminal(out, &x->findings, terminal);
    assert_int_equal(hc_buf_check(out), HC_OK);
}

static void check_line(const char *line, size_t n, const struct hc_terminal *terminal)
{
    char text[1024];
    size_t width = terminal->width ? terminal->width : 80;

    assert_true(n < sizeof(text));
    memcpy(text, line, n);
    text[n] = '\0';
    if (hc_utf8_width(text) > width || (n && text[n - 1] == ' '))
        fail_msg("%zu wide: '%s'", hc_utf8_width(text), text);
    for (size_t i = 0; i < n; i += hc_utf8_len(text + i, n - i)) {
        assert_true(hc_utf8_len(text + i, n - i) > 0);
        assert_true((unsigned char)text[i] >= 0x20 && text[i] != 0x7f);
        assert_true(!terminal->ascii || (unsigned char)text[i] < 0x80);
    }
}

static void check_page(struct sample *x, const struct hc_terminal *terminal)
{
    struct hc_buf out;

    render(x, terminal, &out);
    assert_true(out.len && out.text[out.len - 1] == '\n');
    assert_null(strstr(out.text, "nan"));
    assert_null(strstr(out.text, "inf "));
    for (char *line = out.text, *end; *line; line = end + 1) {
        end = strchr(line, '\n');
        check_line(line, (size_t)(end - line), terminal);
    }
    hc_buf_clear(&out);
}

/* Each width and both alphabets. */
static void check_all(struct sample *x)
{
    static const size_t widths[] = {0, 40, 41, 63, 79, 100, 200};

    for (size_t i = 0; i < 2 * HC_COUNT(widths); i++) {
        struct hc_terminal terminal = {.width = widths[i / 2],
            .ascii = i % 2,
            .out_dir = "hindcast-report",
            .artifacts = written,
            .n_artifacts = HC_COUNT(written)};

        check_page(x, &terminal);
    }
    sample_free(x);
}

static void test_shapes(void **state)
{
    static const struct sample_shape shapes[] = {
        {.nodes = 20, .columns = 58},
        {.nodes = 1, .columns = 1, .single_value = true},
        {.nodes = 3, .columns = 2, .clusters = true, .groups = true},
        {.nodes = 2000, .columns = 16},
        {.nodes = 21, .columns = 300},
        {.nodes = 3, .columns = 2, .collected = true},
        {.nodes = HC_COUNT(hostile),
            .columns = 10,
            .names = hostile,
            .n_names = HC_COUNT(hostile),
            .clusters = true},
    };

    (void)state;
    for (size_t i = 0; i < HC_COUNT(shapes); i++)
        check_all(sample_new(&shapes[i]));
    check_all(sample_nothing());
}

/* Numbers of a size that no cluster has must not break a line either. */
static void test_extremes(void **state)
{
    struct sample *x = sample_new(&(struct sample_shape){.nodes = 5, .columns = 58});
    struct hc_summary *s = &x->summary;
    const struct hc_stats huge = {
        UINT64_MAX, 1e300, 1e300, -1e300, 1e300, 1e300, 1e300, 1e-300};

    (void)state;
    s->rows = s->rows_no_key = UINT64_MAX;
    s->columns[3].missing = s->columns[3].infinite = UINT64_MAX / 4;
    s->nodes[1].longest_gap_s = 1e18;
    for (size_t i = 0; i < HC_MAIN; i++) {
        x->findings.baseline.stats[i] = s->nodes[2].main[i] = huge;
        x->findings.temporal.hourly[5].mean[i] = 1e300;
        x->findings.temporal.weekly[5].mean[i] = -1e300;
    }
    x->findings.temporal.daily[2].rows = UINT64_MAX;
    x->findings.opportunity.optimization_potential_pct = -1e308;
    x->findings.opportunity.mean_cores = 1e300;
    x->findings.trends.nodes[1].per_day = -1e200;
    x->findings.workloads.total.lines[0] = x->findings.workloads.nodes[1].lines[1] =
        (struct hc_budget_line){
            1e300, -1e300, 1e300, 1e300, NAN, 1e-300, UINT64_MAX, 1, UINT64_MAX, 0};
    x->findings.workloads.namespaces[0].restarts = 1e300;
    x->findings.workloads.top[0].lines[0].slack = 1e300;
    x->findings.statements[0].value = 1e300;
    x->findings.statements[1].unit = "a unit that nobody has thought of, and long";
    s->first_us = INT64_MIN / 4;
    check_all(x);
}

static void test_sections(void **state)
{
    struct sample *x = sample_new(&(struct sample_shape){.nodes = 4, .columns = 20});

    (void)state;
    for (size_t i = 0; i < hc_terminal_sections_count; i++) {
        struct hc_terminal terminal = {.section = hc_terminal_sections[i].name};
        struct hc_buf out;

        assert_ptr_equal(
            hc_terminal_section_find(terminal.section), &hc_terminal_sections[i]);
        render(x, &terminal, &out);
        assert_non_null(strstr(out.text, hc_terminal_sections[i].title));
        hc_buf_clear(&out);
        check_page(x, &terminal);
    }
    assert_null(hc_terminal_section_find("nothing"));
    sample_free(x);
}

static void expect(const struct hc_buf *out, const char *text)
{
    if (!strstr(out->text, text))
        fail_msg("no '%s' in\n%s", text, out->text);
}

static void test_says_what_it_must(void **state)
{
    struct sample *x = sample_new(&(struct sample_shape){.nodes = 300, .columns = 58});
    struct hc_terminal terminal = {
        .out_dir = "out", .artifacts = written, .n_artifacts = 2};
    struct hc_buf out;

    (void)state;
    render(x, &terminal, &out);
    expect(&out, "2024-03-01 01:00 – 2024-03-31 00:59 +01:00");
    expect(&out, "Europe/Berlin");
    expect(&out, "… 284 nodes between");
    expect(&out, "more in tables/pairs.csv");
    expect(&out, "CPU is highest at 14:00");
    expect(&out, "nodes needed              16          17");
    expect(&out, "CPU cores        64.00       19.42   30.3 %        4.90    7.7 %");
    expect(&out, "… 4 more in tables/workload_nodes.csv");
    expect(&out, "findings.json");
    assert_null(strstr(out.text, "rollup.parquet  "));
    assert_null(strstr(out.text, "Columns ─"));
    hc_buf_clear(&out);
    sample_free(x);
}

static void test_collections(void **state)
{
    struct sample *x =
        sample_new(&(struct sample_shape){.nodes = 3, .columns = 2, .collected = true});
    struct hc_terminal terminal = {.width = 900, .section = "quality"};
    struct hc_buf out;

    (void)state;
    render(x, &terminal, &out);
    expect(
        &out, "at least 80 % of the nodes at once; 1 of them a hole of the collection");
    expect(&out, "Collected from http://prometheus.monitoring:9090/\\x1b[2J into "
                 "history/\\x09west: "
                 "2 holes, 2 h 29 min in all, longest 2024-03-10 00:00 to 01:30 UTC;");
    expect(&out, "; 3 warnings of the server;");
    expect(&out, "no column load_15m (node_load15 was not exported)");
    expect(&out, "no nodes (node_load15 was not exported)");
    expect(&out, "and 2 more that were not exported.");
    expect(&out, "2024-03-10 · partial <b>answer</b>");
    expect(&out, "all warnings are in findings.json");
    expect(&out, "Collected into history/\\x09west: holes are not known.");
    hc_buf_clear(&out);
    x->summary.collected[0].holes[0] = x->summary.collected[0].holes[1];
    x->summary.collected[0].n_holes = 1;
    assert_true(hc_collected_sum(&x->summary.collected[0]));
    hc_collected_clear(&x->summary.collected[1]);
    x->summary.n_collected = 1;
    render(x, &terminal, &out);
    expect(&out, ": 1 hole, 1 h, 2024-03-10 23:00 to 2024-03-11 00:00 UTC;");
    assert_null(strstr(out.text, "west"));
    hc_buf_clear(&out);
    x->summary.collected[0].n_holes = 0;
    render(x, &terminal, &out);
    expect(&out, ": no hole;");
    hc_buf_clear(&out);
    sample_free(x);
}

static void test_says_why_not(void **state)
{
    struct sample *x = sample_nothing();
    struct hc_terminal terminal = {0};
    struct hc_buf out;

    (void)state;
    render(x, &terminal, &out);
    expect(&out, "nothing can be said from this data");
    expect(&out, "not enough data: no row with a finite gauge");
    hc_buf_clear(&out);
    sample_free(x);
}

static void test_colour(void **state)
{
    struct sample *x = sample_new(&(struct sample_shape){.nodes = 30, .columns = 12});
    struct hc_terminal plain = {0}, coloured = {.colour = true};
    struct hc_buf a, b, stripped = HC_BUF_INIT;

    (void)state;
    render(x, &plain, &a);
    render(x, &coloured, &b);
    for (const char *c = b.text; *c; c++) {
        if (*c == '\033')
            c = strchr(c, 'm');
        else
            hc_buf_putc(&stripped, *c);
    }
    assert_true(b.len > a.len);
    assert_string_equal(stripped.text, a.text);
    hc_buf_clear(&a);
    hc_buf_clear(&b);
    hc_buf_clear(&stripped);
    sample_free(x);
}

/* A failed allocation is told by the buffer, whichever it is. */
static void test_no_memory(void **state)
{
    struct sample *x = sample_new(&(struct sample_shape){
        .nodes = 25, .columns = 20, .clusters = true, .groups = true, .collected = true});
    struct hc_terminal terminal = {.ascii = true, .out_dir = "out"};
    bool done = false;

    (void)state;
    for (long n = 0; !done; n++) {
        struct hc_buf out = HC_BUF_INIT;

        hc_mem_fail_after(n);
        hc_report_terminal(&out, &x->findings, &terminal);
        hc_mem_fail_after(-1);
        done = hc_buf_check(&out) == HC_OK;
        assert_true(n > 0 || !done);
        hc_buf_clear(&out);
    }
    sample_free(x);
}

static void test_human(void **state)
{
    (void)state;
    assert_string_equal(hc_human_count(0).text, "0");
    assert_string_equal(hc_human_count(1728000).text, "1,728,000");
    assert_string_equal(hc_human_count(UINT64_MAX).text, "18,446,744,073,709,551,615");
    assert_string_equal(hc_human_short(17280000).text, "17.3 M");
    assert_string_equal(hc_human_percent(0.3321).text, "33.2 %");
    assert_string_equal(hc_human_percent(0.99996).text, ">99.9 %");
    assert_string_equal(hc_human_percent(1).text, "100.0 %");
    assert_string_equal(hc_human_percent(0.00004).text, "0.004 %");
    assert_string_equal(hc_human_percent(NAN).text, "-");
    assert_string_equal(hc_human_bytes(68719476736.0).text, "64.0 GiB");
    assert_string_equal(hc_human_bytes(1023).text, "1023 B");
    assert_string_equal(hc_human_number(12345.6).text, "12,346");
    assert_string_equal(hc_human_number(-999.96).text, "-1,000");
    assert_string_equal(hc_human_duration(12000).text, "3 h 20 min");
    assert_string_equal(hc_human_duration(30).text, "30 s");
    assert_string_equal(hc_human_iso(-1).text, "1969-12-31T23:59:59.999999Z");
    assert_string_equal(
        hc_human_iso(SAMPLE_START - SAMPLE_DAY).text, "2024-02-29T00:00:00Z");
    assert_string_equal(hc_human_value(14, "hour").text, "14:00");
    assert_string_equal(hc_human_value(2940, "node-hours").text, "2,940 node-hours");
    assert_string_equal(hc_human_value(1, "nodes").text, "1 node");
    assert_string_equal(hc_human_value(NAN, "nodes").text, "-");
}

/* The last column that fits is the last one shown; a long name keeps both its ends. */
static void test_grid(void **state)
{
    static const struct hc_grid_column columns[] = {
        {"name", 0, false}, {"x", 6, true}, {"y", 30, true}};
    struct hc_buf out = HC_BUF_INIT;
    struct hc_page page = {.out = &out, .width = 40};
    struct hc_grid grid;

    (void)state;
    hc_grid_open(&grid, &page, columns, 3, 16);
    hc_grid_put(&grid, "gke-production-pool-x7z9");
    hc_grid_put(&grid, "1");
    hc_grid_put(&grid, "2");
    assert_string_equal(out.text, "  name                   x\n"
                                  "  gke-prod…ol-x7z9       1\n");
    hc_buf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_extremes),
        cmocka_unit_test(test_sections),
        cmocka_unit_test(test_says_what_it_must),
        cmocka_unit_test(test_collections),
        cmocka_unit_test(test_says_why_not),
        cmocka_unit_test(test_colour),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_human),
        cmocka_unit_test(test_grid),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
