/*
 * replay_case.h - small clusters for the tests of replay, made by hand or at random
 *
 * Include it after cmocka.h.
 */
#ifndef REPLAY_CASE_H
#define REPLAY_CASE_H

#include <string.h>

#include "base/mem.h"
#include "replay/random.h"
#include "replay/run.h"
#include "replay/tables.h"

#define GIB (INT64_C(1) << 30)

static inline uint32_t add_node(
    struct hc_trace *t, int64_t cpu, int64_t memory, uint32_t gpus, const char *model)
{
    struct hc_replay_node *node;
    size_t at;

    assert_int_equal(hc_trace_add_node(t, &node), HC_OK);
    assert_int_equal(hc_name_index_add(&t->models, model, strlen(model), &at), HC_OK);
    node->cpu = cpu;
    node->memory = memory;
    node->pods = HC_PODS_UNSAID;
    node->gpus = gpus;
    node->model = (uint32_t)at;
    return (uint32_t)t->n_nodes - 1;
}

/* The first rules bar nothing; before any pod. */
static inline void add_no_rules(struct hc_trace *t)
{
    uint32_t at;

    assert_int_equal(hc_name_index_add(&t->specs, "", 0, NULL), HC_OK);
    assert_int_equal(hc_trace_add_rules(t, &at), HC_OK);
    assert_int_equal(at, 0);
}

static inline uint32_t add_pod(struct hc_trace *t, struct hc_shape shape)
{
    struct hc_replay_pod *pod;

    shape.scored_cpu = shape.scored_cpu ? shape.scored_cpu : shape.cpu;
    shape.scored_memory = shape.scored_memory ? shape.scored_memory : shape.memory;
    assert_int_equal(hc_trace_add_pod(t, &pod), HC_OK);
    assert_int_equal(hc_trace_add_shape(t, &shape, &pod->shape), HC_OK);
    return (uint32_t)t->n_pods - 1;
}

static inline void add_event(
    struct hc_trace *t, int64_t time_us, enum hc_event_kind kind, uint32_t subject)
{
    const struct hc_event event = {.time_us = time_us, .kind = kind, .subject = subject};

    assert_int_equal(hc_trace_add_event(t, &event), HC_OK);
}

/* The mix of this text, which names one. */
static inline struct hc_mix mix_of(const char *text)
{
    HC_CLEANUP(hc_freep) struct hc_mix *mixes = NULL;
    struct hc_error err;
    size_t n = 0, cap = 0;

    if (hc_mix_parse(text, &mixes, &n, &cap, &err))
        fail_msg("%s", err.message);
    assert_int_equal(n, 1);
    return mixes[0];
}

#endif
