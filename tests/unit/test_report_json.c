/* findings.json, insights.json, run.json: shape, nulls with reasons, no NaN. The shape in
 * full is docs/findings.schema.json, which an end-to-end test holds against the program.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <jansson.h>

#include "report/report_json.h"
#include "sample_findings.h"

static const char *const hostile[] = {"quote\" back\\slash", "\x01\x1f\x7f", "\xff\xfe",
    "</script>", "=1+1", "line\nbreak", ""};

typedef void (*render_fn)(struct hc_buf *out, const struct hc_findings *f);

static void render_run(struct hc_buf *out, const struct hc_findings *f)
{
    static const char *const artifacts[] = {"findings.json", "tables/nodes.csv"};

    hc_report_run_json(
        out, f, &(struct hc_report_files){artifacts, HC_COUNT(artifacts), artifacts, 1});
}

static json_t *render(struct sample *x, render_fn fn)
{
    struct hc_buf out = HC_BUF_INIT;
    json_error_t error;
    json_t *root;

    fn(&out, &x->findings);
    assert_int_equal(hc_buf_check(&out), HC_OK);
    root = json_loads(out.text, JSON_REJECT_DUPLICATES, &error);
    if (!root)
        fail_msg("line %d: %s", error.line, error.text);
    hc_buf_clear(&out);
    return root;
}

static json_t *at(json_t *value, const char *path)
{
    char copy[128], *rest = copy, *part;

    snprintf(copy, sizeof(copy), "%s", path);
    while (value && (part = strsep(&rest, "/")))
        value = json_is_array(value) ? json_array_get(value, (size_t)atoi(part))
                                     : json_object_get(value, part);
    if (!value)
        fail_msg("no %s", path);
    return value;
}

static void expect_keys(json_t *object, const char *const *keys, size_t n)
{
    const char *key;
    json_t *value;
    size_t i = 0;

    json_object_foreach(object, key, value)
    {
        assert_true(i < n);
        assert_string_equal(key, keys[i++]);
    }
    assert_int_equal(i, n);
}

static void test_top(void **state)
{
    static const char *const keys[] = {"schema_version", "generated_at", "hindcast",
        "input", "quality", "temporal", "nodes", "columns", "correlation", "baseline",
        "trends", "rhythm", "growth", "changes", "twins", "roles", "anomalies", "compare",
        "workloads", "opportunity", "replay", "insights", "insights_status", "groups",
        "findings"};
    struct sample *x = sample_new(&(struct sample_shape){.nodes = 20, .columns = 58});
    json_t *root = render(x, hc_report_findings_json);

    (void)state;
    expect_keys(root, keys, HC_COUNT(keys));
    assert_int_equal(json_integer_value(at(root, "schema_version")), 1);
    assert_int_equal(json_array_size(at(root, "nodes")), 20);
    assert_int_equal(json_array_size(at(root, "columns")), 60);
    assert_int_equal(json_array_size(at(root, "temporal/weekly")), 168);
    assert_string_equal(
        json_string_value(at(root, "quality/start")), "2024-03-01T00:00:00Z");
    assert_true(json_real_value(at(root, "nodes/1/cpu_usage_rate/mean")) ==
                x->summary.nodes[1].main[0].mean);
    assert_int_equal(json_integer_value(at(root, "temporal/weekly/78/day_of_week")), 3);
    assert_int_equal(json_integer_value(at(root, "temporal/weekly/78/hour")), 6);
    assert_true(json_is_null(at(root, "findings/0/interval")));
    assert_int_equal(json_array_size(at(root, "findings/1/interval")), 2);
    assert_string_equal(
        json_string_value(at(root, "findings/5/status")), "not_enough_data");
    json_decref(root);
    sample_free(x);
}

static void test_workloads(void **state)
{
    struct sample *x =
        sample_new(&(struct sample_shape){.nodes = 3, .columns = 4, .clusters = true});
    json_t *root = render(x, hc_report_findings_json);

    (void)state;
    assert_string_equal(
        json_string_value(at(root, "workloads/start")), "2024-03-01T00:00:00Z");
    assert_string_equal(json_string_value(at(root, "workloads/units/cpu")), "cores");
    assert_int_equal(json_array_size(at(root, "workloads/nulls")), 1);
    assert_string_equal(
        json_string_value(at(root, "workloads/nulls/0/key")), "memory.limits");
    assert_true(json_is_null(at(root, "workloads/total/memory/limits")));
    assert_int_equal(json_integer_value(at(root, "workloads/total/cpu/expected")), 8640);
    assert_int_equal(json_array_size(at(root, "workloads/clusters")), 2);
    assert_null(json_object_get(at(root, "workloads/clusters/0"), "cluster"));
    assert_string_equal(
        json_string_value(at(root, "workloads/nodes/1/node")), "worker-02");
    assert_null(json_object_get(at(root, "workloads/nodes/1"), "pending"));
    assert_int_equal(
        json_integer_value(at(root, "workloads/namespaces/0/pending/pods")), 3);
    assert_true(json_number_value(at(root, "workloads/top/0/cpu/slack")) == 12.5);
    json_decref(root);
    sample_free(x);
    x = sample_nothing();
    root = render(x, hc_report_findings_json);
    assert_int_equal(json_object_size(at(root, "workloads")), 2);
    json_decref(root);
    sample_free(x);
}

static void test_correlation(void **state)
{
    struct sample *x = sample_new(&(struct sample_shape){.nodes = 2, .columns = 58});
    json_t *root = render(x, hc_report_findings_json),
           *pooled = at(root, "correlation/pooled");

    (void)state;
    assert_int_equal(json_array_size(pooled), 58);
    for (size_t i = 0; i < 58 * 58; i++) {
        json_t *r = json_array_get(json_array_get(pooled, i / 58), i % 58);

        if (isnan(sample_r(i / 58, i % 58)))
            assert_true(json_is_null(r));
        else
            assert_true(json_number_value(r) == sample_r(i / 58, i % 58));
    }
    /* the constant columns 4 and 54, one row each */
    assert_int_equal(json_array_size(at(root, "correlation/nulls")), 2);
    assert_string_equal(
        json_string_value(at(root, "correlation/nulls/0/a")), "cpu_cores");
    assert_string_equal(
        json_string_value(at(root, "correlation/pairs/0/kinds/0")), "gauge");
    json_decref(root);
    sample_free(x);
}

/* Where there is a null there is a reason, in the object or in the section around it. */
static void check_reasons(json_t *value, bool excused)
{
    const char *key;
    json_t *item;
    size_t i;

    if (json_is_array(value))
        json_array_foreach(value, i, item) check_reasons(item, excused);
    if (!json_is_object(value))
        return;
    json_t *status = json_object_get(value, "status");
    excused |= status && strcmp(json_string_value(status), "ok") != 0;
    excused |= json_object_get(value, "nulls") || json_object_get(value, "gauges");
    json_object_foreach(value, key, item)
    {
        static const char *const free_to_be[] = {"reason", "unit", "interval", "sql",
            "statement", "group", "value", "group_by", "b"};
        bool may = excused;

        for (i = 0; i < HC_COUNT(free_to_be); i++)
            may |= !strcmp(key, free_to_be[i]);
        if (json_is_null(item) && !may)
            fail_msg("%s is null without a reason", key);
        check_reasons(item, excused || !strcmp(key, "insights"));
    }
}

static void test_reasons(void **state)
{
    static const struct sample_shape shapes[] = {
        {.nodes = 20, .columns = 58},
        {.nodes = 1, .columns = 1, .single_value = true},
        {.nodes = 3, .columns = 2, .clusters = true, .groups = true},
        {.nodes = 2000, .columns = 3},
        {.nodes = 5, .columns = 300},
        {.nodes = 2, .columns = 3, .collected = true},
    };
    struct sample *x;
    json_t *root;

    (void)state;
    for (size_t i = 0; i <= HC_COUNT(shapes); i++) {
        x = i < HC_COUNT(shapes) ? sample_new(&shapes[i]) : sample_nothing();
        root = render(x, hc_report_findings_json);
        check_reasons(root, false);
        json_decref(root);
        sample_free(x);
    }
}

static void test_names(void **state)
{
    struct sample *x = sample_new(&(struct sample_shape){.nodes = HC_COUNT(hostile),
        .columns = 4,
        .names = hostile,
        .n_names = HC_COUNT(hostile),
        .clusters = true});
    json_t *root = render(x, hc_report_findings_json);

    (void)state;
    for (size_t i = 0; i < HC_COUNT(hostile); i++) {
        json_t *node = json_array_get(at(root, "nodes"), i);
        const char *name = json_string_value(json_object_get(node, "node"));

        assert_string_equal(name, i == 2 ? "\xEF\xBF\xBD\xEF\xBF\xBD" : hostile[i]);
        assert_string_equal(
            json_string_value(json_object_get(node, "cluster")), i % 2 ? "west" : "east");
    }
    json_decref(root);
    sample_free(x);
}

/* What was said, and null for what was not. */
static void test_collections(void **state)
{
    static const char *const keys[] = {"path", "source", "server", "start", "end",
        "step_s", "hole_s", "holes", "warnings", "not_exported",
        "instance_days_without_node", "rows_folded", "status", "reason"};
    struct sample *x =
        sample_new(&(struct sample_shape){.nodes = 2, .columns = 3, .collected = true});
    json_t *root = render(x, hc_report_findings_json),
           *one = at(root, "quality/collections/0"),
           *other = at(root, "quality/collections/1");

    (void)state;
    expect_keys(one, keys, HC_COUNT(keys) - 2);
    assert_true(json_number_value(at(one, "hole_s")) == 5370 + 3600 + 0.0015);
    assert_string_equal(
        json_string_value(at(one, "holes/1/end")), "2024-03-11T00:00:00.001500Z");
    assert_string_equal(
        json_string_value(at(one, "warnings/0/warning")), "partial <b>answer</b>");
    assert_string_equal(json_string_value(at(one, "server/url")),
        "http://prometheus.monitoring:9090/\033[2J");
    assert_int_equal(json_integer_value(at(one, "instance_days_without_node")), 2);
    assert_true(json_is_true(at(root, "quality/fleet_gaps/0/hole")));
    expect_keys(other, keys, HC_COUNT(keys));
    for (size_t i = 6; i < HC_COUNT(keys) - 2; i++)
        assert_true(json_is_null(at(other, keys[i])));
    assert_true(json_is_null(at(other, "server")));
    assert_string_equal(json_string_value(at(other, "status")), "not_available");
    json_decref(root);
    sample_free(x);
}

static void test_insights(void **state)
{
    static const char *const keys[] = {"peak_hour", "low_hour", "peak_cpu_usage",
        "low_cpu_usage", "busiest_node", "least_busy_node", "cpu_variation_coefficient",
        "optimization_opportunity_pct"};
    struct sample *some = sample_new(&(struct sample_shape){.nodes = 2, .columns = 3});
    struct sample *none = sample_nothing();
    json_t *root = render(some, hc_report_insights_json), *value;
    const char *key;

    (void)state;
    expect_keys(root, keys, HC_COUNT(keys));
    assert_int_equal(json_integer_value(at(root, "peak_hour")), 14);
    assert_string_equal(json_string_value(at(root, "busiest_node")), "worker-01");
    json_decref(root);
    root = render(none, hc_report_insights_json);
    expect_keys(root, keys, HC_COUNT(keys));
    json_object_foreach(root, key, value) assert_true(json_is_null(value));
    json_decref(root);
    sample_free(some);
    sample_free(none);
}

/* What MLflow takes: numbers as metrics under its kind of key, text everywhere else. */
static void check_run(struct sample *x)
{
    json_t *root = render(x, render_run), *value;
    const char *key;

    assert_string_equal(json_string_value(at(root, "command")), "analyze");
    json_object_foreach(at(root, "metrics"), key, value)
    {
        assert_true(json_is_number(value));
        assert_true(strlen(key) <= 250);
        assert_int_equal(
            strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789_-. /"), strlen(key));
    }
    json_object_foreach(at(root, "params"), key, value)
        assert_true(json_is_string(value));
    json_object_foreach(at(root, "tags"), key, value) assert_true(json_is_string(value));
    assert_int_equal(json_array_size(at(root, "artifacts")), 2);
    json_decref(root);
    sample_free(x);
}

static void test_run(void **state)
{
    (void)state;
    check_run(
        sample_new(&(struct sample_shape){.nodes = 2, .columns = 12, .groups = true}));
    check_run(sample_nothing());
}

/* Matrices and rows stand on one line each: 300 columns are some thousand lines. */
static void test_compact(void **state)
{
    struct sample *x = sample_new(&(struct sample_shape){.nodes = 2000, .columns = 256});
    struct hc_buf out = HC_BUF_INIT;
    size_t lines = 0,
           most = 10 * 2000 + 2 * 258 + 3 * 256 + 1000 + x->findings.correlation.n_pairs;

    (void)state;
    hc_report_findings_json(&out, &x->findings);
    for (const char *c = out.text; *c; c++)
        lines += *c == '\n';
    assert_in_range(lines, 1, most);
    assert_true(out.len < 12 * 1024 * 1024);
    hc_buf_clear(&out);
    sample_free(x);
}

static void check_no_memory(struct sample *x, render_fn fn)
{
    bool done = false;

    for (long n = 0; !done; n++) {
        struct hc_buf out = HC_BUF_INIT;

        hc_mem_fail_after(n);
        fn(&out, &x->findings);
        hc_mem_fail_after(-1);
        done = hc_buf_check(&out) == HC_OK;
        assert_true(n > 0 || !done);
        hc_buf_clear(&out);
    }
}

static void test_no_memory(void **state)
{
    struct sample *x = sample_new(&(struct sample_shape){
        .nodes = 5, .columns = 20, .clusters = true, .groups = true, .collected = true});

    (void)state;
    check_no_memory(x, hc_report_findings_json);
    check_no_memory(x, hc_report_insights_json);
    check_no_memory(x, render_run);
    sample_free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_top),
        cmocka_unit_test(test_workloads),
        cmocka_unit_test(test_correlation),
        cmocka_unit_test(test_reasons),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_collections),
        cmocka_unit_test(test_insights),
        cmocka_unit_test(test_run),
        cmocka_unit_test(test_compact),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
