/*
 * patterns_probe - the methods of src/patterns behind a pipe, for tests that have a
 * reference
 *
 *     patterns_probe METHOD [NUMBER...] <SERIES
 *
 * SERIES: numbers with white space between, "nan" where there is none. Out: a line a
 * value or a row of values, 17 digits. What a method takes and prints is said at its
 * function. What fails says so on stderr, and the exit code is the status.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "patterns/change.h"
#include "patterns/event.h"
#include "patterns/peak.h"
#include "patterns/pelt.h"
#include "patterns/period.h"
#include "patterns/stl.h"
#include "patterns/strength.h"
#include "patterns/trend.h"
#include "patterns/twins.h"
#include "patterns/weekly.h"

struct input {
    double *x;
    size_t n, cap;
    double arg[16]; /* of the command line */
    size_t args;
};

static void print_rows(const double *const columns[], size_t n_columns, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n_columns; k++)
            printf("%.17g%c", columns[k][i], k + 1 < n_columns ? ' ' : '\n');
}

/* stl PERIOD SEASONAL TREND LOW_PASS ROBUST: season trend remainder a row; then F_S F_T
 */
static enum hc_status run_stl(const struct input *in, struct hc_error *err)
{
    const struct hc_stl_options o = {.period = (size_t)in->arg[0],
        .seasonal = (size_t)in->arg[1],
        .trend = (size_t)in->arg[2],
        .low_pass = (size_t)in->arg[3],
        .robust = in->arg[4] > 0};
    double *out = calloc(3 * in->n + 1, sizeof(*out));
    const double *columns[] = {out, out + in->n, out + 2 * in->n};
    enum hc_status status =
        hc_stl(in->x, in->n, &o, out, out + in->n, out + 2 * in->n, err);

    if (!status) {
        print_rows(columns, 3, in->n);
        printf("%.17g %.17g\n", hc_strength(columns[0], columns[2], in->n),
            hc_strength(columns[1], columns[2], in->n));
    }
    free(out);
    return status;
}

/* mstl ROBUST PERIOD...: a season each, trend, remainder a row */
static enum hc_status run_mstl(const struct input *in, struct hc_error *err)
{
    size_t n = in->n, periods[HC_MSTL_PERIODS], n_periods = 0, used = 0;
    double *out = calloc((HC_MSTL_PERIODS + 2) * n + 1, sizeof(*out));
    double *trend = out, *remainder = out + n, *season[HC_MSTL_PERIODS];
    enum hc_status status;

    for (size_t k = 0; k < HC_MSTL_PERIODS; k++)
        season[k] = out + (k + 2) * n;
    for (; n_periods < HC_MSTL_PERIODS && n_periods + 1 < in->args; n_periods++)
        periods[n_periods] = (size_t)in->arg[n_periods + 1];
    status = hc_mstl(in->x, n, periods, n_periods, in->arg[0] > 0, season, trend,
        remainder, &used, err);
    for (size_t i = 0; !status && i < n; i++) {
        for (size_t k = 0; k < used; k++)
            printf("%.17g ", season[k][i]);
        printf("%.17g %.17g\n", trend[i], remainder[i]);
    }
    free(out);
    return status;
}

/* weekly SLOT: trend remainder a row; trend season day week held_out; the profile */
static enum hc_status run_weekly(const struct input *in, struct hc_error *err)
{
    size_t n = in->n;
    double *out = calloc(2 * n + 1, sizeof(*out));
    uint8_t *slot = calloc(n + 1, 1);
    const double *rows[] = {out, out + n}, *profile;
    struct hc_weekly weekly;
    enum hc_status status;

    (void)err;
    hc_week_slots((uint8_t)in->arg[0], n, slot);
    status = hc_weekly(in->x, n, slot, &weekly, out, out + n);
    profile = weekly.profile;
    if (!status) {
        print_rows(rows, 2, n);
        printf("%.17g %.17g %.17g %.17g %.17g\n", weekly.trend, weekly.season, weekly.day,
            weekly.week, weekly.held_out);
        print_rows(&profile, 1, HC_WEEK);
    }
    free(out);
    free(slot);
    return status;
}

/* theil_sen, of x y x y ...: slope level */
static enum hc_status run_theil_sen(const struct input *in, struct hc_error *err)
{
    size_t n = in->n / 2;
    double *x = calloc(2 * n + 1, sizeof(*x)), slope, level;
    enum hc_status status;

    (void)err;
    for (size_t i = 0; i < 2 * n; i++)
        x[i / 2 + (i % 2 ? n : 0)] = in->x[i];
    status = hc_theil_sen(x, x + n, n, &slope, &level);
    if (!status)
        printf("%.17g %.17g\n", slope, level);
    free(x);
    return status;
}

/* trend SEED LIMIT, of days: claim slope low high level phi n; full claim days low high
 */
static enum hc_status run_trend(const struct input *in, struct hc_error *err)
{
    struct hc_trend t;
    struct hc_full f;

    (void)err;
    HC_TRY(hc_trend(in->x, in->n, (uint64_t)in->arg[0], &t));
    f = hc_days_until_full(&t, in->arg[1]);
    printf("%d %.17g %.17g %.17g %.17g %.17g %zu\n", t.claim, t.slope, t.low, t.high,
        t.level, t.phi, t.n);
    printf("%d %.17g %.17g %.17g\n", f.claim, f.days, f.low, f.high);
    return HC_OK;
}

/* period DAY: period power r cycles n threshold */
static enum hc_status run_period(const struct input *in, struct hc_error *err)
{
    struct hc_period_plan plan;
    struct hc_period p;
    enum hc_status status;

    (void)err;
    HC_TRY(hc_period_plan_init(&plan, in->n));
    status = hc_period_find(&plan, in->x, (size_t)in->arg[0], &p);
    if (!status)
        printf("%zu %.17g %.17g %zu %zu %.17g\n", p.period, p.power, p.r, p.cycles, p.n,
            plan.threshold);
    hc_period_plan_clear(&plan);
    return status;
}

/* peak SLOT SEED: rhythm p days; hour from to value clear of the top and the low; the
 * profile */
static enum hc_status run_peak(const struct input *in, struct hc_error *err)
{
    uint8_t *slot = calloc(in->n + 1, 1);
    struct hc_peak p;
    const struct hc_peak_hour *hours[] = {&p.top, &p.low};
    const double *profile = p.profile;
    enum hc_status status;

    (void)err;
    hc_week_slots((uint8_t)in->arg[0], in->n, slot);
    status = hc_peak_find(in->x, in->n, slot, (uint64_t)in->arg[1], &p);
    free(slot);
    if (status)
        return status;
    printf("%d %.17g %zu\n", p.rhythm, p.p, p.days);
    for (size_t k = 0; k < 2; k++)
        printf("%d %d %d %.17g %d\n", hours[k]->hour, hours[k]->from, hours[k]->to,
            hours[k]->value, hours[k]->clear);
    print_rows(&profile, 1, 24);
    return HC_OK;
}

/* pelt LEAST PENALTY: cost, then ends of segments */
static enum hc_status run_pelt(const struct input *in, struct hc_error *err)
{
    size_t *ends = calloc(in->n + 1, sizeof(*ends)), n;
    double cost;
    enum hc_status status =
        hc_pelt(in->x, in->n, (size_t)in->arg[0], in->arg[1], ends, &n, &cost);

    (void)err;
    if (!status) {
        printf("%.17g\n", cost);
        for (size_t k = 0; k < n; k++)
            printf("%zu%c", ends[k], k + 1 < n ? ' ' : '\n');
    }
    free(ends);
    return status;
}

/* changes: n phi wanders slope; then hour before after of each */
static enum hc_status run_changes(const struct input *in, struct hc_error *err)
{
    struct hc_changes c;

    (void)err;
    HC_TRY(hc_changes_find(in->x, in->n, &c));
    printf("%zu %.17g %d %d\n", c.n, c.phi, c.wanders, c.slope);
    for (size_t k = 0; k < c.n; k++)
        printf(
            "%zu %.17g %.17g\n", c.change[k].hour, c.change[k].before, c.change[k].after);
    hc_changes_clear(&c);
    return HC_OK;
}

/* twins NODES LEAST FDR FITTED, of rows of hours one after another: tested found together
 * opposite pairs families; a pair a row: a b r low high n n' p; then r, families, order
 */
static enum hc_status run_twins(const struct input *in, struct hc_error *err)
{
    size_t nodes = (size_t)in->arg[0];
    const struct hc_twins_options o = {
        .least = in->arg[1], .fdr = in->arg[2], .fitted = in->arg[3]};
    struct hc_twins t;

    (void)err;
    HC_TRY(hc_twins_find(in->x, nodes, in->n / nodes, &o, &t));
    printf("%zu %zu %zu %zu %zu %zu %zu\n", t.tested, t.found, t.together, t.opposite,
        t.n_pairs, t.n_families, t.n_loose);
    for (size_t k = 0; k < t.n_pairs + t.n_loose; k++)
        printf("%u %u %.17g %.17g %.17g %.17g %.17g %.17g\n", t.pair[k].a, t.pair[k].b,
            t.pair[k].r, t.pair[k].low, t.pair[k].high, t.pair[k].n,
            t.pair[k].n_independent, t.pair[k].p);
    for (size_t k = 0; k < nodes * nodes; k++)
        printf("%.9g%c", (double)t.r[k], (k + 1) % nodes ? ' ' : '\n');
    for (size_t k = 0; k < nodes; k++)
        printf("%u%c", t.family[k], k + 1 < nodes ? ' ' : '\n');
    for (size_t k = 0; k < nodes; k++)
        printf("%u%c", t.order[k], k + 1 < nodes ? ' ' : '\n');
    hc_twins_clear(&t);
    return HC_OK;
}

/* Hours of a gauge's samples: means and variances within. */
static void to_hours(const struct input *in, size_t gauges, size_t g, double step,
    size_t n, double *mean, double *within)
{
    size_t samples = in->n / gauges, i = 0;

    for (size_t h = 0; h < n; h++) {
        double sum = 0, sum2 = 0, m = 0;

        for (; i < samples && (double)i * step < 3600 * (double)(h + 1); i++) {
            double x = in->x[i * gauges + g];

            if (isfinite(x)) {
                sum += x;
                sum2 += x * x;
                m++;
            }
        }
        mean[h] = m > 0 ? sum / m : NAN;
        within[h] = m > 0 ? fmax(0, sum2 / m - sum / m * (sum / m)) : NAN;
    }
}

/* events GAUGES STEP SLOT SCORES, rows of gauges at equal steps of seconds from the hour
 * SLOT of the week on: start end top_s top samples gauge:z of each; with SCORES 1 first a
 * line with the averaged score of each sample */
static enum hc_status run_events(const struct input *in, struct hc_error *err)
{
    size_t gauges = (size_t)in->arg[0], samples = in->n / gauges;
    double step = in->arg[1];
    size_t n = (size_t)((double)samples * step / 3600) + 1;
    uint8_t *slot = calloc(n, 1);
    double *hours = calloc(2 * n, sizeof(*hours)), score;
    struct hc_usual *b = calloc(gauges, sizeof(*b));
    static struct hc_event_state state;
    struct hc_events events = {0};
    enum hc_status status = HC_OK;

    (void)err;
    hc_week_slots((uint8_t)in->arg[2], n, slot);
    for (size_t g = 0; g < gauges && !status; g++) {
        to_hours(in, gauges, g, step, n, hours, hours + n);
        status = hc_usual_fit(hours, hours + n, n, slot, &b[g]);
    }
    hc_event_begin(&state, b, gauges);
    for (size_t i = 0; i < samples && !status; i++) {
        double t = (double)i * step;

        status = hc_event_add(&state, (int64_t)(t * 1e6), slot[(size_t)(t / 3600)],
            in->x + i * gauges, &events, &score);
        if (in->arg[3] > 0)
            printf("%.9g%c", score, i + 1 < samples ? ' ' : '\n');
    }
    if (!status)
        status = hc_event_end(&state, &events);
    for (size_t k = 0; k < events.n; k++) {
        const struct hc_event *e = &events.event[k];

        printf("%.9g %.9g %.9g %.9g %zu", (double)e->start_us / 1e6,
            (double)e->end_us / 1e6, (double)e->top_us / 1e6, e->top, (size_t)e->samples);
        for (size_t j = 0; j < e->n_blamed; j++)
            printf(" %u %.9g", e->blamed[j].gauge, e->blamed[j].z);
        printf("\n");
    }
    hc_events_clear(&events);
    free(b);
    free(hours);
    free(slot);
    return status;
}

static const struct {
    const char *name;
    size_t args; /* at least */
    enum hc_status (*run)(const struct input *in, struct hc_error *err);
} methods[] = {
    {"stl", 5, run_stl},
    {"mstl", 2, run_mstl},
    {"weekly", 1, run_weekly},
    {"theil_sen", 0, run_theil_sen},
    {"trend", 2, run_trend},
    {"period", 1, run_period},
    {"pelt", 2, run_pelt},
    {"events", 4, run_events},
    {"twins", 4, run_twins},
    {"changes", 0, run_changes},
    {"peak", 2, run_peak},
};

static enum hc_status read_series(struct input *in)
{
    char word[64];

    while (scanf("%63s", word) == 1) {
        HC_TRY(hc_grow(&in->x, &in->cap, in->n + 1, sizeof(*in->x)));
        in->x[in->n++] = strtod(word, NULL);
    }
    return HC_OK;
}

int main(int argc, char **argv)
{
    struct hc_error err = {{0}};
    struct input in = {0};
    enum hc_status status = HC_USAGE;

    for (int i = 2; i < argc && in.args < HC_COUNT(in.arg); i++)
        in.arg[in.args++] = strtod(argv[i], NULL);
    for (size_t k = 0; argc > 1 && k < HC_COUNT(methods); k++)
        if (!strcmp(argv[1], methods[k].name) && in.args >= methods[k].args) {
            status = read_series(&in);
            if (!status)
                status = methods[k].run(&in, &err);
        }
    hc_free(in.x);
    if (status)
        fprintf(stderr, "%s: %s\n", hc_status_name(status), err.message);
    return (int)status;
}
