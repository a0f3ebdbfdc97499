#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "dataset/inside.h"

/* FNV-1a of the name in lower case: names that differ in case alone meet. */
static size_t hash_of(const char *name)
{
    uint64_t h = UINT64_C(14695981039346656037);

    for (; *name; name++)
        h = (h ^ (unsigned char)tolower((unsigned char)*name)) * UINT64_C(1099511628211);
    return (size_t)(h ^ h >> 32);
}

static bool equal(const struct hc_name_index *index, const char *a, const char *b)
{
    return index->exact ? !strcmp(a, b) : !strcasecmp(a, b);
}

/* The slot of a name: where it is, or where it would go. */
static struct hc_name_index_slot *slot_of(
    const struct hc_name_index *index, const char *name)
{
    size_t i = hash_of(name) & (index->cap - 1);

    while (index->slots[i].name && !equal(index, index->slots[i].name, name))
        i = (i + 1) & (index->cap - 1);
    return &index->slots[i];
}

void hc_name_index_clear(struct hc_name_index *index)
{
    hc_free(index->slots);
    *index = (struct hc_name_index){.exact = index->exact};
}

static enum hc_status widen(struct hc_name_index *index)
{
    struct hc_name_index wider = {.exact = index->exact, .cap = 16};

    while (wider.cap < 4 * (index->n + 1))
        wider.cap *= 2;
    wider.slots = hc_calloc(wider.cap, sizeof(*wider.slots));
    if (!wider.slots)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < index->cap; i++)
        if (index->slots[i].name)
            *slot_of(&wider, index->slots[i].name) = index->slots[i];
    wider.n = index->n;
    hc_free(index->slots);
    *index = wider;
    return HC_OK;
}

enum hc_status hc_name_index_add(struct hc_name_index *index, const char *name, size_t at)
{
    struct hc_name_index_slot *slot;

    if (2 * (index->n + 1) > index->cap)
        HC_TRY(widen(index));
    slot = slot_of(index, name);
    index->n += !slot->name;
    *slot = (struct hc_name_index_slot){name, at};
    return HC_OK;
}

size_t hc_name_index_find(const struct hc_name_index *index, const char *name)
{
    const struct hc_name_index_slot *slot;

    if (!index->n)
        return SIZE_MAX;
    slot = slot_of(index, name);
    return slot->name ? slot->at : SIZE_MAX;
}
