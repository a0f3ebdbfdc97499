#include "base/simd.h"
#include "replay/fit.h"

static uint8_t bars_of(
    const struct hc_fleet *fleet, const struct hc_shape *shape, size_t node)
{
    const struct hc_rules *rules = &fleet->trace->rules[shape->rules];

    return rules->bars ? rules->bars[node] : 0;
}

size_t hc_fit_gpus(const struct hc_fleet *fleet, uint32_t milli, size_t node)
{
    const uint16_t *left = hc_fleet_gpus(fleet, node);
    size_t n = 0;

    for (size_t g = 0; g < fleet->gpu_stride; g++)
        n += left[g] >= milli;
    return n;
}

static bool has_gpus(
    const struct hc_fleet *fleet, const struct hc_shape *shape, size_t node)
{
    if (shape->gpus <= 1)
        return !shape->gpus || fleet->gpu_most[node] >= shape->gpu_milli;
    if (shape->gpu_milli == HC_GPU_WHOLE)
        return fleet->gpu_idle[node] >= shape->gpus;
    return hc_fit_gpus(fleet, shape->gpu_milli, node) >= shape->gpus;
}

static bool is_short(int64_t asked, int64_t left)
{
    return asked > 0 && asked > left;
}

static bool has_extended(
    const struct hc_fleet *fleet, const struct hc_shape *shape, size_t node)
{
    for (size_t e = 0; shape->any_extended && e < fleet->trace->extended.n; e++)
        if (is_short(shape->extended[e], fleet->extended_left[e * fleet->n + node]))
            return false;
    return true;
}

static inline bool fits(
    const struct hc_fleet *fleet, const struct hc_shape *shape, size_t node)
{
    return fleet->present[node] && !is_short(shape->cpu, fleet->cpu_left[node]) &&
           !is_short(shape->memory, fleet->memory_left[node]) &&
           fleet->pods_left[node] >= 1 && !bars_of(fleet, shape, node) &&
           !is_short(shape->ephemeral, fleet->ephemeral_left[node]) &&
           has_gpus(fleet, shape, node) && has_extended(fleet, shape, node);
}

bool hc_fits(const struct hc_fleet *fleet, const struct hc_shape *shape, size_t node)
{
    return fits(fleet, shape, node);
}

size_t hc_fits_some(const struct hc_fleet *fleet, const struct hc_shape *shape,
    const uint32_t *nodes, size_t n, uint32_t *ret)
{
    size_t fit = 0;

    for (size_t i = 0; i < n; i++) {
        ret[fit] = nodes[i];
        fit += fits(fleet, shape, nodes[i]);
    }
    return fit;
}

/* What every pod asks for. */
HC_SIMD static void fit_plain(
    const struct hc_fleet *f, int64_t cpu, int64_t memory, uint8_t *out)
{
    for (size_t i = 0; i < f->n; i++)
        out[i] = f->present[i] & (f->cpu_left[i] >= cpu) & (f->memory_left[i] >= memory) &
                 (f->pods_left[i] >= 1);
}

HC_SIMD static void fit_gpus(
    const struct hc_fleet *f, uint32_t most, uint32_t idle, uint8_t *out)
{
    for (size_t i = 0; i < f->n; i++)
        out[i] &= (f->gpu_most[i] >= most) & (f->gpu_idle[i] >= idle);
}

/* Zero is never too much. */
static int64_t least_left(int64_t asked)
{
    return asked > 0 ? asked : INT64_MIN;
}

void hc_fits_all(const struct hc_fleet *fleet, const struct hc_shape *shape, uint8_t *out)
{
    const uint8_t *bars = fleet->trace->rules[shape->rules].bars;
    bool whole = shape->gpu_milli == HC_GPU_WHOLE;

    if (shape->any_extended || (shape->gpus > 1 && !whole)) {
        for (size_t i = 0; i < fleet->n; i++)
            out[i] = hc_fits(fleet, shape, i);
        return;
    }
    fit_plain(fleet, least_left(shape->cpu), least_left(shape->memory), out);
    for (size_t i = 0; shape->ephemeral > 0 && i < fleet->n; i++)
        out[i] &= fleet->ephemeral_left[i] >= shape->ephemeral;
    if (shape->gpus)
        fit_gpus(fleet, shape->gpu_milli, whole ? shape->gpus : 0, out);
    for (size_t i = 0; bars && i < fleet->n; i++)
        out[i] &= !bars[i];
}

bool hc_fit_never(const struct hc_trace *trace, const struct hc_shape *shape, size_t node)
{
    const struct hc_replay_node *n = &trace->nodes[node];
    const struct hc_rules *rules = &trace->rules[shape->rules];

    if ((rules->bars && rules->bars[node]) || is_short(shape->cpu, n->cpu) ||
        is_short(shape->memory, n->memory) || is_short(shape->ephemeral, n->ephemeral) ||
        n->pods < 1 || shape->gpus > n->gpus)
        return true;
    for (size_t e = 0; e < trace->extended.n; e++)
        if (is_short(shape->extended[e], n->extended[e]))
            return true;
    return false;
}

/* ---- words ---- */

static const struct {
    enum hc_bar bar;
    const char *reason;
} bar_reasons[] = {
    {HC_BAR_UNSCHEDULABLE, "node(s) were unschedulable"},
    {HC_BAR_NAME, "node(s) didn't match the requested node name"},
    {HC_BAR_TAINT, "node(s) had untolerated taint(s)"},
    {HC_BAR_AFFINITY, "node(s) didn't match Pod's node affinity/selector"},
    {HC_BAR_MODEL, "node(s) had no GPU of an accepted model"},
};

static void add(struct hc_buf *out, size_t from, const char *words, const char *what)
{
    hc_buf_printf(out, "%s%s%s", out->len > from ? ", " : "", words, what);
}

static void add_resources(const struct hc_fleet *f, const struct hc_shape *shape,
    size_t node, struct hc_buf *out)
{
    size_t from = out->len;

    if (f->pods_left[node] < 1)
        add(out, from, "Too many pods", "");
    if (is_short(shape->cpu, f->cpu_left[node]))
        add(out, from, "Insufficient ", "cpu");
    if (is_short(shape->memory, f->memory_left[node]))
        add(out, from, "Insufficient ", "memory");
    if (is_short(shape->ephemeral, f->ephemeral_left[node]))
        add(out, from, "Insufficient ", "ephemeral-storage");
    for (size_t e = 0; shape->any_extended && e < f->trace->extended.n; e++)
        if (is_short(shape->extended[e], f->extended_left[e * f->n + node]))
            add(out, from, "Insufficient ", f->trace->extended.names[e].name);
    if (!has_gpus(f, shape, node) && has_extended(f, shape, node))
        add(out, from, "Insufficient ", "GPUs");
}

void hc_fit_refusal(const struct hc_fleet *fleet, const struct hc_shape *shape,
    size_t node, struct hc_buf *out)
{
    uint8_t bars = bars_of(fleet, shape, node);

    if (!fleet->present[node]) {
        hc_buf_puts(out, "node was not there");
        return;
    }
    for (size_t i = 0; i < HC_COUNT(bar_reasons); i++)
        if (bars & bar_reasons[i].bar) {
            hc_buf_puts(out, bar_reasons[i].reason);
            return;
        }
    add_resources(fleet, shape, node, out);
}
