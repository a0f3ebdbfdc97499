#include "synth/pods.h"

#include <math.h>
#include <stdio.h>

#include "synth/seats.h"

enum { SUCCEEDED_FOR = 12, ZONES = 3, PODS_A_NODE = 110, PAST_DAYS = 20 };

static const char *const zones[ZONES] = {"zone-a", "zone-b", "zone-c"};

static int64_t us_of(const struct hc_synth_plan *plan, int64_t moment)
{
    return (plan->options.start_s + moment * HC_SYNTH_POD_STEP_S) * 1000000;
}

/* Of what is there from the first moment on, some day before. */
static int64_t created_us(const struct hc_synth_plan *plan, int64_t moment, uint32_t i)
{
    int64_t before = moment ? 0 : (int64_t)(i % PAST_DAYS + 1) * HC_DAY_MOMENTS;

    return us_of(plan, moment - before);
}

/* ---- nodes ---- */

static void describe_node(
    const struct hc_synth_plan *plan, uint32_t i, struct hc_synth_node_row *row)
{
    const struct hc_synth_node *node = &plan->nodes[i];
    const char *pool = hc_synth_pools[node->pool].name;

    row->node = node->name;
    row->zone = zones[i % ZONES];
    snprintf(
        row->instance_type, sizeof(row->instance_type), "%s-%.0f", pool, node->cores);
    snprintf(row->internal_ip, sizeof(row->internal_ip), "10.%u.%u.%u", i >> 16 & 255,
        i >> 8 & 255, i & 255);
    snprintf(row->labels, sizeof(row->labels),
        "{\"kubernetes_io_hostname\": \"%s\", \"pool\": \"%s\", "
        "\"topology_kubernetes_io_zone\": \"%s\"}",
        node->name, pool, row->zone);
    row->capacity_cpu = node->cores;
    row->capacity_memory = node->memory_total;
    row->allocatable_cpu = node->cores - HC_NODE_RESERVED_CPU;
    row->allocatable_memory = node->memory_total - HC_NODE_RESERVED_MEMORY;
    row->allocatable_pods = PODS_A_NODE;
}

/* Where the stretch of the node that has the moment ends: maintenance is one of its own.
 */
static int64_t stretch_end(const struct hc_synth_plan *plan, uint32_t node,
    int64_t moment, int64_t end, bool *ret_drained)
{
    int64_t drained = plan->maintenance_day * HC_DAY_MOMENTS;

    *ret_drained = false;
    if (node != plan->role[HC_ROLE_MAINTENANCE] || moment >= drained + HC_DAY_MOMENTS)
        return end;
    *ret_drained = moment >= drained;
    return *ret_drained ? drained + HC_DAY_MOMENTS : drained;
}

bool hc_synth_next_node(const struct hc_synth_plan *plan, struct hc_synth_walk *walk,
    struct hc_synth_node_row *row)
{
    for (; walk->at < plan->n_nodes; walk->at++, walk->moment = 0) {
        int64_t first, end, from, until;

        hc_node_moments(plan, walk->at, &first, &end);
        from = walk->moment > first ? walk->moment : first;
        if (from >= end)
            continue;
        until = stretch_end(plan, walk->at, from, end, &row->unschedulable);
        describe_node(plan, walk->at, row);
        row->created_us = created_us(plan, first, walk->at);
        row->from_us = us_of(plan, from);
        row->until_us = us_of(plan, until);
        walk->moment = until;
        return true;
    }
    return false;
}

/* ---- pods ---- */

static double limit_of(double request, const struct hc_synth_workload *workload)
{
    return workload->limit ? request * workload->limit : NAN;
}

static void describe_pod(const struct hc_synth_plan *plan,
    const struct hc_synth_seat *seat, const struct hc_life *life,
    struct hc_synth_pod_row *row)
{
    const struct hc_synth_workload *workload = &hc_synth_workloads[seat->workload];
    double cpu = hc_seat_cpu(seat), memory = hc_seat_memory(plan, seat);

    row->namespace = workload->namespace;
    row->owner_kind = hc_synth_kind_names[workload->kind];
    row->owner_name = workload->name;
    row->node = plan->nodes[seat->node].name;
    row->qos_class = workload->milli ? "Burstable" : "BestEffort";
    row->cpu_request = workload->milli ? cpu : NAN;
    row->memory_request = workload->milli ? memory : NAN;
    row->cpu_limit = limit_of(cpu, workload);
    row->memory_limit = limit_of(memory, workload);
    row->created_us = created_us(plan, life->from, seat->replica);
    hc_life_names(plan, seat, life, row->pod, row->uid);
}

/* The job that has just ended is still to be seen for an hour. */
static void put_succeeded(const struct hc_synth_plan *plan, const struct hc_life *life,
    struct hc_synth_pod_row *row)
{
    row->phase = "Succeeded";
    row->finished_us = row->from_us = us_of(plan, life->until);
    row->until_us = us_of(plan, life->until + SUCCEEDED_FOR);
}

bool hc_synth_next_pod(const struct hc_synth_plan *plan, struct hc_synth_walk *walk,
    struct hc_synth_pod_row *row)
{
    int64_t moments = hc_synth_moments(plan);

    for (; walk->at < plan->n_seats; walk->at++, walk->moment = 0) {
        const struct hc_synth_seat *seat = &plan->seats[walk->at];

        while (walk->moment < moments) {
            struct hc_life life = hc_seat_life(plan, seat, walk->moment);

            if (!life.present) {
                walk->moment = life.until;
                continue;
            }
            describe_pod(plan, seat, &life, row);
            row->phase = "Running";
            row->finished_us = INT64_MIN;
            row->from_us = us_of(plan, life.from);
            row->until_us = us_of(plan, life.until);
            if (walk->ended)
                put_succeeded(plan, &life, row);
            walk->ended = !walk->ended && life.completes;
            walk->moment = walk->ended ? life.from : life.until;
            return true;
        }
    }
    return false;
}
