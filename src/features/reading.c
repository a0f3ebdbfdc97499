#include <float.h>
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "features/identity.h"
#include "features/reading.h"
#include "features/step.h"

struct hc_reading {
    struct hc_reading_options options;
    struct hc_stream *stream;
    bool ended, unsorted;
    struct hc_portion carry; /* its first row of the set is carry.first */
    struct hc_feature_node **nodes;
    size_t n_nodes, cap_nodes;
    struct hc_feature_node *node; /* of the newest row; NULL: none yet */
    bool has_last;                /* of this node there is a row already */
    int64_t last_us;              /* its time */
    struct hc_step step;
    struct hc_reading_counts counts;
};

/* ---- open, close ---- */

enum hc_status hc_reading_open(struct hc_duck *duck,
    const struct hc_reading_options *options, struct hc_reading **ret,
    struct hc_error *err)
{
    struct hc_reading *reading = hc_calloc(1, sizeof(*reading));
    enum hc_status status;

    if (!reading)
        return HC_NO_MEMORY;
    reading->options = *options;
    reading->counts.first_us = INT64_MAX;
    reading->counts.last_us = INT64_MIN;
    status = hc_portion_init(&reading->carry, options->n_gauges);
    if (!status)
        status = hc_stream_open(duck, options->sql, &reading->stream, err);
    if (status) {
        hc_reading_close(reading);
        return status;
    }
    *ret = reading;
    return HC_OK;
}

void hc_reading_close(struct hc_reading *reading)
{
    if (!reading)
        return;
    hc_stream_close(reading->stream);
    hc_portion_clear(&reading->carry);
    for (size_t i = 0; i < reading->n_nodes; i++)
        hc_free(reading->nodes[i]);
    hc_free(reading->nodes);
    hc_free(reading);
}

bool hc_reading_is_unsorted(const struct hc_reading *reading)
{
    return reading->unsorted;
}

struct hc_reading_counts hc_reading_counts(const struct hc_reading *reading)
{
    struct hc_reading_counts counts = reading->counts;

    counts.nodes = reading->n_nodes;
    return counts;
}

/* ---- nodes ---- */

static struct hc_identity identity_at(const struct hc_reading *reading, size_t row)
{
    return hc_identity_at(reading->stream, reading->options.has_cluster, row);
}

/* Below 0: the node is before that of the newest row. */
static int compare(const struct hc_reading *reading, const struct hc_identity *id)
{
    const struct hc_feature_node *node = reading->node;
    const struct hc_identity newest = {.cluster = node->text,
        .cluster_len = node->cluster_len,
        .node = node->text + node->cluster_len,
        .node_len = node->node_len};

    return hc_identity_compare(id, &newest);
}

static enum hc_status begin_node(
    struct hc_reading *reading, struct hc_portion *portion, const struct hc_identity *id)
{
    struct hc_feature_node *node =
        hc_alloc(sizeof(*node) + id->cluster_len + id->node_len, 1);

    if (!node)
        return HC_NO_MEMORY;
    node->cluster_len = id->cluster_len;
    node->node_len = id->node_len;
    memcpy(node->text, id->cluster, id->cluster_len);
    memcpy(node->text + id->cluster_len, id->node, id->node_len);
    if (hc_grow(&reading->nodes, &reading->cap_nodes, reading->n_nodes + 1,
            sizeof(*reading->nodes))) {
        hc_free(node);
        return HC_NO_MEMORY;
    }
    reading->nodes[reading->n_nodes++] = node;
    reading->node = node;
    reading->has_last = false;
    hc_step_reset(&reading->step);
    return hc_portion_begin_node(portion, node);
}

/* ---- rows ---- */

static void copy_values(struct hc_reading *reading, struct hc_portion *portion,
    size_t gauge, size_t from, size_t n)
{
    size_t column = gauge + (reading->options.has_cluster ? 3 : 2);
    const uint64_t *valid;
    const double *in = hc_stream_column(reading->stream, column, &valid);
    double *out = portion->value[gauge] + portion->n;
    uint64_t infinite = 0, missing = 0;

    for (size_t i = 0; i < n; i++) {
        double x = in[from + i];
        bool there = !valid || (valid[(from + i) / 64] >> ((from + i) % 64) & 1);
        bool finite = fabs(x) <= DBL_MAX;

        infinite += there && isinf(x);
        missing += !there || !finite;
        out[i] = there && finite ? x : NAN;
    }
    reading->counts.infinite += infinite;
    reading->counts.finite += n - missing;
}

static void note_range(
    struct hc_reading_counts *counts, int64_t first_us, int64_t last_us)
{
    counts->first_us = first_us < counts->first_us ? first_us : counts->first_us;
    counts->last_us = last_us > counts->last_us ? last_us : counts->last_us;
}

/* Rows [from, from + n) of the chunk, all of one node, times ascending. */
static void take_rows(
    struct hc_reading *reading, struct hc_portion *portion, size_t from, size_t n)
{
    const uint64_t *valid;
    const int64_t *time_us = hc_stream_column(reading->stream, HC_STREAM_TIME, &valid);

    for (size_t i = 0; i < n; i++) {
        int64_t t = time_us[from + i];

        if (reading->has_last)
            hc_step_add(&reading->step, t - reading->last_us);
        reading->has_last = true;
        reading->last_us = t;
        portion->time_us[portion->n + i] = t;
        portion->step_us[portion->n + i] = reading->options.step_us
                                               ? reading->options.step_us
                                               : reading->step.step_s * HC_SECOND_US;
    }
    note_range(&reading->counts, time_us[from], time_us[from + n - 1]);
    for (size_t g = 0; g < portion->n_gauges; g++)
        copy_values(reading, portion, g, from, n);
    portion->n += n;
    reading->counts.rows += n;
}

static enum hc_status out_of_order(struct hc_reading *reading, struct hc_error *err)
{
    reading->unsorted = true;
    return hc_fail(err, HC_INPUT, "rows are not sorted by node and time");
}

/* The same, but for rows that repeat the time before. */
static enum hc_status take_node(struct hc_reading *reading, struct hc_portion *portion,
    size_t from, size_t end, struct hc_error *err)
{
    const uint64_t *valid;
    const int64_t *time_us = hc_stream_column(reading->stream, HC_STREAM_TIME, &valid);

    while (from < end) {
        size_t to = from;

        if (reading->has_last && time_us[from] < reading->last_us)
            return out_of_order(reading, err);
        if (reading->has_last && time_us[from] == reading->last_us) {
            reading->counts.repeats++;
            from++;
            continue;
        }
        do
            to++;
        while (to < end && time_us[to] > time_us[to - 1]);
        take_rows(reading, portion, from, to - from);
        from = to;
    }
    return HC_OK;
}

/* Where the rows of the node of row `from` end. */
static size_t node_end(const struct hc_reading *reading, size_t from, size_t end)
{
    end = hc_stream_same_until(reading->stream, HC_STREAM_NODE, from, end);
    if (reading->options.has_cluster)
        end = hc_stream_same_until(reading->stream, HC_STREAM_CLUSTER, from, end);
    return end;
}

/* Rows [from, to) of the chunk, which all have a time and a node. */
static enum hc_status take_keyed(struct hc_reading *reading, struct hc_portion *portion,
    size_t from, size_t to, struct hc_error *err)
{
    for (size_t end; from < to; from = end) {
        struct hc_identity id = identity_at(reading, from);
        int order = reading->node ? compare(reading, &id) : 1;

        if (order < 0)
            return out_of_order(reading, err);
        if (order > 0)
            HC_TRY(begin_node(reading, portion, &id));
        end = node_end(reading, from, to);
        HC_TRY(take_node(reading, portion, from, end, err));
    }
    return HC_OK;
}

/* Times before the year 1 and after 9999 are missing. */
static const int64_t first_time_us = -62135596800 * HC_SECOND_US,
                     end_of_time_us = 253402300800 * HC_SECOND_US;

static bool is_time(int64_t time_us)
{
    return time_us >= first_time_us && time_us < end_of_time_us;
}

static bool is_there(const uint64_t *valid, size_t row)
{
    return !valid || (valid[row / 64] >> (row % 64) & 1);
}

static enum hc_status take_chunk(struct hc_reading *reading, struct hc_portion *portion,
    size_t rows, struct hc_error *err)
{
    const uint64_t *times, *nodes;
    const int64_t *time_us = hc_stream_column(reading->stream, HC_STREAM_TIME, &times);

    hc_stream_column(reading->stream, HC_STREAM_NODE, &nodes);
    HC_TRY(hc_portion_reserve(portion, rows));
    for (size_t from = 0, to; from < rows; from = to) {
        for (to = from; to < rows && is_there(times, to) && is_there(nodes, to) &&
                        is_time(time_us[to]);)
            to++;
        HC_TRY(take_keyed(reading, portion, from, to, err));
        if (to == rows)
            break;
        reading->counts.no_key++;
        to++;
    }
    return HC_OK;
}

/* ---- portions ---- */

/* The rows of the set are there, and what the last of them looks ahead at. */
static bool is_full(const struct hc_reading *reading, const struct hc_portion *portion)
{
    size_t last = portion->first + reading->options.portion_rows - 1;

    if (portion->n <= last + 1)
        return false;
    if (portion->stretches[hc_portion_stretch_of(portion, last)].node != reading->node)
        return true;
    return portion->time_us[portion->n - 1] - portion->time_us[last] >
           reading->options.ahead_us + portion->step_us[last] / 2;
}

/* The first row that row `row` looks back at. */
static size_t history_of(
    const struct hc_reading *reading, const struct hc_portion *portion, size_t row)
{
    size_t from = portion->stretches[hc_portion_stretch_of(portion, row)].from, to = row;
    int64_t before_us = portion->time_us[row] - reading->options.back_us;

    while (from < to) {
        size_t middle = (from + to) / 2;

        if (portion->time_us[middle] <= before_us)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static enum hc_status carry_over(
    struct hc_reading *reading, const struct hc_portion *portion)
{
    size_t keep = portion->n;

    if (portion->end < portion->n)
        keep = history_of(reading, portion, portion->end);
    HC_TRY(hc_portion_copy_tail(portion, keep, &reading->carry));
    reading->carry.first = portion->end - keep;
    return HC_OK;
}

enum hc_status hc_reading_next(
    struct hc_reading *reading, struct hc_portion *portion, struct hc_error *err)
{
    struct hc_portion spare = *portion;

    *portion = reading->carry;
    reading->carry = spare;
    while (!reading->ended && !is_full(reading, portion)) {
        size_t rows;

        HC_TRY(hc_stream_next(reading->stream, &rows, err));
        if (rows)
            HC_TRY(take_chunk(reading, portion, rows, err));
        else
            reading->ended = true;
    }
    portion->end = portion->first + reading->options.portion_rows;
    if (portion->end > portion->n)
        portion->end = portion->n;
    return carry_over(reading, portion);
}
