#include <string.h>

#include "base/mem.h"
#include "base/name_index.h"

enum { FIRST_SLOTS = 64 };

static unsigned char lowered(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

static uint32_t hash_of(const struct hc_name_index *index, const char *name, size_t len)
{
    const unsigned char *bytes = (const unsigned char *)name;
    uint64_t h = 0xcbf29ce484222325u; /* FNV-1a */

    for (size_t i = 0; i < len; i++)
        h = (h ^ (index->any_case ? lowered(bytes[i]) : bytes[i])) * 0x100000001b3u;
    return (uint32_t)(h ^ h >> 32);
}

static bool same_bytes(
    const struct hc_name_index *index, const char *a, const char *b, size_t len)
{
    if (!index->any_case)
        return !len || !memcmp(a, b, len);
    for (size_t i = 0; i < len; i++)
        if (lowered((unsigned char)a[i]) != lowered((unsigned char)b[i]))
            return false;
    return true;
}

/* The slot of a name: its own, or the free one where it belongs. */
static size_t slot_of(
    const struct hc_name_index *index, const char *name, size_t len, uint32_t hash)
{
    size_t mask = index->n_slots - 1, at = hash & mask;

    for (; index->slots[at]; at = (at + 1) & mask) {
        const struct hc_indexed_name *there = &index->names[index->slots[at] - 1];

        if (there->hash == hash && there->len == len &&
            same_bytes(index, there->name, name, len))
            break;
    }
    return at;
}

/* Twice the slots; the names in them differ, so each goes where one is free. */
static enum hc_status widen(struct hc_name_index *index)
{
    size_t n_slots = index->n_slots ? index->n_slots * 2 : FIRST_SLOTS;
    uint32_t *slots = hc_calloc(n_slots, sizeof(*slots));

    if (!slots)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < index->n; i++) {
        size_t at = index->names[i].hash & (n_slots - 1);

        while (slots[at])
            at = (at + 1) & (n_slots - 1);
        slots[at] = (uint32_t)i + 1;
    }
    hc_free(index->slots);
    index->slots = slots;
    index->n_slots = n_slots;
    return HC_OK;
}

static enum hc_status append(
    struct hc_name_index *index, const char *name, size_t len, uint32_t hash)
{
    char *copy;

    if (index->n >= UINT32_MAX - 1)
        return HC_NO_MEMORY;
    if (2 * (index->n + 1) > index->n_slots)
        HC_TRY(widen(index));
    HC_TRY(hc_grow(&index->names, &index->cap, index->n + 1, sizeof(*index->names)));
    copy = hc_strndup(name, len);
    if (!copy)
        return HC_NO_MEMORY;
    index->names[index->n] = (struct hc_indexed_name){copy, len, hash};
    index->slots[slot_of(index, name, len, hash)] = (uint32_t)++index->n;
    return HC_OK;
}

static size_t look_up(
    const struct hc_name_index *index, const char *name, size_t len, uint32_t hash)
{
    uint32_t taken = index->n ? index->slots[slot_of(index, name, len, hash)] : 0;

    return taken ? taken - 1 : HC_NO_NAME;
}

size_t hc_name_index_find(const struct hc_name_index *index, const char *name, size_t len)
{
    return look_up(index, name, len, hash_of(index, name, len));
}

enum hc_status hc_name_index_add(
    struct hc_name_index *index, const char *name, size_t len, size_t *ret_at)
{
    uint32_t hash = hash_of(index, name, len);
    size_t at = look_up(index, name, len, hash);

    if (at == HC_NO_NAME) {
        HC_TRY(append(index, name, len, hash));
        at = index->n - 1;
    }
    if (ret_at)
        *ret_at = at;
    return HC_OK;
}

const char *hc_name_index_name(
    const struct hc_name_index *index, size_t at, size_t *ret_len)
{
    *ret_len = index->names[at].len;
    return index->names[at].name;
}

void hc_name_index_clear(struct hc_name_index *index)
{
    for (size_t i = 0; i < index->n; i++)
        hc_free(index->names[i].name);
    hc_free(index->names);
    hc_free(index->slots);
    *index = (struct hc_name_index){.any_case = index->any_case};
}
