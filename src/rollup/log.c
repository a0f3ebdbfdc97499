#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/name_index.h"
#include "rollup/log.h"

struct entry {
    uint64_t key;    /* rank of the node, bucket: see pack */
    uint64_t record; /* number in the file */
};

struct hc_cell_log {
    size_t gauges, record_size;
    int fd;
    pthread_mutex_t lock;
    struct entry *entries;
    size_t n, cap;
    struct hc_name_index nodes;
    const uint8_t *map; /* the file, after closing */
    char dir[160];      /* where the file is, for messages */
    char error[256];
};

enum { MAX_NODES = 1 << 24 };

/* 24 bits of node, 40 of bucket: a quarter of an hour of any time that a row can have. */
static uint64_t pack(uint32_t node, int64_t bucket)
{
    return (uint64_t)node << 40 | ((uint64_t)(bucket + (1ll << 39)) & 0xFFFFFFFFFFull);
}

/* ---- appending ---- */

static enum hc_status open_file(
    struct hc_cell_log *log, const char *dir, struct hc_error *err)
{
    char path[4096];

    log->fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (log->fd >= 0)
        return HC_OK;
    snprintf(path, sizeof(path), "%s/.hindcast-cells-XXXXXX", dir);
    log->fd = mkostemp(path, O_CLOEXEC);
    if (log->fd < 0)
        return hc_fail(err, HC_OUTPUT, "cannot make a temporary file in '%s': %s", dir,
            strerror(errno));
    unlink(path);
    return HC_OK;
}

enum hc_status hc_cell_log_open(
    size_t gauges, const char *temp_dir, struct hc_cell_log **ret, struct hc_error *err)
{
    struct hc_cell_log *log = hc_calloc(1, sizeof(*log));
    enum hc_status status;

    if (!log)
        return HC_NO_MEMORY;
    log->gauges = gauges;
    log->record_size = hc_cell_record_size(gauges);
    log->fd = -1;
    pthread_mutex_init(&log->lock, NULL);
    snprintf(log->dir, sizeof(log->dir), "%.150s%s", temp_dir,
        strlen(temp_dir) > 150 ? "..." : "");
    status = open_file(log, temp_dir, err);
    if (status)
        hc_cell_log_free(log);
    else
        *ret = log;
    return status;
}

void hc_cell_log_free(struct hc_cell_log *log)
{
    if (!log)
        return;
    if (log->map)
        munmap((void *)log->map, log->n * log->record_size);
    if (log->fd >= 0)
        close(log->fd);
    hc_name_index_clear(&log->nodes);
    hc_free(log->entries);
    pthread_mutex_destroy(&log->lock);
    hc_free(log);
}

void hc_cell_log_freep(struct hc_cell_log **log)
{
    hc_cell_log_free(*log);
    *log = NULL;
}

static enum hc_status intern(
    struct hc_cell_log *log, const char *name, size_t len, uint32_t *ret)
{
    size_t at;

    if (log->nodes.n == MAX_NODES)
        return HC_NO_MEMORY;
    HC_TRY(hc_name_index_add(&log->nodes, name, len, &at));
    *ret = (uint32_t)at;
    return HC_OK;
}

static enum hc_status on_intern(
    void *context, const char *name, size_t len, uint32_t *ret_id)
{
    struct hc_cell_log *log = context;
    enum hc_status status;

    pthread_mutex_lock(&log->lock);
    status = intern(log, name, len, ret_id);
    pthread_mutex_unlock(&log->lock);
    return status;
}

static enum hc_status write_all(struct hc_cell_log *log, const uint8_t *bytes, size_t len)
{
    while (len) {
        ssize_t n = write(log->fd, bytes, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            snprintf(log->error, sizeof(log->error), "cannot write in '%s': %s", log->dir,
                strerror(errno));
            return HC_OUTPUT;
        }
        bytes += n;
        len -= (size_t)n;
    }
    return HC_OK;
}

static enum hc_status append(
    struct hc_cell_log *log, const struct hc_cell_record *records, size_t count)
{
    const uint8_t *bytes = (const uint8_t *)records;

    HC_TRY(hc_grow(&log->entries, &log->cap, log->n + count, sizeof(*log->entries)));
    HC_TRY(write_all(log, bytes, count * log->record_size));
    for (size_t i = 0; i < count; i++) {
        const struct hc_cell_record *record =
            (const void *)(bytes + i * log->record_size);

        log->entries[log->n] = (struct entry){pack(record->node, record->bucket), log->n};
        log->n++;
    }
    return HC_OK;
}

static enum hc_status on_write(
    void *context, const struct hc_cell_record *records, size_t count)
{
    struct hc_cell_log *log = context;
    enum hc_status status;

    pthread_mutex_lock(&log->lock);
    status = append(log, records, count);
    pthread_mutex_unlock(&log->lock);
    return status;
}

struct hc_cell_sink hc_cell_log_sink(struct hc_cell_log *log)
{
    return (struct hc_cell_sink){log, on_intern, on_write};
}

const char *hc_cell_log_error(const struct hc_cell_log *log)
{
    return log->error;
}

size_t hc_cell_log_nodes(const struct hc_cell_log *log)
{
    return log->nodes.n;
}

const char *hc_cell_log_node(const struct hc_cell_log *log, uint32_t id, size_t *ret_len)
{
    return hc_name_index_name(&log->nodes, id, ret_len);
}

size_t hc_cell_log_records(const struct hc_cell_log *log)
{
    return log->n;
}

/* ---- closing ---- */

static int by_key(const void *pa, const void *pb)
{
    const struct entry *a = pa, *b = pb;

    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return a->record < b->record ? -1 : a->record > b->record;
}

enum hc_status hc_cell_log_close(
    struct hc_cell_log *log, const uint32_t *rank, struct hc_error *err)
{
    void *map;

    for (size_t i = 0; i < log->n; i++) {
        struct entry *entry = &log->entries[i];

        entry->key =
            (uint64_t)rank[entry->key >> 40] << 40 | (entry->key & 0xFFFFFFFFFFull);
    }
    qsort(log->entries, log->n, sizeof(*log->entries), by_key);
    if (!log->n)
        return HC_OK;
    map = mmap(NULL, log->n * log->record_size, PROT_READ, MAP_SHARED, log->fd, 0);
    if (map == MAP_FAILED)
        return hc_fail(err, HC_NO_MEMORY, "cannot map the cells: %s", strerror(errno));
    log->map = map;
    return HC_OK;
}

/* ---- reading ---- */

enum { DROP_BYTES = 4 << 20 };

/* The first entry at or after `at` that starts a node. */
static size_t cut(const struct hc_cell_log *log, size_t at)
{
    while (at > 0 && at < log->n &&
           log->entries[at].key >> 40 == log->entries[at - 1].key >> 40)
        at++;
    return at;
}

enum hc_status hc_cell_reader_init(
    struct hc_cell_reader *reader, struct hc_cell_log *log, size_t part, size_t parts)
{
    *reader = (struct hc_cell_reader){.log = log};
    reader->at = cut(log, log->n * part / parts);
    reader->end = part + 1 == parts ? log->n : cut(log, log->n * (part + 1) / parts);
    reader->cell = hc_alloc(1, log->record_size);
    return reader->cell ? HC_OK : HC_NO_MEMORY;
}

void hc_cell_reader_clear(struct hc_cell_reader *reader)
{
    hc_free(reader->cell);
    *reader = (struct hc_cell_reader){0};
}

static const struct hc_cell_record *record_at(const struct hc_cell_log *log, size_t at)
{
    return (const void *)(log->map + log->entries[at].record * log->record_size);
}

/* What was read is not needed again: the pages are given back, the file keeps them. */
static void drop_pages(struct hc_cell_reader *reader)
{
    struct hc_cell_log *log = reader->log;

    reader->since_drop += log->record_size;
    if (reader->since_drop < DROP_BYTES)
        return;
    madvise((void *)log->map, log->n * log->record_size, MADV_DONTNEED);
    reader->since_drop = 0;
}

bool hc_cell_reader_next(struct hc_cell_reader *reader)
{
    struct hc_cell_log *log = reader->log;
    size_t at = reader->at;
    uint64_t key;

    if (at >= reader->end)
        return false;
    key = log->entries[at].key;
    memcpy(reader->cell, record_at(log, at), log->record_size);
    reader->cell->node = (uint32_t)(key >> 40);
    for (at++; at < reader->end && log->entries[at].key == key; at++) {
        const struct hc_cell_record *more = record_at(log, at);

        reader->cell->rows += more->rows;
        for (size_t g = 0; g < log->gauges; g++)
            hc_moments_merge(&reader->cell->gauge[g], &more->gauge[g]);
    }
    reader->at = at;
    drop_pages(reader);
    return true;
}
