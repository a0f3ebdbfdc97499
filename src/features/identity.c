#include <string.h>

#include "features/identity.h"

struct hc_identity hc_identity_at(
    const struct hc_stream *stream, bool has_cluster, size_t row)
{
    struct hc_identity id = {.cluster = NULL};

    id.node = hc_stream_text(stream, HC_STREAM_NODE, row, &id.node_len);
    if (has_cluster)
        id.cluster = hc_stream_text(stream, HC_STREAM_CLUSTER, row, &id.cluster_len);
    if (!id.cluster) {
        id.cluster = "";
        id.cluster_len = 0;
    }
    return id;
}

static int compare_bytes(const char *a, size_t a_len, const char *b, size_t b_len)
{
    int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

    return order ? order : (a_len > b_len) - (a_len < b_len);
}

int hc_identity_compare(const struct hc_identity *a, const struct hc_identity *b)
{
    int order = compare_bytes(a->cluster, a->cluster_len, b->cluster, b->cluster_len);

    return order ? order : compare_bytes(a->node, a->node_len, b->node, b->node_len);
}
