/*
 * The stored form: what is written reads back as the same, and no bytes whatever make
 * reading do more than say no. Allocations that fail, of every function of a profile.
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
#include "reference.h"

static struct table *table_of(size_t columns, size_t nodes, size_t steps, double missing)
{
    struct table_spec spec = {.nodes = nodes,
        .steps = steps,
        .columns = columns,
        .files = 2,
        .order = BY_TIME,
        .step_s = 300,
        .missing = missing,
        .lost = 0.1,
        .repeated = 0.2,
        .no_key = 0.01,
        .seed = 11};

    return table_random(&spec);
}

static struct hc_profile_options options_of(size_t columns)
{
    return (struct hc_profile_options){.columns = columns,
        .gauges = columns < 4 ? columns : 4,
        .main = 2,
        .main_column = {LEVEL, FOLLOWER},
        .grain_s = 3600,
        .step_hint_us = 300000000,
        .comoments = true};
}

/* Rows [from, to) of a table in a flushed profile. */
static enum hc_status add_rows(
    const struct table *t, size_t from, size_t to, struct hc_profile *profile)
{
    while (from < to) {
        size_t end = table_file_end(t, from);
        enum hc_status status;

        end = end < to ? end : to;
        end = end < from + 700 ? end : from + 700;
        status = table_feed(t, from, end, profile);
        if (status)
            return status;
        from = end;
    }
    return hc_profile_flush(profile);
}

static struct hc_profile *profile_of(
    const struct table *t, const struct hc_profile_options *options)
{
    struct hc_profile *profile = NULL;

    assert_int_equal(hc_profile_new(options, &profile), HC_OK);
    assert_int_equal(add_rows(t, 0, t->rows, profile), HC_OK);
    return profile;
}

struct bytes {
    uint8_t *at;
    size_t len;
};

static struct bytes written(const struct hc_profile *profile)
{
    struct bytes bytes = {0};

    assert_int_equal(hc_profile_write(profile, &bytes.at, &bytes.len), HC_OK);
    return bytes;
}

static struct hc_profile *read_back(const struct bytes *bytes)
{
    struct hc_profile *profile = NULL;
    struct hc_error err = {{0}};

    if (hc_profile_read(bytes->at, bytes->len, &profile, &err))
        fail_msg("%s", err.message);
    return profile;
}

/* ---- round trips ---- */

static void assert_reads_back(
    const struct table *t, const struct hc_profile_options *options)
{
    struct hc_profile *profile = profile_of(t, options), *copy;
    struct bytes first = written(profile), second;

    copy = read_back(&first);
    second = written(copy);
    assert_int_equal(first.len, second.len);
    assert_memory_equal(first.at, second.at, first.len);
    assert_profile_tells(t, copy, options);
    hc_profile_free(profile);
    hc_profile_free(copy);
    free(first.at);
    free(second.at);
}

static void what_is_written_reads_back(void **state)
{
    static const size_t columns[] = {1, 2, KINDS, 2 * KINDS};

    (void)state;
    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
        for (int k = 0; k < 4; k++) {
            struct table *t = table_of(columns[i], 4, 150, k & 1 ? 0.05 : 0);
            struct hc_profile_options options = options_of(columns[i]);

            options.comoments = k & 2;
            options.main = columns[i] > 1 ? 2 : 1;
            assert_reads_back(t, &options);
            options.gauges = options.main = 0;
            assert_reads_back(t, &options);
            table_free(t);
        }
}

static void nothing_reads_back(void **state)
{
    struct hc_profile_options options = options_of(3);
    struct table *t = table_new(0, 3, 0);

    (void)state;
    assert_reads_back(t, &options);
    table_free(t);
}

static void ranges_are_kept(void **state)
{
    struct table *t = table_of(5, 3, 100, 0.1);
    struct hc_profile_options options = options_of(5);
    const double low[5] = {0.1, -INFINITY, 1e10, 0, 6},
                 high[5] = {INFINITY, 1, 1e10 + 1, 100, 8};
    struct hc_profile *profile = NULL, *copy;
    struct bytes bytes;

    (void)state;
    options.low = low;
    options.high = high;
    assert_reads_back(t, &options);
    /* counting goes on in a profile that was read */
    assert_int_equal(hc_profile_new(&options, &profile), HC_OK);
    assert_int_equal(add_rows(t, 0, t->rows / 2, profile), HC_OK);
    bytes = written(profile);
    copy = read_back(&bytes);
    assert_int_equal(add_rows(t, t->rows / 2, t->rows, copy), HC_OK);
    assert_profile_tells(t, copy, &options);
    free(bytes.at);
    hc_profile_free(profile);
    hc_profile_free(copy);
    table_free(t);
}

static void stored_parts_merge(void **state)
{
    struct table *t = table_of(KINDS, 4, 300, 0.03);
    struct hc_profile_options options = options_of(KINDS);
    struct hc_profile *all = NULL;

    (void)state;
    for (size_t k = 0; k < 3; k++) {
        struct hc_profile *part = NULL, *copy;
        struct bytes bytes;

        assert_int_equal(hc_profile_new(&options, &part), HC_OK);
        assert_int_equal(
            add_rows(t, k * t->rows / 3, (k + 1) * t->rows / 3, part), HC_OK);
        bytes = written(part);
        copy = read_back(&bytes);
        free(bytes.at);
        hc_profile_free(part);
        if (!all) {
            all = copy;
            continue;
        }
        assert_int_equal(hc_profile_merge(all, copy), HC_OK);
        hc_profile_free(copy);
    }
    assert_profile_tells(t, all, &options);
    hc_profile_free(all);
    table_free(t);
}

static void what_is_open_is_not_written(void **state)
{
    struct table *t = table_of(3, 2, 20, 0);
    struct hc_profile_options options = options_of(3);
    struct hc_profile *profile = NULL;
    struct bytes bytes = {0};

    (void)state;
    assert_int_equal(hc_profile_new(&options, &profile), HC_OK);
    assert_int_equal(table_feed(t, 0, 5, profile), HC_OK);
    assert_int_equal(hc_profile_write(profile, &bytes.at, &bytes.len), HC_USAGE);
    assert_null(bytes.at);
    assert_int_equal(hc_profile_flush(profile), HC_OK);
    bytes = written(profile);
    free(bytes.at);
    hc_profile_free(profile);
    table_free(t);
}

/* Node names are bytes: empty, with NULs, of 10 kB. */
static void any_name_reads_back(void **state)
{
    struct hc_profile_options options = options_of(1);
    struct hc_profile *profile = NULL, *copy;
    struct hc_profile_node_result node;
    char *longest = calloc(10000, 1);
    struct bytes bytes;
    uint32_t id;

    (void)state;
    options.main = 1;
    assert_int_equal(hc_profile_new(&options, &profile), HC_OK);
    assert_int_equal(hc_profile_node(profile, "", 0, &id), HC_OK);
    assert_int_equal(hc_profile_node(profile, "a\0b", 3, &id), HC_OK);
    assert_int_equal(hc_profile_node(profile, longest, 10000, &id), HC_OK);
    assert_int_equal(id, 2);
    bytes = written(profile);
    copy = read_back(&bytes);
    assert_int_equal(hc_profile_read_node(copy, 1, &node, NULL), HC_OK);
    assert_int_equal(node.name_len, 3);
    assert_memory_equal(node.name, "a\0b", 3);
    assert_int_equal(hc_profile_node(copy, longest, 10000, &id), HC_OK);
    assert_int_equal(id, 2);
    assert_int_equal(hc_profile_nodes(copy), 3);
    free(bytes.at);
    free(longest);
    hc_profile_free(profile);
    hc_profile_free(copy);
}

/* ---- hostile bytes ---- */

/* A small state with every part in it. */
static struct bytes small_state(void)
{
    struct table *t = table_of(3, 2, 12, 0.2);
    struct hc_profile_options options = options_of(3);
    const double low[3] = {0, 0, 0}, high[3] = {1, 1, 1};
    struct hc_profile *profile;
    struct bytes bytes;

    options.gauges = 2;
    options.low = low;
    options.high = high;
    profile = profile_of(t, &options);
    bytes = written(profile);
    hc_profile_free(profile);
    table_free(t);
    return bytes;
}

/* Bitwise, not by a table: CRC-32C once more. */
static void seal(uint8_t *bytes, size_t len)
{
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i + 4 < len; i++) {
        crc ^= bytes[i];
        for (int k = 0; k < 8; k++)
            crc = crc & 1 ? crc >> 1 ^ 0x82F63B78u : crc >> 1;
    }
    for (size_t i = 0; i < 4 && len >= 4; i++)
        bytes[len - 4 + i] = (uint8_t)(~crc >> (8 * i));
}

/* A profile that was read does not choke on anything that one can ask it. */
static void use_all(struct hc_profile *profile, size_t columns, size_t gauges)
{
    double *r = calloc(columns * columns + 1, sizeof(*r));
    uint64_t *n = calloc(columns * columns + 1, sizeof(*n));
    struct hc_profile_node_result node;
    struct hc_profile_column column;
    struct hc_profile_gap *gaps;
    struct bytes bytes;

    assert_true(gauges <= columns);
    for (size_t j = 0; j < columns; j++) {
        hc_profile_read_column(profile, j, &column);
        (void)hc_profile_quantile(profile, j, 0.5);
    }
    (void)!hc_profile_correlation(profile, r, n);
    assert_int_equal(hc_profile_correlation_within(profile, r, n), HC_OK);
    for (uint32_t i = 0; i < hc_profile_nodes(profile); i++) {
        assert_int_equal(hc_profile_read_node(profile, i, &node, &gaps), HC_OK);
        free(gaps);
        (void)hc_profile_node_quantile(profile, i, 0, 1);
    }
    bytes = written(profile);
    free(bytes.at);
    free(r);
    free(n);
}

/* Reads bytes in a block of just their size; true if they are a state. */
static bool reads(const uint8_t *bytes, size_t len)
{
    uint8_t *exact = malloc(len ? len : 1);
    struct hc_profile *profile = NULL, *other = NULL;
    struct hc_error err = {{0}};
    enum hc_status status;
    uint64_t columns = 0, gauges = 0;

    assert_non_null(exact);
    memcpy(exact, bytes, len);
    status = hc_profile_read(exact, len, &profile, &err);
    if (status == HC_OK) {
        for (size_t i = 0; i < 8; i++) {
            columns |= (uint64_t)exact[4 + i] << (8 * i);
            gauges |= (uint64_t)exact[12 + i] << (8 * i);
        }
        use_all(profile, (size_t)columns, (size_t)gauges);
        assert_int_equal(hc_profile_read(exact, len, &other, NULL), HC_OK);
        assert_int_equal(hc_profile_merge(other, profile), HC_OK);
        use_all(other, (size_t)columns, (size_t)gauges);
        hc_profile_free(profile);
        hc_profile_free(other);
    } else {
        assert_int_equal(status, HC_INPUT);
        assert_null(profile);
        assert_true(strlen(err.message) > 10);
    }
    free(exact);
    return status == HC_OK;
}

static void every_cut_is_refused(void **state)
{
    struct bytes bytes = small_state();
    uint8_t *copy = malloc(bytes.len);

    (void)state;
    assert_true(reads(bytes.at, bytes.len));
    for (size_t len = 0; len < bytes.len; len++) {
        assert_false(reads(bytes.at, len));
        memcpy(copy, bytes.at, len);
        seal(copy, len);
        assert_false(reads(copy, len));
    }
    free(copy);
    free(bytes.at);
}

static void every_flipped_bit_is_noticed(void **state)
{
    struct bytes bytes = small_state();

    (void)state;
    for (size_t i = 0; i < 8 * bytes.len; i++) {
        bytes.at[i / 8] ^= (uint8_t)(1 << i % 8);
        assert_false(reads(bytes.at, bytes.len));
        bytes.at[i / 8] ^= (uint8_t)(1 << i % 8);
    }
    assert_true(reads(bytes.at, bytes.len));
    free(bytes.at);
}

/* The same flips with a checksum that is right: the parser is on its own. */
static void every_flipped_bit_is_survived(void **state)
{
    struct bytes bytes = small_state();
    size_t taken = 0;

    (void)state;
    for (size_t i = 0; i < 8 * (bytes.len - 4); i++) {
        bytes.at[i / 8] ^= (uint8_t)(1 << i % 8);
        seal(bytes.at, bytes.len);
        taken += reads(bytes.at, bytes.len);
        bytes.at[i / 8] ^= (uint8_t)(1 << i % 8);
    }
    assert_true(taken > 0);
    free(bytes.at);
}

static void mutate(struct dice *dice, uint8_t *bytes, size_t *len)
{
    static const uint64_t nasty[] = {0, 1, 2, 255, 4095, 4096, 65535, UINT32_MAX,
        1ull << 32, 1ull << 53, INT64_MAX, 1ull << 63, UINT64_MAX, UINT64_MAX / 8 + 1,
        0x7ff0000000000000u, 0x7ff8000000000000u, 0xfff0000000000000u};
    size_t at = 4 + dice_below(dice, *len - 8), width = 1ull << dice_below(dice, 4);
    size_t from = dice_below(dice, *len);
    uint64_t x = nasty[dice_below(dice, sizeof(nasty) / sizeof(nasty[0]))];

    switch (dice_below(dice, 5)) {
    case 0: bytes[at] = (uint8_t)dice_next(dice); break;
    case 1:
        for (size_t i = 0; i < width && at + i < *len; i++)
            bytes[at + i] = (uint8_t)(x >> (8 * i));
        break;
    case 2: /* something from elsewhere */
        for (size_t i = 0; i < 2 * width && at + i < *len && from + i < *len; i++)
            bytes[at + i] = bytes[from + i];
        break;
    case 3: /* some bytes less */
        if (*len < at + width + 8)
            break;
        memmove(bytes + at, bytes + at + width, *len - at - width);
        *len -= width;
        break;
    case 4: /* one up or down */
        bytes[at] = (uint8_t)(bytes[at] + (dice_below(dice, 2) ? 1 : -1));
        break;
    }
}

static void mutations_are_survived(void **state)
{
    enum { ROUNDS = 20000 };
    struct bytes bytes = small_state();
    uint8_t *copy = malloc(bytes.len);
    struct dice dice = {20240101};
    size_t taken = 0;

    (void)state;
    for (size_t i = 0; i < ROUNDS; i++) {
        size_t len = bytes.len, times = 1 + dice_below(&dice, 4);

        memcpy(copy, bytes.at, len);
        while (times--)
            mutate(&dice, copy, &len);
        seal(copy, len);
        taken += reads(copy, len);
    }
    assert_true(taken > ROUNDS / 100 && taken < ROUNDS);
    free(copy);
    free(bytes.at);
}

static void says_what_is_wrong(void **state)
{
    struct bytes bytes = small_state();
    struct hc_profile *profile = NULL;
    struct hc_error err;

    (void)state;
    assert_int_equal(
        hc_profile_read((const uint8_t *)"PAR1....", 8, &profile, &err), HC_INPUT);
    assert_string_equal(err.message, "not a stored state: it does not begin with 'HCS'");
    bytes.at[3] = 9;
    assert_int_equal(hc_profile_read(bytes.at, bytes.len, &profile, &err), HC_INPUT);
    assert_string_equal(
        err.message, "cannot read a state of version 9: this program reads version 1");
    bytes.at[3] = 1;
    assert_int_equal(hc_profile_read(bytes.at, 6, &profile, &err), HC_INPUT);
    assert_string_equal(err.message, "not a valid state: it ends too early");
    assert_int_equal(hc_profile_read(bytes.at, bytes.len - 1, &profile, &err), HC_INPUT);
    assert_string_equal(err.message, "not a valid state: its checksum is another");
    assert_int_equal(hc_profile_read(bytes.at, bytes.len - 1, &profile, NULL), HC_INPUT);
    assert_null(profile);
    free(bytes.at);
}

/* The layout is a promise: these bytes were written by version 1. */
static void the_layout_stays(void **state)
{
    static const char check[] = "123456789";
    struct hc_profile_options options = {.columns = 1, .grain_s = 3600};
    struct table *t = table_new(1, 1, 1);
    struct hc_profile *profile;
    struct bytes bytes;
    uint8_t crc[13] = {0};

    (void)state;
    t->value[0][0] = 1.5;
    t->time_us[0] = 1000000;
    profile = profile_of(t, &options);
    bytes = written(profile);
    assert_memory_equal(bytes.at, "HCS\1\1\0\0\0\0\0\0\0", 12);
    /* columns, gauges, main, grain, hint, two flags; rows, without key */
    assert_int_equal(bytes.at[4 + 3 * 8], 0x10);
    assert_int_equal(bytes.at[4 + 3 * 8 + 1], 0x0e);
    assert_int_equal(bytes.at[4 + 5 * 8 + 2], 1);
    /* the column: its mean, and one page with 1.5 in bucket 32 of 64 */
    assert_memory_equal(bytes.at + 62 + 6 * 8, "\0\0\0\0\0\0\xf8\x3f", 8);
    assert_memory_equal(
        bytes.at + 62 + 11 * 8, "\1\0\0\0\xff\3\0\0\0\0\0\0\1\0\0\0\1\0\0\0\0\0\0\0", 24);
    /* the check value of CRC-32C */
    memcpy(crc, check, 9);
    seal(crc, 13);
    assert_memory_equal(crc + 9, "\x83\x92\x06\xe3", 4);
    hc_profile_free(profile);
    free(bytes.at);
    table_free(t);
}

/* ---- allocations that fail ---- */

/* All that one does with profiles; leaves nothing behind, whatever fails. */
static enum hc_status use_everything(
    const struct table *t, const struct hc_profile_options *options)
{
    struct hc_profile *a = NULL, *b = NULL, *c = NULL;
    struct hc_profile_node_result node;
    struct hc_profile_gap *gaps = NULL;
    uint8_t *bytes = NULL;
    size_t len = 0;
    enum hc_status status = hc_profile_new(options, &a);

    if (!status)
        status = hc_profile_new(options, &b);
    if (!status)
        status = add_rows(t, 0, t->rows / 2, a);
    if (!status)
        status = add_rows(t, t->rows / 2, t->rows, b);
    if (!status)
        status = hc_profile_merge(a, b);
    if (!status)
        status = hc_profile_flush(a);
    if (!status)
        status = hc_profile_write(a, &bytes, &len);
    if (!status)
        status = hc_profile_read(bytes, len, &c, NULL);
    if (!status)
        status = hc_profile_merge(c, b);
    if (!status)
        status = hc_profile_read_node(c, 0, &node, &gaps);
    assert_true(!status || !gaps);
    free(gaps);
    free(bytes);
    hc_profile_free(a);
    hc_profile_free(b);
    hc_profile_free(c);
    return status;
}

static void failing_allocations_are_survived(void **state)
{
    struct table *t = table_of(4, 3, 60, 0.1);
    const double low[4] = {0}, high[4] = {1, 1, 1, 1};
    struct shelf shelf = {.gauges = 3};
    struct hc_profile_options options = options_of(4);
    enum hc_status status = HC_NO_MEMORY;
    long n = 0;

    (void)state;
    options.gauges = 3;
    options.low = low;
    options.high = high;
    options.sink = shelf_sink(&shelf);
    for (; status == HC_NO_MEMORY; n++) {
        hc_mem_fail_after(n);
        status = use_everything(t, &options);
        hc_mem_fail_after(-1);
    }
    assert_int_equal(status, HC_OK);
    assert_true(n > 100);
    shelf_clear(&shelf);
    table_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_reads_back),
        cmocka_unit_test(nothing_reads_back),
        cmocka_unit_test(ranges_are_kept),
        cmocka_unit_test(stored_parts_merge),
        cmocka_unit_test(what_is_open_is_not_written),
        cmocka_unit_test(any_name_reads_back),
        cmocka_unit_test(every_cut_is_refused),
        cmocka_unit_test(every_flipped_bit_is_noticed),
        cmocka_unit_test(every_flipped_bit_is_survived),
        cmocka_unit_test(mutations_are_survived),
        cmocka_unit_test(says_what_is_wrong),
        cmocka_unit_test(the_layout_stays),
        cmocka_unit_test(failing_allocations_are_survived),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
