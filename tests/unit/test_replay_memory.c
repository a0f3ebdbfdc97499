/*
 * Without memory a status comes back, whichever allocation fails; a sanitizer sees that
 * nothing is lost.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "replay/needed.h"
#include "replay/placements.h"
#include "replay/snapshot.h"
#include "replay_case.h"

static const char snapshot[] =
    "{\"nodes\":[{\"metadata\":{\"name\":\"n0\",\"labels\":{\"zone\":\"a\"}},\"status\":{"
    "\"allocatable\":{\"cpu\":\"4\",\"memory\":\"8Gi\",\"pods\":\"10\",\"nvidia.com/"
    "gpu\":"
    "\"2\"}}},{\"metadata\":{\"name\":\"n1\"},\"spec\":{\"taints\":[{\"key\":\"k\","
    "\"effect\":\"PreferNoSchedule\"}]},\"status\":{\"allocatable\":{\"cpu\":\"4\","
    "\"memory\":\"8Gi\",\"pods\":\"10\"}}}],\"pods\":[{\"metadata\":{\"name\":\"p0\","
    "\"labels\":{\"a\":\"b\"}},\"spec\":{\"topologySpreadConstraints\":[{\"maxSkew\":1,"
    "\"topologyKey\":\"zone\",\"whenUnsatisfiable\":\"ScheduleAnyway\",\"labelSelector\":"
    "{"
    "\"matchLabels\":{\"a\":\"b\"}}}],\"containers\":[{\"resources\":{\"requests\":{"
    "\"nvidia.com/"
    "gpu\":\"1\"}}}]}},{\"metadata\":{\"name\":\"p1\"},\"spec\":{\"nodeName\":"
    "\"n0\"}}]}";

static enum hc_status replay_it(struct hc_trace *t, struct hc_error *err)
{
    HC_CLEANUP(hc_freep) struct hc_mix *mixes = NULL;
    HC_CLEANUP(hc_results_clear) struct hc_results results = {0};
    HC_CLEANUP(hc_needed_clear) struct hc_needed needed = {0};
    struct hc_replay_request request = {.trace = t, .threads = 1, .cache_bytes = 1 << 16};
    struct hc_snapshot_notes notes = {0};
    struct hc_oddities odd = {0};
    size_t cap = 0;

    HC_TRY(
        hc_snapshot_parse(snapshot, strlen(snapshot), "f", false, t, &odd, &notes, err));
    hc_trace_close(t);
    HC_TRY(hc_orders_make(t, 1, 2));
    HC_TRY(hc_mix_parse(
        "kube-1.35,FGD,FirstFitDecreasing,Random", &mixes, &request.n_mixes, &cap, err));
    request.mixes = mixes;
    HC_TRY(hc_replay_all(&request, &results, err));
    return hc_needed_find(&request, 2, &needed, err);
}

static void every_allocation_may_fail(void **state)
{
    enum hc_status status = HC_NO_MEMORY;
    long n = 0;

    (void)state;
    for (; status; n++) {
        HC_CLEANUP(hc_trace_clear) struct hc_trace t = {0};
        struct hc_error err = {""};

        hc_mem_fail_after(n);
        status = replay_it(&t, &err);
        hc_mem_fail_after(-1);
        if (status && status != HC_NO_MEMORY)
            fail_msg("allocation %ld: %s: %s", n, hc_status_name(status), err.message);
    }
    assert_true(n > 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
