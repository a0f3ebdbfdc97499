#include <stdio.h>
#include <string.h>

#include "base/fs.h"
#include "replay/quantity.h"
#include "replay/snapshot_json.h"

/* Finer than what is counted, so that a sum is rounded once: CPU in nano-cores, all else
 * in thousandths. */
#define CPU_SCALE INT64_C(1000000000)
#define OTHER_SCALE INT64_C(1000)
#define CPU_MILLI (CPU_SCALE / 1000)

#define UNSAID_CPU (CPU_SCALE / 10)
#define UNSAID_MEMORY ((INT64_C(200) << 20) * OTHER_SCALE)

/* One resource, and what a container without a request counts. */
struct resource {
    const char *name;
    int64_t scale;
    int64_t unsaid;
};

static int64_t add(int64_t a, int64_t b)
{
    return a > INT64_MAX - b ? INT64_MAX : a + b;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t round_up(int64_t value, int64_t by)
{
    return value / by + (value % by != 0);
}

/* ---- quantities ---- */

/* Of an object of quantities; `fallback` where it is not said. */
static enum hc_status read_quantity(const struct hc_item *item, json_t *from,
    const struct resource *r, int64_t fallback, int64_t *ret, struct hc_error *err)
{
    json_t *value = json_object_get(from, r->name);
    char text[64] = "", field[160];

    *ret = fallback;
    if (!value || json_is_null(value))
        return HC_OK;
    if (json_is_string(value))
        snprintf(text, sizeof(text), "%s", json_string_value(value));
    else if (json_is_integer(value))
        snprintf(text, sizeof(text), "%lld", (long long)json_integer_value(value));
    else if (json_is_real(value))
        snprintf(text, sizeof(text), "%.17g", json_real_value(value));
    if (hc_quantity_parse(text, strlen(text), r->scale, ret))
        return HC_OK;
    snprintf(field, sizeof(field), "%.60s '%.60s'", r->name, text);
    return hc_item_fail(item, field, "is no quantity", err);
}

static json_t *requests_of(json_t *container)
{
    return hc_json_at(container, "resources.requests");
}

/* ---- a pod ---- */

static bool is_sidecar(json_t *container)
{
    const char *policy = hc_json_text(container, "restartPolicy");

    return policy && !strcmp(policy, "Always");
}

/* What the init containers need: the most at any moment, and the sidecars' sum. */
static enum hc_status sum_init(const struct hc_item *pod, const struct resource *r,
    int64_t *ret_most, int64_t *ret_sidecars, struct hc_error *err)
{
    json_t *container;
    size_t i;

    *ret_most = *ret_sidecars = 0;
    json_array_foreach(hc_json_at(pod->json, "spec.initContainers"), i, container)
    {
        int64_t asked;

        HC_TRY(read_quantity(pod, requests_of(container), r, r->unsaid, &asked, err));
        asked = add(asked, *ret_sidecars);
        if (is_sidecar(container))
            *ret_sidecars = asked;
        *ret_most = larger(*ret_most, asked);
    }
    return HC_OK;
}

static enum hc_status sum_containers(const struct hc_item *pod, const struct resource *r,
    int64_t *ret, struct hc_error *err)
{
    json_t *container;
    size_t i;

    *ret = 0;
    json_array_foreach(hc_json_at(pod->json, "spec.containers"), i, container)
    {
        int64_t asked;

        HC_TRY(read_quantity(pod, requests_of(container), r, r->unsaid, &asked, err));
        *ret = add(*ret, asked);
    }
    return HC_OK;
}

/* A pod as a whole may say these, whatever its containers do. */
static bool is_of_pods(const char *name)
{
    return !strcmp(name, "cpu") || !strcmp(name, "memory") ||
           !strncmp(name, "hugepages-", 10);
}

static enum hc_status pod_total(const struct hc_item *pod, const struct resource *r,
    int64_t *ret, struct hc_error *err)
{
    int64_t most, sidecars, sum, overhead;

    HC_TRY(sum_init(pod, r, &most, &sidecars, err));
    HC_TRY(sum_containers(pod, r, &sum, err));
    sum = larger(add(sum, sidecars), most);
    if (is_of_pods(r->name))
        HC_TRY(read_quantity(
            pod, hc_json_at(pod->json, "spec.resources.requests"), r, sum, &sum, err));
    HC_TRY(
        read_quantity(pod, hc_json_at(pod->json, "spec.overhead"), r, 0, &overhead, err));
    *ret = add(sum, overhead);
    return HC_OK;
}

/* The sum of the limits of those containers that have one. */
static enum hc_status sum_limits(const struct hc_item *pod, const struct resource *r,
    int64_t *ret, struct hc_error *err)
{
    json_t *container;
    size_t i;

    *ret = 0;
    json_array_foreach(hc_json_at(pod->json, "spec.containers"), i, container)
    {
        int64_t limit;

        HC_TRY(read_quantity(
            pod, hc_json_at(container, "resources.limits"), r, 0, &limit, err));
        *ret = add(*ret, limit);
    }
    return HC_OK;
}

static enum hc_status read_limits(
    const struct hc_item *pod, struct hc_shape *shape, struct hc_error *err)
{
    const struct resource cpu = {"cpu", CPU_SCALE, 0},
                          memory = {"memory", OTHER_SCALE, 0};
    int64_t total;

    HC_TRY(sum_limits(pod, &cpu, &total, err));
    shape->limit_cpu = round_up(total, CPU_MILLI);
    HC_TRY(sum_limits(pod, &memory, &total, err));
    shape->limit_memory = round_up(total, OTHER_SCALE);
    return HC_OK;
}

static enum hc_status read_extended(const struct hc_item *pod,
    const struct hc_trace *trace, struct hc_shape *shape, struct hc_error *err)
{
    for (size_t e = 0; e < trace->extended.n; e++) {
        const struct resource r = {trace->extended.names[e].name, 1, 0};

        HC_TRY(pod_total(pod, &r, &shape->extended[e], err));
        shape->any_extended |= shape->extended[e] > 0;
    }
    return HC_OK;
}

enum hc_status hc_pod_requests(const struct hc_item *pod, const struct hc_trace *trace,
    struct hc_shape *shape, struct hc_error *err)
{
    const struct {
        struct resource resource;
        int64_t by;
        int64_t *to;
    } wanted[] = {
        {{"cpu", CPU_SCALE, 0}, CPU_MILLI, &shape->cpu},
        {{"memory", OTHER_SCALE, 0}, OTHER_SCALE, &shape->memory},
        {{"ephemeral-storage", OTHER_SCALE, 0}, OTHER_SCALE, &shape->ephemeral},
        {{"cpu", CPU_SCALE, UNSAID_CPU}, CPU_MILLI, &shape->scored_cpu},
        {{"memory", OTHER_SCALE, UNSAID_MEMORY}, OTHER_SCALE, &shape->scored_memory},
    };

    for (size_t i = 0; i < HC_COUNT(wanted); i++) {
        int64_t total;

        HC_TRY(pod_total(pod, &wanted[i].resource, &total, err));
        *wanted[i].to = round_up(total, wanted[i].by);
    }
    HC_TRY(read_limits(pod, shape, err));
    return read_extended(pod, trace, shape, err);
}

/* ---- which extended resources there are ---- */

static bool is_extended(const char *name)
{
    return strchr(name, '/') || !strncmp(name, "hugepages-", 10);
}

static enum hc_status add_names(json_t *quantities, struct hc_names *names)
{
    const char *name;
    json_t *value;

    json_object_foreach(quantities, name, value)
    {
        if (is_extended(name))
            HC_TRY(hc_names_add_new(names, name));
    }
    return HC_OK;
}

enum hc_status hc_pod_extended(json_t *pod, struct hc_names *names)
{
    static const char *const lists[] = {"spec.containers", "spec.initContainers"};
    json_t *container;
    size_t i;

    for (size_t k = 0; k < HC_COUNT(lists); k++)
        json_array_foreach(hc_json_at(pod, lists[k]), i, container)
            HC_TRY(add_names(requests_of(container), names));
    HC_TRY(add_names(hc_json_at(pod, "spec.resources.requests"), names));
    return add_names(hc_json_at(pod, "spec.overhead"), names);
}

/* ---- a node ---- */

enum hc_status hc_node_allocatable(const struct hc_item *node,
    const struct hc_trace *trace, struct hc_replay_node *to, struct hc_error *err)
{
    const struct {
        struct resource resource;
        int64_t *to;
    } wanted[] = {
        {{"cpu", 1000, 0}, &to->cpu},
        {{"memory", 1, 0}, &to->memory},
        {{"ephemeral-storage", 1, 0}, &to->ephemeral},
        {{"pods", 1, 0}, &to->pods},
    };
    json_t *from = hc_json_at(node->json, "status.allocatable");

    if (!from)
        from = hc_json_at(node->json, "status.capacity");
    for (size_t i = 0; i < HC_COUNT(wanted); i++)
        HC_TRY(read_quantity(node, from, &wanted[i].resource, 0, wanted[i].to, err));
    for (size_t e = 0; e < trace->extended.n; e++) {
        const struct resource r = {trace->extended.names[e].name, 1, 0};

        HC_TRY(read_quantity(node, from, &r, 0, &to->extended[e], err));
    }
    return HC_OK;
}
