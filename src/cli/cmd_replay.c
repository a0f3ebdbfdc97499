/*
 * hindcast replay - recorded pods on recorded nodes, placed by other rules
 */
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/replay.h"

#define OPTIONS struct hc_replay_options

static const struct hc_option table[] = {
    HC_OPTION_STRING(
        OPTIONS, output, "output", 'o', "DIR", NULL, "write the result into DIR"),
    HC_OPTION_STRING(OPTIONS, nodes, "nodes", 0, "FILE", NULL,
        "the nodes, a row each; CSV or Parquet"),
    HC_OPTION_STRING(
        OPTIONS, pods, "pods", 0, "FILE", NULL, "the pods, a row each; CSV or Parquet"),
    HC_OPTION_STRING(OPTIONS, orders, "orders", 0, "FILE", NULL,
        "for each seed the order in which pods arrive and nodes are tried; none departs"),
    HC_OPTION_STRING(OPTIONS, snapshot, "snapshot", 0, "FILE", NULL,
        "a cluster as it stands: what 'kubectl get nodes,pods -A -o json' prints, also "
        ".gz"),
    HC_OPTION_STRING(OPTIONS, placements, "placements", 0, "FILE", NULL,
        "put each pod where FILE says (index or pod, node), judging it as if it were "
        "next"),
    HC_OPTION_FLAG(OPTIONS, explain, "explain", 0,
        "write each node's scores, or why it was refused, for the first policy"),
    HC_OPTION_FLAG(OPTIONS, nodes_needed, "nodes-needed", 0,
        "also find how few nodes each policy needs, taking nodes away at random"),
    HC_OPTION_FLAG(OPTIONS, repacking, "repacking", 0,
        "also find what packing all pods anew once a week would move and save"),
    HC_OPTION_LIST(OPTIONS, policies, "policy", 0, "NAME,...",
        "policies to compare, or a mix: 'LeastAllocated:1,FGD:2' (default: kube-1.35)"),
    HC_OPTION_FLAG(
        OPTIONS, no_figures, "no-figures", 0, "write no figures; they need gnuplot"),
    HC_OPTION_INT(OPTIONS, seeds, "seeds", 0, "N", "10", 1, 10000,
        "how many orders of nodes to try, where --orders has none"),
    HC_OPTION_INT(OPTIONS, seed, "seed", 0, "N", "42", 0, 1e15, "the first seed"),
    HC_OPTION_LIST(OPTIONS, maps, "map", 0, "OURS=THEIRS", "read column THEIRS as OURS"),
    HC_OPTION_END,
};

/* Scores that are kept take no more than this, if --memory-limit does not say less. */
#define CACHE_BYTES (UINT64_C(256) << 20)

static void clear(struct hc_replay *r)
{
    hc_results_clear(&r->results);
    hc_needed_clear(&r->needed);
    hc_placement_clear(&r->placement);
    hc_pictures_free(r->pictures);
    hc_free(r->repacking);
    hc_free(r->placements);
    hc_free(r->maps_used);
    hc_names_clear(&r->artifacts);
    hc_free(r->mixes);
    hc_trace_clear(&r->trace);
    hc_dataset_clear(&r->dataset);
    hc_duck_close(r->duck);
    hc_folder_clear(&r->folder);
}

static enum hc_status parse_policies(struct hc_replay *r, struct hc_error *err)
{
    const struct hc_list *list = &r->options->policies;

    for (size_t i = 0; i < list->n; i++)
        HC_TRY(hc_mix_parse(list->items[i], &r->mixes, &r->n_mixes, &r->cap_mixes, err));
    if (list->n)
        return HC_OK;
    return hc_mix_parse("kube-1.35", &r->mixes, &r->n_mixes, &r->cap_mixes, err);
}

uint64_t hc_replay_cache_bytes(const struct hc_replay *r)
{
    uint64_t limit = r->call->common->memory_limit;

    return limit && limit / 2 < CACHE_BYTES ? limit / 2 : CACHE_BYTES;
}

/* What not every run writes: an older one does not stay beside a newer result. */
static const char *const optional[] = {"explain_scores.parquet",
    "explain_rejects.parquet", "tables/allocation.csv", "tables/load.csv",
    "tables/course.csv"};

/* A map that no file had a use for is a mistake. */
static enum hc_status check_maps(const struct hc_replay *r, struct hc_error *err)
{
    const struct hc_list *maps = &r->options->maps;

    for (size_t i = 0; i < maps->n; i++)
        if (!r->maps_used[i])
            return hc_fail(err, HC_USAGE,
                "--map '%s': no file has that column, or 'hindcast replay' reads no such "
                "column",
                maps->items[i]);
    return HC_OK;
}

/* The runs, and the search for nodes needed, with a bar each. */
static enum hc_status compute(struct hc_replay *r, struct hc_error *err)
{
    atomic_size_t steps = 0;
    const struct hc_replay_request request = {.trace = &r->trace,
        .mixes = r->mixes,
        .n_mixes = r->n_mixes,
        .threads = r->call->common->threads,
        .cache_bytes = hc_replay_cache_bytes(r),
        .stop = hc_interrupt_flag(),
        .keep_placed = true,
        .steps = &steps};
    struct hc_progress_bar bar;
    enum hc_status status;

    hc_progress_start_steps(&bar, r->call->common, &steps, hc_replay_steps(&request));
    status = hc_replay_all(&request, &r->results, err);
    hc_progress_stop(&bar);
    HC_TRY(status);
    if (r->options->repacking) {
        r->repacking = hc_calloc(r->n_mixes, sizeof(*r->repacking));
        if (!r->repacking)
            return HC_NO_MEMORY;
        HC_TRY(hc_repacking_find(&request, r->repacking, err));
    }
    if (!r->options->nodes_needed)
        return HC_OK;
    atomic_store(&steps, 0);
    hc_progress_start_steps(&bar, r->call->common, &steps, r->n_mixes * HC_NEEDED_TRIALS);
    status = hc_needed_find(&request, HC_NEEDED_TRIALS, &r->needed, err);
    hc_progress_stop(&bar);
    return status;
}

static enum hc_status publish(struct hc_replay *r, struct hc_error *err)
{
    const char *outdated[HC_COUNT(optional) + HC_PICTURES_MAX];
    size_t n = 0;

    for (; n < HC_COUNT(optional); n++)
        outdated[n] = optional[n];
    n += hc_pictures_list(r->pictures, true, outdated + n);
    return hc_folder_publish_over(&r->folder, outdated, n, err);
}

static enum hc_status replay(struct hc_replay *r, struct hc_error *err)
{
    r->maps_used = hc_calloc(r->options->maps.n + 1, sizeof(*r->maps_used));
    if (!r->maps_used)
        return HC_NO_MEMORY;
    HC_TRY(parse_policies(r, err));
    HC_TRY(hc_pictures_plan(true, &r->pictures));
    HC_TRY(hc_folder_open(r->options->output, &r->folder, err));
    HC_TRY(hc_replay_read(r, err));
    HC_TRY(hc_replay_calibrate(r, err));
    HC_TRY(check_maps(r, err));
    HC_TRY(compute(r, err));
    HC_TRY(hc_replay_bounds(r, err));
    HC_TRY(hc_replay_placement(r, &r->placement));
    if (r->options->explain)
        HC_TRY(hc_replay_explain(r, err));
    HC_TRY(hc_replay_write(r, err));
    HC_TRY(publish(r, err));
    return hc_replay_print(r, err);
}

static enum hc_status run(const struct hc_call *call, struct hc_error *err)
{
    const struct hc_replay_options *o = call->options;
    HC_CLEANUP(clear)
    struct hc_replay r = {.call = call,
        .options = o,
        .folder = {.slot = -1},
        .now_us = (int64_t)time(NULL) * HC_SECOND_US};

    if (!o->output || !*o->output)
        return hc_fail(err, HC_USAGE, "'hindcast replay' needs '-o DIR'");
    if ((call->n_args > 0) + (o->snapshot != NULL) + (o->nodes && o->pods) != 1 ||
        !o->nodes != !o->pods || (o->orders && !o->nodes))
        return hc_fail(err, HC_USAGE,
            "'hindcast replay' needs a PATH, or '--nodes FILE --pods FILE', or "
            "'--snapshot FILE'");
    return replay(&r, err);
}

const struct hc_command hc_cmd_replay = {
    .name = "replay",
    .arguments = "[PATH]",
    .max_args = 1,
    .summary = "place recorded pods again, by other policies",
    .description =
        "Lets recorded pods arrive and leave again on the recorded nodes, "
        "placed by other "
        "policies, and says what that would have gained. PATH is a folder that "
        "'hindcast collect' wrote.\n\n"
        "'hindcast policies' prints the policies.",
    .examples =
        "hindcast replay history --policy kube-1.35,as-recorded -o replay\n"
        "hindcast replay --nodes nodes.csv --pods pods.csv --policy FGD -o replay\n"
        "hindcast replay --snapshot cluster.json --policy kube-1.35,FGD -o replay",
    .options = table,
    .options_size = sizeof(OPTIONS),
    .run = run,
};
