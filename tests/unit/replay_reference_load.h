/*
 * replay_reference_load.h - the plain replay's policies that see what pods used
 *
 * From the formulas of Trimaran, Koordinator and crane-scheduler, and the rules of
 * src/replay/load.h: at an hour's end the load of a node is what its pods used in it, or
 * ask for; those that came since are estimated. Sums are made in the order of the
 * events, as a double's last bit hangs on it. Include it after replay_reference.h.
 */
#ifndef REPLAY_REFERENCE_LOAD_H
#define REPLAY_REFERENCE_LOAD_H

#include "replay/beta.h"

/* ---- what is known ---- */

static inline void ref_newer(
    struct ref *r, const struct hc_shape *s, uint32_t node, int sign)
{
    double limited = s->limit_cpu ? (double)s->limit_cpu
                     : s->cpu     ? 1.5 * (double)s->cpu
                                  : 1000;

    r->newer[0][node] += sign * limited;
    r->newer[1][node] += sign * (s->cpu ? 0.85 * (double)s->cpu : 250);
    r->newer[2][node] += sign * (s->memory ? 0.7 * (double)s->memory : 200e6);
}

static inline void ref_hour_ends(struct ref *r, uint32_t hour)
{
    const struct hc_usage *u = &r->t->usage;
    double(*load)[2] = r->load[r->hours++];

    memset(r->newer, 0, sizeof(r->newer));
    for (uint32_t p = 0; p < r->t->n_pods; p++) {
        const struct hc_shape *s = &r->t->shapes[r->shape[p]];
        double used[2] = {(double)s->cpu, (double)s->memory};

        if (r->node[p] == HC_NOWHERE)
            continue;
        for (size_t i = u->first[p]; i < u->first[p + 1]; i++)
            if (u->hour[i] == hour) {
                used[0] = isnan(u->cpu[i]) ? used[0] : (double)u->cpu[i];
                used[1] = isnan(u->memory[i]) ? used[1] : (double)u->memory[i];
            }
        load[r->node[p]][0] += used[0];
        load[r->node[p]][1] += used[1];
    }
}

/* Of CPU (0) or memory (1): the last hour, the mean, deviation and most of all. */
struct ref_past {
    double last, mean, sd, most;
};

static inline struct ref_past ref_past_of(
    const struct ref *r, uint32_t node, int kind, double requested)
{
    struct ref_past past = {requested, requested, 0, requested};
    double sum = 0, squares = 0;

    if (!r->hours)
        return past;
    past.most = 0;
    for (uint32_t h = 0; h < r->hours; h++) {
        past.last = r->load[h][node][kind];
        past.most = past.last > past.most ? past.last : past.most;
        sum += past.last;
    }
    past.mean = sum / r->hours;
    for (uint32_t h = 0; h < r->hours; h++)
        squares += pow(r->load[h][node][kind] - past.mean, 2);
    past.sd = sqrt(squares / r->hours);
    return past;
}

static inline struct ref_past ref_cpu_past(const struct ref *r, uint32_t node)
{
    return ref_past_of(
        r, node, 0, (double)(r->t->nodes[node].cpu - ref_left_on(r, node).cpu));
}

static inline struct ref_past ref_memory_past(const struct ref *r, uint32_t node)
{
    return ref_past_of(
        r, node, 1, (double)(r->t->nodes[node].memory - ref_left_on(r, node).memory));
}

/* ---- policies ---- */

static inline int ref_target_load(
    const struct ref *r, const struct hc_shape *s, uint32_t node)
{
    double used = ref_cpu_past(r, node).last, u;

    used += r->hours ? r->newer[0][node] : 0;
    used += s->limit_cpu ? (double)s->limit_cpu : s->cpu ? 1.5 * (double)s->cpu : 1000;
    u = used / (double)r->t->nodes[node].cpu * 100;
    if (u > 100)
        return 0;
    return (int)lround(u > 40 ? 40.0 * (100 - u) / 60 : 60.0 * u / 40 + 40);
}

static inline double ref_unit(double x)
{
    return fmax(0, fmin(1, x));
}

static inline int ref_variation(
    const struct ref *r, const struct hc_shape *s, uint32_t node)
{
    struct ref_past cpu = ref_cpu_past(r, node), memory = ref_memory_past(r, node);
    double c = (double)r->t->nodes[node].cpu, m = (double)r->t->nodes[node].memory;
    double a = ref_unit((cpu.mean + (double)s->cpu) / c) + ref_unit(cpu.sd / c);
    double b = ref_unit((memory.mean + (double)s->memory) / m) + ref_unit(memory.sd / m);

    return (int)lround(fmin((1 - a / 2) * 100, (1 - b / 2) * 100));
}

/* Of one resource, with the pod in requests and limits. */
static inline double ref_risk(
    struct ref_past past, double capacity, double requested, double asked, double limits)
{
    double over = 0, m = past.mean / capacity, v = pow(past.sd / capacity, 2);
    double share = ref_unit((requested - asked) / capacity), within, spread;

    if (limits > capacity && limits > requested)
        over = fmin(1, (limits - capacity) / (limits - requested));
    spread = v > 0 ? m * (1 - m) / v - 1 : 0;
    if (m <= 0)
        within = 1;
    else if (m >= 1)
        within = share >= 1;
    else if (spread <= 0)
        within = m <= share;
    else
        within = hc_beta_at_most(m * spread, (1 - m) * spread, share);
    return 0.5 * over + 0.5 * (1 - within);
}

static inline int ref_low_risk(
    const struct ref *r, const struct hc_shape *s, uint32_t node)
{
    const struct hc_replay_node *n = &r->t->nodes[node];
    struct ref_left left = ref_left_on(r, node);
    double cpu, memory;

    cpu = ref_risk(ref_cpu_past(r, node), (double)n->cpu,
        (double)(n->cpu - left.cpu + s->cpu), (double)s->cpu,
        (double)left.limit_cpu + fmax((double)s->limit_cpu, (double)s->cpu));
    memory = ref_risk(ref_memory_past(r, node), (double)n->memory,
        (double)(n->memory - left.memory + s->memory), (double)s->memory,
        (double)left.limit_memory + fmax((double)s->limit_memory, (double)s->memory));
    return (int)lround((1 - fmax(cpu, memory)) * 100);
}

static inline int64_t ref_free_percent(double used, double capacity)
{
    return used > capacity ? 0 : (int64_t)((capacity - used) * 100 / capacity);
}

static inline int ref_load_aware(
    const struct ref *r, const struct hc_shape *s, uint32_t node)
{
    double c = (double)r->t->nodes[node].cpu, m = (double)r->t->nodes[node].memory;
    double cpu = ref_cpu_past(r, node).last, memory = ref_memory_past(r, node).last;

    if (cpu > 0.65 * c || memory > 0.95 * m)
        return -1;
    cpu += s->cpu ? 0.85 * (double)s->cpu : 250;
    memory += s->memory ? 0.7 * (double)s->memory : 200e6;
    cpu += r->hours ? r->newer[1][node] : 0;
    memory += r->hours ? r->newer[2][node] : 0;
    return (int)((ref_free_percent(cpu, c) + ref_free_percent(memory, m)) / 2);
}

static inline int ref_dynamic(
    const struct ref *r, const struct hc_shape *s, uint32_t node)
{
    struct ref_past past = ref_cpu_past(r, node);
    double c = (double)r->t->nodes[node].cpu;
    double last = past.last > c ? 0 : 1 - past.last / c;
    double most = past.most > c ? 0 : 1 - past.most / c;

    (void)s;
    return past.last > 0.65 * c ? -1 : (int)(100 * (0.5 * last + 0.5 * most));
}

#endif
