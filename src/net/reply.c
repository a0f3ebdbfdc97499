/*
 * A reply as it comes in: lines of the head, then the body.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/utf8.h"
#include "net/inside.h"

enum {
    KEPT_MAX = 4 * HC_HTTP_TEXT_MAX,
    /* what a failure says after that is not worth waiting for */
    THROWN_MAX = 1024 * 1024,
};

void hc_net_end(struct hc_net_transfer *t, enum hc_http_fault fault, const char *words)
{
    if (t->cause.fault == HC_HTTP_FINE)
        t->cause = (struct hc_net_cause){fault, words};
}

static bool is_stopped(const struct hc_net_transfer *t)
{
    return t->http->stop && atomic_load(t->http->stop);
}

/* ---- the head ---- */

/* Up to `end` (or all), in lower case. */
static void copy_lower(char *out, size_t size, const char *value, const char *end)
{
    size_t n = strcspn(value, end);

    while (n && isspace((unsigned char)value[n - 1]))
        n--;
    if (n >= size)
        n = size - 1;
    for (size_t i = 0; i < n; i++)
        out[i] = (char)tolower((unsigned char)value[i]);
    out[n] = '\0';
}

static void on_type(struct hc_http_reply *reply, const char *value)
{
    copy_lower(reply->type, sizeof(reply->type), value, ";");
}

static void on_encoding(struct hc_http_reply *reply, const char *value)
{
    copy_lower(reply->encoding, sizeof(reply->encoding), value, "");
}

static void on_framed(struct hc_http_reply *reply, const char *value)
{
    (void)value;
    reply->framed = true;
}

static int64_t wall_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void on_date(struct hc_http_reply *reply, const char *value)
{
    time_t when = curl_getdate(value, NULL);

    if (when <= 0)
        return;
    reply->server_us = (int64_t)when * 1000000;
    reply->local_us = wall_us();
}

/* Seconds, or a date; negative seconds are turned into none at the end of the head. */
static void on_retry_after(struct hc_http_reply *reply, const char *value)
{
    char *end;
    long long seconds = strtoll(value, &end, 10);
    time_t when;

    if (isdigit((unsigned char)*value) && !end[strspn(end, " \t")]) {
        reply->retry_after_s = seconds;
        return;
    }
    when = curl_getdate(value, NULL);
    if (when > 0)
        reply->retry_after_s = -(int64_t)when; /* until the server's Date is known */
}

static const struct {
    const char *name;
    void (*read)(struct hc_http_reply *reply, const char *value);
} lines[] = {
    {"content-type", on_type},
    {"content-encoding", on_encoding},
    {"content-length", on_framed},
    {"transfer-encoding", on_framed},
    {"date", on_date},
    {"retry-after", on_retry_after},
};

static void read_line(struct hc_http_reply *reply, char *line)
{
    char *colon = strchr(line, ':');

    if (!colon)
        return;
    *colon = '\0';
    for (size_t i = 0; i < HC_COUNT(lines); i++)
        if (!strcasecmp(line, lines[i].name))
            lines[i].read(reply, colon + 1 + strspn(colon + 1, " \t"));
}

/* A date is one of the server's clock, which may be wrong: its Date is the measure. */
static void settle_retry_after(struct hc_http_reply *reply)
{
    int64_t now_us = reply->server_us ? reply->server_us : wall_us();

    if (reply->retry_after_s >= -1)
        return;
    reply->retry_after_s = -reply->retry_after_s - now_us / 1000000;
    if (reply->retry_after_s < 0)
        reply->retry_after_s = 0;
}

/* "HTTP/1.1 200 OK": what an earlier head (100 Continue) said is forgotten. */
static void begin_head(struct hc_http_reply *reply, const char *line)
{
    const char *code = strchr(line, ' ');

    reply->code = code ? atoi(code + 1) : 0;
    reply->type[0] = reply->encoding[0] = '\0';
    reply->framed = reply->code == 204;
    reply->retry_after_s = -1;
    reply->server_us = reply->local_us = 0;
}

static const char *const packed[] = {"gzip", "x-gzip", "deflate", "br", "zstd"};

static bool is_packed(const char *encoding)
{
    for (size_t i = 0; i < HC_COUNT(packed); i++)
        if (!strcmp(encoding, packed[i]))
            return true;
    return false;
}

/* Before the first byte of the body goes to the sink. */
static void judge_head(struct hc_net_transfer *t)
{
    const struct hc_http_reply *reply = t->reply;
    const char *expect = t->request->expect;

    settle_retry_after(t->reply);
    if (hc_http_fault_of_code(reply->code))
        return;
    if (is_packed(reply->encoding) && !hc_net_asks_gzip(t))
        hc_net_end(t, HC_HTTP_TYPE, "the reply is compressed, which was not asked for");
    else if (is_packed(reply->encoding) && !strstr(reply->encoding, "gzip"))
        hc_net_end(t, HC_HTTP_TYPE, "the reply is not compressed as was asked for");
    if (expect && strcasecmp(expect, reply->type))
        hc_net_end(t, HC_HTTP_TYPE, NULL);
}

size_t hc_net_on_head(char *line, size_t size, size_t n, void *transfer)
{
    struct hc_net_transfer *t = transfer;
    char text[1024];
    size_t len = n * size < sizeof(text) ? n * size : sizeof(text) - 1;

    t->head_bytes += (int64_t)(n * size);
    if (is_stopped(t))
        hc_net_end(t, HC_HTTP_STOPPED, "stopped");
    if (t->head_bytes > HC_HTTP_HEAD_MAX)
        hc_net_end(t, HC_HTTP_TOO_LARGE, "the head of the reply is too large");
    memcpy(text, line, len);
    text[len] = '\0';
    text[strcspn(text, "\r\n")] = '\0';
    if (!t->in_body && !strncmp(text, "HTTP/", 5))
        begin_head(t->reply, text);
    else if (!t->in_body && *text)
        read_line(t->reply, text);
    else if (t->reply->code >= 200 && !t->in_body) {
        t->in_body = true; /* what follows are trailers */
        judge_head(t);
    }
    return t->cause.fault ? 0 : n * size;
}

/* ---- the body ---- */

/* Of a failure: its beginning. */
static void keep(struct hc_net_transfer *t, const char *bytes, size_t n)
{
    size_t room = KEPT_MAX - t->kept.len;

    if (n > room)
        t->kept_cut = true;
    hc_buf_add(&t->kept, bytes, n < room ? n : room);
    if (t->kept.failed)
        hc_net_end(t, HC_HTTP_MEMORY, "no memory");
}

static void give(struct hc_net_transfer *t, const char *bytes, size_t n)
{
    const struct hc_http_request *request = t->request;

    if (request->max_bytes && t->reply->bytes > request->max_bytes) {
        hc_net_end(t, HC_HTTP_TOO_LARGE, "the reply is larger than is allowed");
        return;
    }
    if (request->take)
        t->sink_status = request->take(request->context, bytes, n, t->sink_err);
    if (t->sink_status)
        hc_net_end(t, HC_HTTP_SINK, "");
}

size_t hc_net_on_body(char *bytes, size_t size, size_t n, void *transfer)
{
    struct hc_net_transfer *t = transfer;
    bool fine = !hc_http_fault_of_code(t->reply->code);

    t->reply->bytes += (int64_t)(n * size);
    if (is_stopped(t))
        hc_net_end(t, HC_HTTP_STOPPED, "stopped");
    else if (fine)
        give(t, bytes, n * size);
    else
        keep(t, bytes, n * size);
    if (t->cause.fault || (!fine && t->reply->bytes > THROWN_MAX))
        return 0;
    return n * size;
}

enum hc_status hc_http_into_buf(
    void *context, const void *bytes, size_t n, struct hc_error *err)
{
    struct hc_buf *buf = context;

    hc_buf_add(buf, bytes, n);
    if (buf->failed)
        return hc_fail(err, HC_NO_MEMORY, "no memory for a reply of %zu bytes or more",
            buf->len + n);
    return HC_OK;
}

/* ---- what a failure said ---- */

static bool is_line_sign(unsigned char c)
{
    return c == '\n' || c == '\t';
}

/* Whole signs only, as long as they fit. */
static void escape_text(const struct hc_buf *from, char out[HC_HTTP_TEXT_MAX + 1])
{
    size_t used = 0;

    for (size_t i = 0; i < from->len;) {
        HC_CLEANUP(hc_buf_clear) struct hc_buf shown = HC_BUF_INIT;
        size_t len = hc_utf8_len(from->text + i, from->len - i);
        char sign[5] = "";

        len = len ? len : 1;
        memcpy(sign, from->text + i, len);
        if (is_line_sign((unsigned char)sign[0]) || !sign[0])
            hc_buf_puts(&shown, sign[0] ? sign : "\\x00");
        else
            hc_utf8_show(&shown, sign, 16, false);
        if (used + shown.len > HC_HTTP_TEXT_MAX)
            break;
        memcpy(out + used, hc_buf_str(&shown), shown.len);
        used += shown.len;
        i += len;
    }
    out[used] = '\0';
}

enum hc_status hc_net_keep_text(struct hc_net_transfer *t)
{
    if (!t->kept.len)
        return HC_OK;
    HC_TRY(hc_net_hide(&t->auth.hidden, &t->kept, t->kept_cut));
    escape_text(&t->kept, t->reply->text);
    return HC_OK;
}
