/*
 * asking.h - a request on its way, sent again until it goes well or is given up
 *
 * What is sent and how the reply is read is up to `once`; it is called for each try and
 * starts from nothing. HC_INPUT from it: these bytes are no valid reply, which is the
 * server's failure and worth another try.
 *
 * Private to server.c, server_query.c and server_read.c.
 */
#ifndef HC_ASKING_H
#define HC_ASKING_H

#include "collect/server.h"

struct hc_asking {
    struct hc_server *server;
    enum hc_status (*once)(struct hc_asking *asking, struct hc_error *err);
    struct hc_piece *piece; /* NULL: the reply is no piece */
    /* of the last try */
    struct hc_http_reply reply;
    bool too_large; /* the reply is more than can be taken at once */
};

/* `halve`: what is too much is not worth another try, half of it is. */
enum hc_status hc_asking_run(
    struct hc_asking *asking, bool halve, struct hc_error *err) HC_MUST_USE;

/* The last try failed because it was too much for the server, or for us. */
bool hc_asking_too_much(const struct hc_asking *asking);

/* hc_http_do, counting what comes. */
enum hc_status hc_asking_send(struct hc_asking *asking,
    const struct hc_http_request *request, struct hc_error *err) HC_MUST_USE;

#endif
