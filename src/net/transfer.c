/*
 * One transfer: libcurl's options, and the loop that looks at the clock and the stop
 * flag. libcurl's own limits know neither an answer that does not begin nor a tenth of a
 * second.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "net/inside.h"
#include "net/wait.h"

enum { POLL_MS = 40, BUFFER_BYTES = 128 * 1024 };

/* ---- options ---- */

/* The first that fails is what counts. */
#define SET(option, value)                                                               \
    do {                                                                                 \
        if (!code)                                                                       \
            code = curl_easy_setopt(easy, option, value);                                \
    } while (0)

static size_t on_read(char *out, size_t size, size_t n, void *transfer)
{
    const struct hc_net_transfer *t = transfer;
    ssize_t got;

    do
        got = read(t->file, out, size * n);
    while (got < 0 && errno == EINTR);
    return got < 0 ? CURL_READFUNC_ABORT : (size_t)got;
}

static int on_seek(void *transfer, curl_off_t offset, int origin)
{
    const struct hc_net_transfer *t = transfer;

    return lseek(t->file, offset, origin) < 0 ? CURL_SEEKFUNC_FAIL : CURL_SEEKFUNC_OK;
}

static CURLcode set_common(CURL *easy, struct hc_net_transfer *t)
{
    CURLcode code = CURLE_OK;

    SET(CURLOPT_URL, hc_buf_str(&t->url));
    SET(CURLOPT_ERRORBUFFER, t->detail);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_USERAGENT, "hindcast/" HC_VERSION);
    SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    SET(CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
    SET(CURLOPT_HTTPHEADER, t->auth.headers);
    SET(CURLOPT_HEADERFUNCTION, hc_net_on_head);
    SET(CURLOPT_HEADERDATA, t);
    SET(CURLOPT_WRITEFUNCTION, hc_net_on_body);
    SET(CURLOPT_WRITEDATA, t);
    SET(CURLOPT_BUFFERSIZE, (long)BUFFER_BYTES);
    SET(CURLOPT_TCP_KEEPALIVE, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
    SET(CURLOPT_QUICK_EXIT, 1L); /* a name server that hangs does not hold us */
#endif
    return code;
}

static CURLcode set_client(CURL *easy, const struct hc_http *http, bool gzip)
{
    CURLcode code = CURLE_OK;

    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)(http->connect_s * 1000 + 1));
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (http->ca_file)
        SET(CURLOPT_CAINFO, http->ca_file);
    if (http->cert_file)
        SET(CURLOPT_SSLCERT, http->cert_file);
    if (http->key_file)
        SET(CURLOPT_SSLKEY, http->key_file);
    if (http->insecure) {
        SET(CURLOPT_SSL_VERIFYPEER, 0L);
        SET(CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (gzip)
        SET(CURLOPT_ACCEPT_ENCODING, "gzip");
    return code;
}

static CURLcode set_bytes(CURL *easy, const void *bytes, size_t n)
{
    CURLcode code = CURLE_OK;

    SET(CURLOPT_POST, 1L);
    SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)n);
    SET(CURLOPT_POSTFIELDS, n ? bytes : "");
    return code;
}

static CURLcode set_file(CURL *easy, struct hc_net_transfer *t)
{
    CURLcode code = CURLE_OK;

    if (lseek(t->file, 0, SEEK_SET) < 0)
        return CURLE_READ_ERROR;
    SET(CURLOPT_UPLOAD, 1L);
    SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t)t->file_bytes);
    SET(CURLOPT_READFUNCTION, on_read);
    SET(CURLOPT_READDATA, t);
    SET(CURLOPT_SEEKFUNCTION, on_seek);
    SET(CURLOPT_SEEKDATA, t);
    return code;
}

static CURLcode set_body(CURL *easy, struct hc_net_transfer *t, const char **ret_method)
{
    const struct hc_http_request *request = t->request;

    *ret_method = "GET";
    if (t->as_get)
        return CURLE_OK;
    *ret_method = "POST";
    if (t->file >= 0)
        return set_file(easy, t);
    if (request->n_form)
        return set_bytes(easy, hc_buf_str(&t->form), t->form.len);
    if (request->body)
        return set_bytes(easy, request->body, request->n_body);
    *ret_method = "GET";
    return CURLE_OK;
}

static CURLcode set_all(CURL *easy, struct hc_net_transfer *t)
{
    const char *method = "GET";
    CURLcode code = CURLE_OK;

    curl_easy_reset(easy);
    code = set_common(easy, t);
    if (!code)
        code = set_client(easy, t->http, hc_net_asks_gzip(t));
    if (!code)
        code = set_body(easy, t, &method);
    if (t->request->method && !t->as_get)
        method = t->request->method;
    if (t->request->once)
        SET(CURLOPT_FRESH_CONNECT, 1L);
    if (!strcmp(method, "HEAD"))
        SET(CURLOPT_NOBODY, 1L);
    SET(CURLOPT_CUSTOMREQUEST, method);
    return code;
}

/* ---- limits ---- */

struct watch {
    curl_off_t moved; /* bytes in both directions */
    double moved_s;   /* when they last became more */
};

static curl_off_t bytes_moved(CURL *easy, const struct hc_net_transfer *t)
{
    curl_off_t up = 0, down = 0;

    curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &up);
    curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &down);
    return up + down + t->head_bytes;
}

static int64_t body_to_send(const struct hc_net_transfer *t)
{
    if (t->as_get)
        return 0;
    if (t->file >= 0)
        return t->file_bytes;
    return (int64_t)(t->request->n_form ? t->form.len : t->request->n_body);
}

/* All is sent, and no byte has come: the service is thinking. */
static bool is_waiting(CURL *easy, const struct hc_net_transfer *t)
{
    curl_off_t up = 0;

    curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &up);
    return !t->head_bytes && up >= body_to_send(t);
}

static void look_at_clock(CURL *easy, struct hc_net_transfer *t, struct watch *watch)
{
    const struct hc_http *http = t->http;
    double total_s = t->request->total_s > 0 ? t->request->total_s : http->total_s;
    double now_s = hc_wait_now_s();
    curl_off_t moved = bytes_moved(easy, t);
    double silent_s;

    if (moved != watch->moved)
        *watch = (struct watch){moved, now_s};
    silent_s = now_s - watch->moved_s;
    if (http->stop && atomic_load(http->stop))
        hc_net_end(t, HC_HTTP_STOPPED, "stopped");
    else if (total_s > 0 && now_s - t->start_s > total_s)
        hc_net_end(t, HC_HTTP_TIMEOUT, "the request took longer than is allowed");
    else if (is_waiting(easy, t) && silent_s > http->answer_s)
        hc_net_end(t, HC_HTTP_TIMEOUT, "no answer in time");
    else if (!is_waiting(easy, t) && silent_s > http->stall_s)
        hc_net_end(t, HC_HTTP_STALLED, "it fell silent in the middle of the transfer");
}

/* ---- the loop ---- */

static CURLcode result_of(CURLM *multi)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(multi, &left)) != NULL)
        if (message->msg == CURLMSG_DONE)
            return message->data.result;
    return CURLE_ABORTED_BY_CALLBACK; /* ended by us */
}

static CURLMcode drive(struct hc_net_transfer *t)
{
    CURLM *multi = t->http->multi;
    struct watch watch = {0, hc_wait_now_s()};
    int running = 1;

    for (;;) {
        CURLMcode code = curl_multi_perform(multi, &running);

        if (code || !running)
            return code;
        look_at_clock(t->http->easy, t, &watch);
        if (t->cause.fault)
            return CURLM_OK;
        code = curl_multi_poll(multi, NULL, 0, POLL_MS, NULL);
        if (code)
            return code;
    }
}

CURLcode hc_net_run(struct hc_net_transfer *t)
{
    struct hc_http *http = t->http;
    CURLcode code = set_all(http->easy, t);
    CURLMcode driven;

    if (code)
        return code;
    if (curl_multi_add_handle(http->multi, http->easy))
        return CURLE_OUT_OF_MEMORY;
    driven = drive(t);
    code = driven ? CURLE_OUT_OF_MEMORY : result_of(http->multi);
    curl_multi_remove_handle(http->multi, http->easy);
    return code;
}
