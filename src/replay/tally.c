#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "replay/tally.h"

/* ---- opening ---- */

static double ratio(double a, double b)
{
    return b > 0 ? a / b : 0;
}

/* In what proportions the pods ask: those that are placed only once count once. */
static void find_ratios(struct hc_tally *t)
{
    double cpu = 0, memory = 0, gpu_cpu = 0, gpu = 0;

    for (size_t i = 0; i < t->trace->n_pods; i++) {
        const struct hc_shape *s = &t->trace->shapes[t->trace->pods[i].shape];

        cpu += (double)s->cpu;
        memory += (double)s->memory;
        gpu += (double)hc_shape_gpu_milli(s);
        gpu_cpu += s->gpus ? (double)s->cpu : 0;
    }
    t->memory_a_cpu = ratio(memory, cpu);
    t->cpu_a_memory = ratio(cpu, memory);
    t->cpu_a_gpu = ratio(gpu_cpu, gpu);
}

enum hc_status hc_tally_open(const struct hc_trace *trace, struct hc_tally *ret)
{
    HC_CLEANUP(hc_tally_clear) struct hc_tally t = {.trace = trace};

    t.pods = hc_calloc(trace->n_nodes + 1, sizeof(*t.pods));
    t.of_node = hc_calloc((trace->n_nodes + 1) * HC_SUMS, sizeof(*t.of_node));
    if (trace->usage.n_hours)
        t.used_by_share = hc_calloc(HC_TALLY_SHARES, sizeof(*t.used_by_share));
    if (!t.pods || !t.of_node || (trace->usage.n_hours && !t.used_by_share))
        return HC_NO_MEMORY;
    HC_TRY(hc_offered_open(trace, &t.offered));
    find_ratios(&t);
    *ret = t;
    t = (struct hc_tally){0};
    return HC_OK;
}

void hc_tally_clear(struct hc_tally *tally)
{
    hc_free(tally->pods);
    hc_free(tally->of_node);
    hc_free(tally->used_by_share);
    hc_offered_clear(&tally->offered);
    *tally = (struct hc_tally){0};
}

/* ---- a node ---- */

static double beyond(double free, double usable)
{
    return free > usable && free > 0 ? free - (usable > 0 ? usable : 0) : 0;
}

static void look_at(
    const struct hc_tally *t, const struct hc_fleet *f, size_t node, double *to)
{
    double cpu = (double)f->cpu_left[node], memory = (double)f->memory_left[node];
    double gpus = (double)t->trace->nodes[node].gpus * HC_GPU_WHOLE;
    double gpu = (double)f->gpu_sum[node];

    memset(to, 0, HC_SUMS * sizeof(*to));
    if (!f->present[node])
        return;
    to[HC_SUM_PRESENT] = 1;
    to[HC_SUM_CPU_ALL] = (double)f->cpu[node];
    to[HC_SUM_MEMORY_ALL] = (double)f->memory[node];
    to[HC_SUM_GPU_ALL] = gpus;
    to[HC_SUM_GPU_TAKEN] = gpus - gpu;
    to[HC_SUM_CPU_STRANDED] = beyond(cpu, memory * t->cpu_a_memory);
    to[HC_SUM_MEMORY_STRANDED] = beyond(memory, cpu * t->memory_a_cpu);
    to[HC_SUM_GPU_STRANDED] = t->cpu_a_gpu > 0 ? beyond(gpu, cpu / t->cpu_a_gpu) : 0;
    to[HC_SUM_OVER] = cpu < 0 || memory < 0;
    if (!t->pods[node])
        return;
    to[HC_SUM_USED] = 1;
    to[HC_SUM_CPU_OF] = (double)f->cpu[node];
    to[HC_SUM_CPU_ASKED] = (double)f->cpu[node] - cpu;
    to[HC_SUM_MEMORY_OF] = (double)f->memory[node];
    to[HC_SUM_MEMORY_ASKED] = (double)f->memory[node] - memory;
}

static void refresh(struct hc_tally *t, const struct hc_fleet *f, size_t node)
{
    double *old = t->of_node + node * HC_SUMS, new[HC_SUMS];

    look_at(t, f, node, new);
    for (size_t i = 0; i < HC_SUMS; i++) {
        t->now[i] += new[i] - old[i];
        old[i] = new[i];
    }
}

/* ---- steps ---- */

static void begin(struct hc_tally *t, const struct hc_fleet *f)
{
    t->started = true;
    t->last_us = t->trace->start_us;
    for (size_t i = 0; i < f->n; i++)
        refresh(t, f, i);
}

/* To `time_us`, as far as that is within what is measured. */
static void pass(struct hc_tally *t, int64_t time_us)
{
    int64_t until = time_us < t->trace->end_us ? time_us : t->trace->end_us;
    double hours = (double)(until - t->last_us) / (double)HC_HOUR_US;

    if (hours <= 0)
        return;
    if (t->timeline) {
        const double now[HC_TIMELINE_SPANS] = {t->now[HC_SUM_PRESENT],
            t->now[HC_SUM_USED], t->now[HC_SUM_CPU_OF], t->now[HC_SUM_CPU_ASKED]};

        hc_timeline_span(t->timeline, t->last_us, until, now);
    }
    t->last_us = until;
    for (size_t i = 0; i < HC_SUMS; i++)
        t->hours[i] += t->now[i] * hours;
}

static void count(struct hc_tally *t, const struct hc_step *step)
{
    double *m = t->measures;

    if (step->outcome == HC_PLACED)
        t->pods[step->node]++;
    if (step->outcome == HC_GONE && step->pod != HC_NOWHERE &&
        !t->trace->pods[step->pod].pinned)
        t->pods[step->node]--;
    if (step->event->kind != HC_POD_ARRIVES || step->outcome == HC_KEPT)
        return;
    m[HC_REPLAY_ARRIVED]++;
    m[step->outcome == HC_PLACED ? HC_REPLAY_PLACED : HC_REPLAY_REFUSED]++;
}

#define HOT 0.8 /* of a node's CPU */

/* Use of a node in an hour in which it is in use. */
static void count_share(struct hc_tally *t, double load, double cpu)
{
    double share = cpu > 0 ? rint(1000 * load / cpu) : 0;

    t->used_by_share[share < HC_TALLY_SHARES ? (size_t)share : HC_TALLY_SHARES - 1]++;
}

/* Of the hour that has ended. */
static void count_hour(struct hc_tally *t, const struct hc_fleet *f, int64_t end_us)
{
    double load_of = 0, loads = 0, hot = 0;

    for (size_t i = 0; i < f->n; i++) {
        double load = hc_load_last(&f->load, HC_LOAD_CPU, i), cpu = (double)f->cpu[i];

        if (!f->present[i])
            continue;
        if (t->pods[i]) {
            load_of += cpu;
            loads += load;
            count_share(t, load, cpu);
        }
        if (load <= HOT * cpu)
            continue;
        hot++;
        t->measures[HC_REPLAY_OVERLOAD] += (load - HOT * cpu) / 1000;
    }
    t->measures[HC_REPLAY_HOT_NODE_HOURS] += hot;
    if (t->timeline)
        hc_timeline_hour(t->timeline, end_us, load_of, loads, hot);
}

/* The smallest share that 95 % of the hours are at most; NaN without an hour. */
static double find_p95(const struct hc_tally *t)
{
    uint64_t n = 0, sum = 0, rank;

    for (size_t i = 0; t->used_by_share && i < HC_TALLY_SHARES; i++)
        n += t->used_by_share[i];
    rank = n - n / 20;
    for (size_t i = 0; n && i < HC_TALLY_SHARES; i++) {
        sum += t->used_by_share[i];
        if (sum >= rank)
            return (double)i / 1000;
    }
    return NAN;
}

void hc_tally_add(
    struct hc_tally *tally, const struct hc_step *step, const struct hc_fleet *fleet)
{
    if (!tally->started)
        begin(tally, fleet);
    pass(tally, step->event->time_us);
    count(tally, step);
    if (step->event->kind == HC_HOUR_ENDS)
        count_hour(tally, fleet, step->event->time_us);
    if (step->node != HC_NOWHERE)
        refresh(tally, fleet, step->node);
    hc_offered_add(&tally->offered, tally->trace, step, tally->now[HC_SUM_CPU_ALL]);
    if (tally->now[HC_SUM_USED] > tally->measures[HC_REPLAY_NODES_MOST])
        tally->measures[HC_REPLAY_NODES_MOST] = tally->now[HC_SUM_USED];
}

void hc_tally_finish(struct hc_tally *tally, bool load_known)
{
    static const struct {
        enum hc_measure_id measure;
        enum hc_tally_sum part, of;
    } shares[] = {
        {HC_REPLAY_CPU_SHARE, HC_SUM_CPU_ASKED, HC_SUM_CPU_OF},
        {HC_REPLAY_MEMORY_SHARE, HC_SUM_MEMORY_ASKED, HC_SUM_MEMORY_OF},
        {HC_REPLAY_GPU_SHARE, HC_SUM_GPU_TAKEN, HC_SUM_GPU_ALL},
        {HC_REPLAY_STRANDED_CPU, HC_SUM_CPU_STRANDED, HC_SUM_CPU_ALL},
        {HC_REPLAY_STRANDED_MEMORY, HC_SUM_MEMORY_STRANDED, HC_SUM_MEMORY_ALL},
        {HC_REPLAY_STRANDED_GPU, HC_SUM_GPU_STRANDED, HC_SUM_GPU_ALL},
    };
    bool timed = tally->trace->timed && tally->trace->end_us > tally->trace->start_us;
    const double *sums = timed ? tally->hours : tally->now;
    double *m = tally->measures;

    pass(tally, tally->trace->end_us);
    for (size_t i = 0; i < HC_COUNT(shares); i++)
        m[shares[i].measure] =
            sums[shares[i].of] > 0 ? sums[shares[i].part] / sums[shares[i].of] : NAN;
    m[HC_REPLAY_NODE_HOURS] = timed ? sums[HC_SUM_USED] : NAN;
    m[HC_REPLAY_EMPTY_NODE_HOURS] =
        timed ? sums[HC_SUM_PRESENT] - sums[HC_SUM_USED] : NAN;
    m[HC_REPLAY_OVERCOMMITTED] = timed ? sums[HC_SUM_OVER] : NAN;
    m[HC_REPLAY_CPU_USED_P95] = find_p95(tally);
    if (!load_known)
        m[HC_REPLAY_HOT_NODE_HOURS] = m[HC_REPLAY_OVERLOAD] = NAN;
}
