#include "collect/usage.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "duck/source.h"

const char *const hc_usage_keys[] = {"cluster", "namespace", "pod", NULL};

enum column {
    TIME,
    CLUSTER,
    NAMESPACE,
    POD,
    UID,
    NODE,
    CPU,
    MEMORY,
    THROTTLED,
    OOM_KILLS,
    RESTARTS,
    COLUMNS
};

static const struct hc_source_column columns[COLUMNS] = {
    {"timestamp", HC_SOURCE_TIME},
    {"cluster", HC_SOURCE_TEXT},
    {"namespace", HC_SOURCE_TEXT},
    {"pod", HC_SOURCE_TEXT},
    {"uid", HC_SOURCE_TEXT},
    {"node", HC_SOURCE_TEXT},
    {"cpu_usage_cores", HC_SOURCE_DOUBLE},
    {"memory_working_set_bytes", HC_SOURCE_DOUBLE},
    {"cpu_throttled_share", HC_SOURCE_DOUBLE},
    {"oom_kills", HC_SOURCE_DOUBLE},
    {"restarts", HC_SOURCE_DOUBLE},
};

struct stream {
    const struct hc_entities *usage, *pods;
    bool kills_known;
    size_t entity, point;        /* the next to be looked at */
    size_t pods_first, pods_end; /* those of the entity's name */
    int64_t rows;
};

/* ---- counts ---- */

/* How much a container's count grew since the moment before; NaN: not known. */
static double growth(const struct hc_fact *fact, size_t p)
{
    double before = fact->values[p - 1], now = fact->values[p];

    if (isnan(before))
        return now == 0 ? 0 : NAN;
    return now < before ? now : now - before;
}

static bool same_container(const struct hc_fact *a, const struct hc_fact *b)
{
    return !strcmp(hc_fact_label(a, "container"), hc_fact_label(b, "container")) &&
           !strcmp(hc_fact_label(a, "uid"), hc_fact_label(b, "uid"));
}

/* Did the container of a count end last for want of memory? Why it ended before is seen
 * in the same five minutes: the newest counts. */
static bool was_killed(const struct hc_entity *entity, const struct hc_fact *count,
    size_t p, size_t n_points)
{
    const struct hc_fact *last = NULL;

    for (size_t i = 0; i < entity->n; i++) {
        const struct hc_fact *fact = &entity->facts[i];

        if (fact->ask == HC_Q_ENDED && hc_fact_at(fact, p) &&
            same_container(fact, count) &&
            (!last || hc_fact_is_newer(fact, last, p, n_points)))
            last = fact;
    }
    return last && !strcmp(hc_fact_label(last, "reason"), "OOMKilled");
}

static void put_counts(
    const struct stream *s, const struct hc_entity *entity, size_t p, double *values)
{
    bool any = false;
    double restarts = 0, killed = 0;

    for (size_t i = 0; i < entity->n; i++) {
        const struct hc_fact *fact = &entity->facts[i];
        double grown;

        if (fact->ask != HC_Q_RESTARTS || !hc_fact_at(fact, p))
            continue;
        grown = growth(fact, p);
        any = true;
        restarts += grown;
        if (grown != 0 && was_killed(entity, fact, p, s->usage->n_points))
            killed += grown;
    }
    values[RESTARTS] = any ? restarts : NAN;
    values[OOM_KILLS] = any && (s->kills_known || restarts == 0) ? killed : NAN;
}

/* ---- rows ---- */

static double sum_of(const struct hc_entity *entity, int ask, size_t p)
{
    double sum = 0;
    bool any = false;

    for (size_t i = 0; i < entity->n; i++)
        if (entity->facts[i].ask == ask && hc_fact_at(&entity->facts[i], p)) {
            sum += entity->facts[i].values[p];
            any = true;
        }
    return any ? sum : NAN;
}

/* Rates are not exact. NaN stays. */
static double at_most_1(double share)
{
    return share > 1 ? 1 : share;
}

/* The numbers of a moment; false: there is no row. */
static bool numbers_of(
    const struct stream *s, const struct hc_entity *entity, size_t p, double *values)
{
    double periods = hc_entity_number(entity, HC_Q_PERIODS, p);
    double held = hc_entity_number(entity, HC_Q_THROTTLED, p);

    values[CPU] = hc_entity_number(entity, HC_Q_USED_CPU, p);
    values[MEMORY] = sum_of(entity, HC_Q_USED_MEMORY, p);
    values[THROTTLED] = periods > 0 ? at_most_1(held / periods) : NAN;
    put_counts(s, entity, p, values);
    return !isnan(values[CPU]) || !isnan(values[MEMORY]) || values[RESTARTS] > 0;
}

/* The pod of the entity's name that is there, the one that was made last. */
static const struct hc_entity *pod_at(const struct stream *s, size_t p)
{
    const struct hc_entity *best = NULL;
    double best_made = -INFINITY;

    for (size_t i = s->pods_first; i < s->pods_end; i++) {
        const struct hc_entity *pod = &s->pods->list[i];
        double made = hc_entity_number(pod, HC_Q_POD_CREATED, p);

        if (!hc_entity_newest(pod, HC_Q_POD, p, s->pods->n_points))
            continue;
        if (!best || made > best_made) {
            best = pod;
            best_made = isnan(made) ? -INFINITY : made;
        }
    }
    return best;
}

static void put_text(
    struct hc_source_rows *rows, enum column column, size_t row, const char *text)
{
    if (*text)
        hc_source_set_text(rows, column, row, text, strlen(text));
    else
        hc_source_set_null(rows, column, row);
}

static void put_who(const struct stream *s, const struct hc_entity *entity, size_t p,
    struct hc_source_rows *rows, size_t row)
{
    const struct hc_entity *pod = pod_at(s, p);
    const struct hc_fact *fact =
        pod ? hc_entity_newest(pod, HC_Q_POD, p, s->pods->n_points) : NULL;

    for (size_t i = 0; i < 3; i++)
        put_text(rows, CLUSTER + i, row, hc_entity_key(entity, i));
    put_text(rows, UID, row, pod ? hc_entity_key(pod, 3) : "");
    put_text(rows, NODE, row, fact ? hc_fact_label(fact, "node") : "");
}

static void put_row(struct stream *s, const struct hc_entity *entity,
    const double *values, struct hc_source_rows *rows, size_t row)
{
    int64_t t_s = s->usage->span.start_s + (int64_t)s->point * s->usage->step_s;

    ((int64_t *)rows->data[TIME])[row] = t_s * HC_SECOND_US;
    put_who(s, entity, s->point - 1, rows, row);
    for (size_t c = CPU; c < COLUMNS; c++) {
        ((double *)rows->data[c])[row] = values[c];
        if (isnan(values[c]))
            hc_source_set_null(rows, c, row);
    }
}

/* ---- one after the other ---- */

static int by_name(const struct hc_entity *a, const struct hc_entity *b)
{
    int order = 0;

    for (size_t i = 0; !order && i < 3; i++)
        order = strcmp(hc_entity_key(a, i), hc_entity_key(b, i));
    return order;
}

/* Both lists are in the order of names: the pods of this name lie behind the last. */
static void find_pods(struct stream *s)
{
    const struct hc_entity *entity = &s->usage->list[s->entity];
    const struct hc_entities *pods = s->pods;

    s->pods_first = s->pods_end;
    while (s->pods_first < pods->n && by_name(&pods->list[s->pods_first], entity) < 0)
        s->pods_first++;
    s->pods_end = s->pods_first;
    while (s->pods_end < pods->n && by_name(&pods->list[s->pods_end], entity) == 0)
        s->pods_end++;
}

static enum hc_status fill(void *context, size_t partition, struct hc_source_rows *rows,
    size_t *ret_rows, struct hc_error *err)
{
    struct stream *s = context;
    size_t n = 0;

    (void)partition;
    (void)err;
    while (n < rows->cap && s->entity < s->usage->n) {
        const struct hc_entity *entity = &s->usage->list[s->entity];
        double values[COLUMNS];

        if (s->point == 0)
            find_pods(s);
        else if (numbers_of(s, entity, s->point, values))
            put_row(s, entity, values, rows, n++);
        if (++s->point == s->usage->n_points) {
            s->point = 0;
            s->entity++;
        }
    }
    s->rows += (int64_t)n;
    *ret_rows = n;
    return HC_OK;
}

enum hc_status hc_usage_write(const struct hc_entities *usage,
    const struct hc_entities *pods, bool kills_known, struct hc_duck *duck,
    const char *path, int64_t *ret_rows, struct hc_error *err)
{
    struct stream s = {.usage = usage, .pods = pods, .kills_known = kills_known};
    struct hc_source source = {.columns = columns,
        .n_columns = COLUMNS,
        .partitions = 1,
        .fill = fill,
        .context = &s};
    const char *const metadata[] = {
        "hindcast_version", HC_VERSION, "hindcast_source", "collect", NULL};

    *ret_rows = 0;
    HC_TRY(hc_duck_write_parquet(duck, &source, path, metadata, err));
    *ret_rows = s.rows;
    return HC_OK;
}
