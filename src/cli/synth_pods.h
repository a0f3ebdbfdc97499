/*
 * synth_pods.h - nodes, pods and use of a made-up cluster, as Parquet
 *
 * The columns are those that `collect` writes (docs/commands/collect.md), in its order.
 */
#ifndef HC_CLI_SYNTH_PODS_H
#define HC_CLI_SYNTH_PODS_H

#include <stdatomic.h>

#include "duck/session.h"
#include "synth/pods.h"

enum hc_synth_pods_file {
    HC_SYNTH_NODES,
    HC_SYNTH_PODS,
    HC_SYNTH_USAGE, /* of a day */
};

struct hc_synth_pods_request {
    const struct hc_synth_plan *plan;
    enum hc_synth_pods_file kind;
    uint32_t day;
    const char *const *metadata; /* as hc_duck_write_parquet takes it */
    atomic_bool *failed;         /* set by another thread: to be given up */
};

/* To `path`, an absolute one, with a session of one thread. HC_OUTPUT, HC_NO_MEMORY,
 * HC_INTERRUPTED. */
enum hc_status hc_synth_write_pods(const struct hc_synth_pods_request *request,
    struct hc_duck *duck, const char *path, int64_t *ret_rows,
    struct hc_error *err) HC_MUST_USE;

#endif
