#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "bounds/merge.h"

/* What is sorted by: rounded numbers, and the rules as small numbers or bits. */
struct merging {
    const struct hc_bound_input *in;
    size_t words, rules, rule_words;
    int64_t *demand, *capacity; /* rounded; shapes of the input */
    uint64_t *there;            /* [words]: bits of the node types that there are */
    size_t *rule;               /* [pod_types]: which of the distinct rows of `may` */
    uint64_t *columns;          /* [node_types][rule_words]: bit k = rule k allows it */
    size_t *pods, *nodes;       /* the types there are, in order */
    size_t n_pods, n_nodes;
};

static void merging_clear(struct merging *m)
{
    hc_free(m->demand);
    hc_free(m->capacity);
    hc_free(m->there);
    hc_free(m->rule);
    hc_free(m->columns);
    hc_free(m->pods);
    hc_free(m->nodes);
}

int64_t hc_bound_round(int64_t x, int bits, bool up)
{
    int digits = x > 0 ? 64 - __builtin_clzll((uint64_t)x) : 0;
    int64_t unit = digits > bits ? (int64_t)1 << (digits - bits) : 1;

    return (up ? x + (unit - 1) : x) / unit * unit;
}

/* A rounded copy. */
static enum hc_status round_all(
    const int64_t *x, size_t n, int bits, bool up, int64_t **ret)
{
    *ret = hc_alloc(n + 1, sizeof(**ret));
    if (!*ret)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        (*ret)[i] = hc_bound_round(x[i], bits, up);
    return HC_OK;
}

/* The types of which there are any. */
static enum hc_status present(const int64_t *count, size_t n, size_t **ret, size_t *ret_n)
{
    size_t kept = 0;

    *ret = hc_alloc(n + 1, sizeof(**ret));
    if (!*ret)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        if (count[i] > 0)
            (*ret)[kept++] = i;
    *ret_n = kept;
    return HC_OK;
}

/* ---- order -------------------------------------------------------------------- */

/* Descending, resource by resource. */
static int by_numbers(const int64_t *x, size_t a, size_t b, size_t resources)
{
    const int64_t *p = x + a * resources, *q = x + b * resources;

    for (size_t r = 0; r < resources; r++)
        if (p[r] != q[r])
            return p[r] > q[r] ? -1 : 1;
    return 0;
}

static const uint64_t *row_of(const struct merging *m, size_t pod_type)
{
    return m->in->may + (m->in->rule ? m->in->rule[pod_type] : pod_type) * m->words;
}

/* Rows of `may`, of the node types that there are. */
static int by_row(const void *a, const void *b, void *context)
{
    const struct merging *m = context;
    const uint64_t *p = row_of(m, *(const size_t *)a);
    const uint64_t *q = row_of(m, *(const size_t *)b);

    for (size_t w = 0; p != q && w < m->words; w++) {
        uint64_t x = p[w] & m->there[w], y = q[w] & m->there[w];

        if (x != y)
            return x > y ? 1 : -1;
    }
    return 0;
}

static int by_pod(const void *a, const void *b, void *context)
{
    const struct merging *m = context;
    size_t p = *(const size_t *)a, q = *(const size_t *)b;
    int order = by_numbers(m->demand, p, q, m->in->resources);

    return order ? order : (m->rule[p] > m->rule[q]) - (m->rule[p] < m->rule[q]);
}

static int by_node(const void *a, const void *b, void *context)
{
    const struct merging *m = context;
    size_t p = *(const size_t *)a, q = *(const size_t *)b;
    int order = by_numbers(m->capacity, p, q, m->in->resources);

    return order ? order
                 : memcmp(m->columns + p * m->rule_words, m->columns + q * m->rule_words,
                       m->rule_words * sizeof(uint64_t));
}

/* ---- rules -------------------------------------------------------------------- */

/* Numbers the distinct rows of `may` among the pods there are. */
static enum hc_status number_rules(struct merging *m)
{
    m->rule = hc_calloc(m->in->pod_types + 1, sizeof(*m->rule));
    m->there = hc_calloc(m->words + 1, sizeof(*m->there));
    if (!m->rule || !m->there)
        return HC_NO_MEMORY;
    m->rules = m->n_pods > 0;
    if (!m->in->may || !m->n_pods)
        return HC_OK;
    for (size_t j = 0; j < m->n_nodes; j++)
        m->there[m->nodes[j] / 64] |= (uint64_t)1 << (m->nodes[j] % 64);
    qsort_r(m->pods, m->n_pods, sizeof(*m->pods), by_row, m);
    for (size_t k = 1; k < m->n_pods; k++) {
        m->rules += by_row(&m->pods[k - 1], &m->pods[k], m) != 0;
        m->rule[m->pods[k]] = m->rules - 1;
    }
    return HC_OK;
}

static bool allowed(const struct merging *m, size_t pod_type, size_t node_type)
{
    return !m->in->may || (row_of(m, pod_type)[node_type / 64] >> (node_type % 64) & 1);
}

/* A column for each node type, with a bit for each rule and not for each pod type. */
static enum hc_status make_columns(struct merging *m)
{
    m->rule_words = hc_bound_words(m->rules);
    m->columns = hc_calloc(m->in->node_types * m->rule_words + 1, sizeof(*m->columns));
    if (!m->columns)
        return HC_NO_MEMORY;
    for (size_t k = 0, seen = 0; k < m->n_pods; k++) {
        size_t rule = m->rule[m->pods[k]];

        if (rule < seen)
            continue;
        seen = rule + 1;
        for (size_t j = 0; j < m->n_nodes; j++)
            if (allowed(m, m->pods[k], m->nodes[j]))
                m->columns[m->nodes[j] * m->rule_words + rule / 64] |= (uint64_t)1
                                                                       << (rule % 64);
    }
    return HC_OK;
}

/* ---- together ------------------------------------------------------------------- */

static enum hc_status merge_nodes(struct merging *m, struct hc_bound_case *c)
{
    size_t r = m->in->resources;

    c->capacity = hc_alloc(m->n_nodes * r + 1, sizeof(*c->capacity));
    c->nodes = hc_calloc(m->n_nodes + 1, sizeof(*c->nodes));
    c->node_of_type = hc_alloc(m->in->node_types + 1, sizeof(*c->node_of_type));
    if (!c->capacity || !c->nodes || !c->node_of_type)
        return HC_NO_MEMORY;
    for (size_t t = 0; t < m->in->node_types; t++)
        c->node_of_type[t] = SIZE_MAX;
    for (size_t j = 0; j < m->n_nodes; j++) {
        size_t t = m->nodes[j];

        if (!j || by_node(&m->nodes[j - 1], &m->nodes[j], m))
            memcpy(c->capacity + c->node_types++ * r, m->capacity + t * r,
                r * sizeof(*c->capacity));
        c->nodes[c->node_types - 1] += m->in->nodes[t];
        c->node_of_type[t] = c->node_types - 1;
    }
    c->words = hc_bound_words(c->node_types);
    return HC_OK;
}

/* The row of a pod type, over the merged node types. */
static void merge_row(
    const struct merging *m, const struct hc_bound_case *c, size_t from, uint64_t *row)
{
    for (size_t j = 0; j < m->n_nodes; j++) {
        size_t to = c->node_of_type[m->nodes[j]];

        if (allowed(m, from, m->nodes[j]))
            row[to / 64] |= (uint64_t)1 << (to % 64);
    }
}

static enum hc_status merge_pods(struct merging *m, struct hc_bound_case *c)
{
    size_t r = m->in->resources;

    c->demand = hc_alloc(m->n_pods * r + 1, sizeof(*c->demand));
    c->pods = hc_calloc(m->n_pods + 1, sizeof(*c->pods));
    c->may = hc_calloc(m->n_pods * c->words + 1, sizeof(*c->may));
    c->pod_of_type = hc_alloc(m->in->pod_types + 1, sizeof(*c->pod_of_type));
    if (!c->demand || !c->pods || !c->may || !c->pod_of_type)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < m->in->pod_types; i++)
        c->pod_of_type[i] = SIZE_MAX;
    for (size_t k = 0; k < m->n_pods; k++) {
        size_t i = m->pods[k];

        if (!k || by_pod(&m->pods[k - 1], &m->pods[k], m)) {
            memcpy(
                c->demand + c->pod_types * r, m->demand + i * r, r * sizeof(*c->demand));
            merge_row(m, c, i, c->may + c->pod_types * c->words);
            c->pod_types++;
        }
        c->pods[c->pod_types - 1] += m->in->pods[i];
        c->pod_of_type[i] = c->pod_types - 1;
    }
    return HC_OK;
}

enum hc_status hc_bound_merge(
    struct hc_bound_case *ret, const struct hc_bound_input *in, int bits)
{
    HC_CLEANUP(merging_clear)
    struct merging m = {.in = in, .words = hc_bound_words(in->node_types)};

    ret->resources = in->resources;
    HC_TRY(round_all(in->demand, in->pod_types * in->resources, bits, false, &m.demand));
    HC_TRY(
        round_all(in->capacity, in->node_types * in->resources, bits, true, &m.capacity));
    HC_TRY(present(in->pods, in->pod_types, &m.pods, &m.n_pods));
    HC_TRY(present(in->nodes, in->node_types, &m.nodes, &m.n_nodes));
    HC_TRY(number_rules(&m));
    HC_TRY(make_columns(&m));
    qsort_r(m.nodes, m.n_nodes, sizeof(*m.nodes), by_node, &m);
    HC_TRY(merge_nodes(&m, ret));
    qsort_r(m.pods, m.n_pods, sizeof(*m.pods), by_pod, &m);
    return merge_pods(&m, ret);
}
