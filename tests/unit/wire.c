#include <stdio.h>
#include <stdlib.h>

#include "base/crc32c.h"
#include "collect/protobuf.h"
#include "collect/snappy.h"
#include "wire.h"

/* ---- the sink ---- */

static uint64_t mixed(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

static void mix(struct wire_log *log, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;

    for (; n; n--)
        log->mix = (log->mix ^ *p++) * UINT64_C(0x100000001B3);
    log->mix = mixed(log->mix);
}

static enum hc_status may_go_on(struct wire_log *log, struct hc_error *err)
{
    if (log->fail_after && --log->fail_after == 0) {
        log->fail_after = 1;
        return hc_fail(err, HC_OUTPUT, "the sink is full");
    }
    return HC_OK;
}

static enum hc_status on_series(
    void *context, const struct hc_label *labels, size_t n, struct hc_error *err)
{
    struct wire_log *log = context;

    mix(log, "series", 6);
    if (!log->quiet)
        hc_buf_puts(&log->text, "series");
    for (size_t i = 0; i < n; i++) {
        mix(log, labels[i].name, labels[i].name_len);
        mix(log, labels[i].value, labels[i].value_len);
        if (labels[i].name[labels[i].name_len] || labels[i].value[labels[i].value_len])
            abort();
        if (log->quiet)
            continue;
        hc_buf_putc(&log->text, ' ');
        hc_buf_add(&log->text, labels[i].name, labels[i].name_len);
        hc_buf_putc(&log->text, '=');
        hc_buf_add(&log->text, labels[i].value, labels[i].value_len);
    }
    if (!log->quiet)
        hc_buf_putc(&log->text, '\n');
    return may_go_on(log, err);
}

static enum hc_status on_samples(
    void *context, const struct hc_sample *samples, size_t n, struct hc_error *err)
{
    struct wire_log *log = context;

    if (!n)
        abort();
    for (size_t i = 0; i < n; i++) {
        uint64_t bits;

        memcpy(&bits, &samples[i].v, sizeof(bits));
        log->mix = mixed(log->mix ^ (uint64_t)samples[i].t_ms);
        log->mix = mixed(log->mix ^ bits);
        if (!log->quiet)
            hc_buf_printf(&log->text, "%lld %016llx\n", (long long)samples[i].t_ms,
                (unsigned long long)bits);
    }
    log->samples += n;
    return may_go_on(log, err);
}

static enum hc_status on_end(void *context, struct hc_error *err)
{
    struct wire_log *log = context;

    mix(log, "end", 3);
    if (!log->quiet)
        hc_buf_puts(&log->text, "end\n");
    return may_go_on(log, err);
}

static enum hc_status on_talk(
    void *context, enum hc_talk kind, const char *text, struct hc_error *err)
{
    static const char *const kinds[] = {"warning", "info", "note"};
    struct wire_log *log = context;

    mix(log, kinds[kind], 4);
    mix(log, text, strlen(text));
    if (!log->quiet)
        hc_buf_printf(&log->text, "%s %s\n", kinds[kind], text);
    return may_go_on(log, err);
}

struct hc_sink wire_sink(struct wire_log *log)
{
    return (struct hc_sink){.context = log,
        .series = on_series,
        .samples = on_samples,
        .end = on_end,
        .talk = on_talk};
}

void wire_log_clear(struct wire_log *log)
{
    hc_buf_clear(&log->text);
    *log = (struct wire_log){.quiet = log->quiet};
}

/* ---- random numbers ---- */

uint64_t wire_random(uint64_t *state)
{
    return mixed(*state += UINT64_C(0x9E3779B97F4A7C15));
}

uint64_t wire_below(uint64_t *state, uint64_t n)
{
    return wire_random(state) % n;
}

/* ---- chunks, bit by bit ---- */

struct bits {
    struct hc_buf *out;
    int used; /* of the last byte, 0..7; 0: it is full */
};

static void put_bit(struct bits *b, bool bit)
{
    if (!b->used)
        hc_buf_putc(b->out, 0);
    b->out->text[b->out->len - 1] |= (char)(bit << (7 - b->used));
    b->used = (b->used + 1) % 8;
}

static void put_bits(struct bits *b, uint64_t x, int n)
{
    while (n--)
        put_bit(b, x >> n & 1);
}

static void put_varint(struct bits *b, uint64_t x)
{
    for (; x >= 0x80; x >>= 7)
        put_bits(b, (x & 0x7F) | 0x80, 8);
    put_bits(b, x, 8);
}

static bool fits(int64_t x, int n)
{
    return -((INT64_C(1) << (n - 1)) - 1) <= x && x <= INT64_C(1) << (n - 1);
}

static void put_difference(struct bits *b, int64_t x)
{
    if (!x)
        put_bits(b, 0, 1);
    else if (fits(x, 14))
        put_bits(b, 2, 2), put_bits(b, (uint64_t)x, 14);
    else if (fits(x, 17))
        put_bits(b, 6, 3), put_bits(b, (uint64_t)x, 17);
    else if (fits(x, 20))
        put_bits(b, 14, 4), put_bits(b, (uint64_t)x, 20);
    else
        put_bits(b, 15, 4), put_bits(b, (uint64_t)x, 64);
}

static void put_change(struct bits *b, uint64_t change, int *leading, int *trailing)
{
    int l, t;

    put_bit(b, change != 0);
    if (!change)
        return;
    l = __builtin_clzll(change);
    l = l > 31 ? 31 : l;
    t = __builtin_ctzll(change);
    if (*leading >= 0 && l >= *leading && t >= *trailing) {
        put_bit(b, 0);
    } else {
        put_bit(b, 1);
        put_bits(b, (uint64_t)l, 5);
        put_bits(b, (uint64_t)(64 - l - t) & 63, 6);
        *leading = l;
        *trailing = t;
    }
    put_bits(b, change >> *trailing, 64 - *leading - *trailing);
}

static uint64_t bits_of(double v)
{
    uint64_t bits;

    memcpy(&bits, &v, sizeof(bits));
    return bits;
}

void wire_chunk(struct hc_buf *out, const struct hc_sample *s, size_t n)
{
    struct bits b = {.out = out};
    int leading = -1, trailing = 0;

    put_bits(&b, n, 16);
    for (size_t i = 0; i < n; i++) {
        if (i == 0) {
            put_varint(&b, (uint64_t)s[0].t_ms << 1 ^ (uint64_t)(s[0].t_ms >> 63));
            put_bits(&b, bits_of(s[0].v), 64);
            continue;
        }
        if (i == 1)
            put_varint(&b, (uint64_t)(s[1].t_ms - s[0].t_ms));
        else
            put_difference(
                &b, (s[i].t_ms - s[i - 1].t_ms) - (s[i - 1].t_ms - s[i - 2].t_ms));
        put_change(&b, bits_of(s[i].v) ^ bits_of(s[i - 1].v), &leading, &trailing);
    }
}

/* ---- messages ---- */

void wire_label(struct hc_buf *series, const char *name, const char *value)
{
    struct hc_buf HC_CLEANUP(hc_buf_clear) label = HC_BUF_INIT;

    hc_pb_put_bytes(&label, 1, name, strlen(name));
    hc_pb_put_bytes(&label, 2, value, strlen(value));
    hc_pb_put_bytes(series, 1, label.text, label.len);
}

void wire_put_data(struct hc_buf *series, int type, const void *data, size_t n)
{
    struct hc_buf HC_CLEANUP(hc_buf_clear) chunk = HC_BUF_INIT;

    hc_pb_put_int(&chunk, 3, type);
    hc_pb_put_bytes(&chunk, 4, data, n);
    hc_pb_put_bytes(series, 2, chunk.text, chunk.len);
}

void wire_put_chunk(struct hc_buf *series, const struct hc_sample *samples, size_t n)
{
    struct hc_buf HC_CLEANUP(hc_buf_clear) data = HC_BUF_INIT;

    wire_chunk(&data, samples, n);
    wire_put_data(series, 1, data.text, data.len);
}

void wire_frame_raw(struct hc_buf *out, const void *message, size_t n)
{
    struct hc_crc32c crc;
    uint32_t sum;

    hc_crc32c_init(&crc);
    sum = hc_crc32c_of(&crc, message, n);
    hc_pb_put_varint(out, n);
    for (int shift = 24; shift >= 0; shift -= 8)
        hc_buf_putc(out, (char)(sum >> shift));
    hc_buf_add(out, message, n);
}

void wire_frame(struct hc_buf *out, const struct hc_buf *series)
{
    struct hc_buf HC_CLEANUP(hc_buf_clear) message = HC_BUF_INIT;

    hc_pb_put_bytes(&message, 1, series->text, series->len);
    wire_frame_raw(out, message.text, message.len);
}

void wire_put_sample(struct hc_buf *series, const struct hc_sample *sample)
{
    struct hc_buf HC_CLEANUP(hc_buf_clear) message = HC_BUF_INIT;

    hc_pb_put_varint(&message, 1 << 3 | 1);
    hc_buf_add(&message, &sample->v, 8);
    hc_pb_put_int(&message, 2, sample->t_ms);
    hc_pb_put_bytes(series, 2, message.text, message.len);
}

void wire_result(struct hc_buf *result, const struct hc_buf *series)
{
    hc_pb_put_bytes(result, 1, hc_buf_str(series), series->len);
}

void wire_response(struct hc_buf *out, const struct hc_buf *result)
{
    struct hc_buf HC_CLEANUP(hc_buf_clear) response = HC_BUF_INIT;

    hc_pb_put_bytes(&response, 1, hc_buf_str(result), result->len);
    if (hc_snappy_pack(response.text, response.len, out))
        abort();
}
