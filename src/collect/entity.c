#include "collect/entity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void hc_entities_init(struct hc_entities *entities, const char *const *key_labels,
    size_t name, struct hc_span span, int64_t step_s)
{
    *entities = (struct hc_entities){.key_labels = key_labels,
        .name = name,
        .span = span,
        .step_s = step_s,
        .n_points = (size_t)hc_span_points(span, step_s)};
}

static void entity_clear(struct hc_entity *entity)
{
    for (size_t i = 0; i < entity->n; i++) {
        hc_free(entity->facts[i].labels);
        hc_free(entity->facts[i].values);
    }
    hc_free(entity->facts);
    hc_free(entity->key);
}

void hc_entities_clear(struct hc_entities *entities)
{
    for (size_t i = 0; i < entities->n; i++)
        entity_clear(&entities->list[i]);
    hc_free(entities->list);
    hc_name_index_clear(&entities->index);
    *entities = (struct hc_entities){0};
}

/* ---- putting in ---- */

static enum hc_status put_key(const struct hc_entities *entities,
    const struct hc_piece_series *series, struct hc_buf *out)
{
    for (size_t i = 0; entities->key_labels[i]; i++) {
        hc_buf_puts(out, hc_piece_label(series, entities->key_labels[i]));
        hc_buf_putc(out, '\0');
    }
    return hc_buf_check(out);
}

/* The entity of a key, a new one if it has not come before. */
static enum hc_status entity_of(
    struct hc_entities *entities, const struct hc_buf *key, struct hc_entity **ret)
{
    struct hc_entity made = {0};
    size_t at;

    HC_TRY(hc_grow(&entities->list, &entities->cap, entities->n + 1, sizeof(made)));
    HC_TRY(hc_name_index_add(&entities->index, hc_buf_str(key), key->len, &at));
    if (at == entities->n) {
        made.key = hc_alloc(key->len + 1, 1);
        entities->list[entities->n++] = made;
        if (!made.key)
            return HC_NO_MEMORY;
        memcpy(made.key, hc_buf_str(key), key->len + 1);
    }
    *ret = &entities->list[at];
    return HC_OK;
}

static struct hc_fact *find_fact(
    const struct hc_entity *entity, int ask, const struct hc_piece_series *series)
{
    for (size_t i = 0; i < entity->n; i++) {
        struct hc_fact *fact = &entity->facts[i];

        if (fact->ask == ask && fact->n_bytes == series->n_bytes &&
            !memcmp(fact->labels, series->labels, fact->n_bytes))
            return fact;
    }
    return NULL;
}

/* A fact of these labels that is never there. */
static enum hc_status add_fact(struct hc_entity *entity, int ask, const char *labels,
    size_t n_bytes, size_t n_labels, size_t n_points, struct hc_fact **ret)
{
    struct hc_fact made = {.ask = ask, .n_bytes = n_bytes, .n_labels = n_labels};

    HC_TRY(hc_grow(&entity->facts, &entity->cap, entity->n + 1, sizeof(made)));
    made.labels = hc_alloc(made.n_bytes + 1, 1);
    made.values = hc_alloc(n_points, sizeof(double));
    entity->facts[entity->n++] = made;
    if (!made.labels || !made.values)
        return HC_NO_MEMORY;
    memcpy(made.labels, labels, n_bytes);
    for (size_t p = 0; p < n_points; p++)
        made.values[p] = NAN;
    *ret = &entity->facts[entity->n - 1];
    return HC_OK;
}

static enum hc_status add_series(struct hc_entities *entities,
    const struct hc_piece *piece, const struct hc_piece_series *series)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf key = HC_BUF_INIT;
    struct hc_entity *entity = NULL;
    struct hc_fact *fact;
    int64_t offset = (piece->id.span.start_s - entities->span.start_s) / entities->step_s;

    HC_TRY(put_key(entities, series, &key));
    HC_TRY(entity_of(entities, &key, &entity));
    fact = find_fact(entity, piece->id.ask, series);
    if (!fact)
        HC_TRY(add_fact(entity, piece->id.ask, series->labels, series->n_bytes,
            series->n_labels, entities->n_points, &fact));
    for (size_t p = 0; p < piece->n_points; p++) {
        int64_t at = offset + (int64_t)p;

        if (!isnan(series->values[p]) && at >= 0 && at < (int64_t)entities->n_points)
            fact->values[at] = series->values[p];
    }
    return HC_OK;
}

enum hc_status hc_entities_add(struct hc_entities *entities, const struct hc_piece *piece)
{
    for (size_t i = 0; i < piece->n; i++) {
        const struct hc_piece_series *series = &piece->series[i];

        if (*hc_piece_label(series, entities->key_labels[entities->name]))
            HC_TRY(add_series(entities, piece, series));
        else
            entities->n_nameless++;
    }
    return HC_OK;
}

/* ---- order ---- */

/* As bytes: both end with a NUL, and of what is equal so far the shorter comes first. */
static int by_bytes(const void *a, size_t n_a, const void *b, size_t n_b)
{
    int order = memcmp(a, b, n_a < n_b ? n_a : n_b);

    return order ? order : (n_a > n_b) - (n_a < n_b);
}

static int by_ask_and_labels(const void *a, const void *b)
{
    const struct hc_fact *x = a, *y = b;

    if (x->ask != y->ask)
        return x->ask < y->ask ? -1 : 1;
    return by_bytes(x->labels, x->n_bytes, y->labels, y->n_bytes);
}

static int by_key(const void *a, const void *b, void *n_labels)
{
    const struct hc_entity *x = a, *y = b;
    int order = 0;

    for (size_t i = 0; !order && i < *(size_t *)n_labels; i++)
        order = strcmp(hc_entity_key(x, i), hc_entity_key(y, i));
    return order;
}

static void sort_facts(struct hc_entity *entity)
{
    if (entity->n)
        qsort(entity->facts, entity->n, sizeof(struct hc_fact), by_ask_and_labels);
}

static size_t count_labels(const struct hc_entities *entities)
{
    size_t n = 0;

    while (entities->key_labels[n])
        n++;
    return n;
}

void hc_entities_sort_facts(struct hc_entities *entities)
{
    for (size_t i = 0; i < entities->n; i++)
        sort_facts(&entities->list[i]);
}

void hc_entities_sort(struct hc_entities *entities)
{
    size_t n_labels = count_labels(entities);

    hc_entities_sort_facts(entities);
    if (entities->n)
        qsort_r(entities->list, entities->n, sizeof(struct hc_entity), by_key, &n_labels);
}

/* ---- series without the last label ---- */

static bool has_ask(const struct hc_entity *entity, int ask, size_t n, size_t point)
{
    for (size_t i = 0; i < n; i++)
        if (entity->facts[i].ask == ask && hc_fact_at(&entity->facts[i], point))
            return true;
    return false;
}

static enum hc_status take_fact(struct hc_entity *entity, const struct hc_fact *given,
    size_t n_own, int there, size_t n_points)
{
    struct hc_fact *fact;

    HC_TRY(add_fact(entity, given->ask, given->labels, given->n_bytes, given->n_labels,
        n_points, &fact));
    for (size_t p = 0; p < n_points; p++)
        if (has_ask(entity, there, n_own, p) && !has_ask(entity, given->ask, n_own, p))
            fact->values[p] = given->values[p];
    return HC_OK;
}

/* `heir` has the facts of its own, and then those of `from`. */
static enum hc_status take_facts(
    struct hc_entity *heir, const struct hc_entity *from, int there, size_t n_points)
{
    size_t n_own = heir->n;

    for (size_t i = 0; i < from->n; i++)
        HC_TRY(take_fact(heir, &from->facts[i], n_own, there, n_points));
    sort_facts(heir);
    return HC_OK;
}

static bool has_any(const struct hc_entity *entity, int ask)
{
    for (size_t i = 0; i < entity->n; i++)
        if (entity->facts[i].ask == ask)
            return true;
    return false;
}

/* Of the same name but for the last label, which stands last in the key. */
static bool same_but_last(
    const struct hc_entity *a, const struct hc_entity *b, size_t n_labels)
{
    size_t n = (size_t)(hc_entity_key(a, n_labels - 1) - a->key);

    return (size_t)(hc_entity_key(b, n_labels - 1) - b->key) == n &&
           !memcmp(a->key, b->key, n);
}

/* "" sorts first: the heirs are right behind. */
enum hc_status hc_entities_adopt(struct hc_entities *entities, int there)
{
    size_t n_labels = count_labels(entities);

    for (size_t i = 0; i < entities->n; i++) {
        const struct hc_entity *from = &entities->list[i];

        if (*hc_entity_key(from, n_labels - 1) || has_any(from, there))
            continue;
        for (size_t k = i + 1;
             k < entities->n && same_but_last(from, &entities->list[k], n_labels); k++)
            HC_TRY(take_facts(&entities->list[k], from, there, entities->n_points));
    }
    return HC_OK;
}

/* ---- looking ---- */

const char *hc_entity_key(const struct hc_entity *entity, size_t i)
{
    const char *at = entity->key;

    while (i--)
        at += strlen(at) + 1;
    return at;
}

const char *hc_fact_label(const struct hc_fact *fact, const char *name)
{
    const struct hc_piece_series series = {
        .labels = fact->labels, .n_bytes = fact->n_bytes, .n_labels = fact->n_labels};

    return hc_piece_label(&series, name);
}

bool hc_fact_at(const struct hc_fact *fact, size_t point)
{
    return !isnan(fact->values[point]);
}

/* The moments without a gap around `point`, at which the fact is there. */
struct run {
    size_t begin, end;
};

static struct run run_of(const struct hc_fact *fact, size_t point, size_t n_points)
{
    struct run run = {point, point};

    while (run.end < n_points && hc_fact_at(fact, run.end))
        run.end++;
    while (run.begin && hc_fact_at(fact, run.begin - 1))
        run.begin--;
    return run;
}

bool hc_fact_is_newer(
    const struct hc_fact *a, const struct hc_fact *b, size_t point, size_t n_points)
{
    struct run x = run_of(a, point, n_points), y = run_of(b, point, n_points);

    return x.end != y.end ? x.end > y.end : x.begin > y.begin;
}

const struct hc_fact *hc_entity_newest(
    const struct hc_entity *entity, int ask, size_t point, size_t n_points)
{
    const struct hc_fact *best = NULL;

    for (size_t i = 0; i < entity->n; i++) {
        const struct hc_fact *fact = &entity->facts[i];

        if (fact->ask == ask && hc_fact_at(fact, point) &&
            (!best || hc_fact_is_newer(fact, best, point, n_points)))
            best = fact;
    }
    return best;
}

double hc_entity_number(const struct hc_entity *entity, int ask, size_t point)
{
    double largest = NAN;

    for (size_t i = 0; i < entity->n; i++)
        if (entity->facts[i].ask == ask)
            largest = fmax(largest, entity->facts[i].values[point]);
    return largest;
}
