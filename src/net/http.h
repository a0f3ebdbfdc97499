/*
 * http.h - requests to a service, and replies of any length
 *
 * A client is one address with what is needed to get in there; it keeps its connection
 * between requests. A reply's body goes to a sink piece by piece and is never held.
 *
 * Secrets: passwords, tokens and the values of custom headers are in no message, and are
 * taken out of what a service says back ("***"; texts shorter than HC_HTTP_SECRET_MIN
 * bytes are not looked for). They go to the client's own scheme, host and port alone: a
 * redirect within these is followed (five at most; the method and body stay, but for
 * 303), another one is a fault. A file of a token, password or headers is read anew for
 * each request, for they rotate.
 *
 * Environment: libcurl reads the proxy variables (http_proxy, https_proxy, all_proxy,
 * no_proxy); nothing else is read from it. Only http and https are spoken, TLS from 1.2
 * on; no cookies, no .netrc.
 *
 * Failures: hc_http_do returns the status of the fault (net/fault.h) with a message that
 * begins with the service's URL as it may be shown. The reply is filled in either way, as
 * far as it came.
 *
 * Threads: a client belongs to one thread at a time; different ones may run beside each
 * other. Signals are not touched.
 */
#ifndef HC_NET_HTTP_H
#define HC_NET_HTTP_H

#include <stdatomic.h>

#include "base/buf.h"
#include "net/fault.h"
#include "net/url.h"

enum {
    HC_HTTP_TEXT_MAX = 4096,       /* kept bytes of the body of a failure */
    HC_HTTP_HEAD_MAX = 256 * 1024, /* bytes of a reply's head */
    HC_HTTP_SECRET_MIN = 4,
};

/* Compressing costs the server a third of its time or more, and makes what goes over a
 * line several times smaller: worth it over a network, not to a server on this machine
 * (AUTO). */
enum hc_http_gzip { HC_HTTP_GZIP_AUTO, HC_HTTP_GZIP_ALWAYS, HC_HTTP_GZIP_NEVER };

/* Zero or NULL: not wanted, or the default. Texts are copied. */
struct hc_http_options {
    const char *url; /* see hc_url_read; a userinfo in it is a user and password */
    const char
        *user; /* basic; not beside a userinfo, a token or an Authorization header */
    const char *password;
    const char *password_file; /* a line; instead of `password` */
    const char *token;         /* "Authorization: Bearer TOKEN" */
    const char *token_file; /* instead of `token`; a line: "Authorization: Bearer LINE" */
    const char *const *headers; /* "Name: value" */
    size_t n_headers;
    const char *header_file; /* "Name: value" lines; blank ones and "# ..." are skipped */
    const char *ca_file;     /* PEM; instead of the system's trusted authorities */
    const char *cert_file;   /* PEM, of the client */
    const char *key_file;    /* PEM; default: in cert_file */
    bool insecure;           /* any certificate will do */
    enum hc_http_gzip gzip;
    double connect_s; /* until there is a connection (10) */
    double answer_s;  /* from the sent request to the first byte (150) */
    double stall_s;   /* without a byte in the middle of either body (60) */
    double total_s;   /* of a request (none) */
    const atomic_bool
        *stop; /* true ends a transfer within 100 ms; must outlive the client */
};

struct hc_http;

/* HC_USAGE for options that make no sense together, HC_INPUT for files that are not
 * there. No connection is made yet. */
enum hc_status hc_http_open(const struct hc_http_options *options, struct hc_http **ret,
    struct hc_error *err) HC_MUST_USE;
void hc_http_close(struct hc_http *http);

/* The address as it may be shown: no userinfo. */
const char *hc_http_shown(const struct hc_http *http);

/* True if something secret goes over a connection that is not encrypted, to another
 * machine than this one: worth a warning. */
bool hc_http_in_the_clear(const struct hc_http *http);

/*
 * Receives the body of a 2xx reply. A status other than HC_OK ends the transfer and comes
 * back from hc_http_do, with the message that was put into `err`. A truncated reply is
 * known only at its end: keep nothing before hc_http_do says HC_OK. After a failure in
 * the middle, a retry starts from the first byte.
 */
typedef enum hc_status hc_http_take(
    void *context, const void *bytes, size_t n, struct hc_error *err);

/* Appends to the struct hc_buf that `context` points at; give the request a max_bytes. */
hc_http_take hc_http_into_buf;

/* At most one of form, body and file. */
struct hc_http_request {
    const char *method; /* NULL: GET, or POST with a form, body or file */
    const char
        *path; /* below the client's URL, "api/v1/query"; escaped here; NULL: none */
    const struct hc_http_field *query;
    size_t n_query;
    const struct hc_http_field *form;
    size_t n_form;
    const void *body;
    size_t n_body;
    const char *file;     /* its bytes are the body; a regular file */
    const char *type;     /* Content-Type of body or file (application/octet-stream) */
    const char *encoding; /* Content-Encoding of it ("snappy"); the reply may have one of
                             that kind, so that gzip is not asked for; NULL: none */
    const char *accept;   /* Accept; NULL: anything */
    const char *headers;  /* more lines "Name: value\n" that are no secret; NULL: none */
    const char *expect;   /* content type that a 2xx reply must have; NULL: any */
    int64_t max_bytes;    /* of the body as the sink gets it; 0: any */
    double total_s;       /* instead of the client's */
    bool once;            /* never sent twice: on a connection of its own, since libcurl
                             repeats what an old one dropped */
    hc_http_take *take;   /* NULL: the body is thrown away */
    void *context;
};

struct hc_http_reply {
    enum hc_http_fault fault;
    int code;              /* 0: none came */
    char type[128];        /* Content-Type without parameters, in lower case */
    char encoding[32];     /* Content-Encoding */
    bool framed;           /* length or chunks were said: a truncated reply is noticed */
    int64_t retry_after_s; /* -1: not said */
    int64_t server_us;     /* Date: microseconds since 1970 UTC; 0: not said */
    int64_t local_us;      /* the clock here when that line came */
    int64_t bytes;         /* of the body, as the sink got them */
    int64_t wire_bytes;    /* of the body, as they came */
    double first_byte_s;   /* since the start */
    double total_s;
    int redirects;
    char text[HC_HTTP_TEXT_MAX + 1]; /* of the body, if code >= 300: no secrets, control
                                        characters but newline and tab as \xNN */
};

/* `ret` is written in any case. */
enum hc_status hc_http_do(struct hc_http *http, const struct hc_http_request *request,
    struct hc_http_reply *ret, struct hc_error *err) HC_MUST_USE;

#endif
