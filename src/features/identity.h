/*
 * identity.h - which node a row of a stream is of; private to the room
 *
 * The streams of this room begin with time TIMESTAMP, node VARCHAR, [cluster VARCHAR]. A
 * node's identity is its cluster, where there is one, and its name; no cluster is "".
 * Identities are ordered by their bytes, the cluster first, as DuckDB orders text.
 */
#ifndef HC_FEATURES_IDENTITY_H
#define HC_FEATURES_IDENTITY_H

#include "duck/stream.h"

enum { HC_STREAM_TIME, HC_STREAM_NODE, HC_STREAM_CLUSTER };

/* Points into the stream's rows, or wherever its maker says. */
struct hc_identity {
    const char *cluster, *node; /* node NULL: the row has none */
    size_t cluster_len, node_len;
};

struct hc_identity hc_identity_at(
    const struct hc_stream *stream, bool has_cluster, size_t row);

/* Below 0, 0, above 0: a is before b, b itself, after b. Both have a node. */
int hc_identity_compare(const struct hc_identity *a, const struct hc_identity *b);

#endif
