/*
 * fault.h - what can go wrong between us and a service, as one table
 *
 * Each fault has a name, the status that a function returns for it, and whether the same
 * request may go well when it is sent again. A first request of a run is better not
 * repeated at all: a wrong name in a URL looks like a name server that is down.
 */
#ifndef HC_NET_FAULT_H
#define HC_NET_FAULT_H

#include "base/base.h"

enum hc_http_fault {
    HC_HTTP_FINE = 0,
    HC_HTTP_STOPPED,   /* the stop flag */
    HC_HTTP_SINK,      /* the receiver of the body said no: its own status */
    HC_HTTP_MEMORY,    /* no memory */
    HC_HTTP_SETUP,     /* a file of ours: token, CA, certificate, key, body */
    HC_HTTP_HOST,      /* unknown host */
    HC_HTTP_PROXY,     /* the proxy is not there, or refuses */
    HC_HTTP_REFUSED,   /* nobody listens there, or no way there */
    HC_HTTP_TLS,       /* no trusted connection */
    HC_HTTP_TIMEOUT,   /* no connection, no answer or no end in time */
    HC_HTTP_STALLED,   /* no byte for too long in the middle */
    HC_HTTP_RESET,     /* the connection broke */
    HC_HTTP_TRUNCATED, /* the body ended before its end */
    HC_HTTP_GARBLED,   /* not HTTP, or not the encoding that it says */
    HC_HTTP_REDIRECT,  /* to another server, or round in circles */
    HC_HTTP_TOO_LARGE, /* head or body over the limit */
    HC_HTTP_TYPE,      /* another content type or encoding than asked for */
    HC_HTTP_DENIED,    /* 401, 403, 407 */
    HC_HTTP_REJECTED,  /* another 4xx: 400, 404, 422 */
    HC_HTTP_BUSY,      /* 408, 429, 503 */
    HC_HTTP_FAILED,    /* another 5xx */
};

const char *hc_http_fault_name(enum hc_http_fault fault); /* "truncated" */
enum hc_status hc_http_fault_status(enum hc_http_fault fault);
bool hc_http_fault_retry(enum hc_http_fault fault);

/* The fault that a reply's code is; HC_HTTP_FINE for 2xx. */
enum hc_http_fault hc_http_fault_of_code(int code);

#endif
