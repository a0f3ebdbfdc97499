#include <string.h>

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

/* What is added up while a run goes. */
struct watch {
    struct hc_tally tally;
    struct hc_allocation allocation;
    uint64_t *placed; /* NULL: not kept */
    int64_t *shapes;
};

static bool wants_timeline(const struct hc_trace *trace, size_t order)
{
    return order == 0 && trace->timed && trace->end_us > trace->start_us;
}

static void clear_watch(struct watch *watch)
{
    hc_tally_clear(&watch->tally);
    hc_allocation_clear(&watch->allocation);
    hc_free(watch->placed);
    hc_free(watch->shapes);
}

static void take_step(
    struct watch *watch, const struct hc_fleet *fleet, const struct hc_step *step)
{
    const struct hc_trace *trace = fleet->trace;

    hc_tally_add(&watch->tally, step, fleet);
    if (watch->placed && step->outcome == HC_PLACED) {
        watch->placed[step->pod / 64] |= UINT64_C(1) << step->pod % 64;
        watch->shapes[trace->pods[step->pod].shape]++;
    }
    if (step->outcome == HC_PLACED || step->outcome == HC_REFUSED)
        hc_allocation_add(&watch->allocation,
            hc_shape_gpu_milli(&trace->shapes[trace->pods[step->pod].shape]),
            step->outcome == HC_PLACED);
}

static enum hc_status follow(
    const struct hc_replay_request *r, struct hc_run *run, struct watch *watch)
{
    struct hc_step step;
    size_t n = 0;

    while (hc_run_step(run, &step)) {
        take_step(watch, hc_run_fleet(run), &step);
        if (++n % LOOK_EVERY)
            continue;
        if (r->steps)
            atomic_fetch_add(r->steps, LOOK_EVERY);
        if (is_stopped(r))
            return HC_INTERRUPTED;
    }
    return HC_OK;
}

static enum hc_status open_placed(const struct hc_replay_request *r, struct watch *watch)
{
    if (!r->keep_placed)
        return HC_OK;
    watch->placed = hc_calloc(r->trace->n_pods / 64 + 1, sizeof(*watch->placed));
    watch->shapes = hc_calloc(r->trace->n_shapes + 1, sizeof(*watch->shapes));
    return watch->placed && watch->shapes ? HC_OK : HC_NO_MEMORY;
}

static size_t steps_of(const struct hc_trace *trace, size_t order)
{
    size_t arrivals = trace->orders[order].n_arrivals;

    return arrivals ? arrivals : trace->n_events;
}

size_t hc_replay_steps(const struct hc_replay_request *request)
{
    size_t n = 0;

    for (size_t o = 0; o < request->trace->n_orders; o++)
        n += steps_of(request->trace, o);
    return n * request->n_mixes;
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
    HC_CLEANUP(clear_watch) struct watch watch = {0};

    HC_TRY(hc_run_open(&request, &run));
    HC_TRY(hc_tally_open(trace, &watch.tally));
    HC_TRY(hc_allocation_open(
        trace->capacity_gpus, steps_of(trace, order), &watch.allocation));
    HC_TRY(open_placed(r, &watch));
    if (wants_timeline(trace, order)) {
        HC_TRY(hc_timeline_open(trace->start_us, trace->end_us, &result->timeline));
        watch.tally.timeline = &result->timeline;
    }
    HC_TRY(follow(r, run, &watch));
    hc_tally_finish(&watch.tally, trace->usage.n_hours > 0);
    memcpy(result->measures, watch.tally.measures, sizeof(result->measures));
    hc_allocation_columns(&watch.allocation, result->allocation);
    hc_offered_columns(&watch.tally.offered, result->offered);
    result->scored = hc_run_scored(run);
    result->placed = hc_take(&watch.placed);
    result->shapes = hc_take(&watch.shapes);
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

struct hc_range hc_results_range(
    const struct hc_results *results, size_t mix, enum hc_measure_id measure)
{
    const struct hc_result *runs = hc_results_at(results, mix, 0);

    return hc_range_over(
        &runs->measures[measure], results->n_orders, sizeof(*runs) / sizeof(double));
}

size_t hc_results_best(const struct hc_results *results, enum hc_measure_id measure)
{
    int better = hc_measures[measure].better;

    for (size_t m = 0; better && results->n_mixes > 1 && m < results->n_mixes; m++) {
        struct hc_range ours = hc_results_range(results, m, measure);
        double worst = better > 0 ? ours.least : -ours.most;
        bool best = ours.n > 0;

        for (size_t k = 0; k < results->n_mixes && best; k++) {
            struct hc_range theirs = hc_results_range(results, k, measure);

            best = k == m || worst > (better > 0 ? theirs.most : -theirs.least);
        }
        if (best)
            return m;
    }
    return SIZE_MAX;
}

_Static_assert(sizeof(struct hc_result) % sizeof(double) == 0, "strides are of doubles");

static void run_clear(struct hc_result *run)
{
    hc_free(run->placed);
    hc_free(run->shapes);
    hc_timeline_clear(&run->timeline);
}

void hc_results_clear(struct hc_results *results)
{
    for (size_t i = 0; results->runs && i < results->n_mixes * results->n_orders; i++)
        run_clear(&results->runs[i]);
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
