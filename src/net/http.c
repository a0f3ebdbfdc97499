/*
 * The client: what it is given, looked at and kept.
 */
#include <pthread.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "net/inside.h"

static const double CONNECT_S = 10, ANSWER_S = 150, STALL_S = 60;

/* ---- libcurl ---- */

/* libcurl says "out of memory" for other things too: what is really so is counted here.
 */
static atomic_long failures;

long hc_net_failed_allocations(void)
{
    return atomic_load(&failures);
}

static void *counted(void *p)
{
    if (!p)
        atomic_fetch_add(&failures, 1);
    return p;
}

static void *alloc_bytes(size_t n)
{
    return counted(hc_alloc(n, 1));
}

static void *realloc_bytes(void *p, size_t n)
{
    return counted(hc_realloc(p, n, 1));
}

static void *calloc_items(size_t n, size_t size)
{
    return counted(hc_calloc(n, size));
}

static char *copy_text(const char *s)
{
    return counted(hc_strdup(s));
}

static CURLcode start_once(void)
{
    static bool started;
    CURLcode code = CURLE_OK;

    if (!started)
        code = curl_global_init_mem(CURL_GLOBAL_ALL, alloc_bytes, hc_free, realloc_bytes,
            copy_text, calloc_items);
    started = code == CURLE_OK;
    return code;
}

enum hc_status hc_net_start(struct hc_error *err)
{
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    long before = hc_net_failed_allocations();
    CURLcode code;

    pthread_mutex_lock(&mutex);
    code = start_once();
    pthread_mutex_unlock(&mutex);
    if (code && hc_net_failed_allocations() != before)
        return HC_NO_MEMORY;
    if (code)
        return hc_fail(
            err, HC_INTERNAL, "cannot start libcurl: %s", curl_easy_strerror(code));
    return HC_OK;
}

/* ---- opening ---- */

void hc_http_close(struct hc_http *http)
{
    if (!http)
        return;
    curl_easy_cleanup(http->easy);
    curl_multi_cleanup(http->multi);
    hc_url_clear(&http->url);
    hc_names_clear(&http->headers);
    char *const texts[] = {http->shown, http->user, http->password, http->password_file,
        http->token, http->token_file, http->header_file, http->ca_file, http->cert_file,
        http->key_file};
    for (size_t i = 0; i < HC_COUNT(texts); i++)
        hc_free(texts[i]);
    hc_free(http);
}

static void http_freep(struct hc_http **http)
{
    hc_http_close(*http);
}

static enum hc_status copy_texts(struct hc_http *http, const struct hc_http_options *o)
{
    const struct {
        char **to;
        const char *from;
    } texts[] = {
        {&http->user, o->user ? o->user : http->url.user},
        {&http->password, o->user ? o->password : http->url.password},
        {&http->password_file, o->password_file},
        {&http->token, o->token},
        {&http->token_file, o->token_file},
        {&http->header_file, o->header_file},
        {&http->ca_file, o->ca_file},
        {&http->cert_file, o->cert_file},
        {&http->key_file, o->key_file},
    };

    for (size_t i = 0; i < HC_COUNT(texts); i++)
        if (texts[i].from && !(*texts[i].to = hc_strdup(texts[i].from)))
            return HC_NO_MEMORY;
    for (size_t i = 0; i < o->n_headers; i++)
        HC_TRY(hc_names_add(&http->headers, o->headers[i]));
    return HC_OK;
}

static enum hc_status copy_shown(struct hc_http *http)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf shown = HC_BUF_INIT;

    hc_url_show(&shown, http->url.base);
    HC_TRY(hc_buf_check(&shown));
    http->shown = hc_take(&shown.text);
    return HC_OK;
}

static bool has_authorization(const struct hc_http_options *o)
{
    for (size_t i = 0; i < o->n_headers; i++)
        if (!strncasecmp(o->headers[i], "Authorization:", 14))
            return true;
    return false;
}

/* Options that make no sense together. */
static enum hc_status check_together(
    const struct hc_http_options *o, const struct hc_url *url, struct hc_error *err)
{
    int ways = (url->user || url->password) + !!o->user + !!o->token + !!o->token_file +
               has_authorization(o);

    if (ways > 1)
        return hc_fail(err, HC_USAGE,
            "more than one way to get in: a user in the URL, a user, a token and an "
            "Authorization header exclude each other");
    if (o->password && o->password_file)
        return hc_fail(err, HC_USAGE, "a password and a file of it exclude each other");
    if ((o->password || o->password_file) && !o->user && !url->user)
        return hc_fail(err, HC_USAGE, "a password without a user");
    if (o->key_file && !o->cert_file)
        return hc_fail(
            err, HC_USAGE, "the key '%s' without its certificate", o->key_file);
    return HC_OK;
}

static enum hc_status check_values(const struct hc_http_options *o, struct hc_error *err)
{
    const char *const files[] = {o->password_file, o->token_file, o->header_file,
        o->ca_file, o->cert_file, o->key_file};
    struct hc_file_id id;

    if (o->user && (strchr(o->user, ':') || strpbrk(o->user, "\r\n")))
        return hc_fail(err, HC_USAGE, "a user's name holds a ':' or a line break");
    if (o->token && (!*o->token || strpbrk(o->token, "\r\n\t ")))
        return hc_fail(err, HC_USAGE, "a token is empty, or holds a blank");
    for (size_t i = 0; i < o->n_headers; i++)
        HC_TRY(hc_net_header_check(o->headers[i], "a header", err));
    for (size_t i = 0; i < HC_COUNT(files); i++)
        if (files[i])
            HC_TRY(hc_file_identify(files[i], &id, err));
    return HC_OK;
}

static double or_default(double given, double usual)
{
    return given > 0 ? given : usual;
}

static enum hc_status open_parts(
    struct hc_http *http, const struct hc_http_options *o, struct hc_error *err)
{
    HC_TRY(hc_url_read(o->url, &http->url, err));
    HC_TRY(check_together(o, &http->url, err));
    HC_TRY(check_values(o, err));
    HC_TRY(copy_texts(http, o));
    HC_TRY(copy_shown(http));
    http->insecure = o->insecure;
    http->gzip = o->gzip == HC_HTTP_GZIP_ALWAYS ||
                 (o->gzip == HC_HTTP_GZIP_AUTO && !hc_url_is_local(http->url.base));
    http->stop = o->stop;
    http->connect_s = or_default(o->connect_s, CONNECT_S);
    http->answer_s = or_default(o->answer_s, ANSWER_S);
    http->stall_s = or_default(o->stall_s, STALL_S);
    http->total_s = o->total_s;
    http->multi = curl_multi_init();
    http->easy = curl_easy_init();
    return http->multi && http->easy ? HC_OK : HC_NO_MEMORY;
}

enum hc_status hc_http_open(
    const struct hc_http_options *options, struct hc_http **ret, struct hc_error *err)
{
    HC_CLEANUP(http_freep) struct hc_http *http = hc_calloc(1, sizeof(*http));
    enum hc_status status = http ? open_parts(http, options, err) : HC_NO_MEMORY;

    if (status == HC_NO_MEMORY)
        return hc_fail(err, HC_NO_MEMORY, "no memory for a connection");
    HC_TRY(status);
    *ret = hc_take(&http);
    return HC_OK;
}

const char *hc_http_shown(const struct hc_http *http)
{
    return http->shown;
}

bool hc_http_in_the_clear(const struct hc_http *http)
{
    const char *base = http->url.base;
    bool secret = http->user || http->token || http->token_file || http->header_file ||
                  http->headers.n;

    return secret && !strncasecmp(base, "http:", 5) && !hc_url_is_local(base);
}
