#include "base/mem.h"
#include "kernel/same_time.h"

void hc_same_time_clear(struct hc_same_time *same)
{
    hc_free(same->many);
    *same = (struct hc_same_time){0};
}

static bool same_has(const struct hc_same_time *same, uint64_t hash)
{
    if (same->distinct <= 1)
        return same->distinct && same->one == hash;
    for (uint32_t i = 0; i < same->distinct; i++)
        if (same->many[i] == hash)
            return true;
    return false;
}

enum hc_status hc_same_time_add(struct hc_same_time *same, uint64_t hash)
{
    size_t cap = same->cap;

    if (same_has(same, hash))
        return HC_OK;
    if (same->distinct == 0) {
        same->one = hash;
        same->distinct = 1;
        return HC_OK;
    }
    if (same->distinct == HC_TIMES_MAX_SAME)
        return HC_NO_DATA;
    HC_TRY(hc_grow(&same->many, &cap, same->distinct + 1, sizeof(*same->many)));
    same->cap = (uint32_t)cap;
    if (same->distinct == 1)
        same->many[0] = same->one;
    same->many[same->distinct++] = hash;
    return HC_OK;
}

enum hc_status hc_same_time_unite(
    struct hc_same_time *into, const struct hc_same_time *from)
{
    into->rows += from->rows;
    if (from->distinct == 1)
        return hc_same_time_add(into, from->one);
    for (uint32_t i = 0; i < from->distinct; i++)
        HC_TRY(hc_same_time_add(into, from->many[i]));
    return HC_OK;
}

enum hc_status hc_same_time_copy(
    struct hc_same_time *copy, const struct hc_same_time *from)
{
    *copy = (struct hc_same_time){0};
    return hc_same_time_unite(copy, from);
}
