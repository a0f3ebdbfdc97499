#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "synth/course.h"
#include "synth/random.h"
#include "synth/seats.h"

/* A pod without a request weighs as one that asks for so much, in cores and bytes. */
#define WEIGHT_CPU 0.2
#define WEIGHT_MEMORY 268435456.0
/* How far a pod strays from its part: deviation, and never 2.5 times that. */
#define STRAYS 0.08
#define PAGE 4096.0

void hc_synth_use_begin(struct hc_synth_use *use, uint32_t day)
{
    use->day = day;
    use->node = use->seat = 0;
    use->moment = 0;
    use->life_until = 0;
    use->node_filled = false;
}

void hc_synth_use_clear(struct hc_synth_use *use)
{
    hc_free(use->weights);
    *use = (struct hc_synth_use){0};
}

/* ---- a node and day ---- */

/* Its totals by moment are behind the seats' weights: [2 × moments a seat], [2 ×
 * moments].
 */
static enum hc_status make_room(struct hc_synth_use *use, size_t seats)
{
    if (seats + 1 > use->cap) {
        hc_free(use->weights);
        use->cap = 0;
        use->weights = hc_alloc(seats + 1, 2 * HC_DAY_MOMENTS * sizeof(double));
        if (!use->weights)
            return HC_NO_MEMORY;
        use->cap = seats + 1;
    }
    memset(use->weights, 0, (seats + 1) * 2 * HC_DAY_MOMENTS * sizeof(double));
    use->cpu = use->weights + seats * 2 * HC_DAY_MOMENTS;
    use->memory = use->cpu + HC_DAY_MOMENTS;
    return HC_OK;
}

/* The weights of a seat's pods, and their sum; 0 where nobody sits. */
static void weigh_seat(const struct hc_synth_plan *plan, struct hc_synth_use *use,
    uint32_t index, double *cpu, double *memory)
{
    const struct hc_synth_seat *seat = &plan->seats[index];
    const struct hc_synth_workload *workload = &hc_synth_workloads[seat->workload];
    double asks = workload->milli ? hc_seat_cpu(seat) : WEIGHT_CPU;
    double holds = workload->milli ? hc_seat_memory(plan, seat) : WEIGHT_MEMORY;
    int64_t day = (int64_t)use->day * HC_DAY_MOMENTS;
    struct hc_life life = {0};

    for (int64_t m = 0; m < HC_DAY_MOMENTS; m++) {
        struct hc_random r;

        if (day + m >= life.until)
            life = hc_seat_life(plan, seat, day + m);
        if (!life.present)
            continue;
        r = hc_random_at(
            plan->options.seed, HC_RANDOM_POD_USE, index, (uint32_t)(day + m));
        cpu[m] =
            asks / workload->over_cpu * (1.0 + STRAYS * hc_random_triangle(r.word[0]));
        memory[m] = holds / workload->over_memory;
        use->cpu[m] += cpu[m];
        use->memory[m] += memory[m];
    }
}

/* What a weight of 1 uses at each moment; 0: the node has no sample. */
static void share_out(const struct hc_synth_plan *plan, struct hc_synth_use *use)
{
    const struct hc_synth_node *node = &plan->nodes[use->node];
    struct hc_course course;
    int64_t half = HC_SYNTH_POD_STEP_S / 2;

    hc_course_init(&course, plan, use->node, use->day);
    for (int64_t m = 0; m < HC_DAY_MOMENTS; m++) {
        int64_t t = (use->day * HC_DAY_MOMENTS + m) * HC_SYNTH_POD_STEP_S;
        struct hc_course_at at = hc_course_at(&course, t > half ? t - half : t);
        double cpu = hc_synth_cut(at.cpu, HC_CPU_LOW, HC_CPU_HIGH) * node->cores;
        double memory = hc_synth_cut(at.memory, 0.02, 0.97) * node->memory_total;

        if (!hc_synth_present(plan, use->node, t / plan->options.step_s) ||
            use->cpu[m] == 0) {
            use->cpu[m] = use->memory[m] = 0;
            continue;
        }
        use->cpu[m] = HC_PODS_CPU_SHARE * cpu / use->cpu[m];
        use->memory[m] = HC_PODS_MEMORY_SHARE * memory / use->memory[m];
    }
}

static enum hc_status fill_node(
    const struct hc_synth_plan *plan, struct hc_synth_use *use)
{
    uint32_t first = hc_first_seat(plan, use->node);
    uint32_t end = hc_first_seat(plan, use->node + 1);

    HC_TRY(make_room(use, end - first));
    for (uint32_t i = first; i < end; i++) {
        double *cpu = use->weights + (size_t)(i - first) * 2 * HC_DAY_MOMENTS;

        weigh_seat(plan, use, i, cpu, cpu + HC_DAY_MOMENTS);
    }
    share_out(plan, use);
    use->seat = use->first_seat = first;
    use->moment = 0;
    use->life_until = 0;
    use->node_filled = true;
    return HC_OK;
}

/* ---- rows ---- */

static void put_row(const struct hc_synth_plan *plan, struct hc_synth_use *use,
    const double *weights, struct hc_synth_use_row *row)
{
    const struct hc_synth_seat *seat = &plan->seats[use->seat];
    const struct hc_synth_workload *workload = &hc_synth_workloads[seat->workload];
    int64_t moment = use->day * HC_DAY_MOMENTS + use->moment;
    double cpu = weights[0] * use->cpu[use->moment];
    double memory = weights[HC_DAY_MOMENTS] * use->memory[use->moment];
    double limit = hc_seat_cpu(seat) * workload->limit;

    if (moment >= use->life_until) {
        struct hc_life life = hc_seat_life(plan, seat, moment);

        hc_life_names(plan, seat, &life, use->pod, use->uid);
        use->life_until = life.until;
    }
    *row = (struct hc_synth_use_row){
        .time_us = (plan->options.start_s + moment * HC_SYNTH_POD_STEP_S) * 1000000,
        .namespace = workload->namespace,
        .pod = use->pod,
        .uid = use->uid,
        .node = plan->nodes[seat->node].name,
        .cpu_cores = hc_synth_rounded(cpu, 1e4),
        .memory_bytes = hc_synth_rounded(memory / PAGE, 1) * PAGE,
        .throttled_share =
            limit > 0
                ? hc_synth_rounded(hc_synth_cut(0.4 * (cpu / limit - 0.2), 0, 1), 1e4)
                : NAN,
        .kills = hc_seat_is_killed(seat, moment),
    };
}

enum hc_status hc_synth_next_use(const struct hc_synth_plan *plan,
    struct hc_synth_use *use, struct hc_synth_use_row *row, bool *ret_any)
{
    *ret_any = false;
    for (; use->node < plan->n_nodes; use->node++, use->node_filled = false) {
        if (!use->node_filled)
            HC_TRY(fill_node(plan, use));
        for (; use->seat < plan->n_seats && plan->seats[use->seat].node == use->node;
             use->seat++, use->moment = 0, use->life_until = 0)
            while (use->moment < HC_DAY_MOMENTS) {
                const double *weights =
                    use->weights +
                    (size_t)(use->seat - use->first_seat) * 2 * HC_DAY_MOMENTS +
                    use->moment;

                if (weights[0] > 0 && use->cpu[use->moment] > 0) {
                    put_row(plan, use, weights, row);
                    use->moment++;
                    *ret_any = true;
                    return HC_OK;
                }
                use->moment++;
            }
    }
    return HC_OK;
}
