#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/workers.h"
#include "cli/interrupt.h"
#include "cli/synth_days.h"
#include "cli/synth_pods.h"
#include "dataset/manifest.h"
#include "duck/source.h"

enum { TIME, NODE, POOL, FIRST_GAUGE, COLUMNS = FIRST_GAUGE + HC_SYNTH_GAUGES };

/* What the workers share. */
struct work {
    const struct hc_synth_plan *plan;
    const struct hc_common *common;
    const char *dir;
    struct hc_synth_file *files;
    struct hc_source_column columns[COLUMNS];
    size_t n_workers;
    bool shows_progress;
    atomic_uint next;     /* day; behind them, what there is once */
    atomic_uint sessions; /* opened so far */
    atomic_bool failed;
    pthread_mutex_t lock; /* of what follows */
    unsigned done;
    enum hc_status status; /* of the first that failed */
    struct hc_error err;
};

/* One day on its way into a file: DuckDB asks for its rows. */
struct stream {
    struct work *work;
    uint32_t day;
    uint32_t next_node;
    struct hc_synth_rows rows;
    size_t at; /* the next of `rows` to be given */
    int64_t given;
};

static uint32_t n_days(const struct work *work)
{
    return (uint32_t)hc_synth_options(work->plan)->days;
}

/* ---- rows for DuckDB ---- */

static void copy_texts(const struct stream *s, size_t n, struct hc_source_rows *out)
{
    const struct hc_synth_plan *plan = s->work->plan;

    for (size_t i = 0; i < n; i++) {
        uint32_t node = s->rows.node[s->at + i];
        const char *name = hc_synth_node_name(plan, node);
        const char *pool = hc_synth_node_pool(plan, node);

        hc_source_set_text(out, NODE, i, name, strlen(name));
        hc_source_set_text(out, POOL, i, pool, strlen(pool));
    }
}

static void copy_gauge(
    const struct stream *s, size_t gauge, size_t n, struct hc_source_rows *out)
{
    const uint64_t *valid = s->rows.valid[gauge];

    memcpy(
        out->data[FIRST_GAUGE + gauge], s->rows.gauge[gauge] + s->at, n * sizeof(double));
    for (size_t i = 0, row = s->at; i < n; i++, row++)
        if (HC_UNLIKELY(!(valid[row / 64] >> (row % 64) & 1)))
            hc_source_set_null(out, FIRST_GAUGE + gauge, i);
}

/* The next nodes that have rows; none are left when s->rows stays empty. */
static enum hc_status refill(struct stream *s, struct hc_error *err)
{
    const struct hc_synth_plan *plan = s->work->plan;
    uint32_t nodes = (uint32_t)hc_synth_options(plan)->nodes;

    s->at = 0;
    s->rows.n = 0;
    while (!s->rows.n && s->next_node < nodes) {
        uint32_t band = hc_synth_band_nodes(plan), left = nodes - s->next_node;

        band = band < left ? band : left;
        if (hc_synth_fill(plan, s->day, s->next_node, band, &s->rows))
            return hc_fail(err, HC_NO_MEMORY, "no memory for a day of samples");
        s->next_node += band;
    }
    return HC_OK;
}

static enum hc_status fill(void *context, size_t partition, struct hc_source_rows *out,
    size_t *ret_rows, struct hc_error *err)
{
    struct stream *s = context;

    (void)partition;
    *ret_rows = 0;
    if (hc_interrupt_requested() || atomic_load(&s->work->failed))
        return hc_fail(err, HC_INTERRUPTED, "interrupted");
    if (s->at == s->rows.n)
        HC_TRY(refill(s, err));

    size_t n = s->rows.n - s->at;

    n = n < out->cap ? n : out->cap;
    if (n) {
        memcpy(out->data[TIME], s->rows.time_us + s->at, n * sizeof(int64_t));
        copy_texts(s, n, out);
        for (size_t g = 0; g < HC_SYNTH_GAUGES; g++)
            copy_gauge(s, g, n, out);
    }
    s->at += n;
    s->given += (int64_t)n;
    *ret_rows = n;
    return HC_OK;
}

/* ---- a day ---- */

static const char *const metadata[] = {
    "hindcast_version", HC_VERSION, "hindcast_source", "synth", NULL};

static void name_day(
    const struct work *work, const char *folder, uint32_t day, struct hc_synth_file *file)
{
    int64_t start_s = hc_synth_options(work->plan)->start_s;
    char date[HC_TIME_TEXT];

    hc_date_format(hc_days_from_us(start_s * HC_SECOND_US) + day, date);
    snprintf(file->path, sizeof(file->path), "%s/%.12s.parquet", folder, date);
}

static enum hc_status write_samples(struct stream *s, struct hc_duck *duck,
    struct hc_synth_file *file, struct hc_error *err)
{
    struct work *work = s->work;
    struct hc_source source = {.columns = work->columns,
        .n_columns = COLUMNS,
        .partitions = 1,
        .fill = fill,
        .context = s};
    char path[HC_PATH_MAX];

    name_day(work, "samples", s->day, file);
    HC_TRY(hc_path_join(work->dir, file->path, path, err));
    HC_TRY(hc_duck_write_parquet(duck, &source, path, metadata, err));
    file->rows = s->given;
    return hc_file_measure(path, &file->bytes, file->sha256, err);
}

/* Of a kind of pods.h; days only where there is one for each day. */
static enum hc_status write_pods(struct work *work, enum hc_synth_pods_file kind,
    uint32_t day, struct hc_duck *duck, struct hc_synth_file *file, struct hc_error *err)
{
    struct hc_synth_pods_request request = {.plan = work->plan,
        .kind = kind,
        .day = day,
        .metadata = metadata,
        .failed = &work->failed};
    char path[HC_PATH_MAX];

    if (kind == HC_SYNTH_USAGE)
        name_day(work, "pod_usage", day, file);
    else
        snprintf(file->path, sizeof(file->path), "%s.parquet",
            kind == HC_SYNTH_NODES ? "nodes" : "pods");
    HC_TRY(hc_path_join(work->dir, file->path, path, err));
    HC_TRY(hc_synth_write_pods(&request, duck, path, &file->rows, err));
    return hc_file_measure(path, &file->bytes, file->sha256, err);
}

/* A day's files, or one of those that there are once. */
static enum hc_status write_task(
    struct stream *s, uint32_t task, struct hc_duck *duck, struct hc_error *err)
{
    struct work *work = s->work;
    uint32_t days = n_days(work);

    if (task >= days)
        return write_pods(work, task == days ? HC_SYNTH_NODES : HC_SYNTH_PODS, 0, duck,
            &work->files[task], err);
    s->day = task;
    s->next_node = 0;
    s->rows.n = s->at = 0;
    s->given = 0;
    HC_TRY(write_samples(s, duck, &work->files[task], err));
    if (hc_synth_options(work->plan)->no_pods)
        return HC_OK;
    return write_pods(
        work, HC_SYNTH_USAGE, task, duck, &work->files[days + 2 + task], err);
}

static void show_progress(struct work *work)
{
    pthread_mutex_lock(&work->lock);
    work->done++;
    if (work->shows_progress) {
        bool last = work->done == n_days(work);

        fprintf(stderr, "\rday %u of %u", work->done, n_days(work));
        if (last)
            fprintf(stderr, "\r%*s\r", 32, "");
        fflush(stderr);
    }
    pthread_mutex_unlock(&work->lock);
}

static enum hc_status write_days(
    struct work *work, struct hc_duck *duck, struct stream *s, struct hc_error *err)
{
    uint32_t tasks = n_days(work) + (hc_synth_options(work->plan)->no_pods ? 0 : 2);

    for (;;) {
        uint32_t task = atomic_fetch_add(&work->next, 1);

        if (task >= tasks || atomic_load(&work->failed))
            return HC_OK;
        HC_TRY(write_task(s, task, duck, err));
        if (task < n_days(work))
            show_progress(work);
    }
}

/* ---- workers ---- */

/* Each spills into a folder of its own: sessions give their files the same names. */
static enum hc_status open_session(
    struct work *work, struct hc_duck **ret, struct hc_error *err)
{
    char name[32], spill[HC_PATH_MAX];
    const struct hc_duck_options options = {.threads = 1,
        .memory_limit = work->common->memory_limit / work->n_workers,
        .temp_dir = spill,
        .stop = hc_interrupt_flag()};

    snprintf(name, sizeof(name), "spill/%u", atomic_fetch_add(&work->sessions, 1));
    HC_TRY(hc_path_join(work->dir, name, spill, err));
    HC_TRY(hc_duck_open(&options, ret, err));
    return hc_duck_lock(*ret, &work->dir, 1, NULL, 0, err);
}

static void remember(struct work *work, enum hc_status status, const struct hc_error *err)
{
    pthread_mutex_lock(&work->lock);
    if (!work->status) {
        work->status = status;
        work->err = *err;
    }
    atomic_store(&work->failed, true);
    pthread_mutex_unlock(&work->lock);
}

static void *worker_main(void *context)
{
    struct work *work = context;
    HC_CLEANUP(hc_duck_closep) struct hc_duck *duck = NULL;
    HC_CLEANUP(hc_freep) struct stream *s = hc_calloc(1, sizeof(*s));
    struct hc_error err = {"no memory"};
    enum hc_status status = s ? open_session(work, &duck, &err) : HC_NO_MEMORY;

    if (!status) {
        s->work = work;
        status = write_days(work, duck, s, &err);
        hc_synth_rows_clear(&s->rows);
    }
    if (status)
        remember(work, status, &err);
    return NULL;
}

static void name_columns(struct work *work)
{
    work->columns[TIME] = (struct hc_source_column){"timestamp", HC_SOURCE_TIME};
    work->columns[NODE] = (struct hc_source_column){"node", HC_SOURCE_TEXT};
    work->columns[POOL] = (struct hc_source_column){"pool", HC_SOURCE_TEXT};
    for (size_t g = 0; g < HC_SYNTH_GAUGES; g++)
        work->columns[FIRST_GAUGE + g] =
            (struct hc_source_column){hc_synth_columns[g].name, HC_SOURCE_DOUBLE};
}

static bool wants_progress(const struct hc_common *common)
{
    if (common->quiet || common->progress == HC_PROGRESS_NEVER)
        return false;
    return common->progress == HC_PROGRESS_ALWAYS || isatty(STDERR_FILENO);
}

size_t hc_synth_n_files(const struct hc_synth_plan *plan)
{
    size_t days = (size_t)hc_synth_options(plan)->days;

    return hc_synth_options(plan)->no_pods ? days : 2 * days + 2;
}

static enum hc_status make_folders(const struct work *work, struct hc_error *err)
{
    static const char *const names[] = {"samples", "spill", "pod_usage"};
    char path[HC_PATH_MAX];

    for (size_t i = 0; i < HC_COUNT(names); i++) {
        if (i == 2 && hc_synth_options(work->plan)->no_pods)
            continue;
        HC_TRY(hc_path_join(work->dir, names[i], path, err));
        HC_TRY(hc_dir_make(path, err));
    }
    return HC_OK;
}

enum hc_status hc_synth_write_files(const struct hc_synth_plan *plan, const char *dir,
    const struct hc_common *common, struct hc_synth_file *files, struct hc_error *err)
{
    struct work work = {.plan = plan,
        .common = common,
        .dir = dir,
        .files = files,
        .shows_progress = wants_progress(common),
        .lock = PTHREAD_MUTEX_INITIALIZER};
    char spill[HC_PATH_MAX];

    name_columns(&work);
    work.n_workers = hc_workers_count(common->threads, n_days(&work));
    HC_TRY(make_folders(&work, err));
    HC_TRY(hc_path_join(dir, "spill", spill, err));
    hc_workers_run(work.n_workers, worker_main, &work);
    hc_tree_remove(spill);
    if (work.status && err)
        *err = work.err;
    return work.status;
}
