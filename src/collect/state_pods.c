#include <math.h>
#include <string.h>

#include "base/json.h"
#include "collect/state_tables.h"

const char *const hc_pod_keys[] = {"cluster", "namespace", "pod", "uid", NULL};

/* ---- owners ---- */

static const char *const replicaset_keys[] = {"cluster", "namespace", "replicaset", NULL};
static const char *const job_keys[] = {"cluster", "namespace", "job_name", NULL};

void hc_owners_init(struct hc_owners *owners, struct hc_span span, int64_t step_s)
{
    hc_entities_init(&owners->replicasets, replicaset_keys, 2, span, step_s);
    hc_entities_init(&owners->jobs, job_keys, 2, span, step_s);
}

void hc_owners_clear(struct hc_owners *owners)
{
    hc_entities_clear(&owners->replicasets);
    hc_entities_clear(&owners->jobs);
}

/* What kube-state-metrics writes where there is nobody. */
static bool is_nobody(const char *name)
{
    return !*name || !strcmp(name, "<none>");
}

/* Of the moment, or any, if there is none then; the first by labels of the newest. */
static const struct hc_fact *fact_near(
    const struct hc_entity *entity, int ask, const struct hc_state_at *at)
{
    const struct hc_fact *fact = hc_entity_newest(entity, ask, at->point, at->n_points);

    return fact || !entity->n ? fact : &entity->facts[0];
}

/* The ReplicaSet or Job that made the pod, by a fact about the pod; NULL: neither, or
 * nothing is known of it, or no memory. */
static const struct hc_entity *parent(const struct hc_owners *owners,
    const struct hc_entity *pod, const struct hc_fact *fact, bool *ret_failed)
{
    const char *kind = hc_fact_label(fact, "created_by_kind");
    bool is_set = !strcmp(kind, "ReplicaSet"), is_job = !strcmp(kind, "Job");
    const struct hc_entities *entities = is_set ? &owners->replicasets : &owners->jobs;
    HC_CLEANUP(hc_buf_clear) struct hc_buf key = HC_BUF_INIT;
    size_t found;

    if (!is_set && !is_job)
        return NULL;
    for (size_t i = 0; i < 2; i++) {
        hc_buf_puts(&key, hc_entity_key(pod, i));
        hc_buf_putc(&key, '\0');
    }
    hc_buf_puts(&key, hc_fact_label(fact, "created_by_name"));
    hc_buf_putc(&key, '\0');
    *ret_failed |= key.failed;
    found = hc_name_index_find(&entities->index, hc_buf_str(&key), key.len);
    return found == HC_NO_NAME || key.failed ? NULL : &entities->list[found];
}

/* The owner of what owns the pod; NULL: it has none, or that is not known. */
static const struct hc_fact *grandparent(
    const struct hc_state_at *at, const struct hc_fact *pod, bool *ret_failed)
{
    const struct hc_entity *above = parent(at->context, at->entity, pod, ret_failed);
    const struct hc_fact *fact =
        above && above->n ? fact_near(above, above->facts[0].ask, at) : NULL;

    return fact && !is_nobody(hc_fact_label(fact, "owner_name")) ? fact : NULL;
}

/* Whoever made it has one owner all day. */
static bool has_one_owner(const struct hc_entity *pod, const void *context)
{
    bool failed = false;

    for (size_t i = 0; i < pod->n && !failed; i++) {
        const struct hc_entity *above =
            pod->facts[i].ask == HC_Q_POD ? parent(context, pod, &pod->facts[i], &failed)
                                          : NULL;

        if (above && above->n > 1)
            return false;
    }
    return !failed;
}

/* column->word: "kind" or "name". */
static void owner(const struct hc_state_at *at, const struct hc_state_column *column,
    struct hc_buf *out)
{
    const struct hc_fact *pod =
        hc_entity_newest(at->entity, HC_Q_POD, at->point, at->n_points);
    const char *kind = hc_fact_label(pod, "created_by_kind");
    const char *name = hc_fact_label(pod, "created_by_name");
    const struct hc_fact *above = grandparent(at, pod, &out->failed);
    bool of_kind = !strcmp(column->word, "kind");

    if (above)
        hc_buf_puts(out, hc_fact_label(above, of_kind ? "owner_kind" : "owner_name"));
    else if (!is_nobody(name))
        hc_buf_puts(out, of_kind ? kind : name);
}

/* ---- life ---- */

/* How far it is: a pod does not go back, but for Unknown. */
static int stage(const struct hc_fact *fact)
{
    static const char *const phases[] = {
        "Unknown", "Pending", "Running", "Succeeded", "Failed"};

    for (int i = 0; i < (int)HC_COUNT(phases); i++)
        if (!strcmp(hc_fact_label(fact, "phase"), phases[i]))
            return i;
    return -1;
}

/* Of several phases that were seen in a moment, the last one; NULL: not known. */
static const struct hc_fact *furthest(const struct hc_state_at *at)
{
    const struct hc_fact *best = NULL;

    for (size_t i = 0; i < at->entity->n; i++) {
        const struct hc_fact *fact = &at->entity->facts[i];

        if (fact->ask == HC_Q_POD_PHASE && hc_fact_at(fact, at->point) &&
            (!best || stage(fact) > stage(best)))
            best = fact;
    }
    return best;
}

static void phase(const struct hc_state_at *at, const struct hc_state_column *column,
    struct hc_buf *out)
{
    const struct hc_fact *fact = furthest(at);

    if (fact)
        hc_buf_puts(out, hc_fact_label(fact, column->word));
}

/* kube-state-metrics has a time as soon as one container has ended, be it that it is
 * started again: the pod is not over then. */
static double finished(const struct hc_state_at *at, const struct hc_state_column *column)
{
    const struct hc_fact *fact = furthest(at);
    bool over = !fact || !strcmp(hc_fact_label(fact, "phase"), "Succeeded") ||
                !strcmp(hc_fact_label(fact, "phase"), "Failed");

    return over ? hc_state_number(at, column) : NAN;
}

/* ---- requests ---- */

/* Of all containers at a moment; NaN: none has it. */
static double sum_of(const struct hc_state_at *at, int ask, const char *resource)
{
    double sum = 0;
    bool any = false;

    for (size_t i = 0; i < at->entity->n; i++) {
        const struct hc_fact *fact = &at->entity->facts[i];

        if (fact->ask != ask || !hc_fact_at(fact, at->point) ||
            strcmp(hc_fact_label(fact, "resource"), resource))
            continue;
        any = true;
        sum += fact->values[at->point];
    }
    return any ? sum : NAN;
}

/* What the scheduler counts: the containers' sum, or the largest init container. */
static double requested(const struct hc_state_at *at, const char *resource)
{
    return fmax(sum_of(at, HC_Q_POD_REQUESTS, resource),
        sum_of(at, HC_Q_POD_INIT_REQUESTS, resource));
}

static double request(const struct hc_state_at *at, const struct hc_state_column *column)
{
    return requested(at, column->word);
}

static double limit(const struct hc_state_at *at, const struct hc_state_column *column)
{
    return sum_of(at, HC_Q_POD_LIMITS, column->word);
}

static bool is_request(const struct hc_fact *fact)
{
    return fact->ask == HC_Q_POD_REQUESTS || fact->ask == HC_Q_POD_INIT_REQUESTS;
}

/* Of the resources without a column of their own, the next one by name behind `last`. */
static const char *next_resource(const struct hc_state_at *at, const char *last)
{
    const char *best = NULL;

    for (size_t i = 0; i < at->entity->n; i++) {
        const struct hc_fact *fact = &at->entity->facts[i];
        const char *resource = hc_fact_label(fact, "resource");

        if (is_request(fact) && hc_fact_at(fact, at->point) && strcmp(resource, "cpu") &&
            strcmp(resource, "memory") && strcmp(resource, last) > 0 &&
            (!best || strcmp(resource, best) < 0))
            best = resource;
    }
    return best;
}

static void other_requests(const struct hc_state_at *at,
    const struct hc_state_column *column, struct hc_buf *out)
{
    const char *resource = next_resource(at, "");
    struct hc_json js;

    (void)column;
    if (!resource)
        return;
    hc_json_init(&js, out, 1);
    hc_json_open(&js, '{');
    for (; resource; resource = next_resource(at, resource))
        hc_json_knum(&js, resource, requested(at, resource));
    hc_json_close(&js, '}');
}

/* ---- the table ---- */

static const struct hc_state_column columns[] = {
    HC_STATE_KEY("cluster", 0),
    HC_STATE_KEY("namespace", 1),
    HC_STATE_KEY("pod", 2),
    HC_STATE_KEY("uid", 3),
    HC_STATE_TEXT_OF("owner_kind", HC_Q_POD, "kind", owner),
    HC_STATE_TEXT_OF("owner_name", HC_Q_POD, "name", owner),
    HC_STATE_LABEL_OF("node", HC_Q_POD, "node"),
    HC_STATE_TEXT_OF("phase", HC_Q_POD_PHASE, "phase", phase),
    HC_STATE_TIME_OF("created", HC_Q_POD_CREATED),
    HC_STATE_TIME_OF("started", HC_Q_POD_STARTED),
    HC_STATE_TIME_BY("finished", HC_Q_POD_FINISHED, finished),
    HC_STATE_NUMBER_OF("cpu_request_cores", HC_Q_POD_REQUESTS, "cpu", request),
    HC_STATE_NUMBER_OF("memory_request_bytes", HC_Q_POD_REQUESTS, "memory", request),
    HC_STATE_NUMBER_OF("cpu_limit_cores", HC_Q_POD_LIMITS, "cpu", limit),
    HC_STATE_NUMBER_OF("memory_limit_bytes", HC_Q_POD_LIMITS, "memory", limit),
    HC_STATE_TEXT_OF("other_requests", HC_Q_POD_REQUESTS, NULL, other_requests),
    HC_STATE_LABEL_OF("priority_class", HC_Q_POD, "priority_class"),
    HC_STATE_LABEL_OF("qos_class", HC_Q_POD_QOS, "qos_class"),
};

const struct hc_state_table hc_pod_states = {
    HC_Q_POD, columns, HC_COUNT(columns), has_one_owner};
