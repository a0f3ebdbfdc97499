/* A report is written and read back: the same text again; what is wrong is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <locale.h>
#include <stdlib.h>

#include "in_folder.h"
#include "report/report_json.h"
#include "report/report_terminal.h"
#include "sample_findings.h"
#include "stored/stored.h"

static void put(const char *text, size_t n)
{
    char path[HC_PATH_MAX];

    assert_int_equal(hc_path_join(folder, "findings.json", path, NULL), HC_OK);
    assert_int_equal(hc_file_write(path, text, n, NULL), HC_OK);
}

/* As the pass leaves them: the baseline is the columns'. */
static struct sample *sample_of(const struct sample_shape *shape)
{
    struct sample *x = sample_new(shape);

    for (size_t i = 0; i < HC_MAIN; i++) {
        int column = hc_summary_metric_column(&x->summary, hc_main_metrics[i]);
        struct hc_verdict *verdict = &x->findings.baseline.verdict[i];

        if (column >= 0) {
            x->findings.baseline.stats[i] = x->summary.columns[column].stats;
            continue;
        }
        x->findings.baseline.stats[i] = sample_stats(0, 0, 0);
        verdict->status = HC_NOT_AVAILABLE;
        snprintf(verdict->reason, sizeof(verdict->reason), "no column '%s'",
            hc_metrics[hc_main_metrics[i]].name);
    }
    return x;
}

static void print(const struct hc_findings *f, const char *section, struct hc_buf *out)
{
    struct hc_terminal terminal = {.section = section};

    hc_report_terminal(out, f, &terminal);
    assert_int_equal(hc_buf_check(out), HC_OK);
}

static void assert_same_section(
    const struct hc_findings *a, const struct hc_findings *b, const char *section)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf first = HC_BUF_INIT, second = HC_BUF_INIT;

    print(a, section, &first);
    print(b, section, &second);
    assert_string_equal(first.text, second.text);
}

static void assert_round_trip(struct sample *x)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf first = HC_BUF_INIT, second = HC_BUF_INIT;
    HC_CLEANUP(hc_stored_clear) struct hc_stored stored = {0};
    struct hc_error err = {""};

    hc_report_findings_json(&first, &x->findings);
    put(first.text, first.len);
    if (hc_stored_read(folder, &stored, &err))
        fail_msg("%s", err.message);
    hc_report_findings_json(&second, &stored.findings);
    assert_string_equal(first.text, second.text);
    assert_string_equal(first.text, hc_buf_str(&stored.json));
    assert_same_section(&x->findings, &stored.findings, NULL);
    for (size_t i = 0; i < hc_terminal_sections_count; i++)
        assert_same_section(&x->findings, &stored.findings, hc_terminal_sections[i].name);
}

static void written_and_read_back(void **state)
{
    static const char *const hostile[] = {
        "\033[31mred", "a\tb\n", "", "\"quoted\\", "日本語"};
    static const struct sample_shape shapes[] = {
        {.nodes = 20, .columns = 58},
        {.nodes = 1, .columns = 1, .single_value = true},
        {.nodes = 4, .columns = 2, .clusters = true, .groups = true},
        {.nodes = 300, .columns = 260},
        {.nodes = 5, .columns = 20, .names = hostile, .n_names = 5},
        {.nodes = 2, .columns = 3, .collected = true},
    };

    (void)state;
    for (size_t i = 0; i < HC_COUNT(shapes); i++) {
        struct sample *x = sample_of(&shapes[i]);

        assert_round_trip(x);
        sample_free(x);
    }
    struct sample *nothing = sample_nothing();

    assert_round_trip(nothing);
    sample_free(nothing);
}

/* Every bit of a double, both ends of time, both zeros, counts beyond 2^53. */
static void extremes_come_back(void **state)
{
    static const double values[] = {0.1, 1.0 / 3, 5e-324, -1.7976931348623157e308, -0.0,
        123456789012345678.0, 2.2250738585072011e-308};
    static const int64_t times[] = {-62135596800000001, 253402300800000000,
        -4000000000000000000, 4000000000000000001, 0, 1};
    struct sample *x =
        sample_of(&(struct sample_shape){.nodes = 8, .columns = 20, .groups = true});
    struct hc_summary *s = &x->summary;

    (void)state;
    for (size_t i = 0; i < HC_COUNT(values); i++) {
        s->nodes[i].main[0].mean = s->nodes[i].main[1].p99 = values[i];
        s->columns[i + 8].stats.min = values[i];
        x->findings.temporal.weekly[i].mean[1] = values[i];
        x->findings.trends.nodes[i].per_day = values[i];
    }
    for (size_t i = 0; i < HC_COUNT(times); i++)
        s->nodes[i].first_us = times[i];
    s->first_us = times[2];
    s->first_offset_s = -16200;
    s->rows = s->columns[3].missing = INT64_MAX;
    x->findings.opportunity.node_hours_not_needed = INT64_MIN;
    x->findings.statements[1].low = -0.0;
    assert_round_trip(x);
    sample_free(x);
}

/* A locale with a comma, made here: few machines have one. */
static void use_comma_locale(const char *locales)
{
    char command[256];

    snprintf(command, sizeof(command),
        "localedef -f UTF-8 -i de_DE '%s/de_DE.UTF-8' 2>/dev/null", locales);
    assert_int_equal(system(command), 0);
    setenv("LOCPATH", locales, 1);
    assert_non_null(setlocale(LC_NUMERIC, "de_DE.UTF-8"));
    assert_string_equal(localeconv()->decimal_point, ",");
}

static void numbers_do_not_follow_the_locale(void **state)
{
    struct sample *x = sample_of(&(struct sample_shape){.nodes = 3, .columns = 12});
    char locales[] = "/tmp/hindcast-locale-XXXXXX";

    (void)state;
    assert_non_null(mkdtemp(locales));
    use_comma_locale(locales);
    assert_round_trip(x);
    setlocale(LC_NUMERIC, "C");
    unsetenv("LOCPATH");
    hc_tree_remove(locales);
    sample_free(x);
}

/* ---- a section as it is stored --------------------------------------------------- */

static void sections_as_they_are(void **state)
{
    static const char text[] = "{\"a\": {\n    \"\\\"x\": [1e3, \"}\\\\\"]\n  },\n"
                               "  \"b\" : [],\"n\":-0.50 , \"s\": \"a\\\"b\"}";
    struct hc_stored stored = {0};
    const struct {
        const char *key, *wanted;
    } rows[] = {{"a", "{\n  \"\\\"x\": [1e3, \"}\\\\\"]\n}\n"}, {"b", "[]\n"},
        {"n", "-0.50\n"}, {"s", "\"a\\\"b\"\n"}};

    (void)state;
    hc_buf_puts(&stored.json, text);
    for (size_t i = 0; i < HC_COUNT(rows); i++) {
        HC_CLEANUP(hc_buf_clear) struct hc_buf out = HC_BUF_INIT;

        assert_int_equal(hc_stored_json(&stored, rows[i].key, &out, NULL), HC_OK);
        assert_string_equal(hc_buf_str(&out), rows[i].wanted);
    }
    assert_int_equal(hc_stored_json(&stored, "x", &stored.json, NULL), HC_INPUT);
    hc_buf_clear(&stored.json);
}

/* ---- what is wrong --------------------------------------------------------------- */

/* Refused in words, or shown: and never more than that. */
static void assert_survives(const char *text, size_t n, size_t *refused)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf out = HC_BUF_INIT;
    HC_CLEANUP(hc_stored_clear) struct hc_stored stored = {0};
    struct hc_error err = {""};
    enum hc_status status;

    put(text, n);
    status = hc_stored_read(folder, &stored, &err);
    if (status) {
        assert_int_equal(status, HC_INPUT);
        assert_non_null(strstr(err.message, "findings.json'"));
        assert_true(strstr(err.message, "analyze again") || strstr(err.message, "newer"));
        assert_null(strchr(err.message, '\n'));
        assert_null(stored.findings.statements);
        ++*refused;
        return;
    }
    print(&stored.findings, NULL, &out);
    for (size_t i = 0; i < hc_terminal_sections_count; i++)
        print(&stored.findings, hc_terminal_sections[i].name, &out);
    for (size_t i = 0; i < out.len; i++)
        assert_true(out.text[i] == '\n' || (unsigned char)out.text[i] >= ' ');
}

static struct hc_buf small_report(void)
{
    static const char *const names[] = {"n\033[1m"};
    struct sample *x = sample_of(&(struct sample_shape){.nodes = 2,
        .columns = 3,
        .groups = true,
        .names = names,
        .n_names = 1,
        .collected = true});
    struct hc_buf text = HC_BUF_INIT;

    for (size_t i = 0; i < x->findings.patterns.rhythm.n_parts; i++)
        x->findings.patterns.rhythm.parts[i].hours =
            5; /* long lists are like short ones */
    x->findings.groups[0].value[0] = '\a';
    hc_free(x->findings.groups[1].value);
    x->findings.n_groups = 1;
    hc_report_findings_json(&text, &x->findings);
    sample_free(x);
    return text;
}

static void cut_off(void **state)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = small_report();
    size_t refused = 0;

    (void)state;
    for (size_t i = 0; i < 50; i++)
        assert_survives(text.text, text.len * i / 50, &refused);
    assert_survives(text.text, text.len - 2, &refused);
    assert_int_equal(refused, 51);
}

/* The slots of all scalars and lists below `value`; `at` is the one to be replaced. */
static size_t replace(json_t *value, size_t slot, size_t at, const char *by)
{
    const char *key;
    json_t *item;
    size_t i;

    if (json_is_object(value))
        json_object_foreach(value, key, item)
        {
            if (slot++ == at) {
                json_object_set_new(value, key, json_loads(by, JSON_DECODE_ANY, NULL));
                return slot;
            }
            slot = replace(item, slot, at, by);
            if (slot > at)
                return slot;
        }
    if (json_is_array(value))
        json_array_foreach(value, i, item)
        {
            if (i > 2 && i + 2 < json_array_size(value))
                continue; /* one hour is like another */
            if (slot++ == at) {
                json_array_set_new(value, i, json_loads(by, JSON_DECODE_ANY, NULL));
                return slot;
            }
            slot = replace(item, slot, at, by);
            if (slot > at)
                return slot;
        }
    return slot;
}

/* With sanitizers, which are ten times slower, in every fourth place. */
#ifdef __SANITIZE_ADDRESS__
enum { EACH = 4 };
#else
enum { EACH = 1 };
#endif

static void a_wrong_value_in_every_place(void **state)
{
    static const char *const values[] = {"null", "\"\\u001b[2J text\"", "1e308", "-1",
        "9223372036854775807", "-9223372036854775808", "[]", "{}", "true", "[[[{}]]]",
        "[1, 2]", "\"+999999999999-01-01T00:00:00Z\""};
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = small_report();
    json_t *root = json_loads(text.text, 0, NULL);
    size_t refused = 0, shown = 0, slots = 0;

    (void)state;
    slots = replace(root, 0, SIZE_MAX, "null");
    assert_true(slots > 500);
    for (size_t at = 0; at < slots; at += EACH) {
        const char *by = values[at * 5 % HC_COUNT(values)];
        json_t *copy = json_deep_copy(root);

        replace(copy, 0, at, by);
        char *mutated = json_dumps(copy, JSON_COMPACT);

        assert_survives(mutated, strlen(mutated), &refused);
        shown++;
        free(mutated);
        json_decref(copy);
    }
    shown -= refused;
    json_decref(root);
    assert_true(refused > slots / EACH / 3 && shown > slots / EACH / 10);
}

static void assert_refused(const char *text, const char *why)
{
    HC_CLEANUP(hc_stored_clear) struct hc_stored stored = {0};
    struct hc_error err = {""};

    put(text, strlen(text));
    assert_int_equal(hc_stored_read(folder, &stored, &err), HC_INPUT);
    if (!strstr(err.message, why))
        fail_msg("'%s' instead of '%s'", err.message, why);
}

static void said_what_is_wrong(void **state)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf deep = HC_BUF_INIT;

    (void)state;
    assert_refused("", "is not whole, or not JSON: line 1");
    assert_refused("[]", "not an object");
    assert_refused("{}", "'schema_version' in 'findings.json' is missing");
    assert_refused("{\"schema_version\": 2}", "a newer hindcast wrote it");
    assert_refused("{\"schema_version\": 0}", "is not known");
    assert_refused("{\"schema_version\": 1, \"generated_at\": \"x\"}",
        "'columns' in 'columns' is missing");
    hc_buf_repeat(&deep, "[", 1000000);
    assert_refused(deep.text, "maximum parsing depth");
    hc_buf_reset(&deep);
    hc_buf_puts(&deep, "{\"schema_version\": 1, \"x\": ");
    hc_buf_repeat(&deep, "{\"a\":", 3000);
    assert_refused(deep.text, "maximum parsing depth");
}

/* The report with collections, but for `from`, which becomes `to`. */
static struct hc_buf changed_report(const char *from, const char *to)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = small_report();
    const char *place = strstr(text.text, from);
    struct hc_buf out = HC_BUF_INIT;

    if (!place)
        fail_msg("no '%s' in the report", from);
    hc_buf_add(&out, text.text, (size_t)(place - text.text));
    hc_buf_puts(&out, to);
    hc_buf_puts(&out, place + strlen(from));
    return out;
}

static void wrong_collections(void **state)
{
    static const struct {
        const char *from, *to, *why;
    } cases[] = {
        {"\"collections\": [", "\"collections\": 7, \"x\": [",
            "'collections' in 'quality'"},
        {"\"collections\": [", "\"collections\": [7, ", "is not an object"},
        {"2024-03-10T01:30:00Z\"}", "2024-03-10T00:00:30Z\"}", "is out of order"},
        {"2024-03-10T01:30:00Z\"}", "2024-03-10T23:00:01Z\"}", "is out of order"},
        {"{\"start\": \"2024-03-10T00:00:30Z\"", "{\"start\": 7", "is not a text"},
        {"\"warning\": \"partial", "\"warming\": \"partial", "'warning' in 'quality'"},
        {"\"not_exported\": [{", "\"not_exported\": [null, {", "is not an object"},
        {"\"rows_folded\": 7", "\"rows_folded\": -7", "is out of range"},
        {"\"hole\": true", "\"hole\": 1", "is neither true nor false"},
    };

    (void)state;
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        HC_CLEANUP(hc_buf_clear)
        struct hc_buf text = changed_report(cases[i].from, cases[i].to);

        assert_refused(text.text, cases[i].why);
    }
}

/* Of an analysis that did not know of collections. */
static void reports_without_collections(void **state)
{
    HC_CLEANUP(hc_buf_clear)
    struct hc_buf text = changed_report("\"collections\": ", "\"x\": ");
    HC_CLEANUP(hc_stored_clear) struct hc_stored stored = {0};
    char *hole = strstr(text.text, "\"hole\"");

    (void)state;
    assert_non_null(hole);
    hole[1] = 'y';
    put(text.text, text.len);
    assert_int_equal(hc_stored_read(folder, &stored, NULL), HC_OK);
    assert_int_equal(stored.summary.n_collected, 0);
    assert_int_equal(stored.findings.quality.n_fleet_gaps, 1);
    assert_int_equal(stored.findings.quality.n_gap_holes, 0);
}

/* A report that was made before there were workloads is shown all the same. */
static void without_workloads(void **state)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = small_report();
    HC_CLEANUP(hc_stored_clear) struct hc_stored stored = {0};
    json_t *root = json_loads(text.text, 0, NULL);
    char *changed;

    (void)state;
    json_array_append_new(json_object_get(json_object_get(root, "workloads"), "nulls"),
        json_pack("{s:s, s:s}", "key", "disk.used", "status", "not_available"));
    changed = json_dumps(root, 0);
    assert_refused(changed, "'nulls' in 'workloads' has a key that is not known");
    free(changed);
    json_object_del(root, "workloads");
    changed = json_dumps(root, 0);
    put(changed, strlen(changed));
    assert_int_equal(hc_stored_read(folder, &stored, NULL), HC_OK);
    assert_string_equal(
        stored.findings.workloads.verdict.reason, "the report was made without it");
    free(changed);
    json_decref(root);
}

/* ---- no memory: ours and jansson's ----------------------------------------------- */

static void *one_block(size_t size)
{
    return hc_alloc(size, 1);
}

static void without_memory(void **state)
{
    struct sample *x = sample_of(&(struct sample_shape){.nodes = 1,
        .columns = 1,
        .single_value = true,
        .groups = true,
        .collected = true});
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;
    enum hc_status status = HC_NO_MEMORY;
    long n;

    (void)state;
    hc_report_findings_json(&text, &x->findings);
    put(text.text, text.len);
    json_set_alloc_funcs(one_block, hc_free);
    for (n = 0; status && n < 1000000; n += n < 200 ? 1 : 191) {
        HC_CLEANUP(hc_stored_clear) struct hc_stored stored = {0};

        hc_mem_fail_after(n);
        status = hc_stored_read(folder, &stored, NULL);
        hc_mem_fail_after(-1);
        assert_true(!status || status == HC_NO_MEMORY || status == HC_INPUT);
    }
    json_set_alloc_funcs(malloc, free);
    assert_int_equal(status, HC_OK);
    assert_true(n > 1000);
    status = HC_NO_MEMORY;
    for (n = 0; status && n < 100000; n++) { /* ours alone: never another's fault */
        HC_CLEANUP(hc_stored_clear) struct hc_stored stored = {0};

        hc_mem_fail_after(n);
        status = hc_stored_read(folder, &stored, NULL);
        hc_mem_fail_after(-1);
        assert_true(!status || status == HC_NO_MEMORY);
    }
    assert_int_equal(status, HC_OK);
    assert_true(n > 30);
    sample_free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(written_and_read_back),
        cmocka_unit_test(extremes_come_back),
        cmocka_unit_test(numbers_do_not_follow_the_locale),
        cmocka_unit_test(sections_as_they_are),
        cmocka_unit_test(cut_off),
        cmocka_unit_test(a_wrong_value_in_every_place),
        cmocka_unit_test(said_what_is_wrong),
        cmocka_unit_test(wrong_collections),
        cmocka_unit_test(reports_without_collections),
        cmocka_unit_test(without_workloads),
        cmocka_unit_test(without_memory),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
