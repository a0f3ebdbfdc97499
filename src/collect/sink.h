/*
 * sink.h - where samples go that a reader takes out of a server's reply
 *
 * Both readers (prom_json.h, remote_read.h) call these functions in this order, whatever
 * the pieces in which the bytes came:
 *
 *     talk*  ( series  samples*  end )*  talk*
 *
 * talk may also come between any two others. A reader that fails has called back for a
 * part of the reply: whoever receives must be able to throw away what came, because a
 * reply counts as a whole or not at all.
 *
 * Times are milliseconds since 1970 UTC, at most HC_TIME_MS_MAX away from it (the year
 * 287396), strictly growing within a series. Values are what the server has, NaN and
 * infinities too; hc_is_stale tells the marker of a series' end from other NaN.
 *
 * What a function is given is valid during the call only. A status other than HC_OK ends
 * the reading and is what the reader returns. Threads: calls come from the thread that
 * feeds the reader.
 */
#ifndef HC_SINK_H
#define HC_SINK_H

#include <string.h>

#include "base/base.h"

#define HC_TIME_MS_MAX (INT64_C(1) << 53)

/* Bits of the NaN that Prometheus stores where a series ended: value.StaleNaN of its
 * model/value package. Only remote_read hands it on; query_range never shows it. */
#define HC_STALE_BITS UINT64_C(0x7ff0000000000002)

struct hc_label {
    const char *name, *value; /* UTF-8, a NUL behind; a NUL may also be inside */
    size_t name_len, value_len;
};

struct hc_sample {
    int64_t t_ms;
    double v;
};

enum hc_talk {
    HC_TALK_WARNING, /* the server's: the reply may be partial */
    HC_TALK_INFO,    /* the server's */
    HC_TALK_NOTE,    /* the reader's: something was left out */
};

struct hc_sink {
    void *context;
    /* labels: sorted by name as bytes, no name twice, "__name__" among them; n may be 0
     */
    enum hc_status (*series)(
        void *context, const struct hc_label *labels, size_t n, struct hc_error *err);
    /* n >= 1 */
    enum hc_status (*samples)(
        void *context, const struct hc_sample *samples, size_t n, struct hc_error *err);
    /* NULL: not wanted */
    enum hc_status (*end)(void *context, struct hc_error *err);
    /* NULL: not wanted. text: at most 1000 bytes, cut off where it was longer */
    enum hc_status (*talk)(
        void *context, enum hc_talk kind, const char *text, struct hc_error *err);
};

/* For the readers. */
static inline enum hc_status hc_sink_end(const struct hc_sink *sink, struct hc_error *err)
{
    return sink->end ? sink->end(sink->context, err) : HC_OK;
}

static inline enum hc_status hc_sink_talk(
    const struct hc_sink *sink, enum hc_talk kind, const char *text, struct hc_error *err)
{
    return sink->talk ? sink->talk(sink->context, kind, text, err) : HC_OK;
}

static inline bool hc_is_stale(double v)
{
    uint64_t bits;

    memcpy(&bits, &v, sizeof(bits));
    return bits == HC_STALE_BITS;
}

#endif
