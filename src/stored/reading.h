/*
 * reading.h - objects of JSON into structs, by tables (private to the room)
 *
 * A field of a table names a key, where its value goes, and the function that takes it:
 *
 *     static const struct hc_field fields[] = {
 *         {"start", hc_take_time, offsetof(struct hc_fleet_gap, start_us), NULL},
 *
 * A taker refuses what is not of its kind or out of its range with a message that names
 * the file, the section and the key. A struct that is half read can be cleared: a list
 * grows with each row that is begun.
 */
#ifndef HC_STORED_READING_H
#define HC_STORED_READING_H

#include <jansson.h>

#include "stored/stored.h"

struct hc_column_name {
    const char *name;
    uint32_t at;
};

struct hc_reading {
    const char *path;    /* of findings.json, for messages */
    const char *section; /* the key at the top that is being read, for messages */
    struct hc_stored *stored;
    struct hc_column_name *names; /* [summary.n_columns] by name; after `columns` */
    const struct hc_node *
        *nodes; /* [summary.n_nodes] by cluster and name; when asked for */
    struct hc_error *err;
};

struct hc_field {
    const char *key;
    enum hc_status (*take)(struct hc_reading *r, const json_t *object,
        const struct hc_field *field, void *to);
    size_t offset;                /* of what it fills */
    const struct hc_shape *inner; /* hc_take_object: the fields of the object */
};

/* A kind of object, and the struct that it fills. */
struct hc_shape {
    size_t size;
    const struct hc_field *fields;
    size_t n_fields;
    /* what no table can say, after the fields; NULL: nothing */
    enum hc_status (*finish)(struct hc_reading *r, const json_t *object, void *to);
};

#define HC_SHAPE(type, fields, finish)                                                   \
    {                                                                                    \
        sizeof(type), fields, HC_COUNT(fields), finish                                   \
    }

typedef enum hc_status hc_taker(
    struct hc_reading *r, const json_t *object, const struct hc_field *field, void *to);

/* ---- takers, and what they fill ---- */

hc_taker hc_take_count;         /* uint64_t, at most INT64_MAX */
hc_taker hc_take_count_or_none; /* uint64_t or int64_t; null is 0 */
hc_taker hc_take_small;         /* uint32_t */
hc_taker hc_take_whole;         /* int64_t, also below 0 */
hc_taker hc_take_offset;        /* int32_t, seconds of UTC's offset; null is 0 */
hc_taker hc_take_hour;          /* int, 0..23; null is -1 */
hc_taker hc_take_index;         /* int, from 0 on; null is -1 */
hc_taker hc_take_number;        /* double; null is NaN */
hc_taker hc_take_flag;          /* bool */
hc_taker hc_take_flag_or_none;  /* the same; null or no such key is false */
hc_taker hc_take_time;          /* int64_t, microseconds */
hc_taker hc_take_time_or_none;  /* the same; null is 0 */
hc_taker hc_take_text;          /* char *, the struct's own */
hc_taker hc_take_text_or_none;  /* the same; null or no such key is NULL */
hc_taker hc_take_shared;        /* const char *, one of stored.texts */
hc_taker hc_take_shared_or_none;
hc_taker hc_take_unit;    /* const char *, as hc_take_shared; printable ASCII */
hc_taker hc_take_verdict; /* struct hc_verdict, of the keys `status` and `reason` */
hc_taker hc_take_column;  /* uint32_t, the index of the column of that name */
hc_taker hc_take_object;  /* the struct of `inner` */

/* ---- objects and lists ---- */

/* The failure "'key' in 'section' WHAT". */
enum hc_status hc_reading_bad(
    const struct hc_reading *r, const char *key, const char *what) HC_MUST_USE;

/* `object` (`key` is for messages) into the struct `to`. */
enum hc_status hc_reading_object(struct hc_reading *r, const char *key,
    const json_t *object, const struct hc_shape *shape, void *to) HC_MUST_USE;

/* The list at `key`. */
enum hc_status hc_reading_list(struct hc_reading *r, const json_t *object,
    const char *key, const json_t **ret) HC_MUST_USE;

/* The list at `key` as an array of structs, which the caller frees. */
enum hc_status hc_reading_rows(struct hc_reading *r, const json_t *object,
    const char *key, const struct hc_shape *shape, void *items,
    size_t *n_items) HC_MUST_USE;

/* The list at `key` into `n` structs that are there: it must be of that length. */
enum hc_status hc_reading_into(struct hc_reading *r, const json_t *object,
    const char *key, const struct hc_shape *shape, void *items, size_t n) HC_MUST_USE;

/* A list of texts. */
enum hc_status hc_reading_names(struct hc_reading *r, const json_t *object,
    const char *key, struct hc_names *ret) HC_MUST_USE;

/* A list of columns' names as their indices, which the caller frees. */
enum hc_status hc_reading_columns(struct hc_reading *r, const json_t *object,
    const char *key, uint32_t **ret, size_t *ret_n) HC_MUST_USE;

/* Index of the column of that name; false if there is none. */
bool hc_reading_column(
    const struct hc_reading *r, const char *name, uint32_t *ret) HC_MUST_USE;

extern const struct hc_shape hc_shape_stats;   /* hc_stats: n to p99 */
extern const struct hc_shape hc_shape_moments; /* the same without quantiles: NaN */

/* ---- the sections; `root` is the whole of findings.json ---- */

enum hc_status hc_stored_columns(struct hc_reading *r, const json_t *root) HC_MUST_USE;
enum hc_status hc_stored_nodes(struct hc_reading *r, const json_t *root) HC_MUST_USE;
enum hc_status hc_stored_input(struct hc_reading *r, const json_t *root) HC_MUST_USE;
enum hc_status hc_stored_quality(struct hc_reading *r, const json_t *root) HC_MUST_USE;
enum hc_status hc_stored_temporal(struct hc_reading *r, const json_t *root) HC_MUST_USE;
enum hc_status hc_stored_correlation(
    struct hc_reading *r, const json_t *root) HC_MUST_USE;
enum hc_status hc_stored_baseline(struct hc_reading *r, const json_t *root) HC_MUST_USE;
enum hc_status hc_stored_trends(struct hc_reading *r, const json_t *root) HC_MUST_USE;
enum hc_status hc_stored_replay(struct hc_reading *r, const json_t *root) HC_MUST_USE;
enum hc_status hc_stored_rhythm(struct hc_reading *r, const json_t *root) HC_MUST_USE;
enum hc_status hc_stored_growth(struct hc_reading *r, const json_t *root) HC_MUST_USE;
enum hc_status hc_stored_changes(struct hc_reading *r, const json_t *root) HC_MUST_USE;
enum hc_status hc_stored_twins(struct hc_reading *r, const json_t *root) HC_MUST_USE;
enum hc_status hc_stored_roles(struct hc_reading *r, const json_t *root) HC_MUST_USE;
enum hc_status hc_stored_anomalies(struct hc_reading *r, const json_t *root) HC_MUST_USE;
enum hc_status hc_stored_compare(struct hc_reading *r, const json_t *root) HC_MUST_USE;
enum hc_status hc_stored_workloads(struct hc_reading *r, const json_t *root) HC_MUST_USE;
enum hc_status hc_stored_opportunity(
    struct hc_reading *r, const json_t *root) HC_MUST_USE;
enum hc_status hc_stored_insights(struct hc_reading *r, const json_t *root) HC_MUST_USE;
enum hc_status hc_stored_groups(struct hc_reading *r, const json_t *root) HC_MUST_USE;
enum hc_status hc_stored_findings(struct hc_reading *r, const json_t *root) HC_MUST_USE;

/* `collections` of the section `quality`; a report may have none. */
enum hc_status hc_stored_collected(
    struct hc_reading *r, const json_t *quality) HC_MUST_USE;

/* Temporal and opportunity of one group of nodes too. */
enum hc_status hc_stored_temporal_of(
    struct hc_reading *r, const json_t *object, struct hc_temporal *to) HC_MUST_USE;
enum hc_status hc_stored_opportunity_of(
    struct hc_reading *r, const json_t *object, struct hc_opportunity *to) HC_MUST_USE;

#endif
