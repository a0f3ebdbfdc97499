#include "synth/course.h"

#include "synth/random.h"

static double slow_point(uint64_t seed, uint32_t stream, uint32_t node, uint32_t index)
{
    struct hc_random r = hc_random_at(seed, stream, node, index);

    return hc_random_bell(r.word[0], r.word[1]);
}

/* At `t` seconds from the start, with a point every `apart` seconds (Perlin's smooth
 * step). */
static double slow_at(struct hc_slow *slow, uint64_t seed, uint32_t stream, uint32_t node,
    int64_t t, int64_t apart)
{
    uint32_t index = (uint32_t)(t / apart);
    double u = (double)(t % apart) / (double)apart;

    if (!slow->drawn || slow->index != index) {
        slow->left = slow_point(seed, stream, node, index);
        slow->right = slow_point(seed, stream, node, index + 1);
        slow->index = index;
        slow->drawn = true;
    }
    return slow->left + (slow->right - slow->left) * (u * u * (3.0 - 2.0 * u));
}

static double burst_at(const struct hc_course *s, int64_t slot)
{
    for (size_t i = s->first_burst; i < s->end_burst; i++)
        if (slot >= s->plan->bursts[i].first && slot < s->plan->bursts[i].end)
            return s->plan->bursts[i].height;
    return 0;
}

struct hc_course_at hc_course_at(struct hc_course *s, int64_t t)
{
    const struct hc_synth_node *node = s->node;
    uint64_t seed = s->plan->options.seed;
    double day = (double)t / HC_SYNTH_DAY_S, wave = hc_synth_wave(s->plan, t);
    double cpu_noise =
        slow_at(&s->cpu, seed, HC_RANDOM_SLOW_CPU, node->noise_of, t, HC_SLOW_CPU_S);
    double memory_noise =
        slow_at(&s->memory, seed, HC_RANDOM_SLOW_MEMORY, s->index, t, HC_SLOW_MEMORY_S);
    struct hc_course_at at = {
        .rhythm =
            node->level * (1.0 + node->amplitude * wave) * s->week + node->slope * day,
        .slow = node->slow * cpu_noise,
        .burst = burst_at(s, t / s->plan->options.step_s),
        .disk_noise =
            slow_at(&s->disk, seed, HC_RANDOM_SLOW_DISK, s->index, t, HC_SLOW_DISK_S),
    };

    at.memory = node->memory_level + 0.25 * (at.rhythm - node->level) + 0.1 * at.burst +
                0.02 * memory_noise;
    if (s->drained) {
        at.rhythm = 0.006, at.slow = at.burst = 0;
        at.memory = 0.06;
    }
    at.cpu = at.rhythm + at.slow + at.burst;
    return at;
}

/* The range of the node's bursts; there are few. */
static void find_bursts(struct hc_course *s)
{
    const struct hc_synth_plan *plan = s->plan;
    size_t lo = 0, hi = plan->n_bursts;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (plan->bursts[mid].node < s->index)
            lo = mid + 1;
        else
            hi = mid;
    }
    s->first_burst = s->end_burst = lo;
    while (s->end_burst < plan->n_bursts && plan->bursts[s->end_burst].node == s->index)
        s->end_burst++;
}

void hc_course_init(struct hc_course *course, const struct hc_synth_plan *plan,
    uint32_t node, int64_t day)
{
    *course = (struct hc_course){
        .plan = plan,
        .node = &plan->nodes[node],
        .index = node,
        .week = plan->week[hc_synth_weekday(plan, day)],
        .drained =
            node == plan->role[HC_ROLE_MAINTENANCE] && day == plan->maintenance_day,
    };
    find_bursts(course);
}
