#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "duck/inside.h"
#include "duck/scan.h"

enum { CHUNK_ROWS = 2048 };

/* What all states of one query share. */
struct shared {
    const struct hc_scan *scan;
    struct hc_duck *duck;
    pthread_mutex_t lock;
    enum hc_status status; /* the first failure */
};

/* DuckDB's own piece of memory for a state: only a pointer. */
struct state {
    void *worker;
};

struct keys {
    const uint64_t *time_valid, *cluster_valid, *node_valid, *keep_valid;
    const duckdb_string_t *cluster, *node;
    const bool *keep;
};

static void fail(struct shared *shared, duckdb_function_info info, enum hc_status status)
{
    pthread_mutex_lock(&shared->lock);
    if (!shared->status)
        shared->status = status;
    pthread_mutex_unlock(&shared->lock);
    duckdb_aggregate_function_set_error(info, hc_status_name(status));
}

/* ---- keys ---- */

static void add_identity(struct hc_buf *out, const char *cluster, size_t cluster_len,
    const char *node, size_t node_len)
{
    unsigned char length[4];

    for (int k = 0; k < 4; k++)
        length[k] = (unsigned char)(cluster_len >> (8 * k));
    hc_buf_add(out, length, sizeof(length));
    hc_buf_add(out, cluster, cluster_len);
    hc_buf_add(out, node, node_len);
}

void hc_scan_identity(struct hc_buf *out, const char *cluster, const char *node)
{
    cluster = cluster ? cluster : "";
    add_identity(out, cluster, strlen(cluster), node, strlen(node));
}

static bool same_node(const struct keys *k, size_t a, size_t b)
{
    if (!hc_duck_same_text(&k->node[a], &k->node[b]))
        return false;
    if (!k->cluster)
        return true;
    if (hc_scan_valid(k->cluster_valid, a) != hc_scan_valid(k->cluster_valid, b))
        return false;
    return !hc_scan_valid(k->cluster_valid, a) ||
           hc_duck_same_text(&k->cluster[a], &k->cluster[b]);
}

static enum hc_status find_node(const struct hc_name_index *nodes, const struct keys *k,
    size_t row, struct hc_buf *identity, uint32_t *ret)
{
    size_t cluster_len = 0, node_len, at;
    const char *cluster = "", *node = hc_duck_text(&k->node[row], &node_len);

    if (k->cluster && hc_scan_valid(k->cluster_valid, row))
        cluster = hc_duck_text(&k->cluster[row], &cluster_len);
    hc_buf_reset(identity);
    add_identity(identity, cluster, cluster_len, node, node_len);
    HC_TRY(hc_buf_check(identity));
    at = hc_name_index_find(nodes, identity->text, identity->len);
    *ret = at == HC_NO_NAME ? HC_SCAN_NOBODY : (uint32_t)at;
    return HC_OK;
}

static bool is_kept(const struct keys *k, size_t row)
{
    return hc_scan_valid(k->time_valid, row) && hc_scan_valid(k->node_valid, row) &&
           (!k->keep || (hc_scan_valid(k->keep_valid, row) && k->keep[row]));
}

/* Looked up where the node changes. */
static enum hc_status identify(
    const struct hc_scan *scan, const struct keys *k, size_t rows, uint32_t *ret)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf identity = HC_BUF_INIT;
    size_t known = SIZE_MAX;

    for (size_t i = 0; i < rows; i++) {
        if (!is_kept(k, i)) {
            ret[i] = HC_SCAN_NOBODY;
        } else if (known != SIZE_MAX && same_node(k, known, i)) {
            ret[i] = ret[known];
        } else {
            HC_TRY(find_node(scan->nodes, k, i, &identity, &ret[i]));
            known = i;
        }
    }
    return HC_OK;
}

/* ---- a chunk ---- */

static void *data_of(duckdb_data_chunk chunk, size_t i, const uint64_t **ret_valid)
{
    duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, i);

    *ret_valid = duckdb_vector_get_validity(vector);
    return duckdb_vector_get_data(vector);
}

/* The keys of a chunk; returns where its columns begin. */
static size_t read_keys(const struct hc_scan *scan, duckdb_data_chunk chunk,
    struct hc_scan_rows *rows, struct keys *keys)
{
    size_t i = 0;

    *keys = (struct keys){0};
    rows->time_us = data_of(chunk, i++, &keys->time_valid);
    if (scan->has_cluster)
        keys->cluster = data_of(chunk, i++, &keys->cluster_valid);
    keys->node = data_of(chunk, i++, &keys->node_valid);
    if (scan->has_keep)
        keys->keep = data_of(chunk, i++, &keys->keep_valid);
    return i;
}

static enum hc_status add_chunk(
    const struct hc_scan *scan, void *worker, duckdb_data_chunk chunk)
{
    HC_CLEANUP(hc_freep) const double **value = hc_alloc(scan->columns, sizeof(*value));
    HC_CLEANUP(hc_freep) const uint64_t **valid = hc_alloc(scan->columns, sizeof(*valid));
    struct hc_scan_rows rows = {.n = duckdb_data_chunk_get_size(chunk)};
    uint32_t node[CHUNK_ROWS];
    struct keys keys;
    size_t first = read_keys(scan, chunk, &rows, &keys);

    if (!value || !valid)
        return HC_NO_MEMORY;
    assert(rows.n <= HC_COUNT(node));
    for (size_t j = 0; j < scan->columns; j++)
        value[j] = data_of(chunk, first + j, &valid[j]);
    HC_TRY(identify(scan, &keys, rows.n, node));
    rows.node = node;
    rows.value = value;
    rows.valid = valid;
    return scan->add(worker, &rows);
}

/* ---- DuckDB's callbacks ---- */

static idx_t on_size(duckdb_function_info info HC_UNUSED)
{
    return sizeof(struct state);
}

static void on_init(duckdb_function_info info HC_UNUSED, duckdb_aggregate_state state)
{
    ((struct state *)state)->worker = NULL;
}

static void on_update(
    duckdb_function_info info, duckdb_data_chunk chunk, duckdb_aggregate_state *states)
{
    struct shared *shared = duckdb_aggregate_function_get_extra_info(info);
    struct state *state = (struct state *)states[0];
    enum hc_status status = HC_OK;

    if (shared->duck->options.stop && atomic_load(shared->duck->options.stop))
        status = HC_INTERRUPTED;
    if (!status && !state->worker)
        status = shared->scan->begin(shared->scan->context, &state->worker);
    if (!status)
        status = add_chunk(shared->scan, state->worker, chunk);
    if (status)
        fail(shared, info, status);
}

/* The workers are the caller's to join. */
static void on_combine(duckdb_function_info info HC_UNUSED,
    duckdb_aggregate_state *sources HC_UNUSED, duckdb_aggregate_state *targets HC_UNUSED,
    idx_t count HC_UNUSED)
{
}

static void on_finalize(duckdb_function_info info HC_UNUSED,
    duckdb_aggregate_state *source HC_UNUSED, duckdb_vector result, idx_t count,
    idx_t offset)
{
    int64_t *out = duckdb_vector_get_data(result);

    for (idx_t i = 0; i < count; i++)
        out[offset + i] = 0;
}

static size_t key_types(const struct hc_scan *scan, duckdb_type *types)
{
    size_t n = 0;

    types[n++] = DUCKDB_TYPE_TIMESTAMP;
    if (scan->has_cluster)
        types[n++] = DUCKDB_TYPE_VARCHAR;
    types[n++] = DUCKDB_TYPE_VARCHAR;
    if (scan->has_keep)
        types[n++] = DUCKDB_TYPE_BOOLEAN;
    return n;
}

static enum hc_status register_scan(struct shared *shared, const char *name)
{
    duckdb_type types[4];
    const struct hc_duck_aggregate aggregate = {.name = name,
        .types = types,
        .n_types = key_types(shared->scan, types),
        .numbers = shared->scan->columns,
        .size = on_size,
        .init = on_init,
        .update = on_update,
        .combine = on_combine,
        .finalize = on_finalize,
        .extra = shared};

    return hc_duck_register(shared->duck, &aggregate);
}

enum hc_status hc_scan_run(
    struct hc_duck *duck, const struct hc_scan *scan, struct hc_error *err)
{
    static atomic_uint serial;
    struct shared shared = {
        .scan = scan, .duck = duck, .lock = PTHREAD_MUTEX_INITIALIZER};
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;
    enum hc_status status;
    char name[48];

    snprintf(name, sizeof(name), "hc_scan_%u", atomic_fetch_add(&serial, 1));
    HC_TRY(register_scan(&shared, name));
    hc_buf_printf(&sql, "SELECT %s(%s) FROM %s", name, scan->arguments, scan->from);
    HC_TRY(hc_buf_check(&sql));
    status = hc_duck_rows(duck, sql.text, &rows, err);
    if (shared.status)
        return hc_fail(err, shared.status, "%s", hc_status_name(shared.status));
    return status;
}
