/*
 * maker.h - a portion of the set, as row groups
 *
 * Computes the columns of the plan for the rows of a portion, one after the other, and
 * puts them into a row group; or into two, where the set is split: rows with t + embargo
 * < split are for training, those from `split` on for testing, and those between are in
 * neither.
 *
 * A maker is the memory of one thread; it grows with a portion, a window and a horizon.
 * Can fail: HC_NO_MEMORY, and HC_INTERRUPTED once `stop` is set.
 */
#ifndef HC_FEATURES_MAKER_H
#define HC_FEATURES_MAKER_H

#include <stdatomic.h>

#include "features/portion.h"
#include "features/plan.h"
#include "model/zone.h"
#include "parquet/parquet.h"

enum { HC_PARTS_MAX = 2 };

/* What all makers of a set share. */
struct hc_making {
    const struct hc_feature_plan *plan;
    const struct hc_zone *zone;
    const struct hc_parquet_schema *schema;
    size_t portion_rows; /* the most rows of a portion */
    int64_t split_us;    /* INT64_MAX: one part */
    const atomic_bool *stop;
};

struct hc_maker;

enum hc_status hc_maker_new(
    const struct hc_making *making, struct hc_maker **ret) HC_MUST_USE;
void hc_maker_free(struct hc_maker *maker);

/* Its portion, to be filled. */
struct hc_portion *hc_maker_portion(struct hc_maker *maker);

/* The portion's rows as groups. */
enum hc_status hc_maker_run(struct hc_maker *maker) HC_MUST_USE;

/* The group of a part; NULL where it has no rows. */
const struct hc_parquet_group *hc_maker_group(const struct hc_maker *maker, size_t part);

/* First and last time of the part's rows in the portion; first > last: it has none. */
void hc_maker_range(const struct hc_maker *maker, size_t part, int64_t *ret_first_us,
    int64_t *ret_last_us);

#endif
