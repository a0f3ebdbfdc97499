#include <math.h>

#include "base/json.h"
#include "synth/seats.h"

/* Moments times amount, of all nodes or pods. */
struct sums {
    double allocatable[2], requested[2], used[2]; /* cpu, memory */
};

static void open_list(struct hc_json *js, const char *key)
{
    hc_json_key(js, key);
    hc_json_open(js, '[');
}

static bool is_daemon(const struct hc_synth_seat *seat)
{
    return hc_synth_workloads[seat->workload].kind == HC_KIND_DAEMON_SET;
}

/* ---- workloads ---- */

struct of_workload {
    int64_t pods;
    double cpu, memory;
};

static void put_who(struct hc_json *js, uint16_t w, const struct of_workload *of)
{
    hc_json_kstr(js, "namespace", hc_synth_workloads[w].namespace);
    hc_json_kstr(js, "kind", hc_synth_kind_names[hc_synth_workloads[w].kind]);
    hc_json_kstr(js, "name", hc_synth_workloads[w].name);
    hc_json_kint(js, "pods", of->pods);
}

static void put_workloads(struct hc_json *js, const struct of_workload *of)
{
    open_list(js, "workloads");
    for (uint16_t w = 0; w < hc_synth_n_workloads; w++) {
        bool asks = hc_synth_workloads[w].milli > 0;

        if (!of[w].pods)
            continue;
        hc_json_open(js, '{');
        put_who(js, w, &of[w]);
        hc_json_knum(js, "cpu_request_cores", asks ? of[w].cpu : NAN);
        hc_json_knum(js, "memory_request_bytes", asks ? of[w].memory : NAN);
        hc_json_kbool(js, "has_limits", hc_synth_workloads[w].limit > 0);
        hc_json_close(js, '}');
    }
    hc_json_close(js, ']');
    open_list(js, "without_requests");
    for (uint16_t w = 0; w < hc_synth_n_workloads; w++) {
        if (!of[w].pods || hc_synth_workloads[w].milli)
            continue;
        hc_json_open(js, '{');
        put_who(js, w, &of[w]);
        hc_json_close(js, '}');
    }
    hc_json_close(js, ']');
}

/* ---- means over the range ---- */

/* How many moments somebody sits there. */
static int64_t moments_held(
    const struct hc_synth_plan *plan, const struct hc_synth_seat *seat)
{
    int64_t held = 0, end = hc_synth_moments(plan);

    for (int64_t at = 0; at < end;) {
        struct hc_life life = hc_seat_life(plan, seat, at);

        held += life.present ? life.until - life.from : 0;
        at = life.until;
    }
    return held;
}

/* Where the node has a sample. */
static int64_t kills_of(
    const struct hc_synth_plan *plan, const struct hc_synth_seat *seat)
{
    int64_t kills = 0, at = hc_synth_workloads[seat->workload].killed_at;

    for (int64_t m = at; at && m < hc_synth_moments(plan); m += HC_DAY_MOMENTS)
        kills += hc_seat_life(plan, seat, m).present &&
                 hc_synth_present(
                     plan, seat->node, m * HC_SYNTH_POD_STEP_S / plan->options.step_s);
    return kills;
}

/* The moments of a day in which the node is there. */
static double moments_of_day(const struct hc_synth_plan *plan, uint32_t node, int64_t day)
{
    int64_t first, end, from = day * HC_DAY_MOMENTS, until = from + HC_DAY_MOMENTS;

    hc_node_moments(plan, node, &first, &end);
    from = from > first ? from : first;
    until = until < end ? until : end;
    return from < until ? (double)(until - from) : 0;
}

/* About: a day's mean by its factor, without bursts and the hour of joining. */
static void add_used(const struct hc_synth_plan *plan, uint32_t i, struct sums *sums)
{
    const struct hc_synth_node *node = &plan->nodes[i];

    for (int64_t day = 0; day < plan->options.days; day++) {
        double moments = moments_of_day(plan, i, day);
        double cpu = node->level * plan->week[hc_synth_weekday(plan, day)] +
                     node->slope * ((double)day + 0.5);
        double memory = node->memory_level + 0.25 * (cpu - node->level);

        if (i == plan->role[HC_ROLE_MAINTENANCE] && day == plan->maintenance_day)
            cpu = 0.006, memory = 0.06;
        sums->used[0] += HC_PODS_CPU_SHARE * cpu * node->cores * moments;
        sums->used[1] += HC_PODS_MEMORY_SHARE * memory * node->memory_total * moments;
        sums->allocatable[0] += (node->cores - HC_NODE_RESERVED_CPU) * moments;
        sums->allocatable[1] += (node->memory_total - HC_NODE_RESERVED_MEMORY) * moments;
    }
}

static void put_resource(
    struct hc_json *js, const struct hc_synth_plan *plan, const struct sums *sums, int r)
{
    static const char *const names[] = {"cpu", "memory"};
    double moments = (double)hc_synth_moments(plan);

    hc_json_key(js, names[r]);
    hc_json_open(js, '{');
    hc_json_knum(js, "allocatable", sums->allocatable[r] / moments);
    hc_json_knum(js, "requested", sums->requested[r] / moments);
    hc_json_knum(js, "requested_share", sums->requested[r] / sums->allocatable[r]);
    hc_json_knum(js, "used", sums->used[r] / moments);
    hc_json_knum(js, "used_share", sums->used[r] / sums->allocatable[r]);
    hc_json_knum(js, "over_asked", sums->requested[r] / sums->used[r]);
    hc_json_close(js, '}');
}

/* ---- packing ---- */

/* With fewer nodes, the largest of all, not even their sum would do. */
static int64_t nodes_at_least(const struct hc_synth_plan *plan, double cores)
{
    static const double sizes[] = {64, 32, 16, 8};
    int64_t n = 0;

    for (size_t s = 0; s < HC_COUNT(sizes); s++)
        for (uint32_t i = 0; i < plan->n_nodes && cores > 0; i++)
            if (plan->nodes[i].cores == sizes[s]) {
                cores -= sizes[s] - 1;
                n++;
            }
    return n;
}

/* Of all seats but those of daemon sets. */
static void put_packing(struct hc_json *js, const struct hc_synth_plan *plan)
{
    double cpu = 0, memory = 0, room = 0;
    int64_t keepers = 0;

    for (uint32_t i = 0; i < plan->n_seats; i++) {
        cpu += is_daemon(&plan->seats[i]) ? 0 : hc_seat_cpu(&plan->seats[i]);
        memory += is_daemon(&plan->seats[i]) ? 0 : hc_seat_memory(plan, &plan->seats[i]);
    }
    for (uint32_t i = 0; i < plan->n_nodes; i++) {
        keepers += plan->nodes[i].keeps;
        room += plan->nodes[i].keeps ? plan->nodes[i].cores - 1 : 0;
    }
    hc_json_key(js, "packing");
    hc_json_open(js, '{');
    hc_json_kint(js, "nodes_suffice", keepers);
    hc_json_kint(js, "nodes_at_least", nodes_at_least(plan, cpu));
    hc_json_knum(js, "cpu_requested", cpu);
    hc_json_knum(js, "memory_requested", memory);
    hc_json_knum(js, "filled", cpu / room);
    open_list(js, "nodes");
    for (uint32_t i = 0; i < plan->n_nodes; i++)
        if (plan->nodes[i].keeps)
            hc_json_str(js, plan->nodes[i].name);
    hc_json_close(js, ']');
    hc_json_close(js, '}');
}

/* ---- all of it ---- */

void hc_synth_truth_pods(const struct hc_synth_plan *plan, struct hc_json *js)
{
    struct of_workload of[HC_WORKLOADS_ROOM] = {{0}};
    struct sums sums = {0};
    int64_t kills = 0;

    hc_json_key(js, "pods");
    if (!plan->n_seats) {
        hc_json_null(js);
        return;
    }
    for (uint32_t i = 0; i < plan->n_seats; i++) {
        const struct hc_synth_seat *seat = &plan->seats[i];
        double held = (double)moments_held(plan, seat);

        kills += kills_of(plan, seat);
        of[seat->workload].pods++;
        of[seat->workload].cpu += hc_seat_cpu(seat);
        of[seat->workload].memory += hc_seat_memory(plan, seat);
        sums.requested[0] += hc_seat_cpu(seat) * held;
        sums.requested[1] += hc_seat_memory(plan, seat) * held;
    }
    for (uint32_t i = 0; i < plan->n_nodes; i++)
        add_used(plan, i, &sums);
    hc_json_open(js, '{');
    hc_json_kint(js, "step_s", HC_SYNTH_POD_STEP_S);
    hc_json_knum(js, "cpu_share", HC_PODS_CPU_SHARE);
    hc_json_knum(js, "memory_share", HC_PODS_MEMORY_SHARE);
    hc_json_kint(js, "seats", plan->n_seats);
    hc_json_kint(js, "oom_kills", kills);
    put_resource(js, plan, &sums, 0);
    put_resource(js, plan, &sums, 1);
    put_packing(js, plan);
    put_workloads(js, of);
    hc_json_close(js, '}');
}
