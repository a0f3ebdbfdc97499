#include <string.h>

#include "base/mem.h"
#include "cli/replay_bounding.h"

/* ---- resources ---- */

/* CPU, memory, pods, ephemeral storage, GPUs, and as many kinds of extended resources as
 * there is room for: one less is still a bound. */
enum { FIXED = 5 };

static size_t n_resources(const struct hc_trace *t)
{
    size_t n = FIXED + t->extended.n;

    return n < HC_BOUND_RESOURCES ? n : HC_BOUND_RESOURCES;
}

static void put_demand(const struct hc_trace *t, const struct hc_shape *s, int64_t *to)
{
    const int64_t fixed[FIXED] = {
        s->cpu, s->memory, 1, s->ephemeral, hc_shape_gpu_milli(s)};

    memcpy(to, fixed, sizeof(fixed));
    memcpy(to + FIXED, s->extended, (n_resources(t) - FIXED) * sizeof(*to));
}

static void put_capacity(
    const struct hc_trace *t, const struct hc_replay_node *n, int64_t *to)
{
    const int64_t fixed[FIXED] = {
        n->cpu, n->memory, n->pods, n->ephemeral, (int64_t)n->gpus * HC_GPU_WHOLE};

    memcpy(to, fixed, sizeof(fixed));
    memcpy(to + FIXED, n->extended, (n_resources(t) - FIXED) * sizeof(*to));
}

/* ---- the input ---- */

void hc_bounding_clear(struct hc_bounding *in)
{
    hc_free(in->demand);
    hc_free(in->capacity);
    hc_free(in->may);
    hc_free(in->rule);
}

static void put_row(const struct hc_trace *t, const struct hc_rules *rules, uint64_t *row)
{
    for (size_t n = 0; n < t->n_nodes; n++)
        if (!rules->bars || !rules->bars[n])
            row[n / 64] |= UINT64_C(1) << n % 64;
}

static void fill(const struct hc_trace *t, size_t r, struct hc_bounding *in)
{
    for (size_t i = 0; i < t->n_shapes; i++) {
        put_demand(t, &t->shapes[i], in->demand + i * r);
        in->rule[i] = t->shapes[i].rules;
    }
    for (size_t i = 0; i < t->n_rules; i++)
        put_row(t, &t->rules[i], in->may + i * hc_bound_words(t->n_nodes));
    for (size_t n = 0; n < t->n_nodes; n++)
        put_capacity(t, &t->nodes[n], in->capacity + n * r);
}

enum hc_status hc_bounding_make(const struct hc_trace *t, struct hc_bounding *in)
{
    size_t r = n_resources(t), words = hc_bound_words(t->n_nodes);

    in->demand = hc_calloc(t->n_shapes * r + 1, sizeof(*in->demand));
    in->capacity = hc_calloc(t->n_nodes * r + 1, sizeof(*in->capacity));
    in->may = hc_calloc(t->n_rules * words + 1, sizeof(*in->may));
    in->rule = hc_calloc(t->n_shapes + 1, sizeof(*in->rule));
    if (!in->demand || !in->capacity || !in->may || !in->rule)
        return HC_NO_MEMORY;
    fill(t, r, in);
    in->bound = (struct hc_bound_input){.resources = r,
        .pod_types = t->n_shapes,
        .demand = in->demand,
        .node_types = t->n_nodes,
        .capacity = in->capacity,
        .may = in->may,
        .rule = in->rule};
    return HC_OK;
}

void hc_bounding_counts_clear(struct hc_bounding_counts *counts)
{
    hc_free(counts->pods);
    hc_free(counts->nodes);
}

enum hc_status hc_bounding_counts_make(
    const struct hc_trace *t, struct hc_bounding_counts *ret)
{
    ret->pods = hc_calloc(t->n_shapes + 1, sizeof(*ret->pods));
    ret->nodes = hc_calloc(t->n_nodes + 1, sizeof(*ret->nodes));
    if (!ret->pods || !ret->nodes)
        return HC_NO_MEMORY;
    for (size_t n = 0; n < t->n_nodes; n++)
        ret->nodes[n] = 1;
    return HC_OK;
}

enum hc_status hc_bounding_case(const struct hc_bounding *in,
    const struct hc_bounding_counts *counts, struct hc_bound_case *ret,
    struct hc_error *err)
{
    struct hc_bound_input bound = in->bound;

    bound.pods = counts->pods;
    bound.nodes = counts->nodes;
    return hc_bound_case_init(ret, &bound, err);
}
