/*
 * kube-scheduler's default profile: what resources give, and taints, affinity and spread
 *
 * Weights: TaintToleration 3, NodeAffinity 2, PodTopologySpread 2, NodeResourcesFit 1,
 * NodeResourcesBalancedAllocation 1, ImageLocality 1 (0 here: no trace has images).
 */
#include "replay/kube.h"
#include "replay/kube_rows.h"
#include "replay/policy.h"

static int fit(const struct hc_scene *s, const struct hc_shape *shape, size_t node)
{
    struct hc_kube_use use = hc_kube_scored(s->fleet, shape, node);

    return hc_kube_least(&use);
}

static int balance(const struct hc_scene *s, const struct hc_shape *shape, size_t node)
{
    struct hc_kube_use use = hc_kube_asked(s->fleet, shape, node);

    return hc_kube_asks_nothing(shape) ? -1 : hc_kube_balance(&use);
}

static int gain(const struct hc_scene *s, const struct hc_shape *shape, size_t node)
{
    return hc_kube_asks_nothing(shape) ? -1 : hc_kube_balance_gain(s->fleet, shape, node);
}

static int score_135(const struct hc_scene *s, const struct hc_shape *shape, size_t node)
{
    int b = balance(s, shape, node);

    return fit(s, shape, node) + (b < 0 ? 0 : b);
}

static int score_136(const struct hc_scene *s, const struct hc_shape *shape, size_t node)
{
    int g = gain(s, shape, node);

    return fit(s, shape, node) + (g < 0 ? 0 : g);
}

static const struct hc_policy_term terms_135[] = {{"NodeResourcesFit", fit},
    {"NodeResourcesBalancedAllocation", balance}, {NULL, NULL}};

static const struct hc_policy_term terms_136[] = {
    {"NodeResourcesFit", fit}, {"NodeResourcesBalancedAllocation", gain}, {NULL, NULL}};

#define SOFT "; + 3 taints + 2 affinity + 2 spread, each 0..100 over the nodes that fit"

const struct hc_policy hc_policy_kube_135 = {
    .name = "kube-1.35",
    .formula = "LeastAllocated + BalancedAllocation" SOFT,
    .source = "kube-scheduler up to v1.35, default profile",
    .most = 200,
    .soft = true,
    .score = score_135,
    .score_many = hc_kube_rows_balance,
    .open = hc_kube_rows_open,
    .changed = hc_kube_rows_changed,
    .close = hc_kube_rows_close,
    .terms = terms_135,
};

const struct hc_policy hc_policy_kube_136 = {
    .name = "kube-1.36",
    .formula = "LeastAllocated + 50 + (50 + balance with - without)/2" SOFT,
    .source = "kube-scheduler from v1.36 on, default profile (PR 135573)",
    .most = 200,
    .soft = true,
    .score = score_136,
    .score_many = hc_kube_rows_gain,
    .open = hc_kube_rows_open,
    .changed = hc_kube_rows_changed,
    .close = hc_kube_rows_close,
    .terms = terms_136,
};
