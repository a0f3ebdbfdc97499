/*
 * bench_replay NODES PODS ORDERS POLICY... - how long one run takes, on one thread
 *
 * Reads the files as `hindcast replay` does (ORDERS may be -), then lets each policy run
 * through all orders, round after round for two seconds or so. A line each: policy,
 * milliseconds of CPU of a run, the best of its order's, in the mean over the orders;
 * nodes scored in the last run; its places folded into a number.
 *
 *     ninja -C build bench_replay && build/bench_replay nodes.csv pods.csv - kube-1.35
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "duck/session.h"
#include "replay/replay.h"
#include "replay/tables.h"

enum { SECONDS = 2, CACHE_BYTES = 256 << 20 };

/* Of CPU: others on the machine wait, we do not count it. */
static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static enum hc_status read_trace(char **argv, struct hc_trace *t, struct hc_error *err)
{
    const struct hc_duck_options options = {.threads = 1, .keep_order = true};
    const struct hc_tables_request files = {.nodes = argv[1],
        .pods = argv[2],
        .orders = strcmp(argv[3], "-") != 0 ? argv[3] : NULL};
    struct hc_oddities odd = {0};
    struct hc_duck *duck = NULL;
    enum hc_status status;

    HC_TRY(hc_duck_open(&options, &duck, err));
    status = hc_tables_read(duck, &files, t, &odd, err);
    hc_duck_close(duck);
    HC_TRY(status);
    hc_trace_close(t);
    return t->n_orders ? HC_OK : hc_orders_make(t, 42, 1);
}

/* The places of one run as a number, which any other choice changes. */
static enum hc_status fold(
    const struct hc_trace *t, const struct hc_mix *mix, uint64_t *ret)
{
    const struct hc_run_request request = {.trace = t,
        .mix = mix,
        .order = &t->orders[t->n_orders - 1],
        .cache_bytes = CACHE_BYTES};
    HC_CLEANUP(hc_run_closep) struct hc_run *run = NULL;
    struct hc_step step;

    *ret = 0;
    HC_TRY(hc_run_open(&request, &run));
    while (hc_run_step(run, &step))
        *ret = (*ret ^ step.node) * UINT64_C(0x100000001b3);
    return HC_OK;
}

/* One run through this order: seconds, and the nodes that were scored. */
static enum hc_status time_one(const struct hc_trace *t, const struct hc_mix *mix,
    size_t order, double *ret_s, double *ret_scored, struct hc_error *err)
{
    struct hc_trace one = *t;
    const struct hc_replay_request request = {.trace = &one,
        .mixes = mix,
        .n_mixes = 1,
        .threads = 1,
        .cache_bytes = CACHE_BYTES};
    HC_CLEANUP(hc_results_clear) struct hc_results results = {0};
    double before = now();

    one.orders = &t->orders[order];
    one.n_orders = 1;
    HC_TRY(hc_replay_all(&request, &results, err));
    *ret_s = now() - before;
    *ret_scored = (double)results.runs[0].scored;
    return HC_OK;
}

static enum hc_status measure(
    const struct hc_trace *t, const struct hc_mix *mix, struct hc_error *err)
{
    HC_CLEANUP(hc_freep) double *best = hc_calloc(t->n_orders, sizeof(*best));
    double start = now(), sum = 0, scored = 0;
    uint64_t places;

    if (!best)
        return HC_NO_MEMORY;
    for (size_t round = 0; round == 0 || now() < start + SECONDS; round++)
        for (size_t i = 0; i < t->n_orders; i++) {
            double seconds;

            HC_TRY(time_one(t, mix, i, &seconds, &scored, err));
            best[i] = round == 0 || seconds < best[i] ? seconds : best[i];
        }
    for (size_t i = 0; i < t->n_orders; i++)
        sum += best[i];
    HC_TRY(fold(t, mix, &places));
    printf("%-28s %10.2f ms %12.0f scored  %016" PRIx64 "\n", mix->name,
        sum * 1e3 / (double)t->n_orders, scored, places);
    return HC_OK;
}

static enum hc_status run(int argc, char **argv, struct hc_error *err)
{
    HC_CLEANUP(hc_trace_clear) struct hc_trace t = {0};
    HC_CLEANUP(hc_freep) struct hc_mix *mixes = NULL;
    size_t n = 0, cap = 0;

    HC_TRY(read_trace(argv, &t, err));
    for (int i = 4; i < argc; i++)
        HC_TRY(hc_mix_parse(argv[i], &mixes, &n, &cap, err));
    for (size_t i = 0; i < n; i++)
        HC_TRY(measure(&t, &mixes[i], err));
    return HC_OK;
}

int main(int argc, char **argv)
{
    struct hc_error err = {""};

    if (argc < 5) {
        fputs("usage: bench_replay NODES PODS ORDERS|- POLICY...\n", stderr);
        return 2;
    }
    if (!run(argc, argv, &err))
        return 0;
    fprintf(stderr, "bench_replay: %s\n", err.message);
    return 1;
}
