/*
 * snapshot_json.h - what the files of the snapshot reader share; private to the room
 */
#ifndef HC_REPLAY_SNAPSHOT_JSON_H
#define HC_REPLAY_SNAPSHOT_JSON_H

#include <jansson.h>

#include "base/fs.h"
#include "replay/snapshot.h"

/* An item, and what it is called in messages. */
struct hc_item {
    const char *path;
    const char *kind; /* "nodes" or "pods" */
    size_t index;     /* in the file's list of its kind */
    json_t *json;
};

/* HC_INPUT: "'f.json', pods[3] 'web-1', FIELD: WHAT". */
enum hc_status hc_item_fail(const struct hc_item *item, const char *field,
    const char *what, struct hc_error *err) HC_MUST_USE;

/* ---- snapshot_json.c: looking into documents; NULL where it is not there ---- */

/* "spec.affinity.nodeAffinity" */
json_t *hc_json_at(json_t *json, const char *path);
const char *hc_json_text(json_t *json, const char *path);

/* Sorted and compact, so that equal values are equal texts; "null" for NULL. */
enum hc_status hc_json_key_text(json_t *json, struct hc_buf *out) HC_MUST_USE;

/* All items of a file's nodes and pods; arrays of borrowed items. */
enum hc_status hc_snapshot_items(json_t *root, const char *path, json_t *nodes,
    json_t *pods, struct hc_error *err) HC_MUST_USE;

/* Bytes of the file, unpacked if it is gzip. */
enum hc_status hc_snapshot_bytes(
    const char *path, struct hc_buf *out, struct hc_error *err) HC_MUST_USE;

/* ---- snapshot_requests.c ---- */

/* Adds the names of extended resources that the pod asks for. */
enum hc_status hc_pod_extended(json_t *pod, struct hc_names *names) HC_MUST_USE;

/* What it asks for, into the shape. */
enum hc_status hc_pod_requests(const struct hc_item *pod, const struct hc_trace *trace,
    struct hc_shape *shape, struct hc_error *err) HC_MUST_USE;

/* A node's allocatable. */
enum hc_status hc_node_allocatable(const struct hc_item *node,
    const struct hc_trace *trace, struct hc_replay_node *to,
    struct hc_error *err) HC_MUST_USE;

/* ---- snapshot_rules.c ---- */

/* Whether labels (an object, or NULL) meet a label selector; NULL selects nothing. */
bool hc_selector_matches(json_t *selector, json_t *labels);

/* The selector is there and asks for nothing. */
bool hc_selector_is_empty(json_t *selector);

/* The answers of all `nodes` (an array of items) to the pod's constraints. */
enum hc_status hc_pod_rules(const struct hc_item *pod, json_t *nodes,
    struct hc_rules *rules, struct hc_error *err) HC_MUST_USE;

/* What these answers hang on, as text. */
enum hc_status hc_pod_rules_key(json_t *pod, struct hc_buf *out) HC_MUST_USE;

/* ---- snapshot_spread.c ---- */

/* Groups of pods, numbered, and what each selects. */
struct hc_groups {
    struct hc_name_index keys;
    struct hc_group {
        const char *namespace; /* borrowed */
        json_t *selector;      /* owned; NULL: by controller */
    } * list;                  /* [keys.n] */
    size_t cap;
    size_t *selectors; /* those of them that have one */
    size_t n_selectors, cap_selectors;
    struct hc_name_index controllers; /* how many pods each has */
    size_t *pods;
    size_t cap_pods;
    struct hc_name_index topologies;
};

void hc_groups_clear(struct hc_groups *groups);

/* First over all pods: counts those of each controller. */
enum hc_status hc_groups_count(struct hc_groups *groups, json_t *pod) HC_MUST_USE;

/* Then over all pods: its constraints, and what they name, become numbers. */
enum hc_status hc_groups_spreads(struct hc_groups *groups, const struct hc_item *pod,
    struct hc_shape *shape, struct hc_error *err) HC_MUST_USE;

/* Last over all pods: the groups that it counts in, and whether it counts itself. */
enum hc_status hc_groups_member(
    const struct hc_groups *groups, json_t *pod, struct hc_shape *shape) HC_MUST_USE;

/* The topologies that the constraints name, over all nodes. */
enum hc_status hc_groups_topologies(
    const struct hc_groups *groups, json_t *nodes, struct hc_trace *trace) HC_MUST_USE;

#endif
