/* Scripts of the figures: nothing in them is run, panels say why, marks are counted. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/palette.h"
#include "report/report_figures.h"
#include "sample_findings.h"

static const char *const hostile[] = {"a`touch /tmp/owned`", "it's \"so\"",
    "'; system 'touch /tmp/owned'; '", "system(\"touch /tmp/owned\")", "@macro $b0 $data",
    "new\nline\r\ttab", "EOD", "\nEOD\nsystem 'x'\n", "\xD7\xA9\xD7\x9C\xE2\x80\xAE",
    "<b>&amp;</b>", "{/:Bold x}^2_a", "\xEF\xBF\xBE\xEF\xBF\xBF\x01", "\\n\\",
    "\xFF\xFE bad", "'", "''", "'''", "\xE8\x8A\x82\xE7\x82\xB9"};

/* ---- a course in time ---- */

static void series_clear(struct hc_series *s)
{
    hc_free(s->node);
    for (size_t i = 0; i < HC_MAIN; i++) {
        hc_free(s->band[i]);
        hc_free(s->mean[i]);
    }
    hc_free(s->received);
    *s = (struct hc_series){0};
}

static struct hc_zone_span berlin[] = {{INT64_MIN, 3600}, {1711846800, 7200}};

/* Hourly for `days`; bucket 30 of every node has no value, and the third node has none
 * from bucket 100 on. */
static struct hc_series series_new(size_t nodes, size_t days, size_t gauges)
{
    struct hc_series s = {.start_s = SAMPLE_START / 1000000,
        .width_s = 3600,
        .n_buckets = days * 24,
        .n_nodes = nodes,
        .all_nodes = true,
        .zone = {berlin, HC_COUNT(berlin)}};
    size_t n = nodes * s.n_buckets;

    s.node = sample_zeroed(nodes, sizeof(*s.node));
    s.received = sample_zeroed(n, sizeof(*s.received));
    for (uint32_t i = 0; i < nodes; i++)
        s.node[i] = i;
    for (size_t i = 0; i < n; i++)
        s.received[i] = i % s.n_buckets == 30 ? 0 : i % 97 == 0 ? 0.7f : 1;
    for (size_t g = 0; g < gauges; g++) {
        s.band[g] = sample_zeroed(s.n_buckets, sizeof(**s.band));
        s.mean[g] = sample_zeroed(n, sizeof(**s.mean));
        for (size_t b = 0; b < s.n_buckets; b++) {
            float mean = (float)sample_rhythm((int)(b % 24));

            s.band[g][b] = (struct hc_band){(uint32_t)nodes, mean, mean - 0.1f,
                mean - 0.08f, mean, mean + 0.08f, mean + 0.1f};
            if (b == 30)
                s.band[g][b] = (struct hc_band){0, NAN, NAN, NAN, NAN, NAN, NAN};
        }
        for (size_t i = 0; i < n; i++)
            s.mean[g][i] =
                i % s.n_buckets == 30 || (i / s.n_buckets == 2 && i % s.n_buckets >= 100)
                    ? NAN
                    : (float)sample_rhythm((int)(i % 24));
    }
    return s;
}

/* ---- scripts ---- */

struct script {
    struct hc_buf text;
    struct hc_figure_size size;
};

static const struct hc_figure *figure(const char *name)
{
    for (size_t i = 0; i < hc_figures_count; i++)
        if (!strcmp(hc_figures[i].name, name))
            return &hc_figures[i];
    fail_msg("no figure %s", name);
    return NULL;
}

static struct script script_of(
    const char *name, const struct sample *x, const struct hc_series *series)
{
    static const struct hc_series none;
    struct script s = {0};

    assert_int_equal(hc_figure_body(&s.text, figure(name), &x->findings,
                         series ? series : &none, &s.size),
        HC_OK);
    return s;
}

/* Rows of the `which`-th shape of that name; -1: there is none. */
static long rows_of(const struct script *s, const char *name, int which)
{
    const char *at = hc_buf_str(&s->text);
    char title[64], block[32];
    size_t number;
    long rows = 0;

    snprintf(title, sizeof(title), " title '%s'", name);
    for (; which >= 0; which--) {
        at = strstr(at, title);
        if (!at)
            return -1;
        at += strlen(title);
    }
    while (strncmp(at, "$b", 2))
        at--;
    number = strtoul(at + 2, NULL, 10);
    snprintf(block, sizeof(block), "$b%zu << EOD\n", number);
    at = strstr(hc_buf_str(&s->text), block) + strlen(block);
    for (; strncmp(at, "EOD\n", 4); at = strchr(at, '\n') + 1)
        rows += *at != '\n';
    return rows;
}

static bool says(const struct script *s, const char *words)
{
    return strstr(hc_buf_str(&s->text), words) != NULL;
}

/* Data blocks hold numbers; elsewhere, what is not in single quotes is a word of
 * gnuplot's, and nothing in quotes could end them or be expanded. */
static void check_script(const struct hc_buf *text)
{
    const char *line = hc_buf_str(text);
    bool data = false;

    while (*line) {
        size_t len = strcspn(line, "\n"), outside = 0;
        char words[4096];
        bool quoted = false;

        assert_int_equal(line[len], '\n');
        if (data) {
            data = strncmp(line, "EOD\n", 4) != 0;
            if (data)
                assert_int_equal(strspn(line, "0123456789.- "), len);
            line += len + 1;
            continue;
        }
        for (size_t i = 0; i < len; i++) {
            assert_true((unsigned char)line[i] >= ' ');
            if (line[i] == '\'') {
                assert_true(line[i + 1] != '\'' || !quoted); /* no doubled quote */
                quoted = !quoted;
            } else if (!quoted && outside + 1 < sizeof(words)) {
                words[outside++] = line[i];
            }
        }
        words[outside] = '\0';
        assert_false(quoted);
        assert_null(strpbrk(words, "`\"@&!;|"));
        assert_null(strstr(words, "system"));
        assert_null(strstr(words, "owned"));
        data = outside > 6 && !strcmp(words + outside - 6, "<< EOD");
        line += len + 1;
    }
    assert_false(data);
}

static void check_all(const struct sample *x, const struct hc_series *series)
{
    for (size_t i = 0; i < hc_figures_count; i++) {
        if (!hc_figure_wanted(&hc_figures[i], &x->findings))
            continue;

        struct script s = script_of(hc_figures[i].name, x, series);

        check_script(&s.text);
        assert_true(s.size.height > 100 && s.size.height < 3000);
        hc_buf_clear(&s.text);
    }
}

/* ---- tests ---- */

static void test_nothing_in_a_name_is_run(void **state)
{
    struct sample *x = sample_new(&(struct sample_shape){
        .nodes = 20, .columns = 20, .names = hostile, .n_names = HC_COUNT(hostile)});
    struct hc_series series = series_new(20, 30, 3);

    (void)state;
    for (size_t i = 0; i < HC_COUNT(hostile); i++) {
        hc_free(x->summary.columns[2 + i].name);
        x->summary.columns[2 + i].name = sample_text(hostile[i]);
    }
    check_all(x, &series);
    x->settings.timezone = "'; system \"x\" `y`\n";
    check_all(x, &series);
    series_clear(&series);
    sample_free(x);
}

static void test_few_nodes_are_named_in_a_legend(void **state)
{
    struct sample *x = sample_new(&(struct sample_shape){
        .nodes = 8, .columns = 20, .names = hostile, .n_names = HC_COUNT(hostile)});
    struct hc_series series = series_new(8, 2, 3);
    struct script s;

    (void)state;
    check_all(x, &series);
    s = script_of("trends", x, &series);
    assert_true(rows_of(&s, "node", 7) > 0);
    assert_int_equal(rows_of(&s, "p10 to p90", 0), -1);
    hc_buf_clear(&s.text);
    series_clear(&series);
    sample_free(x);
}

static void test_every_size_has_a_script(void **state)
{
    static const size_t sizes[] = {1, 2, 9, 37, 61, 500};

    (void)state;
    for (size_t i = 0; i < HC_COUNT(sizes); i++) {
        struct sample *x = sample_new(&(struct sample_shape){
            .nodes = sizes[i], .columns = sizes[i], .clusters = i % 2, .groups = true});
        struct hc_series series = series_new(sizes[i], 3, sizes[i] > 9 ? 3 : 1);

        check_all(x, &series);
        check_all(x, NULL);
        series_clear(&series);
        sample_free(x);
    }
}

static void test_what_cannot_be_had_says_why(void **state)
{
    struct sample *x = sample_nothing();
    static const char *const names[] = {"temporal", "weekly", "opportunity"};

    (void)state;
    check_all(x, NULL);
    for (size_t i = 0; i < HC_COUNT(names); i++) {
        struct script s = script_of(names[i], x, NULL);

        assert_true(says(&s, "no row with a finite gauge"));
        hc_buf_clear(&s.text);
    }
    sample_free(x);
}

static void test_a_gauge_that_lacks_says_so_in_its_panel(void **state)
{
    struct sample *x = sample_new(&(struct sample_shape){.nodes = 4, .columns = 1});
    struct script s;

    (void)state;
    x->findings.baseline.verdict[1] =
        (struct hc_verdict){HC_NOT_AVAILABLE, "no column 'memory_usage'"};
    x->findings.baseline.verdict[2] =
        (struct hc_verdict){HC_NOT_AVAILABLE, "no column 'load_1m'"};
    s = script_of("temporal", x, NULL);
    assert_true(says(&s, "no column \xE2\x80\x99memory_usage\xE2\x80\x99"));
    assert_true(says(&s, "no column \xE2\x80\x99load_1m\xE2\x80\x99"));
    assert_int_equal(rows_of(&s, "hour", 0), 24);
    assert_int_equal(rows_of(&s, "hour", 1), -1);
    hc_buf_clear(&s.text);
    s = script_of("nodes", x, NULL);
    assert_int_equal(rows_of(&s, "mean", 1), -1);
    assert_true(says(&s, "no column \xE2\x80\x99load_1m\xE2\x80\x99"));
    hc_buf_clear(&s.text);
    sample_free(x);
}

static void test_hours_of_one_date_are_hollow(void **state)
{
    struct sample *x = sample_new(&(struct sample_shape){.nodes = 4, .columns = 20});
    struct script s;

    (void)state;
    for (int i = 0; i < 5; i++)
        x->findings.temporal.hourly[i].days = 1;
    x->findings.temporal.hourly[5].days = 2;
    x->findings.temporal.hourly[9].n[0] = 0;
    s = script_of("temporal", x, NULL);
    assert_int_equal(rows_of(&s, "hour", 0), 18);
    assert_int_equal(rows_of(&s, "hour of one day", 0), 5);
    assert_int_equal(rows_of(&s, "by hour", 0), 23); /* and a gap at the tenth */
    assert_int_equal(rows_of(&s, "hour", 1), 19);
    assert_int_equal(rows_of(&s, "weekday", 0), 7);
    assert_true(says(&s, "Hollow: from fewer than two dates."));
    hc_buf_clear(&s.text);
    sample_free(x);
}

static void test_cells_of_the_week(void **state)
{
    struct sample *x = sample_new(&(struct sample_shape){.nodes = 4, .columns = 20});
    struct script s = script_of("weekly", x, NULL);

    (void)state;
    assert_int_equal(rows_of(&s, "cpu cells", 0), 168); /* an empty one is grey */
    assert_int_equal(rows_of(&s, "memory cells", 0), 168);
    assert_int_equal(rows_of(&s, "cell of one date", 0), 1);
    assert_true(says(&s, "Grey: no sample (cells: 1)."));
    hc_buf_clear(&s.text);
    sample_free(x);
}

static void test_many_nodes_are_a_band_between_the_ends(void **state)
{
    struct sample *x = sample_new(&(struct sample_shape){.nodes = 500, .columns = 20});
    struct script s = script_of("nodes", x, NULL);

    (void)state;
    assert_int_equal(rows_of(&s, "mean", 0), 26);
    assert_int_equal(rows_of(&s, "p50 to p95", 2), 26);
    assert_int_equal(rows_of(&s, "mean between", 0), 237); /* every second of 474 */
    assert_true(rows_of(&s, "reach of means between", 0) > 150);
    assert_true(says(&s, "474 nodes between"));
    hc_buf_clear(&s.text);
    sample_free(x);
}

static void test_a_short_node_is_hollow(void **state)
{
    struct sample *x = sample_new(&(struct sample_shape){.nodes = 5, .columns = 20});
    struct script s = script_of("nodes", x, NULL);

    (void)state;
    assert_int_equal(rows_of(&s, "mean", 0), 4);
    assert_int_equal(rows_of(&s, "mean of a short node", 0), 1); /* worker-04 */
    assert_true(says(&s, "Hollow: under 7 days of data."));
    hc_buf_clear(&s.text);
    sample_free(x);
}

static void test_correlation_has_a_cell_a_pair(void **state)
{
    static const struct {
        size_t columns;
        bool numbers, names;
    } cases[] = {{12, true, true}, {57, false, true}, {100, false, false}};

    (void)state;
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        size_t p = cases[i].columns;
        struct sample *x = sample_new(&(struct sample_shape){.nodes = 3, .columns = p});
        struct script s = script_of("correlation", x, NULL);
        long rows = rows_of(&s, "cells", 0);

        assert_true(p >= 100 ? rows > 0 && rows <= 10000 : rows == (long)(p * p));
        assert_int_equal(says(&s, "'1.00'"), cases[i].numbers);
        assert_int_equal(says(&s, "'load_1m'"), cases[i].names);
        assert_int_equal(says(&s, "Too many columns for names"), !cases[i].names);
        hc_buf_clear(&s.text);
        sample_free(x);
    }
}

static void test_lines_of_time_have_the_gaps(void **state)
{
    struct sample *x = sample_new(&(struct sample_shape){.nodes = 20, .columns = 20});
    struct hc_series series = series_new(20, 30, 3);
    struct script s = script_of("trends", x, &series);
    long rows = rows_of(&s, "mean", 0);

    (void)state;
    assert_true(rows > 300 && rows <= 719);
    assert_int_equal(rows_of(&s, "p10 to p90", 2), 2 * 719);
    assert_int_equal(rows_of(&s, "fleet gap", 0), 1);
    assert_int_equal(rows_of(&s, "mean", 2) > 0, 1);
    assert_true(says(&s, "Mon 4 Mar"));
    hc_buf_clear(&s.text);
    series_clear(&series);
    sample_free(x);
}

static void test_coverage_shows_what_is_missing(void **state)
{
    struct sample *x = sample_new(&(struct sample_shape){.nodes = 300, .columns = 20});
    struct hc_series series = series_new(300, 4, 3);
    struct script s = script_of("quality", x, &series);
    char missing[32];

    (void)state;
    snprintf(missing, sizeof(missing), " 0 %u\n", HC_COLOUR_MISSING);
    assert_true(says(&s, missing));
    assert_true(says(&s, "260 other nodes"));
    assert_true(says(&s, "Named: the 40 of least coverage"));
    assert_true(rows_of(&s, "received", 0) >= 40 * 3);
    assert_int_equal(rows_of(&s, "fleet gap", 0), -1); /* it is after this window */
    hc_buf_clear(&s.text);
    series_clear(&series);
    sample_free(x);
}

static void test_opportunity_is_drawn_from_the_needs(void **state)
{
    struct sample *x = sample_new(&(struct sample_shape){.nodes = 20, .columns = 20});
    struct hc_findings *f = &x->findings;
    struct script s;

    (void)state;
    f->n_needs = 4;
    f->needs = sample_zeroed(4, sizeof(*f->needs));
    for (uint32_t i = 0; i < 4; i++) /* a hole before the last */
        f->needs[i] = (struct hc_need){
            SAMPLE_START / 1000000 + 3600 * (i == 3 ? 9 : i), 20, 16 + i};
    s = script_of("opportunity", x, NULL);
    assert_int_equal(rows_of(&s, "there", 0), 4); /* two ends of two stretches */
    assert_int_equal(rows_of(&s, "needed", 0), 6 + 2 + 2 + 2);
    assert_true(says(&s, "A bound, not an answer"));
    assert_true(says(&s, "p95, p99: 17"));
    hc_buf_clear(&s.text);
    sample_free(x);
}

static void test_rare_signs_are_spelt_out_in_a_png(void **state)
{
    static const char *const names[] = {"\xE8\x8A\x82-1", "plain"};
    struct sample *x = sample_new(
        &(struct sample_shape){.nodes = 2, .columns = 3, .names = names, .n_names = 2});
    struct script s = script_of("nodes", x, NULL);

    (void)state;
    assert_true(says(&s, "(plain ? '\\u8282-1' : '\xE8\x8A\x82-1')"));
    assert_true(says(&s, "set label 'plain'"));
    hc_buf_clear(&s.text);
    sample_free(x);
}

static void test_a_replay_is_drawn(void **state)
{
    struct sample *x = sample_new(&(struct sample_shape){.nodes = 20, .columns = 16});
    struct script s;

    (void)state;
    check_all(x, NULL);
    s = script_of("replay-nodes", x, NULL);
    assert_true(says(&s, "FirstFitDecreasing (oracle)"));
    assert_true(says(&s, "'15'"));                /* MostAllocated, in use */
    assert_true(says(&s, "'17.5 (17 to 18)'"));   /* kube-1.35 */
    assert_true(says(&s, "'16 (12 to 18)'"));     /* MostAllocated, needed */
    assert_int_equal(rows_of(&s, "bound", 0), 3); /* none of what was recorded */
    assert_int_equal(rows_of(&s, "oracle", 0), 2);
    hc_buf_clear(&s.text);
    s = script_of("replay-allocation", x, NULL);
    assert_int_equal(rows_of(&s, "MostAllocated", 0), 31);
    assert_false(says(&s, "lie on each other")); /* kube-1.35 refuses three */
    hc_buf_clear(&s.text);
    s = script_of("replay-time", x, NULL);
    assert_true(says(&s, "Nodes over 80 %"));
    assert_true(rows_of(&s, "as-recorded", 0) >= 2);
    hc_buf_clear(&s.text);
    sample_free(x);
}

static void test_what_a_replay_lacks_is_not_drawn(void **state)
{
    struct sample *x = sample_new(&(struct sample_shape){.nodes = 20, .columns = 16});
    struct hc_placement *p = &x->findings.placement;
    struct script s;

    (void)state;
    hc_placement_clear(p);
    assert_false(figure("replay-nodes")->wanted(&x->findings));
    assert_false(figure("replay-time")->wanted(&x->findings));
    sample_fill_placement(p);
    for (size_t m = 0; m < p->n_policies; m++)
        for (size_t i = 0; i < p->n_points; i++)
            p->policies[m].course[i].cpu_used = p->policies[m].course[i].hot = NAN;
    s = script_of("replay-time", x, NULL);
    assert_false(says(&s, "Nodes over 80 %"));
    assert_true(says(&s, "Nothing is known of what pods used."));
    hc_buf_clear(&s.text);
    p->trials = 0;
    s = script_of("replay-nodes", x, NULL);
    assert_false(says(&s, "Nodes needed"));
    hc_buf_clear(&s.text);
    p->load_of = NULL;
    p->n_points = 0;
    assert_false(figure("replay-allocation")->wanted(&x->findings));
    assert_false(figure("replay-time")->wanted(&x->findings));
    sample_free(x);
}

static void test_heads_say_where_to(void **state)
{
    for (size_t i = 0; i < hc_figure_formats_count; i++) {
        HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;
        char output[64];

        (void)state;
        assert_int_equal(hc_figure_head(&text, &hc_figures[0], &hc_figure_formats[i],
                             (struct hc_figure_size){1000, 500}),
            HC_OK);
        check_script(&text);
        snprintf(output, sizeof(output), "set output '%s.%s'\nload '%s.gp'",
            hc_figures[0].name, hc_figure_formats[i].ending, hc_figures[0].name);
        assert_non_null(strstr(hc_buf_str(&text), output));
    }
}

static void test_memory_that_runs_out_is_told(void **state)
{
    struct sample *x = sample_new(&(struct sample_shape){.nodes = 70, .columns = 16});
    struct hc_series series = series_new(70, 2, 3);

    (void)state;
    for (size_t i = 0; i < hc_figures_count; i++) {
        enum hc_status status = HC_NO_MEMORY;

        for (long n = 0; n < 4000 && status; n += n < 40 ? 1 : 53) {
            HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;
            struct hc_figure_size size;

            hc_mem_fail_after(n);
            status = hc_figure_body(&text, &hc_figures[i], &x->findings, &series, &size);
            hc_mem_fail_after(-1);
            assert_true(status == HC_OK || status == HC_NO_MEMORY);
        }
        assert_int_equal(status, HC_OK);
    }
    series_clear(&series);
    sample_free(x);
}

static void test_colours(void **state)
{
    (void)state;
    assert_int_equal(hc_palette_at(&hc_palette_diverging, 0.5), 0xF6F6F4);
    assert_int_equal(hc_palette_at(&hc_palette_blue, 0), hc_palette_blue.stops[0]);
    assert_int_equal(hc_palette_at(&hc_palette_blue, 7), hc_palette_blue.stops[6]);
    assert_int_equal(hc_palette_at(&hc_palette_blue, NAN), HC_COLOUR_NULL);
    assert_int_equal(hc_palette_ink(0xFFFFFF), HC_COLOUR_TEXT);
    assert_int_equal(hc_palette_ink(0x07406A), HC_COLOUR_WHITE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_in_a_name_is_run),
        cmocka_unit_test(test_a_replay_is_drawn),
        cmocka_unit_test(test_what_a_replay_lacks_is_not_drawn),
        cmocka_unit_test(test_few_nodes_are_named_in_a_legend),
        cmocka_unit_test(test_every_size_has_a_script),
        cmocka_unit_test(test_what_cannot_be_had_says_why),
        cmocka_unit_test(test_a_gauge_that_lacks_says_so_in_its_panel),
        cmocka_unit_test(test_hours_of_one_date_are_hollow),
        cmocka_unit_test(test_cells_of_the_week),
        cmocka_unit_test(test_many_nodes_are_a_band_between_the_ends),
        cmocka_unit_test(test_a_short_node_is_hollow),
        cmocka_unit_test(test_correlation_has_a_cell_a_pair),
        cmocka_unit_test(test_lines_of_time_have_the_gaps),
        cmocka_unit_test(test_coverage_shows_what_is_missing),
        cmocka_unit_test(test_opportunity_is_drawn_from_the_needs),
        cmocka_unit_test(test_rare_signs_are_spelt_out_in_a_png),
        cmocka_unit_test(test_heads_say_where_to),
        cmocka_unit_test(test_memory_that_runs_out_is_told),
        cmocka_unit_test(test_colours),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
