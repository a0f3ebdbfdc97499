/*
 * The stored form of a profile.
 *
 * Each part of the state has one function here that says its layout; on a tape that is
 * being written it copies out, on one that is read it copies in, so that the two cannot
 * disagree. Numbers are little-endian: counts and times 8 bytes, doubles their IEEE bits,
 * matrices their upper triangle by rows.
 *
 *     "HCS" version                               4 bytes
 *     columns gauges main main_column[main] grain_s step_hint_us comoments ranges
 *     low[columns] high[columns]                  if ranges
 *     rows rows_no_key
 *     column[columns]       counts, moments, sketch
 *     co-moments            if comoments: of full rows; of others, if there are any
 *     within                the same of the gauges
 *     nodes                 count, then of each: name, moments and sketches of the main
 *                           gauges, within, times
 *     CRC-32C               4 bytes, of all before
 *
 * A sketch is its pages with something in them, by ascending key: key, a bit for each of
 * the 64 counts that is not 0, these counts.
 *
 * Reading trusts nothing, the checksum included: a count of things is held against the
 * bytes that are left before anything is made for them, and whatever adding, merging
 * or reading would choke on is refused. What is made is at most some fifty times the
 * bytes (a sketch with one value: 24 bytes here, 1 kB in memory).
 */
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "kernel/state.h"

enum {
    HEAD = 4,
    TAIL = 4,
    COLUMN_BYTES = 5 * 8 + 6 * 8 + 4, /* at least */
    MAX_COLUMNS = 1 << 20,
    KEYS = 4096, /* of a sketch; sign and exponent of a double */
};

static const uint64_t max_rows = 1ull << 53; /* co-moments count in doubles */

struct tape {
    struct hc_buf *out; /* when writing; else NULL */
    const uint8_t *in;  /* when reading */
    size_t left;
    uint64_t rows;     /* of the profile: no count is larger */
    const char *fault; /* what is wrong with the bytes read */
};

/* ---- checksum: CRC-32C (Castagnoli), reflected, as in iSCSI ---- */

static uint32_t crc32c(const uint8_t *bytes, size_t n)
{
    uint32_t table[256], crc = UINT32_MAX;

    for (uint32_t i = 0; i < 256; i++) {
        table[i] = i;
        for (int k = 0; k < 8; k++)
            table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0x82F63B78u : 0);
    }
    for (size_t i = 0; i < n; i++)
        crc = crc >> 8 ^ table[(crc ^ bytes[i]) & 0xFF];
    return ~crc;
}

/* ---- single things ---- */

static enum hc_status refuse(struct tape *t, const char *fault)
{
    t->fault = fault;
    return HC_INPUT;
}

static enum hc_status require(struct tape *t, bool holds, const char *fault)
{
    return holds || t->out ? HC_OK : refuse(t, fault);
}

static enum hc_status raw(struct tape *t, void *bytes, size_t n)
{
    if (t->out) {
        hc_buf_add(t->out, bytes, n);
        return HC_OK;
    }
    HC_TRY(require(t, n <= t->left, "it ends too early"));
    memcpy(bytes, t->in, n);
    t->in += n;
    t->left -= n;
    return HC_OK;
}

/* The lower n bytes of a number. */
static enum hc_status number(struct tape *t, uint64_t *x, size_t n)
{
    uint8_t bytes[8];

    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)(*x >> (8 * i));
    HC_TRY(raw(t, bytes, n));
    if (t->out)
        return HC_OK;
    *x = 0;
    for (size_t i = 0; i < n; i++)
        *x |= (uint64_t)bytes[i] << (8 * i);
    return HC_OK;
}

static enum hc_status u64(struct tape *t, uint64_t *x)
{
    return number(t, x, 8);
}

static enum hc_status u32(struct tape *t, uint32_t *x)
{
    uint64_t wide = *x;

    HC_TRY(number(t, &wide, 4));
    *x = (uint32_t)wide;
    return HC_OK;
}

static enum hc_status i64(struct tape *t, int64_t *x)
{
    uint64_t bits = (uint64_t)*x;

    HC_TRY(number(t, &bits, 8));
    *x = (int64_t)bits;
    return HC_OK;
}

static enum hc_status f64(struct tape *t, double *x)
{
    uint64_t bits;

    memcpy(&bits, x, sizeof(bits));
    HC_TRY(number(t, &bits, 8));
    memcpy(x, &bits, sizeof(bits));
    return HC_OK;
}

static enum hc_status flag(struct tape *t, bool *x)
{
    uint64_t byte = *x;

    HC_TRY(number(t, &byte, 1));
    HC_TRY(require(t, byte <= 1, "a flag is neither 0 nor 1"));
    *x = byte;
    return HC_OK;
}

/* A count of rows or of what rows have. */
static enum hc_status tally(struct tape *t, uint64_t *x)
{
    HC_TRY(u64(t, x));
    return require(t, *x <= t->rows, "a count is larger than the number of rows");
}

/* A count of rows that is kept as a double. */
static enum hc_status weight(struct tape *t, double *x)
{
    HC_TRY(f64(t, x));
    return require(t, *x >= 0 && *x <= (double)t->rows && *x == (double)(uint64_t)*x,
        "a count is larger than the number of rows");
}

static enum hc_status moment_us(struct tape *t, int64_t *us)
{
    HC_TRY(i64(t, us));
    return require(t, *us >= -HC_TIMES_FURTHEST && *us <= HC_TIMES_FURTHEST,
        "a time is out of range");
}

/* How many things follow, each of at least `bytes`. */
static enum hc_status length(struct tape *t, size_t *n, size_t bytes)
{
    uint64_t wide = *n;

    HC_TRY(u64(t, &wide));
    HC_TRY(require(t, wide <= t->left / bytes, "a list is longer than what is left"));
    *n = (size_t)wide;
    return HC_OK;
}

static enum hc_status doubles(struct tape *t, double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        HC_TRY(f64(t, &x[i]));
    return HC_OK;
}

static size_t triangle_bytes(size_t p)
{
    return p * (p + 1) / 2 * 8;
}

static enum hc_status triangle(struct tape *t, double *x, size_t p)
{
    for (size_t i = 0; i < p; i++)
        HC_TRY(doubles(t, x + i * p + i, p - i));
    return HC_OK;
}

static enum hc_status weights(struct tape *t, double *x, size_t p)
{
    for (size_t i = 0; i < p; i++)
        for (size_t j = i; j < p; j++)
            HC_TRY(weight(t, &x[i * p + j]));
    return HC_OK;
}

/* `arrays` of them behind each other in memory, the first one counts. */
static enum hc_status triangles(struct tape *t, double *x, size_t arrays, size_t p)
{
    HC_TRY(weights(t, x, p));
    for (size_t k = 1; k < arrays; k++)
        HC_TRY(triangle(t, x + k * p * p, p));
    return HC_OK;
}

static enum hc_status moments(struct tape *t, struct hc_moments *m)
{
    HC_TRY(tally(t, &m->n));
    HC_TRY(f64(t, &m->mean));
    HC_TRY(f64(t, &m->m2));
    HC_TRY(f64(t, &m->min));
    HC_TRY(f64(t, &m->max));
    return f64(t, &m->mean_low);
}

/* ---- sketches ---- */

static enum hc_status page(struct tape *t, uint64_t *counts, uint64_t *ret_sum)
{
    uint64_t mask = 0;

    for (int i = 0; t->out && i < HC_SKETCH_SUB; i++)
        mask |= (uint64_t)(counts[i] != 0) << i;
    HC_TRY(u64(t, &mask));
    for (int i = 0; i < HC_SKETCH_SUB; i++) {
        if (!(mask >> i & 1))
            continue;
        HC_TRY(tally(t, &counts[i]));
        HC_TRY(require(t, counts[i] > 0, "a sketch has an empty bucket"));
        *ret_sum += counts[i]; /* at most 2^53, 2^14 times */
    }
    return require(t, mask != 0, "a sketch has an empty page");
}

static enum hc_status write_sketch(struct tape *t, const struct hc_sketch *s)
{
    uint32_t pages = s->pages;
    uint64_t sum = 0;

    HC_TRY(u32(t, &pages));
    for (uint32_t i = 0; i < s->span; i++) {
        uint32_t key = s->base + i;

        if (!s->page_of[i])
            continue;
        HC_TRY(u32(t, &key));
        HC_TRY(page(t, s->counts + (size_t)(s->page_of[i] - 1) * HC_SKETCH_SUB, &sum));
    }
    return HC_OK;
}

/* `n` is how many values it is a sketch of. */
static enum hc_status read_sketch(struct tape *t, struct hc_sketch *s, uint64_t n)
{
    uint32_t pages = 0, key = 0, next = 0;
    uint64_t *counts, sum = 0;

    HC_TRY(u32(t, &pages));
    HC_TRY(require(t, pages <= HC_SKETCH_MAX_PAGES, "a sketch has too many pages"));
    for (uint32_t i = 0; i < pages; i++) {
        HC_TRY(u32(t, &key));
        HC_TRY(require(t, key >= next && key < KEYS && key % (KEYS / 2) != KEYS / 2 - 1,
            "a sketch's keys are not in order"));
        HC_TRY(hc_sketch_page(s, key, &counts));
        HC_TRY(page(t, counts, &sum));
        next = key + 1;
    }
    return require(t, sum == n, "a sketch does not hold as many values as its column");
}

static enum hc_status sketch(struct tape *t, struct hc_sketch *s, uint64_t n)
{
    return t->out ? write_sketch(t, s) : read_sketch(t, s, n);
}

/* ---- columns and pairs ---- */

static enum hc_status column(struct tape *t, struct hc_column_state *c)
{
    HC_TRY(tally(t, &c->missing));
    HC_TRY(tally(t, &c->nan));
    HC_TRY(tally(t, &c->infinite));
    HC_TRY(tally(t, &c->below));
    HC_TRY(tally(t, &c->above));
    HC_TRY(moments(t, &c->moments));
    HC_TRY(require(t, c->missing + c->infinite + c->moments.n == t->rows,
        "a column's rows do not add up"));
    return sketch(t, &c->sketch, c->moments.n);
}

/* Whether arrays follow that not every state has; `bytes` of them. */
static enum hc_status follows(struct tape *t, bool *there, size_t bytes)
{
    HC_TRY(flag(t, there));
    return require(t, !*there || bytes <= t->left, "it ends too early");
}

static enum hc_status comoments(struct tape *t, struct hc_comoments *co)
{
    bool partial = co->n != NULL;

    HC_TRY(weight(t, &co->full_n));
    HC_TRY(doubles(t, co->full_mean, co->p));
    HC_TRY(doubles(t, co->full_low, co->p));
    HC_TRY(triangle(t, co->full_c, co->p));
    HC_TRY(follows(t, &partial, HC_PARTIAL_ARRAYS * triangle_bytes(co->p)));
    if (!partial)
        return HC_OK;
    HC_TRY(hc_comoments_partial(co));
    return triangles(t, co->n, HC_PARTIAL_ARRAYS, co->p);
}

static enum hc_status within(struct tape *t, struct hc_within *w)
{
    bool partial = w->part != NULL;

    HC_TRY(weight(t, &w->full_n));
    HC_TRY(triangle(t, w->full_c, w->g));
    HC_TRY(follows(t, &partial, HC_WITHIN_ARRAYS * triangle_bytes(w->g)));
    if (!partial)
        return HC_OK;
    HC_TRY(hc_within_partial(w));
    return triangles(t, w->part, HC_WITHIN_ARRAYS, w->g);
}

static enum hc_status within_node(struct tape *t, struct hc_within_node *node, size_t g)
{
    bool full = node->mean != NULL, partial = node->part != NULL;

    HC_TRY(weight(t, &node->n));
    HC_TRY(follows(t, &full, 2 * 8 * g));
    HC_TRY(require(t, full == (node->n > 0), "a node's means do not go with its rows"));
    if (full) {
        HC_TRY(hc_within_node_full(node, g));
        HC_TRY(doubles(t, node->mean, 2 * g));
    }
    HC_TRY(follows(t, &partial, HC_WITHIN_NODE_ARRAYS * triangle_bytes(g)));
    if (!partial)
        return HC_OK;
    HC_TRY(hc_within_node_partial(node, g));
    return triangles(t, node->part, HC_WITHIN_NODE_ARRAYS, g);
}

/* ---- times ---- */

static enum hc_status same_time(struct tape *t, struct hc_same_time *same)
{
    size_t n = same->distinct;

    HC_TRY(tally(t, &same->rows));
    HC_TRY(length(t, &n, 8));
    HC_TRY(require(t, n <= HC_TIMES_MAX_SAME && n <= same->rows && !n == !same->rows,
        "rows at one time do not add up"));
    if (n > 1 && !t->out) {
        same->many = hc_calloc(n, sizeof(*same->many));
        if (!same->many)
            return HC_NO_MEMORY;
        same->cap = (uint32_t)n;
    }
    same->distinct = (uint32_t)n;
    if (n == 1)
        return u64(t, &same->one);
    for (size_t i = 0; i < n; i++)
        HC_TRY(u64(t, &same->many[i]));
    return HC_OK;
}

static enum hc_status run(struct tape *t, struct hc_run *r)
{
    HC_TRY(u32(t, &r->file));
    HC_TRY(i64(t, &r->first_row));
    HC_TRY(i64(t, &r->last_row));
    HC_TRY(moment_us(t, &r->first_us));
    HC_TRY(moment_us(t, &r->last_us));
    HC_TRY(same_time(t, &r->first));
    HC_TRY(same_time(t, &r->last));
    return require(
        t, r->first.rows > 0 && r->first_row <= r->last_row, "a run of rows is not one");
}

static enum hc_status gap(struct tape *t, struct hc_time_gap *g)
{
    HC_TRY(moment_us(t, &g->start_us));
    HC_TRY(moment_us(t, &g->end_us));
    return require(t, g->start_us < g->end_us, "a gap ends before it starts");
}

static enum hc_status step(struct tape *t, struct hc_step_count *s)
{
    HC_TRY(i64(t, &s->step_s));
    HC_TRY(tally(t, &s->count));
    return require(t, s->step_s >= 0 && s->step_s <= HC_TIMES_FURTHEST / 500000 + 1,
        "a step is out of range");
}

/* Room for a list that is read: `n` things of `size` bytes. */
static enum hc_status make_list(
    const struct tape *t, void *items, size_t *cap, size_t n, size_t size)
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

static enum hc_status steps(struct tape *t, struct hc_times *times)
{
    size_t n = times->n_steps;

    HC_TRY(length(t, &n, 2 * 8));
    HC_TRY(require(t, n <= HC_TIMES_MAX_STEPS, "a node has too many steps"));
    HC_TRY(make_list(t, &times->steps, &times->steps_cap, n, sizeof(*times->steps)));
    times->n_steps = n;
    for (size_t i = 0; i < n; i++)
        HC_TRY(step(t, &times->steps[i]));
    return HC_OK;
}

static enum hc_status gaps(struct tape *t, struct hc_times *times)
{
    size_t n = times->n_gaps;

    HC_TRY(length(t, &n, 2 * 8));
    HC_TRY(make_list(t, &times->gaps, &times->gaps_cap, n, sizeof(*times->gaps)));
    times->n_gaps = n;
    for (size_t i = 0; i < n; i++)
        HC_TRY(gap(t, &times->gaps[i]));
    return HC_OK;
}

static enum hc_status runs(struct tape *t, struct hc_times *times)
{
    size_t n = times->n_runs;

    HC_TRY(length(t, &n, 4 + 8 * 8));
    HC_TRY(make_list(t, &times->runs, &times->runs_cap, n, sizeof(*times->runs)));
    times->n_runs = n;
    for (size_t i = 0; i < n; i++)
        HC_TRY(run(t, &times->runs[i]));
    return HC_OK;
}

static enum hc_status times(struct tape *t, struct hc_times *times)
{
    HC_TRY(tally(t, &times->rows));
    HC_TRY(moment_us(t, &times->first_us));
    HC_TRY(moment_us(t, &times->last_us));
    HC_TRY(flag(t, &times->overflow));
    HC_TRY(tally(t, &times->exact));
    HC_TRY(tally(t, &times->conflicting));
    HC_TRY(tally(t, &times->distinct));
    HC_TRY(tally(t, &times->slots));
    HC_TRY(tally(t, &times->at_hint));
    HC_TRY(steps(t, times));
    HC_TRY(gaps(t, times));
    return runs(t, times);
}

/* ---- nodes ---- */

static enum hc_status name(
    struct tape *t, struct hc_node_table *table, size_t i, struct hc_node_state **ret)
{
    size_t len = t->out ? table->nodes[i]->name_len : 0;
    uint32_t id = (uint32_t)i;

    HC_TRY(length(t, &len, 1));
    if (t->out) {
        *ret = table->nodes[i];
        return raw(t, (*ret)->name, len);
    }
    HC_TRY(require(t, len < UINT32_MAX, "a node's name is too long"));
    HC_TRY(hc_node_table_find(table, (const char *)t->in, len, &id));
    HC_TRY(require(t, id == i, "a node is there twice"));
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

static enum hc_status node(struct tape *t, struct hc_profile *p, size_t i)
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
    return require(t, p->room >= 0, "its lists of times are too long");
}

static enum hc_status nodes(struct tape *t, struct hc_profile *p)
{
    size_t n = p->nodes.n;

    HC_TRY(length(t, &n, 8));
    HC_TRY(require(t, n < HC_NO_NODE, "there are too many nodes"));
    for (size_t i = 0; i < n; i++)
        HC_TRY(node(t, p, i));
    return HC_OK;
}

/* ---- the whole ---- */

/* The options; of ranges only whether there are any. */
static enum hc_status options(struct tape *t, struct hc_profile_options *o, bool *ranges)
{
    size_t *const sizes[] = {&o->columns, &o->gauges, &o->main};

    for (size_t i = 0; i < HC_COUNT(sizes); i++) {
        uint64_t wide = *sizes[i];

        HC_TRY(u64(t, &wide));
        HC_TRY(require(t, wide <= MAX_COLUMNS, "it has too many columns"));
        *sizes[i] = (size_t)wide;
    }
    HC_TRY(require(t, o->main <= HC_PROFILE_MAX_MAIN, "it has too many main gauges"));
    for (size_t i = 0; i < o->main; i++) {
        uint64_t wide = o->main_column[i];

        HC_TRY(u64(t, &wide));
        HC_TRY(require(t, wide < o->gauges, "a main gauge is not a gauge"));
        o->main_column[i] = (size_t)wide;
    }
    HC_TRY(i64(t, &o->grain_s));
    HC_TRY(i64(t, &o->step_hint_us));
    HC_TRY(flag(t, &o->comoments));
    return flag(t, ranges);
}

static enum hc_status contents(struct tape *t, struct hc_profile *p)
{
    t->rows = max_rows;
    HC_TRY(tally(t, &p->rows));
    t->rows = p->rows;
    HC_TRY(tally(t, &p->rows_no_key));
    for (size_t j = 0; j < p->options.columns; j++)
        HC_TRY(column(t, &p->columns[j]));
    if (p->options.comoments)
        HC_TRY(comoments(t, &p->co));
    HC_TRY(within(t, &p->within));
    return nodes(t, p);
}

static bool is_flushed(const struct hc_profile *p)
{
    for (size_t i = 0; i < p->nodes.n; i++) {
        const struct hc_node_state *n = p->nodes.nodes[i];

        if (n->times.open || (n->cell && n->cell->rows))
            return false;
    }
    return p->n_out == 0;
}

static void put_tail(struct hc_buf *buf)
{
    uint64_t crc = crc32c((const uint8_t *)buf->text, buf->len);
    struct tape t = {.out = buf};

    (void)!number(&t, &crc, TAIL);
}

enum hc_status hc_profile_write(
    const struct hc_profile *profile, uint8_t **ret_bytes, size_t *ret_len)
{
    struct hc_profile *p = (struct hc_profile *)profile; /* which writing only reads */
    HC_CLEANUP(hc_buf_clear) struct hc_buf buf = HC_BUF_INIT;
    struct tape t = {.out = &buf};
    uint8_t head[HEAD] = {'H', 'C', 'S', HC_PROFILE_VERSION};
    bool ranges = p->low != NULL;

    if (!is_flushed(p))
        return HC_USAGE;
    HC_TRY(raw(&t, head, sizeof(head)));
    HC_TRY(options(&t, &p->options, &ranges));
    if (ranges) {
        HC_TRY(doubles(&t, p->low, p->options.columns));
        HC_TRY(doubles(&t, p->high, p->options.columns));
    }
    HC_TRY(contents(&t, p));
    HC_TRY(hc_buf_check(&buf));
    put_tail(&buf);
    HC_TRY(hc_buf_check(&buf));
    *ret_len = buf.len;
    *ret_bytes = (uint8_t *)hc_take(&buf.text);
    return HC_OK;
}

/* A profile of options that were read, if the bytes left can be one. */
static enum hc_status make(struct tape *t, struct hc_profile **ret)
{
    struct hc_profile_options o = {0};
    HC_CLEANUP(hc_freep) double *limits = NULL;
    bool ranges = false;
    size_t least;
    enum hc_status status;

    HC_TRY(options(t, &o, &ranges));
    HC_TRY(require(t, o.gauges <= o.columns, "it has more gauges than columns"));
    least = o.columns * (COLUMN_BYTES + (ranges ? 16 : 0)) + triangle_bytes(o.gauges) +
            (o.comoments ? triangle_bytes(o.columns) : 0);
    HC_TRY(require(t, least <= t->left, "it ends too early"));
    if (ranges) {
        limits = hc_alloc(2 * o.columns, sizeof(*limits));
        if (!limits)
            return HC_NO_MEMORY;
        HC_TRY(doubles(t, limits, 2 * o.columns));
        o.low = limits;
        o.high = limits + o.columns;
    }
    status = hc_profile_new(&o, ret);
    if (status == HC_USAGE)
        return refuse(t, "its options make no sense");
    return status;
}

static enum hc_status read_whole(struct tape *t, struct hc_profile **ret)
{
    struct hc_profile *p = NULL;
    enum hc_status status = make(t, &p);

    if (!status)
        status = contents(t, p);
    if (!status)
        status = require(t, t->left == 0, "there is more behind its end");
    if (status)
        hc_profile_free(p);
    else
        *ret = p;
    return status;
}

static enum hc_status check_frame(const uint8_t *bytes, size_t len, struct hc_error *err)
{
    struct tape tail = {.left = TAIL};
    uint64_t crc = 0;

    if (len < HEAD || memcmp(bytes, "HCS", 3))
        return hc_fail(err, HC_INPUT, "not a stored state: it does not begin with 'HCS'");
    if (bytes[3] != HC_PROFILE_VERSION)
        return hc_fail(err, HC_INPUT,
            "cannot read a state of version %d: this program reads version %d", bytes[3],
            HC_PROFILE_VERSION);
    if (len < HEAD + TAIL)
        return hc_fail(err, HC_INPUT, "not a valid state: it ends too early");
    tail.in = bytes + len - TAIL;
    HC_TRY(number(&tail, &crc, TAIL));
    if (crc != crc32c(bytes, len - TAIL))
        return hc_fail(err, HC_INPUT, "not a valid state: its checksum is another");
    return HC_OK;
}

enum hc_status hc_profile_read(const uint8_t *bytes, size_t len,
    struct hc_profile **ret_profile, struct hc_error *err)
{
    struct tape t = {0};
    enum hc_status status;

    HC_TRY(check_frame(bytes, len, err));
    t.in = bytes + HEAD;
    t.left = len - HEAD - TAIL;
    status = read_whole(&t, ret_profile);
    if (status == HC_INPUT)
        return hc_fail(err, status, "not a valid state: %s", t.fault);
    return status;
}
