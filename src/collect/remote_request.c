#include <string.h>
#include <strings.h>

#include "collect/protobuf.h"
#include "collect/remote_read.h"
#include "collect/snappy.h"

/* Field numbers of prompb/remote.proto and types.proto. */
enum { REQUEST_QUERY = 1, REQUEST_ACCEPT = 2 };
enum { QUERY_START = 1, QUERY_END = 2, QUERY_MATCHER = 3 };
enum { MATCHER_TYPE = 1, MATCHER_NAME = 2, MATCHER_VALUE = 3 };

/* STREAMED_XOR_CHUNKS, then SAMPLES. */
static const uint8_t accepted[] = {1, 0};

static void put_matcher(struct hc_buf *query, const struct hc_matcher *matcher)
{
    struct hc_buf HC_CLEANUP(hc_buf_clear) out = HC_BUF_INIT;

    if (matcher->type != HC_MATCH_EQ)
        hc_pb_put_int(&out, MATCHER_TYPE, (int64_t)matcher->type);
    hc_pb_put_bytes(&out, MATCHER_NAME, matcher->name, strlen(matcher->name));
    hc_pb_put_bytes(&out, MATCHER_VALUE, matcher->value, strlen(matcher->value));
    query->failed |= out.failed;
    hc_pb_put_bytes(query, QUERY_MATCHER, hc_buf_str(&out), out.len);
}

enum hc_status hc_remote_request(const struct hc_remote_query *query, struct hc_buf *out)
{
    struct hc_buf HC_CLEANUP(hc_buf_clear) inner = HC_BUF_INIT;
    struct hc_buf HC_CLEANUP(hc_buf_clear) request = HC_BUF_INIT;

    hc_pb_put_int(&inner, QUERY_START, query->start_ms);
    hc_pb_put_int(&inner, QUERY_END, query->end_ms);
    for (size_t i = 0; i < query->n; i++)
        put_matcher(&inner, &query->matchers[i]);
    hc_pb_put_bytes(&request, REQUEST_QUERY, hc_buf_str(&inner), inner.len);
    hc_pb_put_bytes(&request, REQUEST_ACCEPT, accepted, sizeof(accepted));
    HC_TRY(hc_buf_check(&inner));
    HC_TRY(hc_buf_check(&request));
    return hc_snappy_pack(request.text, request.len, out);
}

static bool begins(const char *text, const char *with)
{
    return strncasecmp(text, with, strlen(with)) == 0;
}

enum hc_status hc_remote_kind(
    const char *content_type, enum hc_remote_kind *ret, struct hc_error *err)
{
    static const char streamed[] = "application/x-streamed-protobuf",
                      samples[] = "application/x-protobuf";
    const char *proto = strstr(content_type, "proto=");

    if (begins(content_type, streamed) &&
        (!proto || !strcmp(proto, "proto=prometheus.ChunkedReadResponse")))
        *ret = HC_REMOTE_STREAMED;
    else if (begins(content_type, samples) && !proto)
        *ret = HC_REMOTE_SAMPLES;
    else
        return hc_fail(err, HC_SERVICE,
            "the answer to a remote read has the unknown type '%.200s'", content_type);
    return HC_OK;
}
