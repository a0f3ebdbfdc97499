#include <string.h>

#include "base/mem.h"
#include "kernel/state.h"

/* ---- making one ---- */

static void work_clear(struct hc_work *w)
{
    void *const owned[] = {w->value, w->valid, w->dirty, w->bits, w->d, w->block_sum,
        w->mean, w->low, w->sum, w->column, w->c, w->gather, w->rows_bits, w->kept,
        w->kept_bits};

    for (size_t i = 0; i < HC_COUNT(owned); i++)
        hc_free(owned[i]);
    hc_masked_clear(&w->masked);
}

static enum hc_status work_init(struct hc_work *w, const struct hc_profile_options *o)
{
    size_t p = o->columns, q = o->comoments ? p : o->gauges;

    w->value = hc_calloc(p, sizeof(*w->value));
    w->valid = hc_calloc(p, sizeof(*w->valid));
    w->dirty = hc_calloc(p, sizeof(*w->dirty));
    w->bits = hc_calloc(p * HC_BLOCK_WORDS, sizeof(*w->bits));
    w->d = hc_calloc(p * HC_BLOCK, sizeof(*w->d));
    w->block_sum = hc_calloc(p, sizeof(*w->block_sum));
    w->mean = hc_calloc(p, sizeof(*w->mean));
    w->low = hc_calloc(p, sizeof(*w->low));
    w->sum = hc_calloc(p, sizeof(*w->sum));
    w->column = hc_calloc(p, sizeof(*w->column));
    w->c = hc_calloc(q * q, sizeof(*w->c));
    w->gather = hc_calloc(q * HC_BLOCK, sizeof(*w->gather));
    w->rows_bits = hc_calloc(q * HC_BLOCK_WORDS, sizeof(*w->rows_bits));
    if (!w->value || !w->valid || !w->dirty || !w->bits || !w->d || !w->block_sum ||
        !w->mean || !w->low || !w->sum || !w->column || !w->c || !w->gather ||
        !w->rows_bits)
        return HC_NO_MEMORY;
    return HC_OK;
}

static enum hc_status copy_ranges(struct hc_profile *p)
{
    const struct hc_profile_options *o = &p->options;

    if (!o->low || !o->high)
        return HC_OK;
    p->low = hc_alloc(o->columns, sizeof(double));
    p->high = hc_alloc(o->columns, sizeof(double));
    if (!p->low || !p->high)
        return HC_NO_MEMORY;
    memcpy(p->low, o->low, o->columns * sizeof(double));
    memcpy(p->high, o->high, o->columns * sizeof(double));
    p->options.low = p->low;
    p->options.high = p->high;
    return HC_OK;
}

enum { LONGEST_S = 366 * 86400 }; /* of a cell or a step */

static bool options_make_sense(const struct hc_profile_options *o)
{
    if (!o->columns || o->gauges > o->columns || o->main > HC_PROFILE_MAX_MAIN)
        return false;
    for (size_t i = 0; i < o->main; i++)
        if (o->main_column[i] >= o->gauges)
            return false;
    return o->grain_s > 0 && o->grain_s <= LONGEST_S && o->step_hint_us >= 0 &&
           o->step_hint_us / 1000000 <= LONGEST_S && o->step_hint_us % 1000000 == 0;
}

static enum hc_status init(struct hc_profile *p)
{
    const struct hc_profile_options *o = &p->options;

    p->columns = hc_calloc(o->columns, sizeof(*p->columns));
    if (!p->columns)
        return HC_NO_MEMORY;
    HC_TRY(copy_ranges(p));
    HC_TRY(hc_within_init(&p->within, o->gauges));
    return hc_comoments_init(&p->co, o->comoments ? o->columns : 0);
}

enum hc_status hc_profile_new(
    const struct hc_profile_options *options, struct hc_profile **ret_profile)
{
    struct hc_profile *p;
    enum hc_status status;

    if (!options_make_sense(options))
        return HC_USAGE;
    p = hc_calloc(1, sizeof(*p));
    if (!p)
        return HC_NO_MEMORY;
    p->options = *options;
    p->room = HC_TIMES_ROOM;
    p->next_row = -1;
    status = init(p);
    if (status) {
        hc_profile_free(p);
        return status;
    }
    *ret_profile = p;
    return HC_OK;
}

void hc_profile_free(struct hc_profile *p)
{
    if (!p)
        return;
    for (size_t i = 0; p->columns && i < p->options.columns; i++)
        hc_sketch_clear(&p->columns[i].sketch);
    hc_free(p->columns);
    hc_comoments_clear(&p->co);
    hc_within_clear(&p->within);
    hc_node_table_clear(&p->nodes);
    work_clear(&p->work);
    hc_free(p->low);
    hc_free(p->high);
    hc_free(p->out);
    hc_free(p);
}

enum hc_status hc_profile_node(
    struct hc_profile *p, const char *name, size_t len, uint32_t *ret_id)
{
    return hc_node_table_find(&p->nodes, name, len, ret_id);
}

/* ---- one block ---- */

static uint64_t mix(uint64_t h, uint64_t value)
{
    h = (h ^ value) * 0x9E3779B97F4A7C15u;
    return h ^ h >> 29;
}

/* Of all of a row's values: NULL and NaN alike, -0 as 0. */
static uint64_t hash_row(const void *context, int64_t row)
{
    const struct hc_profile *p = context;
    const struct hc_work *work = &p->work;
    uint64_t h;
    size_t r = (size_t)(row - work->row[0]);

    if (r >= work->rows)
        r = work->rows - 1;
    while (work->row[r] != row) /* rows that were not kept */
        r--;
    h = work->other_hash[r];
    for (size_t j = 0; j < p->options.columns; j++) {
        double x = work->value[j][r] + 0.0;
        uint64_t bits = 0x7ff8dead00000000u;
        bool there = !work->valid[j] || hc_bit(work->valid[j], r);

        if (there && x == x)
            memcpy(&bits, &x, sizeof(bits));
        h = mix(h, bits + j);
    }
    return h;
}

static enum hc_status add_times(
    struct hc_profile *p, struct hc_node_state *node, size_t from, size_t to)
{
    const struct hc_work *work = &p->work;
    struct hc_times_pass pass = {.hint_us = p->options.step_hint_us,
        .file = p->last_file,
        .hash = hash_row,
        .context = p,
        .room = &p->room};

    if (node->stretch != p->stretch)
        HC_TRY(hc_times_close_run(&node->times, &p->room));
    node->stretch = p->stretch;
    for (size_t r = from; r < to; r++)
        HC_TRY(hc_times_add(&node->times, &pass, work->row[r], work->time_us[r]));
    return HC_OK;
}

/* The block goes away: what its nodes' last rows hash to is taken while they are there.
 */
static enum hc_status settle_times(struct hc_profile *p)
{
    const struct hc_work *work = &p->work;
    const struct hc_times_pass pass = {.hash = hash_row, .context = p};

    for (size_t r = 0; r < work->rows; r++)
        if (work->node[r] != HC_NO_NODE)
            HC_TRY(hc_times_settle(&p->nodes.nodes[work->node[r]]->times, &pass));
    return HC_OK;
}

static enum hc_status add_sketches(
    struct hc_profile *p, struct hc_node_state *node, size_t from, size_t to)
{
    struct hc_work *work = &p->work;

    for (size_t i = 0; i < p->options.main; i++) {
        size_t j = p->options.main_column[i], n = 0;

        if (!work->dirty[j]) {
            HC_TRY(hc_sketch_add(&node->sketch[i], work->value[j] + from, to - from));
            continue;
        }
        for (size_t r = from; r < to; r++)
            if (hc_has_value(work, j, r))
                work->one[n++] = work->value[j][r];
        HC_TRY(hc_sketch_add(&node->sketch[i], work->one, n));
    }
    return HC_OK;
}

/* Rows [from, to) are one node's. */
static enum hc_status add_segment(struct hc_profile *p, size_t from, size_t to)
{
    struct hc_node_state *node = p->nodes.nodes[p->work.node[from]];

    HC_TRY(add_times(p, node, from, to));
    HC_TRY(add_sketches(p, node, from, to));
    HC_TRY(hc_cells_add(p, node, from, to));
    return hc_groups_within(p, &node->within, from, to);
}

static enum hc_status add_segments(struct hc_profile *p)
{
    const struct hc_work *work = &p->work;

    for (size_t from = 0, to; from < work->rows; from = to) {
        to = from + 1;
        if (work->node[from] == HC_NO_NODE) {
            p->rows_no_key++;
            continue;
        }
        while (to < work->rows && work->node[to] == work->node[from])
            to++;
        HC_TRY(add_segment(p, from, to));
    }
    return settle_times(p);
}

static enum hc_status add_block(struct hc_profile *p)
{
    p->rows += p->work.rows;
    for (size_t j = 0; j < p->options.columns; j++)
        HC_TRY(hc_column_add(p, j));
    if (p->options.comoments)
        HC_TRY(hc_groups_pool(p));
    return add_segments(p);
}

/* ---- from a batch to blocks ---- */

/* Keys of the batch's row `i` as row `r` of the block. */
static void take_keys(struct hc_work *work, const struct hc_batch *b, size_t i, size_t r)
{
    bool timed = b->time_us && (!b->time_valid || hc_bit(b->time_valid, i));

    if (timed)
        timed = b->time_us[i] >= -HC_TIMES_FURTHEST && b->time_us[i] <= HC_TIMES_FURTHEST;
    work->row[r] = b->first_row + (int64_t)i;
    work->time_us[r] = timed ? b->time_us[i] : 0;
    work->node[r] = timed && b->node ? b->node[i] : HC_NO_NODE;
    work->other_hash[r] = b->other_hash ? b->other_hash[i] : 0;
}

/* Rows [from, from + n) as they are; `from` is a multiple of 64. */
static enum hc_status add_slice(
    struct hc_profile *p, const struct hc_batch *b, size_t from, size_t n)
{
    struct hc_work *work = &p->work;

    for (size_t j = 0; j < p->options.columns; j++) {
        work->value[j] = b->value[j] + from;
        work->valid[j] = b->valid && b->valid[j] ? b->valid[j] + from / 64 : NULL;
    }
    for (size_t r = 0; r < n; r++)
        take_keys(work, b, from + r, r);
    work->rows = n;
    return add_block(p);
}

static enum hc_status make_room_for_kept(struct hc_profile *p)
{
    struct hc_work *work = &p->work;
    size_t columns = p->options.columns;

    if (!work->kept)
        work->kept = hc_alloc(columns * HC_BLOCK, sizeof(double));
    if (!work->kept_bits)
        work->kept_bits = hc_alloc(columns * HC_BLOCK_WORDS, sizeof(uint64_t));
    return work->kept && work->kept_bits ? HC_OK : HC_NO_MEMORY;
}

/* One column of the rows listed in work->kept_row, squeezed together. */
static void squeeze(
    struct hc_work *work, const struct hc_batch *b, size_t from, size_t j, size_t n)
{
    const uint64_t *valid = b->valid ? b->valid[j] : NULL;
    double *kept = work->kept + j * HC_BLOCK;
    uint64_t *bits = work->kept_bits + j * HC_BLOCK_WORDS;

    memset(bits, 0, HC_BLOCK_WORDS * sizeof(*bits));
    for (size_t k = 0; k < n; k++) {
        size_t i = from + work->kept_row[k];
        bool there = !valid || hc_bit(valid, i);

        kept[k] = there ? b->value[j][i] : 0;
        bits[k / 64] |= (uint64_t)there << (k % 64);
    }
    work->value[j] = kept;
    work->valid[j] = bits;
}

/* The same of the rows that `keep` has. */
static enum hc_status add_kept(
    struct hc_profile *p, const struct hc_batch *b, size_t from, size_t n)
{
    struct hc_work *work = &p->work;
    size_t kept = 0;

    HC_TRY(make_room_for_kept(p));
    for (size_t r = 0; r < n; r++)
        if (hc_bit(b->keep, from + r)) {
            work->kept_row[kept] = (uint16_t)r;
            take_keys(work, b, from + r, kept++);
        }
    if (!kept)
        return HC_OK;
    for (size_t j = 0; j < p->options.columns; j++)
        squeeze(work, b, from, j, kept);
    work->rows = kept;
    return add_block(p);
}

enum hc_status hc_profile_add(struct hc_profile *p, const struct hc_batch *b)
{
    if (!p->work.gather) /* not for profiles that are only read and merged */
        HC_TRY(work_init(&p->work, &p->options));
    if (b->file != p->last_file || b->first_row != p->next_row)
        p->stretch++;
    p->last_file = b->file;
    p->next_row = b->first_row + (int64_t)b->rows;
    for (size_t from = 0; from < b->rows; from += HC_BLOCK) {
        size_t n = b->rows - from < HC_BLOCK ? b->rows - from : HC_BLOCK;

        HC_TRY(b->keep ? add_kept(p, b, from, n) : add_slice(p, b, from, n));
    }
    return HC_OK;
}

/* ---- merging ---- */

static enum hc_status merge_column(
    struct hc_column_state *into, const struct hc_column_state *from)
{
    into->missing += from->missing;
    into->nan += from->nan;
    into->infinite += from->infinite;
    into->below += from->below;
    into->above += from->above;
    hc_moments_merge(&into->moments, &from->moments);
    return hc_sketch_merge(&into->sketch, &from->sketch);
}

static enum hc_status merge_node(
    struct hc_profile *into, const struct hc_node_state *from)
{
    struct hc_node_state *node;
    uint32_t id;

    HC_TRY(hc_profile_node(into, from->name, from->name_len, &id));
    node = into->nodes.nodes[id];
    for (size_t i = 0; i < into->options.main; i++) {
        hc_moments_merge(&node->main[i], &from->main[i]);
        HC_TRY(hc_sketch_merge(&node->sketch[i], &from->sketch[i]));
    }
    HC_TRY(hc_cells_merge(into, node, from->cell));
    HC_TRY(hc_times_merge(&node->times, &from->times, &into->room));
    return hc_within_merge_node(&into->within, &node->within, &from->within);
}

static bool same_options(
    const struct hc_profile_options *a, const struct hc_profile_options *b)
{
    return a->columns == b->columns && a->gauges == b->gauges && a->main == b->main &&
           !memcmp(a->main_column, b->main_column, a->main * sizeof(*a->main_column)) &&
           a->grain_s == b->grain_s && a->step_hint_us == b->step_hint_us &&
           a->comoments == b->comoments;
}

/* What `from` still has on its way to the sink goes by way of `into`. */
static enum hc_status merge_out(struct hc_profile *into, const struct hc_profile *from)
{
    const struct hc_cell_sink *sink = &into->options.sink;

    if (!from->n_out || !sink->write)
        return HC_OK;
    return sink->write(
        sink->context, (const struct hc_cell_record *)from->out, from->n_out);
}

enum hc_status hc_profile_merge(struct hc_profile *into, const struct hc_profile *from)
{
    if (into == from || !same_options(&into->options, &from->options))
        return HC_USAGE;
    into->rows += from->rows;
    into->rows_no_key += from->rows_no_key;
    for (size_t j = 0; j < into->options.columns; j++)
        HC_TRY(merge_column(&into->columns[j], &from->columns[j]));
    HC_TRY(hc_comoments_merge(&into->co, &from->co));
    HC_TRY(hc_within_merge(&into->within, &from->within));
    for (size_t i = 0; i < from->nodes.names.n; i++)
        HC_TRY(merge_node(into, from->nodes.nodes[i]));
    return merge_out(into, from);
}

enum hc_status hc_profile_flush(struct hc_profile *p)
{
    for (size_t i = 0; i < p->nodes.names.n; i++) {
        HC_TRY(hc_cells_close(p, p->nodes.nodes[i]));
        HC_TRY(hc_times_close_run(&p->nodes.nodes[i]->times, &p->room));
    }
    p->stretch++;
    p->next_row = -1;
    return hc_cells_send(p);
}
