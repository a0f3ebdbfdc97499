#include <string.h>
#include <unistd.h>

#include "dataset/inside.h"

void hc_dataset_clear(struct hc_dataset *ds)
{
    if (!ds)
        return;
    for (size_t i = 0; i < ds->n_files; i++) {
        hc_free(ds->files[i].path);
        hc_free(ds->files[i].readable);
    }
    hc_beside_clear(ds);
    for (size_t i = 0; i < ds->n_columns; i++) {
        hc_free(ds->columns[i].name);
        hc_free(ds->columns[i].type);
    }
    for (size_t i = 0; i < ds->n_notes; i++)
        hc_free(ds->notes[i]);
    for (size_t i = 0; i < ds->n_held; i++)
        close(ds->held[i]);
    hc_free(ds->files);
    hc_free(ds->columns);
    hc_free(ds->notes);
    hc_collected_free(ds->collected, ds->n_collected);
    hc_free(ds->held);
    *ds = (struct hc_dataset){0};
}

/* What was not named by the user one by one. */
static enum hc_status say_loaded(struct hc_dataset *ds)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf names = HC_BUF_INIT;
    size_t found = 0;

    for (size_t i = 0; i < ds->n_files; i++) {
        if (ds->files[i].named || ds->files[i].verified || found++ >= 3)
            continue;
        hc_buf_printf(&names, "%s%s", names.len ? ", " : "", ds->files[i].path);
    }
    if (!found)
        return HC_OK;
    HC_TRY(hc_buf_check(&names));
    return hc_dataset_note(ds, "found %zu file%s: %s%s", found, found > 1 ? "s" : "",
        names.text, found > 3 ? ", ..." : "");
}

struct opening {
    struct hc_mapping mapping;
    struct hc_schemas schemas;
    struct hc_branch_time *times;
    struct hc_buf keep;
};

static void opening_clear(struct opening *o)
{
    for (size_t b = 0; o->times && b < o->schemas.n_branches; b++)
        hc_buf_clear(&o->times[b].sql);
    hc_free(o->times);
    hc_buf_clear(&o->keep);
    hc_schemas_clear(&o->schemas);
    hc_mapping_clear(&o->mapping);
}

static enum hc_status open_all(struct hc_duck *duck,
    const struct hc_dataset_request *request, struct hc_dataset *ds, struct opening *o,
    struct hc_error *err)
{
    if (request->timezone)
        HC_TRY(hc_zone_check(duck, request->timezone, err));
    HC_TRY(hc_mapping_parse(request, &o->mapping, err));
    HC_TRY(hc_convert_all(duck, request, &o->mapping, ds, err));
    HC_TRY(hc_schemas_read(duck, &o->mapping, ds, &o->schemas, err));
    HC_TRY(say_loaded(ds));
    HC_TRY(hc_unify(&o->schemas, ds, err));
    o->times = hc_calloc(o->schemas.n_branches, sizeof(*o->times));
    if (!o->times)
        return HC_NO_MEMORY;
    HC_TRY(hc_times_plan(duck, request, ds, &o->schemas, o->times, err));
    HC_TRY(hc_filter(duck, request, ds, &o->keep, err));
    ds->has_keep = o->keep.len > 0;
    HC_TRY(hc_view_make(duck, request, ds, &o->schemas, o->times, &o->keep, err));
    return hc_dataset_explain(
        duck, ds, hc_look(duck, ds, o->times, o->schemas.n_branches, err), err);
}

enum hc_status hc_dataset_open(struct hc_duck *duck,
    const struct hc_dataset_request *request, struct hc_dataset *dataset,
    struct hc_error *err)
{
    struct opening opening = {.mapping = {0}};
    enum hc_status status = open_all(duck, request, dataset, &opening, err);

    opening_clear(&opening);
    return status;
}
