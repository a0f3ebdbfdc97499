#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "findings/opportunity.h"
#include "patterns/median.h"

#define HOT 0.8
#define FORGIVEN 1e-9

static const enum hc_metric_id use_metric[HC_RESOURCES] = {HC_CPU, HC_MEMORY};
static const enum hc_metric_id size_metric[HC_RESOURCES] = {HC_CORES, HC_MEMORY_TOTAL};

static void part_add(struct hc_part *into, const struct hc_moments *m)
{
    if (!m->n)
        return;
    if (!into->n) {
        *into = (struct hc_part){m->n, m->mean};
        return;
    }
    into->n += m->n;
    into->mean += (m->mean - into->mean) * ((double)m->n / (double)into->n);
}

static bool is_off(const struct hc_view *view, const struct hc_node_hour *own)
{
    for (int r = 0; r < HC_RESOURCES; r++)
        if (view->weighted[size_metric[r]] && own->size[r].n && own->size[r].mean <= 0)
            return true;
    return false;
}

/* The node's size over the hours in which it is on; 0 if it never tells. */
static double mean_size(
    const struct hc_opportunity_tally *t, const struct hc_view *view, int r)
{
    struct hc_part all = {0};

    if (!view->weighted[size_metric[r]])
        return 1;
    for (size_t i = 0; i < t->n_own; i++) {
        const struct hc_part *size = &t->own[i].size[r];

        if (!size->n || is_off(view, &t->own[i]))
            continue;
        all.n += size->n;
        all.mean += (size->mean - all.mean) * ((double)size->n / (double)all.n);
    }
    return all.mean;
}

static void load_add(struct hc_hour_load *l, double use, double size)
{
    double delta = use - l->mean;

    l->nodes++;
    l->mean += delta / l->nodes;
    l->m2 += delta * (use - l->mean);
    if (size > 0) {
        l->load += use * size;
        l->size += size;
    } else {
        l->unsized++;
        l->unsized_use += use;
    }
}

/* Puts a present node-hour into its hour. */
static enum hc_status fold_hour(struct hc_opportunity_tally *t,
    const struct hc_view *view, const struct hc_node_hour *own, const double *node_size)
{
    size_t known = t->index.n, at;
    struct hc_hour_tally *hour;

    HC_TRY(hc_grow(&t->hours, &t->hours_cap, known + 1, sizeof(*t->hours)));
    HC_TRY(hc_index_at(&t->index, own->hour, &at));
    hour = &t->hours[at];
    if (at == known)
        *hour = (struct hc_hour_tally){0};
    hour->present++;
    hour->hot += own->use[HC_BY_CPU].n && own->use[HC_BY_CPU].mean > HOT;
    for (int r = 0; r < HC_RESOURCES; r++) {
        double use = own->use[r].mean, size = node_size[r];

        if (!own->use[r].n)
            continue;
        if (view->weighted[size_metric[r]] && own->size[r].n)
            size = own->size[r].mean;
        t->clipped += use < 0 || use > 1;
        load_add(&hour->of[r], fmin(fmax(use, 0), 1), size);
    }
    return HC_OK;
}

/* Ends the node at hand: its sizes are known now. */
static enum hc_status close_node(
    struct hc_opportunity_tally *t, const struct hc_view *view)
{
    double size[HC_RESOURCES];

    for (int r = 0; r < HC_RESOURCES; r++) {
        size[r] = mean_size(t, view, r);
        t->sized_nodes[r] += size[r] > 0;
        t->size_sum[r] += size[r];
    }
    for (size_t i = 0; i < t->n_own; i++) {
        const struct hc_node_hour *own = &t->own[i];

        if ((own->use[0].n || own->use[1].n) && !is_off(view, own))
            HC_TRY(fold_hour(t, view, own, size));
    }
    t->n_own = 0;
    return HC_OK;
}

enum hc_status hc_opportunity_add(struct hc_opportunity_tally *t,
    const struct hc_view *view, const struct hc_cell *cell)
{
    int64_t hour = hc_floor_div(cell->start_s, 3600);
    struct hc_node_hour *own;

    if (t->started && cell->node != t->node)
        HC_TRY(close_node(t, view));
    t->started = true;
    t->node = cell->node;
    if (!t->n_own || t->own[t->n_own - 1].hour != hour) {
        HC_TRY(hc_grow(&t->own, &t->own_cap, t->n_own + 1, sizeof(*t->own)));
        t->own[t->n_own++] = (struct hc_node_hour){.hour = hour};
    }
    own = &t->own[t->n_own - 1];
    for (int r = 0; r < HC_RESOURCES; r++) {
        part_add(&own->use[r], &cell->gauge[use_metric[r]]);
        part_add(&own->size[r], &cell->gauge[size_metric[r]]);
    }
    return HC_OK;
}

/* --- reading ------------------------------------------------------------- */

/* Nodes' worth of load at the target, not yet whole. */
static double raw_need(const struct hc_hour_load *l, double mean, double target)
{
    return (l->load + l->unsized_use * mean) / (target * mean);
}

static uint32_t whole_nodes(double need)
{
    double whole = ceil(need - FORGIVEN * fmax(need, 1));

    if (need <= 0)
        return 0;
    return (uint32_t)fmin(fmax(whole, 1), UINT32_MAX);
}

static bool is_hot_if_even(const struct hc_hour_load *cpu, double mean)
{
    double size = cpu->size + cpu->unsized * mean;
    double load = cpu->load + cpu->unsized_use * mean;

    return size > 0 && load / size > HOT + FORGIVEN;
}

static double deviation(const struct hc_hour_load *l)
{
    return sqrt(l->m2 / (l->nodes - 1));
}

struct reader {
    double mean[HC_RESOURCES]; /* of a node */
    double *present, *needed;  /* [hours] */
    struct hc_need *needs;     /* [hours] */
    uint64_t spread_hours[HC_RESOURCES];
    double spread_sum[HC_RESOURCES];
};

static void reader_clear(struct reader *reader)
{
    hc_free(reader->present);
    hc_free(reader->needed);
    hc_free(reader->needs);
}

static uint32_t count_need(const struct reader *reader, const struct hc_view *view,
    const struct hc_hour_tally *hour, struct hc_opportunity *o)
{
    double cpu = raw_need(
        &hour->of[HC_BY_CPU], reader->mean[HC_BY_CPU], view->settings->target_cpu);
    double memory = raw_need(&hour->of[HC_BY_MEMORY], reader->mean[HC_BY_MEMORY],
        view->settings->target_memory);

    if (cpu > 0 && cpu >= memory)
        o->cpu_bound_hours++;
    else if (memory > 0)
        o->memory_bound_hours++;
    return whole_nodes(fmax(cpu, memory));
}

static void read_hour(struct reader *reader, const struct hc_view *view, int64_t start_s,
    const struct hc_hour_tally *hour, struct hc_opportunity *o)
{
    const struct hc_hour_load *cpu = &hour->of[HC_BY_CPU];
    uint32_t needed = count_need(reader, view, hour, o);

    reader->needs[o->hours] = (struct hc_need){start_s, hour->present, needed};
    reader->present[o->hours] = hour->present;
    reader->needed[o->hours++] = needed;
    o->node_hours += hour->present;
    o->node_hours_needed += needed;
    if (hour->present > needed)
        o->node_hours_not_needed += hour->present - needed;
    o->hot_node_hours += hour->hot;
    o->cpu_node_hours += cpu->nodes;
    if (is_hot_if_even(cpu, reader->mean[HC_BY_CPU]))
        o->hot_if_even += cpu->nodes;
    for (int r = 0; r < HC_RESOURCES; r++) {
        if (hour->of[r].nodes < 2)
            continue;
        reader->spread_hours[r]++;
        reader->spread_sum[r] += deviation(&hour->of[r]);
    }
}

static struct hc_spread spread_of(double *values, size_t n)
{
    if (!n)
        return (struct hc_spread){NAN, NAN, NAN, NAN};
    return (struct hc_spread){
        .median = hc_pick(values, n, hc_quantile_rank(0.5, n)),
        .p95 = hc_pick(values, n, hc_quantile_rank(0.95, n)),
        .p99 = hc_pick(values, n, hc_quantile_rank(0.99, n)),
        .max = hc_pick(values, n, n - 1),
    };
}

/* Nodes of 7 days and more: how far the busiest is from their mean. */
static void compare_nodes(const struct hc_view *view, int group, struct hc_opportunity *o)
{
    double sum = 0, busiest = 0;
    uint32_t with_cpu = 0;

    for (size_t i = 0; i < view->summary->n_nodes; i++) {
        const struct hc_stats *cpu = &view->summary->nodes[i].main[0];

        if (group != HC_ALL_NODES && view->group[i] != (uint32_t)group)
            continue;
        if (!view->compared[i]) {
            o->nodes_left_out++;
            continue;
        }
        o->nodes_compared++;
        if (!cpu->n)
            continue;
        if (!with_cpu++ || cpu->mean > busiest)
            busiest = cpu->mean;
        sum += cpu->mean;
    }
    o->max_mean_ratio = with_cpu > 1 && sum > 0 ? busiest / (sum / with_cpu) : NAN;
}

double hc_opportunity_pct(const struct hc_stats *cpu, double target)
{
    double pct = (cpu->mean - target) / cpu->mean * 100;

    return cpu->n && isfinite(pct) ? pct : NAN;
}

static void judge(const struct hc_view *view, struct hc_opportunity *o)
{
    if (!view->column[HC_CPU] && !view->column[HC_MEMORY])
        hc_verdict_set(&o->verdict, HC_NOT_AVAILABLE,
            "no column 'cpu_usage_rate' and no column 'memory_usage'");
    else if (!o->hours)
        hc_verdict_set(&o->verdict, HC_NOT_ENOUGH_DATA,
            "no node that is switched on has a CPU or memory value");
}

static void read_sizes(const struct hc_opportunity_tally *t, const struct hc_view *view,
    struct reader *reader, struct hc_opportunity *o)
{
    for (int r = 0; r < HC_RESOURCES; r++)
        reader->mean[r] = t->sized_nodes[r] ? t->size_sum[r] / t->sized_nodes[r] : 1;
    o->mean_cores = reader->mean[HC_BY_CPU];
    o->mean_memory = reader->mean[HC_BY_MEMORY];
    o->weighted_by_cores = view->weighted[HC_CORES] && t->sized_nodes[HC_BY_CPU];
    o->weighted_by_memory =
        view->weighted[HC_MEMORY_TOTAL] && t->sized_nodes[HC_BY_MEMORY];
}

static int by_start(const void *a, const void *b)
{
    int64_t x = ((const struct hc_need *)a)->start_s;
    int64_t y = ((const struct hc_need *)b)->start_s;

    return (x > y) - (x < y);
}

static enum hc_status reader_init(struct reader *reader, size_t n_hours)
{
    reader->present = hc_alloc(n_hours, sizeof(*reader->present));
    reader->needed = hc_alloc(n_hours, sizeof(*reader->needed));
    reader->needs = hc_alloc(n_hours, sizeof(*reader->needs));
    return reader->present && reader->needed && reader->needs ? HC_OK : HC_NO_MEMORY;
}

static struct hc_need *steal_needs(struct reader *reader, uint64_t n_hours)
{
    struct hc_need *needs = reader->needs;

    reader->needs = NULL;
    qsort(needs, n_hours, sizeof(*needs), by_start);
    return needs;
}

enum hc_status hc_opportunity_read(struct hc_opportunity_tally *t,
    const struct hc_view *view, int group, const struct hc_stats *cpu,
    struct hc_opportunity *o, struct hc_need **ret_needs)
{
    HC_CLEANUP(reader_clear) struct reader reader = {0};

    if (t->started)
        HC_TRY(close_node(t, view));
    *o = (struct hc_opportunity){.clipped_node_hours = t->clipped};
    HC_TRY(reader_init(&reader, t->index.n));
    read_sizes(t, view, &reader, o);
    for (size_t i = 0; i < t->index.n; i++)
        read_hour(&reader, view, t->index.keys[i] * 3600, &t->hours[i], o);
    o->nodes_present = spread_of(reader.present, o->hours);
    o->nodes_needed = spread_of(reader.needed, o->hours);
    o->hot_share = (double)o->hot_node_hours / (double)o->cpu_node_hours;
    o->spread_cpu = reader.spread_sum[HC_BY_CPU] / (double)reader.spread_hours[HC_BY_CPU];
    o->spread_memory =
        reader.spread_sum[HC_BY_MEMORY] / (double)reader.spread_hours[HC_BY_MEMORY];
    o->optimization_potential_pct = hc_opportunity_pct(cpu, view->settings->target_cpu);
    compare_nodes(view, group, o);
    judge(view, o);
    if (ret_needs)
        *ret_needs = steal_needs(&reader, o->hours);
    return HC_OK;
}

void hc_opportunity_clear(struct hc_opportunity_tally *t)
{
    hc_free(t->own);
    hc_free(t->hours);
    hc_index_clear(&t->index);
    *t = (struct hc_opportunity_tally){0};
}

static enum hc_status add(
    void *state, const struct hc_view *view, const struct hc_cell *cell)
{
    return hc_opportunity_add(state, view, cell);
}

static enum hc_status finish(
    void *state, const struct hc_view *view, struct hc_findings *out)
{
    HC_TRY(hc_opportunity_read(state, view, HC_ALL_NODES, &out->baseline.stats[0],
        &out->opportunity, &out->needs));
    out->n_needs = out->opportunity.hours;
    return HC_OK;
}

static void clear(void *state)
{
    hc_opportunity_clear(state);
}

const struct hc_finding hc_finding_opportunity = {
    .name = "opportunity",
    .state_size = sizeof(struct hc_opportunity_tally),
    .add = add,
    .finish = finish,
    .say = hc_opportunity_say,
    .clear = clear,
};
