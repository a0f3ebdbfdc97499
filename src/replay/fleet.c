#include <string.h>

#include "base/mem.h"
#include "replay/fleet.h"

/* ---- opening ---- */

/* Rounded up, so that each array begins where any type may. */
static size_t padded(size_t bytes)
{
    return (bytes + 63) & ~(size_t)63;
}

/* The arrays out of one block; with base NULL, only how many bytes they take. */
static size_t lay_out(struct hc_fleet *f, char *base, size_t n_extended, size_t n_groups)
{
    struct {
        void *field;
        size_t bytes;
    } arrays[] = {
        {&f->present, f->n * sizeof(*f->present)},
        {&f->cpu, f->n * sizeof(int64_t)},
        {&f->memory, f->n * sizeof(int64_t)},
        {&f->ephemeral, f->n * sizeof(int64_t)},
        {&f->cpu_left, f->n * sizeof(int64_t)},
        {&f->memory_left, f->n * sizeof(int64_t)},
        {&f->ephemeral_left, f->n * sizeof(int64_t)},
        {&f->scored_cpu, f->n * sizeof(int64_t)},
        {&f->scored_memory, f->n * sizeof(int64_t)},
        {&f->limit_cpu, f->n * sizeof(int64_t)},
        {&f->limit_memory, f->n * sizeof(int64_t)},
        {&f->pods_left, f->n * sizeof(int64_t)},
        {&f->extended_left, f->n * n_extended * sizeof(int64_t)},
        {&f->gpu_left, f->n * f->gpu_stride * sizeof(*f->gpu_left)},
        {&f->gpu_sum, f->n * sizeof(*f->gpu_sum)},
        {&f->gpu_most, f->n * sizeof(*f->gpu_most)},
        {&f->gpu_idle, f->n * sizeof(*f->gpu_idle)},
        {&f->tags, f->gpu_stride ? f->n * (HC_GPUS_MAX + 1) * sizeof(*f->tags) : 0},
        {&f->counts, n_groups * sizeof(*f->counts)},
    };
    size_t at = 0;

    for (size_t i = 0; i < HC_COUNT(arrays); i++) {
        char *here = base ? base + at : NULL;

        if (base)
            memcpy(arrays[i].field, &here, sizeof(here)); /* a pointer of any type */
        at += padded(arrays[i].bytes);
    }
    return at;
}

static void fill(struct hc_fleet *f)
{
    const struct hc_trace *trace = f->trace;

    for (size_t i = 0; i < f->n; i++) {
        const struct hc_replay_node *node = &trace->nodes[i];

        f->present[i] = true;
        f->cpu[i] = f->cpu_left[i] = node->cpu;
        f->memory[i] = f->memory_left[i] = node->memory;
        f->ephemeral[i] = f->ephemeral_left[i] = node->ephemeral;
        f->pods_left[i] = node->pods;
        for (size_t e = 0; e < trace->extended.n; e++)
            f->extended_left[e * f->n + i] = node->extended[e];
        for (size_t g = 0; g < node->gpus; g++)
            f->gpu_left[i * f->gpu_stride + g] = HC_GPU_WHOLE;
        f->gpu_sum[i] = (int32_t)node->gpus * HC_GPU_WHOLE;
        f->gpu_most[i] = node->gpus ? HC_GPU_WHOLE : 0;
        f->gpu_idle[i] = (uint16_t)node->gpus;
    }
}

static enum hc_status open_counts(struct hc_fleet *f)
{
    for (size_t g = 0; g < f->trace->n_groups; g++) {
        f->counts[g] = hc_calloc(f->n, sizeof(**f->counts));
        if (!f->counts[g])
            return HC_NO_MEMORY;
    }
    return HC_OK;
}

enum hc_status hc_fleet_open(const struct hc_trace *trace, struct hc_fleet *ret)
{
    HC_CLEANUP(hc_fleet_clear) struct hc_fleet f = {.trace = trace, .n = trace->n_nodes};

    for (size_t i = 0; i < f.n; i++)
        if (trace->nodes[i].gpus > f.gpu_stride)
            f.gpu_stride = trace->nodes[i].gpus;
    f.memory_block =
        hc_calloc(1, 64 + lay_out(&f, NULL, trace->extended.n, trace->n_groups));
    if (!f.memory_block)
        return HC_NO_MEMORY;
    lay_out(&f, f.memory_block, trace->extended.n, trace->n_groups);
    fill(&f);
    HC_TRY(open_counts(&f));
    HC_TRY(hc_load_open(trace, &f.load));
    *ret = f;
    f = (struct hc_fleet){0};
    return HC_OK;
}

void hc_fleet_clear(struct hc_fleet *fleet)
{
    if (fleet->memory_block)
        for (size_t g = 0; g < fleet->trace->n_groups; g++)
            hc_free(fleet->counts[g]);
    hc_load_clear(&fleet->load);
    hc_free(fleet->memory_block);
    *fleet = (struct hc_fleet){0};
}

/* ---- taking and giving ---- */

static void look_at_gpus(struct hc_fleet *f, size_t node)
{
    const uint16_t *left = hc_fleet_gpus(f, node);

    f->gpu_most[node] = f->gpu_idle[node] = 0;
    for (size_t g = 0; g < f->gpu_stride; g++) {
        f->gpu_most[node] = left[g] > f->gpu_most[node] ? left[g] : f->gpu_most[node];
        f->gpu_idle[node] += left[g] == HC_GPU_WHOLE;
    }
}

static void move_gpus(struct hc_fleet *f, const struct hc_shape *shape, size_t node,
    uint32_t devices, int sign)
{
    uint16_t *left = f->gpu_left + node * f->gpu_stride;
    size_t tag = hc_shape_shares(shape) ? 0 : shape->gpus;

    for (; devices; devices &= devices - 1) {
        uint16_t *gpu = &left[__builtin_ctz(devices)];

        *gpu = (uint16_t)(*gpu - sign * (int)shape->gpu_milli);
        f->gpu_sum[node] -= sign * (int32_t)shape->gpu_milli;
    }
    f->tags[node * (HC_GPUS_MAX + 1) + tag] += (uint16_t)sign;
    look_at_gpus(f, node);
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static void move(struct hc_fleet *f, const struct hc_shape *shape, size_t node,
    uint32_t devices, int sign)
{
    f->cpu_left[node] -= sign * shape->cpu;
    f->memory_left[node] -= sign * shape->memory;
    f->ephemeral_left[node] -= sign * shape->ephemeral;
    f->scored_cpu[node] += sign * shape->scored_cpu;
    f->scored_memory[node] += sign * shape->scored_memory;
    f->limit_cpu[node] += sign * larger(shape->limit_cpu, shape->cpu);
    f->limit_memory[node] += sign * larger(shape->limit_memory, shape->memory);
    f->pods_left[node] -= sign;
    if (shape->any_extended)
        for (size_t e = 0; e < f->trace->extended.n; e++)
            f->extended_left[e * f->n + node] -= sign * shape->extended[e];
    if (shape->gpus && f->gpu_stride)
        move_gpus(f, shape, node, devices, sign);
    for (size_t i = 0; i < shape->n_groups; i++)
        f->counts[shape->groups[i]][node] += (uint32_t)sign;
}

void hc_fleet_take(
    struct hc_fleet *fleet, const struct hc_shape *shape, size_t node, uint32_t devices)
{
    move(fleet, shape, node, devices, 1);
}

void hc_fleet_give(
    struct hc_fleet *fleet, const struct hc_shape *shape, size_t node, uint32_t devices)
{
    move(fleet, shape, node, devices, -1);
}

/* ---- devices ---- */

static uint32_t least_left(const struct hc_fleet *f, uint32_t milli, size_t node)
{
    const uint16_t *left = hc_fleet_gpus(f, node);
    size_t best = HC_GPUS_MAX;

    for (size_t g = 0; g < f->gpu_stride; g++)
        if (left[g] >= milli && (best == HC_GPUS_MAX || left[g] < left[best]))
            best = g;
    return best == HC_GPUS_MAX ? 0 : UINT32_C(1) << best;
}

static uint32_t first_ones(
    const struct hc_fleet *f, uint32_t n, uint32_t milli, size_t node)
{
    const uint16_t *left = hc_fleet_gpus(f, node);
    uint32_t devices = 0;

    for (size_t g = 0; g < f->gpu_stride && n; g++)
        if (left[g] >= milli) {
            devices |= UINT32_C(1) << g;
            n--;
        }
    return devices;
}

uint32_t hc_fleet_devices(
    const struct hc_fleet *fleet, const struct hc_shape *shape, size_t node)
{
    if (!shape->gpus || !fleet->gpu_stride)
        return 0;
    if (hc_shape_shares(shape))
        return least_left(fleet, shape->gpu_milli, node);
    return first_ones(fleet, shape->gpus, shape->gpu_milli, node);
}
