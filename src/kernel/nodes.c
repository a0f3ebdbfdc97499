#include <string.h>

#include "base/mem.h"
#include "kernel/state.h"

static uint64_t hash_name(const char *name, size_t len)
{
    uint64_t h = 0xcbf29ce484222325u; /* FNV-1a */

    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)name[i]) * 0x100000001b3u;
    return h ^ h >> 29;
}

static void node_free(struct hc_node_state *node)
{
    if (!node)
        return;
    for (size_t i = 0; i < HC_PROFILE_MAX_MAIN; i++)
        hc_sketch_clear(&node->sketch[i]);
    hc_times_clear(&node->times);
    hc_within_node_clear(&node->within);
    hc_free(node->cell);
    hc_free(node->name);
    hc_free(node);
}

void hc_node_table_clear(struct hc_node_table *table)
{
    for (size_t i = 0; i < table->n; i++)
        node_free(table->nodes[i]);
    hc_free(table->nodes);
    hc_free(table->slots);
    *table = (struct hc_node_table){0};
}

/* The slot of a name: its own, or the free one where it belongs. */
static size_t slot_of(const struct hc_node_table *table, const char *name, size_t len)
{
    size_t mask = table->n_slots - 1, at = hash_name(name, len) & mask;

    while (table->slots[at]) {
        const struct hc_node_state *node = table->nodes[table->slots[at] - 1];

        if (node->name_len == len && !memcmp(node->name, name, len))
            return at;
        at = (at + 1) & mask;
    }
    return at;
}

static enum hc_status widen(struct hc_node_table *table)
{
    struct hc_node_table wider = *table;

    if (table->n * 2 < table->n_slots)
        return HC_OK;
    wider.n_slots = table->n_slots ? table->n_slots * 2 : 64;
    wider.slots = hc_calloc(wider.n_slots, sizeof(*wider.slots));
    if (!wider.slots)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < table->n; i++)
        wider.slots[slot_of(&wider, table->nodes[i]->name, table->nodes[i]->name_len)] =
            (uint32_t)i + 1;
    hc_free(table->slots);
    *table = wider;
    return HC_OK;
}

static struct hc_node_state *node_new(const char *name, size_t len)
{
    struct hc_node_state *node = hc_calloc(1, sizeof(*node));

    if (!node)
        return NULL;
    node->name = hc_strndup(name, len);
    node->name_len = (uint32_t)len;
    node->sink_id = HC_NO_NODE;
    if (node->name)
        return node;
    node_free(node);
    return NULL;
}

enum hc_status hc_node_table_find(
    struct hc_node_table *table, const char *name, size_t len, uint32_t *ret_id)
{
    struct hc_node_state *node;
    size_t at;

    HC_TRY(widen(table));
    at = slot_of(table, name, len);
    if (!table->slots[at]) {
        HC_TRY(hc_grow(
            &table->nodes, &table->cap, table->n + 1, sizeof(struct hc_node_state *)));
        node = node_new(name, len);
        if (!node)
            return HC_NO_MEMORY;
        table->nodes[table->n++] = node;
        table->slots[at] = (uint32_t)table->n;
    }
    *ret_id = table->slots[at] - 1;
    return HC_OK;
}
