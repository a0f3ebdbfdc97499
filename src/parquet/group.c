#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/name_index.h"
#include "parquet/format.h"
#include "parquet/pack.h"
#include "parquet/split.h"
#include "parquet/thrift.h"

/* ---- new, begin, free ---- */

enum hc_status hc_parquet_group_new(
    const struct hc_parquet_schema *schema, struct hc_parquet_group **ret)
{
    struct hc_parquet_group *group = hc_calloc(1, sizeof(*group));

    if (!group)
        return HC_NO_MEMORY;
    group->schema = schema;
    group->chunks = hc_calloc(schema->n_columns, sizeof(*group->chunks));
    if (!group->chunks || hc_packer_new(&group->packer)) {
        hc_parquet_group_free(group);
        return HC_NO_MEMORY;
    }
    *ret = group;
    return HC_OK;
}

void hc_parquet_group_free(struct hc_parquet_group *group)
{
    if (!group)
        return;
    hc_packer_free(group->packer);
    hc_buf_clear(&group->bytes);
    hc_free(group->chunks);
    hc_free(group);
}

void hc_parquet_group_begin(struct hc_parquet_group *group, size_t rows)
{
    assert(rows > 0 && rows <= 1 << 27);
    group->rows = rows;
    group->n_done = 0;
    hc_buf_reset(&group->bytes);
}

/* ---- what all columns do ---- */

static struct hc_parquet_chunk *next_column(
    struct hc_parquet_group *group, enum hc_parquet_type type)
{
    struct hc_parquet_chunk *chunk = &group->chunks[group->n_done];

    assert(group->n_done < group->schema->n_columns);
    assert(group->schema->columns[group->n_done].type == type);
    group->n_done++;
    *chunk = (struct hc_parquet_chunk){.encoding = PQ_PLAIN, .dictionary_at = -1};
    return chunk;
}

static bool is_nullable(const struct hc_parquet_group *group)
{
    return group->schema->columns[group->n_done - 1].nullable;
}

static enum hc_status flush(struct hc_parquet_group *group,
    struct hc_parquet_chunk *chunk, const struct hc_page *page)
{
    int64_t before = (int64_t)group->bytes.len, plain;

    HC_TRY(hc_packer_flush(group->packer, page, &group->bytes, &plain));
    chunk->bytes += (int64_t)group->bytes.len - before;
    chunk->plain_bytes += plain;
    return HC_OK;
}

static enum hc_status flush_data(
    struct hc_parquet_group *group, struct hc_parquet_chunk *chunk, size_t bytes)
{
    const struct hc_page page = {.type = PQ_DATA_PAGE,
        .encoding = chunk->encoding,
        .values = group->rows,
        .bytes = bytes};

    chunk->data_at = (int64_t)group->bytes.len;
    return flush(group, chunk, &page);
}

static void set_range(
    struct hc_parquet_chunk *chunk, const void *low, const void *high, size_t n)
{
    chunk->has_range = true;
    chunk->low_len = chunk->high_len = (uint8_t)n;
    memcpy(chunk->low, low, n);
    memcpy(chunk->high, high, n);
}

/* ---- whole numbers ---- */

#define RANGE_OF(type, values, n, chunk)                                                 \
    do {                                                                                 \
        type low = (values)[0], high = (values)[0];                                      \
                                                                                         \
        for (size_t i = 1; i < (n); i++) {                                               \
            low = (values)[i] < low ? (values)[i] : low;                                 \
            high = (values)[i] > high ? (values)[i] : high;                              \
        }                                                                                \
        set_range(chunk, &low, &high, sizeof(type));                                     \
    } while (0)

static enum hc_status put_plain(struct hc_parquet_group *group,
    struct hc_parquet_chunk *chunk, const void *values, size_t bytes)
{
    uint8_t *room = hc_packer_room(group->packer, bytes);

    if (!room)
        return HC_NO_MEMORY;
    memcpy(room, values, bytes);
    return flush_data(group, chunk, bytes);
}

enum hc_status hc_parquet_put_i64(struct hc_parquet_group *group, const int64_t *values)
{
    bool is_time = group->schema->columns[group->n_done].type == HC_PARQUET_TIME;
    struct hc_parquet_chunk *chunk =
        next_column(group, is_time ? HC_PARQUET_TIME : HC_PARQUET_INT64);

    RANGE_OF(int64_t, values, group->rows, chunk);
    return put_plain(group, chunk, values, group->rows * sizeof(*values));
}

enum hc_status hc_parquet_put_i32(struct hc_parquet_group *group, const int32_t *values)
{
    struct hc_parquet_chunk *chunk = next_column(group, HC_PARQUET_INT32);

    RANGE_OF(int32_t, values, group->rows, chunk);
    return put_plain(group, chunk, values, group->rows * sizeof(*values));
}

/* ---- definition levels: 1 where there is a value ---- */

static size_t put_length(uint8_t *room, size_t bytes)
{
    for (size_t k = 0; k < 4; k++)
        room[k] = (uint8_t)(bytes >> (8 * k));
    return 4 + bytes;
}

static size_t put_varint(uint8_t *out, uint64_t value)
{
    size_t n = 0;

    for (; value >= 0x80; value >>= 7)
        out[n++] = (uint8_t)(value | 0x80);
    out[n++] = (uint8_t)value;
    return n;
}

enum { LEVELS_ROOM = 4 + 10 };

/* All of `n` values are there: one run. */
static size_t put_all_there(uint8_t *room, size_t n)
{
    size_t len = put_varint(room + 4, (uint64_t)n << 1);

    room[4 + len] = 1;
    return put_length(room, len + 1);
}

/* A bit a value. */
static size_t put_there(uint8_t *room, const double *values, size_t n)
{
    size_t bytes = (n + 7) / 8, len = put_varint(room + 4, (uint64_t)bytes << 1 | 1);
    uint8_t *bits = room + 4 + len;

    memset(bits, 0, bytes);
    for (size_t i = 0; i < n; i++)
        bits[i / 8] |= (uint8_t)(!isnan(values[i]) << (i % 8));
    return put_length(room, len + bytes);
}

/* ---- doubles ---- */

struct look {
    size_t nulls, alike; /* values with the bits of the one before */
    double low, high;
};

static bool same_bits(const double *a, const double *b)
{
    return !memcmp(a, b, sizeof(*a));
}

static struct look look_at(const double *values, size_t n)
{
    struct look look = {.low = INFINITY, .high = -INFINITY};
    double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};

    /* two of each: the next comparison need not wait for the last; NaN is neither */
    for (size_t i = 0; i < n; i++) {
        look.nulls += isnan(values[i]) != 0;
        low[i % 2] = values[i] < low[i % 2] ? values[i] : low[i % 2];
        high[i % 2] = values[i] > high[i % 2] ? values[i] : high[i % 2];
    }
    for (size_t i = 1; i < n; i++)
        look.alike += same_bits(&values[i], &values[i - 1]);
    look.low = low[0] < low[1] ? low[0] : low[1];
    look.high = high[0] > high[1] ? high[0] : high[1];
    return look;
}

/* By the format: a zero is -0 as the smallest value and +0 as the largest. */
static void set_double_range(struct hc_parquet_chunk *chunk, const struct look *look)
{
    double low = look->low == 0 ? -0.0 : look->low;
    double high = look->high == 0 ? 0.0 : look->high;

    if (look->low <= look->high)
        set_range(chunk, &low, &high, sizeof(low));
}

static size_t squeeze(const double *values, size_t n, double *out)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        out[kept] = values[i];
        kept += !isnan(values[i]);
    }
    return kept;
}

enum hc_status hc_parquet_put_doubles(
    struct hc_parquet_group *group, const double *values)
{
    struct hc_parquet_chunk *chunk = next_column(group, HC_PARQUET_DOUBLE);
    size_t n = group->rows, room_bytes = LEVELS_ROOM + n / 8 + 1 + (n + 1) * 16, len = 0;
    struct look look = look_at(values, n);
    /* what is written, and behind it the values that are there */
    uint8_t *room = hc_packer_room(group->packer, room_bytes + 8);

    if (!room)
        return HC_NO_MEMORY;
    assert(is_nullable(group) || !look.nulls);
    chunk->nulls = (int64_t)look.nulls;
    set_double_range(chunk, &look);
    if (is_nullable(group))
        len = look.nulls ? put_there(room, values, n) : put_all_there(room, n);
    if (look.nulls) {
        double *there = (double *)(room + (room_bytes - (n + 1) * 8) / 8 * 8);

        n = squeeze(values, n, there);
        values = there;
    }
    if (look.alike > look.nulls && 2 * (look.alike - look.nulls) > n) {
        memmove(room + len, values, n * sizeof(double));
    } else {
        chunk->encoding = PQ_BYTE_STREAM_SPLIT;
        hc_split_doubles(values, n, room + len);
    }
    return flush_data(group, chunk, len + n * sizeof(double));
}

/* ---- text ---- */

/* The texts of a column, in the order in which they come. */
struct words {
    struct hc_name_index index;
    size_t *of_run; /* HC_NO_NAME: null */
    size_t bytes;   /* of the dictionary, plain */
};

static void words_clear(struct words *words)
{
    hc_name_index_clear(&words->index);
    hc_free(words->of_run);
}

static enum hc_status collect(
    struct words *words, const struct hc_parquet_run *runs, size_t n)
{
    words->of_run = hc_alloc(n, sizeof(*words->of_run));
    if (!words->of_run)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        size_t before = words->index.n;

        words->of_run[i] = HC_NO_NAME;
        if (!runs[i].text)
            continue;
        HC_TRY(hc_name_index_add(
            &words->index, runs[i].text, runs[i].len, &words->of_run[i]));
        if (words->index.n > before)
            words->bytes += 4 + runs[i].len;
    }
    return HC_OK;
}

static enum hc_status put_dictionary(struct hc_parquet_group *group,
    struct hc_parquet_chunk *chunk, const struct words *words)
{
    const struct hc_page page = {.type = PQ_DICTIONARY_PAGE,
        .encoding = PQ_PLAIN,
        .values = words->index.n,
        .bytes = words->bytes};
    uint8_t *room = hc_packer_room(group->packer, words->bytes);

    if (!room)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < words->index.n; i++) {
        size_t len;
        const char *text = hc_name_index_name(&words->index, i, &len);

        put_length(room, len);
        memcpy(room + 4, text, len);
        room += 4 + len;
    }
    chunk->dictionary_at = (int64_t)group->bytes.len;
    return flush(group, chunk, &page);
}

static int compare(const struct words *words, size_t a, size_t b)
{
    size_t len_a, len_b;
    const char *text_a = hc_name_index_name(&words->index, a, &len_a);
    const char *text_b = hc_name_index_name(&words->index, b, &len_b);
    int order = memcmp(text_a, text_b, len_a < len_b ? len_a : len_b);

    return order ? order : (len_a > len_b) - (len_a < len_b);
}

static void set_text_range(struct hc_parquet_chunk *chunk, const struct words *words)
{
    size_t low = 0, high = 0, low_len, high_len;

    if (!words->index.n)
        return;
    for (size_t i = 1; i < words->index.n; i++) {
        low = compare(words, i, low) < 0 ? i : low;
        high = compare(words, i, high) > 0 ? i : high;
    }

    const char *low_text = hc_name_index_name(&words->index, low, &low_len);
    const char *high_text = hc_name_index_name(&words->index, high, &high_len);

    if (low_len > LONGEST_BOUND || high_len > LONGEST_BOUND)
        return;
    chunk->has_range = true;
    chunk->low_len = (uint8_t)low_len;
    chunk->high_len = (uint8_t)high_len;
    memcpy(chunk->low, low_text, low_len);
    memcpy(chunk->high, high_text, high_len);
}

/* Runs of 0 and 1. */
static size_t put_text_levels(
    uint8_t *room, const struct hc_parquet_run *runs, size_t n_runs)
{
    size_t len = 0;

    for (size_t i = 0; i < n_runs; i++) {
        len += put_varint(room + 4 + len, (uint64_t)runs[i].rows << 1);
        room[4 + len++] = runs[i].text != NULL;
    }
    return put_length(room, len);
}

/* Runs of places in the dictionary, of as many bits as the last one needs. */
static size_t put_text_places(uint8_t *room, const struct words *words,
    const struct hc_parquet_run *runs, size_t n_runs)
{
    size_t len = 1;
    uint8_t bits = 1;

    while (words->index.n > (size_t)1 << bits)
        bits++;
    room[0] = bits;
    for (size_t i = 0; i < n_runs; i++) {
        if (!runs[i].text)
            continue;
        len += put_varint(room + len, (uint64_t)runs[i].rows << 1);
        for (uint8_t k = 0; k < bits; k = (uint8_t)(k + 8))
            room[len++] = (uint8_t)(words->of_run[i] >> k);
    }
    return len;
}

static void count_nulls(
    struct hc_parquet_chunk *chunk, const struct hc_parquet_run *runs, size_t n_runs)
{
    for (size_t i = 0; i < n_runs; i++)
        if (!runs[i].text)
            chunk->nulls += (int64_t)runs[i].rows;
}

enum { RUN_ROOM = 10 + 8 };

enum hc_status hc_parquet_put_text(
    struct hc_parquet_group *group, const struct hc_parquet_run *runs, size_t n_runs)
{
    struct hc_parquet_chunk *chunk = next_column(group, HC_PARQUET_TEXT);
    HC_CLEANUP(words_clear) struct words words = {.of_run = NULL};
    uint8_t *room;
    size_t len = 0;

    count_nulls(chunk, runs, n_runs);
    HC_TRY(collect(&words, runs, n_runs));
    set_text_range(chunk, &words);
    HC_TRY(put_dictionary(group, chunk, &words));
    room = hc_packer_room(group->packer, LEVELS_ROOM + 2 * RUN_ROOM * n_runs);
    if (!room)
        return HC_NO_MEMORY;
    chunk->encoding = PQ_RLE_DICTIONARY;
    if (is_nullable(group))
        len = put_text_levels(room, runs, n_runs);
    assert(is_nullable(group) || !chunk->nulls);
    len += put_text_places(room + len, &words, runs, n_runs);
    return flush_data(group, chunk, len);
}
