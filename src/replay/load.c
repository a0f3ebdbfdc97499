#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "replay/load.h"

enum hc_status hc_load_open(const struct hc_trace *trace, struct hc_load *ret)
{
    HC_CLEANUP(hc_load_clear) struct hc_load load = {.n = trace->n_nodes};

    if (!trace->usage.n_hours) {
        *ret = (struct hc_load){0};
        return HC_OK;
    }
    for (size_t i = 0; i < HC_LOADS; i++) {
        load.hours[i] = hc_calloc(HC_LOAD_HOURS * load.n, sizeof(*load.hours[i]));
        if (!load.hours[i])
            return HC_NO_MEMORY;
    }
    for (size_t i = 0; i < HC_ESTIMATES; i++) {
        load.newer[i] = hc_calloc(load.n, sizeof(*load.newer[i]));
        if (!load.newer[i])
            return HC_NO_MEMORY;
    }
    *ret = load;
    load = (struct hc_load){0};
    return HC_OK;
}

void hc_load_clear(struct hc_load *load)
{
    for (size_t i = 0; i < HC_LOADS; i++)
        hc_free(load->hours[i]);
    for (size_t i = 0; i < HC_ESTIMATES; i++)
        hc_free(load->newer[i]);
    *load = (struct hc_load){0};
}

double hc_load_estimate(const struct hc_shape *shape, enum hc_estimate estimate)
{
    switch (estimate) {
    case HC_ESTIMATE_TRIMARAN_CPU:
        return shape->limit_cpu ? (double)shape->limit_cpu
               : shape->cpu     ? 1.5 * (double)shape->cpu
                                : 1000;
    case HC_ESTIMATE_KOORDINATOR_CPU: return shape->cpu ? 0.85 * (double)shape->cpu : 250;
    case HC_ESTIMATE_KOORDINATOR_MEMORY:
    case HC_ESTIMATES: break;
    }
    return shape->memory ? 0.7 * (double)shape->memory : 200e6;
}

void hc_load_newer(
    struct hc_load *load, const struct hc_shape *shape, size_t node, int sign)
{
    for (size_t i = 0; load->n && i < HC_ESTIMATES; i++)
        load->newer[i][node] += sign * hc_load_estimate(shape, (enum hc_estimate)i);
}

void hc_load_begin_hour(struct hc_load *load)
{
    load->at = (load->at + 1) % HC_LOAD_HOURS;
    load->n_hours += load->n_hours < HC_LOAD_HOURS;
    for (size_t i = 0; i < HC_LOADS; i++)
        memset(load->hours[i] + load->at * load->n, 0, load->n * sizeof(double));
    for (size_t i = 0; i < HC_ESTIMATES; i++)
        memset(load->newer[i], 0, load->n * sizeof(double));
}

void hc_load_add(struct hc_load *load, size_t node, double cpu, double memory)
{
    load->hours[HC_LOAD_CPU][load->at * load->n + node] += cpu;
    load->hours[HC_LOAD_MEMORY][load->at * load->n + node] += memory;
}

struct hc_load_past hc_load_past(
    const struct hc_load *load, enum hc_load_kind kind, size_t node)
{
    struct hc_load_past past = {0};
    double m2 = 0;

    for (size_t i = 0; i < load->n_hours; i++) {
        size_t hour = (load->at + HC_LOAD_HOURS - i) % HC_LOAD_HOURS;
        double x = load->hours[kind][hour * load->n + node], delta = x - past.mean;

        past.mean += delta / (double)(i + 1);
        m2 += delta * (x - past.mean);
        past.most = x > past.most ? x : past.most;
    }
    past.sd = load->n_hours ? sqrt(m2 / (double)load->n_hours) : 0;
    return past;
}
