#include <errno.h>
#include <string.h>

#include "net/fault.h"
#include "net/inside.h"

/* ---- the table ---- */

static const struct {
    const char *name;
    enum hc_status status;
    bool retry;
} faults[] = {
    [HC_HTTP_FINE] = {"fine", HC_OK, false},
    [HC_HTTP_STOPPED] = {"stopped", HC_INTERRUPTED, false},
    [HC_HTTP_SINK] = {"sink", HC_SERVICE, false},
    [HC_HTTP_MEMORY] = {"memory", HC_NO_MEMORY, false},
    [HC_HTTP_SETUP] = {"setup", HC_INPUT, false},
    [HC_HTTP_HOST] = {"unknown host", HC_SERVICE, true},
    [HC_HTTP_PROXY] = {"proxy", HC_SERVICE, true},
    [HC_HTTP_REFUSED] = {"refused", HC_SERVICE, true},
    [HC_HTTP_TLS] = {"tls", HC_SERVICE, false},
    [HC_HTTP_TIMEOUT] = {"time-out", HC_SERVICE, true},
    [HC_HTTP_STALLED] = {"stalled", HC_SERVICE, true},
    [HC_HTTP_RESET] = {"reset", HC_SERVICE, true},
    [HC_HTTP_TRUNCATED] = {"truncated", HC_SERVICE, true},
    [HC_HTTP_GARBLED] = {"garbled", HC_SERVICE, true},
    [HC_HTTP_REDIRECT] = {"redirect", HC_SERVICE, false},
    [HC_HTTP_TOO_LARGE] = {"too large", HC_SERVICE, false},
    [HC_HTTP_TYPE] = {"wrong type", HC_SERVICE, false},
    [HC_HTTP_DENIED] = {"denied", HC_SERVICE, false},
    [HC_HTTP_REJECTED] = {"rejected", HC_SERVICE, false},
    [HC_HTTP_BUSY] = {"busy", HC_SERVICE, true},
    [HC_HTTP_FAILED] = {"failed", HC_SERVICE, true},
};

const char *hc_http_fault_name(enum hc_http_fault fault)
{
    return (size_t)fault < HC_COUNT(faults) ? faults[fault].name : "unknown fault";
}

enum hc_status hc_http_fault_status(enum hc_http_fault fault)
{
    return (size_t)fault < HC_COUNT(faults) ? faults[fault].status : HC_INTERNAL;
}

bool hc_http_fault_retry(enum hc_http_fault fault)
{
    return (size_t)fault < HC_COUNT(faults) && faults[fault].retry;
}

/* ---- codes of replies ---- */

/* The first row that fits. */
static const struct {
    int from, to;
    enum hc_http_fault fault;
} codes[] = {
    {200, 299, HC_HTTP_FINE},
    {300, 399, HC_HTTP_REDIRECT},
    {401, 401, HC_HTTP_DENIED},
    {403, 403, HC_HTTP_DENIED},
    {407, 407, HC_HTTP_DENIED},
    {408, 408, HC_HTTP_BUSY},
    {429, 429, HC_HTTP_BUSY},
    {400, 499, HC_HTTP_REJECTED},
    {503, 503, HC_HTTP_BUSY},
    {500, 599, HC_HTTP_FAILED},
};

enum hc_http_fault hc_http_fault_of_code(int code)
{
    for (size_t i = 0; i < HC_COUNT(codes); i++)
        if (code >= codes[i].from && code <= codes[i].to)
            return codes[i].fault;
    return HC_HTTP_GARBLED;
}

static const struct {
    int code;
    const char *words;
} code_words[] = {
    {400, "it does not accept the request"},
    {401, "it asks for a user and password, or a token, or does not know those given"},
    {403, "it does not allow this to the user or token given"},
    {404, "there is no such address (is the path in the URL right?)"},
    {405, "it does not allow this method here"},
    {407, "the proxy asks for a user and password"},
    {408, "it waited too long for the request"},
    {413, "the request is too large for it"},
    {422, "it could not carry the request out"},
    {429, "too many requests"},
    {500, "it has an error of its own"},
    {502, "the gateway got no good answer from it"},
    {503, "it is not available or too busy"},
    {504, "the gateway waited too long for it"},
};

const char *hc_net_code_words(int code)
{
    for (size_t i = 0; i < HC_COUNT(code_words); i++)
        if (code_words[i].code == code)
            return code_words[i].words;
    return code >= 500 ? "it failed" : "it refused";
}

/* ---- TLS ---- */

/* What OpenSSL calls its outcomes of checking a certificate (X509_V_ERR_*). */
static const struct {
    long result;
    const char *words;
} verify_words[] = {
    {2, "its certificate is by an authority that is not trusted here"},
    {9, "its certificate is not valid yet; is the clock right?"},
    {10, "its certificate has expired"},
    {18, "its certificate is self-signed, and not trusted here"},
    {19, "its certificate is by an authority that is not trusted here"},
    {20, "its certificate is by an authority that is not trusted here"},
    {21, "its certificate is by an authority that is not trusted here"},
    {23, "its certificate has been revoked"},
    {26, "its certificate is not meant for a server"},
    {62, "its certificate is for another host name"},
    {64, "its certificate is for another address"},
};

/* What libraries say in their own words; the first that is found. */
static const struct {
    const char *phrase;
    const char *words;
} tls_phrases[] = {
    {"certificate required", "it asks for a client certificate"},
    {"alert unknown ca", "it does not trust the client certificate"},
    {"alert bad certificate",
        "it asks for a client certificate, or refuses the one given"},
    {"alert certificate expired", "the client certificate has expired"},
    {"alert handshake failure",
        "it refused the handshake; does it ask for a client certificate?"},
    {"wrong version number", "that port does not speak TLS; is the URL one of http://?"},
    {"no alternative certificate subject name",
        "its certificate is for another host name"},
    {"does not match", "its certificate is for another host name"},
    {"unsupported protocol", "it speaks no TLS of version 1.2 or later"},
    {"alert protocol version", "it speaks no TLS of version 1.2 or later"},
    {"SSL_ERROR_SYSCALL", "it closed the connection during the handshake"},
    {"unexpected eof", "it closed the connection during the handshake"},
};

static const char *phrase_words(const char *detail)
{
    for (size_t i = 0; i < HC_COUNT(tls_phrases); i++)
        if (strstr(detail, tls_phrases[i].phrase))
            return tls_phrases[i].words;
    return NULL;
}

static const char *tls_words(CURL *easy, const char *detail)
{
    const char *words = phrase_words(detail);
    long result = 0;

    if (words)
        return words;
    curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &result);
    for (size_t i = 0; i < HC_COUNT(verify_words); i++)
        if (verify_words[i].result == result)
            return verify_words[i].words;
    return "no trusted connection (TLS) could be made";
}

/* ---- libcurl's results ---- */

/* NULL words: found out from the handle. */
static const struct {
    CURLcode code;
    enum hc_http_fault fault;
    const char *words;
} results[] = {
    {CURLE_COULDNT_RESOLVE_HOST, HC_HTTP_HOST, "unknown host"},
    {CURLE_COULDNT_RESOLVE_PROXY, HC_HTTP_PROXY, "unknown host of the proxy"},
    {CURLE_COULDNT_CONNECT, HC_HTTP_REFUSED, NULL},
    {CURLE_PROXY, HC_HTTP_PROXY, "the proxy refused"},
    {CURLE_OPERATION_TIMEDOUT, HC_HTTP_TIMEOUT, "no connection in time"},
    {CURLE_PARTIAL_FILE, HC_HTTP_TRUNCATED, "the reply was cut off before its end"},
    {CURLE_GOT_NOTHING, HC_HTTP_RESET, "it closed the connection without an answer"},
    {CURLE_RECV_ERROR, HC_HTTP_RESET, NULL},
    {CURLE_SEND_ERROR, HC_HTTP_RESET, NULL},
    {CURLE_SEND_FAIL_REWIND, HC_HTTP_RESET, "the connection broke while sending"},
    {CURLE_BAD_CONTENT_ENCODING, HC_HTTP_GARBLED, "the reply is not the gzip it says"},
    {CURLE_WEIRD_SERVER_REPLY, HC_HTTP_GARBLED, "what answers does not speak HTTP"},
    {CURLE_UNSUPPORTED_PROTOCOL, HC_HTTP_GARBLED, "what answers does not speak HTTP"},
    {CURLE_SSL_CERTPROBLEM, HC_HTTP_SETUP,
        "the client certificate or its key cannot be used"},
    {CURLE_SSL_CACERT_BADFILE, HC_HTTP_SETUP,
        "the file of trusted authorities (CA) "
        "cannot be used"},
    {CURLE_READ_ERROR, HC_HTTP_SETUP, "the body to send cannot be read"},
    {CURLE_ABORTED_BY_CALLBACK, HC_HTTP_SETUP, "the body to send cannot be read"},
    {CURLE_SSL_CONNECT_ERROR, HC_HTTP_TLS, NULL},
    {CURLE_PEER_FAILED_VERIFICATION, HC_HTTP_TLS, NULL},
    {CURLE_SSL_ENGINE_NOTFOUND, HC_HTTP_TLS, NULL},
    {CURLE_SSL_CIPHER, HC_HTTP_TLS, NULL},
    {CURLE_SSL_ISSUER_ERROR, HC_HTTP_TLS, NULL},
    {CURLE_SSL_INVALIDCERTSTATUS, HC_HTTP_TLS, NULL},
    {CURLE_OUT_OF_MEMORY, HC_HTTP_MEMORY, "no memory"},
};

static const char *connect_words(CURL *easy)
{
    long os_error = 0;

    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &os_error);
    if (os_error == ECONNREFUSED)
        return "connection refused; does it run, and on that port?";
    return os_error ? strerror((int)os_error) : "no connection";
}

/* With TLS 1.3 the handshake is over for us before the server has looked at a client's
 * certificate. Its reason comes as an error of reading, or is lost in one of sending. */
static bool is_fresh_tls(CURL *easy)
{
    long connects = 0;
    curl_off_t shaken_us = 0, first_byte_us = 0;

    curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &connects);
    curl_easy_getinfo(easy, CURLINFO_APPCONNECT_TIME_T, &shaken_us);
    curl_easy_getinfo(easy, CURLINFO_STARTTRANSFER_TIME_T, &first_byte_us);
    return connects > 0 && shaken_us > 0 && !first_byte_us;
}

/* A proxy's no to a tunnel is an error of reading, too. */
static struct hc_net_cause broken(CURL *easy, const char *detail)
{
    long connect_code = 0;

    if (phrase_words(detail) && strstr(detail, "alert"))
        return (struct hc_net_cause){HC_HTTP_TLS, phrase_words(detail)};
    curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &connect_code);
    if (connect_code == 407)
        return (struct hc_net_cause){
            HC_HTTP_DENIED, "the proxy asks for a user and password"};
    if (connect_code >= 300)
        return (struct hc_net_cause){HC_HTTP_PROXY, "the proxy refused the connection"};
    if (is_fresh_tls(easy))
        return (struct hc_net_cause){HC_HTTP_RESET,
            "the connection broke after the TLS handshake; does it ask for a client "
            "certificate, or for another one?"};
    return (struct hc_net_cause){HC_HTTP_RESET, "the connection broke (reset)"};
}

struct hc_net_cause hc_net_cause(CURL *easy, CURLcode code, const char *detail)
{
    struct hc_net_cause cause = {HC_HTTP_GARBLED, curl_easy_strerror(code)};

    for (size_t i = 0; i < HC_COUNT(results); i++)
        if (results[i].code == code)
            cause = (struct hc_net_cause){results[i].fault, results[i].words};
    if (code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR)
        return broken(easy, detail);
    if (code == CURLE_COULDNT_CONNECT)
        cause.words = connect_words(easy);
    if (cause.fault == HC_HTTP_TLS)
        cause.words = tls_words(easy, detail);
    return cause;
}
