#include <math.h>

#include "base/mem.h"
#include "base/workers.h"
#include "replay/replay.h"

enum { LOOK_EVERY = 1024 }; /* steps between two looks at `stop` */

struct work {
    const struct hc_replay_request *request;
    struct hc_results *results;
    size_t threads;
    atomic_size_t next;
    atomic_int status;
};

/* ---- one run ---- */

static bool is_stopped(const struct hc_replay_request *r)
{
    return r->stop && atomic_load(r->stop);
}

static void take_step(struct hc_result *result, struct hc_allocation *allocation,
    const struct hc_trace *trace, const struct hc_step *step)
{
    bool placed = step->outcome == HC_PLACED;

    if (step->event->kind != HC_POD_ARRIVES)
        return;
    result->arrived++;
    result->placed += placed;
    result->refused += !placed;
    hc_allocation_add(allocation,
        hc_shape_gpu_milli(&trace->shapes[trace->pods[step->pod].shape]), placed);
}

static enum hc_status follow(const struct hc_replay_request *r, struct hc_run *run,
    struct hc_allocation *allocation, struct hc_result *result)
{
    struct hc_step step;
    size_t n = 0;

    while (hc_run_step(run, &step)) {
        take_step(result, allocation, r->trace, &step);
        if (++n % LOOK_EVERY == 0 && is_stopped(r))
            return HC_INTERRUPTED;
    }
    return HC_OK;
}

static enum hc_status run_one(
    const struct work *w, size_t mix, size_t order, struct hc_result *result)
{
    const struct hc_replay_request *r = w->request;
    const struct hc_trace *trace = r->trace;
    const struct hc_run_request request = {.trace = trace,
        .mix = &r->mixes[mix],
        .order = &trace->orders[order],
        .cache_bytes = (size_t)(r->cache_bytes / w->threads)};
    HC_CLEANUP(hc_run_closep) struct hc_run *run = NULL;
    HC_CLEANUP(hc_allocation_clear) struct hc_allocation allocation = {0};
    size_t arrivals =
        request.order->n_arrivals ? request.order->n_arrivals : trace->n_events;

    HC_TRY(hc_run_open(&request, &run));
    HC_TRY(hc_allocation_open(trace->capacity_gpus, arrivals, &allocation));
    HC_TRY(follow(r, run, &allocation, result));
    hc_allocation_columns(&allocation, result->allocation);
    result->scored = hc_run_scored(run);
    result->gpu_share =
        trace->capacity_gpus
            ? (double)allocation.placed / ((double)trace->capacity_gpus * HC_GPU_WHOLE)
            : NAN;
    return HC_OK;
}

/* ---- all of them ---- */

static void *work(void *context)
{
    struct work *w = context;
    size_t n = w->results->n_mixes * w->results->n_orders;

    for (;;) {
        size_t at = atomic_fetch_add(&w->next, 1);
        enum hc_status status;

        if (at >= n || atomic_load(&w->status))
            return NULL;
        status = run_one(w, at / w->results->n_orders, at % w->results->n_orders,
            &w->results->runs[at]);
        if (status)
            atomic_store(&w->status, (int)status);
    }
}

void hc_results_clear(struct hc_results *results)
{
    hc_free(results->runs);
    *results = (struct hc_results){0};
}

enum hc_status hc_replay_all(
    const struct hc_replay_request *request, struct hc_results *ret, struct hc_error *err)
{
    HC_CLEANUP(hc_results_clear)
    struct hc_results results = {
        .n_mixes = request->n_mixes, .n_orders = request->trace->n_orders};
    struct work w = {.request = request, .results = &results};
    enum hc_status status;

    w.threads = hc_workers_count(request->threads, results.n_mixes * results.n_orders);
    results.runs =
        hc_calloc(results.n_mixes * results.n_orders + 1, sizeof(*results.runs));
    if (!results.runs)
        return HC_NO_MEMORY;
    hc_workers_run(w.threads, work, &w);
    status = (enum hc_status)atomic_load(&w.status);
    if (status)
        return status == HC_INTERRUPTED ? hc_fail(err, status, "interrupted") : status;
    *ret = results;
    results = (struct hc_results){0};
    return HC_OK;
}
