#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "net/inside.h"
#include "net/url.h"

enum { SHOWN_MAX = 300 }; /* columns */

static void url_freep(CURLU **url)
{
    curl_url_cleanup(*url);
}

static void curl_freep(char **text)
{
    curl_free(*text);
}

void hc_url_clear(struct hc_url *url)
{
    if (!url)
        return;
    hc_free(url->base);
    hc_free(url->user);
    hc_free(url->password);
    *url = (struct hc_url){0};
}

/* ---- showing ---- */

void hc_url_show(struct hc_buf *out, const char *text)
{
    const char *scheme = strstr(text, "://");
    const char *at = strrchr(text, '@');
    const char *rest = at ? at + 1 : scheme ? scheme + 3 : text;
    HC_CLEANUP(hc_buf_clear) struct hc_buf plain = HC_BUF_INIT;

    if (scheme && scheme < rest)
        hc_buf_add(&plain, text, (size_t)(scheme + 3 - text));
    hc_buf_add(&plain, rest, strcspn(rest, "?#"));
    if (hc_buf_check(&plain))
        hc_buf_puts(out, "(no memory to show the URL)");
    else
        hc_utf8_show(out, hc_buf_str(&plain), SHOWN_MAX, false);
}

static enum hc_status bad(const char *text, const char *why, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf shown = HC_BUF_INIT;

    hc_url_show(&shown, text);
    return hc_fail(
        err, HC_USAGE, "'%s' cannot be used as a URL: %s", hc_buf_str(&shown), why);
}

/* ---- reading ---- */

static bool is_http(const char *text)
{
    return !strncasecmp(text, "http://", 7) || !strncasecmp(text, "https://", 8);
}

/* A part as a copy of ours; NULL where the URL has none. */
static enum hc_status part(CURLU *from, CURLUPart what, unsigned flags, char **ret)
{
    HC_CLEANUP(curl_freep) char *text = NULL;
    CURLUcode code = curl_url_get(from, what, &text, flags);

    *ret = NULL;
    if (code == CURLUE_OUT_OF_MEMORY)
        return HC_NO_MEMORY;
    if (code)
        return HC_OK;
    *ret = hc_strdup(text);
    return *ret ? HC_OK : HC_NO_MEMORY;
}

static enum hc_status check_rest(CURLU *from, const char *text, struct hc_error *err)
{
    HC_CLEANUP(hc_freep) char *path = NULL, *query = NULL, *fragment = NULL;

    HC_TRY(part(from, CURLUPART_PATH, 0, &path));
    HC_TRY(part(from, CURLUPART_QUERY, 0, &query));
    HC_TRY(part(from, CURLUPART_FRAGMENT, 0, &fragment));
    if (path && strchr(path, '@'))
        return bad(text,
            "an '@' after the host; in a user or password write '/' as %2F and '@' as "
            "%40",
            err);
    if (query || fragment || strpbrk(text, "?#"))
        return bad(text, "a '?' or '#' has no place in the address of a service", err);
    return HC_OK;
}

/* scheme://host:port/prefix, after the userinfo has been taken out. */
static enum hc_status read_base(CURLU *from, struct hc_url *url)
{
    size_t len;

    if (curl_url_set(from, CURLUPART_USER, NULL, 0) ||
        curl_url_set(from, CURLUPART_PASSWORD, NULL, 0) ||
        curl_url_set(from, CURLUPART_OPTIONS, NULL, 0))
        return HC_NO_MEMORY;
    HC_TRY(part(from, CURLUPART_URL, 0, &url->base));
    if (!url->base)
        return HC_NO_MEMORY;
    len = strlen(url->base);
    while (len && url->base[len - 1] == '/')
        url->base[--len] = '\0';
    return HC_OK;
}

static enum hc_status read_parts(
    CURLU *from, const char *text, struct hc_url *url, struct hc_error *err)
{
    HC_TRY(check_rest(from, text, err));
    HC_TRY(part(from, CURLUPART_USER, CURLU_URLDECODE, &url->user));
    HC_TRY(part(from, CURLUPART_PASSWORD, CURLU_URLDECODE, &url->password));
    return read_base(from, url);
}

enum hc_status hc_url_read(const char *text, struct hc_url *ret, struct hc_error *err)
{
    HC_CLEANUP(url_freep) CURLU *from = NULL;
    HC_CLEANUP(hc_url_clear) struct hc_url url = {0};
    long failed_before = hc_net_failed_allocations();
    CURLUcode code;

    HC_TRY(hc_net_start(err));
    if (!is_http(text))
        return bad(text, "it begins with neither http:// nor https://", err);
    from = curl_url();
    if (!from)
        return HC_NO_MEMORY;
    code = curl_url_set(from, CURLUPART_URL, text, 0);
    if (code && hc_net_failed_allocations() != failed_before)
        return HC_NO_MEMORY;
    if (code)
        return bad(text, curl_url_strerror(code), err);
    HC_TRY(read_parts(from, text, &url, err));
    *ret = url;
    url = (struct hc_url){0};
    return HC_OK;
}

/* ---- putting together ---- */

void hc_url_escape(struct hc_buf *out, const char *text, bool keep_slash)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                "0123456789-._~/";

    for (; *text; text++) {
        if (strchr(plain, *text) && (keep_slash || *text != '/'))
            hc_buf_putc(out, *text);
        else
            hc_buf_printf(out, "%%%02X", (unsigned char)*text);
    }
}

void hc_url_fields(struct hc_buf *out, const struct hc_http_field *fields, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i)
            hc_buf_putc(out, '&');
        hc_url_escape(out, fields[i].name, false);
        hc_buf_putc(out, '=');
        hc_url_escape(out, fields[i].value, false);
    }
}

/* ---- comparing ---- */

static bool same_part(CURLU *a, CURLU *b, CURLUPart what)
{
    HC_CLEANUP(curl_freep) char *left = NULL;
    HC_CLEANUP(curl_freep) char *right = NULL;

    return !curl_url_get(a, what, &left, CURLU_DEFAULT_PORT) &&
           !curl_url_get(b, what, &right, CURLU_DEFAULT_PORT) && !strcasecmp(left, right);
}

bool hc_url_same_origin(const char *a, const char *b)
{
    HC_CLEANUP(url_freep) CURLU *left = curl_url();
    HC_CLEANUP(url_freep) CURLU *right = curl_url();

    return left && right && !curl_url_set(left, CURLUPART_URL, a, 0) &&
           !curl_url_set(right, CURLUPART_URL, b, 0) &&
           same_part(left, right, CURLUPART_SCHEME) &&
           same_part(left, right, CURLUPART_HOST) &&
           same_part(left, right, CURLUPART_PORT);
}

bool hc_url_is_local(const char *text)
{
    static const char *const hosts[] = {"localhost", "127.0.0.1", "[::1]"};
    const char *host = strstr(text, "://");

    for (size_t i = 0; host && i < HC_COUNT(hosts); i++) {
        size_t n = strlen(hosts[i]);

        if (!strncasecmp(host + 3, hosts[i], n) && strchr(":/", host[3 + n]))
            return true;
    }
    return false;
}
