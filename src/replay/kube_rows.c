#include <math.h>

#include "base/mem.h"
#include "base/simd.h"
#include "replay/kube.h"
#include "replay/kube_rows.h"

#define EXACT_BELOW (INT64_C(1) << 45)

enum { ARRAYS = 6 };

static void refresh(struct hc_kube_rows *rows, const struct hc_fleet *f, size_t node)
{
    rows->cpu_left[node] = (double)(f->cpu[node] - f->scored_cpu[node]);
    rows->memory_left[node] = (double)(f->memory[node] - f->scored_memory[node]);
    rows->cpu_used[node] = (double)(f->cpu[node] - f->cpu_left[node]);
    rows->memory_used[node] = (double)(f->memory[node] - f->memory_left[node]);
}

static bool is_exact(int64_t size)
{
    return size > 0 && size < EXACT_BELOW;
}

enum hc_status hc_kube_rows_open(const struct hc_scene *scene, void **ret)
{
    size_t n = scene->trace->n_nodes;
    HC_CLEANUP(hc_freep) struct hc_kube_rows *rows = hc_calloc(1, sizeof(*rows));
    double *block = hc_calloc(ARRAYS * n + 1, sizeof(*block));

    if (!rows || !block) {
        hc_free(block);
        return HC_NO_MEMORY;
    }
    *rows = (struct hc_kube_rows){true, block, block + n, block + 2 * n, block + 3 * n,
        block + 4 * n, block + 5 * n};
    for (size_t i = 0; i < n; i++) {
        const struct hc_replay_node *node = &scene->trace->nodes[i];

        refresh(rows, scene->fleet, i);
        rows->cpu[i] = (double)node->cpu;
        rows->memory[i] = (double)node->memory;
        rows->exact &= is_exact(node->cpu) && is_exact(node->memory);
    }
    *ret = hc_take(&rows);
    return HC_OK;
}

void hc_kube_rows_close(void *own)
{
    struct hc_kube_rows *rows = own;

    hc_free(rows->cpu);
    hc_free(rows);
}

void hc_kube_rows_changed(const struct hc_scene *scene, size_t node)
{
    refresh(scene->own, scene->fleet, node);
}

/* What the pod asks for, as doubles. */
struct asked {
    double cpu, memory, cpu_scored, memory_scored;
    double balances; /* 1, or 0 of a pod that asks for nothing */
};

static struct asked asked_by(const struct hc_shape *shape)
{
    return (struct asked){(double)shape->cpu, (double)shape->memory,
        (double)shape->scored_cpu, (double)shape->scored_memory,
        hc_kube_asks_nothing(shape) ? 0 : 1};
}

/* No branches from here on: a compiler would not make vectors of them. */
static inline double whole(double x)
{
    return (double)(int32_t)x;
}

static inline double least(double left, double capacity)
{
    return whole((left > 0 ? left : 0) * 100 / capacity);
}

static inline double share(double used, double capacity)
{
    double s = used / capacity;

    return s < 1 ? s : 1;
}

/* Of node i with so much more in use. */
static inline double balanced(
    const struct hc_kube_rows *r, double cpu, double memory, size_t i)
{
    double apart = (share(r->cpu_used[i] + cpu, r->cpu[i]) -
                       share(r->memory_used[i] + memory, r->memory[i])) /
                   2;

    return whole((1 - fabs(apart)) * 100);
}

static inline double one_least(const struct hc_kube_rows *r, struct asked a, size_t i)
{
    return whole((least(r->cpu_left[i] - a.cpu_scored, r->cpu[i]) +
                     least(r->memory_left[i] - a.memory_scored, r->memory[i])) /
                 2);
}

static inline double one_balance(const struct hc_kube_rows *r, struct asked a, size_t i)
{
    return one_least(r, a, i) + a.balances * balanced(r, a.cpu, a.memory, i);
}

static inline double one_gain(const struct hc_kube_rows *r, struct asked a, size_t i)
{
    double gain = balanced(r, a.cpu, a.memory, i) - balanced(r, 0, 0, i);

    return one_least(r, a, i) + a.balances * (50 + whole((50 + gain) / 2));
}

/* A loop over all nodes and one over some, for each of these. */
#define SCORE_MANY(what)                                                                 \
    HC_SIMD static void all_##what(                                                      \
        const struct hc_kube_rows *r, struct asked a, size_t n, int16_t *out)            \
    {                                                                                    \
        HC_APART                                                                         \
        for (size_t i = 0; i < n; i++)                                                   \
            out[i] = (int16_t)one_##what(r, a, i);                                       \
    }                                                                                    \
                                                                                         \
    bool hc_kube_rows_##what(const struct hc_scene *scene, const struct hc_shape *shape, \
        const uint32_t *nodes, size_t n, int16_t *out)                                   \
    {                                                                                    \
        const struct hc_kube_rows *rows = scene->own;                                    \
        const struct asked asked = asked_by(shape);                                      \
                                                                                         \
        if (rows->exact && !nodes)                                                       \
            all_##what(rows, asked, n, out);                                             \
        for (size_t i = 0; rows->exact && nodes && i < n; i++)                           \
            out[i] = (int16_t)one_##what(rows, asked, nodes[i]);                         \
        return rows->exact;                                                              \
    }

SCORE_MANY(least)
SCORE_MANY(balance)
SCORE_MANY(gain)
