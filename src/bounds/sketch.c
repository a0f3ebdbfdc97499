#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "bounds/merge.h"
#include "bounds/sketch.h"

/* ---- fewer types ------------------------------------------------------------------ */

/* Merged at `bits`; whether that left few enough pairs. */
static enum hc_status merge_at(const struct hc_bound_case *c, const uint64_t *may,
    int bits, size_t pairs, struct hc_bound_case *ret, bool *ret_small)
{
    struct hc_bound_input input = {c->resources, c->pod_types, c->demand, c->pods,
        c->node_types, c->capacity, c->nodes, may, NULL};

    hc_bound_case_clear(ret);
    HC_TRY(hc_bound_merge(ret, &input, bits));
    ret->pending = c->pending;
    *ret_small = ret->pod_types * ret->node_types <= pairs;
    return HC_OK;
}

/* Exactly, or else with the most bits that do, of FINEST at most: what is alike at some
 * bits is alike at fewer, so halving finds them. */
static enum hc_status coarsen(const struct hc_bound_case *c, const uint64_t *may,
    size_t pairs, struct hc_bound_case *ret, int *ret_bits, bool *ret_small)
{
    enum { FINEST = 16 };
    int enough = 0, too_many = FINEST + 1;

    *ret_bits = HC_BOUND_EXACT;
    HC_TRY(merge_at(c, may, HC_BOUND_EXACT, pairs, ret, ret_small));
    if (*ret_small)
        return HC_OK;
    while (too_many - enough > 1) {
        int bits = (enough + too_many) / 2;
        bool small;

        HC_TRY(merge_at(c, may, bits, pairs, ret, &small));
        *(small ? &enough : &too_many) = bits;
    }
    *ret_bits = enough ? enough : 1;
    return merge_at(c, may, *ret_bits, pairs, ret, ret_small);
}

enum hc_status hc_bound_coarsen(const struct hc_bound_case *c, size_t pairs,
    struct hc_bound_case *ret, int *ret_bits, bool *ret_rules, bool *ret_small)
{
    *ret_rules = true;
    HC_TRY(coarsen(c, c->may, pairs, ret, ret_bits, ret_small));
    if (*ret_small)
        return HC_OK;
    *ret_rules = false;
    return coarsen(c, NULL, pairs, ret, ret_bits, ret_small);
}

/* ---- the sketch -------------------------------------------------------------------- */

void hc_bound_sketch_clear(struct hc_bound_sketch *sketch)
{
    if (!sketch)
        return;
    hc_free(sketch->demand);
    hc_free(sketch->capacity);
    hc_free(sketch->unit);
}

static double share(int64_t x, int64_t scale)
{
    return scale ? (double)x / (double)scale : 0;
}

/* Means of n types of `x`, weighted by count, into the groups that they are in. */
static enum hc_status means(const int64_t *x, const int64_t *count, const size_t *group,
    size_t n, size_t groups, size_t resources, const int64_t *scale, double **ret)
{
    HC_CLEANUP(hc_freep) double *weight = hc_calloc(groups + 1, sizeof(*weight));
    double *mean = *ret = hc_calloc(groups * resources + 1, sizeof(*mean));

    if (!weight || !mean)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        weight[group[i]] += (double)count[i];
    for (size_t i = 0; i < n; i++)
        for (size_t r = 0; r < resources; r++)
            mean[group[i] * resources + r] += share(x[i * resources + r], scale[r]) *
                                              ((double)count[i] / weight[group[i]]);
    return HC_OK;
}

/* Each row of the program by its largest demand: HiGHS 1.15's presolve calls a program
 * with an entry of 10^-7 impossible that is not. Not by less, since it refuses entries of
 * 10^15; what then is too small is as good as nothing. */
static const double smallest_unit = 1e-6;

static enum hc_status units(struct hc_bound_sketch *sketch)
{
    const struct hc_bound_case *c = sketch->merged;
    size_t n = c->resources;

    sketch->unit = hc_calloc(c->node_types * n + 1, sizeof(*sketch->unit));
    if (!sketch->unit)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < c->pod_types; i++)
        for (size_t t = 0; t < c->node_types; t++)
            for (size_t r = 0; r < n && hc_bound_fits(c, i, t); r++)
                sketch->unit[t * n + r] = fmax(sketch->unit[t * n + r],
                    (double)c->pods[i] * sketch->demand[i * n + r]);
    for (size_t k = 0; k < c->node_types * n; k++)
        sketch->unit[k] = fmax(sketch->unit[k], smallest_unit);
    return HC_OK;
}

enum hc_status hc_bound_sketch_init(struct hc_bound_sketch *ret,
    const struct hc_bound_case *proof, const struct hc_bound_case *merged,
    const int64_t *scale)
{
    ret->merged = merged;
    HC_TRY(means(proof->demand, proof->pods, merged->pod_of_type, proof->pod_types,
        merged->pod_types, proof->resources, scale, &ret->demand));
    HC_TRY(means(proof->capacity, proof->nodes, merged->node_of_type, proof->node_types,
        merged->node_types, proof->resources, scale, &ret->capacity));
    return units(ret);
}

/* ---- the program ------------------------------------------------------------------ */

void hc_linear_clear(struct hc_linear *l)
{
    if (!l)
        return;
    hc_free(l->cost);
    hc_free(l->least);
    hc_free(l->most);
    hc_free(l->lower);
    hc_free(l->upper);
    hc_free(l->start);
    hc_free(l->row);
    hc_free(l->value);
}

static size_t count_pairs(const struct hc_bound_case *c)
{
    size_t pairs = 0;

    for (size_t i = 0; i < c->pod_types; i++)
        for (size_t t = 0; t < c->node_types; t++)
            pairs += hc_bound_fits(c, i, t);
    return pairs;
}

static enum hc_status make_room(struct hc_linear *l, const struct hc_bound_case *c)
{
    size_t pairs = count_pairs(c), resources = c->resources;
    size_t columns = c->node_types + pairs;
    size_t rows = c->pod_types + c->node_types * resources;
    size_t entries = c->node_types * resources + pairs * (resources + 1);

    l->cost = hc_calloc(columns, sizeof(*l->cost));
    l->least = hc_calloc(columns, sizeof(*l->least));
    l->most = hc_calloc(columns, sizeof(*l->most));
    l->lower = hc_calloc(rows, sizeof(*l->lower));
    l->upper = hc_calloc(rows, sizeof(*l->upper));
    l->start = hc_calloc(columns + 1, sizeof(*l->start));
    l->row = hc_calloc(entries, sizeof(*l->row));
    l->value = hc_calloc(entries, sizeof(*l->value));
    return l->cost && l->least && l->most && l->lower && l->upper && l->start && l->row &&
                   l->value
               ? HC_OK
               : HC_NO_MEMORY;
}

/* Entries of zero are none. */
static void entry(struct hc_linear *l, size_t row, double value)
{
    if (value == 0)
        return;
    l->row[l->entries] = (int)row;
    l->value[l->entries++] = value;
}

static void end_column(struct hc_linear *l, double cost, double most)
{
    l->cost[l->columns] = cost;
    l->most[l->columns++] = most;
    l->start[l->columns] = (int)l->entries;
}

/* Entries of a column in the rows of node type t. */
static void entries(struct hc_linear *l, const struct hc_bound_sketch *sketch, size_t t,
    const double *x, double by)
{
    size_t n = sketch->merged->resources;

    for (size_t r = 0; r < n; r++)
        entry(l, sketch->merged->pod_types + t * n + r,
            x[r] * by / sketch->unit[t * n + r]);
}

static void fill_columns(struct hc_linear *l, const struct hc_bound_sketch *sketch)
{
    const struct hc_bound_case *c = sketch->merged;
    size_t n = c->resources;

    for (size_t t = 0; t < c->node_types; t++) {
        entries(l, sketch, t, sketch->capacity + t * n, -1);
        end_column(l, 1, (double)c->nodes[t]);
    }
    for (size_t i = 0; i < c->pod_types; i++)
        for (size_t t = 0; t < c->node_types; t++) {
            if (!hc_bound_fits(c, i, t))
                continue;
            entry(l, i, 1);
            entries(l, sketch, t, sketch->demand + i * n, (double)c->pods[i]);
            end_column(l, 0, HUGE_VAL);
        }
}

enum hc_status hc_bound_sketch_program(
    const struct hc_bound_sketch *sketch, struct hc_linear *ret)
{
    HC_CLEANUP(hc_linear_clear) struct hc_linear l = {0};
    const struct hc_bound_case *c = sketch->merged;

    HC_TRY(make_room(&l, c));
    l.rows = c->pod_types + c->node_types * c->resources;
    for (size_t i = 0; i < l.rows; i++) {
        l.lower[i] = i < c->pod_types ? 1 : -HUGE_VAL;
        l.upper[i] = i < c->pod_types ? HUGE_VAL : 0;
    }
    fill_columns(&l, sketch);
    *ret = l;
    l = (struct hc_linear){0};
    return HC_OK;
}
