/* Addresses of services: what is read out of them, what is shown, what is sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "net/http.h"

static void assert_read(
    const char *text, const char *base, const char *user, const char *password)
{
    HC_CLEANUP(hc_url_clear) struct hc_url url = {0};
    struct hc_error err = {""};

    if (hc_url_read(text, &url, &err))
        fail_msg("%s", err.message);
    assert_string_equal(url.base, base);
    assert_string_equal(url.user ? url.user : "(none)", user ? user : "(none)");
    assert_string_equal(
        url.password ? url.password : "(none)", password ? password : "(none)");
}

static void parts(void **state)
{
    (void)state;
    assert_read("http://host:9090", "http://host:9090", NULL, NULL);
    assert_read("HTTPS://host/", "https://host", NULL, NULL);
    assert_read("https://host/prometheus//", "https://host/prometheus", NULL, NULL);
    assert_read("http://ann:pw@host/a/b", "http://host/a/b", "ann", "pw");
    assert_read("http://ann@host", "http://host", "ann", NULL);
    assert_read("http://a%40b:p%2Fw%3A%25@[::1]:80/", "http://[::1]:80", "a@b", "p/w:%");
}

static void refused(void **state)
{
    static const char *const texts[] = {"", "host:9090", "//host", "ftp://host",
        "file:///etc/passwd", "http:/host", "http://", "http://ho st",
        "http://host:99999", "http://host?x=1", "http://host/#a", "http://host/?",
        "http://u:s3cret/x@host", "http://u:1/s3cret@host", "http://u:s3cret@",
        "javascript:s3cret@"};

    (void)state;
    for (size_t i = 0; i < HC_COUNT(texts); i++) {
        struct hc_url url = {0};
        struct hc_error err = {""};

        if (hc_url_read(texts[i], &url, &err) != HC_USAGE)
            fail_msg("'%s' was read", texts[i]);
        assert_null(strstr(err.message, "s3cret"));
        assert_non_null(strstr(err.message, "cannot be used as a URL: "));
    }
}

static void shown(void **state)
{
    static const char *const pairs[][2] = {
        {"http://host:9090/p", "http://host:9090/p"},
        {"https://ann:pw@host/p", "https://host/p"},
        {"http://u:p@ss@host/p", "http://host/p"},
        {"http://u:p/w@host", "http://host"},
        {"http://u:p?w#@host", "http://host"},
        {"http://host/p?token=1#x", "http://host/p"},
        {"http://host/?mail=a@b", "http://b"},
        {"u:pw@host", "host"},
        {"sqlite:///a/b", "sqlite:///a/b"},
        {"http://h/\x1b[31m", "http://h/\\x1b[31m"},
        {"x@http://h", "http://h"},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < HC_COUNT(pairs); i++) {
        HC_CLEANUP(hc_buf_clear) struct hc_buf out = HC_BUF_INIT;

        hc_url_show(&out, pairs[i][0]);
        assert_string_equal(hc_buf_str(&out), pairs[i][1]);
    }
}

static void escaped(void **state)
{
    const struct hc_http_field fields[] = {
        {"q", "up{a=\"b c\"}"}, {"x&y", "=/+"}, {"e", ""}};
    HC_CLEANUP(hc_buf_clear) struct hc_buf out = HC_BUF_INIT;

    (void)state;
    hc_url_fields(&out, fields, 3);
    assert_string_equal(hc_buf_str(&out), "q=up%7Ba%3D%22b%20c%22%7D&x%26y=%3D%2F%2B&e=");
    hc_buf_reset(&out);
    hc_url_escape(&out, "a/b c/\xc3\xbc%-._~", true);
    assert_string_equal(hc_buf_str(&out), "a/b%20c/%C3%BC%25-._~");
}

static void origins(void **state)
{
    (void)state;
    assert_true(hc_url_same_origin("http://h/a", "http://H:80/b?c"));
    assert_true(hc_url_same_origin("https://h:443", "https://h/"));
    assert_false(hc_url_same_origin("http://h/", "https://h/"));
    assert_false(hc_url_same_origin("http://h/", "http://h:81/"));
    assert_false(hc_url_same_origin("http://h/", "http://h.evil/"));
    assert_false(hc_url_same_origin("http://h/", "http://h@evil/"));
    assert_false(hc_url_same_origin("http://h/", "file:///h"));
    assert_false(hc_url_same_origin("http://h/", ""));
}

static bool in_the_clear(const char *url, const char *user)
{
    struct hc_http *http = NULL;
    const struct hc_http_options options = {.url = url, .user = user};
    bool answer;

    assert_int_equal(hc_http_open(&options, &http, NULL), HC_OK);
    answer = hc_http_in_the_clear(http);
    hc_http_close(http);
    return answer;
}

static void secrets_without_encryption(void **state)
{
    (void)state;
    assert_true(in_the_clear("http://host:9090/p", "ann"));
    assert_true(in_the_clear("http://ann:pw@host", NULL));
    assert_true(in_the_clear("http://localhost.evil", "ann"));
    assert_false(in_the_clear("http://host", NULL));
    assert_false(in_the_clear("https://host", "ann"));
    assert_false(in_the_clear("http://localhost:9090", "ann"));
    assert_false(in_the_clear("http://127.0.0.1/p", "ann"));
    assert_false(in_the_clear("http://[::1]:1", "ann"));
}

static void without_memory(void **state)
{
    enum hc_status status = HC_NO_MEMORY;
    long n = 0;

    (void)state;
    for (; status; n++) {
        struct hc_url url = {0};

        hc_mem_fail_after(n);
        status = hc_url_read("http://ann:pw@host/p", &url, NULL);
        hc_mem_fail_after(-1);
        assert_true(status == HC_OK || status == HC_NO_MEMORY);
        assert_true(status == HC_OK || (!url.base && !url.user && !url.password));
        hc_url_clear(&url);
    }
    assert_true(n > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts),
        cmocka_unit_test(refused),
        cmocka_unit_test(shown),
        cmocka_unit_test(escaped),
        cmocka_unit_test(origins),
        cmocka_unit_test(secrets_without_encryption),
        cmocka_unit_test(without_memory),
    };

    return cmocka_run_group_tests_name("url", tests, NULL, NULL);
}
