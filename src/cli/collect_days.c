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

struct work {
    struct hc_collection *c;
    struct hc_fetch fetch;
    struct hc_pace pace;
    struct hc_duck *duck;
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

static enum hc_status do_day(struct work *w, size_t i, struct hc_error *err)
{
    struct hc_collection *c = w->c;
    struct hc_span span = hc_plan_day(&c->plan, (int64_t)i);
    char pieces[HC_PATH_MAX];

    HC_TRY(pieces_dir(c, span, pieces, err));
    HC_TRY(hc_dir_make(pieces, err));
    hc_dir_sweep(pieces);
    HC_TRY(hc_fetch_day(&w->fetch, span, pieces, err));
    if (hc_interrupt_requested())
        return HC_INTERRUPTED;
    HC_TRY(unseal(c, err));
    HC_TRY(hc_day_write(
        &c->plan, span, pieces, c->dir, w->state, w->duck, &c->days[i], err));
    HC_TRY(hc_pod_day_write(
        &c->plan, span, pieces, c->dir, w->state, w->duck, &c->days[i], err));
    HC_TRY(hc_day_store(&c->days[i], c->state, err));
    hc_tree_remove(pieces);
    c->progress.rows += c->days[i].samples.rows;
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
    hc_collect_progress_stop(c);
    hc_duck_close(w.duck);
    if (w.state[0] && !hc_path_join(w.state, "spill", spill, NULL))
        hc_tree_remove(spill);
    return status;
}
