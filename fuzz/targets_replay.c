#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "replay/run.h"
#include "replay/snapshot.h"
#include "targets.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* What all nodes have left, and what the pods that are on them ask for. */
static void check(const struct hc_trace *t, const struct hc_run *run)
{
    const struct hc_fleet *f = hc_run_fleet(run);
    int64_t cpu = 0, memory = 0, pods = 0;

    for (size_t i = 0; i < t->n_nodes; i++) {
        cpu += f->cpu[i] / 1024 - f->cpu_left[i] / 1024;
        memory += f->memory[i] / 1024 - f->memory_left[i] / 1024;
        pods += t->nodes[i].pods - f->pods_left[i];
    }
    for (size_t i = 0; i < t->n_pods; i++)
        pods -= hc_run_node_of(run, (uint32_t)i) != HC_NOWHERE;
    must(pods == 0);
    must(t->n_pods == 0 ||
         (cpu >= -(int64_t)t->n_nodes && memory >= -(int64_t)t->n_nodes));
}

static void replay(struct hc_trace *t)
{
    HC_CLEANUP(hc_freep) struct hc_mix *mixes = NULL;
    size_t n = 0, cap = 0;
    struct hc_order *order;

    must(hc_trace_add_order(t, &order) == HC_OK);
    order->node_at = hc_calloc(t->n_nodes, sizeof(*order->node_at));
    for (size_t i = 0; i < t->n_nodes; i++)
        order->node_at[i] = (uint32_t)i;
    must(hc_mix_parse("kube-1.35,FGD", &mixes, &n, &cap, NULL) == HC_OK);
    for (size_t m = 0; m < n; m++) {
        const struct hc_run_request request = {
            .trace = t, .mix = &mixes[m], .order = order, .cache_bytes = 1 << 16};
        HC_CLEANUP(hc_run_closep) struct hc_run *run = NULL;
        struct hc_step step;

        must(hc_run_open(&request, &run) == HC_OK);
        while (hc_run_step(run, &step))
            check(t, run);
    }
}

int fuzz_snapshot(const uint8_t *bytes, size_t n)
{
    HC_CLEANUP(hc_trace_clear) struct hc_trace t = {0};
    struct hc_oddities odd = {0};
    struct hc_snapshot_notes notes = {0};
    struct hc_error err = {""};
    enum hc_status status =
        hc_snapshot_parse((const char *)bytes, n, "f", n % 2, &t, &odd, &notes, &err);

    must(!status || *err.message);
    if (status)
        return 0;
    hc_trace_close(&t);
    replay(&t);
    return 1;
}
