/*
 * Are the files what their manifest says? A few threads read them, a file at a time.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "base/workers.h"
#include "dataset/manifest.h"

struct checking {
    const char *dir;
    struct hc_manifest_check *checks;
    size_t n;
    atomic_size_t next;
    pthread_mutex_t lock; /* of what follows */
    size_t first_bad;     /* n: none */
    enum hc_status status;
    struct hc_error err;
};

enum hc_status hc_manifest_verify(const char *dir, const struct hc_manifest_file *file,
    struct hc_file_id *ret_id, struct hc_error *err)
{
    char path[HC_PATH_MAX], sha256[HC_SHA256_HEX];
    struct hc_file_id id;
    int64_t bytes;

    HC_TRY(hc_path_join(dir, file->path, path, err));
    HC_TRY(hc_file_identify(path, &id, err));
    if (id.bytes != file->bytes)
        return hc_fail(err, HC_INPUT,
            "'%s' is not what its manifest says (%lld bytes, not %lld): was it changed?",
            path, (long long)id.bytes, (long long)file->bytes);
    HC_TRY(hc_file_measure(path, &bytes, sha256, err));
    if (strcmp(sha256, file->sha256))
        return hc_fail(err, HC_INPUT,
            "'%s' is not what its manifest says (another SHA-256): was it changed?",
            path);
    *ret_id = id;
    return HC_OK;
}

static void remember(
    struct checking *c, size_t i, enum hc_status status, const struct hc_error *err)
{
    pthread_mutex_lock(&c->lock);
    if (i < c->first_bad) {
        c->first_bad = i;
        c->status = status;
        c->err = *err;
    }
    pthread_mutex_unlock(&c->lock);
    atomic_store(&c->next, c->n);
}

/* Files are begun in order, and what was begun is ended: whichever thread fails first,
 * all files before the first bad one are looked at. */
static void *check_files(void *context)
{
    struct checking *c = context;

    for (;;) {
        size_t i = atomic_fetch_add(&c->next, 1);
        struct hc_error err = {""};
        enum hc_status status;

        if (i >= c->n)
            return NULL;
        status = hc_manifest_verify(c->dir, c->checks[i].file, &c->checks[i].id, &err);
        if (status)
            remember(c, i, status, &err);
    }
}

enum hc_status hc_manifest_verify_all(const char *dir, struct hc_manifest_check *checks,
    size_t n, int64_t threads, struct hc_error *err)
{
    struct checking c = {.dir = dir,
        .checks = checks,
        .n = n,
        .first_bad = n,
        .lock = PTHREAD_MUTEX_INITIALIZER};

    hc_workers_run(hc_workers_count(threads, n), check_files, &c);
    if (c.status && err)
        *err = c.err;
    return c.status;
}
