#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "duck/door.h"
#include "duck/inside.h"

/* What all states of one query share. */
struct shared {
    const struct hc_door *door;
    struct hc_duck *duck;
    pthread_mutex_t lock;
    struct hc_profile **profiles; /* all that were made, to be freed after the query */
    size_t n_profiles, profiles_cap;
    struct hc_profile *result;
    enum hc_status status; /* the first failure */
    size_t vector_rows;
    size_t first_value; /* index of the first column among the parameters */
};

/* DuckDB's own piece of memory for a state: only a pointer. */
struct state {
    struct hc_profile *profile;
};

/* A chunk as the kernel wants it; lives on the stack of `update`. */
struct view {
    const int64_t *row;
    const uint64_t *file;
    const int64_t *time_us;
    const uint64_t *time_valid;
    const duckdb_string_t *cluster, *node;
    const uint64_t *cluster_valid, *node_valid;
    const bool *keep;
    const uint64_t *keep_valid;
    const uint64_t *other;
};

static void fail(struct shared *shared, duckdb_function_info info, enum hc_status status)
{
    pthread_mutex_lock(&shared->lock);
    if (!shared->status)
        shared->status = status;
    pthread_mutex_unlock(&shared->lock);
    duckdb_aggregate_function_set_error(info, hc_status_name(status));
}

static enum hc_status make_profile(struct shared *shared, struct state *state)
{
    struct hc_profile *profile;
    enum hc_status status;

    HC_TRY(hc_profile_new(&shared->door->options, &profile));
    pthread_mutex_lock(&shared->lock);
    status = hc_grow(&shared->profiles, &shared->profiles_cap, shared->n_profiles + 1,
        sizeof(struct hc_profile *));
    if (!status)
        shared->profiles[shared->n_profiles++] = profile;
    pthread_mutex_unlock(&shared->lock);
    if (status)
        hc_profile_free(profile);
    else
        state->profile = profile;
    return status;
}

/* ---- keys ---- */

static bool is_valid(const uint64_t *valid, size_t i)
{
    return !valid || (valid[i / 64] >> (i % 64) & 1);
}

static enum hc_status intern(struct hc_profile *profile, const struct view *view,
    size_t i, struct hc_buf *key, uint32_t *ret_id)
{
    size_t cluster_len = 0, node_len;
    const char *cluster = "", *node = hc_duck_text(&view->node[i], &node_len);
    unsigned char length[4];

    if (view->cluster && is_valid(view->cluster_valid, i))
        cluster = hc_duck_text(&view->cluster[i], &cluster_len);
    for (int k = 0; k < 4; k++)
        length[k] = (unsigned char)(cluster_len >> (8 * k));
    hc_buf_reset(key);
    hc_buf_add(key, length, sizeof(length));
    hc_buf_add(key, cluster, cluster_len);
    hc_buf_add(key, node, node_len);
    HC_TRY(hc_buf_check(key));
    return hc_profile_node(profile, key->text, key->len, ret_id);
}

static bool same_keys(const struct view *view, size_t a, size_t b)
{
    if (!hc_duck_same_text(&view->node[a], &view->node[b]))
        return false;
    if (!view->cluster)
        return true;
    if (is_valid(view->cluster_valid, a) != is_valid(view->cluster_valid, b))
        return false;
    return !is_valid(view->cluster_valid, a) ||
           hc_duck_same_text(&view->cluster[a], &view->cluster[b]);
}

static bool is_kept(const struct view *view, size_t i)
{
    return !view->keep || (is_valid(view->keep_valid, i) && view->keep[i]);
}

/* The profile's ids of a chunk's nodes. Looked up where the node changes. */
static enum hc_status identify(
    struct hc_profile *profile, const struct view *view, size_t rows, uint32_t *ids)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf key = HC_BUF_INIT;
    size_t known = SIZE_MAX;

    for (size_t i = 0; i < rows; i++) {
        if (!is_valid(view->node_valid, i) || !is_valid(view->time_valid, i) ||
            !is_kept(view, i)) {
            ids[i] = HC_NO_NODE;
        } else if (known != SIZE_MAX && same_keys(view, known, i)) {
            ids[i] = ids[known];
        } else {
            HC_TRY(intern(profile, view, i, &key, &ids[i]));
            known = i;
        }
    }
    return HC_OK;
}

/* ---- a chunk ---- */

static void *data_of(duckdb_data_chunk chunk, size_t i, const uint64_t **ret_valid)
{
    duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, i);

    if (ret_valid)
        *ret_valid = duckdb_vector_get_validity(vector);
    return duckdb_vector_get_data(vector);
}

static struct view view_of(const struct hc_door *door, duckdb_data_chunk chunk)
{
    struct view view = {.row = data_of(chunk, 0, NULL), .file = data_of(chunk, 1, NULL)};
    size_t i = 2;

    if (door->has_keys) {
        view.time_us = data_of(chunk, i++, &view.time_valid);
        if (door->has_cluster)
            view.cluster = data_of(chunk, i++, &view.cluster_valid);
        view.node = data_of(chunk, i++, &view.node_valid);
    }
    if (door->has_keep)
        view.keep = data_of(chunk, i++, &view.keep_valid);
    if (door->has_other)
        view.other = data_of(chunk, i, NULL);
    return view;
}

/* How many rows from `from` on stand one after the other in one file. */
static size_t stretch_at(const struct view *view, size_t from, size_t rows)
{
    size_t n = 1;

    while (from + n < rows && view->file[from + n] == view->file[from] &&
           view->row[from + n] == view->row[from] + (int64_t)n)
        n++;
    return n;
}

/* The `keep` of rows [from, from + n): all others are not looked at. */
static void fill_keep(
    const struct view *view, size_t from, size_t n, size_t rows, uint64_t *keep)
{
    memset(keep, 0, (rows + 63) / 64 * sizeof(*keep));
    for (size_t i = from; i < from + n; i++) {
        bool wanted = is_kept(view, i);

        keep[i / 64] |= (uint64_t)wanted << (i % 64);
    }
}

struct chunk_memory {
    uint32_t ids[2048];
    uint64_t keep[2048 / 64];
    const double **value;
    const uint64_t **valid;
};

static enum hc_status add_stretches(struct hc_profile *profile, const struct view *view,
    size_t rows, struct chunk_memory *memory, struct hc_batch *batch)
{
    for (size_t from = 0, n; from < rows; from += n) {
        bool whole;

        n = stretch_at(view, from, rows);
        whole = n == rows;
        batch->file = (uint32_t)view->file[from];
        batch->first_row = view->row[from] - (int64_t)from;
        batch->keep = NULL;
        if (!whole || view->keep) {
            fill_keep(view, from, n, rows, memory->keep);
            batch->keep = memory->keep;
        }
        HC_TRY(hc_profile_add(profile, batch));
        if (!whole)
            HC_TRY(hc_profile_flush(profile)); /* the rows between are others' */
    }
    return HC_OK;
}

static enum hc_status add_chunk(
    struct shared *shared, struct hc_profile *profile, duckdb_data_chunk chunk)
{
    const struct hc_door *door = shared->door;
    size_t rows = duckdb_data_chunk_get_size(chunk), columns = door->options.columns;
    HC_CLEANUP(hc_freep) const double **value = hc_alloc(columns, sizeof(*value));
    HC_CLEANUP(hc_freep) const uint64_t **valid = hc_alloc(columns, sizeof(*valid));
    struct view view = view_of(door, chunk);
    struct chunk_memory memory;
    struct hc_batch batch = {.rows = rows,
        .time_us = view.time_us,
        .time_valid = view.time_valid,
        .other_hash = view.other,
        .value = value,
        .valid = valid};

    if (!value || !valid)
        return HC_NO_MEMORY;
    assert(rows <= HC_COUNT(memory.ids));
    for (size_t j = 0; j < columns; j++)
        value[j] = data_of(chunk, shared->first_value + j, &valid[j]);
    if (door->has_keys) {
        HC_TRY(identify(profile, &view, rows, memory.ids));
        batch.node = memory.ids;
    }
    return add_stretches(profile, &view, rows, &memory, &batch);
}

/* ---- DuckDB's callbacks ---- */

static idx_t on_size(duckdb_function_info info)
{
    (void)info;
    return sizeof(struct state);
}

static void on_init(duckdb_function_info info, duckdb_aggregate_state state)
{
    (void)info;
    ((struct state *)state)->profile = NULL;
}

static void on_update(
    duckdb_function_info info, duckdb_data_chunk chunk, duckdb_aggregate_state *states)
{
    struct shared *shared = duckdb_aggregate_function_get_extra_info(info);
    struct state *state = (struct state *)states[0];
    enum hc_status status = HC_OK;

    if (shared->duck->options.stop && atomic_load(shared->duck->options.stop))
        status = HC_INTERRUPTED;
    if (!status && !state->profile)
        status = make_profile(shared, state);
    if (!status)
        status = add_chunk(shared, state->profile, chunk);
    if (status)
        fail(shared, info, status);
}

static void on_combine(duckdb_function_info info, duckdb_aggregate_state *sources,
    duckdb_aggregate_state *targets, idx_t count)
{
    struct shared *shared = duckdb_aggregate_function_get_extra_info(info);

    for (idx_t i = 0; i < count; i++) {
        struct state *source = (struct state *)sources[i],
                     *target = (struct state *)targets[i];
        enum hc_status status = HC_OK;

        if (!source->profile)
            continue;
        if (!target->profile)
            status = make_profile(shared, target);
        if (!status)
            status = hc_profile_merge(target->profile, source->profile);
        if (status)
            fail(shared, info, status);
    }
}

static void on_finalize(duckdb_function_info info, duckdb_aggregate_state *source,
    duckdb_vector result, idx_t count, idx_t offset)
{
    struct shared *shared = duckdb_aggregate_function_get_extra_info(info);
    int64_t *out = duckdb_vector_get_data(result);

    for (idx_t i = 0; i < count; i++) {
        struct hc_profile *profile = ((struct state *)source[i])->profile;

        shared->result = profile;
        out[offset + i] = profile ? (int64_t)hc_profile_rows(profile) : 0;
    }
}

/* Parameters before the columns. */
static size_t parameter_types(const struct hc_door *door, duckdb_type *types)
{
    size_t n = 0;

    types[n++] = DUCKDB_TYPE_BIGINT;
    types[n++] = DUCKDB_TYPE_UBIGINT;
    if (door->has_keys) {
        types[n++] = DUCKDB_TYPE_TIMESTAMP;
        if (door->has_cluster)
            types[n++] = DUCKDB_TYPE_VARCHAR;
        types[n++] = DUCKDB_TYPE_VARCHAR;
    }
    if (door->has_keep)
        types[n++] = DUCKDB_TYPE_BOOLEAN;
    if (door->has_other)
        types[n++] = DUCKDB_TYPE_UBIGINT;
    return n;
}

static enum hc_status register_kernel(struct shared *shared, const char *name)
{
    duckdb_type types[8];
    struct hc_duck_aggregate aggregate = {.name = name,
        .types = types,
        .numbers = shared->door->options.columns,
        .size = on_size,
        .init = on_init,
        .update = on_update,
        .combine = on_combine,
        .finalize = on_finalize,
        .extra = shared};

    shared->first_value = parameter_types(shared->door, types);
    aggregate.n_types = shared->first_value;
    return hc_duck_register(shared->duck, &aggregate);
}

static enum hc_status run_query(struct shared *shared, const char *name,
    struct hc_rows **ret_also, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;
    const struct hc_door *door = shared->door;
    enum hc_status status;

    hc_buf_printf(&sql, "SELECT %s(%s)", name, door->arguments);
    if (door->also && door->also[0])
        hc_buf_printf(&sql, ", %s", door->also);
    hc_buf_printf(&sql, " FROM %s", door->from);
    HC_TRY(hc_buf_check(&sql));
    status = hc_duck_rows(shared->duck, sql.text, ret_also, err);
    if (shared->status)
        return hc_fail(err, shared->status, "%s", hc_status_name(shared->status));
    return status;
}

static enum hc_status hand_out(
    struct shared *shared, enum hc_status status, struct hc_profile **ret)
{
    for (size_t i = 0; i < shared->n_profiles; i++)
        if (status || shared->profiles[i] != shared->result)
            hc_profile_free(shared->profiles[i]);
    hc_free(shared->profiles);
    if (status)
        return status;
    if (!shared->result)
        return hc_profile_new(&shared->door->options, ret); /* no rows at all */
    *ret = shared->result;
    return HC_OK;
}

enum hc_status hc_door_run(struct hc_duck *duck, const struct hc_door *door,
    struct hc_profile **ret, struct hc_rows **ret_also, struct hc_error *err)
{
    static atomic_uint serial;
    struct shared shared = {
        .door = door, .duck = duck, .lock = PTHREAD_MUTEX_INITIALIZER};
    char name[48];

    snprintf(name, sizeof(name), "hc_profile_%u", atomic_fetch_add(&serial, 1));
    HC_TRY(register_kernel(&shared, name));
    return hand_out(&shared, run_query(&shared, name, ret_also, err), ret);
}

bool hc_identity_split(const char *identity, size_t len, const char **ret_cluster,
    size_t *ret_cluster_len, const char **ret_node, size_t *ret_node_len)
{
    size_t cluster_len = 0;

    if (len < 4)
        return false;
    for (int k = 0; k < 4; k++)
        cluster_len |= (size_t)(unsigned char)identity[k] << (8 * k);
    if (cluster_len > len - 4)
        return false;
    *ret_cluster = identity + 4;
    *ret_cluster_len = cluster_len;
    *ret_node = identity + 4 + cluster_len;
    *ret_node_len = len - 4 - cluster_len;
    return true;
}
