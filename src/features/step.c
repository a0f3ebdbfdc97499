#include <string.h>

#include "base/clock.h"
#include "features/step.h"

void hc_step_reset(struct hc_step *step)
{
    if (step->n)
        memset(step->slots, 0, sizeof(step->slots));
    step->step_s = 0;
    step->count = 0;
    step->n = 0;
}

/* The slot of a difference; one that is free if there is none yet. */
static struct hc_step_slot *find(struct hc_step *step, int64_t seconds)
{
    size_t at = (size_t)((uint64_t)seconds * 0x9e3779b97f4a7c15u >> 53);

    while (step->slots[at].seconds && step->slots[at].seconds != seconds)
        at = (at + 1) % HC_STEP_SLOTS;
    return &step->slots[at];
}

static void count_other(struct hc_step *step, int64_t seconds)
{
    struct hc_step_slot *slot = find(step, seconds);

    if (!slot->seconds) {
        if (step->n == HC_STEPS)
            return;
        step->n++;
        slot->seconds = seconds;
    }
    slot->count++;
    if (slot->count < step->count ||
        (slot->count == step->count && seconds > step->step_s))
        return;
    /* it is the step now; the count of the one before is put away */
    if (step->step_s)
        find(step, step->step_s)->count = step->count;
    step->step_s = seconds;
    step->count = slot->count;
}

void hc_step_add(struct hc_step *step, int64_t difference_us)
{
    int64_t seconds = (difference_us + HC_SECOND_US / 2) / HC_SECOND_US;

    seconds = seconds > 0 ? seconds : 1;
    if (HC_LIKELY(seconds == step->step_s))
        step->count++;
    else
        count_other(step, seconds);
}
