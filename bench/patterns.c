/*
 * bench_patterns [NODES] [DAYS] [GAUGES] [THREADS] - the time of each method of
 * src/patterns over a fleet of made-up series: ninja -C build bench_patterns
 *
 * Defaults: 300 nodes, 91 days, 7 gauges, as many threads as cores. Twins run over the
 * first gauge, everything else over all.
 */
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/workers.h"
#include "patterns/usual.h"
#include "patterns/change.h"
#include "patterns/peak.h"
#include "patterns/period.h"
#include "patterns/role.h"
#include "patterns/stl.h"
#include "patterns/trend.h"
#include "patterns/twins.h"
#include "made_signal.h"

struct fleet {
    size_t nodes, gauges, hours, threads;
    double *x, *level; /* [gauges][nodes][hours]; level: without the profile */
    uint8_t *slot;
    struct hc_period_plan plan;
    atomic_size_t next, found;
    void (*run)(struct fleet *f, size_t k);
};

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double busy(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static void *work(void *context)
{
    struct fleet *f = context;
    size_t k;

    while ((k = atomic_fetch_add(&f->next, 1)) < f->nodes * f->gauges)
        f->run(f, k);
    return NULL;
}

static void must(enum hc_status status)
{
    if (status && status != HC_NO_DATA)
        exit((int)status);
}

static void run_weekly(struct fleet *f, size_t k)
{
    double *trend = malloc(f->hours * sizeof(double)), *level = f->level + k * f->hours;
    struct hc_weekly w;

    must(hc_weekly(f->x + k * f->hours, f->hours, f->slot, &w, trend, level));
    for (size_t i = 0; i < f->hours; i++)
        level[i] += trend[i];
    f->found += w.held_out > 0.1;
    free(trend);
}

static void run_period(struct fleet *f, size_t k)
{
    struct hc_period p;

    must(hc_period_find(&f->plan, f->x + k * f->hours, 24, &p));
    f->found += p.period > 0;
}

static void run_peak(struct fleet *f, size_t k)
{
    struct hc_peak p;

    must(hc_peak_find(f->x + k * f->hours, f->hours, f->slot, k, &p));
    f->found += p.top.clear;
}

static void run_trend(struct fleet *f, size_t k)
{
    double *day = malloc((f->hours / 24 + 2) * sizeof(*day));
    struct hc_trend t;

    must(hc_trend(day, hc_daily_means(f->level + k * f->hours, f->hours, 0, day), k, &t));
    f->found += t.claim == HC_TREND_CLEAR;
    free(day);
}

static void run_change(struct fleet *f, size_t k)
{
    struct hc_changes c;

    must(hc_changes_find(f->level + k * f->hours, f->hours, &c));
    f->found += c.n;
    hc_changes_clear(&c);
}

static void run_role(struct fleet *f, size_t k)
{
    const struct hc_role_options usual = {0};
    struct hc_load l;

    must(hc_load_describe(f->x + k * f->hours, f->hours, f->slot, NAN, &usual, &l));
    f->found += l.role != HC_ROLE_KIND_MIXED;
}

static void run_usual(struct fleet *f, size_t k)
{
    struct hc_usual b;

    must(hc_usual_fit(f->x + k * f->hours, NULL, f->hours, f->slot, &b));
    f->found += b.known;
}

static double run_all(
    struct fleet *f, const char *name, void (*run)(struct fleet *, size_t))
{
    double start = now(), cpu = busy();

    f->next = 0;
    f->found = 0;
    f->run = run;
    hc_workers_run(f->threads, work, f);
    printf("%-10s %7.3f s  %7.3f s  %zu\n", name, now() - start, busy() - cpu,
        (size_t)f->found);
    return now() - start;
}

static double run_twins(struct fleet *f)
{
    const struct hc_twins_options o = {.fitted = HC_WEEK, .threads = (int64_t)f->threads};
    struct hc_twins t;
    double start = now();

    must(hc_twins_find(f->level, f->nodes, f->hours, &o, &t));
    printf("%-10s %7.3f s  %zu\n", "twins", now() - start, t.n_pairs);
    hc_twins_clear(&t);
    return now() - start;
}

static void run_mstl(struct fleet *f, bool robust)
{
    const size_t periods[] = {24, 168};
    double *out = malloc(4 * f->hours * sizeof(*out)), start = now();
    double *const season[] = {out, out + f->hours};
    size_t used;

    must(hc_mstl(f->x, f->hours, periods, 2, robust, season, out + 2 * f->hours,
        out + 3 * f->hours, &used, NULL));
    printf("%-10s %7.3f s  (one series%s)\n", "mstl", now() - start,
        robust ? ", robust" : "");
    free(out);
}

/* Waves, slopes, steps and walks by turns; a node in ten with gaps. */
static void make(struct fleet *f)
{
    for (size_t k = 0; k < f->nodes * f->gauges; k++) {
        struct hc_draw d = {k * 1000003};
        double *x = f->x + k * f->hours;

        signal_noise(&d, x, f->hours, (double)(k % 5) / 5);
        if (k % 3)
            signal_wave(x, f->hours, 24, (double)(k % 7) / 3, 14);
        if (k % 4 == 0)
            signal_slope(x, f->hours, 0.002);
        if (k % 6 == 0)
            signal_step(x, f->hours, f->hours / 3, 4);
        if (k % 10 == 0)
            signal_gaps(&d, x, f->hours, f->hours / 20, 0.02);
    }
}

static size_t argument(int argc, char **argv, int i, size_t usual)
{
    return argc > i ? (size_t)strtoumax(argv[i], NULL, 10) : usual;
}

int main(int argc, char **argv)
{
    struct fleet f = {.nodes = argument(argc, argv, 1, 300),
        .hours = 24 * argument(argc, argv, 2, 91),
        .gauges = argument(argc, argv, 3, 7)};
    size_t series = f.nodes * f.gauges;
    double sum = 0, start;

    f.threads = hc_workers_count((int64_t)argument(argc, argv, 4, 0), series);
    f.x = calloc(series * f.hours, sizeof(*f.x));
    f.level = calloc(series * f.hours, sizeof(*f.level));
    f.slot = calloc(f.hours, 1);
    hc_week_slots(0, f.hours, f.slot);
    make(&f);
    printf("%zu series of %zu hours, %zu threads\n", series, f.hours, f.threads);
    sum += run_all(&f, "weekly", run_weekly);
    start = now();
    must(hc_period_plan_init(&f.plan, f.hours));
    printf("%-10s %7.3f s\n", "plan", now() - start);
    sum += now() - start;
    sum += run_all(&f, "period", run_period);
    sum += run_all(&f, "peak", run_peak);
    sum += run_all(&f, "trend", run_trend);
    sum += run_all(&f, "change", run_change);
    sum += run_all(&f, "role", run_role);
    sum += run_twins(&f);
    printf("%-10s %7.3f s\n", "together", sum);
    run_all(&f, "usual", run_usual);
    run_mstl(&f, false);
    run_mstl(&f, true);
    hc_period_plan_clear(&f.plan);
    free(f.x);
    free(f.level);
    free(f.slot);
    return 0;
}
