#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "replay/snapshot_json.h"

static const char hostname_key[] = "kubernetes.io/hostname";
static const char zone_key[] = "topology.kubernetes.io/zone";

/* The system's defaults, both soft. */
static const struct {
    const char *key;
    int32_t max_skew;
} defaults[] = {{hostname_key, 3}, {zone_key, 5}};

void hc_groups_clear(struct hc_groups *groups)
{
    for (size_t i = 0; i < groups->keys.n; i++)
        json_decref(groups->list[i].selector);
    hc_free(groups->list);
    hc_free(groups->selectors);
    hc_free(groups->pods);
    hc_name_index_clear(&groups->keys);
    hc_name_index_clear(&groups->controllers);
    hc_name_index_clear(&groups->topologies);
    *groups = (struct hc_groups){0};
}

static const char *namespace_of(json_t *pod)
{
    const char *name = hc_json_text(pod, "metadata.namespace");

    return name ? name : "";
}

/* ---- controllers ---- */

/* Those whose pods kube-scheduler spreads by default. */
static json_t *controller_of(json_t *pod)
{
    static const char *const kinds[] = {
        "ReplicaSet", "StatefulSet", "ReplicationController"};
    json_t *owner;
    size_t i;

    json_array_foreach(hc_json_at(pod, "metadata.ownerReferences"), i, owner)
    {
        const char *kind = hc_json_text(owner, "kind");

        if (!json_is_true(json_object_get(owner, "controller")) || !kind)
            continue;
        for (size_t k = 0; k < HC_COUNT(kinds); k++)
            if (!strcmp(kind, kinds[k]))
                return owner;
    }
    return NULL;
}

/* "controller", namespace, kind, name; empty: it has none. */
static enum hc_status controller_key(json_t *pod, struct hc_buf *out)
{
    json_t *owner = controller_of(pod);

    if (owner)
        hc_buf_printf(out, "controller\n%s\n%s\n%s", namespace_of(pod),
            hc_json_text(owner, "kind"),
            hc_json_text(owner, "name") ? hc_json_text(owner, "name") : "");
    return hc_buf_check(out);
}

enum hc_status hc_groups_count(struct hc_groups *groups, json_t *pod)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf key = HC_BUF_INIT;
    size_t at, before = groups->controllers.n;

    HC_TRY(controller_key(pod, &key));
    if (!key.len)
        return HC_OK;
    HC_TRY(hc_name_index_add(&groups->controllers, key.text, key.len, &at));
    HC_TRY(hc_grow(
        &groups->pods, &groups->cap_pods, groups->controllers.n, sizeof(*groups->pods)));
    if (at == before)
        groups->pods[at] = 0;
    groups->pods[at]++;
    return HC_OK;
}

/* ---- groups ---- */

/* The number of the group of this key; a new one owns `selector`. */
static enum hc_status add_group(struct hc_groups *groups, const struct hc_buf *key,
    const char *namespace, json_t *selector, uint32_t *ret)
{
    size_t at, before = groups->keys.n;

    HC_TRY(hc_grow(&groups->list, &groups->cap, before + 1, sizeof(*groups->list)));
    HC_TRY(hc_grow(&groups->selectors, &groups->cap_selectors, groups->n_selectors + 1,
        sizeof(*groups->selectors)));
    HC_TRY(hc_name_index_add(&groups->keys, key->text, key->len, &at));
    if (at == before) {
        groups->list[at] = (struct hc_group){namespace, json_incref(selector)};
        if (selector)
            groups->selectors[groups->n_selectors++] = at;
    }
    *ret = (uint32_t)at;
    return HC_OK;
}

/* The constraint's selector, with the pod's own values of matchLabelKeys; the caller's.
 */
static json_t *selector_of(json_t *constraint, json_t *pod)
{
    json_t *selector = json_object_get(constraint, "labelSelector");
    json_t *keys = json_object_get(constraint, "matchLabelKeys");
    json_t *copy, *labels, *key;
    size_t i;

    if (!json_is_object(selector) || !json_array_size(keys))
        return json_is_object(selector) ? json_incref(selector) : json_null();
    copy = json_deep_copy(selector);
    labels = json_object_get(copy, "matchLabels");
    if (!labels && !json_object_set_new(copy, "matchLabels", json_object()))
        labels = json_object_get(copy, "matchLabels");
    json_array_foreach(keys, i, key)
    {
        const char *name = json_string_value(key);
        json_t *value =
            name ? json_object_get(hc_json_at(pod, "metadata.labels"), name) : NULL;

        if (value)
            json_object_set(labels, name, value);
    }
    return copy;
}

static void drop_json(json_t **json)
{
    json_decref(*json);
}

static enum hc_status group_of(struct hc_groups *groups, json_t *constraint, json_t *pod,
    struct hc_spreading *spread)
{
    HC_CLEANUP(drop_json) json_t *selector = selector_of(constraint, pod);
    HC_CLEANUP(hc_buf_clear) struct hc_buf key = HC_BUF_INIT;

    if (!selector)
        return HC_NO_MEMORY;
    hc_buf_printf(&key, "selector\n%s\n", namespace_of(pod));
    HC_TRY(hc_json_key_text(selector, &key));
    spread->counts_none = hc_selector_is_empty(selector);
    return add_group(groups, &key, namespace_of(pod), selector, &spread->group);
}

/* ---- constraints ---- */

static bool says(json_t *constraint, const char *key, const char *value)
{
    const char *text = json_string_value(json_object_get(constraint, key));

    return text && !strcmp(text, value);
}

static int32_t whole(json_t *constraint, const char *key)
{
    json_int_t value = json_integer_value(json_object_get(constraint, key));

    return (int32_t)(value < 1 ? 1 : value > INT32_MAX / 2 ? INT32_MAX / 2 : value);
}

static enum hc_status add_topology(
    struct hc_groups *groups, const char *key, uint32_t *ret)
{
    size_t at;

    HC_TRY(hc_name_index_add(&groups->topologies, key, strlen(key), &at));
    *ret = (uint32_t)at;
    return HC_OK;
}

static enum hc_status read_constraint(struct hc_groups *groups, const struct hc_item *pod,
    json_t *constraint, struct hc_spreading *spread, struct hc_error *err)
{
    const char *key = hc_json_text(constraint, "topologyKey");

    if (!key)
        return hc_item_fail(pod, "spec.topologySpreadConstraints", "no topologyKey", err);
    *spread = (struct hc_spreading){.max_skew = whole(constraint, "maxSkew"),
        .min_domains = whole(constraint, "minDomains"),
        .hard = !says(constraint, "whenUnsatisfiable", "ScheduleAnyway"),
        .heeds_affinity = !says(constraint, "nodeAffinityPolicy", "Ignore"),
        .heeds_taints = says(constraint, "nodeTaintsPolicy", "Honor")};
    HC_TRY(add_topology(groups, key, &spread->topology));
    return group_of(groups, constraint, pod->json, spread);
}

static enum hc_status read_own(struct hc_groups *groups, const struct hc_item *pod,
    json_t *constraints, struct hc_shape *shape, struct hc_error *err)
{
    json_t *constraint;
    size_t i;

    shape->spreads = hc_calloc(json_array_size(constraints) + 1, sizeof(*shape->spreads));
    if (!shape->spreads)
        return HC_NO_MEMORY;
    json_array_foreach(constraints, i, constraint) HC_TRY(read_constraint(
        groups, pod, constraint, &shape->spreads[shape->n_spreads++], err));
    return HC_OK;
}

/* Over the pods of its controller, if it has more than one. */
static enum hc_status use_defaults(
    struct hc_groups *groups, json_t *pod, struct hc_shape *shape)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf key = HC_BUF_INIT;
    uint32_t group;
    size_t at;

    HC_TRY(controller_key(pod, &key));
    at = hc_name_index_find(&groups->controllers, hc_buf_str(&key), key.len);
    if (!key.len || at == HC_NO_NAME || groups->pods[at] < 2)
        return HC_OK;
    HC_TRY(add_group(groups, &key, namespace_of(pod), NULL, &group));
    shape->spreads = hc_calloc(HC_COUNT(defaults), sizeof(*shape->spreads));
    if (!shape->spreads)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < HC_COUNT(defaults); i++) {
        shape->spreads[i] = (struct hc_spreading){.group = group,
            .max_skew = defaults[i].max_skew,
            .min_domains = 1,
            .heeds_affinity = true};
        HC_TRY(add_topology(groups, defaults[i].key, &shape->spreads[i].topology));
    }
    shape->n_spreads = HC_COUNT(defaults);
    shape->defaults = true;
    return HC_OK;
}

enum hc_status hc_groups_spreads(struct hc_groups *groups, const struct hc_item *pod,
    struct hc_shape *shape, struct hc_error *err)
{
    json_t *constraints = hc_json_at(pod->json, "spec.topologySpreadConstraints");

    if (json_array_size(constraints))
        return read_own(groups, pod, constraints, shape, err);
    return use_defaults(groups, pod->json, shape);
}

/* ---- members ---- */

/* The group's selector selects the pod. */
static bool is_selected(const struct hc_group *group, json_t *pod)
{
    return group->selector && !json_is_null(group->selector) &&
           !strcmp(group->namespace, namespace_of(pod)) &&
           hc_selector_matches(group->selector, hc_json_at(pod, "metadata.labels"));
}

/* A pod on its way out is counted no more. */
static void join(struct hc_shape *shape, size_t group, bool leaves)
{
    if (!leaves)
        shape->groups[shape->n_groups++] = (uint32_t)group;
    for (size_t s = 0; s < shape->n_spreads; s++)
        shape->spreads[s].self |= shape->spreads[s].group == group;
}

enum hc_status hc_groups_member(
    const struct hc_groups *groups, json_t *pod, struct hc_shape *shape)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf controller = HC_BUF_INIT;
    bool leaves = hc_json_at(pod, "metadata.deletionTimestamp") != NULL;
    size_t own = HC_NO_NAME;

    HC_TRY(controller_key(pod, &controller));
    if (controller.len)
        own = hc_name_index_find(&groups->keys, controller.text, controller.len);
    shape->groups = hc_calloc(groups->n_selectors + 2, sizeof(*shape->groups));
    if (!shape->groups)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < groups->n_selectors; i++)
        if (is_selected(&groups->list[groups->selectors[i]], pod))
            join(shape, groups->selectors[i], leaves);
    if (own != HC_NO_NAME)
        join(shape, own, leaves);
    return HC_OK;
}

/* ---- topologies ---- */

static enum hc_status number_domains(
    const char *key, json_t *nodes, struct hc_topology *topology)
{
    HC_CLEANUP(hc_name_index_clear) struct hc_name_index values = {0};
    json_t *node;
    size_t i;

    topology->is_hostname = !strcmp(key, hostname_key);
    topology->domain = hc_calloc(json_array_size(nodes) + 1, sizeof(*topology->domain));
    if (!topology->domain)
        return HC_NO_MEMORY;
    json_array_foreach(nodes, i, node)
    {
        const char *value =
            json_string_value(json_object_get(hc_json_at(node, "metadata.labels"), key));
        size_t at = HC_NOWHERE;

        if (value)
            HC_TRY(hc_name_index_add(&values, value, strlen(value), &at));
        topology->domain[i] = (uint32_t)at;
    }
    topology->n_domains = (uint32_t)values.n;
    return HC_OK;
}

enum hc_status hc_groups_topologies(
    const struct hc_groups *groups, json_t *nodes, struct hc_trace *trace)
{
    size_t n = groups->topologies.n;

    trace->topologies = hc_calloc(n + 1, sizeof(*trace->topologies));
    if (!trace->topologies)
        return HC_NO_MEMORY;
    while (trace->n_topologies < n) {
        size_t at = trace->n_topologies++; /* the trace's, even half made */

        HC_TRY(number_domains(
            groups->topologies.names[at].name, nodes, &trace->topologies[at]));
    }
    trace->n_groups = groups->keys.n;
    return HC_OK;
}
