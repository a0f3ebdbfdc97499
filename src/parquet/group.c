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
    hc_free(group->there);
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

static enum hc_status flush_data(struct hc_parquet_group *group,
    struct hc_parquet_chunk *chunk, size_t bytes, size_t plane)
{
    const struct hc_page page = {.type = PQ_DATA_PAGE,
        .encoding = chunk->encoding,
        .values = group->rows,
        .bytes = bytes,
        .plane = plane};

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
    return flush_data(group, chunk, bytes, 0);
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

/* ---- doubles ---- */

/* Two doubles; comparing them gives a mask. */
typedef double pair __attribute__((vector_size(16)));
typedef int64_t mask __attribute__((vector_size(16)));

enum { WORD = 64 };

/* A look at a column: which values are there, a bit each, and their range. */
struct look {
    uint64_t *there;
    size_t nulls;
    pair low[2],
        high[2]; /* two of each: the next comparison need not wait for the last */
};

static inline pair choose(mask first, pair a, pair b)
{
    return (pair)((first & (mask)a) | (~first & (mask)b));
}

static uint64_t bits_of(const double *values, size_t n)
{
    uint64_t word = 0;

    for (size_t i = 0; i < n; i++)
        word |= (uint64_t)(values[i] == values[i]) << i;
    return word;
}

/* A whole word of values; NaN, which is null, is neither low nor high. */
static inline void look_at_word(struct look *look, const double *values, size_t word)
{
    pair v[2];
    mask missing = {0, 0};

    for (size_t i = 0; i < WORD; i += 4) {
        memcpy(v, values + i, sizeof(v));
        for (size_t k = 0; k < 2; k++) {
            look->low[k] = choose(v[k] < look->low[k], v[k], look->low[k]);
            look->high[k] = choose(v[k] > look->high[k], v[k], look->high[k]);
            missing |= v[k] != v[k];
        }
    }
    look->there[word] = UINT64_MAX;
    if (missing[0] | missing[1])
        look->there[word] = bits_of(values, WORD);
    look->nulls += WORD - (size_t)__builtin_popcountll(look->there[word]);
}

static void look_at_rest(struct look *look, const double *values, size_t n, size_t word)
{
    look->there[word] = bits_of(values, n);
    look->nulls += n - (size_t)__builtin_popcountll(look->there[word]);
    for (size_t i = 0; i < n; i++) {
        pair v = {values[i], values[i]};

        look->low[0] = choose(v < look->low[0], v, look->low[0]);
        look->high[0] = choose(v > look->high[0], v, look->high[0]);
    }
}

static void look_at(struct look *look, const double *values, size_t n)
{
    size_t words = n / WORD;

    for (size_t k = 0; k < 2; k++) {
        look->low[k] = (pair){INFINITY, INFINITY};
        look->high[k] = (pair){-INFINITY, -INFINITY};
    }
    for (size_t w = 0; w < words; w++)
        look_at_word(look, values + w * WORD, w);
    if (n % WORD)
        look_at_rest(look, values + words * WORD, n % WORD, words);
}

static void set_double_range(struct hc_parquet_chunk *chunk, const struct look *look)
{
    double low = INFINITY, high = -INFINITY;

    for (size_t k = 0; k < 4; k++) {
        double l = look->low[k / 2][k % 2], h = look->high[k / 2][k % 2];

        low = l < low ? l : low;
        high = h > high ? h : high;
    }
    if (low > high)
        return;
    /* by the format: a zero is -0 as the smallest value and +0 as the largest */
    low = low == 0 ? -0.0 : low;
    high = high == 0 ? 0.0 : high;
    set_range(chunk, &low, &high, sizeof(low));
}

/* A bit a value; the words are in the machine's order, little-endian as the file's. */
static size_t put_there(uint8_t *room, const uint64_t *there, size_t n)
{
    size_t bytes = (n + 7) / 8, len = put_varint(room + 4, (uint64_t)bytes << 1 | 1);

    memcpy(room + 4 + len, there, bytes);
    return put_length(room, len + bytes);
}

/* The first row from `row` on whose bit is `bit`; n if there is none. */
static size_t next_with(const uint64_t *there, size_t row, size_t n, bool bit)
{
    while (row < n) {
        uint64_t word = (bit ? there[row / WORD] : ~there[row / WORD]) >> (row % WORD);

        if (word)
            break;
        row = (row / WORD + 1) * WORD;
    }
    if (row >= n)
        return n;
    row += (size_t)__builtin_ctzll(
        (bit ? there[row / WORD] : ~there[row / WORD]) >> (row % WORD));
    return row < n ? row : n;
}

/* Whether most values have the bits of the one before; one in a word is asked. */
static bool is_steady(const double *values, size_t n)
{
    size_t asked = 0, alike = 0;

    for (size_t i = WORD - 1; i < n; i += WORD) {
        asked++;
        alike += !memcmp(&values[i], &values[i - 1], sizeof(*values));
    }
    return 2 * alike > asked;
}

/* The `kept` values that are there, one after the other, plain or by their bytes. */
static void put_values(const double *values, const struct look *look, size_t n,
    size_t kept, bool split, uint8_t *room)
{
    for (size_t from = 0, done = 0, to; done < kept; from = to) {
        from = next_with(look->there, from, n, true);
        to = next_with(look->there, from, n, false);
        if (split)
            hc_split_doubles(values + from, to - from, room + done, kept);
        else
            memcpy(room + done * sizeof(*values), values + from,
                (to - from) * sizeof(*values));
        done += to - from;
    }
}

enum hc_status hc_parquet_put_doubles(
    struct hc_parquet_group *group, const double *values)
{
    struct hc_parquet_chunk *chunk = next_column(group, HC_PARQUET_DOUBLE);
    size_t n = group->rows, kept, len = 0;
    uint8_t *room =
        hc_packer_room(group->packer, LEVELS_ROOM + n / 8 + 1 + n * sizeof(*values));
    bool split = !is_steady(values, n);
    struct look look = {.nulls = 0};

    if (!room ||
        hc_grow(&group->there, &group->cap_there, n / WORD + 1, sizeof(*group->there)))
        return HC_NO_MEMORY;
    look.there = group->there;
    look_at(&look, values, n);
    assert(is_nullable(group) || !look.nulls);
    kept = n - look.nulls;
    chunk->nulls = (int64_t)look.nulls;
    chunk->encoding = split ? PQ_BYTE_STREAM_SPLIT : PQ_PLAIN;
    set_double_range(chunk, &look);
    if (is_nullable(group))
        len = look.nulls ? put_there(room, look.there, n) : put_all_there(room, n);
    put_values(values, &look, n, kept, split, room + len);
    return flush_data(group, chunk, len + kept * sizeof(*values), split ? kept : 0);
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
    return flush_data(group, chunk, len, 0);
}
