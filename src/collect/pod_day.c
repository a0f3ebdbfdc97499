#include "collect/pod_day.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "collect/state_tables.h"
#include "collect/usage.h"

/* All of a day in memory. */
struct work {
    const struct hc_plan *plan;
    struct hc_span span; /* of the day */
    const char *pieces_dir, *dir, *state_dir;
    struct hc_duck *duck;
    struct hc_day *day;
    struct hc_entities nodes, pods, usage;
    struct hc_owners owners;
};

static void work_clear(struct work *w)
{
    hc_entities_clear(&w->nodes);
    hc_entities_clear(&w->pods);
    hc_entities_clear(&w->usage);
    hc_owners_clear(&w->owners);
}

/* Usage begins a moment before, for the differences. */
static void work_init(struct work *w)
{
    struct hc_span span = hc_ask_span(w->plan, HC_Q_POD, w->span);
    struct hc_span earlier = {span.start_s - HC_POD_STEP_S, span.end_s};

    hc_entities_init(&w->nodes, hc_node_keys, 1, span, HC_POD_STEP_S);
    hc_entities_init(&w->pods, hc_pod_keys, 2, span, HC_POD_STEP_S);
    hc_entities_init(&w->usage, hc_usage_keys, 2, earlier, HC_POD_STEP_S);
    hc_owners_init(&w->owners, span, HC_POD_STEP_S);
}

/* ---- reading ---- */

static struct hc_entities *place_of(struct work *w, int ask)
{
    if (ask == HC_Q_REPLICASET_OWNER)
        return &w->owners.replicasets;
    if (ask == HC_Q_JOB_OWNER)
        return &w->owners.jobs;
    switch (hc_ask_part(ask)) {
    case HC_PART_NODES: return &w->nodes;
    case HC_PART_PODS: return &w->pods;
    default: return &w->usage;
    }
}

static enum hc_status add_piece(
    void *context, const struct hc_piece *piece, struct hc_error *err)
{
    struct work *w = context;
    struct hc_entities *place = place_of(w, piece->id.ask);
    size_t before = place->n_nameless;
    char text[HC_PIECE_NAME + 64];

    (void)err;
    HC_TRY(hc_piece_warnings(piece, &w->day->warnings));
    HC_TRY(hc_entities_add(place, piece));
    if (place->n_nameless == before)
        return HC_OK;
    snprintf(text, sizeof(text), "%s: a series without the label '%s' is left out",
        hc_ask_name(piece->id.ask), place->key_labels[place->name]);
    return hc_names_add_new(&w->day->warnings, text);
}

static enum hc_status read_pieces(struct work *w, struct hc_error *err)
{
    for (int ask = 0; ask < HC_QUERIES; ask++)
        if (hc_ask_part(ask) > HC_PART_JOIN)
            HC_TRY(
                hc_fetch_read(w->plan, ask, w->span, w->pieces_dir, add_piece, w, err));
    hc_entities_sort(&w->nodes);
    hc_entities_sort(&w->pods);
    hc_entities_sort(&w->usage);
    hc_entities_sort_facts(&w->owners.replicasets);
    hc_entities_sort_facts(&w->owners.jobs);
    return hc_entities_adopt(&w->pods, HC_Q_POD);
}

/* ---- writing ---- */

static void name_of(
    const struct work *w, const char *before, const char *behind, char name[HC_DAY_PATH])
{
    char date[HC_TIME_TEXT];

    hc_date_format(hc_floor_div(w->span.start_s, HC_DAY_S), date);
    snprintf(name, HC_DAY_PATH, "%s%.12s%s", before, date, behind);
}

static enum hc_status write_states(const struct work *w,
    const struct hc_state_table *table, const struct hc_entities *entities,
    const char *behind, struct hc_day_file *file, struct hc_error *err)
{
    HC_CLEANUP(hc_states_clear) struct hc_states states = {0};
    char temp[HC_PATH_MAX];

    name_of(w, "", behind, file->path);
    HC_TRY(hc_path_join(w->state_dir, "states.parquet", temp, err));
    HC_TRY(hc_states_make(&states, table, entities, &w->owners));
    file->rows = (int64_t)states.n;
    if (states.n)
        HC_TRY(hc_states_write(&states, w->duck, temp, err));
    return hc_day_publish(temp, w->state_dir, file, err);
}

static enum hc_status write_usage(
    const struct work *w, struct hc_day_file *file, struct hc_error *err)
{
    char temp[HC_PATH_MAX];

    name_of(w, "pod_usage/", ".parquet", file->path);
    HC_TRY(hc_path_join(w->state_dir, "usage.parquet", temp, err));
    if (w->usage.n)
        HC_TRY(hc_usage_write(&w->usage, &w->pods, w->plan->asks[HC_Q_ENDED], w->duck,
            temp, &file->rows, err));
    return hc_day_publish(temp, w->dir, file, err);
}

enum hc_status hc_pod_day_write(const struct hc_plan *plan, struct hc_span span,
    const char *pieces_dir, const char *dir, const char *state_dir, struct hc_duck *duck,
    struct hc_day *day, struct hc_error *err)
{
    HC_CLEANUP(work_clear)
    struct work w = {.plan = plan,
        .span = span,
        .pieces_dir = pieces_dir,
        .dir = dir,
        .state_dir = state_dir,
        .duck = duck,
        .day = day};

    work_init(&w);
    day->pods_end_s = w.pods.span.end_s;
    HC_TRY(read_pieces(&w, err));
    HC_TRY(write_states(
        &w, &hc_node_states, &w.nodes, ".nodes.parquet", &day->nodes_file, err));
    HC_TRY(
        write_states(&w, &hc_pod_states, &w.pods, ".pods.parquet", &day->pods_file, err));
    return write_usage(&w, &day->usage, err);
}
