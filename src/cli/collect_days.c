/*
 * Day after day: its pieces are fetched, then its files written; while they are, the next
 * day's pieces are fetched already.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/collect.h"
#include "cli/interrupt.h"
#include "collect/pod_day.h"
#include "dataset/manifest.h"

/* Nothing shorter is asked for, however slow the server is. */
enum { SHORTEST_S = 60 };

/* A day that is being written in a thread of its own. */
struct writing {
    bool running, threaded;
    pthread_t thread;
    size_t day;
    enum hc_status status;
    struct hc_error err;
};

struct work {
    struct hc_collection *c;
    struct hc_fetch fetch;
    struct hc_pace pace;
    struct hc_duck *duck; /* of who writes */
    struct writing writing;
    char state[HC_PATH_MAX]; /* absolute: DuckDB reads a meaning into "~x" and "s3:x" */
};

static enum hc_status open_session(struct work *w, struct hc_error *err)
{
    struct hc_collection *c = w->c;
    char spill[HC_PATH_MAX];
    const char *const dirs[] = {w->state};
    const struct hc_duck_options options = {.threads = 1,
        .memory_limit = c->common->memory_limit,
        .temp_dir = spill,
        .stop = hc_interrupt_flag()};
    char *absolute = realpath(c->state, NULL);
    bool fits = absolute && strlen(absolute) < sizeof(w->state);

    if (fits)
        strcpy(w->state, absolute);
    free(absolute);
    if (!fits)
        return hc_fail(err, HC_OUTPUT, "cannot write to '%s': path too long", c->dir);
    HC_TRY(hc_path_join(w->state, "spill", spill, err));
    HC_TRY(hc_duck_open(&options, &w->duck, err));
    return hc_duck_lock(w->duck, dirs, 1, NULL, 0, err);
}

/* A manifest that says otherwise than the file is worse than none. */
static enum hc_status unseal(const struct hc_collection *c, struct hc_error *err)
{
    char path[HC_PATH_MAX];

    HC_TRY(hc_path_join(c->dir, HC_MANIFEST_NAME, path, err));
    unlink(path);
    return HC_OK;
}

static enum hc_status pieces_dir(const struct hc_collection *c, struct hc_span span,
    char out[HC_PATH_MAX], struct hc_error *err)
{
    char date[HC_TIME_TEXT];

    hc_date_format(hc_floor_div(span.start_s, HC_DAY_S), date);
    return hc_path_join(c->state, date, out, err);
}

/* ---- a day ---- */

static enum hc_status fetch_day(struct work *w, size_t i, struct hc_error *err)
{
    struct hc_collection *c = w->c;
    struct hc_span span = hc_plan_day(&c->plan, (int64_t)i);
    char pieces[HC_PATH_MAX];

    HC_TRY(pieces_dir(c, span, pieces, err));
    HC_TRY(hc_dir_make(pieces, err));
    hc_dir_sweep(pieces);
    HC_TRY(hc_fetch_day(&w->fetch, span, pieces, err));
    return hc_interrupt_requested() ? HC_INTERRUPTED : HC_OK;
}

static enum hc_status write_day(struct work *w, size_t i, struct hc_error *err)
{
    struct hc_collection *c = w->c;
    struct hc_span span = hc_plan_day(&c->plan, (int64_t)i);
    char pieces[HC_PATH_MAX];

    HC_TRY(pieces_dir(c, span, pieces, err));
    HC_TRY(unseal(c, err));
    HC_TRY(hc_day_write(
        &c->plan, span, pieces, c->dir, w->state, w->duck, &c->days[i], err));
    HC_TRY(hc_pod_day_write(
        &c->plan, span, pieces, c->dir, w->state, w->duck, &c->days[i], err));
    HC_TRY(hc_day_store(&c->days[i], c->state, err));
    hc_tree_remove(pieces);
    return HC_OK;
}

static void *writing_main(void *context)
{
    struct work *w = context;
    struct writing *writing = &w->writing;

    writing->status = write_day(w, writing->day, &writing->err);
    return NULL;
}

/* Waits for the day that is being written, if there is one. */
static enum hc_status end_writing(struct work *w, struct hc_error *err)
{
    struct writing *writing = &w->writing;

    if (!writing->running)
        return HC_OK;
    if (writing->threaded)
        pthread_join(writing->thread, NULL);
    writing->running = false;
    if (writing->status)
        return hc_fail(err, writing->status, "%s", writing->err.message);
    w->c->progress.rows += w->c->days[writing->day].samples.rows;
    return HC_OK;
}

static void begin_writing(struct work *w, size_t i)
{
    struct writing *writing = &w->writing;

    *writing = (struct writing){.running = true, .day = i};
    writing->threaded = !pthread_create(&writing->thread, NULL, writing_main, w);
    if (!writing->threaded)
        writing_main(w);
}

/* The day before is written by the end of it, whatever comes of this one. */
static enum hc_status do_day(struct work *w, size_t i, struct hc_error *err)
{
    struct hc_error before = {""};
    enum hc_status fetched = fetch_day(w, i, err);
    enum hc_status written = end_writing(w, &before);

    if (written)
        return hc_fail(err, written, "%s", before.message);
    HC_TRY(fetched);
    begin_writing(w, i);
    return HC_OK;
}

/* A run that was killed may have left the pieces of a day that is done. */
static enum hc_status sweep_day(struct work *w, size_t i, struct hc_error *err)
{
    char pieces[HC_PATH_MAX];

    HC_TRY(pieces_dir(w->c, w->c->days[i].span, pieces, err));
    hc_tree_remove(pieces);
    return HC_OK;
}

static enum hc_status do_days(struct work *w, struct hc_error *err)
{
    struct hc_collection *c = w->c;

    HC_TRY(open_session(w, err));
    for (size_t i = 0; i < c->n_days; i++) {
        if (c->days[i].span.end_s)
            HC_TRY(sweep_day(w, i, err));
        else
            HC_TRY(do_day(w, i, err));
    }
    HC_TRY(end_writing(w, err));
    HC_TRY(unseal(c, err));
    for (int which = 0; which < HC_HISTORIES; which++)
        HC_TRY(hc_history_write(which, c->days, c->n_days, c->dir, w->state, w->duck,
            &c->histories[which], err));
    return HC_OK;
}

enum hc_status hc_collect_days(struct hc_collection *c, struct hc_error *err)
{
    struct work w = {.c = c};
    enum hc_status status;
    char spill[HC_PATH_MAX];

    for (size_t i = 0; i < c->n_servers; i++) {
        c->servers[i].policy = &hc_retry_collect;
        c->servers[i].on_retry = hc_collect_on_retry;
        c->servers[i].context = c;
    }
    w.fetch = (struct hc_fetch){.plan = &c->plan,
        .servers = c->servers,
        .n_servers = c->n_servers,
        .pace = &w.pace,
        .pause_s = c->options->pause,
        .min_s = SHORTEST_S,
        .strict = c->options->strict,
        .stop = hc_interrupt_flag(),
        .on_piece = hc_collect_on_piece,
        .context = c};
    hc_collect_progress_start(c);
    status = do_days(&w, err);
    if (w.writing.running) /* something else has failed */
        (void)!end_writing(&w, NULL);
    hc_collect_progress_stop(c);
    hc_duck_close(w.duck);
    if (w.state[0] && !hc_path_join(w.state, "spill", spill, NULL))
        hc_tree_remove(spill);
    return status;
}
