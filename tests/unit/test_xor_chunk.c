/* Chunks as the tests write them read back; cut or flipped ones do no harm. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <stdlib.h>

#include <cmocka.h>

#include "collect/xor_chunk.h"
#include "wire.h"

enum { SAMPLES = 300 };

/* Times and values of all sorts. */
static size_t random_samples(uint64_t *seed, struct hc_sample *out)
{
    size_t n = 1 + wire_below(seed, SAMPLES - 1);
    int64_t t = (int64_t)wire_below(seed, 1) + 1700000000000, step = 15000;
    uint64_t kind = wire_below(seed, 6);
    double v = 0;

    for (size_t i = 0; i < n; i++) {
        uint64_t bits = wire_random(seed);

        out[i] = (struct hc_sample){t, v};
        if (kind == 0)
            memcpy(&v, &bits, sizeof(v));
        else if (kind == 1)
            v += (double)wire_below(seed, 3);
        else if (kind < 5)
            v = (double)(bits >> 11) * 0x1p-53;
        if (wire_below(seed, 4) == 0)
            step = (int64_t)(1 +
                             wire_below(seed, UINT64_C(1) << (1 + wire_below(seed, 40))));
        t += step;
    }
    return n;
}

static enum hc_status read_chunk(
    const void *bytes, size_t len, struct hc_sample *out, size_t *n)
{
    uint8_t *exact = malloc(len ? len : 1);
    struct hc_xor_chunk chunk;
    enum hc_status status;

    memcpy(exact, bytes, len);
    status = hc_xor_chunk_open(&chunk, exact, len);
    *n = 0;
    while (!status && *n < hc_xor_chunk_count(&chunk) && *n < SAMPLES) {
        status = hc_xor_chunk_next(&chunk, &out[*n]);
        *n += !status;
    }
    if (status)
        assert_non_null(chunk.fault);
    free(exact);
    return status;
}

static void what_is_written_reads_back(void **state)
{
    struct hc_sample in[SAMPLES], out[SAMPLES];
    struct hc_buf bytes = HC_BUF_INIT;
    uint64_t seed = 7;

    (void)state;
    for (int i = 0; i < 3000; i++) {
        size_t n = random_samples(&seed, in), m;

        hc_buf_reset(&bytes);
        wire_chunk(&bytes, in, n);
        assert_int_equal(read_chunk(bytes.text, bytes.len, out, &m), HC_OK);
        assert_int_equal(n, m);
        assert_memory_equal(in, out, n * sizeof(in[0]));
    }
    hc_buf_clear(&bytes);
}

/* The differences at which the next size of field begins, both ways. */
static void every_size_of_difference(void **state)
{
    static const int64_t edges[] = {
        8191, 8192, 8193, 65535, 65536, 65537, 524287, 524288, 524289, INT64_C(1) << 40};
    struct hc_sample in[3], out[SAMPLES];
    struct hc_buf bytes = HC_BUF_INIT;
    size_t m;

    (void)state;
    for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++)
        for (int sign = -1; sign <= 1; sign += 2) {
            int64_t delta = (INT64_C(1) << 41) + sign * edges[i];

            in[0] = (struct hc_sample){-(INT64_C(1) << 41), 1};
            in[1] = (struct hc_sample){0, 2};
            in[2] = (struct hc_sample){delta, 3};
            hc_buf_reset(&bytes);
            wire_chunk(&bytes, in, 3);
            assert_int_equal(read_chunk(bytes.text, bytes.len, out, &m), HC_OK);
            assert_memory_equal(in, out, sizeof(in));
        }
    hc_buf_clear(&bytes);
}

static void stale_markers_keep_their_bits(void **state)
{
    const uint64_t stale = HC_STALE_BITS;
    struct hc_sample in[3] = {{1, 1.5}, {2, 0}, {3, NAN}}, out[SAMPLES];
    struct hc_buf bytes = HC_BUF_INIT;
    size_t m;

    (void)state;
    memcpy(&in[1].v, &stale, sizeof(stale));
    wire_chunk(&bytes, in, 3);
    assert_int_equal(read_chunk(bytes.text, bytes.len, out, &m), HC_OK);
    assert_false(hc_is_stale(out[0].v));
    assert_true(hc_is_stale(out[1].v));
    assert_false(hc_is_stale(out[2].v));
    hc_buf_clear(&bytes);
}

static void every_cut_is_refused(void **state)
{
    struct hc_sample in[SAMPLES], out[SAMPLES];
    struct hc_buf bytes = HC_BUF_INIT;
    uint64_t seed = 8;
    size_t m;

    (void)state;
    for (int i = 0; i < 30; i++) {
        size_t n = random_samples(&seed, in);

        hc_buf_reset(&bytes);
        wire_chunk(&bytes, in, n);
        for (size_t len = 0; len < bytes.len; len++)
            assert_int_equal(read_chunk(bytes.text, len, out, &m), HC_INPUT);
        hc_buf_putc(&bytes, 'x');
        assert_int_equal(read_chunk(bytes.text, bytes.len, out, &m), HC_OK);
    }
    hc_buf_clear(&bytes);
}

/* Whatever the bytes say, times grow and stay in range. */
static void flipped_bits_are_survived(void **state)
{
    struct hc_sample in[SAMPLES], out[SAMPLES];
    struct hc_buf bytes = HC_BUF_INIT;
    uint64_t seed = 9;
    size_t m, refused = 0;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        size_t n = random_samples(&seed, in);

        hc_buf_reset(&bytes);
        wire_chunk(&bytes, in, n < 20 ? n : 20);
        for (uint64_t k = 1 + wire_below(&seed, 4); k; k--)
            bytes.text[wire_below(&seed, bytes.len)] ^= (char)(1 << wire_below(&seed, 8));
        refused += read_chunk(bytes.text, bytes.len, out, &m) == HC_INPUT;
        for (size_t s = 0; s < m; s++) {
            assert_in_range(out[s].t_ms + HC_TIME_MS_MAX, 0, 2 * HC_TIME_MS_MAX);
            assert_true(!s || out[s].t_ms > out[s - 1].t_ms);
        }
    }
    assert_in_range(refused, 1000, 19999);
    hc_buf_clear(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_reads_back),
        cmocka_unit_test(every_size_of_difference),
        cmocka_unit_test(stale_markers_keep_their_bits),
        cmocka_unit_test(every_cut_is_refused),
        cmocka_unit_test(flipped_bits_are_survived),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
