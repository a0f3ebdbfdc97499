/*
 * http_probe NAME=VALUE...: sends requests with net/http.h and says what came of them, a
 * JSON object a line; the end-to-end tests drive it against servers with faults.
 *
 * Options are named as in struct hc_http_options and struct hc_http_request; `header`,
 * `query` and `form` may be given again and again. Further: `repeat=N` requests on one
 * client; `stop_after_s=S` sets the stop flag; `sink_stops_at=N` makes the sink refuse
 * after N bytes; `mem=1` counts allocations and then fails each of them in turn;
 * `no_hash=1` saves the time of the body's SHA-256; `retry=1` uses the policy of collect
 * on a clock that costs no time.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "net/http.h"
#include "net/retry.h"
#include "net/wait.h"

enum { FIELDS_MAX = 16 };

struct probe {
    struct hc_http_options options;
    struct hc_http_request request;
    const char *headers[FIELDS_MAX];
    struct hc_http_field query[FIELDS_MAX];
    struct hc_http_field form[FIELDS_MAX];
    double repeat, stop_after_s, sink_stops_at, mem, retry, max_bytes, no_hash;
    struct hc_sha256 hash;
    int64_t taken;
    double pretended_s; /* of the clock that costs no time */
};

static atomic_bool stop;
static double stopped_s; /* when it was set */

/* ---- arguments ---- */

static void set_field(struct hc_http_field *fields, size_t *n, char *value)
{
    char *equals = strchr(value, '=');

    if (!equals || *n == FIELDS_MAX)
        exit(64);
    *equals = '\0';
    fields[(*n)++] = (struct hc_http_field){value, equals + 1};
}

static bool set_list(struct probe *p, const char *name, char *value)
{
    if (!strcmp(name, "query"))
        set_field(p->query, &p->request.n_query, value);
    else if (!strcmp(name, "form"))
        set_field(p->form, &p->request.n_form, value);
    else if (!strcmp(name, "header") && p->options.n_headers < FIELDS_MAX)
        p->headers[p->options.n_headers++] = value;
    else
        return false;
    return true;
}

static bool set_text(struct probe *p, const char *name, const char *value)
{
    struct hc_http_options *o = &p->options;
    struct hc_http_request *r = &p->request;
    const struct {
        const char *name;
        const char **to;
    } texts[] = {{"url", &o->url}, {"user", &o->user}, {"password", &o->password},
        {"password_file", &o->password_file}, {"token_file", &o->token_file},
        {"header_file", &o->header_file}, {"ca_file", &o->ca_file},
        {"cert_file", &o->cert_file}, {"key_file", &o->key_file}, {"method", &r->method},
        {"path", &r->path}, {"body", (const char **)&r->body}, {"file", &r->file},
        {"type", &r->type}, {"accept", &r->accept}, {"headers", &r->headers},
        {"expect", &r->expect}};

    for (size_t i = 0; i < HC_COUNT(texts); i++)
        if (!strcmp(name, texts[i].name))
            return *texts[i].to = value, true;
    return false;
}

static bool set_number(struct probe *p, const char *name, const char *value)
{
    struct hc_http_options *o = &p->options;
    const struct {
        const char *name;
        double *to;
    } numbers[] = {{"connect_s", &o->connect_s}, {"answer_s", &o->answer_s},
        {"stall_s", &o->stall_s}, {"total_s", &o->total_s}, {"repeat", &p->repeat},
        {"stop_after_s", &p->stop_after_s}, {"sink_stops_at", &p->sink_stops_at},
        {"mem", &p->mem}, {"retry", &p->retry}, {"max_bytes", &p->max_bytes},
        {"no_hash", &p->no_hash}};

    for (size_t i = 0; i < HC_COUNT(numbers); i++)
        if (!strcmp(name, numbers[i].name))
            return *numbers[i].to = atof(value), true;
    if (!strcmp(name, "insecure"))
        return o->insecure = true;
    if (!strcmp(name, "gzip"))
        return o->gzip = HC_HTTP_GZIP_ALWAYS, true;
    return false;
}

static void read_arguments(struct probe *p, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        char *value = strchr(argv[i], '=');

        if (!value)
            exit(64);
        *value++ = '\0';
        if (!set_list(p, argv[i], value) && !set_text(p, argv[i], value) &&
            !set_number(p, argv[i], value)) {
            fprintf(stderr, "http_probe: no option '%s'\n", argv[i]);
            exit(64);
        }
    }
    p->options.headers = p->headers;
    p->options.stop = &stop;
    p->request.query = p->query;
    p->request.form = p->form;
    p->request.n_body = p->request.body ? strlen(p->request.body) : 0;
    p->request.max_bytes = (int64_t)p->max_bytes;
}

/* ---- a request ---- */

static enum hc_status take(
    void *context, const void *bytes, size_t n, struct hc_error *err)
{
    struct probe *p = context;

    p->taken += (int64_t)n;
    if (!p->no_hash)
        hc_sha256_add(&p->hash, bytes, n);
    if (p->sink_stops_at > 0 && (double)p->taken >= p->sink_stops_at)
        return hc_fail(err, HC_INPUT, "the sink has had enough");
    return HC_OK;
}

/* Of this program alone: getrusage() would count what was there before exec, too. */
static long peak_kb(void)
{
    FILE *file = fopen("/proc/self/status", "r");
    char line[256];
    long kb = -1;

    while (file && kb < 0 && fgets(line, sizeof(line), file))
        if (!strncmp(line, "VmHWM:", 6))
            kb = atol(line + 6);
    if (file)
        fclose(file);
    return kb;
}

static void print_reply(struct hc_json *js, const struct hc_http_reply *reply)
{
    hc_json_kstr(js, "fault", hc_http_fault_name(reply->fault));
    hc_json_kbool(js, "retry", hc_http_fault_retry(reply->fault));
    hc_json_kint(js, "code", reply->code);
    hc_json_kstr(js, "type", reply->type);
    hc_json_kstr(js, "encoding", reply->encoding);
    hc_json_kbool(js, "framed", reply->framed);
    hc_json_kint(js, "retry_after_s", reply->retry_after_s);
    hc_json_kint(js, "server_us", reply->server_us);
    hc_json_kint(js, "local_us", reply->local_us);
    hc_json_kint(js, "bytes", reply->bytes);
    hc_json_kint(js, "wire_bytes", reply->wire_bytes);
    hc_json_knum(js, "first_byte_s", reply->first_byte_s);
    hc_json_knum(js, "total_s", reply->total_s);
    hc_json_kint(js, "redirects", reply->redirects);
    hc_json_kstr(js, "text", reply->text);
}

static void print_outcome(struct probe *p, const struct hc_http_reply *reply,
    enum hc_status status, const struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf out = HC_BUF_INIT;
    char hex[HC_SHA256_HEX];
    double now_s = hc_wait_now_s();
    struct hc_json js;

    hc_sha256_hex(&p->hash, hex);
    hc_json_init(&js, &out, 1);
    hc_json_open(&js, '{');
    hc_json_kstr(&js, "status", hc_status_name(status));
    hc_json_kstr(&js, "message", err->message);
    hc_json_kint(&js, "taken", p->taken);
    hc_json_kstr(&js, "sha256", hex);
    hc_json_knum(&js, "waited_s", p->pretended_s);
    hc_json_kint(&js, "peak_kb", peak_kb());
    hc_json_knum(&js, "stop_lag_s", atomic_load(&stop) ? now_s - stopped_s : -1);
    print_reply(&js, reply);
    hc_json_close(&js, '}');
    printf("%s\n", hc_buf_str(&out));
    fflush(stdout);
}

static double pretended_now(void *context)
{
    return ((struct probe *)context)->pretended_s;
}

static enum hc_status pretended_sleep(void *context, double seconds)
{
    ((struct probe *)context)->pretended_s += seconds;
    return HC_OK;
}

static enum hc_status send_once(struct probe *p, struct hc_http *http,
    struct hc_http_reply *reply, struct hc_error *err)
{
    hc_sha256_init(&p->hash);
    p->taken = 0;
    p->request.take = take;
    p->request.context = p;
    return hc_http_do(http, &p->request, reply, err);
}

static enum hc_status send_until_it_works(struct probe *p, struct hc_http *http,
    struct hc_http_reply *reply, struct hc_error *err)
{
    const struct hc_wait wait = {pretended_now, pretended_sleep, p};
    struct hc_retry retry;

    hc_retry_init(&retry, &hc_retry_collect, 0, 1);
    for (;;) {
        enum hc_status status = send_once(p, http, reply, err);

        if (!status)
            *err = (struct hc_error){""};
        if (status != HC_SERVICE)
            return status;
        HC_TRY(hc_retry_pause(&retry, &wait, hc_http_fault_retry(reply->fault),
            (double)reply->retry_after_s, err));
    }
}

/* ---- memory ---- */

static enum hc_status open_and_send(struct probe *p, struct hc_error *err)
{
    struct hc_http *http = NULL;
    struct hc_http_reply reply = {.fault = HC_HTTP_MEMORY};
    enum hc_status status = hc_http_open(&p->options, &http, err);

    if (!status)
        status = send_once(p, http, &reply, err);
    hc_http_close(http);
    if (status != hc_http_fault_status(reply.fault))
        return hc_fail(err, HC_INTERNAL, "status and fault differ");
    return status;
}

/* Each allocation fails in turn: no memory is said, or it went well without. */
static int fail_each_allocation(struct probe *p)
{
    struct hc_error err = {""};
    int odd = 0;

    if (open_and_send(p, &err))
        return printf("%s\n", err.message), 1;
    for (long n = 0; n < 5000; n++) {
        enum hc_status status;

        hc_mem_fail_after(n);
        status = open_and_send(p, &err);
        hc_mem_fail_after(-1);
        if (!status) {
            printf("{\"allocations\": %ld, \"odd\": %d}\n", n, odd);
            return 0;
        }
        if (status != HC_NO_MEMORY && ++odd < 20)
            fprintf(stderr, "allocation %ld: %d %s\n", n, status, err.message);
    }
    return 1;
}

/* ---- */

static void *stop_later(void *seconds)
{
    if (hc_wait_sleep(*(double *)seconds, NULL))
        abort();
    stopped_s = hc_wait_now_s();
    atomic_store(&stop, true);
    return NULL;
}

int main(int argc, char **argv)
{
    struct probe p = {.repeat = 1};
    struct hc_http *http = NULL;
    struct hc_http_reply reply = {0};
    struct hc_error err = {""};
    enum hc_status status;
    pthread_t stopper;

    read_arguments(&p, argc, argv);
    if (p.mem > 0)
        return fail_each_allocation(&p);
    status = hc_http_open(&p.options, &http, &err);
    if (status) {
        print_outcome(&p, &reply, status, &err);
        return 0;
    }
    if (p.stop_after_s > 0 &&
        !pthread_create(&stopper, NULL, stop_later, &p.stop_after_s))
        pthread_detach(stopper);
    for (int i = 0; i < p.repeat; i++) {
        err = (struct hc_error){""};
        status = (p.retry > 0 ? send_until_it_works : send_once)(&p, http, &reply, &err);
        print_outcome(&p, &reply, status, &err);
    }
    hc_http_close(http);
    return 0;
}
