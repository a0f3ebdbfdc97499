#include "findings/anomalies.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "findings/anomalies_run.h"

enum { HOUR_S = 3600, DAY_S = 86400 };

#define HOUR_US INT64_C(3600000000)

/* ---- begin, free ---- */

static void find_gauges(struct hc_anomalies_run *run)
{
    for (int m = 0; m < HC_METRICS; m++)
        if (hc_summary_metric_column(run->view.summary, (enum hc_metric_id)m) >= 0)
            run->gauge[run->gauges++] = (enum hc_metric_id)m;
}

/* Local days, so many to a column that HC_ANOMALY_DAYS columns are enough. */
static enum hc_status find_days(struct hc_anomalies_run *run)
{
    size_t hours = run->view.hours, days;
    int32_t last = 0;

    run->day_of = hc_alloc(hours, sizeof(*run->day_of));
    if (!run->day_of)
        return HC_NO_MEMORY;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < hours; i++) {
            int64_t at = run->view.start_s + (int64_t)i * HOUR_S;
            int32_t day =
                (int32_t)hc_floor_div(at + hc_zone_offset(run->zone, at), DAY_S);

            if (pass)
                run->day_of[i] =
                    (uint8_t)((uint32_t)(day - run->first_day) / run->days_each);
            else if (!i)
                run->first_day = last = day;
            else
                last = day > last ? day : last;
        }
        days = (size_t)(last - run->first_day) + 1;
        run->days_each = (uint32_t)((days + HC_ANOMALY_DAYS - 1) / HC_ANOMALY_DAYS);
    }
    run->n_days = (days + run->days_each - 1) / run->days_each;
    run->seen = hc_calloc(run->view.summary->n_nodes * run->n_days, 1);
    return run->seen ? HC_OK : HC_NO_MEMORY;
}

static enum hc_status make_room(struct hc_anomalies_run *run)
{
    const struct hc_summary *s = run->view.summary;
    size_t n = s->n_nodes;

    HC_TRY(hc_pattern_hours(&run->view, run->zone));
    if (run->view.hours < HC_USUAL_LEAST || !run->gauges)
        return HC_OK;
    run->usual = hc_calloc(n * run->gauges, sizeof(*run->usual));
    run->known = hc_calloc(n, sizeof(*run->known));
    run->reach_us = hc_alloc(n, sizeof(*run->reach_us));
    if (!run->usual || !run->known || !run->reach_us)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        run->reach_us[i] = hc_stretch_reach_us(s->nodes[i].step_s);
    return find_days(run);
}

enum hc_status hc_anomalies_begin(struct hc_anomalies_run **ret_run,
    const struct hc_findings *findings, const struct hc_zone *zone, struct hc_error *err)
{
    struct hc_anomalies_run *run = hc_calloc(1, sizeof(*run));

    if (!run)
        return hc_fail(err, HC_NO_MEMORY, "no memory for the anomalies");
    run->view.findings = findings;
    run->view.summary = findings->summary;
    run->zone = zone;
    find_gauges(run);
    if (make_room(run)) {
        hc_anomalies_free(run);
        return hc_fail(err, HC_NO_MEMORY, "no memory for the anomalies");
    }
    *ret_run = run;
    return HC_OK;
}

static void free_learner(struct hc_anomalies_learner *learner)
{
    hc_free(learner->mean);
    hc_free(learner->within);
    hc_free(learner);
}

void hc_anomalies_free(struct hc_anomalies_run *run)
{
    if (!run)
        return;
    for (struct hc_anomalies_learner *l = run->learners, *next; l; l = next) {
        next = l->next;
        free_learner(l);
    }
    for (struct hc_anomalies_scorer *s = run->scorers, *next; s; s = next) {
        next = s->next;
        hc_stretches_clear(&s->stretches);
        hc_free(s);
    }
    hc_free(run->view.slot);
    hc_free(run->usual);
    hc_free(run->known);
    hc_free(run->reach_us);
    hc_free(run->day_of);
    hc_free(run->seen);
    hc_free(run);
}

size_t hc_anomalies_gauges(
    const struct hc_anomalies_run *run, const enum hc_metric_id **ret)
{
    *ret = run->gauge;
    return run->gauges;
}

/* ---- what is usual, out of cells ---- */

enum hc_status hc_anomalies_learner_new(
    struct hc_anomalies_run *run, struct hc_anomalies_learner **ret)
{
    struct hc_anomalies_learner *learner = hc_calloc(1, sizeof(*learner));
    size_t points = run->gauges * run->view.hours;

    if (!learner)
        return HC_NO_MEMORY;
    learner->run = run;
    learner->mean = hc_alloc(run->usual ? points : 0, sizeof(*learner->mean));
    learner->within = hc_alloc(run->usual ? points : 0, sizeof(*learner->within));
    if (!learner->mean || !learner->within) {
        free_learner(learner);
        return HC_NO_MEMORY;
    }
    learner->next = run->learners;
    while (!atomic_compare_exchange_weak(&run->learners, &learner->next, learner))
        ;
    *ret = learner;
    return HC_OK;
}

static void close_hour(struct hc_anomalies_learner *l)
{
    struct hc_anomalies_run *run = l->run;

    for (size_t g = 0; g < run->gauges; g++) {
        const struct hc_moments *m = &l->now[g];
        size_t at = g * run->view.hours + l->hour;

        if (!m->n)
            continue;
        l->mean[at] = m->mean;
        l->within[at] = m->m2 / (double)m->n;
        run->seen[l->node * run->n_days + run->day_of[l->hour]] = 1;
        l->now[g].n = 0;
    }
}

static enum hc_status close_node(struct hc_anomalies_learner *l)
{
    struct hc_anomalies_run *run = l->run;
    size_t hours = run->view.hours;

    if (!l->open)
        return HC_OK;
    close_hour(l);
    l->open = false;
    for (size_t g = 0; g < run->gauges; g++) {
        struct hc_usual *usual = &run->usual[l->node * run->gauges + g];

        HC_TRY(hc_usual_fit(
            l->mean + g * hours, l->within + g * hours, hours, run->view.slot, usual));
        run->known[l->node] |= usual->known;
    }
    return HC_OK;
}

static void open_node(struct hc_anomalies_learner *l, uint32_t node, size_t hour)
{
    size_t points = l->run->gauges * l->run->view.hours;

    for (size_t i = 0; i < points; i++)
        l->mean[i] = l->within[i] = NAN;
    memset(l->now, 0, sizeof(l->now));
    l->open = true;
    l->node = node;
    l->hour = hour;
}

enum hc_status hc_anomalies_learn(
    struct hc_anomalies_learner *l, const struct hc_cell *cell)
{
    const struct hc_anomalies_run *run = l->run;
    int64_t hour = hc_floor_div(cell->start_s - run->view.start_s, HOUR_S);

    if (!run->usual || hour < 0 || (size_t)hour >= run->view.hours)
        return HC_OK;
    if (cell->node >= run->view.summary->n_nodes)
        return HC_INTERNAL;
    if (!l->open || cell->node != l->node) {
        HC_TRY(close_node(l));
        open_node(l, cell->node, (size_t)hour);
    }
    if (l->hour != (size_t)hour)
        close_hour(l);
    l->hour = (size_t)hour;
    for (size_t g = 0; g < run->gauges; g++)
        hc_moments_merge(&l->now[g], &cell->gauge[run->gauge[g]]);
    return HC_OK;
}

enum hc_status hc_anomalies_learned(struct hc_anomalies_learner *learner)
{
    enum hc_status status = close_node(learner);

    hc_free(hc_take(&learner->mean));
    hc_free(hc_take(&learner->within));
    return status;
}

/* ---- scores of samples ---- */

bool hc_anomalies_can_score(const struct hc_anomalies_run *run)
{
    for (size_t i = 0; run->known && i < run->view.summary->n_nodes; i++)
        if (run->known[i])
            return true;
    return false;
}

enum hc_status hc_anomalies_scorer_new(
    struct hc_anomalies_run *run, struct hc_anomalies_scorer **ret)
{
    struct hc_anomalies_scorer *scorer = hc_calloc(1, sizeof(*scorer));

    if (!scorer)
        return HC_NO_MEMORY;
    scorer->run = run;
    if (hc_stretches_init(&scorer->stretches, (uint32_t)run->view.summary->n_nodes,
            run->gauges, run->reach_us)) {
        hc_free(scorer);
        return HC_NO_MEMORY;
    }
    scorer->next = run->scorers;
    while (!atomic_compare_exchange_weak(&run->scorers, &scorer->next, scorer))
        ;
    *ret = scorer;
    return HC_OK;
}

static void read_row(
    const struct hc_anomaly_rows *rows, size_t gauges, size_t i, double *x)
{
    for (size_t g = 0; g < gauges; g++) {
        const uint64_t *valid = rows->valid[g];
        bool there = !valid || (valid[i / 64] >> (i % 64) & 1);

        x[g] = there ? rows->value[g][i] : NAN;
    }
}

enum hc_status hc_anomalies_score(
    struct hc_anomalies_scorer *scorer, const struct hc_anomaly_rows *rows)
{
    const struct hc_anomalies_run *run = scorer->run;
    int64_t start_us = run->view.start_s * 1000000;
    double x[HC_METRICS], z[HC_METRICS];

    for (size_t i = 0; i < rows->n; i++) {
        uint32_t node = rows->node[i];
        const struct hc_usual *usual;
        int64_t hour;
        double score;

        if (node >= run->view.summary->n_nodes || !run->known[node])
            continue;
        hour = hc_floor_div(rows->time_us[i] - start_us, HOUR_US);
        if (hour < 0 || (size_t)hour >= run->view.hours)
            continue;
        usual = run->usual + node * run->gauges;
        read_row(rows, run->gauges, i, x);
        score = hc_usual_score(usual, run->gauges, run->view.slot[hour], x, z);
        scorer->samples += isfinite(score);
        if (score >= HC_EVENT_OFF)
            HC_TRY(hc_stretches_add(&scorer->stretches, node, rows->time_us[i],
                run->view.slot[hour], score, usual, x, z));
    }
    return HC_OK;
}

/* ---- end ---- */

static void judge(const struct hc_anomalies_run *run, struct hc_anomalies *out)
{
    size_t n = run->view.summary->n_nodes;

    for (size_t i = 0; run->known && i < n; i++)
        out->nodes_known += run->known[i];
    out->too_short = (uint32_t)n - out->nodes_known;
    out->on = HC_EVENT_ON;
    out->off = HC_EVENT_OFF;
    if (!run->gauges)
        hc_verdict_set(&out->verdict, HC_NOT_AVAILABLE, "no gauge to look at");
    else if (run->view.hours < HC_USUAL_LEAST)
        hc_verdict_set(
            &out->verdict, HC_NOT_ENOUGH_DATA, "less than two weeks of history");
    else if (!out->nodes_known)
        hc_verdict_set(&out->verdict, HC_NOT_ENOUGH_DATA,
            "no gauge of a node has %d hours with a value", HC_USUAL_LEAST);
}

static enum hc_status finish(struct hc_anomalies_run *run, struct hc_findings *findings)
{
    struct hc_anomalies *out = &findings->anomalies;
    HC_CLEANUP(hc_stretches_clear) struct hc_stretches all = {0};

    hc_anomalies_clear(out);
    judge(run, out);
    if (out->verdict.status)
        return HC_OK;
    HC_TRY(hc_stretches_init(
        &all, (uint32_t)run->view.summary->n_nodes, run->gauges, run->reach_us));
    for (struct hc_anomalies_scorer *s = run->scorers; s; s = s->next) {
        out->samples += s->samples;
        HC_TRY(hc_stretches_take(&all, &s->stretches));
    }
    HC_TRY(hc_stretches_settle(&all));
    if (!out->samples)
        hc_verdict_set(
            &out->verdict, HC_NOT_ENOUGH_DATA, "every gauge of every node is constant");
    return hc_anomalies_tell(run, &all, out);
}

enum hc_status hc_anomalies_end(
    struct hc_anomalies_run *run, struct hc_findings *findings, struct hc_error *err)
{
    enum hc_status status = finish(run, findings);

    if (!status)
        status = hc_anomalies_say(findings);
    return status ? hc_fail(err, status, "no memory for the anomalies") : HC_OK;
}

enum hc_status hc_anomalies_leave_out(
    struct hc_findings *findings, const char *reason, struct hc_error *err)
{
    hc_anomalies_clear(&findings->anomalies);
    hc_verdict_set(&findings->anomalies.verdict, HC_NOT_AVAILABLE, "%s", reason);
    if (hc_anomalies_say(findings))
        return hc_fail(err, HC_NO_MEMORY, "no memory for the anomalies");
    return HC_OK;
}
