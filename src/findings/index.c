#include "base/mem.h"
#include "findings/index.h"

/* Fibonacci hashing: neighbouring hours land far apart. */
static size_t home_of(const struct hc_index *x, int64_t key)
{
    return (size_t)((uint64_t)key * UINT64_C(0x9E3779B97F4A7C15) >> 32) &
           (x->n_slots - 1);
}

/* The slot that holds the key, or the free one where it belongs. */
static size_t slot_of(const struct hc_index *x, int64_t key)
{
    size_t at = home_of(x, key);

    while (x->slots[at] && x->keys[x->slots[at] - 1] != key)
        at = (at + 1) & (x->n_slots - 1);
    return at;
}

static enum hc_status grow_slots(struct hc_index *x)
{
    size_t n_slots = x->n_slots ? x->n_slots * 2 : 64;
    uint32_t *slots;

    if (2 * (x->n + 1) <= x->n_slots)
        return HC_OK;
    slots = hc_calloc(n_slots, sizeof(*slots));
    if (!slots)
        return HC_NO_MEMORY;
    hc_free(x->slots);
    x->slots = slots;
    x->n_slots = n_slots;
    for (size_t i = 0; i < x->n; i++)
        x->slots[slot_of(x, x->keys[i])] = (uint32_t)i + 1;
    return HC_OK;
}

static enum hc_status look_up(struct hc_index *x, int64_t key)
{
    size_t slot;

    HC_TRY(grow_slots(x));
    slot = slot_of(x, key);
    if (!x->slots[slot]) {
        if (x->n >= UINT32_MAX - 1)
            return HC_NO_MEMORY;
        HC_TRY(hc_grow(&x->keys, &x->cap, x->n + 1, sizeof(*x->keys)));
        x->keys[x->n++] = key;
        x->slots[slot] = (uint32_t)x->n;
    }
    x->last = x->slots[slot] - 1;
    return HC_OK;
}

enum hc_status hc_index_at(struct hc_index *x, int64_t key, size_t *ret_at)
{
    if (x->last + 1 < x->n && x->keys[x->last + 1] == key)
        x->last++;
    else if (!x->n || x->keys[x->last] != key)
        HC_TRY(look_up(x, key));
    *ret_at = x->last;
    return HC_OK;
}

void hc_index_clear(struct hc_index *x)
{
    hc_free(x->keys);
    hc_free(x->slots);
    *x = (struct hc_index){0};
}
