/*
 * hindcast replay - recorded pods on recorded nodes, placed by other rules
 */
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
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
    HC_OPTION_FLAG(OPTIONS, no_html, "no-html", 0, "write no HTML page"),
    HC_OPTION_INT(OPTIONS, seeds, "seeds", 0, "N", "10", 1, 10000,
        "how many orders of nodes to try, where --orders has none"),
    HC_OPTION_INT(OPTIONS, seed, "seed", 0, "N", "42", 0, 1e15, "the first seed"),
    HC_OPTION_LIST(OPTIONS, maps, "map", 0, "OURS=THEIRS", "read column THEIRS as OURS"),
    HC_OPTION_END,
};

static enum hc_status parse_policies(struct hc_replay *r, struct hc_error *err)
{
    const struct hc_list *list = &r->options->policies;

    for (size_t i = 0; i < list->n; i++)
        HC_TRY(hc_mix_parse(list->items[i], &r->mixes, &r->n_mixes, &r->cap_mixes, err));
    if (list->n)
        return HC_OK;
    return hc_mix_parse("kube-1.35", &r->mixes, &r->n_mixes, &r->cap_mixes, err);
}

/* What not every run writes: an older one does not stay beside a newer result. */
static const char *const optional[] = {"report.html", "explain_scores.parquet",
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
    HC_TRY(hc_replay_compute(r, err));
    if (r->options->explain)
        HC_TRY(hc_replay_explain(r, err));
    HC_TRY(hc_replay_write(r, err));
    HC_TRY(publish(r, err));
    return hc_replay_print(r, err);
}

static enum hc_status run(const struct hc_call *call, struct hc_error *err)
{
    const struct hc_replay_options *o = call->options;
    HC_CLEANUP(hc_replay_clear)
    struct hc_replay r = {.call = call,
        .options = o,
        .trials = o->nodes_needed ? HC_NEEDED_TRIALS : 0,
        .lean_trials = o->nodes_needed ? HC_NEEDED_TRIALS : 0,
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
