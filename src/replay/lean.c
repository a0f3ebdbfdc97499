#include "replay/lean.h"

#include <math.h>

#include "base/mem.h"
#include "base/workers.h"
#include "replay/random.h"
#include "replay/trials.h"

enum { LOOK_EVERY = 1024 }; /* steps between two looks at `stop` */

void hc_lean_clear(struct hc_lean *lean)
{
    hc_free(lean->nodes);
    *lean = (struct hc_lean){0};
}

/* ---- a trial ---- */

struct work {
    const struct hc_replay_request *request;
    double most_refused, most_hot;
    struct hc_lean *lean;
    size_t threads;
    atomic_size_t next;
    atomic_int status;
};

/* Room of a thread, for all its trials. */
struct room {
    struct hc_order order;
    uint8_t *there; /* [nodes] */
};

static void clear_room(struct room *room)
{
    hc_free(room->order.node_at);
    hc_free(room->there);
}

static enum hc_status make_room(const struct hc_trace *t, struct room *room)
{
    room->order.node_at = hc_alloc(t->n_nodes + 1, sizeof(uint32_t));
    room->there = hc_alloc(t->n_nodes + 1, 1);
    return room->order.node_at && room->there ? HC_OK : HC_NO_MEMORY;
}

static void shuffle(const struct hc_trace *t, size_t trial, struct hc_order *order)
{
    struct hc_random random;

    order->seed = (int64_t)trial;
    for (size_t i = 0; i < t->n_nodes; i++)
        order->node_at[i] = (uint32_t)i;
    hc_random_seed(&random, trial);
    hc_random_shuffle(&random, order->node_at, t->n_nodes);
}

static bool is_of_node(const struct hc_event *event)
{
    return event->kind == HC_NODE_JOINS || event->kind == HC_NODE_LEAVES;
}

/* Most of the first `kept` nodes of the order that are there at once. */
static uint32_t most_present(
    const struct hc_trace *t, const struct room *room, size_t kept)
{
    uint32_t now = 0, most;

    for (size_t i = 0; i < t->n_nodes; i++)
        room->there[room->order.node_at[i]] = i < kept;
    for (size_t i = t->n_events; i-- > 0;) /* those that join are not there before */
        if (is_of_node(&t->events[i]) && room->there[t->events[i].subject])
            room->there[t->events[i].subject] =
                t->events[i].kind == HC_NODE_LEAVES ? 1 : 2;
    for (size_t i = 0; i < t->n_nodes; i++)
        now += room->there[i] == 1;
    most = now;
    for (size_t i = 0; i < t->n_events; i++) {
        const struct hc_event *event = &t->events[i];

        if (!is_of_node(event) || !room->there[event->subject])
            continue;
        now += event->kind == HC_NODE_JOINS ? 1U : -1U;
        most = now > most ? now : most;
    }
    return most;
}

static bool is_within(const struct work *w, const struct hc_tally *tally)
{
    return tally->measures[HC_REPLAY_REFUSED] <= w->most_refused &&
           tally->measures[HC_REPLAY_HOT_NODE_HOURS] <= w->most_hot;
}

/* The whole trace on the first `kept` nodes, until it is clear that they are too few. */
static enum hc_status try_nodes(const struct work *w, size_t mix,
    const struct hc_order *order, size_t kept, bool *ret)
{
    const struct hc_replay_request *r = w->request;
    const struct hc_run_request request = {.trace = r->trace,
        .mix = &r->mixes[mix],
        .order = order,
        .nodes_kept = kept,
        .cache_bytes = (size_t)(r->cache_bytes / w->threads)};
    HC_CLEANUP(hc_run_closep) struct hc_run *run = NULL;
    HC_CLEANUP(hc_tally_clear) struct hc_tally tally = {0};
    struct hc_step step;
    size_t n = 0;

    HC_TRY(hc_run_open(&request, &run));
    HC_TRY(hc_tally_open(r->trace, &tally));
    while (is_within(w, &tally) && hc_run_step(run, &step)) {
        hc_tally_add(&tally, &step, hc_run_fleet(run));
        if (++n % LOOK_EVERY == 0 && r->stop && atomic_load(r->stop))
            return HC_INTERRUPTED;
    }
    *ret = is_within(w, &tally);
    return HC_OK;
}

static enum hc_status run_trial(
    const struct work *w, size_t mix, size_t trial, struct room *room, uint32_t *ret)
{
    const struct hc_trace *t = w->request->trace;
    size_t few = 0, enough = t->n_nodes;
    bool fits = false;

    *ret = HC_LEAN_NONE;
    if (hc_mix_lead(&w->request->mixes[mix])->kind == HC_POLICY_RECORDED || !enough)
        return HC_OK;
    shuffle(t, trial, &room->order);
    HC_TRY(try_nodes(w, mix, &room->order, enough, &fits));
    if (!fits)
        return HC_OK;
    while (enough - few > 1) {
        size_t middle = few + (enough - few) / 2;

        HC_TRY(try_nodes(w, mix, &room->order, middle, &fits));
        *(fits ? &enough : &few) = middle;
    }
    *ret = most_present(t, room, enough);
    return HC_OK;
}

/* ---- all of them ---- */

static enum hc_status run_trials(struct work *w)
{
    HC_CLEANUP(clear_room) struct room room = {0};
    size_t trials = w->lean->trials, n = w->lean->n_mixes * trials, at;

    HC_TRY(make_room(w->request->trace, &room));
    while ((at = atomic_fetch_add(&w->next, 1)) < n && !atomic_load(&w->status)) {
        HC_TRY(run_trial(w, at / trials, at % trials, &room, &w->lean->nodes[at]));
        if (w->request->steps)
            atomic_fetch_add(w->request->steps, 1);
    }
    return HC_OK;
}

static void *work(void *context)
{
    struct work *w = context;
    enum hc_status status = run_trials(w);

    if (status)
        atomic_store(&w->status, (int)status);
    return NULL;
}

static enum hc_status find_present(const struct hc_trace *t, uint32_t *ret)
{
    HC_CLEANUP(clear_room) struct room room = {0};

    HC_TRY(make_room(t, &room));
    shuffle(t, 0, &room.order);
    *ret = most_present(t, &room, t->n_nodes);
    return HC_OK;
}

enum hc_status hc_lean_find(const struct hc_replay_request *request,
    const struct hc_lean_past *past, size_t trials, struct hc_lean *ret,
    struct hc_error *err)
{
    HC_CLEANUP(hc_lean_clear)
    struct hc_lean lean = {.n_mixes = request->n_mixes, .trials = trials};
    struct work w = {.request = request,
        .most_refused = past->refused + HC_LEAN_PENDING * (double)request->trace->n_pods,
        .most_hot = isnan(past->hot) ? INFINITY : past->hot,
        .lean = &lean};
    enum hc_status status;

    HC_TRY(find_present(request->trace, &lean.present));
    lean.nodes = hc_calloc(lean.n_mixes * trials + 1, sizeof(*lean.nodes));
    if (!lean.nodes)
        return HC_NO_MEMORY;
    w.threads = hc_workers_count(request->threads, lean.n_mixes * trials);
    hc_workers_run(w.threads, work, &w);
    status = (enum hc_status)atomic_load(&w.status);
    if (status)
        return status == HC_INTERRUPTED ? hc_fail(err, status, "interrupted") : status;
    for (size_t m = 0; m < lean.n_mixes; m++)
        hc_trials_sort(lean.nodes + m * trials, trials);
    *ret = lean;
    lean = (struct hc_lean){0};
    return HC_OK;
}

bool hc_lean_nodes(const struct hc_lean *lean, size_t mix, uint32_t *ret_p90,
    uint32_t *ret_least, uint32_t *ret_most)
{
    uint32_t p90, least, most;

    if (!hc_trials_range(
            lean->nodes + mix * lean->trials, lean->trials, &p90, &least, &most) ||
        p90 == HC_LEAN_NONE)
        return false;
    *ret_p90 = p90;
    *ret_least = least;
    *ret_most = most == HC_LEAN_NONE ? 0 : most;
    return true;
}
