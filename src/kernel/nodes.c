#include "base/mem.h"
#include "kernel/state.h"

static void node_free(struct hc_node_state *node)
{
    if (!node)
        return;
    for (size_t i = 0; i < HC_PROFILE_MAX_MAIN; i++)
        hc_sketch_clear(&node->sketch[i]);
    hc_times_clear(&node->times);
    hc_within_node_clear(&node->within);
    hc_free(node->cell);
    hc_free(node);
}

void hc_node_table_clear(struct hc_node_table *table)
{
    for (size_t i = 0; i < table->names.n; i++)
        node_free(table->nodes[i]);
    hc_free(table->nodes);
    hc_name_index_clear(&table->names);
    *table = (struct hc_node_table){0};
}

/* The node first, so that a name never stands there without one. */
static enum hc_status add_node(
    struct hc_node_table *table, const char *name, size_t len, size_t *ret_at)
{
    struct hc_node_state *node;
    size_t at = table->names.n;

    HC_TRY(hc_grow(&table->nodes, &table->cap, at + 1, sizeof(struct hc_node_state *)));
    node = hc_calloc(1, sizeof(*node));
    if (!node)
        return HC_NO_MEMORY;
    if (hc_name_index_add(&table->names, name, len, ret_at)) {
        hc_free(node);
        return HC_NO_MEMORY;
    }
    node->name = hc_name_index_name(&table->names, at, &node->name_len);
    node->sink_id = HC_NO_NODE;
    table->nodes[at] = node;
    return HC_OK;
}

enum hc_status hc_node_table_find(
    struct hc_node_table *table, const char *name, size_t len, uint32_t *ret_id)
{
    size_t at = hc_name_index_find(&table->names, name, len);

    if (at == HC_NO_NAME)
        HC_TRY(add_node(table, name, len, &at));
    *ret_id = (uint32_t)at;
    return HC_OK;
}
