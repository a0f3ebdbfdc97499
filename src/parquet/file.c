#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base/fs_steps.h"
#include "base/mem.h"
#include "parquet/footer.h"

static const char magic[] = {'P', 'A', 'R', '1'};

struct hc_parquet_file {
    const struct hc_parquet_schema *schema;
    char path[HC_PATH_MAX];
    int fd;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t moved;
    bool abandoned;
    size_t next; /* the number that may be appended */
    int64_t bytes, rows;
    struct hc_sha256 sha;
    struct hc_parquet_placed *groups;
    size_t n_groups, cap_groups;
};

/* Writes and counts; the caller has the lock, or is alone. */
static enum hc_status put(
    struct hc_parquet_file *file, const void *bytes, size_t n, struct hc_error *err)
{
    if (hc_step_write(file->fd, bytes, n))
        return hc_cannot_write(file->path, err);
    hc_sha256_add(&file->sha, bytes, n);
    file->bytes += (int64_t)n;
    return HC_OK;
}

enum hc_status hc_parquet_open(const char *path, const struct hc_parquet_schema *schema,
    struct hc_parquet_file **ret, struct hc_error *err)
{
    struct hc_parquet_file *file = hc_calloc(1, sizeof(*file));
    enum hc_status status = HC_OK;

    if (!file)
        return HC_NO_MEMORY;
    file->schema = schema;
    pthread_mutex_init(&file->lock, NULL);
    pthread_cond_init(&file->moved, NULL);
    hc_sha256_init(&file->sha);
    assert(strlen(path) < sizeof(file->path));
    strcpy(file->path, path);
    file->fd = hc_step_open(path, O_WRONLY | O_CREAT | O_EXCL);
    if (file->fd < 0)
        status = hc_cannot_write(path, err);
    if (!status)
        status = put(file, magic, sizeof(magic), err);
    if (status) {
        hc_parquet_close(file);
        return status;
    }
    *ret = file;
    return HC_OK;
}

void hc_parquet_close(struct hc_parquet_file *file)
{
    if (!file)
        return;
    if (file->fd >= 0)
        close(file->fd);
    for (size_t i = 0; i < file->n_groups; i++)
        hc_free(file->groups[i].chunks);
    hc_free(file->groups);
    pthread_cond_destroy(&file->moved);
    pthread_mutex_destroy(&file->lock);
    hc_free(file);
}

/* ---- row groups ---- */

static enum hc_status place(struct hc_parquet_file *file,
    const struct hc_parquet_group *group, struct hc_error *err)
{
    struct hc_parquet_placed *placed;
    size_t columns = file->schema->n_columns;

    assert(group->n_done == columns);
    HC_TRY(hc_grow(
        &file->groups, &file->cap_groups, file->n_groups + 1, sizeof(*file->groups)));
    placed = &file->groups[file->n_groups];
    *placed = (struct hc_parquet_placed){.at = file->bytes,
        .rows = (int64_t)group->rows,
        .chunks = hc_alloc(columns, sizeof(*placed->chunks))};
    if (!placed->chunks)
        return HC_NO_MEMORY;
    memcpy(placed->chunks, group->chunks, columns * sizeof(*placed->chunks));
    file->n_groups++;
    file->rows += placed->rows;
    HC_TRY(put(file, group->bytes.text, group->bytes.len, err));
    /* towards the disk already: whoever syncs the file at the end has less to wait for */
    sync_file_range(file->fd, placed->at, (off_t)group->bytes.len, SYNC_FILE_RANGE_WRITE);
    return HC_OK;
}

enum hc_status hc_parquet_append(struct hc_parquet_file *file,
    const struct hc_parquet_group *group, size_t number, struct hc_error *err)
{
    enum hc_status status = HC_OK;

    pthread_mutex_lock(&file->lock);
    while (file->next != number && !file->abandoned)
        pthread_cond_wait(&file->moved, &file->lock);
    if (file->abandoned)
        status = hc_fail(err, HC_INTERRUPTED, "interrupted");
    else if (group)
        status = place(file, group, err);
    file->next++;
    pthread_cond_broadcast(&file->moved);
    pthread_mutex_unlock(&file->lock);
    return status;
}

void hc_parquet_abandon(struct hc_parquet_file *file)
{
    pthread_mutex_lock(&file->lock);
    file->abandoned = true;
    pthread_cond_broadcast(&file->moved);
    pthread_mutex_unlock(&file->lock);
}

/* ---- the end ---- */

enum hc_status hc_parquet_finish(
    struct hc_parquet_file *file, struct hc_parquet_written *ret, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf footer = HC_BUF_INIT;
    uint8_t length[4];
    int fd = file->fd;

    hc_parquet_footer(file->schema, file->groups, file->n_groups, &footer);
    HC_TRY(hc_buf_check(&footer));
    for (size_t k = 0; k < sizeof(length); k++)
        length[k] = (uint8_t)(footer.len >> (8 * k));
    HC_TRY(put(file, footer.text, footer.len, err));
    HC_TRY(put(file, length, sizeof(length), err));
    HC_TRY(put(file, magic, sizeof(magic), err));
    file->fd = -1;
    if (hc_step_close(fd))
        return hc_cannot_write(file->path, err);
    ret->rows = file->rows;
    ret->bytes = file->bytes;
    ret->groups = (int64_t)file->n_groups;
    hc_sha256_hex(&file->sha, ret->sha256);
    return HC_OK;
}
