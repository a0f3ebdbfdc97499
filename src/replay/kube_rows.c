#include "base/mem.h"
#include "base/simd.h"
#include "replay/kube.h"
#include "replay/kube_rows.h"

#define EXACT_BELOW (INT64_C(1) << 45)
enum { ARRAYS = 6 };

static void refresh(struct hc_kube_rows *rows, const struct hc_fleet *f, size_t node)
{
    rows->cpu_used[node] = (double)(f->cpu[node] - f->cpu_left[node]);
    rows->memory_used[node] = (double)(f->memory[node] - f->memory_left[node]);
    rows->cpu_scored[node] = (double)f->scored_cpu[node];
    rows->memory_scored[node] = (double)f->scored_memory[node];
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
        rows->exact &= node->cpu > 0 && node->cpu < EXACT_BELOW && node->memory > 0 &&
                       node->memory < EXACT_BELOW;
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

static inline double whole(double x)
{
    return (double)(int32_t)x;
}

static inline double least(double used, double capacity)
{
    return used > capacity ? 0 : whole((capacity - used) * 100 / capacity);
}

static inline double share(double used, double capacity)
{
    double s = used / capacity;

    return s > 1 ? 1 : s;
}

static inline double score_one(const struct hc_kube_rows *r, struct asked a, size_t i)
{
    double mean = whole((least(r->cpu_scored[i] + a.cpu_scored, r->cpu[i]) +
                            least(r->memory_scored[i] + a.memory_scored, r->memory[i])) /
                        2);
    double apart = (share(r->cpu_used[i] + a.cpu, r->cpu[i]) -
                       share(r->memory_used[i] + a.memory, r->memory[i])) /
                   2;

    return mean + a.balances * whole((1 - (apart < 0 ? -apart : apart)) * 100);
}

HC_SIMD static void score_all(
    const struct hc_kube_rows *r, struct asked a, size_t n, int16_t *out)
{
    HC_APART
    for (size_t i = 0; i < n; i++)
        out[i] = (int16_t)score_one(r, a, i);
}

static struct asked asked_by(const struct hc_shape *shape)
{
    return (struct asked){(double)shape->cpu, (double)shape->memory,
        (double)shape->scored_cpu, (double)shape->scored_memory,
        hc_kube_asks_nothing(shape) ? 0 : 1};
}

bool hc_kube_rows_score(
    const struct hc_scene *scene, const struct hc_shape *shape, int16_t *out)
{
    const struct hc_kube_rows *rows = scene->own;

    if (rows->exact)
        score_all(rows, asked_by(shape), scene->trace->n_nodes, out);
    return rows->exact;
}

int hc_kube_rows_one(
    const struct hc_scene *scene, const struct hc_shape *shape, size_t node)
{
    return (int)score_one(scene->own, asked_by(shape), node);
}
