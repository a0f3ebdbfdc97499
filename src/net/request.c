/*
 * A request, from its parts to the end of its last redirect.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "net/inside.h"
#include "net/wait.h"

/* ---- a request's parts ---- */

/* "." and ".." would lead out of the prefix. */
static bool is_plain_path(const char *path)
{
    for (const char *part = path; part; part = strchr(part, '/')) {
        part += *part == '/';

        size_t n = strcspn(part, "/");

        if ((n == 1 && part[0] == '.') || (n == 2 && !memcmp(part, "..", 2)))
            return false;
    }
    return true;
}

static enum hc_status make_url(struct hc_net_transfer *t, struct hc_error *err)
{
    const struct hc_http_request *request = t->request;
    const char *path = request->path ? request->path : "";

    if (!is_plain_path(path))
        return hc_fail(err, HC_USAGE, "'%.200s' is no path for a request", path);
    path += *path == '/';
    hc_buf_puts(&t->url, t->http->url.base);
    hc_buf_putc(&t->url, '/');
    hc_url_escape(&t->url, path, true);
    if (request->n_query)
        hc_buf_putc(&t->url, '?');
    hc_url_fields(&t->url, request->query, request->n_query);
    hc_url_fields(&t->form, request->form, request->n_form);
    HC_TRY(hc_buf_check(&t->url));
    return hc_buf_check(&t->form);
}

static enum hc_status open_file(struct hc_net_transfer *t, struct hc_error *err)
{
    const char *path = t->request->file;
    struct stat st;

    if (!path)
        return HC_OK;
    t->file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (t->file < 0 || fstat(t->file, &st))
        return hc_fail(err, HC_INPUT, "cannot read '%s': it cannot be opened", path);
    if (!S_ISREG(st.st_mode))
        return hc_fail(err, HC_INPUT, "cannot read '%s': not a file", path);
    t->file_bytes = st.st_size;
    return HC_OK;
}

static enum hc_status add_line(
    struct hc_net_transfer *t, const char *name, const char *value)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf line = HC_BUF_INIT;

    hc_buf_printf(&line, "%s: %s", name, value);
    HC_TRY(hc_buf_check(&line));
    return hc_net_auth_add(&t->auth, line.text);
}

static const char *body_type(const struct hc_http_request *request)
{
    if (request->n_form)
        return "application/x-www-form-urlencoded";
    if (!request->body && !request->file)
        return NULL;
    return request->type ? request->type : "application/octet-stream";
}

static enum hc_status add_given_lines(struct hc_net_transfer *t, struct hc_error *err)
{
    const char *line = t->request->headers;

    while (line && *line) {
        size_t n = strcspn(line, "\n");
        HC_CLEANUP(hc_freep) char *copy = hc_strndup(line, n);

        if (!copy)
            return HC_NO_MEMORY;
        HC_TRY(hc_net_header_check(copy, "a header", err));
        HC_TRY(hc_net_auth_add(&t->auth, copy));
        line += n + (line[n] == '\n');
    }
    return HC_OK;
}

static enum hc_status make_headers(struct hc_net_transfer *t, struct hc_error *err)
{
    const struct hc_http_request *request = t->request;
    const char *type = body_type(request);

    HC_TRY(hc_net_auth_make(t->http, &t->auth, err));
    HC_TRY(add_given_lines(t, err));
    if (request->encoding)
        HC_TRY(add_line(t, "Content-Encoding", request->encoding));
    if (request->accept)
        HC_TRY(add_line(t, "Accept", request->accept));
    HC_TRY(add_line(t, "Content-Type", type ? type : "")); /* empty: none */
    return hc_net_auth_add(&t->auth, "Expect:");           /* no waiting for a 100 */
}

static enum hc_status prepare(struct hc_net_transfer *t, struct hc_error *err)
{
    const struct hc_http_request *request = t->request;

    if ((request->n_form > 0) + !!request->body + !!request->file > 1)
        return hc_fail(err, HC_USAGE, "a request has more than one body");
    HC_TRY(make_url(t, err));
    HC_TRY(open_file(t, err));
    return make_headers(t, err);
}

/* ---- redirects ---- */

/* True: another round, to t->url. */
static bool follow(struct hc_net_transfer *t, const char *target)
{
    struct hc_http_reply *reply = t->reply;

    if (hc_http_fault_of_code(reply->code) != HC_HTTP_REDIRECT || !target ||
        reply->redirects == HC_NET_REDIRECTS_MAX ||
        !hc_url_same_origin(hc_buf_str(&t->url), target))
        return false;
    reply->redirects++;
    reply->bytes = 0;
    t->as_get |= reply->code == 303;
    t->in_body = t->kept_cut = false;
    t->head_bytes = 0;
    hc_buf_reset(&t->kept);
    hc_buf_reset(&t->url);
    hc_buf_puts(&t->url, target);
    return !hc_buf_check(&t->url);
}

/* ---- sending ---- */

static double info_s(CURL *easy, CURLINFO what)
{
    curl_off_t us = 0;

    curl_easy_getinfo(easy, what, &us);
    return (double)us * 1e-6;
}

static enum hc_status finish(
    struct hc_net_transfer *t, CURLcode code, const char *target, struct hc_error *err)
{
    struct hc_net_cause cause = hc_net_cause_of(t, code);
    curl_off_t wire = 0;
    enum hc_status status;

    curl_easy_getinfo(t->http->easy, CURLINFO_SIZE_DOWNLOAD_T, &wire);
    t->reply->wire_bytes = wire;
    t->reply->first_byte_s = info_s(t->http->easy, CURLINFO_STARTTRANSFER_TIME_T);
    t->reply->total_s = hc_wait_now_s() - t->start_s;
    t->kept_cut |= code != CURLE_OK;
    if (hc_net_keep_text(t))
        cause = (struct hc_net_cause){HC_HTTP_MEMORY, NULL};
    t->reply->fault = cause.fault;
    status = hc_net_say(t, cause, target, err);
    if (status == HC_NO_MEMORY && cause.fault != HC_HTTP_SINK)
        t->reply->fault = HC_HTTP_MEMORY;
    return status;
}

static enum hc_status run(struct hc_net_transfer *t, struct hc_error *err)
{
    for (;;) {
        char *target = NULL;
        CURLcode code = hc_net_run(t);

        curl_easy_getinfo(t->http->easy, CURLINFO_REDIRECT_URL, &target);
        if (t->cause.fault || !follow(t, target))
            return finish(t, code, target, err);
    }
}

/* ---- a request ---- */

static void transfer_clear(struct hc_net_transfer *t)
{
    hc_net_auth_clear(&t->auth);
    hc_buf_clear(&t->url);
    hc_buf_clear(&t->form);
    hc_buf_clear(&t->kept);
    if (t->file >= 0)
        close(t->file);
}

enum hc_status hc_http_do(struct hc_http *http, const struct hc_http_request *request,
    struct hc_http_reply *ret, struct hc_error *err)
{
    HC_CLEANUP(transfer_clear)
    struct hc_net_transfer t = {.http = http,
        .request = request,
        .reply = ret,
        .file = -1,
        .start_s = hc_wait_now_s(),
        .failed_before = hc_net_failed_allocations(),
        .sink_err = err};
    enum hc_status status;

    *ret = (struct hc_http_reply){.fault = HC_HTTP_SETUP, .retry_after_s = -1};
    status = prepare(&t, err);
    if (!status)
        return run(&t, err);
    if (status != HC_NO_MEMORY)
        return status;
    ret->fault = HC_HTTP_MEMORY;
    return hc_fail(err, HC_NO_MEMORY, "no memory for a request");
}
