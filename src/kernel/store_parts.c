#include "base/mem.h"
#include "kernel/store_parts.h"

enum { KEYS = 4096 }; /* of a sketch; sign and exponent of a double */

static const uint64_t max_rows = 1ull << 53; /* co-moments count in doubles */

static enum hc_status moments(struct hc_tape *t, struct hc_moments *m)
{
    HC_TRY(hc_tape_tally(t, &m->n));
    HC_TRY(hc_tape_f64(t, &m->mean));
    HC_TRY(hc_tape_f64(t, &m->m2));
    HC_TRY(hc_tape_f64(t, &m->min));
    HC_TRY(hc_tape_f64(t, &m->max));
    return hc_tape_f64(t, &m->mean_low);
}

/* ---- sketches ---- */

static enum hc_status page(struct hc_tape *t, uint64_t *counts, uint64_t *ret_sum)
{
    uint64_t mask = 0;

    for (int i = 0; t->out && i < HC_SKETCH_SUB; i++)
        mask |= (uint64_t)(counts[i] != 0) << i;
    HC_TRY(hc_tape_u64(t, &mask));
    for (int i = 0; i < HC_SKETCH_SUB; i++) {
        if (!(mask >> i & 1))
            continue;
        HC_TRY(hc_tape_tally(t, &counts[i]));
        HC_TRY(hc_tape_require(t, counts[i] > 0, "a sketch has an empty bucket"));
        *ret_sum += counts[i]; /* at most 2^53, 2^14 times */
    }
    return hc_tape_require(t, mask != 0, "a sketch has an empty page");
}

static enum hc_status write_sketch(struct hc_tape *t, const struct hc_sketch *s)
{
    uint32_t pages = s->pages;
    uint64_t sum = 0;

    HC_TRY(hc_tape_u32(t, &pages));
    for (uint32_t i = 0; i < s->span; i++) {
        uint32_t key = s->base + i;

        if (!s->page_of[i])
            continue;
        HC_TRY(hc_tape_u32(t, &key));
        HC_TRY(page(t, s->counts + (size_t)(s->page_of[i] - 1) * HC_SKETCH_SUB, &sum));
    }
    return HC_OK;
}

/* `n` is how many values it is a sketch of. */
static enum hc_status read_sketch(struct hc_tape *t, struct hc_sketch *s, uint64_t n)
{
    uint32_t pages = 0, key = 0, next = 0;
    uint64_t *counts, sum = 0;

    HC_TRY(hc_tape_u32(t, &pages));
    HC_TRY(
        hc_tape_require(t, pages <= HC_SKETCH_MAX_PAGES, "a sketch has too many pages"));
    for (uint32_t i = 0; i < pages; i++) {
        HC_TRY(hc_tape_u32(t, &key));
        HC_TRY(hc_tape_require(t,
            key >= next && key < KEYS && key % (KEYS / 2) != KEYS / 2 - 1,
            "a sketch's keys are not in order"));
        HC_TRY(hc_sketch_page(s, key, &counts));
        HC_TRY(page(t, counts, &sum));
        next = key + 1;
    }
    return hc_tape_require(
        t, sum == n, "a sketch does not hold as many values as its column");
}

static enum hc_status sketch(struct hc_tape *t, struct hc_sketch *s, uint64_t n)
{
    return t->out ? write_sketch(t, s) : read_sketch(t, s, n);
}

/* ---- columns and pairs ---- */

static enum hc_status column(struct hc_tape *t, struct hc_column_state *c)
{
    HC_TRY(hc_tape_tally(t, &c->missing));
    HC_TRY(hc_tape_tally(t, &c->nan));
    HC_TRY(hc_tape_tally(t, &c->infinite));
    HC_TRY(hc_tape_tally(t, &c->below));
    HC_TRY(hc_tape_tally(t, &c->above));
    HC_TRY(moments(t, &c->moments));
    HC_TRY(hc_tape_require(t, c->missing + c->infinite + c->moments.n == t->rows,
        "a column's rows do not add up"));
    return sketch(t, &c->sketch, c->moments.n);
}

/* Whether arrays follow that not every state has; `bytes` of them. */
static enum hc_status follows(struct hc_tape *t, bool *there, size_t bytes)
{
    HC_TRY(hc_tape_flag(t, there));
    return hc_tape_require(t, !*there || bytes <= t->left, "it ends too early");
}

static enum hc_status comoments(struct hc_tape *t, struct hc_comoments *co)
{
    bool partial = co->n != NULL;

    HC_TRY(hc_tape_weight(t, &co->full_n));
    HC_TRY(hc_tape_doubles(t, co->full_mean, co->p));
    HC_TRY(hc_tape_doubles(t, co->full_low, co->p));
    HC_TRY(hc_tape_triangle(t, co->full_c, co->p));
    HC_TRY(follows(t, &partial, HC_PARTIAL_ARRAYS * hc_triangle_bytes(co->p)));
    if (!partial)
        return HC_OK;
    HC_TRY(hc_comoments_partial(co));
    return hc_tape_triangles(t, co->n, HC_PARTIAL_ARRAYS, co->p);
}

static enum hc_status within(struct hc_tape *t, struct hc_within *w)
{
    bool partial = w->part != NULL;

    HC_TRY(hc_tape_weight(t, &w->full_n));
    HC_TRY(hc_tape_triangle(t, w->full_c, w->g));
    HC_TRY(follows(t, &partial, HC_WITHIN_ARRAYS * hc_triangle_bytes(w->g)));
    if (!partial)
        return HC_OK;
    HC_TRY(hc_within_partial(w));
    return hc_tape_triangles(t, w->part, HC_WITHIN_ARRAYS, w->g);
}

static enum hc_status within_node(
    struct hc_tape *t, struct hc_within_node *node, size_t g)
{
    bool full = node->mean != NULL, partial = node->part != NULL;

    HC_TRY(hc_tape_weight(t, &node->n));
    HC_TRY(follows(t, &full, 2 * 8 * g));
    HC_TRY(hc_tape_require(
        t, full == (node->n > 0), "a node's means do not go with its rows"));
    if (full) {
        HC_TRY(hc_within_node_full(node, g));
        HC_TRY(hc_tape_doubles(t, node->mean, 2 * g));
    }
    HC_TRY(follows(t, &partial, HC_WITHIN_NODE_ARRAYS * hc_triangle_bytes(g)));
    if (!partial)
        return HC_OK;
    HC_TRY(hc_within_node_partial(node, g));
    return hc_tape_triangles(t, node->part, HC_WITHIN_NODE_ARRAYS, g);
}

/* ---- times ---- */

static enum hc_status same_time(struct hc_tape *t, struct hc_same_time *same)
{
    size_t n = same->distinct;

    HC_TRY(hc_tape_tally(t, &same->rows));
    HC_TRY(hc_tape_length(t, &n, 8));
    HC_TRY(
        hc_tape_require(t, n <= HC_TIMES_MAX_SAME && n <= same->rows && !n == !same->rows,
            "rows at one time do not add up"));
    if (n > 1 && !t->out) {
        same->many = hc_calloc(n, sizeof(*same->many));
        if (!same->many)
            return HC_NO_MEMORY;
        same->cap = (uint32_t)n;
    }
    same->distinct = (uint32_t)n;
    if (n == 1)
        return hc_tape_u64(t, &same->one);
    for (size_t i = 0; i < n; i++)
        HC_TRY(hc_tape_u64(t, &same->many[i]));
    return HC_OK;
}

static enum hc_status run(struct hc_tape *t, struct hc_run *r)
{
    HC_TRY(hc_tape_u32(t, &r->file));
    HC_TRY(hc_tape_i64(t, &r->first_row));
    HC_TRY(hc_tape_i64(t, &r->last_row));
    HC_TRY(hc_tape_time(t, &r->first_us));
    HC_TRY(hc_tape_time(t, &r->last_us));
    HC_TRY(same_time(t, &r->first));
    HC_TRY(same_time(t, &r->last));
    return hc_tape_require(
        t, r->first.rows > 0 && r->first_row <= r->last_row, "a run of rows is not one");
}

static enum hc_status gap(struct hc_tape *t, struct hc_time_gap *g)
{
    HC_TRY(hc_tape_time(t, &g->start_us));
    HC_TRY(hc_tape_time(t, &g->end_us));
    return hc_tape_require(t, g->start_us < g->end_us, "a gap ends before it starts");
}

static enum hc_status step(struct hc_tape *t, struct hc_step_count *s)
{
    HC_TRY(hc_tape_i64(t, &s->step_s));
    HC_TRY(hc_tape_tally(t, &s->count));
    return hc_tape_require(t,
        s->step_s >= 0 && s->step_s <= HC_TIMES_FURTHEST / 500000 + 1,
        "a step is out of range");
}

/* Room for a list that is read: `n` things of `size` bytes. */
static enum hc_status make_list(
    const struct hc_tape *t, void *items, size_t *cap, size_t n, size_t size)
{
    void **slot = items;

    if (t->out || !n)
        return HC_OK;
    *slot = hc_calloc(n, size);
    if (!*slot)
        return HC_NO_MEMORY;
    *cap = n;
    return HC_OK;
}

static enum hc_status steps(struct hc_tape *t, struct hc_times *times)
{
    size_t n = times->n_steps;

    HC_TRY(hc_tape_length(t, &n, 2 * 8));
    HC_TRY(hc_tape_require(t, n <= HC_TIMES_MAX_STEPS, "a node has too many steps"));
    HC_TRY(make_list(t, &times->steps, &times->steps_cap, n, sizeof(*times->steps)));
    times->n_steps = n;
    for (size_t i = 0; i < n; i++)
        HC_TRY(step(t, &times->steps[i]));
    return HC_OK;
}

static enum hc_status gaps(struct hc_tape *t, struct hc_times *times)
{
    size_t n = times->n_gaps;

    HC_TRY(hc_tape_length(t, &n, 2 * 8));
    HC_TRY(make_list(t, &times->gaps, &times->gaps_cap, n, sizeof(*times->gaps)));
    times->n_gaps = n;
    for (size_t i = 0; i < n; i++)
        HC_TRY(gap(t, &times->gaps[i]));
    return HC_OK;
}

static enum hc_status runs(struct hc_tape *t, struct hc_times *times)
{
    size_t n = times->n_runs;

    HC_TRY(hc_tape_length(t, &n, 4 + 8 * 8));
    HC_TRY(make_list(t, &times->runs, &times->runs_cap, n, sizeof(*times->runs)));
    times->n_runs = n;
    for (size_t i = 0; i < n; i++)
        HC_TRY(run(t, &times->runs[i]));
    return HC_OK;
}

static enum hc_status times(struct hc_tape *t, struct hc_times *times)
{
    HC_TRY(hc_tape_tally(t, &times->rows));
    HC_TRY(hc_tape_time(t, &times->first_us));
    HC_TRY(hc_tape_time(t, &times->last_us));
    HC_TRY(hc_tape_flag(t, &times->overflow));
    HC_TRY(hc_tape_tally(t, &times->exact));
    HC_TRY(hc_tape_tally(t, &times->conflicting));
    HC_TRY(hc_tape_tally(t, &times->distinct));
    HC_TRY(hc_tape_tally(t, &times->slots));
    HC_TRY(hc_tape_tally(t, &times->at_hint));
    HC_TRY(steps(t, times));
    HC_TRY(gaps(t, times));
    return runs(t, times);
}

/* ---- nodes ---- */

static enum hc_status name(
    struct hc_tape *t, struct hc_node_table *table, size_t i, struct hc_node_state **ret)
{
    size_t len = t->out ? table->nodes[i]->name_len : 0;
    uint32_t id = (uint32_t)i;

    HC_TRY(hc_tape_length(t, &len, 1));
    if (t->out) {
        *ret = table->nodes[i];
        return hc_tape_raw(t, (void *)(*ret)->name, len); /* which is only read */
    }
    HC_TRY(hc_tape_require(t, len < UINT32_MAX, "a node's name is too long"));
    HC_TRY(hc_node_table_find(table, (const char *)t->in, len, &id));
    HC_TRY(hc_tape_require(t, id == i, "a node is there twice"));
    t->in += len;
    t->left -= len;
    *ret = table->nodes[i];
    return HC_OK;
}

/* What its lists take of the room for lists. */
static int64_t units_of(const struct hc_times *times)
{
    int64_t units = (int64_t)(times->n_steps + times->n_gaps);

    for (size_t i = 0; i < times->n_runs; i++)
        units += hc_run_units(&times->runs[i]);
    return units;
}

static enum hc_status node(struct hc_tape *t, struct hc_profile *p, size_t i)
{
    struct hc_node_state *n = NULL;

    HC_TRY(name(t, &p->nodes, i, &n));
    for (size_t k = 0; k < p->options.main; k++) {
        HC_TRY(moments(t, &n->main[k]));
        HC_TRY(sketch(t, &n->sketch[k], n->main[k].n));
    }
    HC_TRY(within_node(t, &n->within, p->options.gauges));
    HC_TRY(times(t, &n->times));
    if (t->out)
        return HC_OK;
    p->room -= units_of(&n->times);
    return hc_tape_require(t, p->room >= 0, "its lists of times are too long");
}

static enum hc_status nodes(struct hc_tape *t, struct hc_profile *p)
{
    size_t n = p->nodes.names.n;

    HC_TRY(hc_tape_length(t, &n, 8));
    HC_TRY(hc_tape_require(t, n < HC_NO_NODE, "there are too many nodes"));
    for (size_t i = 0; i < n; i++)
        HC_TRY(node(t, p, i));
    return HC_OK;
}

/* ---- the whole ---- */

enum hc_status hc_store_contents(struct hc_tape *t, struct hc_profile *p)
{
    t->rows = max_rows;
    HC_TRY(hc_tape_tally(t, &p->rows));
    t->rows = p->rows;
    HC_TRY(hc_tape_tally(t, &p->rows_no_key));
    for (size_t j = 0; j < p->options.columns; j++)
        HC_TRY(column(t, &p->columns[j]));
    if (p->options.comoments)
        HC_TRY(comoments(t, &p->co));
    HC_TRY(within(t, &p->within));
    return nodes(t, p);
}
