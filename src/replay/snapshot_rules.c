/*
 * Taints, node selectors, node affinity: what each node answers to a pod's constraints
 *
 * kubernetes/component-helpers: scheduling/corev1/helpers.go, nodeaffinity; and
 * kubernetes/kubernetes, plugins/{nodeunschedulable,tainttoleration,nodeaffinity}; v1.35.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "replay/snapshot_json.h"

static bool is_text(json_t *json, const char *text)
{
    return json_is_string(json) && !strcmp(json_string_value(json), text);
}

static const char *text_or_empty(json_t *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));

    return text ? text : "";
}

/* ---- requirements ---- */

static bool has_value(json_t *values, const char *value)
{
    json_t *item;
    size_t i;

    json_array_foreach(values, i, item)
    {
        if (is_text(item, value))
            return true;
    }
    return false;
}

/* All of the text is a whole number. */
static bool read_whole(const char *text, long long *ret)
{
    char *end;

    *ret = strtoll(text, &end, 10);
    return end != text && !*end && *text != ' ';
}

static bool compare(const char *value, json_t *values, bool greater)
{
    const char *bound = json_string_value(json_array_get(values, 0));
    long long a, b;

    return bound && read_whole(value, &a) && read_whole(bound, &b) &&
           (greater ? a > b : a < b);
}

/* {key, operator, values} of a value, which is NULL if there is no such key. */
static bool meets(json_t *requirement, const char *value)
{
    const char *operator= text_or_empty(requirement, "operator");
    json_t *values = json_object_get(requirement, "values");

    if (!strcmp(operator, "In"))
        return value && has_value(values, value);
    if (!strcmp(operator, "NotIn"))
        return !value || !has_value(values, value);
    if (!strcmp(operator, "Exists"))
        return value;
    if (!strcmp(operator, "DoesNotExist"))
        return !value;
    return value && compare(value, values, !strcmp(operator, "Gt"));
}

static bool meets_all(json_t *requirements, json_t *labels)
{
    json_t *requirement;
    size_t i;

    json_array_foreach(requirements, i, requirement)
    {
        const char *key = text_or_empty(requirement, "key");

        if (!meets(requirement, json_string_value(json_object_get(labels, key))))
            return false;
    }
    return true;
}

static bool has_labels(json_t *wanted, json_t *labels)
{
    const char *key;
    json_t *value;

    json_object_foreach(wanted, key, value)
    {
        if (!json_is_string(value) ||
            !is_text(json_object_get(labels, key), json_string_value(value)))
            return false;
    }
    return true;
}

bool hc_selector_matches(json_t *selector, json_t *labels)
{
    return selector && has_labels(json_object_get(selector, "matchLabels"), labels) &&
           meets_all(json_object_get(selector, "matchExpressions"), labels);
}

bool hc_selector_is_empty(json_t *selector)
{
    return selector && !json_object_size(json_object_get(selector, "matchLabels")) &&
           !json_array_size(json_object_get(selector, "matchExpressions"));
}

/* ---- node affinity ---- */

/* Fields of a node: its name alone. */
static bool meets_fields(json_t *fields, const char *name)
{
    json_t *field;
    size_t i;

    json_array_foreach(fields, i, field)
    {
        if (!meets(field,
                is_text(json_object_get(field, "key"), "metadata.name") ? name : NULL))
            return false;
    }
    return true;
}

/* A term that says nothing matches nothing. */
static bool term_matches(json_t *term, json_t *node)
{
    json_t *expressions = json_object_get(term, "matchExpressions");
    json_t *fields = json_object_get(term, "matchFields");

    return (json_array_size(expressions) || json_array_size(fields)) &&
           meets_all(expressions, hc_json_at(node, "metadata.labels")) &&
           meets_fields(fields, hc_json_text(node, "metadata.name"));
}

#define AFFINITY "spec.affinity.nodeAffinity"

static bool matches_required(json_t *pod, json_t *node)
{
    json_t *required =
        hc_json_at(pod, AFFINITY ".requiredDuringSchedulingIgnoredDuringExecution");
    json_t *term;
    size_t i;

    if (!has_labels(
            hc_json_at(pod, "spec.nodeSelector"), hc_json_at(node, "metadata.labels")))
        return false;
    if (!required)
        return true;
    json_array_foreach(json_object_get(required, "nodeSelectorTerms"), i, term)
    {
        if (term_matches(term, node))
            return true;
    }
    return false;
}

static int32_t preference(json_t *preferred, json_t *node)
{
    int64_t sum = 0;
    json_t *item;
    size_t i;

    json_array_foreach(preferred, i, item)
    {
        if (term_matches(json_object_get(item, "preference"), node))
            sum += json_integer_value(json_object_get(item, "weight"));
    }
    return (int32_t)(sum < INT32_MAX / 200 ? sum : INT32_MAX / 200);
}

/* ---- taints ---- */

static bool tolerates(
    json_t *toleration, const char *key, const char *value, const char *effect)
{
    const char *of_effect = text_or_empty(toleration, "effect");
    const char *of_key = text_or_empty(toleration, "key");
    const char *operator= text_or_empty(toleration, "operator");

    if ((*of_effect && strcmp(of_effect, effect) != 0) ||
        (*of_key && strcmp(of_key, key) != 0))
        return false;
    if (!strcmp(operator, "Exists"))
        return true;
    return (!*operator|| !strcmp(operator, "Equal")) &&
           !strcmp(text_or_empty(toleration, "value"), value);
}

static bool is_tolerated(
    json_t *pod, const char *key, const char *value, const char *effect)
{
    json_t *toleration;
    size_t i;

    json_array_foreach(hc_json_at(pod, "spec.tolerations"), i, toleration)
    {
        if (tolerates(toleration, key, value, effect))
            return true;
    }
    return false;
}

/* Taints that the pod does not tolerate: those that keep it away, and those that would
 * rather have it elsewhere. */
static void count_taints(json_t *pod, json_t *node, size_t *ret_hard, size_t *ret_soft)
{
    json_t *taint;
    size_t i;

    *ret_hard = *ret_soft = 0;
    json_array_foreach(hc_json_at(node, "spec.taints"), i, taint)
    {
        const char *effect = text_or_empty(taint, "effect");
        bool tolerated = is_tolerated(
            pod, text_or_empty(taint, "key"), text_or_empty(taint, "value"), effect);

        *ret_soft += !tolerated && !strcmp(effect, "PreferNoSchedule");
        *ret_hard +=
            !tolerated && (!strcmp(effect, "NoSchedule") || !strcmp(effect, "NoExecute"));
    }
}

/* ---- all of it ---- */

static void answer(json_t *pod, json_t *node, json_t *preferred, uint8_t *ret_bars,
    uint8_t *ret_untolerated, int32_t *ret_affinity)
{
    size_t hard, soft;

    count_taints(pod, node, &hard, &soft);
    *ret_bars = hard ? HC_BAR_TAINT : 0;
    if (json_is_true(hc_json_at(node, "spec.unschedulable")) &&
        !is_tolerated(pod, "node.kubernetes.io/unschedulable", "", "NoSchedule"))
        *ret_bars |= HC_BAR_UNSCHEDULABLE;
    if (!matches_required(pod, node))
        *ret_bars |= HC_BAR_AFFINITY;
    *ret_untolerated = (uint8_t)(soft < UINT8_MAX ? soft : UINT8_MAX);
    *ret_affinity = preference(preferred, node);
}

static bool all_zero(const void *bytes, size_t n)
{
    const char *b = bytes;

    for (size_t i = 0; i < n; i++)
        if (b[i])
            return false;
    return true;
}

/* What says nothing is not kept. */
static void drop_zeros(struct hc_rules *rules, size_t n)
{
    if (all_zero(rules->bars, n * sizeof(*rules->bars)))
        hc_free(hc_take(&rules->bars));
    if (all_zero(rules->untolerated, n * sizeof(*rules->untolerated)))
        hc_free(hc_take(&rules->untolerated));
    if (all_zero(rules->affinity, n * sizeof(*rules->affinity)))
        hc_free(hc_take(&rules->affinity));
}

enum hc_status hc_pod_rules(const struct hc_item *pod, json_t *nodes,
    struct hc_rules *rules, struct hc_error *err)
{
    json_t *preferred = hc_json_at(
        pod->json, AFFINITY ".preferredDuringSchedulingIgnoredDuringExecution");
    size_t n = json_array_size(nodes), i;
    json_t *node;

    (void)err;
    rules->bars = hc_calloc(n + 1, sizeof(*rules->bars));
    rules->untolerated = hc_calloc(n + 1, sizeof(*rules->untolerated));
    rules->affinity = hc_calloc(n + 1, sizeof(*rules->affinity));
    if (!rules->bars || !rules->untolerated || !rules->affinity)
        return HC_NO_MEMORY;
    rules->prefers = preferred != NULL;
    json_array_foreach(nodes, i, node) answer(pod->json, node, preferred, &rules->bars[i],
        &rules->untolerated[i], &rules->affinity[i]);
    drop_zeros(rules, n);
    return HC_OK;
}

enum hc_status hc_pod_rules_key(json_t *pod, struct hc_buf *out)
{
    HC_TRY(hc_json_key_text(hc_json_at(pod, "spec.nodeSelector"), out));
    HC_TRY(hc_json_key_text(hc_json_at(pod, AFFINITY), out));
    return hc_json_key_text(hc_json_at(pod, "spec.tolerations"), out);
}
