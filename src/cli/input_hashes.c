#include <pthread.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "cli/input_hashes.h"
#include "cli/interrupt.h"

struct hc_input_hashes {
    const struct hc_dataset *dataset;
    pthread_t thread;
    bool running, done;
    atomic_bool stop;
    enum hc_status status;
    struct hc_error err;
    char sha256[][HC_SHA256_HEX];
};

/* What a manifest vouches for was hashed when it was checked. */
static enum hc_status hash_one(struct hc_input_hashes *h, size_t i, struct hc_error *err)
{
    const struct hc_dataset_file *file = &h->dataset->files[i];
    int64_t bytes;

    if (file->verified)
        memcpy(h->sha256[i], file->sha256, sizeof(h->sha256[i]));
    else if (strcmp(file->path, "-"))
        return hc_file_measure(file->path, &bytes, h->sha256[i], err);
    return HC_OK;
}

static void hash_all(struct hc_input_hashes *h)
{
    for (size_t i = 0; i < h->dataset->n_files && !h->status; i++) {
        if (atomic_load(&h->stop) || hc_interrupt_requested())
            h->status = hc_fail(&h->err, HC_INTERRUPTED, "interrupted");
        else
            h->status = hash_one(h, i, &h->err);
    }
    h->done = true;
}

static void *hash_main(void *context)
{
    hash_all(context);
    return NULL;
}

struct hc_input_hashes *hc_input_hashes_start(
    const struct hc_dataset *dataset, int64_t threads)
{
    struct hc_input_hashes *h =
        hc_calloc(1, sizeof(*h) + dataset->n_files * sizeof(h->sha256[0]));

    if (!h)
        return NULL;
    h->dataset = dataset;
    if (threads != 1)
        h->running = pthread_create(&h->thread, NULL, hash_main, h) == 0;
    return h;
}

enum hc_status hc_input_hashes_wait(struct hc_input_hashes *h, struct hc_error *err)
{
    if (!h)
        return HC_NO_MEMORY;
    if (h->running)
        pthread_join(h->thread, NULL);
    h->running = false;
    if (!h->done)
        hash_all(h);
    if (h->status && err)
        *err = h->err;
    return h->status;
}

const char *hc_input_hash(const struct hc_input_hashes *h, size_t file)
{
    return h->sha256[file];
}

void hc_input_hashes_stop(struct hc_input_hashes *h)
{
    if (!h)
        return;
    atomic_store(&h->stop, true);
    if (h->running)
        pthread_join(h->thread, NULL);
    hc_free(h);
}
