/*
 * entity.h - what is known of pods or nodes over a day: series, by what they speak of
 *
 * An entity is what the key labels name: ("cluster", "namespace", "pod", "uid") is a pod.
 * A fact is a series of an answer that speaks of it: a number a moment, NaN where there
 * was none; its labels say more (phase="Running"). Pieces are put in one after the other;
 * those of one query that was halved go on in the same fact. A series without the label
 * that names the entity is left out, and counted.
 *
 * Once all is in, hc_entities_sort puts entities in the order of their keys and facts in
 * that of query and labels: sums over facts are the same whatever came first.
 *
 * Owns everything. Memory: 8 bytes a fact and moment. Threads: one at a time. Private to
 * the room.
 */
#ifndef HC_ENTITY_H
#define HC_ENTITY_H

#include "base/name_index.h"
#include "collect/piece.h"

struct hc_fact {
    int ask;
    char *labels; /* name NUL value NUL …, as in a piece */
    size_t n_bytes, n_labels;
    double *values; /* a moment each */
};

struct hc_entity {
    char *key; /* the key labels' values, a NUL behind each; "" where there is none */
    struct hc_fact *facts;
    size_t n, cap;
};

struct hc_entities {
    const char *const *key_labels; /* NULL behind the last; constants of the caller's */
    size_t name;                   /* which of them may not be empty */
    struct hc_span span;           /* moments of the grid; what is outside is left out */
    int64_t step_s;
    size_t n_points;
    struct hc_name_index index; /* keys; numbers of the order before the sort */
    struct hc_entity *list;
    size_t n, cap;
    size_t n_nameless; /* series that were left out */
};

/* `name`: which of the key labels names the entity. */
void hc_entities_init(struct hc_entities *entities, const char *const *key_labels,
    size_t name, struct hc_span span, int64_t step_s);
void hc_entities_clear(struct hc_entities *entities);

/* Every series becomes a fact of its entity. HC_NO_MEMORY. */
enum hc_status hc_entities_add(
    struct hc_entities *entities, const struct hc_piece *piece) HC_MUST_USE;

void hc_entities_sort(struct hc_entities *entities);
/* Facts only: the entities keep their numbers in the index. */
void hc_entities_sort_facts(struct hc_entities *entities);

/*
 * For series that lack the last of the key labels (kube-state-metrics gave the uid to
 * kube_pod_info alone before its version 2): they are entities without a fact of the ask
 * `there`, and are given to those that have one and are otherwise of the same key, for
 * the moments at which these are there and lack the ask. What nobody takes, stays.
 * Sorted before and afterwards. HC_NO_MEMORY.
 */
enum hc_status hc_entities_adopt(struct hc_entities *entities, int there) HC_MUST_USE;

/* The value of the i-th key label. */
const char *hc_entity_key(const struct hc_entity *entity, size_t i);

/* The value of a label, "" if there is none. */
const char *hc_fact_label(const struct hc_fact *fact, const char *name);

/* Is it there at a moment? */
bool hc_fact_at(const struct hc_fact *fact, size_t point);

/*
 * Which of two facts that are there at a moment is the newer: the one that is there
 * longest from then on; of equals (at the end of the span) the one that has been there
 * the shortest. So it is where something changed within the moment.
 */
bool hc_fact_is_newer(
    const struct hc_fact *a, const struct hc_fact *b, size_t point, size_t n_points);

/* The newest of the facts of a query at a moment; of equals the first. NULL: none. */
const struct hc_fact *hc_entity_newest(
    const struct hc_entity *entity, int ask, size_t point, size_t n_points);

/* The largest number of a query's facts at a moment; NaN: none. */
double hc_entity_number(const struct hc_entity *entity, int ask, size_t point);

#endif
