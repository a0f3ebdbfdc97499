#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "synth/course.h"
#include "synth/random.h"

enum { BAND_ROWS = 122880 }; /* a row group of DuckDB */

/* The noise of one sample: mean 0, deviation 1. */
struct noise {
    double cpu, load_1m, load_5m, load_15m, memory, iowait, steal, rx, tx, read, write;
};

static struct noise noise_at(const struct hc_course *s, int64_t slot)
{
    uint64_t seed = s->plan->options.seed;
    uint32_t k = (uint32_t)slot;
    struct hc_random a = hc_random_at(seed, HC_RANDOM_ROW, s->index, k);
    struct hc_random b = hc_random_at(seed, HC_RANDOM_ROW + 1, s->index, k);
    struct hc_random c = hc_random_at(seed, HC_RANDOM_ROW + 2, s->index, k);

    return (struct noise){
        .cpu = hc_random_bell(a.word[0], a.word[1]),
        .load_1m = hc_random_triangle(a.word[2]),
        .load_5m = hc_random_triangle(a.word[3]),
        .load_15m = hc_random_triangle(b.word[0]),
        .memory = hc_random_triangle(b.word[1]),
        .iowait = hc_random_triangle(b.word[2]),
        .steal = hc_random_triangle(b.word[3]),
        .rx = hc_random_triangle(c.word[0]),
        .tx = hc_random_triangle(c.word[1]),
        .read = hc_random_triangle(c.word[2]),
        .write = hc_random_triangle(c.word[3]),
    };
}

/* load: cores busy and waiting; the longer the average, the less of noise and burst. */
static void set_loads(double *value, double cores, double rhythm, double slow,
    double burst, const struct noise *w)
{
    double busy_1m = rhythm + slow + burst + 0.030 * w->load_1m;
    double busy_5m = rhythm + slow + 0.9 * burst + 0.012 * w->load_5m;
    double busy_15m = rhythm + 0.85 * slow + 0.7 * burst + 0.006 * w->load_15m;

    value[HC_SYNTH_LOAD_1M] =
        hc_synth_rounded(1.05 * cores * hc_synth_cut(busy_1m, 0.003, 1.5), 100);
    value[HC_SYNTH_LOAD_5M] =
        hc_synth_rounded(1.05 * cores * hc_synth_cut(busy_5m, 0.003, 1.5), 100);
    value[HC_SYNTH_LOAD_15M] =
        hc_synth_rounded(1.05 * cores * hc_synth_cut(busy_15m, 0.003, 1.5), 100);
}

static void set_memory(double *value, const struct hc_synth_node *node, double usage)
{
    usage = hc_synth_rounded(hc_synth_cut(usage, 0.02, 0.97), 1e5);
    value[HC_SYNTH_MEMORY_USAGE] = usage;
    value[HC_SYNTH_MEMORY_TOTAL] = node->memory_total;
    value[HC_SYNTH_MEMORY_AVAILABLE] =
        hc_synth_rounded(node->memory_total * (1.0 - usage), 1);
}

/* Disk and network follow the processor; what waits and is stolen fits beside it. */
static void set_traffic(double *value, const struct hc_synth_node *node,
    double disk_noise, const struct noise *w)
{
    double cpu = value[HC_SYNTH_CPU_USAGE_RATE], idle = 1.0 - cpu;
    double disk = cpu * (0.8 + 0.2 * disk_noise);
    double wait = 0.004 + 0.10 * disk * (1.0 + 0.2 * w->iowait);
    double steal = 0.004 + 0.0015 * w->steal;
    double rx = node->network_scale * cpu * (1.0 + 0.12 * w->rx);

    value[HC_SYNTH_CPU_IOWAIT] = hc_synth_rounded(hc_synth_cut(wait, 0, 0.5 * idle), 1e5);
    value[HC_SYNTH_CPU_STEAL] = hc_synth_rounded(hc_synth_cut(steal, 0, 0.3 * idle), 1e5);
    value[HC_SYNTH_NETWORK_RX_BYTES] = hc_synth_rounded(rx, 1);
    value[HC_SYNTH_NETWORK_TX_BYTES] =
        hc_synth_rounded(0.6 * rx * (1.0 + 0.10 * w->tx), 1);
    value[HC_SYNTH_DISK_READ_BYTES] =
        hc_synth_rounded(node->read_scale * disk * (1.0 + 0.25 * w->read), 1);
    value[HC_SYNTH_DISK_WRITE_BYTES] =
        hc_synth_rounded(node->write_scale * disk * (1.0 + 0.15 * w->write), 1);
}

/* The clean gauges of a slot (the model: plan.h). */
static void gauges_at(struct hc_course *s, int64_t slot, double *value)
{
    const struct hc_synth_node *node = s->node;
    int64_t t = slot * s->plan->options.step_s;
    double day = (double)t / HC_SYNTH_DAY_S;
    struct noise w = noise_at(s, slot);
    struct hc_course_at at = hc_course_at(s, t);
    double cpu = at.cpu + HC_CPU_NOISE * w.cpu, memory = at.memory + 0.004 * w.memory;

    if (s->drained) {
        cpu = at.cpu + 0.0007 * w.cpu;
        memory = at.memory + 0.002 * w.memory;
    }
    value[HC_SYNTH_CPU_USAGE_RATE] =
        hc_synth_rounded(hc_synth_cut(cpu, HC_CPU_LOW, HC_CPU_HIGH), 1e5);
    value[HC_SYNTH_CPU_CORES] = node->cores;
    value[HC_SYNTH_DISK_USAGE] = hc_synth_rounded(
        node->disk_level + node->disk_slope * day + 0.003 * at.disk_noise, 1e5);
    set_memory(value, node, memory);
    set_loads(value, node->cores, at.rhythm, at.slow, at.burst, &w);
    set_traffic(value, node, at.disk_noise, &w);
}

static void add_row(struct hc_course *s, int64_t slot, struct hc_synth_rows *rows)
{
    double value[HC_SYNTH_GAUGES];
    size_t row = rows->n++;

    assert(row < rows->cap);
    gauges_at(s, slot, value);
    rows->node[row] = s->index;
    rows->time_us[row] =
        (s->plan->options.start_s + slot * s->plan->options.step_s) * 1000000;
    for (size_t g = 0; g < HC_SYNTH_GAUGES; g++)
        rows->gauge[g][row] = value[g];
}

static void spoil_cell(struct hc_synth_rows *rows, const struct hc_synth_bad *bad)
{
    size_t row = rows->n - 1;
    double *cell = &rows->gauge[bad->gauge][row];

    switch (bad->badness) {
    case HC_BAD_NULL:
        *cell = 0;
        rows->valid[bad->gauge][row / 64] &= ~(UINT64_C(1) << (row % 64));
        break;
    case HC_BAD_NAN: *cell = NAN; break;
    case HC_BAD_INFINITE: *cell = INFINITY; break;
    case HC_BAD_MINUS_INFINITE: *cell = -INFINITY; break;
    case HC_BAD_BELOW: *cell = -0.0625 - *cell; break;
    case HC_BAD_ABOVE: *cell = 1.0625 + *cell; break;
    default: assert(bad->badness < HC_BAD_CELLS); break;
    }
}

/* The last row again; all its cells are valid, since bad things never meet. */
static void repeat_row(struct hc_synth_rows *rows, bool conflict)
{
    size_t row = rows->n++;

    assert(row < rows->cap);
    rows->node[row] = rows->node[row - 1];
    rows->time_us[row] = rows->time_us[row - 1];
    for (size_t g = 0; g < HC_SYNTH_GAUGES; g++)
        rows->gauge[g][row] = rows->gauge[g][row - 1];
    if (conflict) {
        double *cpu = &rows->gauge[HC_SYNTH_CPU_USAGE_RATE][row];

        *cpu += *cpu < 0.5 ? 0.03125 : -0.03125;
        rows->gauge[HC_SYNTH_LOAD_1M][row] += 0.5;
    }
}

/* The rows about a bad thing; returns how many slots they took. */
static int64_t add_bad(
    struct hc_course *s, const struct hc_synth_bad *bad, struct hc_synth_rows *rows)
{
    if (bad->badness == HC_BAD_SWAP) {
        add_row(s, bad->slot + 1, rows);
        add_row(s, bad->slot, rows);
        return 2;
    }
    add_row(s, bad->slot, rows);
    if (bad->badness < HC_BAD_CELLS)
        spoil_cell(rows, bad);
    else
        repeat_row(rows, bad->badness == HC_BAD_CONFLICT);
    return 1;
}

static void add_node(const struct hc_synth_plan *plan, uint32_t day, uint32_t index,
    int64_t first, int64_t end, struct hc_synth_rows *rows)
{
    struct hc_course s;
    size_t next = hc_synth_bad_from(plan, index, first);

    hc_course_init(&s, plan, index, day);
    for (int64_t slot = first; slot < end;) {
        const struct hc_synth_bad *bad = &plan->bad[next];

        if (next < plan->n_bad && bad->node == index && bad->slot == slot) {
            slot += add_bad(&s, bad, rows);
            next++;
            continue;
        }
        if (hc_synth_present(plan, index, slot))
            add_row(&s, slot, rows);
        slot++;
    }
}

void hc_synth_rows_clear(struct hc_synth_rows *rows)
{
    if (!rows)
        return;
    hc_free(rows->block);
    *rows = (struct hc_synth_rows){0};
}

/* One block for all columns, so that there is one thing to fail and to free. */
static enum hc_status make_room(struct hc_synth_rows *rows, size_t need)
{
    size_t words = (need + 63) / 64, cap = words * 64;
    size_t row_bytes =
        sizeof(int64_t) + sizeof(uint32_t) + HC_SYNTH_GAUGES * sizeof(double);
    size_t word_bytes = row_bytes * 64 + HC_SYNTH_GAUGES * sizeof(uint64_t);
    char *at;

    rows->n = 0;
    if (need > rows->cap) {
        hc_synth_rows_clear(rows);
        rows->block = hc_alloc(words, word_bytes);
        if (!rows->block)
            return HC_NO_MEMORY;
        rows->cap = cap;
        at = rows->block;
        rows->time_us = (int64_t *)(void *)at;
        at += cap * sizeof(int64_t);
        for (size_t g = 0; g < HC_SYNTH_GAUGES; g++, at += cap * sizeof(double))
            rows->gauge[g] = (double *)(void *)at;
        for (size_t g = 0; g < HC_SYNTH_GAUGES; g++, at += words * sizeof(uint64_t))
            rows->valid[g] = (uint64_t *)(void *)at;
        rows->node = (uint32_t *)(void *)at;
    }
    for (size_t g = 0; g < HC_SYNTH_GAUGES && need; g++)
        memset(rows->valid[g], 0xff, words * sizeof(uint64_t));
    return HC_OK;
}

enum hc_status hc_synth_fill(const struct hc_synth_plan *plan, uint32_t day,
    uint32_t first_node, uint32_t nodes, struct hc_synth_rows *rows)
{
    int64_t first = hc_synth_slot_at(plan, (int64_t)day * HC_SYNTH_DAY_S);
    int64_t end = hc_synth_slot_at(plan, ((int64_t)day + 1) * HC_SYNTH_DAY_S);
    size_t need = nodes * (size_t)(end - first);

    assert(day < plan->options.days);
    assert(first_node <= plan->n_nodes && nodes <= plan->n_nodes - first_node);
    for (uint32_t i = first_node; i < first_node + nodes; i++)
        need += hc_synth_bad_from(plan, i, end) - hc_synth_bad_from(plan, i, first);
    HC_TRY(make_room(rows, need));
    for (uint32_t i = first_node; i < first_node + nodes; i++)
        add_node(plan, day, i, first, end, rows);
    return HC_OK;
}

uint32_t hc_synth_band_nodes(const struct hc_synth_plan *plan)
{
    int64_t a_day = hc_synth_slot_at(plan, HC_SYNTH_DAY_S);
    uint32_t nodes = (uint32_t)(BAND_ROWS / a_day);

    return nodes < 1 ? 1 : nodes < plan->n_nodes ? nodes : plan->n_nodes;
}
