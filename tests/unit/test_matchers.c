/*
 * Matchers: what PromQL takes is taken with the same meaning, anything else refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "collect/matchers.h"
#include "wire.h"

/* "name=value|name!~value"; "" for an empty list, NULL where the text is refused. */
static const char *read(const char *text)
{
    static const char *const signs[] = {"=", "!=", "=~", "!~"};
    static char out[4096];
    struct hc_matchers matchers = {.n = 0};
    struct hc_error err = {""};
    enum hc_status status = hc_matchers_parse(&matchers, text, &err);
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; i < matchers.n; i++)
        used += (size_t)snprintf(out + used, sizeof(out) - used, "%s%s%s%s", i ? "|" : "",
            matchers.list[i].name, signs[matchers.list[i].type], matchers.list[i].value);
    hc_matchers_clear(&matchers);
    assert_true(status == HC_OK || status == HC_USAGE);
    assert_true(status == HC_OK || err.message[0]);
    return status ? NULL : out;
}

static void test_what_promql_takes(void **unused)
{
    static const char *const cases[][2] = {
        {"", ""},
        {" \t\r\n ", ""},
        {"a=\"b\"", "a=b"},
        {"a='b'", "a=b"},
        {"a=`b`", "a=b"},
        {" a = \"b\" , ", "a=b"},
        {"a=\"\"", "a="},
        {"_a9!=\"b\",B=~'c|d',\nc!~`e.*`", "_a9!=b|B=~c|d|c!~e.*"},
        {"a=~\"fuse\\\\..*\"", "a=~fuse\\..*"},
        {"a=`\\d \"'\n`", "a=\\d \"'\n"},
        {"a=\"\\a\\b\\f\\n\\r\\t\\v\\\\\\\"\"", "a=\a\b\f\n\r\t\v\\\""},
        {"a='\\''", "a='"},
        {"a=\"\\x41\\101\\u00e4\\u20AC\\U0001F600\"",
            "a=AA\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"},
        {"a=\"\\xc3\\xa4\"", "a=\xC3\xA4"},
        {"a=\"\xC3\xA4}{,=#\"", "a=\xC3\xA4}{,=#"},
        {"on=\"x\",by=\"y\"", "on=x|by=y"},
    };

    (void)unused;
    assert_string_equal(read(NULL), "");
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        const char *found = read(cases[i][0]);

        if (!found || strcmp(found, cases[i][1]))
            fail_msg("%s gives %s", cases[i][0], found ? found : "nothing");
    }
}

static void test_what_it_does_not_take(void **unused)
{
    static const char *const cases[] = {"a", "a=", "a=b", "=\"b\"", "a==\"b\"", "a~\"b\"",
        "a!\"b\"", "a=\"b", "a='b\"", "a=`b", "a=\"b\nc\"", "a='b\nc'", "a=\"b\" c=\"d\"",
        "a=\"b\",,", ",", ",a=\"b\"", "9a=\"b\"", "a-b=\"c\"", "\"a\"=\"b\"", "{a=\"b\"}",
        "a=\"b\"}", "a=\"b\"#x", "a=\"\\q\"", "a=\"\\'\"", "a='\\\"'", "a=\"\\x4\"",
        "a=\"\\xg0\"", "a=\"\\400\"", "a=\"\\08\"", "a=\"\\ud800\"", "a=\"\\U00110000\"",
        "a=\"\\x00\"", "a=\"\\000\"", "a=\"\\u0000\"", "a=\"\\", "a=\"\\x", "a=\"\xFF\"",
        "a=`\xC3`", "a=\"\\xff\"", "\xC3\xA4=\"b\"", "a.b=\"c\""};

    (void)unused;
    for (size_t i = 0; i < HC_COUNT(cases); i++)
        if (read(cases[i]))
            fail_msg("%s gives %s", cases[i], read(cases[i]));
}

static void test_too_many(void **unused)
{
    struct hc_buf text = HC_BUF_INIT;

    (void)unused;
    for (int i = 0; i < HC_MATCHERS_MAX; i++)
        hc_buf_puts(&text, "a=\"b\",");
    assert_non_null(read(hc_buf_str(&text)));
    hc_buf_puts(&text, "a=\"b\"");
    assert_null(read(hc_buf_str(&text)));
    hc_buf_clear(&text);
}

/* Any bytes: refused or taken, and what is taken means the same when written again. */
static void test_hostile_bytes(void **unused)
{
    static const char signs[] = "ab_=!~\"'`\\,{}#x0u \n\xC3\xA4";
    uint64_t seed = 7;
    size_t taken = 0;

    (void)unused;
    for (int i = 0; i < 200000; i++) {
        size_t n = wire_below(&seed, 12);
        char *text = hc_alloc(n + 1, 1); /* of just its size, for the sanitizers */

        assert_non_null(text);
        for (size_t k = 0; k < n; k++)
            text[k] = signs[wire_below(&seed, sizeof(signs) - 1)];
        text[n] = '\0';
        taken += read(text) != NULL;
        hc_free(text);
    }
    assert_true(taken > 100);
}

static void test_as_stored(void **unused)
{
    struct hc_matchers matchers = {.n = 0};

    (void)unused;
    assert_int_equal(
        hc_matchers_parse(&matchers,
            "__name__=\"x.y\",a=\"p.r(o)d\\\\\",b=\"\",c!=\"d.\",e=~\"f.\"", NULL),
        HC_OK);
    assert_int_equal(hc_matchers_as_stored(&matchers), HC_OK);
    assert_string_equal(matchers.list[0].value, "x.y");
    assert_int_equal(matchers.list[0].type, HC_MATCH_EQ);
    assert_string_equal(matchers.list[1].value, "p\\.r\\(o\\)d\\\\");
    assert_int_equal(matchers.list[1].type, HC_MATCH_RE);
    assert_int_equal(matchers.list[2].type, HC_MATCH_EQ);
    assert_string_equal(matchers.list[3].value, "d.");
    assert_int_equal(matchers.list[3].type, HC_MATCH_NEQ);
    assert_string_equal(matchers.list[4].value, "f.");
    hc_matchers_clear(&matchers);
}

static void test_no_memory(void **unused)
{
    enum hc_status status = HC_NO_MEMORY;

    (void)unused;
    for (long n = 0; status; n++) {
        struct hc_matchers matchers = {.n = 0};

        hc_mem_fail_after(n);
        status = hc_matchers_parse(&matchers, "a=\"b\",c=~'\\x41'", NULL);
        if (!status)
            status = hc_matchers_as_stored(&matchers);
        hc_mem_fail_after(-1);
        hc_matchers_clear(&matchers);
        assert_true(n < 100 && (!status || status == HC_NO_MEMORY));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_promql_takes),
        cmocka_unit_test(test_what_it_does_not_take),
        cmocka_unit_test(test_too_many),
        cmocka_unit_test(test_hostile_bytes),
        cmocka_unit_test(test_as_stored),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
