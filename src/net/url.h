/*
 * url.h - the address of a service: read once, put together for each request, and shown
 * without what is secret in it
 *
 * Threads: all functions may be called from any thread; a struct belongs to one.
 */
#ifndef HC_NET_URL_H
#define HC_NET_URL_H

#include "base/buf.h"

struct hc_http_field {
    const char *name;
    const char *value;
};

/* Where a service is. All texts are owned; a zeroed one is valid and empty. */
struct hc_url {
    char *base;     /* "https://host:9090/prefix": no userinfo, no slash at the end */
    char *user;     /* decoded; NULL: none in the URL */
    char *password; /* decoded; NULL: none in the URL */
};

void hc_url_clear(struct hc_url *url);

/*
 * Reads "http[s]://[user[:password]@]host[:port][/prefix]". HC_USAGE for anything else,
 * a query and a raw '@' in the path among it: that is most often a password whose '/'
 * was not written as %2F. No message shows a userinfo.
 */
enum hc_status hc_url_read(
    const char *text, struct hc_url *ret, struct hc_error *err) HC_MUST_USE;

/*
 * Appends `text` for a person to read: no userinfo, query or fragment, no control
 * characters. For any text, a URL or not: what is in doubt is left out.
 */
void hc_url_show(struct hc_buf *out, const char *text);

/* Appends `text` with all but letters, digits and "-._~" as %XX; `keep_slash` keeps '/'.
 */
void hc_url_escape(struct hc_buf *out, const char *text, bool keep_slash);

/* Appends "name=value&..." as a query or a form has it. */
void hc_url_fields(struct hc_buf *out, const struct hc_http_field *fields, size_t n);

/* True if both are of one scheme, host and port, and can be read at all. */
bool hc_url_same_origin(const char *a, const char *b);

/* True if the host is this machine by one of its usual names. */
bool hc_url_is_local(const char *text);

#endif
