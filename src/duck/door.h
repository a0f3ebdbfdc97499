/*
 * door.h - the kernel as a parallel aggregate inside DuckDB
 *
 * hc_door_run registers the kernel under a name of its own, runs one SELECT over the
 * files, and hands out the merged profile. Each of DuckDB's threads has a profile; they
 * meet in `combine`. The aggregate's parameters, in this order:
 *
 *     file_row_number BIGINT, file_index UBIGINT,
 *     time TIMESTAMP, [cluster VARCHAR,] node VARCHAR,
 *     [keep BOOLEAN,] [other UBIGINT,] then the columns as DOUBLE
 *
 * A node's identity, as the kernel knows it, is the cluster's length in four bytes,
 * little-endian, the cluster, and the node's name (hc_identity_split takes it apart).
 *
 * Traps of the C API that this file knows: rows that are NULL reach `update` with garbage
 * in their slots; `combine` must leave its source as it is; states are freed by us after
 * the query, never by DuckDB.
 */
#ifndef HC_DUCK_DOOR_H
#define HC_DUCK_DOOR_H

#include <hindcast/profile.h>

#include "duck/session.h"

struct hc_door {
    struct hc_profile_options options;
    bool has_keys; /* time and node are among the parameters */
    bool has_cluster;
    bool has_keep;
    bool has_other;
    const char *arguments; /* SQL: the parameters, with commas */
    const char *from;      /* SQL: what to select from */
    const char *also;      /* SQL: further aggregates of the same pass, or NULL */
};

/* `ret_also`: a row whose columns from 1 on are `also`. */
enum hc_status hc_door_run(struct hc_duck *duck, const struct hc_door *door,
    struct hc_profile **ret, struct hc_rows **ret_also, struct hc_error *err) HC_MUST_USE;

/* Cluster and node of an identity; false if the bytes are not one. */
bool hc_identity_split(const char *identity, size_t len, const char **ret_cluster,
    size_t *ret_cluster_len, const char **ret_node, size_t *ret_node_len);

#endif
