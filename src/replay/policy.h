/*
 * policy.h - a rule by which pods are placed: one file, one row of the table
 *
 * A policy gives each node that fits a score, a whole number; the highest wins, and of
 * equals the node that is earlier in the seed's order. It may look at the trace and at
 * what is left of that one node, and at nothing else: then a score stays good until the
 * node changes, and is kept until then (cache.h).
 *
 *     static int score(const struct hc_scene *s, const struct hc_shape *pod, size_t node)
 *     {
 *         return (int)(s->fleet->cpu_left[node] * 100 / s->fleet->cpu[node]);
 *     }
 *     const struct hc_policy hc_policy_emptiest = {
 *         .name = "Emptiest", .formula = "100 * free / allocatable, CPU",
 *         .source = "...", .most = 100, .score = score};
 *
 * and `&hc_policy_emptiest` in policies.c. Divisions of integers truncate, as those of
 * the original schedulers do. What a policy keeps between calls is its own (`open`).
 *
 * Threads: a policy is a constant; a scene belongs to one run.
 */
#ifndef HC_REPLAY_POLICY_H
#define HC_REPLAY_POLICY_H

#include "replay/fleet.h"

/* What a policy sees. */
struct hc_scene {
    const struct hc_trace *trace;
    const struct hc_fleet *fleet;
    void *own; /* of `open` */
};

enum hc_policy_kind {
    HC_POLICY_SCORES,
    HC_POLICY_RANDOM,   /* any node that fits, all alike */
    HC_POLICY_RECORDED, /* where the trace says, whether it fits or not */
    HC_POLICY_SORTED,   /* scores; of pods that arrive at once the largest is first; where
                           there are no times, all do */
};

/* A score that is added to others, by the name that the original gives it. */
struct hc_policy_term {
    const char *name;
    /* -1: the original skips this pod */
    int (*score)(const struct hc_scene *scene, const struct hc_shape *shape, size_t node);
};

struct hc_policy {
    const char *name;
    const char *formula; /* for people */
    const char *source;  /* where the formula is from */
    enum hc_policy_kind kind;
    int most;    /* the highest score that it gives, below 2^15 */
    bool soft;   /* adds kube-scheduler's taints, affinity and spread (soft.h) */
    bool oracle; /* looks into the future */

    /* Of a node that fits: 0..most; -1: the policy will not have it. NULL: all nodes are
     * alike. */
    int (*score)(const struct hc_scene *scene, const struct hc_shape *shape, size_t node);

    /* The scores of n nodes, these or, of NULL, all, whether the pod fits or not, the
     * same as `score` gives; false: not this time. NULL: never. */
    bool (*score_many)(const struct hc_scene *scene, const struct hc_shape *shape,
        const uint32_t *nodes, size_t n, int16_t *out);

    /* The terms of `score`, for explanations; ends with a NULL name. NULL: itself. */
    const struct hc_policy_term *terms;

    /* GPUs of the chosen node, a bit each; NULL: hc_fleet_devices. */
    uint32_t (*devices)(
        const struct hc_scene *scene, const struct hc_shape *shape, size_t node);

    /* What it keeps in a run; NULL: nothing. `changed`: the node is not as it was. */
    enum hc_status (*open)(const struct hc_scene *scene, void **ret);
    void (*changed)(const struct hc_scene *scene, size_t node);
    void (*close)(void *own);
};

/* The table, in the order of `hindcast policies`; ends with NULL. */
extern const struct hc_policy *const hc_policies[];

/* NULL if there is none of that name; whatever the case of letters. */
const struct hc_policy *hc_policy_find(const char *name);

#endif
