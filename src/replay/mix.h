/*
 * mix.h - one policy, or several with weights: "FGD", "LeastAllocated:1,FGD:2"
 *
 * A node's score is the sum of weight times score. Of the parts' rules for GPUs the one
 * with the largest weight counts, the first of equals. A policy that gives no score
 * (Random, as-recorded, the sorted ones) is not mixed.
 *
 * A list of policies is the other use of the comma: without a weight in it, "A,B" are
 * two. Plain data; failures: HC_USAGE, the nearest name in the message.
 */
#ifndef HC_REPLAY_MIX_H
#define HC_REPLAY_MIX_H

#include "replay/policy.h"

enum { HC_MIX_MAX = 8, HC_MIX_WEIGHT_MAX = 100, HC_MIX_NAME = 160 };

struct hc_mix {
    char name[HC_MIX_NAME]; /* as the tables of results have it */
    struct {
        const struct hc_policy *policy;
        int weight;
    } parts[HC_MIX_MAX];
    size_t n;
    int soft; /* weight of the parts that have kube-scheduler's soft scores */
};

/* The policies that `text` names, a list or one mix, behind those that are there. */
enum hc_status hc_mix_parse(const char *text, struct hc_mix **mixes, size_t *n,
    size_t *cap, struct hc_error *err) HC_MUST_USE;

/* The part whose rule places the pod. */
const struct hc_policy *hc_mix_lead(const struct hc_mix *mix);

#endif
