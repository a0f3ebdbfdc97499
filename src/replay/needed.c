#include "base/mem.h"
#include "base/workers.h"
#include "replay/needed.h"
#include "replay/peak.h"
#include "replay/random.h"
#include "replay/trials.h"

void hc_needed_clear(struct hc_needed *needed)
{
    hc_free(needed->nodes);
    *needed = (struct hc_needed){0};
}

/* ---- a trial ---- */

struct work {
    const struct hc_replay_request *request;
    const struct hc_workload_at *workload;
    struct hc_needed *needed;
    size_t threads;
    atomic_size_t next;
    atomic_int status;
};

/* The nodes that are there, in an order of the trial's; the others behind them. */
static enum hc_status make_order(const struct work *w, size_t trial, struct hc_order *ret)
{
    const struct hc_trace *t = w->request->trace;
    struct hc_random random;
    size_t n = 0;

    ret->seed = (int64_t)trial;
    ret->arrivals = w->workload->pods;
    ret->n_arrivals = w->workload->n;
    ret->node_at = hc_alloc(t->n_nodes + 1, sizeof(*ret->node_at));
    if (!ret->node_at)
        return HC_NO_MEMORY;
    for (int there = 1; there >= 0; there--)
        for (size_t i = 0; i < t->n_nodes; i++)
            if (w->workload->present[i] == (there == 1))
                ret->node_at[n++] = (uint32_t)i;
    hc_random_seed(&random, trial);
    hc_random_shuffle(&random, ret->node_at, w->needed->n_present);
    return HC_OK;
}

/* Do the first `kept` nodes take all pods, but for a few? */
static enum hc_status try_nodes(const struct work *w, size_t mix,
    const struct hc_order *order, size_t kept, bool *ret)
{
    const struct hc_run_request request = {.trace = w->request->trace,
        .mix = &w->request->mixes[mix],
        .order = order,
        .nodes_kept = kept,
        .cache_bytes = (size_t)(w->request->cache_bytes / w->threads)};
    HC_CLEANUP(hc_run_closep) struct hc_run *run = NULL;
    double most = HC_NEEDED_PENDING * (double)w->needed->n_pods, refused = 0;
    struct hc_step step;

    HC_TRY(hc_run_open(&request, &run));
    while (refused <= most && hc_run_step(run, &step))
        refused += step.outcome == HC_REFUSED;
    *ret = refused <= most;
    return w->request->stop && atomic_load(w->request->stop) ? HC_INTERRUPTED : HC_OK;
}

static void clear_order(struct hc_order *order)
{
    hc_free(order->node_at); /* arrivals are the workload's */
}

static enum hc_status run_trial(
    const struct work *w, size_t mix, size_t trial, uint32_t *ret)
{
    HC_CLEANUP(clear_order) struct hc_order order = {0};
    size_t few = 0, enough = w->needed->n_present;
    bool fits = false;

    *ret = 0;
    if (hc_mix_lead(&w->request->mixes[mix])->kind == HC_POLICY_RECORDED || !enough ||
        !w->workload->n)
        return HC_OK;
    HC_TRY(make_order(w, trial, &order));
    HC_TRY(try_nodes(w, mix, &order, enough, &fits));
    if (!fits)
        return HC_OK;
    while (enough - few > 1) {
        size_t middle = few + (enough - few) / 2;

        HC_TRY(try_nodes(w, mix, &order, middle, &fits));
        *(fits ? &enough : &few) = middle;
    }
    *ret = (uint32_t)enough;
    return HC_OK;
}

/* ---- all of them ---- */

static void *work(void *context)
{
    struct work *w = context;
    size_t trials = w->needed->trials, n = w->needed->n_mixes * trials;

    for (;;) {
        size_t at = atomic_fetch_add(&w->next, 1);
        enum hc_status status;

        if (at >= n || atomic_load(&w->status))
            return NULL;
        status = run_trial(w, at / trials, at % trials, &w->needed->nodes[at]);
        if (status)
            atomic_store(&w->status, (int)status);
        if (w->request->steps)
            atomic_fetch_add(w->request->steps, 1);
    }
}

enum hc_status hc_needed_find(const struct hc_replay_request *request, size_t trials,
    struct hc_needed *ret, struct hc_error *err)
{
    HC_CLEANUP(hc_needed_clear)
    struct hc_needed c = {.n_mixes = request->n_mixes, .trials = trials};
    HC_CLEANUP(hc_workload_at_clear) struct hc_workload_at workload = {0};
    struct work w = {.request = request, .workload = &workload, .needed = &c};
    enum hc_status status;

    HC_TRY(hc_workload_at_peak(request->trace, &workload));
    c.moment_us = workload.moment_us;
    c.n_pods = workload.n_placed;
    c.n_present = workload.n_present;
    c.nodes = hc_calloc(c.n_mixes * trials + 1, sizeof(*c.nodes));
    if (!c.nodes)
        return HC_NO_MEMORY;
    w.threads = hc_workers_count(request->threads, c.n_mixes * trials);
    hc_workers_run(w.threads, work, &w);
    status = (enum hc_status)atomic_load(&w.status);
    if (status)
        return status == HC_INTERRUPTED ? hc_fail(err, status, "interrupted") : status;
    for (size_t m = 0; m < c.n_mixes; m++)
        hc_trials_sort(c.nodes + m * trials, trials);
    *ret = c;
    c = (struct hc_needed){0};
    return HC_OK;
}

bool hc_needed_nodes(const struct hc_needed *needed, size_t mix, uint32_t *ret_p90,
    uint32_t *ret_least, uint32_t *ret_most)
{
    return hc_trials_range(needed->nodes + mix * needed->trials, needed->trials, ret_p90,
        ret_least, ret_most);
}
