/*
 * replay_reference.h - a slow and plain replay: every node scored for every pod
 *
 * Written from the formulas, with nothing of src/replay but its plain structs. A cluster
 * is a list of where each pod is; what a node has left is added up anew each time it is
 * asked for. Include it after replay_case.h.
 */
#ifndef REPLAY_REFERENCE_H
#define REPLAY_REFERENCE_H

#include <math.h>
#include <stdlib.h>

enum { REF_PODS = 128, REF_NODES = 16, REF_KINDS = 128, REF_HOURS = 2 };

struct ref {
    const struct hc_trace *t;
    const struct hc_order *order;
    bool present[REF_NODES];
    uint32_t node[REF_PODS];    /* of each pod; HC_NOWHERE */
    uint32_t devices[REF_PODS]; /* GPUs, a bit each */
    uint32_t shape[REF_PODS];
    uint32_t since[REF_PODS];             /* hours that had ended when it came */
    uint32_t hours;                       /* that have ended */
    double load[REF_HOURS][REF_NODES][2]; /* CPU and memory used in each */
    double newer[3][REF_NODES];           /* estimates of pods that came since */
    struct hc_random random;              /* of the policy that needs it */
};

/* ---- what is left ---- */

struct ref_left {
    int64_t cpu, memory, ephemeral, extended, pods, scored_cpu, scored_memory;
    int64_t limit_cpu, limit_memory;
    int gpu[HC_GPUS_MAX], tags[HC_GPUS_MAX + 1];
};

static inline struct ref_left ref_left_on(const struct ref *r, uint32_t node)
{
    const struct hc_replay_node *n = &r->t->nodes[node];
    struct ref_left left = {.cpu = n->cpu,
        .memory = n->memory,
        .ephemeral = n->ephemeral,
        .extended = n->extended[0],
        .pods = n->pods};

    for (uint32_t g = 0; g < n->gpus; g++)
        left.gpu[g] = 1000;
    for (size_t p = 0; p < r->t->n_pods; p++) {
        const struct hc_shape *s = &r->t->shapes[r->shape[p]];

        if (r->node[p] != node)
            continue;
        left.cpu -= s->cpu;
        left.memory -= s->memory;
        left.ephemeral -= s->ephemeral;
        left.extended -= s->extended[0];
        left.pods--;
        left.scored_cpu += s->scored_cpu;
        left.scored_memory += s->scored_memory;
        left.limit_cpu += s->limit_cpu > s->cpu ? s->limit_cpu : s->cpu;
        left.limit_memory += s->limit_memory > s->memory ? s->limit_memory : s->memory;
        for (uint32_t g = 0; g < n->gpus; g++)
            if (r->devices[p] >> g & 1)
                left.gpu[g] -= (int)s->gpu_milli;
        if (s->gpus)
            left.tags[s->gpus == 1 && s->gpu_milli < 1000 ? 0 : s->gpus]++;
    }
    return left;
}

static inline int ref_bars(const struct ref *r, const struct hc_shape *s, uint32_t node)
{
    const struct hc_rules *rules = &r->t->rules[s->rules];

    return rules->bars ? rules->bars[node] : 0;
}

static inline bool ref_fits(const struct ref *r, const struct hc_shape *s, uint32_t node)
{
    struct ref_left left = ref_left_on(r, node);
    uint32_t gpus = 0;

    for (uint32_t g = 0; g < r->t->nodes[node].gpus; g++)
        gpus += left.gpu[g] >= (int)s->gpu_milli;
    return r->present[node] && !ref_bars(r, s, node) && left.pods > 0 &&
           (!s->cpu || s->cpu <= left.cpu) && (!s->memory || s->memory <= left.memory) &&
           (!s->ephemeral || s->ephemeral <= left.ephemeral) &&
           (!s->extended[0] || s->extended[0] <= left.extended) &&
           (!s->gpus || gpus >= s->gpus);
}

/* ---- scores of a node ---- */

static inline int64_t ref_gpu_sum(const struct ref_left *left)
{
    int64_t sum = 0;

    for (int g = 0; g < HC_GPUS_MAX; g++)
        sum += left->gpu[g];
    return sum;
}

static inline int64_t ref_most_cpu(const struct ref *r)
{
    int64_t most = 0;

    for (size_t i = 0; i < r->t->n_nodes; i++)
        most = r->t->nodes[i].cpu > most ? r->t->nodes[i].cpu : most;
    return most;
}

static inline int64_t ref_most_gpu(const struct ref *r)
{
    int64_t most = 0;

    for (size_t i = 0; i < r->t->n_nodes; i++)
        most = r->t->nodes[i].gpus * 1000 > most ? r->t->nodes[i].gpus * 1000 : most;
    return most;
}

static inline int ref_best_fit(
    const struct ref *r, const struct hc_shape *s, uint32_t node)
{
    struct ref_left left = ref_left_on(r, node);
    double v = (double)(left.cpu - s->cpu) / (double)ref_most_cpu(r) * 0.5;

    if (ref_most_gpu(r))
        v += (double)(ref_gpu_sum(&left) - s->gpus * s->gpu_milli) /
             (double)ref_most_gpu(r) * 0.5;
    return (int)((1 - v) * 100);
}

static inline int ref_dot_prod(
    const struct ref *r, const struct hc_shape *s, uint32_t node)
{
    struct ref_left left = ref_left_on(r, node);
    double most = (double)ref_most_cpu(r), gpus = (double)ref_most_gpu(r);
    double d = ((double)left.cpu / most) * ((double)s->cpu / most);

    if (gpus > 0)
        d += ((double)ref_gpu_sum(&left) / gpus) *
             ((double)(s->gpus * s->gpu_milli) / gpus);
    return (int)(100 * (1 - d / 2));
}

static inline int ref_clustering(
    const struct ref *r, const struct hc_shape *s, uint32_t node)
{
    struct ref_left left = ref_left_on(r, node);
    uint32_t tag = s->gpus == 1 && s->gpu_milli < 1000 ? 0 : s->gpus;
    int64_t most = ref_most_gpu(r);
    int kinds = 0;

    if (!s->gpus)
        return 0;
    for (int i = 0; i <= HC_GPUS_MAX; i++)
        kinds += left.tags[i] > 0;
    return (int)(25 * (most - ref_gpu_sum(&left)) / most) +
           (left.tags[tag] ? (kinds == 1 ? 75 : 50) : (kinds ? 0 : 25));
}

static inline int ref_by_number(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static inline int ref_packing(
    const struct ref *r, const struct hc_shape *s, uint32_t node)
{
    struct ref_left left = ref_left_on(r, node);
    int fitting[HC_GPUS_MAX], n = 0, idle = 0, used = 0, sum = 0;
    int gpus = (int)r->t->nodes[node].gpus;

    if (!s->gpus)
        return 0;
    for (int g = 0; g < gpus; g++) {
        idle += left.gpu[g] == 1000;
        if (left.gpu[g] >= (int)s->gpu_milli)
            fitting[n++] = left.gpu[g];
    }
    if (idle == gpus)
        return 33 - idle > idle ? 33 - idle : idle;
    qsort(fitting, (size_t)n, sizeof(*fitting), ref_by_number);
    for (uint32_t i = 0; i < s->gpus; i++) {
        used += fitting[i] == 1000;
        sum += fitting[i] * 100 / 1000;
    }
    if (used)
        return 50 - used > 33 ? 50 - used : 33;
    return 100 - sum / 10 > 50 ? 100 - sum / 10 : 50;
}

static inline int ref_least(const struct ref *r, const struct hc_shape *s, uint32_t node)
{
    struct ref_left left = ref_left_on(r, node);
    const struct hc_replay_node *n = &r->t->nodes[node];
    int64_t cpu = left.scored_cpu + s->scored_cpu;
    int64_t memory = left.scored_memory + s->scored_memory;

    return (int)(((cpu > n->cpu ? 0 : (n->cpu - cpu) * 100 / n->cpu) +
                     (memory > n->memory ? 0 : (n->memory - memory) * 100 / n->memory)) /
                 2);
}

static inline int ref_most(const struct ref *r, const struct hc_shape *s, uint32_t node)
{
    struct ref_left left = ref_left_on(r, node);
    const struct hc_replay_node *n = &r->t->nodes[node];
    int64_t cpu = left.scored_cpu + s->scored_cpu;
    int64_t memory = left.scored_memory + s->scored_memory;

    return (int)(((cpu > n->cpu ? n->cpu : cpu) * 100 / n->cpu +
                     (memory > n->memory ? n->memory : memory) * 100 / n->memory) /
                 2);
}

static inline int ref_balance_of(const struct hc_replay_node *n, int64_t cpu, int64_t mem)
{
    double a = fmin(1, (double)cpu / (double)n->cpu);
    double b = fmin(1, (double)mem / (double)n->memory);

    return (int)((1 - fabs((a - b) / 2)) * 100);
}

static inline int ref_balance(
    const struct ref *r, const struct hc_shape *s, uint32_t node)
{
    struct ref_left left = ref_left_on(r, node);
    const struct hc_replay_node *n = &r->t->nodes[node];

    return s->cpu || s->memory ? ref_balance_of(n, n->cpu - left.cpu + s->cpu,
                                     n->memory - left.memory + s->memory)
                               : 0;
}

/* 0 at 0 %, 100 at 100 %; a resource that scores nothing is in no mean. */
static inline int ref_ratio(const struct ref *r, const struct hc_shape *s, uint32_t node)
{
    struct ref_left left = ref_left_on(r, node);
    const struct hc_replay_node *n = &r->t->nodes[node];
    int64_t cpu = left.scored_cpu + s->scored_cpu;
    int64_t memory = left.scored_memory + s->scored_memory;
    int64_t a = cpu > n->cpu ? 100 : cpu * 100 / n->cpu;
    int64_t b = memory > n->memory ? 100 : memory * 100 / n->memory;

    return a || b ? (int)lround((double)(a + b) / ((a > 0) + (b > 0))) : 0;
}

static inline int ref_alike(const struct ref *r, const struct hc_shape *s, uint32_t node)
{
    (void)r;
    (void)s;
    (void)node;
    return 0;
}

static inline int ref_kube(const struct ref *r, const struct hc_shape *s, uint32_t node)
{
    struct ref_left left = ref_left_on(r, node);
    const struct hc_replay_node *n = &r->t->nodes[node];
    int balance = ref_balance_of(
        n, n->cpu - left.cpu + s->cpu, n->memory - left.memory + s->memory);

    return ref_least(r, s, node) + (s->cpu || s->memory ? balance : 0);
}

static inline int ref_kube_136(
    const struct ref *r, const struct hc_shape *s, uint32_t node)
{
    struct ref_left left = ref_left_on(r, node);
    const struct hc_replay_node *n = &r->t->nodes[node];
    int with = ref_balance_of(
        n, n->cpu - left.cpu + s->cpu, n->memory - left.memory + s->memory);
    int without = ref_balance_of(n, n->cpu - left.cpu, n->memory - left.memory);

    return ref_least(r, s, node) +
           (s->cpu || s->memory ? 50 + (50 + with - without) / 2 : 0);
}

/* ---- FGD ---- */

struct ref_kind {
    int64_t cpu;
    uint32_t milli, gpus, spec, rules;
    int count;
    double share;
};

static inline const char *ref_spec(const struct hc_trace *t, uint32_t spec)
{
    return t->specs.names[spec].name;
}

/* Selection sort by count, CPU, thousandths, GPUs, models, each descending. */
static inline bool ref_before(
    const struct hc_trace *t, const struct ref_kind *a, const struct ref_kind *b)
{
    if (a->count != b->count)
        return a->count > b->count;
    if (a->cpu != b->cpu)
        return a->cpu > b->cpu;
    if (a->milli != b->milli)
        return a->milli > b->milli;
    if (a->gpus != b->gpus)
        return a->gpus > b->gpus;
    return strcmp(ref_spec(t, a->spec), ref_spec(t, b->spec)) > 0;
}

static inline size_t ref_kinds(const struct hc_trace *t, struct ref_kind *kinds)
{
    size_t n = 0, taken = 0;
    int sum = 0;

    for (size_t p = 0; p < t->n_pods; p++) {
        const struct hc_shape *s = &t->shapes[t->pods[p].shape];
        struct ref_kind k = {s->cpu, s->gpus ? s->gpu_milli : 0, s->gpus,
            s->gpus ? s->spec : 0, s->rules, 1, 0};
        size_t i = 0;

        while (i < n && (kinds[i].cpu != k.cpu || kinds[i].milli != k.milli ||
                            kinds[i].gpus != k.gpus || kinds[i].spec != k.spec))
            i++;
        if (i < n)
            kinds[i].count++;
        else
            kinds[n++] = k;
    }
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n; k++)
            if (ref_before(t, &kinds[k], &kinds[i])) {
                struct ref_kind kept = kinds[i];

                kinds[i] = kinds[k];
                kinds[k] = kept;
            }
    while (sum < 0.95 * (double)t->n_pods)
        sum += kinds[taken++].count;
    for (size_t i = 0; i < taken; i++)
        kinds[i].share = ((double)kinds[i].count / (double)t->n_pods) /
                         ((double)sum / (double)t->n_pods);
    return taken;
}

static inline double ref_fragments(
    const struct ref *r, uint32_t node, int64_t cpu, const int *gpu)
{
    struct ref_kind kinds[REF_KINDS];
    size_t n = ref_kinds(r->t, kinds);
    double both = 0, no_gpu = 0, no_cpu = 0, cpu_ok = 0, cpu_no = 0, no_access = 0;
    int64_t total = 0;

    for (uint32_t g = 0; g < r->t->nodes[node].gpus; g++)
        total += gpu[g];
    for (size_t i = 0; i < n; i++) {
        const uint8_t *bars = r->t->rules[kinds[i].rules].bars;
        bool cpu_fits = cpu >= kinds[i].cpu;
        uint32_t fitting = 0;
        int64_t rest = 0;

        for (uint32_t g = 0; g < r->t->nodes[node].gpus; g++)
            if (gpu[g] >= (int)kinds[i].milli)
                fitting++;
            else
                rest += gpu[g];
        if (!kinds[i].milli && cpu_fits)
            cpu_ok += kinds[i].share * (double)total;
        else if (!kinds[i].milli)
            cpu_no += kinds[i].share * (double)total;
        else if (bars && bars[node] & HC_BAR_MODEL)
            no_access += kinds[i].share * (double)total;
        else if (fitting >= kinds[i].gpus && cpu_fits)
            no_gpu += kinds[i].share * (double)rest;
        else if (fitting >= kinds[i].gpus)
            no_cpu += kinds[i].share * (double)total;
        else if (cpu_fits)
            no_gpu += kinds[i].share * (double)total;
        else
            both += kinds[i].share * (double)total;
    }
    return ((((both + no_gpu) + no_cpu) + cpu_ok) + cpu_no) + no_access;
}

static inline int ref_rate(double before, double after)
{
    return (int)(1 / (1 + exp(-((before - after) / 1000))) * 100);
}

static inline int ref_fgd_device(
    const struct ref *r, const struct hc_shape *s, uint32_t node, uint32_t *ret)
{
    struct ref_left left = ref_left_on(r, node);
    double before = ref_fragments(r, node, left.cpu, left.gpu);
    bool shared = s->gpus == 1 && s->gpu_milli < 1000;
    int best = -1;

    if (!shared) {
        uint32_t wanted = s->gpus;

        for (uint32_t g = 0; g < r->t->nodes[node].gpus && wanted; g++)
            if (left.gpu[g] >= (int)s->gpu_milli) {
                left.gpu[g] -= (int)s->gpu_milli;
                wanted--;
            }
        return ref_rate(before, ref_fragments(r, node, left.cpu - s->cpu, left.gpu));
    }
    for (uint32_t g = 0; g < r->t->nodes[node].gpus; g++) {
        int score;

        if (left.gpu[g] < (int)s->gpu_milli)
            continue;
        left.gpu[g] -= (int)s->gpu_milli;
        score = ref_rate(before, ref_fragments(r, node, left.cpu - s->cpu, left.gpu));
        left.gpu[g] += (int)s->gpu_milli;
        if (score > best) {
            best = score;
            *ret = g;
        }
    }
    return best;
}

static inline int ref_fgd(const struct ref *r, const struct hc_shape *s, uint32_t node)
{
    uint32_t gpu;

    return ref_fgd_device(r, s, node, &gpu);
}

/* ---- what hangs on several nodes ---- */

static inline int ref_count(
    const struct ref *r, const struct hc_spreading *c, uint32_t node)
{
    int n = 0;

    for (size_t p = 0; p < r->t->n_pods; p++) {
        const struct hc_shape *s = &r->t->shapes[r->shape[p]];

        for (size_t g = 0; g < s->n_groups; g++)
            n += r->node[p] == node && s->groups[g] == c->group;
    }
    return c->counts_none ? 0 : n;
}

static inline bool ref_labelled(
    const struct ref *r, const struct hc_shape *s, bool hard, uint32_t node)
{
    for (size_t i = 0; i < s->n_spreads; i++)
        if (s->spreads[i].hard == hard &&
            r->t->topologies[s->spreads[i].topology].domain[node] == HC_NOWHERE)
            return false;
    return true;
}

/* Pods that count in a domain, over the nodes that are looked at. */
static inline int ref_domain_count(const struct ref *r, const struct hc_shape *s,
    const struct hc_spreading *c, uint32_t domain, bool hard)
{
    const uint32_t *domains = r->t->topologies[c->topology].domain;
    int n = 0;

    for (uint32_t i = 0; i < r->t->n_nodes; i++) {
        bool out = (c->heeds_affinity && ref_bars(r, s, i) & HC_BAR_AFFINITY) ||
                   (c->heeds_taints && ref_bars(r, s, i) & HC_BAR_TAINT);

        if (domains[i] == domain && r->present[i] && !out && ref_labelled(r, s, hard, i))
            n += ref_count(r, c, i);
    }
    return n;
}

static inline bool ref_domain_there(const struct ref *r, const struct hc_shape *s,
    const struct hc_spreading *c, uint32_t domain)
{
    const uint32_t *domains = r->t->topologies[c->topology].domain;

    for (uint32_t i = 0; i < r->t->n_nodes; i++) {
        bool out = (c->heeds_affinity && ref_bars(r, s, i) & HC_BAR_AFFINITY) ||
                   (c->heeds_taints && ref_bars(r, s, i) & HC_BAR_TAINT);

        if (domains[i] == domain && r->present[i] && !out && ref_labelled(r, s, true, i))
            return true;
    }
    return false;
}

static inline bool ref_spread_lets(
    const struct ref *r, const struct hc_shape *s, uint32_t node)
{
    for (size_t i = 0; i < s->n_spreads; i++) {
        const struct hc_spreading *c = &s->spreads[i];
        const struct hc_topology *t = &r->t->topologies[c->topology];
        int least = INT32_MAX, domains = 0;

        if (!c->hard)
            continue;
        if (t->domain[node] == HC_NOWHERE)
            return false;
        for (uint32_t d = 0; d < t->n_domains; d++)
            if (ref_domain_there(r, s, c, d)) {
                int n = ref_domain_count(r, s, c, d, true);

                domains++;
                least = n < least ? n : least;
            }
        if (domains < c->min_domains)
            least = 0;
        if ((int64_t)ref_domain_count(r, s, c, t->domain[node], true) + c->self - least >
            c->max_skew)
            return false;
    }
    return true;
}

/* kube-scheduler's taints, affinity and spread of the nodes that fit, into `out`. */
static inline void ref_soft(
    const struct ref *r, const struct hc_shape *s, const bool *fits, int *out)
{
    const struct hc_rules *rules = &r->t->rules[s->rules];
    int most_taints = 0, most_affinity = 0;
    int64_t raw[REF_NODES], least = INT64_MAX, most = 0;
    bool soft = false;
    uint32_t n = (uint32_t)r->t->n_nodes;

    for (uint32_t i = 0; i < n; i++) {
        double sum = 0;

        out[i] = 0;
        raw[i] = -1;
        if (!fits[i])
            continue;
        if (rules->untolerated && rules->untolerated[i] > most_taints)
            most_taints = rules->untolerated[i];
        if (rules->affinity && rules->affinity[i] > most_affinity)
            most_affinity = rules->affinity[i];
        for (size_t k = 0; k < s->n_spreads; k++) {
            const struct hc_spreading *c = &s->spreads[k];
            const struct hc_topology *t = &r->t->topologies[c->topology];
            bool seen[REF_NODES + 1] = {false};
            int domains = 0;

            soft |= !c->hard;
            if (c->hard || !ref_labelled(r, s, false, i))
                continue;
            for (uint32_t m = 0; m < n; m++)
                if (fits[m] && ref_labelled(r, s, false, m) &&
                    (t->is_hostname || !seen[t->domain[m]])) {
                    seen[t->domain[m]] = true;
                    domains++;
                }
            sum += (t->is_hostname ? ref_count(r, c, i)
                                   : ref_domain_count(r, s, c, t->domain[i], false)) *
                       log(domains + 2) +
                   (c->max_skew - 1);
        }
        if (ref_labelled(r, s, false, i)) {
            raw[i] = (int64_t)round(sum);
            least = raw[i] < least ? raw[i] : least;
            most = raw[i] > most ? raw[i] : most;
        }
    }
    for (uint32_t i = 0; i < n; i++) {
        if (!fits[i])
            continue;
        out[i] +=
            3 * (most_taints ? 100 - 100 * rules->untolerated[i] / most_taints : 100);
        out[i] += most_affinity ? 2 * (100 * rules->affinity[i] / most_affinity) : 0;
        if (soft && raw[i] >= 0)
            out[i] += 2 * (int)(most ? 100 * (most + least - raw[i]) / most : 100);
    }
}

/* ---- a placement ---- */

/* -1: the policy will not have the node. */
typedef int ref_score_fn(const struct ref *r, const struct hc_shape *s, uint32_t node);

/* A policy, or a mix of two. */
struct ref_rule {
    const char *name;
    ref_score_fn *score, *other;
    int weight, other_weight;
    int soft;                           /* weight of what hangs on several nodes */
    bool fgd, random, sorted, recorded; /* what is special about the one that leads */
};

/* The nodes that the pod may go to, and their scores. */
static inline size_t ref_scores(const struct ref *r, const struct ref_rule *rule,
    const struct hc_shape *s, bool *fits, int *total)
{
    int extra[REF_NODES] = {0};
    size_t n = 0;

    for (uint32_t i = 0; i < r->t->n_nodes; i++) {
        int a, b = 0;

        fits[i] = ref_fits(r, s, i);
        if (!fits[i])
            continue;
        a = rule->score(r, s, i);
        if (rule->other)
            b = rule->other(r, s, i);
        fits[i] = a >= 0 && b >= 0 && ref_spread_lets(r, s, i);
        total[i] = rule->weight * a + rule->other_weight * b;
        n += fits[i];
    }
    if (rule->soft)
        ref_soft(r, s, fits, extra);
    for (uint32_t i = 0; i < r->t->n_nodes; i++)
        total[i] += rule->soft * extra[i];
    return n;
}

/* The first node in order with the largest score, or any at random; HC_NOWHERE. */
static inline uint32_t ref_choose(
    struct ref *r, uint32_t pod, const struct ref_rule *rule)
{
    const struct hc_shape *s = &r->t->shapes[r->shape[pod]];
    int total[REF_NODES] = {0}, best = -1;
    bool fits[REF_NODES];
    size_t n = ref_scores(r, rule, s, fits, total), skip = SIZE_MAX;
    uint32_t chosen = HC_NOWHERE;

    if (rule->random && n > 1)
        skip = (size_t)hc_random_below(&r->random, n);
    for (size_t k = 0; k < r->t->n_nodes; k++) {
        uint32_t i = r->order->node_at[k];

        if (!fits[i])
            continue;
        if (skip == 0)
            return i;
        skip -= skip != SIZE_MAX;
        if (total[i] > best) {
            best = total[i];
            chosen = i;
        }
    }
    return chosen;
}

/* Any of the GPUs that have enough left. */
static inline uint32_t ref_random_gpu(
    struct ref *r, const struct hc_shape *s, uint32_t node, const struct ref_left *left)
{
    uint32_t fitting[HC_GPUS_MAX], n = 0;

    for (uint32_t g = 0; g < r->t->nodes[node].gpus; g++)
        if (left->gpu[g] >= (int)s->gpu_milli)
            fitting[n++] = g;
    return n ? 1u << fitting[hc_random_below(&r->random, n)] : 0;
}

/* As many as there are, where the pod does not fit. */
static inline uint32_t ref_devices(
    struct ref *r, uint32_t pod, uint32_t node, const struct ref_rule *rule)
{
    const struct hc_shape *s = &r->t->shapes[r->shape[pod]];
    struct ref_left left = ref_left_on(r, node);
    uint32_t wanted = s->gpus, devices = 0, best = UINT32_MAX;

    if (!s->gpus)
        return 0;
    if (s->gpus > 1 || s->gpu_milli == 1000) {
        for (uint32_t g = 0; g < r->t->nodes[node].gpus && wanted; g++)
            if (left.gpu[g] >= (int)s->gpu_milli) {
                devices |= 1u << g;
                wanted--;
            }
        return devices;
    }
    if (rule->random)
        return ref_random_gpu(r, s, node, &left);
    for (uint32_t g = 0; g < r->t->nodes[node].gpus; g++)
        if (left.gpu[g] >= (int)s->gpu_milli &&
            (best == UINT32_MAX || left.gpu[g] < left.gpu[best]))
            best = g;
    if (rule->fgd && best != UINT32_MAX)
        ref_fgd_device(r, s, node, &best);
    return best == UINT32_MAX ? 0 : 1u << best;
}

#endif
