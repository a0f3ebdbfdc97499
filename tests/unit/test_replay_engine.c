/*
 * The engine against a slow and plain one, every policy on hundreds of small clusters
 * with departures, resizes, nodes that come and go, taints, affinity, spread, GPUs,
 * extended resources and use; and conservation: after each event, what is left and what
 * is used are the node's capacity.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "replay_case.h"
#include "replay_reference.h"
#include "replay_reference_load.h"

enum { CLUSTERS = 200 };

/* ---- random clusters ---- */

static int64_t upto(struct hc_random *random, int64_t n)
{
    return (int64_t)hc_random_below(random, (uint64_t)n + 1);
}

static bool chance(struct hc_random *random, int percent)
{
    return upto(random, 99) < percent;
}

static void make_nodes(struct hc_trace *t, struct hc_random *random)
{
    static const char *const models[] = {"A", "B", "C"};
    int64_t n = 1 + upto(random, REF_NODES - 1);
    bool gpus = chance(random, 60);

    assert_int_equal(hc_name_index_add(&t->extended, "example.com/x", 13, NULL), HC_OK);
    for (int64_t i = 0; i < n; i++) {
        uint32_t at =
            add_node(t, 1000 * (1 + upto(random, 15)), GIB * (1 + upto(random, 31)),
                gpus && chance(random, 80) ? (uint32_t)(1 + upto(random, 7)) : 0,
                models[upto(random, 2)]);

        t->nodes[at].pods = chance(random, 20) ? 1 + upto(random, 5) : HC_PODS_UNSAID;
        t->nodes[at].ephemeral = GIB * upto(random, 8);
        t->nodes[at].extended[0] = upto(random, 4);
    }
}

/* Rules with the same bits for all, or random ones. */
static void make_rules(struct hc_trace *t, struct hc_random *random)
{
    size_t n = t->n_nodes;
    uint32_t at;

    add_no_rules(t);
    for (int k = 0; k < 4; k++) {
        struct hc_rules *rules;

        assert_int_equal(hc_trace_add_rules(t, &at), HC_OK);
        rules = &t->rules[at];
        if (chance(random, 60)) {
            rules->bars = hc_calloc(n, 1);
            for (size_t i = 0; i < n; i++)
                rules->bars[i] = chance(random, 25) ? (uint8_t)(1 << upto(random, 3)) : 0;
        }
        for (size_t i = 0; rules->bars && i < n; i++)
            if (k < 2 && t->nodes[i].model == (uint32_t)k) /* a model, on all its nodes */
                rules->bars[i] |= HC_BAR_MODEL;
        if (chance(random, 60)) {
            rules->untolerated = hc_calloc(n, 1);
            for (size_t i = 0; i < n; i++)
                rules->untolerated[i] = (uint8_t)upto(random, 2);
        }
        if (chance(random, 60)) {
            rules->affinity = hc_calloc(n, sizeof(*rules->affinity));
            rules->prefers = true;
            for (size_t i = 0; i < n; i++)
                rules->affinity[i] = (int32_t)upto(random, 3) * 30;
        }
    }
}

static void make_topologies(struct hc_trace *t, struct hc_random *random)
{
    t->topologies = hc_calloc(2, sizeof(*t->topologies));
    t->n_topologies = 2;
    t->n_groups = 3;
    for (int k = 0; k < 2; k++) {
        struct hc_topology *topology = &t->topologies[k];

        topology->is_hostname = k == 0;
        topology->n_domains = k ? 3 : (uint32_t)t->n_nodes;
        topology->domain = hc_calloc(t->n_nodes, sizeof(*topology->domain));
        for (size_t i = 0; i < t->n_nodes; i++)
            topology->domain[i] = k == 0               ? (uint32_t)i
                                  : chance(random, 10) ? HC_NOWHERE
                                                       : (uint32_t)upto(random, 2);
    }
}

static void make_spreads(struct hc_shape *shape, struct hc_random *random)
{
    shape->n_groups = (size_t)upto(random, 2);
    shape->groups = hc_calloc(2, sizeof(*shape->groups));
    shape->groups[0] = (uint32_t)upto(random, 1);
    shape->groups[1] = 2;
    if (!chance(random, 40))
        return;
    shape->n_spreads = (size_t)(1 + upto(random, 1));
    shape->spreads = hc_calloc(shape->n_spreads, sizeof(*shape->spreads));
    for (size_t i = 0; i < shape->n_spreads; i++)
        shape->spreads[i] = (struct hc_spreading){.group = (uint32_t)upto(random, 2),
            .topology = (uint32_t)upto(random, 1),
            .max_skew = (int32_t)(1 + upto(random, 2)),
            .min_domains = (int32_t)(1 + upto(random, 2)),
            .hard = chance(random, 50),
            .self = chance(random, 80),
            .counts_none = chance(random, 5),
            .heeds_affinity = chance(random, 80),
            .heeds_taints = chance(random, 20)};
}

static struct hc_shape make_shape(struct hc_random *random)
{
    struct hc_shape s = {.cpu = 250 * upto(random, 16),
        .memory = GIB / 4 * upto(random, 16),
        .rules = (uint32_t)upto(random, 4)};

    if (chance(random, 20))
        s.ephemeral = GIB * upto(random, 3);
    if (chance(random, 10)) {
        s.extended[0] = upto(random, 2);
        s.any_extended = s.extended[0] > 0;
    }
    if (chance(random, 30)) {
        s.limit_cpu = s.cpu + 250 * upto(random, 8);
        s.limit_memory = s.memory + GIB / 4 * upto(random, 8);
    }
    if (chance(random, 50)) {
        s.gpus = chance(random, 60) ? 1 : (uint32_t)(1 + upto(random, 3));
        s.gpu_milli = s.gpus > 1 || chance(random, 40)
                          ? HC_GPU_WHOLE
                          : (uint32_t)(100 * (1 + upto(random, 8)));
    }
    s.scored_cpu = s.cpu ? s.cpu : 100;
    s.scored_memory = s.memory ? s.memory : 200 << 20;
    return s;
}

/* Some kinds of pods, each several times; most of them leave again. */
static void make_pods(struct hc_trace *t, struct hc_random *random, bool spreads)
{
    size_t n = (size_t)(10 + upto(random, REF_PODS - 11));
    struct hc_shape kinds[12];

    for (size_t i = 0; i < HC_COUNT(kinds); i++) {
        kinds[i] = make_shape(random);
        if (spreads)
            make_spreads(&kinds[i], random);
    }
    for (size_t i = 0; i < n; i++) {
        struct hc_shape s = kinds[upto(random, HC_COUNT(kinds) - 1)];
        int64_t time = upto(random, 1000);
        struct hc_shape copy = s;
        uint32_t pod;

        copy.groups = hc_calloc(3, sizeof(*copy.groups));
        for (size_t k = 0; k < s.n_groups; k++)
            copy.groups[k] = s.groups[k];
        copy.spreads = hc_calloc(s.n_spreads + 1, sizeof(*copy.spreads));
        for (size_t k = 0; k < s.n_spreads; k++)
            copy.spreads[k] = s.spreads[k];
        pod = add_pod(t, copy);
        if (chance(random, 80))
            t->pods[pod].node = (uint32_t)upto(random, (int64_t)t->n_nodes - 1);
        t->pods[pod].pinned = t->pods[pod].node != HC_NOWHERE && chance(random, 8);
        add_event(t, time, HC_POD_ARRIVES, pod);
        if (chance(random, 70))
            add_event(t, time + upto(random, 600), HC_POD_LEAVES, pod);
    }
    for (size_t i = 0; i < HC_COUNT(kinds); i++)
        hc_shape_clear(&kinds[i]);
}

static void make_changes(struct hc_trace *t, struct hc_random *random)
{
    for (uint32_t i = 0; i < t->n_nodes; i++) {
        int64_t time = upto(random, 800);

        if (!chance(random, 20))
            continue;
        add_event(t, time, HC_NODE_LEAVES, i);
        if (chance(random, 50))
            add_event(t, time + 1 + upto(random, 300), HC_NODE_JOINS, i);
    }
    for (uint32_t i = 0; i < t->n_pods; i++) {
        struct hc_event event = {.time_us = upto(random, 1600),
            .kind = HC_POD_RESIZES,
            .subject = i,
            .shape = (uint32_t)upto(random, (int64_t)t->n_shapes - 1)};

        if (chance(random, 10))
            assert_int_equal(hc_trace_add_event(t, &event), HC_OK);
    }
}

/* What most of the pods used in two hours: whole numbers, so that sums are exact. */
static void make_usage(struct hc_trace *t, struct hc_random *random)
{
    t->usage.n_hours = REF_HOURS;
    t->usage.first = hc_calloc(t->n_pods + 1, sizeof(*t->usage.first));
    for (size_t p = 0; p < t->n_pods; p++) {
        const struct hc_shape *s = &t->shapes[t->pods[p].shape];

        for (uint32_t hour = 0; hour < REF_HOURS; hour++)
            if (chance(random, 70)) {
                double cpu = (double)(s->cpu * upto(random, 8) / 4);
                double memory = (double)(s->memory / 4 * upto(random, 5));

                assert_int_equal(
                    hc_usage_add(&t->usage, hour, chance(random, 10) ? NAN : cpu, memory),
                    HC_OK);
            }
        t->usage.first[p + 1] = t->usage.n_rows;
    }
    for (uint32_t hour = 0; hour < REF_HOURS; hour++)
        add_event(t, 300 + 400 * hour, HC_HOUR_ENDS, hour);
}

static void make_cluster(struct hc_trace *t, uint64_t seed)
{
    struct hc_random random;
    bool spreads;

    hc_random_seed(&random, seed);
    make_nodes(t, &random);
    make_rules(t, &random);
    make_topologies(t, &random);
    spreads = chance(&random, 50);
    make_pods(t, &random, spreads);
    if (chance(&random, 50))
        make_changes(t, &random);
    if (chance(&random, 50))
        make_usage(t, &random);
    t->timed = true;
    hc_trace_close(t);
    assert_int_equal(hc_orders_make(t, (int64_t)seed, 1), HC_OK);
}

/* ---- both ways ---- */

/* All that `hindcast policies` prints, and mixes. */
static const struct ref_rule rules[] = {
    {.name = "BestFit", .score = ref_best_fit, .weight = 1},
    {.name = "DotProd", .score = ref_dot_prod, .weight = 1},
    {.name = "GpuClustering", .score = ref_clustering, .weight = 1},
    {.name = "GpuPacking", .score = ref_packing, .weight = 1},
    {.name = "FGD", .score = ref_fgd, .weight = 1, .fgd = true},
    {.name = "LeastAllocated", .score = ref_least, .weight = 1},
    {.name = "MostAllocated", .score = ref_most, .weight = 1},
    {.name = "RequestedToCapacityRatio", .score = ref_ratio, .weight = 1},
    {.name = "BalancedAllocation", .score = ref_balance, .weight = 1},
    {.name = "kube-1.35", .score = ref_kube, .weight = 1, .soft = 1},
    {.name = "kube-1.36", .score = ref_kube_136, .weight = 1, .soft = 1},
    {.name = "TargetLoadPacking", .score = ref_target_load, .weight = 1},
    {.name = "LoadVariationRiskBalancing", .score = ref_variation, .weight = 1},
    {.name = "LowRiskOverCommitment", .score = ref_low_risk, .weight = 1},
    {.name = "LoadAware", .score = ref_load_aware, .weight = 1},
    {.name = "Dynamic", .score = ref_dynamic, .weight = 1},
    {.name = "Random", .score = ref_alike, .weight = 1, .random = true},
    {.name = "FirstFitDecreasing", .score = ref_alike, .weight = 1, .sorted = true},
    {.name = "as-recorded", .score = ref_alike, .weight = 1, .recorded = true},
    {"LeastAllocated:1,FGD:2", ref_least, ref_fgd, 1, 2, 0, true, false, false, false},
    {"FGD:1,BestFit:3", ref_fgd, ref_best_fit, 1, 3, 0, false, false, false, false},
    {"kube-1.35:2,BestFit:3", ref_kube, ref_best_fit, 2, 3, 2, false, false, false,
        false},
    {"LoadAware:5,kube-1.36:1", ref_load_aware, ref_kube_136, 5, 1, 1, false, false,
        false, false},
};

static void every_policy_has_a_rule(void **state)
{
    (void)state;
    for (size_t i = 0; hc_policies[i]; i++) {
        size_t n = 0;

        for (size_t k = 0; k < HC_COUNT(rules); k++)
            n += strcmp(rules[k].name, hc_policies[i]->name) == 0;
        if (n != 1)
            fail_msg("%s is not compared", hc_policies[i]->name);
    }
}

static void ref_init(struct ref *r, const struct hc_trace *t)
{
    *r = (struct ref){.t = t, .order = &t->orders[0]};
    hc_random_seed(&r->random, (uint64_t)r->order->seed);
    for (size_t i = 0; i < t->n_nodes; i++)
        r->present[i] = true;
    for (size_t i = t->n_events; i-- > 0;)
        if (t->events[i].kind == HC_NODE_JOINS || t->events[i].kind == HC_NODE_LEAVES)
            r->present[t->events[i].subject] = t->events[i].kind == HC_NODE_LEAVES;
    for (size_t i = 0; i < t->n_pods; i++) {
        r->node[i] = HC_NOWHERE;
        r->shape[i] = t->pods[i].shape;
    }
}

static void ref_put(
    struct ref *r, uint32_t pod, uint32_t node, const struct ref_rule *rule)
{
    if (node == HC_NOWHERE)
        return;
    r->devices[pod] = ref_devices(r, pod, node, rule);
    r->since[pod] = r->hours;
    ref_newer(r, &r->t->shapes[r->shape[pod]], node, 1);
    r->node[pod] = node;
}

static void ref_remove(struct ref *r, uint32_t pod)
{
    if (r->node[pod] != HC_NOWHERE && r->since[pod] == r->hours)
        ref_newer(r, &r->t->shapes[r->shape[pod]], r->node[pod], -1);
    r->node[pod] = HC_NOWHERE;
}

/* Where the reference puts the pod of this event, or what else it does. */
static void ref_step(
    struct ref *r, const struct hc_event *event, const struct ref_rule *rule)
{
    uint32_t at = event->subject, node;

    switch ((enum hc_event_kind)event->kind) {
    case HC_NODE_JOINS: r->present[at] = true; break;
    case HC_NODE_LEAVES: r->present[at] = false; break;
    case HC_HOUR_ENDS: ref_hour_ends(r, at); break;
    case HC_POD_LEAVES: ref_remove(r, at); break;
    case HC_POD_RESIZES:
        node = r->node[at];
        ref_remove(r, at);
        r->shape[at] = event->shape;
        ref_put(r, at, node, rule);
        break;
    case HC_POD_ARRIVES:
        ref_put(r, at,
            r->t->pods[at].pinned || rule->recorded ? r->t->pods[at].node
                                                    : ref_choose(r, at, rule),
            rule);
        break;
    }
}

static void assert_conserved(const struct ref *r, const struct hc_fleet *f)
{
    for (uint32_t i = 0; i < f->n; i++) {
        struct ref_left left = ref_left_on(r, i);

        assert_int_equal(f->present[i], r->present[i]);
        assert_int_equal(f->cpu_left[i], left.cpu);
        assert_int_equal(f->memory_left[i], left.memory);
        assert_int_equal(f->ephemeral_left[i], left.ephemeral);
        assert_int_equal(f->extended_left[i], left.extended);
        assert_int_equal(f->pods_left[i], left.pods);
        assert_int_equal(f->scored_cpu[i], left.scored_cpu);
        assert_int_equal(f->scored_memory[i], left.scored_memory);
        assert_int_equal(f->gpu_sum[i], ref_gpu_sum(&left));
        for (size_t g = 0; g < r->t->nodes[i].gpus; g++)
            assert_int_equal(hc_fleet_gpus(f, i)[g], left.gpu[g]);
    }
}

/* Of a pod: the largest share of the largest node. */
static double size_of(const struct hc_trace *t, uint32_t pod)
{
    const struct hc_shape *s = &t->shapes[t->pods[pod].shape];
    double cpu = 0, memory = 0, gpus = 0;

    for (size_t i = 0; i < t->n_nodes; i++) {
        cpu = fmax(cpu, (double)t->nodes[i].cpu);
        memory = fmax(memory, (double)t->nodes[i].memory);
        gpus = fmax(gpus, 1000.0 * t->nodes[i].gpus);
    }
    gpus = gpus > 0 ? (double)(s->gpus * s->gpu_milli) / gpus : 0;
    return fmax(gpus, fmax((double)s->cpu / cpu, (double)s->memory / memory));
}

/* Of two arrivals at one moment the larger pod is first. */
static void assert_sorted(
    const struct hc_trace *t, const struct hc_event *a, const struct hc_event *b)
{
    if (a && a->kind == HC_POD_ARRIVES && b->kind == HC_POD_ARRIVES &&
        a->time_us == b->time_us)
        assert_true(size_of(t, a->subject) >= size_of(t, b->subject));
}

static size_t compare(const struct hc_trace *t, const struct ref_rule *rule, size_t bytes)
{
    struct hc_mix mix = mix_of(rule->name);
    const struct hc_run_request request = {
        .trace = t, .mix = &mix, .order = &t->orders[0], .cache_bytes = bytes};
    HC_CLEANUP(hc_run_closep) struct hc_run *run = NULL;
    const struct hc_event *before = NULL;
    struct hc_step step;
    struct ref r;
    size_t placed = 0;

    ref_init(&r, t);
    assert_int_equal(hc_run_open(&request, &run), HC_OK);
    for (; hc_run_step(run, &step); before = step.event) {
        ref_step(&r, step.event, rule);
        if (rule->sorted)
            assert_sorted(t, before, step.event);
        if (step.pod != HC_NOWHERE && hc_run_node_of(run, step.pod) != r.node[step.pod])
            fail_msg("%s, pod %u at event %zu: node %d, not %d", rule->name, step.pod,
                (size_t)(step.event - t->events), (int)hc_run_node_of(run, step.pod),
                (int)r.node[step.pod]);
        assert_conserved(&r, hc_run_fleet(run));
        placed += step.outcome == HC_PLACED;
    }
    return placed;
}

/* Caches with a row for each shape, with two rows, with none. */
static void like_the_plain_one(void **state)
{
    static const size_t bytes[] = {1 << 20, 1, 0};
    size_t placed = 0;

    (void)state;
    for (size_t k = 0; k < HC_COUNT(rules); k++)
        for (uint64_t seed = 0; seed < CLUSTERS; seed++) {
            HC_CLEANUP(hc_trace_clear) struct hc_trace t = {0};

            make_cluster(&t, seed * HC_COUNT(rules) + k);
            placed += compare(&t, &rules[k], bytes[seed % HC_COUNT(bytes)]);
        }
    print_message("%zu pods placed alike\n", placed);
    assert_true(placed > CLUSTERS * HC_COUNT(rules) * 10);
}

/* ---- cache and no cache ---- */

/* All places, one after the other, as a number. */
static uint64_t fold(const struct hc_trace *t, const char *text, size_t bytes)
{
    struct hc_mix mix = mix_of(text);
    const struct hc_run_request request = {
        .trace = t, .mix = &mix, .order = &t->orders[0], .cache_bytes = bytes};
    HC_CLEANUP(hc_run_closep) struct hc_run *run = NULL;
    struct hc_step step;
    uint64_t hash = 0;

    assert_int_equal(hc_run_open(&request, &run), HC_OK);
    while (hc_run_step(run, &step))
        hash = (hash ^ step.node) * UINT64_C(0x100000001b3);
    return hash;
}

/* Every policy of the table, and mixes, choose the same whatever is kept. */
static void a_cache_changes_nothing(void **state)
{
    static const char *const mixes[] = {
        "LeastAllocated:1,FGD:2", "kube-1.35:2,BestFit:3", "MostAllocated:7,DotProd:1"};

    (void)state;
    for (uint64_t seed = 1000; seed < 1100; seed++) {
        HC_CLEANUP(hc_trace_clear) struct hc_trace t = {0};

        make_cluster(&t, seed);
        for (size_t i = 0; hc_policies[i]; i++)
            assert_int_equal(fold(&t, hc_policies[i]->name, 1 << 20),
                fold(&t, hc_policies[i]->name, 0));
        for (size_t i = 0; i < HC_COUNT(mixes); i++)
            assert_int_equal(fold(&t, mixes[i], 1 << 20), fold(&t, mixes[i], 1));
    }
}

/* When all pods have left, all is as at first. */
static void departures_undo_arrivals(void **state)
{
    (void)state;
    for (uint64_t seed = 2000; seed < 2050; seed++) {
        HC_CLEANUP(hc_trace_clear) struct hc_trace t = {0};
        HC_CLEANUP(hc_fleet_clear) struct hc_fleet empty = {0};
        HC_CLEANUP(hc_run_closep) struct hc_run *run = NULL;
        struct hc_mix mix = mix_of("Random");
        struct hc_run_request request = {
            .trace = &t, .mix = &mix, .cache_bytes = 1 << 20};
        struct hc_step step;
        const struct hc_fleet *f;

        make_cluster(&t, seed);
        for (uint32_t i = 0; i < t.n_pods; i++)
            add_event(&t, 5000, HC_POD_LEAVES, i);
        hc_trace_close(&t);
        request.order = &t.orders[0];
        assert_int_equal(hc_fleet_open(&t, &empty), HC_OK);
        assert_int_equal(hc_run_open(&request, &run), HC_OK);
        while (hc_run_step(run, &step))
            ;
        f = hc_run_fleet(run);
        assert_memory_equal(f->cpu_left, empty.cpu_left, f->n * sizeof(*f->cpu_left));
        assert_memory_equal(
            f->memory_left, empty.memory_left, f->n * sizeof(*f->memory_left));
        assert_memory_equal(
            f->scored_cpu, empty.scored_cpu, f->n * sizeof(*f->scored_cpu));
        assert_memory_equal(f->pods_left, empty.pods_left, f->n * sizeof(*f->pods_left));
        if (f->gpu_stride) {
            assert_memory_equal(
                f->gpu_left, empty.gpu_left, f->n * f->gpu_stride * sizeof(*f->gpu_left));
            assert_memory_equal(
                f->tags, empty.tags, f->n * (HC_GPUS_MAX + 1) * sizeof(*f->tags));
        }
        for (size_t g = 0; g < t.n_groups; g++)
            assert_memory_equal(
                f->counts[g], empty.counts[g], f->n * sizeof(**f->counts));
    }
}

/* Use that is known, by hand: two pods on one node, one of them leaves before the hour
 * has ended, and one that nothing is known of. */
static void use_follows_the_pods(void **state)
{
    HC_CLEANUP(hc_trace_clear) struct hc_trace t = {0};
    HC_CLEANUP(hc_run_closep) struct hc_run *run = NULL;
    struct hc_mix mix = mix_of("LoadAware");
    struct hc_run_request request = {.trace = &t, .mix = &mix, .cache_bytes = 1 << 20};
    const struct hc_shape shape = {.cpu = 1000, .memory = GIB, .limit_cpu = 3000};
    const struct hc_load *load;
    struct hc_step step;
    struct hc_event ends = {.time_us = 10, .kind = HC_HOUR_ENDS};

    (void)state;
    add_node(&t, 10000, 100 * GIB, 0, "A");
    add_no_rules(&t);
    for (uint32_t i = 0; i < 3; i++) {
        add_pod(&t, shape);
        add_event(&t, i, HC_POD_ARRIVES, i);
    }
    add_event(&t, 5, HC_POD_LEAVES, 1);
    assert_int_equal(hc_trace_add_event(&t, &ends), HC_OK);
    add_event(&t, 11, HC_POD_LEAVES, 0);
    t.usage.first = hc_calloc(4, sizeof(*t.usage.first));
    assert_int_equal(hc_usage_add(&t.usage, 0, 250, 2e9), HC_OK);
    t.usage.first[1] = t.usage.first[2] = t.usage.first[3] = 1;
    t.usage.n_hours = 1;
    hc_trace_close(&t);
    assert_int_equal(hc_orders_make(&t, 1, 1), HC_OK);
    request.order = &t.orders[0];
    assert_int_equal(hc_run_open(&request, &run), HC_OK);
    load = &hc_run_fleet(run)->load;
    for (int i = 0; i < 3; i++)
        assert_true(hc_run_step(run, &step));
    assert_false(hc_load_known(load));
    assert_true(load->newer[HC_ESTIMATE_TRIMARAN_CPU][0] == 9000);
    assert_true(load->newer[HC_ESTIMATE_KOORDINATOR_CPU][0] == 3 * 850);
    assert_true(hc_run_step(run, &step)); /* one leaves */
    assert_true(load->newer[HC_ESTIMATE_TRIMARAN_CPU][0] == 6000);
    assert_true(hc_run_step(run, &step)); /* the hour ends */
    assert_true(hc_load_known(load));
    assert_true(load->newer[HC_ESTIMATE_TRIMARAN_CPU][0] == 0);
    assert_true(hc_load_last(load, HC_LOAD_CPU, 0) == 250 + 1000);
    assert_true(hc_load_last(load, HC_LOAD_MEMORY, 0) == 2e9 + (double)GIB);
    assert_true(
        hc_run_step(run, &step)); /* it was measured: nothing newer is taken off */
    assert_true(load->newer[HC_ESTIMATE_TRIMARAN_CPU][0] == 0);
    assert_true(hc_load_past(load, HC_LOAD_CPU, 0).most == 1250);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_policy_has_a_rule),
        cmocka_unit_test(like_the_plain_one),
        cmocka_unit_test(a_cache_changes_nothing),
        cmocka_unit_test(departures_undo_arrivals),
        cmocka_unit_test(use_follows_the_pods),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
