#include "replay/policy.h"

const struct hc_policy hc_policy_as_recorded = {
    .name = "as-recorded",
    .formula = "the node that the pod was recorded on, whether it fits or not",
    .source = "the data: what was done",
    .kind = HC_POLICY_RECORDED,
};
