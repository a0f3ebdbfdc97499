/*
 * The file of own queries: what is read, and what is refused with which word.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "collect/own_query.h"
#include "in_folder.h"

static void write_text(const char *text, size_t n)
{
    struct hc_error err;

    assert_int_equal(hc_file_write(at("queries.json"), text, n, &err), HC_OK);
}

static enum hc_status read_text(
    const char *text, struct hc_plan *plan, struct hc_error *err)
{
    write_text(text, strlen(text));
    return hc_own_queries_read(at("queries.json"), plan, err);
}

#define GOOD "{\"name\": \"gpu\", \"promql\": \"x\"}"

static void test_refused(void **unused)
{
    static const char *const cases[][2] = {
        {"", "not JSON"},
        {"[", "not JSON"},
        {"{}", "not a list"},
        {"[]", "not a list"},
        {"3", "not JSON"},
        {"[3]", "query 1"},
        {"[" GOOD ", null]", "query 2"},
        {"[{\"name\": \"a\"}]", "'promql' is missing"},
        {"[{\"promql\": \"a\"}]", "'name' is missing"},
        {"[{\"name\": \"a\", \"promql\": \"\"}]", "'promql' is not a text"},
        {"[{\"name\": \"a\", \"promql\": 7}]", "'promql' is not a text"},
        {"[{\"name\": \"a\", \"promql\": \"b\\u0000c\"}]", "not JSON"},
        {"[{\"name\": \"a\", \"promql\": \"b\", \"by\": \"c\"}]", "'by' is none of"},
        {"[{\"name\": \"A\", \"promql\": \"b\"}]", "'name' is not made of"},
        {"[{\"name\": \"1a\", \"promql\": \"b\"}]", "'name' is not made of"},
        {"[{\"name\": \"a b\", \"promql\": \"b\"}]", "'name' is not made of"},
        {"[{\"name\": \"\\u00e9\", \"promql\": \"b\"}]", "'name' is not made of"},
        {"[{\"name\": \"load_1m\", \"promql\": \"b\"}]", "another column"},
        {"[{\"name\": \"timestamp\", \"promql\": \"b\"}]", "another column"},
        {"[{\"name\": \"cluster\", \"promql\": \"b\"}]", "another column"},
        {"[" GOOD ", " GOOD "]", "another column"},
        {"[{\"name\": \"a\", \"name\": \"c\", \"promql\": \"b\"}]", "not JSON"},
        {"[" GOOD "] x", "not JSON"},
        {"[{\"name\": \"a\", \"promql\": \"\xff\"}]", "not JSON"},
    };

    (void)unused;
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        struct hc_plan plan = {0};
        struct hc_error err = {""};

        assert_int_equal(read_text(cases[i][0], &plan, &err), HC_INPUT);
        if (!strstr(err.message, cases[i][1]) || strchr(err.message, '\n'))
            fail_msg("%s: %s", cases[i][0], err.message);
        hc_plan_clear(&plan);
    }
}

static void test_no_file(void **unused)
{
    struct hc_plan plan = {0};
    struct hc_error err = {""};

    (void)unused;
    assert_int_equal(hc_own_queries_read(at("none.json"), &plan, &err), HC_INPUT);
    assert_non_null(strstr(err.message, "none.json"));
}

/* `n` queries, their names padded to `name` bytes and their texts to `promql`. */
static enum hc_status read_many(
    size_t n, size_t name, size_t promql, struct hc_plan *plan)
{
    struct hc_buf text = HC_BUF_INIT;
    enum hc_status status;

    hc_buf_puts(&text, "[");
    for (size_t i = 0; i < n; i++) {
        hc_buf_printf(&text, "%s{\"name\": \"", i ? "," : "");
        hc_buf_repeat(&text, "x", name - 2);
        hc_buf_printf(&text, "%02zu\", \"promql\": \"", i);
        hc_buf_repeat(&text, "y", promql);
        hc_buf_puts(&text, "\"}");
    }
    hc_buf_puts(&text, "]");
    write_text(text.text, text.len);
    status = hc_own_queries_read(at("queries.json"), plan, NULL);
    hc_buf_clear(&text);
    return status;
}

static void test_limits(void **unused)
{
    static const struct {
        size_t n, name, promql;
        enum hc_status status;
    } cases[] = {
        {1, 3, 1, HC_OK}, {HC_OWN_MAX, 3, 1, HC_OK}, {HC_OWN_MAX + 1, 3, 1, HC_INPUT},
        {1, HC_OWN_NAME - 1, 1, HC_OK}, {1, HC_OWN_NAME, 1, HC_INPUT},
        {1, 3, HC_OWN_PROMQL - 1, HC_OK}, {1, 2, HC_OWN_PROMQL, HC_INPUT},
        {1, 3, 2 << 20, HC_INPUT}, /* more than a file may have */
    };

    (void)unused;
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        struct hc_plan plan = {0};

        assert_int_equal(read_many(cases[i].n, cases[i].name, cases[i].promql, &plan),
            cases[i].status);
        if (cases[i].status == HC_OK)
            assert_int_equal(plan.n_own, cases[i].n);
        hc_plan_clear(&plan);
    }
}

static void test_texts(void **unused)
{
    struct hc_plan plan = {.step_s = 60, .window_s = 240}, other = {0};
    struct hc_buf text = HC_BUF_INIT;

    (void)unused;
    assert_int_equal(read_text("[{\"name\": \"a\", \"promql\": "
                               "\"rate(x{b=\\\"c\\\",$match}[$window]) + $step "
                               "$other $\", \"unit\": \"bytes\"}]",
                         &plan, NULL),
        HC_OK);
    assert_string_equal(plan.own[0].name, "a");
    assert_string_equal(plan.own[0].unit, "bytes");
    assert_null(plan.own[0].meaning);
    hc_plan_promql(&plan, HC_QUERIES, &text);
    assert_string_equal(hc_buf_str(&text), "rate(x{b=\"c\",}[240s]) + 60s $other $");
    hc_buf_reset(&text);
    plan.match = hc_strdup("d=\"$step\""); /* what is put in is not looked at again */
    hc_plan_promql(&plan, HC_QUERIES, &text);
    assert_string_equal(
        hc_buf_str(&text), "rate(x{b=\"c\",d=\"$step\"}[240s]) + 60s $other $");
    assert_int_equal(read_text("[" GOOD "]", &other, NULL), HC_OK);
    assert_false(hc_own_queries_same(&plan, &other));
    assert_true(hc_own_queries_same(&plan, &plan));
    hc_plan_clear(&plan);
    hc_plan_clear(&other);
    hc_buf_clear(&text);
}

static void test_without_memory(void **unused)
{
    enum hc_status status = HC_NO_MEMORY;

    (void)unused;
    write_text("[" GOOD "]", strlen("[" GOOD "]"));
    for (long n = 0; status == HC_NO_MEMORY; n++) {
        struct hc_plan plan = {0};

        hc_mem_fail_after(n);
        status = hc_own_queries_read(at("queries.json"), &plan, NULL);
        hc_mem_fail_after(-1);
        assert_true(status == HC_OK || status == HC_NO_MEMORY);
        hc_plan_clear(&plan);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_refused),
        IN_FOLDER(test_no_file),
        IN_FOLDER(test_limits),
        IN_FOLDER(test_texts),
        IN_FOLDER(test_without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
