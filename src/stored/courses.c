#include "stored/courses.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* ---- nodes and gauges by name ---------------------------------------------------- */

static int compare_names(const char *a_cluster, const char *a, const struct hc_node *b)
{
    int cluster = strcmp(a_cluster ? a_cluster : "", b->cluster ? b->cluster : "");

    return cluster ? cluster : strcmp(a, b->name);
}

static int by_name(const void *a, const void *b)
{
    const struct hc_node *x = *(const struct hc_node *const *)a;
    const struct hc_node *y = *(const struct hc_node *const *)b;
    int order = compare_names(x->cluster, x->name, y);

    return order ? order : (x > y) - (x < y);
}

static enum hc_status list_nodes(struct hc_reading *r)
{
    const struct hc_summary *s = &r->stored->summary;

    if (r->nodes)
        return HC_OK;
    r->nodes = hc_alloc(s->n_nodes + 1, sizeof(*r->nodes));
    if (!r->nodes)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < s->n_nodes; i++)
        r->nodes[i] = &s->nodes[i];
    qsort(r->nodes, s->n_nodes, sizeof(*r->nodes), by_name);
    return HC_OK;
}

/* The first of the nodes that are called so. */
enum hc_status hc_reading_node(struct hc_reading *r, const json_t *object,
    const char *key, const char *cluster_key, uint32_t *ret)
{
    const struct hc_summary *s = &r->stored->summary;
    const char *name = json_string_value(json_object_get(object, key));
    const char *cluster = json_string_value(json_object_get(object, cluster_key));
    size_t low = 0, high = s->n_nodes;

    if (!name)
        return hc_reading_bad(r, key, "is not a text");
    HC_TRY(list_nodes(r));
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (compare_names(cluster, name, r->nodes[middle]) > 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == s->n_nodes || compare_names(cluster, name, r->nodes[low]))
        return hc_reading_bad(r, key, "is not among 'nodes'");
    *ret = (uint32_t)(r->nodes[low] - s->nodes);
    return HC_OK;
}

enum hc_status hc_take_gauge(
    struct hc_reading *r, const json_t *object, const struct hc_field *field, void *to)
{
    const char *name = json_string_value(json_object_get(object, field->key));
    int metric = name ? hc_metric_find(name) : -1;

    if (metric < 0)
        return hc_reading_bad(r, field->key, "is not a gauge");
    *(int *)to = metric;
    return HC_OK;
}

enum hc_status hc_take_node(
    struct hc_reading *r, const json_t *object, const struct hc_field *field, void *to)
{
    return hc_reading_node(r, object, field->key, "cluster", to);
}

/* ---- courses --------------------------------------------------------------------- */

static const struct hc_field course_fields[] = {
    HC_FIELD(hc_course, "gauge", hc_take_gauge, metric),
    HC_FIELD(hc_course, "n", hc_take_count, n),
};
static const struct hc_shape course_shape =
    HC_SHAPE(struct hc_course, course_fields, NULL);

enum hc_status hc_take_course_of_cluster(struct hc_reading *r, const json_t *object,
    const struct hc_field *field HC_UNUSED, void *to)
{
    ((struct hc_course *)to)->node = HC_WHOLE_CLUSTER;
    return hc_reading_object(r, "gauge", object, &course_shape, to);
}

enum hc_status hc_take_course_of_node(struct hc_reading *r, const json_t *object,
    const struct hc_field *field HC_UNUSED, void *to)
{
    HC_TRY(
        hc_reading_node(r, object, "node", "cluster", &((struct hc_course *)to)->node));
    return hc_reading_object(r, "gauge", object, &course_shape, to);
}

/* Of a node where there is that key. */
enum hc_status hc_take_course(
    struct hc_reading *r, const json_t *object, const struct hc_field *field, void *to)
{
    return json_object_get(object, "node")
               ? hc_take_course_of_node(r, object, field, to)
               : hc_take_course_of_cluster(r, object, field, to);
}

enum hc_status hc_reading_number(
    struct hc_reading *r, const json_t *value, const char *key, double *ret)
{
    if (!json_is_number(value) && !json_is_null(value))
        return hc_reading_bad(r, key, "holds something that is not a number");
    *ret = json_is_null(value) ? NAN : json_number_value(value);
    return HC_OK;
}

/* A list of numbers of that length; null is NaN. */
enum hc_status hc_reading_numbers(
    struct hc_reading *r, const json_t *object, const char *key, size_t n, double *to)
{
    const json_t *list;

    HC_TRY(hc_reading_list(r, object, key, &list));
    if (json_array_size(list) != n)
        return hc_reading_bad(r, key, "is not of the right length");
    for (size_t i = 0; i < n; i++)
        HC_TRY(hc_reading_number(r, json_array_get(list, i), key, &to[i]));
    return HC_OK;
}

enum hc_status hc_reading_new_numbers(
    struct hc_reading *r, const json_t *object, const char *key, size_t n, double **ret)
{
    const json_t *list;

    HC_TRY(hc_reading_list(r, object, key, &list));
    if (json_array_size(list) != n) /* before anything is allocated */
        return hc_reading_bad(r, key, "is not of the right length");
    *ret = hc_alloc(n, sizeof(**ret));
    return *ret ? hc_reading_numbers(r, object, key, n, *ret) : HC_NO_MEMORY;
}

/* ---- the sections ---------------------------------------------------------------- */

enum hc_status hc_reading_section(struct hc_reading *r, const json_t *root,
    const struct hc_shape *shape, struct hc_verdict *verdict, void *to)
{
    const json_t *object = json_object_get(root, r->section);

    if (object)
        return hc_reading_object(r, r->section, object, shape, to);
    hc_verdict_set(verdict, HC_NOT_AVAILABLE,
        "the report is from before there was this section; analyze again");
    return HC_OK;
}
