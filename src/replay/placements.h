/*
 * placements.h - where each pod was put, out of a file, and how far we agree
 *
 * The file is CSV or Parquet with the columns `node` (none: it was refused) and `index`
 * (0-based, among the pods that are to be placed, as they arrive) or `pod` (its name).
 * Each pod is judged as if it were next, and then put where the file says: what we would
 * have done is compared with what was done, given the same past.
 */
#ifndef HC_REPLAY_PLACEMENTS_H
#define HC_REPLAY_PLACEMENTS_H

#include "replay/run.h"
#include "replay/sheet.h"

/*
 * [n_pods] node of each, HC_NOWHERE: refused; the caller's. A pod that arrives and is not
 * in the file is HC_INPUT, as is what does not parse, or names what is not there.
 */
enum hc_status hc_placements_read(struct hc_duck *duck, const char *path,
    struct hc_sheet_maps maps, const struct hc_trace *trace, uint32_t **ret,
    struct hc_error *err) HC_MUST_USE;

struct hc_agreement {
    uint64_t judged;
    uint64_t placed, in_best;      /* put somewhere; among our best nodes */
    uint64_t refused, refused_too; /* put nowhere; and we find no node either */
    uint64_t barred;               /* put on a node that we say it does not fit */
    int64_t behind; /* sum of best total - total of the node that was taken */
};

/* Goes through the run, which has these placements `forced`, to its end. */
void hc_agreement_find(
    struct hc_run *run, const uint32_t *placements, struct hc_agreement *ret);

#endif
