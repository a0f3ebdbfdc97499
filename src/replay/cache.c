#include <string.h>

#include "base/mem.h"
#include "replay/cache.h"

#define NO_ROW UINT32_MAX
enum { BLOCK = HC_CACHE_BLOCK, ROWS_LEAST = 2, LOG_LEAST = 1 << 12, AHEAD = 16 };
enum { NOT_LOOKED_AT = -2 }; /* of a block's largest, which is -1 or more */

/* ---- opening ---- */

static size_t width(const struct hc_cache *c)
{
    return c->n_blocks * BLOCK;
}

static size_t rows_for(const struct hc_cache *c, size_t bytes)
{
    size_t each = (width(c) + c->n_blocks) * sizeof(*c->scores);
    size_t rows = each ? bytes / each : 0, shapes = 0;

    for (size_t i = 0; i < c->n_shapes; i++)
        shapes += c->again[i];
    rows = rows < shapes ? rows : shapes;
    return rows < ROWS_LEAST ? ROWS_LEAST : rows;
}

static enum hc_status allocate(struct hc_cache *c)
{
    size_t log = LOG_LEAST, rows = c->n_rows + 1;

    while (log < c->n)
        log *= 2;
    c->log_mask = log - 1;
    c->log = hc_calloc(log, sizeof(*c->log));
    c->row_of = hc_alloc(c->n_shapes + 1, sizeof(*c->row_of));
    c->shape_of = hc_alloc(rows, sizeof(*c->shape_of));
    c->recent = hc_calloc(rows, sizeof(*c->recent));
    c->seen = hc_calloc(rows, sizeof(*c->seen));
    c->stamp = hc_calloc(c->n + 1, sizeof(*c->stamp));
    c->gained = hc_calloc(c->n + 1, sizeof(*c->gained));
    c->changed = hc_calloc(c->n + 1, sizeof(*c->changed));
    c->scores = hc_alloc(rows * width(c) + 1, sizeof(*c->scores));
    c->best = hc_alloc(rows * c->n_blocks + 1, sizeof(*c->best));
    if (!c->log || !c->row_of || !c->shape_of || !c->recent || !c->seen || !c->stamp ||
        !c->gained || !c->changed || !c->scores || !c->best)
        return HC_NO_MEMORY;
    memset(c->row_of, 0xff, (c->n_shapes + 1) * sizeof(*c->row_of));
    return HC_OK;
}

enum hc_status hc_cache_open(
    size_t nodes, size_t shapes, const bool *again, size_t bytes, struct hc_cache *ret)
{
    HC_CLEANUP(hc_cache_clear)
    struct hc_cache c = {.n = nodes,
        .n_blocks = (nodes + BLOCK - 1) / BLOCK,
        .n_shapes = shapes,
        .again = again};

    c.n_rows = rows_for(&c, bytes);
    HC_TRY(allocate(&c));
    *ret = c;
    c = (struct hc_cache){0};
    return HC_OK;
}

void hc_cache_clear(struct hc_cache *cache)
{
    hc_free(cache->log);
    hc_free(cache->row_of);
    hc_free(cache->shape_of);
    hc_free(cache->recent);
    hc_free(cache->seen);
    hc_free(cache->stamp);
    hc_free(cache->gained);
    hc_free(cache->changed);
    hc_free(cache->scores);
    hc_free(cache->best);
    *cache = (struct hc_cache){0};
}

void hc_cache_changed(struct hc_cache *cache, uint32_t rank, bool gained)
{
    cache->log[cache->changes++ & cache->log_mask] = rank;
    if (gained)
        cache->gained[rank] = cache->changes;
}

/* More changes than the log has: every row is scored afresh. */
void hc_cache_all_changed(struct hc_cache *cache)
{
    cache->changes += cache->log_mask + 1;
}

/* ---- rows ---- */

/* The next one that the hand comes to that was not used since it was there last. */
static size_t old_row(struct hc_cache *c)
{
    size_t row;

    while (c->recent[c->hand]) {
        c->recent[c->hand] = false;
        c->hand = (c->hand + 1) % c->n_rows;
    }
    row = c->hand;
    c->hand = (c->hand + 1) % c->n_rows;
    return row;
}

/* A row for a shape that has none; what it held is not of this shape. */
static uint32_t give_row(struct hc_cache *c, size_t shape)
{
    size_t row = c->n_taken;

    if (!c->again[shape])
        return (uint32_t)c->n_rows;
    if (row < c->n_rows) {
        c->n_taken++;
    } else {
        row = old_row(c);
        c->row_of[c->shape_of[row]] = NO_ROW;
    }
    c->shape_of[row] = (uint32_t)shape;
    c->row_of[shape] = (uint32_t)row;
    return (uint32_t)row;
}

static void score_all(
    struct hc_cache *c, size_t row, size_t shape, const struct hc_scorer *scorer)
{
    int16_t *scores = c->scores + row * width(c);

    if (scorer->row) {
        scorer->row(scorer->context, shape, scores);
    } else {
        for (size_t i = 0; i < c->n; i++)
            c->changed[i] = (uint32_t)i;
        scorer->some(scorer->context, shape, c->changed, c->n, scores);
    }
    for (size_t i = c->n; i < width(c); i++)
        scores[i] = -1;
    for (size_t b = 0; b < c->n_blocks; b++)
        c->best[row * c->n_blocks + b] = hc_cache_largest(scores + b * BLOCK);
    c->scored += c->n;
}

/* Their scores are other ones now: the largest of each block that one is in. */
static void look_at_blocks(
    struct hc_cache *c, size_t row, const uint32_t *ranks, size_t n)
{
    const int16_t *scores = c->scores + row * width(c);
    int16_t *best = c->best + row * c->n_blocks;

    for (size_t i = 0; i < n; i++)
        best[ranks[i] / BLOCK] = NOT_LOOKED_AT;
    for (size_t b = 0; b < c->n_blocks; b++)
        if (best[b] == NOT_LOOKED_AT)
            best[b] = hc_cache_largest(scores + b * BLOCK);
}

/* The ranks that are in the log since then and may have another score, each once. */
static size_t find_changed(struct hc_cache *c, size_t row)
{
    const int16_t *scores = c->scores + row * width(c);
    size_t n = 0;

    if (!++c->serial) {
        memset(c->stamp, 0, c->n * sizeof(*c->stamp));
        c->serial = 1;
    }
    for (uint64_t i = c->changes; i-- > c->seen[row];) {
        uint32_t rank = c->log[i & c->log_mask];

        __builtin_prefetch(&scores[c->log[(i - AHEAD) & c->log_mask]]);
        if (c->stamp[rank] == c->serial ||
            (scores[rank] < 0 && c->gained[rank] <= c->seen[row]))
            continue;
        c->stamp[rank] = c->serial;
        c->changed[n++] = rank;
    }
    return n;
}

static void score_changed(
    struct hc_cache *c, size_t row, size_t shape, const struct hc_scorer *scorer)
{
    size_t n = find_changed(c, row);

    scorer->some(scorer->context, shape, c->changed, n, c->scores + row * width(c));
    look_at_blocks(c, row, c->changed, n);
    c->scored += n;
}

/* So much changed that all nodes are scored. */
static bool is_far(const struct hc_cache *c, size_t row, const struct hc_scorer *scorer)
{
    uint64_t changes = c->changes - c->seen[row];

    return changes > c->log_mask || (scorer->row_is_cheap && changes > c->n / 2 + 64);
}

const int16_t *hc_cache_row(
    struct hc_cache *cache, size_t shape, const struct hc_scorer *scorer)
{
    uint32_t row = cache->row_of[shape];
    bool is_new = row == NO_ROW;

    if (is_new)
        row = give_row(cache, shape);
    if (is_new || is_far(cache, row, scorer))
        score_all(cache, row, shape, scorer);
    else
        score_changed(cache, row, shape, scorer);
    cache->seen[row] = cache->changes;
    cache->recent[row] = true;
    return cache->scores + row * width(cache);
}

uint32_t hc_cache_best(const struct hc_cache *cache, const int16_t *row)
{
    size_t at = (size_t)(row - cache->scores) / width(cache);
    const int16_t *best = cache->best + at * cache->n_blocks;
    int16_t top = -1;
    size_t block = 0, i = 0;

    for (size_t b = 0; b < cache->n_blocks; b++)
        if (best[b] > top) {
            top = best[b];
            block = b;
        }
    if (top < 0)
        return UINT32_MAX;
    while (row[block * BLOCK + i] != top)
        i++;
    return (uint32_t)(block * BLOCK + i);
}
