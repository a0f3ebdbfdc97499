/*
 * inside.h - what the files of net share; private to the room, and the one place that
 * includes libcurl's header
 */
#ifndef HC_NET_INSIDE_H
#define HC_NET_INSIDE_H

#include <curl/curl.h>

#include "base/fs.h"
#include "net/http.h"

/* Starts libcurl, once for the process, with our allocator; HC_NO_MEMORY has no message.
 */
enum hc_status hc_net_start(struct hc_error *err) HC_MUST_USE;

/* Allocations of libcurl that have failed since the start of the process. */
long hc_net_failed_allocations(void);

/* ---- fault.c ---- */

struct hc_net_cause {
    enum hc_http_fault fault;
    const char *words; /* static, or of strerror: to be used at once */
};

/* What a failed transfer means; `detail` is libcurl's own text. */
struct hc_net_cause hc_net_cause(CURL *easy, CURLcode code, const char *detail);
const char *hc_net_code_words(int code);

/* ---- http.c ---- */

struct hc_http {
    struct hc_url url;
    char *shown;
    char *user, *password, *password_file, *token, *token_file, *header_file;
    char *ca_file, *cert_file, *key_file;
    struct hc_names headers;
    bool insecure, gzip;
    double connect_s, answer_s, stall_s, total_s;
    const atomic_bool *stop;
    CURLM *multi; /* keeps the connection */
    CURL *easy;
};

/* ---- auth.c: what lets us in, as it is at this moment ---- */

struct hc_net_auth {
    struct curl_slist *headers; /* of the request, those without secrets too */
    struct hc_names hidden;     /* what must not be shown */
};

void hc_net_auth_clear(struct hc_net_auth *auth);
enum hc_status hc_net_auth_make(const struct hc_http *http, struct hc_net_auth *ret,
    struct hc_error *err) HC_MUST_USE;

/* Appends "name: value" to the request's headers. */
enum hc_status hc_net_auth_add(struct hc_net_auth *auth, const char *line) HC_MUST_USE;

/* Looks at "Name: value"; `where` is for the message, which does not show the line. */
enum hc_status hc_net_header_check(
    const char *line, const char *where, struct hc_error *err) HC_MUST_USE;

/* Replaces what is hidden, in whatever case, by "***". `cut`: the text was cut off at its
 * end, where the beginning of a secret may stand: its last bytes go. */
enum hc_status hc_net_hide(
    const struct hc_names *hidden, struct hc_buf *text, bool cut) HC_MUST_USE;

/* ---- reply.c: one transfer, as it comes in ---- */

struct hc_net_transfer {
    struct hc_http *http;
    const struct hc_http_request *request;
    struct hc_http_reply *reply;
    struct hc_net_auth auth;
    struct hc_buf url;  /* as sent */
    struct hc_buf form; /* the body of a form */
    struct hc_buf kept; /* beginning of the body of a failure */
    bool kept_cut;      /* there was more of it */
    int file;           /* descriptor of the body; -1: none */
    int64_t file_bytes;
    int64_t head_bytes;
    bool in_body;
    bool as_get; /* after a 303 */
    double start_s;
    long failed_before; /* allocations, when it began */
    /* what we ended the transfer for; HC_HTTP_FINE: we did not */
    struct hc_net_cause cause;
    enum hc_status sink_status;
    struct hc_error *sink_err;
    char detail[CURL_ERROR_SIZE];
};

static inline bool hc_net_asks_gzip(const struct hc_net_transfer *t)
{
    return t->http->gzip && !t->request->encoding;
}

/* Callbacks of libcurl; `transfer` is a struct hc_net_transfer. */
size_t hc_net_on_head(char *line, size_t size, size_t n, void *transfer);
size_t hc_net_on_body(char *bytes, size_t size, size_t n, void *transfer);

/* Ends the transfer for a reason; the first one stays. */
void hc_net_end(struct hc_net_transfer *t, enum hc_http_fault fault, const char *words);

/* reply->text out of what was kept. */
enum hc_status hc_net_keep_text(struct hc_net_transfer *t) HC_MUST_USE;

/* ---- outcome.c ---- */

enum { HC_NET_REDIRECTS_MAX = 5 };

/* What ended it: we, the reply's code, or libcurl. */
struct hc_net_cause hc_net_cause_of(struct hc_net_transfer *t, CURLcode code);

/* The status of the cause, and its message; `target`: of a redirect, may be NULL. */
enum hc_status hc_net_say(const struct hc_net_transfer *t, struct hc_net_cause cause,
    const char *target, struct hc_error *err) HC_MUST_USE;

/* ---- transfer.c ---- */

/* Sends the request that `t` is prepared for, and waits for the end of it. */
CURLcode hc_net_run(struct hc_net_transfer *t);

#endif
