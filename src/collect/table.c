#include "collect/table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

void hc_table_clear(struct hc_table *table)
{
    for (size_t i = 0; i < table->n_instances; i++) {
        hc_free(table->instances[i].cluster);
        hc_free(table->instances[i].name);
        for (size_t q = 0; q < HC_SLOTS; q++)
            hc_free(table->instances[i].values[q]);
    }
    for (size_t i = 0; i < table->n_lines; i++) {
        hc_free(table->lines[i].cluster);
        hc_free(table->lines[i].node);
        hc_free(table->lines[i].instance);
        for (size_t i_own = 0; i_own < HC_OWN_MAX; i_own++)
            hc_free(table->lines[i].own[i_own]);
    }
    hc_free(table->instances);
    hc_free(table->lines);
    hc_join_clear(&table->join);
    hc_names_clear(&table->warnings);
    *table = (struct hc_table){0};
}

/* ---- sorted lists ---- */

static int by_names(const char *a1, const char *a2, const char *b1, const char *b2)
{
    int first = strcmp(a1, b1);

    return first ? first : strcmp(a2, b2);
}

/* Where (cluster, name) is among n items whose first members are these two, or is to go.
 */
static size_t place(const void *items, size_t n, size_t size, const char *cluster,
    const char *name, bool *ret_found)
{
    size_t low = 0, high = n;

    *ret_found = false;
    while (low < high && !*ret_found) {
        size_t middle = low + (high - low) / 2;
        char *const *texts = (char *const *)((const char *)items + middle * size);
        int order = by_names(cluster, name, texts[0], texts[1]);

        if (order <= 0)
            high = middle;
        else
            low = middle + 1;
        *ret_found = order == 0;
        if (*ret_found)
            low = middle;
    }
    return low;
}

static struct hc_instance *instance_of(
    struct hc_table *table, const char *cluster, const char *name)
{
    struct hc_instance made = {0};
    bool found;
    size_t at =
        place(table->instances, table->n_instances, sizeof(made), cluster, name, &found);

    if (found)
        return &table->instances[at];
    if (hc_grow(&table->instances, &table->cap_instances, table->n_instances + 1,
            sizeof(made)))
        return NULL;
    made.cluster = hc_strdup(cluster);
    made.name = hc_strdup(name);
    memmove(table->instances + at + 1, table->instances + at,
        (table->n_instances - at) * sizeof(made));
    table->instances[at] = made;
    table->n_instances++;
    return made.cluster && made.name ? &table->instances[at] : NULL;
}

static struct hc_line *line_of(
    struct hc_table *table, const char *cluster, const char *node)
{
    struct hc_line made = {0};
    bool found;
    size_t at = place(table->lines, table->n_lines, sizeof(made), cluster, node, &found);

    if (found)
        return &table->lines[at];
    if (hc_grow(&table->lines, &table->cap_lines, table->n_lines + 1, sizeof(made)))
        return NULL;
    made = (struct hc_line){hc_strdup(cluster), hc_strdup(node),
        hc_alloc(table->n_points, sizeof(int32_t)), {NULL}};
    memmove(
        table->lines + at + 1, table->lines + at, (table->n_lines - at) * sizeof(made));
    table->lines[at] = made;
    table->n_lines++;
    if (!made.cluster || !made.node || !made.instance)
        return NULL;
    for (size_t p = 0; p < table->n_points; p++)
        made.instance[p] = -1;
    return &table->lines[at];
}

/* ---- pieces ---- */

static double *no_values(size_t n)
{
    double *values = hc_alloc(n, sizeof(*values));

    for (size_t i = 0; values && i < n; i++)
        values[i] = NAN;
    return values;
}

static size_t slot_of(int ask)
{
    return ask < HC_QUERIES ? (size_t)ask
                            : (size_t)(HC_NODE_QUERIES + (ask - HC_QUERIES));
}

/* The array of a slot, made if need be. */
static enum hc_status open_slot(const struct hc_table *table, double **slot, double **ret)
{
    if (!*slot)
        *slot = no_values(table->n_points);
    *ret = *slot;
    return *slot ? HC_OK : HC_NO_MEMORY;
}

static enum hc_status leave_out(
    struct hc_table *table, const struct hc_piece *piece, const char *label)
{
    char text[256];

    snprintf(text, sizeof(text), "%s: a series without the label '%.100s' is left out",
        piece->id.ask < HC_QUERIES ? hc_ask_name(piece->id.ask)
                                   : hc_ask_own(table->plan, piece->id.ask)->name,
        label);
    return hc_names_add_new(&table->warnings, text);
}

/* An own query may name the node itself. */
static enum hc_status target_of_node(struct hc_table *table, const struct hc_piece *piece,
    const char *cluster, const char *node, double **ret)
{
    struct hc_line *line = line_of(table, cluster, node);

    if (!line)
        return HC_NO_MEMORY;
    return open_slot(table, &line->own[piece->id.ask - HC_QUERIES], ret);
}

/* Where the numbers of a series go; NULL in *ret: it says of no node, and is left out. */
static enum hc_status target_of(struct hc_table *table, const struct hc_piece *piece,
    const struct hc_piece_series *series, double **ret)
{
    const char *label = table->plan->node_label ? table->plan->node_label : "instance";
    const char *cluster = hc_piece_label(series, "cluster");
    const char *name = hc_piece_label(series, label);
    const char *node = hc_piece_label(series, "node");
    struct hc_instance *instance;

    *ret = NULL;
    if (!*name && (piece->id.ask < HC_QUERIES || !*node))
        return leave_out(table, piece, label);
    table->cluster |= *cluster != '\0';
    if (!*name)
        return target_of_node(table, piece, cluster, node, ret);
    instance = instance_of(table, cluster, name);
    if (!instance)
        return HC_NO_MEMORY;
    return open_slot(table, &instance->values[slot_of(piece->id.ask)], ret);
}

static enum hc_status info_of(
    struct hc_table *table, const struct hc_piece_series *series, double **ret)
{
    const char *ip = hc_piece_label(series, "internal_ip");
    const char *node = hc_piece_label(series, "node");
    struct hc_join_info *info = NULL;

    *ret = NULL;
    if (!*ip || !*node)
        return HC_OK;
    info = hc_join_info(&table->join, hc_piece_label(series, "cluster"), ip, node);
    if (!info)
        return HC_NO_MEMORY;
    *ret = info->there;
    return HC_OK;
}

/* Several numbers of one node: the largest counts, as of replicas. */
static enum hc_status put_own(
    struct hc_table *table, size_t q, double *to, const double *values, size_t n)
{
    bool several = false;
    char text[256];

    for (size_t p = 0; p < n; p++) {
        several |= !isnan(to[p]) && !isnan(values[p]);
        to[p] = fmax(to[p], values[p]);
    }
    if (!several)
        return HC_OK;
    snprintf(text, sizeof(text),
        "%s: there are several series of one node, and the largest number counts: "
        "aggregate the query, as in 'max by (cluster, instance) (...)'",
        table->plan->own[q].name);
    return hc_names_add_new(&table->warnings, text);
}

/* The table's queries give one series a target. */
static enum hc_status put_values(struct hc_table *table, const struct hc_piece *piece,
    const struct hc_piece_series *series, double *to)
{
    if (piece->id.ask >= HC_QUERIES)
        return put_own(table, (size_t)(piece->id.ask - HC_QUERIES), to, series->values,
            piece->n_points);
    for (size_t p = 0; p < piece->n_points; p++)
        if (!isnan(series->values[p]))
            to[p] = series->values[p];
    return HC_OK;
}

static enum hc_status add_piece(
    void *context, const struct hc_piece *piece, struct hc_error *err)
{
    struct hc_table *table = context;
    struct hc_span before = {table->span.start_s, piece->id.span.start_s};
    int64_t offset = hc_span_points(before, piece->step_s);

    (void)err;
    HC_TRY(hc_piece_warnings(piece, &table->warnings));
    for (size_t i = 0; i < piece->n; i++) {
        const struct hc_piece_series *series = &piece->series[i];
        double *to = NULL;

        HC_TRY(piece->id.ask == HC_Q_NODE_INFO ? info_of(table, series, &to)
                                               : target_of(table, piece, series, &to));
        if (to)
            HC_TRY(put_values(table, piece, series, to + offset));
    }
    return HC_OK;
}

static enum hc_status add_pieces(
    struct hc_table *table, const char *pieces_dir, struct hc_error *err)
{
    for (int ask = 0; ask < HC_ASKS; ask++)
        if (hc_ask_part(ask) <= HC_PART_JOIN)
            HC_TRY(hc_fetch_read(
                table->plan, ask, table->span, pieces_dir, add_piece, table, err));
    return HC_OK;
}

/* ---- rows ---- */

static double number(const struct hc_instance *instance, size_t slot, size_t p)
{
    const double *values = instance ? instance->values[slot] : NULL;

    return values ? values[p] : NAN;
}

static double of_instance(const struct hc_instance *instance, size_t column, size_t p)
{
    const struct hc_query_column *c = &hc_query_columns[column];
    double a = number(instance, c->a, p);
    double b = c->b == HC_Q_NONE ? 0 : number(instance, c->b, p);

    return isnan(a) || isnan(b) ? NAN : c->make(a, b);
}

static const struct hc_instance *instance_at(
    const struct hc_table *table, const struct hc_line *line, size_t point)
{
    return line->instance[point] < 0 ? NULL : &table->instances[line->instance[point]];
}

double hc_table_value(
    const struct hc_table *table, const struct hc_line *line, size_t column, size_t point)
{
    const double *own;

    if (column < hc_query_columns_count)
        return of_instance(instance_at(table, line, point), column, point);
    own = line->own[column - hc_query_columns_count];
    return own ? own[point] : NAN;
}

bool hc_table_has_row(
    const struct hc_table *table, const struct hc_line *line, size_t point)
{
    for (size_t q = 0; q < table->plan->n_own; q++)
        if (line->own[q] && !isnan(line->own[q][point]))
            return true;
    return line->instance[point] >= 0;
}

/* Has the instance any column of the table? */
static bool has_columns(const struct hc_instance *instance, size_t point)
{
    for (size_t c = 0; c < hc_query_columns_count; c++)
        if (!isnan(of_instance(instance, c, point)))
            return true;
    return false;
}

static bool has_row(const struct hc_table *table, size_t index, size_t point)
{
    const struct hc_instance *instance = &table->instances[index];

    for (size_t q = 0; q < table->plan->n_own; q++)
        if (!isnan(number(instance, HC_NODE_QUERIES + q, point)))
            return true;
    return has_columns(instance, point);
}

static enum hc_status take_own(struct hc_table *table, struct hc_line *line,
    const struct hc_instance *instance, size_t point)
{
    for (size_t q = 0; q < table->plan->n_own; q++) {
        double value = number(instance, HC_NODE_QUERIES + q, point), *to;

        if (isnan(value))
            continue;
        HC_TRY(open_slot(table, &line->own[q], &to));
        HC_TRY(put_own(table, q, to + point, &value, 1));
    }
    return HC_OK;
}

/* One moment of an instance that is this node. */
static enum hc_status take_row(
    struct hc_table *table, struct hc_line *line, size_t index, size_t point)
{
    const struct hc_instance *instance = &table->instances[index];

    HC_TRY(take_own(table, line, instance, point));
    if (!has_columns(instance, point))
        return HC_OK;
    if (line->instance[point] >= 0)
        table->folded++;
    else
        line->instance[point] = (int32_t)index;
    return HC_OK;
}

static void count_rows(struct hc_table *table)
{
    for (size_t i = 0; i < table->n_lines; i++)
        for (size_t p = 0; p < table->n_points; p++)
            table->rows += hc_table_has_row(table, &table->lines[i], p);
}

/* `owners`: index of the node's info by moment; NULL: the node is `name` all day. */
static enum hc_status take_rows(
    struct hc_table *table, size_t index, const int32_t *owners, const char *name)
{
    const struct hc_instance *instance = &table->instances[index];
    struct hc_line *line = NULL;
    int32_t owner = -1; /* of the line */

    for (size_t p = 0; p < table->n_points; p++) {
        if (!has_row(table, index, p))
            continue;
        if (!line || (owners && owners[p] != owner))
            line = line_of(table, instance->cluster,
                owners ? table->join.infos[owners[p]].node : name);
        if (!line)
            return HC_NO_MEMORY;
        owner = owners ? owners[p] : -1;
        HC_TRY(take_row(table, line, index, p));
    }
    return HC_OK;
}

static enum hc_status join_instance(struct hc_table *table, size_t index, int32_t *owners)
{
    const struct hc_instance *instance = &table->instances[index];
    char address[512];

    if (table->plan->node_label)
        return take_rows(table, index, NULL, instance->name);
    hc_join_address(instance->name, address, sizeof(address));
    if (hc_join_nodes(&table->join, instance->cluster, address, owners))
        return take_rows(table, index, owners, NULL);
    table->unjoined++;
    return take_rows(table, index, NULL, address);
}

enum hc_status hc_table_read(struct hc_table *table, const struct hc_plan *plan,
    struct hc_span span, const char *pieces_dir, struct hc_error *err)
{
    HC_CLEANUP(hc_freep) int32_t *owners = NULL;

    table->plan = plan;
    table->span = span;
    table->n_points = (size_t)hc_span_points(span, plan->step_s);
    table->join.n_points = table->n_points;
    owners = hc_alloc(table->n_points, sizeof(*owners));
    if (!owners)
        return HC_NO_MEMORY;
    HC_TRY(add_pieces(table, pieces_dir, err));
    for (size_t i = 0; i < table->n_instances; i++)
        HC_TRY(join_instance(table, i, owners));
    count_rows(table);
    return HC_OK;
}
