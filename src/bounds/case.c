#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "bounds/bound.h"
#include "bounds/merge.h"

void hc_bound_case_clear(struct hc_bound_case *c)
{
    if (!c)
        return;
    hc_free(c->demand);
    hc_free(c->pods);
    hc_free(c->capacity);
    hc_free(c->nodes);
    hc_free(c->may);
    hc_free(c->pod_of_type);
    hc_free(c->node_of_type);
    *c = (struct hc_bound_case){0};
}

int64_t hc_bound_largest(const struct hc_bound_case *c, size_t resource)
{
    int64_t largest = 0;

    for (size_t t = 0; t < c->node_types; t++)
        if (c->capacity[t * c->resources + resource] > largest)
            largest = c->capacity[t * c->resources + resource];
    return largest;
}

/* ---- what comes in ------------------------------------------------------------- */

/* n numbers of `what`, each 0..most. */
static enum hc_status in_range(
    const int64_t *x, size_t n, int64_t most, const char *what, struct hc_error *err)
{
    for (size_t i = 0; i < n; i++)
        if (x[i] < 0 || x[i] > most)
            return hc_fail(err, HC_INPUT, "bounds: %s %zu is %lld, not 0 to %lld", what,
                i, (long long)x[i], (long long)most);
    return HC_OK;
}

static enum hc_status check(const struct hc_bound_input *in, struct hc_error *err)
{
    size_t r = in->resources;

    if (r < 1 || r > HC_BOUND_RESOURCES)
        return hc_fail(err, HC_INPUT, "bounds: %zu resources, not 1 to %d", r,
            (int)HC_BOUND_RESOURCES);
    HC_TRY(in_range(in->demand, in->pod_types * r, HC_BOUND_LARGEST, "demand", err));
    HC_TRY(in_range(in->pods, in->pod_types, INT32_MAX, "number of pods", err));
    HC_TRY(in_range(in->capacity, in->node_types * r, HC_BOUND_LARGEST, "capacity", err));
    return in_range(in->nodes, in->node_types, INT32_MAX, "number of nodes", err);
}

/* ---- pods that fit nowhere ------------------------------------------------------- */

static bool fits_somewhere(const struct hc_bound_case *c, size_t i)
{
    for (size_t t = 0; t < c->node_types; t++)
        if (hc_bound_fits(c, i, t))
            return true;
    return false;
}

/* Pod type `from` moves to the free place `to`. */
static void move_pod_type(struct hc_bound_case *c, size_t to, size_t from)
{
    memmove(c->demand + to * c->resources, c->demand + from * c->resources,
        c->resources * sizeof(*c->demand));
    memmove(c->may + to * c->words, c->may + from * c->words, c->words * sizeof(*c->may));
    c->pods[to] = c->pods[from];
}

/* `types`: of the input. */
static enum hc_status leave_out(struct hc_bound_case *c, size_t types)
{
    HC_CLEANUP(hc_freep) size_t *to = hc_alloc(c->pod_types + 1, sizeof(*to));
    size_t kept = 0;

    if (!to)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < c->pod_types; i++) {
        bool fits = fits_somewhere(c, i);

        *(fits ? &c->all_pods : &c->left_out) += c->pods[i];
        to[i] = fits ? kept : SIZE_MAX;
        if (fits)
            move_pod_type(c, kept++, i);
    }
    c->pod_types = kept;
    for (size_t k = 0; k < types; k++)
        if (c->pod_of_type[k] != SIZE_MAX)
            c->pod_of_type[k] = to[c->pod_of_type[k]];
    return HC_OK;
}

enum hc_status hc_bound_case_init(
    struct hc_bound_case *ret, const struct hc_bound_input *input, struct hc_error *err)
{
    HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {0};

    HC_TRY(check(input, err));
    HC_TRY(hc_bound_merge(&c, input, HC_BOUND_EXACT));
    for (size_t t = 0; t < c.node_types; t++)
        c.all_nodes += c.nodes[t];
    HC_TRY(leave_out(&c, input->pod_types));
    *ret = c;
    c = (struct hc_bound_case){0};
    return HC_OK;
}
