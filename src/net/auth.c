#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "net/inside.h"

enum { SECRET_FILE_MAX = 64 * 1024 };

void hc_net_auth_clear(struct hc_net_auth *auth)
{
    curl_slist_free_all(auth->headers);
    hc_names_clear(&auth->hidden);
    *auth = (struct hc_net_auth){0};
}

enum hc_status hc_net_auth_add(struct hc_net_auth *auth, const char *line)
{
    struct curl_slist *longer = curl_slist_append(auth->headers, line);

    if (!longer)
        return HC_NO_MEMORY;
    auth->headers = longer;
    return HC_OK;
}

/* ---- header lines ---- */

/* These are ours to set: another value would break the request or its reading. */
static const char *const reserved[] = {"Connection", "Content-Encoding", "Content-Length",
    "Content-Type", "Expect", "Accept-Encoding", "TE", "Transfer-Encoding", "Upgrade"};

static bool is_named(const char *line, size_t n, const char *name)
{
    return strlen(name) == n && !strncasecmp(line, name, n);
}

static bool has_control(const char *text)
{
    for (; *text; text++)
        if (((unsigned char)*text < 0x20 && *text != '\t') || *text == 0x7F)
            return true;
    return false;
}

enum hc_status hc_net_header_check(
    const char *line, const char *where, struct hc_error *err)
{
    static const char token[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                "0123456789!#$%&'*+-.^_`|~";
    size_t n = strspn(line, token);

    if (!n || line[n] != ':')
        return hc_fail(err, HC_USAGE, "%s is not of the form 'Name: value'", where);
    if (has_control(line))
        return hc_fail(err, HC_USAGE, "%s holds a control character", where);
    for (size_t i = 0; i < HC_COUNT(reserved); i++)
        if (is_named(line, n, reserved[i]))
            return hc_fail(err, HC_USAGE, "%s sets '%s', which is not for others to set",
                where, reserved[i]);
    return HC_OK;
}

/* libcurl takes "Name:" as an order to leave it out; "Name;" sends it empty. */
static enum hc_status add_secret_header(struct hc_net_auth *auth, const char *line)
{
    size_t n = strcspn(line, ":");
    const char *value = line + n + 1 + strspn(line + n + 1, " \t");
    HC_CLEANUP(hc_freep) char *empty = NULL;

    if (*value) {
        HC_TRY(hc_names_add(&auth->hidden, value));
        return hc_net_auth_add(auth, line);
    }
    empty = hc_strndup(line, n + 1);
    if (!empty)
        return HC_NO_MEMORY;
    empty[n] = ';';
    return hc_net_auth_add(auth, empty);
}

/* ---- files of secrets ---- */

static void cut_end(char *line)
{
    size_t n = strlen(line);

    while (n && strchr(" \t\r\n", line[n - 1]))
        line[--n] = '\0';
}

/* A file of text; its bytes are never in a message. */
static enum hc_status read_file(
    const char *path, struct hc_buf *out, struct hc_error *err)
{
    HC_TRY(hc_file_read(path, SECRET_FILE_MAX, out, err));
    if (strlen(hc_buf_str(out)) != out->len)
        return hc_fail(err, HC_INPUT, "'%s' holds a NUL: it is not a file of text", path);
    return HC_OK;
}

/* The one line of a token's or password's file. */
static enum hc_status read_line(
    const char *path, struct hc_buf *out, struct hc_error *err)
{
    HC_TRY(read_file(path, out, err));
    if (out->text)
        cut_end(out->text);
    if (!*hc_buf_str(out))
        return hc_fail(err, HC_INPUT, "'%s' is empty: a secret was to be in it", path);
    if (has_control(out->text))
        return hc_fail(
            err, HC_INPUT, "'%s' holds more than a line, or a control character", path);
    return HC_OK;
}

static enum hc_status add_header_file(
    const char *path, struct hc_net_auth *auth, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;
    char *rest, *line, where[HC_PATH_MAX + 40];

    HC_TRY(read_file(path, &text, err));
    rest = text.text;
    for (int number = 1; rest && (line = strsep(&rest, "\n")) != NULL; number++) {
        cut_end(line);
        if (!*line || *line == '#')
            continue;
        snprintf(where, sizeof(where), "line %d of '%s'", number, path);
        HC_TRY(hc_net_header_check(line, where, err));
        HC_TRY(add_secret_header(auth, line));
    }
    return HC_OK;
}

/* ---- basic and bearer ---- */

/* RFC 4648, section 4. */
static void add_base64(struct hc_buf *out, const char *text, size_t n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                 "0123456789+/";

    for (size_t i = 0; i < n; i += 3) {
        size_t left = n - i;
        uint32_t bits = (uint32_t)(unsigned char)text[i] << 16;

        bits |= left > 1 ? (uint32_t)(unsigned char)text[i + 1] << 8 : 0;
        bits |= left > 2 ? (uint32_t)(unsigned char)text[i + 2] : 0;
        hc_buf_putc(out, digits[bits >> 18]);
        hc_buf_putc(out, digits[bits >> 12 & 63]);
        hc_buf_putc(out, left > 1 ? digits[bits >> 6 & 63] : '=');
        hc_buf_putc(out, left > 2 ? digits[bits & 63] : '=');
    }
}

static enum hc_status add_authorization(
    struct hc_net_auth *auth, const char *kind, const char *secret)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf line = HC_BUF_INIT;

    hc_buf_printf(&line, "Authorization: %s %s", kind, secret);
    HC_TRY(hc_buf_check(&line));
    HC_TRY(hc_names_add(&auth->hidden, secret));
    return hc_net_auth_add(auth, line.text);
}

static enum hc_status add_basic(
    const struct hc_http *http, struct hc_net_auth *auth, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf password = HC_BUF_INIT;
    HC_CLEANUP(hc_buf_clear) struct hc_buf pair = HC_BUF_INIT;
    HC_CLEANUP(hc_buf_clear) struct hc_buf coded = HC_BUF_INIT;

    if (http->password_file)
        HC_TRY(read_line(http->password_file, &password, err));
    else if (http->password)
        hc_buf_puts(&password, http->password);
    HC_TRY(hc_buf_check(&password));
    HC_TRY(hc_names_add(&auth->hidden, hc_buf_str(&password)));
    hc_buf_printf(&pair, "%s:%s", http->user, hc_buf_str(&password));
    HC_TRY(hc_buf_check(&pair));
    add_base64(&coded, pair.text, pair.len);
    HC_TRY(hc_buf_check(&coded));
    return add_authorization(auth, "Basic", coded.text);
}

static enum hc_status add_bearer(
    const struct hc_http *http, struct hc_net_auth *auth, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf token = HC_BUF_INIT;

    if (http->token_file)
        HC_TRY(read_line(http->token_file, &token, err));
    else
        hc_buf_puts(&token, http->token);
    HC_TRY(hc_buf_check(&token));
    return add_authorization(auth, "Bearer", token.text);
}

enum hc_status hc_net_auth_make(
    const struct hc_http *http, struct hc_net_auth *auth, struct hc_error *err)
{
    if (http->user)
        HC_TRY(add_basic(http, auth, err));
    if (http->token || http->token_file)
        HC_TRY(add_bearer(http, auth, err));
    for (size_t i = 0; i < http->headers.n; i++)
        HC_TRY(add_secret_header(auth, http->headers.items[i]));
    if (http->header_file)
        HC_TRY(add_header_file(http->header_file, auth, err));
    return HC_OK;
}

/* ---- hiding ---- */

/* The hidden text that stands at `at`: the longest, for one may begin with another. */
static size_t hidden_at(const struct hc_names *hidden, const char *at, size_t left)
{
    size_t longest = 0;

    for (size_t i = 0; i < hidden->n; i++) {
        size_t n = strlen(hidden->items[i]);

        if (n >= HC_HTTP_SECRET_MIN && n <= left && n > longest &&
            !strncasecmp(at, hidden->items[i], n))
            longest = n;
    }
    return longest;
}

/* Bytes at the end that begin a hidden text which is not there as a whole. */
static size_t begun_at_end(const struct hc_names *hidden, const char *text, size_t len)
{
    size_t most = 0;

    for (size_t i = 0; i < hidden->n; i++) {
        size_t n = strlen(hidden->items[i]);

        if (n < HC_HTTP_SECRET_MIN)
            continue;
        for (size_t k = n - 1 < len ? n - 1 : len; k > most; k--)
            if (!strncasecmp(text + len - k, hidden->items[i], k))
                most = k;
    }
    return most;
}

enum hc_status hc_net_hide(const struct hc_names *hidden, struct hc_buf *text, bool cut)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf clean = HC_BUF_INIT;
    size_t len = text->len - (cut ? begun_at_end(hidden, text->text, text->len) : 0);

    for (size_t i = 0; i < len;) {
        size_t n = hidden_at(hidden, text->text + i, len - i);

        if (n)
            hc_buf_puts(&clean, "***");
        else
            hc_buf_putc(&clean, text->text[i]);
        i += n ? n : 1;
    }
    HC_TRY(hc_buf_check(&clean));
    hc_buf_reset(text);
    hc_buf_add(text, clean.text, clean.len);
    return hc_buf_check(text);
}
