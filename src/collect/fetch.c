#include "collect/fetch.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/workers.h"
#include "net/wait.h"

/* What the threads share. */
struct work {
    const struct hc_fetch *fetch;
    const char *dir;
    struct hc_names stored; /* what was in the folder at the start */
    pthread_mutex_t lock;   /* of what follows */
    pthread_cond_t changed;
    struct hc_piece_id *todo; /* a stack */
    size_t n_todo, cap_todo;
    size_t busy; /* threads that have one in hand */
    size_t n_workers;
    enum hc_status status;
    struct hc_error err;
};

struct worker {
    struct work *work;
    struct hc_server *server;
};

/* ---- the stack ---- */

static enum hc_status push(struct work *work, const struct hc_piece_id *id)
{
    HC_TRY(hc_grow(&work->todo, &work->cap_todo, work->n_todo + 1, sizeof(*id)));
    work->todo[work->n_todo++] = *id;
    return HC_OK;
}

/* In the order of the table, the earliest window first: hence from the end. */
static enum hc_status push_day(struct work *work, struct hc_span day)
{
    const struct hc_plan *plan = work->fetch->plan;

    for (int ask = HC_ASKS - 1; ask >= 0; ask--) {
        struct hc_span span = hc_ask_span(plan, ask, day);
        int64_t n = 0, step_s = hc_ask_step(plan, ask);
        struct hc_piece_id id = {.ask = ask};

        while (plan->asks[ask] && hc_plan_window(span, step_s, n, &id.span))
            n++;
        while (n-- > 0) {
            hc_plan_window(span, step_s, n, &id.span);
            HC_TRY(push(work, &id));
        }
    }
    return HC_OK;
}

/* Waits until there is a piece, or nothing more will come. */
static bool pop(struct work *work, struct hc_piece_id *ret)
{
    bool found;

    pthread_mutex_lock(&work->lock);
    while (!work->n_todo && work->busy && !work->status)
        pthread_cond_wait(&work->changed, &work->lock);
    found = work->n_todo && !work->status;
    if (found) {
        *ret = work->todo[--work->n_todo];
        work->busy++;
    }
    pthread_mutex_unlock(&work->lock);
    return found;
}

static void finish(struct work *work, enum hc_status status, const struct hc_error *err)
{
    pthread_mutex_lock(&work->lock);
    work->busy--;
    if (status && !work->status) {
        work->status = status;
        work->err = *err;
    }
    pthread_cond_broadcast(&work->changed);
    pthread_mutex_unlock(&work->lock);
}

static enum hc_status push_halves(struct work *work, const struct hc_piece_id halves[2])
{
    enum hc_status status;

    pthread_mutex_lock(&work->lock);
    status = push(work, &halves[1]);
    if (!status)
        status = push(work, &halves[0]);
    pthread_mutex_unlock(&work->lock);
    return status;
}

/* ---- a piece ---- */

/* An earlier run has stored a part of it. */
static bool was_halved(const struct work *work, const struct hc_piece_id *id)
{
    char begin[HC_PIECE_NAME];
    int n = snprintf(begin, sizeof(begin), "%s-", hc_ask_name(id->ask));
    long long start, end;

    for (size_t i = 0; i < work->stored.n; i++) {
        const char *name = work->stored.items[i];

        if (strncmp(name, begin, (size_t)n) ||
            sscanf(name + n, "%lld-%lld.piece", &start, &end) != 2)
            continue;
        if (start >= id->span.start_s && end <= id->span.end_s &&
            end - start < id->span.end_s - id->span.start_s)
            return true;
    }
    return false;
}

static void tell(struct work *work, const struct hc_piece_id *id, bool asked)
{
    const struct hc_fetch *fetch = work->fetch;

    pthread_mutex_lock(&work->lock);
    if (fetch->on_piece)
        fetch->on_piece(fetch->context, id, asked);
    pthread_mutex_unlock(&work->lock);
}

static double rest_after(struct work *work, const struct hc_piece *piece, double took_s)
{
    double *first = &work->fetch->pace->first_s[piece->id.ask];
    double rest = 0, points = (double)piece->n_points;

    pthread_mutex_lock(&work->lock);
    if (*first == 0)
        *first = took_s / points;
    if (took_s > 1)
        rest = took_s - 2 * *first * points;
    pthread_mutex_unlock(&work->lock);
    rest = rest < 0 ? 0 : rest > HC_REST_MAX_S ? HC_REST_MAX_S : rest;
    return rest + work->fetch->pause_s;
}

/* A stored answer that came with a warning is asked for once more. */
static enum hc_status check_whole(
    const struct hc_fetch *fetch, const struct hc_piece *piece, struct hc_error *err)
{
    const char *text = hc_buf_str(&piece->warnings);

    if (!fetch->strict || !piece->warnings.len)
        return HC_OK;
    return hc_fail(err, HC_SERVICE,
        "the answer to '%s' may be partial, the server warns: %.*s (without --strict it "
        "is taken, and the warning kept)",
        hc_ask_name(piece->id.ask), (int)strcspn(text, "\n"), text);
}

static enum hc_status ask_and_store(
    struct worker *w, struct hc_piece *piece, const char *promql, struct hc_error *err)
{
    struct work *work = w->work;
    const struct hc_fetch *fetch = work->fetch;
    struct hc_piece_id halves[2];
    double start_s = hc_wait_now_s();
    bool too_much = false;
    enum hc_status status =
        hc_server_fetch(w->server, fetch->plan, promql, piece, &too_much, err);

    if (status && too_much &&
        hc_piece_split(&piece->id, piece->step_s, fetch->min_s, halves))
        return push_halves(work, halves);
    if (status && too_much) {
        struct hc_error why = *err;

        return hc_fail(err, status, "%s (even %lld s of it: ask for fewer series)",
            why.message, (long long)(piece->id.span.end_s - piece->id.span.start_s));
    }
    HC_TRY(status);
    HC_TRY(check_whole(fetch, piece, err));
    HC_TRY(hc_piece_write(piece, promql, work->dir, err));
    tell(work, &piece->id, true);
    return hc_wait_sleep(rest_after(work, piece, hc_wait_now_s() - start_s), fetch->stop);
}

/* The query, and the answer that an earlier run has stored. */
static enum hc_status read_stored(const struct hc_plan *plan,
    const struct hc_piece_id *id, const char *dir, struct hc_buf *promql,
    struct hc_piece *piece, struct hc_error *err)
{
    hc_plan_promql(plan, id->ask, promql);
    HC_TRY(hc_buf_check(promql));
    return hc_piece_read(
        id, hc_ask_step(plan, id->ask), hc_buf_str(promql), dir, piece, err);
}

static enum hc_status do_piece(
    struct worker *w, const struct hc_piece_id *id, struct hc_error *err)
{
    const struct hc_plan *plan = w->work->fetch->plan;
    HC_CLEANUP(hc_buf_clear) struct hc_buf promql = HC_BUF_INIT;
    HC_CLEANUP(hc_piece_clear) struct hc_piece piece = {0};
    struct hc_piece_id halves[2];
    enum hc_status status = read_stored(plan, id, w->work->dir, &promql, &piece, NULL);

    if (status == HC_OK && !check_whole(w->work->fetch, &piece, NULL)) {
        tell(w->work, id, false);
        return HC_OK;
    }
    if (status && status != HC_INPUT)
        return status;
    if (was_halved(w->work, id) &&
        hc_piece_split(id, hc_ask_step(plan, id->ask), w->work->fetch->min_s, halves))
        return push_halves(w->work, halves);
    hc_piece_clear(&piece);
    hc_piece_init(&piece, id, hc_ask_step(plan, id->ask));
    return ask_and_store(w, &piece, hc_buf_str(&promql), err);
}

/* ---- threads ---- */

/* Each worker has a server to itself. */
static struct worker hire(struct work *work)
{
    struct worker w = {.work = work};

    pthread_mutex_lock(&work->lock);
    w.server = &work->fetch->servers[work->n_workers++];
    pthread_mutex_unlock(&work->lock);
    return w;
}

static void *worker_main(void *context)
{
    struct worker w = hire(context);
    struct hc_piece_id id;

    while (pop(w.work, &id)) {
        struct hc_error err = {"no memory"};
        enum hc_status status = atomic_load(w.work->fetch->stop)
                                    ? hc_fail(&err, HC_INTERRUPTED, "interrupted")
                                    : do_piece(&w, &id, &err);

        finish(w.work, status, &err);
    }
    return NULL;
}

enum hc_status hc_fetch_day(const struct hc_fetch *fetch, struct hc_span day,
    const char *dir, struct hc_error *err)
{
    struct work work = {.fetch = fetch,
        .dir = dir,
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .changed = PTHREAD_COND_INITIALIZER};
    enum hc_status status = hc_dir_list(dir, &work.stored, err);

    if (!status)
        status = push_day(&work, day);
    if (!status) {
        hc_workers_run(fetch->n_servers, worker_main, &work);
        status = work.status;
        if (status && err)
            *err = work.err;
    }
    hc_names_clear(&work.stored);
    hc_free(work.todo);
    return status;
}

/* ---- reading back ---- */

static enum hc_status read_window(const struct hc_plan *plan,
    const struct hc_piece_id *id, const char *dir, hc_piece_visit *visit, void *context,
    struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf promql = HC_BUF_INIT;
    HC_CLEANUP(hc_piece_clear) struct hc_piece piece = {0};
    struct hc_piece_id halves[2];
    enum hc_status status = read_stored(plan, id, dir, &promql, &piece, err);

    if (status == HC_OK)
        return visit(context, &piece, err);
    if (status != HC_INPUT || !hc_piece_split(id, hc_ask_step(plan, id->ask), 0, halves))
        return status;
    HC_TRY(read_window(plan, &halves[0], dir, visit, context, err));
    return read_window(plan, &halves[1], dir, visit, context, err);
}

enum hc_status hc_fetch_read(const struct hc_plan *plan, int ask, struct hc_span day,
    const char *dir, hc_piece_visit *visit, void *context, struct hc_error *err)
{
    struct hc_span span = hc_ask_span(plan, ask, day);
    struct hc_piece_id id = {.ask = ask};

    if (!plan->asks[ask])
        return HC_OK;
    for (int64_t i = 0; hc_plan_window(span, hc_ask_step(plan, ask), i, &id.span); i++)
        HC_TRY(read_window(plan, &id, dir, visit, context, err));
    return HC_OK;
}
