/* The CSV tables read back as what was written, by a small reader of RFC 4180. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "report/csv.h"
#include "report/report_tables.h"
#include "sample_findings.h"

static const char *const hostile[] = {"=1+1", "+x", "-x", "@x", "\ttab", "\rcr",
    "'quoted", "comma,here", "say \"hi\"", "two\nlines", "", " lead", "plain-1", "NA",
    "007", "名前"};

/* The next field of `*at`; true if the line goes on after it. */
static bool next_field(const char **at, struct hc_buf *field)
{
    const char *c = *at;

    hc_buf_reset(field);
    if (*c == '"') {
        for (c++; *c != '"' || c[1] == '"'; c++) {
            hc_buf_putc(field, *c);
            c += *c == '"';
        }
        c++;
    } else {
        for (; *c != ',' && *c != '\n'; c++)
            hc_buf_putc(field, *c);
    }
    *at = c + 1;
    return *c == ',';
}

/* As the header of csv.h says: one leading apostrophe is ours. */
static const char *exact(const struct hc_buf *field)
{
    const char *text = hc_buf_str(field);

    return text[0] == '\'' ? text + 1 : text;
}

static size_t check_shape(const char *text)
{
    struct hc_buf field = HC_BUF_INIT;
    size_t columns = 0, rows = 0;

    for (const char *at = text; *at; rows++) {
        size_t n = 1;

        while (next_field(&at, &field)) {
            n++;
            assert_true(!rows || strcmp(hc_buf_str(&field), "nan") != 0);
        }
        columns = columns ? columns : n;
        assert_int_equal(n, columns);
    }
    hc_buf_clear(&field);
    return rows;
}

static const struct hc_report_table *table(const char *name)
{
    for (size_t i = 0; i < hc_report_tables_count; i++)
        if (!strcmp(hc_report_tables[i].name, name))
            return &hc_report_tables[i];
    fail_msg("no %s", name);
    return NULL;
}

static void test_shapes(void **state)
{
    static const struct sample_shape shapes[] = {
        {.nodes = 20, .columns = 58},
        {.nodes = 1, .columns = 1, .single_value = true},
        {.nodes = 2000, .columns = 4, .clusters = true, .groups = true},
        {.nodes = 4, .columns = 300},
    };

    (void)state;
    for (size_t i = 0; i <= HC_COUNT(shapes); i++) {
        struct sample *x =
            i < HC_COUNT(shapes) ? sample_new(&shapes[i]) : sample_nothing();

        for (size_t k = 0; k < hc_report_tables_count; k++) {
            struct hc_buf out = HC_BUF_INIT;

            hc_report_tables[k].render(&out, &x->findings);
            assert_int_equal(hc_buf_check(&out), HC_OK);
            assert_true(check_shape(out.text) >= 1);
            hc_buf_clear(&out);
        }
        sample_free(x);
    }
}

static void test_row_counts(void **state)
{
    static const struct {
        const char *name;
        size_t rows;
    } want[] = {{"tables/hourly.csv", 24}, {"tables/daily.csv", 7},
        {"tables/weekly.csv", 168}, {"tables/nodes.csv", 20}, {"tables/columns.csv", 60},
        {"tables/correlation.csv", 58}, {"tables/workload_nodes.csv", 12},
        {"tables/workload_namespaces.csv", 3}, {"tables/workloads.csv", 7}};
    struct sample *x = sample_new(&(struct sample_shape){.nodes = 20, .columns = 58});

    (void)state;
    for (size_t i = 0; i < HC_COUNT(want); i++) {
        struct hc_buf out = HC_BUF_INIT;

        table(want[i].name)->render(&out, &x->findings);
        assert_int_equal(check_shape(out.text), want[i].rows + 1);
        hc_buf_clear(&out);
    }
    sample_free(x);
}

static void test_names(void **state)
{
    struct sample *x = sample_new(&(struct sample_shape){.nodes = HC_COUNT(hostile),
        .columns = 3,
        .names = hostile,
        .n_names = HC_COUNT(hostile)});
    struct hc_buf out = HC_BUF_INIT, field = HC_BUF_INIT;
    const char *at;

    (void)state;
    table("tables/nodes.csv")->render(&out, &x->findings);
    at = strchr(out.text, '\n') + 1;
    for (size_t i = 0; i < HC_COUNT(hostile); i++) {
        next_field(&at, &field);
        assert_string_equal(exact(&field), hostile[i]);
        assert_null(field.len ? strchr("=+-@\t\r\n", field.text[0]) : NULL);
        while (next_field(&at, &field))
            ;
    }
    assert_true(!*at);
    hc_buf_clear(&out);
    hc_buf_clear(&field);
    sample_free(x);
}

/* The matrix comes back bit by bit; what cannot be had is empty. */
static void test_correlation(void **state)
{
    struct sample *x = sample_new(&(struct sample_shape){.nodes = 2, .columns = 58});
    struct hc_buf out = HC_BUF_INIT, field = HC_BUF_INIT;
    const char *at;

    (void)state;
    table("tables/correlation.csv")->render(&out, &x->findings);
    at = strchr(out.text, '\n') + 1;
    for (size_t i = 0; i < 58; i++) {
        next_field(&at, &field);
        assert_string_equal(field.text, x->summary.columns[i + 2].name);
        for (size_t j = 0; j < 58; j++) {
            next_field(&at, &field);
            if (isnan(sample_r(i, j)))
                assert_int_equal(field.len, 0);
            else
                assert_true(strtod(field.text, NULL) == sample_r(i, j));
        }
    }
    hc_buf_clear(&out);
    hc_buf_clear(&field);
    sample_free(x);
}

static void test_csv(void **state)
{
    struct hc_buf out = HC_BUF_INIT;
    struct hc_csv csv = {.out = &out};

    (void)state;
    hc_csv_text(&csv, "a,b");
    hc_csv_text(&csv, NULL);
    hc_csv_num(&csv, 0.1);
    hc_csv_num(&csv, NAN);
    hc_csv_int(&csv, -3);
    hc_csv_text(&csv, "=1");
    hc_csv_text(&csv, "\xff");
    hc_csv_end(&csv);
    hc_csv_num(&csv, -INFINITY);
    hc_csv_text(&csv, "");
    hc_csv_end(&csv);
    assert_string_equal(out.text, "\"a,b\",,0.1,,-3,'=1,\"\xEF\xBF\xBD\"\n,\"\"\n");
    hc_buf_clear(&out);
}

static void test_no_memory(void **state)
{
    struct sample *x = sample_new(&(struct sample_shape){.nodes = 5, .columns = 20});

    (void)state;
    for (size_t i = 0; i < hc_report_tables_count; i++) {
        bool done = false;

        for (long n = 0; !done; n++) {
            struct hc_buf out = HC_BUF_INIT;

            hc_mem_fail_after(n);
            hc_report_tables[i].render(&out, &x->findings);
            hc_mem_fail_after(-1);
            done = hc_buf_check(&out) == HC_OK;
            assert_true(n > 0 || !done);
            hc_buf_clear(&out);
        }
    }
    sample_free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_row_counts),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_correlation),
        cmocka_unit_test(test_csv),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
