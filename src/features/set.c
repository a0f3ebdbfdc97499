#include <pthread.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/workers.h"
#include "features/calendar.h"
#include "features/set.h"

/* Of a row group: the bytes of a column are one block of the compressor for each byte of
 * a double; and about so many bytes in all, uncompressed. */
enum { MOST_ROWS = 131072, FEWEST_ROWS = 8192, GROUP_BYTES = 64 << 20 };

struct set {
    const struct hc_set_request *request;
    struct hc_making making;
    struct hc_parquet_column *columns;
    struct hc_parquet_schema schema;
    size_t sorted[3];
    struct hc_parquet_file *files[HC_PARTS_MAX];
    size_t n_parts;
    atomic_bool failed;
    pthread_mutex_t reading_lock;
    struct hc_reading *reading;
    size_t next;          /* number of the next portion */
    pthread_mutex_t lock; /* of what follows */
    struct hc_set_result result;
    enum hc_status status; /* of the first that failed */
    struct hc_error err;
};

/* ---- the file's columns ---- */

static const struct {
    enum hc_parquet_type type;
    bool nullable;
} types[] = {
    [HC_FEATURE_TIME] = {HC_PARQUET_TIME, false},
    [HC_FEATURE_NODE] = {HC_PARQUET_TEXT, false},
    [HC_FEATURE_CLUSTER] = {HC_PARQUET_TEXT, true},
    [HC_FEATURE_SAMPLE] = {HC_PARQUET_DOUBLE, true},
    [HC_FEATURE_ROLLING] = {HC_PARQUET_DOUBLE, true},
    [HC_FEATURE_TARGET] = {HC_PARQUET_DOUBLE, true},
};

static struct hc_parquet_column column_of(const struct hc_feature_column *column)
{
    static const enum hc_parquet_type calendar[] = {
        [HC_CALENDAR_INT32] = HC_PARQUET_INT32,
        [HC_CALENDAR_INT64] = HC_PARQUET_INT64,
        [HC_CALENDAR_DOUBLE] = HC_PARQUET_DOUBLE};

    if (column->kind == HC_FEATURE_CALENDAR)
        return (struct hc_parquet_column){
            column->name, calendar[hc_calendar_features[column->row].type], false};
    return (struct hc_parquet_column){
        column->name, types[column->kind].type, types[column->kind].nullable};
}

static enum hc_status lay_out(struct set *set)
{
    const struct hc_feature_plan *plan = set->request->plan;
    size_t n = plan->n_columns, rows = GROUP_BYTES / (8 * n);

    set->columns = hc_alloc(n, sizeof(*set->columns));
    if (!set->columns)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        set->columns[i] = column_of(&plan->columns[i]);
    /* by cluster, where there is one, node and time: columns 2, 1 and 0 */
    for (size_t i = 0; i < 3; i++)
        set->sorted[i] = plan->has_cluster ? 2 - i : i < 2 ? 1 - i : 0;
    set->schema = (struct hc_parquet_schema){.columns = set->columns,
        .n_columns = n,
        .sorted = set->sorted,
        .n_sorted = plan->has_cluster ? 3 : 2,
        .metadata = set->request->metadata,
        .created_by = set->request->created_by};
    rows = rows < FEWEST_ROWS ? FEWEST_ROWS : rows / FEWEST_ROWS * FEWEST_ROWS;
    set->making = (struct hc_making){.plan = plan,
        .zone = set->request->zone,
        .schema = &set->schema,
        .portion_rows = rows < MOST_ROWS ? rows : MOST_ROWS,
        .split_us = set->request->split_us,
        .stop = set->request->stop};
    return HC_OK;
}

static enum hc_status open_all(
    struct set *set, struct hc_duck *duck, struct hc_error *err)
{
    const struct hc_set_request *request = set->request;
    const struct hc_reading_options options = {
        .sql = set->result.sorted ? request->sorted_sql : request->sql,
        .has_cluster = request->plan->has_cluster,
        .n_gauges = request->plan->n_gauges,
        .portion_rows = set->making.portion_rows,
        .back_us = hc_feature_plan_back(request->plan),
        .ahead_us = hc_feature_plan_ahead(request->plan),
        .step_us = request->step_us};

    for (size_t p = 0; p < set->n_parts; p++)
        HC_TRY(hc_parquet_open(request->paths[p], &set->schema, &set->files[p], err));
    return hc_reading_open(duck, &options, &set->reading, err);
}

/* ---- a thread ---- */

static void fail(struct set *set, enum hc_status status, const struct hc_error *err)
{
    pthread_mutex_lock(&set->lock);
    if (!set->status) {
        set->status = status;
        set->err = *err;
    }
    pthread_mutex_unlock(&set->lock);
    atomic_store(&set->failed, true);
    for (size_t p = 0; p < set->n_parts; p++)
        hc_parquet_abandon(set->files[p]);
}

static enum hc_status read_portion(
    struct set *set, struct hc_portion *portion, size_t *ret_number, struct hc_error *err)
{
    enum hc_status status = HC_OK;

    pthread_mutex_lock(&set->reading_lock);
    if (atomic_load(&set->failed))
        status = hc_fail(err, HC_INTERRUPTED, "interrupted");
    else
        status = hc_reading_next(set->reading, portion, err);
    *ret_number = set->next++;
    pthread_mutex_unlock(&set->reading_lock);
    return status;
}

static void note_range(struct set *set, const struct hc_maker *maker, size_t part)
{
    struct hc_set_part *p = &set->result.parts[part];
    int64_t first_us, last_us;

    hc_maker_range(maker, part, &first_us, &last_us);
    pthread_mutex_lock(&set->lock);
    p->first_us = first_us < p->first_us ? first_us : p->first_us;
    p->last_us = last_us > p->last_us ? last_us : p->last_us;
    pthread_mutex_unlock(&set->lock);
}

static enum hc_status make_portions(
    struct set *set, struct hc_maker *maker, struct hc_error *err)
{
    struct hc_portion *portion = hc_maker_portion(maker);
    size_t number;

    for (;;) {
        HC_TRY(read_portion(set, portion, &number, err));
        if (portion->first == portion->end)
            return HC_OK;
        HC_TRY(hc_maker_run(maker));
        for (size_t p = 0; p < set->n_parts; p++) {
            note_range(set, maker, p);
            HC_TRY(
                hc_parquet_append(set->files[p], hc_maker_group(maker, p), number, err));
        }
    }
}

static enum hc_status work(struct set *set, struct hc_error *err)
{
    struct hc_maker *maker = NULL;
    enum hc_status status = hc_maker_new(&set->making, &maker);
    if (!status)
        status = make_portions(set, maker, err);
    hc_maker_free(maker);
    return status;
}

static void *work_main(void *context)
{
    struct set *set = context;
    struct hc_error err = {"no memory"};
    enum hc_status status = work(set, &err);

    if (status == HC_INTERRUPTED)
        hc_fail(&err, status, "interrupted");
    if (status)
        fail(set, status, &err);
    return NULL;
}

/* ---- all of it ---- */

static enum hc_status run(struct set *set, struct hc_duck *duck, struct hc_error *err)
{
    for (size_t p = 0; p < HC_PARTS_MAX; p++) {
        set->result.parts[p].first_us = INT64_MAX;
        set->result.parts[p].last_us = INT64_MIN;
    }
    HC_TRY(lay_out(set));
    HC_TRY(open_all(set, duck, err));
    hc_workers_run(
        hc_workers_count((int64_t)set->request->threads, SIZE_MAX), work_main, set);
    if (set->status && err)
        *err = set->err;
    HC_TRY(set->status);
    if (set->request->before_end)
        HC_TRY(set->request->before_end(set->request->context, err));
    for (size_t p = 0; p < set->n_parts; p++)
        HC_TRY(hc_parquet_finish(set->files[p], &set->result.parts[p].written, err));
    set->result.counts = hc_reading_counts(set->reading);
    return HC_OK;
}

static enum hc_status run_once(struct hc_duck *duck, const struct hc_set_request *request,
    bool sorted, struct hc_set_result *ret, bool *ret_unsorted, struct hc_error *err)
{
    struct set set = {.request = request,
        .n_parts = request->split_us == INT64_MAX ? 1 : 2,
        .reading_lock = PTHREAD_MUTEX_INITIALIZER,
        .lock = PTHREAD_MUTEX_INITIALIZER};
    enum hc_status status;

    set.result.sorted = sorted;
    status = run(&set, duck, err);
    *ret_unsorted = set.reading && hc_reading_is_unsorted(set.reading);
    hc_reading_close(set.reading);
    for (size_t p = 0; p < HC_PARTS_MAX; p++)
        hc_parquet_close(set.files[p]);
    hc_free(set.columns);
    if (!status)
        *ret = set.result;
    return status;
}

enum hc_status hc_set_make(struct hc_duck *duck, const struct hc_set_request *request,
    struct hc_set_result *ret, struct hc_error *err)
{
    bool unsorted = false;
    enum hc_status status = run_once(duck, request, false, ret, &unsorted, err);

    if (!status || !unsorted)
        return status;
    for (size_t p = 0; p < HC_PARTS_MAX && request->paths[p]; p++)
        hc_tree_remove(request->paths[p]);
    hc_mem_trim();
    return run_once(duck, request, true, ret, &unsorted, err);
}
