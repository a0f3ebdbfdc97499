#include "replay/policy.h"

const struct hc_policy hc_policy_first_fit_decreasing = {
    .name = "FirstFitDecreasing",
    .formula = "pods that arrive at once (all, where there are no times) by size, the "
               "largest first; the first node that fits",
    .source = "D. S. Johnson, Near-optimal bin packing algorithms (1973)",
    .kind = HC_POLICY_SORTED,
    .oracle = true,
};
