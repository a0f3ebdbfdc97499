#include "replay/policy.h"

/* Nodes over these shares of CPU are left alone. */
#define LAST_MOST 0.65
#define HOUR_MOST 0.75

/* Weights of the last minutes, the fullest of an hour, and the fullest of a day: hours
 * are known here, so the first two are the same. */
#define LAST_WEIGHT 0.2
#define HOUR_WEIGHT 0.3
#define DAY_WEIGHT 0.5

static double free_share(double used, double capacity)
{
    return capacity <= 0 || used > capacity ? 0 : 1 - used / capacity;
}

static int score(const struct hc_scene *s, const struct hc_shape *shape, size_t node)
{
    const struct hc_fleet *f = s->fleet;
    double capacity = (double)f->cpu[node];
    double last = (double)(f->cpu[node] - f->cpu_left[node]), day = last;

    (void)shape;
    if (hc_load_known(&f->load)) {
        last = hc_load_last(&f->load, HC_LOAD_CPU, node);
        day = hc_load_past(&f->load, HC_LOAD_CPU, node).most;
    }
    if (last > LAST_MOST * capacity || last > HOUR_MOST * capacity)
        return -1;
    return (int)(100 * ((LAST_WEIGHT + HOUR_WEIGHT) * free_share(last, capacity) +
                           DAY_WEIGHT * free_share(day, capacity)));
}

const struct hc_policy hc_policy_dynamic = {
    .name = "Dynamic",
    .formula = "100 (0.5 of CPU free in the last hour + 0.5 of CPU free in the fullest "
               "hour of a day); no node over 65 % CPU",
    .source = "gocrane/crane-scheduler, Dynamic; its minutes are hours here",
    .most = 100,
    .score = score,
};
