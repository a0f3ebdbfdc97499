/*
 * typical.h - the kinds of pods that make up most of a trace
 *
 * Kinds differ in CPU, GPU thousandths, number of GPUs or accepted models; memory is no
 * part of it, and pods without GPUs are kinds too. The most frequent ones are taken until
 * they are 95 % of the pods, the one that crosses included, and their shares are scaled
 * to 1 (FGD, USENIX ATC'23; hkust-adsl/kubernetes-scheduler-simulator). Of equal counts
 * the one with more CPU is first, then more thousandths, more GPUs, the later text of
 * models by its bytes: sums of doubles hang on the order.
 *
 * Counted are the pods of the trace as they were recorded, each once.
 */
#ifndef HC_REPLAY_TYPICAL_H
#define HC_REPLAY_TYPICAL_H

#include "replay/trace.h"

struct hc_kind {
    int64_t cpu;
    uint32_t gpu_milli, gpus, spec;
    uint32_t rules; /* whose bars say which models are accepted */
    size_t count;
    double share; /* of all that are taken */
};

/* Allocates `ret`, with `ret_n` kinds. HC_NO_MEMORY. */
enum hc_status hc_typical_kinds(
    const struct hc_trace *trace, struct hc_kind **ret, size_t *ret_n) HC_MUST_USE;

#endif
