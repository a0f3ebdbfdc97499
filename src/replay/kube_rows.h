/*
 * kube_rows.h - kube-scheduler's resource scores of many nodes
 *
 * The same numbers as kube.h gives, but in doubles that a compiler puts into vectors: a
 * pod whose shape was never seen needs every node scored. What nodes have is kept as
 * doubles, brought up to date when a node changes.
 *
 * Exact: for whole numbers a and b with a <= 100 b and b below 2^45, the double quotient
 * a / b has the same whole part as the exact one: that differs from the next whole number
 * by 1 / b or more, and the double's error is below 100 × 2^-53. Where a node is larger
 * than 2^45 (35 TB of memory), or has no CPU or memory, `exact` is false, and
 * nodes are scored by kube.h.
 */
#ifndef HC_REPLAY_KUBE_ROWS_H
#define HC_REPLAY_KUBE_ROWS_H

#include "replay/policy.h"

struct hc_kube_rows {
    bool exact;
    double *cpu, *memory;           /* [nodes] allocatable */
    double *cpu_left, *memory_left; /* of what scores count */
    double *cpu_used, *memory_used; /* of what filters count */
};

/* As a policy's open, changed and close. */
enum hc_status hc_kube_rows_open(const struct hc_scene *scene, void **ret) HC_MUST_USE;
void hc_kube_rows_changed(const struct hc_scene *scene, size_t node);
void hc_kube_rows_close(void *own);

/* As a policy's score_many: LeastAllocated, and with it balance up to v1.35, or, from
 * v1.36 on, what balance gains. */
bool hc_kube_rows_least(const struct hc_scene *scene, const struct hc_shape *shape,
    const uint32_t *nodes, size_t n, int16_t *out);
bool hc_kube_rows_balance(const struct hc_scene *scene, const struct hc_shape *shape,
    const uint32_t *nodes, size_t n, int16_t *out);
bool hc_kube_rows_gain(const struct hc_scene *scene, const struct hc_shape *shape,
    const uint32_t *nodes, size_t n, int16_t *out);

#endif
