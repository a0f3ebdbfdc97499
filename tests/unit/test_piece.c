/*
 * The stored form of a piece: what was put in comes out, and nothing but all of it does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "collect/piece.h"

#define PROMQL "max by (instance) (node_load1)"

static const struct hc_piece_id id = {HC_Q_LOAD_1M, {6000, 6600}};

static struct hc_label label(const char *name, const char *value)
{
    return (struct hc_label){name, value, strlen(name), strlen(value)};
}

/* Two series, one with a gap, and a warning. */
static void fill(struct hc_piece *piece)
{
    const struct hc_label one[] = {label("cluster", "east"), label("instance", "a:1")};
    const struct hc_label two[] = {label("instance", "b")};
    const struct hc_sample samples[] = {{6000000, 1.5}, {6060000, -0.0}, {6540000, 3}};
    struct hc_sink sink;

    hc_piece_init(piece, &id, 60);
    sink = hc_piece_sink(piece);
    assert_int_equal(sink.talk(piece, HC_TALK_WARNING, "partial", NULL), HC_OK);
    assert_int_equal(sink.talk(piece, HC_TALK_INFO, "no matter", NULL), HC_OK);
    assert_int_equal(sink.series(piece, one, 2, NULL), HC_OK);
    assert_int_equal(sink.samples(piece, samples, 3, NULL), HC_OK);
    assert_int_equal(hc_sink_end(&sink, NULL), HC_OK);
    assert_int_equal(sink.series(piece, two, 1, NULL), HC_OK);
    assert_int_equal(sink.samples(piece, samples + 1, 1, NULL), HC_OK);
}

static void check(const struct hc_piece *piece)
{
    assert_int_equal(piece->n, 2);
    assert_int_equal(piece->n_points, 10);
    assert_string_equal(hc_buf_str(&piece->warnings), "partial\n");
    assert_string_equal(hc_piece_label(&piece->series[0], "cluster"), "east");
    assert_string_equal(hc_piece_label(&piece->series[0], "instance"), "a:1");
    assert_string_equal(hc_piece_label(&piece->series[1], "cluster"), "");
    assert_true(piece->series[0].values[0] == 1.5);
    assert_true(piece->series[0].values[9] == 3);
    assert_true(piece->series[0].values[2] != piece->series[0].values[2]);
    assert_true(piece->series[1].values[1] == 0);
}

static void test_there_and_back(void **unused)
{
    struct hc_piece piece, read;
    struct hc_buf bytes = HC_BUF_INIT;

    (void)unused;
    fill(&piece);
    check(&piece);
    assert_int_equal(hc_piece_encode(&piece, PROMQL, &bytes), HC_OK);
    assert_int_equal(hc_piece_decode(bytes.text, bytes.len, PROMQL, &read, NULL), HC_OK);
    check(&read);
    assert_memory_equal(&read.id, &id, sizeof(id));
    hc_piece_clear(&read);
    hc_piece_clear(&piece);
    hc_buf_clear(&bytes);
}

static void test_cut_at_every_byte(void **unused)
{
    struct hc_piece piece, read;
    struct hc_buf bytes = HC_BUF_INIT;

    (void)unused;
    fill(&piece);
    assert_int_equal(hc_piece_encode(&piece, PROMQL, &bytes), HC_OK);
    for (size_t n = 0; n < bytes.len; n++) {
        char *cut = malloc(n + 1); /* so that a sanitizer sees a byte too far */

        memcpy(cut, bytes.text, n);
        assert_int_equal(hc_piece_decode(cut, n, PROMQL, &read, NULL), HC_INPUT);
        free(cut);
    }
    hc_piece_clear(&piece);
    hc_buf_clear(&bytes);
}

static void test_flipped_at_every_bit(void **unused)
{
    struct hc_piece piece, read;
    struct hc_buf bytes = HC_BUF_INIT;

    (void)unused;
    fill(&piece);
    assert_int_equal(hc_piece_encode(&piece, PROMQL, &bytes), HC_OK);
    for (size_t bit = 0; bit < 8 * bytes.len; bit++) {
        bytes.text[bit / 8] ^= (char)(1 << bit % 8);
        assert_int_equal(
            hc_piece_decode(bytes.text, bytes.len, PROMQL, &read, NULL), HC_INPUT);
        bytes.text[bit / 8] ^= (char)(1 << bit % 8);
    }
    hc_piece_clear(&piece);
    hc_buf_clear(&bytes);
}

static void test_of_another_query(void **unused)
{
    struct hc_piece piece, read;
    struct hc_buf bytes = HC_BUF_INIT;

    (void)unused;
    fill(&piece);
    assert_int_equal(hc_piece_encode(&piece, PROMQL, &bytes), HC_OK);
    assert_int_equal(
        hc_piece_decode(bytes.text, bytes.len, "node_load5", &read, NULL), HC_INPUT);
    hc_piece_clear(&piece);
    hc_buf_clear(&bytes);
}

static void test_off_the_grid(void **unused)
{
    static const int64_t wrong_ms[] = {5940000, 6000001, 6600000, -1};
    const struct hc_label labels[] = {label("instance", "a")};
    struct hc_piece piece;
    struct hc_sink sink;

    (void)unused;
    hc_piece_init(&piece, &id, 60);
    sink = hc_piece_sink(&piece);
    assert_int_equal(sink.series(&piece, labels, 1, NULL), HC_OK);
    for (size_t i = 0; i < HC_COUNT(wrong_ms); i++) {
        struct hc_sample sample = {wrong_ms[i], 1};

        assert_int_equal(sink.samples(&piece, &sample, 1, NULL), HC_SERVICE);
    }
    hc_piece_clear(&piece);
}

static void test_as_a_file(void **unused)
{
    struct hc_piece_id other = {HC_Q_LOAD_1M, {6000, 6660}};
    struct hc_piece piece, read = {0};
    char dir[] = "/tmp/hindcast-piece-XXXXXX", from[256], to[256];

    (void)unused;
    assert_non_null(mkdtemp(dir));
    fill(&piece);
    assert_int_equal(hc_piece_read(&id, 60, PROMQL, dir, &read, NULL), HC_INPUT);
    assert_int_equal(hc_piece_write(&piece, PROMQL, dir, NULL), HC_OK);
    assert_int_equal(hc_piece_read(&id, 60, PROMQL, dir, &read, NULL), HC_OK);
    check(&read);
    hc_piece_clear(&read);
    /* a sound piece under another's name is not taken for it */
    snprintf(from, sizeof(from), "%s/load_1m-6000-6600.piece", dir);
    snprintf(to, sizeof(to), "%s/load_1m-6000-6660.piece", dir);
    assert_int_equal(rename(from, to), 0);
    assert_int_equal(hc_piece_read(&other, 60, PROMQL, dir, &read, NULL), HC_INPUT);
    hc_piece_clear(&piece);
    hc_tree_remove(dir);
}

static void test_without_memory(void **unused)
{
    struct hc_piece piece, read;
    struct hc_buf bytes = HC_BUF_INIT;
    enum hc_status status = HC_NO_MEMORY;

    (void)unused;
    fill(&piece);
    assert_int_equal(hc_piece_encode(&piece, PROMQL, &bytes), HC_OK);
    for (long n = 0; status == HC_NO_MEMORY; n++) {
        hc_mem_fail_after(n);
        status = hc_piece_decode(bytes.text, bytes.len, PROMQL, &read, NULL);
        hc_mem_fail_after(-1);
        assert_true(status == HC_OK || status == HC_NO_MEMORY);
    }
    check(&read);
    hc_piece_clear(&read);
    hc_piece_clear(&piece);
    hc_buf_clear(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_cut_at_every_byte),
        cmocka_unit_test(test_flipped_at_every_bit),
        cmocka_unit_test(test_of_another_query),
        cmocka_unit_test(test_off_the_grid),
        cmocka_unit_test(test_as_a_file),
        cmocka_unit_test(test_without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
