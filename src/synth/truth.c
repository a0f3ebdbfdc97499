#include <math.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/json.h"
#include "synth/seats.h"

enum { SCHEMA_VERSION = 1, FLAT_FROM = 3, DRAWS_OF_RHYTHM = 2016 };

/*
 * r of two gauges of one node over its days, as measured over 12 seeds of the default
 * options (tests/unit/test_synth.c measures again).
 */
static const struct gauge_pair {
    uint8_t a, b;
    double r_node;
} gauge_pairs[] = {
    {HC_SYNTH_CPU_USAGE_RATE, HC_SYNTH_MEMORY_USAGE, 0.70},
    {HC_SYNTH_CPU_USAGE_RATE, HC_SYNTH_LOAD_1M, 0.93},
    {HC_SYNTH_CPU_USAGE_RATE, HC_SYNTH_LOAD_5M, 0.97},
    {HC_SYNTH_CPU_USAGE_RATE, HC_SYNTH_LOAD_15M, 0.97},
    {HC_SYNTH_CPU_USAGE_RATE, HC_SYNTH_NETWORK_RX_BYTES, 0.92},
    {HC_SYNTH_LOAD_1M, HC_SYNTH_LOAD_5M, 0.95},
    {HC_SYNTH_LOAD_5M, HC_SYNTH_LOAD_15M, 0.99},
    {HC_SYNTH_NETWORK_RX_BYTES, HC_SYNTH_NETWORK_TX_BYTES, 0.95},
    {HC_SYNTH_DISK_READ_BYTES, HC_SYNTH_DISK_WRITE_BYTES, 0.74},
    {HC_SYNTH_MEMORY_USAGE, HC_SYNTH_MEMORY_AVAILABLE, -1.0},
};

/* "key": the time `s` seconds after the start. */
static void put_time(
    struct hc_json *js, const struct hc_synth_plan *plan, const char *key, int64_t s)
{
    hc_json_ktime(js, key, (plan->options.start_s + s) * HC_SECOND_US);
}

static void put_slot(
    struct hc_json *js, const struct hc_synth_plan *plan, const char *key, int64_t slot)
{
    put_time(js, plan, key, slot * plan->options.step_s);
}

static void put_node(
    struct hc_json *js, const struct hc_synth_plan *plan, const char *key, uint32_t node)
{
    hc_json_kstr(js, key, node == HC_NOBODY ? NULL : plan->nodes[node].name);
}

static void open_list(struct hc_json *js, const char *key)
{
    hc_json_key(js, key);
    hc_json_open(js, '[');
}

static void put_options(struct hc_json *js, const struct hc_synth_plan *plan)
{
    const struct hc_synth_options *o = &plan->options;
    char seed[32];

    snprintf(seed, sizeof(seed), "%llu", (unsigned long long)o->seed);
    hc_json_key(js, "options");
    hc_json_open(js, '{');
    hc_json_kint(js, "nodes", o->nodes);
    hc_json_kint(js, "days", o->days);
    hc_json_kint(js, "step_s", o->step_s);
    hc_json_kstr(js, "seed", seed);
    put_time(js, plan, "start", 0);
    hc_json_close(js, '}');
}

static void put_columns(struct hc_json *js, const struct hc_synth_plan *plan)
{
    open_list(js, "columns");
    for (unsigned g = 0; g < HC_SYNTH_GAUGES; g++) {
        uint64_t infinite = hc_synth_bad_count(plan, HC_BAD_INFINITE, g) +
                            hc_synth_bad_count(plan, HC_BAD_MINUS_INFINITE, g);

        hc_json_open(js, '{');
        hc_json_kstr(js, "name", hc_synth_columns[g].name);
        hc_json_kstr(js, "unit", hc_synth_columns[g].unit);
        hc_json_kint(js, "null", (int64_t)hc_synth_bad_count(plan, HC_BAD_NULL, g));
        hc_json_kint(js, "nan", (int64_t)hc_synth_bad_count(plan, HC_BAD_NAN, g));
        hc_json_kint(js, "infinite", (int64_t)infinite);
        hc_json_kint(js, "below", (int64_t)hc_synth_bad_count(plan, HC_BAD_BELOW, g));
        hc_json_kint(js, "above", (int64_t)hc_synth_bad_count(plan, HC_BAD_ABOVE, g));
        hc_json_close(js, '}');
    }
    hc_json_close(js, ']');
}

/* A negative amplitude peaks at the others' low. */
static int64_t peak_hour(const struct hc_synth_plan *plan, double amplitude)
{
    return (plan->peak_hour + (amplitude < 0 ? 12 : 0)) % 24;
}

static void put_pools(struct hc_json *js, const struct hc_synth_plan *plan)
{
    open_list(js, "pools");
    for (unsigned p = 0; p < HC_POOLS; p++) {
        double amplitude = hc_synth_pools[p].amplitude;
        int64_t nodes = 0;

        for (uint32_t i = 0; i < plan->n_nodes; i++)
            nodes += plan->nodes[i].pool == p;
        if (!nodes)
            continue;
        hc_json_open(js, '{');
        hc_json_kstr(js, "pool", hc_synth_pools[p].name);
        hc_json_kint(js, "nodes", nodes);
        hc_json_knum(js, "amplitude", fabs(amplitude));
        hc_json_kint(js, "peak_hour", peak_hour(plan, amplitude));
        hc_json_close(js, '}');
    }
    hc_json_close(js, ']');
}

static void put_rhythm(struct hc_json *js, const struct hc_synth_plan *plan)
{
    hc_json_key(js, "rhythm");
    hc_json_open(js, '{');
    hc_json_kint(js, "peak_hour", plan->peak_hour);
    hc_json_kint(js, "low_hour", (plan->peak_hour + 12) % 24);
    open_list(js, "weekday_factor");
    for (int d = 0; d < 7; d++)
        hc_json_num(js, plan->week[d]);
    hc_json_close(js, ']');
    hc_json_kint(js, "busiest_day", 2);
    hc_json_kint(js, "quietest_day", 6);
    put_pools(js, plan);
    hc_json_close(js, '}');
}

static void put_nodes(struct hc_json *js, const struct hc_synth_plan *plan)
{
    open_list(js, "nodes");
    for (uint32_t i = 0; i < plan->n_nodes; i++) {
        const struct hc_synth_node *node = &plan->nodes[i];

        hc_json_open(js, '{');
        hc_json_kstr(js, "node", node->name);
        hc_json_kstr(js, "pool", hc_synth_node_pool(plan, i));
        hc_json_knum(js, "cpu_cores", node->cores);
        hc_json_knum(js, "memory_total", node->memory_total);
        hc_json_knum(js, "cpu_level", node->level);
        hc_json_knum(js, "amplitude", fabs(node->amplitude));
        hc_json_kint(js, "peak_hour", peak_hour(plan, node->amplitude));
        hc_json_kint(js, "rows", (int64_t)hc_synth_node_rows(plan, i));
        put_slot(js, plan, "first", node->first);
        put_slot(js, plan, "last", node->end - 1);
        hc_json_close(js, '}');
    }
    hc_json_close(js, ']');
}

/* Second moments of the two rhythms, and of the slow noise between its points. */
struct moments {
    double aa, bb, ab, slow;
};

static struct moments rhythm_moments(const struct hc_synth_plan *plan,
    const struct hc_synth_node *a, const struct hc_synth_node *b)
{
    int64_t days = plan->options.days < 7 ? plan->options.days : 7;
    int64_t slots = hc_synth_slot_at(plan, days * HC_SYNTH_DAY_S);
    int64_t stride = slots / DRAWS_OF_RHYTHM + 1, n = 0;
    double sum_a = 0, sum_b = 0;
    struct moments m = {0};

    for (int64_t k = 0; k < slots; k += stride, n++) {
        int64_t t = k * plan->options.step_s;
        double wave = hc_synth_wave(plan, t);
        double week = plan->week[hc_synth_weekday(plan, t / HC_SYNTH_DAY_S)];
        double x = a->level * (1.0 + a->amplitude * wave) * week;
        double y = b->level * (1.0 + b->amplitude * wave) * week;
        double u = (double)(t % HC_SLOW_CPU_S) / HC_SLOW_CPU_S,
               f = u * u * (3.0 - 2.0 * u);

        sum_a += x, sum_b += y;
        m.aa += x * x, m.bb += y * y, m.ab += x * y;
        m.slow += f * f + (1.0 - f) * (1.0 - f);
    }
    m.aa = m.aa / (double)n - sum_a / (double)n * (sum_a / (double)n);
    m.bb = m.bb / (double)n - sum_b / (double)n * (sum_b / (double)n);
    m.ab = m.ab / (double)n - sum_a / (double)n * (sum_b / (double)n);
    m.slow /= (double)n;
    return m;
}

/* Two digits: more is not promised. */
static void put_r(struct hc_json *js, const char *key, double r)
{
    double hundredths = r * 100.0 + (r < 0 ? -0.5 : 0.5);

    hc_json_knum(js, key, (double)(int64_t)hundredths / 100.0);
}

static void put_node_pair(struct hc_json *js, const struct hc_synth_plan *plan,
    enum hc_synth_role a, enum hc_synth_role b)
{
    const struct hc_synth_node *na, *nb;
    struct moments m;
    double va, vb, vab, white = HC_CPU_NOISE * HC_CPU_NOISE;

    if (plan->role[a] == HC_NOBODY)
        return;
    na = &plan->nodes[plan->role[a]];
    nb = &plan->nodes[plan->role[b]];
    m = rhythm_moments(plan, na, nb);
    va = na->slow * na->slow * m.slow + white;
    vb = nb->slow * nb->slow * m.slow + white;
    vab = na->slow * nb->slow * m.slow;
    hc_json_open(js, '{');
    put_node(js, plan, "a", plan->role[a]);
    put_node(js, plan, "b", plan->role[b]);
    put_r(js, "r", (m.ab + vab) / sqrt((m.aa + va) * (m.bb + vb)));
    put_r(js, "r_residual", vab / sqrt(va * vb));
    hc_json_close(js, '}');
}

static void put_correlations(struct hc_json *js, const struct hc_synth_plan *plan)
{
    open_list(js, "correlated_nodes");
    put_node_pair(js, plan, HC_ROLE_TOGETHER_A, HC_ROLE_TOGETHER_B);
    put_node_pair(js, plan, HC_ROLE_AGAINST_A, HC_ROLE_AGAINST_B);
    hc_json_close(js, ']');
    open_list(js, "correlated_gauges");
    for (size_t i = 0; i < HC_COUNT(gauge_pairs); i++) {
        hc_json_open(js, '{');
        hc_json_kstr(js, "a", hc_synth_columns[gauge_pairs[i].a].name);
        hc_json_kstr(js, "b", hc_synth_columns[gauge_pairs[i].b].name);
        hc_json_knum(js, "r_node", gauge_pairs[i].r_node);
        hc_json_close(js, '}');
    }
    hc_json_close(js, ']');
}

static void put_bursts(struct hc_json *js, const struct hc_synth_plan *plan)
{
    open_list(js, "bursts");
    for (size_t i = 0; i < plan->n_bursts; i++) {
        hc_json_open(js, '{');
        put_node(js, plan, "node", plan->bursts[i].node);
        put_slot(js, plan, "start", plan->bursts[i].first);
        put_slot(js, plan, "end", plan->bursts[i].end);
        hc_json_knum(js, "height", plan->bursts[i].height);
        hc_json_close(js, '}');
    }
    hc_json_close(js, ']');
}

/* Nodes that are there before and after the gap. */
static int64_t nodes_across(
    const struct hc_synth_plan *plan, const struct hc_synth_gap *gap)
{
    int64_t n = 0;

    for (uint32_t i = 0; i < plan->n_nodes; i++)
        n += plan->nodes[i].first < gap->first && plan->nodes[i].end > gap->end;
    return n;
}

static void put_gap(
    struct hc_json *js, const struct hc_synth_plan *plan, const struct hc_synth_gap *gap)
{
    int64_t slots = gap->end - gap->first, nodes = 1;

    hc_json_open(js, '{');
    if (gap->node == HC_NOBODY)
        nodes = nodes_across(plan, gap);
    else
        put_node(js, plan, "node", gap->node);
    put_slot(js, plan, "start", gap->first);
    put_slot(js, plan, "end", gap->end);
    if (gap->node == HC_NOBODY)
        hc_json_kint(js, "nodes", nodes);
    hc_json_kint(js, "rows", nodes * slots);
    hc_json_kint(js, "longest_gap_s", (slots + 1) * plan->options.step_s);
    hc_json_close(js, '}');
}

static void put_gaps(
    struct hc_json *js, const struct hc_synth_plan *plan, const char *key, bool fleet)
{
    open_list(js, key);
    for (size_t i = 0; i < plan->n_gaps; i++)
        if ((plan->gaps[i].node == HC_NOBODY) == fleet)
            put_gap(js, plan, &plan->gaps[i]);
    hc_json_close(js, ']');
}

static void put_bad_rows(struct hc_json *js, const struct hc_synth_plan *plan)
{
    hc_json_key(js, "duplicates");
    hc_json_open(js, '{');
    hc_json_kint(js, "exact", (int64_t)hc_synth_bad_count(plan, HC_BAD_EXACT, 0));
    hc_json_kint(
        js, "conflicting", (int64_t)hc_synth_bad_count(plan, HC_BAD_CONFLICT, 0));
    hc_json_close(js, '}');
    hc_json_kint(js, "out_of_order", (int64_t)hc_synth_bad_count(plan, HC_BAD_SWAP, 0));
}

/* A list of the one node that plays `role`, or of none; true: its object is open. */
static bool open_role(struct hc_json *js, const struct hc_synth_plan *plan,
    const char *key, enum hc_synth_role role)
{
    open_list(js, key);
    if (plan->role[role] == HC_NOBODY)
        return false;
    hc_json_open(js, '{');
    put_node(js, plan, "node", plan->role[role]);
    return true;
}

static void close_role(struct hc_json *js, bool opened)
{
    if (opened)
        hc_json_close(js, '}');
    hc_json_close(js, ']');
}

static void put_roles(struct hc_json *js, const struct hc_synth_plan *plan)
{
    const uint32_t *role = plan->role;
    bool on;

    on = open_role(js, plan, "joins_late", HC_ROLE_JOINS_LATE);
    if (on)
        put_slot(js, plan, "first", plan->nodes[role[HC_ROLE_JOINS_LATE]].first);
    close_role(js, on);
    on = open_role(js, plan, "leaves_early", HC_ROLE_LEAVES_EARLY);
    if (on)
        put_slot(js, plan, "last", plan->nodes[role[HC_ROLE_LEAVES_EARLY]].end - 1);
    close_role(js, on);
    on = open_role(js, plan, "maintenance", HC_ROLE_MAINTENANCE);
    if (on) {
        put_time(js, plan, "start", plan->maintenance_day * HC_SYNTH_DAY_S);
        put_time(js, plan, "end", (plan->maintenance_day + 1) * HC_SYNTH_DAY_S);
    }
    close_role(js, on);
    on = open_role(js, plan, "trends", HC_ROLE_TREND);
    if (on)
        hc_json_knum(js, "slope_per_day", plan->nodes[role[HC_ROLE_TREND]].slope);
    close_role(js, on);
}

void hc_synth_truth(const struct hc_synth_plan *plan, struct hc_buf *out)
{
    struct hc_json js;
    uint32_t least = plan->role[HC_ROLE_LEAST_BUSY];

    hc_json_init(&js, out, FLAT_FROM);
    hc_json_open(&js, '{');
    hc_json_kint(&js, "schema_version", SCHEMA_VERSION);
    put_options(&js, plan);
    put_time(&js, plan, "start", 0);
    put_time(&js, plan, "end", plan->options.days * HC_SYNTH_DAY_S);
    hc_json_kint(&js, "rows", (int64_t)hc_synth_total_rows(plan));
    put_columns(&js, plan);
    put_rhythm(&js, plan);
    put_nodes(&js, plan);
    put_node(&js, plan, "busiest_node", plan->role[HC_ROLE_BUSIEST]);
    put_node(&js, plan, "least_busy_node",
        least == HC_NOBODY ? plan->role[HC_ROLE_BUSIEST] : least);
    put_correlations(&js, plan);
    put_bursts(&js, plan);
    put_gaps(&js, plan, "node_gaps", false);
    put_gaps(&js, plan, "fleet_gaps", true);
    put_bad_rows(&js, plan);
    put_roles(&js, plan);
    hc_synth_truth_pods(plan, &js);
    hc_json_close(&js, '}');
    hc_buf_putc(out, '\n');
}
