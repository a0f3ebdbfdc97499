#include <pthread.h>
#include <string.h>

#include "base/mem.h"
#include "cli/features.h"
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

void hc_features_hash_start(struct hc_features *f)
{
    struct hc_input_hashes *h =
        hc_calloc(1, sizeof(*h) + f->dataset.n_files * sizeof(h->sha256[0]));

    f->hashes = h;
    if (!h)
        return;
    h->dataset = &f->dataset;
    if (f->common->threads != 1)
        h->running = pthread_create(&h->thread, NULL, hash_main, h) == 0;
}

enum hc_status hc_features_hash_wait(struct hc_features *f, struct hc_error *err)
{
    struct hc_input_hashes *h = f->hashes;

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

void hc_features_hash_stop(struct hc_features *f)
{
    struct hc_input_hashes *h = f->hashes;

    if (!h)
        return;
    atomic_store(&h->stop, true);
    if (h->running)
        pthread_join(h->thread, NULL);
    hc_free(h);
    f->hashes = NULL;
}

const char *hc_features_hash(const struct hc_features *f, size_t file)
{
    return f->hashes->sha256[file];
}
