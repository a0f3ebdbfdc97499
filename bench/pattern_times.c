/*
 * bench_pattern_times METHOD RUNS <SERIES - the least time of a method of src/patterns
 * over one series, in seconds; for bench/patterns.py, which times the rivals beside it
 *
 * SERIES: doubles, 8 bytes each. Methods: stl, mstl (periods of 24 and 168), pelt
 * (segments of 24 or more, penalty 3 times the variance and the logarithm of n),
 * theil_sen, twins NODES (rows one after another). ninja -C build bench_pattern_times
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "patterns/pelt.h"
#include "patterns/stl.h"
#include "patterns/trend.h"
#include "patterns/twins.h"

struct series {
    double *y, *x, *out; /* x: 0, 1, ...; out: room for what comes out */
    size_t n, nodes;
};

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static enum hc_status run_stl(const struct series *s)
{
    const struct hc_stl_options o = {.period = 24, .seasonal = 7};

    return hc_stl(s->y, s->n, &o, s->out, s->out + s->n, s->out + 2 * s->n, NULL);
}

static enum hc_status run_mstl(const struct series *s)
{
    const size_t periods[] = {24, 168};
    double *const season[] = {s->out, s->out + s->n};
    size_t used;

    return hc_mstl(s->y, s->n, periods, 2, false, season, s->out + 2 * s->n,
        s->out + 3 * s->n, &used, NULL);
}

static enum hc_status run_pelt(const struct series *s)
{
    size_t n, *ends = malloc(s->n * sizeof(*ends));
    double mean = 0, square = 0;
    enum hc_status status;

    for (size_t i = 0; i < s->n; i++)
        mean += s->y[i] / (double)s->n;
    for (size_t i = 0; i < s->n; i++)
        square += (s->y[i] - mean) * (s->y[i] - mean) / (double)s->n;
    status = hc_pelt(s->y, s->n, 24, 3 * square * log((double)s->n), ends, &n, NULL);
    free(ends);
    return status;
}

static enum hc_status run_theil_sen(const struct series *s)
{
    return hc_theil_sen(s->x, s->y, s->n, s->out, s->out + 1);
}

static enum hc_status run_twins(const struct series *s)
{
    const struct hc_twins_options o = {.fitted = 168};
    struct hc_twins found;
    enum hc_status status = hc_twins_find(s->y, s->nodes, s->n / s->nodes, &o, &found);

    if (!status)
        hc_twins_clear(&found);
    return status;
}

static const struct {
    const char *name;
    enum hc_status (*run)(const struct series *s);
} methods[] = {
    {"stl", run_stl},
    {"mstl", run_mstl},
    {"pelt", run_pelt},
    {"theil_sen", run_theil_sen},
    {"twins", run_twins},
};

static void read_series(struct series *s)
{
    size_t room = 1 << 20, got;

    s->y = malloc(room * sizeof(*s->y));
    while ((got = fread(s->y + s->n, sizeof(*s->y), room - s->n, stdin)) > 0) {
        s->n += got;
        if (s->n == room)
            s->y = realloc(s->y, (room *= 2) * sizeof(*s->y));
    }
    s->x = malloc((s->n + 1) * sizeof(*s->x));
    s->out = malloc((4 * s->n + 2) * sizeof(*s->out));
    for (size_t i = 0; i < s->n; i++)
        s->x[i] = (double)i;
}

int main(int argc, char **argv)
{
    struct series s = {.nodes = argc > 3 ? strtoumax(argv[3], NULL, 10) : 1};
    double best = INFINITY;

    if (argc < 3)
        return 2;
    read_series(&s);
    for (size_t k = 0; k < HC_COUNT(methods); k++)
        for (long i = strtol(argv[2], NULL, 10);
             i > 0 && !strcmp(argv[1], methods[k].name); i--) {
            double start = now();

            if (methods[k].run(&s))
                return 1;
            best = fmin(best, now() - start);
        }
    printf("%.9f\n", best);
    free(s.y);
    free(s.x);
    free(s.out);
    return 0;
}
