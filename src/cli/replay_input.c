#include "base/mem.h"
#include "cli/interrupt.h"
#include "cli/replay.h"

static enum hc_status open_duck(struct hc_replay *r, struct hc_error *err)
{
    const struct hc_duck_options options = {.threads = r->call->common->threads,
        .memory_limit = r->call->common->memory_limit,
        .temp_dir = r->folder.spill,
        .keep_order = true,
        .stop = hc_interrupt_flag()};

    return hc_duck_open(&options, &r->duck, err);
}

/* The files that were named, and our own folder. */
static enum hc_status lock_files(struct hc_replay *r, struct hc_error *err)
{
    const struct hc_replay_options *o = r->options;
    const char *all[] = {o->nodes, o->pods, o->orders, o->placements};
    const char *files[HC_COUNT(all)], *dirs[] = {r->folder.temp};
    size_t n = 0;

    for (size_t i = 0; i < HC_COUNT(all); i++)
        if (all[i])
            files[n++] = all[i];
    return hc_duck_lock(r->duck, dirs, 1, files, n, err);
}

/* ---- a data set ---- */

static enum hc_status read_collected(
    struct hc_replay *r, const struct hc_dataset *ds, struct hc_error *err)
{
    HC_CLEANUP(hc_freep) const char **files = hc_alloc(ds->n_beside + 1, sizeof(*files));
    struct hc_collected_request request = {0};
    const char **at = files;
    enum hc_status status;

    if (!files)
        return HC_NO_MEMORY;
    for (int kind = 0; kind < HC_BESIDES; kind++) {
        request.files[kind] = at;
        for (size_t i = 0; i < ds->n_beside; i++)
            if ((int)ds->beside[i].kind == kind)
                *at++ = ds->beside[i].file.readable;
        request.n_files[kind] = (size_t)(at - request.files[kind]);
    }
    status = hc_collected_read(r->duck, &request, &r->trace, &r->odd, &r->notes, err);
    HC_TRY(hc_dataset_explain_beside(r->duck, ds, status, err));
    return hc_dataset_unchanged(ds, err);
}

static enum hc_status read_beside(
    struct hc_replay *r, const struct hc_dataset *ds, struct hc_error *err)
{
    const char *dirs[] = {r->folder.temp, r->folder.spill};

    HC_TRY(open_duck(r, err));
    HC_TRY(hc_dataset_lock(r->duck, ds, dirs, HC_COUNT(dirs), err));
    return read_collected(r, ds, err);
}

static enum hc_status read_dataset(struct hc_replay *r, struct hc_error *err)
{
    const struct hc_dataset_request request = {.paths = r->call->args,
        .n_paths = r->call->n_args,
        .temp_dir = r->folder.spill,
        .timezone = "UTC",
        .naive_timezone = "UTC",
        .threads = r->call->common->threads};

    HC_TRY(hc_dataset_find(&request, &r->dataset, err));
    return read_beside(r, &r->dataset, err);
}

/* ---- any of them ---- */

struct hc_sheet_maps hc_replay_maps(const struct hc_replay *r)
{
    return (struct hc_sheet_maps){
        r->options->maps.items, r->options->maps.n, r->maps_used};
}

static enum hc_status read_input(struct hc_replay *r, struct hc_error *err)
{
    const struct hc_replay_options *o = r->options;
    const struct hc_tables_request request = {.nodes = o->nodes,
        .pods = o->pods,
        .orders = o->orders,
        .maps = hc_replay_maps(r)};

    if (r->call->n_args)
        return read_dataset(r, err);
    HC_TRY(open_duck(r, err));
    HC_TRY(lock_files(r, err));
    if (o->snapshot)
        return hc_snapshot_read(
            o->snapshot, o->placements != NULL, &r->trace, &r->odd, &r->notes, err);
    return hc_tables_read(r->duck, &request, &r->trace, &r->odd, err);
}

static enum hc_status close_trace(struct hc_replay *r)
{
    hc_trace_close(&r->trace);
    hc_oddities_count_large(&r->trace, &r->odd);
    if (r->trace.n_orders)
        return HC_OK;
    return hc_orders_make(&r->trace, r->options->seed, (size_t)r->options->seeds);
}

enum hc_status hc_replay_read(struct hc_replay *r, struct hc_error *err)
{
    HC_TRY(read_input(r, err));
    return close_trace(r);
}

enum hc_status hc_replay_read_found(
    struct hc_replay *r, const struct hc_dataset *dataset, struct hc_error *err)
{
    HC_TRY(read_beside(r, dataset, err));
    return close_trace(r);
}
