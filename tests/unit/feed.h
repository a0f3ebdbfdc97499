/*
 * feed.h - both readers of a server's bytes behind one kind of function
 */
#ifndef FEED_H
#define FEED_H

#include "collect/prom_json.h"
#include "collect/remote_read.h"

typedef enum hc_status (*feed_fn)(
    void *reader, const void *bytes, size_t n, struct hc_error *err);

static inline enum hc_status feed_json(
    void *reader, const void *bytes, size_t n, struct hc_error *err)
{
    return hc_prom_json_feed(reader, bytes, n, err);
}

static inline enum hc_status feed_remote(
    void *reader, const void *bytes, size_t n, struct hc_error *err)
{
    return hc_remote_read_feed(reader, bytes, n, err);
}

#endif
