#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cli/collect.h"
#include "cli/interrupt.h"

/* A server gets this much longer to say that it gave up. */
enum { GRACE_S = 10 };

static struct hc_http_options http_options(const struct collect_options *o)
{
    return (struct hc_http_options){.url = o->url,
        .user = o->user,
        .password_file = o->password_file,
        .token_file = o->bearer_file,
        .header_file = o->header_file,
        .ca_file = o->ca,
        .cert_file = o->cert,
        .key_file = o->key,
        .insecure = o->insecure,
        .gzip = (enum hc_http_gzip)o->gzip,
        .answer_s = o->timeout + GRACE_S,
        .stall_s = o->timeout + GRACE_S,
        .stop = hc_interrupt_flag()};
}

static enum hc_status open_all(struct hc_collection *c, struct hc_error *err)
{
    const struct collect_options *o = c->options;
    const struct hc_http_options options = http_options(o);
    size_t n = (size_t)o->concurrency;

    c->servers = hc_calloc(n, sizeof(*c->servers));
    if (!c->servers)
        return HC_NO_MEMORY;
    for (c->n_servers = 0; c->n_servers < n; c->n_servers++) {
        struct hc_server *server = &c->servers[c->n_servers];

        HC_TRY(hc_http_open(&options, &server->http, err));
        server->stop = hc_interrupt_flag();
        server->timeout_s = o->timeout;
        server->seed = c->n_servers + 1;
    }
    return HC_OK;
}

enum hc_status hc_collect_connect(struct hc_collection *c, struct hc_error *err)
{
    HC_TRY(open_all(c, err));
    if (hc_http_in_the_clear(c->servers[0].http))
        hc_say(c->common,
            "a password or token goes over a connection that is not encrypted");
    HC_TRY(hc_server_greet(&c->servers[0], &c->about, err));
    c->now_us = c->about.clock_us;
    if (!c->now_us)
        c->now_us = (int64_t)time(NULL) * HC_SECOND_US;
    return HC_OK;
}

void hc_collect_disconnect(struct hc_collection *c)
{
    for (size_t i = 0; i < c->n_servers; i++)
        hc_http_close(c->servers[i].http);
    hc_free(c->servers);
}
