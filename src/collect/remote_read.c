#include <stdio.h>

#include "base/crc32c.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "collect/protobuf.h"
#include "collect/remote_read.h"
#include "collect/series_merge.h"
#include "collect/snappy.h"
#include "collect/xor_chunk.h"

/* Field numbers of prompb/remote.proto and types.proto. */
enum { FRAME_SERIES = 1, FRAME_QUERY_INDEX = 2 };
enum { CHUNKED_LABEL = 1, CHUNKED_CHUNK = 2 };
enum { CHUNK_TYPE = 3, CHUNK_DATA = 4, XOR = 1 };
enum { LABEL_NAME = 1, LABEL_VALUE = 2 };
enum { RESPONSE_RESULT = 1, RESULT_SERIES = 1 };
enum { SERIES_LABEL = 1, SERIES_SAMPLE = 2, SERIES_HISTOGRAM = 4 };
enum { SAMPLE_VALUE = 1, SAMPLE_TIME = 2 };

enum state { LENGTH, SUM, BODY };

struct hc_remote_read {
    struct hc_series_merge merge;
    enum hc_remote_kind kind;
    struct hc_crc32c crc;

    bool finished;
    enum hc_status failed;
    struct hc_error err;
    const char *fault; /* what is wrong with the bytes */
    bool too_large;
    uint64_t before; /* bytes before the piece */

    enum state state; /* in a frame */
    int have;         /* bytes of the length or the sum */
    uint64_t length;
    uint32_t sum;
    struct hc_buf held; /* of the body */

    bool noted;
    struct hc_labels labels;
    struct hc_samples samples;
};

static enum hc_status refuse(struct hc_remote_read *read, const char *fault)
{
    read->fault = fault;
    return HC_INPUT;
}

static enum hc_status refuse_large(struct hc_remote_read *read, const char *fault)
{
    read->too_large = true;
    return refuse(read, fault);
}

/* Passes on what a part found wrong. */
static enum hc_status blame(
    struct hc_remote_read *read, enum hc_status status, const char *fault)
{
    if (status == HC_INPUT && !read->fault && !read->err.message[0])
        read->fault = fault;
    return status;
}

/* ---- messages: one walk over the fields, a function for each field ---- */

typedef enum hc_status (*take_field)(
    struct hc_remote_read *read, struct hc_pb *pb, const struct hc_pb_field *field);

static enum hc_status walk(struct hc_remote_read *read, struct hc_pb pb, take_field take)
{
    bool more = true;

    while (more) {
        struct hc_pb_field field;
        enum hc_status status = hc_pb_next(&pb, &field, &more);

        if (!status && more)
            status = take(read, &pb, &field);
        if (status)
            return blame(read, status, pb.fault);
    }
    return HC_OK;
}

/* The message in a field, walked over. */
static enum hc_status walk_into(struct hc_remote_read *read, struct hc_pb *pb,
    const struct hc_pb_field *field, take_field take)
{
    struct hc_pb inner;

    HC_TRY(hc_pb_bytes(pb, field, &inner));
    return walk(read, inner, take);
}

/* ---- labels ---- */

static bool is_utf8(const char *s, size_t n)
{
    while (n) {
        size_t len = hc_utf8_len(s, n);

        if (!len)
            return false;
        s += len;
        n -= len;
    }
    return true;
}

/* A label's name and value, whichever comes first, the last of each. */
static enum hc_status take_label(
    struct hc_remote_read *read, struct hc_pb *pb, const struct hc_pb_field *label)
{
    struct hc_pb inner, part[2] = {{0}};
    struct hc_pb_field field;
    bool more = true;

    HC_TRY(hc_pb_bytes(pb, label, &inner));
    while (more) {
        enum hc_status status = hc_pb_next(&inner, &field, &more);

        if (!status && more &&
            (field.number == LABEL_NAME || field.number == LABEL_VALUE))
            status = hc_pb_bytes(&inner, &field, &part[field.number - 1]);
        if (status)
            return blame(read, status, inner.fault);
    }
    for (int i = 0; i < 2; i++) {
        const char *text = part[i].p ? (const char *)part[i].p : "";
        size_t len = (size_t)(part[i].end - part[i].p);

        if (!is_utf8(text, len))
            return refuse(read, "a label is not valid UTF-8");
        HC_TRY(
            (i ? hc_labels_value : hc_labels_name)(&read->labels, text, len, &read->err));
    }
    return HC_OK;
}

/* The labels of a series, which stand in field 1 of both kinds. */
static enum hc_status take_only_labels(
    struct hc_remote_read *read, struct hc_pb *pb, const struct hc_pb_field *field)
{
    return field->number == CHUNKED_LABEL ? take_label(read, pb, field) : HC_OK;
}

static enum hc_status begin_series(struct hc_remote_read *read, struct hc_pb series)
{
    hc_labels_reset(&read->labels);
    HC_TRY(walk(read, series, take_only_labels));
    HC_TRY(hc_labels_sort(&read->labels, &read->err));
    return hc_series_merge_series(&read->merge, &read->labels, &read->err);
}

/* ---- chunks ---- */

static enum hc_status note_histogram(struct hc_remote_read *read)
{
    if (read->noted)
        return HC_OK;
    read->noted = true;
    return hc_sink_talk(&read->merge.sink, HC_TALK_NOTE,
        "native histograms in the reply were skipped", &read->err);
}

static enum hc_status unpack_chunk(struct hc_remote_read *read, struct hc_pb data)
{
    struct hc_samples *out = &read->samples;
    struct hc_xor_chunk chunk;
    enum hc_status status =
        hc_xor_chunk_open(&chunk, data.p, (size_t)(data.end - data.p));

    if (status)
        return blame(read, status, chunk.fault);
    HC_TRY(
        hc_grow(&out->list, &out->cap, hc_xor_chunk_count(&chunk), sizeof(out->list[0])));
    for (out->n = 0; out->n < hc_xor_chunk_count(&chunk); out->n++) {
        status = hc_xor_chunk_next(&chunk, &out->list[out->n]);
        if (status)
            return blame(read, status, chunk.fault);
    }
    return hc_series_merge_chunk(&read->merge, out, &read->err);
}

static enum hc_status take_chunk(
    struct hc_remote_read *read, struct hc_pb *pb, const struct hc_pb_field *chunk)
{
    struct hc_pb inner, data = {.p = chunk->bytes, .end = chunk->bytes}; /* none yet */
    struct hc_pb_field field;
    int64_t type = 0;
    bool more = true;

    if (chunk->number != CHUNKED_CHUNK)
        return HC_OK;
    HC_TRY(hc_pb_bytes(pb, chunk, &inner));
    while (more) {
        enum hc_status status = hc_pb_next(&inner, &field, &more);

        if (!status && more && field.number == CHUNK_TYPE)
            status = hc_pb_int(&inner, &field, &type);
        else if (!status && more && field.number == CHUNK_DATA)
            status = hc_pb_bytes(&inner, &field, &data);
        if (status)
            return blame(read, status, inner.fault);
    }
    return type == XOR ? unpack_chunk(read, data) : note_histogram(read);
}

static enum hc_status take_frame_field(
    struct hc_remote_read *read, struct hc_pb *pb, const struct hc_pb_field *field)
{
    struct hc_pb inner;
    int64_t index;

    if (field->number == FRAME_QUERY_INDEX) {
        HC_TRY(hc_pb_int(pb, field, &index));
        return index ? refuse(read, "it answers another query") : HC_OK;
    }
    if (field->number != FRAME_SERIES)
        return HC_OK;
    HC_TRY(hc_pb_bytes(pb, field, &inner));
    HC_TRY(begin_series(read, inner));
    return walk(read, inner, take_chunk);
}

/* ---- frames ---- */

static enum hc_status take_frame(struct hc_remote_read *read, const void *bytes)
{
    struct hc_pb pb = {.p = bytes, .end = (const uint8_t *)bytes + read->length};

    if (hc_crc32c_of(&read->crc, bytes, (size_t)read->length) != read->sum)
        return refuse(read, "the checksum of a frame is another");
    read->state = LENGTH;
    read->have = 0;
    read->length = 0;
    HC_TRY(walk(read, pb, take_frame_field));
    hc_buf_reset(&read->held); /* not before: the frame may lie there */
    return HC_OK;
}

static enum hc_status take_length(struct hc_remote_read *read, uint8_t byte)
{
    read->length |= (uint64_t)(byte & 0x7F) << (7 * read->have++);
    if (read->length > HC_REMOTE_FRAME_MAX)
        return refuse_large(read, "a frame has more than 32 MB");
    if (byte >= 0x80)
        return read->have == 5 ? refuse(read, "a frame has no length") : HC_OK;
    if (!read->length)
        return refuse(read, "a frame is empty");
    read->state = SUM;
    read->have = 0;
    read->sum = 0;
    return HC_OK;
}

static void take_sum(struct hc_remote_read *read, uint8_t byte)
{
    read->sum = read->sum << 8 | byte;
    if (++read->have == 4)
        read->state = BODY;
}

/* A frame that is whole in this piece is read where it lies. */
static enum hc_status take_body(
    struct hc_remote_read *read, const uint8_t **p, const uint8_t *end)
{
    size_t missing = (size_t)read->length - read->held.len, n = (size_t)(end - *p);
    const uint8_t *at = *p;

    n = n < missing ? n : missing;
    *p += n;
    if (!read->held.len && n == missing)
        return take_frame(read, at);
    hc_buf_add(&read->held, at, n);
    HC_TRY(hc_buf_check(&read->held));
    return n == missing ? take_frame(read, read->held.text) : HC_OK;
}

static enum hc_status read_frames(
    struct hc_remote_read *read, const uint8_t **p, const uint8_t *end)
{
    while (*p < end)
        switch (read->state) {
        case LENGTH: HC_TRY(take_length(read, *(*p)++)); break;
        case SUM: take_sum(read, *(*p)++); break;
        case BODY: HC_TRY(take_body(read, p, end)); break;
        }
    return HC_OK;
}

/* ---- a reply with samples ---- */

static enum hc_status take_sample(
    struct hc_remote_read *read, struct hc_pb *pb, const struct hc_pb_field *field)
{
    struct hc_sample *sample = &read->samples.list[read->samples.n];

    if (field->number == SAMPLE_VALUE)
        return hc_pb_double(pb, field, &sample->v);
    if (field->number == SAMPLE_TIME)
        return hc_pb_int(pb, field, &sample->t_ms);
    return HC_OK;
}

/* The sample that was just read, against the one before. */
static enum hc_status check_sample(struct hc_remote_read *read)
{
    const struct hc_sample *sample = &read->samples.list[read->samples.n];

    if (sample->t_ms > HC_TIME_MS_MAX || sample->t_ms < -HC_TIME_MS_MAX)
        return refuse(read, "a time is out of range");
    if (read->samples.n && sample->t_ms <= sample[-1].t_ms)
        return refuse(read, "times do not grow");
    read->samples.n++;
    return HC_OK;
}

static enum hc_status take_sample_of_series(
    struct hc_remote_read *read, struct hc_pb *pb, const struct hc_pb_field *field)
{
    struct hc_samples *out = &read->samples;

    if (field->number == SERIES_HISTOGRAM)
        return note_histogram(read);
    if (field->number != SERIES_SAMPLE)
        return HC_OK;
    HC_TRY(hc_grow(&out->list, &out->cap, out->n + 1, sizeof(out->list[0])));
    out->list[out->n] = (struct hc_sample){0};
    HC_TRY(walk_into(read, pb, field, take_sample));
    return check_sample(read);
}

static enum hc_status take_series(
    struct hc_remote_read *read, struct hc_pb *pb, const struct hc_pb_field *field)
{
    struct hc_pb inner;

    if (field->number != RESULT_SERIES)
        return HC_OK;
    HC_TRY(hc_pb_bytes(pb, field, &inner));
    HC_TRY(begin_series(read, inner));
    read->samples.n = 0;
    HC_TRY(walk(read, inner, take_sample_of_series));
    return hc_series_merge_chunk(&read->merge, &read->samples, &read->err);
}

static enum hc_status take_result(
    struct hc_remote_read *read, struct hc_pb *pb, const struct hc_pb_field *field)
{
    if (field->number != RESPONSE_RESULT)
        return HC_OK;
    if (read->have++)
        return refuse(read, "it answers another query");
    return walk_into(read, pb, field, take_series);
}

static enum hc_status hold(
    struct hc_remote_read *read, const uint8_t **p, const uint8_t *end)
{
    size_t n = (size_t)(end - *p);

    if (n > HC_REMOTE_FRAME_MAX - read->held.len)
        return refuse_large(read, "it has more than 32 MB");
    hc_buf_add(&read->held, *p, n);
    *p = end;
    return hc_buf_check(&read->held);
}

static enum hc_status read_response(struct hc_remote_read *read)
{
    struct hc_buf HC_CLEANUP(hc_buf_clear) plain = HC_BUF_INIT;
    const char *fault = NULL, *held = hc_buf_str(&read->held);
    enum hc_status status;
    struct hc_pb pb;

    if (hc_snappy_length(held, read->held.len) > HC_REMOTE_PLAIN_MAX)
        return refuse_large(read, "it has more than 256 MB inside");
    status = hc_snappy_unpack(held, read->held.len, HC_REMOTE_PLAIN_MAX, &plain, &fault);
    if (status)
        return blame(read, status, fault);
    hc_buf_clear(&read->held);
    pb = (struct hc_pb){.p = (const uint8_t *)plain.text};
    pb.end = pb.p + plain.len;
    HC_TRY(walk(read, pb, take_result));
    return read->have ? HC_OK : refuse(read, "it has no result");
}

/* ---- from outside ---- */

static void fail(struct hc_remote_read *read, enum hc_status status, uint64_t at)
{
    read->failed = status;
    if (status == HC_INPUT && read->fault)
        (void)hc_fail(&read->err, status, "not a valid reply: %s (before byte %llu)",
            read->fault, (unsigned long long)at);
    else if (!read->err.message[0])
        (void)hc_fail(
            &read->err, status, "cannot read a reply: %s", hc_status_name(status));
}

static enum hc_status told(const struct hc_remote_read *read, struct hc_error *err)
{
    if (err && read->failed)
        *err = read->err;
    return read->failed;
}

enum hc_status hc_remote_read_feed(
    struct hc_remote_read *read, const void *bytes, size_t n, struct hc_error *err)
{
    const uint8_t *start = bytes, *p = start;
    enum hc_status status;

    if (read->failed || !n)
        return told(read, err);
    status = read->kind == HC_REMOTE_STREAMED ? read_frames(read, &p, start + n)
                                              : hold(read, &p, start + n);
    if (status)
        fail(read, status, read->before + (uint64_t)(p - start));
    read->before += n;
    return told(read, err);
}

static enum hc_status finish(struct hc_remote_read *read)
{
    if (read->kind == HC_REMOTE_SAMPLES)
        HC_TRY(read_response(read));
    else if (read->state != LENGTH || read->have)
        return refuse(read, "it ends inside a frame");
    return hc_series_merge_end(&read->merge, &read->err);
}

enum hc_status hc_remote_read_finish(struct hc_remote_read *read, struct hc_error *err)
{
    enum hc_status status;

    if (read->failed || read->finished)
        return told(read, err);
    read->finished = true;
    status = finish(read);
    if (status)
        fail(read, status, read->before);
    return told(read, err);
}

bool hc_remote_read_too_large(const struct hc_remote_read *read)
{
    return read->too_large;
}

enum hc_status hc_remote_read_new(
    const struct hc_remote_options *options, struct hc_remote_read **ret)
{
    struct hc_remote_read *read = hc_calloc(1, sizeof(*read));

    if (!read)
        return HC_NO_MEMORY;
    read->merge.sink = options->sink;
    read->merge.start_ms = options->start_ms;
    read->merge.end_ms = options->end_ms;
    read->kind = options->kind;
    hc_crc32c_init(&read->crc);
    *ret = read;
    return HC_OK;
}

void hc_remote_read_free(struct hc_remote_read *read)
{
    if (!read)
        return;
    hc_series_merge_clear(&read->merge);
    hc_buf_clear(&read->held);
    hc_labels_clear(&read->labels);
    hc_free(read->samples.list);
    hc_free(read);
}
