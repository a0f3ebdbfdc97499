/*
 * state_tables.h - what nodes.parquet and pods.parquet hold, as tables of columns
 *
 * state_nodes.c and state_pods.c: a column is a row there. The columns of pods need the
 * owners of ReplicaSets and Jobs (the context of hc_states_make).
 *
 * Private to the room.
 */
#ifndef HC_STATE_TABLES_H
#define HC_STATE_TABLES_H

#include "collect/state.h"

extern const char *const hc_node_keys[]; /* cluster, node */
extern const char *const hc_pod_keys[];  /* cluster, namespace, pod, uid */
extern const struct hc_state_table hc_node_states, hc_pod_states;

/* Who owns a ReplicaSet or a Job: entities of which the facts are sorted. */
struct hc_owners {
    struct hc_entities replicasets, jobs;
};

void hc_owners_init(struct hc_owners *owners, struct hc_span span, int64_t step_s);
void hc_owners_clear(struct hc_owners *owners);

/* ---- for both: state_columns.c ---- */

/* The key label that column->ask counts. */
void hc_state_key(const struct hc_state_at *at, const struct hc_state_column *column,
    struct hc_buf *out);
/* The label column->word of the newest fact. */
void hc_state_label(const struct hc_state_at *at, const struct hc_state_column *column,
    struct hc_buf *out);
/* The largest number of the facts. */
double hc_state_number(
    const struct hc_state_at *at, const struct hc_state_column *column);

/* clang-format off */
#define HC_STATE_KEY(name, i) {name, HC_STATE_TEXT, true, i, NULL, hc_state_key, NULL}
#define HC_STATE_TEXT_OF(name, ask, word, make)                                          \
    {name, HC_STATE_TEXT, false, ask, word, make, NULL}
#define HC_STATE_LABEL_OF(name, ask, label)                                              \
    HC_STATE_TEXT_OF(name, ask, label, hc_state_label)
#define HC_STATE_NUMBER_OF(name, ask, word, make)                                        \
    {name, HC_STATE_NUMBER, false, ask, word, NULL, make}
#define HC_STATE_TIME_BY(name, ask, make)                                                \
    {name, HC_STATE_TIME, false, ask, NULL, NULL, make}
#define HC_STATE_TIME_OF(name, ask) HC_STATE_TIME_BY(name, ask, hc_state_number)
#define HC_STATE_FLAG_OF(name, ask)                                                      \
    {name, HC_STATE_FLAG, false, ask, NULL, NULL, hc_state_number}
/* clang-format on */

#endif
