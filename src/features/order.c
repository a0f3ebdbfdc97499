#include "features/identity.h"
#include "features/order.h"

struct look {
    struct hc_stream *stream;
    bool has_cluster;
    struct hc_order order;
    struct hc_buf newest; /* cluster, then node, of the newest row */
    size_t cluster_len;
    bool any;
    int64_t time_us; /* of the newest row */
};

static void look_clear(struct look *look)
{
    hc_stream_close(look->stream);
    hc_buf_clear(&look->newest);
}

static enum hc_status keep(struct look *look, const struct hc_identity *id)
{
    hc_buf_reset(&look->newest);
    hc_buf_add(&look->newest, id->cluster, id->cluster_len);
    hc_buf_add(&look->newest, id->node, id->node_len);
    look->cluster_len = id->cluster_len;
    return hc_buf_check(&look->newest);
}

static struct hc_identity newest(const struct look *look)
{
    const char *text = hc_buf_str(&look->newest);

    return (struct hc_identity){.cluster = text,
        .cluster_len = look->cluster_len,
        .node = text + look->cluster_len,
        .node_len = look->newest.len - look->cluster_len};
}

static enum hc_status take_row(
    struct look *look, const struct hc_identity *id, int64_t time_us)
{
    struct hc_identity before = newest(look);
    int order = look->any ? hc_identity_compare(id, &before) : 1;

    if (order < 0 || (order == 0 && time_us < look->time_us))
        look->order.sorted = false;
    if (order)
        HC_TRY(keep(look, id));
    look->any = true;
    look->time_us = time_us;
    look->order.rows++;
    if (time_us < look->order.first_us)
        look->order.first_us = time_us;
    if (time_us > look->order.last_us)
        look->order.last_us = time_us;
    return HC_OK;
}

static enum hc_status take_rows(struct look *look, size_t rows)
{
    const uint64_t *valid;
    const int64_t *time_us = hc_stream_column(look->stream, HC_STREAM_TIME, &valid);

    for (size_t i = 0; i < rows; i++) {
        struct hc_identity id = hc_identity_at(look->stream, look->has_cluster, i);

        if (id.node && (!valid || (valid[i / 64] >> (i % 64) & 1)))
            HC_TRY(take_row(look, &id, time_us[i]));
        else
            look->order.no_key++;
    }
    return HC_OK;
}

enum hc_status hc_order_look(struct hc_duck *duck, const char *sql, bool has_cluster,
    struct hc_order *ret, struct hc_error *err)
{
    HC_CLEANUP(look_clear)
    struct look look = {.has_cluster = has_cluster,
        .order = {.sorted = true, .first_us = INT64_MAX, .last_us = INT64_MIN}};
    size_t rows;

    HC_TRY(hc_stream_open(duck, sql, &look.stream, err));
    do {
        HC_TRY(hc_stream_next(look.stream, &rows, err));
        HC_TRY(rows ? take_rows(&look, rows) : HC_OK);
    } while (rows);
    *ret = look.order;
    return HC_OK;
}
