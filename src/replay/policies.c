/*
 * policies.c - the table of policies
 */
#include <strings.h>

#include "replay/policy.h"

extern const struct hc_policy hc_policy_kube_135;
extern const struct hc_policy hc_policy_kube_136;
extern const struct hc_policy hc_policy_least_allocated;
extern const struct hc_policy hc_policy_most_allocated;
extern const struct hc_policy hc_policy_requested_to_capacity_ratio;
extern const struct hc_policy hc_policy_balanced_allocation;
extern const struct hc_policy hc_policy_target_load_packing;
extern const struct hc_policy hc_policy_load_variation;
extern const struct hc_policy hc_policy_low_risk;
extern const struct hc_policy hc_policy_load_aware;
extern const struct hc_policy hc_policy_dynamic;
extern const struct hc_policy hc_policy_best_fit;
extern const struct hc_policy hc_policy_dot_prod;
extern const struct hc_policy hc_policy_gpu_packing;
extern const struct hc_policy hc_policy_gpu_clustering;
extern const struct hc_policy hc_policy_fgd;
extern const struct hc_policy hc_policy_random;
extern const struct hc_policy hc_policy_first_fit_decreasing;
extern const struct hc_policy hc_policy_as_recorded;

const struct hc_policy *const hc_policies[] = {
    &hc_policy_kube_135,
    &hc_policy_kube_136,
    &hc_policy_least_allocated,
    &hc_policy_most_allocated,
    &hc_policy_requested_to_capacity_ratio,
    &hc_policy_balanced_allocation,
    &hc_policy_target_load_packing,
    &hc_policy_load_variation,
    &hc_policy_low_risk,
    &hc_policy_load_aware,
    &hc_policy_dynamic,
    &hc_policy_best_fit,
    &hc_policy_dot_prod,
    &hc_policy_gpu_packing,
    &hc_policy_gpu_clustering,
    &hc_policy_fgd,
    &hc_policy_random,
    &hc_policy_first_fit_decreasing,
    &hc_policy_as_recorded,
    NULL,
};

const struct hc_policy *hc_policy_find(const char *name)
{
    for (size_t i = 0; hc_policies[i]; i++)
        if (!strcasecmp(hc_policies[i]->name, name))
            return hc_policies[i];
    return NULL;
}
