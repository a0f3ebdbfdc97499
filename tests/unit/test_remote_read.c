/* Answers to a remote read as the tests write them: cut in every place, flipped, merged.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "collect/protobuf.h"
#include "collect/remote_read.h"
#include "collect/snappy.h"
#include "wire.h"

struct outcome {
    enum hc_status status;
    struct hc_error err;
    struct wire_log log;
};

static const struct hc_remote_options whole_range = {
    .start_ms = INT64_MIN, .end_ms = INT64_MAX};

static void feed(struct hc_remote_read *read, const char *bytes, size_t n)
{
    char *exact = malloc(n ? n : 1);

    memcpy(exact, bytes, n);
    (void)!hc_remote_read_feed(read, exact, n, NULL);
    free(exact);
}

static struct outcome read_pieces(const struct hc_remote_options *o, const char *bytes,
    size_t len, size_t first, size_t piece)
{
    struct outcome out = {.status = HC_OK};
    struct wire_log log = {.fail_after = 0};
    struct hc_remote_options options = *o;
    struct hc_remote_read *read = NULL;

    options.sink = wire_sink(&log);
    assert_int_equal(hc_remote_read_new(&options, &read), HC_OK);
    feed(read, bytes, first);
    for (size_t at = first; at < len; at += piece)
        feed(read, bytes + at, len - at < piece ? len - at : piece);
    out.status = hc_remote_read_finish(read, &out.err);
    assert_int_equal(hc_remote_read_finish(read, NULL), out.status);
    hc_remote_read_free(read);
    out.log = log;
    return out;
}

static struct outcome read_buf(
    const struct hc_remote_options *o, const struct hc_buf *buf)
{
    return read_pieces(o, hc_buf_str(buf), buf->len, 0, buf->len + 1);
}

static void assert_told(
    const struct hc_remote_options *o, const struct hc_buf *buf, const char *told)
{
    struct outcome out = read_buf(o, buf);

    assert_string_equal(out.err.message, "");
    assert_int_equal(out.status, HC_OK);
    assert_string_equal(hc_buf_str(&out.log.text), told);
    wire_log_clear(&out.log);
}

static void assert_refused(
    const struct hc_remote_options *o, const struct hc_buf *buf, const char *fault)
{
    struct outcome out = read_buf(o, buf);

    assert_int_equal(out.status, HC_INPUT);
    if (!strstr(out.err.message, fault))
        fail_msg("'%s' does not say '%s'", out.err.message, fault);
    wire_log_clear(&out.log);
}

/* ---- fields ---- */

static void fields(void **state)
{
    struct hc_buf out = HC_BUF_INIT;
    struct hc_pb_field field;
    struct hc_pb pb, inner;
    int64_t x = 0;
    bool more;

    (void)state;
    hc_pb_put_int(&out, 1, -1);
    hc_pb_put_int(&out, 536870911, 300);
    hc_pb_put_bytes(&out, 3, "abc", 3);
    pb =
        (struct hc_pb){(const uint8_t *)out.text, (const uint8_t *)out.text + out.len, 0};
    assert_int_equal(hc_pb_next(&pb, &field, &more), HC_OK);
    assert_int_equal(hc_pb_int(&pb, &field, &x), HC_OK);
    assert_true(more && field.number == 1 && x == -1);
    assert_int_equal(hc_pb_next(&pb, &field, &more), HC_OK);
    assert_int_equal(hc_pb_bytes(&pb, &field, &inner), HC_INPUT);
    assert_true(more && field.number == 536870911 && field.value == 300);
    assert_int_equal(hc_pb_next(&pb, &field, &more), HC_OK);
    assert_int_equal(hc_pb_bytes(&pb, &field, &inner), HC_OK);
    assert_true(inner.end - inner.p == 3 && !memcmp(inner.p, "abc", 3));
    assert_int_equal(hc_pb_next(&pb, &field, &more), HC_OK);
    assert_false(more);
    hc_buf_clear(&out);
}

static void what_is_no_field(void **state)
{
    static const struct {
        const char *bytes;
        size_t n;
    } bad[] = {{"\x08", 1}, {"\x08\x80", 2}, {"\x00\x01", 2}, {"\x0b", 1}, {"\x0c", 1},
        {"\x0f", 1}, {"\x09\x01\x02\x03\x04\x05\x06\x07", 8}, {"\x0d\x01\x02\x03", 4},
        {"\x12\x02\x01", 3}, {"\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11},
        {"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 11},
        {"\x08\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 12},
        {"\x80\x80\x80\x80\x80\x01", 6}};

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct hc_pb pb = {(const uint8_t *)bad[i].bytes,
            (const uint8_t *)bad[i].bytes + bad[i].n, NULL};
        struct hc_pb_field field;
        bool more;

        assert_int_equal(hc_pb_next(&pb, &field, &more), HC_INPUT);
        assert_non_null(pb.fault);
    }
}

/* ---- requests ---- */

static void a_request(void **state)
{
    const struct hc_matcher matchers[] = {{HC_MATCH_EQ, "__name__", "up"},
        {HC_MATCH_NEQ, "a", ""}, {HC_MATCH_RE, "b", "x|y"}, {HC_MATCH_NRE, "c", "z"}};
    const struct hc_remote_query query = {matchers, 4, 1000, 2000};
    static const char expected[] = "\x0a\x35\x08\xe8\x07\x10\xd0\x0f"
                                   "\x1a\x0e\x12\x08__name__\x1a\x02up"
                                   "\x1a\x07\x08\x01\x12\x01"
                                   "a\x1a\x00"
                                   "\x1a\x0a\x08\x02\x12\x01"
                                   "b\x1a\x03x|y"
                                   "\x1a\x08\x08\x03\x12\x01"
                                   "c\x1a\x01z"
                                   "\x12\x02\x01\x00";
    struct hc_buf out = HC_BUF_INIT, plain = HC_BUF_INIT;
    const char *fault;

    (void)state;
    assert_int_equal(hc_remote_request(&query, &out), HC_OK);
    assert_int_equal(hc_snappy_unpack(out.text, out.len, 1000, &plain, &fault), HC_OK);
    assert_int_equal(plain.len, sizeof(expected) - 1);
    assert_memory_equal(plain.text, expected, plain.len);
    assert_int_equal(hc_snappy_unpack(out.text, out.len, 10, &plain, &fault), HC_INPUT);
    hc_buf_clear(&out);
    hc_buf_clear(&plain);
}

static void kinds_of_answer(void **state)
{
    enum hc_remote_kind kind = HC_REMOTE_SAMPLES;
    struct hc_error err;

    (void)state;
    assert_int_equal(hc_remote_kind("application/x-streamed-protobuf; "
                                    "proto=prometheus.ChunkedReadResponse",
                         &kind, NULL),
        HC_OK);
    assert_int_equal(kind, HC_REMOTE_STREAMED);
    assert_int_equal(hc_remote_kind("application/x-protobuf", &kind, NULL), HC_OK);
    assert_int_equal(kind, HC_REMOTE_SAMPLES);
    assert_int_equal(hc_remote_kind("text/html; charset=utf-8", &kind, &err), HC_SERVICE);
    assert_non_null(strstr(err.message, "'text/html"));
    assert_int_equal(
        hc_remote_kind("application/x-streamed-protobuf; proto=other", &kind, NULL),
        HC_SERVICE);
}

/* ---- streams ---- */

/* Two series; the first goes on in a second frame. */
static struct hc_buf stream(void)
{
    const struct hc_sample s[] = {{1000, 1}, {2000, 2}, {3000, 3}, {4000, 4}};
    struct hc_buf out = HC_BUF_INIT, series = HC_BUF_INIT;

    wire_label(&series, "b", "2");
    wire_label(&series, "a", "1");
    wire_put_chunk(&series, s, 2);
    wire_frame(&out, &series);
    hc_buf_reset(&series);
    wire_label(&series, "b", "2");
    wire_label(&series, "a", "1");
    wire_put_chunk(&series, s + 2, 1);
    wire_put_chunk(&series, s + 3, 1);
    wire_frame(&out, &series);
    hc_buf_reset(&series);
    wire_put_chunk(&series, s, 1);
    wire_frame(&out, &series);
    hc_buf_clear(&series);
    return out;
}

static const char stream_told[] = "series a=1 b=2\n1000 3ff0000000000000\n"
                                  "2000 4000000000000000\n3000 4008000000000000\n"
                                  "4000 4010000000000000\nend\n"
                                  "series\n1000 3ff0000000000000\nend\n";

static void a_stream(void **state)
{
    struct hc_buf bytes = stream(), empty = HC_BUF_INIT;

    (void)state;
    assert_told(&whole_range, &bytes, stream_told);
    assert_told(&whole_range, &empty, "");
    for (size_t piece = 1; piece <= bytes.len; piece++)
        for (size_t first = 0; first <= bytes.len; first++) {
            struct outcome out =
                read_pieces(&whole_range, bytes.text, bytes.len, first, piece);

            assert_string_equal(hc_buf_str(&out.log.text), stream_told);
            assert_int_equal(out.status, HC_OK);
            wire_log_clear(&out.log);
        }
    hc_buf_clear(&bytes);
}

static void only_the_range_asked_for(void **state)
{
    struct hc_remote_options o = {.start_ms = 2000, .end_ms = 3000};
    struct hc_buf bytes = stream();

    (void)state;
    assert_told(&o, &bytes,
        "series a=1 b=2\n2000 4000000000000000\n3000 4008000000000000\nend\n");
    o.start_ms = o.end_ms = 1500;
    assert_told(&o, &bytes, "");
    hc_buf_clear(&bytes);
}

/* Where the frames end; a stream may be cut there. */
static bool at_frame(const struct hc_buf *bytes, size_t at)
{
    size_t frame = 0;

    while (frame < at)
        frame += 5 + (unsigned char)bytes->text[frame];
    return frame == at;
}

static void every_truncation_is_refused(void **state)
{
    struct hc_buf bytes = stream();

    (void)state;
    for (size_t len = 0; len < bytes.len; len++) {
        struct outcome out = read_pieces(&whole_range, bytes.text, len, 0, 1000);

        assert_int_equal(out.status, at_frame(&bytes, len) ? HC_OK : HC_INPUT);
        wire_log_clear(&out.log);
    }
    hc_buf_clear(&bytes);
}

static void every_flipped_bit_is_noticed(void **state)
{
    struct hc_buf bytes = stream();

    (void)state;
    for (size_t i = 0; i < 8 * bytes.len; i++) {
        bytes.text[i / 8] ^= (char)(1 << i % 8);
        struct outcome out = read_pieces(&whole_range, bytes.text, bytes.len, 0, 7);
        assert_int_equal(out.status, HC_INPUT);
        wire_log_clear(&out.log);
        bytes.text[i / 8] ^= (char)(1 << i % 8);
    }
    hc_buf_clear(&bytes);
}

/* ---- chunks that overlap ---- */

static void chunks_are_merged(void **state)
{
    const struct hc_sample a[] = {{1000, 1}, {3000, 1}, {5000, 1}},
                           b[] = {{2000, 2}, {3000, 2}, {4000, 2}, {6000, 2}},
                           c[] = {{4500, 3}, {7000, 3}};
    struct hc_buf out = HC_BUF_INIT, series = HC_BUF_INIT;

    (void)state;
    wire_put_chunk(&series, a, 3);
    wire_put_chunk(&series, b, 4);
    wire_frame(&out, &series);
    hc_buf_reset(&series);
    wire_put_chunk(&series, c, 2);
    wire_frame(&out, &series);
    assert_told(&whole_range, &out,
        "series\n1000 3ff0000000000000\n"
        "note a series had several samples at the same time: the first one counts\n"
        "2000 4000000000000000\n3000 3ff0000000000000\n"
        "4000 4000000000000000\n4500 4008000000000000\n5000 3ff0000000000000\n"
        "6000 4000000000000000\n7000 4008000000000000\nend\n");
    hc_buf_clear(&series);
    hc_buf_clear(&out);
}

static void drop_note(struct hc_buf *text)
{
    char *note = strstr(text->text, "note "), *end = note ? strchr(note, '\n') + 1 : NULL;

    if (note)
        memmove(note, end, strlen(end) + 1);
}

/* Random chunks of a series: what comes out is the sorted union. */
static void random_chunks_are_merged(void **state)
{
    uint64_t seed = 21;

    (void)state;
    for (int round = 0; round < 300; round++) {
        struct hc_buf out = HC_BUF_INIT, series = HC_BUF_INIT, told = HC_BUF_INIT;
        bool there[2000] = {false};
        int64_t from = 0;
        struct outcome got;

        for (int chunk = 0; chunk < 10; chunk++) {
            struct hc_sample s[40];
            int64_t t = from;
            size_t n = 1 + wire_below(&seed, 40);

            for (size_t i = 0; i < n; i++) {
                s[i] = (struct hc_sample){t, 0};
                there[t] = true;
                t += 1 + (int64_t)wire_below(&seed, 4);
            }
            wire_put_chunk(&series, s, n);
            from += 1 + (int64_t)wire_below(&seed, 80);
        }
        wire_frame(&out, &series);
        hc_buf_puts(&told, "series\n");
        for (int t = 0; t < 2000; t++)
            if (there[t])
                hc_buf_printf(&told, "%d 0000000000000000\n", t);
        hc_buf_puts(&told, "end\n");
        got = read_buf(&whole_range, &out);
        assert_int_equal(got.status, HC_OK);
        drop_note(&got.log.text);
        assert_string_equal(got.log.text.text, told.text);
        wire_log_clear(&got.log);
        hc_buf_clear(&out);
        hc_buf_clear(&series);
        hc_buf_clear(&told);
    }
}

static void chunks_out_of_order_are_refused(void **state)
{
    const struct hc_sample s[] = {{1000, 1}, {2000, 2}, {3000, 3}};
    struct hc_buf out = HC_BUF_INIT, series = HC_BUF_INIT;

    (void)state;
    wire_put_chunk(&series, s, 1);
    wire_put_chunk(&series, s + 2, 1);
    wire_put_chunk(&series, s, 1);
    wire_frame(&out, &series);
    assert_refused(&whole_range, &out, "not in order of time");
    hc_buf_clear(&series);
    hc_buf_clear(&out);
}

/* ---- what else a frame may hold ---- */

static void histograms_are_skipped(void **state)
{
    const struct hc_sample s[] = {{1000, 1}};
    struct hc_buf out = HC_BUF_INIT, series = HC_BUF_INIT;

    (void)state;
    wire_put_data(&series, 2, "whatever", 8);
    wire_put_data(&series, 3, "", 0);
    wire_put_chunk(&series, s, 1);
    wire_frame(&out, &series);
    assert_told(&whole_range, &out,
        "note native histograms in the reply were skipped\n"
        "series\n1000 3ff0000000000000\nend\n");
    hc_buf_clear(&series);
    hc_buf_clear(&out);
}

static void assert_frame_refused(const char *message, size_t n, const char *fault)
{
    struct hc_buf out = HC_BUF_INIT;

    wire_frame_raw(&out, message, n);
    assert_refused(&whole_range, &out, fault);
    hc_buf_clear(&out);
}

static void frames_with_a_right_sum_and_a_wrong_message(void **state)
{
    struct hc_buf series = HC_BUF_INIT, message = HC_BUF_INIT;

    (void)state;
    assert_frame_refused("", 0, "a frame is empty");
    assert_frame_refused("\x10\x01", 2, "it answers another query");
    assert_frame_refused("\x0a\x05\x01", 3, "longer than what it is in");
    assert_frame_refused("\x08\x05", 2, "has another type");
    assert_frame_refused("\x0b", 1, "unknown type");
    assert_frame_refused("\x0a\x04\x12\x02\x18\x01", 6, "it has no count");
    wire_put_data(&series, 1, "", 0);
    hc_pb_put_bytes(&message, 1, series.text, series.len);
    assert_frame_refused(message.text, message.len, "it has no count");
    hc_buf_reset(&series);
    hc_buf_reset(&message);
    wire_label(&series, "a", "1");
    wire_label(&series, "a", "2");
    hc_pb_put_bytes(&message, 1, series.text, series.len);
    assert_frame_refused(message.text, message.len, "the label 'a' twice");
    hc_buf_reset(&series);
    hc_buf_reset(&message);
    wire_label(&series, "a", "\xff");
    hc_pb_put_bytes(&message, 1, series.text, series.len);
    assert_frame_refused(message.text, message.len, "not valid UTF-8");
    hc_buf_clear(&series);
    hc_buf_clear(&message);
}

static void frames_are_limited(void **state)
{
    struct hc_buf out = HC_BUF_INIT;

    (void)state;
    hc_buf_add(&out, "\x81\x80\x80\x10\0\0\0\0", 8); /* 32 MB and one */
    assert_refused(&whole_range, &out, "more than 32 MB");
    hc_buf_reset(&out);
    hc_buf_add(&out, "\x80\x80\x80\x80\x80\x00", 6);
    assert_refused(&whole_range, &out, "a frame has no length");
    hc_buf_clear(&out);
}

/* ---- the other kind of answer ---- */

static const struct hc_remote_options plain_range = {
    .kind = HC_REMOTE_SAMPLES, .start_ms = INT64_MIN, .end_ms = INT64_MAX};

static struct hc_buf response(void)
{
    const struct hc_sample s[] = {{1000, 1}, {2000, 2}};
    struct hc_buf out = HC_BUF_INIT, series = HC_BUF_INIT, result = HC_BUF_INIT;

    wire_label(&series, "b", "2");
    wire_label(&series, "a", "1");
    wire_put_sample(&series, &s[0]);
    wire_put_sample(&series, &s[1]);
    wire_result(&result, &series);
    hc_buf_reset(&series);
    hc_pb_put_bytes(&series, 2, "", 0); /* 0 at 0: what is zero is not written */
    hc_pb_put_bytes(&series, 4, "h", 1);
    wire_result(&result, &series);
    wire_response(&out, &result);
    hc_buf_clear(&series);
    hc_buf_clear(&result);
    return out;
}

static void a_response(void **state)
{
    static const char told[] = "series a=1 b=2\n1000 3ff0000000000000\n"
                               "2000 4000000000000000\nend\n"
                               "note native histograms in the reply were skipped\n"
                               "series\n0 0000000000000000\nend\n";
    struct hc_buf bytes = response(), empty = HC_BUF_INIT;

    (void)state;
    assert_told(&plain_range, &bytes, told);
    assert_refused(&plain_range, &empty, "not compressed by Snappy");
    for (size_t piece = 1; piece <= bytes.len; piece++) {
        struct outcome out = read_pieces(&plain_range, bytes.text, bytes.len, 3, piece);

        assert_string_equal(hc_buf_str(&out.log.text), told);
        wire_log_clear(&out.log);
    }
    for (size_t len = 0; len < bytes.len; len++) {
        struct outcome out = read_pieces(&plain_range, bytes.text, len, 0, 1000);

        assert_int_equal(out.status, HC_INPUT);
        wire_log_clear(&out.log);
    }
    hc_buf_clear(&bytes);
}

static void wrong_responses(void **state)
{
    const struct hc_sample back[] = {{2000, 1}, {1000, 2}}, far = {INT64_MAX, 1};
    struct hc_buf out = HC_BUF_INIT, series = HC_BUF_INIT, result = HC_BUF_INIT;

    (void)state;
    wire_put_sample(&series, &back[0]);
    wire_put_sample(&series, &back[1]);
    wire_result(&result, &series);
    wire_response(&out, &result);
    assert_refused(&plain_range, &out, "times do not grow");
    hc_buf_reset(&series);
    hc_buf_reset(&result);
    wire_put_sample(&series, &far);
    wire_result(&result, &series);
    wire_response(&out, &result);
    assert_refused(&plain_range, &out, "a time is out of range");
    assert_int_equal(hc_snappy_pack("", 0, &out), HC_OK);
    assert_refused(&plain_range, &out, "it has no result");
    assert_int_equal(hc_snappy_pack("\x0a\x00\x0a\x00", 4, &out), HC_OK);
    assert_refused(&plain_range, &out, "it answers another query");
    assert_int_equal(hc_snappy_pack("\x0a\x00", 2, &out), HC_OK);
    assert_told(&plain_range, &out, "");
    /* says that 3 GB are in it, and 300 MB */
    hc_buf_reset(&out);
    hc_buf_add(&out, "\x80\x80\x80\x80\x0c\0", 6);
    assert_refused(&plain_range, &out, "it has more than 256 MB inside");
    hc_buf_reset(&out);
    hc_buf_add(&out, "\x80\x80\x80\x10\0", 5);
    assert_refused(&plain_range, &out, "not compressed by Snappy");
    hc_buf_clear(&out);
    hc_buf_clear(&series);
    hc_buf_clear(&result);
}

/* ---- failures around it ---- */

static void a_sink_may_stop(void **state)
{
    struct hc_buf bytes = stream();

    (void)state;
    for (long calls = 1; calls <= 6; calls++) {
        struct wire_log log = {.fail_after = calls};
        struct hc_remote_options o = whole_range;
        struct hc_remote_read *read = NULL;
        struct hc_error err = {{0}};

        o.sink = wire_sink(&log);
        assert_int_equal(hc_remote_read_new(&o, &read), HC_OK);
        (void)!hc_remote_read_feed(read, bytes.text, bytes.len, NULL);
        assert_int_equal(hc_remote_read_finish(read, &err), HC_OUTPUT);
        assert_string_equal(err.message, "the sink is full");
        hc_remote_read_free(read);
        wire_log_clear(&log);
    }
    hc_buf_clear(&bytes);
}

static int memory_ends(const struct hc_remote_options *o, struct hc_buf bytes)
{
    int failed = 0;

    for (long n = 0; n < 60; n++) {
        struct wire_log log = {.quiet = true};
        struct hc_remote_options options = *o;
        struct hc_remote_read *read = NULL;
        enum hc_status status;

        options.sink = wire_sink(&log);
        hc_mem_fail_after(n);
        status = hc_remote_read_new(&options, &read);
        for (size_t i = 0; !status && i < bytes.len; i++)
            status = hc_remote_read_feed(read, &bytes.text[i], 1, NULL);
        if (!status)
            status = hc_remote_read_finish(read, NULL);
        hc_mem_fail_after(-1);
        assert_true(status == HC_OK || status == HC_NO_MEMORY);
        failed += status == HC_NO_MEMORY;
        hc_remote_read_free(read);
    }
    hc_buf_clear(&bytes);
    return failed;
}

static void memory_may_end(void **state)
{
    (void)state;
    assert_in_range(memory_ends(&whole_range, stream()), 5, 59);
    assert_in_range(memory_ends(&plain_range, response()), 5, 59);
    hc_remote_read_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields),
        cmocka_unit_test(what_is_no_field),
        cmocka_unit_test(a_request),
        cmocka_unit_test(kinds_of_answer),
        cmocka_unit_test(a_stream),
        cmocka_unit_test(only_the_range_asked_for),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(every_flipped_bit_is_noticed),
        cmocka_unit_test(chunks_are_merged),
        cmocka_unit_test(random_chunks_are_merged),
        cmocka_unit_test(chunks_out_of_order_are_refused),
        cmocka_unit_test(histograms_are_skipped),
        cmocka_unit_test(frames_with_a_right_sum_and_a_wrong_message),
        cmocka_unit_test(frames_are_limited),
        cmocka_unit_test(a_response),
        cmocka_unit_test(wrong_responses),
        cmocka_unit_test(a_sink_may_stop),
        cmocka_unit_test(memory_may_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
