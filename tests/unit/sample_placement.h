/* A made-up result of a replay: what was recorded, two policies and an oracle, a day.
 * Part of sample_findings.h. */
#ifndef SAMPLE_PLACEMENT_H
#define SAMPLE_PLACEMENT_H

enum { SAMPLE_POLICIES = 4, SAMPLE_POINTS = 24 };

static inline void sample_fill_policy(struct hc_placement_policy *p, size_t m)
{
    static const char *const names[SAMPLE_POLICIES] = {
        "as-recorded", "kube-1.35", "MostAllocated", "FirstFitDecreasing"};
    const double values[HC_PLACED_MEASURES] = {m == 1 ? 3 : 0, 20 - 2.5 * (double)m,
        480 - 60 * (double)m, 7 + (double)m, 0.5 + 0.1 * (double)m, 0.4,
        0.61 + 0.08 * (double)m, 8, 192};

    p->name = sample_text(names[m]);
    p->recorded = m == 0;
    p->oracle = m == 3;
    for (size_t i = 0; i < HC_PLACED_MEASURES; i++)
        p->measures[i] = (struct hc_placement_range){
            5, values[i], m ? 0.5 : 0, floor(values[i]), ceil(values[i])};
    if (m == 0)
        p->measures[HC_PLACED_NODES_BOUND] =
            (struct hc_placement_range){0, NAN, NAN, NAN, NAN};
    p->needed = m ? 18 - (uint32_t)m : 0;
    p->needed_min = m ? 12 : 0;
    p->needed_max = m ? 18 : 0;
    for (size_t i = 0; i < HC_PLACEMENT_LOADS; i++)
        p->allocated[i] = i % 3 || i > 90 ? NAN : fmin((double)i, 70 + (double)m);
    p->course = sample_zeroed(SAMPLE_POINTS, sizeof(*p->course));
    for (size_t i = 0; i < SAMPLE_POINTS; i++)
        p->course[i] = (struct hc_placement_point){20, 20 - (double)m, 20 - (double)m,
            0.5, i == 9 ? NAN : 0.25 + 0.01 * (double)i, i % 5 == 0};
}

static inline void sample_fill_placement(struct hc_placement *p)
{
    *p = (struct hc_placement){.start_us = SAMPLE_START,
        .end_us = SAMPLE_START + SAMPLE_DAY,
        .timed = true,
        .nodes = 20,
        .pods = 1234,
        .kept = 40,
        .orders = 5,
        .first_seed = 42,
        .n_policies = SAMPLE_POLICIES,
        .judge = sample_text("kube-1.35"),
        .judged = 1000,
        .in_best = 250,
        .barred = 3,
        .trials = 11,
        .moment_us = SAMPLE_START + SAMPLE_DAY / 2,
        .moment_pods = 300,
        .moment_nodes = 20,
        .bound = 8,
        .oracle = 9,
        .bound_kind = "LP",
        .load_of = "CPU",
        .course_start_s = SAMPLE_START / 1000000,
        .course_width_s = 3600,
        .n_points = SAMPLE_POINTS,
        .claim = HC_CLAIM_HOTTER,
        .best = 2,
        .recorded = 0,
        .best_nodes = 15,
        .recorded_nodes = 20,
        .nodes_bound = 8};
    p->policies = sample_zeroed(SAMPLE_POLICIES, sizeof(*p->policies));
    for (size_t m = 0; m < SAMPLE_POLICIES; m++)
        sample_fill_policy(&p->policies[m], m);
}

#endif
