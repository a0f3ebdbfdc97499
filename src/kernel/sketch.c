#include <float.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "kernel/sketch.h"

enum {
    KEY_SHIFT = 52, /* sign and exponent of a double */
    SUB_SHIFT = 46, /* and 6 bits of its fraction */
    KEYS = 4096,
    NEGATIVE = 2048, /* keys from here on are negative values */
};

static uint64_t bits_of(double x)
{
    uint64_t bits;

    memcpy(&bits, &x, sizeof(bits));
    return bits;
}

void hc_sketch_clear(struct hc_sketch *s)
{
    if (!s)
        return;
    hc_free(s->page_of);
    hc_free(s->counts);
    *s = (struct hc_sketch){0};
}

/* Widens page_of so that it covers `key`. */
static enum hc_status cover(struct hc_sketch *s, uint32_t key)
{
    uint32_t low = s->span && s->base < key ? s->base : key;
    uint32_t end = s->span && s->base + s->span > key + 1 ? s->base + s->span : key + 1;
    uint8_t *wider;

    if (s->span && low == s->base && end == s->base + s->span)
        return HC_OK;
    wider = hc_calloc(end - low, 1);
    if (!wider)
        return HC_NO_MEMORY;
    if (s->span)
        memcpy(wider + (s->base - low), s->page_of, s->span);
    hc_free(s->page_of);
    s->page_of = wider;
    s->base = low;
    s->span = end - low;
    return HC_OK;
}

static enum hc_status grow_pages(struct hc_sketch *s)
{
    uint32_t cap = s->cap ? s->cap * 2 : 2;
    uint64_t *grown;

    if (s->pages < s->cap)
        return HC_OK;
    grown = hc_realloc(s->counts, (size_t)cap * HC_SKETCH_SUB, sizeof(*grown));
    if (!grown)
        return HC_NO_MEMORY;
    s->counts = grown;
    s->cap = cap;
    return HC_OK;
}

/* The page whose key is nearest: where there is no room for one more. */
static uint8_t nearest_page(const struct hc_sketch *s, uint32_t key)
{
    for (uint32_t away = 0; away < KEYS; away++) {
        if (key + away - s->base < s->span && s->page_of[key + away - s->base])
            return s->page_of[key + away - s->base];
        if (key - away - s->base < s->span && s->page_of[key - away - s->base])
            return s->page_of[key - away - s->base];
    }
    return 1;
}

enum hc_status hc_sketch_page(struct hc_sketch *s, uint32_t key, uint64_t **ret_counts)
{
    uint8_t page;

    if (key - s->base >= s->span)
        HC_TRY(cover(s, key));
    page = s->page_of[key - s->base];
    if (!page && s->pages == HC_SKETCH_MAX_PAGES)
        page = nearest_page(s, key);
    if (!page) {
        HC_TRY(grow_pages(s));
        memset(s->counts + (size_t)s->pages * HC_SKETCH_SUB, 0,
            HC_SKETCH_SUB * sizeof(*s->counts));
        page = (uint8_t)++s->pages;
        s->page_of[key - s->base] = page;
    }
    *ret_counts = s->counts + (size_t)(page - 1) * HC_SKETCH_SUB;
    return HC_OK;
}

enum hc_status hc_sketch_add_times(struct hc_sketch *s, double value, uint64_t times)
{
    uint64_t bits = bits_of(value), *counts;

    HC_TRY(hc_sketch_page(s, (uint32_t)(bits >> KEY_SHIFT), &counts));
    counts[bits >> SUB_SHIFT & (HC_SKETCH_SUB - 1)] += times;
    return HC_OK;
}

enum hc_status hc_sketch_add(struct hc_sketch *s, const double *values, size_t n)
{
    size_t i = 0;

    while (i < n) {
        /* the tight loop: every key has its page; else one value the long way */
        const uint8_t *page_of = s->page_of;
        uint64_t *counts = s->counts;
        uint32_t base = s->base, span = s->span;

        for (; i < n; i++) {
            uint64_t bits = bits_of(values[i]);
            uint32_t key = (uint32_t)(bits >> KEY_SHIFT) - base;

            if (HC_UNLIKELY(key >= span || !page_of[key]))
                break;
            counts[(page_of[key] - 1) * HC_SKETCH_SUB +
                   (int)(bits >> SUB_SHIFT & (HC_SKETCH_SUB - 1))]++;
        }
        if (i < n)
            HC_TRY(hc_sketch_add_times(s, values[i++], 1));
    }
    return HC_OK;
}

enum hc_status hc_sketch_merge(struct hc_sketch *into, const struct hc_sketch *from)
{
    for (uint32_t i = 0; i < from->span; i++) {
        const uint64_t *theirs;
        uint64_t *ours;

        if (!from->page_of[i])
            continue;
        HC_TRY(hc_sketch_page(into, from->base + i, &ours));
        theirs = from->counts + (size_t)(from->page_of[i] - 1) * HC_SKETCH_SUB;
        for (int k = 0; k < HC_SKETCH_SUB; k++)
            ours[k] += theirs[k];
    }
    return HC_OK;
}

uint64_t hc_sketch_count(const struct hc_sketch *s)
{
    uint64_t n = 0;

    for (size_t i = 0; i < (size_t)s->pages * HC_SKETCH_SUB; i++)
        n += s->counts[i];
    return n;
}

/* What stands for a bucket: 2 l h / (l + h), and 0 for the zeros. */
static double answer(uint32_t key, uint32_t sub)
{
    uint64_t bits = (uint64_t)(key % NEGATIVE) << KEY_SHIFT | (uint64_t)sub << SUB_SHIFT;
    uint64_t next = bits + (1ull << SUB_SHIFT);
    double low, high, middle;

    if (key % NEGATIVE == 0)
        return 0;
    memcpy(&low, &bits, sizeof(low));
    memcpy(&high, &next, sizeof(high));
    if (!isfinite(high))
        high = DBL_MAX;
    middle = low + (high - low) * (low / 2 / (low / 2 + high / 2));
    return key < NEGATIVE ? middle : -middle;
}

/* Counts down `rank` through one page; true with the sub-bucket where it ends. */
static bool find_in_page(
    const uint64_t *counts, bool negative, uint64_t *rank, uint32_t *sub)
{
    for (uint32_t i = 0; i < HC_SKETCH_SUB; i++) {
        *sub = negative ? HC_SKETCH_SUB - 1 - i : i;
        if (*rank < counts[*sub])
            return true;
        *rank -= counts[*sub];
    }
    return false;
}

double hc_sketch_at(const struct hc_sketch *s, uint64_t rank)
{
    for (uint32_t i = 0; i < KEYS; i++) {
        /* negative values first, from the largest magnitude; then the positive ones */
        uint32_t key = i < NEGATIVE ? KEYS - 1 - i : i - NEGATIVE;
        uint32_t sub;

        if (key - s->base >= s->span || !s->page_of[key - s->base])
            continue;
        if (find_in_page(
                s->counts + (size_t)(s->page_of[key - s->base] - 1) * HC_SKETCH_SUB,
                key >= NEGATIVE, &rank, &sub))
            return answer(key, sub);
    }
    return NAN;
}
