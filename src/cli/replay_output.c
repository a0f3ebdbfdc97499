#include <math.h>
#include <stdio.h>

#include "cli/replay.h"
#include "report/csv.h"

static enum hc_status write_text(const struct hc_replay *r, const char *name,
    const struct hc_buf *text, struct hc_error *err)
{
    char path[HC_PATH_MAX];

    HC_TRY(hc_buf_check(text));
    HC_TRY(hc_path_join(r->folder.temp, name, path, err));
    return hc_file_write(path, text->text, text->len, err);
}

/* ---- tables ---- */

static void put_allocation(
    struct hc_csv *csv, const char *policy, int64_t seed, const struct hc_result *result)
{
    hc_csv_text(csv, policy);
    hc_csv_int(csv, seed);
    for (size_t i = 0; i < HC_ALLOCATION_COLUMNS; i++)
        hc_csv_num(csv, result->allocation[i]);
    hc_csv_end(csv);
}

static enum hc_status write_allocation(const struct hc_replay *r, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf out = HC_BUF_INIT;
    struct hc_csv csv = {.out = &out};

    hc_csv_text(&csv, "policy");
    hc_csv_text(&csv, "seed");
    for (int64_t i = 0; i < HC_ALLOCATION_COLUMNS; i++)
        hc_csv_int(&csv, i);
    hc_csv_end(&csv);
    for (size_t m = 0; m < r->n_mixes; m++)
        for (size_t o = 0; o < r->trace.n_orders; o++)
            put_allocation(&csv, r->mixes[m].name, r->trace.orders[o].seed,
                hc_results_at(&r->results, m, o));
    return write_text(r, "tables/allocation.csv", &out, err);
}

enum hc_status hc_replay_write(struct hc_replay *r, struct hc_error *err)
{
    char path[HC_PATH_MAX];

    HC_TRY(hc_path_join(r->folder.temp, "tables", path, err));
    HC_TRY(hc_dir_make(path, err));
    if (r->trace.capacity_gpus)
        HC_TRY(write_allocation(r, err));
    return HC_OK;
}

/* ---- terminal ---- */

static double mean_of(const struct hc_replay *r, size_t mix, size_t column)
{
    double sum = 0;

    for (size_t o = 0; o < r->trace.n_orders; o++)
        sum += hc_results_at(&r->results, mix, o)->allocation[column];
    return sum / (double)r->trace.n_orders;
}

static double mean_refused(const struct hc_replay *r, size_t mix)
{
    double sum = 0;

    for (size_t o = 0; o < r->trace.n_orders; o++)
        sum += (double)hc_results_at(&r->results, mix, o)->refused;
    return sum / (double)r->trace.n_orders;
}

enum hc_status hc_replay_print(struct hc_replay *r, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf out = HC_BUF_INIT;

    for (size_t m = 0; m < r->n_mixes; m++)
        hc_buf_printf(&out, "%-20s %8.3f %8.1f %llu\n", r->mixes[m].name,
            mean_of(r, m, 130), mean_refused(r, m),
            (unsigned long long)hc_results_at(&r->results, m, 0)->scored);
    if (r->placements)
        hc_buf_printf(&out,
            "agreement: %llu of %llu in best, %llu of %llu refused, barred %llu\n",
            (unsigned long long)r->agreement.in_best,
            (unsigned long long)r->agreement.placed,
            (unsigned long long)r->agreement.refused_too,
            (unsigned long long)r->agreement.refused,
            (unsigned long long)r->agreement.barred);
    return hc_print(&out, err);
}
